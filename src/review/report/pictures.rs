//! What the pictures show: counts, ages, and calls by day.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::DayCalls;
use crate::model::GrantType;
use crate::model::Lifecycle;
use crate::model::UsageSummary;
use crate::value::Day;
use crate::value::Timestamp;

/// How many applications there are, by state (AA-02).
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ApplicationCounts {
    /// Approved by an administrator.
    pub approved: u64,
    /// Built in, and approved by default (AA-13).
    pub built_in: u64,
    /// Pending.
    pub pending: u64,
    /// Revoked.
    pub revoked: u64,
}

/// How many clients there are of a grant type, by state (LC-01).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClientCounts {
    /// The grant type.
    pub grant_type: GrantType,
    /// Active ones.
    pub active: u64,
    /// Those set for deletion.
    pub inactive: u64,
    /// Those that the operator disabled.
    pub disabled: u64,
}

impl ClientCounts {
    /// All of the grant type.
    #[must_use]
    pub const fn total(&self) -> u64 {
        self.active.saturating_add(self.inactive).saturating_add(self.disabled)
    }
}

/// The current secrets of active clients that are of an age.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct SecretAges {
    /// From so many days on.
    pub from_days: u16,
    /// To so many days, which are not in it; none: without end.
    pub to_days: Option<u16>,
    /// How many.
    pub secrets: u64,
}

impl SecretAges {
    /// The days, in words.
    pub(super) fn words(&self) -> String {
        match self.to_days {
            Some(to) => format!("{} to {}", self.from_days, to.saturating_sub(1)),
            None => format!("{} or more", self.from_days),
        }
    }
}

/// The calls of all clients on one day.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallsOfDay {
    /// The day.
    pub day: Day,
    /// All calls.
    pub total: u64,
    /// Those that failed.
    pub failed: u64,
}

/// 90: the days of which calls are shown, up to the day of the report.
pub(super) const SHOWN_DAYS: u16 = 90;
const _: () = assert!(SHOWN_DAYS <= UsageSummary::DAYS);

/// Counts as they come.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    pub(super) applications: ApplicationCounts,
    pub(super) clients: [ClientCounts; 4],
    pub(super) secrets: [SecretAges; 6],
    calls: BTreeMap<Day, DayCalls>,
    today: Day,
}

impl Counts {
    pub(super) fn new(now: Timestamp) -> Self {
        let ages =
            [(0, Some(30)), (30, Some(90)), (90, Some(180)), (180, Some(365)), (365, Some(730)), (730, None)];
        Self {
            applications: ApplicationCounts::default(),
            clients: GrantType::ALL.map(|grant_type| ClientCounts {
                grant_type,
                active: 0,
                inactive: 0,
                disabled: 0,
            }),
            secrets: ages.map(|(from_days, to_days)| SecretAges { from_days, to_days, secrets: 0 }),
            calls: BTreeMap::new(),
            today: Day::of(now),
        }
    }

    pub(super) fn add_client(&mut self, grant_type: GrantType, lifecycle: &Lifecycle) {
        for counts in self.clients.iter_mut().filter(|counts| counts.grant_type == grant_type) {
            one_more(match lifecycle {
                Lifecycle::Active => &mut counts.active,
                Lifecycle::Inactive(_) => &mut counts.inactive,
                Lifecycle::Disabled { .. } => &mut counts.disabled,
            });
        }
    }

    pub(super) fn add_secret(&mut self, days: i64) {
        let is_of = |ages: &&mut SecretAges| {
            days >= i64::from(ages.from_days) && ages.to_days.is_none_or(|to| days < i64::from(to))
        };
        if let Some(ages) = self.secrets.iter_mut().find(is_of) {
            one_more(&mut ages.secrets);
        }
    }

    pub(super) fn add_calls(&mut self, usage: &UsageSummary) {
        let first = self.today.minus(SHOWN_DAYS.saturating_sub(1));
        for (day, calls) in usage.days().range(first..=self.today) {
            let there = self.calls.entry(*day).or_default();
            *there = there.and(*calls);
        }
    }

    /// The calls of each day that is shown.
    pub(super) fn calls(&self) -> Vec<CallsOfDay> {
        let days = (0..SHOWN_DAYS).rev().map(|back| self.today.minus(back));
        days.map(|day| {
            let DayCalls { total, failed } = self.calls.get(&day).copied().unwrap_or_default();
            CallsOfDay { day, total, failed }
        })
        .collect()
    }

    /// How many clients there are.
    pub(super) fn all_clients(&self) -> u64 {
        self.clients.iter().fold(0, |sum, counts| sum.saturating_add(counts.total()))
    }
}

pub(super) const fn one_more(count: &mut u64) {
    *count = count.saturating_add(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GV-03: the ages part the days: each secret is in one of them.
    #[test]
    fn gv_03_ages_part_the_days() {
        for (days, place) in [
            (0, 0),
            (29, 0),
            (30, 1),
            (89, 1),
            (90, 2),
            (180, 3),
            (364, 3),
            (365, 4),
            (729, 4),
            (730, 5),
            (9_999, 5),
        ] {
            let mut counts = Counts::new(Timestamp::from_unix(0));
            counts.add_secret(days);
            let found: Vec<u64> = counts.secrets.iter().map(|ages| ages.secrets).collect();
            let expected: Vec<u64> = (0..6).map(|at| u64::from(at == place)).collect();
            assert_eq!(found, expected, "{days}");
        }
    }
}
