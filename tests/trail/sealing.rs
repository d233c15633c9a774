//! Sealing: when, how often, by how many, and what a seal is made of.

use std::convert::Infallible;
use std::sync::Arc;
use std::thread;

use grantor::access::Access;
use grantor::audit::Action;
use grantor::audit::Event;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::TrailSeal;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::ready;
use grantor::review::trail::TrailFinding;
use grantor::server::AuthorizationServer;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::MemoryStore;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures::NOON;
use grantor::testing::strategies;
use grantor::value::Digest;
use grantor::value::EventId;
use grantor::value::Timestamp;
use grantor::value::kind;
use proptest::prelude::*;

use super::LATER;
use super::TRAIL;
use super::event;
use super::insert;
use super::over;
use super::seal_all;
use super::trail;
use super::verified;
use crate::common::Fault;
use crate::common::House;
use crate::common::catalog;
use crate::common::done;

fn seals(records: impl IntoIterator<Item = Record>) -> Vec<Arc<TrailSeal>> {
    let seals = records.into_iter().filter_map(|record| match record {
        Record::TrailSeal(seal) if seal.organization == TRAIL => Some(seal),
        _ => None,
    });
    seals.collect()
}

/// GV-01: an event is sealed once it is older than the settling time, and not a second before.
#[test]
fn gv_01_an_event_is_sealed_once_it_has_settled() {
    let server = over([event(0, 0).into()]);
    let at = |second| ready(server.operator().seal_trail(TRAIL, 500, NOON.plus(second))).unwrap().unwrap();
    assert_eq!((at(0).events, at(TrailSeal::SETTLING).events), (0, 0));
    assert_eq!(at(TrailSeal::SETTLING + 1).events, 1);
    assert_eq!(at(TrailSeal::SETTLING + 1).events, 0, "it is sealed once");
    assert_eq!(server.store().len(Kind::TrailSeal), 1);
}

/// GV-01: the seals hold every event once, and each follows the one before.
#[test]
fn gv_01_seals_follow_each_other() {
    let server = over(trail(10));
    let anchor = seal_all(&server, 4, LATER);
    let seals = seals(super::records(&server));
    let held: Vec<EventId> = seals.iter().flat_map(|seal| seal.events.iter().map(|event| event.id)).collect();
    let expected: Vec<EventId> = (0..10).map(|second| event(second, 0).id).collect();
    assert_eq!(held, expected);
    assert_eq!(seals.iter().map(|seal| seal.number).collect::<Vec<_>>(), [1, 2, 3]);
    assert_eq!(seals[0].previous, None);
    for pair in seals.windows(2) {
        assert_eq!((pair[1].previous, pair[1].after), (Some(pair[0].digest), Some(pair[0].through)));
    }
    assert_eq!(anchor, Some(seals[2].anchor()));
    assert_eq!(verified(&server, anchor.as_ref(), 100), (vec![], 10));
}

/// GV-01: the trail of no organization is sealed and verified by the operator; nobody else's is touched.
#[test]
fn gv_01_each_trail_is_sealed_by_itself() {
    let of_none = Event { organization: None, ..event(1, 1) };
    let server = over([event(0, 0).into(), of_none.into()]);
    let sealed = ready(server.operator().seal_trail(None, 500, LATER)).unwrap().unwrap();
    assert_eq!((sealed.events, server.store().len(Kind::TrailSeal)), (1, 1));
    assert_eq!(ready(server.operator().trail_anchor(TRAIL)).unwrap().unwrap(), None);
    let anchor = ready(server.operator().trail_anchor(None)).unwrap().unwrap();
    assert_eq!(anchor, sealed.anchor);
    let found = ready(server.operator().verify_trail(None, None, anchor.as_ref(), 1)).unwrap().unwrap();
    assert_eq!((found.findings, found.events), (vec![], 1));
}

/// GV-01, ST-03: whatever fails at whatever call, sealing again brings every event under one seal.
#[test]
fn gv_01_sealing_may_stop_anywhere() {
    for fault in Fault::ALL {
        for call in 0..6 {
            let house = House::new();
            house.plant((0..5).map(|second| event(second, 0)).fold(Changes::new(), Changes::insert));
            house.store().fail_at(call, fault);
            let first = ready(house.server.operator().seal_trail(TRAIL, 3, LATER)).unwrap();
            if let Err(error) = &first {
                assert!(!matches!(error, Error::Denied(_) | Error::Corrupt(_)), "{error}");
            }
            house.store().mend();
            while done(house.server.operator().seal_trail(TRAIL, 3, LATER)).more {}
            let (findings, events) = verified(&house.server, None, 100);
            assert_eq!((findings, events), (vec![], 6), "{fault:?} at {call}");
        }
    }
}

/// GV-01, ST-02: many that seal at once make one chain.
#[test]
fn gv_01_many_seal_at_once() {
    let server = over(trail(400));
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                loop {
                    match ready(server.operator().seal_trail(TRAIL, 7, LATER)).unwrap() {
                        Ok(sealed) if !sealed.more => return,
                        Ok(_) | Err(Error::Contended) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
    });
    assert_eq!(verified(&server, None, 3), (vec![], 400));
    let held: usize = seals(super::records(&server)).iter().map(|seal| seal.events.len()).sum();
    assert_eq!(held, 400);
}

/// GV-01: a clock that goes backwards seals nothing twice, and an event that it dates into a sealed stretch is told.
#[test]
fn gv_01_a_clock_that_goes_backwards_breaks_no_chain() {
    let server = over(trail(10));
    let anchor = seal_all(&server, 4, LATER);
    assert_eq!(seal_all(&server, 4, NOON), None);
    insert(server.store(), [event(5, 1).into(), event(20, 0).into()]);
    seal_all(&server, 4, LATER.plus(1));
    let late = TrailFinding::EventAdded { seal: 2, event: event(5, 1).id };
    assert_eq!(verified(&server, anchor.as_ref(), 100), (vec![late], 12));
}

/// GV-01: a verification that takes its time is not confused by seals that are made meanwhile.
#[test]
fn gv_01_a_trail_is_sealed_while_it_is_verified() {
    let server = over(trail(10));
    let anchor = seal_all(&server, 2, LATER);
    let (mut from, mut findings, mut events) = (None, Vec::new(), 0);
    for second in 100.. {
        let page = ready(server.operator().verify_trail(TRAIL, from, anchor.as_ref(), 1)).unwrap().unwrap();
        (from, events) = (page.next, events + page.events);
        findings.extend(page.findings);
        if from.is_none() {
            break;
        }
        if second < 105 {
            insert(server.store(), [event(second, 0).into()]);
            seal_all(&server, 2, LATER);
        }
    }
    assert_eq!((findings, events), (vec![], 15));
}

/// GV-01: no other seal is made over one that the head does not know of.
#[test]
fn gv_01_a_head_that_was_set_back_seals_nothing() {
    let server = over(trail(10));
    seal_all(&server, 2, LATER);
    let all = super::records(&server);
    let first = Arc::clone(&seals(all.clone())[0]);
    let head = grantor::audit::TrailHead::of(&first);
    let without = all.into_iter().filter(|record| record.key() != Key::TrailHead(TRAIL));
    let server = over(without.chain([head.into()]));
    let again = ready(server.operator().seal_trail(TRAIL, 2, LATER)).unwrap();
    assert!(matches!(again, Err(Error::Contended)), "{again:?}");
    assert_eq!(verified(&server, None, 100).0, [TrailFinding::HeadMismatch { seal: 5 }]);
}

/// A line for each event: its digest, and the event as JSON. Lines are added, and none is ever changed.
const DIGESTS: &str = include_str!("../vectors/event_digests.txt");

/// GV-01: an event that was digested once has the same digest for ever.
#[test]
fn gv_01_the_digest_of_an_event_stays() {
    let mut actions = std::collections::BTreeSet::new();
    for line in DIGESTS.lines() {
        let (digest, json) = line.split_once(' ').unwrap();
        let event: Event = serde_json::from_str(json).unwrap();
        assert_eq!(event.digest().to_string(), digest, "{json}");
        actions.insert(event.action);
    }
    assert_eq!(actions, Action::ALL.into(), "every action has been digested");
}

/// GV-01: nor does it matter what a text holds: what reads like the next field is none.
#[test]
fn gv_01_no_text_passes_for_another_field() {
    let told = |field: &str, before: Option<&str>| Event {
        changes: vec![FieldChange {
            field: field.to_owned().into(),
            before: before.map(str::to_owned),
            after: None,
        }],
        ..event(0, 0)
    };
    for length in ["", "\u{1}", "\0\0\0\0\0\0\0\u{1}"] {
        let within = told(&format!("a\u{16}{length}b"), None);
        assert_ne!(told("a", Some("b")).digest(), within.digest(), "{length:?}");
    }
}

proptest! {
    /// GV-01: two events have one digest only where they are one event.
    #[test]
    fn gv_01_another_event_has_another_digest(one in strategies::event(), other in strategies::event(), part in 0..8) {
        let mut mixed = one.clone();
        match part {
            0 => mixed.id = other.id,
            1 => mixed.at = other.at,
            2 => mixed.organization = other.organization,
            3 => mixed.actor = other.actor,
            4 => mixed.action = other.action,
            5 => mixed.subject = other.subject,
            6 => mixed.outcome = other.outcome.clone(),
            _ => mixed.changes = other.changes.clone(),
        }
        prop_assert_eq!(mixed.digest() == one.digest(), mixed == one);
        prop_assert_eq!(other.digest() == one.digest(), other == one);
    }

    /// GV-01: nor does it matter where the line between two texts is drawn.
    #[test]
    fn gv_01_no_two_events_share_an_encoding(
        one in ("[ab]{0,2}", prop::option::of("[ab]{0,2}"), prop::option::of("[ab]{0,2}"), "[ab]{0,2}", "[ab]{0,2}"),
        other in ("[ab]{0,2}", prop::option::of("[ab]{0,2}"), prop::option::of("[ab]{0,2}"), "[ab]{0,2}", "[ab]{0,2}"),
    ) {
        let of = |(field, before, after, code, cause): &(String, Option<String>, Option<String>, String, String)| Event {
            outcome: Outcome::Refused { code: code.clone().into(), cause: cause.clone() },
            changes: vec![FieldChange { field: field.clone().into(), before: before.clone(), after: after.clone() }],
            ..event(0, 0)
        };
        prop_assert_eq!(of(&one).digest() == of(&other).digest(), one == other);
    }

    /// GV-01: what a seal says is in its digest, all of it.
    #[test]
    fn gv_01_another_seal_has_another_digest(one in strategies::trail_seal(), other in strategies::trail_seal(), part in 0..7) {
        let mut mixed = one.clone();
        match part {
            0 => mixed.organization = other.organization,
            1 => mixed.number = other.number,
            2 => mixed.previous = other.previous,
            3 => mixed.after = other.after,
            4 => mixed.through = other.through,
            5 => mixed.at = other.at,
            _ => mixed.events = other.events.clone(),
        }
        prop_assert_eq!(mixed.digest_of_contents() == one.digest_of_contents(), mixed == one);
    }
}

/// A store in which somebody gave the last event of a trail the identifier of a time to come, and left it where it was.
struct Displaced(MemoryStore);

impl Store for Displaced {
    type Error = Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Infallible> {
        self.0.record(key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Infallible> {
        self.0.access(digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, Infallible> {
        let mut page = self.0.list(range).await?;
        if let Some((_, Versioned { record: Record::Event(last), .. })) = page.items.last_mut() {
            *last = Arc::new(Event { id: EventId::at(Timestamp::MAX, [0; 10]), ..(**last).clone() });
        }
        Ok(page)
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Infallible>> {
        self.0.commit(changes).await
    }
}

/// GV-01: an event that says that it stands elsewhere than it does is told, and does not end the sealing unseen.
#[test]
fn gv_01_an_event_that_was_put_elsewhere_is_not_sealed_over() {
    let store = MemoryStore::new();
    insert(&store, trail(4));
    let settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
    let server = AuthorizationServer::with_entropy(Displaced(store), SeededEntropy::new(1), settings);
    let sealed = ready(server.operator().seal_trail(TRAIL, 500, LATER)).unwrap();
    assert!(matches!(sealed, Err(Error::Corrupt(Kind::Event))), "{sealed:?}");
    assert_eq!(server.store().0.len(Kind::TrailSeal), 0);
}
