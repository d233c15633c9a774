//! The conformance suite passes sound stores, finds every flaw of those broken on purpose, and passes nothing
//! unseen.
#![cfg(feature = "testing")]

mod hollow;
mod own_tables;
mod two_tables;

use std::collections::BTreeSet;
use std::task::Context;
use std::task::Poll;
use std::task::Waker;
use std::thread;

use grantor::change::Record;
use grantor::store::MemoryStore;
use grantor::testing::broken::BrokenStore;
use grantor::testing::broken::Flaw;
use grantor::testing::conformance;
use grantor::testing::conformance::Check;
use grantor::testing::conformance::Report;
use grantor::testing::conformance::Suite;
use grantor::testing::conformance::Task;

use hollow::Hollow;
use own_tables::OwnTables;
use two_tables::TwoTables;

/// Drives a task whose store never waits.
fn at_once(task: Task<'_>) {
    grantor::ready(task).unwrap();
}

/// Drives a task whose store waits.
fn patiently(mut task: Task<'_>) {
    while task.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending {
        thread::yield_now();
    }
}

fn failed(report: &Report) -> BTreeSet<Check> {
    report.failures().map(|(check, _)| check).collect()
}

/// ST-02, ST-04: the reference store keeps the contract.
#[test]
fn st_04_the_store_in_memory_passes_every_check() {
    conformance::run(MemoryStore::new, at_once).assert();
}

/// ST-04: the suite blames no sound store, one that waits included.
#[test]
fn st_04_a_sound_store_passes_every_check() {
    conformance::run(BrokenStore::sound, patiently).assert();
}

/// ST-04: the tables and statements that the contract shows for SQL are enough, whatever the record, and
/// records survive the JSON that they are kept as.
#[test]
fn st_04_two_tables_with_json_pass_every_check() {
    conformance::run(TwoTables::default, at_once).assert();
}

/// ST-04: every check keeps to records of its own, so that all can run on one database, and with a new seed
/// again.
#[test]
fn st_04_one_database_serves_every_check_and_every_run() {
    let database = TwoTables::default();
    for seed in [0, 1, u64::MAX] {
        Suite::new(|| database.clone(), at_once)
            .connections(TwoTables::clone)
            .rounds(2)
            .seed(seed)
            .run()
            .assert();
    }
}

/// ST-04: a commit through one connection that another one misses is found.
#[test]
fn st_04_connections_that_do_not_share_are_found() {
    let apart = Suite::new(TwoTables::default, at_once).connections(|_| TwoTables::default()).threads(2);
    let report = apart.only([Check::RoundTrip, Check::NoUpdateIsLost, Check::AccessFollowsCommits]).run();
    assert_eq!(report.failures().count(), 3, "{report}");
}

/// ST-04: a host that has users and roles in tables of its own is asked to commit none.
#[test]
fn st_04_users_and_roles_may_be_the_hosts_own() {
    Suite::new(OwnTables::default, at_once).users_and_roles(OwnTables::put).rounds(2).run().assert();
}

/// ST-04: what breaks the contract is found by the checks that say so, concurrency included.
#[test]
fn st_04_every_flaw_is_found_by_its_checks() {
    for flaw in Flaw::ALL {
        let report = Suite::new(|| BrokenStore::with(flaw), patiently).only(flaw.found_by().to_vec()).run();
        assert_eq!(failed(&report), flaw.found_by().iter().copied().collect(), "{flaw}\n{report}");
    }
}

/// ST-04: there is no check that nothing can fail.
#[test]
fn st_04_every_check_finds_a_flaw() {
    let finding: BTreeSet<Check> = Flaw::ALL.iter().flat_map(|flaw| flaw.found_by()).copied().collect();
    assert_eq!(finding, BTreeSet::from(Check::ALL));
}

/// ST-04: a store that keeps nothing passes no check, whatever it answers.
#[test]
fn st_04_no_check_passes_for_want_of_records() {
    for hollow in [Hollow::Refuses, Hollow::Forgets, Hollow::Fails, Hollow::Panics] {
        let report = Suite::new(|| hollow, at_once).rounds(2).threads(2).run();
        assert_eq!(failed(&report), BTreeSet::from(Check::ALL), "{hollow:?}\n{report}");
    }
}

#[test]
fn a_failure_says_what_was_promised_done_and_seen() {
    let flaw = Flaw::UpdateIgnoresVersion;
    let report = Suite::new(|| BrokenStore::with(flaw), patiently).only([Check::UpdateNeedsVersion]).run();
    assert_eq!(
        report.to_string(),
        "BROKEN  UpdateNeedsVersion: an update of the version that is there gives the next one, and of any other \
         conflicts\n    \
         after    an update of version 0 (organization)\n    \
         expected Conflict\n    \
         seen     Applied\n\
         0 of 1 promises kept"
    );
}

#[test]
#[should_panic(expected = "the store breaks its promises")]
fn a_broken_store_fails_the_hosts_test() {
    Suite::new(|| Hollow::Refuses, at_once).only([Check::RoundTrip]).run().assert();
}

#[test]
fn records_of_every_kind_survive_json() {
    for record in conformance::records() {
        let json = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&json).unwrap(), record, "{json}");
    }
}
