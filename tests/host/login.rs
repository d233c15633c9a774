//! Sessions, cookies, headers, and forms that are not from our pages.

use super::browser::Browser;
use super::browser::encoded;
use super::browser::form;
use super::process::Process;

const ADA: &str = "ada@acme.example";

#[test]
fn a_session_is_known_by_a_cookie_that_no_script_reads() {
    let host = Process::start();
    let mut browser = host.browser();
    let reply = browser.log_in(ADA, host.password());
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("session="), "{cookie}");
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Lax"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    assert_eq!(browser.get("/console/clients").status, 200);
}

/// Behind https the cookies are sent by nothing else, and cannot be set by a neighbor of the host's domain.
#[test]
fn cookies_are_secure_where_the_issuer_is_https() {
    let host = Process::start_with(&["--listen", "127.0.0.1:0", "--issuer", "https://login.example.com"]);
    let reply = host.browser().get("/login");
    let cookie = reply.header("set-cookie").unwrap();
    assert!(cookie.starts_with("__Host-login=") && cookie.ends_with("; Secure"), "{cookie}");
}

#[test]
fn every_answer_has_the_headers_that_protect_it() {
    let host = Process::start();
    let mut browser = host.logged_in(ADA);
    for path in [
        "/login",
        "/console/clients",
        "/console/nothing",
        "/console/audit",
        "/console/audit/verify",
        "/console/audit/then",
        "/console/review",
        "/api/v2/oauth/clients",
        "/oauth/authorize",
        "/saml/metadata",
    ] {
        let reply = browser.get(path);
        let policy = reply.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(reply.header("x-frame-options"), Some("DENY"), "{path}");
        assert!(!reply.body.contains("style=\"") && !reply.body.contains("<script>"), "{path}");
    }
}

/// Who is not there and who has another password look the same.
#[test]
fn a_wrong_login_says_nothing_of_which_was_wrong() {
    let host = Process::start();
    let without_token = |body: &str| {
        body.split("name=\"form_token\"")
            .map(|part| part.split_once('>').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<String>()
    };
    let wrong = host.browser().log_in(ADA, "wrong");
    let nobody = host.browser().log_in("nobody@acme.example", "wrong");
    let robot = host.browser().log_in("robot@acme.example", host.password());
    assert_eq!((wrong.status, nobody.status, robot.status), (401, 401, 401));
    assert_eq!(without_token(&wrong.body), without_token(&nobody.body));
    assert_eq!(without_token(&wrong.body), without_token(&robot.body));
}

#[test]
fn a_login_ends_the_session_before_and_a_logout_its_own() {
    let host = Process::start();
    let mut browser = host.logged_in(ADA);
    let first = browser.cookies["session"].clone();
    let token = browser.get("/console/clients").hidden("form_token");
    let mut other = Browser::new(host.address());
    other.cookies.insert("session".to_owned(), first.clone());
    let login = other.get("/oauth/authorize").status;
    assert_eq!(login, 400, "the session is shared until now");
    // The login page leads a session on, so that a second login needs a page without it.
    let mut again = host.browser();
    let form_token = again.get("/login").hidden("form_token");
    again.cookies.insert("session".to_owned(), first.clone());
    let fields =
        [("form_token", form_token.as_str()), ("email", "vera@acme.example"), ("password", host.password())];
    assert_eq!(again.post("/login", &fields).status, 200);
    assert_ne!(again.cookies["session"], first);
    assert_eq!(browser.get("/console/clients").status, 303, "the session before is over");
    assert_eq!(browser.post("/logout", &[("form_token", &token)]).status, 401);

    let second = again.cookies["session"].clone();
    assert_eq!(again.submit("/console/clients", "/logout", &[]).status, 200);
    assert!(!again.cookies.contains_key("session"));
    again.cookies.insert("session".to_owned(), second);
    assert_eq!(again.get("/console/clients").status, 303, "and ended here, not in the browser alone");
}

/// Each form of a page is refused without the token of its session, with another's, and from another site; and changes nothing.
#[test]
fn forms_that_are_not_from_our_pages_are_refused() {
    let host = Process::start();
    let mut browser = host.logged_in(ADA);
    let list = browser.get("/console/clients").body;
    let desk = browser.get("/console/clients").link("Agent Desk");
    let id = desk.rsplit('/').next().unwrap();
    let provider = browser.get("/console/providers").link("Acme sign-in");
    let application = format!("/console/applications/{id}");
    let of_vera = host.logged_in("vera@acme.example").get("/console/clients").hidden("form_token");
    let own = browser.get("/console/clients").hidden("form_token");
    for path in [
        "/logout".to_owned(),
        "/oauth/consent".to_owned(),
        "/console/clients".to_owned(),
        format!("{desk}/edit"),
        format!("{desk}/secret"),
        format!("{desk}/delete"),
        format!("{desk}/restore"),
        format!("{desk}/migrate"),
        "/console/applications/authorize".to_owned(),
        format!("{application}/revoke"),
        format!("{application}/scopes"),
        format!("{application}/audience"),
        format!("{application}/end"),
        "/console/providers".to_owned(),
        "/console/providers/metadata".to_owned(),
        format!("{provider}/test"),
        format!("{provider}/enable"),
        format!("{provider}/delete"),
        format!("{provider}/edit"),
        "/console/why/call".to_owned(),
    ] {
        let fields = [("name", "Forged"), ("grant_type", "authorization_code"), ("confirmed", "yes")];
        let with = |token: &str| form(&[("form_token", token), fields[0], fields[1], fields[2]]);
        let kind = ("content-type", "application/x-www-form-urlencoded");
        for (headers, body) in [
            (vec![kind], form(&fields)),
            (vec![kind], with(&of_vera)),
            (vec![kind, ("origin", "https://evil.example")], with(&own)),
            (vec![kind, ("origin", "null")], with(&own)),
        ] {
            let reply = browser.send("POST", &path, &headers, &body);
            assert_eq!(reply.status, 403, "{path} {headers:?}: {}", reply.body);
        }
    }
    assert_eq!(browser.get("/console/clients").body, list, "nothing was changed");
    assert!(browser.get(&application).body.contains("Approved"));
}

/// A login that another site begins would leave the user in an account of its choice.
#[test]
fn a_login_from_another_site_is_refused() {
    let host = Process::start();
    let mut browser = host.browser();
    let token = browser.get("/login").hidden("form_token");
    let fields = [("form_token", token.as_str()), ("email", ADA), ("password", host.password())];
    let mut without_cookie = host.browser();
    assert_eq!(without_cookie.post("/login", &fields).status, 403);
    assert_eq!(browser.post("/login", &fields[1..]).status, 403);
    let headers = [("origin", "https://evil.example"), ("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(browser.send("POST", "/login", &headers, &form(&fields)).status, 403);
    assert_eq!(browser.post("/login", &fields).status, 200, "and from our own page it is taken");
}

/// Programs name the charset of a form, where the forms of pages do not.
#[test]
fn a_form_may_name_its_charset() {
    let host = Process::start();
    let mut browser = host.browser();
    let token = browser.get("/login").hidden("form_token");
    let fields = form(&[("form_token", token.as_str()), ("email", ADA), ("password", host.password())]);
    for kind in ["text/plain", "application/x-www-form-urlencoded2", "multipart/form-data"] {
        assert_eq!(browser.send("POST", "/login", &[("content-type", kind)], &fields).status, 400, "{kind}");
    }
    let kind = [("content-type", "application/x-www-form-urlencoded;charset=UTF-8")];
    assert_eq!(browser.send("POST", "/login", &kind, &fields).status, 200);
}

#[test]
fn nobody_is_led_to_another_host() {
    let host = Process::start();
    for (to, leads) in [
        ("/console/usage?by=week", "/console/usage?by=week"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("\\/evil.example", "/"),
        ("/ok\\..\\evil", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ] {
        let mut browser = host.browser();
        let page = browser.get(&format!("/login?return_to={}", encoded(to)));
        assert_eq!(page.hidden("return_to"), leads, "{to:?}");
        let token = page.hidden("form_token");
        let fields = [
            ("form_token", token.as_str()),
            ("return_to", to),
            ("email", ADA),
            ("password", host.password()),
        ];
        assert_eq!(browser.post("/login", &fields).onward(), leads, "{to:?}");
    }
}

/// GR-12: bodies are bounded.
#[test]
fn gr_12_long_bodies_are_refused() {
    let host = Process::start();
    let long = format!("grant_type={}", "a".repeat(100_000));
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect", "/login"] {
        let reply = host.browser().send("POST", path, &headers, &long);
        assert_eq!(reply.status, 413, "{path}");
    }
}

/// A password cannot be guessed for long: not even the right one is taken then, for a while.
#[test]
fn passwords_are_not_tried_without_end() {
    let host = Process::start();
    for _ in 0..5 {
        assert_eq!(host.browser().log_in(ADA, "guessed").status, 401);
    }
    assert_eq!(host.browser().log_in(ADA, host.password()).status, 401);
    assert_eq!(
        host.browser().log_in("vera@acme.example", host.password()).status,
        200,
        "others are not kept out"
    );
}
