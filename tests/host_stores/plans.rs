//! No query of the stores reads a table from end to end, however much is kept.

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use grantor::change::Changes;
use grantor::change::Index;
use grantor::change::Key;
use grantor::change::Position;
use grantor::model::AccessToken;
use grantor::store::Commit;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::NOON;
use grantor::value::Plain;
use grantor::value::kind;

use crate::databases::Database;
use crate::databases::block_on;
use crate::store::AnyStore;

/// Enough that a walk over the table would cost more than a look-up, and be chosen by no planner but a wrong one.
const TOKENS: u64 = 12_000;

pub fn token(number: u64) -> AccessToken {
    static LIKE: LazyLock<AccessToken> = LazyLock::new(|| fixtures::world().web_token);
    let plain: Plain<kind::AccessToken> = fixtures::plain(number);
    AccessToken { digest: plain.digest(), ..LIKE.clone() }
}

/// The world of the fixtures, and as many tokens of one client.
pub fn fill(store: &AnyStore) {
    let world = fixtures::world();
    assert_eq!(block_on(store.commit(world.changes())).unwrap(), Commit::Applied);
    // In parts: each change is compared with those that stand there already.
    for part in 0..TOKENS / 100 {
        let tokens = (part * 100..part * 100 + 100).map(token);
        let changes = tokens.fold(Changes::new(), Changes::insert);
        assert_eq!(block_on(store.commit(changes)).unwrap(), Commit::Applied);
    }
}

/// Every call that there is, so often that a server stops to plan each anew.
fn use_everything(store: &AnyStore) {
    static FIRST: AtomicU64 = AtomicU64::new(0);
    let first = FIRST.fetch_add(20, Ordering::Relaxed);
    for number in first..first + 20 {
        let there = token(number);
        let key = Key::AccessToken(there.digest);
        let found = block_on(store.record(key)).unwrap().expect("a token");
        assert!(block_on(store.access(&there.digest)).unwrap().expect("a token").standing.user.is_some());
        for limit in [1, Range::MAX] {
            let due = Range {
                before: Some(Position::after_due(NOON.plus(1_000_000))),
                limit,
                ..Range::of(Index::Due)
            };
            assert_eq!(block_on(store.list(due)).unwrap().items.len(), usize::from(limit));
            let clients = block_on(store.list(Range { limit, ..Range::of(Index::Clients(ACME)) })).unwrap();
            assert!(!clients.items.is_empty());
        }
        let used = AccessToken { last_used: NOON.plus(1), ..there.clone() };
        let fresh = token(TOKENS + number);
        let fresh_key = Key::AccessToken(fresh.digest);
        let guard = Key::Organization(ACME);
        let organization = block_on(store.record(guard)).unwrap().map(|there| there.version);
        let changes = Changes::new().update(found.version, used).insert(fresh).unchanged(guard, organization);
        assert_eq!(block_on(store.commit(changes)).unwrap(), Commit::Applied);
        let fresh = block_on(store.record(fresh_key)).unwrap().expect("a token");
        let absent = Key::Organization(fixtures::id(999));
        let changes = Changes::new().delete(fresh.version, fresh_key).unchanged(absent, None);
        assert_eq!(block_on(store.commit(changes)).unwrap(), Commit::Applied);
        let changes = Changes::new().delete(found.version.next(), key);
        assert_eq!(block_on(store.commit(changes)).unwrap(), Commit::Applied);
    }
}

/// PostgreSQL counts the scans of each table: what the function does is counted too. A plan that was made while the tables
/// were empty is kept, and is good when they are full.
#[test]
fn no_call_scans_a_table_of_postgres() {
    let Some(database) = Database::postgres() else { return };
    let store = database.open();
    let client = database.client();
    fill(&store);
    use_everything(&store);
    block_on(client.batch_execute("ANALYZE record; ANALYZE entry")).unwrap();
    let analyzed = database.open();
    use_everything(&analyzed);
    // What a session counted is told when it ends.
    drop((store, analyzed));
    // Each of the three indexes was built by a scan of its table, when that was empty.
    assert_eq!(sequential_scans(&client), 3, "of `record` and `entry`");
}

/// How often the tables were scanned, once it is told how often their indexes were used.
fn sequential_scans(client: &tokio_postgres::Client) -> i64 {
    let sql = "SELECT sum(seq_scan)::bigint, sum(idx_scan)::bigint FROM pg_stat_user_tables \
               WHERE schemaname = current_schema() AND relname IN ('record', 'entry')";
    for _ in 0..200 {
        let row = block_on(client.query_one(sql, &[])).unwrap();
        if row.get::<_, i64>(1) > 20_000 {
            return row.get(0);
        }
        pause(Duration::from_millis(50));
    }
    panic!("the server does not count");
}

#[expect(clippy::disallowed_methods, reason = "a server is waited for")]
fn pause(time: Duration) {
    thread::sleep(time);
}

/// What PostgreSQL plans for the queries that read, for any parameters.
#[test]
fn no_plan_of_postgres_scans_a_table() {
    let Some(database) = Database::postgres() else { return };
    fill(&database.open());
    let client = database.client();
    block_on(client.batch_execute("ANALYZE record; ANALYZE entry; SET plan_cache_mode = force_generic_plan"))
        .unwrap();
    for (name, parameters, sql) in [
        ("record", "text, bytea", "SELECT version, body::text FROM record WHERE kind = $1 AND key = $2"),
        ("access", "bytea", include_str!("../../examples/host/store/postgres/access.sql")),
        ("list", "text, bytea, bytea, bigint", include_str!("../../examples/host/store/postgres/list.sql")),
    ] {
        let values = vec!["NULL"; parameters.split(',').count()].join(", ");
        let sql = format!("PREPARE {name} ({parameters}) AS {sql}; EXPLAIN EXECUTE {name} ({values})");
        let plan: Vec<String> = block_on(client.simple_query(&sql))
            .unwrap()
            .iter()
            .filter_map(|message| match message {
                tokio_postgres::SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
                _ => None,
            })
            .collect();
        let plan = plan.join("\n");
        assert!(plan.contains("Index Scan"), "{name}:\n{plan}");
        for table in ["record", "entry"] {
            assert!(!plan.contains(&format!("Seq Scan on {table}")), "{name}:\n{plan}");
        }
    }
}

/// SQLite explains each statement that the store has, as it stands in its source.
#[test]
fn no_plan_of_sqlite_scans_a_table() {
    let database = Database::sqlite();
    let store = database.open();
    fill(&store);
    use_everything(&store);
    let connection = rusqlite::Connection::open(database.path()).unwrap();
    connection.execute_batch("ANALYZE").unwrap();
    let statements = statements(include_str!("../../examples/host/store/sqlite/transaction.rs"));
    assert_eq!(statements.len(), 9, "{statements:#?}");
    for sql in statements {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let nulls = vec![rusqlite::types::Null; statement.parameter_count()];
        let plan =
            statement.query_map(rusqlite::params_from_iter(nulls), |row| row.get::<_, String>(3)).unwrap();
        let plan = plan.collect::<Result<Vec<_>, _>>().unwrap().join("\n");
        assert!(!plan.contains("SCAN ") && !plan.contains("TEMP B-TREE"), "{sql}:\n{plan}");
        assert!(sql.starts_with("INSERT") || plan.contains("SEARCH "), "{sql}:\n{plan}");
    }
}

/// The texts of the constants of a source.
fn statements(source: &str) -> Vec<String> {
    let texts = source.split("const ").skip(1).filter_map(|constant| constant.split('"').nth(1));
    texts.map(|text| text.split("\\\n").map(str::trim_start).collect()).collect()
}
