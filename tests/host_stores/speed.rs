//! How fast the stores are, beside the same SQL without them:
//! `cargo test --release --no-default-features --test host_stores speed -- --ignored --nocapture`.

use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;
use std::time::Instant;

use grantor::audit::Event;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Version;
use grantor::store::Commit;
use grantor::store::Store;
use grantor::testing::fixtures;
use grantor::value::EventId;

use crate::databases::Database;
use crate::databases::block_on;
use crate::plans::fill;
use crate::plans::token;

const READS: u64 = 4_000;
const COMMITS: u64 = 1_000;

/// The time that each call takes, in order of length, and that of all.
struct Times(Vec<Duration>, Duration);

#[expect(clippy::disallowed_methods, reason = "what takes how long is the question")]
fn now() -> Instant {
    Instant::now()
}

/// So many calls, by so many threads.
fn measure(calls: u64, threads: u64, call: impl Fn(u64) + Sync) -> Times {
    let (next, begin) = (AtomicU64::new(0), now());
    let one_thread = || {
        let mut times = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= calls {
                return times;
            }
            let since = now();
            call(number);
            times.push(since.elapsed());
        }
    };
    let mut times: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one_thread)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    times.sort();
    Times(times, begin.elapsed())
}

impl Times {
    fn print(&self, what: &str) {
        let Self(times, all) = self;
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        let rate = times.len() as f64 / all.as_secs_f64();
        println!("{what:<44} {rate:>8.0}/s  p50 {:>9.1?}  p99 {:>9.1?}", at(50), at(99));
    }
}

/// A token issued: the token, an event, and guards on what it rests on.
fn issue(number: u64) -> Changes {
    let world = fixtures::world();
    let event = Event { id: EventId::at(fixtures::NOON, event_bytes(number)), ..world.event };
    let guard = |changes: Changes, key| changes.unchanged(key, Some(Version::FIRST));
    let guards = [
        Key::Client(world.web.id),
        Key::Organization(fixtures::ACME),
        Key::Authorization(fixtures::ACME, world.web.id),
        Key::Family(world.web_login.id),
    ];
    guards.into_iter().fold(Changes::new().insert(token(number)).insert(event), guard)
}

fn event_bytes(number: u64) -> [u8; 10] {
    let mut bytes = [9; 10];
    bytes[2..].copy_from_slice(&number.to_be_bytes());
    bytes
}

#[test]
#[ignore = "it measures, and proves nothing"]
fn speed() {
    for database in Database::all() {
        let name = database.url.split(':').next().unwrap();
        let store = database.open();
        fill(&store);
        let access = |number| {
            let found = block_on(store.access(&token(number * 7 % 10_000).digest)).unwrap();
            assert!(found.is_some());
        };
        measure(200, 1, access);
        measure(READS, 1, access).print(&format!("{name}: access"));
        measure(READS, 8, access).print(&format!("{name}: access, 8 threads"));
        let first = AtomicU64::new(100_000);
        for threads in [1, 8, 16] {
            let from = first.fetch_add(COMMITS, Ordering::Relaxed);
            let changes: Vec<_> = (from..from + COMMITS).map(issue).collect();
            let commit = |number: u64| {
                let outcome = block_on(store.commit(changes[usize::try_from(number).unwrap()].clone()));
                assert_eq!(outcome.unwrap(), Commit::Applied);
            };
            measure(COMMITS, threads, commit).print(&format!("{name}: commit, {threads} threads"));
        }
        // The store stays open: it keeps the log of SQLite at its length, and a file that grows is slower to write.
        if name == "sqlite" {
            sqlite_floor(&database)
        } else {
            postgres_floor(&database)
        }
        drop(store);
    }
}

/// Kind, key, body, list and position.
type Written = (&'static str, Vec<u8>, String, String, Vec<u8>);

/// What is written for a token issued, as rows.
fn rows(number: u64) -> [Written; 2] {
    let [token, event] = [0, 1].map(|index| match &issue(number).as_slice()[index] {
        grantor::change::Change::Insert(record) => record.clone(),
        other => panic!("no insert: {other:?}"),
    });
    [token, event].map(|record: Record| {
        let (key, entry) = (record.key(), record.entries().next().unwrap());
        let json = serde_json::to_string(&record).unwrap();
        (
            key.kind().as_str(),
            key.to_bytes(),
            json,
            entry.index.to_string(),
            entry.position.as_bytes().to_vec(),
        )
    })
}

/// The same reads and writes on one connection, with nothing decoded and nothing checked.
fn sqlite_floor(database: &Database) {
    let mut connection = rusqlite::Connection::open(database.path()).unwrap();
    connection.execute_batch("PRAGMA synchronous = FULL").unwrap();
    let world = fixtures::world();
    let parents = world
        .access(&world.web_token)
        .parents()
        .into_iter()
        .flatten()
        .chain([Key::Role(fixtures::ACME, fixtures::VIEWERS)]);
    let keys: Vec<_> = parents.map(|key| (key.kind().as_str(), key.to_bytes())).collect();
    let locked = std::sync::Mutex::new(&mut connection);
    let select = "SELECT version, body FROM record WHERE kind = ?1 AND key = ?2";
    measure(READS, 1, |number| {
        let mut connection = locked.lock().unwrap();
        let transaction = connection.transaction().unwrap();
        let own = ("access_token", token(number * 7 % 10_000).digest.as_bytes().to_vec());
        for key in [&own].into_iter().chain(&keys) {
            let mut statement = transaction.prepare_cached(select).unwrap();
            let _: String = statement.query_row((key.0, &key.1), |row| row.get(1)).unwrap();
        }
    })
    .print("sqlite: the SQL of access alone");
    let written: Vec<_> = (200_000..200_000 + COMMITS).map(rows).collect();
    measure(COMMITS, 1, |number| {
        let mut connection = locked.lock().unwrap();
        let transaction =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
        for (kind, key, json, list, position) in &written[usize::try_from(number).unwrap()] {
            let insert = "INSERT INTO record (kind, key, version, body) VALUES (?1, ?2, 1, ?3)";
            transaction.prepare_cached(insert).unwrap().execute((kind, key, json)).unwrap();
            let insert = "INSERT INTO entry (list, position, kind, key) VALUES (?1, ?2, ?3, ?4)";
            transaction.prepare_cached(insert).unwrap().execute((list, position, kind, key)).unwrap();
        }
        transaction.commit().unwrap();
    })
    .print("sqlite: the inserts of a commit alone");
}

fn postgres_floor(database: &Database) {
    let client = database.client();
    block_on(client.batch_execute("SET enable_seqscan = off")).unwrap();
    let access = include_str!("../../examples/host/store/postgres/access.sql");
    let access = block_on(client.prepare(access)).unwrap();
    let ask = |number: u64| {
        let digest = token(number * 7 % 10_000).digest.as_bytes().to_vec();
        assert!(block_on(client.query(&access, &[&digest])).unwrap().len() > 1);
    };
    measure(READS, 1, ask).print("postgres: the SQL of access alone");
    let one = block_on(client.prepare("SELECT 1")).unwrap();
    measure(READS, 1, |_| assert_eq!(block_on(client.query(&one, &[])).unwrap().len(), 1))
        .print("postgres: `SELECT 1`");
    let insert = "WITH r AS (INSERT INTO record (kind, key, version, body) \
                  SELECT kind, key, 1, body::json FROM unnest($1::text[], $2::bytea[], $3::text[]) AS n (kind, key, body)) \
                  INSERT INTO entry (list, position, kind, key) \
                  SELECT * FROM unnest($4::text[], $5::bytea[], $1::text[], $2::bytea[])";
    let insert = block_on(client.prepare(insert)).unwrap();
    let written: Vec<_> = (200_000..200_000 + COMMITS).map(rows).collect();
    measure(COMMITS, 1, |number| {
        let [token, event] = &written[usize::try_from(number).unwrap()];
        let kinds = [token.0, event.0];
        let keys = [token.1.as_slice(), event.1.as_slice()];
        let bodies = [token.2.as_str(), event.2.as_str()];
        let lists = [token.3.as_str(), event.3.as_str()];
        let positions = [token.4.as_slice(), event.4.as_slice()];
        let parameters: [&(dyn tokio_postgres::types::ToSql + Sync); 5] = [
            &kinds.as_slice(),
            &keys.as_slice(),
            &bodies.as_slice(),
            &lists.as_slice(),
            &positions.as_slice(),
        ];
        assert_eq!(block_on(client.execute(&insert, &parameters)).unwrap(), 2);
    })
    .print("postgres: the inserts of a commit alone");
}
