//! Cryptography of single sign-on, behind seams: the host may bring its own (an HSM, a validated module).
//!
//! Which algorithms there are is decided here: no name from a message gets past [`SignatureAlgorithm`],
//! [`DigestAlgorithm`], [`KeyTransport`] and [`ContentCipher`], and none of them takes a secret for a key
//! (threat 46).

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc_decryptor;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc_signer;
mod decryptor;
mod encryption_algorithm;
#[cfg(feature = "aws-lc-rs")]
mod pem;
mod signer;
mod verifier;

pub use algorithm::DigestAlgorithm;
pub use algorithm::SignatureAlgorithm;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc::AwsLc;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc_decryptor::AwsLcDecryptor;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc_decryptor::PrivateKeyError;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc_signer::AwsLcSigner;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc_signer::KeyNotTaken;
pub use decryptor::Decryptor;
pub use decryptor::NotDecrypted;
pub use decryptor::SealedContent;
pub use encryption_algorithm::ContentCipher;
pub use encryption_algorithm::KeyTransport;
pub use signer::Signer;
pub use signer::SignerError;
pub use verifier::NotVerified;
pub use verifier::SignatureVerifier;
