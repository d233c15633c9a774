//! One organization's word on one client (AA-01 to AA-15).
//!
//! ```text
//! request ─▶ pending ─ approve ─▶ approved ─ revoke ─▶ revoked ─ reauthorize ─▶ a new authorization
//!               └────── deny ──────────────────────────▶ ┘
//! ```

use core::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::de::Error;

use super::InvalidTransition;
use super::RoleGrants;
use crate::audit::Actor;
use crate::audit::Fields;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::OrganizationId;
use crate::value::RoleId;
use crate::value::Scopes;
use crate::value::Timestamp;

/// An authorized application: one organization's word on one client (AA-01).
///
/// There is one record for the two of them. A new authorization after a revocation takes its place under a
/// new identifier, by which everything issued under the old one is told apart (AA-09).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Authorization {
    organization: OrganizationId,
    client: ClientId,
    id: AuthorizationId,
    state: AuthorizationState,
    #[serde(default)]
    epoch: Epoch,
}

/// The state of an authorization, with what it knows (AA-02).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AuthorizationState {
    /// Access was requested: no tokens.
    Pending {
        /// The scopes asked for.
        requested: Scopes,
        /// By whom.
        by: Actor,
        /// When.
        at: Timestamp,
    },
    /// The application may obtain tokens.
    Approved(Approval),
    /// It may not, and never will under this authorization.
    Revoked(Revocation),
}

/// What was approved, and how.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Approval {
    /// What the organization lets the application do.
    pub granted: Granted,
    /// Which users may use it (AA-12).
    #[serde(default)]
    pub audience: Audience,
    /// Who approved what (AA-15).
    pub consent: Consent,
}

/// What an organization lets an application do (AA-06).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Granted {
    /// To act on its own behalf, by the roles it is registered with: client credentials.
    Roles,
    /// To act for users, within these scopes. Not empty.
    Scopes(#[serde(deserialize_with = "not_empty")] Scopes),
}

/// AA-06: an approval for no scopes is none.
fn not_empty<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Scopes, D::Error> {
    let scopes = Scopes::deserialize(deserializer)?;
    if scopes.is_empty() {
        Err(D::Error::custom("an approval for users has at least one scope"))
    } else {
        Ok(scopes)
    }
}

/// Which users may use an application: those with one of these roles, or all of them (AA-12).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Vec<RoleId>", into = "Vec<RoleId>")]
pub struct Audience(Option<Arc<[RoleId]>>);

/// Who approved, when, which scopes were shown and which were granted (AA-15).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Consent {
    /// Who approved.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
    /// The scopes that were shown: what the client registered, or asked for.
    pub shown: Scopes,
    /// The scopes that were granted of them.
    pub granted: Scopes,
}

/// Who ended an authorization, and when.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Revocation {
    /// Who revoked or denied.
    pub by: Actor,
    /// When.
    pub at: Timestamp,
}

/// The name of a state, to list by (AA-11).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StateName {
    /// Pending.
    Pending,
    /// Approved.
    Approved,
    /// Revoked.
    Revoked,
}

impl StateName {
    /// Every state there is.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Approved, Self::Revoked];

    /// The name in lower case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for StateName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Audience {
    /// 100: the most roles that an administrator may name.
    pub const MAX: usize = 100;

    /// Everyone in the organization.
    #[must_use]
    pub const fn everyone() -> Self {
        Self(None)
    }

    /// The users with one of these roles; with none given, everyone.
    #[must_use]
    pub fn of_roles(roles: impl IntoIterator<Item = RoleId>) -> Self {
        let mut roles: Vec<RoleId> = roles.into_iter().collect();
        roles.sort_unstable();
        roles.dedup();
        Self((!roles.is_empty()).then(|| roles.into()))
    }

    /// The roles it is limited to; empty for everyone.
    #[must_use]
    pub fn roles(&self) -> &[RoleId] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether a user who holds these roles may use the application.
    #[must_use]
    pub fn admits(&self, held: &RoleGrants) -> bool {
        match &self.0 {
            None => true,
            Some(roles) => roles.iter().any(|role| held.holds(*role)),
        }
    }
}

impl From<Vec<RoleId>> for Audience {
    fn from(roles: Vec<RoleId>) -> Self {
        Self::of_roles(roles)
    }
}

impl From<Audience> for Vec<RoleId> {
    fn from(audience: Audience) -> Self {
        audience.roles().to_vec()
    }
}

impl Authorization {
    /// A request for access that nobody has approved (AA-05).
    #[must_use]
    pub const fn request(
        organization: OrganizationId,
        client: ClientId,
        id: AuthorizationId,
        requested: Scopes,
        by: Actor,
        now: Timestamp,
    ) -> Self {
        let state = AuthorizationState::Pending { requested, by, at: now };
        Self { organization, client, id, state, epoch: Epoch::FIRST }
    }

    /// An approved authorization where there was none (AA-03).
    #[must_use]
    pub const fn approved(
        organization: OrganizationId,
        client: ClientId,
        id: AuthorizationId,
        approval: Approval,
    ) -> Self {
        Self { organization, client, id, state: AuthorizationState::Approved(approval), epoch: Epoch::FIRST }
    }

    /// A revoked authorization where there was none: a built-in client that was approved by default (AA-13).
    #[must_use]
    pub const fn revoked_built_in(
        organization: OrganizationId,
        client: ClientId,
        by: Actor,
        now: Timestamp,
    ) -> Self {
        let state = AuthorizationState::Revoked(Revocation { by, at: now });
        Self { organization, client, id: AuthorizationId::BUILT_IN, state, epoch: Epoch::FIRST }
    }

    /// The organization whose word it is.
    #[must_use]
    pub const fn organization(&self) -> OrganizationId {
        self.organization
    }

    /// The client it is about.
    #[must_use]
    pub const fn client(&self) -> ClientId {
        self.client
    }

    /// Which authorization it is: a new one for each start from scratch (AA-09).
    #[must_use]
    pub const fn id(&self) -> AuthorizationId {
        self.id
    }

    /// Tokens of an earlier epoch are dead (TK-10).
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The state it is in.
    #[must_use]
    pub const fn state(&self) -> &AuthorizationState {
        &self.state
    }

    /// The name of the state it is in.
    #[must_use]
    pub const fn state_name(&self) -> StateName {
        match self.state {
            AuthorizationState::Pending { .. } => StateName::Pending,
            AuthorizationState::Approved(_) => StateName::Approved,
            AuthorizationState::Revoked(_) => StateName::Revoked,
        }
    }

    /// The pending request, approved (AA-04).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not pending.
    pub fn approve(&self, approval: Approval) -> Result<Self, InvalidTransition> {
        match self.state {
            AuthorizationState::Pending { .. } => Ok(self.moved(AuthorizationState::Approved(approval))),
            AuthorizationState::Approved(_) | AuthorizationState::Revoked(_) => Err(self.refuse("approve")),
        }
    }

    /// The approved authorization with other scopes, and nothing else changed (AA-07).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not approved, or grants no scopes at all: client credentials.
    pub fn edit_scopes(&self, scopes: Scopes) -> Result<Self, InvalidTransition> {
        let approval = self.approved_for_users("edit the scopes of")?;
        let granted = Granted::Scopes(scopes);
        Ok(self.moved(AuthorizationState::Approved(Approval { granted, ..approval.clone() })))
    }

    /// The approved authorization for another audience, and nothing else changed (AA-12).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not approved, or lets the application act on its own behalf.
    pub fn edit_audience(&self, audience: Audience) -> Result<Self, InvalidTransition> {
        let approval = self.approved_for_users("edit the audience of")?;
        Ok(self.moved(AuthorizationState::Approved(Approval { audience, ..approval.clone() })))
    }

    /// What was approved, of an application that acts for users.
    pub(crate) fn approved_for_users(&self, attempt: &'static str) -> Result<&Approval, InvalidTransition> {
        match &self.state {
            AuthorizationState::Approved(approval) => match &approval.granted {
                Granted::Scopes(_) => Ok(approval),
                Granted::Roles => Err(InvalidTransition::new(attempt, "approved for client credentials")),
            },
            AuthorizationState::Pending { .. } | AuthorizationState::Revoked(_) => Err(self.refuse(attempt)),
        }
    }

    /// The pending request, denied (AA-10).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not pending.
    pub fn deny(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            AuthorizationState::Pending { .. } => {
                Ok(self.moved(AuthorizationState::Revoked(Revocation { by, at: now })))
            }
            AuthorizationState::Approved(_) | AuthorizationState::Revoked(_) => Err(self.refuse("deny")),
        }
    }

    /// The approved authorization, revoked for good (AA-08).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not approved.
    pub fn revoke(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            AuthorizationState::Approved(_) => {
                Ok(self.moved(AuthorizationState::Revoked(Revocation { by, at: now })))
            }
            AuthorizationState::Pending { .. } | AuthorizationState::Revoked(_) => Err(self.refuse("revoke")),
        }
    }

    /// The approved authorization, with all tokens that were issued under it ended (TK-10). The application
    /// stays approved.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where it is not approved: there are no live tokens then.
    pub fn in_next_epoch(&self) -> Result<Self, InvalidTransition> {
        match self.state {
            AuthorizationState::Approved(_) => Ok(Self { epoch: self.epoch.next(), ..self.clone() }),
            AuthorizationState::Pending { .. } | AuthorizationState::Revoked(_) => {
                Err(self.refuse("end the tokens of"))
            }
        }
    }

    /// The new authorization that takes the place of the revoked one (AA-09).
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] where this one is not revoked, or the identifier is not a new one.
    pub fn reauthorize(&self, id: AuthorizationId, approval: Approval) -> Result<Self, InvalidTransition> {
        match self.state {
            AuthorizationState::Revoked(_) if id != self.id => {
                Ok(Self::approved(self.organization, self.client, id, approval))
            }
            AuthorizationState::Pending { .. }
            | AuthorizationState::Approved(_)
            | AuthorizationState::Revoked(_) => Err(self.refuse("reauthorize")),
        }
    }

    /// The fields as an auditor sees them.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let mut fields = vec![
            ("id", self.id.to_string()),
            ("state", self.state_name().to_string()),
            ("epoch", self.epoch.count().to_string()),
        ];
        match &self.state {
            AuthorizationState::Pending { requested, .. } => {
                fields.push(("requested", requested.to_string()))
            }
            AuthorizationState::Approved(approval) => {
                let audience: Vec<String> = approval.audience.roles().iter().map(RoleId::to_string).collect();
                fields.push(("granted", approval.granted.to_string()));
                fields.push(("shown", approval.consent.shown.to_string()));
                fields.push(("audience", audience.join(" ")));
            }
            AuthorizationState::Revoked(revocation) => {
                fields.push(("revoked_by", revocation.by.to_string()));
            }
        }
        fields
    }

    fn moved(&self, state: AuthorizationState) -> Self {
        Self { state, ..self.clone() }
    }

    const fn refuse(&self, attempt: &'static str) -> InvalidTransition {
        InvalidTransition::new(attempt, self.state_name().as_str())
    }
}

impl fmt::Display for Granted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Roles => f.write_str("the client's roles"),
            Self::Scopes(scopes) => write!(f, "{scopes}"),
        }
    }
}
