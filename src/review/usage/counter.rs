//! Counting at the call.

use core::fmt;
use core::sync::atomic::AtomicU64;
use core::sync::atomic::AtomicUsize;
use core::sync::atomic::Ordering;

use super::UsageBatch;
use super::batch::days;
use super::hash::Seed;
use super::row::Common;
use super::row::RowKey;
use super::shard::Rows;
use crate::access::Allowed;
use crate::access::Requirement;
use crate::model::Caller;
use crate::model::Holder;
use crate::model::StatusClass;
use crate::model::UsageDay;
use crate::value::Day;
use crate::value::Endpoint;
use crate::value::EndpointError;
use crate::value::Timestamp;
use crate::value::UsageSourceId;

/// Counts calls: a value that the host keeps, one for a process, shared by its threads.
///
/// See the [module](super) for its use and its bounds. To count a call like one before allocates nothing and writes to no
/// store.
pub struct UsageCounter {
    source: UsageSourceId,
    seed: Seed,
    endpoints: Vec<Known>,
    rows: Rows,
    most_rows: usize,
    /// How many rows there are, of named callers and of others.
    named: AtomicUsize,
    others: AtomicUsize,
    batches: AtomicU64,
    uncounted: AtomicU64,
}

/// An endpoint that a counter knows.
pub(super) struct Known {
    pub(super) endpoint: Endpoint,
    /// What its calls are judged by.
    pub(super) requirement: Requirement,
}

/// An endpoint of one counter. Another counter takes it for one of its own.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct EndpointId(u16);

/// There are more endpoints than a counter takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a counter takes at most {} endpoints", UsageCounter::MAX_ENDPOINTS)]
pub struct TooManyEndpoints;

/// Why an endpoint is not taken.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UsageEndpointError {
    /// It is none.
    #[error(transparent)]
    Malformed(#[from] EndpointError),
    /// There are too many.
    #[error(transparent)]
    TooMany(#[from] TooManyEndpoints),
}

impl UsageCounter {
    /// 65 536: the most rows. A row is a client, an organization, a caller, an endpoint and a day.
    pub const MAX_ROWS: usize = 1 << 16;
    /// 1 000: the most endpoints. A day names fewer:
    /// [`Usage::MAX_ENDPOINTS`](crate::model::Usage::MAX_ENDPOINTS).
    pub const MAX_ENDPOINTS: usize = 1_000;

    /// A counter of these random bytes. No two counters may be made of the same ones: batches of the second would be taken
    /// for those of the first. [`usage_counter`](crate::AuthorizationServer::usage_counter) draws them.
    #[must_use]
    pub fn from_random(random: [u8; 32]) -> Self {
        let [source @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = random;
        let [_, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, seed @ ..] = random;
        Self {
            source: UsageSourceId::from_random(source),
            seed: Seed::of(seed),
            endpoints: Vec::new(),
            rows: Rows::new(),
            most_rows: Self::MAX_ROWS,
            named: AtomicUsize::new(0),
            others: AtomicUsize::new(0),
            batches: AtomicU64::new(0),
            uncounted: AtomicU64::new(0),
        }
    }

    /// The same with fewer rows than [`UsageCounter::MAX_ROWS`].
    #[must_use]
    pub fn with_most_rows(self, rows: usize) -> Self {
        Self { most_rows: rows.min(Self::MAX_ROWS), ..self }
    }

    /// An endpoint of the host, and what its calls are judged by; the division makes no difference. To register it again
    /// gives the same one, and what it needs now.
    ///
    /// # Errors
    ///
    /// [`UsageEndpointError`] where the method or the template is none ([`Endpoint::new`]), or there are too many.
    pub fn endpoint(
        &mut self,
        method: &str,
        template: &str,
        requirement: &Requirement,
    ) -> Result<EndpointId, UsageEndpointError> {
        let endpoint = Endpoint::new(method, template)?;
        let known = Known { endpoint, requirement: requirement.clone() };
        let there = self.endpoints.iter_mut().zip(0..).find(|(there, _)| there.endpoint == known.endpoint);
        if let Some((there, place)) = there {
            *there = known;
            return Ok(EndpointId(place));
        }
        if self.endpoints.len() >= Self::MAX_ENDPOINTS {
            return Err(TooManyEndpoints.into());
        }
        let place = u16::try_from(self.endpoints.len()).map_err(|_| TooManyEndpoints)?;
        self.endpoints.push(known);
        Ok(EndpointId(place))
    }

    /// Counts a call that was allowed, with the status that the host answered.
    pub fn count(&self, allowed: &Allowed, endpoint: EndpointId, status: u16, now: Timestamp) {
        let common = Common {
            organization: allowed.organization,
            client: allowed.client,
            caller: match allowed.holder {
                Holder::Client => Caller::Client,
                Holder::User { user, .. } => Caller::User(user),
            },
            endpoint: Some(endpoint.0),
            met: allowed.met,
            day: Day::of(now),
        };
        let (key, class) = (RowKey::new(common, self.seed), StatusClass::of(status));
        if !self.rows.count(&key, class, now) {
            self.begin(&key, class, now);
        }
    }

    /// Takes all that was counted, in batches of at most so many days of clients: 1 to [`UsageBatch::MAX`]. Whatever is not
    /// recorded is lost: hold on to each until it is.
    pub fn take(&self, limit: u16, now: Timestamp) -> Vec<UsageBatch> {
        let rows = self.rows.take(|ended| {
            self.places(ended).fetch_sub(1, Ordering::Relaxed);
        });
        let mut days = days(rows, &self.endpoints).into_iter();
        let limit = usize::from(limit.clamp(1, UsageBatch::MAX));
        core::iter::from_fn(|| {
            let some: Vec<UsageDay> = days.by_ref().take(limit).collect();
            let number = || self.batches.fetch_add(1, Ordering::Relaxed).saturating_add(1);
            (!some.is_empty()).then(|| UsageBatch::new(self.source, number(), now, some))
        })
        .collect()
    }

    /// How many calls could not be counted at all, since there were as many clients as there are rows: none, unless
    /// nothing was taken for long.
    #[must_use]
    pub fn uncounted(&self) -> u64 {
        self.uncounted.load(Ordering::Relaxed)
    }

    /// Which counter it is.
    #[must_use]
    pub const fn source(&self) -> UsageSourceId {
        self.source
    }

    /// Counts a call unlike any before: in a row of its own, and where there is no place in that of its client's others.
    #[cold]
    fn begin(&self, key: &RowKey, class: StatusClass, now: Timestamp) {
        let other = key.other(self.seed);
        for key in [key, &other] {
            if self.rows.begin(key, || self.claim(key), (class, now)) {
                return;
            }
        }
        self.uncounted.fetch_add(1, Ordering::Relaxed);
    }

    /// Claims the place of a row, if there is one left.
    fn claim(&self, key: &RowKey) -> bool {
        let more = |rows: usize| (rows < self.most_rows).then(|| rows.saturating_add(1));
        self.places(key).fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).is_ok()
    }

    /// How many rows there are of its sort.
    const fn places(&self, key: &RowKey) -> &AtomicUsize {
        match key.common.caller {
            Caller::Client | Caller::User(_) => &self.named,
            Caller::Other => &self.others,
        }
    }
}

/// Nothing of what was counted.
impl fmt::Debug for UsageCounter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UsageCounter")
            .field("source", &self.source)
            .field("endpoints", &self.endpoints.len())
            .finish_non_exhaustive()
    }
}
