//! Roles, and the grants of roles in divisions (OR-03).

use core::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::value::DivisionId;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Permissions;
use crate::value::RoleId;

/// A named set of permissions of one organization (OR-03). The host's data.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Role {
    /// The organization it belongs to.
    pub organization: OrganizationId,
    /// Identifies the role in its organization.
    pub id: RoleId,
    /// What administrators call it.
    pub name: Name,
    /// What it permits.
    pub permissions: Permissions,
}

/// Where a role is granted.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub enum Division {
    /// In all divisions, those to come included.
    #[serde(rename = "*")]
    All,
    /// In one division.
    #[serde(untagged)]
    One(DivisionId),
}

impl Division {
    /// Whether a grant here holds there too.
    #[must_use]
    pub fn covers(self, other: Self) -> bool {
        match (self, other) {
            (Self::All, Self::All | Self::One(_)) => true,
            (Self::One(mine), Self::One(theirs)) => mine == theirs,
            (Self::One(_), Self::All) => false,
        }
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("*"),
            Self::One(division) => write!(f, "{division}"),
        }
    }
}

/// A role in a division, or in all of them.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
pub struct RoleGrant {
    /// The role.
    pub role: RoleId,
    /// Where it is granted.
    pub division: Division,
}

impl fmt::Display for RoleGrant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "role {} in division {}", self.role, self.division)
    }
}

/// The roles someone holds: a set, at most [`RoleGrants::MAX`]. Cheap to clone.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Vec<RoleGrant>", into = "Vec<RoleGrant>")]
pub struct RoleGrants(Option<Arc<[RoleGrant]>>);

/// More role grants than [`RoleGrants::MAX`].
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{count} role grants are more than {max}", max = RoleGrants::MAX)]
pub struct RoleGrantsError {
    /// How many there were.
    pub count: usize,
}

impl RoleGrants {
    /// 500: the most that one user or client holds.
    pub const MAX: usize = 500;

    /// These grants, each once.
    ///
    /// # Errors
    ///
    /// [`RoleGrantsError`] above [`RoleGrants::MAX`].
    pub fn new(grants: impl IntoIterator<Item = RoleGrant>) -> Result<Self, RoleGrantsError> {
        let mut grants: Vec<RoleGrant> = grants.into_iter().collect();
        grants.sort_unstable();
        grants.dedup();
        if grants.len() > Self::MAX {
            return Err(RoleGrantsError { count: grants.len() });
        }
        Ok(Self((!grants.is_empty()).then(|| grants.into())))
    }

    /// The grants, sorted.
    #[must_use]
    pub fn as_slice(&self) -> &[RoleGrant] {
        self.0.as_deref().unwrap_or_default()
    }

    /// The grants, sorted.
    pub fn iter(&self) -> core::slice::Iter<'_, RoleGrant> {
        self.as_slice().iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether this grant is held, in its division or in all (OR-06).
    #[must_use]
    pub fn covers(&self, wanted: &RoleGrant) -> bool {
        self.iter().any(|held| held.role == wanted.role && held.division.covers(wanted.division))
    }

    /// Whether the role is held in any division.
    #[must_use]
    pub fn holds(&self, role: RoleId) -> bool {
        self.iter().any(|held| held.role == role)
    }

    /// The roles, each once, in whatever divisions.
    pub fn roles(&self) -> impl Iterator<Item = RoleId> {
        let mut last = None;
        self.iter().map(|grant| grant.role).filter(move |role| last.replace(*role) != Some(*role))
    }
}

impl<'a> IntoIterator for &'a RoleGrants {
    type Item = &'a RoleGrant;
    type IntoIter = core::slice::Iter<'a, RoleGrant>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<RoleGrant>> for RoleGrants {
    type Error = RoleGrantsError;

    fn try_from(grants: Vec<RoleGrant>) -> Result<Self, RoleGrantsError> {
        Self::new(grants)
    }
}

impl From<RoleGrants> for Vec<RoleGrant> {
    fn from(grants: RoleGrants) -> Self {
        grants.as_slice().to_vec()
    }
}

impl fmt::Display for RoleGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, grant) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(", ")?;
            }
            write!(f, "{}/{}", grant.role, grant.division)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grant(role: u8, division: Division) -> RoleGrant {
        RoleGrant { role: RoleId::from_random([role; 16]), division }
    }

    fn division(id: u8) -> Division {
        Division::One(DivisionId::from_random([id; 16]))
    }

    /// OR-03, OR-06: a grant in all divisions covers each; one in a division covers that one alone.
    #[test]
    fn or_03_all_divisions_cover_each() {
        let held = RoleGrants::new([grant(1, Division::All), grant(2, division(9))]).unwrap();
        assert!(held.covers(&grant(1, division(5))));
        assert!(held.covers(&grant(1, Division::All)));
        assert!(held.covers(&grant(2, division(9))));
        assert!(!held.covers(&grant(2, division(8))));
        assert!(!held.covers(&grant(2, Division::All)));
        assert!(!held.covers(&grant(3, division(9))));
    }

    #[test]
    fn a_role_in_two_divisions_is_one_role() {
        let held =
            RoleGrants::new([grant(1, division(1)), grant(1, division(2)), grant(1, division(1))]).unwrap();
        assert_eq!(held.as_slice().len(), 2);
        assert_eq!(held.roles().count(), 1);
    }

    #[test]
    fn json_form_is_short_and_checked() {
        let held = RoleGrants::new([grant(1, Division::All), grant(1, division(2))]).unwrap();
        let json = serde_json::to_string(&held).unwrap();
        assert!(json.contains(r#""division":"*""#), "{json}");
        assert_eq!(serde_json::from_str::<RoleGrants>(&json).unwrap(), held);
        let many = (0..501_u128)
            .map(|n| RoleGrant { role: RoleId::from_bytes(n.to_be_bytes()), division: Division::All });
        assert_eq!(RoleGrants::new(many), Err(RoleGrantsError { count: 501 }));
    }
}
