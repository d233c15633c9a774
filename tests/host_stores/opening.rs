//! Opening: what a URL says, what is refused, and what is there the next time.

use std::fs;
use std::thread;

use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::Role;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::conformance;
use grantor::testing::fixtures;

use crate::databases::Database;
use crate::databases::block_on;
use crate::store::AnyStore;
use crate::store::OpenError;
use crate::store::StoreUrl;

fn url(text: &str) -> StoreUrl {
    text.parse().unwrap()
}

#[track_caller]
fn refused(text: &str) -> OpenError {
    match block_on(AnyStore::open(&url(text))) {
        Ok(_) => panic!("`{text}` was opened"),
        Err(error) => error,
    }
}

fn execute(database: &Database, sql: &str) {
    if database.url.starts_with("sqlite:") {
        rusqlite::Connection::open(database.path()).unwrap().execute_batch(sql).unwrap();
    } else {
        block_on(database.client().batch_execute(sql)).unwrap();
    }
}

#[test]
fn a_url_names_a_store_and_is_shown_without_the_password() {
    for (text, shown) in [
        ("memory", "memory"),
        ("sqlite:a folder/store.db", "sqlite:a folder/store.db"),
        ("postgres://host/base", "postgres://host:5432/base"),
        ("postgresql://me:s3cret@host:6000/base?options=-csearch_path%3Dx", "postgres://me@host:6000/base"),
        ("postgres://me:s3cret@a:1,b:2/base", "postgres://me@a:1,b:2/base"),
    ] {
        assert_eq!(url(text).to_string(), shown);
        assert!(!format!("{:?}", url(text)).contains("s3cret"), "{text}");
    }
}

#[test]
fn what_names_no_store_is_refused_and_not_repeated() {
    for text in [
        "",
        "Memory",
        "memory:",
        "sqlite",
        "sqlite:",
        "sqlite::memory:",
        "mysql://me:s3cret@host/base",
        "postgres://",
        "postgres://me:s3cret@host:port/base",
        "postgres://me:s3cret@host/base?unknown=s3cret",
    ] {
        let error = text.parse::<StoreUrl>().expect_err(text);
        assert!(matches!(error, OpenError::BadUrl), "{text}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("s3"), "{text}");
    }
}

#[test]
fn what_cannot_be_reached_is_refused_in_one_line() {
    let missing = Database::sqlite();
    for text in [
        format!("{}/no/such/folder/store.db", missing.url),
        "postgres://me:s3cret@127.0.0.1:1/base".to_owned(),
        "postgres://me:s3cret@host.invalid/base".to_owned(),
    ] {
        let error = refused(&text);
        assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
        let line = error.to_string();
        assert!(line.contains("cannot be opened: ") && !line.contains('\n'), "{line}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error:?}");
    }
}

/// A connection that would be sent in the clear is not made where the URL asks for TLS.
#[test]
fn a_server_that_must_be_reached_by_tls_is_not_reached_without() {
    let Some(database) = Database::postgres() else { return };
    let error = refused(&format!("{}&sslmode=require", database.url));
    assert!(matches!(error, OpenError::Unreachable { .. }), "{error:?}");
}

#[test]
fn a_file_of_something_else_is_left_as_it_is() {
    let database = Database::sqlite();
    fs::write(database.path(), "no database, but more than a header of one: ".repeat(40)).unwrap();
    let before = fs::read(database.path()).unwrap();
    assert!(matches!(refused(&database.url), OpenError::NotADatabase(_)));
    assert_eq!(fs::read(database.path()).unwrap(), before);

    let database = Database::sqlite();
    execute(&database, "CREATE TABLE theirs (id INTEGER)");
    assert!(matches!(refused(&database.url), OpenError::Foreign(_)));
    let tables = "SELECT count(*) FROM sqlite_schema";
    let connection = rusqlite::Connection::open(database.path()).unwrap();
    assert_eq!(connection.query_row(tables, [], |row| row.get::<_, i64>(0)).unwrap(), 1);
}

#[test]
fn a_schema_that_is_not_there_is_refused() {
    let Some(database) = Database::postgres() else { return };
    let error = refused(&format!("{}_missing", database.url));
    assert!(matches!(error, OpenError::NoSchema(_)), "{error:?}");
}

/// A table of the same name, of something else: nothing is changed, and the next try finds the same.
#[test]
fn a_migration_that_fails_changes_nothing() {
    let Some(database) = Database::postgres() else { return };
    execute(&database, "CREATE TABLE entry (id int)");
    for _ in 0..2 {
        let error = refused(&database.url);
        assert!(matches!(error, OpenError::NotMigrated { version: 1, .. }), "{error:?}");
        assert!(error.to_string().contains("\"entry\" already exists (42P07)"), "{error}");
    }
    let table = "SELECT to_regclass('record')::text";
    let row = block_on(database.client().query_one(table, &[])).unwrap();
    assert_eq!(row.get::<_, Option<String>>(0), None);
}

#[test]
fn the_schema_of_a_newer_host_is_refused_in_one_line() {
    for database in Database::all() {
        drop(database.open());
        execute(&database, "INSERT INTO schema_version (version, applied) VALUES (7, 'later')");
        let error = refused(&database.url);
        assert!(matches!(error, OpenError::Newer { found: 7, known: 1, .. }), "{error:?}");
        let line = error.to_string();
        assert!(
            line.ends_with("has the schema version 7, and this host knows 1: start a newer host"),
            "{line}"
        );
    }
}

/// Hosts that start at once on an empty database do not break each other.
#[test]
fn hosts_that_open_at_once_all_find_the_tables() {
    for database in Database::all() {
        thread::scope(|scope| {
            let hosts: Vec<_> = (0..8).map(|_| scope.spawn(|| database.open())).collect();
            for (number, host) in hosts.into_iter().enumerate() {
                let store = host.join().unwrap();
                let role = fixtures::role(fixtures::ACME, fixtures::id(1 + number as u64), "");
                assert_eq!(block_on(store.commit(Changes::new().insert(role))).unwrap(), Commit::Applied);
            }
        });
    }
}

/// ST-02: what was committed is there after the store was closed, byte for byte as it was written.
#[test]
fn st_02_records_of_every_kind_are_there_after_reopening() {
    for database in Database::all() {
        let records = conformance::records();
        // Some samples are of one key: the first of them is kept.
        let changes = records.iter().cloned().fold(Changes::new(), |changes, record| {
            let is_new = changes.iter().all(|change| change.key() != record.key());
            if is_new { changes.insert(record) } else { changes }
        });
        let memory = MemoryStore::new();
        assert_eq!(block_on(memory.commit(changes.clone())), Ok(Commit::Applied));
        assert_eq!(block_on(database.open().commit(changes)).unwrap(), Commit::Applied);
        let store = database.open();
        for expected in memory.records() {
            let key = expected.record.key();
            let json = body(&database, key);
            assert_eq!(json, serde_json::to_string(&expected.record).unwrap());
            assert_eq!(block_on(store.record(key)).unwrap(), Some(expected));
        }
    }
}

/// What is kept under the key, past the store.
fn body(database: &Database, key: Key) -> String {
    let (kind, key) = (key.kind().as_str(), key.to_bytes());
    if database.url.starts_with("sqlite:") {
        let sql = "SELECT body FROM record WHERE kind = ?1 AND key = ?2";
        let connection = rusqlite::Connection::open(database.path()).unwrap();
        return connection.query_row(sql, (kind, key), |row| row.get(0)).unwrap();
    }
    let sql = "SELECT body::text FROM record WHERE kind = $1 AND key = $2";
    block_on(database.client().query_one(sql, &[&kind, &key])).unwrap().get(0)
}

/// What is there and cannot be read is an error, and never none.
#[test]
fn st_02_what_cannot_be_read_is_an_error() {
    for database in Database::all() {
        let role = fixtures::role(fixtures::ACME, fixtures::id(1), "");
        let other = Role { id: fixtures::id(2), ..role.clone() };
        let key = Key::Role(role.organization, role.id);
        let store = database.open();
        assert_eq!(block_on(store.commit(Changes::new().insert(role))).unwrap(), Commit::Applied);
        let of_another = serde_json::to_string(&Record::from(other)).unwrap();
        for json in [of_another.as_str(), "{\"role\":{}}", "{}", "null"] {
            execute(&database, &format!("UPDATE record SET body = '{json}'"));
            let error = block_on(store.record(key)).unwrap_err();
            assert_eq!(error.to_string(), "what is kept as `role` cannot be read", "{json}");
        }
    }
}

/// The file holds what is personal.
#[cfg(unix)]
#[test]
fn a_new_file_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;

    let database = Database::sqlite();
    let _store = database.open();
    for suffix in ["", "-wal", "-shm"] {
        let file = format!("{}{suffix}", database.path().display());
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{file}");
    }
}

/// A file that was removed is not begun anew under a running host, with nothing in it.
#[test]
fn a_file_that_was_removed_is_missed() {
    let database = Database::sqlite();
    let store = database.open();
    fs::remove_file(database.path()).unwrap();
    let error = block_on(store.record(Key::ClientTally(fixtures::ACME))).unwrap_err();
    assert!(error.to_string().starts_with("sqlite: unable to open database file"), "{error}");
    assert!(!database.path().exists());
}
