//! Why a response is refused.

use crate::saml::assertion::AssertionError;
use crate::saml::assertion::EnvelopeError;
use crate::saml::assertion::ValueError;
use crate::saml::encryption::EncryptionError;
use crate::saml::signature::SignatureError;
use crate::value::Deviation;

/// The response signs nobody in. Each rule has its own error (DX-09).
///
/// Texts from messages are cut to 128 characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// It is another message, or no message at all.
    #[error("the message is `{found}`, not a `Response`")]
    NotResponse {
        /// The name of its root.
        found: String,
    },
    /// What it says of itself is refused.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A value cannot be read.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// It does not say where it is sent.
    #[error("the response has no `Destination`")]
    DestinationMissing,
    /// It is sent somewhere else (threat 53).
    #[error("the `Destination` is `{found}`, not `{expected}`")]
    Destination {
        /// Where it was received.
        expected: String,
        /// Where it is sent.
        found: String,
    },
    /// It does not say whether it is one of success.
    #[error("the response has no status")]
    StatusMissing,
    /// The identity provider answers that it signs nobody in.
    #[error("the identity provider answers `{code}`")]
    Status {
        /// The outermost code.
        code: String,
        /// The code within, which says more.
        nested: Option<String>,
        /// What it says to people.
        message: Option<String>,
    },
    /// It does not say which request it answers.
    #[error("the response has no `InResponseTo`")]
    InResponseToMissing,
    /// It answers another request (threat 53).
    #[error("the response answers `{found}`, not `{expected}`")]
    InResponseTo {
        /// The id of the request.
        expected: String,
        /// The id that is there.
        found: String,
    },
    /// It answers a request, and none was made.
    #[error("the response answers `{found}`, where no request was made")]
    Unsolicited {
        /// The id that is there.
        found: String,
    },
    /// There is no assertion in it.
    #[error("the response has no assertion")]
    NoAssertion,
    /// There are several assertions in it, encrypted or not: none of them counts (threat 47).
    #[error("the response has more than one assertion")]
    SeveralAssertions,
    /// There is an element in it that the schema does not have there (SAML core §3.2.2, §3.3.3).
    #[error("the response holds a `{found}`, which does not belong there")]
    Unexpected {
        /// The name of the element.
        found: String,
    },
    /// There is another assertion in it, elsewhere than where one belongs (threat 47).
    #[error("an assertion stands where none belongs")]
    StrayAssertion,
    /// It is not signed as it should be.
    #[error(transparent)]
    Signature(#[from] SignatureError),
    /// The assertion in it is encrypted, and not read.
    #[error(transparent)]
    Encryption(#[from] EncryptionError),
    /// The assertion in it does not hold.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
}

impl ResponseError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotResponse { .. } => "saml.response.root",
            Self::Envelope(error) => error.code(),
            Self::Value(error) => error.code(),
            Self::DestinationMissing => "saml.response.destination.missing",
            Self::Destination { .. } => "saml.response.destination",
            Self::StatusMissing => "saml.response.status.missing",
            Self::Status { .. } => "saml.response.status",
            Self::InResponseToMissing => "saml.response.in.response.to.missing",
            Self::InResponseTo { .. } => "saml.response.in.response.to",
            Self::Unsolicited { .. } => "saml.response.unsolicited",
            Self::NoAssertion => "saml.response.no.assertion",
            Self::SeveralAssertions => "saml.response.several.assertions",
            Self::Unexpected { .. } => "saml.response.unexpected",
            Self::StrayAssertion => "saml.response.stray.assertion",
            Self::Signature(error) => error.code(),
            Self::Encryption(error) => error.code(),
            Self::Assertion(error) => error.code(),
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::DestinationMissing => Some(Deviation::MissingDestination),
            Self::InResponseToMissing => Some(Deviation::MissingInResponseTo),
            Self::Envelope(error) => error.deviation(),
            Self::Value(error) => error.deviation(),
            Self::Signature(error) => error.deviation(),
            Self::Assertion(error) => error.deviation(),
            Self::NotResponse { .. }
            | Self::Destination { .. }
            | Self::StatusMissing
            | Self::Status { .. }
            | Self::InResponseTo { .. }
            | Self::Unsolicited { .. }
            | Self::NoAssertion
            | Self::SeveralAssertions
            | Self::Unexpected { .. }
            | Self::StrayAssertion
            | Self::Encryption(_) => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NotResponse { .. } => {
                "let the identity provider answer by the web browser profile of SAML 2.0"
            }
            Self::Envelope(error) => error.remedy(),
            Self::Value(error) => error.remedy(),
            Self::DestinationMissing | Self::InResponseToMissing => {
                "let the identity provider answer as SAML has it, or allow this deviation in its policy"
            }
            Self::Destination { .. } => {
                "compare the address that the identity provider answers to with that in the metadata of this service"
            }
            Self::StatusMissing | Self::Status { .. } | Self::NoAssertion => {
                "look at the sign-in log of the identity provider: it refused this login, and knows why"
            }
            Self::InResponseTo { .. } => "sign in again, in one window",
            Self::Unsolicited { .. } => "begin the login at this service",
            Self::SeveralAssertions | Self::Unexpected { .. } | Self::StrayAssertion => {
                "treat the message as forged, unless the identity provider writes it so"
            }
            Self::Signature(error) => error.remedy(),
            Self::Encryption(error) => error.remedy(),
            Self::Assertion(error) => error.remedy(),
        }
    }
}
