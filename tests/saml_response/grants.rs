//! Assertions as grants (GR-07; RFC 7522), and that none of them is a login.

use crate::Refused;
use crate::STRICT;
use crate::World;
use crate::facts::Credulous;
use crate::facts::base;
use crate::facts::changed;
use crate::facts::signed;
use crate::grant;
use crate::lax;
use crate::login;
use crate::saml_book::certificates;
use crate::saml_book::file;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::saml::Peer;
use grantor::saml::bearer::BearerAssertion;
use grantor::saml::bearer::BearerError;
use grantor::saml::bearer::MAX_PARAMETER;
use grantor::saml::bearer::decode_assertion;
use grantor::saml::response::Answers;
use grantor::saml::response::EncodingError;
use grantor::saml::response::Expected;
use grantor::saml::response::MAX_POST;
use grantor::saml::response::decode_post;

fn bearer() -> String {
    let text = file("fixtures/saml/bearer.xml");
    let (before, rest) = text.split_once("<DigestValue>").unwrap();
    let (_, after) = rest.split_once("</DigestValue>").unwrap();
    format!("{before}<DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</DigestValue>{after}")
}

fn judged(text: &str) -> Result<BearerAssertion, Refused> {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, STRICT) };
    grant(&URL_SAFE_NO_PAD.encode(text), &peer, &world.bearer())
}

const DATA: &str = "<saml:SubjectConfirmationData NotOnOrAfter=\"2026-11-25T12:05:00.000Z\" Recipient=\"https://auth.example.com/oauth/token\"/>";
const ENDS: &str = " NotOnOrAfter=\"2026-11-25T12:05:00.000Z\">";

/// GR-07: RFC 7522 §3, item by item.
#[test]
fn gr_07_each_rule_of_a_grant_has_its_code() {
    for (found, by, code) in [
        ("saml:Assertion", "saml:EncryptedAssertion", "saml.bearer.encrypted"),
        ("saml:Assertion", "saml:Advice", "saml.bearer.root"),
        ("<Signature ", "<Signed ", "saml.xml.syntax"),
        ("Version=\"2.0\"", "Version=\"2.1\"", "saml.version"),
        (
            "IssueInstant=\"2026-11-25T12:00:00.000Z\"",
            "IssueInstant=\"2026-11-25T12:00:41Z\"",
            "saml.issue.instant.future",
        ),
        (">https://idp.example.com/metadata<", ">https://idp.example.com/<", "saml.issuer"),
        (
            "NotBefore=\"2026-11-25T12:00:00.000Z\"",
            "NotBefore=\"2026-11-25T12:00:41Z\"",
            "saml.conditions.early",
        ),
        (ENDS, " NotOnOrAfter=\"2026-11-25T12:00:20Z\">", "saml.conditions.late"),
        ("saml:Conditions", "saml:Condition", "saml.conditions.missing"),
        ("saml:AudienceRestriction>", "saml:OneTimeUse>", "saml.bearer.audience.missing"),
        (">https://auth.example.com<", ">https://auth.example.com/<", "saml.audience"),
        ("<saml:AudienceRestriction>", "<x/><saml:AudienceRestriction>", "saml.conditions.unknown"),
        ("saml:Subject>", "saml:Object>", "saml.subject.missing"),
        ("cm:bearer", "cm:holder-of-key", "saml.confirmation.not.bearer"),
        (
            "Recipient=\"https://auth.example.com/oauth/token\"",
            "Recipient=\"https://auth.example.com/oauth/token/\"",
            "saml.confirmation.recipient",
        ),
        (
            "<saml:SubjectConfirmationData ",
            "<saml:SubjectConfirmationData InResponseTo=\"\" ",
            "saml.confirmation.unsolicited",
        ),
        (
            "<saml:SubjectConfirmationData ",
            "<saml:SubjectConfirmationData NotBefore=\"2026-11-25T12:00:00Z\" ",
            "saml.confirmation.not.before",
        ),
        ("\"2026-11-25T12:05:00.000Z\"", "\"2026-11-26T12:00:31Z\"", "saml.bearer.end.too.far"),
        (
            " AuthnInstant=\"2026-11-25T12:00:00.000Z\"",
            " AuthnInstant=\"2026-11-25T12:00:41Z\"",
            "saml.authn.instant.future",
        ),
        ("<saml:Attribute ", "<saml:EncryptedAttribute/><saml:Attribute ", "saml.attribute.encrypted"),
    ] {
        assert_eq!(judged(&changed(&bearer(), found, by)).unwrap_err().code, code, "{by}");
    }
}

/// RFC 7522 §3, items 4 and 5: an end there must be, on the conditions or on the confirmation, and where the
/// conditions have it there need be no data of the confirmation.
#[test]
fn gr_07_an_assertion_of_a_grant_ends() {
    let open = changed(&bearer(), ENDS, ">");
    assert!(judged(&open).is_ok(), "the confirmation ends");
    let bare = changed(&bearer(), DATA, "");
    let until = judged(&bare).unwrap().usable_until();
    assert_eq!(until.to_string(), "2026-11-25T12:10:00Z");
    assert_eq!(judged(&changed(&open, DATA, "")).unwrap_err().code, "saml.bearer.end.missing");
    let endless = changed(&open, " NotOnOrAfter=\"2026-11-25T12:05:00.000Z\" R", " R");
    assert_eq!(judged(&endless).unwrap_err().code, "saml.bearer.end.missing");
    let half = changed(&bearer(), " NotOnOrAfter=\"2026-11-25T12:05:00.000Z\" R", " R");
    assert_eq!(judged(&half).unwrap_err().code, "saml.confirmation.end.missing");
    let day = changed(&bearer(), "\"2026-11-25T12:05:00.000Z\"", "\"2026-11-26T12:00:30Z\"");
    assert!(judged(&day).is_ok());
    // Each of the two limits it: it is remembered to the earlier end, and that is the one that must be near.
    let (on_conditions, on_data) = (ENDS, " NotOnOrAfter=\"2026-11-25T12:05:00.000Z\" R");
    for (early, late) in [(on_conditions, on_data), (on_data, on_conditions)] {
        let one = changed(&bearer(), late, &late.replace("11-25T12:05", "12-25T12:05"));
        let until = judged(&changed(&one, early, &early.replace("12:05", "12:03"))).unwrap().usable_until();
        assert_eq!(until.to_string(), "2026-11-25T12:08:00Z");
    }
}

/// What a grant says; an authentication need not be among it (RFC 7522 §3, item 7).
#[test]
fn gr_07_a_grant_is_for_its_subject() {
    let found = judged(&bearer()).unwrap();
    assert_eq!(found.email().unwrap().as_str(), "maria@example.com");
    assert_eq!(found.organization_name(), Ok(Some("acme")));
    assert_eq!(found.id(), "_bearer00000000000000000000000000000001");
    assert!(found.authn_instant().is_some());
    let (before, rest) =
        bearer().split_once("<saml:AuthnStatement").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let (_, after) = rest.split_once("</saml:AuthnStatement>").unwrap();
    assert_eq!(judged(&format!("{before}{after}")).unwrap().authn_instant(), None);
}

/// GR-07: no policy makes a grant of what is for nobody.
#[test]
fn gr_07_no_policy_lets_an_audience_be_missing() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, lax()) };
    let text = changed(&bearer(), "saml:AudienceRestriction>", "saml:OneTimeUse>");
    let refused = grant(&URL_SAFE_NO_PAD.encode(&text), &peer, &world.bearer()).unwrap_err();
    assert_eq!((refused.code, refused.deviation), ("saml.bearer.audience.missing", None));
}

/// Threat 53: an assertion of a login is no grant, one of a grant is no login, though the same provider signed both
/// and is trusted for both.
#[test]
fn threat_53_a_login_is_no_grant_and_a_grant_no_login() {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let credulous = Peer { verifier: &Credulous, ..world.peer(&keys, lax()) };
    // The assertion of a login, taken out of its response with its namespaces.
    let login_text = base();
    let (_, rest) = login_text.split_once("<saml:Assertion ").unwrap();
    let (assertion, _) = rest.split_once("</saml:Assertion>").unwrap();
    let taken = format!(
        "<saml:Assertion xmlns:saml=\"urn:oasis:names:tc:SAML:2.0:assertion\" {assertion}</saml:Assertion>"
    );
    let codes = |text: &str| {
        grant(&URL_SAFE_NO_PAD.encode(text), &credulous, &world.bearer()).map(|_| ()).unwrap_err().code
    };
    assert_eq!(codes(&taken), "saml.audience");
    let ours = changed(&taken, ">https://sp.example.com/saml/metadata<", ">https://auth.example.com<");
    assert_eq!(codes(&ours), "saml.confirmation.recipient", "nor if both names were one");
    assert_eq!(codes(&login_text), "saml.bearer.root");

    // A grant, put into a response.
    let around = |text: &str| {
        format!(
            "<samlp:Response xmlns:samlp=\"urn:oasis:names:tc:SAML:2.0:protocol\" ID=\"_r\" Version=\"2.0\" \
             IssueInstant=\"2026-11-25T12:00:00Z\" Destination=\"https://sp.example.com/saml/acs\"><samlp:Status>\
             <samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/></samlp:Status>{text}</samlp:Response>"
        )
    };
    let genuine = Peer { ..world.peer(&keys, lax()) };
    let expected = Expected { answers: Answers::Nothing, ..world.expected() };
    let put = |text: &str, peer: &Peer<'_>| {
        login(around(text).as_bytes(), peer, &expected).map(|_| ()).unwrap_err().code
    };
    assert_eq!(put(&file("fixtures/saml/bearer.xml"), &genuine), "saml.confirmation.recipient");
    let ours = changed(
        &bearer(),
        "Recipient=\"https://auth.example.com/oauth/token\"",
        "Recipient=\"https://sp.example.com/saml/acs\"",
    );
    assert_eq!(put(&ours, &credulous), "saml.audience");
    assert_eq!(put(&changed(&bearer(), DATA, ""), &credulous), "saml.confirmation.data.missing");
    assert!(
        login(
            around(&signed(&file("fixtures/attacks/base_assertion.xml"))).as_bytes(),
            &credulous,
            &expected
        )
        .is_err()
    );
}

/// RFC 7522 §2.1: base64url in one line. Threat 44: whatever else it is, it is refused.
#[test]
fn threat_44_one_encoding_of_an_assertion_is_read() {
    let text = bearer();
    assert_eq!(decode_assertion(&URL_SAFE_NO_PAD.encode(&text)).unwrap(), text.as_bytes());
    assert_eq!(decode_assertion(&URL_SAFE.encode(&text)).unwrap(), text.as_bytes());
    assert_eq!(decode_assertion("-_8"), Ok(vec![0xfb, 0xff]));
    for wrong in ["+/8", "-_8\n", " -_8", "-_9", "-_8==", "-", "%2D", "-_8\u{e9}"] {
        assert_eq!(decode_assertion(wrong), Err(BearerError::Base64), "{wrong}");
    }
    assert_eq!(decode_assertion(&"A".repeat(MAX_PARAMETER + 1)), Err(BearerError::TooLong));
    assert_eq!(
        decode_assertion(&"A".repeat(MAX_PARAMETER)),
        Err(BearerError::TooLong),
        "two bytes more than a message"
    );
    let longest = URL_SAFE_NO_PAD.encode(vec![0; 1_048_576]);
    assert!(longest.len() <= MAX_PARAMETER && decode_assertion(&longest).is_ok());
}

/// SAML bindings §3.5.4: Base64, in lines or not, and bounded.
#[test]
fn threat_44_one_encoding_of_a_response_is_read() {
    let text = base();
    let plain = STANDARD.encode(&text);
    let lines: String =
        plain.as_bytes().chunks(64).map(|line| format!("{}\r\n", str::from_utf8(line).unwrap())).collect();
    for posted in [&plain, &lines] {
        assert_eq!(decode_post(posted).unwrap(), text.as_bytes());
    }
    for wrong in ["-_8=", "+/8", "+/9=", "+", "+/8==", "<", "%2B", "+/8\u{e9}"] {
        assert_eq!(decode_post(wrong), Err(EncodingError::Base64), "{wrong}");
    }
    assert_eq!(decode_post(&" ".repeat(MAX_POST + 1)), Err(EncodingError::TooLong));
    assert_eq!(decode_post(&" ".repeat(MAX_POST)), Ok(Vec::new()));
    assert_eq!(decode_post(&STANDARD.encode(vec![0; 1_048_577])), Err(EncodingError::TooLong));
    assert!(decode_post(&STANDARD.encode(vec![0; 1_048_576])).is_ok());
    assert_eq!(EncodingError::TooLong.code(), "saml.encoding.too.long");
}
