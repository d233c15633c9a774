//! The audit trail, and what is left behind by whatever happens (GV-01, ST-01 to ST-03, threat 34).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;
use std::sync::Arc;

use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Index;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Lifecycle;
use grantor::model::Pkce;
use grantor::model::Policy;
use grantor::model::Purpose;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::CallError;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::MemoryStore;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::NOON;
use grantor::value::TokenLifetime;

use common::Broken;
use common::Call;
use common::Fault;
use common::House;
use common::OPERATIONS;
use common::Spy;
use common::Subjects;
use common::Told;
use common::assert_same;
use common::catalog;
use common::done;
use common::draft;

#[track_caller]
fn only(events: Vec<Event>) -> Event {
    let [event] = <[Event; 1]>::try_from(events).expect("exactly one event");
    event
}

/// What the event tells of a field: before and after.
fn change<'a>(event: &'a Event, field: &str) -> Option<(Option<&'a str>, Option<&'a str>)> {
    let change = event.changes.iter().find(|change| change.field == field)?;
    Some((change.before.as_deref(), change.after.as_deref()))
}

/// GV-01: each operation that changes something leaves one event: who, what, when, to what, in whose trail;
/// one that reads leaves none.
#[test]
fn gv_01_each_operation_leaves_one_event() {
    for operation in &OPERATIONS {
        let house = House::new();
        let (answer, events) =
            house.events_of(|| operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON));
        assert!(answer.is_ok(), "{}", operation.name);
        if operation.reads {
            assert_eq!(events, [], "{}", operation.name);
            continue;
        }
        let event = only(events);
        assert_eq!(
            (event.action, event.outcome.clone()),
            (operation.action, Outcome::Done),
            "{}",
            operation.name
        );
        assert_eq!((event.actor, event.at), (fixtures::administrator(), NOON), "{}", operation.name);
        assert_eq!(event.organization, Some(ACME), "{}", operation.name);
        assert!(!event.changes.is_empty(), "{}: what changed", operation.name);
        for change in &event.changes {
            assert_ne!(change.before, change.after, "{}: {change:?}", operation.name);
        }
    }
}

/// GV-01: what was refused leaves one event too, with the code and no change. (See `or_04` for every actor.)
#[test]
fn gv_01_a_refusal_leaves_one_event() {
    for operation in OPERATIONS.iter().filter(|operation| operation.needs.is_some()) {
        let house = House::new();
        let (_, events) =
            house.events_of(|| operation.by(&house, (ACME, BYSTANDER), &Subjects::of(&house), NOON));
        let event = only(events);
        let expected = Actor::User { organization: ACME, user: BYSTANDER };
        assert_eq!((event.actor, event.action), (expected, operation.action), "{}", operation.name);
        let Outcome::Refused { code, cause } = &event.outcome else { panic!("{event:?}") };
        assert_eq!((code.as_ref(), event.changes.len()), ("missing.permission", 0));
        assert!(cause.contains(operation.needs.unwrap().split(' ').next().unwrap()), "{cause}");
    }
}

/// GV-01: the event is in the commit that makes the change, and in no other: there is one commit.
#[test]
fn gv_01_the_event_is_committed_with_its_change() {
    for operation in OPERATIONS.iter().filter(|operation| !operation.reads) {
        let house = House::new();
        house.store().take_calls();
        assert!(operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON).is_ok());
        let commits: Vec<_> = house
            .store()
            .take_calls()
            .into_iter()
            .filter_map(|call| match call {
                Call::Commit(changes) => Some(changes),
                Call::Record(_) | Call::Access | Call::List => None,
            })
            .collect();
        let [commit] = commits.as_slice() else { panic!("{}: {commits:?}", operation.name) };
        let writes: Vec<Kind> =
            commit.iter().filter(|(verb, _)| *verb != "unchanged").map(|(_, kind)| *kind).collect();
        assert_eq!(writes.iter().filter(|kind| **kind == Kind::Event).count(), 1, "{}", operation.name);
        assert!(writes.len() > 1, "{}", operation.name);
    }
}

/// GV-01: every field of a client that can be edited is told, before and after, when it is.
#[test]
fn gv_01_every_edited_field_is_told_before_and_after() {
    let base = || ClientDraft {
        description: Some("Before".into()),
        lifetime: Some(600),
        contact: Some("before@example.com".into()),
        tags: vec!["before".into()],
        next_review: Some(NOON),
        ..draft(GrantType::AuthorizationCode)
    };
    type Edit = (&'static str, fn(&mut ClientDraft));
    let edits: [Edit; 11] = [
        ("name", |draft| draft.name = "After".into()),
        ("description", |draft| draft.description = None),
        ("lifetime", |draft| draft.lifetime = Some(900)),
        ("redirect_uris", |draft| draft.redirect_uris = vec!["https://after.example/".into()]),
        ("scopes", |draft| draft.scopes = vec!["users".into()]),
        ("contact", |draft| draft.contact = Some("after@example.com".into())),
        ("tags", |draft| draft.tags.push("after".into())),
        ("next_review", |draft| draft.next_review = None),
        ("public", |draft| draft.public = true),
        ("pkce", |draft| draft.pkce = Pkce::Optional),
        ("grant_type", |draft| draft.grant_type = Some(GrantType::Saml2Bearer)),
    ];
    for (field, edit) in edits {
        let house = House::new();
        let id = house.create(&base(), NOON).client.id;
        let mut edited = base();
        edit(&mut edited);
        let (_, events) = house.events_of(|| done(house.admin().edit_client(id, &edited, NOON)));
        let event = only(events);
        assert_eq!(event.subject, Subject::Client(id));
        assert!(!event.changes.is_empty(), "an edit of `{field}` tells of no change");
        assert!(change(&event, field).is_some(), "an edit of `{field}` tells of {:?}", event.changes);
    }
}

/// GV-01: so is the mark for SCIM, and each part of the roles.
#[test]
fn gv_01_purpose_and_roles_are_told() {
    let house = House::new();
    let id = house.create(&draft(GrantType::ClientCredentials), NOON).client.id;
    let scim = ClientDraft { purpose: Purpose::Scim, ..draft(GrantType::ClientCredentials) };
    let (_, events) = house.events_of(|| done(house.admin().edit_client(id, &scim, NOON)));
    assert!(change(&only(events), "purpose").is_some(), "the mark for SCIM");
    let more = ClientDraft {
        roles: vec![grantor::model::RoleGrant {
            role: fixtures::ADMINISTRATORS,
            division: grantor::model::Division::One(fixtures::SALES),
        }],
        ..scim
    };
    let (_, events) = house.events_of(|| done(house.admin().edit_client(id, &more, NOON)));
    let event = only(events);
    let (before, after) = change(&event, "roles").unwrap();
    assert!(before.unwrap().contains(&fixtures::VIEWERS.to_string()));
    assert!(after.unwrap().contains(&fixtures::SALES.to_string()));
}

/// GV-01: every field of the policy is told.
#[test]
fn gv_01_every_field_of_a_policy_is_told() {
    let default = Policy::default();
    let policies = [
        ("maximum_lifetime", Policy { maximum_lifetime: Some(TokenLifetime::MIN), ..default }),
        ("idle_timeout", Policy { idle_timeout: Some(IdleTimeout::MIN), ..default }),
        ("hipaa", Policy { hipaa: true, ..default }),
        ("enforce_scopes", Policy { enforce_scopes: false, ..default }),
        ("saml2_bearer_without_redirect_uri", Policy { saml2_bearer_without_redirect_uri: true, ..default }),
        ("sso_only", Policy { sso_only: true, ..default }),
        ("client_limit", Policy { client_limit: 5, ..default }),
    ];
    let fields: BTreeSet<&str> = policies.iter().map(|(field, _)| *field).collect();
    let json = serde_json::to_value(default).unwrap();
    let known: BTreeSet<&str> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(fields, known, "each field of a policy is tried");
    for (field, policy) in policies {
        let house = House::new();
        let (_, events) = house.events_of(|| done(house.admin().change_policy(policy, NOON)));
        let event = only(events);
        let told: Vec<&str> = event.changes.iter().map(|change| change.field.as_ref()).collect();
        assert_eq!(told, [field]);
        let (before, after) = change(&event, field).unwrap();
        assert!(before.is_some() && after.is_some());
    }
}

/// GV-01: what was done to an authorization is told with its states, scopes and audience.
#[test]
fn gv_01_what_becomes_of_an_authorization_is_told() {
    let house = House::new();
    let (admin, web) = (house.admin(), house.world.web.id);
    let (_, events) = house.events_of(|| done(admin.edit_scopes(web, &["routing".to_owned()], NOON)));
    let event = only(events);
    assert_eq!(change(&event, "granted"), Some((Some("routing users:readonly"), Some("routing"))));
    let id = house.world.web_approval.id();
    assert_eq!(
        event.subject,
        Subject::Authorization { organization: ACME, client: web, authorization: Some(id) }
    );
    let (_, events) = house.events_of(|| done(admin.edit_audience(web, &[fixtures::VIEWERS], NOON)));
    assert_eq!(change(&only(events), "audience").unwrap().1, Some(fixtures::VIEWERS.to_string().as_str()));
    let acknowledgement = grantor::admin::authorizations::Acknowledgement::NotGiven;
    let (_, events) = house.events_of(|| done(admin.revoke(web, acknowledgement, NOON)));
    assert_eq!(change(&only(events), "state"), Some((Some("approved"), Some("revoked"))));
    let (_, events) = house.events_of(|| done(admin.reauthorize(web, None, NOON)));
    let event = only(events);
    assert_eq!(change(&event, "state"), Some((Some("revoked"), Some("approved"))));
    assert!(change(&event, "id").is_some());
}

/// GV-01: tokens that are issued and calls that are refused are told, a call that is allowed is not: it
/// changes nothing.
#[test]
fn gv_01_tokens_are_told() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let (token, events) = house.events_of(|| house.issue(id, &secret, NOON));
    let event = only(events);
    assert_eq!(
        (event.action, event.actor, event.organization),
        (Action::IssueToken, Actor::Client(id), Some(ACME))
    );
    let (_, events) = house.events_of(|| house.refused(&token, NOON));
    assert_eq!(events, []);
    let (_, events) = house.events_of(|| house.call(&token, &fixtures::requirement("", "a:b:c"), NOON));
    let event = only(events);
    assert_eq!(
        (event.action, event.actor, event.organization),
        (Action::UseToken, Actor::Client(id), Some(ACME))
    );
    assert!(matches!(&event.outcome, Outcome::Refused { code, .. } if code == "permission.missing"));
    let (_, events) = house.events_of(|| house.asked(id, "wrong", NOON));
    assert!(matches!(&only(events).outcome, Outcome::Refused { code, .. } if code == "client.secret.wrong"));
}

/// GV-01: what the operator and the sweep do is told in the organization's trail.
#[test]
fn gv_01_the_operator_and_the_sweep_leave_events() {
    let house = House::new();
    let (web, operator) = (house.world.web.id, house.server.operator());
    for (action, disable) in [(Action::DisableClient, true), (Action::EnableClient, false)] {
        let (_, events) = house.events_of(|| match disable {
            true => done(operator.disable_client(web, NOON)),
            false => done(operator.enable_client(web, NOON)),
        });
        let event = only(events);
        assert_eq!((event.action, event.actor, event.organization), (action, Actor::Operator, Some(ACME)));
        assert!(change(&event, "state").is_some());
    }
    let Lifecycle::Inactive(deletion) = house.world.inactive.lifecycle else { panic!("inactive") };
    let (_, events) = house.events_of(|| house.sweep_all(deletion.removal));
    let of_inactive: Vec<&Event> =
        events.iter().filter(|event| event.subject == Subject::Client(house.world.inactive.id)).collect();
    assert_eq!(of_inactive.len(), 1, "{events:#?}");
    assert!(events.iter().all(|event| event.actor == Actor::Sweep && event.organization == Some(ACME)));
}

/// GV-01: no operation changes or removes an event, and the trail is in the order of time.
#[test]
fn gv_01_the_trail_only_grows() {
    let house = House::new();
    let mut before = house.events();
    for (later, operation) in (1..).zip(&OPERATIONS) {
        for user in [BYSTANDER, ADMINISTRATOR] {
            let _ = operation.by(&house, (ACME, user), &Subjects::of(&house), NOON.plus(later));
            let after = house.events();
            assert!(before.iter().all(|event| after.contains(event)), "{}", operation.name);
            before = after;
        }
    }
    house.sweep_all(NOON.plus(100 * fixtures::DAY));
    let after = house.events();
    assert!(before.iter().all(|event| after.contains(event)));
    let page = ready(house.store().memory().list(Range::of(Index::Events(Some(ACME))))).unwrap().unwrap();
    let times: Vec<_> = page
        .items
        .iter()
        .map(|(_, stored)| match &stored.record {
            Record::Event(event) => event.at,
            other => panic!("{other:?}"),
        })
        .collect();
    assert!(times.len() > 30 && times.is_sorted());
}

/// What a history comes to: the answers, and the records.
fn history(seed: u64) -> (Vec<String>, House) {
    let house = House::new().another(seed);
    let mut answers = Vec::new();
    for (later, operation) in (1..).zip(&OPERATIONS) {
        for user in [BYSTANDER, ADMINISTRATOR] {
            let now = NOON.plus(later);
            answers.push(format!("{:?}", operation.by(&house, (ACME, user), &Subjects::of(&house), now)));
        }
    }
    answers.push(format!("{:?}", done(house.server.sweep(500, NOON.plus(700_000)))));
    (answers, house)
}

/// ST-01: the same history with the same entropy and the same instants is the same, answer for answer and
/// record for record: no clock, no state and no randomness but what the host brings.
#[test]
fn st_01_a_history_depends_on_what_the_host_brings_alone() {
    let (first, second, other) = (history(5), history(5), history(6));
    assert_eq!(first.0, second.0);
    assert_same(&first.1.dump(), &second.1.dump(), "the same entropy");
    assert_eq!(first.1.events(), second.1.events());
    assert_ne!(first.1.events(), other.1.events(), "other entropy");
}

/// ST-01: two servers over one store are one: what one does, the other sees at once.
#[test]
fn st_01_a_server_holds_no_state_of_its_own() {
    let house = House::new();
    let other = house.another(44);
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = other.issue(id, &secret, NOON);
    assert_eq!(house.refused(&token, NOON), None);
    assert_eq!(other.refused(&token, NOON), None);
    let acknowledgement = grantor::admin::authorizations::Acknowledgement::NotGiven;
    let _ = done(house.admin().revoke(id, acknowledgement, NOON));
    assert_eq!(other.refused(&token, NOON), Some("authorization.revoked"));
}

/// ST-01: a random source that gives nothing makes nothing, at whichever draw.
#[test]
fn st_01_without_entropy_nothing_is_made() {
    for operation in &OPERATIONS {
        for draws in 0..4 {
            let house = House::new();
            let before = house.dump();
            let spy = Spy::over(Arc::clone(house.store().memory()));
            let entropy = SeededEntropy::failing_after(draws);
            let poor = House {
                server: AuthorizationServer::with_entropy(
                    spy,
                    entropy,
                    Settings::new("https://login.example.com".parse().unwrap(), catalog()),
                ),
                world: house.world.clone(),
            };
            match operation.by(&poor, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON) {
                Err(error @ Error::NoEntropy(_)) => {
                    assert!(error.is_not_done());
                    assert_same(&house.dump(), &before, operation.name);
                }
                Ok(_) => assert!(draws > 0, "{}", operation.name),
                Err(error) => panic!("{}: {error}", operation.name),
            }
        }
    }
}

/// The calls that an operation makes.
fn calls_of(operation: &common::Operation) -> usize {
    let house = House::new();
    house.store().take_calls();
    let _ = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON);
    house.store().take_calls().len()
}

/// ST-03, threat 34: a store that fails at any call, in any way: the operation does not answer success,
/// nothing is half done, and the caller knows which: not done, or unknown; and once the store works it can be
/// run again.
#[test]
fn st_03_threat_34_a_failing_store_leaves_nothing_half_done() {
    for operation in &OPERATIONS {
        let calls = calls_of(operation);
        assert!(calls > 1, "{}", operation.name);
        for fault in Fault::ALL {
            for call in 0..calls {
                let house = House::new();
                let (before, events) = (house.dump(), house.events().len());
                house.store().fail_at(call, fault);
                let answer = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON);
                let commits = house.store().take_calls().iter().any(|call| matches!(call, Call::Commit(_)));
                house.store().mend();
                let case = format!("{} with {fault:?} at {call}", operation.name);
                let done = house.events().len() > events;
                match (&answer, fault) {
                    (Ok(_), Fault::Conflict) => assert!(!commits, "{case}"),
                    (Ok(_), _) => panic!("{case}: answered {answer:?}"),
                    (Err(error @ (Error::NotDone(Broken) | Error::Contended)), _) => {
                        assert!(error.is_not_done() && !done, "{case}");
                        assert_same(&house.dump(), &before, &case);
                    }
                    (Err(error @ Error::Unknown(Broken)), _) => {
                        assert!(!error.is_not_done(), "{case}");
                        assert_eq!(done, fault == Fault::UnknownApplied, "{case}: whole or not at all");
                        if !done {
                            assert_same(&house.dump(), &before, &case);
                        }
                    }
                    (Err(error), _) => panic!("{case}: {error}"),
                }
                if !done {
                    let again = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON);
                    assert!(again.is_ok(), "{case}, run again: {again:?}");
                }
            }
        }
    }
}

/// ST-03, threat 34: the token endpoint: no token without its record, and no success where the store failed.
#[test]
fn st_03_no_token_is_handed_out_that_is_not_recorded() {
    for fault in Fault::ALL {
        for call in 0..8 {
            let house = House::new();
            let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
            let tokens = house.store().memory().len(Kind::AccessToken);
            house.store().fail_at(call, fault);
            let header = common::basic(id, &secret);
            let headers = [header.as_bytes()];
            let request = grantor::wire::TokenRequest {
                authorization: &headers,
                content_type: Some(b"application/x-www-form-urlencoded"),
                body: b"grant_type=client_credentials",
            };
            let answer = ready(house.server.token(&request, NOON)).unwrap();
            let called = house.store().take_calls().len();
            house.store().mend();
            let recorded = house.store().memory().len(Kind::AccessToken) > tokens;
            match answer {
                Ok(response) => {
                    assert!(call >= called, "{fault:?} at {call}: answered {response:?}");
                    assert!(recorded && matches!(common::told(&response), Told::Token(..)));
                }
                Err(error) => {
                    assert_eq!(error.response().status, 503);
                    assert_eq!(
                        recorded,
                        fault == Fault::UnknownApplied && !error.is_not_done(),
                        "{fault:?} at {call}"
                    );
                }
            }
        }
    }
}

/// ST-03, GV-01: a refusal whose event cannot be kept is no answer either, and allows nothing.
#[test]
fn st_03_a_refusal_that_cannot_be_recorded_is_told_as_a_failure() {
    for fault in Fault::ALL {
        let house = House::new();
        let header = format!("Bearer {}", house.web_token());
        let lacking: Requirement = fixtures::requirement("analytics", "");
        house.store().fail_at(1, fault);
        let judged = ready(house.server.authorize_call(&[header.as_bytes()], &lacking, NOON)).unwrap();
        assert!(matches!(judged, Err(CallError::Failed(_))), "{fault:?}: {judged:?}");
    }
}

/// ST-02: whatever a decision rests on is in its commit: what it read and does not write is guarded.
#[test]
fn st_02_what_was_read_is_guarded() {
    for operation in OPERATIONS.iter().filter(|operation| !operation.reads) {
        let house = House::new();
        let _ = operation.by(&house, (ACME, ADMINISTRATOR), &Subjects::of(&house), NOON);
        let unguarded = house.store().unguarded();
        assert!(unguarded.is_empty(), "{}: {unguarded:?}", operation.name);
    }
}

/// A store in which something happens just before the first commit.
struct Interrupted {
    records: Arc<MemoryStore>,
    before_commit: std::sync::Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Store for Interrupted {
    type Error = std::convert::Infallible;

    async fn record(
        &self,
        key: grantor::change::Key,
    ) -> Result<Option<grantor::change::Versioned<Record>>, Self::Error> {
        self.records.record(key).await
    }

    async fn access(
        &self,
        digest: &grantor::value::Digest<grantor::value::kind::AccessToken>,
    ) -> Result<Option<grantor::access::Access>, Self::Error> {
        self.records.access(digest).await
    }

    async fn list(&self, range: Range) -> Result<grantor::store::Page, Self::Error> {
        self.records.list(range).await
    }

    async fn commit(
        &self,
        changes: grantor::change::Changes,
    ) -> Result<grantor::store::Commit, grantor::store::CommitError<Self::Error>> {
        let first = self.before_commit.lock().unwrap().take();
        if let Some(happens) = first {
            happens();
        }
        self.records.commit(changes).await
    }
}

/// ST-02, threat 41: a decision whose ground was taken away between its reads and its commit is made again,
/// and refused.
#[test]
fn st_02_a_decision_never_rests_on_what_was_true_a_moment_before() {
    type Happens = fn(&House);
    let happenings: [(&str, Happens, &str); 5] = [
        (
            "the permission is taken",
            |house| house.put(fixtures::user(ACME, ADMINISTRATOR, fixtures::role_grants([]))),
            "missing.permission",
        ),
        (
            "the role is emptied",
            |house| house.put(fixtures::role(ACME, fixtures::ADMINISTRATORS, "")),
            "missing.permission",
        ),
        (
            "the actor is deactivated",
            |house| {
                house.put(grantor::model::User {
                    organization: ACME,
                    id: ADMINISTRATOR,
                    state: grantor::model::UserState::Inactive,
                    email: None,
                });
            },
            "unknown.actor",
        ),
        (
            "the client is disabled",
            |house| drop(done(house.server.operator().disable_client(house.world.web.id, NOON))),
            "bad.client.state",
        ),
        (
            "the client is removed",
            |house| {
                house.put(house.world.web.tombstone(Actor::Operator, NOON));
            },
            "client.not.found",
        ),
    ];
    for (case, happens, expected) in happenings {
        let house = House::new();
        let beside = house.another(70);
        let web = house.world.web.id;
        let store = Interrupted {
            records: Arc::clone(house.store().memory()),
            before_commit: std::sync::Mutex::new(Some(Box::new(move || happens(&beside)))),
        };
        let server = AuthorizationServer::with_entropy(
            store,
            SeededEntropy::new(71),
            Settings::new("https://login.example.com".parse().unwrap(), catalog()),
        );
        let edit = draft(GrantType::AuthorizationCode);
        let answer = ready(server.administration(ACME, ADMINISTRATOR).edit_client(web, &edit, NOON)).unwrap();
        let Err(Error::Denied(denial)) = answer else { panic!("{case}: {answer:?}") };
        assert_eq!(grantor::change::Reason::code(&denial), expected, "{case}");
    }
}

/// ST-02, threat 41: so is the issue of a token: revoked, disabled or rotated just before it is recorded, it
/// is not.
#[test]
fn st_02_no_token_is_issued_on_what_was_true_a_moment_before() {
    type Happens = fn(&House, grantor::value::ClientId);
    let happenings: [(&str, Happens); 4] = [
        ("revoked", |house, id| {
            let acknowledgement = grantor::admin::authorizations::Acknowledgement::NotGiven;
            drop(done(house.admin().revoke(id, acknowledgement, NOON)));
        }),
        ("disabled", |house, id| drop(done(house.server.operator().disable_client(id, NOON)))),
        ("rotated", |house, id| drop(done(house.admin().regenerate_secret(id, None, NOON)))),
        ("deleted", |house, id| {
            let plan = done(house.admin().plan_deletion(id, NOON));
            let _ = done(house.admin().delete_client(&plan, NOON));
        }),
    ];
    for (case, happens) in happenings {
        let house = House::new();
        let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
        let beside = house.another(70);
        let store = Interrupted {
            records: Arc::clone(house.store().memory()),
            before_commit: std::sync::Mutex::new(Some(Box::new(move || happens(&beside, id)))),
        };
        let tokens = house.store().memory().len(Kind::AccessToken);
        let server = AuthorizationServer::with_entropy(
            store,
            SeededEntropy::new(71),
            Settings::new("https://login.example.com".parse().unwrap(), catalog()),
        );
        let header = common::basic(id, &secret);
        let headers = [header.as_bytes()];
        let request = grantor::wire::TokenRequest {
            authorization: &headers,
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: b"grant_type=client_credentials",
        };
        let response = ready(server.token(&request, NOON)).unwrap().unwrap();
        assert!(matches!(common::told(&response), Told::Error(..)), "{case}");
        assert_eq!(house.store().memory().len(Kind::AccessToken), tokens, "{case}");
    }
}

/// ST-02, CL-10: concurrent tokens for one client do not fail each other.
#[test]
fn st_02_tokens_are_issued_at_once() {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let others: Vec<House> = (0..4).map(|thread| house.another(14_000 + thread)).collect();
    let tokens: usize = std::thread::scope(|scope| {
        let threads: Vec<_> = others
            .iter()
            .map(|own| {
                scope.spawn(|| {
                    (0..50).filter(|_| matches!(own.asked(id, &secret, NOON), Told::Token(..))).count()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(tokens, 200);
}
