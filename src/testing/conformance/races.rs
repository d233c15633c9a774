//! Commits that race each other: as if one came after the other.
//!
//! A store may answer `Conflict` where another commit was merely in the way, so no race asks for a winner in every
//! round; over all rounds there must be some.

use std::thread;

use super::Failure;
use super::bench::Bench;
use super::patience::Patience;
use super::report::ensure;
use super::report::same;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::model::ClientTally;
use crate::store::Store;
use crate::value::EventId;

pub(super) fn one_insert_wins<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let wins = rounds(bench, |round| {
        let inserted = |racer: usize| {
            let clients = u32::try_from(racer).expect("a small number");
            ClientTally { clients, ..counter(bench, round, 0) }
        };
        let applied = bench.race(|racer| bench.contend(Changes::new().insert(inserted(racer))))?;
        let winners = winners(&applied);
        let what = format!("{} inserts that race for one key", bench.threads);
        ensure(
            winners.len() <= 1,
            &what,
            "at most one of them applied",
            format_args!("{} applied", winners.len()),
        )?;
        let seen = bench.record(key_of(inserted(0)))?.map(|there| there.record);
        same(what, &winners.first().map(|winner| inserted(*winner).into()), &seen)?;
        Ok(winners.len())
    })?;
    some_won(wins, "inserts that race for one key")
}

pub(super) fn one_delete_wins<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let wins = rounds(bench, |round| {
        let there = counter(bench, round, 0);
        bench.place([there.into()])?;
        let applied = bench.race(|_| bench.contend(Changes::new().delete(Version::FIRST, key_of(there))))?;
        let winners = winners(&applied);
        let what = format!("{} deletes that race for one version", bench.threads);
        ensure(
            winners.len() <= 1,
            &what,
            "at most one of them applied",
            format_args!("{} applied", winners.len()),
        )?;
        let seen = bench.record(key_of(there))?.is_some();
        same(format_args!("{what}, and then a read of the key"), &winners.is_empty(), &seen)?;
        Ok(winners.len())
    })?;
    some_won(wins, "deletes that race for one version")
}

pub(super) fn no_update_is_lost<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let counter = counter(bench, 0, 0);
    bench.place([counter.into()])?;
    bench.race(|_| (0..bench.rounds).try_for_each(|_| increment(bench, key_of(counter))))?;
    let total = bench.rounds * u32::try_from(bench.threads).unwrap_or(u32::MAX);
    let seen = bench.expect(key_of(counter))?;
    let what =
        format!("{total} increments of one counter, {} by each of {} threads", bench.rounds, bench.threads);
    same(&what, &Some(total), &bench.world.stamp(&seen.record))?;
    same(what, &Version::from_number(u64::from(total) + 1), &seen.version)
}

pub(super) fn no_write_skew<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let wins = rounds(bench, |round| {
        let sides = |pair: usize| [counter(bench, round, 2 * pair), counter(bench, round, 2 * pair + 1)];
        bench.place((0..bench.threads.div_ceil(2)).flat_map(sides).map(Record::from))?;
        let applied = bench.race(|racer| {
            let [guarded, written] = side_of(racer, sides(racer / 2));
            let guard = Changes::new().unchanged(key_of(guarded), Some(Version::FIRST));
            bench.contend(guard.update(Version::FIRST, written.more()))
        })?;
        never_both(&applied, "two commits that each guard what the other updates")
    })?;
    some_won(wins, "commits that guard what others update")
}

pub(super) fn no_absence_skew<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let wins = rounds(bench, |round| {
        let applied = bench.race(|racer| {
            let pair = racer / 2;
            let sides = [counter(bench, round, 2 * pair), counter(bench, round, 2 * pair + 1)];
            let [guarded, written] = side_of(racer, sides);
            bench.contend(Changes::new().unchanged(key_of(guarded), None).insert(written))
        })?;
        never_both(&applied, "two commits that each guard the absence of what the other inserts")
    })?;
    some_won(wins, "commits that guard the absence of what others insert")
}

/// Every commit tells of itself: those that race for one record, and those that do not.
pub(super) fn events_are_kept<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let contended = counter(bench, 0, 0);
    let own = |racer| counter(bench, 1, racer);
    bench.place((0..bench.threads).map(own).chain([contended]).map(Record::from))?;
    let kept = bench.race(|racer| {
        let mut kept = Vec::new();
        for round in 0..bench.rounds {
            let counter = if round % 2 == 0 { contended } else { own(racer) };
            let there = bench.expect(key_of(counter))?;
            let number = u64::from(round) * 1_000 + u64::try_from(racer).unwrap_or_default();
            let changes = Changes::new().insert(world.event(number, Some(1)));
            if bench.contend(changes.update(there.version, counted(&there.record)))? {
                kept.push(world.event_id(number));
            }
        }
        Ok(kept)
    })?;
    let mut kept: Vec<EventId> = kept.into_iter().flatten().collect();
    kept.sort_unstable();
    some_won(kept.len(), "commits with an event each")?;
    let listed = bench.whole(Index::Events(Some(world.organization_id(1))))?;
    let listed = listed.iter().filter_map(|(_, there)| match &there.record {
        Record::Event(event) => Some(event.id),
        _ => None,
    });
    same(
        format_args!("{} commits that were applied, with an event each", kept.len()),
        &kept,
        &listed.collect(),
    )
}

/// Reads the counter and counts one more, until no other commit comes between.
fn increment<S: Store>(bench: &Bench<'_, S>, key: Key) -> Result<(), Failure> {
    insist(bench, || {
        let there = bench.expect(key)?;
        Ok(Changes::new().update(there.version, counted(&there.record)))
    })
}

/// Commits what is made anew for every attempt, until it is applied.
fn insist<S: Store>(
    bench: &Bench<'_, S>,
    mut changes: impl FnMut() -> Result<Changes, Failure>,
) -> Result<(), Failure> {
    let mut patience = Patience::new();
    while patience.lasts() {
        if bench.contend(changes()?)? {
            return Ok(());
        }
        thread::yield_now();
    }
    let attempts = patience.attempts();
    Err(Failure::new(format_args!("{attempts} attempts of a commit"), "one of them applied", "none applied"))
}

/// Commits what no other thread writes, until it is applied. Each answer that it was not must be true.
pub(super) fn insist_alone<S: Store>(bench: &Bench<'_, S>, changes: &Changes) -> Result<(), Failure> {
    let mut is_repeated = false;
    insist(bench, || {
        if is_repeated {
            nothing_written(bench, changes)?;
        }
        is_repeated = true;
        Ok(changes.clone())
    })
}

/// Every record that the changes write is at the version that it had before them.
fn nothing_written<S: Store>(bench: &Bench<'_, S>, changes: &Changes) -> Result<(), Failure> {
    changes.iter().filter(|change| change.writes()).try_for_each(|change| {
        let key = change.key();
        let what = format!("a commit that was answered to be not applied, and then a read of {key:?}");
        same(what, &change.expected(), &bench.record(key)?.map(|there| there.version))
    })
}

/// Runs the rounds, and gives the sum of their wins.
pub(super) fn rounds<S: Store>(
    bench: &Bench<'_, S>,
    round: impl FnMut(u64) -> Result<usize, Failure>,
) -> Result<usize, Failure> {
    (1..=u64::from(bench.rounds)).map(round).sum()
}

fn never_both(applied: &[bool], what: &str) -> Result<usize, Failure> {
    let both = applied.chunks_exact(2).any(|pair| pair == [true, true]);
    ensure(!both, what, "at most one of them applied", "both applied")?;
    Ok(winners(applied).len())
}

fn some_won(wins: usize, what: &str) -> Result<(), Failure> {
    ensure(wins > 0, what, "some of them applied", "conflicts alone")
}

fn winners(applied: &[bool]) -> Vec<usize> {
    applied.iter().enumerate().filter(|(_, applied)| **applied).map(|(racer, _)| racer).collect()
}

/// The first of the two guards the second and writes the first, and the other way around.
fn side_of(racer: usize, [first, second]: [ClientTally; 2]) -> [ClientTally; 2] {
    if racer.is_multiple_of(2) { [first, second] } else { [second, first] }
}

/// A counter of its own for every number of every round.
fn counter<S: Store>(bench: &Bench<'_, S>, round: u64, number: usize) -> ClientTally {
    let number = u64::try_from(number).expect("a small number");
    ClientTally::none(bench.world.organization_id(round * 1_000 + number))
}

fn key_of(counter: ClientTally) -> Key {
    Key::ClientTally(counter.organization)
}

/// The counter, one higher.
fn counted(record: &Record) -> Record {
    match record {
        Record::ClientTally(counter) => counter.more().into(),
        other => other.clone(),
    }
}
