//! From when on something is worth a finding.

use serde::Serialize;

use crate::value::Day;
use crate::value::TokenLifetime;

/// From when on something is worth a finding (GV-03). The host may set each of them.
///
/// The practices for OAuth clients name one number, the recommended lifetime. They ask for unused applications to be revoked,
/// secrets to be rotated and calls to be watched without saying when: those numbers are ours.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct ReviewCriteria {
    /// For how many seconds nothing is used until it counts as unused, be it a client, an application, a scope or a role.
    /// Default 7 776 000 s, 90 days.
    pub unused_after: u32,
    /// For how many seconds a request waits until it is stale. Default 1 209 600 s, 14 days.
    pub stale_after: u32,
    /// From which age on a secret is old, in seconds. Default 7 776 000 s, 90 days.
    pub secret_old_after: u32,
    /// The longest lifetime of tokens that is recommended. Default 64 800 s, 18 hours (TK-01).
    pub recommended_lifetime: TokenLifetime,
    /// From which part of the clients that there may be on the end is near, in percent. Default 90.
    pub clients_near_limit: u8,
    /// From which part of failed calls on an application fails, in percent: of 30 days with 100 calls or more. Default 20.
    pub failing_from: u8,
    /// From how many times the usual calls on those of a week are unusual: where the week has 1 000 or more, and the
    /// four weeks before it had some. Default 5.
    pub unusual_from: u8,
    /// How many findings of each code are listed: 1 to 500. All are counted. Default 20.
    pub listed: u16,
}

impl Default for ReviewCriteria {
    fn default() -> Self {
        Self {
            unused_after: 90 * Day::SECONDS,
            stale_after: 14 * Day::SECONDS,
            secret_old_after: 90 * Day::SECONDS,
            recommended_lifetime: TokenLifetime::RECOMMENDED,
            clients_near_limit: 90,
            failing_from: 20,
            unusual_from: 5,
            listed: 20,
        }
    }
}

impl ReviewCriteria {
    /// 500: the most findings of a code that are listed.
    pub const MAX_LISTED: u16 = 500;

    /// How many findings of each code are listed.
    pub(super) fn listed(&self) -> usize {
        usize::from(self.listed.clamp(1, Self::MAX_LISTED))
    }
}
