//! Cryptography of single sign-on, behind a seam: the host may bring its own (an HSM, a validated module).
//!
//! Which algorithms there are is decided here: no name from a message gets past [`SignatureAlgorithm`] and
//! [`DigestAlgorithm`], and none of them takes a secret for a key (threat 46).

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod verifier;

pub use algorithm::DigestAlgorithm;
pub use algorithm::SignatureAlgorithm;
#[cfg(feature = "aws-lc-rs")]
pub use aws_lc::AwsLc;
pub use verifier::NotVerified;
pub use verifier::SignatureVerifier;
