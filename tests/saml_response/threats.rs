//! The threats of single sign-on, each as messages that are refused whatever a policy allows.

use crate::ISSUED;
use crate::REQUEST;
use crate::STRICT;
use crate::World;
use crate::judge;
use crate::lax;
use crate::login;
use crate::saml_book::NOW;
use crate::saml_book::certificates;
use crate::saml_book::file;
use crate::saml_book::fixtures;
use grantor::saml::Peer;
use grantor::saml::response::Answers;
use grantor::saml::response::Expected;
use grantor::value::AssertionKey;

/// Every message of this threat is refused, by the strictest and by the laxest policy.
#[track_caller]
fn assert_refused(threat: u64, least: usize) {
    let mut refused = 0;
    for fixture in fixtures() {
        let is_of = fixture.is("kind", "response") || fixture.is("kind", "assertion");
        let is_hopeless = fixture.is("expected", "refused") && fixture.switches().is_empty();
        if is_of && is_hopeless && fixture.field("threat") == threat {
            assert!(judge(&fixture, STRICT).is_err(), "{}", fixture.name);
            assert!(judge(&fixture, lax()).is_err(), "{}", fixture.name);
            refused += 1;
        }
    }
    assert!(refused >= least, "{refused} messages of threat {threat}");
}

/// Threat 46: unsigned, signed by whoever, by HMAC, by nothing that is known, encrypted instead of signed.
#[test]
fn threat_46_what_no_trusted_key_signed_is_refused() {
    assert_refused(46, 40);
}

/// Threat 47: the signed element moved, copied or wrapped while another is to be read.
#[test]
fn threat_47_wrapped_messages_are_refused() {
    assert_refused(47, 30);
}

/// Threat 48: comments, processing instructions and elements in values.
#[test]
fn threat_48_split_values_are_refused() {
    assert_refused(48, 9);
}

/// Threat 49: what two parsers would see two documents in.
#[test]
fn threat_49_ambiguous_documents_are_refused() {
    assert_refused(49, 20);
}

/// Threat 50: digests and canonicalizations of nothing, further transforms and references.
#[test]
fn threat_50_void_and_odd_signatures_are_refused() {
    assert_refused(50, 30);
}

/// Threat 51: document types, entities, depth.
#[test]
fn threat_51_document_types_and_entities_are_refused() {
    assert_refused(51, 10);
}

/// Threat 52: ids that are there twice, references to elsewhere.
#[test]
fn threat_52_ambiguous_references_are_refused() {
    assert_refused(52, 20);
}

/// Threat 53: sent elsewhere, for others, by others, in answer to something else, at another time.
#[test]
fn threat_53_messages_for_others_are_refused() {
    assert_refused(53, 60);
}

/// Threat 54: certificates that are not valid now, keys that are not trusted any more, another provider.
#[test]
fn threat_54_removed_and_other_keys_are_refused() {
    assert_refused(54, 5);
}

/// Threat 53: of two organizations' providers, each is taken for itself alone, though both keys are trusted by one of
/// them.
#[test]
fn threat_53_another_provider_is_not_taken_for_the_expected_one() {
    let world = World::new();
    let keys = certificates(&["idp-rsa-2048"]);
    let text = file("fixtures/attacks/base_assertion.xml");
    let peer = world.peer(&keys, lax());
    assert!(login(text.as_bytes(), &peer, &world.expected()).is_ok());
    for other in
        ["https://idp.example.com/metadata/", "https://idp.example.com/Metadata", "https://other.example.com"]
    {
        let other = other.parse().unwrap();
        let peer = Peer { entity_id: &other, ..peer };
        assert_eq!(login(text.as_bytes(), &peer, &world.expected()).unwrap_err().code, "saml.issuer");
    }
}

/// Threats 20, 53, SA-11: the same assertion has the same key however it comes, and is remembered for as long as it
/// could be accepted by whatever skew.
#[test]
fn threat_53_an_assertion_is_known_again() {
    let world = World::new();
    let keys = certificates(&["idp-rsa-2048"]);
    let peer = world.peer(&keys, STRICT);
    let text = file("fixtures/attacks/base_assertion.xml");
    // Another response around the same assertion.
    let again = text.replacen("_045ee2d709a3ee70045f", "_another", 1);
    assert_ne!(again, text);
    let (first, second) =
        (login(text.as_bytes(), &peer, &world.expected()), login(again.as_bytes(), &peer, &world.expected()));
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!(first.key(), second.key());
    let signer = keys[0].public_key().as_bytes();
    let expected = AssertionKey::of("https://idp.example.com/metadata", signer, "_7c950d234d2a2ee7cba0");
    assert_eq!(first.key(), expected);
    // It ends 270 s from now, and the skew is 300 s at most.
    assert_eq!(first.usable_until(), NOW.plus(570));
}

/// Threat 53, SA-06: an answer to one request is no answer to another, nor to none, and the other way round.
#[test]
fn threat_53_an_answer_is_to_its_own_request() {
    let world = World::new();
    let keys = certificates(&["idp-rsa-2048"]);
    let peer = world.peer(&keys, lax());
    let (solicited, unsolicited) =
        (file("fixtures/attacks/base_assertion.xml"), file("fixtures/shapes/unsolicited.xml"));
    let request = |id| Answers::Request { id, issued: ISSUED, force_authn: false };
    let code = |text: &str, answers| {
        let expected = Expected { answers, ..world.expected() };
        login(text.as_bytes(), &peer, &expected).map(|_| ()).map_err(|refused| refused.code)
    };
    assert_eq!(code(&solicited, request(REQUEST)), Ok(()));
    assert_eq!(code(&unsolicited, Answers::Nothing), Ok(()));
    assert_eq!(
        code(&solicited, request("_req-0123456789abcdef0123456789abcdeF")),
        Err("saml.response.in.response.to")
    );
    assert_eq!(code(&solicited, request("")), Err("saml.response.in.response.to"));
    assert_eq!(code(&solicited, Answers::Nothing), Err("saml.response.unsolicited"));
    assert_eq!(
        code(&unsolicited, request(REQUEST)),
        Err("saml.confirmation.unanswered"),
        "no policy lets both be missing"
    );
    // SAML profiles §4.1.4.2: the response is not signed here, so its word alone binds nothing.
    let stripped = solicited.replacen(&format!(" InResponseTo=\"{REQUEST}\""), "", 1);
    assert_eq!(code(&stripped, Answers::Nothing), Err("saml.confirmation.unsolicited"));
    let moved = solicited.replacen(REQUEST, "_another", 1);
    assert_eq!(code(&moved, request("_another")), Err("saml.confirmation.in.response.to"));
}

/// Threat 54: of several certificates, the answer says which one signed, for an assertion and for a response around one.
#[test]
fn threat_54_which_certificate_signed_is_told() {
    let world = World::new();
    let keys = certificates(&["other-rsa-2048", "idp-p256", "idp-rsa-2048"]);
    for (name, place) in [
        ("attacks/base_assertion", 2),
        ("attacks/base_response", 2),
        ("signxml/ecdsa_p256_both", 1),
        ("xmlsec1/encrypted_gcm_256_response", 2),
    ] {
        let text = file(&format!("fixtures/{name}.xml"));
        let found = login(text.as_bytes(), &world.peer(&keys, STRICT), &world.expected()).unwrap();
        assert_eq!(found.certificate(), place, "{name}");
    }
}
