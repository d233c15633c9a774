//! Which of the trusted keys signed.

use super::SignatureError;
use super::SignaturePart;
use super::Trust;
use crate::saml::crypto::NotVerified;
use crate::saml::crypto::SignatureAlgorithm;
use crate::value::Certificate;
use crate::value::Timestamp;

/// The place of the first certificate whose key signed the message, and that may be used now (SA-03: any one).
///
/// Of several reasons why there is none, the answer is the one that tells most.
pub fn signer(
    algorithm: SignatureAlgorithm,
    value: &[u8],
    message: &[u8],
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<usize, SignatureError> {
    let mut reason = (Telling::Kind, SignatureError::KeyKind);
    for (place, certificate) in trust.certificates.iter().enumerate() {
        let found = match judge(algorithm, value, message, certificate, trust) {
            Ok(()) => match certificate.check_under(trust.deviations, now) {
                Ok(()) => return Ok(place),
                Err(error) => (Telling::Certificate, SignatureError::Certificate(error)),
            },
            Err(reason) => reason,
        };
        if found.0 > reason.0 {
            reason = found;
        }
    }
    Err(reason.1)
}

/// Whether there are certificates to judge by, and not too many.
pub const fn check_count(trust: &Trust<'_>) -> Result<(), SignatureError> {
    match trust.certificates.len() {
        0 => Err(SignatureError::NoCertificates),
        1..=Trust::MAX_CERTIFICATES => Ok(()),
        _ => Err(SignatureError::TooManyCertificates),
    }
}

/// How much a reason tells, the least first.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum Telling {
    Kind,
    Length,
    Unsupported,
    Untrusted,
    Certificate,
}

fn judge(
    algorithm: SignatureAlgorithm,
    value: &[u8],
    message: &[u8],
    certificate: &Certificate,
    trust: &Trust<'_>,
) -> Result<(), (Telling, SignatureError)> {
    let key = certificate.public_key();
    if !algorithm.fits(key.kind()) {
        return Err((Telling::Kind, SignatureError::KeyKind));
    }
    let (expected, found) = (key.signature_length(), value.len());
    if expected != found {
        let part = SignaturePart::SignatureValue;
        return Err((Telling::Length, SignatureError::ValueLength { part, expected, found }));
    }
    trust.verifier.verify(algorithm, key, message, value).map_err(|reason| match reason {
        NotVerified::Wrong => (Telling::Untrusted, SignatureError::Untrusted),
        NotVerified::Unsupported => (Telling::Unsupported, SignatureError::Unsupported),
    })
}
