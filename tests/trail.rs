//! The audit trail: searched, sealed, and verified (GV-01).
#![cfg(feature = "testing")]

mod common;

#[path = "trail/sealing.rs"]
mod sealing;
#[path = "trail/search.rs"]
mod search;
#[path = "trail/tampering.rs"]
mod tampering;

use std::sync::Arc;

use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::audit::TrailAnchor;
use grantor::change::Changes;
use grantor::change::Record;
use grantor::ready;
use grantor::review::trail::TrailFinding;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::value::EventId;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;

/// The trail that is tried here.
const TRAIL: Option<OrganizationId> = Some(ACME);

/// The instant at which everything below has settled.
const LATER: Timestamp = fixtures::NOON.plus(1_000_000);

/// A server over these records, with a store that does nothing but store.
fn over(records: impl IntoIterator<Item = Record>) -> AuthorizationServer<MemoryStore> {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), common::catalog());
    let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    insert(server.store(), records);
    server
}

#[track_caller]
fn insert(store: &MemoryStore, records: impl IntoIterator<Item = Record>) {
    for record in records {
        let committed = ready(store.commit(Changes::new().insert(record))).unwrap();
        assert_eq!(committed, Ok(Commit::Applied), "there already");
    }
}

fn records(server: &AuthorizationServer<MemoryStore>) -> Vec<Record> {
    server.store().records().into_iter().map(|stored| stored.record).collect()
}

/// A use of a token so many seconds after noon; events of one second have different numbers.
fn event(second: u32, number: u16) -> Event {
    let at = fixtures::NOON.plus(second);
    let [high, low] = number.to_be_bytes();
    let client = fixtures::id(7);
    Event {
        id: EventId::at(at, [0, 0, high, low, 0, 0, 0, 0, 0, 1]),
        at,
        organization: TRAIL,
        actor: Actor::Client(client),
        action: Action::UseToken,
        subject: Subject::Client(client),
        outcome: Outcome::Refused { code: "token.expired".into(), cause: "it is over".into() },
        changes: Vec::new(),
    }
}

/// A trail of so many events, one each second.
fn trail(events: u16) -> Vec<Record> {
    (0..events).map(|number| event(u32::from(number), 0).into()).collect()
}

/// Seals all that has settled, so many events with each seal.
#[track_caller]
fn seal_all(server: &AuthorizationServer<MemoryStore>, each: u16, now: Timestamp) -> Option<TrailAnchor> {
    let mut anchor = None;
    for _ in 0..10_000 {
        let sealed = ready(server.operator().seal_trail(TRAIL, each, now)).unwrap().unwrap();
        anchor = sealed.anchor.or(anchor);
        if !sealed.more {
            return anchor;
        }
    }
    panic!("sealing does not end");
}

/// What is wrong with the trail, found in pages of this size.
#[track_caller]
fn verified(
    server: &AuthorizationServer<impl Store>,
    anchor: Option<&TrailAnchor>,
    page: u16,
) -> (Vec<TrailFinding>, u64) {
    let (mut from, mut findings, mut events) = (None, Vec::new(), 0);
    for _ in 0..10_000 {
        let Ok(found) = ready(server.operator().verify_trail(TRAIL, from, anchor, page)).unwrap() else {
            panic!("not verified")
        };
        findings.extend(found.findings);
        events += found.events;
        from = found.next;
        if from.is_none() {
            return (findings, events);
        }
    }
    panic!("the verification does not end");
}

fn arcs(events: impl IntoIterator<Item = Event>) -> Vec<Arc<Event>> {
    events.into_iter().map(Arc::new).collect()
}
