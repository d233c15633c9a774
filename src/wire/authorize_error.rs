//! What an application is told when its authorization request is refused.

/// The errors of the authorization endpoint (RFC 6749 §4.1.2.1, RFC 8707 §2, RFC 9101 §7).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AuthorizeError {
    /// A parameter is missing, or of no use.
    InvalidRequest,
    /// The client may not ask for this.
    UnauthorizedClient,
    /// The user, or the organization, said no.
    AccessDenied,
    /// There is no such response type.
    UnsupportedResponseType,
    /// A scope is malformed, unknown, or more than what is approved.
    InvalidScope,
    /// A resource was named, and none can be.
    InvalidTarget,
    /// A request object was sent.
    RequestNotSupported,
    /// The address of a request object was sent.
    RequestUriNotSupported,
}

impl AuthorizeError {
    /// The name of the error on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::AccessDenied => "access_denied",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::RequestNotSupported => "request_not_supported",
            Self::RequestUriNotSupported => "request_uri_not_supported",
        }
    }
}
