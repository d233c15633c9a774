//! Records in a file of SQLite.
//!
//! One connection writes, behind a mutex, and others read: with a write-ahead log neither waits for the other. Other
//! processes may have the file open too; SQLite's own lock then decides who writes, and one that is not had in time is
//! a conflict.
//!
//! SQLite blocks its thread, so each call is handed to one that may block. There it runs to its end even when the future
//! that asked for it is dropped: a commit is whole.

mod connection;
mod transaction;

use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

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
use rusqlite::Connection;
use rusqlite::TransactionBehavior;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::OpenError;
use super::StoreError;
use super::rows;
use super::rows::Row;

/// How many calls read at the same time. More of them wait.
const READERS: usize = 8;

/// A store in a file.
pub struct SqliteStore {
    path: Arc<Path>,
    /// None until it is needed, and after an error: what failed is closed, which rolls back, and opened again.
    writer: Arc<tokio::sync::Mutex<Option<Connection>>>,
    readers: Arc<Readers>,
}

struct Readers {
    path: Arc<Path>,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<Connection>>,
}

impl SqliteStore {
    /// Opens the file, and creates it where it is missing.
    ///
    /// # Errors
    ///
    /// Any [`OpenError`] but those of PostgreSQL.
    pub async fn open(path: PathBuf) -> Result<Self, OpenError> {
        let path: Arc<Path> = path.into();
        let opened = Arc::clone(&path);
        let opening = spawn_blocking(move || connection::open(&opened));
        let writer = opening.await.map_err(|error| connection::unreachable(&path, error.into()))??;
        Ok(Self {
            readers: Arc::new(Readers {
                path: Arc::clone(&path),
                permits: Arc::new(Semaphore::new(READERS)),
                idle: Mutex::default(),
            }),
            path,
            writer: Arc::new(tokio::sync::Mutex::new(Some(writer))),
        })
    }

    async fn read<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let readers = Arc::clone(&self.readers);
        // Nobody closes the semaphore, so the permit is had.
        let permit = Arc::clone(&readers.permits).acquire_owned().await.ok();
        spawn_blocking(move || {
            let _permit = permit;
            let mut connection = match readers.take_idle() {
                Some(connection) => connection,
                None => connection::reader(&readers.path)?,
            };
            let answer = query(&mut connection)?;
            readers.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
            Ok(answer)
        })
        .await?
    }
}

impl Readers {
    fn take_idle(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }
}

impl Store for SqliteStore {
    type Error = StoreError;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, StoreError> {
        self.read(move |connection| transaction::record(connection, key)).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, StoreError> {
        let digest = *digest;
        // One transaction, so one moment. It is dropped and not committed, which is the same where nothing was written.
        self.read(move |connection| {
            let moment = connection.transaction()?;
            rows::gather(&digest, |key| transaction::record(&moment, key))
        })
        .await
    }

    async fn list(&self, range: Range) -> Result<Page, StoreError> {
        self.read(move |connection| transaction::list(connection, &range)).await
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<StoreError>> {
        let rows = changes.iter().map(Row::of).collect::<Result<Vec<_>, _>>();
        let rows = rows.map_err(CommitError::NotApplied)?;
        let (path, mut writer) = (Arc::clone(&self.path), Arc::clone(&self.writer).lock_owned().await);
        let work = spawn_blocking(move || commit(&mut writer, &path, &rows));
        match work.await {
            Ok(outcome) => outcome,
            Err(error) if error.is_cancelled() => Err(CommitError::NotApplied(error.into())),
            Err(error) => Err(CommitError::Unknown(error.into())),
        }
    }
}

/// Applies the rows, or none of them.
fn commit(
    writer: &mut Option<Connection>,
    path: &Path,
    rows: &[Row],
) -> Result<Commit, CommitError<StoreError>> {
    let mut connection = match writer.take() {
        Some(connection) => connection,
        None => connection::writer(path).map_err(|error| CommitError::NotApplied(error.into()))?,
    };
    let outcome = commit_through(&mut connection, rows);
    if outcome.is_ok() {
        *writer = Some(connection);
    }
    outcome
}

fn commit_through(connection: &mut Connection, rows: &[Row]) -> Result<Commit, CommitError<StoreError>> {
    let not_applied = |error: rusqlite::Error| CommitError::NotApplied(error.into());
    // IMMEDIATE takes the lock of the file first, so that nothing that is then read can change before the commit.
    let transaction = match connection.transaction_with_behavior(TransactionBehavior::Immediate) {
        Err(error) if connection::is_busy(&error) => return Ok(Commit::Conflict),
        begun => begun.map_err(not_applied)?,
    };
    match transaction::write(&transaction, rows) {
        Ok(true) => {
            transaction.commit().map_err(|error| CommitError::Unknown(error.into()))?;
            Ok(Commit::Applied)
        }
        Ok(false) => {
            transaction.rollback().map_err(not_applied)?;
            Ok(Commit::Conflict)
        }
        // The connection is closed after an error, and so it is rolled back whatever happens here.
        Err(error) => Err(not_applied(error)),
    }
}
