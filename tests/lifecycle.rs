//! The life of a client, from its creation to the sweep (LC-01 to LC-11, DX-10, threats 30 to 33).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;

use grantor::admin::ClientDraft;
use grantor::admin::DeletionPlan;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::AccessToken;
use grantor::model::Client;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::Lifecycle;
use grantor::model::Overlap;
use grantor::model::Removal;
use grantor::ready;
use grantor::server::Error;
use grantor::server::Swept;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::LONG_AGO;
use grantor::testing::fixtures::NOON;
use grantor::value::ClientId;
use grantor::value::Timestamp;

use common::Call;
use common::House;
use common::LAPSED;
use common::OPERATIONS;
use common::Subjects;
use common::Told;
use common::assert_same;
use common::code;
use common::denied;
use common::done;
use common::draft;

const THIRTY_DAYS: u32 = 2_592_000;
const SEVEN_DAYS: u32 = 604_800;

/// Deletes as planned at this instant.
#[track_caller]
fn delete(house: &House, client: ClientId, now: Timestamp) -> Removal {
    let plan = done(house.admin().plan_deletion(client, now));
    done(house.admin().delete_client(&plan, now))
}

/// A client of client credentials that is older than 30 days, with its secret and a live token.
fn old_service(house: &House) -> (ClientId, String, String) {
    let (client, secret) = house.service(&draft(GrantType::ClientCredentials), LONG_AGO);
    let token = house.issue(client, &secret, NOON);
    assert_eq!(house.refused(&token, NOON), None);
    (client, secret, token)
}

fn is_tombstone(house: &House, client: ClientId) -> bool {
    matches!(house.find(Key::Client(client)).map(|found| found.record), Some(Record::Tombstone(_)))
}

/// LC-01: a new client is active, of whatever grant type.
#[test]
fn lc_01_new_clients_are_active() {
    let house = House::new();
    for grant_type in GrantType::ALL {
        assert_eq!(house.create(&draft(grant_type), NOON).client.state, Lifecycle::Active);
    }
}

/// LC-01: deleted is a tombstone: it keeps the identifier, and is no client.
#[test]
fn lc_01_a_removed_client_leaves_a_tombstone() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let _ = delete(&house, id, NOON);
    assert!(is_tombstone(&house, id));
    assert_eq!(code(house.admin().client(id, NOON)), "client.not.found");
}

/// LC-02, LC-03, threat 33: 30 days of age to the second: at once up to them, in seven days exactly beyond.
#[test]
fn lc_02_lc_03_thirty_days_decide_to_the_second() {
    for (age, at_once) in [
        (0, true),
        (THIRTY_DAYS - 1, true),
        (THIRTY_DAYS, true),
        (THIRTY_DAYS + 1, false),
        (400 * DAY, false),
    ] {
        let house = House::new();
        let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
        let now = NOON.plus(age);
        let removal = delete(&house, id, now);
        if at_once {
            assert_eq!(removal, Removal::AtOnce, "at the age of {age} s");
            assert!(is_tombstone(&house, id));
        } else {
            assert_eq!(removal, Removal::Deferred(now.plus(SEVEN_DAYS)), "at the age of {age} s");
            let Lifecycle::Inactive(deletion) = house.client(id).lifecycle else { panic!("inactive") };
            assert_eq!((deletion.at, deletion.removal), (now, now.plus(SEVEN_DAYS)));
            assert_eq!(deletion.by, fixtures::administrator());
        }
    }
}

/// LC-02: at once is irreversible.
#[test]
fn lc_02_a_client_removed_at_once_is_not_restored() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let _ = delete(&house, id, NOON);
    for now in [NOON, NOON.plus(1), NOON.minus(1)] {
        assert_eq!(code(house.admin().restore_client(id, None, now)), "client.not.found");
    }
}

/// LC-02, threat 33: an edit makes no client younger or older.
#[test]
fn lc_02_the_age_counts_from_creation() {
    let house = House::new();
    let web = house.world.web.id;
    let _ = done(house.admin().edit_client(web, &draft(GrantType::AuthorizationCode), NOON));
    let _ = done(house.admin().regenerate_secret(web, None, NOON));
    assert!(matches!(delete(&house, web, NOON), Removal::Deferred(_)));
}

/// LC-04: a plan that no longer holds is refused: after an edit, for another client, or where its kind has
/// changed.
#[test]
fn lc_04_a_plan_that_no_longer_holds_is_refused() {
    let house = House::new();
    let young = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let border = NOON.plus(THIRTY_DAYS);
    let plan = done(house.admin().plan_deletion(young, border));
    assert_eq!(plan.removal, Removal::AtOnce);
    assert_eq!(
        code(house.admin().delete_client(&plan, border.plus(1))),
        "plan.outdated",
        "it is older than 30 days now"
    );

    let plan = done(house.admin().plan_deletion(young, NOON));
    let forged = DeletionPlan { removal: Removal::Deferred(NOON.plus(SEVEN_DAYS)), ..plan.clone() };
    assert_eq!(code(house.admin().delete_client(&forged, NOON)), "plan.outdated");
    let other = DeletionPlan { client: house.world.web.id, ..plan.clone() };
    assert_eq!(code(house.admin().delete_client(&other, NOON)), "plan.outdated");
    let _ = done(house.admin().edit_client(young, &draft(GrantType::AuthorizationCode), NOON));
    let before = house.dump();
    assert_eq!(code(house.admin().delete_client(&plan, NOON)), "plan.outdated");
    assert_same(&house.dump(), &before, "refused");
}

/// LC-05: from the deletion on, no new token and no use of a live one.
#[test]
fn lc_05_an_inactive_client_obtains_and_uses_nothing() {
    let house = House::new();
    let (id, secret, token) = old_service(&house);
    let _ = delete(&house, id, NOON);
    assert_eq!(house.refused(&token, NOON), Some("client.inactive"));
    assert_eq!(house.asked(id, &secret, NOON), Told::Error(400, "unauthorized_client".into()));
}

/// The token that Globex's user has through Acme's client, Globex having authorized it.
fn token_of_globex(house: &House, client: &Client) -> String {
    let approval = fixtures::approved(GLOBEX, client);
    let login = fixtures::login(&approval, ADMINISTRATOR);
    let token = fixtures::token(client, &approval, Some(&login));
    house.put(approval);
    house.put_login(&login);
    house.plant_token(500, &token)
}

/// LC-05, LC-10: in every organization that authorized it, from that instant, deferred or at once.
#[test]
fn lc_10_deleting_takes_access_from_every_organization() {
    for young in [false, true] {
        let house = House::new();
        let client = if young { &house.world.young } else { &house.world.web };
        let foreign = token_of_globex(&house, client);
        assert_eq!(house.refused(&foreign, NOON), None);
        let removal = delete(&house, client.id, NOON);
        assert_eq!(removal == Removal::AtOnce, young);
        let expected = if young { "client.gone" } else { "client.inactive" };
        assert_eq!(house.refused(&foreign, NOON), Some(expected));
        if !young {
            assert_eq!(house.refused(&house.web_token(), NOON), Some(expected));
        }
        house.sweep_all(NOON);
        assert_eq!(house.refused(&foreign, NOON), Some(expected), "and after a sweep");
    }
}

/// LC-10: the others cannot authorize it again.
#[test]
fn lc_10_a_deleted_client_is_not_authorized_again() {
    let house = House::new();
    let _ = delete(&house, house.world.web.id, NOON);
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    assert_eq!(code(globex.reauthorize(house.world.web.id, None, NOON)), "bad.client.state");
    assert_eq!(
        code(house.server.administration(ACME, BYSTANDER).request_authorization(
            house.world.web.id,
            None,
            NOON
        )),
        "bad.client.state"
    );
}

/// LC-06, threat 33: until one second before the instant of removal, and no later.
#[test]
fn lc_06_restore_ends_at_the_instant_of_removal() {
    for (early, possible) in [(SEVEN_DAYS, true), (1, true), (0, false)] {
        let house = House::new();
        let id = house.world.web.id;
        let Removal::Deferred(removal) = delete(&house, id, NOON) else { panic!("deferred") };
        let answer = ready(house.admin().restore_client(id, None, removal.minus(early))).unwrap();
        assert_eq!(answer.is_ok(), possible, "{early} s before: {answer:?}");
        let late = ready(house.admin().restore_client(id, None, removal.plus(1))).unwrap();
        assert!(late.is_err());
    }
}

/// LC-06: exactly an inactive client is restored.
#[test]
fn lc_06_only_an_inactive_client_is_restored() {
    let house = House::new();
    let admin = house.admin();
    let before = house.dump();
    assert_eq!(code(admin.restore_client(house.world.web.id, None, NOON)), "bad.client.state");
    assert_eq!(code(admin.restore_client(house.world.disabled.id, None, NOON)), "bad.client.state");
    assert_eq!(code(admin.restore_client(house.world.removed.id, None, NOON)), "client.not.found");
    assert_same(&house.dump(), &before, "refused");
    let restored = done(admin.restore_client(house.world.inactive.id, None, NOON));
    assert_eq!(restored.state, Lifecycle::Active);
}

/// LC-06, threat 33: restoring twice is refused, and changes nothing.
#[test]
fn lc_06_restoring_twice_is_refused() {
    let house = House::new();
    let id = fixtures::id(LAPSED);
    let _ = done(house.admin().restore_client(id, None, NOON));
    let before = house.dump();
    assert_eq!(code(house.admin().restore_client(id, None, NOON)), "bad.client.state");
    assert_same(&house.dump(), &before, "refused");
}

/// LC-06, DX-10: without a scope that there still is it is refused, and says to assign scopes first; with one
/// given in the same call it is done.
#[test]
fn lc_06_dx_10_a_client_is_restored_with_the_scopes_it_needs() {
    let house = House::new();
    let id = fixtures::id::<ClientId>(LAPSED);
    house.put(fixtures::changed(&house.client(id), |fields| {
        if let Grant::AuthorizationCode { scopes, .. } = &mut fields.grant {
            *scopes = fixtures::scopes("retired also-retired:readonly");
        }
    }));
    let before = house.dump();
    let denial = denied(house.admin().restore_client(id, None, NOON));
    assert_eq!(denial.code(), "missing.client.scope");
    assert!(denial.remedy().contains("assign scopes first"), "{}", denial.remedy());
    assert_eq!(code(house.admin().restore_client(id, Some(&[]), NOON)), "missing.client.scope");
    assert_same(&house.dump(), &before, "refused");
    let restored = done(house.admin().restore_client(id, Some(&["users:readonly".to_owned()]), NOON));
    assert_eq!((restored.state, restored.scopes), (Lifecycle::Active, fixtures::scopes("users:readonly")));
}

/// LC-06, CL-03: a client of client credentials has no scopes to be assigned, and is restored with its roles.
#[test]
fn lc_06_a_service_is_restored_with_its_roles() {
    let house = House::new();
    let id = house.world.inactive.id;
    let roles = house.client(id).grant.roles().cloned();
    assert!(ready(house.admin().restore_client(id, Some(&["users".to_owned()]), NOON)).unwrap().is_err());
    let _ = done(house.admin().restore_client(id, None, NOON));
    assert_eq!(house.client(id).grant.roles().cloned(), roles);
}

/// LC-07: restored, it obtains new tokens, and those from before stay dead.
#[test]
fn lc_07_tokens_from_before_the_deletion_stay_dead() {
    let house = House::new();
    let (id, secret, old) = old_service(&house);
    let _ = delete(&house, id, NOON);
    let _ = done(house.admin().restore_client(id, None, NOON.plus(1)));
    let new = house.issue(id, &secret, NOON.plus(1));
    assert_eq!(house.refused(&new, NOON.plus(1)), None);
    assert_eq!(house.refused(&old, NOON.plus(1)), Some("client.ended.tokens"));
    // And after a second time around, so does the new one.
    let _ = delete(&house, id, NOON.plus(2));
    let _ = done(house.admin().restore_client(id, None, NOON.plus(2)));
    assert!(house.refused(&new, NOON.plus(2)).is_some() && house.refused(&old, NOON.plus(2)).is_some());
}

/// LC-08: from the instant of removal on every operation answers alike, swept or not.
#[test]
fn lc_08_every_operation_treats_it_as_gone_whether_or_not_a_sweep_ran() {
    for operation in &OPERATIONS {
        let houses = [House::new(), House::new()];
        let id = fixtures::id::<ClientId>(LAPSED);
        let Lifecycle::Inactive(deletion) = houses[0].client(id).lifecycle else { panic!("inactive") };
        let now = deletion.removal;
        for house in &houses {
            let _ = operation.by(house, (ACME, BYSTANDER), &Subjects::all(id), now);
        }
        let (_, after) = houses[1].events_of(|| houses[1].sweep_all(now));
        assert!(!after.is_empty(), "the sweep removed it");
        let answer = |house: &House| {
            let text = operation.by(house, (ACME, ADMINISTRATOR), &Subjects::all(id), now);
            // Entropy was drawn for the events of the sweep: what is new has another identifier.
            text.map(|text| if operation.name.starts_with("create_") { String::new() } else { text })
        };
        assert_eq!(answer(&houses[0]), answer(&houses[1]), "{}", operation.name);
    }
}

/// LC-08, threat 33: the token endpoint and calls too: one second before it is inactive, from the instant on
/// gone.
#[test]
fn lc_08_from_the_instant_of_removal_it_is_gone() {
    let house = House::new();
    let (id, secret, _) = old_service(&house);
    let Removal::Deferred(removal) = delete(&house, id, NOON) else { panic!("deferred") };
    let token = house.plant_token(
        77,
        &AccessToken {
            client: id,
            client_epoch: house.client(id).epoch,
            expires: removal.plus(DAY),
            ..house.world.service_token.clone()
        },
    );
    let before = removal.minus(1);
    assert_eq!(house.refused(&token, before), Some("client.inactive"));
    assert_eq!(house.asked(id, &secret, before), Told::Error(400, "unauthorized_client".into()));
    assert!(done(house.admin().clients(None, 500, before)).items.iter().any(|client| client.id == id));
    for now in [removal, removal.plus(1)] {
        assert_eq!(house.refused(&token, now), Some("client.gone"));
        assert_eq!(house.asked(id, &secret, now), Told::Error(401, "invalid_client".into()));
        assert!(done(house.admin().clients(None, 500, now)).items.iter().all(|client| client.id != id));
        let applications = done(house.admin().applications(None, None, 500, now)).items;
        assert!(applications.iter().all(|application| application.client != id));
        assert_eq!(code(house.server.operator().enable_client(id, now)), "client.not.found");
        assert_eq!(code(house.server.operator().disable_client(id, now)), "client.not.found");
    }
}

/// Everything but events that names the client.
fn naming(house: &House, client: ClientId) -> BTreeSet<(Kind, String)> {
    let records = house.dump().into_values().map(|stored| stored.record);
    records
        .map(|record| (record.key().kind(), serde_json::to_string(&record).unwrap()))
        .filter(|(_, json)| json.contains(&client.to_string()))
        .collect()
}

/// LC-08, threat 32: whatever hangs on a removed client goes with it: all that is left of it is the
/// tombstone.
#[test]
fn lc_08_threat_32_the_sweep_leaves_the_tombstone_alone() {
    let house = House::new();
    let (id, secret, _) = old_service(&house);
    let rotated = done(house.admin().regenerate_secret(id, Some(Overlap::MAX), NOON)).secret;
    let _ = house.issue(id, rotated.expose(), NOON);
    let _ = house.issue(id, &secret, NOON);
    for organization in 30..60 {
        let organization = fixtures::id(organization);
        house.put(fixtures::approved(organization, &house.client(id)));
    }
    let Removal::Deferred(removal) = delete(&house, id, NOON) else { panic!("deferred") };
    assert!(naming(&house, id).len() > 33);
    house.sweep_all(removal.plus(2 * DAY));
    let left = naming(&house, id);
    assert_eq!(left.len(), 1, "{left:#?}");
    assert!(is_tombstone(&house, id));
}

/// LC-08, threat 32: the uses of a secret that an edit took away go too.
#[test]
fn lc_08_threat_32_a_change_of_type_leaves_nothing_behind() {
    let house = House::new();
    let (id, _, _) = old_service(&house);
    let public = ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    let _ = done(house.admin().edit_client(id, &public, NOON));
    let Removal::Deferred(removal) = delete(&house, id, NOON) else { panic!("deferred") };
    house.sweep_all(removal.plus(2 * DAY));
    let left = naming(&house, id);
    assert_eq!(left.len(), 1, "{left:#?}");
}

/// LC-08, threat 32: what was re-created under another id inherits nothing.
#[test]
fn threat_32_a_new_client_inherits_nothing() {
    let house = House::new();
    let (old, _) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let _ = delete(&house, old, NOON);
    let created = house.create(&draft(GrantType::ClientCredentials), NOON);
    let (id, secret) = (created.client.id, created.secret.unwrap());
    assert_ne!(id, old);
    assert_eq!(code(house.admin().application(id, NOON)), "authorization.not.found");
    assert_eq!(house.asked(id, secret.expose(), NOON), Told::Error(400, "unauthorized_client".into()));
}

/// LC-08: a sweep asks the store once where nothing is due, however much is stored.
#[test]
fn lc_08_a_sweep_costs_what_is_due_and_not_what_is_stored() {
    let house = House::new();
    house.sweep_all(NOON);
    for number in 0..2_000 {
        let _ = house.plant_token(10_000 + number, &house.world.service_token);
    }
    let before = house.dump();
    house.store().take_calls();
    assert_eq!(done(house.server.sweep(100, NOON)), Swept::default());
    assert_eq!(house.store().take_calls(), [Call::List]);
    assert_same(&house.dump(), &before, "nothing is due");

    // And with one thing due, what that one costs.
    let cost = |house: &House| {
        let ended =
            AccessToken { expires: NOON.minus(AccessToken::RETENTION), ..house.world.service_token.clone() };
        let _ = house.plant_token(9_000, &ended);
        house.store().take_calls();
        assert_eq!(done(house.server.sweep(100, NOON)).tokens, 1);
        house.store().take_calls()
    };
    let small = House::new();
    small.sweep_all(NOON);
    assert_eq!(cost(&house), cost(&small));
}

/// LC-08, threat 33: nothing is removed a second before it is due, and everything at its second.
#[test]
fn lc_08_a_sweep_does_no_more_than_what_is_due() {
    let house = House::new();
    house.sweep_all(NOON.plus(fixtures::HOUR));
    let id = house.world.inactive.id;
    let Lifecycle::Inactive(deletion) = house.client(id).lifecycle else { panic!("inactive") };
    let before = house.dump();
    house.sweep_all(NOON.plus(DAY));
    assert_same(&house.dump(), &before, "nothing is due");
    assert_eq!(done(house.server.sweep(500, deletion.removal.minus(1))).clients, 0);
    assert!(!is_tombstone(&house, id));
    let swept = done(house.server.sweep(500, deletion.removal));
    assert_eq!(swept.clients, 2, "the world's and the house's");
    assert!(is_tombstone(&house, id));
}

/// A house in which much is due at the instant that is answered.
fn crowded() -> (House, Timestamp) {
    let house = House::new();
    let removal = NOON.plus(SEVEN_DAYS);
    for number in 0..6 {
        let client = fixtures::client(600 + number, GrantType::AuthorizationCode);
        for organization in 30..34 + number {
            house.put(fixtures::approved(fixtures::id(organization), &client));
        }
        let inactive = client.deactivate(fixtures::administrator(), removal, NOON).unwrap();
        house.put(inactive);
    }
    for number in 0..40 {
        let ended = AccessToken { expires: NOON, ..house.world.service_token.clone() };
        let _ = house.plant_token(20_000 + number, &ended);
    }
    (house, removal.plus(2 * DAY))
}

/// LC-08: a batch removes at most what it was allowed to, and batches of any size come to the same end.
#[test]
fn lc_08_batches_are_bounded_and_come_to_the_same_end() {
    let (whole, now) = crowded();
    whole.sweep_all(now);
    for limit in [1, 2, 3, 7] {
        let (house, _) = crowded();
        let mut batches = 0;
        loop {
            let before = house.dump();
            let swept = done(house.server.sweep(limit, now));
            let after = house.dump();
            let removed =
                before.keys().filter(|key| !after.contains_key(key) && key.kind() != Kind::SecretUse).count();
            assert!(removed <= usize::from(limit), "{removed} records in a batch of {limit}");
            batches += 1;
            assert!(batches < 1_000, "it does not end");
            if !swept.more {
                break;
            }
        }
        assert_same(&strip(&house), &strip(&whole), "the same end");
    }
}

/// The records, with the versions aside.
fn strip(house: &House) -> std::collections::BTreeMap<Key, grantor::change::Versioned<Record>> {
    let mut dump = house.dump();
    for stored in dump.values_mut() {
        stored.version = grantor::change::Version::FIRST;
    }
    dump
}

/// LC-08, ST-03: a sweep that the store stopped anywhere is run again, and comes to the same end.
#[test]
fn lc_08_a_sweep_is_stopped_anywhere_and_run_again() {
    let (whole, now) = crowded();
    whole.sweep_all(now);
    for stopped_at in 0..60 {
        let (house, _) = crowded();
        house.store().fail_at(stopped_at, common::Fault::UnknownApplied);
        for _ in 0..20 {
            if ready(house.server.sweep(50, now)).unwrap().is_err() {
                break;
            }
        }
        house.store().mend();
        house.sweep_all(now);
        assert_same(&strip(&house), &strip(&whole), "the same end");
    }
}

/// LC-08: any number of sweeps at once come to the same end, and each removal is told once.
#[test]
fn lc_08_sweeps_at_once_come_to_the_same_end() {
    let (whole, now) = crowded();
    let (_, told) = whole.events_of(|| whole.sweep_all(now));
    for round in 0..5 {
        let (house, _) = crowded();
        let (_, events) = house.events_of(|| {
            std::thread::scope(|scope| {
                for thread in 0..4 {
                    let own = house.another(700 + round * 4 + thread);
                    scope.spawn(move || {
                        for _ in 0..200 {
                            match ready(own.server.sweep(5, now)).unwrap() {
                                Ok(swept) if !swept.more => return,
                                Ok(_) | Err(Error::Contended) => {}
                                Err(error) => panic!("{error}"),
                            }
                        }
                    });
                }
            });
            house.sweep_all(now);
        });
        assert_same(&strip(&house), &strip(&whole), "the same end");
        assert_eq!(events.len(), told.len(), "each removal has one event");
    }
}

/// LC-09: disabled: no tokens, live ones dead, and nothing that its organization could do about it.
#[test]
fn lc_09_a_disabled_client_is_out_of_its_organizations_hands() {
    let house = House::new();
    let (id, secret, token) = old_service(&house);
    let _ = done(house.server.operator().disable_client(id, NOON));
    assert_eq!(house.refused(&token, NOON), Some("client.disabled"));
    assert_eq!(house.asked(id, &secret, NOON), Told::Error(400, "unauthorized_client".into()));
    let (admin, before) = (house.admin(), house.dump());
    assert_eq!(code(admin.edit_client(id, &draft(GrantType::ClientCredentials), NOON)), "bad.client.state");
    assert_eq!(code(admin.regenerate_secret(id, None, NOON)), "bad.client.state");
    assert_eq!(code(admin.plan_deletion(id, NOON)), "bad.client.state");
    let version = before[&Key::Client(id)].version;
    let plan = DeletionPlan::new(id, version, Removal::Deferred(NOON.plus(SEVEN_DAYS)));
    assert_eq!(code(admin.delete_client(&plan, NOON)), "bad.client.state");
    assert_eq!(code(admin.restore_client(id, None, NOON)), "bad.client.state");
    assert_same(&house.dump(), &before, "refused");
}

/// LC-09, threat 30: whatever its organization does to a disabled client, only the operator enables it.
#[test]
fn threat_30_the_operator_alone_enables() {
    for operation in &OPERATIONS {
        let house = House::new();
        let id = house.world.disabled.id;
        let _ = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::all(id), NOON);
        assert!(matches!(house.client(id).lifecycle, Lifecycle::Disabled { .. }), "{}", operation.name);
    }
}

/// LC-09: enabled, it obtains new tokens, and those from before stay dead.
#[test]
fn lc_09_tokens_from_before_it_was_disabled_stay_dead() {
    let house = House::new();
    let (id, secret, old) = old_service(&house);
    let operator = house.server.operator();
    let _ = done(operator.disable_client(id, NOON));
    assert_eq!(code(operator.disable_client(id, NOON)), "bad.client.state");
    let _ = done(operator.enable_client(id, NOON));
    assert_eq!(code(operator.enable_client(id, NOON)), "bad.client.state");
    assert_eq!(house.refused(&old, NOON), Some("client.ended.tokens"));
    let new = house.issue(id, &secret, NOON);
    assert_eq!(house.refused(&new, NOON), None);
}

/// LC-09, LC-03: disabling stops no deletion: its time runs on, and enabling gives back what was.
#[test]
fn lc_09_a_deletion_runs_on_while_disabled() {
    let house = House::new();
    let id = fixtures::id::<ClientId>(LAPSED);
    let Lifecycle::Inactive(deletion) = house.client(id).lifecycle else { panic!("inactive") };
    let _ = done(house.server.operator().disable_client(id, NOON));
    assert_eq!(code(house.admin().restore_client(id, None, NOON)), "bad.client.state");
    assert_eq!(code(house.admin().client(id, deletion.removal)), "client.not.found");
    let _ = done(house.server.operator().enable_client(id, deletion.removal.minus(1)));
    assert_eq!(house.client(id).lifecycle, Lifecycle::Inactive(deletion));
    house.sweep_all(deletion.removal);
    assert!(is_tombstone(&house, id));
}

/// threat 30: revoked, disabled and deleted are left by the one move that the rules name, and by nothing
/// else.
#[test]
fn threat_30_inactive_is_left_by_restoring_alone() {
    for operation in OPERATIONS.iter().filter(|operation| operation.name != "restore_client") {
        let house = House::new();
        let id = fixtures::id::<ClientId>(LAPSED);
        let before = house.client(id).lifecycle;
        let _ = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::all(id), NOON);
        assert_eq!(house.client(id).lifecycle, before, "{}", operation.name);
    }
}

/// LC-11: what a sweep removed stays removed, however far the clock goes back.
#[test]
fn lc_11_a_clock_that_goes_back_revives_nothing() {
    let house = House::new();
    let (id, secret, token) = old_service(&house);
    let Removal::Deferred(removal) = delete(&house, id, NOON) else { panic!("deferred") };
    let _ = done(house.server.sweep(500, removal));
    for now in [removal.minus(1), NOON, LONG_AGO, Timestamp::MIN] {
        assert_eq!(code(house.admin().client(id, now)), "client.not.found");
        assert_eq!(code(house.admin().restore_client(id, None, now)), "client.not.found");
        assert_eq!(house.asked(id, &secret, now), Told::Error(401, "invalid_client".into()));
        assert!(house.refused(&token, now).is_some());
    }
    house.sweep_all(LONG_AGO);
    assert!(is_tombstone(&house, id));
}

/// LC-11: nor what was revoked, replaced, restored over or disabled.
#[test]
fn lc_11_a_clock_that_goes_back_undoes_no_decision() {
    let house = House::new();
    let earlier = NOON.minus(DAY);
    let (revoked, secret, token) = old_service(&house);
    let _ = done(house.admin().revoke(revoked, Acknowledgement::NotGiven, NOON));
    assert_eq!(house.refused(&token, earlier), Some("authorization.revoked"));
    assert_eq!(house.asked(revoked, &secret, earlier), Told::Error(400, "unauthorized_client".into()));

    let (replaced, old, _) = old_service(&house);
    let _ = done(house.admin().regenerate_secret(replaced, None, NOON));
    assert_eq!(house.asked(replaced, &old, earlier), Told::Error(401, "invalid_client".into()));

    let (restored, _, token) = old_service(&house);
    let _ = delete(&house, restored, NOON);
    assert_eq!(house.refused(&token, earlier), Some("client.inactive"));
    let _ = done(house.admin().restore_client(restored, None, earlier));
    assert_eq!(house.refused(&token, earlier), Some("client.ended.tokens"));
}

/// LC-11: and extends no token: it ends at the instant that it was given when it was issued.
#[test]
fn lc_11_no_use_extends_a_token() {
    let house = House::new();
    let (id, secret) =
        house.service(&ClientDraft { lifetime: Some(300), ..draft(GrantType::ClientCredentials) }, NOON);
    let token = house.issue(id, &secret, NOON);
    for now in [NOON.plus(200), NOON.minus(DAY), NOON.plus(299), NOON, NOON.plus(299)] {
        assert_eq!(house.refused(&token, now), None);
    }
    for now in [NOON.plus(300), NOON.plus(301)] {
        assert_eq!(house.refused(&token, now), Some("token.expired"));
    }
}

/// LC-11, threat 33: a client that was created by a clock ahead is young, not old, and its removal is in
/// seven days at most.
#[test]
fn lc_11_a_client_of_the_future_is_young() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON.plus(400 * DAY)).client.id;
    assert_eq!(delete(&house, id, NOON), Removal::AtOnce);
}

/// LC-06, LC-08, threat 33: a restore against the sweep has one winner, and the tally and the client agree.
#[test]
fn threat_33_restore_against_sweep_has_one_winner() {
    let mut outcomes = BTreeSet::new();
    for round in 0..60 {
        let house = House::new();
        let id = fixtures::id::<ClientId>(LAPSED);
        let Lifecycle::Inactive(deletion) = house.client(id).lifecycle else { panic!("inactive") };
        let (restoring, sweeping) = (house.another(900 + round), house.another(2_000 + round));
        let tally = house.tally(ACME);
        let barrier = std::sync::Barrier::new(2);
        let restored = std::thread::scope(|scope| {
            let restore = scope.spawn(|| {
                barrier.wait();
                ready(restoring.admin().restore_client(id, None, deletion.removal.minus(1))).unwrap()
            });
            scope.spawn(|| {
                barrier.wait();
                let _ = ready(sweeping.server.sweep(500, deletion.removal)).unwrap();
            });
            restore.join().unwrap()
        });
        // The other client that is due goes in any case.
        match restored {
            Ok(_) => {
                assert_eq!(house.client(id).lifecycle, Lifecycle::Active);
                assert_eq!(house.tally(ACME), tally - 1);
            }
            Err(Error::Denied(Denial::ClientNotFound)) => {
                assert!(is_tombstone(&house, id));
                assert_eq!(house.tally(ACME), tally - 2);
            }
            Err(error) => panic!("{error}"),
        }
        outcomes.insert(is_tombstone(&house, id));
    }
    assert!(!outcomes.is_empty());
}

/// LC-08, ST-02: a client that was restored just as the sweep came to it stays.
#[test]
fn lc_08_the_sweep_decides_by_what_is_stored_when_it_removes() {
    let house = House::new();
    let id = fixtures::id::<ClientId>(LAPSED);
    let Lifecycle::Inactive(deletion) = house.client(id).lifecycle else { panic!("inactive") };
    let _ = done(house.admin().restore_client(id, None, deletion.removal.minus(1)));
    house.sweep_all(deletion.removal.plus(DAY));
    assert_eq!(house.client(id).lifecycle, Lifecycle::Active);
}
