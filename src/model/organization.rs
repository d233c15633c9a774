//! Organizations: their policy, and what ends the tokens of all their applications at once.

use serde::Deserialize;
use serde::Serialize;

use super::Policy;
use crate::value::Epoch;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// An organization (OR-01).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Organization {
    id: OrganizationId,
    name: Name,
    #[serde(default)]
    policy: Policy,
    #[serde(default)]
    epoch: Epoch,
    /// Since when the idle timeout is on: uses before it were not recorded, so none counts as older.
    idle_since: Timestamp,
    /// Tokens last used before this instant went idle under an earlier policy, and stay dead.
    idle_floor: Timestamp,
    /// How many identity providers it has (SA-01).
    #[serde(default, skip_serializing_if = "is_zero")]
    identity_providers: u8,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
const fn is_zero(number: &u8) -> bool {
    *number == 0
}

impl Organization {
    /// An organization with the default policy.
    #[must_use]
    pub fn new(id: OrganizationId, name: Name, now: Timestamp) -> Self {
        Self {
            id,
            name,
            policy: Policy::default(),
            epoch: Epoch::FIRST,
            idle_since: now,
            idle_floor: Timestamp::MIN,
            identity_providers: 0,
        }
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> OrganizationId {
        self.id
    }

    /// Its name, as users see it when they are asked to approve an application.
    #[must_use]
    pub const fn name(&self) -> &Name {
        &self.name
    }

    /// What it asks of every application.
    #[must_use]
    pub const fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Tokens of an earlier epoch are dead.
    #[must_use]
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many identity providers it has (SA-01).
    #[must_use]
    pub const fn identity_providers(&self) -> u8 {
        self.identity_providers
    }

    /// The organization with one identity provider more.
    #[must_use]
    pub fn with_identity_provider(&self) -> Self {
        Self { identity_providers: self.identity_providers.saturating_add(1), ..self.clone() }
    }

    /// The organization with one identity provider less.
    #[must_use]
    pub fn without_identity_provider(&self) -> Self {
        Self { identity_providers: self.identity_providers.saturating_sub(1), ..self.clone() }
    }

    /// The organization under another name. The name is the host's: it changes nothing else.
    #[must_use]
    pub fn renamed(&self, name: Name) -> Self {
        Self { name, ..self.clone() }
    }

    /// The organization with another policy, from `now` on.
    ///
    /// A token that is idle now stays dead, however long the new timeout is (TK-04).
    #[must_use]
    pub fn with_policy(&self, policy: Policy, now: Timestamp) -> Self {
        let mut changed = Self { policy, ..self.clone() };
        match self.policy.idle_seconds() {
            Some(seconds) if self.idle_since.plus(seconds) <= now => {
                changed.idle_floor = self.idle_floor.max(now.minus(seconds).plus(1));
            }
            Some(_) => {}
            None => changed.idle_since = self.idle_since.max(now),
        }
        changed
    }

    /// The organization with every token of its applications ended (TK-10).
    #[must_use]
    pub fn in_next_epoch(&self) -> Self {
        Self { epoch: self.epoch.next(), ..self.clone() }
    }

    /// Whether a token last used then is dead for want of use (TK-04).
    #[must_use]
    pub fn is_idle(&self, last_used: Timestamp, now: Timestamp) -> bool {
        last_used < self.idle_floor
            || self
                .policy
                .idle_seconds()
                .is_some_and(|seconds| last_used.max(self.idle_since).plus(seconds) <= now)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::IdleTimeout;
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    fn idle(seconds: u32) -> Policy {
        Policy { idle_timeout: Some(IdleTimeout::from_seconds(seconds).unwrap()), ..Policy::default() }
    }

    fn organization(now: i64) -> Organization {
        Organization::new(OrganizationId::from_random([1; 16]), Name::new("Acme").unwrap(), at(now))
    }

    /// TK-04: dead at the second the timeout is over, alive the second before.
    #[test]
    fn tk_04_idle_to_the_second() {
        let acme = organization(0).with_policy(idle(300), at(0));
        assert!(!acme.is_idle(at(1_000), at(1_299)));
        assert!(acme.is_idle(at(1_000), at(1_300)));
        assert!(!organization(0).is_idle(at(1_000), at(99_999)), "no timeout, no idling");
    }

    /// TK-04: turning it on counts from then, for uses before it were not recorded.
    #[test]
    fn tk_04_uses_before_the_timeout_was_on_are_not_held_against_a_token() {
        let acme = organization(0).with_policy(idle(300), at(5_000));
        assert!(!acme.is_idle(at(10), at(5_299)));
        assert!(acme.is_idle(at(10), at(5_300)));
    }

    proptest! {
        /// TK-04: dead for good: no later policy revives a token that was idle and stayed unused.
        #[test]
        fn tk_04_no_policy_revives_an_idle_token(
            last_used in 0_i64..2_000,
            steps in prop::collection::vec((1_i64..1_500, prop::option::of(300_u32..1_200)), 1..8),
        ) {
            let (mut acme, mut now, mut dead) = (organization(0), 0, false);
            for (wait, seconds) in steps {
                now += wait;
                dead |= acme.is_idle(at(last_used), at(now));
                acme = acme.with_policy(seconds.map_or_else(Policy::default, idle), at(now));
                prop_assert!(!dead || acme.is_idle(at(last_used), at(now)), "revived at {}", now);
            }
        }

        /// TK-04: and no change of policy kills a token that was just used.
        #[test]
        fn tk_04_no_policy_kills_a_token_in_use(
            steps in prop::collection::vec((1_i64..299, prop::option::of(300_u32..1_200)), 1..12),
        ) {
            let (mut acme, mut now, mut last_used) = (organization(0), 0, 0);
            for (wait, seconds) in steps {
                now += wait;
                prop_assert!(!acme.is_idle(at(last_used), at(now)), "killed at {}", now);
                if acme.policy().idle_seconds().is_some() {
                    last_used = now;
                }
                acme = acme.with_policy(seconds.map_or_else(Policy::default, idle), at(now));
            }
        }
    }
}
