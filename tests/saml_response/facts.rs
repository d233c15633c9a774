//! Messages of the tests' own, in which any fact can be changed: each rule by its code, and a neighbor that passes.
//!
//! They are signed by a verifier that takes every signature and every digest of zeros, so that what is judged here is
//! what comes after it.

use crate::STRICT;
use crate::World;
use crate::lax;
use crate::saml_book::NOW;
use crate::saml_book::certificates;
use crate::saml_book::file;
use grantor::saml::Peer;
use grantor::saml::crypto::DigestAlgorithm;
use grantor::saml::crypto::NotVerified;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::SignatureVerifier;
use grantor::saml::response::Check;
use grantor::saml::response::Expected;
use grantor::saml::response::Refusal;
use grantor::saml::response::VerifiedAssertion;
use grantor::saml::response::check_response;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::value::PublicKey;
use grantor::value::Timestamp;

/// Takes every signature, and has one digest for everything.
pub struct Credulous;

impl SignatureVerifier for Credulous {
    fn verify(&self, _: SignatureAlgorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<(), NotVerified> {
        Ok(())
    }

    fn digest(&self, _: DigestAlgorithm, _: &[u8]) -> Option<Vec<u8>> {
        Some(vec![0; 32])
    }
}

/// The message with digests that [`Credulous`] takes.
pub fn signed(text: &str) -> String {
    let mut parts = text.split("<ds:DigestValue>");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (_, rest) = part.split_once("</ds:DigestValue>").unwrap();
        out.push_str("<ds:DigestValue>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=</ds:DigestValue>");
        out.push_str(rest);
    }
    out
}

/// A login that is accepted, and what others are made of.
pub fn base() -> String {
    signed(&file("fixtures/attacks/base_assertion.xml"))
}

/// One thing in a message changed. Of several places, each.
#[track_caller]
pub fn changed(text: &str, found: &str, by: &str) -> String {
    assert!(text.contains(found), "{found}");
    text.replace(found, by)
}

pub fn judge_at(
    text: &str,
    peer: &Peer<'_>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<VerifiedAssertion, Refusal> {
    let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
    check_response(&document, peer, expected, now)
}

/// What a strict policy says.
pub fn judged(text: &str) -> Result<VerifiedAssertion, Refusal> {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, STRICT) };
    judge_at(text, &peer, &world.expected(), NOW)
}

/// What the laxest policy says.
fn judged_laxly(text: &str) -> Result<VerifiedAssertion, Refusal> {
    let (world, keys) = (World::new(), certificates(&["idp-rsa-2048"]));
    let peer = Peer { verifier: &Credulous, ..world.peer(&keys, lax()) };
    judge_at(text, &peer, &world.expected(), NOW)
}

const RESPONSE: &str = "ID=\"_045ee2d709a3ee70045f\"";
const ISSUED: &str = " IssueInstant=\"2026-11-25T12:00:00Z\"";
const ISSUER: &str = "<saml:Issuer>https://idp.example.com/metadata</saml:Issuer>";
const STATUS: &str = "<samlp:Status>";
const NAME: &str = "<saml:NameID>maria@example.com</saml:NameID>";
const DATA: &str = "<saml:SubjectConfirmationData";
const CONFIRMATION: &str = "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">";
const CONDITIONS: &str =
    "<saml:Conditions NotBefore=\"2026-11-25T12:00:00Z\" NotOnOrAfter=\"2026-11-25T12:05:00Z\">";
const CONTEXT: &str = "<saml:AuthnContext>";
const AUTHN: &str = "<saml:AuthnStatement ";
const EMAIL: &str = "<saml:Attribute Name=\"email\">";

/// Each rule of what is not the signature's: what is changed, the check that fails and the code it fails by.
const REFUSED: &[(&str, &str, Check, &str)] = &[
    ("<samlp:Response ", "<samlp:Response x=\"\" ", Check::Attributes, ""),
    ("Version=\"2.0\" IssueInstant", "Version=\"2.1\" IssueInstant", Check::Version, "saml.version"),
    ("Version=\"2.0\" IssueInstant", "IssueInstant", Check::Version, "saml.version"),
    ("Version=\"2.0\" IssueInstant", "Version=\"2.0 \" IssueInstant", Check::Version, "saml.version"),
    (RESPONSE, "", Check::Id, "saml.id"),
    (RESPONSE, "ID=\"0\"", Check::Id, "saml.id"),
    (RESPONSE, "ID=\"\"", Check::Id, "saml.id"),
    (ISSUED, "", Check::IssueInstant, "saml.issue.instant.missing"),
    (ISSUED, " IssueInstant=\"2026-11-25T12:00:41Z\"", Check::IssueInstant, "saml.issue.instant.future"),
    (ISSUED, " IssueInstant=\"now\"", Check::IssueInstant, "saml.value.instant"),
    (ISSUED, " IssueInstant=\"2026-11-25T12:00:00+00:00\"", Check::IssueInstant, "saml.value.offset"),
    (
        " Destination=\"https://sp.example.com/saml/acs\"",
        "",
        Check::Destination,
        "saml.response.destination.missing",
    ),
    (
        "Destination=\"https://sp.example.com/saml/acs\"",
        "Destination=\"https://sp.example.com/saml/acs/\"",
        Check::Destination,
        "saml.response.destination",
    ),
    (
        "Destination=\"https://sp.example.com/saml/acs\"",
        "Destination=\"https://sp.example.com/saml/acs?\"",
        Check::Destination,
        "saml.response.destination",
    ),
    (
        "Destination=\"https://sp.example.com/saml/acs\"",
        "Destination=\" https://sp.example.com/saml/acs\"",
        Check::Destination,
        "saml.response.destination",
    ),
    (ISSUER, "<saml:Issuer>https://idp.example.com/metadata </saml:Issuer>", Check::Issuer, "saml.issuer"),
    (ISSUER, "<saml:Issuer/>", Check::Issuer, "saml.issuer"),
    (
        ISSUER,
        "<saml:Issuer>https://idp.example.com/metadata</saml:Issuer><saml:Issuer/>",
        Check::Issuer,
        "saml.value.repeated",
    ),
    (
        ISSUER,
        "<saml:Issuer>https://idp.<!---->example.com/metadata</saml:Issuer>",
        Check::Issuer,
        "saml.value.text",
    ),
    (
        ISSUER,
        "<saml:Issuer NameQualifier=\"x\">https://idp.example.com/metadata</saml:Issuer>",
        Check::Issuer,
        "saml.issuer.format",
    ),
    (
        ISSUER,
        "<saml:Issuer SPProvidedID=\"x\">https://idp.example.com/metadata</saml:Issuer>",
        Check::Issuer,
        "saml.issuer.format",
    ),
    (
        ISSUER,
        "<saml:Issuer SPNameQualifier=\"x\">https://idp.example.com/metadata</saml:Issuer>",
        Check::Issuer,
        "saml.issuer.format",
    ),
    (ISSUER, "", Check::AssertionIssuer, "saml.issuer.missing"),
    (STATUS, "<samlp:Status><samlp:StatusCode/>", Check::Status, "saml.value.repeated"),
    (STATUS, "<samlp:Status/><samlp:Status>", Check::Status, "saml.value.repeated"),
    (
        "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>",
        "",
        Check::Status,
        "saml.response.status.missing",
    ),
    (
        "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>",
        "<samlp:StatusCode/>",
        Check::Status,
        "saml.response.status.missing",
    ),
    ("2.0:status:Success", "2.0:status:success", Check::Status, "saml.response.status"),
    ("2.0:status:Success", "2.0:status:Success ", Check::Status, "saml.response.status"),
    ("saml:Assertion", "saml:Advice", Check::OneAssertion, "saml.response.unexpected"),
    (STATUS, "<x/><samlp:Status>", Check::OneAssertion, "saml.response.unexpected"),
    (
        STATUS,
        "<samlp:Extensions><saml:Assertion/></samlp:Extensions><samlp:Status>",
        Check::OneAssertion,
        "saml.response.stray.assertion",
    ),
    (
        STATUS,
        "<saml:EncryptedAssertion/><samlp:Status>",
        Check::OneAssertion,
        "saml.response.several.assertions",
    ),
    ("<ds:Signature ", "<ds:Signature x=\"\" ", Check::Attributes, ""),
    (
        "<saml:NameID>maria@example.com</saml:NameID>",
        "<saml:EncryptedID/>",
        Check::Subject,
        "saml.subject.name.encrypted",
    ),
    (NAME, "<saml:BaseID/>", Check::Subject, "saml.subject.name.base"),
    (NAME, "<saml:NameID> \t</saml:NameID>", Check::Subject, "saml.subject.name.empty"),
    (NAME, "<saml:NameID>maria@example.com<!-- --></saml:NameID>", Check::Subject, "saml.value.text"),
    (
        NAME,
        "<saml:NameID>maria@example.com</saml:NameID><saml:NameID>admin@example.com</saml:NameID>",
        Check::Subject,
        "saml.value.repeated",
    ),
    ("<saml:Subject>", "<saml:Subject/><saml:Subject>", Check::Subject, "saml.value.repeated"),
    ("saml:Subject>", "saml:Object>", Check::Subject, "saml.subject.missing"),
    ("cm:bearer", "cm:Bearer", Check::Confirmation, "saml.confirmation.not.bearer"),
    (
        " Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"",
        "",
        Check::Confirmation,
        "saml.confirmation.not.bearer",
    ),
    (DATA, "<saml:Data", Check::Confirmation, "saml.confirmation.data.missing"),
    (
        DATA,
        "<saml:SubjectConfirmationData/><saml:SubjectConfirmationData",
        Check::Confirmation,
        "saml.value.repeated",
    ),
    (
        " Recipient=\"https://sp.example.com/saml/acs\"",
        "",
        Check::Confirmation,
        "saml.confirmation.recipient.missing",
    ),
    (
        "Recipient=\"https://sp.example.com/saml/acs\"",
        "Recipient=\"https://sp.example.com/saml/acs/x\"",
        Check::Confirmation,
        "saml.confirmation.recipient",
    ),
    (" NotOnOrAfter=\"2026-11-25T12:05:00Z\" R", " R", Check::Confirmation, "saml.confirmation.end.missing"),
    (
        " NotOnOrAfter=\"2026-11-25T12:05:00Z\" R",
        " NotOnOrAfter=\"2026-11-25T12:00:20Z\" R",
        Check::Confirmation,
        "saml.confirmation.late",
    ),
    (
        DATA,
        "<saml:SubjectConfirmationData NotBefore=\"2026-11-25T12:00:00Z\"",
        Check::Confirmation,
        "saml.confirmation.not.before",
    ),
    (CONDITIONS, "<saml:Conditions/><saml:Conditions>", Check::Conditions, "saml.value.repeated"),
    ("saml:Conditions", "saml:Condition", Check::Conditions, "saml.conditions.missing"),
    (
        "<saml:Audience>https://sp.example.com/saml/metadata</saml:Audience>",
        "",
        Check::Audience,
        "saml.audience",
    ),
    ("saml/metadata</saml:Audience>", "saml/metadata/</saml:Audience>", Check::Audience, "saml.audience"),
    (
        "saml/metadata</saml:Audience>",
        "saml/metadata<!----></saml:Audience>",
        Check::Audience,
        "saml.value.text",
    ),
    ("saml:AudienceRestriction>", "saml:OneTimeUse>", Check::Audience, "saml.audience.missing"),
    (
        "<saml:AudienceRestriction>",
        "<saml:AudienceRestriction><saml:Audience>urn:x</saml:Audience></saml:AudienceRestriction><saml:AudienceRestriction>",
        Check::Audience,
        "saml.audience",
    ),
    (
        "<saml:AudienceRestriction>",
        "<x/><saml:AudienceRestriction>",
        Check::OtherConditions,
        "saml.conditions.unknown",
    ),
    (
        "<saml:AudienceRestriction>",
        "<OneTimeUse/><saml:AudienceRestriction>",
        Check::OtherConditions,
        "saml.conditions.unknown",
    ),
    (
        "<saml:AudienceRestriction>",
        "<saml:ProxyRestriction/><saml:ProxyRestriction/><saml:AudienceRestriction>",
        Check::OtherConditions,
        "saml.value.repeated",
    ),
    ("saml:AuthnStatement", "saml:AuthzStatement", Check::Authentication, "saml.authn.missing"),
    (" AuthnInstant=\"2026-11-25T12:00:00Z\"", "", Check::Authentication, "saml.authn.instant.missing"),
    ("saml:AuthnContext>", "saml:Context>", Check::Authentication, "saml.authn.context.missing"),
    (CONTEXT, "<saml:AuthnContext/><saml:AuthnContext>", Check::Authentication, "saml.value.repeated"),
    ("ac:classes:X509<", "ac:classes:<!---->X509<", Check::Authentication, "saml.value.text"),
    (
        AUTHN,
        "<saml:AuthnStatement SessionNotOnOrAfter=\"2026-11-25T12:00:20Z\" ",
        Check::Authentication,
        "saml.authn.session.over",
    ),
    (
        EMAIL,
        "<saml:EncryptedAttribute/><saml:Attribute Name=\"email\">",
        Check::Attributes,
        "saml.attribute.encrypted",
    ),
    (EMAIL, "<saml:Attribute>", Check::Attributes, "saml.attribute.name.missing"),
    (">acme<", ">ac<!-- -->me<", Check::Attributes, "saml.value.text"),
];

/// DX-09, SA-10: each rule fails at its own check and by its own code; what passed before it is told in order.
#[test]
fn sa_10_each_rule_has_its_check_and_its_code() {
    for (found, by, check, code) in REFUSED {
        let text = changed(&base(), found, by);
        let passed = match judged(&text) {
            Ok(accepted) => {
                assert_eq!(*code, "", "{by}");
                accepted.passed().to_vec()
            }
            Err(refusal) => {
                assert_eq!((refusal.failed, refusal.error.code()), (*check, *code), "{by}: {refusal}");
                assert!(!refusal.to_string().is_empty() && !refusal.error.remedy().is_empty());
                assert!(!refusal.passed.contains(check), "{by}");
                refusal.passed
            }
        };
        let before = Check::ALL.into_iter().filter(|one| one < check || code.is_empty());
        let made = before.filter(|one| !matches!(one, Check::ResponseSignature | Check::Decryption));
        assert_eq!(passed, made.collect::<Vec<_>>(), "{by}");
    }
}

/// Only those of the assertion, of which the response has one too.
#[test]
fn sa_10_the_envelope_of_the_assertion_is_checked_as_well() {
    for (found, by, check, code) in [
        (
            "Version=\"2.0\" IssueInstant=\"2026-11-25T12:00:00Z\">",
            "IssueInstant=\"2026-11-25T12:00:00Z\">",
            Check::AssertionVersion,
            "saml.version",
        ),
        (
            "IssueInstant=\"2026-11-25T12:00:00Z\">",
            ">",
            Check::AssertionIssueInstant,
            "saml.issue.instant.missing",
        ),
        (
            "IssueInstant=\"2026-11-25T12:00:00Z\">",
            "IssueInstant=\"2026-11-25T12:00:41Z\">",
            Check::AssertionIssueInstant,
            "saml.issue.instant.future",
        ),
        (
            "metadata</saml:Issuer><ds:Signature",
            "metadatA</saml:Issuer><ds:Signature",
            Check::AssertionIssuer,
            "saml.issuer",
        ),
    ] {
        let refusal = judged(&changed(&base(), found, by)).unwrap_err();
        assert_eq!((refusal.failed, refusal.error.code()), (check, code), "{by}");
    }
    // Signed with the response alone, it has no signature that would ask for its id.
    let text = signed(&file("fixtures/attacks/base_response.xml"));
    assert!(judged(&text).unwrap().passed().contains(&Check::ResponseSignature));
    let (before, rest) = text.split_once("<saml:Assertion ").unwrap();
    let (_, after) = rest.split_once(" Version=").unwrap();
    let refusal = judged(&format!("{before}<saml:Assertion Version={after}")).unwrap_err();
    assert_eq!((refusal.failed, refusal.error.code()), (Check::AssertionId, "saml.id"));
    let refusal = judged(&changed(&text, ISSUER, "")).unwrap_err();
    assert_eq!(
        (refusal.failed, refusal.error.code()),
        (Check::Issuer, "saml.issuer.missing"),
        "it is needed where it is signed"
    );
}

/// Each of these is a neighbor of what is refused.
#[test]
fn sa_10_what_is_near_and_right_is_accepted() {
    for (found, by) in [
        (ISSUED, " IssueInstant=\"2026-11-25T12:00:40Z\""),
        (ISSUED, " IssueInstant=\"2020-01-01T00:00:00.999Z\""),
        (
            ISSUER,
            "<saml:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">https://idp.example.com/metadata</saml:Issuer>",
        ),
        (STATUS, "<samlp:Extensions><x/></samlp:Extensions><samlp:Status>"),
        (NAME, ""),
        (NAME, "<saml:NameID> maria </saml:NameID>"),
        (
            CONFIRMATION,
            "<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\"/><saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">",
        ),
        (CONDITIONS, "<saml:Conditions>"),
        (CONDITIONS, "<saml:Conditions NotOnOrAfter=\"2026-11-25T12:00:21Z\">"),
        (
            "saml/metadata</saml:Audience>",
            "saml/metadata\n</saml:Audience><saml:Audience>urn:x</saml:Audience>",
        ),
        (
            "<saml:AudienceRestriction>",
            "<saml:OneTimeUse/><saml:ProxyRestriction/><saml:AudienceRestriction>",
        ),
        ("<saml:Conditions ", "<saml:Advice><saml:Assertion/></saml:Advice><saml:Conditions "),
        (AUTHN, "<saml:AuthnStatement SessionNotOnOrAfter=\"2026-11-25T12:00:21Z\" "),
        (EMAIL, "<saml:Attribute Name=\"\"/><saml:Attribute Name=\"email\">"),
    ] {
        let text = changed(&base(), found, by);
        judged(&text).unwrap_or_else(|refusal| panic!("{by}: {refusal}"));
    }
}

/// SA-18: a switch lets its one thing pass, and what is there is still enforced.
#[test]
fn sa_18_what_a_switch_lets_pass_is_enforced_where_it_is_there() {
    for (found, by, code) in [
        (DATA, "<saml:SubjectConfirmationData NotBefore=\"2026-11-25T12:00:40Z\"", None),
        (
            DATA,
            "<saml:SubjectConfirmationData NotBefore=\"2026-11-25T12:00:41Z\"",
            Some("saml.confirmation.early"),
        ),
        (DATA, "<saml:SubjectConfirmationData NotBefore=\"\"", Some("saml.value.instant")),
        (
            "Destination=\"https://sp.example.com/saml/acs\"",
            "Destination=\"\"",
            Some("saml.response.destination"),
        ),
        ("Destination=\"https://sp.example.com/saml/acs\"", "", None),
        ("saml/metadata</saml:Audience>", "saml/metadata/</saml:Audience>", Some("saml.audience")),
        (" InResponseTo=\"_req-0123456789abcdef0123456789abcdef\" N", " N", None),
        (" InResponseTo=\"_req-0123456789abcdef0123456789abcdef\">", ">", None),
        (" InResponseTo=\"_req-0123456789abcdef0123456789abcdef\"", "", Some("saml.confirmation.unanswered")),
        (
            "InResponseTo=\"_req-0123456789abcdef0123456789abcdef\" N",
            "InResponseTo=\"\" N",
            Some("saml.confirmation.in.response.to"),
        ),
        (
            "InResponseTo=\"_req-0123456789abcdef0123456789abcdef\">",
            "InResponseTo=\"\">",
            Some("saml.response.in.response.to"),
        ),
        ("\"2026-11-25T12:05:00Z\"", "\"2026-11-25T14:00:00+02:00\"", Some("saml.confirmation.late")),
        ("\"2026-11-25T12:05:00Z\"", "\"2026-11-25T14:05:00+02:00\"", None),
    ] {
        let text = changed(&base(), found, by);
        let found = judged_laxly(&text).map_err(|refusal| refusal.error.code()).err();
        assert_eq!(found, code, "{by}");
    }
}

/// What the identity provider says when it refuses is told, shortened.
#[test]
fn dx_09_a_refusal_of_the_identity_provider_is_told() {
    let code = "<samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\"/>";
    let message = "x".repeat(200);
    let refused = format!(
        "<samlp:StatusCode Value=\"urn:r\"><samlp:StatusCode Value=\"urn:n\"/></samlp:StatusCode><samlp:StatusMessage>{message}</samlp:StatusMessage>"
    );
    let refusal = judged(&changed(&base(), code, &refused)).unwrap_err();
    let told = grantor::saml::response::ResponseError::Status {
        code: "urn:r".to_owned(),
        nested: Some("urn:n".to_owned()),
        message: Some("x".repeat(128)),
    };
    assert_eq!(refusal.error, told);
    let none = changed(&base(), "saml:Assertion ", "saml:Assertion2 ")
        .replace("</saml:Assertion>", "</saml:Assertion2>");
    assert_eq!(judged(&none).unwrap_err().error.code(), "saml.response.unexpected");
    let (before, rest) = none.split_once("<saml:Assertion2").unwrap();
    let (_, after) = rest.split_once("</saml:Assertion2>").unwrap();
    assert_eq!(judged(&format!("{before}{after}")).unwrap_err().error.code(), "saml.response.no.assertion");
}
