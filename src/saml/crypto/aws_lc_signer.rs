//! The signer on AWS-LC.

use core::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::ECDSA_P256_SHA256_FIXED_SIGNING;
use aws_lc_rs::signature::ECDSA_P384_SHA384_FIXED_SIGNING;
use aws_lc_rs::signature::EcdsaKeyPair;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use aws_lc_rs::signature::RsaKeyPair;

use super::SignatureAlgorithm;
use super::Signer;
use super::SignerError;
use super::pem::private_key;

/// Signs with AWS-LC (feature `aws-lc-rs`): an RSA key from 2 048 to 8 192 bits by PKCS #1 v1.5 with SHA-256, a
/// key on P-256 with SHA-256, one on P-384 with SHA-384.
///
/// ```
/// use grantor::saml::crypto::AwsLcSigner;
///
/// assert!(AwsLcSigner::from_pkcs8(b"no key").is_err());
/// assert!(AwsLcSigner::from_pem("-----BEGIN PRIVATE KEY-----").is_err());
/// ```
pub struct AwsLcSigner(Key);

enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

/// The bytes are no private key that signs here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the bytes are no PKCS #8 key of RSA from 2048 bits, P-256 or P-384")]
pub struct KeyNotTaken;

impl AwsLcSigner {
    /// The signer with this private key: the DER of a `PrivateKeyInfo` (PKCS #8, RFC 5208 §5), not encrypted.
    ///
    /// The caller wipes the bytes afterwards; they are not kept.
    ///
    /// # Errors
    ///
    /// [`KeyNotTaken`] for anything else, and for a key of another kind or a shorter RSA key.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeyNotTaken> {
        let on = |curve| EcdsaKeyPair::from_pkcs8(curve, der);
        let rsa = RsaKeyPair::from_pkcs8(der).map(Key::Rsa);
        let key = rsa
            .or_else(|_| on(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Key::P256))
            .or_else(|_| on(&ECDSA_P384_SHA384_FIXED_SIGNING).map(Key::P384));
        key.map(Self).map_err(|_| KeyNotTaken)
    }

    /// The same from PEM: a text with one `PRIVATE KEY` (RFC 7468 §10), which is PKCS #8, not encrypted.
    ///
    /// # Errors
    ///
    /// As [`from_pkcs8`](Self::from_pkcs8), and for a text without a key, or with several.
    pub fn from_pem(text: &str) -> Result<Self, KeyNotTaken> {
        Self::from_pkcs8(&private_key(text).ok_or(KeyNotTaken)?)
    }
}

impl Signer for AwsLcSigner {
    fn algorithm(&self) -> SignatureAlgorithm {
        match self.0 {
            Key::Rsa(_) => SignatureAlgorithm::RsaSha256,
            Key::P256(_) => SignatureAlgorithm::EcdsaSha256,
            Key::P384(_) => SignatureAlgorithm::EcdsaSha384,
        }
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError> {
        let random = SystemRandom::new();
        match &self.0 {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                let signed = key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature);
                signed.map(|()| signature).map_err(|_| SignerError)
            }
            Key::P256(key) | Key::P384(key) => key
                .sign(&random, message)
                .map(|signature| signature.as_ref().to_vec())
                .map_err(|_| SignerError),
        }
    }
}

/// The key is not shown.
impl fmt::Debug for AwsLcSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcSigner").field("algorithm", &self.algorithm()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_in_pem_signs_by_its_kind() {
        let rsa = include_str!("../../../tests/saml/keys/idp-rsa-2048.key.pem");
        let p256 = include_str!("../../../tests/saml/keys/idp-p256.key.pem");
        let p384 = include_str!("../../../tests/saml/keys/idp-p384.key.pem");
        for (pem, algorithm) in [
            (rsa, SignatureAlgorithm::RsaSha256),
            (p256, SignatureAlgorithm::EcdsaSha256),
            (p384, SignatureAlgorithm::EcdsaSha384),
        ] {
            assert_eq!(AwsLcSigner::from_pem(pem).unwrap().algorithm(), algorithm);
        }
    }

    #[test]
    fn a_short_key_and_no_key_are_refused() {
        let short = include_str!("../../../tests/saml/keys/idp-rsa-1024.key.pem");
        for pem in [short, ""] {
            assert_eq!(AwsLcSigner::from_pem(pem).unwrap_err(), KeyNotTaken);
        }
    }
}
