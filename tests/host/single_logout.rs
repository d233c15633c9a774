//! Logging out by identity providers: asked by them, and by us.

use grantor::saml::MessageId;
use grantor::saml::NameId;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Delivery;
use grantor::saml::binding::Outgoing;
use grantor::saml::binding::RelayState;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::logout::LogoutRequest;
use grantor::value::Binding;
use grantor::value::EndpointUri;

use super::browser::Browser;
use super::browser::Reply;
use super::browser::form;
use super::browser::parameter;
use super::process::Process;
use super::single_sign_on::KEY;
use super::single_sign_on::answered;
use super::single_sign_on::entered;
use super::single_sign_on::now;

const OTHER_KEY: &str = include_str!("../saml/keys/other-rsa-2048.key.pem");
const VERA: &str = "vera@acme.example";

/// A host with an identity provider that is in use.
fn in_use() -> Process {
    let host = Process::start();
    let mut ada = host.logged_in("ada@acme.example");
    let path = entered(&mut ada);
    let begun = ada.submit(&path, &format!("{path}/test"), &[]);
    assert_eq!(answered(&host, &mut ada, "ada@acme.example", &begun.onward()).status, 303);
    assert_eq!(ada.submit(&path, &format!("{path}/enable"), &[]).status, 303);
    host
}

/// A browser at which this user logged in by the identity provider.
fn by_provider(host: &Process, email: &str) -> Browser {
    let mut browser = host.browser();
    let login = browser.get("/login").link("Log in with Acme SSO");
    let url = browser.get(&login).header("location").unwrap().to_owned();
    assert_eq!(answered(host, &mut browser, email, &url).status, 303);
    assert!(is_logged_in(&mut browser));
    browser
}

fn is_logged_in(browser: &mut Browser) -> bool {
    browser.get("/console/clients").status == 200
}

/// The identity provider, which knows this user, asks that the sessions end: what the browser brings.
fn asked(host: &Process, email: &str, key: &str, binding: Binding) -> Reply {
    let to: EndpointUri = format!("http://{}/saml/logout", host.address()).parse().unwrap();
    let peer = ServiceProvider::new(
        "https://sso.acme.example/metadata".parse().unwrap(),
        "https://sso.acme.example/none".parse().unwrap(),
    );
    let (signer, theirs) = (AwsLcSigner::from_pem(key).unwrap(), RelayState::received("theirs").unwrap());
    let mut delivery = Delivery::new(binding, &to);
    delivery.signer = Some(&signer);
    delivery.relay_state = Some(&theirs);
    let request = LogoutRequest::new(MessageId::of_bits([9; 16]), NameId::new(email));
    let mut browser = host.browser();
    match request.send(&peer, &delivery, now()).unwrap() {
        Outgoing::Redirect(url) => browser.get(&format!("/saml/logout?{}", url.split_once('?').unwrap().1)),
        Outgoing::Form(sent) => {
            let fields: Vec<(&str, &str)> = sent.fields().collect();
            let headers = [
                ("origin", "https://sso.acme.example"),
                ("content-type", "application/x-www-form-urlencoded"),
            ];
            browser.send("POST", "/saml/logout", &headers, &form(&fields))
        }
    }
}

/// SA-17: the provider ends the sessions that it began, by Redirect and by POST, and is answered. Nobody else's end.
#[test]
fn sa_17_a_provider_ends_the_sessions_that_it_began() {
    let host = in_use();
    for binding in [Binding::Redirect, Binding::Post] {
        let (mut one, mut two) = (by_provider(&host, VERA), by_provider(&host, VERA));
        let (mut by_password, mut other) = (host.logged_in(VERA), by_provider(&host, "ada@acme.example"));
        let reply = asked(&host, VERA, KEY, binding);
        assert_eq!(reply.status, 303, "{}", reply.body);
        let answer = reply.header("location").unwrap();
        assert!(answer.starts_with("https://sso.acme.example/logout?SAMLResponse="), "{answer}");
        assert_eq!(parameter(answer, "RelayState").as_deref(), Some("theirs"));
        assert!(!is_logged_in(&mut one) && !is_logged_in(&mut two), "{binding:?}");
        assert!(is_logged_in(&mut by_password) && is_logged_in(&mut other), "{binding:?}");
    }
}

/// SA-17: nobody else ends them: neither another key nor what is no message.
#[test]
fn sa_17_what_the_provider_did_not_sign_ends_nothing() {
    let host = in_use();
    let mut vera = by_provider(&host, VERA);
    for binding in [Binding::Redirect, Binding::Post] {
        let reply = asked(&host, VERA, OTHER_KEY, binding);
        assert_eq!(reply.status, 400, "{binding:?}: {}", reply.body);
        assert!(!reply.body.contains("signature"), "the reason is for administrators: {}", reply.body);
    }
    let mut browser = host.browser();
    for path in ["/saml/logout", "/saml/logout?SAMLRequest=none", "/saml/logout?SAMLResponse=%00"] {
        assert_eq!(browser.get(path).status, 400, "{path}");
    }
    let form_headers = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(browser.send("POST", "/saml/logout", &form_headers, "SAMLRequest=PGEvPg%3D%3D").status, 400);
    assert_eq!(browser.send("POST", "/saml/logout", &[("content-type", "text/xml")], "<a/>").status, 400);
    assert!(is_logged_in(&mut vera));
    let told = host.logged_in("ada@acme.example").get("/console/audit?action=log_out&outcome=refused");
    assert!(told.body.contains("Acme SSO") && told.body.contains("class=\"event\""), "{}", told.body);
}

/// SA-17: without a signing key no request to log out is sent, and the session ends here.
#[test]
fn sa_17_a_logout_ends_the_session_here() {
    let host = in_use();
    let (mut vera, mut elsewhere) = (by_provider(&host, VERA), by_provider(&host, VERA));
    let session = vera.cookies["session"].clone();
    assert_eq!(vera.submit("/console/clients", "/logout", &[]).onward(), "/login");
    assert!(!is_logged_in(&mut vera));
    vera.cookies.insert("session".to_owned(), session);
    assert!(!is_logged_in(&mut vera), "the session is over, and not the cookie alone");
    assert!(is_logged_in(&mut elsewhere));
}
