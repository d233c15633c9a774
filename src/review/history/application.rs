//! What an application was.

use serde::Serialize;

use crate::audit::Actor;
use crate::model::Audience;
use crate::model::GrantType;
use crate::model::Granted;
use crate::model::RoleGrants;
use crate::model::StateName;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Name;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// What an application was at an instant, as the organization's trail tells it.
///
/// What the trail does not tell is none; then [`complete`](Self::complete) is off, unless there was none of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ApplicationThen {
    /// The client.
    pub client: ClientId,
    /// The organization's word on it; none where it had said none, or where that went with the client.
    pub authorization: Option<AuthorizationThen>,
    /// The client itself, of the organization's own or built in; none where it is another organization's, or was gone.
    pub registered: Option<ClientThen>,
    /// Whether it was approved without a word of the organization, being built in (AA-13).
    pub approved_by_default: bool,
    /// Whether the events lead from nothing to this, without a gap.
    pub complete: bool,
}

/// The organization's word on a client.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AuthorizationThen {
    /// Which authorization it was.
    pub id: Option<AuthorizationId>,
    /// Pending, approved or revoked.
    pub state: Option<StateName>,
    /// What was asked for, while it was pending.
    pub requested: Option<Scopes>,
    /// What was granted, while it was approved.
    pub granted: Option<Granted>,
    /// Which users might use it, while it was approved (AA-12).
    pub audience: Audience,
    /// Since when it was in this state; none where it was approved by default before the organization said a word (AA-13).
    pub since: Option<Timestamp>,
    /// By whom.
    pub by: Option<Actor>,
}

/// A client of the organization, or one that is built in.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClientThen {
    /// What it was called.
    pub name: Option<Name>,
    /// How it obtained tokens.
    pub grant_type: Option<GrantType>,
    /// Active, inactive or disabled.
    pub state: Option<ClientStateThen>,
    /// How long its tokens lived.
    pub lifetime: Option<TokenLifetime>,
    /// What it might do on its own behalf.
    pub roles: RoleGrants,
    /// What it might ask for.
    pub scopes: Scopes,
    /// When it was created.
    pub created: Option<Timestamp>,
    /// By whom.
    pub created_by: Option<Actor>,
    /// When it was changed last; where that was more than once within the second, by one of those who did.
    pub modified: Timestamp,
    /// By whom.
    pub modified_by: Actor,
}

/// The state of a client, with the instant of its removal where it was set for deletion.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientStateThen {
    /// In use.
    Active,
    /// Set for deletion.
    Inactive {
        /// From then on it is gone.
        removal: Timestamp,
    },
    /// Disabled by the operator.
    Disabled {
        /// From then on it is gone, where it was set for deletion before.
        removal: Option<Timestamp>,
    },
}

impl ClientStateThen {
    /// The instant of its removal, where it was set for deletion.
    #[must_use]
    pub const fn removal(self) -> Option<Timestamp> {
        match self {
            Self::Active => None,
            Self::Inactive { removal } => Some(removal),
            Self::Disabled { removal } => removal,
        }
    }
}
