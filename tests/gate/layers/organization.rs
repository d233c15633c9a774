//! The organization: whose data is opened, its epoch, its word on unused tokens.

use std::sync::Arc;

use grantor::access::Refusal;
use grantor::model::IdleTimeout;
use grantor::model::Organization;
use grantor::model::Policy;

use super::Age;
use super::Verb;
use crate::world::*;

/// The organization, as the store gives it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum OrganizationState {
    Absent,
    Another,
    There(Idle, Age),
}

/// The organization's word on unused tokens (TK-04).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Idle {
    Off,
    After300,
    Hipaa,
    HipaaWith300,
    /// More than HIPAA allows, as a store may give it.
    HipaaWith28800,
    /// 300 s until 10 s ago, and off since.
    TurnedOff,
    /// 300 s until 10 s ago, and 900 s since.
    Lengthened,
    /// 300 s, since 299 s ago.
    TurnedOn299,
    /// 300 s, since 300 s ago.
    TurnedOn300,
}

impl OrganizationState {
    /// Whether it is in another epoch than what was issued: that is ended.
    pub fn is_in_another_epoch(self) -> bool {
        matches!(self, Self::There(_, Age::Later | Age::Earlier))
    }

    pub fn all() -> Vec<Self> {
        let idle = [
            Idle::Off,
            Idle::After300,
            Idle::Hipaa,
            Idle::HipaaWith300,
            Idle::HipaaWith28800,
            Idle::TurnedOff,
            Idle::Lengthened,
            Idle::TurnedOn299,
            Idle::TurnedOn300,
        ];
        let there = idle.into_iter().flat_map(|idle| Age::ALL.map(|age| Self::There(idle, age)));
        [Self::Absent, Self::Another].into_iter().chain(there).collect()
    }

    pub fn record(self) -> Option<Arc<Organization>> {
        let off = Policy::default();
        let after_300 = Policy { idle_timeout: Some(IdleTimeout::MIN), ..off };
        let hipaa = Policy { hipaa: true, ..off };
        let lately = |policy: Policy, ago: i64| organization_with(off).with_policy(policy, at(-ago));
        let organization = match self {
            Self::Absent => return None,
            Self::Another => organization(ABROAD),
            Self::There(idle, _) => match idle {
                Idle::Off => organization(HOME),
                Idle::After300 => organization_with(after_300),
                Idle::Hipaa => organization_with(hipaa),
                Idle::HipaaWith300 => organization_with(Policy { hipaa: true, ..after_300 }),
                Idle::HipaaWith28800 => {
                    organization_with(Policy { idle_timeout: Some(IdleTimeout::MAX), ..hipaa })
                }
                Idle::TurnedOff => organization_with(after_300).with_policy(off, at(-10)),
                Idle::Lengthened => {
                    let after_900 = Policy { idle_timeout: Some(IdleTimeout::HIPAA), ..off };
                    organization_with(after_300).with_policy(after_900, at(-10))
                }
                Idle::TurnedOn299 => lately(after_300, 299),
                Idle::TurnedOn300 => lately(after_300, 300),
            },
        };
        // Each starts one epoch before that of the tokens.
        Some(Arc::new(match self {
            Self::There(_, Age::Earlier) => organization,
            Self::Absent | Self::Another | Self::There(_, Age::Equal) => organization.in_next_epoch(),
            Self::There(_, Age::Later) => organization.in_next_epoch().in_next_epoch(),
        }))
    }

    pub fn refusals(self, verb: Verb) -> Vec<Refusal> {
        match (self, verb) {
            // OR-01: what is not the organization's own record is none.
            (Self::Absent | Self::Another, _) => vec![Refusal::OrganizationUnknown],
            // TK-10: the tokens from before; new ones may be obtained. An epoch that the organization has not
            // come to is none of its own.
            (Self::There(_, Age::Later | Age::Earlier), Verb::Use) => vec![Refusal::OrganizationEndedTokens],
            (Self::There(..), _) => vec![],
        }
    }

    /// TK-04: from how many unused seconds on a token is dead now.
    pub fn dead_after(self) -> Option<i64> {
        let Self::There(idle, _) = self else { return None };
        match idle {
            Idle::Off => None,
            Idle::After300 | Idle::HipaaWith300 | Idle::TurnedOn300 => Some(300),
            // At most 900 s with HIPAA on, which is also the default.
            Idle::Hipaa | Idle::HipaaWith28800 => Some(900),
            // Dead for good: what had been unused for 300 s when the policy changed, 10 s ago.
            Idle::TurnedOff | Idle::Lengthened => Some(310),
            // No use was recorded before the policy was turned on, so nothing can have been unused for
            // longer.
            Idle::TurnedOn299 => None,
        }
    }
}
