//! The proof that a store keeps its promises: every promise of [`store`](crate::store), tried on a host's own
//! store.
//!
//! ```
//! use grantor::store::MemoryStore;
//! use grantor::testing::conformance;
//!
//! conformance::run(MemoryStore::new, |task| grantor::ready(task).unwrap()).assert();
//! ```
//!
//! Over a runtime the second argument is `|task| runtime.block_on(task)`. [`Suite`] has what else can be said: a
//! shorter run, several connections, tables of the host's own.
//!
//! This line opens one handle for each check. A store that is opened several times on one database, by connections or by
//! processes, should be run with [`connections`](Suite::connections) too: a lock or a cache inside a handle hides
//! from one handle what goes wrong between two.
//!
//! ```
//! # use grantor::store::MemoryStore;
//! # use grantor::testing::conformance::Suite;
//! # use std::sync::Arc;
//! # let fresh = || Arc::new(MemoryStore::new());
//! Suite::new(fresh, |task| grantor::ready(task).unwrap()).connections(Arc::clone).run().assert();
//! ```
//!
//! # What it tries
//!
//! Each [`Check`] is one promise. The first of them are scripts, the same in every run: every kind of record in
//! every form, every list with every bound, every condition, met and not met, at every place of a batch. The races run
//! on several threads: they can miss a fault in one run and find it in the next, and never blame a sound store.
//!
//! A store decides nothing, so the records of a check need not agree with each other: one that refuses a token without
//! its client, by a foreign key perhaps, fails.
//!
//! # What it cannot try
//!
//! A suite sees a store from outside. It does not pull the plug, so whether a commit survives the machine is for the
//! host to prove, and so is that a commit whose answer is lost is reported as
//! [`Unknown`](crate::store::CommitError::Unknown).
//!
//! That the checks can fail is proved by [`broken`](super::broken): stores broken on purpose, at least one for each check.

mod access;
mod batch;
mod bench;
mod cascade;
mod check;
mod dropped;
mod guard;
mod identity_provider;
mod ledger;
mod lists;
mod moments;
mod patience;
mod races;
mod report;
mod samples;
mod single;
mod users;
mod world;

use core::future::Future;
use core::panic::AssertUnwindSafe;
use core::pin::Pin;
use std::panic::catch_unwind;

pub use check::Check;
pub use report::Failure;
pub use report::Report;
pub use report::Verdict;
pub use samples::records;

use crate::change::Record;
use crate::store::Store;

use bench::Bench;
use world::World;

/// A future that the suite asks the host to drive to its end, on the thread that asks.
pub type Task<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// Runs every check, each on a store of its own.
///
/// `fresh` opens an empty store, or one more handle on one database that was empty at the start: the checks keep out of
/// each other's way. `drive` drives a future to its end on the calling thread: `|task| grantor::ready(task).unwrap()` for a
/// store that never waits, and `|task| runtime.block_on(task)` for one that does. It is called on several threads
/// at once.
pub fn run<S: Store>(fresh: impl Fn() -> S, drive: impl Fn(Task<'_>) + Sync) -> Report {
    Suite::new(fresh, drive).run()
}

/// The suite, with what differs from the usual run.
///
/// ```
/// use grantor::store::MemoryStore;
/// use grantor::testing::conformance::Suite;
///
/// Suite::new(MemoryStore::new, |task| grantor::ready(task).unwrap()).rounds(5).threads(4).run().assert();
/// ```
#[must_use = "nothing is checked before `run`"]
pub struct Suite<'a, S> {
    fresh: Box<dyn Fn() -> S + 'a>,
    drive: Box<Drive<'a>>,
    connect: Option<Box<Connect<'a, S>>>,
    put: Option<Box<Put<'a, S>>>,
    checks: Vec<Check>,
    rounds: u32,
    threads: usize,
    seed: u64,
}

/// Opens one more handle on a store.
type Connect<'a, S> = dyn Fn(&S) -> S + 'a;

/// Drives a task to its end.
type Drive<'a> = dyn Fn(Task<'_>) + Sync + 'a;

/// Writes a record that is the host's own.
type Put<'a, S> = dyn Fn(&S, Record) + Sync + 'a;

impl<'a, S: Store> Suite<'a, S> {
    /// The usual run: every check, 8 threads, 40 rounds of every race. See [`run`] for the arguments.
    pub fn new(fresh: impl Fn() -> S + 'a, drive: impl Fn(Task<'_>) + Sync + 'a) -> Self {
        Self {
            fresh: Box::new(fresh),
            drive: Box::new(drive),
            connect: None,
            put: None,
            checks: Check::ALL.to_vec(),
            rounds: 40,
            threads: 8,
            seed: 0,
        }
    }

    /// Runs these checks alone.
    pub fn only(mut self, checks: impl IntoIterator<Item = Check>) -> Self {
        self.checks = checks.into_iter().collect();
        self
    }

    /// How often every race is run, at least once. The time that the races take grows with it.
    pub fn rounds(mut self, rounds: u32) -> Self {
        self.rounds = rounds.max(1);
        self
    }

    /// How many threads race each other, at least two.
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(2);
        self
    }

    /// Every identifier and instant of the run follows from it. To repeat the suite on a database that keeps what
    /// an earlier run wrote, take one that differs from the earlier one modulo 1 000.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Opens as many handles on the store that `fresh` gave as threads race each other: connections, or processes.
    /// Calls take turns with them, so that what is written through one is read through another.
    pub fn connections(mut self, connect: impl Fn(&S) -> S + 'a) -> Self {
        self.connect = Some(Box::new(connect));
        self
    }

    /// Users and roles are in tables of the host's own, and no commit writes them: `put` writes one, in
    /// place of what is under its key. The lists of users, [`Users`](crate::change::Index::Users) and
    /// [`UsersByEmail`](crate::change::Index::UsersByEmail), are then read from those tables.
    pub fn users_and_roles(mut self, put: impl Fn(&S, Record) + Sync + 'a) -> Self {
        self.put = Some(Box::new(put));
        self
    }

    /// Runs the checks.
    pub fn run(self) -> Report {
        self.checks.iter().map(|check| Verdict { check: *check, result: self.verdict(*check) }).collect()
    }

    fn verdict(&self, check: Check) -> Result<(), Failure> {
        let attempt = || {
            let store = (self.fresh)();
            let mut stores: Vec<S> = match &self.connect {
                Some(connect) => (1..self.threads).map(|_| connect(&store)).collect(),
                None => Vec::new(),
            };
            stores.push(store);
            let world = World::new(self.seed, check);
            let put = self.put.as_deref();
            check.run(&Bench::new(stores, &*self.drive, put, world, self.rounds, self.threads))
        };
        catch_unwind(AssertUnwindSafe(attempt)).unwrap_or_else(|panic| Err(Failure::of_panic(panic.as_ref())))
    }
}
