//! Why nothing is sent.

use crate::saml::crypto::SignerError;
use crate::saml::xml::Unwritable;
use crate::value::Timestamp;

/// The message cannot be made. Whatever is wrong is on this side.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// A value holds a character that XML cannot hold.
    #[error(transparent)]
    Unwritable(Unwritable),
    /// The message is longer than any that is read here.
    #[error("the message is longer than messages may be")]
    TooLong,
    /// The instant is none that SAML can write: before the year 1 or after 9999.
    #[error("the instant {at} cannot be written")]
    Instant {
        /// The instant.
        at: Timestamp,
    },
    /// The identity provider wants signed requests, and there is no signer.
    #[error("the identity provider wants signed requests, and there is no key to sign with")]
    SignerMissing,
    /// The signer signs with SHA-1.
    #[error("nothing is signed with SHA-1")]
    Sha1,
    /// The signer failed.
    #[error(transparent)]
    Signer(SignerError),
}

impl SendError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Unwritable(_) => "saml.send.character",
            Self::TooLong => "saml.send.too.long",
            Self::Instant { .. } => "saml.send.instant",
            Self::SignerMissing => "saml.send.signer.missing",
            Self::Sha1 => "saml.send.sha1",
            Self::Signer(_) => "saml.send.signer",
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Unwritable(_) => "remove the character from the settings of the provider",
            Self::TooLong => "end the sessions in several requests",
            Self::Instant { .. } => "set the clock of this service",
            Self::SignerMissing => {
                "configure a signing key for this service, or let the identity provider accept unsigned requests"
            }
            Self::Sha1 => "configure a signing key that signs with SHA-256",
            Self::Signer(_) => "check the signing key of this service, and that what holds it answers",
        }
    }
}
