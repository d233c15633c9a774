//! A client that others wrote, against the endpoints over HTTP: the `oauth2` crate drives each flow and reads each
//! error (GR-01 to GR-05, GR-08 to GR-10, TK-09, TK-10, CL-12, threats 9, 24, 34).
#![cfg(feature = "testing")]

mod common;

use std::collections::HashMap;
use std::io;
use std::io::Read;
use std::io::Write;
use std::net::SocketAddr;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::Mutex;
use std::thread;
use std::thread::JoinHandle;

use grantor::model::Client;
use grantor::ready;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::Timestamp;
use grantor::value::kind;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use oauth2::AccessToken;
use oauth2::AuthType;
use oauth2::AuthUrl;
use oauth2::AuthorizationCode;
use oauth2::ClientId;
use oauth2::ClientSecret;
use oauth2::CsrfToken;
use oauth2::EndpointNotSet;
use oauth2::EndpointSet;
use oauth2::HttpRequest;
use oauth2::HttpResponse;
use oauth2::IntrospectionUrl;
use oauth2::PkceCodeChallenge;
use oauth2::PkceCodeVerifier;
use oauth2::RedirectUrl;
use oauth2::RefreshToken;
use oauth2::RequestTokenError;
use oauth2::ResourceOwnerPassword;
use oauth2::ResourceOwnerUsername;
use oauth2::RevocationErrorResponseType;
use oauth2::RevocationUrl;
use oauth2::Scope;
use oauth2::StandardErrorResponse;
use oauth2::StandardRevocableToken;
use oauth2::TokenIntrospectionResponse;
use oauth2::TokenResponse;
use oauth2::TokenUrl;
use oauth2::basic::BasicClient;
use oauth2::basic::BasicErrorResponse;
use oauth2::basic::BasicErrorResponseType;
use oauth2::basic::BasicTokenResponse;
use oauth2::basic::BasicTokenType;
use oauth2::http;
use oauth2::url::Url;
use oauth2::url::form_urlencoded;
use serde_json::Value;
use tiny_http::Header;
use tiny_http::Method;
use tiny_http::Server;

use common::Fault;
use common::House;
use common::done;

const ISSUER: &str = "https://login.example.com";

/// The authorization server, behind HTTP on the loopback address. Its clock stands until it is set.
struct Site {
    host: Arc<Host>,
    listener: Arc<Server>,
    thread: Option<JoinHandle<()>>,
}

struct Host {
    house: House,
    clock: Mutex<Timestamp>,
}

impl Site {
    fn open() -> Self {
        let host = Arc::new(Host { house: House::new(), clock: Mutex::new(NOON) });
        let listener = Arc::new(Server::http("127.0.0.1:0").expect("a free port"));
        let (serving, answering) = (Arc::clone(&listener), Arc::clone(&host));
        let thread = thread::spawn(move || {
            for request in serving.incoming_requests() {
                answering.serve(request);
            }
        });
        Self { host, listener, thread: Some(thread) }
    }

    fn house(&self) -> &House {
        &self.host.house
    }

    fn set_clock(&self, now: Timestamp) {
        *self.host.clock.lock().unwrap() = now;
    }

    fn now(&self) -> Timestamp {
        *self.host.clock.lock().unwrap()
    }

    fn address(&self) -> SocketAddr {
        self.listener.server_addr().to_ip().expect("an address of the network")
    }

    /// Sends the request as a client does, but without TLS, and to the loopback address instead of the server's name.
    fn send(&self, request: &HttpRequest) -> io::Result<HttpResponse> {
        assert_eq!(request.uri().host(), Some("login.example.com"), "sent to where the metadata says");
        let mut head = format!("{} {} HTTP/1.1\r\n", request.method(), request.uri().path());
        head += "host: login.example.com\r\nconnection: close\r\n";
        head += &format!("content-length: {}\r\n", request.body().len());
        for (name, value) in request.headers() {
            head += &format!("{name}: {}\r\n", value.to_str().expect("text"));
        }
        let mut stream = TcpStream::connect(self.address())?;
        stream.write_all(format!("{head}\r\n").as_bytes())?;
        stream.write_all(request.body())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        parsed(&answer).ok_or_else(|| io::Error::other("no answer of HTTP"))
    }

    /// The document that the server publishes.
    fn metadata(&self) -> Value {
        let request = http::Request::get(format!("{ISSUER}/.well-known/oauth-authorization-server"));
        let answer = self.send(&request.body(Vec::new()).unwrap()).unwrap();
        serde_json::from_slice(answer.body()).expect("JSON")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.listener.unblock();
        if let Some(thread) = self.thread.take() {
            assert!(thread.join().is_ok() || thread::panicking(), "the server panicked");
        }
    }
}

/// Status, headers and body of an answer whose connection was closed behind it.
fn parsed(answer: &[u8]) -> Option<HttpResponse> {
    let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&answer[..end]).ok()?;
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let fields = lines.filter_map(|line| line.split_once(": "));
    let response = fields.fold(http::Response::builder().status(status), |response, (name, value)| {
        response.header(name, value)
    });
    response.body(answer[end + 4..].to_vec()).ok()
}

impl Host {
    /// What a host does: it routes, and sends what it is given.
    fn serve(&self, mut request: tiny_http::Request) {
        let mut body = Vec::new();
        request.as_reader().read_to_end(&mut body).expect("a body");
        let field = |name: &'static str| {
            let fields = request.headers().iter().filter(move |header| header.field.equiv(name));
            fields.map(|header| header.value.as_str().as_bytes().to_vec()).collect::<Vec<_>>()
        };
        let (authorization, content_type) = (field("authorization"), field("content-type"));
        let authorization: Vec<&[u8]> = authorization.iter().map(Vec::as_slice).collect();
        let asked = TokenRequest {
            authorization: &authorization,
            content_type: content_type.first().map(Vec::as_slice),
            body: &body,
        };
        let answer = self.route(request.method(), request.url(), &asked);
        let headers =
            answer.headers.iter().map(|(name, value)| Header::from_bytes(*name, value.as_bytes()).unwrap());
        let sent = tiny_http::Response::from_data(answer.body).with_status_code(answer.status);
        let sent = headers.fold(sent, tiny_http::Response::with_header);
        request.respond(sent).expect("a client that listens");
    }

    fn route(&self, method: &Method, path: &str, asked: &TokenRequest<'_>) -> Response {
        let (server, now) = (&self.house.server, *self.clock.lock().unwrap());
        let answer = match (method, path) {
            (Method::Get, "/.well-known/oauth-authorization-server") => Ok(server.metadata(now)),
            (Method::Post, "/oauth/token") => ready(server.token(asked, now)).unwrap(),
            (Method::Post, "/oauth/introspect") => ready(server.introspect(asked, now)).unwrap(),
            (Method::Post, "/oauth/revoke") => ready(server.revoke_token(asked, now)).unwrap(),
            _ => Ok(Response { status: 404, headers: Vec::new(), body: Vec::new() }),
        };
        answer.unwrap_or_else(|error| error.response())
    }
}

/// The client of the crate, with every endpoint that is used.
type Configured = BasicClient<EndpointSet, EndpointNotSet, EndpointSet, EndpointSet, EndpointSet>;

/// The crate's client, configured by the metadata alone, with the secret where it is not public.
fn configured(site: &Site, client: &Client, auth_type: AuthType) -> Configured {
    let metadata = site.metadata();
    let url = |member: &str| metadata[member].as_str().expect("an address").to_owned();
    let configured = BasicClient::new(ClientId::new(client.id.to_string()))
        .set_auth_type(auth_type)
        .set_auth_uri(AuthUrl::new(url("authorization_endpoint")).unwrap())
        .set_token_uri(TokenUrl::new(url("token_endpoint")).unwrap())
        .set_introspection_url(IntrospectionUrl::new(url("introspection_endpoint")).unwrap())
        .set_revocation_url(RevocationUrl::new(url("revocation_endpoint")).unwrap());
    let configured = match client.grant.redirect_uris().and_then(|uris| uris.iter().next()) {
        Some(uri) => configured.set_redirect_uri(RedirectUrl::new(uri.as_str().to_owned()).unwrap()),
        None => configured,
    };
    match client.grant.secrets() {
        Some(_) => configured.set_client_secret(ClientSecret::new(site.house().secret(client))),
        None => configured,
    }
}

fn web(site: &Site) -> Configured {
    configured(site, &site.house().world.web, AuthType::BasicAuth)
}

/// What the browser brings to the application's page.
struct BroughtBack {
    parameters: HashMap<String, String>,
    /// Whether the user was asked.
    asked: bool,
    /// Whether the parameters stood in the fragment.
    in_fragment: bool,
}

impl BroughtBack {
    #[track_caller]
    fn get(&self, name: &str) -> &str {
        self.parameters.get(name).unwrap_or_else(|| panic!("no {name}: {:?}", self.parameters.keys()))
    }
}

/// The viewer's browser follows the address; where a page asks, the viewer chooses.
#[track_caller]
fn browse(site: &Site, url: &Url, choice: &Choice) -> BroughtBack {
    assert_eq!(url.as_str().split('?').next(), Some("https://login.example.com/oauth/authorize"));
    let viewer = LoggedIn { organization: ACME, user: VIEWER };
    let (server, request) =
        (&site.house().server, AuthorizeRequest { query: url.query().unwrap().as_bytes() });
    let (answer, asked) = match done(server.authorize(&request, Some(viewer), site.now())) {
        Authorize::Ask(page) => {
            (done(server.answer_consent(page.ticket.expose(), choice, viewer, site.now())), true)
        }
        answer => (answer, false),
    };
    let Authorize::Redirect(redirect) = answer else { panic!("not sent back: {answer:?}") };
    let (_, location) =
        redirect.response.headers.iter().find(|(name, _)| *name == "location").expect("a location");
    let location = Url::parse(location).unwrap();
    let in_fragment = location.fragment().is_some();
    let answered = location.fragment().or(location.query()).expect("parameters");
    let parameters = form_urlencoded::parse(answered.as_bytes()).into_owned().collect();
    BroughtBack { parameters, asked, in_fragment }
}

fn agreed() -> Choice {
    Choice::Approve { scopes: None }
}

/// Begins a login, and brings back the code. What the crate checks of the answer is checked: `state`, and by RFC 9207
/// §2.4 the issuer.
#[track_caller]
fn code(site: &Site, client: &Configured, scopes: &[&str]) -> (AuthorizationCode, PkceCodeVerifier) {
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let scopes = scopes.iter().map(|scope| Scope::new((*scope).to_owned()));
    let (url, state) =
        client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).add_scopes(scopes).url();
    let back = browse(site, &url, &agreed());
    assert_eq!((back.get("state"), back.get("iss")), (state.secret().as_str(), ISSUER));
    (AuthorizationCode::new(back.get("code").to_owned()), verifier)
}

/// A whole login: its tokens, as the crate reads them.
#[track_caller]
fn log_in(site: &Site, client: &Configured) -> BasicTokenResponse {
    let (code, verifier) = code(site, client, &[]);
    let send = |request: HttpRequest| site.send(&request);
    client.exchange_code(code).set_pkce_verifier(verifier).request(&send).expect("tokens")
}

fn scopes(response: &BasicTokenResponse) -> Vec<&str> {
    response.scopes().into_iter().flatten().map(|scope| scope.as_str()).collect()
}

/// The error of the endpoint, as the crate reads it.
#[track_caller]
fn refused<T>(answer: Result<T, RequestTokenError<io::Error, BasicErrorResponse>>) -> BasicErrorResponseType {
    match answer {
        Err(RequestTokenError::ServerResponse(response)) => {
            assert!(response.error_description().is_some_and(|text| !text.is_empty()), "{response:?}");
            response.error().clone()
        }
        Err(other) => panic!("not read: {other:?}"),
        Ok(_) => panic!("not refused"),
    }
}

/// GR-02, GR-03: a confidential client logs a user in by code with PKCE, by header and by body, for the scopes it
/// asked for, and its token works.
#[test]
fn gr_02_gr_03_a_confidential_client_logs_a_user_in() {
    for auth_type in [AuthType::BasicAuth, AuthType::RequestBody] {
        let site = Site::open();
        let client = configured(&site, &site.house().world.web, auth_type);
        let (code, verifier) = code(&site, &client, &["routing:readonly"]);
        let send = |request: HttpRequest| site.send(&request);
        let tokens = client.exchange_code(code).set_pkce_verifier(verifier).request(&send).unwrap();
        assert_eq!(*tokens.token_type(), BasicTokenType::Bearer);
        assert_eq!(tokens.expires_in().map(|lives| lives.as_secs()), Some(u64::from(DAY)));
        assert_eq!(scopes(&tokens), ["routing:readonly"]);
        assert!(tokens.refresh_token().is_some());
        assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), None);
    }
}

/// GR-03, GR-08, CL-12: a public client does so without a secret; it has no refresh token, and its user is asked
/// again.
#[test]
fn gr_03_cl_12_a_public_client_logs_a_user_in() {
    let site = Site::open();
    let client = configured(&site, &site.house().world.mobile, AuthType::BasicAuth);
    for _ in 0..2 {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, _) = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).url();
        let back = browse(&site, &url, &agreed());
        assert!(back.asked, "each time");
        let code = AuthorizationCode::new(back.get("code").to_owned());
        let send = |request: HttpRequest| site.send(&request);
        let tokens = client.exchange_code(code).set_pkce_verifier(verifier).request(&send).unwrap();
        assert!(tokens.refresh_token().is_none());
        assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), None);
    }
}

/// GR-01: a client obtains a token for itself, by header and by body: without scope and refresh token.
#[test]
fn gr_01_a_client_obtains_a_token_for_itself() {
    let site = Site::open();
    for auth_type in [AuthType::BasicAuth, AuthType::RequestBody] {
        let client = configured(&site, &site.house().world.service, auth_type);
        let send = |request: HttpRequest| site.send(&request);
        let tokens = client.exchange_client_credentials().request(&send).unwrap();
        assert!(tokens.refresh_token().is_none() && tokens.scopes().is_none());
        assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), None);
    }
}

/// GR-08, SC-03: a refresh gives a successor and a token of the login's scopes, or of fewer when asked.
#[test]
fn gr_08_tokens_are_refreshed() {
    let site = Site::open();
    let client = web(&site);
    let first = log_in(&site, &client);
    let send = |request: HttpRequest| site.send(&request);
    let held = first.refresh_token().unwrap();
    let fewer = client.exchange_refresh_token(held).add_scope(Scope::new("users:readonly".into()));
    let second = fewer.request(&send).unwrap();
    assert_eq!(scopes(&second), ["users:readonly"]);
    let third = client.exchange_refresh_token(second.refresh_token().unwrap()).request(&send).unwrap();
    assert_eq!(scopes(&third), scopes(&first), "fewer once is not for ever");
    for tokens in [&first, &second, &third] {
        assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), None);
    }
}

/// GR-08, threat 24: a refresh token that is used again ends the login, and the crate is told `invalid_grant`.
#[test]
fn threat_24_a_spent_refresh_token_ends_the_login() {
    let site = Site::open();
    let client = web(&site);
    let first = log_in(&site, &client);
    let send = |request: HttpRequest| site.send(&request);
    let spent = first.refresh_token().unwrap();
    let second = client.exchange_refresh_token(spent).request(&send).unwrap();
    for token in [spent, second.refresh_token().unwrap()] {
        let answer = client.exchange_refresh_token(token).request(&send);
        assert_eq!(refused(answer), BasicErrorResponseType::InvalidGrant);
    }
    assert_eq!(site.house().refused(second.access_token().secret(), NOON), Some("login.revoked"));
}

/// TK-09: what the crate reads of an introspection of an access token: all that is told.
#[test]
fn tk_09_tokens_are_asked_about() {
    let site = Site::open();
    let (client, tokens) = (web(&site), log_in(&site, &web(&site)));
    let send = |request: HttpRequest| site.send(&request);
    let asked = client.introspect(tokens.access_token()).set_token_type_hint("access_token");
    let seen = asked.request(&send).unwrap();
    assert!(seen.active());
    assert_eq!((seen.client_id(), seen.sub()), (Some(client.client_id()), Some(VIEWER.to_string().as_str())));
    assert_eq!((seen.iss(), seen.token_type()), (Some(ISSUER), Some(&BasicTokenType::Bearer)));
    assert_eq!(seen.scopes().map(Vec::len), Some(scopes(&tokens).len()));
    assert_eq!(seen.iat().map(|at| at.timestamp()), Some(NOON.unix()));
    assert_eq!(seen.exp().map(|at| at.timestamp()), Some(NOON.plus(DAY).unix()));
}

/// TK-09: a refresh token is asked about like an access token, and of one that is not active the crate reads nothing.
#[test]
fn tk_09_nothing_is_read_of_a_token_that_is_not_active() {
    let site = Site::open();
    let service = configured(&site, &site.house().world.service, AuthType::RequestBody);
    let tokens = log_in(&site, &web(&site));
    let send = |request: HttpRequest| site.send(&request);
    let held = AccessToken::new(tokens.refresh_token().unwrap().secret().clone());
    let asked = service.introspect(&held).set_token_type_hint("refresh_token");
    assert!(asked.request(&send).unwrap().active());
    site.set_clock(NOON.plus(DAY));
    let expired = service.introspect(tokens.access_token()).request(&send).unwrap();
    assert!(!expired.active() && expired.scopes().is_none() && expired.client_id().is_none());
    assert!(expired.exp().is_none() && expired.iss().is_none() && expired.sub().is_none());
}

/// TK-10: the crate revokes an access token, a refresh token, and once more what is revoked or unknown.
#[test]
fn tk_10_tokens_are_revoked() {
    let site = Site::open();
    let client = web(&site);
    let [first, second] = [log_in(&site, &client), log_in(&site, &client)];
    let send = |request: HttpRequest| site.send(&request);
    let revoke = |token: StandardRevocableToken| client.revoke_token(token).unwrap().request(&send).unwrap();
    revoke(first.access_token().into());
    assert_eq!(site.house().refused(first.access_token().secret(), NOON), Some("token.unknown"));
    revoke(second.refresh_token().unwrap().into());
    assert_eq!(site.house().refused(second.access_token().secret(), NOON), Some("login.revoked"));
    revoke(second.refresh_token().unwrap().into());
    revoke(StandardRevocableToken::AccessToken(AccessToken::new("unknown".into())));
    let answer = client.exchange_refresh_token(first.refresh_token().unwrap()).request(&send);
    assert!(answer.is_ok(), "the login of the access token goes on");
}

/// One refused request to the token endpoint.
type Refused = fn(&Site) -> BasicErrorResponseType;

fn password(site: &Site) -> BasicErrorResponseType {
    let (user, password) =
        (ResourceOwnerUsername::new("johndoe".into()), ResourceOwnerPassword::new("A3ddj3w".into()));
    refused(
        web(site).exchange_password(&user, &password).request(&|request: HttpRequest| site.send(&request)),
    )
}

/// Asks for a token for itself, with this parameter more.
fn with_extra(
    site: &Site,
    client: &Client,
    name: &'static str,
    value: &'static str,
) -> BasicErrorResponseType {
    let client = configured(site, client, AuthType::BasicAuth);
    let request = client.exchange_client_credentials().add_extra_param(name, value);
    refused(request.request(&|request: HttpRequest| site.send(&request)))
}

fn wrong_secret(site: &Site) -> BasicErrorResponseType {
    let wrong = fixtures::plain::<kind::ClientSecret>(1).expose().to_owned();
    let client = web(site).set_client_secret(ClientSecret::new(wrong));
    let token = RefreshToken::new("x".into());
    refused(client.exchange_refresh_token(&token).request(&|request: HttpRequest| site.send(&request)))
}

fn wrong_verifier(site: &Site) -> BasicErrorResponseType {
    let client = web(site);
    let ((code, _), (_, wrong)) = (code(site, &client, &[]), PkceCodeChallenge::new_random_sha256());
    let request = client.exchange_code(code).set_pkce_verifier(wrong);
    refused(request.request(&|request: HttpRequest| site.send(&request)))
}

fn store_that_fails(site: &Site) -> BasicErrorResponseType {
    let client = configured(site, &site.house().world.service, AuthType::BasicAuth);
    site.house().store().fail_at(0, Fault::NotApplied);
    refused(client.exchange_client_credentials().request(&|request: HttpRequest| site.send(&request)))
}

fn refresh_widened(site: &Site) -> BasicErrorResponseType {
    let client = web(site);
    let tokens = log_in(site, &client);
    let wider =
        client.exchange_refresh_token(tokens.refresh_token().unwrap()).add_scope(Scope::new("users".into()));
    refused(wider.request(&|request: HttpRequest| site.send(&request)))
}

/// Each of them, with what the standards name it.
const REFUSED: [(&str, Refused); 9] = [
    ("invalid_request", |site| with_extra(site, &site.house().world.service, "grant_type", "x")),
    ("invalid_client", wrong_secret),
    ("invalid_grant", wrong_verifier),
    ("unauthorized_client", |site| with_extra(site, &site.house().world.web, "a", "b")),
    ("unsupported_grant_type", password),
    ("invalid_scope", |site| with_extra(site, &site.house().world.service, "scope", "routing")),
    ("invalid_scope", refresh_widened),
    ("invalid_target", |site| {
        with_extra(site, &site.house().world.service, "resource", "https://api.example.com")
    }),
    ("temporarily_unavailable", store_that_fails),
];

/// GR-10, RFC 6749 §5.2: each error of the token endpoint is read by the crate as what it is; those of RFC 8707 and
/// of a store that fails, which it does not know, as extensions.
#[test]
fn gr_10_each_error_of_the_token_endpoint_is_read() {
    for (expected, request) in REFUSED {
        let error = request(&Site::open());
        let is_extension = matches!(error, BasicErrorResponseType::Extension(_));
        let is_known = !["invalid_target", "temporarily_unavailable"].contains(&expected);
        assert_eq!((error.as_ref(), is_extension), (expected, !is_known));
    }
}

/// GR-02, GR-04, threat 9: a code that expired, one that is used again and one that never was are one error to the
/// crate, and the second ends its login.
#[test]
fn gr_04_threat_9_codes_of_no_use_look_the_same() {
    let site = Site::open();
    let client = web(&site);
    let send = |request: HttpRequest| site.send(&request);
    let exchange = |code: &AuthorizationCode, verifier: &PkceCodeVerifier| {
        let verifier = PkceCodeVerifier::new(verifier.secret().clone());
        client.exchange_code(code.clone()).set_pkce_verifier(verifier).request(&send)
    };
    let [(used, verifier), (late, late_verifier)] = [code(&site, &client, &[]), code(&site, &client, &[])];
    let tokens = exchange(&used, &verifier).unwrap();
    site.set_clock(NOON.plus(MINUTE));
    let unknown = AuthorizationCode::new(fixtures::plain::<kind::AuthorizationCode>(1).expose().to_owned());
    let answers = [(&used, &verifier), (&late, &late_verifier), (&unknown, &verifier)];
    let told = answers.map(|(code, verifier)| format!("{:?}", exchange(code, verifier).unwrap_err()));
    assert!(told[0].contains("invalid_grant") && told.iter().all(|answer| *answer == told[0]), "{told:?}");
    assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), Some("login.revoked"));
}

/// GR-11, RFC 6749 §4.1.2.1: the user says no, and the application is told, with its state and the issuer.
#[test]
fn gr_11_a_user_who_says_no_is_brought_back() {
    let site = Site::open();
    let client = configured(&site, &site.house().world.mobile, AuthType::BasicAuth);
    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let (url, state) = client.authorize_url(CsrfToken::new_random).set_pkce_challenge(challenge).url();
    let back = browse(&site, &url, &Choice::Deny);
    assert_eq!((back.get("error"), back.get("state")), ("access_denied", state.secret().as_str()));
    assert_eq!((back.get("iss"), back.parameters.len()), (ISSUER, 3));
}

/// GR-03, threat 15: the crate's `plain` challenge is refused, and so is a client without one.
#[test]
fn gr_03_threat_15_pkce_is_needed() {
    let site = Site::open();
    let client = web(&site);
    let without = client.authorize_url(CsrfToken::new_random).url().0;
    let mut plain = without.clone();
    let text = "a".repeat(43);
    plain
        .query_pairs_mut()
        .append_pair("code_challenge", &text)
        .append_pair("code_challenge_method", "plain");
    for url in [without, plain] {
        let back = browse(&site, &url, &agreed());
        assert_eq!((back.get("error"), back.parameters.get("code")), ("invalid_request", None));
    }
}

/// GR-05: the crate's implicit flow ends with a token in the fragment, and at the end of implicit with an error there.
#[test]
fn gr_05_the_implicit_flow_ends_with_the_grant() {
    let site = Site::open();
    let client = configured(&site, &site.house().world.implicit, AuthType::BasicAuth);
    let ends = grantor::model::ImplicitSunset::default().use_ends;
    for (now, is_served) in [(NOON, true), (ends.minus(1), true), (ends, false)] {
        site.set_clock(now);
        let (url, state) = client.authorize_url(CsrfToken::new_random).use_implicit_flow().url();
        let back = browse(&site, &url, &agreed());
        assert_eq!((back.get("state"), back.in_fragment), (state.secret().as_str(), true), "{now}");
        assert_eq!(back.parameters.contains_key("access_token"), is_served, "{now}");
        assert_eq!(back.parameters.contains_key("error"), !is_served, "{now}");
    }
}

/// TK-09, TK-10: the errors of the endpoints about tokens are read: a wrong secret, and a public client that asks.
#[test]
fn tk_09_tk_10_errors_about_tokens_are_read() {
    let site = Site::open();
    let send = |request: HttpRequest| site.send(&request);
    let wrong = ClientSecret::new(fixtures::plain::<kind::ClientSecret>(1).expose().to_owned());
    let (intruder, token) = (web(&site).set_client_secret(wrong), AccessToken::new(site.house().web_token()));
    let public = configured(&site, &site.house().world.mobile, AuthType::BasicAuth);
    for client in [&intruder, &public] {
        assert_eq!(refused(client.introspect(&token).request(&send)), BasicErrorResponseType::InvalidClient);
    }
    let revocation = intruder.revoke_token((&token).into()).unwrap().request(&send);
    let Err(RequestTokenError::ServerResponse(response)) = revocation else { panic!("{revocation:?}") };
    let response: StandardErrorResponse<RevocationErrorResponseType> = response;
    assert_eq!(*response.error(), RevocationErrorResponseType::Basic(BasicErrorResponseType::InvalidClient));
}

/// threat 34: a revocation that the store did not take is no success to the crate, and done again it is one.
#[test]
fn threat_34_a_revocation_that_failed_is_seen() {
    let site = Site::open();
    let client = web(&site);
    let tokens = log_in(&site, &client);
    let send = |request: HttpRequest| site.send(&request);
    let revoke = || client.revoke_token(tokens.access_token().into()).unwrap().request(&send);
    for call in 0..3 {
        site.house().store().fail_at(call, Fault::NotApplied);
        assert!(revoke().is_err(), "at {call}");
        assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), None);
    }
    site.house().store().mend();
    revoke().unwrap();
    assert_eq!(site.house().refused(tokens.access_token().secret(), NOON), Some("token.unknown"));
}
