//! A user logs in with an application, in a browser, and the application obtains tokens.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::Digest;
use sha2::Sha256;

use super::browser::Browser;
use super::browser::Reply;
use super::browser::encoded;
use super::browser::form;
use super::browser::parameter;
use super::process::Process;

const VERIFIER: &str = "0123456789-0123456789-0123456789-0123456789";
pub const CALLBACK: &str = "http://127.0.0.1:9090/callback";

/// A client of authorization code with these scopes, registered and approved in the console. Its id and secret.
pub fn register(ada: &mut Browser, name: &str, scopes: &[&str]) -> (String, String) {
    let mut fields = vec![
        ("name", name),
        ("grant_type", "authorization_code"),
        ("lifetime", "3600"),
        ("redirect_uris", CALLBACK),
    ];
    fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
    let created =
        ada.submit("/console/clients/new?grant_type=authorization_code", "/console/clients", &fields);
    assert_eq!(created.status, 200, "{}", created.body);
    let id = created.link("To the client").rsplit('/').next().unwrap().to_owned();
    let secret = created.body.split("value=\"gcs_").nth(1).unwrap().split('"').next().unwrap();
    let authorized =
        ada.submit("/console/applications/authorize", "/console/applications/authorize", &[("client", &id)]);
    assert_eq!(authorized.status, 303, "{}", authorized.body);
    (id, format!("gcs_{secret}"))
}

/// Where an application sends the browser.
pub fn authorize_url(client: &str, redirect_uri: &str) -> String {
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
    format!(
        "/oauth/authorize?response_type=code&client_id={client}&state=s1&code_challenge={challenge}\
         &code_challenge_method=S256&redirect_uri={}",
        encoded(redirect_uri)
    )
}

/// The user agrees to all that is asked for. Where the browser is led to.
pub fn agree(browser: &mut Browser, url: &str) -> String {
    let page = browser.get(url);
    assert_eq!(page.status, 200, "{}", page.body);
    let (form_token, ticket) = (page.hidden("form_token"), page.hidden("ticket"));
    let fields = [("form_token", form_token.as_str()), ("ticket", &ticket), ("answer", "approve_all")];
    let answered = browser.post("/oauth/consent", &fields);
    // Not a redirect: `form-action` would bind it, and whatever the application redirects to after it.
    assert_eq!((answered.status, answered.header("location")), (200, None), "{}", answered.body);
    answered.onward()
}

pub fn token(browser: &mut Browser, fields: &[(&str, &str)]) -> Reply {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    browser.send("POST", "/oauth/token", &headers, &form(fields))
}

/// A code in the name of whoever is logged in at the browser.
pub fn code(browser: &mut Browser, client: &str) -> String {
    let back = agree(browser, &authorize_url(client, CALLBACK));
    parameter(&back, "code").expect(&back)
}

/// What the code is exchanged for.
pub fn exchange(browser: &mut Browser, (id, secret): (&str, &str), code: &str) -> Reply {
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("client_id", id),
        ("client_secret", secret),
    ];
    token(browser, &fields)
}

/// An access token in the name of whoever is logged in at the browser, and a refresh token.
pub fn access_token(browser: &mut Browser, client: (&str, &str)) -> (String, String) {
    let code = code(browser, client.0);
    let issued = exchange(browser, client, &code);
    assert_eq!(issued.status, 200, "{}", issued.body);
    let text = |name: &str| issued.json()[name].as_str().unwrap().to_owned();
    (text("access_token"), text("refresh_token"))
}

#[test]
fn a_user_logs_in_with_an_application_and_it_calls() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let (id, secret) = register(&mut ada, "Test Desk", &["oauth:readonly"]);

    // Nobody is logged in at this browser yet: the login page leads back to the question, byte for byte.
    let mut browser = host.browser();
    let url = authorize_url(&id, CALLBACK);
    let page = browser.get(&url);
    assert!(page.body.contains("Log in to use Test Desk"), "{}", page.body);
    assert_eq!(page.hidden("return_to"), url);
    let fields = [
        ("form_token", page.hidden("form_token")),
        ("return_to", page.hidden("return_to")),
        ("email", "ada@acme.example".to_owned()),
        ("password", host.password().to_owned()),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post("/login", &fields).onward(), url);

    let (access, refresh) = access_token(&mut browser, (&id, &secret));
    let bearer = format!("Bearer {access}");
    let listed = browser.send("GET", "/api/v2/oauth/clients?pageSize=2", &[("authorization", &bearer)], "");
    assert_eq!(listed.status, 200, "{}", listed.body);
    // In use and agreed to before: the browser goes straight back.
    let again = browser.get(&url);
    assert_eq!(again.status, 303, "{}", again.body);
    assert!(again.header("location").unwrap().starts_with(CALLBACK));

    let basic = [("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let about = |browser: &mut Browser, path: &str| {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        browser.send("POST", path, &headers, &form(&[basic[0], basic[1], ("token", &access)]))
    };
    assert_eq!(about(&mut browser, "/oauth/introspect").json()["active"], true);
    let renewed = token(
        &mut browser,
        &[("grant_type", "refresh_token"), ("refresh_token", &refresh), basic[0], basic[1]],
    );
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let revoked = about(&mut browser, "/oauth/revoke");
    assert_eq!((revoked.status, revoked.header("content-type")), (200, Some("application/json")));
    assert_eq!(
        revoked.json(),
        serde_json::json!({}),
        "some clients take an answer without JSON for a failure"
    );
    assert_eq!(about(&mut browser, "/oauth/introspect").json()["active"], false);
    let refused = browser.send("GET", "/api/v2/oauth/clients", &[("authorization", &bearer)], "");
    assert_eq!(refused.status, 401);
}

#[test]
fn who_does_not_allow_it_goes_back_without_a_code() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let (id, _) = register(&mut ada, "Test Desk", &["oauth:readonly"]);
    let page = ada.get(&authorize_url(&id, CALLBACK));
    let fields = [("form_token", page.hidden("form_token")), ("ticket", page.hidden("ticket"))];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let back = ada.post("/oauth/consent", &fields).onward();
    assert_eq!(parameter(&back, "error").as_deref(), Some("access_denied"));
    assert_eq!((parameter(&back, "state").as_deref(), parameter(&back, "code")), (Some("s1"), None));
    // The page is answered once.
    assert_eq!(ada.post("/oauth/consent", &fields).status, 400);
}

/// Threat 4: an error goes to no address that is not the application's.
#[test]
fn threat_04_an_unknown_address_is_shown_an_error_and_gets_nothing() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let (id, _) = register(&mut ada, "Test Desk", &["oauth:readonly"]);
    for url in [
        authorize_url(&id, "https://evil.example/"),
        authorize_url("nobody", CALLBACK),
        "/oauth/authorize".to_owned(),
    ] {
        let reply = ada.get(&url);
        assert_eq!((reply.status, reply.header("location")), (400, None), "{url}");
        assert!(!reply.body.contains("http-equiv"), "{url}");
        let said = reply.body.split("<p>").nth(1).and_then(|text| text.chars().next());
        assert!(said.is_some_and(char::is_uppercase), "{url}: {}", reply.body);
    }
}

/// AA-05: a user asks, an administrator approves in the console, and the user comes again.
#[test]
fn aa_05_what_a_user_asks_for_waits_for_an_administrator() {
    let host = Process::start();
    let mut gus = host.logged_in("gus@globex.example");
    let (id, _) = register(&mut gus, "Globex Chat", &["users:readonly"]);
    let url = authorize_url(&id, CALLBACK);
    let mut emil = host.logged_in("emil@acme.example");
    let refused = emil.get(&url);
    assert_eq!(refused.status, 403, "{}", refused.body);
    assert!(refused.body.contains("An administrator must approve Globex Chat"));

    let mut ada = host.logged_in("ada@acme.example");
    let application = format!("/console/applications/{id}");
    assert!(ada.get("/console/applications?state=pending").body.contains("Globex Chat"));
    let approved =
        ada.submit(&application, &format!("{application}/approve"), &[("scope", "users:readonly")]);
    assert_eq!(approved.status, 303, "{}", approved.body);
    assert!(parameter(&agree(&mut emil, &url), "code").is_some());
}
