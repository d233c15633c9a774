//! Many changes at once: all of them, or none.

use super::Failure;
use super::bench::Bench;
use super::ledger::Ledger;
use super::report::same;
use crate::audit::Actor;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::model::ClientTally;
use crate::store::Range;
use crate::store::Store;

/// Every condition that can fail, at every place of a batch of every kind of change.
pub(super) fn all_or_nothing<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    let there = Changes::new()
        .insert(bench.world.client(1, 1, 0))
        .insert(bench.world.authorization(1, 1, 0))
        .insert(bench.world.family(1, [1; 3], 0))
        .insert(bench.world.organization(1, 0))
        .insert(ClientTally::none(bench.world.organization_id(1)));
    ledger.applied("inserts of what is absent", there)?;

    let sound = sound(bench);
    for (name, failing) in failing(bench) {
        for place in 0..=sound.len() {
            let mut batch = sound.clone();
            batch.insert(place, failing.clone());
            let what =
                format!("a commit of {} changes, of which number {} is {name}", batch.len(), place + 1);
            ledger.refused(what, batch.into_iter().collect())?;
        }
    }
    ledger.applied("the same commit without the change that failed", sound.into_iter().collect())?;
    ledger.closed()
}

/// A change of every kind, whose conditions hold.
fn sound<S: Store>(bench: &Bench<'_, S>) -> Vec<Change> {
    let world = &bench.world;
    let organization = world.organization_id(1);
    vec![
        Change::Insert(world.event(1, Some(1)).into()),
        Change::Update(Version::FIRST, world.client(1, 1, 1).tombstone(Actor::Sweep, world.at(2)).into()),
        Change::Unchanged(Key::Organization(organization), Some(Version::FIRST)),
        Change::Delete(Version::FIRST, Key::Authorization(organization, world.client_id(1))),
        Change::Unchanged(Key::Client(world.client_id(2)), None),
        Change::Insert(world.client(3, 1, 0).into()),
        Change::Update(Version::FIRST, ClientTally { organization, clients: 1 }.into()),
    ]
}

/// A change of every kind, whose condition does not hold.
fn failing<S: Store>(bench: &Bench<'_, S>) -> [(&'static str, Change); 9] {
    let world = &bench.world;
    let (second, family) = (Version::FIRST.next(), world.family(1, [1; 3], 1));
    let (there, absent) = (Key::Family(family.id), Key::Family(world.family_id(2)));
    let elsewhere: Record = world.family(2, [1; 3], 0).into();
    [
        ("an insert where a record is", Change::Insert(family.clone().into())),
        ("an update of a later version", Change::Update(second, family.into())),
        ("an update of what is absent", Change::Update(Version::FIRST, elsewhere)),
        ("a delete of a later version", Change::Delete(second, there)),
        ("a delete of what is absent", Change::Delete(Version::FIRST, absent)),
        ("a guard of a later version", Change::Unchanged(there, Some(second))),
        ("a guard of an earlier version", Change::Unchanged(there, Some(Version::from_number(0)))),
        ("a guard of what is absent", Change::Unchanged(absent, Some(Version::FIRST))),
        ("a guard of absence where a record is", Change::Unchanged(there, None)),
    ]
}

/// As many changes as a page has records: the sweep makes such commits.
pub(super) fn large_batch<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    const SIZE: u64 = Range::MAX as u64;
    let world = &bench.world;
    let mut ledger = Ledger::new(bench);

    let clients = |stamp| (0..SIZE).map(move |number| world.client(number, 1, stamp));
    let inserts = clients(0).fold(Changes::new(), Changes::insert);
    ledger.applied(format_args!("{SIZE} inserts"), inserts.clone())?;

    let mut updates = clients(1).fold(Changes::new(), |all, client| all.update(Version::FIRST, client));
    let page = bench.list(world.range(Index::Clients(world.organization_id(1))))?;
    same(format_args!("a page of all {SIZE}"), &(SIZE as usize, None), &(page.items.len(), page.next))?;

    let refused = updates
        .clone()
        .insert(world.organization(1, 0))
        .unchanged(Key::Family(world.family_id(1)), Some(Version::FIRST));
    ledger.refused(format_args!("{SIZE} updates, and a condition that does not hold"), refused)?;
    updates = updates.insert(world.event(1, Some(1)));
    ledger.applied(format_args!("{SIZE} updates and an event"), updates)?;

    let deletes = (0..SIZE).fold(Changes::new(), |all, number| {
        all.delete(Version::FIRST.next(), Key::Client(world.client_id(number)))
    });
    ledger.applied(format_args!("{SIZE} deletes"), deletes)
}
