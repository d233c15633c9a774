//! Who acts, and what that user may do (OR-04, OR-06).

use std::sync::Arc;

use crate::access::Roles;
use crate::audit::Actor;
use crate::change::Denial;
use crate::model::Organization;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::model::User;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::UserId;

/// An active user of an organization, with the roles at hand. Every administrative operation takes one
/// (OR-04).
#[derive(Clone, Debug)]
pub struct ActingUser {
    organization: Arc<Organization>,
    user: UserId,
    grants: RoleGrants,
    roles: Roles,
}

impl ActingUser {
    /// The user who acts, as the store told of it.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`] unless the organization is there, and the user is an active one of it.
    pub fn new(
        organization: Option<Arc<Organization>>,
        user: Option<&User>,
        roles: Roles,
    ) -> Result<Self, Denial> {
        let organization = organization.ok_or(Denial::UnknownActor)?;
        let user = user.filter(|user| user.organization == organization.id()).ok_or(Denial::UnknownActor)?;
        let grants = user.roles().ok_or(Denial::UnknownActor)?.clone();
        Ok(Self { organization, user: user.id, grants, roles })
    }

    /// The user's organization.
    #[must_use]
    pub fn organization(&self) -> &Organization {
        &self.organization
    }

    /// The identifier of the user's organization.
    #[must_use]
    pub fn organization_id(&self) -> OrganizationId {
        self.organization.id()
    }

    /// The user, as the audit trail names it.
    #[must_use]
    pub fn actor(&self) -> Actor {
        Actor::User { organization: self.organization.id(), user: self.user }
    }

    /// The role grants that the user holds.
    #[must_use]
    pub const fn roles(&self) -> &RoleGrants {
        &self.grants
    }

    /// Needs the permission, in whichever division: clients and applications belong to none.
    ///
    /// # Errors
    ///
    /// [`Denial::MissingPermission`].
    pub fn require(&self, permission: &Permission) -> Result<(), Denial> {
        let organization = self.organization.id();
        let held = self
            .grants
            .roles()
            .filter_map(|role| self.roles.find(organization, role))
            .any(|role| role.permissions.covers(permission));
        if held { Ok(()) } else { Err(Denial::MissingPermission(permission.clone())) }
    }

    /// Needs every one of these role grants: the same-roles rule (OR-06).
    ///
    /// # Errors
    ///
    /// [`Denial::MissingRoles`] names those that the user does not hold.
    pub fn must_hold(&self, roles: &RoleGrants) -> Result<(), Denial> {
        let missing: Vec<RoleGrant> =
            roles.iter().filter(|role| !self.grants.covers(role)).copied().collect();
        if missing.is_empty() { Ok(()) } else { Err(Denial::MissingRoles(missing)) }
    }
}
