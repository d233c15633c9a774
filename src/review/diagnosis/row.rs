//! The table of troubles: what is seen, why, and what to do about it.

use serde::Serialize;

use crate::audit::Action;

/// A row of the table of troubles. Each has what is seen, its cause and its remedy.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Row {
    /// No accepted scope was ever approved, or asked for (DX-01).
    MissingScope,
    /// The client id or the secret is wrong (DX-02).
    WrongCredentials,
    /// No credentials were sent at all (DX-02).
    CredentialsNotConfigured,
    /// The roles do not give the permission (DX-03).
    MissingPermission,
    /// The application was revoked (DX-04).
    ApplicationRevoked,
    /// A scope that was held was taken away (DX-05).
    ScopeRemoved,
    /// The secret was generated anew, and the old one is still in use (DX-05).
    SecretRotated,
    /// The token or the login is at its end (DX-06).
    TokenExpired,
    /// The client is of another grant type (DX-07).
    WrongGrantType,
    /// Roles were given to a client that is not of client credentials (DX-07).
    RolesNotCarried,
    /// The secret cannot be seen again (DX-08). No refusal leads here: nothing shows it, and that is as it should be.
    SecretNotVisible,
    /// An answer of the identity provider does not fit what is configured (DX-09).
    SignOnMisconfigured,
    /// The signature is by no certificate of the identity provider that is valid (DX-09).
    CertificateMismatch,
    /// The user of an assertion is not known here, or inactive (DX-09).
    UserNotProvisioned,
    /// Logins go round in a circle (DX-09).
    RedirectLoop,
    /// The metadata is wrong or outdated, or a test login failed for it (DX-09).
    WrongMetadata,
    /// A client set for deletion has nothing to be restored with (DX-10).
    RestoreRefused,
    /// Whoever tried is no administrator for it (DX-11).
    NotAnAdministrator,
    /// The application waits for an administrator, or was never named to one (DX-11).
    NotApproved,
    /// What the application sends does not fit how it is registered (DX-02).
    ClientMisconfigured,
    /// The client is set for deletion, disabled, or gone.
    ClientNotInUse,
    /// All tokens, or the login, were ended by somebody (DX-05).
    TokensEnded,
    /// The user is inactive, not known, or outside the roles that the application is for.
    UserNotAdmitted,
}

impl Row {
    /// Every row, in the order of the table.
    pub const ALL: [Self; 23] = [
        Self::MissingScope,
        Self::WrongCredentials,
        Self::CredentialsNotConfigured,
        Self::MissingPermission,
        Self::ApplicationRevoked,
        Self::ScopeRemoved,
        Self::SecretRotated,
        Self::TokenExpired,
        Self::WrongGrantType,
        Self::RolesNotCarried,
        Self::SecretNotVisible,
        Self::SignOnMisconfigured,
        Self::CertificateMismatch,
        Self::UserNotProvisioned,
        Self::RedirectLoop,
        Self::WrongMetadata,
        Self::RestoreRefused,
        Self::NotAnAdministrator,
        Self::NotApproved,
        Self::ClientMisconfigured,
        Self::ClientNotInUse,
        Self::TokensEnded,
        Self::UserNotAdmitted,
    ];

    /// The row of a refusal, by what was tried and the stable code of the reason; none where the table has none.
    #[must_use]
    pub fn of(action: Action, code: &str) -> Option<Self> {
        Some(match code {
            "missing.client.scope" | "missing.client.roles" if action == Action::RestoreClient => {
                Self::RestoreRefused
            }
            "scope.missing" | "scope.not.approved" | "scope.none.left" => Self::MissingScope,
            "scope.removed" => Self::ScopeRemoved,
            "client.not.found" | "client.secret.wrong" => Self::WrongCredentials,
            "client.secret.ended" => Self::SecretRotated,
            "client.secret.missing" | "token.missing" => Self::CredentialsNotConfigured,
            "permission.missing" => Self::MissingPermission,
            "authorization.revoked" | "authorization.superseded" => Self::ApplicationRevoked,
            "token.expired" | "token.idle" | "login.expired" => Self::TokenExpired,
            "authorization.other.grant"
            | "grant.type.wrong"
            | "grant.type.unsupported"
            | "client.public"
            | "user.needed"
            | "response.type.unsupported" => Self::WrongGrantType,
            "bad.client.roles" => Self::RolesNotCarried,
            "missing.permission" | "unknown.actor" | "bad.client.role" => Self::NotAnAdministrator,
            "authorization.pending" | "authorization.missing" => Self::NotApproved,
            "client.gone" | "client.inactive" | "client.disabled" | "grant.implicit.ended" => {
                Self::ClientNotInUse
            }
            "organization.ended.tokens"
            | "client.ended.tokens"
            | "authorization.ended.tokens"
            | "user.ended.tokens"
            | "login.revoked"
            | "login.unknown"
            | "consent.unknown" => Self::TokensEnded,
            "user.not.provisioned" => Self::UserNotProvisioned,
            "user.inactive" if is_sign_on(action) => Self::UserNotProvisioned,
            "user.inactive" | "user.unknown" | "user.outside.audience" => Self::UserNotAdmitted,
            "sso.redirect.loop" => Self::RedirectLoop,
            "sso.certificate.none.valid" => Self::CertificateMismatch,
            "sso.metadata.expired" => Self::WrongMetadata,
            code if starts(code, "saml.signature.") || starts(code, "certificate.") => {
                Self::CertificateMismatch
            }
            code if starts(code, "saml.metadata.") => Self::WrongMetadata,
            code if action == Action::TestProvider && is_of_sign_on(code) => Self::WrongMetadata,
            code if is_of_sign_on(code) => Self::SignOnMisconfigured,
            code if starts(code, "redirect.uri.") || starts(code, "pkce.") => Self::ClientMisconfigured,
            _ => return None,
        })
    }

    /// What is seen.
    #[must_use]
    pub const fn symptom(self) -> &'static str {
        match self {
            Self::MissingScope => "the application is refused at the interface",
            Self::WrongCredentials => "the request for a token is refused",
            Self::CredentialsNotConfigured => "the integration sends no credentials",
            Self::MissingPermission => "a call is refused although the application is approved",
            Self::ApplicationRevoked => "the application shows as revoked",
            Self::ScopeRemoved => "calls fail that worked before",
            Self::SecretRotated => "the integration fails since the secret was rotated",
            Self::TokenExpired => "a token that worked is refused",
            Self::WrongGrantType => "the application is refused for its grant type",
            Self::RolesNotCarried => "roles cannot be given to the client",
            Self::SecretNotVisible => "the secret is not shown",
            Self::SignOnMisconfigured => "single sign-on fails",
            Self::CertificateMismatch => "the assertion is not accepted",
            Self::UserNotProvisioned => "a user cannot log in by the identity provider",
            Self::RedirectLoop => "a login goes round in a circle",
            Self::WrongMetadata => "the test of single sign-on fails",
            Self::RestoreRefused => "a client that is set for deletion cannot be restored",
            Self::NotAnAdministrator => "an administrative operation is refused",
            Self::NotApproved => "the application waits for approval",
            Self::ClientMisconfigured => "the application is refused before anybody logs in, or right after",
            Self::ClientNotInUse => "nothing that the application does is accepted any more",
            Self::TokensEnded => "tokens that worked are refused before their time",
            Self::UserNotAdmitted => "the application refuses one user",
        }
    }

    /// Why it is so.
    #[must_use]
    pub const fn cause(self) -> &'static str {
        match self {
            Self::MissingScope => "the scope is not among those that are approved for the application",
            Self::WrongCredentials => "the client id or the secret is wrong",
            Self::CredentialsNotConfigured => "the client id and the secret were never entered there",
            Self::MissingPermission => "no role of the client, or of the user, gives the permission there",
            Self::ApplicationRevoked => "an administrator revoked it, which is final",
            Self::ScopeRemoved => "the scope was taken from the application after the token was issued",
            Self::SecretRotated => "the integration still uses the secret from before",
            Self::TokenExpired => "the token's lifetime is over, or it was unused for too long",
            Self::WrongGrantType => "the client is registered for another way to obtain tokens",
            Self::RolesNotCarried => "only clients of the grant type client credentials carry roles",
            Self::SecretNotVisible => "a secret is shown once, when it is generated, and kept as a digest",
            Self::SignOnMisconfigured => {
                "what the identity provider sends does not fit the settings of either side"
            }
            Self::CertificateMismatch => {
                "the signature was made with no certificate of the identity provider that is known and valid"
            }
            Self::UserNotProvisioned => "the organization has no active user with that email address",
            Self::RedirectLoop => "the URL of the identity provider, or its answers, lead back to the login",
            Self::WrongMetadata => "the settings are not those of the identity provider's current metadata",
            Self::RestoreRefused => "the client has none of the scopes that its grant type needs",
            Self::NotAnAdministrator => "the user lacks the permission, or a role that the client has",
            Self::NotApproved => "no administrator has approved it yet",
            Self::ClientMisconfigured => "its redirect URI or its code challenge is not as it was registered",
            Self::ClientNotInUse => "the client is set for deletion, disabled, or removed",
            Self::TokensEnded => "all tokens, or the login that they descend from, were ended",
            Self::UserNotAdmitted => {
                "the user is inactive, unknown, or has no role that the application is for"
            }
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::MissingScope => "edit the authorization: add the scope; then request a new token",
            Self::WrongCredentials => {
                "verify the client id and the secret; regenerate the secret if it is lost"
            }
            Self::CredentialsNotConfigured => "enter the client id and the secret in the integration",
            Self::MissingPermission => "assign the client, or the user, a role with the permission",
            Self::ApplicationRevoked => "authorize the application anew, from scratch",
            Self::ScopeRemoved => "edit the authorization: add the scope again",
            Self::SecretRotated => "enter the new secret in the integration; regenerate it if it is lost",
            // A shorter lifetime would make it worse.
            Self::TokenExpired => "request a new token, or refresh it",
            Self::WrongGrantType => "use the grant type of the client, or register a client of the right one",
            Self::RolesNotCarried => "give it scopes, or choose client credentials",
            Self::SecretNotVisible => "use the secret that was kept; if it is lost, regenerate it",
            Self::SignOnMisconfigured => "verify the configuration against the identity provider's metadata",
            Self::CertificateMismatch => "add the current signing certificate of the identity provider",
            Self::UserNotProvisioned => "create the user first, or activate it: logging in creates nobody",
            Self::RedirectLoop => {
                "verify the SSO URL of the identity provider, and why its answers are refused"
            }
            Self::WrongMetadata => "import the current metadata of the identity provider again, and test",
            Self::RestoreRefused => "assign scopes first: name them with the restore",
            Self::NotAnAdministrator => "ask an administrator who has the permission and the roles",
            Self::NotApproved => "have an administrator approve the application by its client id",
            Self::ClientMisconfigured => "verify the redirect URI, byte for byte, and PKCE with S256",
            Self::ClientNotInUse => {
                "restore it before its removal, ask the operator, or register another client"
            }
            Self::TokensEnded => "request a new token; where a user is needed, have the user log in again",
            Self::UserNotAdmitted => "activate the user, or assign a role of the application's audience",
        }
    }
}

fn starts(code: &str, with: &str) -> bool {
    code.starts_with(with)
}

/// Whether an action is a login by an identity provider.
const fn is_sign_on(action: Action) -> bool {
    matches!(action, Action::LogIn | Action::TestProvider)
}

fn is_of_sign_on(code: &str) -> bool {
    starts(code, "saml.") || starts(code, "sso.") || code == "user.ambiguous"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::CallRefused;
    use crate::access::DivisionRequired;
    use crate::access::PermissionsRequired;
    use crate::access::Refusal;
    use crate::audit::Actor;
    use crate::change::Reason;
    use crate::model::Revocation;
    use crate::value::Timestamp;

    /// DX-01 to DX-07: whatever the gate or a call is refused for has a row, but for what no administrator can come to:
    /// the organization is not there, or there is no token.
    #[test]
    fn dx_each_refusal_of_a_known_token_has_a_row() {
        let at = Timestamp::from_unix(0);
        let revocation = Revocation { by: Actor::Operator, at };
        let of_gate = [
            Refusal::OrganizationEndedTokens,
            Refusal::ClientGone,
            Refusal::ClientInactive { removal: at },
            Refusal::ClientDisabled { since: at },
            Refusal::ImplicitEnded { ended: at },
            Refusal::WrongGrantType,
            Refusal::ClientEndedTokens,
            Refusal::NotAuthorized,
            Refusal::Pending { since: at },
            Refusal::Revoked(revocation),
            Refusal::Superseded,
            Refusal::AuthorizationEndedTokens,
            Refusal::ApprovedOtherwise,
            Refusal::FamilyUnknown,
            Refusal::FamilyRevoked(revocation),
            Refusal::FamilyExpired { expired: at },
            Refusal::ConsentUnknown,
            Refusal::UserEndedTokens,
            Refusal::UserUnknown,
            Refusal::UserInactive,
            Refusal::UserOutsideAudience,
            Refusal::TokenExpired { expired: at },
            Refusal::TokenIdle { last_used: at },
        ];
        for refusal in of_gate {
            let row = Row::of(Action::UseToken, refusal.code());
            assert!(row.is_some(), "{refusal:?}");
            assert_ne!(row, Row::of(Action::UseToken, Refusal::OrganizationUnknown.code()));
        }
        let removed = "routing".parse().expect("a scope");
        let of_calls = [
            CallRefused::UserNeeded,
            CallRefused::ScopeMissing { accepted: Vec::new() },
            CallRefused::ScopeRemoved { removed, accepted: Vec::new() },
            CallRefused::PermissionMissing {
                needed: PermissionsRequired::Nothing,
                division: DivisionRequired::All,
            },
        ];
        for refused in of_calls {
            assert!(Row::of(Action::UseToken, refused.code()).is_some(), "{refused:?}");
        }
        for refused in [CallRefused::MalformedToken, CallRefused::UnknownToken] {
            assert_eq!(Row::of(Action::UseToken, refused.code()), None);
        }
    }
}
