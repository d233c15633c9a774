//! Certificates of identity providers: what is read, and that another reader reads the same (SA-03).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::Timestamp;
use grantor::value::Certificate;
use grantor::value::CertificateError;
use grantor::value::KeyKind;
use proptest::prelude::*;
use x509_cert::der::Decode;
use x509_cert::der::asn1::ObjectIdentifier;

const NAMES: [&str; 10] = [
    "idp-rsa-2048",
    "idp-rsa-2048-expired",
    "idp-rsa-2048-not-yet-valid",
    "idp-rsa-2048-next",
    "idp-rsa-4096",
    "idp-rsa-1024",
    "idp-p256",
    "idp-p384",
    "other-rsa-2048",
    "sp-rsa-2048",
];

/// 2026-11-25T12:00:30Z.
const NOW: Timestamp = Timestamp::from_unix(1_795_608_030);

fn pem(name: &str) -> String {
    let path = format!("{}/tests/saml/keys/{name}.cert.pem", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn certificate(name: &str) -> Certificate {
    Certificate::read(pem(name).as_bytes()).unwrap()
}

/// What x509-cert finds: the key's bytes, and the dates.
fn oracle(der: &[u8]) -> Option<(Vec<u8>, i64, i64)> {
    let read = x509_cert::Certificate::from_der(der).ok()?;
    let signed = read.tbs_certificate();
    let key = signed.subject_public_key_info().subject_public_key.as_bytes()?.to_vec();
    let seconds = |time: x509_cert::time::Time| i64::try_from(time.to_unix_duration().as_secs()).ok();
    let validity = signed.validity();
    Some((key, seconds(validity.not_before)?, seconds(validity.not_after)?))
}

fn own(read: &Certificate) -> (Vec<u8>, i64, i64) {
    (read.public_key().as_bytes().to_vec(), read.not_before().unix(), read.not_after().unix())
}

#[track_caller]
fn assert_refused(text: impl AsRef<[u8]>, error: CertificateError) {
    assert_eq!(Certificate::read(text.as_ref()).unwrap_err(), error);
}

/// The certificate with the first `found` in its DER replaced.
fn replaced(name: &str, found: &[u8], by: &[u8]) -> Vec<u8> {
    let mut der = certificate(name).as_der().to_vec();
    let at = der.windows(found.len()).position(|window| window == found).unwrap();
    der.splice(at..at + found.len(), by.iter().copied());
    der
}

#[test]
fn sa_03_another_reader_reads_the_same() {
    for name in NAMES {
        let read = certificate(name);
        assert_eq!(Some(own(&read)), oracle(read.as_der()), "{name}");
    }
}

#[test]
fn sa_03_pem_der_and_base64_are_one_certificate() {
    for name in NAMES {
        let (text, read) = (pem(name), certificate(name));
        let base64 = STANDARD.encode(read.as_der());
        let lines = text.lines().filter(|line| !line.contains('-')).collect::<Vec<_>>().join("\r\n\t ");
        let explained = format!("subject=CN = idp\n{text}\nmore\n");
        let base64_of_pem = STANDARD.encode(&text);
        for same in [read.as_der(), base64.as_bytes(), lines.as_bytes(), explained.as_bytes()]
            .into_iter()
            .chain([base64_of_pem.as_bytes()])
        {
            assert_eq!(Certificate::read(same), Ok(read.clone()), "{name}");
        }
        let kept = serde_json::to_string(&read).unwrap();
        assert_eq!(kept, format!("\"{base64}\""));
        assert_eq!(own(&serde_json::from_str(&kept).unwrap()), own(&read));
    }
    assert!(serde_json::from_str::<Certificate>("\"MIIB\"").is_err());
}

#[test]
fn sa_03_kind_and_strength_of_the_key_are_named() {
    let kind = |name| certificate(name).public_key().kind();
    assert_eq!(kind("idp-rsa-2048"), KeyKind::Rsa { bits: 2_048 });
    assert_eq!(kind("idp-rsa-4096"), KeyKind::Rsa { bits: 4_096 });
    assert_eq!(kind("idp-p256"), KeyKind::P256);
    assert_eq!(kind("idp-p384"), KeyKind::P384);
    assert_eq!(certificate("idp-rsa-2048").check(NOW), Ok(()));
    assert_eq!(certificate("idp-p256").check(NOW), Ok(()));
    assert_eq!(certificate("idp-rsa-1024").check(NOW), Err(CertificateError::WeakKey { bits: 1_024 }));
}

/// SA-03, threat 54: valid from the first to the last instant, both included.
#[test]
fn threat_54_dates_hold_to_the_second() {
    let read = certificate("idp-rsa-2048");
    let (not_before, not_after) = (read.not_before(), read.not_after());
    assert_eq!(not_before.to_string(), "2020-01-01T00:00:00Z");
    for inside in [not_before, NOW, not_after] {
        assert_eq!(read.check(inside), Ok(()));
    }
    assert_eq!(read.check(not_before.minus(1)), Err(CertificateError::NotYetValid { not_before }));
    assert_eq!(read.check(not_after.plus(1)), Err(CertificateError::Expired { not_after }));
    let expired = certificate("idp-rsa-2048-expired");
    assert_eq!(expired.check(NOW), Err(CertificateError::Expired { not_after: expired.not_after() }));
    let later = certificate("idp-rsa-2048-not-yet-valid");
    assert_eq!(later.check(NOW), Err(CertificateError::NotYetValid { not_before: later.not_before() }));
}

#[test]
fn sa_03_what_is_no_certificate_is_named() {
    let text = pem("idp-p256");
    let der = certificate("idp-p256").as_der().to_vec();
    assert_refused("", CertificateError::Structure);
    assert_refused("certificate", CertificateError::Encoding);
    assert_refused(b"\xff\xfe", CertificateError::Encoding);
    assert_refused(text.replace("-----END", "----"), CertificateError::Encoding);
    assert_refused(text.replace("CERTIFICATE", "PRIVATE KEY"), CertificateError::NoCertificate);
    assert_refused(format!("{text}{}", pem("idp-p384")), CertificateError::Several);
    assert_refused([&der[..], &[0]].concat(), CertificateError::Structure);
    assert_refused(&der[..der.len() - 1], CertificateError::Structure);
    assert_refused(vec![b'A'; Certificate::MAX + 1], CertificateError::TooLong { length: 32_769 });
    let long = STANDARD.encode(vec![0x30; Certificate::MAX_DER + 1]);
    assert_refused(long, CertificateError::TooLong { length: Certificate::MAX_DER + 1 });
}

#[test]
fn sa_03_dates_are_those_of_the_standard() {
    for (found, by) in [
        (&b"200101000000Z"[..], &b"200001000000Z"[..]),
        (b"200101000000Z", b"200230000000Z"),
        (b"200101000000Z", b"200101240000Z"),
        (b"200101000000Z", b"200101006000Z"),
        (b"200101000000Z", b"200101000060Z"),
        (b"200101000000Z", b"200101000000z"),
        (b"200101000000Z", b"20010100000 Z"),
        (b"200101000000Z", b"20010100+000Z"),
    ] {
        assert_refused(replaced("idp-rsa-2048", found, by), CertificateError::Validity);
    }
    let read = Certificate::read(&replaced("idp-rsa-2048", b"200101000000Z", b"490101000000Z")).unwrap();
    assert_eq!(read.not_before().to_string(), "2049-01-01T00:00:00Z");
    let read = Certificate::read(&replaced("idp-rsa-2048", b"200101000000Z", b"500101000000Z")).unwrap();
    assert_eq!(read.not_before().to_string(), "1950-01-01T00:00:00Z");
}

/// With the exponent 1 every text is its own signature.
#[test]
fn sa_03_keys_that_anybody_signs_for_are_malformed() {
    let exponent = [0x02, 0x03, 0x01, 0x00, 0x01];
    for by in [[0x02, 0x03, 0x01, 0x00, 0x02], [0x02, 0x03, 0x00, 0x00, 0x01], [0x02, 0x03, 0x81, 0x00, 0x01]]
    {
        assert_refused(replaced("idp-rsa-2048", &exponent, &by), CertificateError::KeyMalformed);
    }
    let point = [0x03, 0x42, 0x00, 0x04];
    assert_refused(replaced("idp-p256", &point, &[0x03, 0x42, 0x00, 0x02]), CertificateError::KeyMalformed);
    let p256 = x509_cert::der::Encode::to_der(&ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7")).unwrap();
    let mut k256 = p256.clone();
    *k256.last_mut().unwrap() = 8;
    assert_refused(replaced("idp-p256", &p256, &k256), CertificateError::KeyUnsupported);
}

proptest! {
    /// threat 45: no bytes panic.
    #[test]
    fn threat_45_no_certificate_panics(bytes: Vec<u8>, text in "[ -~\n]{0,80}") {
        let _ = Certificate::read(&bytes);
        let _ = Certificate::read(text.as_bytes());
        let _ = Certificate::read(&[&[0x30], &bytes[..]].concat());
    }

    /// SA-03: whatever byte is changed, what both readers read is the same.
    #[test]
    fn sa_03_no_changed_byte_is_read_in_two_ways(
        name in prop::sample::select(&NAMES[..]),
        at: prop::sample::Index,
        by: u8,
    ) {
        let mut der = certificate(name).as_der().to_vec();
        let at = at.index(der.len());
        der[at] = by;
        if let (Ok(read), Some(theirs)) = (Certificate::read(&der), oracle(&der)) {
            prop_assert_eq!(own(&read), theirs);
        }
    }
}
