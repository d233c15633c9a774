//! What is told of a refusal: one exhaustive `match` for each endpoint. The reason itself goes to the audit
//! trail.

use super::BearerError;
use super::Challenge;
use super::OAuthError;
use super::Response;
use crate::access::CallRefused;
use crate::grant::TokenRefusal;

/// The error that a client is told when no token is issued (RFC 6749 §5.2, GR-10).
#[must_use]
pub const fn token_error(refusal: &TokenRefusal) -> OAuthError {
    match refusal {
        TokenRefusal::NotAuthenticated(_) => OAuthError::InvalidClient,
        TokenRefusal::UnsupportedGrantType => OAuthError::UnsupportedGrantType,
        TokenRefusal::WrongGrantType { .. } | TokenRefusal::PublicClient | TokenRefusal::NotAdmitted(_) => {
            OAuthError::UnauthorizedClient
        }
        TokenRefusal::ResourceNamed => OAuthError::InvalidTarget,
        TokenRefusal::MalformedScope | TokenRefusal::ScopeNotApproved { .. } => OAuthError::InvalidScope,
    }
}

/// The answer to a call that is refused (RFC 6750 §3, TK-11).
#[must_use]
pub fn call_response(refused: &CallRefused, realm: &str) -> Response {
    let challenge = Challenge::new(realm);
    match refused {
        // RFC 6750 §3.1: without authentication information, no error code.
        CallRefused::NoToken => challenge,
        CallRefused::MalformedToken => challenge.error(BearerError::InvalidRequest),
        CallRefused::UnknownToken | CallRefused::NotLive(_) => challenge.error(BearerError::InvalidToken),
        CallRefused::UserNeeded | CallRefused::PermissionMissing { .. } => {
            challenge.error(BearerError::InsufficientScope)
        }
        CallRefused::ScopeMissing { accepted } | CallRefused::ScopeRemoved { accepted, .. } => {
            challenge.error(BearerError::InsufficientScope).scopes(accepted)
        }
    }
    .response()
}
