//! Several servers, each with connections of its own, on one database.

use std::collections::BTreeMap;
use std::sync::Barrier;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Version;
use grantor::model::ClientTally;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Store;
use grantor::testing::conformance::Check;
use grantor::testing::conformance::Suite;
use grantor::testing::fixtures;

use crate::databases::Database;
use crate::databases::block_on;
use crate::databases::drive;
use crate::service::Ended;
use crate::service::Service;
use crate::service::code;
use crate::store::AnyStore;

/// How many servers race each other.
const SERVERS: usize = 4;

fn servers(database: &Database) -> Vec<Service> {
    let servers: Vec<_> = (1..).take(SERVERS).map(|seed| Service::over(database.open(), seed)).collect();
    servers[0].install();
    servers
}

/// Lets every server do its part at the same time.
fn race<T: Send>(servers: &[Service], part: impl Fn(&Service) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(servers.len());
    let run = |server| {
        start.wait();
        part(server)
    };
    thread::scope(|scope| {
        let racers: Vec<_> = servers.iter().map(|server| scope.spawn(|| run(server))).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).collect()
    })
}

/// Threat 8, GR-04: of servers that redeem one code at once exactly one succeeds, and no other gives an error of its own.
#[test]
fn threat_08_one_of_many_servers_redeems_a_code() {
    for database in Database::all() {
        let servers = servers(&database);
        servers[0].log_in(1000..1020);
        for number in 1000..1020 {
            let text = code(number);
            let ended = race(&servers, |server| server.redeem(text.expose()));
            assert_eq!(ended.iter().filter(|ended| ended.is_given()).count(), 1, "{ended:?}");
            let refused = Ended::Refused("invalid_grant".into());
            assert!(ended.iter().all(|ended| ended.is_given() || *ended == refused), "{ended:?}");
            // The others replayed it: what it gave is dead, on each of them.
            let given = ended.into_iter().find(Ended::is_given).unwrap().given();
            assert!(servers.iter().all(|server| !server.allows(&given.access).unwrap()));
        }
    }
}

/// Threat 21, GR-08: of servers that refresh one token at once exactly one succeeds.
#[test]
fn threat_21_one_of_many_servers_refreshes() {
    for database in Database::all() {
        let servers = servers(&database);
        servers[0].log_in(1000..1010);
        for number in 1000..1010 {
            let tokens = servers[1].redeem(code(number).expose()).given();
            let ended = race(&servers, |server| server.refresh(&tokens.refresh));
            assert_eq!(ended.iter().filter(|ended| ended.is_given()).count(), 1, "{ended:?}");
            // Reuse ended the login.
            let given = ended.into_iter().find(Ended::is_given).unwrap().given();
            assert!(!servers[2].allows(&given.access).unwrap());
            assert!(!servers[3].refresh(&given.refresh).is_given());
        }
    }
}

/// AA-08, TK-10, threats 31 and 41: once one server answered a revocation, no other one accepts what it ended, and what
/// was under way meanwhile does not undo it.
#[test]
fn threat_41_a_revocation_that_answered_is_seen_by_every_server() {
    for database in Database::all() {
        let servers = servers(&database);
        servers[0].log_in(1000..1010);
        for number in 1000..1010 {
            let tokens = servers[0].redeem(code(number).expose()).given();
            assert!(servers.iter().all(|server| server.allows(&tokens.access).unwrap()));
            let (revoking, others) = servers.split_first().unwrap();
            let refreshed = thread::scope(|scope| {
                let racing = scope.spawn(|| race(others, |server| server.refresh(&tokens.refresh)));
                revoking.revoke(&tokens.refresh).unwrap();
                assert!(others.iter().all(|server| !server.allows(&tokens.access).unwrap()));
                racing.join().unwrap()
            });
            for given in refreshed.into_iter().filter(Ended::is_given).map(Ended::given) {
                assert!(servers.iter().all(|server| !server.allows(&given.access).unwrap()));
            }
        }
    }
}

/// ST-02: a server whose administrator set other defaults keeps the promises too.
#[test]
fn st_02_the_defaults_of_the_server_do_not_matter() {
    let Some(database) = Database::postgres() else { return };
    for isolation in ["repeatable%5C%20read", "serializable"] {
        let defaults =
            format!("%20-cdefault_transaction_isolation%3D{isolation}%20-csynchronous_commit%3Doff");
        let url = format!("{}{defaults}", database.url).parse().unwrap();
        let open = || block_on(AnyStore::open(&url)).unwrap();
        let checks =
            [Check::NoUpdateIsLost, Check::NoWriteSkew, Check::NoAbsenceSkew, Check::AccessIsOneMoment];
        let suite = Suite::new(open, drive).connections(|_| open()).rounds(10).only(checks);
        suite.seed(isolation.len() as u64).run().assert();
    }
}

/// How many records there are, and how many threads update each of them.
const KEYS: u64 = 400;
const THREADS: u64 = 5;

/// What one thread saw and did: it read this version with this stamp, and then wrote the other stamp, or did not.
struct Step {
    key: usize,
    read: (u64, u32),
    wrote: Option<u32>,
}

/// ST-02: reads and conditional updates of each record are as if one came after the other, and after all that answered
/// before they began.
#[test]
fn st_02_reads_and_updates_are_linearizable() {
    for database in Database::all() {
        let first = database.open();
        let tally = |key: u64, clients| ClientTally { organization: fixtures::id(10_000 + key), clients };
        for keys in (0..KEYS).collect::<Vec<_>>().chunks(100) {
            let changes = keys.iter().fold(Changes::new(), |changes, key| changes.insert(tally(*key, 0)));
            assert_eq!(block_on(first.commit(changes)).unwrap(), Commit::Applied);
        }
        // The highest version of each record that any answer told of.
        let told: Vec<AtomicU64> = (0..KEYS).map(|_| AtomicU64::new(1)).collect();
        let stamps = AtomicU64::new(1);
        let steps = thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS)
                .map(|_| {
                    let (store, told, stamps) = (database.open(), &told, &stamps);
                    scope.spawn(move || {
                        let step = |key: u64| {
                            let told = &told[key as usize];
                            let at_least = told.load(Ordering::SeqCst);
                            let there = block_on(store.record(Key::ClientTally(tally(key, 0).organization)));
                            let there = there.unwrap().expect("a record");
                            let Record::ClientTally(ClientTally { clients, .. }) = there.record else {
                                panic!("another record: {there:?}")
                            };
                            let version = there.version.number();
                            assert!(version >= at_least, "a read missed what was told before it began");
                            told.fetch_max(version, Ordering::SeqCst);
                            let stamp = stamps.fetch_add(1, Ordering::SeqCst) as u32;
                            let changes = Changes::new().update(there.version, tally(key, stamp));
                            let wrote = match block_on(store.commit(changes)) {
                                Ok(Commit::Applied) => {
                                    told.fetch_max(version + 1, Ordering::SeqCst);
                                    Some(stamp)
                                }
                                Ok(Commit::Conflict) | Err(CommitError::NotApplied(_)) => None,
                                Err(CommitError::Unknown(error)) => panic!("not known: {error}"),
                            };
                            Step { key: key as usize, read: (version, clients), wrote }
                        };
                        (0..KEYS).map(step).collect::<Vec<_>>()
                    })
                })
                .collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        // One update of each version is applied, and all who read the next one read what it wrote.
        let mut written = BTreeMap::new();
        for Step { key, read: (version, _), wrote } in &steps {
            if let Some(stamp) = wrote {
                assert_eq!(written.insert((*key, version + 1), *stamp), None, "two updates of one version");
            }
        }
        for Step { key, read: (version, stamp), .. } in &steps {
            let expected = if *version == Version::FIRST.number() { 0 } else { written[&(*key, *version)] };
            assert_eq!(*stamp, expected, "key {key}, version {version}");
        }
        assert!(written.len() >= KEYS as usize, "{} updates were applied", written.len());
    }
}
