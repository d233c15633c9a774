//! Digests, seals and verification, beside SHA-256 of the same bytes.

use std::hint::black_box;
use std::sync::Arc;

use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::audit::TrailHead;
use grantor::audit::TrailSeal;
use grantor::ready;
use sha2::Digest;
use sha2::Sha256;

use crate::house::NOW;
use crate::house::ORGANIZATION;
use crate::house::issued;
use crate::house::server;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;

const EVENTS: u32 = 2_000;

/// The bytes that the digest of an event is taken over: nine for each field, and what is in it.
fn encoded(event: &Event) -> usize {
    let Outcome::Done = event.outcome else { unreachable!("these are done") };
    let texts: usize = [21, event.action.as_str().len(), 12, 4, 6].iter().sum();
    let identifiers = 16 * 4 + 8 + 32;
    let changes: usize = event
        .changes
        .iter()
        .flat_map(|change| {
            [
                Some(change.field.len()),
                change.before.as_ref().map(String::len),
                change.after.as_ref().map(String::len),
            ]
        })
        .flatten()
        .map(|length| length + 9)
        .sum();
    // Domain, id, at, organization; actor and its client; action; subject, client and digest; outcome.
    11 * 9 + texts + identifiers + changes
}

/// The digest of the event of a token that was issued.
pub fn digest(report: &mut Report) {
    let event = issued(1);
    let bytes = vec![7_u8; encoded(&event)];
    let ours =
        Rival::new("digest", |times| drawn(times, 64, || (), |()| _ = black_box(black_box(&event).digest())));
    let floor = Rival::new("SHA-256 of as many bytes", |times| {
        drawn(times, 64, || (), |()| _ = black_box(Sha256::digest(black_box(&bytes))))
    });
    let name = format!("digest an event of {} bytes", bytes.len());
    report.compare(Task { name, turn: 512, goal: Some(1.5) }, ours, floor);
}

/// A seal on as many events as it takes.
pub fn seal(report: &mut Report) {
    let events: Vec<Arc<Event>> = (0..500).map(|number| Arc::new(issued(number))).collect();
    let sizes: Vec<Vec<u8>> = events.iter().map(|event| vec![7; encoded(event)]).collect();
    let head = TrailSeal::after(None, ORGANIZATION, &events, NOW).map(|seal| TrailHead::of(&seal));
    let ours = Rival::new("seal", |times| {
        drawn(
            times,
            1,
            || (),
            |()| drop(black_box(TrailSeal::after(head.as_ref(), ORGANIZATION, &events, NOW))),
        )
    });
    let floor = hashing(&sizes);
    report.compare(Task { name: "make a seal on 500 events".into(), turn: 1, goal: Some(2.0) }, ours, floor);
}

/// A trail from its first seal to its last.
pub fn verify(report: &mut Report) {
    let server = server((0..EVENTS).map(|number| issued(number).into()));
    while ready(server.operator().seal_trail(ORGANIZATION, 500, NOW))
        .expect("no waiting")
        .expect("a seal")
        .more
    {}
    let anchor = ready(server.operator().trail_anchor(ORGANIZATION)).expect("no waiting").expect("an anchor");
    let sizes: Vec<Vec<u8>> = (0..EVENTS).map(|number| vec![7; encoded(&issued(number))]).collect();
    let ours = Rival::new("verify", |times| {
        drawn(
            times,
            1,
            || (),
            |()| {
                let operator = server.operator();
                let verified = operator.verify_trail(ORGANIZATION, None, anchor.as_ref(), 100);
                let verified = ready(verified).expect("no waiting").expect("a page");
                assert!(verified.findings.is_empty() && verified.next.is_none());
                assert_eq!(verified.events, u64::from(EVENTS));
            },
        )
    });
    let name = format!("verify {EVENTS} events under {} seals", EVENTS / 500);
    report.compare(Task { name, turn: 1, goal: Some(3.0) }, ours, hashing(&sizes));
}

/// SHA-256 of each of these, and of what a seal holds of each.
fn hashing(events: &[Vec<u8>]) -> Rival<'_> {
    let held = vec![7_u8; events.len() * (16 + 32 + 2 * 9)];
    Rival::new("SHA-256 of as many bytes", move |times| {
        drawn(
            times,
            1,
            || (),
            |()| {
                for event in events {
                    black_box(Sha256::digest(black_box(event)));
                }
                black_box(Sha256::digest(black_box(&held)));
            },
        )
    })
}
