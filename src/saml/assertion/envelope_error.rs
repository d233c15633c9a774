//! What is wrong with what responses and assertions have in common.

use core::fmt;

use super::ValueError;
use crate::value::Deviation;
use crate::value::Timestamp;

/// Which part of a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Part {
    /// The response.
    Response,
    /// The assertion.
    Assertion,
}

/// What a response or an assertion says of itself is refused: its version, its id, when it was issued and by whom.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// Its version is not exactly `2.0` (SAML core §4).
    #[error("the version of the {of} is `{found}`, not `2.0`")]
    Version {
        /// Of which part.
        of: Part,
        /// The version, cut to 128 characters; empty where there is none.
        found: String,
    },
    /// It has no `ID`, or one that is no name (`xs:ID`).
    #[error("the {of} has no `ID` that is a name")]
    Id {
        /// Of which part.
        of: Part,
    },
    /// It does not say when it was issued.
    #[error("the {of} has no `IssueInstant`")]
    IssueInstantMissing {
        /// Of which part.
        of: Part,
    },
    /// It was issued later than now, as far as the clocks may be apart.
    #[error("the {of} was issued at {issued}, and it is {now}")]
    IssuedInFuture {
        /// Of which part.
        of: Part,
        /// When it says it was issued.
        issued: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// It has no issuer.
    #[error("the {of} has no `Issuer`")]
    IssuerMissing {
        /// Of which part.
        of: Part,
    },
    /// It was issued by another provider than the one that is expected (threat 53).
    #[error("the issuer of the {of} is `{found}`, not `{expected}`")]
    Issuer {
        /// Of which part.
        of: Part,
        /// The name of the provider that is configured, cut to 128 characters.
        expected: String,
        /// The name that is there, cut to 128 characters.
        found: String,
    },
    /// Its issuer is no name of a provider: it has another format, or qualifiers (SAML core §8.3.6).
    #[error("the `{attribute}` of the issuer of the {of} does not belong to the name of a provider")]
    IssuerFormat {
        /// Of which part.
        of: Part,
        /// The attribute.
        attribute: &'static str,
    },
    /// A value cannot be read.
    #[error(transparent)]
    Value(#[from] ValueError),
}

impl EnvelopeError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Version { .. } => "saml.version",
            Self::Id { .. } => "saml.id",
            Self::IssueInstantMissing { .. } => "saml.issue.instant.missing",
            Self::IssuedInFuture { .. } => "saml.issue.instant.future",
            Self::IssuerMissing { .. } => "saml.issuer.missing",
            Self::Issuer { .. } => "saml.issuer",
            Self::IssuerFormat { .. } => "saml.issuer.format",
            Self::Value(error) => error.code(),
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Value(error) => error.deviation(),
            Self::Version { .. }
            | Self::Id { .. }
            | Self::IssueInstantMissing { .. }
            | Self::IssuedInFuture { .. }
            | Self::IssuerMissing { .. }
            | Self::Issuer { .. }
            | Self::IssuerFormat { .. } => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Version { .. } => "let the identity provider answer by SAML 2.0",
            Self::Id { .. } | Self::IssueInstantMissing { .. } => {
                "treat the message as forged, unless the identity provider leaves this out"
            }
            Self::IssuedInFuture { .. } => {
                "set the clocks of the identity provider and of this service, or allow more clock skew"
            }
            Self::IssuerMissing { .. } | Self::Issuer { .. } | Self::IssuerFormat { .. } => {
                "compare the entity id that is configured with that in the metadata of the identity provider"
            }
            Self::Value(error) => error.remedy(),
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response => "response",
            Self::Assertion => "assertion",
        })
    }
}
