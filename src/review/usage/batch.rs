//! What was counted, on its way to the store.

use std::collections::BTreeMap;

use super::counter::Known;
use super::shard::Taken;
use crate::model::Counted;
use crate::model::Usage;
use crate::model::UsageDay;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UsageSourceId;

/// Calls that were counted and are not recorded yet. Only its counter makes it.
///
/// Keep it until [`record_usage`](crate::AuthorizationServer::record_usage) has answered, and send it again where
/// that failed: however often it is sent, it counts once.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use = "what is not recorded is lost"]
pub struct UsageBatch {
    source: UsageSourceId,
    number: u64,
    taken: Timestamp,
    days: Vec<UsageDay>,
}

impl UsageBatch {
    /// 100: the most days of clients in one batch, which is one commit.
    pub const MAX: u16 = 100;

    pub(super) const fn new(
        source: UsageSourceId,
        number: u64,
        taken: Timestamp,
        days: Vec<UsageDay>,
    ) -> Self {
        Self { source, number, taken, days }
    }

    /// The counter that counted it.
    #[must_use]
    pub const fn source(&self) -> UsageSourceId {
        self.source
    }

    /// Which of the counter's batches it is, from 1.
    #[must_use]
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// When it was taken from the counter.
    #[must_use]
    pub const fn taken(&self) -> Timestamp {
        self.taken
    }

    /// What it adds: each organization, client and day once.
    #[must_use]
    pub fn days(&self) -> &[UsageDay] {
        &self.days
    }
}

/// Rows as days of clients, in the order of organization, client and day.
pub(super) fn days(rows: Vec<Taken>, endpoints: &[Known]) -> Vec<UsageDay> {
    let mut days: BTreeMap<(OrganizationId, ClientId, Day), Usage> = BTreeMap::new();
    for (key, calls, last_call) in rows {
        let common = key.common;
        let known = common.endpoint.and_then(|place| endpoints.get(usize::from(place)));
        let usage = days.entry((common.organization, common.client, common.day)).or_default();
        usage.count(&Counted {
            endpoint: known.map(|known| &known.endpoint),
            caller: common.caller,
            calls,
            scope: known.and_then(|known| common.met.scope(&known.requirement)),
            permissions: known.map(|known| common.met.permissions(&known.requirement)).unwrap_or_default(),
            last_call,
        });
    }
    days.into_iter()
        .map(|((organization, client, day), usage)| UsageDay { organization, client, day, usage })
        .collect()
}
