//! What an administrator may be about to do.

use super::ClientDraft;
#[cfg(feature = "saml")]
use super::identity_providers::ProviderDraft;
use crate::audit::Action;
use crate::model::Overlap;
use crate::model::Policy;
use crate::value::ClientId;
#[cfg(feature = "saml")]
use crate::value::IdentityProviderId;
use crate::value::RoleId;

/// An operation that can stop something from working, before it is done (GV-04).
///
/// It needs what the operation needs, and is refused where the operation would be.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Proposal {
    /// To revoke an application. That administrators may need it is taken for acknowledged.
    Revoke(ClientId),
    /// To edit the scopes of an approved application.
    EditScopes {
        /// The application.
        client: ClientId,
        /// All its scopes after the edit.
        scopes: Vec<String>,
    },
    /// To limit an application to users with these roles.
    EditAudience {
        /// The application.
        client: ClientId,
        /// All the roles after the edit; none for everyone.
        roles: Vec<RoleId>,
    },
    /// To edit a client: its scopes, its roles, its lifetime, its grant type.
    EditClient {
        /// The client.
        client: ClientId,
        /// What would be entered.
        draft: Box<ClientDraft>,
    },
    /// To give a client a new secret.
    RegenerateSecret {
        /// The client.
        client: ClientId,
        /// How long the old one would stay valid.
        overlap: Option<Overlap>,
    },
    /// To delete a client, at once or in seven days.
    DeleteClient(ClientId),
    /// To move a client of the implicit grant to authorization code.
    MigrateImplicit(ClientId),
    /// To end all tokens of the organization.
    EndTokens,
    /// To end all tokens of an application in the organization.
    EndTokensOfApplication(ClientId),
    /// To end all tokens of a client, in every organization.
    EndTokensOfClient(ClientId),
    /// To give the organization another policy.
    ChangePolicy(Policy),
    /// To edit an identity provider.
    #[cfg(feature = "saml")]
    EditProvider {
        /// The identity provider.
        provider: IdentityProviderId,
        /// What would be entered.
        draft: Box<ProviderDraft>,
    },
    /// To take a certificate from an identity provider.
    #[cfg(feature = "saml")]
    RemoveCertificate {
        /// The identity provider.
        provider: IdentityProviderId,
        /// The [fingerprint](crate::value::Certificate::fingerprint) of the certificate.
        fingerprint: String,
    },
    /// To take an identity provider out of use.
    #[cfg(feature = "saml")]
    DisableProvider(IdentityProviderId),
    /// To delete an identity provider.
    #[cfg(feature = "saml")]
    DeleteProvider(IdentityProviderId),
}

impl Proposal {
    /// What the trail would call it.
    #[must_use]
    pub const fn action(&self) -> Action {
        match self {
            Self::Revoke(_) => Action::Revoke,
            Self::EditScopes { .. } => Action::EditScopes,
            Self::EditAudience { .. } => Action::EditAudience,
            Self::EditClient { .. } => Action::EditClient,
            Self::RegenerateSecret { .. } => Action::RegenerateSecret,
            Self::DeleteClient(_) => Action::DeleteClient,
            Self::MigrateImplicit(_) => Action::MigrateClient,
            Self::EndTokens | Self::EndTokensOfApplication(_) | Self::EndTokensOfClient(_) => {
                Action::EndTokens
            }
            Self::ChangePolicy(_) => Action::ChangePolicy,
            #[cfg(feature = "saml")]
            Self::EditProvider { .. } | Self::RemoveCertificate { .. } => Action::EditProvider,
            #[cfg(feature = "saml")]
            Self::DisableProvider(_) => Action::DisableProvider,
            #[cfg(feature = "saml")]
            Self::DeleteProvider(_) => Action::DeleteProvider,
        }
    }

    /// The client it is about; none where it is about more than one, or none.
    #[must_use]
    pub const fn client(&self) -> Option<ClientId> {
        match self {
            Self::Revoke(client)
            | Self::EditScopes { client, .. }
            | Self::EditAudience { client, .. }
            | Self::EditClient { client, .. }
            | Self::RegenerateSecret { client, .. }
            | Self::DeleteClient(client)
            | Self::MigrateImplicit(client)
            | Self::EndTokensOfApplication(client)
            | Self::EndTokensOfClient(client) => Some(*client),
            Self::EndTokens | Self::ChangePolicy(_) => None,
            #[cfg(feature = "saml")]
            Self::EditProvider { .. }
            | Self::RemoveCertificate { .. }
            | Self::DisableProvider(_)
            | Self::DeleteProvider(_) => None,
        }
    }
}
