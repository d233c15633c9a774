//! Messages that are accepted.

use grantor::saml::bearer::decode_assertion;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;

use crate::doing;
use crate::floor::Sealed;
use crate::floor::Verification;
use crate::floor::once;
use crate::floor::pass;
use crate::messages::Judge;
use crate::messages::bearer;
use crate::messages::file;
use crate::messages::posted;
use crate::messages::response;
use crate::messages::xml_of;
use crate::race::Report;
use crate::race::Task;
use crate::sizes::canonical;

const SIX_KB: usize = 6_000;

/// From the value of a form, or of a parameter, to the proof.
pub fn validate(report: &mut Report) {
    for (key, goal) in [("idp-rsa-2048", Some(1.5)), ("idp-p256", None)] {
        let (judge, message) = (Judge::by(key), response(key, SIX_KB));
        let (xml, verification) = (xml_of(&message), verification(key, &judge));
        assert!(judge.accepts(&message));
        let ours = || doing("from form value to proof", || assert!(judge.accepts(&message)));
        let floor = doing("one verification, one SHA-256, one pass", || once(&verification, &xml));
        let name = format!("validate a response, {key}, {} bytes", xml.len());
        report.compare(Task { name, turn: 8, goal }, ours(), floor);

        // What the bindings and XML Signature ask for besides, whoever does it.
        let document = Document::parse(&xml, Limits::MESSAGE).expect("XML");
        let mut out = Vec::with_capacity(xml.len() * 2);
        let floor = doing("the same, its Base64 and one canonicalization", || {
            once(&verification, &xml_of(&message));
            canonical(&document, &mut out);
        });
        let name = format!("validate it, {key}, with what it is sent in");
        report.compare(Task { name, turn: 8, goal }, ours(), floor);
    }
    encrypted(report);
    granted(report);
}

fn encrypted(report: &mut Report) {
    let path = "fixtures/pysaml2/encrypted_gcm_assertion_signed.xml";
    let (judge, message) = (Judge::by("idp-rsa-2048"), posted(path));
    let verification = verification("idp-rsa-2048", &judge);
    let (xml, sealed) = (xml_of(&message), Sealed::of(&file(path)));
    assert!(judge.accepts(&message));
    let ours = doing("from form value to proof", || assert!(judge.accepts(&message)));
    let name = "one RSA decryption, AES-GCM, one verification, one SHA-256, a pass over both";
    let floor = doing(name, || {
        let plaintext = sealed.open(&judge.decryptor);
        pass(&xml);
        once(&verification, &plaintext);
    });
    let name = format!("validate an encrypted response, {} bytes", xml.len());
    report.compare(Task { name, turn: 1, goal: None }, ours, floor);
}

fn granted(report: &mut Report) {
    let (judge, parameter) = (Judge::by("idp-rsa-2048"), bearer());
    let verification = verification("idp-rsa-2048", &judge);
    let xml = decode_assertion(&parameter).expect("base64url");
    assert!(judge.grants(&parameter));
    let ours = doing("from parameter to proof", || assert!(judge.grants(&parameter)));
    let floor = doing("one verification, one SHA-256, one pass", || once(&verification, &xml));
    let name = format!("validate an assertion of a grant, {} bytes", xml.len());
    report.compare(Task { name, turn: 8, goal: None }, ours, floor);
}

/// What verifying by this key takes.
pub fn verification(key: &str, judge: &Judge) -> Verification {
    let signer = AwsLcSigner::from_pem(&file(&format!("keys/{key}.key.pem"))).expect("a key");
    Verification::of(&signer, judge.certificates[0].public_key())
}
