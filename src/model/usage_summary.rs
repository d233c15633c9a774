//! What the days of a client's usage add up to (GV-02, GV-03).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::StatusClass;
use super::Usage;
use super::UsageDay;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::Timestamp;

/// When a client was last used for an organization's data, and how often lately: what its [`UsageDay`]s add up to, so
/// that nobody reads 400 of them for it (GV-02).
///
/// It is written in the commit that writes the days, and is the same in whatever order they come. It is kept as long as
/// the last of them.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsageSummary {
    /// The organization whose data was opened.
    pub organization: OrganizationId,
    /// The client that called.
    pub client: ClientId,
    first_day: Day,
    last_call: Timestamp,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    scopes: BTreeMap<Scope, Timestamp>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    permissions: BTreeMap<Permission, Timestamp>,
    #[serde(default)]
    days: DailyCalls,
}

/// How many calls there were on a day, and how many of them failed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
pub struct DayCalls {
    /// All of them.
    pub total: u64,
    /// Those that were answered with a status of 4xx or 5xx, or none.
    pub failed: u64,
}

/// Calls by day. Its serde form is a list of the day, all calls, and those that failed.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Vec<(Day, u64, u64)>", into = "Vec<(Day, u64, u64)>")]
// INVARIANT: the days are within `UsageSummary::DAYS` up to the last one.
struct DailyCalls(BTreeMap<Day, DayCalls>);

impl UsageSummary {
    /// 92: of so many days, up to the last one with a call, it knows the calls.
    pub const DAYS: u16 = 92;

    /// The summary of one day; none of a day without a call.
    #[must_use]
    pub fn of(day: &UsageDay) -> Option<Self> {
        let mut summary = Self {
            organization: day.organization,
            client: day.client,
            first_day: day.day,
            last_call: day.usage.last_call()?,
            scopes: BTreeMap::new(),
            permissions: BTreeMap::new(),
            days: DailyCalls::default(),
        };
        summary.add(day);
        Some(summary)
    }

    /// And this day, or a part of it: where it is of the same client and organization.
    ///
    /// Of scopes and of permissions it names [`Usage::MAX_NEEDS`] at most, and none that was last needed 400 days before
    /// the last call, as if their days were read.
    pub fn add(&mut self, day: &UsageDay) {
        let Some(last_call) = day.usage.last_call() else { return };
        if (day.organization, day.client) != (self.organization, self.client) {
            return;
        }
        self.first_day = self.first_day.min(day.day);
        self.last_call = self.last_call.max(last_call);
        let floor = Day::of(self.last_call).minus(RETENTION_DAYS);
        latest(&mut self.scopes, day.usage.scopes(), floor);
        latest(&mut self.permissions, day.usage.permissions(), floor);
        let calls = day.usage.calls();
        let failed = calls.of(StatusClass::ClientError).saturating_add(calls.of(StatusClass::ServerError));
        self.days.add(day.day, DayCalls { total: calls.total(), failed });
    }

    /// The first day with a call that was ever told of: usage has been counted since then at the latest.
    #[must_use]
    pub const fn first_day(&self) -> Day {
        self.first_day
    }

    /// When the last call was.
    #[must_use]
    pub const fn last_call(&self) -> Timestamp {
        self.last_call
    }

    /// When each scope last let a call through: of the accepted scopes that the token held, the least.
    #[must_use]
    pub const fn scopes(&self) -> &BTreeMap<Scope, Timestamp> {
        &self.scopes
    }

    /// When each permission last let a call through.
    #[must_use]
    pub const fn permissions(&self) -> &BTreeMap<Permission, Timestamp> {
        &self.permissions
    }

    /// The calls of each day that had some, of the last [`UsageSummary::DAYS`].
    #[must_use]
    pub const fn days(&self) -> &BTreeMap<Day, DayCalls> {
        &self.days.0
    }

    /// Whether it may have left a scope out, having no place for it.
    #[must_use]
    pub fn is_full_of_scopes(&self) -> bool {
        self.scopes.len() >= Usage::MAX_NEEDS
    }

    /// Whether it may have left a permission out, having no place for it.
    #[must_use]
    pub fn is_full_of_permissions(&self) -> bool {
        self.permissions.len() >= Usage::MAX_NEEDS
    }

    /// From when on it is forgotten: with the day of the last call.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        Day::of(self.last_call).end().plus(UsageDay::RETENTION)
    }
}

const RETENTION_DAYS: u16 = 400;
const _: () = assert!(UsageDay::RETENTION == 400 * Day::SECONDS);

impl DayCalls {
    /// These and those.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            total: self.total.saturating_add(other.total),
            failed: self.failed.saturating_add(other.failed),
        }
    }
}

impl DailyCalls {
    fn add(&mut self, day: Day, calls: DayCalls) {
        let there = self.0.entry(day).or_default();
        *there = there.and(calls);
        if let Some(last) = self.0.last_key_value().map(|(last, _)| *last) {
            let floor = last.minus(UsageSummary::DAYS.saturating_sub(1));
            self.0.retain(|day, _| *day >= floor);
        }
    }
}

impl From<Vec<(Day, u64, u64)>> for DailyCalls {
    fn from(days: Vec<(Day, u64, u64)>) -> Self {
        let mut daily = Self::default();
        days.into_iter().for_each(|(day, total, failed)| daily.add(day, DayCalls { total, failed }));
        daily
    }
}

impl From<DailyCalls> for Vec<(Day, u64, u64)> {
    fn from(daily: DailyCalls) -> Self {
        daily.0.into_iter().map(|(day, calls)| (day, calls.total, calls.failed)).collect()
    }
}

/// Of each the later instant, as far as there are places, and none before the floor.
fn latest<K: Clone + Ord>(rows: &mut BTreeMap<K, Timestamp>, others: &BTreeMap<K, Timestamp>, floor: Day) {
    rows.retain(|_, at| Day::of(*at) >= floor);
    for (key, at) in others.iter().filter(|(_, at)| Day::of(**at) >= floor) {
        if rows.len() >= Usage::MAX_NEEDS && !rows.contains_key(key) {
            continue;
        }
        let last = rows.entry(key.clone()).or_insert(*at);
        *last = (*at).max(*last);
    }
}

#[cfg(test)]
mod tests {
    use super::super::Caller;
    use super::super::Calls;
    use super::super::Counted;
    use super::*;

    fn day() -> Day {
        "2026-01-15".parse().unwrap()
    }

    fn used(day: Day, need: usize, calls: Calls) -> UsageDay {
        let mut usage = Usage::default();
        usage.count(&Counted {
            endpoint: None,
            caller: Caller::Client,
            calls,
            scope: Some(&Scope::new(&format!("s{need}")).unwrap()),
            permissions: &[Permission::new(&format!("a:b:c{need}")).unwrap()],
            last_call: day.start().plus(60),
        });
        UsageDay {
            organization: OrganizationId::from_bytes([1; 16]),
            client: ClientId::from_bytes([2; 16]),
            day,
            usage,
        }
    }

    const ONE: Calls = Calls::new([0, 1, 0, 0, 0]);

    /// GV-02: calls of 92 days, and not of the one before them.
    #[test]
    fn gv_02_calls_are_known_of_92_days() {
        let mut summary = UsageSummary::of(&used(day(), 1, Calls::new([0, 5, 0, 2, 1]))).unwrap();
        assert_eq!(summary.days()[&day()], DayCalls { total: 8, failed: 3 });
        summary.add(&used(day().plus(91), 1, ONE));
        assert_eq!(summary.days().len(), 2);
        summary.add(&used(day().plus(92), 1, ONE));
        summary.add(&used(day(), 1, ONE));
        let days: Vec<Day> = summary.days().keys().copied().collect();
        assert_eq!(days, [day().plus(91), day().plus(92)]);
        assert_eq!((summary.first_day(), summary.last_call()), (day(), day().plus(92).start().plus(60)));
    }

    /// GV-02: as long as the day of the last call is kept, and what was last needed on a day that is not is forgotten.
    #[test]
    fn gv_02_it_forgets_what_the_days_forget() {
        let mut summary = UsageSummary::of(&used(day(), 1, ONE)).unwrap();
        assert_eq!(summary.expires(), used(day(), 1, ONE).expires());
        summary.add(&used(day().plus(400), 2, ONE));
        assert_eq!((summary.scopes().len(), summary.permissions().len()), (2, 2));
        summary.add(&used(day().plus(401), 3, ONE));
        summary.add(&used(day(), 1, ONE));
        let kept: Vec<&str> = summary.scopes().keys().map(Scope::as_str).collect();
        assert_eq!((kept, summary.permissions().len()), (vec!["s2", "s3"], 2));
    }

    /// threat 43: it is bounded as a day is, and says so.
    #[test]
    fn threat_43_needs_are_bounded() {
        let mut summary = UsageSummary::of(&used(day(), 0, ONE)).unwrap();
        for need in 1..600 {
            assert_eq!(summary.is_full_of_scopes(), need >= 200, "{need}");
            summary.add(&used(day(), need, ONE));
        }
        assert_eq!((summary.scopes().len(), summary.permissions().len()), (200, 200));
        assert!(summary.is_full_of_permissions());
        let mut later = used(day().plus(1), 0, ONE);
        summary.add(&later);
        assert_eq!(summary.scopes()[&Scope::new("s0").unwrap()], day().plus(1).start().plus(60));
        // Another's day is not added.
        let before = summary.clone();
        later.client = ClientId::from_bytes([3; 16]);
        summary.add(&later);
        assert_eq!(summary, before);
    }

    /// Threat 35: what a store hands back is held to the same bounds.
    #[test]
    fn threat_35_a_stored_summary_is_bounded_too() {
        let summary = UsageSummary::of(&used(day(), 1, ONE)).unwrap();
        let mut json = serde_json::to_value(&summary).unwrap();
        assert_eq!(serde_json::from_value::<UsageSummary>(json.clone()).unwrap(), summary);
        json["days"] = (0..200).map(|number| serde_json::json!([200 - number, 1, 0])).collect();
        let read: UsageSummary = serde_json::from_value(json).unwrap();
        assert_eq!(read.days().len(), 92);
    }
}
