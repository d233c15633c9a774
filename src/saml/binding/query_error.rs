//! Why a query is not taken for a message.

use super::MessageKind;
use super::RelayStateError;
use crate::saml::signature::SignatureError;
use crate::value::Deviation;

/// The query carries no message that the provider signed (SAML bindings §3.4.4.1).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Longer than [`VerifiedQuery::MAX`](super::VerifiedQuery::MAX), or inflated to more than is read.
    #[error("the query or the message in it is longer than {max} bytes")]
    TooLong {
        /// The most bytes.
        max: usize,
    },
    /// Neither `SAMLRequest` nor `SAMLResponse`.
    #[error("the query has neither `SAMLRequest` nor `SAMLResponse`")]
    NoMessage,
    /// Both of them: whoever reads the one while the other is signed is deceived.
    #[error("the query has both `SAMLRequest` and `SAMLResponse`")]
    TwoMessages,
    /// The one where the other is expected.
    #[error("the query has a `{found}`, not a `{expected}`")]
    Kind {
        /// What is expected.
        expected: MessageKind,
        /// What is there.
        found: MessageKind,
    },
    /// A parameter that comes twice.
    #[error("the parameter `{parameter}` is there twice")]
    Repeated {
        /// Its name.
        parameter: &'static str,
    },
    /// A parameter that is not percent-encoded as it should be, or that holds what cannot be in it.
    #[error("the parameter `{parameter}` is not percent-encoded UTF-8")]
    Encoding {
        /// Its name.
        parameter: &'static str,
    },
    /// A name that stands for one of ours when decoded: what others read from it is not what is read here.
    #[error("the name of the parameter `{parameter}` is percent-encoded")]
    EncodedName {
        /// The name that it stands for.
        parameter: &'static str,
    },
    /// `SAMLEncoding` with another value than DEFLATE.
    #[error("the message is encoded by something but DEFLATE")]
    SamlEncoding,
    /// Neither `SigAlg` nor `Signature`, or one of them.
    #[error("the query is not signed")]
    Unsigned,
    /// The signature does not count.
    #[error(transparent)]
    Signature(SignatureError),
    /// The message is not Base64.
    #[error("the message is not Base64")]
    Base64,
    /// The message is not deflated, or something follows it.
    #[error("the message is not deflated")]
    Deflate,
    /// The relay state is none.
    #[error(transparent)]
    RelayState(RelayStateError),
}

impl QueryError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "saml.query.too.long",
            Self::NoMessage => "saml.query.no.message",
            Self::TwoMessages => "saml.query.two.messages",
            Self::Kind { .. } => "saml.query.kind",
            Self::Repeated { .. } => "saml.query.repeated",
            Self::Encoding { .. } => "saml.query.encoding",
            Self::EncodedName { .. } => "saml.query.name",
            Self::SamlEncoding => "saml.query.saml.encoding",
            Self::Unsigned => "saml.query.unsigned",
            Self::Signature(error) => error.code(),
            Self::Base64 => "saml.query.base64",
            Self::Deflate => "saml.query.deflate",
            Self::RelayState(error) => error.code(),
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Signature(error) => error.deviation(),
            Self::TooLong { .. }
            | Self::NoMessage
            | Self::TwoMessages
            | Self::Kind { .. }
            | Self::Repeated { .. }
            | Self::Encoding { .. }
            | Self::EncodedName { .. }
            | Self::SamlEncoding
            | Self::Unsigned
            | Self::Base64
            | Self::Deflate
            | Self::RelayState(_) => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Unsigned => "let the identity provider sign what it sends by redirect",
            Self::Signature(error) => error.remedy(),
            Self::NoMessage | Self::Kind { .. } => {
                "compare the logout addresses that the identity provider has with those of this service"
            }
            Self::SamlEncoding
            | Self::Base64
            | Self::Deflate
            | Self::RelayState(_)
            | Self::TooLong { .. } => {
                "let the identity provider send by the binding HTTP-Redirect as SAML has it, or by HTTP-POST"
            }
            Self::TwoMessages | Self::Repeated { .. } | Self::Encoding { .. } | Self::EncodedName { .. } => {
                "treat the message as forged, unless something between changes what the identity provider sent"
            }
        }
    }
}
