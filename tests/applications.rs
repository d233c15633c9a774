//! Authorized applications (AA-01 to AA-15, DX-04, DX-11, threats 30, 31 and 41).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;
use std::sync::Barrier;

use grantor::admin::AuthorizationView;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Actor;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::Approval;
use grantor::model::Authorization;
use grantor::model::AuthorizationState;
use grantor::model::Client;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Granted;
use grantor::model::StateName;
use grantor::ready;
use grantor::server::Administration;
use grantor::server::Error;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::OrganizationId;
use grantor::value::Scope;
use grantor::value::Scopes;
use proptest::prelude::*;

use common::Broken;
use common::House;
use common::NEWCOMER;
use common::OPERATIONS;
use common::Spy;
use common::Subjects;
use common::Told;
use common::WITHDRAWN;
use common::assert_same;
use common::code;
use common::denied;
use common::done;
use common::draft;

fn texts(scopes: &str) -> Vec<String> {
    scopes.split_whitespace().map(str::to_owned).collect()
}

/// The organization's word on the client, as it is stored.
#[track_caller]
fn word(house: &House, organization: OrganizationId, client: ClientId) -> Authorization {
    match house.find(Key::Authorization(organization, client)).map(|found| found.record) {
        Some(Record::Authorization(authorization)) => (*authorization).clone(),
        other => panic!("no authorization but {other:?}"),
    }
}

#[track_caller]
fn approval(authorization: &Authorization) -> &Approval {
    match authorization.state() {
        AuthorizationState::Approved(approval) => approval,
        other => panic!("not approved: {other:?}"),
    }
}

fn globex(house: &House) -> Administration<'_, Spy> {
    house.server.administration(GLOBEX, ADMINISTRATOR)
}

/// AA-01, AA-14: two organizations have a word each on one client, with its own state and scopes.
#[test]
fn aa_01_aa_14_each_organization_has_its_own_word() {
    let house = House::new();
    let client = fixtures::id(NEWCOMER);
    let _ = done(globex(&house).authorize(client, Some(&texts("routing")), NOON));
    let _ = done(house.admin().authorize(client, Some(&texts("users:readonly")), NOON));
    let seen = |admin: Administration<'_, Spy>| done(admin.application(client, NOON));
    assert_eq!(seen(globex(&house)).scopes, fixtures::scopes("routing"));
    assert_eq!(seen(house.admin()).scopes, fixtures::scopes("users:readonly"));
    assert_ne!(seen(globex(&house)).id, seen(house.admin()).id);
    let _ = done(house.admin().revoke(client, Acknowledgement::NotGiven, NOON));
    assert_eq!(seen(globex(&house)).state, StateName::Approved);
    assert_eq!(seen(house.admin()).state, StateName::Revoked);
}

/// AA-02: no word and a pending one obtain no token, an approved one does, a revoked one does not.
#[test]
fn aa_02_only_an_approved_application_obtains_tokens() {
    let house = House::new();
    let created = house.create(&draft(GrantType::ClientCredentials), NOON);
    let (id, secret) = (created.client.id, created.secret.unwrap());
    let refused = Told::Error(400, "unauthorized_client".into());
    assert_eq!(house.asked(id, secret.expose(), NOON), refused, "no word");
    let _ = done(house.admin().request_authorization(id, None, NOON));
    assert_eq!(house.asked(id, secret.expose(), NOON), refused, "pending");
    let _ = done(house.admin().authorize(id, None, NOON));
    let _ = house.issue(id, secret.expose(), NOON);
    let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON));
    assert_eq!(house.asked(id, secret.expose(), NOON), refused, "revoked");
}

/// AA-03: whoever has the permission names the id, selects among what the client registered, and approves.
#[test]
fn aa_03_a_known_client_is_authorized_by_its_id() {
    let house = House::new();
    let (client, user) = (fixtures::id(NEWCOMER), house.user_with(50, "oauth:client:authorize"));
    let admin = house.server.administration(ACME, user);
    let seen = done(admin.authorize(client, Some(&texts("routing:readonly")), NOON));
    assert_eq!((seen.state, seen.scopes), (StateName::Approved, fixtures::scopes("routing:readonly")));
    assert_eq!(code(admin.authorize(fixtures::id(999), None, NOON)), "client.not.found");
}

/// AA-05, DX-11: whoever may not approve asks, and the request is pending with what was asked for, however
/// often it is repeated; nobody else's approval is touched by it.
#[test]
fn aa_05_dx_11_a_request_waits_for_an_administrator() {
    let house = House::new();
    let (client, user) = (fixtures::id(NEWCOMER), house.server.administration(ACME, BYSTANDER));
    let denial = denied(user.authorize(client, None, NOON));
    assert_eq!(denial.code(), "missing.permission");
    assert!(denial.remedy().contains("administrator"), "{}", denial.remedy());
    let seen = done(user.request_authorization(client, Some(&texts("routing:readonly")), NOON));
    assert_eq!((seen.state, seen.scopes), (StateName::Pending, fixtures::scopes("routing:readonly")));
    let before = house.dump();
    let _ = done(user.request_authorization(client, None, NOON.plus(5)));
    assert_same(&house.dump(), &before, "a second request");
    assert_eq!(code(user.request_authorization(house.world.web.id, None, NOON)), "bad.authorization.state");
    assert_eq!(
        code(user.request_authorization(fixtures::id(WITHDRAWN), None, NOON)),
        "bad.authorization.state"
    );
    assert_same(&house.dump(), &before, "a request against a decision");
}

/// AA-04, threat 38: to approve what was asked for, with nothing deselected, grants that and no more.
#[test]
fn aa_04_approving_a_request_grants_what_was_asked_for() {
    let house = House::new();
    let client = fixtures::id(NEWCOMER);
    let user = house.server.administration(ACME, BYSTANDER);
    let _ = done(user.request_authorization(client, Some(&texts("routing:readonly")), NOON));
    let seen = done(house.admin().authorize(client, None, NOON));
    assert_eq!(seen.scopes, fixtures::scopes("routing:readonly"));
    let consent = seen.consent.unwrap();
    assert_eq!(
        (consent.shown, consent.granted.clone()),
        (consent.granted, fixtures::scopes("routing:readonly"))
    );
}

/// AA-06: approved is a part of what is registered, and not nothing; the read-only part of a scope is a part
/// of it.
#[test]
fn aa_06_what_is_approved_is_a_part_of_what_is_registered() {
    let cases = [
        ("routing users:readonly", true),
        ("routing", true),
        ("routing:readonly", true),
        ("users:readonly", true),
        ("routing:readonly users:readonly", true),
        ("", false),
        ("users", false),
        ("routing users", false),
        ("analytics:readonly", false),
        ("routing analytics", false),
    ];
    for (selected, fits) in cases {
        let house = House::new();
        let (admin, selected) = (house.admin(), texts(selected));
        let answers = [
            ready(admin.authorize(fixtures::id(NEWCOMER), Some(&selected), NOON)).unwrap(),
            ready(admin.reauthorize(fixtures::id(WITHDRAWN), Some(&selected), NOON)).unwrap(),
            ready(admin.edit_scopes(house.world.web.id, &selected, NOON)).unwrap(),
        ];
        for answer in answers {
            assert_eq!(answer.is_ok(), fits, "{selected:?}: {answer:?}");
            if let Ok(seen) = answer {
                assert_eq!(seen.scopes, fixtures::scopes(&selected.join(" ")));
            }
        }
    }
}

/// AA-06: for client credentials there are none, and none can be selected or edited.
#[test]
fn aa_06_client_credentials_are_approved_without_scopes() {
    let house = House::new();
    let id = house.create(&draft(GrantType::ClientCredentials), NOON).client.id;
    assert_eq!(code(house.admin().authorize(id, Some(&texts("routing")), NOON)), "bad.client.scope");
    let seen = done(house.admin().authorize(id, None, NOON));
    assert!(seen.scopes.is_empty());
    assert_eq!(approval(&word(&house, ACME, id)).granted, Granted::Roles);
    assert_eq!(code(house.admin().edit_scopes(id, &texts("routing"), NOON)), "bad.authorization.state");
}

const SCOPES: [&str; 6] =
    ["analytics", "analytics:readonly", "routing", "routing:readonly", "users", "users:readonly"];

fn some_scopes() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(SCOPES.to_vec(), 1..=6)
}

/// Whether the scope is in the set, or the one that includes it (SC-01).
fn holds(set: &[&str], scope: &str) -> bool {
    set.contains(&scope) || set.contains(&scope.trim_end_matches(":readonly"))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// AA-06, TK-06, threat 25: at each call the scopes of a token are what it was issued with, what is
    /// approved now and what is registered now, each of them.
    #[test]
    fn aa_06_scopes_are_computed_again_at_each_check(
        issued in some_scopes(),
        approved in some_scopes(),
        registered in some_scopes(),
    ) {
        let house = House::new();
        let set = |scopes: &[&str]| fixtures::scopes(&scopes.join(" "));
        let client = fixtures::changed(&house.world.web, |fields| {
            if let grantor::model::Grant::AuthorizationCode { scopes, .. } = &mut fields.grant {
                *scopes = set(&registered);
            }
        });
        house.put(house.world.web_approval.edit_scopes(set(&approved)).unwrap());
        house.put(client);
        house.put(grantor::model::AccessToken { scopes: set(&issued), ..house.world.web_token.clone() });
        for needed in SCOPES {
            let held = [&issued, &approved, &registered].iter().all(|set| holds(set, needed));
            let answer = house.call(&house.web_token(), &fixtures::requirement(needed, ""), NOON);
            prop_assert_eq!(answer.is_ok(), held, "{} of {:?}, {:?}, {:?}", needed, issued, approved, registered);
        }
    }
}

/// AA-07, DX-01, DX-05: an edit changes the scopes and nothing else, and what it takes away stops working at
/// the next call.
#[test]
fn aa_07_an_edit_changes_scopes_and_nothing_else() {
    let house = House::new();
    let (web, token) = (house.world.web.id, house.web_token());
    let routing = fixtures::requirement("routing:readonly", "");
    assert!(house.call(&token, &routing, NOON).is_ok());
    let (mut before, version) = (house.dump(), house.find(Key::Authorization(ACME, web)).unwrap().version);
    let _ = done(house.admin().edit_scopes(web, &texts("users:readonly"), NOON));
    let edited = word(&house, ACME, web);
    let (was, is) = (approval(&house.world.web_approval), approval(&edited));
    assert_eq!(
        (edited.id(), &is.audience, &is.consent),
        (house.world.web_approval.id(), &was.audience, &was.consent)
    );
    let stored = before.get_mut(&Key::Authorization(ACME, web)).unwrap();
    (stored.record, stored.version) = (edited.into(), version.next());
    assert_same(&house.dump(), &before, "everything else");
    let refused = house.call(&token, &routing, NOON).unwrap_err();
    assert_eq!(refused.reason.code(), "scope.removed");
    assert!(refused.remedy().contains("edit the authorization"), "{}", refused.remedy());
    assert!(house.call(&token, &fixtures::requirement("users:readonly", ""), NOON).is_ok());
    let _ = done(house.admin().edit_scopes(web, &texts("routing users:readonly"), NOON));
    assert!(house.call(&token, &routing, NOON).is_ok(), "and what is given back works again");
}

/// AA-08, threat 31, DX-04: revoked: every live token fails at its next use, no new one is issued, and the
/// refusal says by whom, when, and to authorize anew.
#[test]
fn aa_08_dx_04_revoking_is_immediate() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let tokens: Vec<String> = (0..5).map(|_| house.issue(id, &secret, NOON)).collect();
    let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON.plus(3)));
    assert_eq!(house.asked(id, &secret, NOON.plus(3)), Told::Error(400, "unauthorized_client".into()));
    for token in &tokens {
        let refused = house.call(token, &fixtures::requirement("", ""), NOON.plus(3)).unwrap_err();
        assert_eq!(refused.reason.code(), "authorization.revoked");
        let cause = refused.reason.to_string();
        assert!(
            cause.contains(&NOON.plus(3).to_string()) && cause.contains(&ADMINISTRATOR.to_string()),
            "{cause}"
        );
        assert!(refused.remedy().contains("anew, from scratch"), "{}", refused.remedy());
    }
    let seen = done(house.admin().application(id, NOON.plus(3)));
    let revocation = seen.revocation.unwrap();
    assert_eq!((revocation.by, revocation.at), (fixtures::administrator(), NOON.plus(3)));
}

/// AA-08: its cost does not grow with the number of tokens: the same calls, with the same changes.
#[test]
fn aa_08_revoking_costs_the_same_with_one_token_and_with_ten_thousand() {
    let revoking = |tokens: u64| {
        let house = House::new();
        for number in 0..tokens {
            let _ = house.plant_token(10_000 + number, &house.world.web_token);
        }
        let before = house.dump();
        house.store().take_calls();
        let _ = done(house.admin().revoke(house.world.web.id, Acknowledgement::NotGiven, NOON));
        let calls = house.store().take_calls();
        let after = house.dump();
        let changed = after.iter().filter(|(key, stored)| before.get(key) != Some(stored)).count();
        assert_eq!((changed, after.len()), (1, before.len()), "one record is written");
        let last: grantor::value::Plain<grantor::value::kind::AccessToken> =
            fixtures::plain(10_000 + tokens - 1);
        assert_eq!(house.refused(last.expose(), NOON), Some("authorization.revoked"));
        calls
    };
    assert_eq!(revoking(1), revoking(10_000));
}

/// AA-09, threat 30: a revoked authorization never changes again, whatever is tried.
#[test]
fn aa_09_a_revoked_authorization_never_changes() {
    for operation in OPERATIONS.iter().filter(|operation| operation.name != "reauthorize") {
        let house = House::new();
        let client = fixtures::id(WITHDRAWN);
        let before = word(&house, ACME, client);
        let _ = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::all(client), NOON);
        assert_eq!(word(&house, ACME, client), before, "{}", operation.name);
    }
}

/// AA-09: authorized anew it is another one: a new id, scopes chosen anew, an audience of everyone; and
/// nothing issued under the old one works, however often this is done.
#[test]
fn aa_09_reauthorizing_starts_from_scratch() {
    let house = House::new();
    let (web, old) = (house.world.web.id, house.web_token());
    let _ = done(house.admin().edit_audience(web, &[VIEWERS], NOON));
    let mut ids = BTreeSet::from([word(&house, ACME, web).id()]);
    for _ in 0..3 {
        let _ = done(house.admin().revoke(web, Acknowledgement::NotGiven, NOON));
        let seen = done(house.admin().reauthorize(web, Some(&texts("users:readonly")), NOON));
        assert!(ids.insert(seen.id), "a new id each time");
        assert_eq!(seen.scopes, fixtures::scopes("users:readonly"));
        assert!(approval(&word(&house, ACME, web)).audience.roles().is_empty());
        assert_eq!(house.refused(&old, NOON), Some("authorization.superseded"));
    }
}

/// AA-10: a denied request is revoked, and says by whom.
#[test]
fn aa_10_a_denied_request_is_revoked() {
    let house = House::new();
    let seen = done(house.admin().deny(house.world.partner.id, NOON));
    assert_eq!(seen.state, StateName::Revoked);
    assert_eq!(seen.revocation.unwrap().by, fixtures::administrator());
}

/// What an operation on authorizations comes to: the state, or the code of the refusal.
fn outcome(answer: Result<AuthorizationView, Error<Broken>>) -> String {
    match answer {
        Ok(view) => view.state.to_string(),
        Err(Error::Denied(denial)) => denial.code().to_owned(),
        Err(error) => panic!("{error}"),
    }
}

/// AA-02, AA-03, AA-07 to AA-10, AA-12, threat 30: every operation in every state.
#[test]
fn aa_02_every_operation_in_every_state() {
    const STATE: &str = "bad.authorization.state";
    const NONE: &str = "authorization.not.found";
    // In the order of the columns: no word, pending, approved, revoked.
    let expected = [
        ("request", ["pending", "pending", STATE, STATE]),
        ("authorize", ["approved", "approved", STATE, STATE]),
        ("reauthorize", [NONE, STATE, STATE, "approved"]),
        ("edit_scopes", [NONE, STATE, "approved", STATE]),
        ("edit_audience", [NONE, STATE, "approved", STATE]),
        ("deny", [NONE, "revoked", STATE, STATE]),
        ("revoke", [NONE, STATE, "revoked", STATE]),
    ];
    for (name, states) in expected {
        for (column, expected) in states.into_iter().enumerate() {
            let house = House::new();
            let client =
                [fixtures::id(NEWCOMER), house.world.partner.id, house.world.web.id, fixtures::id(WITHDRAWN)]
                    [column];
            let (admin, before) = (house.admin(), house.dump());
            let routing = texts("routing");
            let answer = match name {
                "request" => ready(admin.request_authorization(client, None, NOON)),
                "authorize" => ready(admin.authorize(client, None, NOON)),
                "reauthorize" => ready(admin.reauthorize(client, None, NOON)),
                "edit_scopes" => ready(admin.edit_scopes(client, &routing, NOON)),
                "edit_audience" => ready(admin.edit_audience(client, &[VIEWERS], NOON)),
                "deny" => ready(admin.deny(client, NOON)),
                _ => ready(admin.revoke(client, Acknowledgement::NotGiven, NOON)),
            };
            assert_eq!(outcome(answer.unwrap()), expected, "{name} in column {column}");
            if expected == STATE || expected == NONE {
                assert_same(&house.dump(), &before, "refused");
            }
        }
    }
}

fn pages(house: &House, state: Option<StateName>, limit: u16) -> Vec<AuthorizationView> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = done(house.admin().applications(state, after, limit, NOON));
        seen.extend(page.items);
        after = page.next;
        if after.is_none() {
            return seen;
        }
    }
}

/// AA-11: all of them, or those in one state, in pages of any size.
#[test]
fn aa_11_the_list_is_filtered_by_state_in_pages() {
    let house = House::new();
    let all = pages(&house, None, 500);
    let ids: BTreeSet<ClientId> = all.iter().map(|seen| seen.client).collect();
    assert_eq!(ids.len(), all.len(), "each once");
    // Those of the world and of the house, and the built-in one.
    assert_eq!(all.len(), 12);
    for state in StateName::ALL {
        let expected: BTreeSet<ClientId> =
            all.iter().filter(|seen| seen.state == state).map(|seen| seen.client).collect();
        assert!(!expected.is_empty());
        for limit in [1, 2, 500] {
            let listed = pages(&house, Some(state), limit);
            assert!(listed.iter().all(|seen| seen.state == state));
            let ids: BTreeSet<ClientId> = listed.iter().map(|seen| seen.client).collect();
            assert_eq!(
                (ids, listed.len()),
                (expected.clone(), expected.len()),
                "{state} in pages of {limit}"
            );
        }
    }
    for limit in [1, 3, 7] {
        assert_eq!(pages(&house, None, limit), all, "in pages of {limit}");
    }
}

/// AA-11: name, scopes, state, and of roles their number: never which.
#[test]
fn aa_11_the_list_shows_the_number_of_roles_and_never_which() {
    let house = House::new();
    house.put(fixtures::role(ACME, fixtures::id(777), "routing:queue:view"));
    let pairs =
        [(VIEWERS, Division::All), (ADMINISTRATORS, Division::All), (fixtures::id(777), Division::All)];
    house.put(fixtures::changed(&house.world.service, |fields| {
        if let grantor::model::Grant::ClientCredentials { roles, .. } = &mut fields.grant {
            *roles = fixtures::role_grants(pairs);
        }
    }));
    let web = house.world.web.id;
    let _ = done(house.admin().edit_audience(web, &[VIEWERS, fixtures::id(777)], NOON));
    let all = pages(&house, None, 500);
    let seen = |client: ClientId| all.iter().find(|seen| seen.client == client).unwrap();
    assert_eq!((seen(house.world.service.id).roles, seen(web).roles), (3, 2));
    assert_eq!(seen(web).name.as_str(), "Client 3");
    assert_eq!(seen(web).scopes, fixtures::scopes("routing users:readonly"));
    let json = serde_json::to_string(&all).unwrap();
    let role = fixtures::id::<grantor::value::RoleId>(777).to_string();
    assert!(!json.contains(&role) && !json.contains("Role "), "{json}");
}

/// AA-12: limited to roles, it admits who holds one of them, in whatever division, and turns others away at
/// the next use.
#[test]
fn aa_12_an_audience_limits_who_may_use_the_application() {
    let house = House::new();
    let (web, token) = (house.world.web.id, house.web_token());
    assert_eq!(house.refused(&token, NOON), None, "none means all");
    for (audience, refused) in [
        (vec![ADMINISTRATORS], Some("user.outside.audience")),
        (vec![VIEWERS], None),
        (vec![ADMINISTRATORS, VIEWERS], None),
        (vec![], None),
    ] {
        let _ = done(house.admin().edit_audience(web, &audience, NOON));
        assert_eq!(house.refused(&token, NOON), refused, "{audience:?}");
    }
}

/// AA-12: it is an operation of its own, and changes nothing else.
#[test]
fn aa_12_editing_the_audience_changes_nothing_else() {
    let house = House::new();
    let web = house.world.web.id;
    let _ = done(house.admin().edit_audience(web, &[VIEWERS], NOON));
    let edited = word(&house, ACME, web);
    let (was, is) = (approval(&house.world.web_approval), approval(&edited));
    assert_eq!((&is.granted, &is.consent), (&was.granted, &was.consent));
    assert_eq!(is.audience.roles(), [VIEWERS]);
    let _ = done(house.admin().edit_scopes(web, &texts("routing"), NOON));
    assert_eq!(approval(&word(&house, ACME, web)).audience.roles(), [VIEWERS], "nor does an edit of scopes");
}

/// The token that a user of Acme has through a client, under this authorization.
fn token_under(
    house: &House,
    number: u64,
    client: &Client,
    id: AuthorizationId,
    user: grantor::value::UserId,
) -> String {
    let scopes = client.grant.scopes().cloned().unwrap();
    let word = match fixtures::approved(ACME, client).state().clone() {
        AuthorizationState::Approved(approval) => Authorization::approved(ACME, client.id, id, approval),
        other => panic!("{other:?}"),
    };
    let login = grantor::model::TokenFamily { id: fixtures::id(number), ..fixtures::login(&word, user) };
    let token = grantor::model::AccessToken { scopes, ..fixtures::token(client, &word, Some(&login)) };
    house.put_login(&login);
    house.plant_token(number, &token)
}

/// AA-13: without a word of the organization it counts as approved; an explicit revocation wins, for
/// administrators too, and asks to be acknowledged where they need it.
#[test]
fn aa_13_a_built_in_client_is_approved_until_it_is_revoked() {
    let house = House::new();
    let built_in = house.world.built_in.clone();
    let tokens = [(300, ADMINISTRATOR), (301, VIEWER)]
        .map(|(number, user)| token_under(&house, number, &built_in, AuthorizationId::BUILT_IN, user));
    for token in &tokens {
        assert_eq!(house.refused(token, NOON), None);
    }
    let before = house.dump();
    let denial = denied(house.admin().revoke(built_in.id, Acknowledgement::NotGiven, NOON));
    assert_eq!(denial, Denial::AcknowledgementRequired);
    assert_same(&house.dump(), &before, "not acknowledged");
    let seen = done(house.admin().revoke(built_in.id, Acknowledgement::Given, NOON));
    assert_eq!(seen.state, StateName::Revoked);
    for token in &tokens {
        assert_eq!(house.refused(token, NOON), Some("authorization.revoked"), "for all roles");
    }
    assert_eq!(done(globex(&house).application(built_in.id, NOON)).state, StateName::Approved, "here alone");
    let seen = done(house.admin().reauthorize(built_in.id, None, NOON));
    assert_ne!(seen.id, AuthorizationId::BUILT_IN);
    for token in &tokens {
        assert_eq!(house.refused(token, NOON), Some("authorization.superseded"));
    }
}

/// AA-13: a built-in client that administrators do not need is revoked without.
#[test]
fn aa_13_the_acknowledgement_is_for_clients_that_administrators_need() {
    let house = House::new();
    let public = grantor::admin::ClientDraft { public: true, ..draft(GrantType::AuthorizationCode) };
    let id = done(house.server.operator().declare_built_in(&public, false, NOON)).client.id;
    assert_eq!(done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON)).state, StateName::Revoked);
}

/// AA-13, AA-07, AA-12: its default can be narrowed, and what was issued under it lives on within that.
#[test]
fn aa_13_the_default_of_a_built_in_client_can_be_narrowed() {
    let house = House::new();
    let built_in = house.world.built_in.clone();
    let token = token_under(&house, 300, &built_in, AuthorizationId::BUILT_IN, VIEWER);
    let _ = done(house.admin().edit_scopes(built_in.id, &texts("users:readonly"), NOON));
    assert!(house.call(&token, &fixtures::requirement("users:readonly", ""), NOON).is_ok());
    assert!(house.call(&token, &fixtures::requirement("routing", ""), NOON).is_err());
    let _ = done(house.admin().edit_audience(built_in.id, &[ADMINISTRATORS], NOON));
    assert_eq!(house.refused(&token, NOON), Some("user.outside.audience"));
}

/// AA-14, OR-01: a client with roles of its own acts in the organization that owns it alone.
#[test]
fn aa_14_a_service_is_authorized_at_home_alone() {
    let house = House::new();
    let before = house.dump();
    let denial = denied(globex(&house).authorize(house.world.service.id, None, NOON));
    assert_eq!(denial, Denial::ClientCredentialsElsewhere);
    assert_same(&house.dump(), &before, "refused");
}

/// AA-15: who approved, when, what was shown, what was granted of it; each approval has its own.
#[test]
fn aa_15_consent_is_recorded() {
    let house = House::new();
    let client = fixtures::id(NEWCOMER);
    let user = house.user_with(50, "oauth:client:authorize");
    let admin = house.server.administration(ACME, user);
    let consent = done(admin.authorize(client, Some(&texts("routing")), NOON)).consent.unwrap();
    assert_eq!((consent.by, consent.at), (Actor::User { organization: ACME, user }, NOON));
    assert_eq!(consent.shown, fixtures::scopes("routing users:readonly"));
    assert_eq!(consent.granted, fixtures::scopes("routing"));
    let _ = done(house.admin().revoke(client, Acknowledgement::NotGiven, NOON));
    let anew = done(house.admin().reauthorize(client, Some(&texts("users:readonly")), NOON.plus(9)));
    let consent = anew.consent.unwrap();
    assert_eq!((consent.by, consent.at), (fixtures::administrator(), NOON.plus(9)));
    assert_eq!(consent.granted, fixtures::scopes("users:readonly"));
}

/// AA-06: what the client registers later is not approved thereby.
#[test]
fn aa_06_what_is_registered_later_is_not_approved() {
    let house = House::new();
    let web = house.world.web.id;
    let more = grantor::admin::ClientDraft {
        scopes: SCOPES.map(str::to_owned).to_vec(),
        ..draft(GrantType::AuthorizationCode)
    };
    let _ = done(house.admin().edit_client(web, &more, NOON));
    let seen = done(house.admin().application(web, NOON));
    assert_eq!(seen.scopes, fixtures::scopes("routing users:readonly"));
    assert_eq!(
        Scopes::new(SCOPES.map(|scope| Scope::new(scope).unwrap())).unwrap(),
        house.client(web).grant.scopes().unwrap().clone()
    );
}

/// AA-08, ST-02, threat 41: an approval, an edit or an issue against a revocation: the revocation that was
/// answered wins.
#[test]
fn threat_41_revocation_wins_against_edits() {
    for round in 0..40 {
        let house = House::new();
        let web = house.world.web.id;
        let (editing, revoking) = (house.another(3_000 + round), house.another(4_000 + round));
        let barrier = Barrier::new(2);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                barrier.wait();
                for _ in 0..10 {
                    let _ = ready(editing.admin().edit_scopes(web, &texts("routing"), NOON)).unwrap();
                    let _ = ready(editing.admin().edit_audience(web, &[VIEWERS], NOON)).unwrap();
                    let _ = ready(editing.admin().authorize(web, None, NOON)).unwrap();
                }
            });
            scope.spawn(|| {
                barrier.wait();
                while ready(revoking.admin().revoke(web, Acknowledgement::NotGiven, NOON)).unwrap()
                    == Err(Error::Contended)
                {}
            });
        });
        assert_eq!(word(&house, ACME, web).state_name(), StateName::Revoked);
        assert_eq!(house.refused(&house.web_token(), NOON), Some("authorization.revoked"));
    }
}

/// AA-10, ST-02, threat 41: of an approval and a denial of one request exactly one is done.
#[test]
fn threat_41_approve_against_deny_has_one_winner() {
    for round in 0..60 {
        let house = House::new();
        let client = house.world.partner.id;
        let (one, other) = (house.another(5_000 + round), house.another(6_000 + round));
        let barrier = Barrier::new(2);
        let (approved, denied) = std::thread::scope(|scope| {
            let approve = scope.spawn(|| {
                barrier.wait();
                ready(one.admin().authorize(client, None, NOON)).unwrap().is_ok()
            });
            let deny = scope.spawn(|| {
                barrier.wait();
                ready(other.admin().deny(client, NOON)).unwrap().is_ok()
            });
            (approve.join().unwrap(), deny.join().unwrap())
        });
        assert!(approved != denied, "exactly one");
        let state = word(&house, ACME, client).state_name();
        assert_eq!(state, if approved { StateName::Approved } else { StateName::Revoked });
    }
}

/// AA-08, threat 41, threat 31: once a revocation has returned, no token works, whenever it was issued.
#[test]
fn threat_41_no_token_survives_a_revocation() {
    for round in 0..15 {
        let house = House::new();
        let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
        let issuers: Vec<House> = (0..3).map(|thread| house.another(7_000 + round * 3 + thread)).collect();
        let barrier = Barrier::new(4);
        let tokens: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = issuers
                .iter()
                .map(|own| {
                    scope.spawn(|| {
                        barrier.wait();
                        let mut tokens = Vec::new();
                        // Until it is refused: then the revocation was seen.
                        while let Told::Token(token, _) = own.asked(id, &secret, NOON) {
                            tokens.push(token);
                        }
                        tokens
                    })
                })
                .collect();
            barrier.wait();
            let _ = done(house.admin().revoke(id, Acknowledgement::NotGiven, NOON));
            let while_issuing = house.refused(&house.web_token(), NOON);
            assert_eq!(while_issuing, None, "another application goes on");
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        for token in &tokens {
            assert_eq!(house.refused(token, NOON), Some("authorization.revoked"));
        }
        assert_eq!(house.asked(id, &secret, NOON), Told::Error(400, "unauthorized_client".into()));
    }
}
