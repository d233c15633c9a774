//! In whose name: the client's own, or a user's by a login.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::access::Standing;
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
use super::ConsentStanding;
use super::OrganizationState;
use super::Under;
use super::Verb;
use crate::world::*;

/// The epoch of an authorization that nothing here was issued in, and none has come to.
const NO_EPOCH: Epoch = EPOCH.next().next();

/// For whom: the client itself, or a user by a login.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum HolderState {
    /// The client; beside it a family, a consent and a user that are not asked about, or none.
    Client {
        beside: bool,
    },
    User(FamilyStanding, ConsentStanding, UserStanding),
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
    /// In another epoch of the client, of the organization, or of the authorization, than the token.
    InAnotherClientEpoch,
    InAnotherOrganizationEpoch,
    InAnotherAuthorizationEpoch,
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

/// What a login stands on beside its consent and its user: what ends it where it is ended.
#[derive(Clone, Copy, Debug)]
pub struct Ground {
    pub organization: OrganizationState,
    pub client: ClientState,
    pub authorization: AuthorizationState,
    /// The authorization under which the login began.
    pub under: Under,
}

impl HolderState {
    /// Every family with each of these consents and every user, and the client by itself.
    pub fn all(verb: Verb, consents: &[ConsentStanding]) -> Vec<Self> {
        let mut all = vec![Self::Client { beside: false }, Self::Client { beside: true }];
        for family in FamilyStanding::all(verb) {
            for &consent in consents {
                all.extend(UserStanding::ALL.map(|user| Self::User(family, consent, user)));
            }
        }
        all
    }

    pub fn is_user(self) -> bool {
        matches!(self, Self::User(..))
    }

    /// The records of the family, the consent and the user.
    pub fn standing(self, under: Under) -> Standing {
        let (family, consent, user) = match self {
            Self::Client { beside: false } => (None, None, None),
            Self::Client { beside: true } => (
                Some(Arc::new(family(under.id()))),
                Some(Arc::new(consent().withdrawn())),
                Some(Arc::new(user(RoleGrants::default()))),
            ),
            Self::User(family, consent, user) => (family.record(under), consent.record(), user.record()),
        };
        Standing { family, consent, user, ..Standing::default() }
    }

    /// The reasons of the family, those of the consent, and those of the user.
    pub fn refusals(self, ground: Ground) -> [Vec<Refusal>; 3] {
        match self {
            Self::Client { .. } => [vec![], vec![], vec![]],
            // A new login stands on no family, and no consent of before.
            Self::User(FamilyStanding::NotAsked, _, user) => {
                [vec![], vec![], user.refusals(ground.authorization)]
            }
            Self::User(family, consent, user) => {
                [family.refusals(ground), consent.refusals(), user.refusals(ground.authorization)]
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
            Self::InAnotherAuthorizationEpoch,
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
        let live = TokenFamily { authorization_epoch: under.epoch(), ..family(under.id()) };
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
            Self::InAnotherAuthorizationEpoch => TokenFamily { authorization_epoch: NO_EPOCH, ..live },
            Self::Until(end) => TokenFamily { expires: at(end), ..live },
            // What is not asked about decides nothing, whatever state it is in.
            Self::NotAsked | Self::Revoked => TokenFamily { state: revoked, ..live },
            Self::RevokedAndExpired => TokenFamily { state: revoked, expires: at(-1), ..live },
        }))
    }

    /// The reasons against a login that is to go on.
    fn refusals(self, ground: Ground) -> Vec<Refusal> {
        let expired = |offset| Refusal::FamilyExpired { expired: at(offset) };
        let mut reasons = match self {
            // OR-01, threat 11: another organization's, client's or user's login is none, whatever else it is.
            Self::NotAsked
            | Self::Absent
            | Self::AnotherId
            | Self::OfAnotherOrganization
            | Self::OfAnotherClient
            | Self::OfAnotherUser => return vec![Refusal::FamilyUnknown],
            Self::Until(end) if end <= 0 => vec![expired(end)],
            // AA-08 and GR-04: revoked is for good.
            Self::Revoked => vec![Refusal::FamilyRevoked(revocation())],
            Self::RevokedAndExpired => vec![Refusal::FamilyRevoked(revocation()), expired(-1)],
            Self::Until(_)
            | Self::UnderAnotherAuthorization
            | Self::InAnotherClientEpoch
            | Self::InAnotherOrganizationEpoch
            | Self::InAnotherAuthorizationEpoch => vec![],
        };
        // LC-07, TK-10: what ends tokens ends the logins that could give new ones.
        if self == Self::InAnotherOrganizationEpoch || ground.organization.is_in_another_epoch() {
            reasons.push(Refusal::OrganizationEndedTokens);
        }
        if self == Self::InAnotherClientEpoch || ground.client.is_in_another_epoch() {
            reasons.push(Refusal::ClientEndedTokens);
        }
        reasons.extend(self.ended(ground.under, ground.authorization.current(ground.client)));
        reasons
    }

    /// AA-09, TK-10: starting from scratch continues nothing, and neither does ending all tokens.
    fn ended(self, under: Under, current: Option<Under>) -> Option<Refusal> {
        match self {
            Self::UnderAnotherAuthorization => Some(Refusal::Superseded),
            Self::InAnotherAuthorizationEpoch if current.is_some_and(|now| under.is_of_one_with(now)) => {
                Some(Refusal::AuthorizationEndedTokens)
            }
            Self::InAnotherAuthorizationEpoch => Some(Refusal::Superseded),
            Self::NotAsked
            | Self::Absent
            | Self::AnotherId
            | Self::OfAnotherOrganization
            | Self::OfAnotherClient
            | Self::OfAnotherUser
            | Self::InAnotherClientEpoch
            | Self::InAnotherOrganizationEpoch
            | Self::Until(_)
            | Self::Revoked
            | Self::RevokedAndExpired => under.ended(current),
        }
    }
}

impl UserStanding {
    pub const USUAL: [Self; 5] =
        [Self::Absent, Self::OfAnotherOrganization, Self::Inactive, Self::OutsideAudience, Self::InAudience];
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
