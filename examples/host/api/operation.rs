//! The operations of the interface, and what each needs.

use grantor::{
    access::{PermissionsRequired, Requirement, ScopesRequired},
    value::{Permission, Scope},
};

/// An operation. The order is that in which they are counted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Operation {
    ListClients,
    ViewClient,
    CreateClient,
    EditClient,
    RegenerateSecret,
    PlanDeletion,
    DeleteClient,
    RestoreClient,
    ListAuthorizations,
    ViewAuthorization,
    Approve,
    EditScopes,
    EditAudience,
    Revoke,
    Reauthorize,
    ListScopes,
    ViewScope,
    ListIdentityProviders,
    ViewIdentityProvider,
    ViewUsage,
    ViewToken,
    SearchAudit,
    Review,
    ForeseeRevocation,
    ForeseeEdit,
    ForeseeDeletion,
    Explain,
}

impl Operation {
    pub const ALL: [Self; 27] = [
        Self::ListClients,
        Self::ViewClient,
        Self::CreateClient,
        Self::EditClient,
        Self::RegenerateSecret,
        Self::PlanDeletion,
        Self::DeleteClient,
        Self::RestoreClient,
        Self::ListAuthorizations,
        Self::ViewAuthorization,
        Self::Approve,
        Self::EditScopes,
        Self::EditAudience,
        Self::Revoke,
        Self::Reauthorize,
        Self::ListScopes,
        Self::ViewScope,
        Self::ListIdentityProviders,
        Self::ViewIdentityProvider,
        Self::ViewUsage,
        Self::ViewToken,
        Self::SearchAudit,
        Self::Review,
        Self::ForeseeRevocation,
        Self::ForeseeEdit,
        Self::ForeseeDeletion,
        Self::Explain,
    ];

    pub const fn method(self) -> &'static str {
        match self {
            Self::CreateClient
            | Self::RegenerateSecret
            | Self::RestoreClient
            | Self::Approve
            | Self::Reauthorize
            | Self::ForeseeRevocation
            | Self::ForeseeEdit
            | Self::ForeseeDeletion
            | Self::Explain => "POST",
            Self::EditClient | Self::EditScopes | Self::EditAudience => "PUT",
            Self::DeleteClient | Self::Revoke => "DELETE",
            Self::ListClients
            | Self::ViewClient
            | Self::PlanDeletion
            | Self::ListAuthorizations
            | Self::ViewAuthorization
            | Self::ListScopes
            | Self::ViewScope
            | Self::ListIdentityProviders
            | Self::ViewIdentityProvider
            | Self::ViewUsage
            | Self::ViewToken
            | Self::SearchAudit
            | Self::Review => "GET",
        }
    }

    /// The path, with names in place of what differs from call to call.
    pub const fn template(self) -> &'static str {
        match self {
            Self::ListClients | Self::CreateClient => "/api/v2/oauth/clients",
            Self::ViewClient | Self::EditClient | Self::DeleteClient => "/api/v2/oauth/clients/{clientId}",
            Self::RegenerateSecret => "/api/v2/oauth/clients/{clientId}/secret",
            Self::PlanDeletion => "/api/v2/oauth/clients/{clientId}/deletion",
            Self::RestoreClient => "/api/v2/oauth/clients/{clientId}/restore",
            Self::ListAuthorizations => "/api/v2/oauth/authorizations",
            Self::ViewAuthorization | Self::Approve | Self::EditScopes | Self::Revoke => {
                "/api/v2/oauth/authorizations/{clientId}"
            }
            Self::EditAudience => "/api/v2/oauth/authorizations/{clientId}/audience",
            Self::Reauthorize => "/api/v2/oauth/authorizations/{clientId}/reauthorize",
            Self::ListScopes => "/api/v2/oauth/scopes",
            Self::ViewScope => "/api/v2/oauth/scopes/{scopeId}",
            Self::ListIdentityProviders => "/api/v2/identityproviders",
            Self::ViewIdentityProvider => "/api/v2/identityproviders/{providerId}",
            Self::ViewUsage => "/api/v2/oauth/clients/{clientId}/usage/summary",
            Self::ViewToken => "/api/v2/tokens/me",
            Self::SearchAudit => "/api/v2/oauth/audit",
            Self::Review => "/api/v2/oauth/review",
            Self::ForeseeRevocation | Self::ForeseeEdit | Self::ForeseeDeletion => "/api/v2/oauth/impact",
            Self::Explain => "/api/v2/oauth/explain",
        }
    }

    /// The permissions that the holder's roles must give, each in all divisions; none for what every token may ask.
    fn permissions(self) -> Vec<Permission> {
        match self {
            Self::ListClients | Self::ViewClient => vec![Permission::OAUTH_CLIENT_VIEW],
            Self::CreateClient => vec![Permission::OAUTH_CLIENT_ADD],
            Self::EditClient | Self::RegenerateSecret | Self::RestoreClient | Self::ForeseeEdit => {
                vec![Permission::OAUTH_CLIENT_EDIT]
            }
            Self::PlanDeletion | Self::DeleteClient | Self::ForeseeDeletion => {
                vec![Permission::OAUTH_CLIENT_DELETE]
            }
            Self::ListAuthorizations
            | Self::ViewAuthorization
            | Self::Approve
            | Self::EditScopes
            | Self::EditAudience
            | Self::Revoke
            | Self::Reauthorize
            | Self::ForeseeRevocation
            | Self::Explain => vec![Permission::OAUTH_CLIENT_AUTHORIZE],
            Self::ListIdentityProviders | Self::ViewIdentityProvider => vec![Permission::SSO_PROVIDER_VIEW],
            Self::ViewUsage => vec![Permission::USAGE_CLIENT_VIEW],
            Self::SearchAudit => vec![Permission::AUDITS_AUDIT_VIEW],
            Self::Review => vec![
                Permission::OAUTH_CLIENT_VIEW,
                Permission::OAUTH_CLIENT_AUTHORIZE,
                Permission::USAGE_CLIENT_VIEW,
                Permission::SSO_PROVIDER_VIEW,
            ],
            Self::ListScopes | Self::ViewScope | Self::ViewToken => Vec::new(),
        }
    }

    /// The scopes, any of which will do for a token that acts for a user.
    const fn scopes(self) -> &'static [&'static str] {
        match self {
            Self::ListClients
            | Self::ViewClient
            | Self::PlanDeletion
            | Self::ListAuthorizations
            | Self::ViewAuthorization
            | Self::ListScopes
            | Self::ViewScope
            | Self::ViewUsage
            | Self::Review
            | Self::ForeseeRevocation
            | Self::ForeseeEdit
            | Self::ForeseeDeletion
            | Self::Explain => &["oauth:readonly"],
            Self::SearchAudit => &["audits:readonly"],
            Self::CreateClient
            | Self::EditClient
            | Self::RegenerateSecret
            | Self::DeleteClient
            | Self::RestoreClient
            | Self::Approve
            | Self::EditScopes
            | Self::EditAudience
            | Self::Revoke
            | Self::Reauthorize => &["oauth"],
            Self::ListIdentityProviders | Self::ViewIdentityProvider => &["identity-providers:readonly"],
            Self::ViewToken => &[],
        }
    }

    /// What a call of it is judged by. A scope that cannot be read accepts no call.
    pub fn requirement(self) -> Requirement {
        let named: Result<Vec<Scope>, _> = self.scopes().iter().map(|text| Scope::new(text)).collect();
        Requirement {
            scopes: match self.scopes() {
                [] => ScopesRequired::Nothing,
                _ => ScopesRequired::AnyOf(named.unwrap_or_default()),
            },
            permissions: match self.permissions() {
                needed if needed.is_empty() => PermissionsRequired::Nothing,
                needed => PermissionsRequired::All(needed),
            },
            ..Requirement::default()
        }
    }
}
