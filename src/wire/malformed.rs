//! What is wrong with bytes that cannot be read (GR-12).

/// A request that cannot be read. It reached no decision and changed nothing.
///
/// Nothing that was sent is in it: names of parameters are as little to be trusted as their values.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is not declared as a form.
    #[error("the content type must be application/x-www-form-urlencoded")]
    ContentType,
    /// The body is longer than [`Form::MAX_BODY`](super::Form::MAX_BODY), or one with a SAML message than
    /// [`SamlPost::MAX_BODY`](super::SamlPost::MAX_BODY).
    #[error("a body of {length} bytes is longer than {max}")]
    BodyTooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest, in bytes.
        max: usize,
    },
    /// There are more parameters than [`Form::MAX_PARAMETERS`](super::Form::MAX_PARAMETERS).
    #[error("there are more than {max} parameters", max = super::Form::MAX_PARAMETERS)]
    TooManyParameters,
    /// The name of a parameter cannot be read.
    #[error("the name of parameter {number} {fault}")]
    Name {
        /// Which parameter, counted from 1.
        number: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// The value of a parameter cannot be read.
    #[error("the value of parameter {number} {fault}")]
    Value {
        /// Which parameter, counted from 1.
        number: usize,
        /// What is wrong with it.
        fault: Fault,
    },
    /// A parameter is there twice (RFC 6749 §3.1, §3.2).
    #[error("parameter {number} repeats an earlier one")]
    Repeated {
        /// Which parameter, counted from 1.
        number: usize,
    },
    /// A required parameter is absent, or empty, which is the same (RFC 6749 §3.2).
    #[error("the parameter {parameter} is missing")]
    Missing {
        /// Its name.
        parameter: &'static str,
    },
    /// A form with a request and an answer of SAML, of which one at most can be meant.
    #[error("the form has both a SAMLRequest and a SAMLResponse")]
    TwoMessages,
    /// The `state` is longer than [`AuthorizeRequest::MAX_STATE`](super::AuthorizeRequest::MAX_STATE).
    #[error("a state of {length} bytes is longer than {max}", max = super::AuthorizeRequest::MAX_STATE)]
    StateTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// There is more than one `Authorization` header.
    #[error("there is more than one Authorization header")]
    AuthorizationRepeated,
    /// The credentials of an `Authorization: Basic` header cannot be read.
    #[error("the text of the Basic credentials {0}")]
    Basic(Fault),
    /// The token of an `Authorization: Bearer` header is not of the form of RFC 6750 §2.1.
    #[error("the Bearer credentials are not one token after one space")]
    Bearer,
    /// The client authenticates by a method that is not known here.
    #[error("clients authenticate with HTTP Basic or with client_secret alone")]
    AuthenticationMethod,
    /// The client authenticates twice (RFC 6749 §2.3).
    #[error("the client authenticates by more than one method")]
    TwoMethods,
    /// The header names one client, the body another.
    #[error("the request names two clients")]
    TwoClients,
}

impl Malformed {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::ContentType => "malformed.content.type",
            Self::BodyTooLong { .. } => "malformed.body.too.long",
            Self::TooManyParameters => "malformed.too.many.parameters",
            Self::Name { .. } => "malformed.name",
            Self::Value { .. } => "malformed.value",
            Self::Repeated { .. } => "malformed.repeated",
            Self::Missing { .. } => "malformed.missing",
            Self::TwoMessages => "malformed.two.messages",
            Self::StateTooLong { .. } => "malformed.state.too.long",
            Self::AuthorizationRepeated => "malformed.authorization.repeated",
            Self::Basic(_) => "malformed.basic",
            Self::Bearer => "malformed.bearer",
            Self::AuthenticationMethod => "malformed.authentication.method",
            Self::TwoMethods => "malformed.two.methods",
            Self::TwoClients => "malformed.two.clients",
        }
    }
}

/// What is wrong with one text of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Nothing where something is needed.
    #[error("is empty")]
    Empty,
    /// More bytes than are read.
    #[error("is longer than {max} bytes")]
    TooLong {
        /// The most bytes that are read.
        max: usize,
    },
    /// A byte that must be percent-encoded and is not.
    #[error("has a byte that must be percent-encoded")]
    Byte,
    /// A `%` without two hexadecimal digits.
    #[error("has a percent sign without two hexadecimal digits")]
    Escape,
    /// Not UTF-8.
    #[error("is not UTF-8")]
    Utf8,
    /// A control character.
    #[error("has a control character")]
    Control,
    /// Not base64 with its padding.
    #[error("is not base64")]
    Base64,
    /// No colon between client id and secret.
    #[error("has no colon")]
    Colon,
}
