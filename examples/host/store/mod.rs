//! The host's store: in memory, in a file of SQLite, or in a database of PostgreSQL, as one URL says.
//!
//! It keeps what `grantor::store` promises and decides nothing; `grantor::testing::conformance` proves it. To copy it,
//! take this folder and `migrations/`, as the module `store` of your crate.

mod error;
mod postgres;
mod rows;
mod schema;
mod sqlite;
mod url;

pub use error::OpenError;
pub use error::StoreError;
pub use postgres::PostgresStore;
pub use sqlite::SqliteStore;
pub use url::StoreUrl;

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

/// One of the stores.
pub enum AnyStore {
    /// In memory, until the process ends.
    Memory(MemoryStore),
    /// In a file.
    Sqlite(SqliteStore),
    /// In a database.
    Postgres(PostgresStore),
}

impl AnyStore {
    /// Opens the store, and brings its tables up to date.
    ///
    /// # Errors
    ///
    /// [`OpenError`]: the database cannot be reached, is none, is another's, or is that of a newer host.
    pub async fn open(url: &StoreUrl) -> Result<Self, OpenError> {
        Ok(match url {
            StoreUrl::Memory => Self::Memory(MemoryStore::new()),
            StoreUrl::Sqlite(path) => Self::Sqlite(SqliteStore::open(path.clone()).await?),
            StoreUrl::Postgres(config) => Self::Postgres(PostgresStore::open(config).await?),
        })
    }
}

impl Store for AnyStore {
    type Error = StoreError;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, StoreError> {
        match self {
            Self::Memory(store) => {
                let Ok(found) = store.record(key).await;
                Ok(found)
            }
            Self::Sqlite(store) => store.record(key).await,
            Self::Postgres(store) => store.record(key).await,
        }
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, StoreError> {
        match self {
            Self::Memory(store) => {
                let Ok(found) = store.access(digest).await;
                Ok(found)
            }
            Self::Sqlite(store) => store.access(digest).await,
            Self::Postgres(store) => store.access(digest).await,
        }
    }

    async fn list(&self, range: Range) -> Result<Page, StoreError> {
        match self {
            Self::Memory(store) => {
                let Ok(page) = store.list(range).await;
                Ok(page)
            }
            Self::Sqlite(store) => store.list(range).await,
            Self::Postgres(store) => store.list(range).await,
        }
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<StoreError>> {
        match self {
            Self::Memory(store) => match store.commit(changes).await {
                Ok(outcome) => Ok(outcome),
                Err(CommitError::NotApplied(never) | CommitError::Unknown(never)) => match never {},
            },
            Self::Sqlite(store) => store.commit(changes).await,
            Self::Postgres(store) => store.commit(changes).await,
        }
    }
}
