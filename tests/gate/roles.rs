//! Role grants, and where permissions are held by them: the table for calls.

use grantor::model::Division;
use grantor::model::Role;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::value::OrganizationId;
use grantor::value::PermissionPattern;
use grantor::value::Permissions;
use grantor::value::RoleId;

use super::world::*;

/// Where a permission is held.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Held {
    Here,
    Elsewhere,
    Everywhere,
}

impl Held {
    fn division(self) -> Division {
        match self {
            Self::Here => Division::One(DIVISION),
            Self::Elsewhere => Division::One(OTHER_DIVISION),
            Self::Everywhere => Division::All,
        }
    }
}

/// Role grants and the roles that are at hand, with where `p` and `q` are held by them.
pub struct Roles {
    pub name: &'static str,
    grants: &'static [(RoleId, Held)],
    at_hand: &'static [(OrganizationId, RoleId, &'static str)],
    pub p: &'static [Held],
    pub q: &'static [Held],
}

pub const P: &str = "routing:queue:view";
pub const Q: &str = "routing:queue:edit";
const BOTH_ROLES: [(OrganizationId, RoleId, &str); 2] = [(HOME, ROLE, P), (HOME, OTHER_ROLE, Q)];

const fn fifth(last: u8) -> RoleId {
    RoleId::from_bytes([last; 16])
}

pub const ROLES: [Roles; 19] = {
    use Held::*;
    [
        Roles {
            name: "no grant of the role",
            grants: &[(THIRD_ROLE, Everywhere)],
            at_hand: &BOTH_ROLES,
            p: &[],
            q: &[],
        },
        Roles { name: "here", grants: &[(ROLE, Here)], at_hand: &BOTH_ROLES, p: &[Here], q: &[] },
        Roles {
            name: "elsewhere",
            grants: &[(ROLE, Elsewhere)],
            at_hand: &BOTH_ROLES,
            p: &[Elsewhere],
            q: &[],
        },
        Roles {
            name: "everywhere",
            grants: &[(ROLE, Everywhere)],
            at_hand: &BOTH_ROLES,
            p: &[Everywhere],
            q: &[],
        },
        Roles {
            name: "here and elsewhere, which is not everywhere",
            grants: &[(ROLE, Here), (ROLE, Elsewhere)],
            at_hand: &BOTH_ROLES,
            p: &[Here, Elsewhere],
            q: &[],
        },
        Roles {
            name: "two roles here",
            grants: &[(ROLE, Here), (OTHER_ROLE, Here)],
            at_hand: &BOTH_ROLES,
            p: &[Here],
            q: &[Here],
        },
        Roles {
            name: "two roles, one here and one elsewhere",
            grants: &[(ROLE, Here), (OTHER_ROLE, Elsewhere)],
            at_hand: &BOTH_ROLES,
            p: &[Here],
            q: &[Elsewhere],
        },
        Roles {
            name: "two roles, one everywhere and one here",
            grants: &[(ROLE, Everywhere), (OTHER_ROLE, Here)],
            at_hand: &BOTH_ROLES,
            p: &[Everywhere],
            q: &[Here],
        },
        Roles {
            name: "two roles everywhere",
            grants: &[(ROLE, Everywhere), (OTHER_ROLE, Everywhere)],
            at_hand: &BOTH_ROLES,
            p: &[Everywhere],
            q: &[Everywhere],
        },
        Roles {
            name: "one role with both",
            grants: &[(ROLE, Here)],
            at_hand: &[(HOME, ROLE, "routing:queue:*")],
            p: &[Here],
            q: &[Here],
        },
        Roles {
            name: "one role with everything",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[(HOME, ROLE, "*:*:*")],
            p: &[Everywhere],
            q: &[Everywhere],
        },
        Roles {
            name: "a role with what sounds alike",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[(HOME, ROLE, "routing:queue:views routing:queues:view outbound:*:*")],
            p: &[],
            q: &[],
        },
        Roles {
            name: "the role is not at hand",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[],
            p: &[],
            q: &[],
        },
        Roles {
            name: "one of two is not at hand",
            grants: &[(ROLE, Everywhere), (OTHER_ROLE, Everywhere)],
            at_hand: &[(HOME, OTHER_ROLE, Q)],
            p: &[],
            q: &[Everywhere],
        },
        Roles {
            name: "another role is at hand",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[(HOME, OTHER_ROLE, P)],
            p: &[],
            q: &[],
        },
        Roles {
            name: "the role of another organization, with the same id",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[(ABROAD, ROLE, "*:*:*")],
            p: &[],
            q: &[],
        },
        Roles {
            name: "the role of another organization before the own one",
            grants: &[(ROLE, Here)],
            at_hand: &[(ABROAD, ROLE, "*:*:*"), (HOME, ROLE, P)],
            p: &[Here],
            q: &[],
        },
        Roles {
            name: "the fifth role",
            grants: &[
                (fifth(1), Here),
                (fifth(2), Here),
                (fifth(3), Here),
                (fifth(4), Here),
                (fifth(5), Here),
            ],
            at_hand: &[
                (HOME, fifth(1), "a:b:c"),
                (HOME, fifth(2), "a:b:c"),
                (HOME, fifth(3), "a:b:c"),
                (HOME, fifth(4), "a:b:c"),
                (HOME, fifth(5), P),
            ],
            p: &[Here],
            q: &[],
        },
        Roles {
            name: "a role without permissions",
            grants: &[(ROLE, Everywhere)],
            at_hand: &[(HOME, ROLE, "")],
            p: &[],
            q: &[],
        },
    ]
};

impl Roles {
    pub fn grants(&self) -> RoleGrants {
        let grant = |&(role, held): &(RoleId, Held)| RoleGrant { role, division: held.division() };
        grants(&self.grants.iter().map(grant).collect::<Vec<_>>())
    }

    pub fn at_hand(&self) -> impl Iterator<Item = Role> {
        self.at_hand.iter().map(|&(organization, id, permissions)| {
            let patterns = permissions.split_whitespace().map(|text| PermissionPattern::new(text).unwrap());
            Role { organization, id, name: name(), permissions: Permissions::new(patterns).unwrap() }
        })
    }
}
