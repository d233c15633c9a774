//! A few roles at hand, without an allocation.

use std::sync::Arc;

use crate::model::Role;
use crate::value::OrganizationId;
use crate::value::RoleId;

/// The roles that bear on one call. Up to four are held in place.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    first: [Option<Arc<Role>>; 4],
    more: Vec<Arc<Role>>,
}

impl Roles {
    /// No roles.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// And this role.
    pub fn push(&mut self, role: impl Into<Arc<Role>>) {
        match self.first.iter_mut().find(|place| place.is_none()) {
            Some(place) => *place = Some(role.into()),
            None => self.more.push(role.into()),
        }
    }

    /// The role of the organization, if it is at hand.
    #[must_use]
    pub fn find(&self, organization: OrganizationId, id: RoleId) -> Option<&Role> {
        self.iter().find(|role| role.id == id && role.organization == organization)
    }

    /// The roles, in the order they were pushed.
    pub fn iter(&self) -> impl Iterator<Item = &Role> {
        self.first.iter().flatten().chain(&self.more).map(Arc::as_ref)
    }
}

impl<R: Into<Arc<Role>>> FromIterator<R> for Roles {
    fn from_iter<I: IntoIterator<Item = R>>(roles: I) -> Self {
        let mut collected = Self::none();
        for role in roles {
            collected.push(role);
        }
        collected
    }
}
