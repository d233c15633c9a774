//! Reads while commits change what is read: as of one moment, and never behind.
//!
//! One thread writes a stamp into several records with each commit, the same into all of them. The others read them.

use core::sync::atomic::AtomicBool;
use core::sync::atomic::AtomicU32;
use core::sync::atomic::Ordering;

use super::Failure;
use super::bench::Bench;
use super::races::insist_alone;
use super::report::ensure;
use super::report::same;
use super::world::Stamp;
use super::world::World;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Kind;
use crate::change::Record;
use crate::change::Version;
use crate::model::Authorization;
use crate::model::StateName;
use crate::store::Store;

/// How many different reads take turns.
const READS: usize = 3;

/// What one read saw: the stamp of each record.
type Seen = Vec<Option<Stamp>>;

pub(super) fn access_is_one_moment<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let written: usize = around_token(bench, 0).len();
    bench.place([bench.world.user(1, 1, &[1]).into()])?;
    watch(bench, around_token, |_, published| {
        let seen = stamps_of_access(bench)?;
        let what = "a read of a token, while commits change all that it hangs on";
        ensure(
            seen.len() == written,
            what,
            format_args!("{written} records"),
            format_args!("{}", seen.len()),
        )?;
        one_moment(what, &seen, published)
    })
}

pub(super) fn list_is_one_moment<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let organization = bench.world.organization_id(1);
    watch(bench, listed, |turn, published| {
        let (index, fits): (_, fn(usize) -> bool) = match turn % READS {
            0 => (Index::Authorizations(organization), |count| count == LISTED),
            1 => {
                (Index::AuthorizationsInState(organization, StateName::Approved), |count| count % LISTED == 0)
            }
            _ => {
                (Index::AuthorizationsInState(organization, StateName::Pending), |count| count % LISTED == 0)
            }
        };
        let seen = stamps_of_list(bench, index)?;
        let what =
            format!("a read of the list {index}, while commits change all {LISTED} records and their lists");
        let count = seen.len();
        ensure(fits(count), &what, "all of them, or in a list of one state none", format_args!("{count}"))?;
        one_moment(what, &seen, published)
    })
}

pub(super) fn reads_follow_commits<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let records = |bench: &Bench<'_, S>, stamp| -> Vec<Record> {
        around_token(bench, stamp).into_iter().chain(listed(bench, stamp)).collect()
    };
    let keys: Vec<_> = records(bench, 0).iter().map(Record::key).collect();
    watch(bench, records, |turn, published| {
        let (what, seen) = match turn % READS {
            0 => {
                let key = keys[turn / READS % keys.len()];
                let there = bench.expect(key)?;
                let (what, stamp) = (format!("a read of {key:?}"), world.stamp(&there.record));
                let version = stamp.map(|stamp| version_of(stamp).next());
                same(format_args!("{what}, while commits change it"), &version, &Some(there.version))?;
                (what, vec![stamp])
            }
            1 => ("a read of a token with all that it hangs on".to_owned(), stamps_of_access(bench)?),
            _ => {
                let index = Index::Authorizations(world.organization_id(1));
                (format!("a read of the list {index}"), stamps_of_list(bench, index)?)
            }
        };
        let behind = seen.iter().flatten().find(|stamp| **stamp < published);
        let after = format!("commit {published} that was applied, and then {what}");
        let expected = format!("stamp {published} or a later one");
        ensure(behind.is_none(), after, expected, format_args!("{seen:?}"))
    })
}

/// Writes stamp after stamp on one thread, and reads on the others until it is done.
///
/// A reader is told which turn it is, and a stamp that was applied before its read begins.
fn watch<S: Store>(
    bench: &Bench<'_, S>,
    records: impl Fn(&Bench<'_, S>, Stamp) -> Vec<Record> + Sync,
    read: impl Fn(usize, Stamp) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    bench.place(records(bench, 0))?;
    let (published, is_done) = (AtomicU32::new(0), AtomicBool::new(false));
    let write = || -> Result<(), Failure> {
        let _done = Done(&is_done);
        for stamp in 1..=bench.rounds * 5 {
            let version = version_of(stamp);
            let records = records(bench, stamp).into_iter();
            insist_alone(bench, &records.fold(Changes::new(), |all, record| all.update(version, record)))?;
            published.store(stamp, Ordering::SeqCst);
        }
        Ok(())
    };
    let watch = |reader: usize| -> Result<(), Failure> {
        // Readers begin with different reads, and do each of them once more when all is written.
        let mut turn = reader;
        while !is_done.load(Ordering::SeqCst) {
            read(turn, published.load(Ordering::SeqCst))?;
            turn += 1;
        }
        (turn..turn + READS).try_for_each(|turn| read(turn, published.load(Ordering::SeqCst)))
    };
    bench.race(|racer| if racer == 0 { write() } else { watch(racer) }).map(|_| ())
}

/// The version of a record before this stamp is written into it.
fn version_of(stamp: Stamp) -> Version {
    Version::from_number(stamp.into())
}

/// Says so when the writer ends, however it ends.
struct Done<'a>(&'a AtomicBool);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// A token and all that it hangs on and that commits write, with the stamp.
fn around_token<S: Store>(bench: &Bench<'_, S>, stamp: Stamp) -> Vec<Record> {
    let world = &bench.world;
    let mut records: Vec<Record> = vec![
        world.token(1, [1, 1], world.holder(1, 1), stamp).into(),
        world.organization(1, stamp).into(),
        world.client(1, 1, stamp).into(),
        world.authorization(1, 1, stamp).into(),
        world.family(1, [1; 3], stamp).into(),
    ];
    if bench.writes(Kind::Role) {
        records.push(world.role(1, 1, stamp).into());
    }
    records
}

fn stamps_of_access<S: Store>(bench: &Bench<'_, S>) -> Result<Seen, Failure> {
    let world = &bench.world;
    let access = bench.access(&world.digest(1))?;
    let access =
        access.ok_or_else(|| Failure::new("a read of a token that is there", "the token", "none"))?;
    let standing = access.standing;
    let roles = access.roles.iter().cloned().map(Record::from);
    let parts = [
        Some(Record::AccessToken(access.token.record)),
        standing.organization.map(Record::Organization),
        standing.client.map(Record::Client),
        standing.authorization.map(Record::Authorization),
        standing.family.map(Record::Family),
    ];
    Ok(parts.into_iter().flatten().chain(roles).map(|record| world.stamp(&record)).collect())
}

/// How many records of the list are written together.
const LISTED: usize = 4;

/// Authorizations of one organization, with the stamp, that go back and forth between two states.
fn listed<S: Store>(bench: &Bench<'_, S>, stamp: Stamp) -> Vec<Record> {
    let form: fn(&World, u64, u64, Stamp) -> Authorization = match stamp % 2 {
        0 => World::authorization,
        _ => World::request,
    };
    (11..).take(LISTED).map(|client| form(&bench.world, 1, client, stamp).into()).collect()
}

fn stamps_of_list<S: Store>(bench: &Bench<'_, S>, index: Index) -> Result<Seen, Failure> {
    let items = bench.whole(index)?;
    Ok(items.iter().map(|(_, there)| bench.world.stamp(&there.record)).collect())
}

fn one_moment(what: impl core::fmt::Display, seen: &Seen, published: Stamp) -> Result<(), Failure> {
    let is_one = seen.windows(2).all(|pair| pair[0] == pair[1]);
    let expected = format!("one stamp, {published} or a later one, in all records");
    ensure(is_one, what, expected, format_args!("{seen:?}"))
}
