//! Organizations, people and roles (OR-01 to OR-07), and that nothing leaks from one organization to another
//! (threat 37).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use grantor::access::DivisionRequired;
use grantor::access::HolderRequired;
use grantor::access::PermissionsRequired;
use grantor::access::Requirement;
use grantor::access::ScopesRequired;
use grantor::admin::ClientDraft;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Attempt;
use grantor::audit::Event;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::audit::TrailHead;
use grantor::audit::TrailSeal;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::Approval;
use grantor::model::Authorization;
use grantor::model::AuthorizationState;
use grantor::model::ClientTally;
use grantor::model::Consent;
use grantor::model::Division;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::Owner;
use grantor::model::RoleGrant;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::Error;
use grantor::store::MemoryStore;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::FORMER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::SALES;
use grantor::testing::fixtures::SUPPORT;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::ClientId;
use grantor::value::Day;
use grantor::value::EventId;
use grantor::value::OrganizationId;
use grantor::value::Permission;
use grantor::value::PermissionPattern;
use grantor::value::UserId;

use common::Broken;
use common::House;
use common::OPERATIONS;
use common::Operation;
use common::PERMISSIONS;
use common::Subjects;
use common::assert_same;
use common::code;
use common::denied;
use common::done;
use common::draft;

/// The operation is refused for this reason, changes nothing, and leaves the one event of it.
#[track_caller]
fn assert_refused(house: &House, operation: &Operation, who: (OrganizationId, UserId), expected: &str) {
    let before = house.dump();
    let on = Subjects::of(house);
    let (answer, events) = house.events_of(|| operation.by(house, who, &on, NOON));
    match answer {
        Err(Error::Denied(denial)) => assert_eq!(denial.code(), expected, "{} by {who:?}", operation.name),
        other => panic!("{} by {who:?}: {other:?}", operation.name),
    }
    assert_same(&house.dump(), &before, operation.name);
    let [event] = events.as_slice() else { panic!("{}: {events:?}", operation.name) };
    assert!(matches!(&event.outcome, Outcome::Refused { code, .. } if code == expected), "{event:?}");
    assert_eq!((event.organization, event.action), (Some(who.0), operation.action), "{}", operation.name);
}

/// OR-04: an operation takes an active user of the organization, and whoever is none changes nothing.
#[test]
fn or_04_only_an_active_user_of_the_organization_acts() {
    let (unknown_user, unknown_organization) = (fixtures::id(99), fixtures::id(9));
    for operation in &OPERATIONS {
        let house = House::new();
        for who in
            [(ACME, FORMER), (ACME, unknown_user), (GLOBEX, VIEWER), (unknown_organization, ADMINISTRATOR)]
        {
            assert_refused(&house, operation, who, "unknown.actor");
        }
    }
}

/// OR-04, DX-03: the refusal names the missing permission, and how to come by it.
#[test]
fn or_04_a_refusal_names_the_missing_permission_and_changes_nothing() {
    for operation in OPERATIONS.iter().filter(|operation| operation.needs.is_some()) {
        let house = House::new();
        assert_refused(&house, operation, (ACME, BYSTANDER), "missing.permission");
        let answer = operation.by(&house, (ACME, BYSTANDER), &Subjects::of(&house), NOON);
        let first = operation.needs.unwrap().split(' ').next().unwrap();
        let needed = Permission::new(first).unwrap();
        let Err(Error::Denied(denial)) = answer else { panic!("{answer:?}") };
        assert_eq!(denial, Denial::MissingPermission(needed.clone()), "{}", operation.name);
        assert!(denial.to_string().contains(needed.as_str()), "{denial}");
        assert!(denial.remedy().contains(&needed.display_form()), "{}", denial.remedy());
    }
}

/// OR-05: each operation needs its own permissions: all without one of them do not do, and they alone do.
#[test]
fn or_05_each_operation_needs_its_own_permission_and_no_other() {
    for operation in &OPERATIONS {
        let Some(needed) = operation.needs else { continue };
        let house = House::new();
        for needed in needed.split(' ') {
            let others: Vec<&str> =
                PERMISSIONS.into_iter().filter(|permission| *permission != needed).collect();
            let lacking = house.user_with(51, &others.join(" "));
            assert_refused(&house, operation, (ACME, lacking), "missing.permission");
        }
        let holding = house.user_with(50, needed);
        let answer = operation.by(&house, (ACME, holding), &Subjects::of(&house), NOON);
        assert!(answer.is_ok(), "{} with {needed} alone: {answer:?}", operation.name);
    }
}

/// AA-05, OR-05: to ask for access, any active user will do.
#[test]
fn or_05_asking_for_access_needs_no_permission() {
    let house = House::new();
    let Some(request) = OPERATIONS.iter().find(|operation| operation.needs.is_none()) else { panic!() };
    assert!(request.by(&house, (ACME, BYSTANDER), &Subjects::of(&house), NOON).is_ok());
}

/// OR-02: a part of a permission may be `*` in a role, and a role permits what its pattern covers and nothing
/// else.
#[test]
fn or_02_a_role_may_hold_patterns() {
    let patterns = [
        ("oauth:client:view", true),
        ("oauth:client:*", true),
        ("oauth:*:view", true),
        ("*:client:view", true),
        ("*:*:*", true),
        ("oauth:client:edit", false),
        ("oauth:*:edit", false),
        ("usage:client:view", false),
        ("oauth:token:*", false),
        ("*:user:*", false),
    ];
    for (number, (pattern, permits)) in (60..).zip(patterns) {
        let house = House::new();
        let user = house.user_with(number, pattern);
        let answer = ready(house.server.administration(ACME, user).clients(None, 10, NOON)).unwrap();
        assert_eq!(answer.is_ok(), permits, "{pattern}");
    }
}

/// OR-02: a requirement is whole: no `*`, three parts, and a form to be displayed.
#[test]
fn or_02_a_requirement_has_no_wildcard() {
    for text in ["oauth:client:*", "oauth:*:view", "*:client:view", "*:*:*", "oauth:client", "oauth", ""] {
        assert!(Permission::new(text).is_err(), "{text}");
    }
    for text in ["oauth:client", "a:b:c:d", "", "oauth::view"] {
        assert!(PermissionPattern::new(text).is_err(), "{text}");
    }
    let authorize = Permission::new("oauth:client:authorize").unwrap();
    assert_eq!(authorize.display_form(), "OAuth > Client > Authorize");
}

fn in_division(division: DivisionRequired) -> Requirement {
    Requirement {
        scopes: ScopesRequired::Nothing,
        permissions: PermissionsRequired::all([Permission::new("routing:queue:view").unwrap()]),
        division,
        holder: HolderRequired::Anyone,
    }
}

/// OR-03: a role in one division permits there alone; in all divisions, in each.
#[test]
fn or_03_a_role_permits_where_it_is_granted() {
    let [sales, support] = [Division::One(SALES), Division::One(SUPPORT)];
    let everywhere = [DivisionRequired::In(SALES), DivisionRequired::In(SUPPORT), DivisionRequired::All];
    let cases = [
        (vec![sales], [true, false, false]),
        (vec![support], [false, true, false]),
        (vec![sales, support], [true, true, false]),
        (vec![Division::All], [true, true, true]),
        (vec![], [false, false, false]),
    ];
    for (granted, expected) in cases {
        let roles = fixtures::role_grants(granted.iter().map(|division| (VIEWERS, *division)));
        let house = House::with(|world| world.viewer = fixtures::user(ACME, VIEWER, roles));
        for (division, allowed) in everywhere.into_iter().zip(expected) {
            let answer = house.call(&house.web_token(), &in_division(division), NOON);
            assert_eq!(answer.is_ok(), allowed, "{granted:?} in {division:?}");
        }
    }
}

/// OR-03: two roles do not add up to a permission that neither has, and each adds its own.
#[test]
fn or_03_roles_are_sets_of_permissions_that_add_up() {
    let house = House::new();
    let [one, other] = [fixtures::id(70), fixtures::id(71)];
    house.put(fixtures::role(ACME, one, "oauth:client:view"));
    house.put(fixtures::role(ACME, other, "oauth:client:delete"));
    let both = fixtures::role_grants([(one, Division::All), (other, Division::One(SALES))]);
    house.put(fixtures::user(ACME, fixtures::id(70), both));
    let acting = house.server.administration(ACME, fixtures::id(70));
    let _ = done(acting.clients(None, 10, NOON));
    let _ = done(acting.plan_deletion(house.world.web.id, NOON));
    assert_eq!(code(acting.create_client(&draft(GrantType::AuthorizationCode), NOON)), "missing.permission");
}

/// What an actor holds of the role that a client carries.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Held {
    Nothing,
    OtherRoleEverywhere,
    In(Division),
}

/// Who may administer clients, and holds this of the role [`VIEWERS`].
fn holder(house: &House, held: Held) -> UserId {
    let managers = fixtures::id(80);
    house.put(fixtures::role(ACME, managers, "oauth:client:*"));
    let mut roles = vec![(managers, Division::All)];
    match held {
        Held::Nothing => {}
        Held::OtherRoleEverywhere => roles.push((ADMINISTRATORS, Division::All)),
        Held::In(division) => roles.push((VIEWERS, division)),
    }
    let user = fixtures::id(80);
    house.put(fixtures::user(ACME, user, fixtures::role_grants(roles)));
    user
}

fn service_in(division: Division) -> ClientDraft {
    let roles = vec![RoleGrant { role: VIEWERS, division }];
    ClientDraft { roles, ..draft(GrantType::ClientCredentials) }
}

/// OR-06, threat 38: role in one division or in all, against what the actor holds of it, for each operation
/// of the rule.
#[test]
fn or_06_whoever_creates_edits_regenerates_or_restores_holds_every_role_of_the_client() {
    let [sales, support] = [Division::One(SALES), Division::One(SUPPORT)];
    let holdings = [
        Held::Nothing,
        Held::OtherRoleEverywhere,
        Held::In(sales),
        Held::In(support),
        Held::In(Division::All),
    ];
    for carried in [sales, support, Division::All] {
        for held in holdings {
            let may = held == Held::In(Division::All) || held == Held::In(carried);
            let house = House::new();
            let acting = house.server.administration(ACME, holder(&house, held));
            let client = house.create(&service_in(carried), NOON).client.id;
            let inactive = inactive_service(&house, carried);
            let before = house.dump();
            let answers = [
                ready(acting.create_client(&service_in(carried), NOON)).unwrap().map(drop),
                ready(acting.edit_client(client, &service_in(carried), NOON)).unwrap().map(drop),
                ready(acting.regenerate_secret(client, None, NOON)).unwrap().map(drop),
                ready(acting.restore_client(inactive, None, NOON)).unwrap().map(drop),
            ];
            for answer in answers {
                match answer {
                    Ok(()) => assert!(may, "{carried:?} by one who holds {held:?}"),
                    Err(Error::Denied(denial)) => {
                        assert!(!may, "{carried:?} by one who holds {held:?}: {denial}");
                        assert_eq!(denial.code(), "bad.client.role");
                        let missing = RoleGrant { role: VIEWERS, division: carried };
                        assert_eq!(denial, Denial::MissingRoles(vec![missing]));
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            assert_eq!(house.dump() == before, !may, "{carried:?} by one who holds {held:?}");
        }
    }
}

fn inactive_service(house: &House, carried: Division) -> ClientId {
    let client = fixtures::changed(&fixtures::client(90, GrantType::ClientCredentials), |fields| {
        if let Grant::ClientCredentials { roles, .. } = &mut fields.grant {
            *roles = fixtures::role_grants([(VIEWERS, carried)]);
        }
    });
    let removal = YESTERDAY.plus(604_800);
    house.put(client.deactivate(fixtures::administrator(), removal, YESTERDAY).unwrap());
    client.id
}

/// OR-06: before the edit and after it: neither takes a role away unheld, nor gives one.
#[test]
fn or_06_an_edit_needs_the_roles_before_and_after() {
    let cases = [
        // Held, before, after, whether.
        (SALES, SALES, SUPPORT, false),
        (SALES, SUPPORT, SALES, false),
        (SALES, SALES, SALES, true),
        (SUPPORT, SALES, SALES, false),
    ];
    for (held, before, after, may) in cases {
        let house = House::new();
        let user = holder(&house, Held::In(Division::One(held)));
        let client = house.create(&service_in(Division::One(before)), NOON).client.id;
        let dump = house.dump();
        let edit = service_in(Division::One(after));
        let edited = ready(house.server.administration(ACME, user).edit_client(client, &edit, NOON)).unwrap();
        assert_eq!(edited.is_ok(), may, "holds {held}, {before} to {after}");
        assert_eq!(house.dump() != dump, may);
    }
}

/// OR-06: changing the grant type is no way around it, out of client credentials or into it.
#[test]
fn or_06_a_change_of_the_grant_type_needs_the_roles_too() {
    let house = House::new();
    let user = holder(&house, Held::Nothing);
    let acting = house.server.administration(ACME, user);
    let service = house.create(&draft(GrantType::ClientCredentials), NOON).client.id;
    let web = house.create(&draft(GrantType::AuthorizationCode), NOON).client.id;
    let before = house.dump();
    for (client, becomes) in [(service, GrantType::AuthorizationCode), (web, GrantType::ClientCredentials)] {
        assert_eq!(
            code(acting.edit_client(client, &draft(becomes), NOON)),
            "bad.client.role",
            "to {becomes}"
        );
    }
    assert_same(&house.dump(), &before, "refused");
}

/// OR-07: absent, inactive and active are told apart, as the host says at that moment.
#[test]
fn or_07_the_host_says_who_a_user_is() {
    let house = House::new();
    let (token, key) = (house.web_token(), Key::User(ACME, VIEWER));
    assert_eq!(house.refused(&token, NOON), None);
    house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None });
    assert_eq!(house.refused(&token, NOON), Some("user.inactive"));
    house.put(house.world.viewer.clone());
    assert_eq!(house.refused(&token, NOON), None);
    let version = house.find(key).unwrap().version;
    house.plant(Changes::new().delete(version, key));
    assert_eq!(house.refused(&token, NOON), Some("user.unknown"));
}

/// OR-07: no operation, whoever tries it, writes a user or a role, or makes one.
#[test]
fn or_07_no_operation_writes_a_user() {
    let hosts = |house: &House| -> BTreeMap<Key, Versioned<Record>> {
        house.dump().into_iter().filter(|(key, _)| matches!(key.kind(), Kind::User | Kind::Role)).collect()
    };
    for operation in &OPERATIONS {
        for user in [ADMINISTRATOR, VIEWER, BYSTANDER, FORMER, fixtures::id(99)] {
            let house = House::new();
            let before = hosts(&house);
            let _ = operation.by(&house, (ACME, user), &Subjects::of(&house), NOON);
            assert_same(&hosts(&house), &before, operation.name);
        }
    }
}

/// An organization with the same names and, where the host chooses them, the same identifiers as any other
/// one.
///
/// Clients have identifiers of their own, beginning with this number: those are made here, and never twice.
fn population(organization: OrganizationId, first: u64, viewers: &str) -> (Changes, Subjects) {
    let actor = Actor::User { organization, user: ADMINISTRATOR };
    let own = |number: u64, grant_type| {
        fixtures::changed(&fixtures::client(first + number, grant_type), |fields| {
            fields.owner = Owner::Organization(organization);
            fields.name = fixtures::name(&format!("Client {number}"));
            (fields.created_by, fields.modified_by) = (actor, actor);
        })
    };
    let [active, inactive, pending, revoked] =
        [1, 2, 3, 4].map(|number| own(number, GrantType::AuthorizationCode));
    let service = own(5, GrantType::ClientCredentials);
    let implicit = own(6, GrantType::Implicit);
    let approved = |client| match fixtures::approved(organization, client) {
        fixture if organization == ACME => fixture,
        fixture => {
            let AuthorizationState::Approved(approval) = fixture.state().clone() else { panic!("approved") };
            let consent = Consent { by: actor, ..approval.consent };
            Authorization::approved(organization, client.id, fixture.id(), Approval { consent, ..approval })
        }
    };
    let login = fixtures::login(&approved(&active), VIEWER);
    let provider = fixtures::identity_provider(organization, 1);
    // A client that opened the data of both: of different days, so that a leak of the other's is seen.
    let used = Day::of(YESTERDAY).minus(u16::from(organization == ACME));
    let subjects = Subjects {
        active: active.id,
        inactive: inactive.id,
        foreign: fixtures::id(FOREIGN),
        pending: pending.id,
        revoked: revoked.id,
        implicit: implicit.id,
        provider: provider.id,
        tested: fixtures::id(common::TESTED),
    };
    let administrator = fixtures::role_grants([(ADMINISTRATORS, Division::All), (VIEWERS, Division::All)]);
    let told = told(organization, first);
    let events = [Arc::new(told.clone())];
    let seal = TrailSeal::after(None, Some(organization), &events, NOON).expect("an event");
    let changes = Changes::new()
        .insert(told)
        .insert(TrailHead::of(&seal))
        .insert(seal)
        .insert(
            fixtures::organization(organization, "Acme").with_identity_provider().with_identity_provider(),
        )
        .insert(fixtures::saml_request(&provider))
        .insert(provider)
        .insert(common::tested_provider(organization))
        .insert(fixtures::role(organization, ADMINISTRATORS, "*:*:*"))
        .insert(fixtures::role(organization, VIEWERS, viewers))
        .insert(User {
            email: Some(fixtures::email("administrator@acme.example")),
            ..fixtures::user(organization, ADMINISTRATOR, administrator)
        })
        .insert(fixtures::user(organization, VIEWER, fixtures::role_grants([(VIEWERS, Division::All)])))
        .insert(fixtures::user(organization, BYSTANDER, fixtures::role_grants([])))
        .insert(ClientTally { organization, clients: 6 })
        .insert(approved(&active))
        .insert(approved(&inactive))
        .insert(approved(&service))
        .insert(approved(&implicit))
        .insert(fixtures::pending(organization, &pending))
        .insert(approved(&revoked).revoke(actor, YESTERDAY).unwrap())
        .insert(fixtures::token(&active, &approved(&active), Some(&login)))
        .insert(fixtures::token(&service, &approved(&service), None))
        .insert(fixtures::consent(&approved(&active), VIEWER))
        .insert(fixtures::usage_day(organization, active.id, used))
        .insert(fixtures::usage_day(organization, fixtures::id(FOREIGN), used))
        .insert(login)
        .insert(inactive.deactivate(actor, YESTERDAY.plus(604_800), YESTERDAY).unwrap())
        .insert(active)
        .insert(pending)
        .insert(revoked)
        .insert(implicit)
        .insert(service);
    (changes, subjects)
}

/// That the client of a third organization was asked for, and how that was told: in each of the two by itself.
fn told(organization: OrganizationId, first: u64) -> Event {
    let client = fixtures::id(FOREIGN);
    let authorization = Some(fixtures::id(first));
    Attempt {
        event: EventId::at(YESTERDAY, [u8::try_from(first).expect("a small number"); 10]),
        organization: Some(organization),
        actor: Actor::User { organization, user: ADMINISTRATOR },
        action: Action::EditAudience,
        subject: Subject::Authorization { organization, client, authorization },
        at: YESTERDAY,
    }
    .done(vec![FieldChange { field: "audience".into(), before: None, after: Some(VIEWERS.to_string()) }])
}

/// The number of a client of a third organization, on which neither of the two has a word.
const FOREIGN: u64 = 900;
/// The first numbers of the clients of Acme and Globex.
const OF_ACME: u64 = 100;
const OF_GLOBEX: u64 = 200;

/// Globex, with Acme beside it or without.
fn globex(beside_acme: bool) -> (House, Subjects) {
    let house = House::over(Arc::new(MemoryStore::new()), fixtures::world());
    let foreign = fixtures::changed(&fixtures::client(FOREIGN, GrantType::AuthorizationCode), |fields| {
        fields.owner = Owner::Organization(fixtures::id(3));
        (fields.created_by, fields.modified_by) = (Actor::Operator, Actor::Operator);
    });
    house.plant(Changes::new().insert(foreign));
    if beside_acme {
        house.plant(population(ACME, OF_ACME, "*:*:*").0);
    }
    let (changes, subjects) = population(GLOBEX, OF_GLOBEX, "oauth:client:view routing:queue:view");
    house.plant(changes);
    (house, subjects)
}

/// The organization that the record belongs to.
fn organization_of(record: &Record) -> Option<OrganizationId> {
    match record {
        Record::Organization(organization) => Some(organization.id()),
        Record::Role(role) => Some(role.organization),
        Record::User(user) => Some(user.organization),
        Record::Client(client) => client.organization(),
        Record::Authorization(authorization) => Some(authorization.organization()),
        Record::Family(family) => Some(family.organization),
        Record::AccessToken(token) => Some(token.organization),
        Record::AuthorizationCode(code) => Some(code.organization),
        Record::ConsentPrompt(prompt) => Some(prompt.organization),
        Record::UserConsent(consent) => Some(consent.organization),
        Record::IdentityProvider(provider) => Some(provider.organization),
        Record::SamlRequest(request) => Some(request.organization),
        Record::UsedAssertion(used) => Some(used.organization),
        Record::UsageDay(used) => Some(used.organization),
        Record::UsageSummary(used) => Some(used.organization),
        Record::ClientTally(tally) => Some(tally.organization),
        Record::Event(event) => event.organization,
        Record::TrailSeal(seal) => seal.organization,
        Record::TrailHead(head) => head.organization,
        _ => None,
    }
}

/// Everything that is not Acme's, and everything that is; events included.
fn parted(house: &House) -> [BTreeMap<Key, Versioned<Record>>; 2] {
    let all = house.store().memory().records().into_iter().map(|stored| (stored.record.key(), stored));
    let (acmes, others) = all.partition(|(_, stored)| organization_of(&stored.record) == Some(ACME));
    [others, acmes]
}

/// OR-01, threat 37: whoever acts in one organization, with whatever outcome, is answered the same and
/// changes the same whether or not another one is there, with the same names and identifiers of everything;
/// and that one stays untouched.
#[test]
fn threat_37_another_organization_makes_no_difference() {
    for operation in &OPERATIONS {
        for user in [ADMINISTRATOR, VIEWER, BYSTANDER, FORMER] {
            let ((beside, on), (alone, _)) = (globex(true), globex(false));
            let [_, untouched] = parted(&beside);
            let who = (GLOBEX, user);
            let [one, other] = [&beside, &alone].map(|house| operation.by(house, who, &on, NOON));
            assert_eq!(one, other, "{} by {user}", operation.name);
            let [[others, acmes], [expected, _]] = [&beside, &alone].map(parted);
            assert_same(&others, &expected, operation.name);
            assert_same(&acmes, &untouched, operation.name);
        }
    }
}

/// OR-01, threat 37: an operation on one's own clients answers for another organization's client as for none.
#[test]
fn or_01_another_organizations_client_is_answered_like_none() {
    let on_clients = [
        "client",
        "edit_client",
        "regenerate_secret",
        "restore_client",
        "plan_deletion",
        "delete_client",
        "end_tokens_of_client",
        "migrate_implicit",
    ];
    for operation in OPERATIONS.iter().filter(|operation| on_clients.contains(&operation.name)) {
        let theirs = [1, 2, 3, 4, 5, 6].map(|number| fixtures::id::<ClientId>(OF_ACME + number));
        let nobodys = fixtures::id::<ClientId>(999);
        for client in theirs {
            let (house, _) = globex(true);
            let before = house.dump();
            let by = |client| operation.by(&house, (GLOBEX, ADMINISTRATOR), &Subjects::all(client), NOON);
            assert_eq!(by(client), by(nobodys), "{}", operation.name);
            assert_eq!(
                by(client),
                Err(Error::<Broken>::Denied(Denial::ClientNotFound)),
                "{}",
                operation.name
            );
            assert_same(&house.dump(), &before, operation.name);
        }
    }
}

/// OR-01, threat 37: an operation on authorizations tells nothing of another organization's word on the same
/// client.
#[test]
fn or_01_another_organizations_word_is_not_seen() {
    let on_words = [
        "reauthorize",
        "edit_scopes",
        "edit_audience",
        "deny",
        "revoke",
        "application",
        "end_tokens_of_application",
    ];
    for operation in OPERATIONS.iter().filter(|operation| on_words.contains(&operation.name)) {
        for client in [1, 2, 3, 4, 5, 6].map(|number| fixtures::id::<ClientId>(OF_ACME + number)) {
            let (house, _) = globex(true);
            let before = house.dump();
            let answer = operation.by(&house, (GLOBEX, ADMINISTRATOR), &Subjects::all(client), NOON);
            assert_eq!(answer, Err(Error::Denied(Denial::AuthorizationNotFound)), "{}", operation.name);
            assert_same(&house.dump(), &before, operation.name);
        }
    }
}

/// OR-01, threat 37: a list holds what is the organization's own, on every page.
#[test]
fn or_01_lists_hold_what_is_the_organizations_own() {
    let (house, _) = globex(true);
    let admin = house.server.administration(GLOBEX, ADMINISTRATOR);
    let own: Vec<ClientId> = (1..=6).map(|number| fixtures::id(OF_GLOBEX + number)).collect();
    let (mut clients, mut applications) = (Vec::new(), Vec::new());
    let mut after = None;
    loop {
        let page = done(admin.clients(after, 1, NOON));
        clients.extend(page.items.into_iter().map(|client| client.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    loop {
        let page = done(admin.applications(None, after, 1, NOON));
        applications.extend(page.items.into_iter().map(|application| application.client));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    clients.sort();
    applications.sort();
    assert_eq!((clients, applications), (own.clone(), own));
}

/// OR-01, threat 37: a token opens the data of its own organization, by the roles there: a role, user or
/// client of the same identifier elsewhere gives nothing.
#[test]
fn threat_37_a_token_is_judged_by_its_own_organization() {
    let (house, _) = globex(true);
    let everything = fixtures::requirement("", "oauth:client:delete");
    let little = fixtures::requirement("", "routing:queue:view");
    for number in [1, 5] {
        let [theirs, own] = [OF_ACME, OF_GLOBEX]
            .map(|first| fixtures::token_of(fixtures::id(first + number)).expose().to_owned());
        let allowed = house.call(&theirs, &everything, NOON).expect("the role of Acme permits everything");
        assert_eq!(allowed.organization, ACME);
        let allowed = house.call(&own, &little, NOON).expect("the role of Globex permits a little");
        assert_eq!(allowed.organization, GLOBEX);
        let refused = house.call(&own, &everything, NOON).unwrap_err();
        assert_eq!(refused.reason.code(), "permission.missing");
    }
}

/// OR-01: an event goes to the trail of the organization in which it happened, and to no other.
#[test]
fn or_01_events_stay_in_the_organization() {
    for operation in &OPERATIONS {
        let (house, on) = globex(true);
        let (_, events) = house.events_of(|| operation.by(&house, (GLOBEX, ADMINISTRATOR), &on, NOON));
        assert!(events.iter().all(|event| event.organization == Some(GLOBEX)), "{events:?}");
    }
}

/// OR-01, AA-14, LC-10: what the owner does to a client changes no record of another organization that
/// authorized it.
#[test]
fn or_01_the_owner_writes_nothing_into_other_organizations() {
    for operation in OPERATIONS.iter().filter(|operation| !operation.reads) {
        let (house, on) = globex(true);
        for client in [on.active, on.inactive, on.pending, on.revoked, on.implicit] {
            let Some(Record::Client(stored)) = house.find(Key::Client(client)).map(|found| found.record)
            else {
                panic!("a client")
            };
            house.plant(Changes::from_iter([Change::Insert(fixtures::approved(ACME, &stored).into())]));
        }
        let [_, before] = parted(&house);
        let _ = operation.by(&house, (GLOBEX, ADMINISTRATOR), &on, NOON);
        let [_, after] = parted(&house);
        assert_same(&after, &before, operation.name);
    }
}

/// threat 38: a scope that the client did not register, and a role that the organization has not, are not
/// given.
#[test]
fn threat_38_nothing_is_granted_beyond_the_client_and_the_organization() {
    let house = House::new();
    let admin = house.admin();
    let before = house.dump();
    let web = house.world.web.id;
    for beyond in ["users", "analytics", "analytics:readonly"] {
        let scopes = [beyond.to_owned()];
        assert_eq!(code(admin.edit_scopes(web, &scopes, NOON)), "scope.not.registered", "{beyond}");
        let mixed = ["routing".to_owned(), beyond.to_owned()];
        assert_eq!(code(admin.edit_scopes(web, &mixed, NOON)), "scope.not.registered", "{beyond}");
        assert_eq!(
            code(admin.authorize(fixtures::id(common::NEWCOMER), Some(&mixed), NOON)),
            "scope.not.registered"
        );
    }
    let denial = denied(admin.edit_audience(web, &[VIEWERS, fixtures::id(77)], NOON));
    assert_eq!(denial.code(), "role.not.found");
    assert_same(&house.dump(), &before, "refused");
}
