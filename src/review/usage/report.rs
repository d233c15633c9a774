//! What is told of usage.

use super::By;
use super::Period;
use crate::model::Usage;
use crate::model::UsageDay;
use crate::value::ClientId;
use crate::value::Day;

/// What is asked of usage.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UsageQuery {
    /// Of this client; none: of each client that opened the organization's data.
    pub client: Option<ClientId>,
    /// From this day on.
    pub from: Day,
    /// Up to this day, which is counted too.
    pub to: Day,
    /// By day, week or month. Of a period that reaches beyond the days that are asked for, these alone are told.
    pub by: By,
}

/// How a client was used.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ClientUsage {
    /// The client.
    pub client: ClientId,
    /// Each period in which it was used, in their order.
    pub periods: Vec<PeriodUsage>,
}

/// How a client was used in a period.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct PeriodUsage {
    /// The day, the week or the month.
    pub period: Period,
    /// What it called then.
    pub usage: Usage,
}

impl ClientUsage {
    /// The client, of which nothing was read yet.
    #[must_use]
    pub const fn new(client: ClientId) -> Self {
        Self { client, periods: Vec::new() }
    }

    /// And this day, where it is the client's own and not earlier than those before.
    pub fn add(&mut self, day: &UsageDay, by: By) {
        if day.client != self.client {
            return;
        }
        let period = Period::of(day.day, by);
        match self.periods.last_mut().filter(|last| last.period == period) {
            Some(last) => last.usage.merge(&day.usage),
            None => self.periods.push(PeriodUsage { period, usage: day.usage.clone() }),
        }
    }
}
