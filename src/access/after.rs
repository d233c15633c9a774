//! What there would be after a change that is not made yet (GV-04, GV-05): copies, in which what the change writes has
//! taken its place.

use std::sync::Arc;

use super::Access;
use super::Roles;
use super::Standing;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Record;
use crate::model::Role;

impl Access {
    /// A copy, as it would be once the changes are made. Roles that the client or the user would have instead of those
    /// they have are not in it, and permit nothing until they are [added](Self::add): see [`role_keys`](Self::role_keys).
    #[must_use]
    pub fn after(&self, changes: &Changes) -> Self {
        let stays = |role: &&Role| changes.written(Key::Role(role.organization, role.id)).is_none();
        let roles = self.roles.iter().filter(stays);
        let mut after = Self {
            token: self.token.clone(),
            standing: self.standing.after(changes),
            roles: roles.cloned().collect::<Roles>(),
        };
        for change in changes {
            match change {
                Change::Insert(Record::Role(role)) | Change::Update(_, Record::Role(role)) => {
                    after.roles.push(Arc::clone(role));
                }
                Change::Insert(_) | Change::Update(..) | Change::Delete(..) | Change::Unchanged(..) => {}
            }
        }
        after
    }

    /// The keys of the roles that bear on it and are not in it.
    pub fn missing_roles(&self) -> impl Iterator<Item = Key> {
        self.role_keys().filter(|key| match key {
            Key::Role(organization, role) => self.roles.find(*organization, *role).is_none(),
            _ => false,
        })
    }
}

impl Standing {
    /// A copy, as it would be once the changes are made. Which records it is about, the organization, the client, the login
    /// and the user that are there tell; what another's would become bears on nothing here.
    #[must_use]
    pub fn after(&self, changes: &Changes) -> Self {
        let organization = self.organization.as_ref().map(|there| there.id());
        let client = self.client.as_ref().map(|there| there.id);
        let user = self.user.as_ref().map(|there| there.id);
        let consent = self.consent.as_ref().map(|there| there.user).or(user);
        let family = self.family.as_ref().map(|there| there.id);
        let of_both = organization.zip(client);
        let mut after = self.clone();
        if let Some(written) = organization.and_then(|id| changes.written(Key::Organization(id))) {
            after.organization = match written {
                Some(Record::Organization(new)) => Some(Arc::clone(new)),
                Some(_) | None => None,
            };
        }
        if let Some(written) = client.and_then(|id| changes.written(Key::Client(id))) {
            after.client = match written {
                Some(Record::Client(new)) => Some(Arc::clone(new)),
                // A tombstone is no client.
                Some(_) | None => None,
            };
        }
        if let Some(written) = of_both.and_then(|(of, id)| changes.written(Key::Authorization(of, id))) {
            after.authorization = match written {
                Some(Record::Authorization(new)) => Some(Arc::clone(new)),
                Some(_) | None => None,
            };
        }
        if let Some(written) = family.and_then(|id| changes.written(Key::Family(id))) {
            after.family = match written {
                Some(Record::Family(new)) => Some(Arc::clone(new)),
                Some(_) | None => None,
            };
        }
        let consent = of_both.zip(consent).map(|((of, with), user)| Key::UserConsent(of, with, user));
        if let Some(written) = consent.and_then(|key| changes.written(key)) {
            after.consent = match written {
                Some(Record::UserConsent(new)) => Some(Arc::clone(new)),
                Some(_) | None => None,
            };
        }
        let user = organization.zip(user).map(|(of, user)| Key::User(of, user));
        if let Some(written) = user.and_then(|key| changes.written(key)) {
            after.user = match written {
                Some(Record::User(new)) => Some(Arc::clone(new)),
                Some(_) | None => None,
            };
        }
        after
    }
}
