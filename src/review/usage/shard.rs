//! The rows of a counter, in 64 parts.

use std::collections::HashMap;
use std::sync::PoisonError;
use std::sync::RwLock;

use super::hash::BuildCarried;
use super::row::Row;
use super::row::RowKey;
use crate::model::Calls;
use crate::model::StatusClass;
use crate::value::Timestamp;

/// A row that was taken.
pub(super) type Taken = (RowKey, Calls, Timestamp);

/// The rows, in 64 parts behind a lock each. To count where a row is takes its lock to read, so that counts of one part
/// do not wait for each other.
///
/// A lock that a panicking thread left behind is taken as it is: nothing panics while one is held, so what it guards
/// is whole.
pub(super) struct Rows(Box<[Shard; 64]>);

/// On a cache line of its own, so that taking one lock does not slow its neighbors.
#[derive(Default)]
#[repr(align(64))]
struct Shard(RwLock<HashMap<RowKey, Row, BuildCarried>>);

impl Rows {
    pub(super) fn new() -> Self {
        Self(Box::new(core::array::from_fn(|_| Shard::default())))
    }

    /// Counts in the row, if it is there.
    pub(super) fn count(&self, key: &RowKey, class: StatusClass, now: Timestamp) -> bool {
        let Shard(rows) = self.shard(key);
        let rows = rows.read().unwrap_or_else(PoisonError::into_inner);
        match rows.get(key) {
            Some(row) => {
                row.count(class, now);
                true
            }
            None => false,
        }
    }

    /// Counts in the row, which begins unless it is there or there is no place. Whether it was counted.
    pub(super) fn begin(
        &self,
        key: &RowKey,
        place: impl FnOnce() -> bool,
        (class, now): (StatusClass, Timestamp),
    ) -> bool {
        let Shard(rows) = self.shard(key);
        let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
        if !rows.contains_key(key) && !place() {
            return false;
        }
        rows.entry(*key).or_insert_with(Row::new).count(class, now);
        true
    }

    /// Takes what was counted. Rows that counted nothing since the last time end; `ended` is told of each.
    ///
    /// The others stay, at nothing: who called before will most likely call again, and is counted without an
    /// allocation.
    pub(super) fn take(&self, mut ended: impl FnMut(&RowKey)) -> Vec<Taken> {
        let mut taken = Vec::new();
        for Shard(rows) in self.0.iter() {
            let mut rows = rows.write().unwrap_or_else(PoisonError::into_inner);
            rows.retain(|key, row| match row.take() {
                Some((calls, last)) => {
                    taken.push((*key, calls, last));
                    true
                }
                None => {
                    ended(key);
                    false
                }
            });
        }
        taken
    }

    fn shard(&self, key: &RowKey) -> &Shard {
        // The place is below 64: the alternative is never taken, and the compiler leaves it out.
        let [first, ..] = &*self.0;
        self.0.get(usize::from(key.shard() & 63)).unwrap_or(first)
    }
}
