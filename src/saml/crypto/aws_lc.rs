//! The verifier on AWS-LC.

use aws_lc_rs::digest;
use aws_lc_rs::signature;
use aws_lc_rs::signature::UnparsedPublicKey;
use aws_lc_rs::signature::VerificationAlgorithm;

use super::NotVerified;
use super::SignatureAlgorithm;
use super::SignatureVerifier;
use crate::value::KeyKind;
use crate::value::PublicKey;

/// Verifies with AWS-LC (feature `aws-lc-rs`): every [`SignatureAlgorithm`] with RSA keys from 2 048 bits, P-256 and
/// P-384; and PKCS #1 v1.5 with SHA-1, SHA-256 and SHA-512 with RSA keys from 1 024 bits.
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsLc;

impl SignatureVerifier for AwsLc {
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified> {
        let with = verification(algorithm, key.kind()).ok_or(NotVerified::Unsupported)?;
        let verifying = UnparsedPublicKey::new(with, key.as_bytes());
        let verified = match key.kind() {
            KeyKind::Rsa { .. } => verifying.verify(message, signature),
            KeyKind::P256 | KeyKind::P384 => {
                let fits = signature.len() == key.signature_length();
                let value = fits.then(|| ecdsa_value(signature)).flatten().ok_or(NotVerified::Wrong)?;
                verifying.verify(message, &value)
            }
        };
        verified.map_err(|_| NotVerified::Wrong)
    }

    fn sha1(&self, message: &[u8]) -> Option<[u8; 20]> {
        digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message).as_ref().try_into().ok()
    }
}

fn verification(algorithm: SignatureAlgorithm, key: KeyKind) -> Option<&'static dyn VerificationAlgorithm> {
    match key {
        KeyKind::Rsa { bits } if bits < PublicKey::MIN_RSA_BITS => with_short_rsa(algorithm),
        KeyKind::Rsa { .. } => with_rsa(algorithm),
        KeyKind::P256 => match algorithm {
            SignatureAlgorithm::EcdsaSha256 => Some(&signature::ECDSA_P256_SHA256_ASN1),
            SignatureAlgorithm::EcdsaSha384 => Some(&signature::ECDSA_P256_SHA384_ASN1),
            SignatureAlgorithm::EcdsaSha512 => Some(&signature::ECDSA_P256_SHA512_ASN1),
            SignatureAlgorithm::RsaSha1
            | SignatureAlgorithm::RsaSha256
            | SignatureAlgorithm::RsaSha384
            | SignatureAlgorithm::RsaSha512
            | SignatureAlgorithm::RsaPssSha256
            | SignatureAlgorithm::RsaPssSha384
            | SignatureAlgorithm::RsaPssSha512 => None,
        },
        KeyKind::P384 => match algorithm {
            SignatureAlgorithm::EcdsaSha256 => Some(&signature::ECDSA_P384_SHA256_ASN1),
            SignatureAlgorithm::EcdsaSha384 => Some(&signature::ECDSA_P384_SHA384_ASN1),
            SignatureAlgorithm::EcdsaSha512 => Some(&signature::ECDSA_P384_SHA512_ASN1),
            SignatureAlgorithm::RsaSha1
            | SignatureAlgorithm::RsaSha256
            | SignatureAlgorithm::RsaSha384
            | SignatureAlgorithm::RsaSha512
            | SignatureAlgorithm::RsaPssSha256
            | SignatureAlgorithm::RsaPssSha384
            | SignatureAlgorithm::RsaPssSha512 => None,
        },
    }
}

fn with_rsa(algorithm: SignatureAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        SignatureAlgorithm::RsaSha1 => Some(&signature::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY),
        SignatureAlgorithm::RsaSha256 => Some(&signature::RSA_PKCS1_2048_8192_SHA256),
        SignatureAlgorithm::RsaSha384 => Some(&signature::RSA_PKCS1_2048_8192_SHA384),
        SignatureAlgorithm::RsaSha512 => Some(&signature::RSA_PKCS1_2048_8192_SHA512),
        SignatureAlgorithm::RsaPssSha256 => Some(&signature::RSA_PSS_2048_8192_SHA256),
        SignatureAlgorithm::RsaPssSha384 => Some(&signature::RSA_PSS_2048_8192_SHA384),
        SignatureAlgorithm::RsaPssSha512 => Some(&signature::RSA_PSS_2048_8192_SHA512),
        SignatureAlgorithm::EcdsaSha256
        | SignatureAlgorithm::EcdsaSha384
        | SignatureAlgorithm::EcdsaSha512 => None,
    }
}

fn with_short_rsa(algorithm: SignatureAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    match algorithm {
        SignatureAlgorithm::RsaSha1 => Some(&signature::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY),
        SignatureAlgorithm::RsaSha256 => Some(&signature::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY),
        SignatureAlgorithm::RsaSha512 => Some(&signature::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY),
        SignatureAlgorithm::RsaSha384
        | SignatureAlgorithm::RsaPssSha256
        | SignatureAlgorithm::RsaPssSha384
        | SignatureAlgorithm::RsaPssSha512
        | SignatureAlgorithm::EcdsaSha256
        | SignatureAlgorithm::EcdsaSha384
        | SignatureAlgorithm::EcdsaSha512 => None,
    }
}

/// `Ecdsa-Sig-Value` (RFC 3279 §2.2.3) of `r` and `s`, which stand in the signature one after the other, as AWS-LC
/// takes it for every curve with every digest.
fn ecdsa_value(signature: &[u8]) -> Option<Vec<u8>> {
    let (r, s) = signature.split_at_checked(signature.len() / 2)?;
    let integers = [integer(r)?, integer(s)?].concat();
    // Short enough for a length in one byte on both curves: 102 bytes at most.
    let length = u8::try_from(integers.len()).ok().filter(|length| *length < 0x80)?;
    Some([&[0x30, length], &integers[..]].concat())
}

/// X.690 §8.3: an `INTEGER` of as few bytes as it needs, with a zero before it where it would be negative.
fn integer(number: &[u8]) -> Option<Vec<u8>> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let magnitude = number.get(zeros..).filter(|magnitude| !magnitude.is_empty())?;
    let sign: &[u8] = if magnitude.first().is_some_and(|first| *first >= 0x80) { &[0] } else { &[] };
    let length = u8::try_from(sign.len().saturating_add(magnitude.len())).ok()?;
    Some([&[0x02, length], sign, magnitude].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ecdsa_values_are_encoded_as_short_as_can_be() {
        assert_eq!(ecdsa_value(&[0, 1, 0x80, 2]), Some(vec![0x30, 8, 2, 1, 1, 2, 3, 0, 0x80, 2]));
        assert_eq!(ecdsa_value(&[0, 0, 0, 1]), None, "zero is no signature");
        assert_eq!(ecdsa_value(&[0xff; 96]).map(|value| value.len()), Some(104));
    }
}
