//! What can go wrong with a store, in one line each. None tells a password: a URL is shown without it.

use std::error::Error;
use std::path::PathBuf;

use grantor::change::Kind;
use thiserror::Error;

/// A call to the database failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// What is kept there is no record, or that of another key.
    #[error("what is kept as `{0}` cannot be read")]
    Undecodable(String, #[source] Option<serde_json::Error>),
    /// A record cannot be written as JSON.
    #[error("a record of kind `{0}` cannot be written")]
    Unencodable(Kind, #[source] serde_json::Error),
    /// The file of a database cannot be had.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// SQLite says no.
    #[error("sqlite: {}", first_line(.0))]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL says no, or does not answer.
    #[error("postgres: {}", postgres_line(.0))]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection could be had in time.
    #[error("postgres: no connection in time")]
    NoConnection,
    /// The runtime stops, or the thread that worked on it panicked.
    #[error("the store stops")]
    Stopped(#[from] tokio::task::JoinError),
}

/// A store cannot be opened.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The text names no store. It is not shown, as it may hold a password.
    #[error("no store: expected `memory`, `sqlite:PATH` or `postgres://USER:PASSWORD@HOST/DATABASE`")]
    BadUrl,
    /// The database cannot be reached.
    #[error("{store} cannot be opened: {source}")]
    Unreachable {
        /// Which one.
        store: String,
        /// Why not.
        source: StoreError,
    },
    /// The file is not of SQLite.
    #[error("`{}` is not a SQLite database", .0.display())]
    NotADatabase(PathBuf),
    /// The file is a database of something else.
    #[error("`{}` holds the tables of something else: choose another file", .0.display())]
    Foreign(PathBuf),
    /// There is no schema to put the tables in.
    #[error("{0} has no schema that tables can be created in: create one, and name it in `search_path`")]
    NoSchema(String),
    /// Another version of the host was here.
    #[error("{store} has the schema version {found}, and this host knows {known}: start a newer host")]
    Newer {
        /// Which one.
        store: String,
        /// What is there.
        found: i64,
        /// What is known here.
        known: i64,
    },
    /// The tables cannot be brought up to date. Nothing was changed.
    #[error("the schema of {store} cannot be brought to version {version}: {source}")]
    NotMigrated {
        /// Which one.
        store: String,
        /// To which version.
        version: i64,
        /// Why not.
        source: StoreError,
    },
}

/// The message of the server and its code, and neither the detail nor the statement: they hold what is kept.
fn postgres_line(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => format!("{} ({})", first_line(error.message()), error.code().code()),
        None => match error.source() {
            Some(source) => first_line(format!("{error}: {source}")),
            None => first_line(error),
        },
    }
}

fn first_line(message: impl ToString) -> String {
    message.to_string().lines().next().unwrap_or_default().to_owned()
}
