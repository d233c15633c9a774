//! What holds of every message.

use crate::Policy;
use crate::STRICT;
use crate::WORLD;
use crate::World;
use crate::judge;
use crate::lax;
use crate::saml_book::Fixture;
use crate::saml_book::NOW;
use crate::saml_book::certificates;
use crate::saml_book::file;
use crate::saml_book::fixtures;
use grantor::saml::NameId;
use grantor::saml::Peer;
use grantor::saml::assertion::Attribute;
use grantor::saml::bearer::check_assertion;
use grantor::saml::response::Claimed;
use grantor::saml::response::VerifiedAssertion;
use grantor::saml::response::check_response;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::value::Certificate;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::Timestamp;
use proptest::prelude::*;

/// Everything that can be read of a login.
type Read = (String, Option<NameId>, Vec<Attribute>, Timestamp, Timestamp, Option<String>);

fn read(found: &VerifiedAssertion) -> Read {
    (
        found.id().to_owned(),
        found.name_id().cloned(),
        found.attributes().to_vec(),
        found.authn_instant(),
        found.usable_until(),
        found.session_index().map(str::to_owned),
    )
}

fn judged(message: &[u8], peer: &Peer<'_>, world: &World) -> Option<Read> {
    let document = Document::parse(message, Limits::MESSAGE).ok()?;
    check_response(&document, peer, &world.expected(), NOW).ok().map(|found| read(&found))
}

/// What is read of a changed message is what was signed, or nothing.
#[track_caller]
fn assert_refused_or_identical(original: &str, changed: &[u8], keys: &[Certificate]) {
    let peer = WORLD.peer(keys, lax());
    if let Some(after) = judged(changed, &peer, &WORLD) {
        let before = judged(original.as_bytes(), &peer, &WORLD);
        assert_eq!(Some(after), before, "{}", changed.escape_ascii());
    }
}

/// What the cases are made of is accepted, or they would all be refused for that.
#[test]
fn sa_10_the_messages_of_the_cases_are_accepted() {
    for (name, key) in ACCEPTED {
        let keys = certificates(&[key]);
        let text = file(&format!("fixtures/{name}.xml"));
        assert!(judged(text.as_bytes(), &WORLD.peer(&keys, lax()), &WORLD).is_some(), "{name}");
    }
}

/// Messages of every kind, accepted, and the key that signed them.
const ACCEPTED: [(&str, &str); 9] = [
    ("pysaml2/both", "idp-rsa-2048"),
    ("attacks/base_response", "idp-rsa-2048"),
    ("attacks/base_assertion", "idp-rsa-2048"),
    ("signxml/ecdsa_p256", "idp-p256"),
    ("shapes/adfs", "idp-rsa-2048"),
    ("samlify/assertion", "idp-rsa-2048"),
    ("xmlsec1/encrypted_gcm_256_assertion", "idp-rsa-2048"),
    ("xmlsec1/encrypted_gcm_256_both", "idp-rsa-2048"),
    ("samlp/encrypted_cbc_response", "idp-rsa-2048"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// SA-09, threats 46 to 54: one byte changed, and it is refused or read as it was signed.
    #[test]
    fn sa_09_a_changed_byte_is_refused_or_changes_nothing(
        message in prop::sample::select(&ACCEPTED[..]),
        at: prop::sample::Index,
        by in prop_oneof![prop::sample::select(&b"<>/=\"'& :!-AZaz09\n"[..]), any::<u8>()],
    ) {
        let original = file(&format!("fixtures/{}.xml", message.0));
        let mut changed = original.clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = by;
        assert_refused_or_identical(&original, &changed, &certificates(&[message.1]));
    }

    /// The same with an element, a comment, an attribute or a text put in, taken out, moved or repeated.
    #[test]
    fn sa_09_a_changed_element_is_refused_or_changes_nothing(
        message in prop::sample::select(&ACCEPTED[..]),
        places: [prop::sample::Index; 3],
        put in prop::sample::select(&["", "<x/>", "<!---->", "x", "<x ID='x'/>", "<![CDATA[x]]>", "\n"][..]),
        attribute in prop::sample::select(&[" x='y'", " ID='y'", " xmlns='urn:y'", " InResponseTo='y'", " Version='2.0'"][..]),
    ) {
        let original = file(&format!("fixtures/{}.xml", message.0));
        let tags: Vec<usize> = original.match_indices('<').map(|(at, _)| at).collect();
        let mut places = places.map(|place| *place.get(&tags));
        places.sort_unstable();
        let [from, to, there] = places;
        let [before, between, then, after] = [&original[..from], &original[from..to], &original[to..there], &original[there..]];
        let moved = [before, put, then, between, after].concat();
        let taken = [before, put, then, after].concat();
        let added = [before, put, between, then, after].concat();
        let again = [before, between, between, then, after].concat();
        let name_ends = from + original[from..].find([' ', '>', '/']).unwrap();
        let pinned = [&original[..name_ends], attribute, &original[name_ends..]].concat();
        for changed in [moved, taken, added, again, pinned] {
            assert_refused_or_identical(&original, changed.as_bytes(), &certificates(&[message.1]));
        }
    }

    /// Threat 54: in whatever order the certificates stand, the verdict is the same.
    #[test]
    fn threat_54_the_order_of_certificates_does_not_matter(
        message in prop::sample::select(&ACCEPTED[..]),
        order in Just(["idp-rsa-2048", "idp-p256", "other-rsa-2048", "idp-rsa-2048-expired", "idp-rsa-4096"]).prop_shuffle(),
        count in 0_usize..=5,
    ) {
        let text = file(&format!("fixtures/{}.xml", message.0));
        let keys = certificates(&order[..count]);
        let policy = Policy { allow_cbc: true, ..STRICT };
        let found = judged(text.as_bytes(), &WORLD.peer(&keys, policy), &WORLD);
        prop_assert_eq!(found.is_some(), order[..count].contains(&message.1));
    }

    /// Threats 43, 45: no bytes panic, wherever they are given to.
    #[test]
    fn threat_45_no_message_panics(
        parts in prop::collection::vec(prop::sample::select(&[
            "<p:Response xmlns:p='urn:oasis:names:tc:SAML:2.0:protocol' Version='2.0' ID='_1' IssueInstant='2026-11-25T12:00:00Z'>",
            "</p:Response>", "<a:Assertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'>", "</a:Assertion>",
            "<a:EncryptedAssertion xmlns:a='urn:oasis:names:tc:SAML:2.0:assertion'>", "</a:EncryptedAssertion>",
            "<e:EncryptedData xmlns:e='http://www.w3.org/2001/04/xmlenc#'>", "</e:EncryptedData>", "<x/>", "text", "<!-- -->", "&amp;",
        ][..]), 0..8),
    ) {
        let text = parts.concat();
        if let Ok(document) = Document::parse(text.as_bytes(), Limits::MESSAGE) {
            let keys = certificates(&["idp-rsa-2048"]);
            let peer = WORLD.peer(&keys, lax());
            let _ = Claimed::of(&document);
            prop_assert!(check_response(&document, &peer, &WORLD.expected(), NOW).is_err());
            prop_assert!(check_assertion(&document, &peer, &WORLD.bearer(), NOW).is_err());
        }
    }
}

/// SA-18: what a policy accepts, one that allows more accepts, and reads the same.
#[test]
fn sa_18_to_allow_more_refuses_nothing() {
    let is_deviating = |fixture: &Fixture| !fixture.switches().is_empty() && !fixture.is("kind", "metadata");
    let deviating: Vec<Fixture> = fixtures().into_iter().filter(is_deviating).collect();
    let deviations = |bits: u16| {
        let on = Deviation::ALL.into_iter().enumerate().filter(move |(at, _)| bits & (1 << at) != 0);
        on.fold(Deviations::NONE, |all, (_, one)| all.with(one))
    };
    proptest!(|(fixture: prop::sample::Index, less: u16, more: u16, allow_cbc: bool)| {
        let fixture = fixture.get(&deviating);
        let strict = Policy { deviations: deviations(less), allow_cbc };
        let lenient = Policy { deviations: deviations(less | more), allow_cbc };
        if let Ok(found) = judge(fixture, strict) {
            prop_assert_eq!(judge(fixture, lenient), Ok(found));
        }
    });
}
