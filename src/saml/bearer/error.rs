//! Why an assertion is no grant.

use crate::saml::assertion::AssertionError;
use crate::saml::assertion::EnvelopeError;
use crate::saml::signature::SignatureError;
use crate::value::Deviation;
use crate::value::Timestamp;

/// The assertion is no grant. Each rule has its own error (DX-09).
///
/// To the client all of them are `invalid_grant` (RFC 7522 §3.1).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BearerError {
    /// The parameter is longer than [`MAX_PARAMETER`](super::MAX_PARAMETER), or what is in it is longer than
    /// [`Limits::MESSAGE`](crate::saml::xml::Limits::MESSAGE).
    #[error("the assertion is too long")]
    TooLong,
    /// The parameter is not base64url (RFC 7522 §2.1).
    #[error("the assertion is not base64url")]
    Base64,
    /// It is another message, or no message at all.
    #[error("the message is `{found}`, not an `Assertion`")]
    NotAssertion {
        /// The name of its root, cut to 128 characters.
        found: String,
    },
    /// It is encrypted as a whole, which is not supported here.
    #[error("the assertion is encrypted, which is not supported for grants")]
    Encrypted,
    /// It is not signed as it should be.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// It does not say for whom it is (RFC 7522 §3, item 2). No policy allows that.
    #[error("the assertion has no `AudienceRestriction`")]
    AudienceMissing,
    /// It does not end (RFC 7522 §3, item 4).
    #[error("the assertion has no `NotOnOrAfter`, neither on its conditions nor on its confirmation")]
    EndMissing,
    /// It ends too late (RFC 7522 §3, item 4).
    #[error("the assertion ends at {ends}, and it is {now}")]
    EndTooFar {
        /// When it ends.
        ends: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// It does not hold.
    #[error(transparent)]
    Assertion(AssertionError),
}

impl BearerError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "saml.encoding.too.long",
            Self::Base64 => "saml.encoding.base64url",
            Self::NotAssertion { .. } => "saml.bearer.root",
            Self::Encrypted => "saml.bearer.encrypted",
            Self::Signature(error) => error.code(),
            Self::AudienceMissing => "saml.bearer.audience.missing",
            Self::EndMissing => "saml.bearer.end.missing",
            Self::EndTooFar { .. } => "saml.bearer.end.too.far",
            Self::Assertion(error) => error.code(),
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Signature(error) => error.deviation(),
            Self::Assertion(error) => error.deviation(),
            Self::TooLong
            | Self::Base64
            | Self::NotAssertion { .. }
            | Self::Encrypted
            | Self::AudienceMissing
            | Self::EndMissing
            | Self::EndTooFar { .. } => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::TooLong | Self::Base64 | Self::NotAssertion { .. } => {
                "let the client send one assertion, as base64url in one line"
            }
            Self::Encrypted => {
                "let the identity provider leave the assertion as it is: the connection is encrypted"
            }
            Self::Signature(error) => error.remedy(),
            Self::AudienceMissing => {
                "let the identity provider issue the assertion for the issuer identifier of this authorization server"
            }
            Self::EndMissing | Self::EndTooFar { .. } => {
                "let the identity provider issue assertions that end within a day"
            }
            Self::Assertion(error) => error.remedy(),
        }
    }
}

impl From<AssertionError> for BearerError {
    fn from(error: AssertionError) -> Self {
        match error {
            // What a policy may allow of a login, it may not of a grant: nothing else binds it to us.
            AssertionError::AudienceMissing => Self::AudienceMissing,
            other => Self::Assertion(other),
        }
    }
}

impl From<EnvelopeError> for BearerError {
    fn from(error: EnvelopeError) -> Self {
        Self::Assertion(error.into())
    }
}
