//! The seam.

use sha2::Digest;
use sha2::Sha256;
use sha2::Sha384;
use sha2::Sha512;

use super::DigestAlgorithm;
use super::SignatureAlgorithm;
use crate::value::PublicKey;

/// Verifies signatures. Feature `aws-lc-rs` brings `AwsLc`, which does.
///
/// To answer `Ok` to a signature that the key did not make lets anybody in as anybody. To answer an error to one
/// that it made keeps out who should be let in, no more.
pub trait SignatureVerifier: Send + Sync {
    /// Whether this is the key's signature of the message by the algorithm.
    ///
    /// The algorithm [fits](SignatureAlgorithm::fits) the key: the caller sees to that, and to the policy that
    /// allows SHA-1 and keys under 2 048 bits. A signature of RSA is as long as the modulus; one of ECDSA is `r`
    /// and `s`, each as long as the curve's order (XML Signature 1.1 §6.4.3), never DER.
    ///
    /// # Errors
    ///
    /// [`NotVerified`]: it is not, or the algorithm or the key is one that this verifier does not take.
    fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        key: &PublicKey,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), NotVerified>;

    /// The SHA-1 of the message; nothing where this verifier has none, and then nothing digested by it is
    /// accepted. It is asked only where the policy allows SHA-1.
    fn sha1(&self, message: &[u8]) -> Option<[u8; 20]> {
        let _ = message;
        None
    }

    /// The digest of the message, of the [length](DigestAlgorithm::length) of its algorithm; nothing where there
    /// is none.
    ///
    /// A host need not write it. A wrong digest lets an altered element pass for the signed one.
    fn digest(&self, algorithm: DigestAlgorithm, message: &[u8]) -> Option<Vec<u8>> {
        match algorithm {
            DigestAlgorithm::Sha1 => self.sha1(message).map(|digest| digest.to_vec()),
            DigestAlgorithm::Sha256 => Some(Sha256::digest(message).to_vec()),
            DigestAlgorithm::Sha384 => Some(Sha384::digest(message).to_vec()),
            DigestAlgorithm::Sha512 => Some(Sha512::digest(message).to_vec()),
        }
    }
}

/// The signature is not verified.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum NotVerified {
    /// The key did not make it.
    #[error("the key did not make this signature")]
    Wrong,
    /// The verifier does not know the algorithm, or does not take the key.
    #[error("the verifier does not take this algorithm with this key")]
    Unsupported,
}
