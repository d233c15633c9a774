//! Families: the tokens that descend from one login.

use serde::Deserialize;
use serde::Serialize;

use super::Revocation;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UserId;

/// All tokens that descend from one login of a user. To revoke it is to revoke them all, in one write.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TokenFamily {
    /// Identifies the family.
    pub id: FamilyId,
    /// The organization the user logged in to.
    pub organization: OrganizationId,
    /// The client it logged in for.
    pub client: ClientId,
    /// The authorization under which it began.
    pub authorization: AuthorizationId,
    /// Who logged in.
    pub user: UserId,
    /// When.
    pub began: Timestamp,
    /// From when on all of it is dead. Nothing extends it.
    pub expires: Timestamp,
    /// Whether it was ended before.
    pub state: FamilyState,
    /// The client's epoch it began in: dead in any later one (LC-07).
    #[serde(default)]
    pub client_epoch: Epoch,
    /// The organization's epoch it began in: dead in any later one (TK-10).
    #[serde(default)]
    pub organization_epoch: Epoch,
}

/// Whether a family was ended before its time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FamilyState {
    /// It was not.
    Live,
    /// It was, for good.
    Revoked(Revocation),
}
