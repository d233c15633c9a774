//! The seam of our own signatures.

use super::SignatureAlgorithm;

/// Signs what this service sends. Feature `aws-lc-rs` brings `AwsLcSigner`, which does; a host may bring an HSM.
///
/// The key never leaves the signer. A wrong signature is refused by the identity provider, and does no other harm.
pub trait Signer: Send + Sync {
    /// By which algorithm it signs. It must not change, and not be one with SHA-1: nothing is signed then.
    fn algorithm(&self) -> SignatureAlgorithm;

    /// The signature of the message by that algorithm: of RSA as long as the modulus; of ECDSA `r` and `s`, each as
    /// long as the curve's order (XML Signature 1.1 §6.4.3), never DER.
    ///
    /// # Errors
    ///
    /// [`SignerError`]: the key did not sign. Nothing is sent then.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignerError>;
}

/// The key did not sign.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the signer made no signature")]
pub struct SignerError;
