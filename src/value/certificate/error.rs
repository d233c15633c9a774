//! What is wrong with a certificate.

use super::Certificate;
use super::PublicKey;
use crate::value::Timestamp;

/// It is no certificate that is read here, or none that may be used now (SA-03).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// A text longer than [`Certificate::MAX`], or DER longer than [`Certificate::MAX_DER`].
    #[error("a certificate of {length} bytes is longer than {max}", max = Certificate::MAX_DER)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Neither DER, nor PEM, nor Base64 of one of them.
    #[error("the text is neither PEM nor DER nor Base64")]
    Encoding,
    /// PEM of something else, such as a key or a request.
    #[error("the PEM text holds no certificate")]
    NoCertificate,
    /// PEM of more than one certificate.
    #[error("the PEM text holds more than one certificate")]
    Several,
    /// The DER is not that of a certificate (RFC 5280 §4.1).
    #[error("the bytes are not a certificate in DER")]
    Structure,
    /// The dates are not ones of RFC 5280 §4.1.2.5.
    #[error("the dates of the certificate are malformed")]
    Validity,
    /// A key that is neither RSA nor on P-256 or P-384.
    #[error("the key of the certificate is neither RSA nor on P-256 or P-384")]
    KeyUnsupported,
    /// The key is not one of its kind.
    #[error("the key of the certificate is malformed")]
    KeyMalformed,
    /// An RSA key under [`PublicKey::MIN_RSA_BITS`].
    #[error("an RSA key of {bits} bits is shorter than {min}", min = PublicKey::MIN_RSA_BITS)]
    WeakKey {
        /// The bits of its modulus.
        bits: usize,
    },
    /// Its dates are over.
    #[error("the certificate expired at {not_after}")]
    Expired {
        /// The last instant it was valid.
        not_after: Timestamp,
    },
    /// Its dates are to come.
    #[error("the certificate is not valid before {not_before}")]
    NotYetValid {
        /// The first instant it is valid.
        not_before: Timestamp,
    },
}

impl CertificateError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "certificate.too.long",
            Self::Encoding => "certificate.encoding",
            Self::NoCertificate => "certificate.missing",
            Self::Several => "certificate.several",
            Self::Structure => "certificate.structure",
            Self::Validity => "certificate.validity",
            Self::KeyUnsupported => "certificate.key.unsupported",
            Self::KeyMalformed => "certificate.key.malformed",
            Self::WeakKey { .. } => "certificate.key.weak",
            Self::Expired { .. } => "certificate.expired",
            Self::NotYetValid { .. } => "certificate.not.yet.valid",
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::TooLong { .. }
            | Self::Encoding
            | Self::NoCertificate
            | Self::Structure
            | Self::Validity
            | Self::KeyMalformed => {
                "download the signing certificate from the identity provider again, as PEM, DER or Base64"
            }
            Self::Several => "add the certificates one by one",
            Self::KeyUnsupported => {
                "let the identity provider sign with an RSA key of 2048 bits or more, or a key on P-256 or P-384"
            }
            Self::WeakKey { .. } => "let the identity provider sign with an RSA key of 2048 bits or more",
            Self::Expired { .. } => "add the current signing certificate of the identity provider",
            Self::NotYetValid { .. } => {
                "keep the certificate in use until then beside it, and check the clock of this service"
            }
        }
    }
}
