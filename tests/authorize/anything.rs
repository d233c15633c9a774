//! Whatever is asked, by whomever (GR-11, threat 4).

use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::FORMER;
use grantor::testing::fixtures::NOON;
use proptest::prelude::*;

use crate::browser::ADMIN;
use crate::browser::CHALLENGE;
use crate::browser::ISSUER;
use crate::browser::NOBODY;
use crate::browser::SOMEBODY;
use crate::browser::Sent;
use crate::browser::decoded;
use crate::browser::encoded;
use crate::browser::visit_raw;
use crate::common::House;

/// A parameter, or not, with a value of these, and mostly the first of them.
fn some(name: &'static str, values: Vec<String>) -> impl Strategy<Value = String> {
    let value = prop_oneof![1 => Just(values[0].clone()), 1 => prop::sample::select(values)];
    let present = value.prop_map(move |value| format!("&{name}={}", encoded(&value)));
    prop_oneof![1 => Just(String::new()), 12 => present]
}

fn strings(values: &[&str]) -> Vec<String> {
    values.iter().map(|value| (*value).to_owned()).collect()
}

/// A request of any client of the world, to any of a few pages, right or wrong in every part; often of the client
/// `web`, to which the viewer has agreed.
fn some_query(house: &House) -> impl Strategy<Value = String> {
    let world = &house.world;
    let mut clients = vec![world.web.id.to_string()];
    clients.extend(world.clients().iter().map(|client| client.id.to_string()));
    clients.extend([world.removed.id.to_string(), "s6BhdRkqt3".into()]);
    let pages = [
        "https://app.example.com/callback",
        "http://127.0.0.1:5000/callback",
        "com.example.app:/callback",
        "https://built-in.example.com/callback",
        "https://evil.example/callback",
        "https://app.example.com/callback/../x",
    ];
    let request = (
        some("client_id", clients),
        some("redirect_uri", strings(&pages)),
        some("response_type", strings(&["code", "token", "code token"])),
        some("scope", strings(&["routing", "users:readonly", "users", "routing  x"])),
        some("code_challenge", strings(&[CHALLENGE, "short"])),
        some("code_challenge_method", strings(&["S256", "plain"])),
        some("response_mode", strings(&["query", "fragment"])),
    );
    request.prop_map(|(a, b, c, d, e, f, g)| format!("state=a%26code%3Db{a}{b}{c}{d}{e}{f}{g}"))
}

/// Whether the location is one of the client that the query names: there, active, and the page its own.
#[track_caller]
fn is_of_the_client(house: &House, query: &str, sent: &Sent) -> bool {
    let named = query.split("&client_id=").nth(1).unwrap().split('&').next().unwrap();
    let id = decoded(named);
    let client = house.world.clients().into_iter().find(|client| client.id.to_string() == id);
    let client = client.filter(|client| client.lifecycle.name() == "active").expect("an active client");
    let end = sent.location.find(['?', '#']).unwrap();
    let uris = client.grant.redirect_uris().expect("redirect URIs");
    uris.iter().any(|uri| uri.matches(&sent.location[..end]))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// GR-11, threat 4: whatever is asked, by whomever: the browser is sent to a registered page of an active
    /// client or nowhere, with one `iss`, the `state` as it came, and either an error or what was asked for; and
    /// nowhere while nobody is logged in.
    #[test]
    fn threat_04_a_browser_is_sent_to_a_page_of_its_client_or_nowhere(
        (query, who) in some_query(&House::new()).prop_flat_map(|query| {
            let former = LoggedIn { organization: ACME, user: FORMER };
            let everyone = vec![None, Some(ADMIN), Some(SOMEBODY), Some(NOBODY), Some(former)];
            (Just(query), prop::sample::select(everyone))
        }),
    ) {
        let house = House::new();
        if let Authorize::Redirect(redirect) = visit_raw(&house, query.as_bytes(), who, NOON) {
            let sent = Sent::of(&redirect);
            prop_assert!(who.is_some(), "RFC 9700 §4.11.2");
            prop_assert!(is_of_the_client(&house, &query, &sent), "{query}: {sent:?}");
            prop_assert_eq!((sent.one("iss"), sent.one("state")), (Some(ISSUER), Some("a&code=b")));
            let granted = sent.one("code").is_some() || sent.one("access_token").is_some();
            prop_assert_eq!(granted, sent.refused.is_none());
            prop_assert_eq!(sent.one("error").is_some(), !granted);
        }
    }
}
