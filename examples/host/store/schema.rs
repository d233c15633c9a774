//! The tables' version: what is there, what is known here, and the steps between.

/// A step: the version that it leads to, and its SQL.
pub struct Migration {
    pub version: i64,
    pub sql: &'static str,
}

/// The steps of a file of SQLite.
pub const SQLITE: [Migration; 1] =
    [Migration { version: 1, sql: include_str!("../migrations/sqlite/1.sql") }];

/// The steps of a database of PostgreSQL.
pub const POSTGRES: [Migration; 1] =
    [Migration { version: 1, sql: include_str!("../migrations/postgres/1.sql") }];

/// One row for each step that was taken. In both databases.
pub const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (
    version bigint PRIMARY KEY,
    applied text   NOT NULL
)";

/// The version that is there, or 0.
pub const VERSION: &str = "SELECT coalesce(max(version), 0) FROM schema_version";

/// Notes that a step was taken.
pub const TAKEN: &str =
    "INSERT INTO schema_version (version, applied) VALUES ($1, CAST(CURRENT_TIMESTAMP AS text))";

/// The version that is known here.
pub fn known(migrations: &[Migration]) -> i64 {
    migrations.last().map_or(0, |migration| migration.version)
}
