//! The store under test, asked call by call, on one thread or on many.

use core::fmt::Display;
use core::future::Future;
use core::sync::atomic::AtomicUsize;
use core::sync::atomic::Ordering;
use std::sync::Barrier;
use std::thread;

use super::Drive;
use super::Failure;
use super::Put;
use super::report::same;
use super::world::World;
use crate::access::Access;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Kind;
use crate::change::Position;
use crate::change::Record;
use crate::change::Versioned;
use crate::store::Commit;
use crate::store::CommitError;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::Digest;
use crate::value::kind;

/// Records of a list, with their positions.
pub(super) type Items = Vec<(Position, Versioned<Record>)>;

/// A store, a way to drive its futures, and a world of records that no other check uses.
pub(super) struct Bench<'a, S> {
    stores: Vec<S>,
    turn: AtomicUsize,
    drive: &'a Drive<'a>,
    put: Option<&'a Put<'a, S>>,
    pub world: World,
    pub rounds: u32,
    pub threads: usize,
}

impl<'a, S: Store> Bench<'a, S> {
    pub fn new(
        stores: Vec<S>,
        drive: &'a Drive<'a>,
        put: Option<&'a Put<'a, S>>,
        world: World,
        rounds: u32,
        threads: usize,
    ) -> Self {
        Self { stores, turn: AtomicUsize::new(0), drive, put, world, rounds, threads }
    }

    /// The kinds of records that commits write.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        Kind::ALL.into_iter().filter(|kind| self.writes(*kind))
    }

    /// Whether commits write records of this kind, and not the host alone.
    pub fn writes(&self, kind: Kind) -> bool {
        match kind {
            Kind::User | Kind::Role => self.put.is_none(),
            Kind::Organization
            | Kind::Client
            | Kind::Authorization
            | Kind::Family
            | Kind::AccessToken
            | Kind::AuthorizationCode
            | Kind::ConsentPrompt
            | Kind::UserConsent
            | Kind::IdentityProvider
            | Kind::SamlRequest
            | Kind::UsedAssertion
            | Kind::UsageDay
            | Kind::UsageSource
            | Kind::UsageSummary
            | Kind::ClientTally
            | Kind::SecretUse
            | Kind::Event
            | Kind::TrailSeal
            | Kind::TrailHead => true,
        }
    }

    /// One handle on the store after the other.
    pub fn store(&self) -> &S {
        &self.stores[self.turn.fetch_add(1, Ordering::Relaxed) % self.stores.len()]
    }

    /// Drives a future to its end.
    pub fn drive<T: Send>(&self, future: impl Future<Output = T> + Send) -> T {
        let mut output = None;
        (self.drive)(Box::pin(async { output = Some(future.await) }));
        output.expect("a driver that drives the future to its end")
    }

    pub fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Failure> {
        let answer = self.drive(self.store().record(key));
        answer.map_err(|error| failed(format_args!("a read of {key:?}"), error))
    }

    pub fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Failure> {
        let answer = self.drive(self.store().access(digest));
        answer.map_err(|error| failed(format_args!("a read of {digest:?} with all that bears on it"), error))
    }

    pub fn list(&self, range: Range) -> Result<Page, Failure> {
        let answer = self.drive(self.store().list(range));
        answer.map_err(|error| failed(format_args!("a read of {range:?}"), error))
    }

    /// All records of this world in the list, page by page.
    pub fn whole(&self, index: Index) -> Result<Items, Failure> {
        self.pages(self.world.range(index))
            .map(|pages| pages.into_iter().flat_map(|page| page.items).collect())
    }

    /// The pages from here to the end of the range.
    pub fn pages(&self, mut range: Range) -> Result<Vec<Page>, Failure> {
        let mut pages = vec![self.list(range)?];
        while let Some(next) = pages.last().and_then(|page| page.next) {
            if range.after.is_some_and(|after| next <= after) {
                return Err(Failure::new(
                    format_args!("a read of {range:?}"),
                    "a page that leads on",
                    format_args!("{next:?}"),
                ));
            }
            range.after = Some(next);
            pages.push(self.list(range)?);
        }
        Ok(pages)
    }

    /// Commits where nobody else does.
    pub fn commit(&self, changes: Changes) -> Result<Commit, Failure> {
        let answer = self.drive(self.store().commit(changes));
        answer.map_err(|error| failed("a commit", error))
    }

    /// Commits in a race: an error that says that nothing was written stands for a conflict.
    pub fn contend(&self, changes: Changes) -> Result<bool, Failure> {
        match self.drive(self.store().commit(changes)) {
            Ok(Commit::Applied) => Ok(true),
            Ok(Commit::Conflict) | Err(CommitError::NotApplied(_)) => Ok(false),
            Err(CommitError::Unknown(error)) => Err(Failure::new(
                "commits that race each other",
                "`Conflict` where another commit was in the way",
                format_args!("not known whether it was applied: {error}"),
            )),
        }
    }

    /// Commits, and fails unless it is applied.
    pub fn apply(&self, what: impl Display, changes: Changes) -> Result<(), Failure> {
        same(what, &Commit::Applied, &self.commit(changes)?)
    }

    /// Writes records that are not there, by commit or the host's own way.
    pub fn place(&self, records: impl IntoIterator<Item = Record>) -> Result<(), Failure> {
        let mut changes = Changes::new();
        for record in records {
            match self.put {
                Some(put) if !self.writes(record.key().kind()) => put(self.store(), record),
                Some(_) | None => changes = changes.insert(record),
            }
        }
        self.apply("inserts of what is absent", changes)
    }

    /// Writes a record in place of what is under its key, by commit or the host's own way.
    pub fn replace(&self, record: Record) -> Result<(), Failure> {
        match self.put {
            Some(put) if !self.writes(record.key().kind()) => {
                put(self.store(), record);
                Ok(())
            }
            Some(_) | None => {
                let version = self.expect(record.key())?.version;
                self.apply("an update of the version just read", Changes::new().update(version, record))
            }
        }
    }

    /// The record under a key that must have one.
    pub fn expect(&self, key: Key) -> Result<Versioned<Record>, Failure> {
        let found = self.record(key)?;
        found.ok_or_else(|| Failure::new(format_args!("a read of {key:?}"), "the record", "none"))
    }

    /// Lets every thread do its part at the same time.
    pub fn race<T: Send>(
        &self,
        part: impl Fn(usize) -> Result<T, Failure> + Sync,
    ) -> Result<Vec<T>, Failure> {
        let start = Barrier::new(self.threads);
        let (start, part) = (&start, &part);
        let run = |number| {
            start.wait();
            part(number)
        };
        thread::scope(|scope| {
            let racers: Vec<_> = (0..self.threads).map(|number| scope.spawn(move || run(number))).collect();
            racers
                .into_iter()
                .map(|racer| racer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }
}

fn failed(after: impl Display, error: impl Display) -> Failure {
    Failure::new(after, "an answer", format_args!("an error: {error}"))
}
