//! A store that lets something happen between what is read and its commit.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::Mutex;

use grantor::access::Access;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::MemoryStore;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

/// A store that pauses before its first commit, until what is to happen meanwhile has happened.
pub struct Pausing<'a> {
    records: Arc<MemoryStore>,
    meanwhile: Mutex<Option<Box<dyn FnOnce() + Send + 'a>>>,
}

impl<'a> Pausing<'a> {
    pub fn new(records: Arc<MemoryStore>, meanwhile: impl FnOnce() + Send + 'a) -> Self {
        Self { records, meanwhile: Mutex::new(Some(Box::new(meanwhile))) }
    }
}

impl Store for Pausing<'_> {
    type Error = Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Infallible> {
        self.records.record(key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Infallible> {
        self.records.access(digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, Infallible> {
        self.records.list(range).await
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Infallible>> {
        let meanwhile = self.meanwhile.lock().unwrap().take();
        if let Some(meanwhile) = meanwhile {
            meanwhile();
        }
        self.records.commit(changes).await
    }
}
