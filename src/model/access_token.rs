//! Access tokens, as they are kept (TK-05).

use serde::Deserialize;
use serde::Serialize;

use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::Epoch;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// An access token, as it is kept: its digest, and what it hangs on.
///
/// It is live while everything that it hangs on is: see [`access::judge`](crate::access::judge). A token
/// without a record is no token, so to delete the record is to revoke it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AccessToken {
    /// What a presented token is looked up by.
    pub digest: Digest<kind::AccessToken>,
    /// The organization whose data it opens.
    pub organization: OrganizationId,
    /// The client it was issued to.
    pub client: ClientId,
    /// The authorization it was issued under: dead when another one takes its place (AA-09).
    pub authorization: AuthorizationId,
    /// In whose name it acts.
    pub holder: Holder,
    /// The scopes it was issued with; none for client credentials (TK-07).
    #[serde(default)]
    pub scopes: Scopes,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it is dead. Nothing extends it (LC-11).
    pub expires: Timestamp,
    /// When it was last used, where the organization has an idle timeout; else when it was issued (TK-04).
    pub last_used: Timestamp,
    /// The client's epoch it was issued in.
    #[serde(default)]
    pub client_epoch: Epoch,
    /// The organization's epoch it was issued in.
    #[serde(default)]
    pub organization_epoch: Epoch,
    /// The authorization's epoch it was issued in.
    #[serde(default)]
    pub authorization_epoch: Epoch,
}

/// In whose name a token acts.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The client itself: client credentials.
    Client,
    /// A user, by one login.
    User {
        /// The user.
        user: UserId,
        /// The family of the login.
        family: FamilyId,
    },
}

impl AccessToken {
    /// 86 400 s, a day: how long after its end a token is kept, so that its end can be told from its absence
    /// (DX-06).
    pub const RETENTION: u32 = 86_400;

    /// The user it acts for, if it does for one.
    #[must_use]
    pub const fn user(&self) -> Option<UserId> {
        match self.holder {
            Holder::Client => None,
            Holder::User { user, .. } => Some(user),
        }
    }

    /// The family it hangs on, if it acts for a user.
    #[must_use]
    pub const fn family(&self) -> Option<FamilyId> {
        match self.holder {
            Holder::Client => None,
            Holder::User { family, .. } => Some(family),
        }
    }

    /// The token, used now. Its last use never moves back (LC-11).
    #[must_use]
    pub fn used(&self, now: Timestamp) -> Self {
        Self { last_used: self.last_used.max(now), ..self.clone() }
    }
}
