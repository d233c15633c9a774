//! What applications were at any past instant, rebuilt from the audit trail (GV-01).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use grantor::admin::ClientDraft;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::change::Record;
use grantor::model::Authorization;
use grantor::model::AuthorizationState;
use grantor::model::Client;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Granted;
use grantor::model::Lifecycle;
use grantor::model::Owner;
use grantor::model::Purpose;
use grantor::model::RoleGrant;
use grantor::model::StateName;
use grantor::ready;
use grantor::review::history::ApplicationHistory;
use grantor::review::history::ApplicationThen;
use grantor::review::history::ClientStateThen;
use grantor::server::LoggedIn;
use grantor::store::MemoryStore;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::LONG_AGO;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use proptest::prelude::*;

use common::Call;
use common::House;
use common::assert_same;
use common::done;
use common::draft;
use common::visit_and_agree;

/// Two organizations with the people of each, and no client.
fn house() -> House {
    let house = House::over(Arc::new(MemoryStore::new()), fixtures::world());
    let everywhere = fixtures::role_grants([(ADMINISTRATORS, Division::All), (VIEWERS, Division::All)]);
    for organization in [ACME, GLOBEX] {
        house.plant(
            Changes::new()
                .insert(fixtures::organization(organization, "Acme"))
                .insert(fixtures::role(organization, ADMINISTRATORS, "*:*:*"))
                .insert(fixtures::role(organization, VIEWERS, "routing:queue:view"))
                .insert(fixtures::user(organization, ADMINISTRATOR, everywhere.clone()))
                .insert(fixtures::user(organization, BYSTANDER, fixtures::role_grants([]))),
        );
    }
    house
}

/// One step of a history: what is done, by whom, to which of the clients, how, and how long after the one before.
#[derive(Clone, Copy, Debug)]
struct Step {
    what: u8,
    by_acme: bool,
    client: usize,
    how: u8,
    after: u32,
}

fn step() -> impl Strategy<Value = Step> {
    let after = prop_oneof![
        4 => Just(0_u32),
        3 => 1..3_u32,
        2 => Just(86_400),
        1 => Just(8 * 86_400),
        1 => Just(31 * 86_400),
    ];
    (0..33_u8, any::<bool>(), any::<usize>(), any::<u8>(), after)
        .prop_map(|(what, by_acme, client, how, after)| Step { what, by_acme, client, how, after })
}

fn drafted(how: u8) -> ClientDraft {
    let base = draft(GrantType::ALL[usize::from(how % 4)]);
    let is_for_users = base.grant_type != Some(GrantType::ClientCredentials);
    let scopes: &[&str] = match how / 4 % 3 {
        0 => &["routing"],
        1 => &["routing:readonly", "users:readonly"],
        _ => &["analytics", "routing", "users"],
    };
    let division = fixtures::id(u64::from(how % 3) + 1);
    ClientDraft {
        name: format!("Client {}", how % 5),
        lifetime: [None, Some(300), Some(900)][usize::from(how % 3)],
        scopes: if is_for_users { scopes.iter().map(|scope| (*scope).to_owned()).collect() } else { vec![] },
        roles: match (is_for_users, how / 16 % 2) {
            (true, _) => vec![],
            (false, 0) => vec![RoleGrant { role: VIEWERS, division: Division::All }],
            (false, _) => vec![
                RoleGrant { role: VIEWERS, division: Division::One(division) },
                RoleGrant { role: ADMINISTRATORS, division: Division::All },
            ],
        },
        public: base.grant_type == Some(GrantType::AuthorizationCode) && how.is_multiple_of(2),
        purpose: if !is_for_users && how.is_multiple_of(7) { Purpose::Scim } else { Purpose::General },
        ..base
    }
}

/// Does the step. Most are refused in most states, and then change nothing.
fn take(house: &House, clients: &mut Vec<ClientId>, step: Step, now: Timestamp) {
    let Step { what, by_acme, client, how, after: _ } = step;
    let organization = if by_acme { ACME } else { GLOBEX };
    let admin = house.server.administration(organization, ADMINISTRATOR);
    let client = match clients.len() {
        0 => fixtures::id(1),
        some => clients[client % some],
    };
    let scopes =
        [vec!["routing".to_owned()], vec!["routing:readonly".to_owned(), "users:readonly".to_owned()]]
            [usize::from(how % 2)]
        .clone();
    let some_scopes = (!how.is_multiple_of(3)).then_some(scopes.as_slice());
    match what {
        0..=3 if clients.len() < 8 => {
            if let Ok(created) = ready(admin.create_client(&drafted(how), now)).unwrap() {
                clients.push(created.client.id);
            }
        }
        4 => {
            let (operator, draft) = (house.server.operator(), drafted(how | 1));
            let declared = ready(operator.declare_built_in(&draft, how.is_multiple_of(2), now)).unwrap();
            clients.extend(declared.map(|created| created.client.id));
        }
        5 | 6 => drop(ready(admin.edit_client(client, &drafted(how), now)).unwrap()),
        7 => drop(ready(admin.regenerate_secret(client, None, now)).unwrap()),
        8 | 9 => {
            if let Ok(plan) = ready(admin.plan_deletion(client, now)).unwrap() {
                drop(ready(admin.delete_client(&plan, now)).unwrap());
            }
        }
        0..=3 | 10 | 28..=32 => {
            // The first one that can be restored, by whom it belongs to.
            let inactive = stored(house).into_iter().find_map(|record| match record {
                Record::Client(client) if matches!(client.lifecycle, Lifecycle::Inactive(_)) => {
                    Some((client.organization()?, client.id))
                }
                _ => None,
            });
            let (owner, client) = inactive.unwrap_or((organization, client));
            let owner = house.server.administration(owner, ADMINISTRATOR);
            drop(ready(owner.restore_client(client, some_scopes, now)).unwrap());
        }
        11 => drop(ready(house.server.operator().disable_client(client, now)).unwrap()),
        12 => drop(ready(house.server.operator().enable_client(client, now)).unwrap()),
        13 => drop(ready(admin.migrate_implicit(client, now)).unwrap()),
        14 => {
            let bystander = house.server.administration(organization, BYSTANDER);
            drop(ready(bystander.request_authorization(client, some_scopes, now)).unwrap());
        }
        15..=17 => drop(ready(admin.authorize(client, some_scopes, now)).unwrap()),
        18 => drop(ready(admin.reauthorize(client, some_scopes, now)).unwrap()),
        19 => drop(ready(admin.edit_scopes(client, &scopes, now)).unwrap()),
        20 => {
            let roles = [ADMINISTRATORS, VIEWERS];
            drop(ready(admin.edit_audience(client, &roles[..usize::from(how % 3)], now)).unwrap());
        }
        21 => {
            let pending = stored(house).into_iter().find_map(|record| match record {
                Record::Authorization(word) if word.state_name() == StateName::Pending => {
                    Some((word.organization(), word.client()))
                }
                _ => None,
            });
            let (organization, client) = pending.unwrap_or((organization, client));
            let admin = house.server.administration(organization, ADMINISTRATOR);
            drop(ready(admin.deny(client, now)).unwrap());
        }
        22 | 23 => drop(ready(admin.revoke(client, Acknowledgement::Given, now)).unwrap()),
        24 => match how % 4 {
            0 => drop(ready(admin.end_tokens_of_application(client, now)).unwrap()),
            1 => drop(ready(admin.end_tokens_of_client(client, now)).unwrap()),
            2 => drop(ready(admin.end_tokens_of_user(BYSTANDER, now)).unwrap()),
            _ => drop(ready(admin.end_tokens(now)).unwrap()),
        },
        25 | 26 => {
            let user = if what == 25 { ADMINISTRATOR } else { BYSTANDER };
            let visitor = LoggedIn { organization, user };
            let query = format!(
                "response_type=code&client_id={client}&scope=routing&code_challenge_method=S256\
                 &redirect_uri=https://reports.example.com/callback\
                 &code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
            );
            let _ = visit_and_agree(house, &query, visitor, now);
            if how.is_multiple_of(2) {
                drop(ready(house.server.withdraw_consent(visitor, client, now)).unwrap());
            }
        }
        _ => drop(ready(house.server.sweep(500, now)).unwrap()),
    }
}

/// Four clients that are old when the rest begins: deleting them takes seven days.
fn begun(house: &House) -> Vec<ClientId> {
    let created = [(ACME, 1), (GLOBEX, 2), (ACME, 3), (GLOBEX, 0)].map(|(organization, how)| {
        let admin = house.server.administration(organization, ADMINISTRATOR);
        done(admin.create_client(&drafted(how), NOON)).client.id
    });
    created.to_vec()
}

/// A client or authorization, as what is told of it then.
type Told = BTreeMap<ClientId, String>;

/// What is true of the organization at the instant, by the records as they were.
fn truth(records: &[Record], organization: OrganizationId, instant: Timestamp) -> Told {
    let mut words: BTreeMap<ClientId, &Authorization> = BTreeMap::new();
    let mut clients: BTreeMap<ClientId, &Client> = BTreeMap::new();
    for record in records {
        match record {
            Record::Authorization(word) if word.organization() == organization => {
                words.insert(word.client(), word);
            }
            Record::Client(client) if !client.is_gone(instant) => {
                clients.insert(client.id, client);
            }
            _ => {}
        }
    }
    let ids: BTreeSet<ClientId> = words.keys().chain(clients.keys()).copied().collect();
    let told = ids.into_iter().filter_map(|id| {
        let word = words.get(&id).map(|word| told_of_word(word));
        let client = clients.get(&id).filter(|client| match client.owner {
            Owner::Organization(owner) => owner == organization,
            Owner::BuiltIn { .. } => word.is_none(),
        });
        let by_default = client.is_some_and(|client| client.organization().is_none());
        let client = client.map(|client| told_of_client(client));
        (word.is_some() || client.is_some()).then(|| (id, format!("{word:?} {client:?} {by_default}")))
    });
    told.collect()
}

fn told_of_word(word: &Authorization) -> String {
    let (requested, granted, audience, by) = match word.state() {
        AuthorizationState::Pending { requested, by, at } => {
            (Some(requested), None, vec![], Some((*by, *at)))
        }
        AuthorizationState::Approved(approval) => {
            let roles = approval.audience.roles().to_vec();
            // A built-in client was approved by whoever declared it, of which the organization's trail does not tell.
            let by =
                Some((approval.consent.by, approval.consent.at)).filter(|(by, _)| *by != Actor::Operator);
            (None, Some(&approval.granted), roles, by)
        }
        AuthorizationState::Revoked(revocation) => (None, None, vec![], Some((revocation.by, revocation.at))),
    };
    format!("{} {} {requested:?} {granted:?} {audience:?} {by:?}", word.id(), word.state_name())
}

fn told_of_client(client: &Client) -> String {
    let state = match client.lifecycle {
        Lifecycle::Active => ClientStateThen::Active,
        Lifecycle::Inactive(deletion) => ClientStateThen::Inactive { removal: deletion.removal },
        Lifecycle::Disabled { deletion, .. } => {
            ClientStateThen::Disabled { removal: deletion.map(|deletion| deletion.removal) }
        }
    };
    let grant = &client.grant;
    format!(
        "{} {:?} {state:?} {:?} {:?} {:?} {:?} {:?}",
        client.name,
        grant.grant_type(),
        client.lifetime,
        grant.roles().cloned().unwrap_or_default(),
        grant.scopes().cloned().unwrap_or_default(),
        (client.created, client.created_by),
        client.modified,
    )
}

/// The same, as it was rebuilt.
fn told_then(then: &ApplicationThen) -> String {
    let word = then.authorization.as_ref().map(|word| {
        let by = word.by.zip(word.since);
        format!(
            "{} {} {:?} {:?} {:?} {by:?}",
            word.id.unwrap(),
            word.state.unwrap(),
            word.requested.as_ref(),
            word.granted.as_ref(),
            word.audience.roles(),
        )
    });
    let client = then.registered.as_ref().map(|client| {
        format!(
            "{} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
            client.name.as_ref().unwrap(),
            client.grant_type.unwrap(),
            client.state.unwrap(),
            client.lifetime.unwrap(),
            client.roles,
            client.scopes,
            (client.created.unwrap(), client.created_by.unwrap()),
            client.modified,
        )
    });
    format!("{word:?} {client:?} {}", then.approved_by_default)
}

/// All that was at the instant, in pages of this size.
fn rebuilt(
    house: &House,
    organization: OrganizationId,
    instant: Timestamp,
    page: u16,
) -> Vec<ApplicationThen> {
    let admin = house.server.administration(organization, ADMINISTRATOR);
    let (mut after, mut all) = (None, Vec::new());
    loop {
        let listed = done(admin.applications_at(instant, after, page, instant));
        all.extend(listed.items);
        after = listed.next;
        if after.is_none() {
            return all;
        }
    }
}

fn told(then: &[ApplicationThen]) -> Told {
    then.iter().map(|then| (then.client, told_then(then))).collect()
}

fn stored(house: &House) -> Vec<Record> {
    house.store().memory().records().into_iter().map(|stored| stored.record).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// GV-01: at every past instant, what is rebuilt from the trail is what was in the records: each application's
    /// word and each client, of both organizations, and nothing else.
    #[test]
    fn gv_01_what_was_is_rebuilt_from_the_trail_alone(steps in prop::collection::vec(step(), 1..60), page in 1..9_u16) {
        let house = house();
        let mut was: BTreeMap<Timestamp, Vec<Record>> = BTreeMap::from([(LONG_AGO, Vec::new())]);
        let mut clients = begun(&house);
        was.insert(NOON, stored(&house));
        let mut now = NOON.plus(31 * 86_400);
        for step in steps {
            now = now.plus(step.after);
            take(&house, &mut clients, step, now);
            was.insert(now, stored(&house));
        }
        let ends: Vec<Timestamp> = was.keys().skip(1).map(|at| at.minus(1)).chain([now.plus(100 * 86_400)]).collect();
        for ((begin, records), end) in was.iter().zip(ends) {
            // And just before and after a client is gone by itself.
            let removals = records.iter().filter_map(|record| match record {
                Record::Client(client) => client.lifecycle.deletion().map(|deletion| deletion.removal),
                _ => None,
            });
            let between = removals.flat_map(|at| [at.minus(1), at]).filter(|at| (*begin..=end).contains(at));
            for instant in between.chain([*begin, end]) {
                for organization in [ACME, GLOBEX] {
                    let then = rebuilt(&house, organization, instant, page);
                    prop_assert!(then.iter().all(|then| then.complete), "{:?}", then);
                    let (found, expected) = (told(&then), truth(records, organization, instant));
                    prop_assert_eq!(then.len(), found.len(), "each once");
                    prop_assert_eq!(found, expected, "{} at {}", organization, instant);
                }
            }
        }
    }
}

/// A client that was created, approved, narrowed and revoked, an hour apart, with tokens in between.
fn story() -> (House, ClientId) {
    let house = house();
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let client = done(admin.create_client(&draft(GrantType::AuthorizationCode), NOON)).client.id;
    let _ = done(admin.authorize(client, None, NOON.plus(3_600)));
    let _ = done(admin.edit_scopes(client, &["routing:readonly".to_owned()], NOON.plus(7_200)));
    let _ = done(admin.revoke(client, Acknowledgement::NotGiven, NOON.plus(10_800)));
    (house, client)
}

/// GV-01: "who could do what on that day": the word of the day, since when and by whom.
#[test]
fn gv_01_the_word_of_the_day_is_told() {
    let (house, _) = story();
    let at = |second| rebuilt(&house, ACME, NOON.plus(second), 100);
    assert_eq!(rebuilt(&house, ACME, NOON.minus(1), 100), []);
    assert_eq!(at(0)[0].authorization, None);
    let word = |second| at(second)[0].authorization.clone().unwrap();
    assert_eq!(word(3_600).granted, Some(Granted::Scopes(fixtures::scopes("routing users:readonly"))));
    let narrowed = word(10_799);
    assert_eq!(narrowed.granted, Some(Granted::Scopes(fixtures::scopes("routing:readonly"))));
    assert_eq!((narrowed.since, narrowed.by), (Some(NOON.plus(3_600)), Some(fixtures::administrator())));
    assert_eq!((word(10_800).state, word(10_800).since), (Some(StateName::Revoked), Some(NOON.plus(10_800))));
    assert!(at(10_800)[0].complete);
}

/// GV-01: a trail from which an event was taken, or that begins later than its application, is told as what it is.
#[test]
fn gv_01_a_gap_in_the_trail_is_told() {
    let (house, client) = story();
    let events: Vec<Event> = house.events().into_iter().filter(|event| event.changes_application()).collect();
    let [created, approved, narrowed, revoked] = events.as_slice() else { panic!("{events:?}") };
    let then = |some: &[&Event]| {
        let mut history = ApplicationHistory::new(client, NOON.plus(20_000));
        some.iter().for_each(|event| history.add(event));
        history.then().expect("something is known of it")
    };
    let whole = then(&[created, approved, narrowed, revoked]);
    assert!(whole.complete);
    for gap in [&[created, narrowed, revoked][..], &[created, approved, revoked], &[created, revoked]] {
        let then = then(gap);
        assert!(!then.complete, "{gap:?}");
        let word = then.authorization.unwrap();
        assert_eq!((word.state, word.since), (Some(StateName::Revoked), Some(NOON.plus(10_800))), "{gap:?}");
    }
    let word = then(&[narrowed]).authorization.unwrap();
    assert_eq!((word.state, word.since), (None, None), "nothing tells of it");
    assert_eq!(word.granted, Some(Granted::Scopes(fixtures::scopes("routing:readonly"))));
    assert_eq!(then(&[approved, narrowed, revoked]).registered, None, "as of another organization's");
}

/// The changes of three clients, up to an instant at which one of them is set for deletion.
fn eventful() -> (Vec<Event>, [ClientId; 3], Timestamp) {
    let house = house();
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let bystander = house.server.administration(ACME, BYSTANDER);
    let types = [GrantType::AuthorizationCode, GrantType::ClientCredentials, GrantType::Saml2Bearer];
    let clients = types.map(|grant_type| done(admin.create_client(&draft(grant_type), NOON)).client.id);
    let [for_users, own, pending] = clients;
    let _ = done(admin.authorize(for_users, None, NOON.plus(1)));
    let _ = done(admin.edit_audience(for_users, &[VIEWERS], NOON.plus(2)));
    let _ = done(admin.authorize(own, None, NOON.plus(3)));
    let _ = done(bystander.request_authorization(pending, None, NOON.plus(4)));
    let later = NOON.plus(31 * 86_400);
    let plan = done(admin.plan_deletion(own, later));
    let _ = done(admin.delete_client(&plan, later));
    (house.events().into_iter().filter(Event::changes_application).collect(), clients, later)
}

fn rebuilt_from<'e>(
    events: impl IntoIterator<Item = &'e Event>,
    client: ClientId,
    instant: Timestamp,
) -> Option<ApplicationThen> {
    let mut history = ApplicationHistory::new(client, instant);
    events.into_iter().for_each(|event| history.add(event));
    history.then()
}

/// GV-01: a text that is none of a value, whichever field says it, was not written here: what is rebuilt is not complete.
/// What the field is not part of is as it was.
#[test]
fn gv_01_a_text_that_is_no_value_is_told_as_a_gap() {
    const TRACED: [&str; 11] = [
        "id",
        "state",
        "requested",
        "granted",
        "audience",
        "name",
        "lifetime",
        "grant_type",
        "roles",
        "scopes",
        "removal",
    ];
    let (events, clients, instant) = eventful();
    let (mut gaps, mut same) = (BTreeSet::new(), 0);
    for (place, event) in events.iter().enumerate() {
        let client = event.client().unwrap();
        let whole = rebuilt_from(&events, client, instant).unwrap();
        assert!(whole.complete && clients.contains(&client), "{whole:?}");
        for (of, change) in event.changes.iter().enumerate().filter(|(_, change)| change.after.is_some()) {
            let mut altered = events.clone();
            altered[place].changes[of].after = Some("\u{1}".into());
            let then = rebuilt_from(&altered, client, instant).unwrap();
            if TRACED.contains(&change.field.as_ref()) {
                assert!(!then.complete, "{:?}: {then:?}", altered[place]);
                gaps.insert(change.field.to_string());
            } else {
                assert_eq!(then, whole, "{}", change.field);
                same += 1;
            }
        }
    }
    assert_eq!(gaps, TRACED.map(str::to_owned).into_iter().collect(), "each of them was tried");
    assert!(same > 0);
}

/// GV-01: a client that nothing created, and a state that no event of this authorization came to, are told as gaps, though
/// each field comes from nothing.
#[test]
fn gv_01_what_nothing_began_is_a_gap() {
    let (events, [for_users, ..], instant) = eventful();
    let altered = |alter: &dyn Fn(&mut Event)| {
        let mut events = events.clone();
        events.iter_mut().filter(|event| event.client() == Some(for_users)).for_each(alter);
        rebuilt_from(&events, for_users, instant).unwrap()
    };
    assert!(altered(&|_| {}).complete);
    let then = altered(&|event| {
        if event.action == Action::CreateClient {
            event.action = Action::EditClient;
        }
    });
    assert_eq!((then.complete, then.registered.unwrap().created), (false, None), "nothing created it");
    let then = altered(&|event| {
        if let Subject::Authorization { authorization, .. } = &mut event.subject {
            *authorization = Some(fixtures::id(999));
        }
    });
    let word = then.authorization.unwrap();
    assert_eq!((then.complete, word.state, word.since), (false, Some(StateName::Approved), None));
}

/// GV-01: what is about another client, was refused or is no change of an application counts for nothing, whatever changes it
/// tells of.
#[test]
fn gv_01_only_what_changes_this_application_counts() {
    let (events, clients, instant) = eventful();
    for client in clients {
        let whole = rebuilt_from(&events, client, instant).unwrap();
        let own: Vec<&Event> = events.iter().filter(|event| event.client() == Some(client)).collect();
        assert_eq!(
            rebuilt_from(own.iter().copied(), client, instant).as_ref(),
            Some(&whole),
            "others count for nothing"
        );
        let refused = Outcome::Refused { code: "client.not.found".into(), cause: "there is none".into() };
        for event in own {
            let foreign = match event.subject {
                Subject::Authorization { organization, authorization, .. } => {
                    Subject::Authorization { organization, client: fixtures::id(999), authorization }
                }
                _ => Subject::Client(fixtures::id(999)),
            };
            let changes = FieldChange::between(
                &vec![],
                &vec![("name", "Another".to_owned()), ("state", "revoked".to_owned())],
            );
            let like = Event { at: instant, changes, ..event.clone() };
            for more in [
                Event { outcome: refused.clone(), ..like.clone() },
                Event { action: Action::UseToken, ..like.clone() },
                Event { subject: foreign, ..like.clone() },
                Event { at: instant.plus(1), ..like.clone() },
            ] {
                let then = rebuilt_from(events.iter().chain([&more]), client, instant);
                assert_eq!(then.as_ref(), Some(&whole), "{more:?}");
            }
            assert_ne!(
                rebuilt_from(events.iter().chain([&like]), client, instant),
                Some(whole.clone()),
                "it would count"
            );
        }
    }
}

/// GV-01: refusals, tokens and what users say for themselves change nothing of it, and are not read.
#[test]
fn gv_01_rebuilding_reads_nothing_of_tokens() {
    let house = house();
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let client = done(admin.create_client(&draft(GrantType::ClientCredentials), NOON));
    let (id, secret) = (client.client.id, client.secret.unwrap().expose().to_owned());
    let _ = done(admin.authorize(id, None, NOON));
    for second in 0..600 {
        house.issue(id, &secret, NOON.plus(second));
    }
    house.store().take_calls();
    let before = house.dump();
    let then = done(admin.applications_at(NOON.plus(600), None, 500, NOON.plus(600)));
    assert_eq!((then.items.len(), then.next), (1, None));
    let lists = house.store().take_calls().into_iter().filter(|call| *call == Call::List).count();
    assert_eq!(lists, 2, "one for the organization, one for built-in clients");
    assert_same(&house.dump(), &before, "it reads");
}

/// GV-01: whoever asks for no client gets one, so that each page leads on.
#[test]
fn gv_01_a_page_of_history_has_one_client_at_least() {
    let house = house();
    let clients = begun(&house);
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let page = |limit| done(admin.applications_at(NOON, None, limit, NOON));
    assert_eq!((page(0).items.len(), page(0).next.is_some()), (1, true));
    assert_eq!(page(0), page(1));
    assert!(clients.contains(&page(0).items[0].client));
}

/// GV-01: after 5 000 changes a page begins no other client, and goes on with it on the next.
#[test]
fn gv_01_a_page_of_history_stays_bounded() {
    let house = house();
    let change = |client: u64, number: u16| {
        let [high, low] = number.to_be_bytes();
        Event {
            id: grantor::value::EventId::at(NOON, [0, 0, high, low, 0, 0, 0, 0, 0, client as u8]),
            at: NOON,
            organization: Some(ACME),
            actor: fixtures::administrator(),
            action: Action::RequestAuthorization,
            subject: Subject::Authorization {
                organization: ACME,
                client: fixtures::id(client),
                authorization: Some(fixtures::id(client)),
            },
            outcome: Outcome::Done,
            changes: match number {
                0 => FieldChange::between(
                    &vec![],
                    &vec![
                        ("id", fixtures::id::<AuthorizationId>(client).to_string()),
                        ("state", "pending".into()),
                    ],
                ),
                _ => vec![],
            },
        }
    };
    for client in 1..=4 {
        for first in (0..2_100).step_by(150) {
            let some = (first..first + 150).map(|number| change(client, number));
            house.plant(some.fold(Changes::new(), Changes::insert));
        }
    }
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let (mut after, mut sizes) = (None, Vec::new());
    loop {
        house.store().take_calls();
        let page = done(admin.applications_at(NOON, after, 500, NOON));
        let lists = house.store().take_calls().into_iter().filter(|call| *call == Call::List).count();
        assert!(lists <= 16, "{lists}");
        assert!(page.items.iter().all(|then| then.complete && then.authorization.is_some()));
        sizes.push(page.items.len());
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(sizes.iter().sum::<usize>(), 4, "{sizes:?}");
    assert!(sizes.len() > 1, "{sizes:?}");
}
