//! What is told of a refusal: one exhaustive `match` for each endpoint. The reason itself goes to the audit
//! trail.

use super::AuthorizeError;
use super::BearerError;
use super::Challenge;
use super::OAuthError;
use super::Response;
use crate::access::CallRefused;
use crate::access::Refusal;
use crate::grant::TokenRefusal;
use crate::grant::authorize::AuthorizeRefusal;
use crate::grant::authorize::UnsupportedParameter;

/// The error that a client is told when no token is issued (RFC 6749 §5.2, GR-10).
#[must_use]
pub const fn token_error(refusal: &TokenRefusal) -> OAuthError {
    match refusal {
        TokenRefusal::NotAuthenticated(_) => OAuthError::InvalidClient,
        TokenRefusal::UnsupportedGrantType => OAuthError::UnsupportedGrantType,
        TokenRefusal::WrongGrantType { .. } | TokenRefusal::PublicClient => OAuthError::UnauthorizedClient,
        TokenRefusal::NotAdmitted(refusal) => match of_the_login(refusal) {
            true => OAuthError::InvalidGrant,
            false => OAuthError::UnauthorizedClient,
        },
        TokenRefusal::ParameterMissing { .. } | TokenRefusal::ParameterMalformed { .. } => {
            OAuthError::InvalidRequest
        }
        // RFC 7522 §3.1: whatever is wrong with an assertion.
        #[cfg(feature = "saml")]
        TokenRefusal::NotGranted(_) | TokenRefusal::Xml(_) | TokenRefusal::Assertion(_) => {
            OAuthError::InvalidGrant
        }
        TokenRefusal::IssuerNotTrusted => OAuthError::InvalidGrant,
        // Unknown, used and wrong look the same (threat 9).
        TokenRefusal::UnknownCode
        | TokenRefusal::CodeOfAnotherClient
        | TokenRefusal::CodeReplayed { .. }
        | TokenRefusal::CodeExpired { .. }
        | TokenRefusal::RedirectUriDiffers
        | TokenRefusal::RedirectUriRemoved
        | TokenRefusal::ChallengeMissing
        | TokenRefusal::VerifierMissing
        | TokenRefusal::VerifierUnexpected
        | TokenRefusal::VerifierWrong
        | TokenRefusal::UnknownRefreshToken
        | TokenRefusal::RefreshTokenOfAnotherClient
        | TokenRefusal::RefreshTokenReused
        | TokenRefusal::IdleTimeoutOn
        | TokenRefusal::NoScopeLeft => OAuthError::InvalidGrant,
        TokenRefusal::ResourceNamed => OAuthError::InvalidTarget,
        TokenRefusal::MalformedScope | TokenRefusal::ScopeNotApproved { .. } => OAuthError::InvalidScope,
    }
}

/// Whether the gate refuses the login that a code or refresh token stands for, and not its client.
const fn of_the_login(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::OrganizationEndedTokens
        | Refusal::ClientEndedTokens
        | Refusal::AuthorizationEndedTokens
        | Refusal::Superseded
        | Refusal::FamilyUnknown
        | Refusal::FamilyRevoked(_)
        | Refusal::FamilyExpired { .. }
        | Refusal::ConsentUnknown
        | Refusal::UserEndedTokens
        | Refusal::UserUnknown
        | Refusal::UserInactive
        | Refusal::UserOutsideAudience
        | Refusal::TokenExpired { .. }
        | Refusal::TokenIdle { .. } => true,
        Refusal::OrganizationUnknown
        | Refusal::ClientGone
        | Refusal::ClientInactive { .. }
        | Refusal::ClientDisabled { .. }
        | Refusal::ImplicitEnded { .. }
        | Refusal::WrongGrantType
        | Refusal::NotAuthorized
        | Refusal::Pending { .. }
        | Refusal::Revoked(_)
        | Refusal::ApprovedOtherwise => false,
    }
}

/// The error that an application is told when its user is sent back without a code or token (RFC 6749
/// §4.1.2.1).
#[must_use]
pub const fn authorize_error(refusal: &AuthorizeRefusal) -> AuthorizeError {
    match refusal {
        AuthorizeRefusal::ResponseTypeMissing
        | AuthorizeRefusal::Unsupported(UnsupportedParameter::ResponseMode)
        | AuthorizeRefusal::ChallengeMissing
        | AuthorizeRefusal::ChallengeMethod
        | AuthorizeRefusal::ChallengeMalformed
        | AuthorizeRefusal::ChallengeUnexpected => AuthorizeError::InvalidRequest,
        AuthorizeRefusal::ResponseTypeUnsupported => AuthorizeError::UnsupportedResponseType,
        AuthorizeRefusal::Unsupported(UnsupportedParameter::Resource) => AuthorizeError::InvalidTarget,
        AuthorizeRefusal::Unsupported(UnsupportedParameter::RequestObject) => {
            AuthorizeError::RequestNotSupported
        }
        AuthorizeRefusal::Unsupported(UnsupportedParameter::RequestUri) => {
            AuthorizeError::RequestUriNotSupported
        }
        AuthorizeRefusal::WrongGrantType { .. } | AuthorizeRefusal::ImplicitEnded { .. } => {
            AuthorizeError::UnauthorizedClient
        }
        AuthorizeRefusal::MalformedScope
        | AuthorizeRefusal::ScopeNotApproved { .. }
        | AuthorizeRefusal::NoScopeLeft => AuthorizeError::InvalidScope,
        // Which of the layers it was is the organization's to know, and not the application's.
        AuthorizeRefusal::UnknownUser | AuthorizeRefusal::NotAdmitted(_) | AuthorizeRefusal::Denied => {
            AuthorizeError::AccessDenied
        }
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
