//! How many clients an organization has (CL-17).

use serde::Deserialize;
use serde::Serialize;

use crate::value::OrganizationId;

/// The number of clients of an organization, those set for deletion included (CL-17).
///
/// A record of its own, so that creating a client conflicts with creating another one, and with nothing else.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClientTally {
    /// The organization.
    pub organization: OrganizationId,
    /// How many clients it has.
    pub clients: u32,
}

impl ClientTally {
    /// The tally of an organization that never had a client.
    #[must_use]
    pub const fn none(organization: OrganizationId) -> Self {
        Self { organization, clients: 0 }
    }

    /// One client more.
    #[must_use]
    pub const fn more(self) -> Self {
        Self { clients: self.clients.saturating_add(1), ..self }
    }

    /// One client less.
    #[must_use]
    pub const fn less(self) -> Self {
        Self { clients: self.clients.saturating_sub(1), ..self }
    }
}
