//! Futures that are dropped before they end: whole, or nothing.
//!
//! A store that never waits passes at once. One that blocks for good what a dropped commit had locked is found only where
//! it answers: where it waits for the lock without end, so does the suite.

use core::future::Future;
use core::future::poll_fn;
use core::pin::pin;
use core::task::Poll;
use std::thread;

use super::Failure;
use super::bench::Bench;
use super::patience::Patience;
use super::report::ensure;
use super::report::same;
use super::world::Stamp;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::store::Range;
use crate::store::Store;

/// How often a future is polled before it is dropped, at most.
const POLLS: u32 = 6;

/// How often the records are looked at for what a dropped commit may do late.
const LOOKS: usize = 10;

pub(super) fn commit_is_whole<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    for round in 1..=bench.rounds.div_ceil(4) {
        for polls in 0..=POLLS {
            Dropped { bench, number: u64::from(round * (POLLS + 1) + polls), polls }.run()?;
        }
    }
    Ok(())
}

pub(super) fn read_is_harmless<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let (client, holder) = (world.client(1, 1, 0), world.holder(1, 1));
    let token = world.token(1, [1, 1], holder, 0);
    let (key, digest, range) =
        (Key::Client(client.id), token.digest, Range::of(Index::Clients(world.organization_id(1))));
    bench.place([client.into(), token.into()])?;
    for polls in 0..=POLLS {
        bench.drive(abandon(bench.store().record(key), polls));
        bench.drive(abandon(bench.store().access(&digest), polls));
        bench.drive(abandon(bench.store().list(range), polls));
        let version = Version::from_number(u64::from(polls) + 1);
        let what = format!("reads that were dropped after {polls} polls");
        same(format_args!("{what}, and then a read"), &version, &bench.expect(key)?.version)?;
        let update = Changes::new().update(version, world.client(1, 1, polls + 1));
        bench.apply(format_args!("{what}, and then an update of what they read"), update)?;
    }
    Ok(())
}

/// Polls the future so often, each time when it asks for it, and drops it. Gives whether it ended before.
async fn abandon<F: Future>(future: F, polls: u32) -> bool {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(false);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(_) => Poll::Ready(true),
            Poll::Pending if left == 0 => Poll::Ready(false),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// A commit of two updates and an event, dropped after so many polls.
struct Dropped<'b, 'a, S> {
    bench: &'b Bench<'a, S>,
    number: u64,
    polls: u32,
}

impl<S: Store> Dropped<'_, '_, S> {
    const BEFORE: Stamp = 0;
    const DROPPED: Stamp = 1;
    const AFTER: Stamp = 2;

    fn run(&self) -> Result<(), Failure> {
        self.bench.place(self.pair(Self::BEFORE))?;
        self.bench.drive(abandon(self.bench.store().commit(self.changes(Self::DROPPED)), self.polls));
        for _ in 0..LOOKS {
            self.look(|stamp| stamp < Self::AFTER)?;
        }
        // A commit of the same versions settles it: either it is applied, and the dropped one never, or the dropped
        // one was.
        let mut patience = Patience::new();
        while patience.lasts() {
            let settled = if self.bench.contend(self.changes(Self::AFTER))? {
                Some(Self::AFTER)
            } else {
                Some(self.look(|stamp| stamp < Self::AFTER)?).filter(|stamp| *stamp == Self::DROPPED)
            };
            if let Some(settled) = settled {
                return (0..LOOKS).try_for_each(|_| self.look(|stamp| stamp == settled).map(|_| ()));
            }
            thread::yield_now();
        }
        Err(Failure::new(
            self.what(),
            "that another commit of the same records is applied",
            "conflicts alone",
        ))
    }

    /// Both records have one stamp, which is as it should be, and the event of the dropped commit is there if and
    /// only if the commit is.
    fn look(&self, is_expected: impl Fn(Stamp) -> bool) -> Result<Stamp, Failure> {
        let after = || format!("{}, and then a read", self.what());
        // In this order a commit that is applied in between is no contradiction.
        let was_told = self.is_told()?;
        let list =
            self.bench.whole(Index::AuthorizationsOfClient(self.bench.world.client_id(self.number)))?;
        let stamps: Vec<_> = list.iter().map(|(_, there)| self.bench.world.stamp(&there.record)).collect();
        let is_told = self.is_told()?;
        let [Some(stamp), Some(other)] = stamps[..] else {
            return Err(Failure::new(after(), "two records", format_args!("{stamps:?}")));
        };
        let is_applied = stamp == Self::DROPPED;
        let is_whole = stamp == other && (is_told || !is_applied) && (is_applied || !was_told);
        let seen = format!("stamps {stamps:?}, event there before: {was_told}, after: {is_told}");
        ensure(
            is_whole && is_expected(stamp),
            after(),
            "all of the commit for good, or nothing of it",
            seen,
        )?;
        Ok(stamp)
    }

    fn is_told(&self) -> Result<bool, Failure> {
        Ok(self.bench.record(Key::Event(self.bench.world.event_id(self.event(Self::DROPPED))))?.is_some())
    }

    fn changes(&self, stamp: Stamp) -> Changes {
        let event = self.bench.world.event(self.event(stamp), None);
        let [first, second] = self.pair(stamp);
        Changes::new().update(Version::FIRST, first).insert(event).update(Version::FIRST, second)
    }

    fn pair(&self, stamp: Stamp) -> [Record; 2] {
        [1, 2].map(|organization| self.bench.world.authorization(organization, self.number, stamp).into())
    }

    fn event(&self, stamp: Stamp) -> u64 {
        self.number * 10 + u64::from(stamp)
    }

    fn what(&self) -> String {
        format!("a commit that was dropped after {} polls", self.polls)
    }
}
