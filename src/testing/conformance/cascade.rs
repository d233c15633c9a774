//! How a client ends, with all that hangs on it, in one commit (LC-08, LC-10).

use super::Failure;
use super::bench::Bench;
use super::ledger::Ledger;
use super::report::ensure;
use crate::audit::Actor;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Kind;
use crate::change::Position;
use crate::change::Record;
use crate::model::ClientTally;
use crate::model::SecretUse;
use crate::model::Tombstone;
use crate::store::Range;
use crate::store::Store;

/// What becomes of a record when the client ends that it hangs on.
enum End {
    /// It hangs on no client.
    Stays,
    /// A tombstone takes its place under its key.
    LeavesTombstone,
    /// It counts one client less.
    CountsLess,
    /// It is deleted in the same commit.
    IsDeleted,
    /// It is dead with the client, and deleted when it is due.
    WaitsUntilDue,
}

/// The table of it. A new kind is a new line.
const fn end_of(kind: Kind) -> End {
    match kind {
        // Whatever becomes of clients, what was accepted once is remembered as long as it could be again.
        Kind::UsedAssertion => End::Stays,
        // What a client did is told after its end too, and a batch of it is not counted twice.
        Kind::UsageDay | Kind::UsageSource | Kind::UsageSummary => End::Stays,
        Kind::Organization | Kind::Role | Kind::User | Kind::Event => End::Stays,
        Kind::IdentityProvider | Kind::SamlRequest => End::Stays,
        Kind::TrailSeal | Kind::TrailHead => End::Stays,
        Kind::Client => End::LeavesTombstone,
        Kind::ClientTally => End::CountsLess,
        Kind::Authorization | Kind::SecretUse | Kind::UserConsent => End::IsDeleted,
        Kind::Family | Kind::AccessToken | Kind::AuthorizationCode | Kind::ConsentPrompt => {
            End::WaitsUntilDue
        }
    }
}

pub(super) fn client_ends_whole<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    let world = &bench.world;
    let mut ledger = Ledger::new(bench);
    let (ending, neighbor) = (hanging(bench, 1), hanging(bench, 2));
    let owner = world.organization_id(1);
    let shared: [Record; 2] =
        [world.organization(1, 0).into(), ClientTally { organization: owner, clients: 2 }.into()];
    let all = ending.iter().chain(&neighbor).chain(&shared).cloned();
    ledger.applied(
        "inserts of two clients and what hangs on them",
        all.fold(Changes::new(), Changes::insert),
    )?;

    let mut end = Changes::new().insert(world.event(1, Some(1)));
    for record in ending.iter().chain(&shared) {
        let key = record.key();
        let version = ledger.version(key);
        end = match (end_of(key.kind()), record) {
            (End::Stays | End::WaitsUntilDue, _) => end,
            (End::IsDeleted, _) => end.delete(version, key),
            (End::LeavesTombstone, Record::Client(client)) => {
                end.update(version, client.tombstone(Actor::Sweep, world.at(10)))
            }
            (End::CountsLess, Record::ClientTally(tally)) => end.update(version, tally.less()),
            (End::LeavesTombstone | End::CountsLess, other) => {
                unreachable!("the table is wrong about {other:?}")
            }
        };
    }
    let stale = ledger.version(neighbor[0].key()).next();
    let refused = end.clone().unchanged(neighbor[0].key(), Some(stale));
    ledger.refused("the end of a client, and a condition that does not hold", refused)?;
    ledger.applied("the end of a client", end)?;
    nothing_live(bench, 1)?;

    // What waited is due a day after its end, and the tombstone from the end of the client on.
    let now = world.at(300_000);
    let range = Range { before: Some(Position::after_due(now)), ..world.range(Index::Due) };
    let mut sweep = Changes::new();
    for (_, there) in bench.list(range)?.items {
        sweep = match there.record {
            Record::Tombstone(stone) => {
                sweep.update(there.version, Tombstone { cleared: Some(now), ..stone })
            }
            other => sweep.delete(there.version, other.key()),
        };
    }
    ledger.applied("the sweep of all that is due", sweep)?;
    let left: Vec<Record> = ledger.list(Index::Due).into_iter().map(|(_, there)| there.record).collect();
    ensure(left.is_empty(), "the sweep of all that is due", "nothing more due", format_args!("{left:?}"))
}

/// A client of organization 1, and all that hangs on it, in three organizations.
fn hanging<S: Store>(bench: &Bench<'_, S>, client: u64) -> Vec<Record> {
    let world = &bench.world;
    let mut records: Vec<Record> = vec![world.client(client, 1, 0).into()];
    for organization in 1..=3 {
        let number = client * 10 + organization;
        let holder = world.holder(number, number);
        records.push(world.authorization(organization, client, 0).into());
        records.push(world.family(number, [organization, client, number], 0).into());
        records.push(world.token(number, [organization, client], holder, 0).into());
        records.push(world.code(number, [organization, client, number], 0).into());
        records.push(world.prompt(number, [organization, client, number], 0).into());
        records.push(world.consent([organization, client, number], 0).into());
        let secret = world.secret_id(number);
        records.push(SecretUse { secret, client: world.client_id(client), last_used: world.at(1) }.into());
    }
    records
}

/// No token of the client is given with a client or an authorization.
fn nothing_live<S: Store>(bench: &Bench<'_, S>, client: u64) -> Result<(), Failure> {
    for organization in 1..=3 {
        let seen =
            bench.access(&bench.world.digest(client * 10 + organization))?.map(|access| access.standing);
        let dead = seen.as_ref().is_some_and(|seen| seen.client.is_none() && seen.authorization.is_none());
        let after = "the end of a client, and then a read of its token";
        ensure(dead, after, "the token without client and authorization", format_args!("{seen:?}"))?;
    }
    Ok(())
}
