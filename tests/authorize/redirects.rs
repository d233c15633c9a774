//! Where a browser is sent: the pages that are registered, byte for byte, with the answer added (CL-05, CL-06,
//! threats 1, 2, 3, 5 and 6).

use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::testing::fixtures::NOON;
use grantor::testing::strategies;
use grantor::value::ClientId;
use grantor::value::RedirectUri;
use proptest::prelude::*;

use crate::browser::App;
use crate::browser::Asking;
use crate::browser::CALLBACK;
use crate::browser::SOMEBODY;
use crate::browser::VERIFIER;
use crate::browser::YES;
use crate::browser::answer;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::encoded;
use crate::browser::implicit;
use crate::browser::page;
use crate::browser::pairs;
use crate::browser::public;
use crate::browser::registered;
use crate::browser::say;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::visit;
use crate::common::House;
use crate::common::Told;
use crate::common::assert_same;
use crate::common::code;
use crate::common::told;

/// A request to this page, of a client that is registered for those.
fn to(client: ClientId, uri: &str) -> Asking {
    Asking::code(client).with("redirect_uri", uri)
}

/// Whether the browser may be sent there.
#[track_caller]
fn is_trusted(house: &House, client: ClientId, uri: &str) -> bool {
    match visit(house, &to(client, uri), SOMEBODY, NOON) {
        Authorize::Ask(page) => {
            assert_eq!(page.redirect_uri.as_str(), uri);
            true
        }
        answered => {
            assert_eq!(shown(answered), "redirect.uri.unknown", "{uri}");
            false
        }
    }
}

/// An application that returns to these pages, approved.
#[track_caller]
fn returning_to(house: &House, uris: &[&str]) -> App {
    approved(house, &registered(public(), uris))
}

/// What a browser could take for `https://example.com/cb?a=b`, and what is near it.
const NEAR: [&str; 16] = [
    "https://example.com/cb",
    "https://example.com/cb?",
    "https://example.com/cb?a=b&",
    "https://example.com/cb?a=b#",
    "https://example.com/cb?a=B",
    "https://example.com/CB?a=b",
    "https://EXAMPLE.com/cb?a=b",
    "HTTPS://example.com/cb?a=b",
    "http://example.com/cb?a=b",
    "https://example.com:443/cb?a=b",
    "https://example.com/cb/?a=b",
    "https://example.com/%63b?a=b",
    "https://example.com/./cb?a=b",
    "https://example.com/cb?a=b&c=d",
    " https://example.com/cb?a=b",
    "https://example.com/cb?a=b ",
];

/// CL-06, threat 1: what is not the registered page byte for byte is another one, be it the same to a browser.
#[test]
fn threat_01_a_page_is_compared_byte_for_byte() {
    let house = House::new();
    let app = returning_to(&house, &["https://example.com/cb?a=b"]);
    assert!(is_trusted(&house, app.id, "https://example.com/cb?a=b"));
    for other in NEAR {
        assert!(!is_trusted(&house, app.id, other), "{other}");
    }
}

/// User information, plain and doubled, before `https://example.com/cb` and `http://127.0.0.1/cb`, or made of
/// them.
const WITH_A_USER: [&str; 5] = [
    "https://user@example.com/cb",
    "https://example.com@evil.example/cb",
    "https://a@b@example.com/cb",
    "http://127.0.0.1:80@evil.example/cb",
    "http://user@127.0.0.1/cb",
];

/// What only looks like `https://example.com/cb` or `http://127.0.0.1/cb`.
const LOOKALIKES: [&str; 12] = [
    "https://example.com.evil.example/cb",
    "https://example.com*/cb",
    "https://*.example.com/cb",
    "https://example.com/cb/*",
    "https://example.com/cb/..;/x",
    "https://example.com/cb/../cb",
    "https://example.com\\@evil.example/cb",
    "JavaScript:alert(1)",
    "javascript://example.com/cb",
    "data:text/html,cb",
    "//example.com/cb",
    "/cb",
];

/// threat 2: a page with user information is not trusted, whatever its host or port is then.
#[test]
fn threat_02_a_page_with_user_information_is_not_trusted() {
    let house = House::new();
    let app = returning_to(&house, &["https://example.com/cb", "http://127.0.0.1/cb"]);
    for other in WITH_A_USER {
        assert!(!is_trusted(&house, app.id, other), "{other}");
    }
}

/// threat 3: hosts that begin like the registered one, wildcards, ways up, and schemes that run.
#[test]
fn threat_03_what_only_looks_like_the_page_is_not_trusted() {
    let house = House::new();
    let app = returning_to(&house, &["https://example.com/cb", "http://127.0.0.1/cb"]);
    for other in LOOKALIKES {
        assert!(!is_trusted(&house, app.id, other), "{other}");
    }
}

/// What differs in more than the port of a loopback literal from a page of [`on_loopback`].
const NOT_ON_LOOPBACK: [&str; 10] = [
    "http://localhost:3001/cb",
    "http://localhost/cb",
    "http://127.0.0.1:51004/cb/",
    "http://127.0.0.1:51004/",
    "http://127.0.0.2:51004/cb",
    "https://127.0.0.1:51004/cb",
    "http://127.0.0.1:/cb",
    "http://127.0.0.1:0/cb",
    "http://127.0.0.1:99999/cb",
    "http://[::1%25lo]:61023/cb",
];

/// A public application that returns to this machine, under its three names.
#[track_caller]
fn on_loopback(house: &House) -> App {
    returning_to(house, &["http://127.0.0.1/cb", "http://[::1]:7000/cb", "http://localhost:3000/cb"])
}

/// What a public application is told that exchanges its code and names this page.
#[track_caller]
fn exchanged_naming(house: &House, app: &App, code: &str, uri: &str) -> Told {
    let (id, uri) = (app.id, encoded(uri));
    let body = format!(
        "grant_type=authorization_code&client_id={id}&code={code}&code_verifier={VERIFIER}&redirect_uri={uri}"
    );
    told(&house.post(&[], body.as_bytes(), NOON))
}

/// CL-06, threat 5: the port of a loopback literal is the application's to choose, and nothing else; the answer
/// goes to that port, and the exchange must name it.
#[test]
fn threat_05_the_port_of_a_loopback_literal_is_free() {
    let house = House::new();
    let app = on_loopback(&house);
    for uri in
        ["http://127.0.0.1:51004/cb", "http://127.0.0.1/cb", "http://[::1]:61023/cb", "http://[::1]/cb"]
    {
        let sent = say(&house, &to(app.id, uri), (SOMEBODY, &YES), NOON);
        assert!(sent.location.starts_with(&format!("{uri}?")), "{}", sent.location);
        let elsewhere = exchanged_naming(&house, &app, sent.code(), "http://127.0.0.1:1/cb");
        assert_eq!(elsewhere, Told::Error(400, "invalid_grant".into()));
        assert!(matches!(exchanged_naming(&house, &app, sent.code(), uri), Told::Token(..)), "{uri}");
    }
    for other in NOT_ON_LOOPBACK {
        assert!(!is_trusted(&house, app.id, other), "{other}");
    }
}

/// What may not be registered, and the code of why.
const UNREGISTRABLE: [(&str, &str); 9] = [
    ("http://example.com/cb", "redirect.uri.insecure"),
    ("https://example.com/cb#", "redirect.uri.fragment"),
    ("https://user@example.com/cb", "redirect.uri.user.information"),
    ("https://*.example.com/cb", "redirect.uri.wildcard"),
    ("javascript:alert(1)", "redirect.uri.bad.scheme"),
    ("myapp:/cb", "redirect.uri.bad.scheme"),
    ("https://example.com/cb?code=1", "redirect.uri.reserved.parameter"),
    ("https://example.com/cb?a=b&%73tate=", "redirect.uri.reserved.parameter"),
    ("https://example.com/cb?iss", "redirect.uri.reserved.parameter"),
];

/// CL-05: what may not be registered is named, and nothing of the draft is kept.
#[test]
fn cl_05_what_may_not_be_registered_is_refused() {
    let house = House::new();
    let before = house.dump();
    for (uri, problem) in UNREGISTRABLE {
        let draft = registered(confidential(), &[CALLBACK, uri]);
        assert_eq!(code(house.admin().create_client(&draft, NOON)), problem, "{uri}");
    }
    assert_same(&house.dump(), &before, "what was not registered");
}

/// RFC 6749 §3.1.2.3: a request that names no page is answered at the only one, and shown where there are several.
#[test]
fn cl_06_no_page_is_guessed() {
    let house = House::new();
    let one = returning_to(&house, &["https://example.com/cb"]);
    let two = returning_to(&house, &["https://example.com/cb", "https://example.com/cb2"]);
    let bare = |app: &App| Asking::code(app.id).without("redirect_uri");
    assert_eq!(page(&house, &bare(&one), SOMEBODY, NOON).redirect_uri.as_str(), "https://example.com/cb");
    assert_eq!(shown(visit(&house, &bare(&two), SOMEBODY, NOON)), "redirect.uri.missing");
}

/// Pages, and how a location of theirs begins.
const GOES_ON: [(&str, &str); 9] = [
    ("https://example.com", "https://example.com?iss="),
    ("https://example.com/a&", "https://example.com/a&?iss="),
    ("https://example.com/a&b=c", "https://example.com/a&b=c?iss="),
    ("https://example.com/cb?", "https://example.com/cb?iss="),
    ("https://example.com/cb?a=b", "https://example.com/cb?a=b&iss="),
    ("https://example.com/cb?a=b&", "https://example.com/cb?a=b&iss="),
    ("https://example.com/cb?a=b?", "https://example.com/cb?a=b?&iss="),
    ("https://example.com/cb??", "https://example.com/cb??&iss="),
    ("com.example.app:/cb", "com.example.app:/cb?iss="),
];

/// threat 6: an `&` of the path begins no query, and a query that ends in `?` or `&` is gone on with.
#[test]
fn threat_06_the_answer_is_added_where_the_query_goes_on() {
    for (uri, begins) in GOES_ON {
        let house = House::new();
        let app = returning_to(&house, &[uri]);
        let sent = say(&house, &to(app.id, uri), (SOMEBODY, &YES), NOON);
        assert!(sent.location.starts_with(begins), "{uri}: {}", sent.location);
    }
}

/// A registered page with any path and query that a parser could be led astray by.
fn some_page() -> impl Strategy<Value = RedirectUri> {
    let path = "(/[a-z&=;:@,+]{0,5}){0,2}";
    let query = "(\\?([a-z&=;?+/]|%20|%26|%3D|%3F|%C3%A9|code|state|iss|error|%63ode|stat%65){0,8})?";
    let base =
        prop::sample::select(vec!["https://app.example.com", "http://127.0.0.1:80", "com.example.app:/a"]);
    let text = (base, path, query).prop_map(|(base, path, query)| format!("{base}{path}{query}"));
    text.prop_filter_map("no redirect URI", |text| RedirectUri::new(&text).ok())
}

/// Parameters, decoded.
type Pairs = Vec<(String, String)>;

/// The path of a location, the parameters of its query, and those of its fragment.
fn taken_apart(location: &str) -> (&str, Pairs, Pairs) {
    let (rest, fragment) = location.split_once('#').unwrap_or((location, ""));
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    (path, pairs(query), pairs(fragment))
}

/// The names that the location holds, and what it must hold of the registered page: all of it.
#[track_caller]
fn assert_added(uri: &RedirectUri, location: &str, expected: &[&str], is_fragment: bool) {
    let (path, query, fragment) = taken_apart(location);
    let (own_path, own_query, _) = taken_apart(uri.as_str());
    assert_eq!((path, &query[..own_query.len()]), (own_path, own_query.as_slice()), "{uri}: {location}");
    let added = &query[own_query.len()..];
    let names = |pairs: &[(String, String)]| pairs.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let (here, there) = if is_fragment { (&fragment[..], added) } else { (added, &fragment[..]) };
    assert_eq!(
        (names(here), names(there)),
        (expected.iter().map(|name| (*name).to_owned()).collect(), Vec::new())
    );
    for name in ["code", "state", "iss", "error"] {
        let count = query.iter().chain(&fragment).filter(|(known, _)| known == name).count();
        assert!(count <= 1, "`{name}` is there {count} times: {location}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// threat 6: whatever query the registered page has, an answer adds its parameters and keeps the rest, and
    /// never holds two of `code`, `state`, `iss` or `error`.
    #[test]
    fn threat_06_an_answer_adds_its_parameters_and_keeps_the_rest(uri in some_page()) {
        let house = House::new();
        let app = returning_to(&house, &[uri.as_str()]);
        let asking = to(app.id, uri.as_str());
        let granted = say(&house, &asking, (SOMEBODY, &YES), NOON);
        assert_added(&uri, &granted.location, &["iss", "state", "code"], false);
        let denied = say(&house, &asking, (SOMEBODY, &Choice::Deny), NOON);
        assert_added(&uri, &denied.location, &["iss", "state", "error"], false);
        let bare = sent(visit(&house, &asking.without("state").with("scope", "users"), SOMEBODY, NOON));
        assert_added(&uri, &bare.location, &["iss", "error"], false);
    }

    /// threat 6: the same for a token, into the fragment.
    #[test]
    fn threat_06_a_token_is_added_in_the_fragment(uri in some_page()) {
        let house = House::new();
        let app = approved(&house, &registered(implicit(), &[uri.as_str()]));
        let asking = Asking::token(app.id).with("redirect_uri", uri.as_str());
        let granted = say(&house, &asking, (SOMEBODY, &YES), NOON);
        let expected = ["iss", "state", "access_token", "token_type", "expires_in", "scope"];
        assert_added(&uri, &granted.location, &expected, true);
        let denied = say(&house, &asking, (SOMEBODY, &Choice::Deny), NOON);
        assert_added(&uri, &denied.location, &["iss", "state", "error"], true);
    }

    /// CL-05, CL-06, threat 1, threat 2, threat 3: any page that may be registered is returned to as it is, and
    /// with one byte changed it is not.
    #[test]
    fn threat_01_any_registered_page_is_returned_to_and_nothing_near_it(
        uri in strategies::redirect_uri(),
        at in any::<prop::sample::Index>(),
        byte in "[ -~]",
    ) {
        let house = House::new();
        let app = returning_to(&house, &[uri.as_str()]);
        prop_assert!(is_trusted(&house, app.id, uri.as_str()));
        let sent = say(&house, &to(app.id, uri.as_str()), (SOMEBODY, &YES), NOON);
        prop_assert!(sent.location.starts_with(uri.as_str()), "{}", sent.location);
        let mut near = uri.as_str().to_owned();
        let at = at.index(near.len());
        near.replace_range(at..=at, &byte);
        let (_, before_port) = near.split_once("//").unwrap_or_default();
        let is_loopback = before_port.starts_with("127.0.0.1") || before_port.starts_with("[::1]");
        if near != uri.as_str() && !is_loopback {
            prop_assert!(!is_trusted(&house, app.id, &near), "{} for {}", near, uri);
        }
    }

    /// threat 2, threat 3: of what looks like a page and could not be registered, nothing is trusted, whatever is
    /// registered.
    #[test]
    fn threat_03_what_could_not_be_registered_is_never_trusted(
        uri in strategies::redirect_uri(),
        near in strategies::nearly_redirect_uri(),
    ) {
        prop_assume!(RedirectUri::new(&near).is_err() && !near.is_empty());
        let house = House::new();
        let app = returning_to(&house, &["http://127.0.0.1/cb", uri.as_str()]);
        let answered = visit(&house, &to(app.id, &near), SOMEBODY, NOON);
        let code = shown(answered);
        prop_assert!(code == "redirect.uri.unknown" || code.starts_with("malformed."), "{}: {}", near, code);
    }

    /// CL-06, threat 5: of a loopback literal every port is trusted, and the answer goes to that one.
    #[test]
    fn threat_05_any_port_of_a_loopback_literal_is_trusted(
        uri in strategies::loopback_redirect_uri(),
        port in 1_u16..,
    ) {
        let house = House::new();
        let app = returning_to(&house, &[uri.as_str()]);
        let (_, rest) = uri.as_str().split_once("//").unwrap();
        let host = if rest.starts_with('[') { "[::1]" } else { "127.0.0.1" };
        let path = rest.find(['/', '?']).map_or("", |at| &rest[at..]);
        let there = format!("http://{host}:{port}{path}");
        let page = page(&house, &to(app.id, &there), SOMEBODY, NOON);
        let sent = sent(answer(&house, page.ticket.expose(), &YES, SOMEBODY, NOON));
        prop_assert!(sent.location.starts_with(&there), "{}", sent.location);
    }
}
