//! The seam to storage: what the library asks of a store, and what it trusts it with (ST-01 to ST-04).
//!
//! A store keeps [`Record`]s under [`Key`]s, each with a [`Version`](crate::change::Version), and lists them
//! by [`Index`]. It decides nothing, and needs to know nothing of OAuth: a record tells its key
//! ([`Record::key`]) and the lists that it stands in ([`Record::entries`]); serde turns it into JSON and
//! back.
//!
//! What is kept stays readable: the serde form of records, the bytes of keys and positions, the texts of
//! [`Kind`](crate::change::Kind) and [`Index`] are one promise. What any 0.x wrote, every later 0.x reads,
//! and finds under the same key and in the same lists.
//!
//! # The promises
//!
//! **Commit is atomic.** [`Store::commit`] applies every change or none, and other calls see all of them or
//! none. *A part of a commit that is seen alone is a vulnerability:* a client without its authorization
//! ended, a code that is spent and gave no token.
//!
//! **Conditions are checked with it.** At the moment the changes are applied every condition holds: an insert
//! finds no record, an update or delete finds the version that it names, an
//! [`Unchanged`](crate::change::Change::Unchanged) finds the version that it names or, for none, no record.
//! Concurrent commits behave as if one came after the other. *A condition that is skipped, or checked before
//! and not together with the write, is a vulnerability:* it is how one code is redeemed twice and how a token
//! outlives a revocation. In SQL: put the version in the `WHERE` of the write and count the rows; lock what
//! is only guarded (`SELECT … FOR SHARE`), or use serializable isolation and give a serialization failure
//! back as [`Commit::Conflict`].
//!
//! **A commit that answers is kept.** After [`Commit::Applied`] the changes survive whatever survives at all,
//! and every read that starts later, through any connection of any process, sees them. *A read that misses an
//! applied commit is a vulnerability:* it accepts what was revoked. Do not read from replicas that lag.
//!
//! **Reads are whole.** A read gives a record as one commit left it, with that commit's version.
//! [`Store::access`] gives all its records from one moment. *A mixture of two moments is a vulnerability*
//! where it joins an old parent with a new token; a read that fails is a nuisance.
//!
//! **Errors tell the truth.** A read that fails changes nothing. A commit that fails says which:
//! [`CommitError::NotApplied`] where it is certain that nothing was or will be applied, and otherwise
//! [`CommitError::Unknown`]. *`NotApplied` for a commit that may still be applied is a vulnerability;
//! `Unknown` for one that surely was not is a nuisance.* The `?` operator gives `Unknown`. A lock that was
//! not had in time, a deadlock and a serialization failure are, once rolled back, no errors but a
//! [`Commit::Conflict`]: on a conflict the library reads and decides again, a bounded number of times. A
//! record that is there and cannot be decoded is an error, never none.
//!
//! **Futures may be dropped** at any await. A dropped commit is applied whole, now or shortly after, or not
//! at all.
//!
//! **Nothing is kept back.** A list is complete and in the order of the positions, as of some moment between
//! its call and its answer. *A list that misses a record is a nuisance for a reader, and for the sweep a
//! leak: what it once found empty it does not ask for again.*
//!
//! # In SQL
//!
//! Two tables are enough, whatever records later versions add:
//!
//! ```sql
//! CREATE TABLE record (
//!     kind    TEXT    NOT NULL,            -- Key::kind().as_str()
//!     key     BLOB    NOT NULL,            -- Key::to_bytes()
//!     version BIGINT  NOT NULL,            -- Version::number()
//!     body    TEXT    NOT NULL,            -- the Record as JSON
//!     PRIMARY KEY (kind, key)
//! );
//! CREATE TABLE entry (
//!     list     TEXT NOT NULL,              -- Entry::index, by Display
//!     position BLOB NOT NULL,              -- Entry::position.as_bytes(), compared bytewise
//!     kind     TEXT NOT NULL,
//!     key      BLOB NOT NULL,
//!     PRIMARY KEY (list, position)
//! );
//! CREATE INDEX entry_of ON entry (kind, key);
//! ```
//!
//! | operation | shape |
//! |---|---|
//! | [`record`](Store::record) | `SELECT version, body FROM record WHERE kind = ? AND key = ?` |
//! | [`access`](Store::access) | the same for the token, `Key::AccessToken(*digest)`, and then for what it names, in one read transaction or one statement with joins: see [`Access`] |
//! | [`list`](Store::list) | `SELECT e.position, r.version, r.body FROM entry e JOIN record r USING (kind, key) WHERE e.list = ? AND e.position > ? AND e.position < ? ORDER BY e.position LIMIT ?`, without the bound that is none, and with a limit one higher: a row too many is dropped, and tells that [`Page::next`] is the last position before it |
//! | insert | `INSERT INTO record … ON CONFLICT DO NOTHING`, with the version `Version::FIRST`: no row, conflict; then its entries |
//! | update | `UPDATE record SET version = version + 1, body = ? WHERE kind = ? AND key = ? AND version = ?`: no row, conflict; then its entries: the old ones out, the new ones in |
//! | delete | `DELETE FROM record WHERE kind = ? AND key = ? AND version = ?`: no row, conflict; then its entries out |
//! | unchanged | `SELECT version FROM record WHERE kind = ? AND key = ? FOR SHARE` (PostgreSQL; in SQLite a plain `SELECT` inside `BEGIN IMMEDIATE`), compared. An absent record cannot be locked: take serializable isolation, or an advisory lock on the key in every commit that names it |
//!
//! What fails before `COMMIT`, and is rolled back, is [`CommitError::NotApplied`]. A `COMMIT` that fails or
//! does not answer is [`CommitError::Unknown`].
//!
//! In SQLite: a write-ahead log (`PRAGMA journal_mode = WAL`) with `PRAGMA synchronous = FULL`, since with
//! `NORMAL` a power failure takes back commits that answered; one connection that writes, behind a mutex, and
//! others that read. A commit is `BEGIN IMMEDIATE`, and `SQLITE_BUSY` from it a conflict. `access` is
//! `BEGIN`, its `SELECT`s, and `COMMIT`; a reader's statement that is not reset keeps its connection at an
//! old moment. Each call blocks its thread: on a runtime, hand it to a thread that may block. What runs on
//! there when the future is dropped is within the promise.
//!
//! In PostgreSQL: one call of a function that locks, looks and writes is one round trip, and no lock waits for the
//! host. `examples/host/store` has both databases whole.
//!
//! A host that would rather have columns of its own matches on [`Record`] and writes each kind to its own
//! table; hosts usually read [`Record::Role`] and [`Record::User`] from tables they have already.
//!
//! # In other engines
//!
//! **CockroachDB** takes the same SQL. Transactions are serializable unless it is told otherwise: state it, and a plain
//! `SELECT` guards, an absent record too; `FOR SHARE` locks nothing there by default. A serialization failure
//! (`40001`) is a conflict; an ambiguous result (`40003`) is [`CommitError::Unknown`].
//!
//! **Aurora DSQL** takes the same SQL at one isolation alone, snapshot, and compares at `COMMIT` what was written: a
//! plain `SELECT` guards nothing. `SELECT … FOR UPDATE`, one table and the whole primary key by equality, makes a
//! conflict of what is only read. An absent record has no row for it: give each guarded key a row in a table of guards,
//! which whoever inserts or guards the record writes. `40001` is a conflict, and comes at the `COMMIT`.
//!
//! **FoundationDB** keeps a record and its entries as key-value pairs in one transaction. It is strictly serializable,
//! and a read guards, of a missing key too, unless it is a snapshot read. `not_committed` is a conflict;
//! `commit_unknown_result` is [`CommitError::Unknown`]. A value has 100 000 bytes at most, a transaction 10 000 000, and
//! five seconds.
//!
//! **DynamoDB**: a commit is a `TransactWriteItems`, with a `ConditionExpression` on each record
//! (`attribute_not_exists`, or the version) and a `ConditionCheck` for an unchanged one. It takes 100 actions and 4 MB,
//! entries counted: what is larger is refused as [`CommitError::NotApplied`], and sweeps are given a low limit. A
//! cancellation for a failed condition or another transaction is a conflict; no answer is [`CommitError::Unknown`].
//! Lists are items of a table, queried with `ConsistentRead`: a global secondary index lags. [`Store::access`] is a
//! `TransactGetItems` of all that the last answer named, repeated until one answer names nothing that it does not hold.
//!
//! **etcd**: a commit is a `Txn` that compares the `version` of each key, which is [`Version`](crate::change::Version):
//! 1 once it is created, one more with each write, and 0 while it is absent. Not succeeded is a conflict; a timeout is
//! [`CommitError::Unknown`]. Reads are linearizable unless asked otherwise. [`Store::access`] reads the token, and the
//! rest at the revision of that answer, which is one moment. A `Txn` has 128 operations and a request 1.5 MiB, unless the
//! server is set to take more.
//!
//! # Proof
//!
//! `grantor::testing::conformance` (feature `testing`) runs every promise above against a store, and
//! names the one that is broken.

mod memory;
mod shared;

use core::future::Future;

pub use memory::MemoryStore;

use crate::access::Access;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Record;
use crate::change::Versioned;
use crate::value::Digest;
use crate::value::kind;

/// Where the library keeps its records. The [module](self) states what it promises.
///
/// Implementors write `async fn`. Nothing is held between two calls: no transaction, no lock.
pub trait Store: Send + Sync {
    /// What can go wrong with it.
    type Error: core::error::Error + Send + Sync + 'static;

    /// The record under the key, as it is now.
    ///
    /// A record of another key, or one that a later commit replaced before this call, is a vulnerability.
    fn record(&self, key: Key)
    -> impl Future<Output = Result<Option<Versioned<Record>>, Self::Error>> + Send;

    /// All that bears on an access token, from one moment and in one round trip: the token, and what it hangs
    /// on, as [`Access::parents`] and [`Access::role_keys`] name it. None where there is no such token.
    ///
    /// What is not there is left out: the gate refuses what is absent. To give a stale record here, or one of
    /// another key, is a vulnerability; to leave one out is a nuisance.
    fn access(
        &self,
        digest: &Digest<kind::AccessToken>,
    ) -> impl Future<Output = Result<Option<Access>, Self::Error>> + Send;

    /// A page of a list: the records whose positions are within the range, in the order of the positions, up
    /// to the limit. Fewer than the limit only where the range holds no more.
    fn list(&self, range: Range) -> impl Future<Output = Result<Page, Self::Error>> + Send;

    /// Applies all changes if all their conditions hold, and otherwise none.
    ///
    /// An insert gives its record [`Version::FIRST`](crate::change::Version::FIRST), an update
    /// [`Version::next`](crate::change::Version::next) of the version that it names. Keys that were deleted
    /// are not used again, so a store may forget them. No key stands in the changes twice, so their order
    /// does not matter. Changes that write nothing have their conditions checked all the same; no changes at
    /// all are applied.
    ///
    /// # Errors
    ///
    /// [`CommitError`] says whether nothing was applied, or nothing is known. A condition that does not hold
    /// is no error: [`Commit::Conflict`].
    fn commit(
        &self,
        changes: Changes,
    ) -> impl Future<Output = Result<Commit, CommitError<Self::Error>>> + Send;
}

/// How a commit ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "a conflict means that nothing was written"]
pub enum Commit {
    /// All of it is applied.
    Applied,
    /// A condition does not hold, or another commit was in the way: nothing is applied.
    Conflict,
}

/// A commit failed, and this is known of it (ST-03).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum CommitError<E> {
    /// Nothing was applied, and nothing will be.
    #[error("nothing was written: {0}")]
    NotApplied(#[source] E),
    /// It may have been applied, or may be still.
    #[error("it is not known whether anything was written: {0}")]
    Unknown(#[source] E),
}

/// What a store does not say is not known.
impl<E> From<E> for CommitError<E> {
    fn from(error: E) -> Self {
        Self::Unknown(error)
    }
}

/// A part of a list.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Range {
    /// The list.
    pub index: Index,
    /// Only positions greater than this one; none: from the beginning.
    pub after: Option<Position>,
    /// Only positions less than this one; none: to the end.
    pub before: Option<Position>,
    /// At most so many records: 1 to [`Range::MAX`].
    pub limit: u16,
}

impl Range {
    /// 500: the most records of a page.
    pub const MAX: u16 = 500;

    /// The beginning of a list, with the most records of a page.
    #[must_use]
    pub const fn of(index: Index) -> Self {
        Self { index, after: None, before: None, limit: Self::MAX }
    }
}

/// A page of a list.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Page {
    /// The records, with their positions, in the order of these.
    pub items: Vec<(Position, Versioned<Record>)>,
    /// Where the next page begins: the last position of this one. None where the range holds no more.
    pub next: Option<Position>,
}
