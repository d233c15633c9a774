//! The store as explored operations see it.

use core::fmt;
use std::sync::Arc;

use super::footprint::Footprint;
use super::turnstile::Answer;
use super::turnstile::Call;
use super::turnstile::Fault;
use super::turnstile::Turnstile;
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

/// A handle to a store, each call of which waits until the explorer lets it pass.
///
/// The handles that checks and observations are given pass every call on at once.
pub struct Stepped<S> {
    store: Arc<S>,
    turnstile: Option<Arc<Turnstile>>,
}

/// The error of a [`Stepped`] store.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Injected<E> {
    /// The explorer's fault: the store was not asked.
    #[error("a fault that the explorer injected")]
    Fault,
    /// The store's own.
    #[error(transparent)]
    Store(E),
}

impl<S> Stepped<S> {
    pub(super) fn new(store: Arc<S>, turnstile: Arc<Turnstile>) -> Self {
        Self { store, turnstile: Some(turnstile) }
    }

    pub(super) fn unhindered(store: Arc<S>) -> Self {
        Self { store, turnstile: None }
    }

    /// The store itself, for what it offers beyond [`Store`]. The explorer knows nothing of what is done
    /// through it: it is for checks and observations.
    #[must_use]
    pub fn inner(&self) -> &S {
        &self.store
    }

    async fn pass(&self, call: impl FnOnce() -> Call) -> Result<(), Fault> {
        match &self.turnstile {
            Some(turnstile) => turnstile.pass(call()).await,
            None => Ok(()),
        }
    }

    fn tell(&self, told: impl FnOnce() -> (Footprint, Answer)) {
        if let Some(turnstile) = &self.turnstile {
            let (footprint, answer) = told();
            turnstile.tell(footprint, answer);
        }
    }
}

/// Another handle of the same operation.
impl<S> Clone for Stepped<S> {
    fn clone(&self) -> Self {
        Self { store: Arc::clone(&self.store), turnstile: self.turnstile.clone() }
    }
}

impl<S> fmt::Debug for Stepped<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stepped")
    }
}

impl<S: Store> Store for Stepped<S> {
    type Error = Injected<S::Error>;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Self::Error> {
        self.pass(|| Call::Record(key)).await.map_err(|_| Injected::Fault)?;
        let found = self.store.record(key).await;
        self.tell(|| {
            (
                Footprint::of_record(key),
                told(&found, |found| Answer::Record(found.as_ref().map(|found| found.version))),
            )
        });
        found.map_err(Injected::Store)
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Self::Error> {
        self.pass(|| Call::Access(*digest)).await.map_err(|_| Injected::Fault)?;
        let found = self.store.access(digest).await;
        self.tell(|| {
            let access = found.as_ref().ok().and_then(Option::as_ref);
            (Footprint::of_access(digest, access), told(&found, |found| Answer::Access(found.is_some())))
        });
        found.map_err(Injected::Store)
    }

    async fn list(&self, range: Range) -> Result<Page, Self::Error> {
        self.pass(|| Call::List(range)).await.map_err(|_| Injected::Fault)?;
        let page = self.store.list(range).await;
        self.tell(|| (Footprint::of_list(range.index), told(&page, |page| Answer::Listed(page.items.len()))));
        page.map_err(Injected::Store)
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Self::Error>> {
        match self.pass(|| Call::Commit(changes.clone())).await {
            Ok(()) => {}
            Err(Fault::Error) => return Err(CommitError::NotApplied(Injected::Fault)),
            Err(Fault::Conflict) => return Ok(Commit::Conflict),
            Err(Fault::Unknown) => return Err(CommitError::Unknown(Injected::Fault)),
        }
        let mut footprint = Footprint::of_commit(&changes);
        let committed = self.store.commit(changes).await;
        self.tell(|| {
            footprint.ended(&committed);
            (footprint, told(&committed, |commit| Answer::Committed(*commit)))
        });
        committed.map_err(|error| match error {
            CommitError::NotApplied(error) => CommitError::NotApplied(Injected::Store(error)),
            CommitError::Unknown(error) => CommitError::Unknown(Injected::Store(error)),
        })
    }
}

fn told<T, E: fmt::Display>(result: &Result<T, E>, answer: impl FnOnce(&T) -> Answer) -> Answer {
    match result {
        Ok(value) => answer(value),
        Err(error) => Answer::Failed(error.to_string()),
    }
}
