//! An organization with a long trail; searching it, and rebuilding from it.

use std::hint::black_box;

use grantor::AuthorizationServer;
use grantor::MemoryStore;
use grantor::Settings;
use grantor::Store;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::EventQuery;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::change::Index;
use grantor::change::Record;
use grantor::model::Division;
use grantor::model::Organization;
use grantor::model::Role;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::store::Commit;
use grantor::store::Range;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::EventId;
use grantor::value::Name;
use grantor::value::OrganizationId;
use grantor::value::Permissions;
use grantor::value::RoleId;
use grantor::value::ScopeCatalog;
use grantor::value::Timestamp;
use grantor::value::UserId;

use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;

pub const NOW: Timestamp = Timestamp::from_unix(1_790_000_000);
pub const ORGANIZATION: Option<OrganizationId> = Some(ACME);
const ACME: OrganizationId = OrganizationId::from_bytes([1; 16]);
const AUDITOR: UserId = UserId::from_bytes([2; 16]);
const CLIENTS: u32 = 10_000;

/// A server over these records, and an auditor.
pub fn server(records: impl IntoIterator<Item = Record>) -> AuthorizationServer<MemoryStore> {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::default());
    let server = AuthorizationServer::new(MemoryStore::new(), settings);
    let role = RoleId::from_bytes([3; 16]);
    let permissions = Permissions::new(["audits:audit:view".parse().unwrap()]).unwrap();
    let grants = RoleGrants::new([RoleGrant { role, division: Division::All }]).unwrap();
    let people = [
        Organization::new(ACME, Name::new("Acme").unwrap(), NOW).into(),
        Role { organization: ACME, id: role, name: Name::new("Auditors").unwrap(), permissions }.into(),
        User { organization: ACME, id: AUDITOR, state: UserState::Active(grants), email: None }.into(),
    ];
    for record in people.into_iter().chain(records) {
        let committed = ready(server.store().commit(Changes::new().insert(record))).expect("no waiting");
        assert_eq!(committed, Ok(Commit::Applied));
    }
    server
}

fn id(number: u32) -> [u8; 16] {
    let mut bytes = [9; 16];
    bytes[12..].copy_from_slice(&number.to_be_bytes());
    bytes
}

fn event_id(at: Timestamp, number: u32) -> EventId {
    let [a, b, c, d] = number.to_be_bytes();
    EventId::at(at, [0, 0, a, b, c, d, 0, 0, 0, 0])
}

/// The event of a token that was issued, an hour ago and more.
pub fn issued(number: u32) -> Event {
    let client = ClientId::from_bytes(id(number % CLIENTS));
    let at = NOW.minus(40_000).plus(number % 30_000);
    let after = |field: &'static str, text: &str| FieldChange {
        field: field.into(),
        before: None,
        after: Some(text.to_owned()),
    };
    Event {
        id: event_id(at, number),
        at,
        organization: ORGANIZATION,
        actor: Actor::Client(client),
        action: Action::IssueToken,
        subject: Subject::AccessToken { client, digest: Digest::from_bytes([7; 32]) },
        outcome: Outcome::Done,
        changes: vec![after("expires", "2026-09-22T14:13:20Z"), after("scopes", "")],
    }
}

/// That a client was asked for, approved and narrowed.
fn history(number: u32) -> [Event; 3] {
    let (client, authorization) = (ClientId::from_bytes(id(number)), AuthorizationId::from_bytes(id(number)));
    let told = |fields: &[(&'static str, &str)]| {
        let mut all = vec![("id", authorization.to_string())];
        all.extend(fields.iter().map(|(field, text)| (*field, (*text).to_owned())));
        all
    };
    let states = [
        vec![],
        told(&[("state", "pending"), ("requested", "routing users:readonly")]),
        told(&[("state", "approved"), ("granted", "routing users:readonly"), ("audience", "")]),
        told(&[("state", "approved"), ("granted", "routing:readonly"), ("audience", "")]),
    ];
    let actions = [Action::RequestAuthorization, Action::Approve, Action::EditScopes];
    let mut second = 0;
    actions.map(|action| {
        let pair = &states[second..second + 2];
        second += 1;
        let at = NOW.minus(80_000).plus(second as u32);
        Event {
            id: event_id(at, number),
            at,
            organization: ORGANIZATION,
            actor: Actor::User { organization: ACME, user: AUDITOR },
            action,
            subject: Subject::Authorization {
                organization: ACME,
                client,
                authorization: Some(authorization),
            },
            outcome: Outcome::Done,
            changes: FieldChange::between(&pair[0], &pair[1]),
        }
    })
}

/// A client's events, among 100 000 of others and alone.
pub fn search(report: &mut Report) {
    let few = |count: u32| (0..count).map(|number| issued(number * CLIENTS).into());
    let others = if report.is_a_trial() { 1_000 } else { 100_000 };
    let crowd = (0..others)
        .map(|number| issued(number + 1_000_000_000))
        .filter(|event| event.client() != Some(ClientId::from_bytes(id(0))));
    let [among, alone] = [server(crowd.map(Record::from).chain(few(100))), server(few(100))];
    let [among, alone] = [("among others", &among), ("alone", &alone)].map(|(name, server)| {
        Rival::new(name, move |times| {
            drawn(
                times,
                1,
                || (),
                |()| {
                    let client = Some(ClientId::from_bytes(id(0)));
                    let query = EventQuery { client, ..EventQuery::default() };
                    let page = ready(server.administration(ACME, AUDITOR).events(&query, None, 100, NOW));
                    assert_eq!(page.expect("no waiting").expect("a page").items.len(), 100);
                },
            )
        })
    });
    let name = format!("find 100 events of a client among {others}");
    report.compare(Task { name, turn: 8, goal: Some(1.3) }, among, alone);
}

/// What 500 of ten thousand clients were, beside reading their changes.
pub fn rebuild(report: &mut Report) {
    let clients = if report.is_a_trial() { 1_000 } else { CLIENTS };
    let server = server((0..clients).flat_map(history).map(Record::from));
    let mut after = None;
    let ours = Rival::new("rebuild", |times| {
        drawn(
            times,
            1,
            || (),
            |()| {
                let page = ready(server.administration(ACME, AUDITOR).applications_at(NOW, after, 500, NOW));
                let page = page.expect("no waiting").expect("a page");
                assert_eq!(page.items.len(), 500);
                after = page.next;
            },
        )
    });
    let mut read = None;
    let floor = Rival::new("read the changes", |times| {
        drawn(
            times,
            1,
            || (),
            |()| {
                for _ in 0..3 {
                    let range = Range { after: read, ..Range::of(Index::ApplicationChanges(ORGANIZATION)) };
                    let page =
                        black_box(ready(server.store().list(range)).expect("no waiting").expect("a page"));
                    assert_eq!(page.items.len(), 500);
                    read = page.next;
                }
            },
        )
    });
    let name = format!("rebuild 500 of {clients} clients, three changes each");
    report.compare(Task { name, turn: 1, goal: None }, ours, floor);
}
