//! Why the gate refuses: a typed reason for each layer, with its code and remedy.

use crate::change::Reason;
use crate::model::Revocation;
use crate::value::Timestamp;

/// Why nothing may be issued or used.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The organization is not known.
    #[error("the organization is not known")]
    OrganizationUnknown,
    /// The organization ended all tokens after this one was issued (TK-10).
    #[error("the organization ended all tokens that were issued before")]
    OrganizationEndedTokens,
    /// The client is not there, or is gone for good (LC-08).
    #[error("the client does not exist")]
    ClientGone,
    /// The client is set for deletion (LC-05).
    #[error("the client is set for deletion, and will be removed at {removal}")]
    ClientInactive {
        /// When it will be gone.
        removal: Timestamp,
    },
    /// The operator disabled the client (LC-09).
    #[error("the client was disabled by the operator at {since}")]
    ClientDisabled {
        /// Since when.
        since: Timestamp,
    },
    /// The implicit grant has ended (GR-05).
    #[error("the implicit grant ended at {ended}")]
    ImplicitEnded {
        /// When.
        ended: Timestamp,
    },
    /// The client's grant type does not go with what is asked: a user for one that acts on its own behalf, or
    /// none for one that acts for users (GR-09).
    #[error("the client's grant type does not allow this")]
    WrongGrantType,
    /// The client was restored, enabled or changed its grant type after the token was issued (LC-07).
    #[error("the token is from before the client was restored or changed")]
    ClientEndedTokens,
    /// The organization has no word on the client (AA-01).
    #[error("the application is not authorized in the organization")]
    NotAuthorized,
    /// Access was requested and not yet approved (AA-02).
    #[error("the application waits for approval since {since}")]
    Pending {
        /// When it was requested.
        since: Timestamp,
    },
    /// Access was revoked, or the request denied (AA-08).
    #[error("the application was revoked at {} by {}", .0.at, .0.by)]
    Revoked(Revocation),
    /// The token was issued under an authorization that was revoked since, and replaced by a new one (AA-09).
    #[error("the token is from an authorization that was revoked since")]
    Superseded,
    /// All tokens of the application in the organization were ended after this one was issued (TK-10).
    #[error("the organization ended all tokens of the application that were issued before")]
    AuthorizationEndedTokens,
    /// What was approved is not what the client is now: scopes for one that has roles now, or the reverse.
    #[error("the application was approved for another grant type")]
    ApprovedOtherwise,
    /// The family of the token is not there.
    #[error("the login that the token descends from is not known")]
    FamilyUnknown,
    /// The family was revoked.
    #[error("the login that the token descends from was ended at {} by {}", .0.at, .0.by)]
    FamilyRevoked(Revocation),
    /// The family's time is over.
    #[error("the login that the token descends from ended at {expired}")]
    FamilyExpired {
        /// When.
        expired: Timestamp,
    },
    /// The user's word on the application is not there, and no login goes on without it.
    #[error("the user's consent to the application is not known")]
    ConsentUnknown,
    /// The user withdrew the consent, or all tokens in the user's name were ended (TK-10).
    #[error("all tokens of the user for the application that were issued before were ended")]
    UserEndedTokens,
    /// The user is not there (OR-07).
    #[error("the user is not known in the organization")]
    UserUnknown,
    /// The user is inactive (OR-07).
    #[error("the user is inactive")]
    UserInactive,
    /// The user has none of the roles that may use the application (AA-12).
    #[error("the application is limited to roles that the user does not hold")]
    UserOutsideAudience,
    /// The token's time is over.
    #[error("the token expired at {expired}")]
    TokenExpired {
        /// When.
        expired: Timestamp,
    },
    /// The token was unused for too long (TK-04).
    #[error("the token was last used at {last_used}, and is dead for want of use")]
    TokenIdle {
        /// When it was last used.
        last_used: Timestamp,
    },
}

impl Reason for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::OrganizationUnknown => "organization.unknown",
            Self::OrganizationEndedTokens => "organization.ended.tokens",
            Self::ClientGone => "client.gone",
            Self::ClientInactive { .. } => "client.inactive",
            Self::ClientDisabled { .. } => "client.disabled",
            Self::ImplicitEnded { .. } => "grant.implicit.ended",
            Self::WrongGrantType => "grant.type.wrong",
            Self::ClientEndedTokens => "client.ended.tokens",
            Self::NotAuthorized => "authorization.missing",
            Self::Pending { .. } => "authorization.pending",
            Self::Revoked(_) => "authorization.revoked",
            Self::Superseded => "authorization.superseded",
            Self::AuthorizationEndedTokens => "authorization.ended.tokens",
            Self::ApprovedOtherwise => "authorization.other.grant",
            Self::FamilyUnknown => "login.unknown",
            Self::FamilyRevoked(_) => "login.revoked",
            Self::FamilyExpired { .. } => "login.expired",
            Self::ConsentUnknown => "consent.unknown",
            Self::UserEndedTokens => "user.ended.tokens",
            Self::UserUnknown => "user.unknown",
            Self::UserInactive => "user.inactive",
            Self::UserOutsideAudience => "user.outside.audience",
            Self::TokenExpired { .. } => "token.expired",
            Self::TokenIdle { .. } => "token.idle",
        }
    }

    fn remedy(&self) -> String {
        let remedy = match self {
            Self::OrganizationUnknown => "check that the organization still exists",
            Self::OrganizationEndedTokens
            | Self::ClientEndedTokens
            | Self::AuthorizationEndedTokens
            | Self::Superseded => "request a new token",
            Self::ClientGone => "check the client id; a removed client is registered anew",
            Self::ClientInactive { .. } => "restore the client before the instant of its removal",
            Self::ClientDisabled { .. } => "ask the operator of the service to enable the client",
            Self::ImplicitEnded { .. } => "move the client to authorization code with PKCE",
            Self::WrongGrantType => "use the grant type that the client is registered for",
            Self::NotAuthorized => "have an administrator authorize the application by its client id",
            Self::Pending { .. } => "have an administrator approve the application",
            Self::Revoked(_) => "have an administrator authorize the application anew, from scratch",
            Self::ApprovedOtherwise => "revoke the application, and authorize it anew for what it is now",
            Self::FamilyUnknown
            | Self::FamilyRevoked(_)
            | Self::FamilyExpired { .. }
            | Self::ConsentUnknown
            | Self::UserEndedTokens => "have the user log in again",
            Self::UserUnknown => "create the user in the organization first",
            Self::UserInactive => "have an administrator activate the user",
            Self::UserOutsideAudience => {
                "assign the user a role of the application's audience, or add the user's role to it"
            }
            Self::TokenExpired { .. } | Self::TokenIdle { .. } => "request a new token, or refresh it",
        };
        remedy.into()
    }
}
