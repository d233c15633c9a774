//! Where a client has access, whoever owns it (LC-04, LC-10).

use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::value::AuthorizationId;
use crate::value::OrganizationId;
use crate::value::hexadecimal;

/// The organizations that approved a client: those that lose access with it (LC-10).
///
/// Two are equal where the same organizations have the same word on it.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Reach {
    /// How many there are.
    pub organizations: u32,
    /// The first of them, by identifier, up to [`Reach::NAMED`].
    pub first: Vec<OrganizationId>,
    /// Stands for all of them, and for which word of theirs it is.
    digest: String,
}

impl Reach {
    /// 100: the most organizations that are named.
    pub const NAMED: usize = 100;

    /// The reach of a client that these organizations approved, by these authorizations, in the order of the
    /// organizations.
    #[must_use]
    pub fn of(approved: impl IntoIterator<Item = (OrganizationId, AuthorizationId)>) -> Self {
        let mut reach = Self { organizations: 0, first: Vec::new(), digest: String::new() };
        let mut all = Sha256::new();
        for (organization, authorization) in approved {
            all.update(organization.as_bytes());
            all.update(authorization.as_bytes());
            if reach.first.len() < Self::NAMED {
                reach.first.push(organization);
            }
            reach.organizations = reach.organizations.saturating_add(1);
        }
        reach.digest = hexadecimal(&all.finalize());
        reach
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(organization: u8, authorization: u8) -> (OrganizationId, AuthorizationId) {
        (OrganizationId::from_random([organization; 16]), AuthorizationId::from_random([authorization; 16]))
    }

    /// LC-04: another organization, another word, or one fewer is another reach, beyond those that are named too.
    #[test]
    fn lc_04_a_reach_stands_for_every_organization() {
        let all: Vec<_> = (0..150).map(|number| pair(number, 1)).collect();
        let reach = Reach::of(all.iter().copied());
        assert_eq!((reach.organizations, reach.first.len()), (150, 100));
        assert_eq!(reach, Reach::of(all.iter().copied()));
        let mut other = all.clone();
        other[149] = pair(149, 2);
        assert_ne!(reach, Reach::of(other.iter().copied()), "another word");
        other[149] = pair(150, 1);
        assert_ne!(reach, Reach::of(other.iter().copied()), "another organization");
        assert_ne!(reach, Reach::of(other.into_iter().take(149)), "one fewer");
    }
}
