//! Where the host keeps the library's records, by the URL it was started with.

use std::{fmt, str::FromStr};

use grantor::{
    MemoryStore, Store,
    access::Access,
    change::{Changes, Key, Record, Versioned},
    store::{Commit, CommitError, Page, Range},
    value::{Digest, kind},
};

/// A store of one of these kinds.
#[derive(Debug)]
pub enum AnyStore {
    /// In memory: forgotten when the host stops.
    Memory(MemoryStore),
}

/// Where the records are.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum StoreUrl {
    /// `memory`
    Memory,
}

/// The text names no store.
#[derive(Debug)]
pub struct StoreUrlError;

/// The store cannot be opened.
#[derive(Debug)]
pub enum OpenError {}

impl AnyStore {
    /// Opens the store.
    pub async fn open(url: &StoreUrl) -> Result<Self, OpenError> {
        match url {
            StoreUrl::Memory => Ok(Self::Memory(MemoryStore::new())),
        }
    }
}

impl FromStr for StoreUrl {
    type Err = StoreUrlError;

    fn from_str(text: &str) -> Result<Self, StoreUrlError> {
        match text {
            "memory" => Ok(Self::Memory),
            _ => Err(StoreUrlError),
        }
    }
}

impl fmt::Display for StoreUrlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a store is `memory`")
    }
}

impl fmt::Display for OpenError {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl Store for AnyStore {
    type Error = <MemoryStore as Store>::Error;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Self::Error> {
        match self {
            Self::Memory(store) => store.record(key).await,
        }
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Self::Error> {
        match self {
            Self::Memory(store) => store.access(digest).await,
        }
    }

    async fn list(&self, range: Range) -> Result<Page, Self::Error> {
        match self {
            Self::Memory(store) => store.list(range).await,
        }
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Self::Error>> {
        match self {
            Self::Memory(store) => store.commit(changes).await,
        }
    }
}
