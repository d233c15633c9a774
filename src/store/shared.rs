//! A store behind a reference is a store: for several servers over one, and for tests that look into it.

use std::sync::Arc;

use super::Commit;
use super::CommitError;
use super::Page;
use super::Range;
use super::Store;
use crate::access::Access;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::value::Digest;
use crate::value::kind;

impl<S: Store> Store for &S {
    type Error = S::Error;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, S::Error> {
        S::record(self, key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, S::Error> {
        S::access(self, digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, S::Error> {
        S::list(self, range).await
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<S::Error>> {
        S::commit(self, changes).await
    }
}

impl<S: Store> Store for Arc<S> {
    type Error = S::Error;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, S::Error> {
        S::record(self, key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, S::Error> {
        S::access(self, digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, S::Error> {
        S::list(self, range).await
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<S::Error>> {
        S::commit(self, changes).await
    }
}
