//! The token: how old, and for how long unused.

use grantor::access::Refusal;
use grantor::model::AccessToken;
use grantor::model::Holder;
use grantor::value::Timestamp;

use super::OrganizationState;
use super::Under;
use crate::world::*;

/// How old a token is: its end as an offset from now, and for how many seconds it was not used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct TokenState {
    pub end: i64,
    pub unused: i64,
}

impl TokenState {
    /// Each end with each time out of use.
    pub fn with(ends: &[i64], unused: &[i64]) -> Vec<Self> {
        ends.iter().flat_map(|&end| unused.iter().map(move |&unused| Self { end, unused })).collect()
    }

    pub fn record(self, holder: Holder, under: Under) -> AccessToken {
        AccessToken {
            authorization: under.id(),
            authorization_epoch: under.epoch(),
            expires: at(self.end),
            last_used: self.last_used(),
            issued: at(-100_000),
            ..token(holder)
        }
    }

    pub fn refusals(self, organization: OrganizationState) -> Vec<Refusal> {
        let mut reasons = vec![];
        // TK-06, TK-01: from the end on it is dead.
        if self.end <= 0 {
            reasons.push(Refusal::TokenExpired { expired: at(self.end) });
        }
        // TK-04: whichever comes first.
        if organization.dead_after().is_some_and(|seconds| self.unused >= seconds) {
            reasons.push(Refusal::TokenIdle { last_used: self.last_used() });
        }
        reasons
    }

    fn last_used(self) -> Timestamp {
        at(-self.unused)
    }
}
