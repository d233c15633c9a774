//! Connections to a file, and its tables.

use std::fs::OpenOptions;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::ErrorCode;
use rusqlite::OpenFlags;
use rusqlite::TransactionBehavior;

use crate::store::OpenError;
use crate::store::StoreError;
use crate::store::schema;

/// How long a connection waits for the lock of another process.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the file, creates it where it is missing, and brings its tables up to date.
///
/// # Errors
///
/// Any [`OpenError`] but those of PostgreSQL.
pub fn open(path: &Path) -> Result<Connection, OpenError> {
    create(path).map_err(|error| unreachable(path, error.into()))?;
    let mut connection = writer(path).map_err(|error| opening(path, error))?;
    migrate(&mut connection, path)?;
    Ok(connection)
}

/// Where there is no file, an empty one that its owner alone may read: it will hold what is personal. SQLite gives its
/// other files the same permissions.
fn create(path: &Path) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

/// A connection that writes.
///
/// # Errors
///
/// That of SQLite.
pub fn writer(path: &Path) -> rusqlite::Result<Connection> {
    connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)
}

/// A connection that reads, and cannot write.
///
/// # Errors
///
/// That of SQLite.
pub fn reader(path: &Path) -> rusqlite::Result<Connection> {
    // Not READ_ONLY: a reader of a write-ahead log writes down what it reads, beside the database.
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
    // NO_MUTEX: a connection is in one thread at a time. Without CREATE, a file that was removed is not begun anew.
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(32);
    connection.pragma_update(None, "trusted_schema", false)?;
    // A write-ahead log is a property of the file, and stays.
    write_ahead(&connection)?;
    // A commit that answers is on the disk. With NORMAL it would be lost with the power. The second is for macOS, where
    // FULL alone does not reach the disk; elsewhere it does nothing.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "fullfsync", true)?;
    Ok(connection)
}

/// Turns the write-ahead log on. Where several do so at once on a new file, SQLite refuses all but one at once, however
/// long it was told to wait: so the others wait here.
#[expect(
    clippy::disallowed_methods,
    reason = "the host waits here, on a thread that may block, and not the library"
)]
fn write_ahead(connection: &Connection) -> rusqlite::Result<()> {
    let pause = Duration::from_millis(10);
    let mut left = PATIENCE.as_millis() / pause.as_millis();
    loop {
        match connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())) {
            Err(error) if is_busy(&error) && left > 0 => {
                left -= 1;
                sleep(pause);
            }
            ended => return ended,
        }
    }
}

fn migrate(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let known = schema::known(&schema::SQLITE);
    // IMMEDIATE: of two hosts that open at once one waits, and then finds nothing to do.
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(|error| opening(path, error))?;
    let count = |condition: &str| {
        let sql = format!("SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name {condition}");
        transaction.query_row(&sql, [], |row| row.get::<_, i64>(0)).map_err(|error| opening(path, error))
    };
    if count("= 'schema_version'")? == 0 && count("NOT LIKE 'sqlite%'")? > 0 {
        return Err(OpenError::Foreign(path.into()));
    }
    let failed = |version| {
        move |error: rusqlite::Error| OpenError::NotMigrated {
            store: shown(path),
            version,
            source: error.into(),
        }
    };
    transaction.execute_batch(schema::VERSION_TABLE).map_err(failed(known))?;
    let found: i64 = transaction.query_row(schema::VERSION, [], |row| row.get(0)).map_err(failed(known))?;
    if found > known {
        return Err(OpenError::Newer { store: shown(path), found, known });
    }
    for migration in schema::SQLITE.iter().filter(|migration| migration.version > found) {
        let failed = failed(migration.version);
        transaction.execute_batch(migration.sql).map_err(&failed)?;
        transaction.execute(schema::TAKEN, [migration.version]).map_err(&failed)?;
    }
    transaction.commit().map_err(failed(known))
}

/// Whether another connection had the lock for too long.
pub fn is_busy(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked))
}

fn opening(path: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => OpenError::NotADatabase(path.into()),
        _ => unreachable(path, error.into()),
    }
}

/// The file cannot be opened.
pub fn unreachable(path: &Path, source: StoreError) -> OpenError {
    OpenError::Unreachable { store: shown(path), source }
}

fn shown(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}
