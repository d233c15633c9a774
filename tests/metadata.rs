//! The metadata of the authorization server cannot lie (RFC 8414): all that it claims is served, and nothing else is
//! (GR-03, GR-05, GR-09, TK-09, TK-10, threats 15 to 17).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;

use grantor::admin::ClientDraft;
use grantor::model::Client;
use grantor::model::GrantType;
use grantor::model::ImplicitSunset;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::LoggedIn;
use grantor::server::Settings;
use grantor::store::MemoryStore;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::World;
use grantor::value::Timestamp;
use grantor::wire::Endpoints;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;
use serde_json::json;

use common::House;
use common::basic;
use common::catalog;
use common::done;
use common::draft;
use common::location;
use common::visit_and_agree;

const ISSUER: &str = "https://login.example.com";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The document at this instant.
#[track_caller]
fn document(house: &House, now: Timestamp) -> Value {
    let response = house.server.metadata(now);
    assert_eq!(response.status, 200);
    assert!(response.headers.contains(&("content-type", "application/json".to_owned())));
    serde_json::from_slice(&response.body).expect("JSON")
}

/// The texts of a member of the document.
#[track_caller]
fn claimed(house: &House, member: &str, now: Timestamp) -> BTreeSet<String> {
    let document = document(house, now);
    let texts = document[member].as_array().unwrap_or_else(|| panic!("no {member}"));
    texts.iter().map(|text| text.as_str().expect("a text").to_owned()).collect()
}

/// Of all these the ones that are served are the ones that are claimed.
#[track_caller]
fn assert_claimed<'a>(
    house: &House,
    member: &str,
    all: impl IntoIterator<Item = &'a str>,
    (is_served, now): (impl Fn(&str) -> bool, Timestamp),
) {
    let all: Vec<&str> = all.into_iter().collect();
    let claimed = claimed(house, member, now);
    assert!(
        claimed.iter().all(|one| all.contains(&one.as_str())),
        "{member} at {now}: not tried: {claimed:?}"
    );
    for one in all {
        assert_eq!(claimed.contains(one), is_served(one), "{member} at {now}: {one}");
    }
}

/// Before the end of implicit, at its last second, at its end, and after it.
fn instants() -> [(Timestamp, bool); 4] {
    let ends = ImplicitSunset::default().use_ends;
    [(NOON, true), (ends.minus(1), true), (ends, false), (ends.plus(DAY), false)]
}

fn encoded(uri: &str) -> String {
    uri.replace(':', "%3A").replace('/', "%2F")
}

fn redirect_uri(client: &Client) -> String {
    encoded(
        client.grant.redirect_uris().and_then(|uris| uris.iter().last()).expect("a redirect URI").as_str(),
    )
}

/// Where the viewer is sent by the client with this request, having agreed; none where an error is shown.
fn visit(house: &House, client: &Client, asked: &str, now: Timestamp) -> Option<String> {
    let viewer = LoggedIn { organization: ACME, user: VIEWER };
    let query = format!("client_id={}&redirect_uri={}&{asked}", client.id, redirect_uri(client));
    location(&visit_and_agree(house, &query, viewer, now)).map(str::to_owned)
}

/// The parameters that the answer adds, by the mode it came in.
fn answered(location: &str) -> (&'static str, Vec<(&str, &str)>) {
    let (mode, parameters) = match (location.split_once('#'), location.split_once('?')) {
        (Some((_, parameters)), _) => ("fragment", parameters),
        (None, Some((_, parameters))) => ("query", parameters),
        (None, None) => ("none", ""),
    };
    (mode, parameters.split('&').filter_map(|parameter| parameter.split_once('=')).collect())
}

fn parameter<'a>(location: &'a str, name: &str) -> Option<&'a str> {
    answered(location).1.into_iter().find(|(found, _)| *found == name).map(|(_, value)| value)
}

/// The request for a code of a client that uses PKCE.
fn for_code() -> String {
    format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256")
}

/// The body that exchanges a code that the viewer brings.
#[track_caller]
fn exchange(house: &House, client: &Client, now: Timestamp) -> String {
    let location = visit(house, client, &for_code(), now).expect("sent back");
    let code = parameter(&location, "code").unwrap_or_else(|| panic!("no code: {location}"));
    let uri = redirect_uri(client);
    format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}&redirect_uri={uri}")
}

/// How a client says who it is (RFC 7591 §2, `token_endpoint_auth_method`).
const METHODS: [&str; 7] = [
    "client_secret_basic",
    "client_secret_post",
    "none",
    "client_secret_jwt",
    "private_key_jwt",
    "tls_client_auth",
    "self_signed_tls_client_auth",
];

/// Headers, and what is added to the body, by which this client authenticates in this way.
fn authenticated(house: &House, client: &Client, method: &str) -> (Vec<String>, String) {
    let (id, secret) = (client.id, house.secret(client));
    match method {
        "client_secret_basic" => (vec![basic(id, &secret)], String::new()),
        "client_secret_post" => (vec![], format!("&client_id={id}&client_secret={secret}")),
        "client_secret_jwt" | "private_key_jwt" => {
            let kind = encoded("urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
            (vec![], format!("&client_id={id}&client_assertion_type={kind}&client_assertion=e30.e30.e30"))
        }
        _ => (vec![], format!("&client_id={id}")),
    }
}

/// An endpoint of the back channel.
#[derive(Clone, Copy, Debug)]
enum Endpoint {
    Token,
    Introspection,
    Revocation,
}

#[track_caller]
fn post(house: &House, endpoint: Endpoint, (headers, body): (&[String], &str), now: Timestamp) -> Response {
    let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
    let request = TokenRequest {
        authorization: &headers,
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    match endpoint {
        Endpoint::Token => done(house.server.token(&request, now)),
        Endpoint::Introspection => done(house.server.introspect(&request, now)),
        Endpoint::Revocation => done(house.server.revoke_token(&request, now)),
    }
}

/// The client that may use the method: the public one for `none`, which mutual TLS without a certificate is too.
fn client_for<'a>(house: &'a House, method: &str) -> &'a Client {
    if method == "none" { &house.world.mobile } else { &house.world.web }
}

/// The document of these tests at noon.
const DOCUMENT: &str = concat!(
    r#"{"issuer":"https://login.example.com","#,
    r#""authorization_endpoint":"https://login.example.com/oauth/authorize","#,
    r#""token_endpoint":"https://login.example.com/oauth/token","#,
    r#""scopes_supported":["analytics","analytics:readonly","routing","routing:readonly","users","users:readonly"],"#,
    r#""response_types_supported":["code","token"],"#,
    r#""response_modes_supported":["query","fragment"],"#,
    r#""grant_types_supported":["authorization_code","client_credentials","refresh_token","implicit"],"#,
    r#""token_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],"#,
    r#""revocation_endpoint":"https://login.example.com/oauth/revoke","#,
    r#""revocation_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post","none"],"#,
    r#""introspection_endpoint":"https://login.example.com/oauth/introspect","#,
    r#""introspection_endpoint_auth_methods_supported":["client_secret_basic","client_secret_post"],"#,
    r#""code_challenge_methods_supported":["S256"],"#,
    r#""authorization_response_iss_parameter_supported":true}"#,
);

/// RFC 8414 §2: the members that must be there and those that clients rely on, each once, byte for byte at noon.
#[test]
fn the_document_is_what_is_configured() {
    assert_eq!(String::from_utf8(House::new().server.metadata(NOON).body).unwrap(), DOCUMENT);
}

/// RFC 8414 §3.2: each member of the standard's example that is ours too has a value of the same kind, and what its
/// example has beside them is not claimed: it is not served.
#[test]
fn the_document_is_that_of_rfc_8414() {
    let mut lines = include_str!("vectors/metadata.txt").lines();
    let vector = lines.find(|line| line.starts_with("RFC 8414 §3.2")).expect("the vector");
    let example: Value = serde_json::from_str(vector.split_once(" | ").unwrap().1).unwrap();
    let document = document(&House::new(), NOON);
    let (shared, others): (Vec<_>, Vec<_>) =
        example.as_object().unwrap().iter().partition(|(name, _)| document.get(name).is_some());
    for (name, value) in &shared {
        assert_eq!(std::mem::discriminant(&document[*name]), std::mem::discriminant(*value), "{name}");
    }
    let others: BTreeSet<&str> = others.into_iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((shared.len(), others), (6, BTreeSet::from(NOT_SERVED)));
}

/// Of the example of RFC 8414 §3.2 what belongs to signatures, OpenID Connect and registration.
const NOT_SERVED: [&str; 6] = [
    "token_endpoint_auth_signing_alg_values_supported",
    "userinfo_endpoint",
    "jwks_uri",
    "registration_endpoint",
    "service_documentation",
    "ui_locales_supported",
];

/// RFC 8414 §2, §3.3: the issuer is the configured one as it was written, endpoints are where the host put them, and
/// scopes those of the catalog.
#[test]
fn another_configuration_is_another_document() {
    let issuer = "https://id.example.org/tenant".parse().unwrap();
    let mut settings = Settings::new(issuer, catalog());
    settings.endpoints.token = "https://api.example.org/t".parse().unwrap();
    let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    let document: Value = serde_json::from_slice(&server.metadata(NOON).body).unwrap();
    assert_eq!(document["issuer"], "https://id.example.org/tenant");
    assert_eq!(document["authorization_endpoint"], "https://id.example.org/tenant/oauth/authorize");
    assert_eq!(document["token_endpoint"], "https://api.example.org/t");
    let scopes: Vec<Value> = catalog().iter().map(|entry| json!(entry.scope.as_str())).collect();
    assert_eq!(document["scopes_supported"], json!(scopes));
    assert_eq!(
        Endpoints::under(&ISSUER.parse().unwrap()).token.as_str(),
        "https://login.example.com/oauth/token"
    );
}

/// The response types of the registry, and one that is none.
const RESPONSE_TYPES: [&str; 9] = [
    "code",
    "token",
    "none",
    "id_token",
    "code token",
    "code id_token",
    "id_token token",
    "code id_token token",
    "x",
];

/// Whether the browser brings the application what it asked for.
fn is_answered(location: &str) -> bool {
    parameter(location, "code").or(parameter(location, "access_token")).is_some()
}

/// GR-05, GR-09: the response types that are claimed lead to what they name, each by the client that is registered for
/// it, and no other type that there is leads anywhere, before and after the end of implicit.
#[test]
fn gr_05_response_types_are_served_as_claimed() {
    for (now, _) in instants() {
        let house = House::new();
        let is_served = |response_type: &str| {
            let asked = format!("response_type={}", response_type.replace(' ', "+"));
            let with_pkce = format!("{asked}&code_challenge={CHALLENGE}&code_challenge_method=S256");
            let World { web, mobile, implicit, .. } = &house.world;
            let requests = [(web, &with_pkce), (mobile, &with_pkce), (implicit, &asked)];
            let sent = requests.map(|(client, asked)| visit(&house, client, asked, now));
            sent.iter().flatten().any(|location| is_answered(location))
        };
        assert_claimed(&house, "response_types_supported", RESPONSE_TYPES, (is_served, now));
    }
}

/// The response modes of the registry, and one that some servers have beside them.
const RESPONSE_MODES: [&str; 8] =
    ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt", "web_message"];

/// GR-05: an answer comes in a mode that is claimed, and in each of them one does; another mode that is asked for by
/// name is refused.
#[test]
fn gr_05_response_modes_are_served_as_claimed() {
    for (now, _) in instants() {
        let house = House::new();
        let for_token = "response_type=token".to_owned();
        let requests = [(&house.world.web, for_code()), (&house.world.implicit, for_token)];
        let is_served = |mode: &str| {
            requests.iter().any(|(client, asked)| {
                let asked = format!("{asked}&response_mode={mode}");
                let location = visit(&house, client, &asked, now).expect("sent back");
                is_answered(&location) && answered(&location).0 == mode
            })
        };
        assert_claimed(&house, "response_modes_supported", RESPONSE_MODES, (is_served, now));
    }
}

/// The grant types of the standards.
const GRANT_TYPES: [&str; 10] = [
    "authorization_code",
    "client_credentials",
    "refresh_token",
    "implicit",
    "password",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:openid:params:grant-type:ciba",
];

/// GR-09, threat 16: each grant type that is claimed gives a token to the client that is registered for it, and none
/// other gives one to any client, before and after the end of implicit.
#[test]
fn gr_09_threat_16_grant_types_are_served_as_claimed() {
    for (now, _) in instants() {
        let house = House::new();
        let is_served = |grant_type: &str| gives_a_token(&house, grant_type, now);
        assert_claimed(&house, "grant_types_supported", GRANT_TYPES, (is_served, now));
    }
}

/// Whether any client obtains a token by the grant type.
fn gives_a_token(house: &House, grant_type: &str, now: Timestamp) -> bool {
    let by_basic = |client: &Client, body: &str| {
        let (headers, _) = authenticated(house, client, "client_secret_basic");
        post(house, Endpoint::Token, (&headers, body), now)
    };
    match grant_type {
        // RFC 7591 §2: `implicit` is a name for the authorization endpoint alone.
        "implicit" => visit(house, &house.world.implicit, "response_type=token", now)
            .is_some_and(|location| parameter(&location, "access_token").is_some()),
        "authorization_code" => {
            by_basic(&house.world.web, &exchange(house, &house.world.web, now)).status == 200
        }
        "refresh_token" => {
            let issued = by_basic(&house.world.web, &exchange(house, &house.world.web, now));
            let issued: Value = serde_json::from_slice(&issued.body).unwrap();
            let token = issued["refresh_token"].as_str().expect("a refresh token");
            by_basic(&house.world.web, &format!("grant_type=refresh_token&refresh_token={token}")).status
                == 200
        }
        other => {
            let body = format!(
                "grant_type={}&username=a&password=b&assertion=e30&device_code=x&subject_token=x&auth_req_id=x",
                encoded(other)
            );
            let clients = [&house.world.service, &house.world.web, &house.world.saml];
            clients.into_iter().any(|client| by_basic(client, &body).status == 200)
        }
    }
}

/// threat 17, CL-12: each way to authenticate that is claimed for the token endpoint gives a token, and no other does.
#[test]
fn threat_17_token_methods_are_served_as_claimed() {
    let house = House::new();
    let is_served = |method: &str| {
        let client = client_for(&house, method);
        let (headers, more) = authenticated(&house, client, method);
        let body = format!("{}{more}", exchange(&house, client, NOON));
        post(&house, Endpoint::Token, (&headers, &body), NOON).status == 200
    };
    assert_claimed(&house, "token_endpoint_auth_methods_supported", METHODS, (is_served, NOON));
}

/// A token of the client in the viewer's name, however it authenticates.
#[track_caller]
fn issued(house: &House, client: &Client) -> String {
    let own = if client.grant.secrets().is_some() { "client_secret_post" } else { "none" };
    let body = format!("{}{}", exchange(house, client, NOON), authenticated(house, client, own).1);
    let issued = post(house, Endpoint::Token, (&[], &body), NOON);
    let issued: Value = serde_json::from_slice(&issued.body).expect("JSON");
    issued["access_token"].as_str().expect("a token").to_owned()
}

/// TK-10: each way to authenticate that is claimed for the revocation endpoint revokes, and no other does.
#[test]
fn tk_10_revocation_methods_are_served_as_claimed() {
    let house = House::new();
    let is_served = |method: &str| {
        let client = client_for(&house, method);
        let (token, (headers, more)) = (issued(&house, client), authenticated(&house, client, method));
        let answer = post(&house, Endpoint::Revocation, (&headers, &format!("token={token}{more}")), NOON);
        let is_revoked = house.refused(&token, NOON).is_some();
        assert_eq!(answer.status == 200, is_revoked, "{method}");
        is_revoked
    };
    assert_claimed(&house, "revocation_endpoint_auth_methods_supported", METHODS, (is_served, NOON));
}

/// TK-09: each way to authenticate that is claimed for the introspection endpoint is answered, and no other is.
#[test]
fn tk_09_introspection_methods_are_served_as_claimed() {
    let house = House::new();
    let token = house.web_token();
    let is_served = |method: &str| {
        let (headers, more) = authenticated(&house, client_for(&house, method), method);
        let answer = post(&house, Endpoint::Introspection, (&headers, &format!("token={token}{more}")), NOON);
        let body: Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(answer.status == 200, body["active"] == json!(true), "{method}");
        answer.status == 200
    };
    assert_claimed(&house, "introspection_endpoint_auth_methods_supported", METHODS, (is_served, NOON));
}

/// GR-03, threat 15: the challenge method that is claimed gives a code that its verifier exchanges; `plain` gives
/// none, nor does any other, nor the absence of one, which means `plain`.
#[test]
fn gr_03_threat_15_challenge_methods_are_served_as_claimed() {
    let house = House::new();
    let gives_a_code = |challenge: &str, method: &str| {
        let asked = format!("response_type=code&code_challenge={challenge}{method}");
        let sent = [&house.world.web, &house.world.mobile].map(|client| visit(&house, client, &asked, NOON));
        sent.iter().any(|location| is_answered(location.as_deref().expect("sent back")))
    };
    let is_served = |method: &str| {
        let method = format!("&code_challenge_method={method}");
        [CHALLENGE, VERIFIER].iter().any(|challenge| gives_a_code(challenge, &method))
    };
    let all = ["S256", "plain", "s256", "S512", "none"];
    assert_claimed(&house, "code_challenge_methods_supported", all, (is_served, NOON));
    assert!(!gives_a_code(CHALLENGE, "") && !gives_a_code(VERIFIER, ""));
}

/// Requests of each outcome that is brought to the application, and the parameter that tells of it.
fn outcomes(house: &House) -> [(&Client, String, &'static str); 7] {
    let World { web, implicit, .. } = &house.world;
    [
        (web, for_code(), "code"),
        (implicit, "response_type=token".into(), "access_token"),
        (web, "response_type=code".into(), "error"),
        (web, "response_type=token".into(), "error"),
        (web, "response_type=x".into(), "error"),
        (web, format!("{}&scope=analytics", for_code()), "error"),
        (web, format!("{}&request_uri=x", for_code()), "error"),
    ]
}

/// GR-11, RFC 9207 §2, §3: the document says that answers name the issuer, and each does: codes, tokens and errors,
/// once, and as the document writes it.
#[test]
fn gr_11_every_answer_names_the_issuer() {
    let house = House::new();
    let document = document(&house, NOON);
    assert_eq!(document["authorization_response_iss_parameter_supported"], json!(true));
    for (client, asked, expected) in outcomes(&house) {
        let location = visit(&house, client, &asked, NOON).expect("sent back");
        let names = |name: &str| answered(&location).1.iter().filter(|(found, _)| *found == name).count();
        assert_eq!((names("iss"), names(expected)), (1, 1), "{asked}");
        let named = parameter(&location, "iss").unwrap().replace("%3A", ":").replace("%2F", "/");
        assert_eq!(document["issuer"], named, "{asked}");
    }
}

/// Whether a client may register the scope, and its user is then sent back with a code for it.
fn is_granted(house: &House, scope: &str) -> bool {
    let drafted = ClientDraft { scopes: vec![scope.to_owned()], ..draft(GrantType::AuthorizationCode) };
    let Ok(created) = ready(house.admin().create_client(&drafted, NOON)).unwrap() else { return false };
    let _ = done(house.admin().authorize(created.client.id, None, NOON));
    let location = visit(house, &house.client(created.client.id), &for_code(), NOON);
    is_answered(&location.expect("sent back"))
}

/// SC-02: each scope that is claimed is granted to a client that registered it, and what is not claimed to none.
#[test]
fn sc_02_scopes_are_served_as_claimed() {
    let house = House::new();
    let claimed = claimed(&house, "scopes_supported", NOON);
    let others = ["openid", "offline_access", "routing:write", "conversations"];
    let all = claimed.iter().map(String::as_str).chain(others);
    assert_claimed(&house, "scopes_supported", all, (|scope: &str| is_granted(&house, scope), NOON));
}

/// What is reserved for later is refused by name today, and not claimed: pushed requests, request objects, resources
/// (RFC 9126, RFC 9101, RFC 8707).
#[test]
fn what_is_not_served_is_not_claimed() {
    let house = House::new();
    let document = document(&house, NOON);
    for (asked, member) in [
        ("request_uri=urn%3Aexample%3Ax", "pushed_authorization_request_endpoint"),
        ("request=e30.e30.", "request_parameter_supported"),
        ("resource=https%3A%2F%2Fapi.example.com", "protected_resources"),
    ] {
        let location = visit(&house, &house.world.web, &format!("{}&{asked}", for_code()), NOON);
        let location = location.expect("sent back");
        assert!(parameter(&location, "error").is_some() && !is_answered(&location), "{asked}");
        assert_eq!(document.get(member), None, "{asked}");
    }
}

/// GR-05: with the end of implicit gone into force, the document has no word of it left.
#[test]
fn gr_05_the_document_forgets_implicit_at_its_end() {
    let house = House::new();
    for (now, is_served) in instants() {
        let text = String::from_utf8(house.server.metadata(now).body).unwrap();
        let words = ["implicit", "\"token\"", "fragment"];
        assert_eq!(words.map(|word| text.contains(word)), [is_served; 3], "{now}");
    }
}
