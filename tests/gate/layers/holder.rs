//! In whose name: the client's own, or a user's by a login.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::model::Division;
use grantor::model::FamilyState;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserState;
use grantor::value::Epoch;

use super::AuthorizationState;
use super::ClientState;
use super::OrganizationState;
use super::Under;
use super::Verb;
use crate::world::*;

/// For whom: the client itself, or a user by a login.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HolderState {
    /// The client; beside it a family and a user that are not asked about, or none.
    Client {
        beside: bool,
    },
    User(FamilyStanding, UserStanding),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum FamilyStanding {
    /// A new login: for issuing alone.
    NotAsked,
    Absent,
    AnotherId,
    OfAnotherOrganization,
    OfAnotherClient,
    OfAnotherUser,
    UnderAnotherAuthorization,
    /// In another epoch of the client, or of the organization, than the token.
    InAnotherClientEpoch,
    InAnotherOrganizationEpoch,
    /// Live until this offset from now.
    Until(i64),
    Revoked,
    RevokedAndExpired,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum UserStanding {
    Absent,
    AnotherId,
    OfAnotherOrganization,
    Inactive,
    WithoutRoles,
    OutsideAudience,
    InAudience,
}

impl HolderState {
    pub fn all(verb: Verb) -> Vec<Self> {
        let mut all = vec![Self::Client { beside: false }, Self::Client { beside: true }];
        for family in FamilyStanding::all(verb) {
            all.extend(UserStanding::ALL.map(|user| Self::User(family, user)));
        }
        all
    }

    pub fn is_user(self) -> bool {
        matches!(self, Self::User(..))
    }

    pub fn family(self, under: Under) -> Option<Arc<TokenFamily>> {
        match self {
            Self::Client { beside } => beside.then(|| Arc::new(family(under.id()))),
            Self::User(family, _) => family.record(under),
        }
    }

    pub fn user(self) -> Option<Arc<User>> {
        match self {
            Self::Client { beside } => beside.then(|| Arc::new(user(RoleGrants::default()))),
            Self::User(_, user) => user.record(),
        }
    }

    /// The reasons of the family, then those of the user.
    pub fn refusals(self, authorization: AuthorizationState) -> [Vec<Refusal>; 2] {
        match self {
            Self::Client { .. } => [vec![], vec![]],
            Self::User(family, user) => [family.refusals(), user.refusals(authorization)],
        }
    }

    /// As [`refusals`](Self::refusals), of a family that is to be continued and began under another
    /// authorization than the current one: AA-09, starting from scratch continues nothing.
    pub fn refusals_of_a_former_family(self, authorization: AuthorizationState) -> [Vec<Refusal>; 2] {
        let [mut by_family, by_user] = self.refusals(authorization);
        match self {
            Self::Client { .. } | Self::User(FamilyStanding::NotAsked, _) => {}
            Self::User(..) => by_family.extend([Refusal::FamilyUnknown, Refusal::Superseded]),
        }
        [by_family, by_user]
    }
}

impl HolderState {
    /// The reasons of a login that is to be continued after its client or organization ended what came
    /// before.
    pub fn refusals_of_an_ended_login(
        self,
        organization: OrganizationState,
        client: ClientState,
    ) -> Vec<Refusal> {
        match self {
            Self::Client { .. } | Self::User(FamilyStanding::NotAsked, _) => vec![],
            Self::User(..) => {
                let by_organization = organization.is_later().then_some(Refusal::OrganizationEndedTokens);
                let by_client = client.is_later().then_some(Refusal::ClientEndedTokens);
                by_organization.into_iter().chain(by_client).collect()
            }
        }
    }
}

impl FamilyStanding {
    pub fn all(verb: Verb) -> Vec<Self> {
        let asked = [
            Self::Absent,
            Self::AnotherId,
            Self::OfAnotherOrganization,
            Self::OfAnotherClient,
            Self::OfAnotherUser,
            Self::UnderAnotherAuthorization,
            Self::InAnotherClientEpoch,
            Self::InAnotherOrganizationEpoch,
            Self::Until(1),
            Self::Until(0),
            Self::Until(-1),
            Self::Revoked,
            Self::RevokedAndExpired,
        ];
        let not_asked = (verb == Verb::Issue).then_some(Self::NotAsked);
        not_asked.into_iter().chain(asked).collect()
    }

    fn record(self, under: Under) -> Option<Arc<TokenFamily>> {
        let live = family(under.id());
        let revoked = FamilyState::Revoked(revocation());
        Some(Arc::new(match self {
            Self::Absent => return None,
            Self::AnotherId => TokenFamily { id: OTHER_FAMILY, ..live },
            Self::OfAnotherOrganization => TokenFamily { organization: ABROAD, ..live },
            Self::OfAnotherClient => TokenFamily { client: OTHER_CLIENT, ..live },
            Self::OfAnotherUser => TokenFamily { user: OTHER_USER, ..live },
            Self::UnderAnotherAuthorization => TokenFamily { authorization: UNHEARD_OF, ..live },
            Self::InAnotherClientEpoch => TokenFamily { client_epoch: Epoch::FIRST, ..live },
            Self::InAnotherOrganizationEpoch => TokenFamily { organization_epoch: Epoch::FIRST, ..live },
            Self::Until(end) => TokenFamily { expires: at(end), ..live },
            // What is not asked about decides nothing, whatever state it is in.
            Self::NotAsked | Self::Revoked => TokenFamily { state: revoked, ..live },
            Self::RevokedAndExpired => TokenFamily { state: revoked, expires: at(-1), ..live },
        }))
    }

    fn refusals(self) -> Vec<Refusal> {
        let expired = |offset| Refusal::FamilyExpired { expired: at(offset) };
        match self {
            Self::NotAsked => vec![],
            // OR-01, threat 11: another organization's, client's or user's login is none.
            Self::Absent
            | Self::AnotherId
            | Self::OfAnotherOrganization
            | Self::OfAnotherClient
            | Self::OfAnotherUser => vec![Refusal::FamilyUnknown],
            // AA-09.
            Self::UnderAnotherAuthorization => vec![Refusal::FamilyUnknown, Refusal::Superseded],
            // LC-07, TK-10: what ends tokens ends the logins that could give new ones.
            Self::InAnotherClientEpoch => vec![Refusal::ClientEndedTokens],
            Self::InAnotherOrganizationEpoch => vec![Refusal::OrganizationEndedTokens],
            Self::Until(end) if end <= 0 => vec![expired(end)],
            Self::Until(_) => vec![],
            // AA-08 and GR-04: revoked is for good.
            Self::Revoked => vec![Refusal::FamilyRevoked(revocation())],
            Self::RevokedAndExpired => vec![Refusal::FamilyRevoked(revocation()), expired(-1)],
        }
    }
}

impl UserStanding {
    pub const ALL: [Self; 7] = [
        Self::Absent,
        Self::AnotherId,
        Self::OfAnotherOrganization,
        Self::Inactive,
        Self::WithoutRoles,
        Self::OutsideAudience,
        Self::InAudience,
    ];

    fn record(self) -> Option<Arc<User>> {
        let one = |role| user(grants(&[RoleGrant { role, division: Division::One(DIVISION) }]));
        Some(Arc::new(match self {
            Self::Absent => return None,
            Self::AnotherId => User { id: OTHER_USER, ..one(ROLE) },
            Self::OfAnotherOrganization => User { organization: ABROAD, ..one(ROLE) },
            Self::Inactive => User { state: UserState::Inactive, ..one(ROLE) },
            Self::WithoutRoles => user(RoleGrants::default()),
            Self::OutsideAudience => one(OTHER_ROLE),
            Self::InAudience => one(ROLE),
        }))
    }

    fn refusals(self, authorization: AuthorizationState) -> Vec<Refusal> {
        match self {
            // OR-01, OR-07.
            Self::Absent | Self::AnotherId | Self::OfAnotherOrganization => vec![Refusal::UserUnknown],
            // OR-07.
            Self::Inactive => vec![Refusal::UserInactive],
            // AA-12: none means all.
            Self::WithoutRoles | Self::OutsideAudience if authorization.is_limited() => {
                vec![Refusal::UserOutsideAudience]
            }
            Self::WithoutRoles | Self::OutsideAudience | Self::InAudience => vec![],
        }
    }
}
