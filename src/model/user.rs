//! Users, as the host tells of them (OR-07).

use serde::Deserialize;
use serde::Serialize;

use super::RoleGrants;
use crate::value::EmailAddress;
use crate::value::OrganizationId;
use crate::value::UserId;

/// A user of one organization. The host's own: the library reads it and never writes one (OR-07).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct User {
    /// The organization the user belongs to.
    pub organization: OrganizationId,
    /// Identifies the user in the organization.
    pub id: UserId,
    /// Whether the user may act, and with which roles.
    pub state: UserState,
    /// By which an identity provider and we mean the same person (SA-12). Without it nobody logs in by one. The host
    /// sees to it that no two users of an organization share an address: where they do, neither is let in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<EmailAddress>,
}

/// Whether a user may act.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UserState {
    /// May act with these roles.
    Active(RoleGrants),
    /// May do nothing, and nothing may be done in the user's name. What was issued before and is not yet expired works
    /// again once the user is active again: a host that does not want that ends it, by
    /// [`end_tokens_of_user`](crate::server::Administration::end_tokens_of_user).
    Inactive,
}

impl User {
    /// The roles of an active user.
    #[must_use]
    pub fn roles(&self) -> Option<&RoleGrants> {
        match &self.state {
            UserState::Active(roles) => Some(roles),
            UserState::Inactive => None,
        }
    }
}
