//! Records in a database of PostgreSQL.
//!
//! Every call is one statement, prepared once for each connection, and so one round trip and one moment. A commit is
//! one call of the function `commit_changes`, which the migrations create: it locks the keys, looks at the versions and
//! writes, while the host waits for one answer.
//!
//! # Why it is safe
//!
//! What a commit rests on must not change before it is done, and what it rests on may be that there is *no* record.
//! Serializable isolation would see to it, and at a price: events are written in the order of time, so all commits meet
//! on the last page of an index, and are refused there although they have nothing to do with each other. `FOR SHARE`
//! cannot lock what is absent, and writes to each row that it locks. So each key has an advisory lock, held to the end of
//! the transaction: shared by those who only look, and alone by who writes. Whoever has it reads the version after, in a
//! statement that sees all that was committed before: READ COMMITTED is set for each connection, and checked. The locks
//! are taken in one order, so there are no deadlocks among commits. Versions are conditions of the writes too, and the
//! rows are counted: what another program writes past the function is found.
//!
//! It needs PostgreSQL 11 or later, and is tested on 15.

mod connection;

use std::time::Duration;

use deadpool_postgres::Object;
use deadpool_postgres::Pool;
use grantor::access::Access;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;
use tokio_postgres::Config;
use tokio_postgres::Row as Answer;
use tokio_postgres::error::Severity;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::OpenError;
use super::StoreError;
use super::rows;
use super::rows::Bounds;
use super::rows::Row;
use super::rows::Write;

const RECORD: &str = "SELECT version, body::text FROM record WHERE kind = $1 AND key = $2";

const ACCESS: &str = include_str!("postgres/access.sql");

const LIST: &str = include_str!("postgres/list.sql");

const COMMIT: &str = "SELECT commit_changes($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// How often a read is tried whose connection turns out to be lost.
const TRIES: usize = 3;

/// How long a call waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// A store in a database.
pub struct PostgresStore {
    pool: Pool,
}

impl PostgresStore {
    /// Connects, and brings the tables up to date.
    ///
    /// # Errors
    ///
    /// Any [`OpenError`] but those of SQLite.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        Ok(Self { pool: connection::open(config).await? })
    }

    async fn client(&self) -> Result<Object, StoreError> {
        self.pool.get().await.map_err(connection::not_had)
    }

    async fn read(&self, sql: &str, parameters: &[&(dyn ToSql + Sync)]) -> Result<Vec<Answer>, StoreError> {
        let mut tries = 1;
        loop {
            match self.read_once(sql, parameters).await {
                // The server was started anew, and this connection had not heard of it.
                Err(StoreError::Postgres(error)) if tries < TRIES && refusal(&error).is_none() => tries += 1,
                answer => return answer,
            }
        }
    }

    async fn read_once(
        &self,
        sql: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Answer>, StoreError> {
        let client = self.client().await?;
        let statement = client.prepare_cached(sql).await?;
        Ok(client.query(&statement, parameters).await?)
    }
}

impl Store for PostgresStore {
    type Error = StoreError;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, StoreError> {
        let found = self.read(RECORD, &[&key.kind().as_str(), &key.to_bytes()]).await?;
        let Some(row) = found.first() else {
            return Ok(None);
        };
        rows::record_of(key, row.try_get(0)?, row.try_get(1)?).map(Some)
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, StoreError> {
        let found = self.read(ACCESS, &[&digest.as_bytes().as_slice()]).await?;
        let found = found.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?)));
        rows::gather_from(digest, found.collect::<Result<Vec<_>, StoreError>>()?)
    }

    async fn list(&self, range: Range) -> Result<Page, StoreError> {
        let Bounds { list, from, before, limit } = Bounds::of(&range);
        let found = self.read(LIST, &[&list, &from, &before, &limit]).await?;
        let found = found.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)));
        rows::page(&range, found.collect::<Result<Vec<_>, StoreError>>()?)
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<StoreError>> {
        let rows = changes.iter().map(Row::of).collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(CommitError::NotApplied)?;
        let client = self.client().await.map_err(CommitError::NotApplied)?;
        let statement = client.prepare_cached(COMMIT).await;
        let statement = statement.map_err(|error| CommitError::NotApplied(error.into()))?;
        // A statement that was sent is carried out, even when the future that waits for its answer is dropped.
        let answer = client.query_one(&statement, &Columns::of(&rows).parameters()).await;
        match answer.and_then(|answer| answer.try_get(0)) {
            Ok(true) => Ok(Commit::Applied),
            Ok(false) => Ok(Commit::Conflict),
            Err(error) => not_committed(error),
        }
    }
}

/// The rows of a commit, column by column, as `commit_changes` takes them.
#[derive(Default)]
struct Columns<'a> {
    actions: Vec<&'static str>,
    kinds: Vec<&'static str>,
    keys: Vec<&'a [u8]>,
    versions: Vec<Option<i64>>,
    bodies: Vec<Option<&'a str>>,
    entry_lists: Vec<&'a str>,
    entry_positions: Vec<&'a [u8]>,
    entry_kinds: Vec<&'static str>,
    entry_keys: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(rows: &'a [Row]) -> Self {
        let mut columns = Self::default();
        for Row { kind, key, expected, write } in rows {
            let (action, body) = match write {
                Write::Insert(body) => ("insert", Some(body)),
                Write::Update(body) => ("update", Some(body)),
                Write::Delete => ("delete", None),
                Write::Nothing => ("unchanged", None),
            };
            columns.actions.push(action);
            columns.kinds.push(kind.as_str());
            columns.keys.push(key);
            columns.versions.push(*expected);
            columns.bodies.push(body.map(|body| body.json.as_str()));
            for (list, position) in body.map(|body| body.entries.as_slice()).unwrap_or_default() {
                columns.entry_lists.push(list);
                columns.entry_positions.push(position);
                columns.entry_kinds.push(kind.as_str());
                columns.entry_keys.push(key);
            }
        }
        columns
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 9] {
        [
            &self.actions,
            &self.kinds,
            &self.keys,
            &self.versions,
            &self.bodies,
            &self.entry_lists,
            &self.entry_positions,
            &self.entry_kinds,
            &self.entry_keys,
        ]
    }
}

/// What became of a commit that ended with this.
fn not_committed(error: tokio_postgres::Error) -> Result<Commit, CommitError<StoreError>> {
    match refusal(&error) {
        // In the way was another commit, or someone's lock.
        Some(
            &SqlState::T_R_SERIALIZATION_FAILURE
            | &SqlState::T_R_DEADLOCK_DETECTED
            | &SqlState::LOCK_NOT_AVAILABLE
            | &SqlState::UNIQUE_VIOLATION,
        ) => Ok(Commit::Conflict),
        Some(_) => Err(CommitError::NotApplied(error.into())),
        // No answer came, or the answer was that the connection ends, perhaps after the commit.
        None => Err(CommitError::Unknown(error.into())),
    }
}

/// The server's word that the statement failed, and with it the transaction that it was.
fn refusal(error: &tokio_postgres::Error) -> Option<&SqlState> {
    let error = error.as_db_error().filter(|error| error.parsed_severity() == Some(Severity::Error))?;
    let is_unknown = [SqlState::TRANSACTION_RESOLUTION_UNKNOWN, SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN];
    Some(error.code()).filter(|code| !is_unknown.contains(code))
}
