//! One row of a counter: what calls have in common, and how many there were.

use core::hash::Hash;
use core::hash::Hasher;
use core::sync::atomic::AtomicI64;
use core::sync::atomic::AtomicU64;
use core::sync::atomic::Ordering;

use super::hash::Seed;
use crate::access::Met;
use crate::model::Caller;
use crate::model::Calls;
use crate::model::StatusClass;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// What calls have in common.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Common {
    pub(super) organization: OrganizationId,
    pub(super) client: ClientId,
    pub(super) caller: Caller,
    /// The place of the endpoint among the counter's; none for others.
    pub(super) endpoint: Option<u16>,
    pub(super) met: Met,
    pub(super) day: Day,
}

/// What calls have in common, with its hash.
#[derive(Clone, Copy, Eq, PartialEq)]
pub(super) struct RowKey {
    hash: u64,
    pub(super) common: Common,
}

impl RowKey {
    pub(super) fn new(common: Common, seed: Seed) -> Self {
        let Common { organization, client, caller, endpoint, day, met: _ } = &common;
        let user = match caller {
            Caller::Client => 0,
            Caller::Other => 1,
            Caller::User(user) => u128::from_le_bytes(*user.as_bytes()),
        };
        // What let a call through hardly ever differs where all else is the same: it need not be in the hash.
        let rest = u128::from(day.order()) << 64 | u128::from(endpoint.unwrap_or(u16::MAX));
        let words = [organization.as_bytes(), client.as_bytes()].map(|bytes| u128::from_le_bytes(*bytes));
        let [organization, client] = words;
        Self { hash: seed.hash([organization, client, user, rest]), common }
    }

    /// Bits of the hash by which a shard is chosen: a hash table goes by the lowest and the highest ones.
    pub(super) const fn shard(&self) -> u8 {
        (self.hash >> 40) as u8
    }

    /// The row of its client where there is no place for its own.
    pub(super) fn other(&self, seed: Seed) -> Self {
        let common = Common { caller: Caller::Other, endpoint: None, met: Met::default(), ..self.common };
        Self::new(common, seed)
    }
}

impl Hash for RowKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

/// How many calls there were since they were last taken, and when the last one was.
#[derive(Debug)]
pub(super) struct Row {
    calls: [AtomicU64; 5],
    last: AtomicI64,
}

impl Row {
    pub(super) fn new() -> Self {
        Self { calls: Default::default(), last: AtomicI64::new(i64::MIN) }
    }

    /// One call more. The order among counts does not matter: taking holds the lock that excludes them.
    pub(super) fn count(&self, class: StatusClass, now: Timestamp) {
        if let Some(calls) = self.calls.get(class.place()) {
            calls.fetch_add(1, Ordering::Relaxed);
        }
        // Most calls are of a second that is there already: to look costs less than to write.
        if self.last.load(Ordering::Relaxed) < now.unix() {
            self.last.fetch_max(now.unix(), Ordering::Relaxed);
        }
    }

    /// All of it, and nothing is left; none where there was nothing.
    pub(super) fn take(&mut self) -> Option<(Calls, Timestamp)> {
        let calls = Calls::new(core::mem::take(&mut self.calls).map(AtomicU64::into_inner));
        let last = Timestamp::from_unix(core::mem::replace(self.last.get_mut(), i64::MIN));
        (!calls.is_none()).then_some((calls, last))
    }
}
