//! A store in memory: the reference, for tests and for services that keep nothing.
//!
//! Four tables, each in 64 shards behind a lock of their own: access tokens, all other records, lists, and
//! what tokens share. There is no lock that all calls take.
//!
//! # No deadlock, and one moment
//!
//! Every operation takes its locks in one order: shards of tokens, then of records, then of lists; within a
//! table by number, each once. Whoever waits for a lock holds only lower ones, so that no operations wait in
//! a circle. What tokens share comes last: one lock at a time, and no other is taken while it is held.
//!
//! An operation takes all its locks before it lets go of the first. Operations behave therefore as if one
//! came after the other, each at the moment at which it held all its locks (two-phase locking): a commit is
//! seen whole or not at all, and a page is of one moment. [`access`](Store::access) takes fewer locks than it
//! would need for that; its module says why its answer is of one moment all the same.

mod access;
mod commit;
mod common;
mod hash;
mod lists;
mod records;
mod shards;
#[cfg(test)]
mod tests;
mod tokens;

use core::convert::Infallible;
use core::fmt;
use core::sync::atomic::AtomicU64;

use self::common::Commons;
use self::hash::shard_of;
use self::lists::Bounds;
use self::lists::Item;
use self::lists::Lists;
use self::lists::between;
use self::lists::merge;
use self::lists::page;
use self::records::Kept;
use self::records::Records;
use self::records::home;
use self::shards::Shards;
use self::tokens::Tokens;
use super::Commit;
use super::CommitError;
use super::Page;
use super::Range;
use super::Store;
use crate::access::Access;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Kind;
use crate::change::Record;
use crate::change::Versioned;
use crate::value::Digest;
use crate::value::kind;

/// A store in memory. It never fails and never waits: drive its futures with [`ready`](crate::ready()).
///
/// It keeps every promise of the [contract](super) for as long as the process runs, under any number of
/// threads.
///
/// ```
/// use grantor::change::{Changes, Key, Kind};
/// use grantor::model::ClientTally;
/// use grantor::ready;
/// use grantor::store::{Commit, MemoryStore, Store};
/// use grantor::value::OrganizationId;
///
/// let store = MemoryStore::new();
/// let organization = OrganizationId::from_random([7; 16]);
/// let changes = Changes::new().insert(ClientTally::none(organization));
/// assert_eq!(ready(store.commit(changes))?, Ok(Commit::Applied));
///
/// assert_eq!(store.len(Kind::ClientTally), 1);
/// assert!(ready(store.record(Key::ClientTally(organization)))??.is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Default)]
pub struct MemoryStore {
    tokens: Shards<Tokens>,
    records: Shards<Records>,
    lists: Shards<Lists>,
    commons: Commons,
    /// How many commits wrote what a client's own tokens hang on: see [`access`].
    generation: AtomicU64,
}

impl MemoryStore {
    /// A store that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many records of the kind there are. Walks all records that are not access tokens.
    #[must_use]
    pub fn len(&self, kind: Kind) -> usize {
        if kind == Kind::AccessToken {
            return self.tokens.read_all().iter().map(|tokens| tokens.len()).sum();
        }
        let records = self.records.read_all();
        records.iter().flat_map(|records| records.rows.keys()).filter(|key| key.kind() == kind).count()
    }

    /// Everything there is, by key, from one moment: for tests and dumps.
    #[must_use]
    pub fn records(&self) -> Vec<Versioned<Record>> {
        let (tokens, records) = (self.tokens.read_all(), self.records.read_all());
        let kept = records.iter().flat_map(|records| records.rows.values()).map(Kept::versioned);
        let mut all: Vec<_> = tokens.iter().flat_map(|tokens| tokens.iter()).chain(kept).collect();
        all.sort_by_cached_key(|versioned| versioned.record.key());
        all
    }

    fn read(&self, key: &Key) -> Option<Versioned<Record>> {
        if let Key::AccessToken(digest) = key {
            return self.tokens.read(home(key)).record(digest);
        }
        self.records.read(home(key)).record(key)
    }

    fn page(&self, range: &Range) -> Page {
        let Some(bounds) = Bounds::of(range) else {
            return Page::default();
        };
        if range.index == Index::Due {
            let (tokens, records) = (self.tokens.read_all(), self.records.read_all());
            let tokens = tokens
                .iter()
                .map(|tokens| -> Box<dyn Iterator<Item = Item>> { Box::new(tokens.due(bounds)) });
            let records = records
                .iter()
                .map(|records| -> Box<dyn Iterator<Item = Item>> { Box::new(between(&records.due, bounds)) });
            return page(merge(tokens.chain(records)), range.limit);
        }
        if let Index::AccessTokensOfClient(client) = range.index {
            let tokens = self.tokens.read_all();
            return page(merge(tokens.iter().map(|tokens| tokens.of_client(client, bounds))), range.limit);
        }
        let lists = self.lists.read(shard_of(range.index));
        let list = lists.get(&range.index);
        page(list.into_iter().flat_map(|list| between(list, bounds)), range.limit)
    }
}

/// Shows how many records there are of each kind, and none of them.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let counts = Kind::ALL.map(|kind| (kind, self.len(kind)));
        f.write_str("MemoryStore ")?;
        f.debug_map().entries(counts.iter().map(|(kind, count)| (kind.as_str(), count))).finish()
    }
}

impl Store for MemoryStore {
    type Error = Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Infallible> {
        Ok(self.read(&key))
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Infallible> {
        Ok(self.gather(digest))
    }

    async fn list(&self, range: Range) -> Result<Page, Infallible> {
        Ok(self.page(&range))
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Infallible>> {
        Ok(self.apply(changes))
    }
}
