//! What an application asks for, as it was read and before anything of it is checked.

use crate::model::ResponseType;
use crate::value::ClientId;
use crate::value::CodeChallenge;

/// An authorization request (RFC 6749 §4.1.1, §4.2.1; RFC 7636 §4.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Request {
    /// The client; none where no id was sent, or one that no client can have.
    pub client: Option<ClientId>,
    /// The `redirect_uri` parameter, if it was sent.
    pub redirect_uri: Option<String>,
    /// The `response_type` parameter.
    pub response_type: RequestedResponse,
    /// The `scope` parameter, if it was sent.
    pub scope: Option<String>,
    /// The `state` parameter, if it was sent: opaque, and sent back as it came.
    pub state: Option<String>,
    /// The `code_challenge` and its method.
    pub challenge: RequestedChallenge,
    /// A parameter that asks for what there is not, and must not be ignored.
    pub unsupported: Option<UnsupportedParameter>,
}

/// The `response_type` of a request.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum RequestedResponse {
    /// None was sent.
    Absent,
    /// One that there is.
    Known(ResponseType),
    /// Any other.
    Unknown,
}

/// The `code_challenge` and `code_challenge_method` of a request.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum RequestedChallenge {
    /// Neither was sent.
    Absent,
    /// A challenge of the method `S256`.
    S256(CodeChallenge),
    /// A challenge of another method. RFC 7636 §4.3: absent means `plain`, which is refused (GR-03).
    OtherMethod,
    /// What was sent is no challenge of `S256`, or a method came without one.
    Malformed,
}

/// What an application may ask for elsewhere, and not here: refused by name, for to ignore it would give the
/// application something else than it asked for.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[non_exhaustive]
pub enum UnsupportedParameter {
    /// `resource` (RFC 8707).
    Resource,
    /// `request` (RFC 9101).
    RequestObject,
    /// `request_uri` (RFC 9101, RFC 9126).
    RequestUri,
    /// A `response_mode` other than the one that goes with the response type.
    ResponseMode,
}

impl UnsupportedParameter {
    /// The name of the parameter.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resource => "resource",
            Self::RequestObject => "request",
            Self::RequestUri => "request_uri",
            Self::ResponseMode => "response_mode",
        }
    }
}
