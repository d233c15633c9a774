//! A small, plain store with a flaw.

use core::convert::Infallible;
use core::future::poll_fn;
use core::sync::atomic::AtomicUsize;
use core::sync::atomic::Ordering;
use core::task::Poll;
use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::thread;

use super::Flaw;
use crate::access::Access;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::store::Commit;
use crate::store::CommitError;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::Digest;
use crate::value::kind;

/// A store with one flaw, or with none.
///
/// One map behind one lock, and lists by looking through all of it: so plain that it is right at a glance but
/// for its flaw. It waits once in every call, so that there is a point at which a future can be dropped.
#[derive(Debug, Default)]
pub struct BrokenStore {
    flaw: Option<Flaw>,
    state: Mutex<State>,
    locks: AtomicUsize,
    pub(super) reads: AtomicUsize,
}

/// What is there, and what flawed stores remember of what was.
#[derive(Debug, Default)]
pub(super) struct State {
    pub records: Records,
    /// Every record as it was inserted, with how many were inserted before it.
    pub inserted: BTreeMap<Key, (usize, Record)>,
    /// What was under a key before its last update.
    pub replaced: Records,
    /// What was deleted last under a key.
    pub deleted: Records,
    /// The records as they were before the last commit.
    pub lagging: Records,
    /// What was joined to a token.
    pub joined: BTreeMap<Key, Record>,
    /// What was listed.
    pub pages: Vec<(Range, Page)>,
}

pub(super) type Records = BTreeMap<Key, Versioned<Record>>;

impl BrokenStore {
    /// A store without a flaw: every check passes.
    #[must_use]
    pub fn sound() -> Self {
        Self::default()
    }

    /// A store with this flaw.
    #[must_use]
    pub fn with(flaw: Flaw) -> Self {
        Self { flaw: Some(flaw), ..Self::default() }
    }

    pub(super) fn has(&self, flaw: Flaw) -> bool {
        self.flaw == Some(flaw)
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where the record of the key is kept.
    pub(super) fn place(&self, key: Key) -> Key {
        match key {
            Key::ClientTally(organization) if self.has(Flaw::KindsShareKeys) => {
                Key::Organization(organization)
            }
            Key::AccessToken(digest) if self.has(Flaw::KeyIsCut) => {
                let mut half = *digest.as_bytes();
                half[16..].fill(0);
                Key::AccessToken(Digest::from_bytes(half))
            }
            key => key,
        }
    }

    /// Waits, and meanwhile holds a lock that keeps commits out, if that is the flaw.
    async fn wait(&self, locks: bool) {
        let locks = usize::from(locks);
        self.locks.fetch_add(locks, Ordering::SeqCst);
        pause().await;
        self.locks.fetch_sub(locks, Ordering::SeqCst);
    }
}

impl Store for BrokenStore {
    type Error = Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Infallible> {
        self.wait(self.has(Flaw::DroppedReadLocks)).await;
        Ok(self.find(key))
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Infallible> {
        self.wait(self.has(Flaw::DroppedReadLocks)).await;
        Ok(self.join(*digest))
    }

    async fn list(&self, range: Range) -> Result<Page, Infallible> {
        self.wait(self.has(Flaw::DroppedReadLocks)).await;
        Ok(self.page(range))
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Infallible>> {
        if self.locks.load(Ordering::SeqCst) > 0 {
            return Ok(Commit::Conflict);
        }
        self.wait(self.has(Flaw::DroppedCommitLocks)).await;
        Ok(self.apply(changes).await)
    }
}

/// Lets others go first, once.
pub(super) async fn pause() {
    let mut has_paused = false;
    poll_fn(|context| {
        if has_paused {
            return Poll::Ready(());
        }
        has_paused = true;
        thread::yield_now();
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
