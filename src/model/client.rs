//! OAuth clients (CL-01): what is registered of an application, and the moves of its life.

use core::ops::Deref;

use serde::Deserialize;
use serde::Serialize;

use super::ClientSecret;
use super::Deletion;
use super::Governance;
use super::GovernanceError;
use super::Grant;
use super::InvalidTransition;
use super::Lifecycle;
use super::Overlap;
use super::Removal;
use super::RoleGrants;
use super::SecretUse;
use crate::audit::Actor;
use crate::audit::Fields;
use crate::value::ClientId;
use crate::value::Description;
use crate::value::Epoch;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// The fields of a client (CL-01). [`Client`] holds them once they are checked.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClientFields {
    /// The `client_id`. Generated, unique, never reused.
    pub id: ClientId,
    /// Whose it is.
    pub owner: Owner,
    /// What users see when they are asked to approve it.
    pub name: Name,
    /// What it is for.
    pub description: Option<Description>,
    /// How long its tokens live.
    pub lifetime: TokenLifetime,
    /// How it obtains them, with what that needs.
    pub grant: Grant,
    /// Where it is between creation and removal.
    pub lifecycle: Lifecycle,
    /// Tokens of an earlier epoch are dead (LC-07).
    #[serde(default)]
    pub epoch: Epoch,
    /// For those who review it.
    #[serde(default)]
    pub governance: Governance,
    /// When it was created. Nothing changes it.
    pub created: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub modified: Timestamp,
    /// By whom.
    pub modified_by: Actor,
}

/// Whose a client is.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// The organization that created it.
    Organization(OrganizationId),
    /// Nobody's: built into the service, and approved everywhere by default (CL-13).
    BuiltIn {
        /// Administrators work through it: who revokes it must say that this is understood (AA-13).
        needed_by_administrators: bool,
    },
}

/// An OAuth client whose fields agree with each other. Derefs to its [`ClientFields`], which it never lets
/// change.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "ClientFields", into = "ClientFields")]
pub struct Client {
    // INVARIANT: as `Client::new` checks.
    fields: ClientFields,
}

/// The fields of a client contradict each other.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// A client of the client credentials grant has at least one role grant (CL-03).
    #[error("a client of the client credentials grant has at least one role")]
    NoRoles,
    /// A client of any other grant has at least one scope (CL-04).
    #[error("a client that acts for users has at least one scope")]
    NoScopes,
    /// The lifetime is above two days, and the client is not marked for SCIM (TK-01, TK-02).
    #[error("a lifetime of {seconds} s is above 172800 s, and the client is not for SCIM")]
    LifetimeAboveMaximum {
        /// The lifetime in seconds.
        seconds: u32,
    },
    /// A built-in client acts for users: no organization could give it roles (CL-13).
    #[error("a built-in client acts for users, and cannot have roles of its own")]
    BuiltInWithRoles,
    /// The governance fields are out of bounds.
    #[error(transparent)]
    Governance(#[from] GovernanceError),
}

impl Deref for Client {
    type Target = ClientFields;

    fn deref(&self) -> &ClientFields {
        &self.fields
    }
}

impl TryFrom<ClientFields> for Client {
    type Error = ClientError;

    fn try_from(fields: ClientFields) -> Result<Self, ClientError> {
        Self::new(fields)
    }
}

impl From<Client> for ClientFields {
    fn from(client: Client) -> Self {
        client.fields
    }
}

impl Client {
    /// The client with these fields.
    ///
    /// # Errors
    ///
    /// [`ClientError`] where they contradict each other.
    pub fn new(fields: ClientFields) -> Result<Self, ClientError> {
        if fields.grant.roles().is_some_and(RoleGrants::is_empty) {
            return Err(ClientError::NoRoles);
        }
        if fields.grant.scopes().is_some_and(Scopes::is_empty) {
            return Err(ClientError::NoScopes);
        }
        if fields.lifetime > TokenLifetime::MAX && !fields.grant.is_for_scim() {
            return Err(ClientError::LifetimeAboveMaximum { seconds: fields.lifetime.seconds() });
        }
        if matches!(fields.owner, Owner::BuiltIn { .. }) && fields.grant.roles().is_some() {
            return Err(ClientError::BuiltInWithRoles);
        }
        fields.governance.check()?;
        Ok(Self { fields })
    }

    /// The organization it belongs to; none for a built-in one (CL-13).
    #[must_use]
    pub const fn organization(&self) -> Option<OrganizationId> {
        match self.fields.owner {
            Owner::Organization(organization) => Some(organization),
            Owner::BuiltIn { .. } => None,
        }
    }

    /// Whether it is gone: from the instant of removal on, whether or not a sweep ran (LC-08).
    #[must_use]
    pub fn is_gone(&self, now: Timestamp) -> bool {
        self.fields.lifecycle.deletion().is_some_and(|deletion| deletion.removal <= now)
    }

    /// What deleting it now would do (LC-02, LC-03).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is set for deletion already, or disabled.
    pub fn removal(&self, now: Timestamp) -> Result<Removal, InvalidTransition> {
        match self.fields.lifecycle {
            Lifecycle::Active => Ok(Removal::of_client_created(self.fields.created, now)),
            Lifecycle::Inactive(_) | Lifecycle::Disabled { .. } => Err(self.refuse("delete")),
        }
    }

    /// The client set for deletion at that instant (LC-03).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not active.
    pub fn deactivate(
        &self,
        by: Actor,
        removal: Timestamp,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        match self.fields.lifecycle {
            Lifecycle::Active => {
                let deletion = Deletion { at: now, by, removal };
                Ok(self.moved(Lifecycle::Inactive(deletion), self.fields.epoch, by, now))
            }
            Lifecycle::Inactive(_) | Lifecycle::Disabled { .. } => Err(self.refuse("delete")),
        }
    }

    /// The client restored, in an epoch in which nothing issued before works (LC-06, LC-07).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not inactive, or its instant of removal has come.
    pub fn restore(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.fields.lifecycle {
            Lifecycle::Inactive(_) if !self.is_gone(now) => {
                Ok(self.moved(Lifecycle::Active, self.fields.epoch.next(), by, now))
            }
            Lifecycle::Active | Lifecycle::Inactive(_) | Lifecycle::Disabled { .. } => {
                Err(self.refuse("restore"))
            }
        }
    }

    /// The client disabled by the operator (LC-09). A deletion it is set for runs on.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is disabled already.
    pub fn disable(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        let deletion = match self.fields.lifecycle {
            Lifecycle::Active => None,
            Lifecycle::Inactive(deletion) => Some(deletion),
            Lifecycle::Disabled { .. } => return Err(self.refuse("disable")),
        };
        Ok(self.moved(Lifecycle::Disabled { since: now, deletion }, self.fields.epoch, by, now))
    }

    /// The client as it was before it was disabled, in an epoch in which nothing issued before works (LC-09).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not disabled.
    pub fn enable(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        let lifecycle = match self.fields.lifecycle {
            Lifecycle::Disabled { deletion: None, .. } => Lifecycle::Active,
            Lifecycle::Disabled { deletion: Some(deletion), .. } => Lifecycle::Inactive(deletion),
            Lifecycle::Active | Lifecycle::Inactive(_) => return Err(self.refuse("enable")),
        };
        Ok(self.moved(lifecycle, self.fields.epoch.next(), by, now))
    }

    /// The client with a new secret (CL-09, CL-10).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not active, or is public and has none (CL-12).
    pub fn regenerate_secret(
        &self,
        secret: ClientSecret,
        overlap: Option<Overlap>,
        by: Actor,
        now: Timestamp,
    ) -> Result<Self, InvalidTransition> {
        let attempt = "regenerate the secret of";
        let secrets = self.fields.grant.secrets().ok_or(InvalidTransition::new(attempt, "public"))?;
        match self.fields.lifecycle {
            Lifecycle::Active => {
                let secrets = secrets.regenerated(secret, overlap, now);
                let mut changed = self.moved(Lifecycle::Active, self.fields.epoch, by, now);
                changed.fields.grant = changed.fields.grant.with_secrets(secrets);
                Ok(changed)
            }
            Lifecycle::Inactive(_) | Lifecycle::Disabled { .. } => Err(self.refuse(attempt)),
        }
    }

    /// The client in an epoch in which nothing issued before works (TK-10), whatever its state.
    #[must_use]
    pub fn in_next_epoch(&self, by: Actor, now: Timestamp) -> Self {
        self.moved(self.fields.lifecycle, self.fields.epoch.next(), by, now)
    }

    /// What stays of the client when it is removed for good.
    #[must_use]
    pub const fn tombstone(&self, by: Actor, now: Timestamp) -> Tombstone {
        Tombstone {
            id: self.fields.id,
            owner: self.fields.owner,
            removed: now,
            removed_by: by,
            cleared: None,
        }
    }

    /// The identifiers of its secrets, under which their uses are recorded (CL-10).
    pub fn secret_ids(&self) -> impl Iterator<Item = SecretId> {
        self.fields.grant.secrets().into_iter().flat_map(|secrets| secrets.iter().map(|secret| secret.id))
    }

    /// A use of one of its secrets, as it is recorded.
    #[must_use]
    pub const fn secret_use(&self, secret: SecretId, now: Timestamp) -> SecretUse {
        SecretUse { secret, client: self.fields.id, last_used: now }
    }

    /// The fields as an auditor sees them: of its secrets, the identifiers.
    #[must_use]
    pub fn audit_fields(&self) -> Fields {
        fn joined<T: ToString>(parts: impl Iterator<Item = T>) -> String {
            parts.map(|part| part.to_string()).collect::<Vec<_>>().join(" ")
        }
        let grant = &self.fields.grant;
        let mut fields = vec![
            ("name", self.fields.name.to_string()),
            ("lifetime", self.fields.lifetime.seconds().to_string()),
            ("grant_type", grant.grant_type().to_string()),
            ("state", self.fields.lifecycle.name().to_owned()),
        ];
        let mut add = |name, text: Option<String>| fields.extend(text.map(|text| (name, text)));
        add("description", self.fields.description.as_ref().map(ToString::to_string));
        add("roles", grant.roles().map(ToString::to_string));
        add("scopes", grant.scopes().map(ToString::to_string));
        add("public", grant.is_public().map(|public| public.to_string()));
        add("pkce", grant.pkce().map(|pkce| pkce.to_string()));
        add("refresh_grace", grant.refresh_grace().map(|grace| grace.get().to_string()));
        add("purpose", grant.purpose().map(|purpose| purpose.to_string()));
        add("redirect_uris", grant.redirect_uris().map(|uris| joined(uris.iter())));
        add("secrets", grant.secrets().map(|secrets| joined(secrets.iter().map(|secret| secret.id))));
        add("removal", self.fields.lifecycle.deletion().map(|deletion| deletion.removal.to_string()));
        add("contact", self.fields.governance.contact.as_ref().map(ToString::to_string));
        add("tags", Some(joined(self.fields.governance.tags.iter())).filter(|tags| !tags.is_empty()));
        add("next_review", self.fields.governance.next_review.map(|at| at.to_string()));
        fields
    }

    fn moved(&self, lifecycle: Lifecycle, epoch: Epoch, by: Actor, now: Timestamp) -> Self {
        let fields = ClientFields { lifecycle, epoch, modified: now, modified_by: by, ..self.fields.clone() };
        Self { fields }
    }

    pub(crate) const fn refuse(&self, attempt: &'static str) -> InvalidTransition {
        InvalidTransition::new(attempt, self.fields.lifecycle.name())
    }
}

/// What stays of a removed client: its identifier is never given again (LC-01, CL-01).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Tombstone {
    /// The identifier that is never given again.
    pub id: ClientId,
    /// Whose it was.
    pub owner: Owner,
    /// When it was removed.
    pub removed: Timestamp,
    /// By whom.
    pub removed_by: Actor,
    /// When the last of what hung on it was removed too; none while the sweep has still to do it.
    pub cleared: Option<Timestamp>,
}
