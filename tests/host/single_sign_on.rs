//! Logins by an identity provider, from the import of its metadata to a session.

use grantor::Timestamp;
use grantor::saml::crypto::AwsLcSigner;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;

use super::browser::Browser;
use super::browser::Reply;
use super::browser::parameter;
use super::process::Process;

const METADATA: &str = include_str!("../saml/fixtures/metadata/simple.xml");
pub const KEY: &str = include_str!("../saml/keys/idp-rsa-2048.key.pem");

/// What comes from outside names an identity provider of its own, and not the demo's.
fn metadata() -> String {
    METADATA.replace("https://idp.example.com", "https://sso.acme.example")
}

fn provider() -> IdentityProviderForTests {
    let entity_id = "https://sso.acme.example/metadata".parse().unwrap();
    IdentityProviderForTests::new(entity_id, AwsLcSigner::from_pem(KEY).unwrap())
}

#[expect(clippy::disallowed_methods, reason = "the host has the clock")]
pub fn now() -> Timestamp {
    Timestamp::from(std::time::SystemTime::now())
}

/// The answer of the identity provider to a request, posted by the browser that was sent there.
pub fn answered(host: &Process, browser: &mut Browser, email: &str, url: &str) -> Reply {
    let request = parameter(url, "RelayState").expect(url);
    let base = format!("http://{}", host.address());
    let (acs, audience) = (format!("{base}/saml/acs"), format!("{base}/saml/metadata"));
    let assertion = format!("_{request}");
    let says =
        Says { in_response_to: Some(&request), id: Some(&assertion), ..Says::login(email, &acs, &audience) };
    let form = IdentityProviderForTests::form(&provider().response(&says, now()), Some(&request));
    let headers =
        [("origin", "https://sso.acme.example"), ("content-type", "application/x-www-form-urlencoded")];
    browser.send("POST", "/saml/acs", &headers, std::str::from_utf8(&form).unwrap())
}

/// Uploads metadata, and enters what it says. Where the identity provider is found then.
pub fn entered(ada: &mut Browser) -> String {
    let token = ada.get("/console/providers/new").hidden("form_token");
    let part =
        |name: &str, rest: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"{rest}\r\n");
    let file = part("metadata", "; filename=\"idp.xml\"\r\ncontent-type: text/xml\r\n\r\n") + &metadata();
    let body = part("form_token", "\r\n\r\n")
        + &token
        + "\r\n"
        + &part("name", "\r\n\r\n")
        + "Acme SSO\r\n"
        + &file
        + "\r\n--b--\r\n";
    let body = body.replace("\r\n\r\n\r\n", "\r\n\r\n");
    let read = ada.send(
        "POST",
        "/console/providers/metadata",
        &[("content-type", "multipart/form-data; boundary=b")],
        &body,
    );
    assert_eq!(read.status, 200, "{}", read.body);
    assert!(read.body.contains("https://sso.acme.example/sso"), "{}", read.body);
    let certificate = read.body.split("<textarea id=\"certificates\"").nth(1).unwrap();
    let certificate = certificate.split('>').nth(1).unwrap().split('<').next().unwrap();
    let fields = [
        ("name", "Acme SSO"),
        ("entity_id", "https://sso.acme.example/metadata"),
        ("sso_url", "https://sso.acme.example/sso"),
        ("logout_url", "https://sso.acme.example/logout"),
        ("certificates", certificate),
        ("by_email", "yes"),
    ];
    let created = ada.submit("/console/providers/new", "/console/providers", &fields);
    assert_eq!(created.status, 303, "{}", created.body);
    created.header("location").unwrap().to_owned()
}

/// SA-05, SA-06, SA-11: entered, tested, enabled; then a user logs in by it, once for each answer.
#[test]
fn sa_05_a_user_logs_in_once_the_test_has_passed() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let path = entered(&mut ada);
    assert_eq!(ada.submit(&path, &format!("{path}/enable"), &[]).status, 409, "nobody has tested it");
    assert_eq!(host.browser().get(&format!("/saml/login/{}", path.rsplit('/').next().unwrap())).status, 400);

    let begun = ada.submit(&path, &format!("{path}/test"), &[]);
    let session = ada.cookies["session"].clone();
    let passed = answered(&host, &mut ada, "ada@acme.example", &begun.onward());
    assert_eq!(
        (passed.status, passed.header("location")),
        (303, Some(format!("{path}?tested").as_str())),
        "{}",
        passed.body
    );
    assert_eq!(ada.cookies["session"], session, "a test logs nobody in");
    assert_eq!(ada.submit(&path, &format!("{path}/enable"), &[]).status, 303);

    let mut browser = host.browser();
    let login = browser.get("/login?return_to=%2Fconsole%2Fusage").link("Log in with Acme SSO");
    let sent = browser.get(&login);
    let cookie = sent.header("set-cookie").unwrap();
    for attribute in ["HttpOnly", "Secure", "SameSite=None"] {
        assert!(cookie.starts_with("saml_ticket=") && cookie.contains(attribute), "{cookie}");
    }
    let url = sent.header("location").unwrap().to_owned();
    let mut thief = host.browser();
    assert_eq!(
        answered(&host, &mut thief, "vera@acme.example", &url).status,
        400,
        "another browser has no ticket"
    );
    let passed = answered(&host, &mut browser, "vera@acme.example", &url);
    assert_eq!((passed.status, passed.header("location")), (303, Some("/console/usage")), "{}", passed.body);
    assert!(browser.get("/console/clients").body.contains("Vera Viewer"));
    assert_eq!(answered(&host, &mut browser, "vera@acme.example", &url).status, 400, "an answer counts once");
}

/// SA-12: nobody is created by logging in, and whoever sits there is told no more than to ask an administrator.
#[test]
fn sa_12_a_stranger_is_not_let_in() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let path = entered(&mut ada);
    let begun = ada.submit(&path, &format!("{path}/test"), &[]);
    let refused = answered(&host, &mut ada, "noah@acme.example", &begun.onward());
    assert_eq!(refused.status, 400);
    assert!(
        refused.body.contains("ask your administrator") && refused.body.contains("number of the event"),
        "{}",
        refused.body
    );
}

/// SA-02: hostile or wrong metadata is told precisely, and nothing is saved.
#[test]
fn sa_02_wrong_metadata_is_told() {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    for (text, code) in [("<a/>", "saml.metadata.root"), ("<!DOCTYPE a><a/>", "saml"), ("", "saml")] {
        let reply = ada.submit(
            "/console/providers/new",
            "/console/providers/metadata",
            &[("name", "X"), ("text", text)],
        );
        assert_eq!(reply.status, 422, "{text}");
        assert!(reply.body.contains(code), "{text}: {}", reply.body);
    }
}

#[test]
fn our_metadata_names_this_host() {
    let host = Process::start();
    let reply = host.browser().get("/saml/metadata");
    assert_eq!(reply.header("content-type"), Some("application/samlmetadata+xml"));
    assert!(reply.body.contains(&format!("http://{}/saml/acs", host.address())), "{}", reply.body);
    assert_eq!(host.browser().send("POST", "/saml/acs", &[("content-type", "text/xml")], "<a/>").status, 400);
    assert_eq!(host.browser().get("/saml/login/none").status, 404);
}
