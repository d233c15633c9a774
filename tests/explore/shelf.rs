//! The smallest store there is: a map behind a lock.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::task::Poll;

use grantor::access::Access;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

/// Never fails by itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("never")]
pub enum Never {}

#[derive(Debug, Default)]
pub struct Shelf {
    records: Mutex<BTreeMap<Key, Versioned<Record>>>,
    pauses: u8,
}

impl Shelf {
    /// A shelf with these records.
    pub fn with(records: impl IntoIterator<Item = Record>) -> Self {
        let first = |record: Record| (record.key(), Versioned { version: Version::FIRST, record });
        Self { records: Mutex::new(records.into_iter().map(first).collect()), pauses: 0 }
    }

    /// The same, but it waits a little before it answers.
    pub fn slow(self) -> Self {
        Self { pauses: 3, ..self }
    }

    /// The keys of all that is on it.
    pub fn keys(&self) -> Vec<Key> {
        self.records(|records| records.keys().copied().collect())
    }

    async fn pause(&self) {
        let mut left = self.pauses;
        poll_fn(|_| {
            let ready = left == 0;
            left = left.saturating_sub(1);
            if ready { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
    }

    fn records<R>(&self, look: impl FnOnce(&mut BTreeMap<Key, Versioned<Record>>) -> R) -> R {
        look(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Store for Shelf {
    type Error = Never;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Never> {
        self.pause().await;
        Ok(self.records(|records| records.get(&key).cloned()))
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Never> {
        self.pause().await;
        Ok(self.records(|records| {
            let Versioned { version, record } = records.get(&Key::AccessToken(*digest))?;
            let Record::AccessToken(token) = record else { return None };
            let mut access = Access::of(Versioned { version: *version, record: token.clone() });
            let read = |key: Key| records.get(&key).map(|found| found.record.clone());
            access.extend(access.parents().into_iter().flatten().filter_map(read));
            Some(access)
        }))
    }

    async fn list(&self, _: Range) -> Result<Page, Never> {
        Ok(Page::default())
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Never>> {
        self.pause().await;
        Ok(self.records(|records| {
            let there = |change: &Change| records.get(&change.key()).map(|found| found.version);
            if changes.iter().any(|change| there(change) != change.expected()) {
                return Commit::Conflict;
            }
            for change in changes {
                let key = change.key();
                match change {
                    Change::Insert(record) => {
                        records.insert(key, Versioned { version: Version::FIRST, record });
                    }
                    Change::Update(version, record) => {
                        records.insert(key, Versioned { version: version.next(), record });
                    }
                    Change::Delete(..) => {
                        records.remove(&key);
                    }
                    Change::Unchanged(..) => {}
                }
            }
            Commit::Applied
        }))
    }
}
