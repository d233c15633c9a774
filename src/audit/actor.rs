//! Who acted.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

use crate::value::ClientId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::UserId;

/// Who acted, as far as it is known.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Actor {
    /// A user of an organization (OR-04).
    User {
        /// The user's organization.
        organization: OrganizationId,
        /// The user.
        user: UserId,
    },
    /// An OAuth client on its own behalf; in a refused event, the one that was claimed.
    Client(ClientId),
    /// An identity provider of an organization, in whose name an answer came.
    IdentityProvider {
        /// The organization.
        organization: OrganizationId,
        /// The identity provider.
        provider: IdentityProviderId,
    },
    /// Whoever runs the service.
    Operator,
    /// The library itself: what is due, in the sweep.
    Sweep,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User { organization, user } => write!(f, "user {user} of organization {organization}"),
            Self::Client(client) => write!(f, "client {client}"),
            Self::IdentityProvider { organization, provider } => {
                write!(f, "identity provider {provider} of organization {organization}")
            }
            Self::Operator => f.write_str("the operator"),
            Self::Sweep => f.write_str("the sweep"),
        }
    }
}
