//! Introspection, revocation, ending tokens and the end of implicit (TK-09, TK-10, GR-05, GR-06, CL-10, AA-07, OR-01,
//! threats 28 to 34, 36, 38, 39).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Barrier;
use std::thread;

use grantor::admin::ClientDraft;
use grantor::admin::ClientView;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::Client;
use grantor::model::GrantType;
use grantor::model::Overlap;
use grantor::model::Policy;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::Administration;
use grantor::server::Authorize;
use grantor::server::Error;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::HOUR;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::ClientId;
use grantor::value::Plain;
use grantor::value::PresentedRefreshToken;
use grantor::value::Timestamp;
use grantor::value::kind;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;

use common::Broken;
use common::Call;
use common::Fault;
use common::House;
use common::NEWCOMER;
use common::Spy;
use common::Told;
use common::assert_same;
use common::basic;
use common::code;
use common::done;
use common::draft;
use common::sent_back;
use common::told;
use common::visit_and_agree;

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
/// The first instant at which implicit clients use no token (GR-05).
const USE_ENDS: Timestamp = Timestamp::from_unix(1_809_129_600);
const VIEWER_OF_ACME: LoggedIn = LoggedIn { organization: ACME, user: VIEWER };

/// One of the two endpoints about tokens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Endpoint {
    Introspection,
    Revocation,
}

/// What a login gave its client.
#[derive(Clone, Debug)]
struct Tokens {
    access: String,
    refresh: Option<String>,
}

impl Tokens {
    #[track_caller]
    fn refresh(&self) -> &str {
        self.refresh.as_deref().expect("a refresh token")
    }

    fn each(&self) -> impl Iterator<Item = &str> {
        [Some(self.access.as_str()), self.refresh.as_deref()].into_iter().flatten()
    }
}

/// The answer of the endpoint to these headers and this body.
fn try_post(
    house: &House,
    endpoint: Endpoint,
    (headers, body): (&[&str], &str),
    now: Timestamp,
) -> Result<Response, Error<Broken>> {
    let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
    let request = TokenRequest {
        authorization: &headers,
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    match endpoint {
        Endpoint::Introspection => ready(house.server.introspect(&request, now)).unwrap(),
        Endpoint::Revocation => ready(house.server.revoke_token(&request, now)).unwrap(),
    }
}

#[track_caller]
fn post(house: &House, endpoint: Endpoint, sent: (&[&str], &str), now: Timestamp) -> Response {
    match try_post(house, endpoint, sent, now) {
        Ok(response) => response,
        Err(error) => panic!("not answered: {error}"),
    }
}

/// The credentials of a client of the fixtures.
fn credentials(house: &House, client: &Client) -> String {
    basic(client.id, &house.secret(client))
}

/// What Acme's service is told of the token.
#[track_caller]
fn introspect(house: &House, token: &str, now: Timestamp) -> Response {
    let header = credentials(house, &house.world.service);
    post(house, Endpoint::Introspection, (&[&header], &format!("token={token}")), now)
}

/// The members of the answer.
#[track_caller]
fn members(response: &Response) -> Value {
    assert_eq!(response.status, 200);
    serde_json::from_slice(&response.body).expect("JSON")
}

#[track_caller]
fn is_active(house: &House, token: &str, now: Timestamp) -> bool {
    let response = introspect(house, token, now);
    let active = members(&response)["active"].as_bool().expect("a flag");
    assert!(active || response == inactive(), "more is told than that it is not active");
    active
}

/// What is told of a token that is not active: this, and not a byte more.
fn inactive() -> Response {
    let headers = vec![
        ("content-type", "application/json".into()),
        ("cache-control", "no-store".into()),
        ("pragma", "no-cache".into()),
    ];
    Response { status: 200, headers, body: br#"{"active":false}"#.to_vec() }
}

/// What is told of a revocation, whatever the token was.
fn revoked() -> Response {
    let headers = vec![
        ("content-type", "application/json".into()),
        ("cache-control", "no-store".into()),
        ("pragma", "no-cache".into()),
    ];
    Response { status: 200, headers, body: b"{}".to_vec() }
}

/// Revokes the token as this client of the fixtures.
#[track_caller]
fn revoke(house: &House, client: &Client, token: &str, now: Timestamp) {
    let header = credentials(house, client);
    let response = post(house, Endpoint::Revocation, (&[&header], &format!("token={token}")), now);
    assert_eq!(response, revoked());
}

/// The user goes to the client's page, agrees where asked, and is sent back.
#[track_caller]
fn visit(house: &House, client: &Client, user: LoggedIn, asked: &str, now: Timestamp) -> Authorize {
    let uri = client.grant.redirect_uris().and_then(|uris| uris.iter().last()).expect("a redirect URI");
    let uri = uri.as_str().replace(':', "%3A").replace('/', "%2F");
    let query = format!("client_id={}&redirect_uri={uri}&{asked}", client.id);
    visit_and_agree(house, &query, user, now)
}

/// The user logs in with the client, for these scopes; none for all that may be had.
#[track_caller]
fn log_in_for(house: &House, client: &Client, user: LoggedIn, scope: &str, now: Timestamp) -> Tokens {
    let asked =
        format!("response_type=code&code_challenge={CHALLENGE}&code_challenge_method=S256&scope={scope}");
    let code = sent_back(&visit(house, client, user, &asked, now), "code");
    let uri = client.grant.redirect_uris().and_then(|uris| uris.iter().last()).expect("a redirect URI");
    let uri = uri.as_str().replace(':', "%3A").replace('/', "%2F");
    let body =
        format!("grant_type=authorization_code&code={code}&code_verifier={VERIFIER}&redirect_uri={uri}");
    let response = match client.grant.secrets() {
        Some(_) => house.post(&[&credentials(house, client)], body.as_bytes(), now),
        None => house.post(&[], format!("{body}&client_id={}", client.id).as_bytes(), now),
    };
    let issued = members(&response);
    let text = |name: &str| issued[name].as_str().map(str::to_owned);
    Tokens { access: text("access_token").expect("a token"), refresh: text("refresh_token") }
}

/// The viewer of Acme logs in with the client.
#[track_caller]
fn log_in(house: &House, client: &Client, now: Timestamp) -> Tokens {
    log_in_for(house, client, VIEWER_OF_ACME, "", now)
}

/// What a refresh is answered.
fn refreshed(house: &House, client: &Client, token: &str, now: Timestamp) -> Response {
    let body = format!("grant_type=refresh_token&refresh_token={token}");
    house.post(&[&credentials(house, client)], body.as_bytes(), now)
}

fn globex(house: &House) -> Administration<'_, Spy> {
    house.server.administration(GLOBEX, ADMINISTRATOR)
}

#[track_caller]
fn family(house: &House, token: &str) -> TokenFamily {
    let id = PresentedRefreshToken::parse(token).expect("a refresh token").family();
    match house.find(Key::Family(id)).map(|found| found.record) {
        Some(Record::Family(family)) => (*family).clone(),
        other => panic!("no family but {other:?}"),
    }
}

// What is told of a token (TK-09).

/// TK-09: of an active access token in a user's name all that RFC 7662 §2.2 has a name for and that is known here.
#[test]
fn tk_09_what_holds_of_a_users_token_is_told() {
    let house = House::new();
    let web = &house.world.web;
    let expected = json!({
        "active": true,
        "scope": "routing users:readonly",
        "client_id": web.id.to_string(),
        "token_type": "Bearer",
        "exp": NOON.plus(DAY).unix(),
        "iat": NOON.unix(),
        "sub": VIEWER.to_string(),
        "iss": "https://login.example.com",
    });
    assert_eq!(members(&introspect(&house, &house.web_token(), NOON.plus(HOUR))), expected);
}

/// TK-09, TK-07: of client credentials no scope, and the client is its own subject.
#[test]
fn tk_09_client_credentials_are_their_own_subject() {
    let house = House::new();
    let service = &house.world.service;
    let token = house.issue(service.id, &house.secret(service), NOON);
    let told = members(&introspect(&house, &token, NOON));
    assert_eq!((&told["sub"], &told["client_id"]), (&told["client_id"], &json!(service.id.to_string())));
    assert_eq!(told.get("scope"), None);
}

/// TK-09: of a refresh token that it is active, and for how long the login lives; it is of no token type.
#[test]
fn tk_09_a_refresh_token_is_told_of_without_a_type() {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    let _ = refreshed(&house, &house.world.web, "x", NOON);
    let told = members(&introspect(&house, tokens.refresh(), NOON.plus(HOUR)));
    let login = family(&house, tokens.refresh());
    assert_eq!(told.get("token_type"), None);
    assert_eq!((&told["iat"], &told["exp"]), (&json!(NOON.unix()), &json!(login.expires.unix())));
    assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(VIEWER.to_string())));
}

/// TK-09: a refresh token is active where a refresh is answered, and no other: the spent one is not.
#[test]
fn tk_09_a_spent_refresh_token_is_not_active() {
    let house = House::new();
    let web = &house.world.web;
    let first = log_in(&house, web, NOON);
    let response = refreshed(&house, web, first.refresh(), NOON);
    let second = members(&response)["refresh_token"].as_str().expect("a successor").to_owned();
    assert!(!is_active(&house, first.refresh(), NOON));
    assert!(is_active(&house, &second, NOON), "and to ask about the spent one is no reuse of it");
    assert_eq!(refreshed(&house, web, &second, NOON).status, 200);
}

/// TK-09: what is told to be active can be refreshed: nothing is left of the login's scopes, and neither is possible.
#[test]
fn tk_09_a_refresh_token_without_a_scope_left_is_not_active() {
    let house = House::new();
    let web = &house.world.web;
    let tokens = log_in_for(&house, web, VIEWER_OF_ACME, "routing", NOON);
    let _ = done(house.admin().edit_scopes(web.id, &["users:readonly".to_owned()], NOON));
    assert_eq!(
        told(&refreshed(&house, web, tokens.refresh(), NOON)),
        Told::Error(400, "invalid_grant".into())
    );
    assert!(!is_active(&house, tokens.refresh(), NOON));
}

/// TK-09, GR-08: with an idle timeout on nothing is refreshed, and no refresh token is active.
#[test]
fn tk_09_an_idle_timeout_leaves_no_refresh_token_active() {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    set_idle_timeout(&house, 300);
    assert!(!is_active(&house, tokens.refresh(), NOON));
    assert!(is_active(&house, &tokens.access, NOON));
}

fn set_idle_timeout(house: &House, seconds: u32) {
    let idle_timeout = Some(grantor::model::IdleTimeout::from_seconds(seconds).unwrap());
    house.set_policy(ACME, Policy { idle_timeout, ..Policy::default() }, NOON);
}

/// All records but the uses of secrets.
fn but_secret_uses(house: &House) -> BTreeMap<Key, Versioned<Record>> {
    house.dump().into_iter().filter(|(key, _)| key.kind() != Kind::SecretUse).collect()
}

/// TK-09, TK-04: to ask about a token is no use of it: its idle clock runs on, to the second, and nothing changes but
/// the last use of the secret that asked (CL-10).
#[test]
fn tk_09_tk_04_introspection_does_not_reset_the_idle_clock() {
    let house = House::new();
    set_idle_timeout(&house, 300);
    let before = but_secret_uses(&house);
    for seconds in [1, 150, 299] {
        assert!(is_active(&house, &house.web_token(), NOON.plus(seconds)), "{seconds} s");
    }
    assert_same(&but_secret_uses(&house), &before, "asked about");
    assert!(!is_active(&house, &house.web_token(), NOON.plus(300)));
    assert_eq!(house.refused(&house.web_token(), NOON.plus(300)), Some("token.idle"));
}

/// TK-04: the neighbor: a call is a use, and introspection tells of it.
#[test]
fn tk_04_a_call_resets_the_idle_clock() {
    let house = House::new();
    set_idle_timeout(&house, 300);
    assert_eq!(house.refused(&house.web_token(), NOON.plus(200)), None);
    assert!(is_active(&house, &house.web_token(), NOON.plus(499)));
    assert!(!is_active(&house, &house.web_token(), NOON.plus(500)));
}

/// TK-09, threat 36: the end of a token is told to the second, by the clock of the call alone.
#[test]
fn tk_09_threat_36_the_clock_of_the_call_alone_counts() {
    let house = House::new();
    let (header, token) = (credentials(&house, &house.world.service), house.web_token());
    let body = format!("token={token}&now={}&exp=99999999999&iat=0", NOON.unix());
    for (late, expected) in [(DAY - 1, true), (DAY, false), (DAY + 1, false)] {
        assert_eq!(is_active(&house, &token, NOON.plus(late)), expected, "{late} s");
        let claimed = post(&house, Endpoint::Introspection, (&[&header], &body), NOON.plus(late));
        assert_eq!(claimed, introspect(&house, &token, NOON.plus(late)), "{late} s");
    }
}

/// TK-09, RFC 7662 §2.1: a hint that is wrong, or that nobody knows, changes nothing.
#[test]
fn tk_09_a_hint_is_a_hint() {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    let header = credentials(&house, &house.world.service);
    for token in tokens.each() {
        for hint in ["access_token", "refresh_token", "saml2_assertion"] {
            let body = format!("token={token}&token_type_hint={hint}");
            let response = post(&house, Endpoint::Introspection, (&[&header], &body), NOON);
            assert_eq!(response, introspect(&house, token, NOON), "{hint}");
            assert_eq!(members(&response)["active"], json!(true));
        }
    }
}

/// AA-07, AA-06: a scope that is taken away is told of no more at the next call, of access and refresh token alike.
#[test]
fn aa_07_aa_06_a_scope_taken_away_is_told_no_more() {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    let narrow = (vec!["routing:readonly".to_owned()], "routing:readonly");
    let wide = (vec!["routing".to_owned(), "users:readonly".to_owned()], "routing users:readonly");
    for (approved, told) in [narrow, wide] {
        let _ = done(house.admin().edit_scopes(house.world.web.id, &approved, NOON));
        for token in tokens.each() {
            assert_eq!(members(&introspect(&house, token, NOON))["scope"], told);
        }
    }
}

// Who may ask (TK-09, OR-01).

/// Headers, and what is added to the body, by which nobody proves to be this confidential client, or any other.
fn unproven(house: &House, client: ClientId) -> Vec<(Vec<String>, String)> {
    let wrong = fixtures::plain::<kind::ClientSecret>(1);
    let by_basic = |id: ClientId| (vec![basic(id, wrong.expose())], String::new());
    let by_name = |id: ClientId| (vec![], format!("&client_id={id}"));
    let bearer = format!("Bearer {}", house.web_token());
    vec![
        by_basic(client),
        by_name(client),
        by_basic(fixtures::id(999)),
        by_basic(house.world.removed.id),
        by_name(house.world.removed.id),
        (vec![bearer], String::new()),
        (vec![], String::new()),
    ]
}

/// Asserts that each of them is told that it is no client, whatever the token.
#[track_caller]
fn assert_unproven(house: &House, endpoint: Endpoint, cases: Vec<(Vec<String>, String)>, tokens: &[&str]) {
    for (headers, more) in cases {
        let headers: Vec<&str> = headers.iter().map(String::as_str).collect();
        let answers = tokens
            .iter()
            .map(|token| post(house, endpoint, (&headers, &format!("token={token}{more}")), NOON));
        let answers: Vec<Response> = answers.collect();
        assert_eq!(told(&answers[0]), Told::Error(401, "invalid_client".into()), "{headers:?} {more}");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{headers:?} {more}");
    }
}

/// TK-09, CL-11: whoever does not prove to be a client learns nothing: the same answer for a token that is active, one
/// that is not, and none. A public client proves nothing.
#[test]
fn tk_09_whoever_is_not_authenticated_learns_nothing() {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    let mut cases = unproven(&house, house.world.service.id);
    cases.push((vec![], format!("&client_id={}", house.world.mobile.id)));
    let unknown = fixtures::plain::<kind::AccessToken>(9);
    let tokens = [&tokens.access, tokens.refresh(), unknown.expose(), "x"];
    assert_unproven(&house, Endpoint::Introspection, cases, &tokens);
}

/// TK-09, OR-01, threat 37: a client of another organization is told the same of a token there is and of none, and a
/// token is told of in the organization whose data it opens, and not where its client comes from.
#[test]
fn tk_09_or_01_threat_37_another_organization_learns_nothing() {
    let house = House::new();
    let newcomer = house.client(fixtures::id(NEWCOMER));
    let _ = done(house.admin().authorize(newcomer.id, None, NOON));
    let tokens = log_in(&house, &newcomer, NOON);
    for client in [&newcomer, &house.world.partner] {
        let header = credentials(&house, client);
        for token in tokens.each().chain([house.web_token().as_str(), "x"]) {
            let response =
                post(&house, Endpoint::Introspection, (&[&header], &format!("token={token}")), NOON);
            assert_eq!(response, inactive(), "{token} of Acme's data, and a client of Globex");
        }
    }
    assert!(tokens.each().all(|token| is_active(&house, token, NOON)), "Acme itself is told");
}

/// TK-09, OR-01: each organization is told of its own tokens, and of no other's, whichever client holds them.
#[test]
fn tk_09_or_01_each_organization_is_told_of_its_own() {
    let house = House::new();
    let web = &house.world.web;
    let _ = done(globex(&house).reauthorize(web.id, None, NOON));
    let there = LoggedIn { organization: GLOBEX, user: ADMINISTRATOR };
    let [own, theirs] = [VIEWER_OF_ACME, there].map(|user| log_in_for(&house, web, user, "", NOON));
    let partner = credentials(&house, &house.world.partner);
    for (token, of_acme) in
        own.each().map(|token| (token, true)).chain(theirs.each().map(|token| (token, false)))
    {
        let response = post(&house, Endpoint::Introspection, (&[&partner], &format!("token={token}")), NOON);
        assert_eq!(members(&response)["active"], json!(!of_acme), "asked by Globex");
        assert_eq!(is_active(&house, token, NOON), of_acme, "asked by Acme");
    }
}

/// TK-09, threats 29 and 33: a client that is set for deletion, disabled or removed asks about nothing, from the very
/// instant, to the second; enabled or restored it asks again.
#[test]
fn tk_09_threat_29_threat_33_only_an_active_client_asks() {
    let house = House::new();
    let (service, token) = (&house.world.service, house.web_token());
    let _ = done(house.server.operator().disable_client(service.id, NOON));
    assert!(!is_active(&house, &token, NOON), "disabled");
    let _ = done(house.server.operator().enable_client(service.id, NOON));
    assert!(is_active(&house, &token, NOON));
    let plan = done(house.admin().plan_deletion(service.id, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
    for (late, status) in [(0, 200), (7 * DAY - 1, 200), (7 * DAY, 401), (7 * DAY + 1, 401)] {
        let answer = introspect(&house, &token, NOON.plus(late));
        assert!(answer.status == status && (status != 200 || answer == inactive()), "{late} s: {answer:?}");
    }
    let _ = done(house.admin().restore_client(service.id, None, NOON.plus(HOUR)));
    assert!(is_active(&house, &token, NOON.plus(HOUR)));
}

// What ends tokens ends them everywhere at once (threat 31).

/// A way to end a login of the viewer with the world's client `web`.
type End = fn(&House, &Tokens);

macro_rules! admin {
    ($house:ident, $operation:expr) => {{
        let _ = done($operation);
    }};
}

/// Each way, and whether it ends the login with its refresh token, and not the one access token alone.
const ENDS: [(&str, bool, End); 14] = [
    ("the access token revoked", false, |house, tokens| {
        revoke(house, &house.world.web, &tokens.access, NOON)
    }),
    ("the refresh token revoked", true, |house, tokens| {
        revoke(house, &house.world.web, tokens.refresh(), NOON)
    }),
    ("all of the organization", true, |house, _| admin!(house, house.admin().end_tokens(NOON))),
    ("all of the application", true, |house, _| {
        admin!(house, house.admin().end_tokens_of_application(house.world.web.id, NOON));
    }),
    ("all of the client", true, |house, _| {
        admin!(house, house.admin().end_tokens_of_client(house.world.web.id, NOON));
    }),
    ("all of the user", true, |house, _| admin!(house, house.admin().end_tokens_of_user(VIEWER, NOON))),
    ("consent withdrawn", true, |house, _| {
        admin!(house, house.server.withdraw_consent(VIEWER_OF_ACME, house.world.web.id, NOON));
    }),
    ("application revoked", true, |house, _| {
        admin!(house, house.admin().revoke(house.world.web.id, Acknowledgement::NotGiven, NOON));
    }),
    ("application limited to others", true, |house, _| {
        admin!(house, house.admin().edit_audience(house.world.web.id, &[ADMINISTRATORS], NOON));
    }),
    ("client disabled", true, |house, _| {
        admin!(house, house.server.operator().disable_client(house.world.web.id, NOON));
    }),
    ("client deleted", true, |house, _| delete(house, house.world.web.id)),
    ("client deleted and restored", true, |house, _| {
        delete(house, house.world.web.id);
        admin!(house, house.admin().restore_client(house.world.web.id, None, NOON));
    }),
    ("user inactive", true, |house, _| {
        house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None });
    }),
    ("code replayed or spent token reused", true, |house, tokens| {
        let web = &house.world.web;
        assert_eq!(refreshed(house, web, tokens.refresh(), NOON).status, 200);
        assert_eq!(refreshed(house, web, tokens.refresh(), NOON).status, 400);
    }),
];

fn delete(house: &House, client: ClientId) {
    let plan = done(house.admin().plan_deletion(client, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
}

/// threat 31, TK-09, TK-10: whatever ends a login ends it in the same instant for calls, introspection and refresh,
/// and of no token is more told than that it is not active.
#[test]
fn threat_31_what_is_ended_is_ended_everywhere_at_once() {
    for (name, ends_login, end) in ENDS {
        let house = House::new();
        let web = &house.world.web;
        let tokens = log_in(&house, web, NOON);
        assert!(all_are(&house, std::slice::from_ref(&tokens), true), "{name}: before");
        end(&house, &tokens);
        assert_eq!(introspect(&house, &tokens.access, NOON), inactive(), "{name}");
        assert!(house.refused(&tokens.access, NOON).is_some(), "{name}: a call");
        assert_eq!(is_active(&house, tokens.refresh(), NOON), !ends_login, "{name}: the refresh token");
        let answer = refreshed(&house, web, tokens.refresh(), NOON);
        assert_eq!(answer.status == 200, !ends_login, "{name}: a refresh");
    }
}

/// threat 30, TK-10: to end tokens gives nothing back: who is disabled, revoked or set for deletion stays so.
#[test]
fn threat_30_ending_tokens_revives_nothing() {
    let ended: [(&str, End); 3] = [ENDS[9], ENDS[7], ENDS[10]].map(|(name, _, end)| (name, end));
    for (name, end) in ended {
        let house = House::new();
        let tokens = log_in(&house, &house.world.web, NOON);
        end(&house, &tokens);
        let (web, before) = (house.world.web.id, house.client(house.world.web.id).lifecycle);
        let _ = ready(house.admin().end_tokens_of_client(web, NOON)).unwrap();
        let _ = ready(house.admin().end_tokens_of_application(web, NOON)).unwrap();
        let _ = ready(house.admin().end_tokens_of_user(VIEWER, NOON)).unwrap();
        let _ = ready(house.admin().end_tokens(NOON)).unwrap();
        assert_eq!(house.client(web).lifecycle, before, "{name}");
        assert!(tokens.each().all(|token| !is_active(&house, token, NOON)), "{name}");
        assert!(house.refused(&tokens.access, NOON).is_some(), "{name}");
    }
}

/// threat 30, AA-08: the tokens of an application are ended while it is approved, and not otherwise.
#[test]
fn threat_30_only_an_approved_application_has_tokens_to_end() {
    let house = House::new();
    let end = |client: ClientId| code(house.admin().end_tokens_of_application(client, NOON));
    assert_eq!(end(house.world.partner.id), "bad.authorization.state", "pending");
    assert_eq!(end(fixtures::id(common::WITHDRAWN)), "bad.authorization.state", "revoked");
    assert_eq!(end(fixtures::id(NEWCOMER)), "authorization.not.found");
    assert_eq!(code(house.admin().end_tokens_of_client(house.world.built_in.id, NOON)), "client.built.in");
}

/// threat 32, LC-08: of a client that was removed its logins and codes are left, dead, until they are due, and then
/// its tombstone alone.
#[test]
fn threat_32_nothing_of_a_removed_client_is_left() {
    let house = House::new();
    let web = house.world.web.id;
    let tokens = log_in(&house, &house.world.web, NOON);
    assert!(matches!(visit_unanswered(&house, &house.world.web), Authorize::Ask(_)));
    delete(&house, web);
    for (days, waits) in [(7, true), (32, false)] {
        let now = NOON.plus(days * DAY);
        house.sweep_all(now);
        let left = house.dump().into_keys().filter(|key| of_client(&house, *key) == Some(web));
        let is_login = |key: &Key| matches!(key, Key::Family(_) | Key::AuthorizationCode(_));
        let (logins, others): (Vec<Key>, Vec<Key>) = left.partition(is_login);
        assert_eq!((others, !logins.is_empty()), (vec![Key::Client(web)], waits), "{days} days");
        assert_eq!(house.refused(&tokens.access, now), Some("token.unknown"), "{days} days");
        assert_eq!(revocable(&house, &tokens, now), 401, "{days} days");
    }
}

/// The status of an attempt to revoke as the removed client.
fn revocable(house: &House, tokens: &Tokens, now: Timestamp) -> u16 {
    let header = credentials(house, &house.world.web);
    post(house, Endpoint::Revocation, (&[&header], &format!("token={}", tokens.refresh())), now).status
}

/// A page of the bystander's that nobody answers.
fn visit_unanswered(house: &House, client: &Client) -> Authorize {
    let query = format!(
        "response_type=code&client_id={}&code_challenge={CHALLENGE}&code_challenge_method=S256",
        client.id
    );
    let bystander = LoggedIn { organization: ACME, user: BYSTANDER };
    done(house.server.authorize(&AuthorizeRequest { query: query.as_bytes() }, Some(bystander), NOON))
}

/// The client that a record hangs on.
fn of_client(house: &House, key: Key) -> Option<ClientId> {
    match house.find(key)?.record {
        Record::Client(client) => Some(client.id),
        Record::Tombstone(tombstone) => Some(tombstone.id),
        Record::Authorization(authorization) => Some(authorization.client()),
        Record::Family(family) => Some(family.client),
        Record::UserConsent(consent) => Some(consent.client),
        Record::AuthorizationCode(code) => Some(code.client),
        Record::ConsentPrompt(prompt) => Some(prompt.client),
        Record::AccessToken(token) => Some(token.client),
        Record::SecretUse(used) => Some(used.client),
        _ => None,
    }
}

/// What is done in a history of one user and one client.
#[derive(Clone, Copy, Debug)]
enum Step {
    LogIn,
    EndOfOrganization,
    EndOfApplication,
    EndOfClient,
    EndOfUser,
    Withdraw,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => Just(Step::LogIn),
        1 => Just(Step::EndOfOrganization),
        1 => Just(Step::EndOfApplication),
        1 => Just(Step::EndOfClient),
        1 => Just(Step::EndOfUser),
        1 => Just(Step::Withdraw),
    ]
}

/// Does the step; a login's tokens.
fn take(house: &House, step: Step, now: Timestamp) -> Option<Tokens> {
    let web = house.world.web.id;
    match step {
        Step::LogIn => return Some(log_in(house, &house.world.web, now)),
        Step::EndOfOrganization => done(house.admin().end_tokens(now)),
        Step::EndOfApplication => _ = done(house.admin().end_tokens_of_application(web, now)),
        Step::EndOfClient => _ = done(house.admin().end_tokens_of_client(web, now)),
        Step::EndOfUser => done(house.admin().end_tokens_of_user(VIEWER, now)),
        Step::Withdraw => done(house.server.withdraw_consent(VIEWER_OF_ACME, web, now)),
    }
    None
}

/// Whether all tokens of the logins are live, to introspection and to a call alike.
fn all_are(house: &House, logins: &[Tokens], live: bool) -> bool {
    logins.iter().all(|tokens| {
        tokens.each().all(|token| is_active(house, token, NOON) == live)
            && house.refused(&tokens.access, NOON).is_none() == live
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// threat 28, TK-10: whatever layer ends tokens, in whatever order and however often, within one second too: what
    /// was begun before is dead for good, and what is begun after lives.
    #[test]
    fn threat_28_no_layer_hides_the_end_of_another(steps in prop::collection::vec(step(), 1..12)) {
        let house = House::new();
        let (mut live, mut ended): (Vec<Tokens>, Vec<Tokens>) = (Vec::new(), Vec::new());
        for step in steps {
            match take(&house, step, NOON) {
                Some(tokens) => live.push(tokens),
                None => ended.append(&mut live),
            }
            prop_assert!(all_are(&house, &live, true), "{step:?}: one is dead");
            prop_assert!(all_are(&house, &ended, false), "{step:?}: one is live");
        }
    }
}

// Revocation by the client (TK-10, RFC 7009).

/// TK-10: an access token is revoked alone, and a refresh token with all of its login, and with no other login.
#[test]
fn tk_10_a_refresh_token_takes_its_login_along() {
    let house = House::new();
    let web = &house.world.web;
    let [login, other] = [log_in(&house, web, NOON), log_in(&house, web, NOON)];
    let renewed = members(&refreshed(&house, web, login.refresh(), NOON));
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| renewed[name].as_str().unwrap());
    revoke(&house, web, &login.access, NOON);
    assert!(!is_active(&house, &login.access, NOON));
    assert!(is_active(&house, access, NOON) && is_active(&house, refresh, NOON), "the login goes on");
    revoke(&house, web, refresh, NOON);
    assert!(!is_active(&house, access, NOON) && !is_active(&house, refresh, NOON));
    assert_eq!(house.refused(access, NOON), Some("login.revoked"));
    assert!(other.each().all(|token| is_active(&house, token, NOON)), "another login of the user");
    assert!(is_active(&house, &house.web_token(), NOON), "and a third");
}

/// TK-10: a revocation may be repeated, with the same answer, and changes nothing more.
#[test]
fn tk_10_a_revocation_is_idempotent() {
    let house = House::new();
    let web = &house.world.web;
    let tokens = log_in(&house, web, NOON);
    for token in tokens.each() {
        revoke(&house, web, token, NOON);
        let before = house.dump();
        revoke(&house, web, token, NOON);
        assert_same(&house.dump(), &before, "revoked again");
    }
}

/// TK-10, RFC 7009 §2.2: a token that is unknown, of no form, or another client's is answered like one that was
/// revoked, and stays as it is.
#[test]
fn tk_10_what_is_not_the_clients_own_stays_and_is_not_told_of() {
    let house = House::new();
    let web = &house.world.web;
    let tokens = log_in(&house, web, NOON);
    let unknown = fixtures::plain::<kind::AccessToken>(9).expose().to_owned();
    let no_login = Plain::of_family(fixtures::id(77), &[1; 32]).expose().to_owned();
    let before = house.dump();
    for client in [&house.world.service, &house.world.partner, &house.client(fixtures::id(NEWCOMER))] {
        for token in tokens.each().chain(["x", &unknown, &no_login]) {
            revoke(&house, client, token, NOON);
        }
    }
    assert_same(&house.dump(), &before, "not theirs");
    assert!(tokens.each().all(|token| is_active(&house, token, NOON)));
}

/// TK-10, CL-11: whoever does not prove to be the client revokes nothing, and is told so.
#[test]
fn tk_10_whoever_is_not_authenticated_revokes_nothing() {
    let house = House::new();
    let web = house.world.web.id;
    let tokens = log_in(&house, &house.world.web, NOON);
    let before = house.dump();
    let tokens = [&tokens.access, tokens.refresh(), "x"];
    assert_unproven(&house, Endpoint::Revocation, unproven(&house, web), &tokens);
    assert_same(&house.dump(), &before, "not authenticated");
}

/// TK-10, CL-12, RFC 7009 §2.1: a public client names itself, and revokes its own tokens and no other's.
#[test]
fn tk_10_a_public_client_revokes_its_own() {
    let house = House::new();
    let mobile = &house.world.mobile;
    let (own, other) = (log_in(&house, mobile, NOON), house.web_token());
    assert_eq!(own.refresh, None, "GR-08");
    for token in [&own.access, &other] {
        let body = format!("token={token}&client_id={}", mobile.id);
        assert_eq!(post(&house, Endpoint::Revocation, (&[], &body), NOON), revoked());
    }
    assert!(!is_active(&house, &own.access, NOON));
    assert!(is_active(&house, &other, NOON), "another client's");
}

/// TK-10, LC-05: a client that is set for deletion or disabled may still revoke: nothing is opened by it.
#[test]
fn tk_10_a_disabled_client_still_revokes() {
    let house = House::new();
    let web = &house.world.web;
    let tokens = log_in(&house, web, NOON);
    let _ = done(house.server.operator().disable_client(web.id, NOON));
    revoke(&house, web, tokens.refresh(), NOON);
    assert!(matches!(family(&house, tokens.refresh()).state, grantor::model::FamilyState::Revoked(_)));
}

/// GR-12: without a token, twice one, or not as a form: told so by both endpoints, read nothing and changed nothing.
#[test]
fn gr_12_malformed_requests_change_nothing() {
    let house = House::new();
    let header = credentials(&house, &house.world.web);
    let (token, before) = (house.web_token(), house.dump());
    for endpoint in [Endpoint::Introspection, Endpoint::Revocation] {
        for body in ["".into(), "token=".into(), format!("token={token}&token={token}"), "token=%ff".into()] {
            let _ = house.store().take_calls();
            let response = post(&house, endpoint, (&[&header], &body), NOON);
            assert_eq!(told(&response), Told::Error(400, "invalid_request".into()), "{endpoint:?}: {body}");
            assert_eq!(house.store().take_calls(), [], "{endpoint:?}: {body}");
        }
    }
    assert_same(&house.dump(), &before, "malformed");
}

/// CL-10: within the overlap both secrets revoke and ask, from its end on the new one alone, to the second.
#[test]
fn cl_10_both_secrets_speak_within_their_overlap() {
    let house = House::new();
    let web = &house.world.web;
    let overlap = Some(Overlap::from_seconds(HOUR).unwrap());
    let new = done(house.admin().regenerate_secret(web.id, overlap, NOON)).secret.expose().to_owned();
    for (late, old_works) in [(0, true), (HOUR - 1, true), (HOUR, false), (HOUR + 1, false)] {
        for endpoint in [Endpoint::Introspection, Endpoint::Revocation] {
            for (secret, works) in [(house.secret(web), old_works), (new.clone(), true)] {
                let response =
                    post(&house, endpoint, (&[&basic(web.id, &secret)], "token=x"), NOON.plus(late));
                assert_eq!(response.status == 200, works, "{endpoint:?}, {late} s: {response:?}");
            }
        }
    }
}

/// CL-10: a secret that asks about tokens, or revokes them, is in use, and is seen to be: its last use is the evidence
/// by which the old one is given up.
#[test]
fn cl_10_to_ask_or_revoke_is_a_use_of_the_secret() {
    for endpoint in [Endpoint::Introspection, Endpoint::Revocation] {
        let house = House::new();
        let web = &house.world.web;
        let (header, token) = (credentials(&house, web), house.web_token());
        let at = NOON.plus(5 * MINUTE);
        assert_eq!(post(&house, endpoint, (&[&header], &format!("token={token}")), at).status, 200);
        let seen: ClientView = done(house.admin().client(web.id, at));
        assert_eq!(seen.secrets[0].last_used, Some(at), "{endpoint:?}");
    }
}

/// CL-10: however many ask in the same minute with the same secret, all are answered.
#[test]
fn cl_10_many_ask_at_once() {
    let house = House::new();
    let (token, barrier) = (house.web_token(), Barrier::new(8));
    thread::scope(|scope| {
        let ask = || {
            let _ = barrier.wait();
            is_active(&house, &token, NOON)
        };
        let asking: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        assert!(asking.into_iter().all(|asked| asked.join().expect("an answer")));
    });
}

// A store that fails (threat 34).

/// What is tried while the store fails: whether it answered as if it had been done.
type Attempted = fn(&House, &Tokens) -> bool;

const ATTEMPTS: [(&str, Attempted); 7] = [
    ("an access token revoked", |house, tokens| revoked_in_fault(house, &tokens.access)),
    ("a refresh token revoked", |house, tokens| revoked_in_fault(house, tokens.refresh())),
    ("all of the organization", |house, _| ready(house.admin().end_tokens(NOON)).unwrap().is_ok()),
    ("all of the application", |house, _| {
        ready(house.admin().end_tokens_of_application(house.world.web.id, NOON)).unwrap().is_ok()
    }),
    ("all of the client", |house, _| {
        ready(house.admin().end_tokens_of_client(house.world.web.id, NOON)).unwrap().is_ok()
    }),
    ("all of the user", |house, _| ready(house.admin().end_tokens_of_user(VIEWER, NOON)).unwrap().is_ok()),
    ("consent withdrawn", |house, _| {
        ready(house.server.withdraw_consent(VIEWER_OF_ACME, house.world.web.id, NOON)).unwrap().is_ok()
    }),
];

fn revoked_in_fault(house: &House, token: &str) -> bool {
    let header = credentials(house, &house.world.web);
    let answer = try_post(house, Endpoint::Revocation, (&[&header], &format!("token={token}")), NOON);
    answer.is_ok_and(|response| response.status == 200)
}

/// Fails this call of the attempt, and makes it again with the store mended. Whether there was such a call.
#[track_caller]
fn fail_once((name, attempt): (&str, Attempted), (call, fault): (usize, Fault)) -> bool {
    let house = House::new();
    let tokens = log_in(&house, &house.world.web, NOON);
    let is_ended = || tokens.each().any(|token| !is_active(&house, token, NOON));
    house.store().fail_at(call, fault);
    let answered = attempt(&house, &tokens);
    let reached = house.store().take_calls().len() > call;
    house.store().mend();
    assert!(is_ended() || !answered, "{name}: {fault:?} at {call} is answered as done");
    assert!(attempt(&house, &tokens) && is_ended(), "{name}: {fault:?} at {call}, and again");
    assert!(reached || answered, "{name}: nothing failed");
    reached
}

/// threat 34, TK-10: each call of each way to end tokens fails in each way: it is never answered as done unless it
/// was, and done again with the store mended, it is done.
#[test]
fn threat_34_a_store_that_fails_is_no_success() {
    for attempt in ATTEMPTS {
        for fault in Fault::ALL {
            let calls = (0..).take_while(|call| fail_once(attempt, (*call, fault))).count();
            assert!(calls >= 2, "{}: {calls}", attempt.0);
        }
    }
}

/// threat 34: a store that fails tells nobody that a token is inactive, or active: whichever call it is that fails.
#[test]
fn threat_34_a_store_that_fails_tells_nothing_of_a_token() {
    for fault in Fault::ALL {
        let calls = (0..).take_while(|call| asked_in_fault(*call, fault)).count();
        assert!(calls >= 3, "{calls}");
    }
}

/// Fails this call of an introspection. Whether there was such a call.
#[track_caller]
fn asked_in_fault(call: usize, fault: Fault) -> bool {
    let house = House::new();
    let (service, tokens) = (&house.world.service, log_in(&house, &house.world.web, NOON));
    let (header, body) = (credentials(&house, service), format!("token={}", tokens.refresh()));
    house.store().fail_at(call, fault);
    let answer = try_post(&house, Endpoint::Introspection, (&[&header], &body), NOON);
    let reached = house.store().take_calls().len() > call;
    match answer {
        Ok(_) => assert!(!reached, "{fault:?} at {call} is answered"),
        Err(error) => assert_eq!(error.response().status, 503, "{fault:?} at {call}"),
    }
    reached
}

/// CL-10: the use of a secret is recorded once a minute, and a question costs no more than reads until then.
#[test]
fn cl_10_a_use_is_recorded_once_a_minute() {
    let house = House::new();
    let token = house.web_token();
    for (late, writes) in [(0, 1), (1, 0), (59, 0), (60, 1), (61, 0)] {
        let _ = house.store().take_calls();
        assert!(is_active(&house, &token, NOON.plus(late)));
        let commits = house.store().take_calls().into_iter().filter(|call| matches!(call, Call::Commit(_)));
        assert_eq!(commits.count(), writes, "{late} s");
    }
}

// Ending tokens by organization, application, client and user (TK-10).

/// A way to end tokens, and what it asks of the store.
type Ending = fn(&House) -> Result<(), Error<Broken>>;

const ENDINGS: [(&str, Ending); 4] = [
    ("organization", |house| ready(house.admin().end_tokens(NOON)).unwrap()),
    ("application", |house| {
        ready(house.admin().end_tokens_of_application(house.world.web.id, NOON)).unwrap().map(drop)
    }),
    ("client", |house| {
        ready(house.admin().end_tokens_of_client(house.world.web.id, NOON)).unwrap().map(drop)
    }),
    ("user", |house| ready(house.admin().end_tokens_of_user(VIEWER, NOON)).unwrap()),
];

/// What the store is asked to end so many logins of the viewer, each refreshed once. All of them are dead then.
#[track_caller]
fn calls_to_end((name, end): (&str, Ending), logins: usize) -> Vec<Call> {
    let house = House::new();
    let web = &house.world.web;
    let tokens: Vec<Tokens> = (0..logins).map(|_| log_in(&house, web, NOON)).collect();
    for tokens in &tokens {
        assert_eq!(refreshed(&house, web, tokens.refresh(), NOON).status, 200);
    }
    let _ = house.store().take_calls();
    end(&house).unwrap();
    let calls = house.store().take_calls();
    assert!(all_are(&house, &tokens, false), "{name}");
    calls
}

/// TK-10: what is asked of the store is the same for one login and for forty, each with more than one token: the cost
/// does not grow with them, and all of them are dead.
#[test]
fn tk_10_the_cost_does_not_grow_with_the_tokens() {
    for ending in ENDINGS {
        assert_eq!(calls_to_end(ending, 1), calls_to_end(ending, 40), "{}", ending.0);
    }
}

/// The codes with which the administrator's attempts to end tokens are refused.
fn refusals(admin: &Administration<'_, Spy>, client: ClientId) -> Vec<Option<&'static str>> {
    let answers = [
        ready(admin.end_tokens_of_user(VIEWER, NOON)).unwrap(),
        ready(admin.end_tokens_of_application(client, NOON)).unwrap().map(drop),
        ready(admin.end_tokens_of_client(client, NOON)).unwrap().map(drop),
        ready(admin.end_tokens(NOON)).unwrap(),
    ];
    let refusals = answers.into_iter().map(|answer| match answer {
        Ok(()) => None,
        Err(Error::Denied(denial)) => Some(denial.code()),
        Err(other) => panic!("not decided: {other}"),
    });
    refusals.collect()
}

/// TK-10, OR-05: each needs `oauth:token:delete`, and no other permission of OAuth.
#[test]
fn tk_10_or_05_ending_tokens_needs_its_permission() {
    let house = House::new();
    let others = "oauth:client:* usage:client:view directory:organization:admin";
    for (number, permitted, refused) in
        [(50, others, Some("missing.permission")), (51, "oauth:token:delete", None)]
    {
        let admin = house.server.administration(ACME, house.user_with(number, permitted));
        assert_eq!(refusals(&admin, house.world.web.id), [refused; 4], "{permitted}");
    }
}

/// TK-10, OR-01, threats 37 and 38: an administrator ends what is the own organization's, and nothing of another's.
#[test]
fn tk_10_or_01_threat_38_another_organization_ends_nothing() {
    let house = House::new();
    let web = &house.world.web;
    let _ = done(globex(&house).reauthorize(web.id, None, NOON));
    let there = LoggedIn { organization: GLOBEX, user: ADMINISTRATOR };
    let (own, theirs) = (log_in(&house, web, NOON), log_in_for(&house, web, there, "", NOON));
    done(globex(&house).end_tokens(NOON));
    let _ = done(globex(&house).end_tokens_of_application(web.id, NOON));
    done(globex(&house).end_tokens_of_user(VIEWER, NOON));
    assert_eq!(code(globex(&house).end_tokens_of_client(web.id, NOON)), "client.not.found");
    assert!(own.each().all(|token| is_active(&house, token, NOON)));
    assert_eq!(house.refused(&theirs.access, NOON), Some("organization.ended.tokens"));
}

/// TK-10: tokens of one user are ended with all clients, and of no other user; whoever logs in again goes on.
#[test]
fn tk_10_a_users_tokens_are_ended_with_every_client() {
    let house = House::new();
    let administrator = LoggedIn { organization: ACME, user: ADMINISTRATOR };
    let (web, mobile) = (&house.world.web, &house.world.mobile);
    let [first, second] = [web, mobile].map(|client| log_in(&house, client, NOON));
    let other = log_in_for(&house, web, administrator, "", NOON);
    done(house.admin().end_tokens_of_user(VIEWER, NOON));
    assert!(
        [&first, &second].iter().all(|tokens| tokens.each().all(|token| !is_active(&house, token, NOON)))
    );
    assert_eq!(house.refused(&first.access, NOON), Some("user.ended.tokens"));
    assert!(other.each().all(|token| is_active(&house, token, NOON)));
    assert!(log_in(&house, web, NOON).each().all(|token| is_active(&house, token, NOON)));
}

/// TK-10: the tokens of a client end in every organization, and client credentials with them.
#[test]
fn tk_10_a_clients_tokens_end_in_every_organization() {
    let house = House::new();
    let (web, service) = (&house.world.web, &house.world.service);
    let _ = done(globex(&house).reauthorize(web.id, None, NOON));
    let theirs = log_in_for(&house, web, LoggedIn { organization: GLOBEX, user: ADMINISTRATOR }, "", NOON);
    let _ = done(house.admin().end_tokens_of_client(web.id, NOON));
    assert_eq!(house.refused(&theirs.access, NOON), Some("client.ended.tokens"));
    let token = house.issue(service.id, &house.secret(service), NOON);
    let _ = done(house.admin().end_tokens_of_client(service.id, NOON));
    assert_eq!(house.refused(&token, NOON), Some("client.ended.tokens"));
    let _ = house.issue(service.id, &house.secret(service), NOON);
}

/// All that is printed while the client asks about a token and revokes it, and is refused.
fn shown_of(house: &House, client: &Client, token: &str) -> String {
    let (header, body) = (credentials(house, client), format!("token={token}"));
    let authorization = [header.as_bytes()];
    let content_type = Some(&b"application/x-www-form-urlencoded"[..]);
    let request = TokenRequest { authorization: &authorization, content_type, body: body.as_bytes() };
    let mut shown = format!("{request:?} {:?}", request.parse_about_token());
    for endpoint in [Endpoint::Introspection, Endpoint::Revocation] {
        shown += &format!("{:?}", post(house, endpoint, (&[&header], &body), NOON));
        let refused = post(house, endpoint, (&[], &format!("{body}&client_id={}", client.id)), NOON);
        shown += &format!("{refused:?} {}", String::from_utf8_lossy(&refused.body));
    }
    shown
}

/// threat 39: neither token nor secret is in an event, an error or anything that is printed, be it asked about,
/// revoked, or refused.
#[test]
fn threat_39_tokens_are_shown_nowhere() {
    let house = House::new();
    let (web, tokens) = (&house.world.web, log_in(&house, &house.world.web, NOON));
    let mut shown: String = tokens.each().map(|token| shown_of(&house, web, token)).collect();
    shown += &format!("{:?}{}", house.events(), serde_json::to_string(&house.events()).unwrap());
    let secret = house.secret(web);
    assert!(tokens.each().chain([secret.as_str()]).all(|hidden| !shown.contains(hidden)), "{shown}");
}

// The end of implicit (GR-05, GR-06).

/// A token that the viewer is sent by the implicit client.
#[track_caller]
fn implicit_token(house: &House, now: Timestamp) -> String {
    sent_back(
        &visit(house, &house.world.implicit, VIEWER_OF_ACME, "response_type=token", now),
        "access_token",
    )
}

/// GR-05: a token of the implicit grant is used and told of until the instant, to the second, however long it lives.
#[test]
fn gr_05_implicit_tokens_are_used_until_the_instant() {
    let house = House::new();
    let token = implicit_token(&house, USE_ENDS.minus(HOUR));
    for (at, refused) in [
        (USE_ENDS.minus(1), None),
        (USE_ENDS, Some("grant.implicit.ended")),
        (USE_ENDS.plus(1), Some("grant.implicit.ended")),
    ] {
        assert_eq!(house.refused(&token, at), refused, "{at}");
        assert_eq!(is_active(&house, &token, at), refused.is_none(), "{at}");
    }
}

/// What a move leaves as it is.
fn kept(view: &ClientView) -> impl PartialEq + std::fmt::Debug {
    let ClientView { id, name, redirect_uris, scopes, lifetime, created, .. } = view.clone();
    (id, name, redirect_uris, scopes, lifetime, created)
}

/// GR-06: the move keeps id, name, redirect URIs and scopes, and ends the tokens of before; the users of the client
/// log in by code with PKCE from then on, and without it not.
#[test]
fn gr_06_a_client_is_moved_in_one_operation() {
    let house = House::new();
    let before = done(house.admin().client(house.world.implicit.id, NOON));
    let token = implicit_token(&house, NOON);
    let after = done(house.admin().migrate_implicit(before.id, NOON));
    assert_eq!(kept(&after), kept(&before));
    assert_eq!((after.grant_type, after.public), (GrantType::AuthorizationCode, true));
    assert_eq!(house.refused(&token, NOON), Some("client.ended.tokens"));
    assert!(!is_active(&house, &token, NOON));
    let moved = house.client(before.id);
    let without_pkce = visit(&house, &moved, VIEWER_OF_ACME, "response_type=code", NOON);
    assert_eq!(sent_back(&without_pkce, "error"), "invalid_request");
    assert!(is_active(&house, &log_in(&house, &moved, NOON).access, NOON));
}

/// GR-06, GR-05: the move is possible before, between and after both instants, and what was moved outlives them.
#[test]
fn gr_06_a_client_is_moved_at_any_time() {
    let creation_ends = grantor::model::ImplicitSunset::default().creation_ends;
    for at in [NOON, creation_ends.minus(1), creation_ends, USE_ENDS.minus(1), USE_ENDS, USE_ENDS.plus(DAY)] {
        let house = House::new();
        let _ = done(house.admin().migrate_implicit(house.world.implicit.id, at));
        let moved = house.client(house.world.implicit.id);
        let later = at.plus(600 * DAY);
        assert!(is_active(&house, &log_in(&house, &moved, later).access, later), "{at}");
    }
}

/// GR-06, OR-01, OR-05: only a client of the implicit grant is moved, once, by whoever may edit it, where it is.
#[test]
fn gr_06_what_is_not_to_be_moved_is_refused() {
    let house = House::new();
    let implicit = house.world.implicit.id;
    let before = house.dump();
    let refused = |admin: Administration<'_, Spy>, client| code(admin.migrate_implicit(client, NOON));
    let viewer = || house.server.administration(ACME, VIEWER);
    assert_eq!(refused(viewer(), implicit), "missing.permission");
    assert_eq!(refused(globex(&house), implicit), "client.not.found");
    assert_eq!(refused(house.admin(), fixtures::id(999)), "client.not.found");
    for client in [&house.world.web, &house.world.mobile, &house.world.service, &house.world.saml] {
        assert_eq!(refused(house.admin(), client.id), "bad.client.state", "{}", client.grant.grant_type());
    }
    assert_same(&house.dump(), &before, "refused");
    let _ = done(house.admin().migrate_implicit(implicit, NOON));
    assert_eq!(refused(house.admin(), implicit), "bad.client.state", "moved before");
}

/// GR-06, threat 30: a client that is set for deletion or disabled is not moved, and not revived by it.
#[test]
fn gr_06_threat_30_a_disabled_client_is_not_moved() {
    let house = House::new();
    let implicit = house.world.implicit.id;
    let _ = done(house.server.operator().disable_client(implicit, NOON));
    assert_eq!(code(house.admin().migrate_implicit(implicit, NOON)), "bad.client.state");
    let _ = done(house.server.operator().enable_client(implicit, NOON));
    delete(&house, implicit);
    assert_eq!(code(house.admin().migrate_implicit(implicit, NOON)), "bad.client.state");
    assert_eq!(house.client(implicit).grant.grant_type(), GrantType::Implicit);
}

/// The clients that must move, with the days they have left.
#[track_caller]
fn report(house: &House, now: Timestamp) -> Vec<(ClientId, u32)> {
    let listed = done(house.admin().implicit_clients(None, 100, now));
    assert_eq!(listed.next, None);
    listed.items.iter().map(|found| (found.client.id, found.days_left)).collect()
}

/// GR-06: the report names the clients that must move, and the whole days they have left: a second less than a day is
/// none, a day is one.
#[test]
fn gr_06_the_report_counts_whole_days() {
    let house = House::new();
    let implicit = house.world.implicit.id;
    for days in [0, 1, 2, 365] {
        let at = USE_ENDS.minus(days * DAY);
        assert_eq!(report(&house, at.minus(1)), [(implicit, days)], "{days} days and a second");
        assert_eq!(report(&house, at), [(implicit, days)], "{days} days");
        assert_eq!(
            report(&house, at.plus(1)),
            [(implicit, days.saturating_sub(1))],
            "a second less than {days} days"
        );
    }
    let _ = done(house.admin().migrate_implicit(implicit, NOON));
    assert_eq!(report(&house, NOON), [], "nobody must move");
}

/// All pages of the report, two clients each at most.
fn pages_of_report(house: &House) -> Vec<ClientId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = done(house.admin().implicit_clients(after, 2, NOON));
        found.extend(page.items.iter().map(|item| item.client.id));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

/// GR-06, OR-01, OR-05: page by page every client of one's own organization, and no other's, for whoever may see
/// clients.
#[test]
fn gr_06_the_report_is_ones_own_and_complete() {
    let house = House::new();
    let drafted = ClientDraft { name: "Old".into(), ..draft(GrantType::Implicit) };
    let created = (0..7).map(|_| house.create(&drafted, NOON).client.id);
    let expected: BTreeSet<ClientId> = created.chain([house.world.implicit.id]).collect();
    let found = pages_of_report(&house);
    assert_eq!((found.len(), found.into_iter().collect()), (8, expected));
    assert!(done(globex(&house).implicit_clients(None, 100, NOON)).items.is_empty());
    let nobody = house.server.administration(ACME, BYSTANDER);
    let refused = ready(nobody.implicit_clients(None, 100, NOON)).unwrap().map(drop);
    assert!(matches!(refused, Err(Error::Denied(denial)) if denial.code() == "missing.permission"));
}

// What a user takes back.

/// The clients that a user agreed to.
fn agreed(house: &House, user: LoggedIn) -> Vec<ClientId> {
    let consents = done(house.server.consents(user, None)).items.into_iter();
    consents.filter(|consent| consent.agreed.is_some()).map(|consent| consent.client).collect()
}

/// TK-10, AA-15, OR-01: a user sees what was agreed to, and takes it back from one client alone; nobody else's word is
/// seen or taken.
#[test]
fn tk_10_a_user_takes_back_the_own_consent() {
    let house = House::new();
    let (web, mobile) = (&house.world.web, &house.world.mobile);
    let [first, second] = [web, mobile].map(|client| log_in(&house, client, NOON));
    done(house.server.withdraw_consent(VIEWER_OF_ACME, web.id, NOON));
    assert_eq!(house.refused(&first.access, NOON), Some("user.ended.tokens"));
    assert_eq!(agreed(&house, VIEWER_OF_ACME), [mobile.id]);
    for stranger in [(GLOBEX, VIEWER), (ACME, BYSTANDER)] {
        let stranger = LoggedIn { organization: stranger.0, user: stranger.1 };
        assert_eq!(agreed(&house, stranger), []);
        assert_eq!(code(house.server.withdraw_consent(stranger, mobile.id, NOON)), "authorization.not.found");
    }
    assert_eq!(house.refused(&second.access, NOON), None, "another client's");
}

// The examples of the standards.

/// The token of the request, as it is read.
fn read_as(header: &str, body: &str) -> String {
    let request = TokenRequest {
        authorization: &[header.as_bytes()],
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    match request.parse_about_token() {
        Ok(about) => format!("{:?}", about.token),
        Err(malformed) => malformed.code().to_owned(),
    }
}

/// TK-09, TK-10: the requests of RFC 7662 §2.1 and RFC 7009 §2.1 are read, and their credentials and tokens are none
/// of ours.
#[test]
fn tk_09_tk_10_the_examples_of_the_standards() {
    let house = House::new();
    let mut read = 0;
    for line in vectors(include_str!("vectors/about_token.txt")) {
        let [section, header, body, expected] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
        assert_eq!(read_as(header, body), expected, "{section}");
        for endpoint in [Endpoint::Introspection, Endpoint::Revocation] {
            assert_eq!(post(&house, endpoint, (&[header], body), NOON).status, 401, "{section}");
        }
        read += 1;
    }
    assert_eq!(read, 3);
}

/// TK-09: our answers against RFC 7662 §2.2: each member is one of the example's, of the same kind; `token_type`
/// alone is not in the example, and stands in the section's list.
#[test]
fn tk_09_the_answer_is_that_of_rfc_7662() {
    let house = House::new();
    let [active, not_active] =
        vectors(include_str!("vectors/introspection.txt")).collect::<Vec<_>>().try_into().unwrap();
    let example = |line: &str| -> Value { serde_json::from_str(line.split_once(" | ").unwrap().1).unwrap() };
    let (example, answer) = (example(active), members(&introspect(&house, &house.web_token(), NOON)));
    for (name, value) in answer.as_object().unwrap() {
        let expected = example.get(name).unwrap_or(&Value::Null);
        let same_kind = std::mem::discriminant(value) == std::mem::discriminant(expected);
        assert!(same_kind || name == "token_type", "{name}: {value} and {expected}");
    }
    let not_active: Value = serde_json::from_str(not_active.split_once(" | ").unwrap().1).unwrap();
    assert_eq!(members(&introspect(&house, "x", NOON)), not_active);
}

/// The lines that are no comment.
fn vectors(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}
