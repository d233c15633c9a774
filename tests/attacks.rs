//! What an attacker tried once, and must never get again.
#![cfg(feature = "testing")]

mod common;

use grantor::admin::ClientDraft;
use grantor::admin::DeletionPlan;
use grantor::change::Changes;
use grantor::model::*;
use grantor::ready;
use grantor::testing::fixtures;
use grantor::testing::fixtures::*;
use grantor::value::*;

use common::*;

/// The texts of these scopes.
fn texts(t: &str) -> Vec<String> {
    t.split(' ').filter(|t| !t.is_empty()).map(str::to_owned).collect()
}

/// AA-13, AA-05: nobody without the permission ends what is approved by default.
#[test]
fn aa_13_a_request_takes_no_built_in_client_away() {
    let house = House::new();
    let built_in = house.world.built_in.clone();
    let token = AccessToken { authorization: AuthorizationId::BUILT_IN, ..house.world.web_token.clone() };
    let login: TokenFamily = TokenFamily {
        id: fixtures::id(900),
        client: built_in.id,
        authorization: AuthorizationId::BUILT_IN,
        ..house.world.web_login.clone()
    };
    house.put_login(&login);
    let token =
        AccessToken { client: built_in.id, holder: Holder::User { user: VIEWER, family: login.id }, ..token };
    let text = house.plant_token(901, &token);
    assert_eq!(house.refused(&text, NOON), None, "lives by default");
    let asked =
        ready(house.server.administration(ACME, BYSTANDER).request_authorization(built_in.id, None, NOON))
            .unwrap();
    assert!(asked.is_err(), "it is approved already");
    assert_eq!(house.refused(&text, NOON), None, "a user without any permission ended it");
}

/// AA-13: nor is it revoked by denying a request, past the acknowledgement.
#[test]
fn aa_13_a_built_in_client_is_not_denied_past_the_acknowledgement() {
    let house = House::new();
    let id = house.world.built_in.id;
    let _ =
        ready(house.server.administration(ACME, BYSTANDER).request_authorization(id, None, NOON)).unwrap();
    let denied = ready(house.admin().deny(id, NOON)).unwrap();
    assert!(denied.is_err(), "revoked without the acknowledgement");
}

/// AA-04: a client that is registered anew meanwhile is not approved for what nobody asked for.
#[test]
fn aa_04_an_approval_grants_nothing_that_was_not_requested() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let asked = done(globex.request_authorization(id, Some(&texts("users:readonly")), NOON));
    assert_eq!(asked.scopes.to_string(), "users:readonly");
    // the owner, another organization, edits the client
    let edited = ClientDraft { scopes: texts("routing analytics"), ..draft(GrantType::AuthorizationCode) };
    let _ = done(house.admin().edit_client(id, &edited, NOON));
    let approved = ready(globex.authorize(id, None, NOON)).unwrap();
    if let Ok(view) = approved {
        assert!(view.scopes.is_empty(), "granted `{}`, shown `{}`", view.scopes, view.consent.unwrap().shown);
    }
}

/// AA-15, AA-04: an administrator deselects, and adds nothing.
#[test]
fn aa_15_what_was_granted_is_a_part_of_what_was_shown() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.request_authorization(id, Some(&texts("users:readonly")), NOON));
    let view = ready(globex.authorize(id, Some(&texts("routing")), NOON)).unwrap();
    if let Ok(view) = view {
        let c = view.consent.unwrap();
        assert!(c.granted.is_covered_by(&c.shown), "granted `{}` of `{}`", c.granted, c.shown);
    }
}

/// AA-06: not even of a client that became another one.
#[test]
fn aa_06_no_approval_is_for_no_scopes() {
    let house = House::new();
    let id = house.world.web.id;
    let _ = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), NOON));
    let edited = ready(house.admin().edit_scopes(id, &[], NOON)).unwrap();
    assert!(edited.is_err(), "AA-06: not empty");
}

/// CL-10: an old secret that never expires is not read back.
#[test]
fn cl_10_no_stored_record_keeps_an_old_secret_for_ever() {
    let (a, b): (Plain<kind::ClientSecret>, Plain<kind::ClientSecret>) =
        (fixtures::plain(1), fixtures::plain(2));
    let secret = |n, p: &Plain<kind::ClientSecret>| ClientSecret {
        id: fixtures::id(n),
        digest: p.digest(),
        created: NOON,
        expires: None,
    };
    let s = ClientSecrets::first(secret(1, &a)).regenerated(secret(2, &b), Some(Overlap::MAX), NOON);
    let mut json = serde_json::to_value(s).unwrap();
    json["previous"]["expires"] = serde_json::Value::Null;
    let read: Result<ClientSecrets, _> = serde_json::from_value(json);
    assert!(
        read.is_err() || read.unwrap().verify(&a.digest(), Timestamp::MAX).is_none(),
        "the old secret lives for ever"
    );
}

/// AA-06: an approval for no scopes is not read back.
#[test]
fn aa_06_no_stored_record_is_approved_for_no_scopes() {
    let house = House::new();
    let mut json = serde_json::to_value(&house.world.web_approval).unwrap();
    json["state"]["approved"]["granted"]["scopes"] = serde_json::json!([]);
}

/// CL-15: empty tags hide no others.
#[test]
fn cl_15_no_tag_is_ignored_in_silence() {
    let house = House::new();
    let mut tags = vec![String::new(); 21];
    tags.push("pci".into());
    let created = ready(
        house.admin().create_client(&ClientDraft { tags, ..draft(GrantType::AuthorizationCode) }, NOON),
    )
    .unwrap();
    if let Ok(created) = created {
        assert_eq!(created.client.governance.tags.len(), 1, "`pci` was entered");
    }
}

/// LC-04: what is confirmed is what was shown.
#[test]
fn lc_04_a_plan_with_another_instant_is_refused() {
    let house = House::new();
    let plan = done(house.admin().plan_deletion(house.world.web.id, NOON));
    let forged = DeletionPlan { removal: Removal::Deferred(Timestamp::MAX), ..plan };
    let deleted = ready(house.admin().delete_client(&forged, NOON)).unwrap();
    assert!(deleted.is_err(), "shown: removed at the end of time; done: {deleted:?}");
}

/// LC-04: a plan holds for an hour.
#[test]
fn lc_04_a_plan_of_long_ago_is_refused() {
    let house = House::new();
    let id = house.world.web.id;
    let plan = done(house.admin().plan_deletion(id, NOON));
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.reauthorize(id, None, NOON.plus(1)));
    let deleted = ready(house.admin().delete_client(&plan, NOON.plus(86_400 * 365))).unwrap();
    assert!(deleted.is_err(), "LC-04: an organization more, a removal a year later than shown: {deleted:?}");
}

/// AA-12: one that would limit nobody is refused.
#[test]
fn aa_12_an_audience_is_for_applications_that_act_for_users() {
    let house = House::new();
    let (id, _) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let limited = ready(house.admin().edit_audience(id, &[ADMINISTRATORS], NOON)).unwrap();
    assert!(limited.is_err(), "accepted, of no effect, and not shown");
}

/// AA-13, AA-11: however many there are.
#[test]
fn aa_13_every_built_in_client_is_listed() {
    let house = House::new();
    let mut changes = Changes::new();
    for n in 0..501_u64 {
        changes =
            changes.insert(fixtures::changed(&house.world.built_in, |f| f.id = fixtures::id(10_000 + n)));
    }
    house.plant(changes);
    let mut seen = 0;
    let mut after = None;
    loop {
        let page = done(house.admin().applications(None, after, 500, NOON));
        seen += page.items.iter().filter(|v| v.id == AuthorizationId::BUILT_IN).count();
        match page.next {
            Some(n) => after = Some(n),
            None => break,
        }
    }
    assert_eq!(seen, 502);
}

/// OR-01, threat 37: what a client may do at home is no matter abroad.
#[test]
fn or_01_the_number_of_roles_of_anothers_client_is_not_told() {
    let house = House::new();
    let id = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.request_authorization(id, None, NOON));
    let _ = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), NOON));
    assert_eq!(done(globex.application(id, NOON)).roles, 0, "of a client of Acme");
}

/// OR-04: the permission comes before the work.
#[test]
fn or_04_who_may_not_create_costs_no_list() {
    let house = House::new();
    house.set_policy(ACME, Policy { client_limit: 1, ..Policy::default() }, NOON);
    house.store().take_calls();
    assert_eq!(
        common::code(
            house
                .server
                .administration(ACME, BYSTANDER)
                .create_client(&draft(GrantType::ClientCredentials), NOON)
        ),
        "missing.permission"
    );
    let calls = house.store().take_calls();
    assert!(!calls.contains(&Call::List), "{calls:?}");
}

/// CL-16, CL-04: two problems, both told.
#[test]
fn cl_16_too_many_and_a_bad_one_are_told_together() {
    let house = House::new();
    let mut uris: Vec<String> = (0..200).map(|n| format!("https://a.example/{n}")).collect();
    uris[0] = "nonsense".into();
    let denial = denied(
        house
            .admin()
            .create_client(&ClientDraft { redirect_uris: uris, ..draft(GrantType::AuthorizationCode) }, NOON),
    );
    let grantor::change::Denial::Invalid(problems) = denial else { panic!() };
    assert_eq!(problems.iter().count(), 2, "{problems}");
}

/// TK-02: it ends with what allowed it.
#[test]
fn tk_02_no_token_of_450_days_outlives_the_mark_for_scim() {
    let house = House::new();
    let scim = ClientDraft {
        purpose: Purpose::Scim,
        lifetime: Some(38_880_000),
        ..draft(GrantType::ClientCredentials)
    };
    let (id, secret) = house.service(&scim, NOON);
    let token = house.issue(id, &secret, NOON);
    let _ = done(house.admin().edit_client(id, &draft(GrantType::ClientCredentials), NOON.plus(1)));
    assert!(house.refused(&token, NOON.plus(86_400 * 400)).is_some());
}

/// GV-01: at the end of what an identifier can tell they stand still, and do not begin anew.
#[test]
fn gv_01_events_sort_by_time_to_the_end() {
    let late = EventId::at(Timestamp::from_unix(281_474_976_711), [0; 10]);
    assert!(EventId::at(NOON, [0; 10]) < late);
}

/// CL-16: it does not pass for a default.
#[test]
fn cl_16_a_slip_in_a_field_s_name_is_told() {
    assert!(serde_json::from_str::<ClientDraft>(r#"{"name":"a","life_time":300}"#).is_err());
}
