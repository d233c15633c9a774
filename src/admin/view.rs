//! What administrators see of clients and applications: never a secret or its digest (CL-14, AA-11).

use serde::Serialize;

use crate::audit::Actor;
use crate::change::Denial;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::Client;
use crate::model::CodeClient;
use crate::model::Consent;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::Granted;
use crate::model::Lifecycle;
use crate::model::Owner;
use crate::model::Pkce;
use crate::model::Purpose;
use crate::model::Revocation;
use crate::model::RoleGrant;
use crate::model::SecretUse;
use crate::model::StateName;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Description;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::RedirectUri;
use crate::value::RefreshGrace;
use crate::value::Scopes;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// A client, as the organization that owns it sees it (CL-14).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClientView {
    /// Its `client_id`.
    pub id: ClientId,
    /// Its name.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// How long its tokens live.
    pub lifetime: TokenLifetime,
    /// How it obtains them.
    pub grant_type: GrantType,
    /// Whether it has no secret, being unable to keep one.
    pub public: bool,
    /// What bounds the lifetime of its tokens.
    pub purpose: Purpose,
    /// Whether it opted out of PKCE; `Required` for every other client.
    pub pkce: Pkce,
    /// For how many seconds a refresh token that was just replaced is answered with the same successor.
    pub refresh_grace: Option<RefreshGrace>,
    /// Where it may be redirected to.
    pub redirect_uris: Vec<RedirectUri>,
    /// What it may ask for.
    pub scopes: Scopes,
    /// What it may do on its own behalf.
    pub roles: Vec<RoleGrant>,
    /// Active, inactive with the instant of its removal, or disabled.
    pub state: Lifecycle,
    /// Its secrets, the newest first: when they were generated, expire, and were last used. Not the secrets.
    pub secrets: Vec<SecretView>,
    /// For those who review it.
    pub governance: Governance,
    /// When it was created.
    pub created: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub modified: Timestamp,
    /// By whom.
    pub modified_by: Actor,
}

/// What is told of a secret (CL-10).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SecretView {
    /// Tells it apart.
    pub id: SecretId,
    /// When it was generated.
    pub created: Timestamp,
    /// When it ends, where a newer one takes over.
    pub expires: Option<Timestamp>,
    /// When it was last used, to the minute; none where it never was, or where a list leaves it out.
    pub last_used: Option<Timestamp>,
}

impl ClientView {
    /// What is seen of the client.
    #[must_use]
    pub fn of(client: &Client, uses: &[SecretUse]) -> Self {
        let grant = &client.grant;
        let secrets = grant.secrets().into_iter().flat_map(|secrets| secrets.iter());
        let last_used = |id| {
            uses.iter().find(|used| used.secret == id && used.client == client.id).map(|used| used.last_used)
        };
        Self {
            id: client.id,
            name: client.name.clone(),
            description: client.description.clone(),
            lifetime: client.lifetime,
            grant_type: grant.grant_type(),
            public: matches!(
                grant,
                Grant::Implicit { .. } | Grant::AuthorizationCode { client: CodeClient::Public, .. }
            ),
            purpose: if grant.is_for_scim() { Purpose::Scim } else { Purpose::General },
            pkce: grant.pkce().unwrap_or_default(),
            refresh_grace: grant.refresh_grace(),
            redirect_uris: grant
                .redirect_uris()
                .map(|uris| uris.iter().cloned().collect())
                .unwrap_or_default(),
            scopes: grant.scopes().cloned().unwrap_or_default(),
            roles: grant.roles().map(|roles| roles.as_slice().to_vec()).unwrap_or_default(),
            state: client.lifecycle,
            secrets: secrets
                .map(|secret| SecretView {
                    id: secret.id,
                    created: secret.created,
                    expires: secret.expires,
                    last_used: last_used(secret.id),
                })
                .collect(),
            governance: client.governance.clone(),
            created: client.created,
            created_by: client.created_by,
            modified: client.modified,
            modified_by: client.modified_by,
        }
    }

    /// What is seen of a stored client in the list of its organization; none of one that is gone or
    /// another's.
    #[must_use]
    pub fn of_owned(client: &Client, organization: OrganizationId, now: Timestamp) -> Option<Self> {
        let owned = client.owner == Owner::Organization(organization) && !client.is_gone(now);
        owned.then(|| Self::of(client, &[]))
    }
}

/// An authorized application, as an organization sees it (AA-11).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuthorizationView {
    /// Which authorization it is.
    pub id: AuthorizationId,
    /// The client.
    pub client: ClientId,
    /// The client's name.
    pub name: Name,
    /// The state.
    pub state: StateName,
    /// The scopes: requested while pending, granted once approved, and none when revoked or for client
    /// credentials.
    pub scopes: Scopes,
    /// How many roles it has, never which: the client's own, or those of its audience.
    pub roles: usize,
    /// Who approved it, when, and what was shown (AA-15).
    pub consent: Option<Consent>,
    /// Who revoked it, and when (DX-04).
    pub revocation: Option<Revocation>,
}

impl AuthorizationView {
    /// What is seen of the application.
    ///
    /// # Errors
    ///
    /// [`Denial::AuthorizationNotFound`] where the client is gone (LC-08).
    pub fn of(
        authorization: &Authorization,
        client: Option<&Client>,
        now: Timestamp,
    ) -> Result<Self, Denial> {
        let client = client
            .filter(|client| client.id == authorization.client() && !client.is_gone(now))
            .ok_or(Denial::AuthorizationNotFound)?;
        let mut view = Self {
            id: authorization.id(),
            client: client.id,
            name: client.name.clone(),
            state: authorization.state_name(),
            scopes: Scopes::empty(),
            // What another organization's client has of its own is not told (OR-01).
            roles: match client.organization() == Some(authorization.organization()) {
                true => client.grant.roles().map_or(0, |roles| roles.roles().count()),
                false => 0,
            },
            consent: None,
            revocation: None,
        };
        match authorization.state() {
            AuthorizationState::Pending { requested, .. } => view.scopes = requested.clone(),
            AuthorizationState::Approved(approval) => {
                if let Granted::Scopes(granted) = &approval.granted {
                    view.scopes = granted.clone();
                    view.roles = approval.audience.roles().len();
                }
                view.consent = Some(approval.consent.clone());
            }
            AuthorizationState::Revoked(revocation) => view.revocation = Some(*revocation),
        }
        Ok(view)
    }
}
