//! Lists: what stands in them, in which order, in pages.

use super::Failure;
use super::bench::Bench;
use super::bench::Items;
use super::ledger::Ledger;
use super::report::same_page;
use super::samples::forms;
use super::samples::is_changed;
use crate::audit::Actor;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Kind;
use crate::change::Position;
use crate::change::Record;
use crate::change::Version;
use crate::model::AccessToken;
use crate::model::Deletion;
use crate::model::Holder;
use crate::model::Lifecycle;
use crate::model::TokenFamily;
use crate::model::User;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;

pub(super) fn exact<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    // Not in the order of any list.
    for number in [3, 1, 5, 2, 4, 6] {
        let inserts = listed(bench, number).into_iter().fold(Changes::new(), Changes::insert);
        ledger.applied("inserts of records that stand in lists", inserts)?;
    }
    ledger.closed()
}

pub(super) fn pages<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    let records = [3, 1, 2].into_iter().flat_map(|number| listed(bench, number));
    ledger
        .applied("inserts of records that stand in lists", records.fold(Changes::new(), Changes::insert))?;
    for index in ledger.lists() {
        let (all, range) = (ledger.list(index), bench.world.range(index));
        for limit in [1, 2, 3, Range::MAX] {
            let range = Range { limit, ..range };
            let what = |number| format!("a read of page {number} of {limit} of the list {index}");
            let mut next = range;
            for (seen, number) in bench.pages(range)?.iter().zip(1..) {
                same_page(what(number), &page(&all, &next), seen)?;
                next.after = seen.next;
            }
        }
        let bounds = || [None].into_iter().chain(bounds(&all).into_iter().map(Some));
        for after in bounds() {
            for before in bounds() {
                let range = Range {
                    after: after.or(range.after),
                    before: before.or(range.before),
                    limit: 2,
                    ..range
                };
                same_page(format_args!("a read of {range:?}"), &page(&all, &range), &bench.list(range)?)?;
            }
        }
    }
    Ok(())
}

pub(super) fn follow_updates<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    for kind in bench.kinds().filter(|kind| is_changed(*kind)) {
        // Neighbors in the same lists stay where they are.
        for number in [11, 13] {
            let neighbor = forms(&bench.world, kind, number).swap_remove(0);
            ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(neighbor))?;
        }
        let forms = forms(&bench.world, kind, 12);
        let key = forms[0].key();
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(forms[0].clone()))?;
        for form in forms {
            let update = Changes::new().update(ledger.version(key), form);
            ledger.applied(format_args!("an update to another form ({kind})"), update)?;
        }
    }
    ledger.closed()
}

pub(super) fn forget_deleted<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    let mut numbers = 21..;
    for kind in bench.kinds().filter(|kind| is_changed(*kind)) {
        let neighbor = forms(&bench.world, kind, 20).swap_remove(0);
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(neighbor))?;
        let count = forms(&bench.world, kind, 20).len();
        for (form, number) in (0..count).zip(&mut numbers) {
            let forms = forms(&bench.world, kind, number);
            let (key, other) = (forms[form].key(), &forms[(form + 1) % count]);
            let insert = Changes::new().insert(forms[form].clone());
            ledger.applied(format_args!("an insert ({kind})"), insert)?;
            if form % 2 == 0 {
                let update = Changes::new().update(ledger.version(key), other.clone());
                ledger.applied(format_args!("an update ({kind})"), update)?;
            }
            let delete = Changes::new().delete(ledger.version(key), key);
            ledger.applied(format_args!("a delete ({kind})"), delete)?;
            // What a delete left in a list is seen when there is a record under the key again.
            let again = Changes::new().insert(other.clone());
            ledger.applied(format_args!("an insert under a key whose record was deleted ({kind})"), again)?;
            let delete = Changes::new().delete(Version::FIRST, key);
            ledger.applied(format_args!("one more delete ({kind})"), delete)?;
        }
    }
    ledger.closed()
}

pub(super) fn due_in_order<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let mut ledger = Ledger::new(bench);
    // Kinds take turns, and the last three are due at one instant. A client waits for its removal; the others are
    // kept for a day after their end.
    for (number, due) in
        [500_000, 200_000, 400_000, 100_000, 300_000, 600_000, 600_000, 600_000].into_iter().enumerate()
    {
        let number = u64::try_from(number).expect("a small number");
        let at = world.at(due);
        let expires = at.minus(AccessToken::RETENTION);
        let record: Record = match number % 3 {
            0 => AccessToken { expires, ..world.token(number, [1, 1], Holder::Client, 0) }.into(),
            1 => TokenFamily { expires, ..world.family(number, [1; 3], 0) }.into(),
            _ => {
                let deletion = Deletion { at: world.at(0), by: Actor::Operator, removal: at };
                world.client_of(number, 1, |fields| fields.lifecycle = Lifecycle::Inactive(deletion)).into()
            }
        };
        ledger.applied("an insert of what waits for an instant", Changes::new().insert(record))?;
    }
    let all = ledger.list(Index::Due);
    for (now, due) in [(99_999, 0), (100_000, 1), (299_999, 2), (300_000, 3), (599_999, 5), (600_000, 8)] {
        let range = Range { before: Some(Position::after_due(world.at(now))), ..world.range(Index::Due) };
        let seen = bench.list(range)?;
        let expected = Page { items: all[..due].to_vec(), next: None };
        same_page(format_args!("a read of what is due {now} s after the beginning"), &expected, &seen)?;
    }
    let keys: Vec<Key> = all.iter().map(|(_, there)| there.record.key()).collect();
    let swept = keys.iter().fold(Changes::new(), |all, key| all.delete(ledger.version(*key), *key));
    ledger.applied("deletes of all that was due", swept)
}

/// Records that stand in every list, some for each of two organizations.
fn listed<S: Store>(bench: &Bench<'_, S>, number: u64) -> Vec<Record> {
    let world = &bench.world;
    let built_in = |client: u64| {
        let forms = forms(world, Kind::Client, client);
        forms.into_iter().find(|form| form.entries().any(|entry| entry.index == Index::BuiltInClients))
    };
    let mut records: Vec<Record> = vec![
        world.client(number, 1, 0).into(),
        world.client(100 + number, 2, 0).into(),
        world.authorization(1, number, 0).into(),
        world.authorization(2, 100 + number, 0).into(),
        // One client in several organizations, and one of them pending.
        world.authorization(100 + number, 1, 0).into(),
        world.request(3, number, 0).into(),
        world.event(number, Some(1)).into(),
        world.event(100 + number, Some(2)).into(),
        world.event(200 + number, None).into(),
        world.family(number, [1; 3], 0).into(),
        world.token(number, [1, 1], Holder::Client, 0).into(),
    ];
    records.extend(built_in(300 + number));
    records.extend(signing_on(bench, number));
    records
}

/// Identity providers with one entity id in several organizations, requests to them, and where commits write them the
/// users who log in there.
fn signing_on<S: Store>(bench: &Bench<'_, S>, number: u64) -> Vec<Record> {
    let world = &bench.world;
    let provider = |organization: u64, number: u64| world.provider(organization, number, 0);
    let mut other = provider(1, 100 + number);
    other.settings.entity_id = world.entity_id(1);
    let mut records: Vec<Record> = vec![
        provider(1, number).into(),
        provider(2, number).into(),
        provider(2, 200 + number).into(),
        other.into(),
        world.saml_request(400 + number, [1, number], 0).into(),
    ];
    if bench.writes(Kind::User) {
        let known = |organization: u64, address: u64| User {
            email: Some(world.email(address)),
            ..world.user(organization, number, &[])
        };
        records.extend([known(1, 1 + number % 2), known(2, 1)].map(Record::from));
    }
    records
}

/// The page that the range asks for.
fn page(all: &Items, range: &Range) -> Page {
    let within = |position: &Position| {
        range.after.is_none_or(|after| *position > after)
            && range.before.is_none_or(|before| *position < before)
    };
    let mut items: Items = all.iter().filter(|(position, _)| within(position)).cloned().collect();
    let more = items.len() > usize::from(range.limit);
    items.truncate(range.limit.into());
    let next = items.last().filter(|_| more).map(|(position, _)| *position);
    Page { items, next }
}

/// Positions of the list, and positions between them.
fn bounds(all: &Items) -> Vec<Position> {
    let positions = all.iter().map(|(position, _)| *position);
    let shorter =
        |position: Position| Position::from_bytes(&position.as_bytes()[..position.as_bytes().len() - 1]);
    positions.clone().chain(positions.skip(1).step_by(2).filter_map(shorter)).collect()
}
