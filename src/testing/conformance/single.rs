//! One record at a time: it is read as it was written, and written under its conditions alone.

use super::Failure;
use super::bench::Bench;
use super::ledger::Ledger;
use super::report::ensure;
use super::report::same;
use super::samples::apart;
use super::samples::forms;
use super::samples::is_changed;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Kind;
use crate::change::Record;
use crate::change::Version;
use crate::model::ClientTally;
use crate::model::Holder;
use crate::model::SecretUse;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::SecretId;

/// No record has it.
const NEVER: Version = Version::from_number(0);

pub(super) fn round_trip<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    for record in apart(&bench.world, bench.kinds()) {
        let kind = record.key().kind();
        ledger.applied(format_args!("an insert of a record ({kind})"), Changes::new().insert(record))?;
    }
    ledger.closed()
}

pub(super) fn absence<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let names = |what: &str| format!("a read of {what} in an empty store");
    for kind in Kind::ALL {
        let key = forms(world, kind, 1)[0].key();
        same(names(kind.as_str()), &None, &bench.record(key)?)?;
        for entry in forms(world, kind, 1).iter().flat_map(Record::entries) {
            let page = bench.list(world.range(entry.index))?;
            ensure(
                page.items.is_empty() && page.next.is_none(),
                names("a list"),
                "an empty page",
                format!("{page:?}"),
            )?;
        }
    }
    same(names("a token"), &None, &bench.access(&world.digest(1))?)?;

    // Neighbors of what is there: a bit of the key away.
    let tokens = forms(world, Kind::AccessToken, 2);
    bench.apply("an insert of a token", Changes::new().insert(tokens[0].clone()))?;
    bench.expect(tokens[0].key())?;
    for at in [0, 15, 16, 31] {
        let mut bytes = *world.digest(2).as_bytes();
        bytes[at] ^= 1;
        let digest = Digest::from_bytes(bytes);
        let what = format!("a read of a token whose digest differs in byte {at}");
        same(&what, &None, &bench.record(Key::AccessToken(digest))?)?;
        same(&what, &None, &bench.access(&digest)?)?;
    }
    Ok(())
}

/// Records of all kinds with the same bytes for identifiers, and pairs of identifiers the other way around.
pub(super) fn keys_apart<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let bytes = *world.organization_id(1).as_bytes();
    let twice: [u8; 32] = [bytes, bytes].concat().try_into().expect("32 bytes");
    let mut ledger = Ledger::new(bench);

    let client = world.client_of(1, 1, |fields| fields.id = ClientId::from_bytes(bytes));
    let mut family = world.family(1, [1; 3], 0);
    family.id = FamilyId::from_bytes(bytes);
    let mut token = world.token(1, [1; 2], Holder::Client, 0);
    token.digest = Digest::from_bytes(twice);
    let used = SecretUse { secret: SecretId::from_bytes(bytes), client: client.id, last_used: world.at(1) };
    let tally = ClientTally { organization: OrganizationId::from_bytes(bytes), clients: 3 };
    let records: [Record; 6] = [
        world.organization(1, 0).into(),
        client.clone().into(),
        family.into(),
        token.into(),
        used.into(),
        tally.into(),
    ];
    for record in records {
        let kind = record.key().kind();
        let what = format!("an insert of a record ({kind}) with the identifier of a record of another kind");
        ledger.applied(what, Changes::new().insert(record))?;
    }
    for (organization, client) in [(1, 2), (2, 1), (1, 1), (2, 2)] {
        let insert = Changes::new().insert(world.authorization(organization, client, 0));
        ledger.applied("an insert of an authorization of the same client or organization", insert)?;
    }
    ledger.closed()
}

pub(super) fn insert_needs_absence<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    each(bench, |ledger, kind, forms| {
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(forms[0].clone()))?;
        for form in forms {
            let again = Changes::new().insert(form.clone());
            ledger.refused(format_args!("an insert where a record is ({kind})"), again)?;
        }
        Ok(())
    })
}

pub(super) fn update_needs_version<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    each_changed(bench, |ledger, kind, forms| {
        let [first, .., last] = forms else { return Ok(()) };
        let key = first.key();
        let absent = Changes::new().update(Version::FIRST, first.clone());
        ledger.refused(format_args!("an update of what is absent ({kind})"), absent)?;
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(first.clone()))?;
        for form in forms.iter().chain([last, first]) {
            for wrong in others(ledger.version(key)) {
                let what = format!("an update of version {} ({kind})", wrong.number());
                ledger.refused(what, Changes::new().update(wrong, form.clone()))?;
            }
            let version = ledger.version(key);
            let what = format!("an update of the version that is there, {} ({kind})", version.number());
            ledger.applied(what, Changes::new().update(version, form.clone()))?;
        }
        Ok(())
    })
}

pub(super) fn delete_needs_version<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    each_changed(bench, |ledger, kind, forms| {
        let [first, .., last] = forms else { return Ok(()) };
        let key = first.key();
        let absent = Changes::new().delete(Version::FIRST, key);
        ledger.refused(format_args!("a delete of what is absent ({kind})"), absent)?;
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(first.clone()))?;
        let update = Changes::new().update(Version::FIRST, last.clone());
        ledger.applied(format_args!("an update ({kind})"), update)?;
        for wrong in others(ledger.version(key)) {
            let what = format!("a delete of version {} ({kind})", wrong.number());
            ledger.refused(what, Changes::new().delete(wrong, key))?;
        }
        let version = ledger.version(key);
        ledger.applied(format_args!("a delete ({kind})"), Changes::new().delete(version, key))?;
        ledger.refused(format_args!("a second delete ({kind})"), Changes::new().delete(version, key))
    })
}

pub(super) fn guard_needs_version<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    each(bench, |ledger, kind, forms| {
        let key = forms[0].key();
        let guard = |version| Changes::new().unchanged(key, Some(version));
        ledger
            .refused(format_args!("a guard of a version where nothing is ({kind})"), guard(Version::FIRST))?;
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(forms[0].clone()))?;
        for form in forms {
            let version = ledger.version(key);
            ledger.applied(format_args!("a guard of the version that is there ({kind})"), guard(version))?;
            for wrong in others(version) {
                let what =
                    format!("a guard of version {} where {} is ({kind})", wrong.number(), version.number());
                ledger.refused(what, guard(wrong))?;
            }
            if is_changed(kind) {
                let update = Changes::new().update(version, form.clone());
                ledger.applied(format_args!("an update ({kind})"), update)?;
            }
        }
        Ok(())
    })
}

pub(super) fn guard_needs_absence<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    each(bench, |ledger, kind, forms| {
        let key = forms[0].key();
        let guard = || Changes::new().unchanged(key, None);
        ledger.applied(format_args!("a guard of absence where nothing is ({kind})"), guard())?;
        ledger.applied(format_args!("an insert ({kind})"), Changes::new().insert(forms[0].clone()))?;
        ledger.refused(format_args!("a guard of absence where a record is ({kind})"), guard())?;
        if is_changed(kind) {
            ledger.applied(format_args!("a delete ({kind})"), Changes::new().delete(Version::FIRST, key))?;
            ledger.applied(format_args!("a guard of absence after a delete ({kind})"), guard())?;
        }
        Ok(())
    })?;
    bench.apply("a commit of nothing", Changes::new())
}

/// Versions that are not this one: before it, after it, and none at all.
fn others(version: Version) -> impl Iterator<Item = Version> {
    let before = Version::from_number(version.number().saturating_sub(1));
    [NEVER, before, version.next()].into_iter().filter(move |other| *other != version)
}

/// Tries every kind that commits write.
fn each<'b, 'a, S: Store>(
    bench: &'b Bench<'a, S>,
    try_on: impl Fn(&mut Ledger<'b, 'a, S>, Kind, &[Record]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut ledger = Ledger::new(bench);
    for (kind, number) in bench.kinds().zip(1..) {
        try_on(&mut ledger, kind, &forms(&bench.world, kind, number))?;
    }
    ledger.closed()
}

/// Tries every kind whose records change.
fn each_changed<'b, 'a, S: Store>(
    bench: &'b Bench<'a, S>,
    try_on: impl Fn(&mut Ledger<'b, 'a, S>, Kind, &[Record]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each(bench, |ledger, kind, forms| if is_changed(kind) { try_on(ledger, kind, forms) } else { Ok(()) })
}
