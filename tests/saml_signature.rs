//! Signatures of SAML: whose count, and what they cover (SA-08, SA-09, SA-18; threats 46, 47, 50, 52, 54).
//!
//! Most messages come from `tests/saml/fixtures`, whose manifest says what each of them is.
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

use std::fs;

use grantor::Timestamp;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::NotVerified;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::SignatureVerifier;
use grantor::saml::signature::SignatureError;
use grantor::saml::signature::SignaturePart;
use grantor::saml::signature::SignedElement;
use grantor::saml::signature::Trust;
use grantor::saml::signature::is_signed;
use grantor::saml::signature::verify;
use grantor::saml::signature::verify_part;
use grantor::saml::xml::Document;
use grantor::saml::xml::Element;
use grantor::saml::xml::Limits;
use grantor::value::Certificate;
use grantor::value::CertificateError;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::PublicKey;
use proptest::prelude::*;
use serde_json::Value;

#[path = "saml/folder.rs"]
mod folder;

const ASSERTION: &str = "urn:oasis:names:tc:SAML:2.0:assertion";

/// 2026-11-25T12:00:30Z, as the manifest has it.
const NOW: Timestamp = Timestamp::from_unix(1_795_608_030);

fn file(path: &str) -> String {
    fs::read_to_string(format!("{}/tests/saml/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn certificates(names: &[&str]) -> Vec<Certificate> {
    names
        .iter()
        .map(|name| Certificate::read(file(&format!("keys/{name}.cert.pem")).as_bytes()).unwrap())
        .collect()
}

/// A message of the manifest.
struct Fixture {
    name: String,
    text: String,
    certificates: Vec<Certificate>,
    entry: Value,
    defaults: Value,
}

impl Fixture {
    fn field(&self, name: &str) -> &Value {
        self.entry.get(name).unwrap_or(&self.defaults[name])
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.field(name) == value
    }

    /// What the policy would have to allow, of what is judged here or later.
    fn deviations(&self) -> Vec<Deviation> {
        let names = self.field("accepted_with").as_array().unwrap();
        names.iter().filter_map(|name| name.as_str().unwrap().parse().ok()).collect()
    }
}

fn fixtures() -> Vec<Fixture> {
    let folder = folder::fixtures();
    let manifest: Value = serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let entries = manifest["fixtures"].as_array().unwrap();
    let xml = entries.iter().filter(|entry| entry["file"].as_str().unwrap().ends_with(".xml"));
    xml.filter_map(|entry| {
        let path = folder.join(entry["file"].as_str().unwrap());
        // Some are in other encodings than UTF-8, and no document here.
        let mut text = String::from_utf8(fs::read(path).unwrap()).ok()?;
        for change in entry.get("changes").and_then(Value::as_array).into_iter().flatten() {
            text = text.replacen(change[0].as_str().unwrap(), change[1].as_str().unwrap(), 1);
        }
        let defaults = manifest["defaults"].clone();
        let trusted = entry.get("trusted").unwrap_or(&defaults["trusted"]).as_array().unwrap();
        let names: Vec<&str> = trusted.iter().map(|name| name.as_str().unwrap()).collect();
        let name = entry["name"].as_str().unwrap().to_owned();
        Some(Fixture { name, text, certificates: certificates(&names), entry: entry.clone(), defaults })
    })
    .collect()
}

fn trust(certificates: &[Certificate], deviations: Deviations) -> Trust<'_> {
    Trust { certificates, deviations, verifier: &AwsLc }
}

/// What is refused here, by the code that names why, and by no policy accepted.
const REFUSED: &[(&str, &[&str])] = &[
    ("saml.signature.no.certificates", &["circumstances/no_certificate"]),
    ("saml.signature.several", &["attacks/two_signatures"]),
    ("saml.signature.id.missing", &["attacks/id_missing"]),
    ("saml.signature.id.malformed", &["attacks/id_no_ncname"]),
    (
        "saml.signature.id.repeated",
        &[
            "attacks/duplicate_id",
            "attacks/duplicate_id_as_xml_id",
            "attacks/duplicate_id_in_lower_case",
            "attacks/duplicate_id_in_mixed_case",
            "attacks/response_and_assertion_of_one_id",
            "attacks/xsw1_assertion_same_id",
            "attacks/xsw1_response_same_id",
            "attacks/xsw5_assertion_same_id",
            "attacks/xsw5_response_same_id",
        ],
    ),
    (
        "saml.signature.part.missing",
        &["attacks/key_info_only", "attacks/no_reference", "attacks/transform_none"],
    ),
    (
        "saml.signature.part.repeated",
        &[
            "attacks/two_digest_values",
            "attacks/two_references",
            "attacks/two_references_one_elsewhere",
            "attacks/two_signature_values",
            "attacks/two_signed_infos_forged_first",
            "attacks/two_signed_infos_forged_last",
        ],
    ),
    (
        "saml.signature.part.unexpected",
        &[
            "attacks/xsw1_assertion",
            "attacks/xsw1_response",
            "attacks/xsw6_assertion",
            "attacks/xsw6_response",
        ],
    ),
    ("saml.signature.object", &["attacks/manifest", "attacks/xsw8_assertion", "attacks/xsw8_response"]),
    (
        "saml.signature.reference.external",
        &["attacks/reference_external", "attacks/reference_file", "attacks/reference_without_hash"],
    ),
    (
        "saml.signature.reference.elsewhere",
        &[
            "attacks/id_prefixed",
            "attacks/reference_empty_of_assertion",
            "attacks/reference_hash_alone",
            "attacks/reference_of_response_to_assertion",
            "attacks/reference_to_attributes",
            "attacks/reference_to_nothing",
            "attacks/reference_to_parent",
            "attacks/reference_to_subject",
            "attacks/reference_xpointer_id",
            "attacks/reference_xpointer_root",
            "attacks/signature_of_assertion_at_response",
            "attacks/xsw5_assertion",
            "attacks/xsw5_response",
        ],
    ),
    (
        "saml.signature.transform.enveloped",
        &["attacks/transform_exclusive_alone", "attacks/transform_in_other_order"],
    ),
    ("saml.signature.transform.canonicalization", &["attacks/transform_enveloped_alone"]),
    (
        "saml.signature.transform.too.many",
        &[
            "attacks/transform_enveloped_twice",
            "attacks/transform_many",
            "attacks/transform_three",
            "attacks/transform_xpath",
        ],
    ),
    (
        "saml.signature.canonicalization",
        &["attacks/canonicalization_unknown", "attacks/transform_base64", "attacks/transform_xslt"],
    ),
    ("saml.signature.algorithm.missing", &["attacks/algorithm_missing"]),
    (
        "saml.signature.algorithm",
        &[
            "attacks/algorithm_in_upper_case",
            "attacks/algorithm_md5",
            "attacks/algorithm_none",
            "attacks/algorithm_unknown",
            "attacks/hmac_sha1_with_public_key",
            "attacks/hmac_truncated",
            "attacks/hmac_with_certificate",
            "attacks/hmac_with_nothing",
            "attacks/hmac_with_public_key",
        ],
    ),
    ("saml.signature.digest", &["attacks/digest_md5"]),
    ("saml.signature.sha1", &["signxml/ecdsa_sha1"]),
    (
        "saml.signature.value.text",
        &[
            "attacks/comment_in_digest_value",
            "attacks/comment_in_signature_value",
            "attacks/comment_splits_digest_value",
            "attacks/element_in_digest_value",
        ],
    ),
    (
        "saml.signature.value.length",
        &[
            "attacks/ecdsa_der",
            "attacks/ecdsa_empty",
            "attacks/ecdsa_long",
            "attacks/ecdsa_short",
            "attacks/signature_value_empty",
            "attacks/signature_value_long",
            "attacks/signature_value_short",
        ],
    ),
    ("saml.signature.key.kind", &["attacks/algorithm_ecdsa_of_rsa_key"]),
    (
        "saml.signature.untrusted",
        &[
            "attacks/algorithm_other_digest",
            "attacks/algorithm_pss_of_pkcs1",
            "attacks/another_provider_of_the_organization",
            "attacks/ecdsa_zero",
            "attacks/other_key",
            "attacks/other_key_response",
            "attacks/other_key_value_alone",
            "attacks/other_key_with_our_certificate",
            "attacks/second_signature_wrong",
            "attacks/signature_value_flipped",
            "attacks/signature_value_zero",
            "circumstances/removed_certificate",
            "metadata/refused_signed_by_another",
            "xmlsec1/logout_request_other_key",
            "xmlsec1/logout_response_other_key",
        ],
    ),
    (
        "saml.signature.changed",
        &[
            "attacks/content_changed_after_signing",
            "attacks/digest_hidden_in_status_detail",
            "attacks/digest_of_nothing",
            "attacks/digest_wrong",
            "metadata/refused_signature_wrong",
            "samlify/encrypted_gcm_sign_then_encrypt",
            "signxml/inclusive_namespaces_of_digest",
        ],
    ),
];

fn everything() -> Deviations {
    Deviation::ALL.into_iter().fold(Deviations::NONE, Deviations::with)
}

/// The assertion directly in a response, or whatever else the root is.
fn subject_matter<'d>(document: &'d Document<'d>) -> Element<'d> {
    let root = document.root();
    root.elements().find(|element| element.is(ASSERTION, "Assertion")).unwrap_or(root)
}

fn judge<'d>(document: &'d Document<'d>, trust: &Trust<'_>) -> Result<SignedElement<'d>, SignatureError> {
    let (root, matter) = (document.root(), subject_matter(document));
    if matter == root { verify(root, trust, NOW) } else { verify_part(root, matter, trust, NOW) }
}

fn parse(text: &str) -> Document<'_> {
    Document::parse(text.as_bytes(), Limits::METADATA).unwrap()
}

fn code_of(fixture: &Fixture, deviations: Deviations) -> Result<usize, SignatureError> {
    judge(&parse(&fixture.text), &trust(&fixture.certificates, deviations)).map(SignedElement::certificate)
}

/// All that can be read of a signed element; what cannot be is `None`.
fn everything_read(signed: SignedElement<'_>) -> Vec<Option<String>> {
    let mut read = Vec::new();
    let mut open = vec![signed];
    while let Some(element) = open.pop() {
        let attributes =
            element.attributes().iter().map(|found| (found.namespace, found.local, &*found.value));
        let mut attributes: Vec<_> = attributes.collect();
        attributes.sort_unstable();
        read.push(Some(format!("{} {} {attributes:?}", element.namespace(), element.local())));
        read.push(element.text().ok().map(str::to_owned));
        open.extend(element.elements());
    }
    read
}

fn name_id(signed: SignedElement<'_>) -> String {
    let subject = signed.elements().find(|element| element.is(ASSERTION, "Subject")).unwrap();
    let name_id = subject.elements().find(|element| element.is(ASSERTION, "NameID")).unwrap();
    name_id.text().unwrap().to_owned()
}

/// SA-08: what identity providers' code signs is accepted, by every algorithm, and it is the subject's.
#[test]
fn sa_08_what_identity_providers_sign_is_accepted() {
    let mut algorithms = Vec::new();
    let mut accepted = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.is("expected", "accepted")) {
        let document = parse(&fixture.text);
        let (root, matter) = (document.root(), subject_matter(&document));
        if !is_signed(root) && !is_signed(matter) {
            // What is encrypted is judged when it is decrypted; metadata need not be signed.
            assert!(
                !fixture.field("encrypted").is_null() || fixture.is("kind", "metadata"),
                "{}",
                fixture.name
            );
            continue;
        }
        let signed = judge(&document, &trust(&fixture.certificates, Deviations::NONE));
        let signed = signed.unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
        assert!(signed.is_proof_of(matter));
        if signed.is(ASSERTION, "Assertion") {
            assert_eq!(name_id(signed), fixture.field("subject").as_str().unwrap(), "{}", fixture.name);
        }
        let found =
            SignatureAlgorithm::ALL.into_iter().filter(|algorithm| fixture.text.contains(algorithm.uri()));
        algorithms.extend(found.map(SignatureAlgorithm::uri));
        accepted += 1;
    }
    assert!(accepted > 100, "{accepted}");
    algorithms.sort_unstable();
    algorithms.dedup();
    // Neither is SHA-1 accepted, nor does any provider's code here sign by ECDSA with SHA-512.
    assert_eq!(algorithms.len(), SignatureAlgorithm::ALL.len() - 2, "{algorithms:?}");
}

/// Threats 46, 47, 50, 52, 54: each attack has the error that names it, and no policy lets it pass.
#[test]
fn threat_46_47_50_52_attacks_are_refused_by_name() {
    let fixtures = fixtures();
    for (code, names) in REFUSED {
        for name in *names {
            let fixture = fixtures.iter().find(|fixture| fixture.name == *name).unwrap();
            let refused = code_of(fixture, Deviations::NONE).map_err(|error| error.code());
            assert_eq!(refused, Err(*code), "{name}");
            assert!(code_of(fixture, everything()).is_err(), "{name}, whatever the policy allows");
        }
    }
}

/// Threat 46: a signature that is none, or of something else, is not asked for its value.
#[test]
fn threat_46_what_is_not_signed_is_refused() {
    for fixture in fixtures().iter().filter(|fixture| fixture.is("reason", "not signed")) {
        assert_eq!(code_of(fixture, everything()), Err(SignatureError::Unsigned), "{}", fixture.name);
    }
}

/// Threat 47: whatever element of a wrapped message is verified, nothing forged can be read of it.
#[test]
fn threat_47_nothing_forged_is_ever_read() {
    let mut wrapped = 0;
    for fixture in fixtures().iter().filter(|fixture| fixture.is("subject", "admin@example.com")) {
        let Ok(document) = Document::parse(fixture.text.as_bytes(), Limits::MESSAGE) else { continue };
        let trust = trust(&fixture.certificates, everything());
        let forged =
            |signed| everything_read(signed).into_iter().flatten().any(|text| text.contains("admin@"));
        for element in document.elements() {
            assert!(!verify(element, &trust, NOW).is_ok_and(forged), "{}", fixture.name);
            for part in element.elements() {
                assert!(!verify_part(element, part, &trust, NOW).is_ok_and(forged), "{}", fixture.name);
            }
        }
        wrapped += 1;
    }
    assert!(wrapped > 30, "{wrapped}");
}

/// The deviations that are judged with the signature.
const HERE: [Deviation; 6] = [
    Deviation::Sha1,
    Deviation::Rsa1024,
    Deviation::EmptyReferenceUri,
    Deviation::SignaturePosition,
    Deviation::InclusiveC14n,
    Deviation::ExpiredCertificate,
];

/// SA-18: each deviation has its own error, its own switch, and the switch does nothing else.
#[test]
fn sa_18_each_deviation_is_allowed_by_its_own_switch_alone() {
    let mut seen = Vec::new();
    for fixture in fixtures() {
        let [deviation] = fixture.deviations()[..] else { continue };
        if !HERE.contains(&deviation) {
            continue;
        }
        let refused = code_of(&fixture, Deviations::NONE).unwrap_err();
        assert_eq!(refused.deviation(), Some(deviation), "{}", fixture.name);
        assert!(code_of(&fixture, Deviations::NONE.with(deviation)).is_ok(), "{}", fixture.name);
        let others = Deviation::ALL.into_iter().filter(|other| *other != deviation);
        assert_eq!(code_of(&fixture, others.fold(Deviations::NONE, Deviations::with)), Err(refused));
        seen.push(deviation);
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen, HERE);
}

/// SA-18: below 1 024 bits nothing is allowed, whatever the policy and the verifier say.
#[test]
fn sa_18_a_key_under_1024_bits_is_never_allowed() {
    let weak = Certificate::read(include_bytes!("vectors/rsa-1008.cert.pem")).unwrap();
    let base = file("fixtures/attacks/base_assertion.xml");
    let (before, rest) = base.split_once("<ds:SignatureValue>").unwrap();
    let (_, after) = rest.split_once("</ds:SignatureValue>").unwrap();
    let value = "A".repeat(168);
    let text = format!("{before}<ds:SignatureValue>{value}</ds:SignatureValue>{after}");
    let trust = Trust { certificates: &[weak], deviations: everything(), verifier: &Host(Ok(())) };
    let error = SignatureError::Certificate(CertificateError::WeakKey { bits: 1_008 });
    assert_eq!(error.deviation(), None);
    assert_eq!(judge(&parse(&text), &trust), Err(error));
}

/// Threat 54, SA-03: any one certificate that is valid now will do, in whatever order; one that is not is named.
#[test]
fn threat_54_certificates_count_while_they_are_valid() {
    let of = |name: &str| fixtures().into_iter().find(|fixture| fixture.name == name).unwrap();
    let fixture = of("circumstances/one_of_several_certificates");
    let document = parse(&fixture.text);
    let signer = certificates(&["idp-rsa-2048"]).remove(0);
    let mut order = fixture.certificates.clone();
    assert_eq!(order.len(), 4);
    for turn in 0..24 {
        order.swap(turn % 4, (turn + 1 + turn / 4) % 4);
        let signed = judge(&document, &trust(&order, Deviations::NONE)).unwrap();
        assert_eq!(
            order[signed.certificate()],
            signer,
            "the one that signed, and that is valid, is reported"
        );
    }

    let refused = |name| code_of(&of(name), Deviations::NONE).unwrap_err().code();
    assert_eq!(refused("circumstances/expired_certificate"), "certificate.expired");
    assert_eq!(refused("circumstances/not_yet_valid_certificate"), "certificate.not.yet.valid");
    let early = code_of(&of("circumstances/not_yet_valid_certificate"), everything());
    assert_eq!(early.unwrap_err().code(), "certificate.not.yet.valid", "no policy makes it valid earlier");
    assert_eq!(refused("circumstances/removed_certificate"), "saml.signature.untrusted");

    // Of several reasons the one that tells most, in whatever order.
    let expired = certificates(&["idp-p256", "idp-rsa-2048-expired", "other-rsa-2048", "idp-rsa-4096"]);
    let others = certificates(&["other-rsa-2048", "idp-p256", "idp-rsa-4096"]);
    let reason = |keys: &[Certificate]| judge(&document, &trust(keys, Deviations::NONE)).unwrap_err().code();
    assert_eq!(reason(&expired), "certificate.expired");
    assert_eq!(reason(&others), "saml.signature.untrusted");

    let many = vec![signer; Trust::MAX_CERTIFICATES + 1];
    assert!(judge(&document, &trust(&many[1..], Deviations::NONE)).is_ok());
    let refused = judge(&document, &trust(&many, Deviations::NONE));
    assert_eq!(refused, Err(SignatureError::TooManyCertificates));
}

/// The message that the wrappings are made of, with one thing changed.
#[track_caller]
fn assert_changed_is_refused(found: &str, by: &str, error: SignatureError) {
    let base = file("fixtures/attacks/base_assertion.xml");
    assert!(base.contains(found), "{found}");
    let text = base.replacen(found, by, 1);
    let document = parse(&text);
    let refused = judge(&document, &trust(&certificates(&["idp-rsa-2048"]), everything()));
    assert_eq!(refused.unwrap_err(), error, "{found} became {by}");
}

const EXCLUSIVE: &str = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>";

const METHODS: &str = "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>\
<ds:SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>";

fn canonicalized_by(algorithm: &str, within: &str) -> String {
    format!("<ds:CanonicalizationMethod Algorithm=\"{algorithm}\">{within}</ds:CanonicalizationMethod>")
}

/// SA-09, threat 50: every part once, in its place, and nothing beside it.
#[test]
fn threat_50_a_signature_has_its_parts_and_nothing_else() {
    let part = SignaturePart::KeyInfo;
    let key_infos = "</ds:SignatureValue><ds:KeyInfo/><ds:KeyInfo/>";
    assert_changed_is_refused("</ds:SignatureValue>", key_infos, SignatureError::Repeated { part });
    for (found, by) in [
        ("</ds:SignatureValue>", "</ds:SignatureValue><ds:KeyInfo/><x/>"),
        ("<ds:SignedInfo>", "<ds:KeyInfo/><ds:SignedInfo>"),
        ("</ds:SignedInfo>", "<x/></ds:SignedInfo>"),
        ("</ds:Reference>", "<saml:Assertion/></ds:Reference>"),
        ("xmldsig-more#rsa-sha256\"/>", "xmldsig-more#rsa-sha256\"><x/></ds:SignatureMethod>"),
        ("xmlenc#sha256\"/>", "xmlenc#sha256\"><x/></ds:DigestMethod>"),
        ("enveloped-signature\"/>", "enveloped-signature\"><x/></ds:Transform>"),
        ("<ds:Transforms>", "<ds:Transforms><x/>"),
        (METHODS, &METHODS.split_inclusive('>').rev().collect::<String>()),
    ] {
        assert_changed_is_refused(found, by, SignatureError::Unexpected);
    }
    for part in [SignaturePart::DigestValue, SignaturePart::SignatureValue] {
        let (tag, spoiled) = (format!("<ds:{part}>"), format!("<ds:{part}>*"));
        assert_changed_is_refused(&tag, &spoiled, SignatureError::ValueEncoding { part });
    }
    assert_changed_is_refused(" URI=\"#_7c950d234d2a2ee7cba0\"", "", SignatureError::ReferenceMissing);
}

/// SA-09, threat 50: canonicalization is one that is read here, with a list of prefixes that is bounded.
#[test]
fn threat_50_canonicalization_is_bounded_and_known() {
    let exclusive = "http://www.w3.org/2001/10/xml-exc-c14n#";
    let list =
        |prefixes: &str| format!("<InclusiveNamespaces xmlns=\"{exclusive}\" PrefixList=\"{prefixes}\"/>");
    let changed = |by: String, error| assert_changed_is_refused(EXCLUSIVE, &by, error);
    changed(canonicalized_by(exclusive, &list(&"p ".repeat(65))), SignatureError::TooManyPrefixes);
    changed(canonicalized_by(exclusive, &list(&"p ".repeat(64))), SignatureError::Untrusted);
    changed(canonicalized_by(exclusive, &format!("{0}{0}", list("p"))), SignatureError::Unexpected);
    changed(canonicalized_by(exclusive, "<x/>"), SignatureError::Unexpected);
    let inclusive = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
    changed(canonicalized_by(inclusive, &list("p")), SignatureError::Unexpected);
    for unknown in [
        "",
        "urn:x",
        "http://www.w3.org/2001/10/xml-exc-c14n",
        "http://www.w3.org/2001/10/xml-exc-c14n##WithComments",
    ] {
        let error = SignatureError::Canonicalization { found: unknown.to_owned() };
        changed(canonicalized_by(unknown, ""), error);
    }
}

/// Canonical XML 1.1 differs from 1.0 in two inherited attributes, and is not read where one is there.
#[test]
fn threat_50_what_version_1_1_inherits_is_refused() {
    let base = file("fixtures/signxml/inclusive_c14n_11_assertion.xml");
    let keys = certificates(&["idp-rsa-2048"]);
    for (attribute, error) in
        [("xml:base='urn:x'", SignatureError::Inherited), ("xml:lang='en'", SignatureError::Untrusted)]
    {
        let text = base.replacen("Version=", &format!("{attribute} Version="), 1);
        assert_eq!(judge(&parse(&text), &trust(&keys, everything())), Err(error));
    }
}

/// Threats 47, 52: a signature stands in what it signs, or where nothing is read.
#[test]
fn threat_52_a_signature_elsewhere_is_refused() {
    let stray = "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\"/>";
    for (found, by) in [
        ("<samlp:Status>", format!("<samlp:Status>{stray}")),
        ("<saml:Conditions ", format!("<x ID=\"x\">{stray}</x><saml:Conditions ")),
        (
            "</ds:SignatureValue>",
            format!(
                "</ds:SignatureValue><ds:KeyInfo><saml:Assertion ID=\"x\">{stray}</saml:Assertion></ds:KeyInfo>"
            ),
        ),
    ] {
        assert_changed_is_refused(found, &by, SignatureError::Stray);
    }
    let base = file("fixtures/attacks/base_response.xml");
    let document = parse(&base);
    let keys = certificates(&["idp-rsa-2048"]);
    let trust = trust(&keys, Deviations::NONE);
    let subject = subject_matter(&document).elements().find(|element| element.local() == "Subject").unwrap();
    assert_eq!(verify_part(document.root(), subject, &trust, NOW), Err(SignatureError::NotInMessage));
    let signature = document.root().elements().find(|element| element.local() == "Signature").unwrap();
    assert_eq!(verify_part(document.root(), signature, &trust, NOW), Err(SignatureError::NotInMessage));
}

/// SA-09: the proof leads into what was digested, not into the signature, which was not.
#[test]
fn sa_09_the_signature_is_no_part_of_what_it_signs() {
    let base = file("fixtures/attacks/base_assertion.xml");
    let text = base.replacen("</ds:SignatureValue>", "</ds:SignatureValue><ds:KeyInfo><x/></ds:KeyInfo>", 1);
    let document = parse(&text);
    let keys = certificates(&["idp-rsa-2048"]);
    let signed = judge(&document, &trust(&keys, Deviations::NONE)).unwrap();
    assert_eq!(signed.local(), "Assertion");
    assert!(signed.elements().all(|element| element.local() != "Signature"));
    assert!(everything_read(signed).into_iter().flatten().all(|text| !text.contains("xmldsig#")));
}

/// XML Signature 1.1 §4.4.3.3: comments are not signed, even where the transform is one with comments.
#[test]
fn sa_09_comments_are_not_signed() {
    for name in ["signxml/exclusive_c14n_with_comments_assertion", "attacks/base_assertion"] {
        let text =
            file(&format!("fixtures/{name}.xml")).replacen("<saml:Subject>", "<!-- c --><saml:Subject>", 1);
        assert!(text.contains("<!-- c -->"));
        let keys = certificates(&["idp-rsa-2048"]);
        assert!(judge(&parse(&text), &trust(&keys, Deviations::NONE)).is_ok(), "{name}");
    }
}

/// SA-08: of two signatures both count; neither is passed over for the other.
#[test]
fn sa_08_each_signature_that_is_there_is_valid() {
    let both = file("fixtures/pysaml2/both.xml");
    let keys = certificates(&["idp-rsa-2048"]);
    let trust = trust(&keys, everything());
    assert!(judge(&parse(&both), &trust).is_ok());
    let around = both.replacen("Destination=\"https://sp.", "Destination=\"https://sq.", 1);
    assert_ne!(around, both);
    assert_eq!(judge(&parse(&around), &trust), Err(SignatureError::Changed));
    let within = file("fixtures/attacks/second_signature_wrong.xml");
    assert_eq!(judge(&parse(&within), &trust), Err(SignatureError::Untrusted));

    let text = file("fixtures/shapes/signed_assertion_in_advice.xml");
    let document = parse(&text);
    let advice = document.elements().find(|element| element.is(ASSERTION, "Advice")).unwrap();
    let advised = advice.elements().find(|element| is_signed(*element)).unwrap();
    let refused = verify_part(document.root(), advised, &trust, NOW);
    assert_eq!(
        refused,
        Err(SignatureError::NotInMessage),
        "signed or not, it is not directly in the message"
    );
}

/// A verifier that takes nothing, and one that takes everything: a verifier decides on keys and on nothing else.
struct Host(Result<(), NotVerified>);

impl SignatureVerifier for Host {
    fn verify(&self, _: SignatureAlgorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<(), NotVerified> {
        self.0
    }
}

#[test]
fn sa_08_the_host_may_bring_its_own_verifier() {
    let base = file("fixtures/attacks/base_assertion.xml");
    let changed = base.replace("maria@", "admin@");
    let keys = certificates(&["idp-rsa-2048"]);
    let with = |text: &str, answer| {
        let trust = Trust { certificates: &keys, deviations: everything(), verifier: &Host(answer) };
        judge(&parse(text), &trust).map(name_id)
    };
    assert_eq!(with(&base, Ok(())).as_deref(), Ok("maria@example.com"));
    assert_eq!(with(&changed, Ok(())), Err(SignatureError::Changed));
    assert_eq!(with(&base, Err(NotVerified::Unsupported)), Err(SignatureError::Unsupported));
    assert_eq!(with(&base, Err(NotVerified::Wrong)), Err(SignatureError::Untrusted));
    let sha1 = file("fixtures/signxml/rsa_sha1.xml");
    assert_eq!(with(&sha1, Ok(())), Err(SignatureError::Unsupported), "a host without SHA-1 has none");
}

/// What is read of a changed message is what was signed, or nothing.
#[track_caller]
fn assert_refused_or_identical(original: &str, changed: &[u8], keys: &[Certificate]) {
    let Ok(document) = Document::parse(changed, Limits::MESSAGE) else { return };
    let trust = trust(keys, everything());
    let Ok(signed) = judge(&document, &trust) else { return };
    let before = parse(original);
    let before = everything_read(judge(&before, &trust).unwrap());
    let after = everything_read(signed);
    let same = before.len() == after.len()
        && before.iter().zip(&after).all(|(before, after)| after.is_none() || before == after);
    assert!(same, "{}", changed.escape_ascii());
}

const CHANGED: [(&str, &str); 5] = [
    ("pysaml2/both", "idp-rsa-2048"),
    ("attacks/base_response", "idp-rsa-2048"),
    ("signxml/ecdsa_p256", "idp-p256"),
    ("shapes/adfs", "idp-rsa-2048"),
    ("samlify/assertion", "idp-rsa-2048"),
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// SA-09, threats 47 to 52: one byte changed, and it is refused or read as it was signed.
    #[test]
    fn sa_09_a_changed_byte_is_refused_or_changes_nothing(
        message in prop::sample::select(&CHANGED[..]),
        at: prop::sample::Index,
        by in prop_oneof![prop::sample::select(&b"<>/=\"'& :!-AZaz09\n"[..]), any::<u8>()],
    ) {
        let original = file(&format!("fixtures/{}.xml", message.0));
        let mut changed = original.clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = by;
        assert_refused_or_identical(&original, &changed, &certificates(&[message.1]));
    }

    /// The same with an element, a comment or a text put in, taken out or moved.
    #[test]
    fn sa_09_a_changed_element_is_refused_or_changes_nothing(
        message in prop::sample::select(&CHANGED[..]),
        places: [prop::sample::Index; 3],
        put in prop::sample::select(&["", "<x/>", "<!---->", "x", "<x ID='x'/>", "<![CDATA[x]]>", "\n"][..]),
    ) {
        let original = file(&format!("fixtures/{}.xml", message.0));
        let tags: Vec<usize> = original.match_indices('<').map(|(at, _)| at).collect();
        let mut places = places.map(|place| *place.get(&tags));
        places.sort_unstable();
        let [from, to, there] = places;
        let moved = [&original[..from], put, &original[to..there], &original[from..to], &original[there..]].concat();
        let taken = [&original[..from], put, &original[to..]].concat();
        let added = [&original[..from], put, &original[from..]].concat();
        for changed in [moved, taken, added] {
            assert_refused_or_identical(&original, changed.as_bytes(), &certificates(&[message.1]));
        }
    }
}
