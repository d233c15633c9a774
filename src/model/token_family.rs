//! Families: the tokens that descend from one login.

use serde::Deserialize;
use serde::Serialize;

use super::Holder;
use super::Revocation;
use crate::audit::Actor;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::Epoch;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::RefreshGrace;
use crate::value::Salt;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

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
    /// The authorization's epoch it began in: dead in any later one (TK-10).
    #[serde(default)]
    pub authorization_epoch: Epoch,
    /// The epoch of the user's consent it began in: dead in any later one (TK-10).
    #[serde(default)]
    pub consent_epoch: Epoch,
    /// The scopes of the login. Nothing issued in it has others (GR-08).
    #[serde(default)]
    pub scopes: Scopes,
    /// The refresh token in force; none where none was issued (GR-08).
    #[serde(default)]
    pub refresh: Option<Refresh>,
}

/// The refresh token of a family: the one in force, and the one that it took the place of.
///
/// Nothing is kept of those before. A token names its family, so that any other token of it is known to be
/// spent, however old it is.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Refresh {
    /// The token in force.
    pub current: Digest<kind::RefreshToken>,
    /// The one before, while a lost answer may be asked for again; none where its client has no grace.
    pub replaced: Option<Replaced>,
}

/// A refresh token that was replaced, and how its successor is made once more.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Replaced {
    /// The token that was replaced.
    pub digest: Digest<kind::RefreshToken>,
    /// What its successor is made of, beside the token itself.
    pub salt: Salt,
    /// When it was replaced. Asking again does not change it.
    pub at: Timestamp,
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

impl TokenFamily {
    /// In whose name all of its tokens act.
    #[must_use]
    pub const fn holder(&self) -> Holder {
        Holder::User { user: self.user, family: self.id }
    }

    /// The family, ended for good.
    #[must_use]
    pub fn revoked(&self, by: Actor, now: Timestamp) -> Self {
        Self { state: FamilyState::Revoked(Revocation { by, at: now }), ..self.clone() }
    }

    /// The family with this refresh token in force.
    #[must_use]
    pub fn with_refresh(&self, refresh: Refresh) -> Self {
        Self { refresh: Some(refresh), ..self.clone() }
    }
}

impl Replaced {
    /// Whether this token, presented once more, is answered with the same successor: within the grace, to the
    /// second.
    #[must_use]
    pub fn is_answered_again(
        &self,
        presented: &Digest<kind::RefreshToken>,
        grace: Option<RefreshGrace>,
        now: Timestamp,
    ) -> bool {
        // Compared in any case: the time taken tells nothing.
        let same = self.digest == *presented;
        same & grace.is_some_and(|grace| now < self.at.plus(grace.get()))
    }
}
