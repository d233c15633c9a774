//! Queries that cannot be read, and what is read of those that can (GR-12, threats 43 and 44).

use std::collections::BTreeSet;

use grantor::testing::fixtures::NOON;

use crate::browser::ADMIN;
use crate::browser::Asking;
use crate::browser::SOMEBODY;
use crate::browser::approved;
use crate::browser::confidential;
use crate::browser::sent;
use crate::browser::shown;
use crate::browser::visit;
use crate::browser::visit_raw;
use crate::common::House;
use crate::common::assert_same;
use crate::refusals::codes_after;

/// What cannot be read of a query that is otherwise right, by the code of its refusal.
fn unreadable(right: &str) -> Vec<(&'static str, Vec<u8>)> {
    let with = |more: &[u8]| [right.as_bytes(), b"&", more].concat();
    let many = |count| (0..count).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
    let mut cases = vec![
        ("malformed.body.too.long", vec![b'a'; 65_537]),
        ("malformed.too.many.parameters", with(many(27).as_bytes())),
        ("malformed.name", with(b"=1")),
        ("malformed.name", with(b"")),
        ("malformed.name", with("n".repeat(65).as_bytes())),
        ("malformed.value", with(format!("a={}", "v".repeat(32_769)).as_bytes())),
        (
            "malformed.state.too.long",
            right.replacen("state=xyz", &format!("state={}", "s".repeat(2_049)), 1).into(),
        ),
    ];
    let names =
        ["response_type", "client_id", "redirect_uri", "state", "code_challenge", "code_challenge_method"];
    for repeated in names {
        for value in ["", "xyz", "code"] {
            cases.push(("malformed.repeated", with(format!("{repeated}={value}").as_bytes())));
        }
        let disguised = repeated.replacen('e', "%65", 1);
        cases.push(("malformed.repeated", with(format!("{disguised}=x").as_bytes())));
    }
    cases.push(("malformed.repeated", with(b"unknown=1&unknown=2")));
    let bytes: [&[u8]; 12] =
        [b"%", b"%4", b"%4g", b"%FF", b"%C0%80", b"%ED%A0%80", b"%00", b"%0A", b"%7F", b" ", b"\0", b"\xFF"];
    for bad in bytes {
        cases.push(("malformed.name", with(&[b"n", bad, b"=1"].concat())));
        cases.push(("malformed.value", with(&[b"v=", bad].concat())));
        cases
            .push(("malformed.value", [right.replacen("=xyz", "=", 1).as_bytes(), b"&scope=", bad].concat()));
    }
    cases
}

/// What is wrong with headers and bodies alone, and with no query.
const NEVER_OF_A_QUERY: [&str; 9] = [
    "malformed.content.type",
    "malformed.missing",
    "malformed.authorization.repeated",
    "malformed.basic",
    "malformed.bearer",
    "malformed.authentication.method",
    "malformed.two.methods",
    "malformed.two.clients",
    "malformed.two.messages",
];

/// GR-12, threats 4, 43 and 44: what cannot be read is shown, the same way every time, leaves no trace and
/// changes nothing, whoever is logged in.
#[test]
fn threat_44_what_cannot_be_read_is_shown_and_changes_nothing() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let cases = unreadable(&Asking::code(app.id).query());
    let mut expected = codes_after(include_str!("../../src/wire/malformed.rs"), "impl Malformed");
    expected.retain(|code| !NEVER_OF_A_QUERY.contains(code));
    assert_eq!(cases.iter().map(|(code, _)| *code).collect::<BTreeSet<_>>(), expected);
    let (before, events) = (house.dump(), house.events());
    for (code, query) in cases {
        for who in [None, Some(SOMEBODY), Some(ADMIN)] {
            let context = query.escape_ascii().to_string();
            assert_eq!(shown(visit_raw(&house, &query, who, NOON)), code, "{:.200}", context);
        }
    }
    assert_same(&house.dump(), &before, "what was not read");
    assert_eq!(house.events(), events);
}

/// threat 44: a plus is a space and an encoded plus a plus, and the `state` comes back as what it was.
#[test]
fn threat_44_a_plus_and_an_encoded_plus_differ_in_the_state() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let refused = Asking::code(app.id).with("scope", "users").without("state").query();
    for (sent_as, comes_back, on_the_wire) in [
        ("a+b", "a b", "a%20b"),
        ("a%2Bb", "a+b", "a%2Bb"),
        ("a%20b", "a b", "a%20b"),
        ("a%252Bb", "a%2Bb", "a%252Bb"),
    ] {
        let query = format!("{refused}&state={sent_as}");
        let sent = sent(visit_raw(&house, query.as_bytes(), SOMEBODY, NOON));
        assert_eq!(sent.one("state"), Some(comes_back));
        assert!(sent.location.contains(&format!("state={on_the_wire}")), "{}", sent.location);
    }
}

/// RFC 6749 §3.1: an empty `state` is none, and none comes back.
#[test]
fn gr_12_an_empty_state_is_none() {
    let house = House::new();
    let app = approved(&house, &confidential());
    for asking in [Asking::code(app.id).with("state", ""), Asking::code(app.id).without("state")] {
        let refused = visit(&house, &asking.with("scope", "users"), SOMEBODY, NOON);
        assert_eq!(sent(refused).one("state"), None);
    }
}

/// GR-12: 2 048 bytes of `state` come back, decoded and to the byte.
#[test]
fn gr_12_the_longest_state_comes_back() {
    let house = House::new();
    let app = approved(&house, &confidential());
    let longest = "é".repeat(1_024);
    let asking = Asking::code(app.id).with("state", &longest).with("scope", "users");
    assert_eq!(sent(visit(&house, &asking, SOMEBODY, NOON)).one("state"), Some(longest.as_str()));
    let longer = asking.with("state", &format!("{longest}a"));
    assert_eq!(shown(visit(&house, &longer, SOMEBODY, NOON)), "malformed.state.too.long");
}
