//! Why a token was not issued.

use super::AuthenticationFailure;
use crate::access::Refusal;
use crate::change::Reason;
use crate::model::GrantType;
use crate::value::Scopes;

/// Why a token was not issued. What of it goes to the client is decided in [`wire`](crate::wire).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// The request was not taken as its client's (GR-10).
    #[error(transparent)]
    NotAuthenticated(AuthenticationFailure),
    /// There is no such grant type (GR-09).
    #[error("the grant type asked for is not supported")]
    UnsupportedGrantType,
    /// A resource is named, and none can be (RFC 8707 §2).
    #[error("a resource is named, and tokens are not limited to one")]
    ResourceNamed,
    /// The client is registered for another grant type (GR-09).
    #[error("the client is registered for the grant type {registered}")]
    WrongGrantType {
        /// The one it is registered for.
        registered: GrantType,
    },
    /// The client has no secret: a token for itself needs one (CL-12).
    #[error("a client without a secret obtains no token for itself")]
    PublicClient,
    /// The gate refused it.
    #[error(transparent)]
    NotAdmitted(Refusal),
    /// The scopes asked for are not well formed (SC-03).
    #[error("the scopes asked for are not well formed")]
    MalformedScope,
    /// More was asked for than is approved (SC-03).
    #[error("more scopes are asked for than are approved; approved: `{approved}`")]
    ScopeNotApproved {
        /// What is approved; nothing for client credentials, where scopes do not apply (TK-07).
        approved: Scopes,
    },
}

impl Reason for TokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAuthenticated(failure) => match failure {
                AuthenticationFailure::UnknownClient => "client.not.found",
                AuthenticationFailure::NoSecret => "client.secret.missing",
                AuthenticationFailure::WrongSecret => "client.secret.wrong",
                AuthenticationFailure::EndedSecret { .. } => "client.secret.ended",
                AuthenticationFailure::SecretOfPublicClient => "client.public",
            },
            Self::UnsupportedGrantType => "grant.type.unsupported",
            Self::ResourceNamed => "resource.named",
            Self::WrongGrantType { .. } => "grant.type.wrong",
            Self::PublicClient => "client.public",
            Self::NotAdmitted(refusal) => refusal.code(),
            Self::MalformedScope => "scope.malformed",
            Self::ScopeNotApproved { .. } => "scope.not.approved",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotAuthenticated(failure) => match failure {
                AuthenticationFailure::UnknownClient => "verify the client id".into(),
                AuthenticationFailure::NoSecret => "authenticate with the client id and the secret".into(),
                AuthenticationFailure::WrongSecret => {
                    "verify the secret; if it is lost, regenerate it; after a rotation, update the integration".into()
                }
                AuthenticationFailure::EndedSecret { .. } => {
                    "update the integration with the secret that took its place".into()
                }
                AuthenticationFailure::SecretOfPublicClient => "leave the secret out: the client is public".into(),
            },
            Self::UnsupportedGrantType => "use a grant type that the service supports".into(),
            Self::ResourceNamed => "leave the resource out".into(),
            Self::WrongGrantType { registered } => format!("use the grant type {registered}"),
            Self::PublicClient => "register a confidential client".into(),
            Self::NotAdmitted(refusal) => refusal.remedy(),
            Self::MalformedScope => "separate the scopes by single spaces".into(),
            Self::ScopeNotApproved { approved } if approved.is_empty() => "leave the scope out".into(),
            Self::ScopeNotApproved { .. } => "ask for approved scopes, or edit the application's authorization".into(),
        }
    }
}
