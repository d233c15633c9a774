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
}

impl Operation {
    pub const ALL: [Self; 21] = [
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
    ];

    pub const fn method(self) -> &'static str {
        match self {
            Self::CreateClient
            | Self::RegenerateSecret
            | Self::RestoreClient
            | Self::Approve
            | Self::Reauthorize => "POST",
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
            | Self::ViewToken => "GET",
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
        }
    }

    /// The permission that the holder's roles must give, in all divisions; none for what every token may ask.
    const fn permission(self) -> Option<Permission> {
        match self {
            Self::ListClients | Self::ViewClient => Some(Permission::OAUTH_CLIENT_VIEW),
            Self::CreateClient => Some(Permission::OAUTH_CLIENT_ADD),
            Self::EditClient | Self::RegenerateSecret | Self::RestoreClient => {
                Some(Permission::OAUTH_CLIENT_EDIT)
            }
            Self::PlanDeletion | Self::DeleteClient => Some(Permission::OAUTH_CLIENT_DELETE),
            Self::ListAuthorizations
            | Self::ViewAuthorization
            | Self::Approve
            | Self::EditScopes
            | Self::EditAudience
            | Self::Revoke
            | Self::Reauthorize => Some(Permission::OAUTH_CLIENT_AUTHORIZE),
            Self::ListIdentityProviders | Self::ViewIdentityProvider => Some(Permission::SSO_PROVIDER_VIEW),
            Self::ViewUsage => Some(Permission::USAGE_CLIENT_VIEW),
            Self::ListScopes | Self::ViewScope | Self::ViewToken => None,
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
            | Self::ViewUsage => &["oauth:readonly"],
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
            permissions: match self.permission() {
                Some(permission) => PermissionsRequired::All(vec![permission]),
                None => PermissionsRequired::Nothing,
            },
            ..Requirement::default()
        }
    }
}
