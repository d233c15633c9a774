//! What was done or tried.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

/// What was done or tried.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Clients were listed, or one was read.
    ViewClients,
    /// A client was created.
    CreateClient,
    /// A client was edited.
    EditClient,
    /// A secret was generated anew.
    RegenerateSecret,
    /// A client was deleted, at once or in seven days.
    DeleteClient,
    /// A client set for deletion was restored.
    RestoreClient,
    /// A client was removed for good, its time being over.
    RemoveClient,
    /// A client was disabled by the operator.
    DisableClient,
    /// A disabled client was enabled by the operator.
    EnableClient,
    /// A built-in client was declared by the operator.
    DeclareBuiltIn,
    /// Authorized applications were listed, or one was read.
    ViewAuthorizations,
    /// Access was requested.
    RequestAuthorization,
    /// An application was approved.
    Approve,
    /// The scopes of an approved application were edited.
    EditScopes,
    /// The roles that may use an application were changed.
    EditAudience,
    /// A pending request was denied.
    Deny,
    /// An approved application was revoked.
    Revoke,
    /// An organization's policy was changed.
    ChangePolicy,
    /// A client of the implicit grant was moved to authorization code (GR-06).
    MigrateClient,
    /// A user was sent by an application, and sent back with a code or token.
    Authorize,
    /// A user took back what was agreed to.
    WithdrawConsent,
    /// A token was issued.
    IssueToken,
    /// Somebody asked about a token.
    IntrospectToken,
    /// A token was revoked by its client.
    RevokeToken,
    /// All tokens of an organization, of an application, of a client or of a user were ended (TK-10).
    EndTokens,
    /// A token was used in a call.
    UseToken,
    /// Identity providers were listed, or one was read.
    ViewProviders,
    /// An identity provider was created.
    CreateProvider,
    /// An identity provider was edited.
    EditProvider,
    /// An identity provider was taken into use.
    EnableProvider,
    /// An identity provider was taken out of use.
    DisableProvider,
    /// An identity provider was deleted.
    DeleteProvider,
    /// A test login by an identity provider was begun, or passed (SA-05).
    TestProvider,
    /// What clients used was read (GV-02).
    ViewUsage,
    /// The audit trail was searched, verified or rebuilt from.
    ViewAudit,
    /// The organization's application access was reviewed (GV-03).
    Review,
    /// A user logged in by an identity provider.
    LogIn,
    /// A user logged out by an identity provider, or was logged out by it.
    LogOut,
}

impl Action {
    /// Every action there is.
    pub const ALL: [Self; 38] = [
        Self::ViewClients,
        Self::CreateClient,
        Self::EditClient,
        Self::RegenerateSecret,
        Self::DeleteClient,
        Self::RestoreClient,
        Self::RemoveClient,
        Self::DisableClient,
        Self::EnableClient,
        Self::DeclareBuiltIn,
        Self::ViewAuthorizations,
        Self::RequestAuthorization,
        Self::Approve,
        Self::EditScopes,
        Self::EditAudience,
        Self::Deny,
        Self::Revoke,
        Self::ChangePolicy,
        Self::MigrateClient,
        Self::Authorize,
        Self::WithdrawConsent,
        Self::IssueToken,
        Self::IntrospectToken,
        Self::RevokeToken,
        Self::EndTokens,
        Self::UseToken,
        Self::ViewProviders,
        Self::CreateProvider,
        Self::EditProvider,
        Self::EnableProvider,
        Self::DisableProvider,
        Self::DeleteProvider,
        Self::TestProvider,
        Self::ViewUsage,
        Self::ViewAudit,
        Self::Review,
        Self::LogIn,
        Self::LogOut,
    ];

    /// Its name, as it is kept and digested: lower case with underscores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ViewClients => "view_clients",
            Self::CreateClient => "create_client",
            Self::EditClient => "edit_client",
            Self::RegenerateSecret => "regenerate_secret",
            Self::DeleteClient => "delete_client",
            Self::RestoreClient => "restore_client",
            Self::RemoveClient => "remove_client",
            Self::DisableClient => "disable_client",
            Self::EnableClient => "enable_client",
            Self::DeclareBuiltIn => "declare_built_in",
            Self::ViewAuthorizations => "view_authorizations",
            Self::RequestAuthorization => "request_authorization",
            Self::Approve => "approve",
            Self::EditScopes => "edit_scopes",
            Self::EditAudience => "edit_audience",
            Self::Deny => "deny",
            Self::Revoke => "revoke",
            Self::ChangePolicy => "change_policy",
            Self::MigrateClient => "migrate_client",
            Self::Authorize => "authorize",
            Self::WithdrawConsent => "withdraw_consent",
            Self::IssueToken => "issue_token",
            Self::IntrospectToken => "introspect_token",
            Self::RevokeToken => "revoke_token",
            Self::EndTokens => "end_tokens",
            Self::UseToken => "use_token",
            Self::ViewProviders => "view_providers",
            Self::CreateProvider => "create_provider",
            Self::EditProvider => "edit_provider",
            Self::EnableProvider => "enable_provider",
            Self::DisableProvider => "disable_provider",
            Self::DeleteProvider => "delete_provider",
            Self::TestProvider => "test_provider",
            Self::ViewUsage => "view_usage",
            Self::ViewAudit => "view_audit",
            Self::Review => "review",
            Self::LogIn => "log_in",
            Self::LogOut => "log_out",
        }
    }

    /// Whether it changes a client, or an organization's word on one, where it is done to such.
    #[must_use]
    pub const fn changes_application(self) -> bool {
        match self {
            Self::CreateClient
            | Self::EditClient
            | Self::RegenerateSecret
            | Self::DeleteClient
            | Self::RestoreClient
            | Self::RemoveClient
            | Self::DisableClient
            | Self::EnableClient
            | Self::DeclareBuiltIn
            | Self::MigrateClient
            | Self::RequestAuthorization
            | Self::Approve
            | Self::EditScopes
            | Self::EditAudience
            | Self::Deny
            | Self::Revoke
            | Self::EndTokens => true,
            Self::ViewClients
            | Self::ViewAuthorizations
            | Self::ChangePolicy
            | Self::Authorize
            | Self::WithdrawConsent
            | Self::IssueToken
            | Self::IntrospectToken
            | Self::RevokeToken
            | Self::UseToken
            | Self::ViewProviders
            | Self::CreateProvider
            | Self::EditProvider
            | Self::EnableProvider
            | Self::DisableProvider
            | Self::DeleteProvider
            | Self::TestProvider
            | Self::ViewUsage
            | Self::ViewAudit
            | Self::Review
            | Self::LogIn
            | Self::LogOut => false,
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// GV-01: the name that is digested is the name that is kept.
    #[test]
    fn gv_01_an_action_has_one_name() {
        for action in Action::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.as_str());
        }
        assert_eq!(HashSet::from(Action::ALL).len(), Action::ALL.len());
    }
}
