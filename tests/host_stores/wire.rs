//! What happens between the store and its database: round trips, lost answers, locks that are not had.

use std::time::Duration;
use std::time::Instant;

use grantor::change::Changes;
use grantor::change::Index;
use grantor::change::Key;
use grantor::change::Version;
use grantor::model::ClientTally;
use grantor::model::Role;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::World;

use crate::databases::Database;
use crate::databases::block_on;
use crate::proxy::through;
use crate::store::AnyStore;

fn role(number: u64) -> Role {
    fixtures::role(ACME, fixtures::id(number), "")
}

fn key(role: &Role) -> Key {
    Key::Role(role.organization, role.id)
}

fn insert(store: &AnyStore, role: &Role) -> Result<Commit, CommitError<String>> {
    let outcome = block_on(store.commit(Changes::new().insert(role.clone())));
    outcome.map_err(|error| match error {
        CommitError::NotApplied(error) => CommitError::NotApplied(error.to_string()),
        CommitError::Unknown(error) => CommitError::Unknown(error.to_string()),
    })
}

/// How long it takes.
#[expect(clippy::disallowed_methods, reason = "what takes how long is the question")]
fn timed<T>(call: impl FnOnce() -> T) -> (T, Duration) {
    let since = Instant::now();
    let answer = call();
    (answer, since.elapsed())
}

/// Every call is one round trip: where an answer is half a second on its way, no call takes twice as long.
#[test]
fn every_call_to_postgres_is_one_round_trip() {
    const DELAY: Duration = Duration::from_millis(500);
    let Some(database) = Database::postgres() else { return };
    let Some((store, way)) = through(&database) else { return };
    let world = fixtures::world();
    block_on(world.install(&store));
    let World { web_token, service_token, web_login, .. } = &world;
    let family = Key::Family(web_login.id);
    let calls = |number: u32| {
        let access = || {
            for token in [web_token, service_token] {
                let found = block_on(store.access(&token.digest)).unwrap().expect("a token");
                assert_eq!(found, world.access(token));
            }
        };
        let version = Version::from_number(number.into());
        let changes = Changes::new()
            .update(version, web_login.clone())
            .insert(role(1000 + u64::from(number)))
            .unchanged(Key::Client(world.web.id), Some(Version::FIRST))
            .unchanged(Key::Organization(fixtures::id(999)), None);
        let commit = || assert_eq!(block_on(store.commit(changes)).unwrap(), Commit::Applied);
        [
            ("access, twice", timed(access).1 / 2),
            ("record", timed(|| block_on(store.record(family)).unwrap().expect("a login")).1),
            ("list", timed(|| block_on(store.list(Range::of(Index::Clients(ACME)))).unwrap()).1),
            ("commit", timed(commit).1),
        ]
    };
    // The first calls prepare the statements.
    calls(1);
    way.delay(DELAY);
    for (call, took) in calls(2) {
        assert!(took >= DELAY, "{call} took {took:?}: nothing was on the way");
        assert!(took < DELAY * 2, "{call} took {took:?}");
    }
}

/// ST-03: a commit whose answer is lost is not known, whatever became of it; and the store goes on.
#[test]
fn st_03_a_commit_whose_answer_is_lost_is_unknown() {
    let Some(database) = Database::postgres() else { return };
    let Some((store, way)) = through(&database) else { return };
    assert_eq!(insert(&store, &role(1)), Ok(Commit::Applied));
    for number in 2..6 {
        way.lose_answers(true);
        let outcome = insert(&store, &role(number));
        assert!(matches!(outcome, Err(CommitError::Unknown(_))), "{outcome:?}");
        way.lose_answers(false);
        // It was sent, so it is applied; shortly after, at most.
        let found = (0..100).any(|_| block_on(store.record(key(&role(number)))).unwrap().is_some());
        assert!(found, "role {number}");
        assert_eq!(insert(&store, &role(number)), Ok(Commit::Conflict));
    }
}

/// ST-03: a commit that reached no server was not applied, and says so.
#[test]
fn st_03_a_commit_that_reached_no_server_was_not_applied() {
    let Some(database) = Database::postgres() else { return };
    let Some((store, way)) = through(&database) else { return };
    assert_eq!(insert(&store, &role(1)), Ok(Commit::Applied));
    way.close();
    way.lose_answers(true);
    let error = block_on(store.record(key(&role(1)))).unwrap_err();
    assert!(error.to_string().starts_with("postgres: "), "{error}");
    let outcome = insert(&store, &role(2));
    assert!(matches!(outcome, Err(CommitError::NotApplied(_))), "{outcome:?}");
    assert_eq!(block_on(database.open().record(key(&role(2)))).unwrap(), None);
}

/// A server that ends all connections, as it does when it is started anew: the next read goes through another one.
#[test]
fn connections_that_the_server_ended_are_made_anew() {
    let Some(mut database) = Database::postgres() else { return };
    database.url += "&application_name=grantor_ended";
    let store = database.open();
    assert_eq!(insert(&store, &role(1)), Ok(Commit::Applied));
    let client = database.client();
    for _ in 0..5 {
        let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE application_name = 'grantor_ended' AND pid <> pg_backend_pid()";
        assert!(!block_on(client.query(ended, &[])).unwrap().is_empty());
        assert!(block_on(store.record(key(&role(1)))).unwrap().is_some());
    }
    assert_eq!(insert(&store, &role(2)), Ok(Commit::Applied));
}

/// ST-02: a record that another program has locked is in the way, which is a conflict; and it can be read.
#[test]
fn st_02_a_lock_that_is_not_had_in_time_is_a_conflict() {
    for database in Database::all() {
        let store = database.open();
        let tally = |clients| ClientTally { organization: ACME, clients };
        let there = Key::ClientTally(ACME);
        assert_eq!(block_on(store.commit(Changes::new().insert(tally(0)))).unwrap(), Commit::Applied);
        let update = Changes::new().update(Version::FIRST, tally(1));
        if database.url.starts_with("sqlite:") {
            let other = rusqlite::Connection::open(database.path()).unwrap();
            other.execute_batch("BEGIN IMMEDIATE").unwrap();
            assert_eq!(block_on(store.commit(update.clone())).unwrap(), Commit::Conflict);
            assert!(block_on(store.record(there)).unwrap().is_some());
            other.execute_batch("ROLLBACK").unwrap();
        } else {
            let other = database.client();
            block_on(other.batch_execute("BEGIN; SELECT 1 FROM record FOR UPDATE")).unwrap();
            assert_eq!(block_on(store.commit(update.clone())).unwrap(), Commit::Conflict);
            assert!(block_on(store.record(there)).unwrap().is_some());
            block_on(other.batch_execute("ROLLBACK")).unwrap();
        }
        assert_eq!(block_on(store.commit(update)).unwrap(), Commit::Applied);
    }
}

/// ST-02: what another program writes meanwhile, without the locks, is not written over.
#[test]
fn st_02_what_is_written_past_the_function_is_a_conflict() {
    let Some(database) = Database::postgres() else { return };
    let store = database.open();
    assert_eq!(insert(&store, &role(1)), Ok(Commit::Applied));
    let other = database.client();
    block_on(other.batch_execute("BEGIN; UPDATE record SET version = 2")).unwrap();
    let mut changed = role(1);
    changed.name = fixtures::name("Changed");
    let update = Changes::new().insert(role(2)).update(Version::FIRST, changed);
    let outcome = block_on(async {
        let (outcome, ()) = tokio::join!(store.commit(update), async {
            // The commit has seen version 1, and waits for the row.
            let waiting = "SELECT count(*) FROM pg_stat_activity \
                           WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid))";
            while other.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            other.batch_execute("COMMIT").await.unwrap();
        });
        outcome
    });
    assert_eq!(outcome.unwrap(), Commit::Conflict);
    assert_eq!(block_on(store.record(key(&role(2)))).unwrap(), None);
    assert_eq!(block_on(store.record(key(&role(1)))).unwrap().unwrap().version.number(), 2);
}
