//! Usage, and what it is counted by.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::scope::permission;
use super::scope::scope;
use super::value::id;
use super::value::timestamp;
use crate::model::Caller;
use crate::model::Calls;
use crate::model::Counted;
use crate::model::Usage;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::model::UsageSummary;
use crate::value::Day;
use crate::value::Endpoint;

/// A day: now and then the first or the last one there is.
pub fn day() -> impl Strategy<Value = Day> {
    let bounds = (i32::from(Day::MIN), i32::from(Day::MAX));
    prop_oneof![
        8 => (bounds.0..=bounds.1).prop_map(|number| Day::try_from(number).expect("a day")),
        1 => Just(Day::MIN),
        1 => Just(Day::MAX),
    ]
}

/// An endpoint of the host.
pub fn endpoint() -> impl Strategy<Value = Endpoint> {
    let method = select(vec!["GET", "POST", "PUT", "PATCH", "DELETE", "M-SEARCH"]);
    let segment = "[a-z0-9._~:-]{0,8}|\\{[a-zA-Z]{1,8}\\}";
    (method, vec(segment, 1..8)).prop_map(|(method, segments)| {
        Endpoint::new(method, &format!("/{}", segments.join("/"))).expect("an endpoint")
    })
}

/// Numbers of calls: mostly small ones.
pub fn calls() -> impl Strategy<Value = Calls> {
    prop_oneof![
        9 => any::<[u16; 5]>().prop_map(|each| Calls::new(each.map(u64::from))),
        1 => any::<[u64; 5]>().prop_map(Calls::new),
    ]
}

/// Usage by a few callers of a few endpoints.
pub fn usage() -> impl Strategy<Value = Usage> {
    let caller = prop_oneof![Just(Caller::Client), id().prop_map(Caller::User), Just(Caller::Other)];
    let row = (
        option::of(endpoint()),
        caller,
        calls(),
        (option::of(scope()), vec(permission(), 0..3)),
        timestamp(),
    );
    vec(row, 0..6).prop_map(|rows| {
        let mut usage = Usage::default();
        for (endpoint, caller, calls, (scope, permissions), last_call) in &rows {
            usage.count(&Counted {
                endpoint: endpoint.as_ref(),
                caller: *caller,
                calls: *calls,
                scope: scope.as_ref(),
                permissions,
                last_call: *last_call,
            });
        }
        usage
    })
}

/// How a client was used on a day.
pub fn usage_day() -> impl Strategy<Value = UsageDay> {
    (id(), id(), day(), usage()).prop_map(|(organization, client, day, usage)| UsageDay {
        organization,
        client,
        day,
        usage,
    })
}

/// What a few days of a client add up to.
pub fn usage_summary() -> impl Strategy<Value = UsageSummary> {
    (id(), id(), vec((day(), usage()), 1..4)).prop_filter_map("a call", |(organization, client, days)| {
        let of_client = |(day, usage)| UsageDay { organization, client, day, usage };
        let mut days = days.into_iter().map(of_client).skip_while(|day| day.usage.last_call().is_none());
        let mut summary = UsageSummary::of(&days.next()?)?;
        days.for_each(|day| summary.add(&day));
        Some(summary)
    })
}

/// A counter of usage.
pub fn usage_source() -> impl Strategy<Value = UsageSource> {
    (id(), any::<u64>(), any::<u64>(), timestamp()).prop_map(|(id, highest, window, last_recorded)| {
        UsageSource { id, highest, window: window | 1, last_recorded }
    })
}
