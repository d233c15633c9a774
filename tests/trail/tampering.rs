//! What somebody who can write to the database can hide, and what not.

use std::sync::Arc;

use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::FieldChange;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::audit::TrailAnchor;
use grantor::audit::TrailDigest;
use grantor::audit::TrailHead;
use grantor::audit::TrailSeal;
use grantor::change::Key;
use grantor::change::Record;
use grantor::review::trail::TrailFinding;
use grantor::testing::fixtures;
use grantor::value::EventId;
use proptest::prelude::*;

use super::LATER;
use super::TRAIL;
use super::arcs;
use super::event;
use super::over;
use super::records;
use super::seal_all;
use super::trail;
use super::verified;

const EVENTS: u16 = 20;
const EACH: u16 = 3;
const SEALS: u64 = 7;

/// One thing that was done to the records.
#[derive(Clone, Debug)]
enum Deed {
    AlterEvent(u32, u8),
    RenameEvent(u32),
    MoveEvent(u32),
    RemoveEvent(u32),
    AddEvent(u32),
    AlterSeal(u64, u8),
    RenumberSeal(u64),
    RemoveSeal(u64),
    ExchangeSeals(u64, u64),
    ExchangeEvents(u32, u32),
    AddSeal(u64),
    AlterHead(u8),
    RemoveHead,
}

fn deed() -> impl Strategy<Value = Deed> {
    let second = || 0..u32::from(EVENTS);
    let seal = || 1..=SEALS;
    prop_oneof![
        (second(), 0..6_u8).prop_map(|(event, part)| Deed::AlterEvent(event, part)),
        second().prop_map(Deed::RenameEvent),
        second().prop_map(Deed::MoveEvent),
        second().prop_map(Deed::RemoveEvent),
        second().prop_map(Deed::AddEvent),
        (seal(), 0..8_u8).prop_map(|(seal, part)| Deed::AlterSeal(seal, part)),
        seal().prop_map(Deed::RenumberSeal),
        seal().prop_map(Deed::RemoveSeal),
        (seal(), seal())
            .prop_filter("two seals", |(a, b)| a != b)
            .prop_map(|(a, b)| Deed::ExchangeSeals(a, b)),
        (second(), second())
            .prop_filter("two", |(a, b)| a != b)
            .prop_map(|(a, b)| Deed::ExchangeEvents(a, b)),
        prop_oneof![Just(0), Just(SEALS + 1), Just(SEALS + 5), Just(u64::MAX)].prop_map(Deed::AddSeal),
        (0..4_u8).prop_map(Deed::AlterHead),
        Just(Deed::RemoveHead),
    ]
}

/// The seal that holds the event.
fn seal_of(second: u32) -> u64 {
    u64::from(second / u32::from(EACH)) + 1
}

fn altered(mut event: Event, part: u8) -> Event {
    match part {
        0 => event.at = event.at.plus(1),
        1 => event.actor = Actor::Operator,
        2 => event.action = grantor::audit::Action::Revoke,
        3 => event.subject = Subject::Organization(fixtures::ACME),
        4 => event.outcome = Outcome::Done,
        _ => event.changes.push(FieldChange { field: "name".into(), before: None, after: Some("b".into()) }),
    }
    event
}

fn altered_seal(mut seal: TrailSeal, part: u8) -> TrailSeal {
    match part {
        0 => seal.previous = Some(TrailDigest::from_bytes([9; 32])),
        1 => seal.after = Some(EventId::at(fixtures::LONG_AGO, [3; 10])),
        2 => seal.through = event(1_000, 0).id,
        3 => seal.at = seal.at.plus(1),
        4 => seal.events.truncate(seal.events.len() - 1),
        5 => seal.events[0].digest = TrailDigest::from_bytes([9; 32]),
        6 => seal.events[0].id = EventId::at(fixtures::LONG_AGO, [3; 10]),
        _ => seal.digest = TrailDigest::from_bytes([9; 32]),
    }
    seal
}

fn is_event(record: &Record, second: u32) -> bool {
    record.key() == Key::Event(event(second, 0).id)
}

fn is_seal(record: &Record, number: u64) -> bool {
    record.key() == Key::TrailSeal(TRAIL, number)
}

fn seal(all: &[Record], number: u64) -> TrailSeal {
    let found = all.iter().find_map(|record| match record {
        Record::TrailSeal(seal) if seal.number == number => Some((**seal).clone()),
        _ => None,
    });
    found.expect("a seal")
}

/// Does it, and says what must be found of it.
fn done_to(all: &mut Vec<Record>, deed: &Deed) -> Vec<TrailFinding> {
    let replace = |all: &mut Vec<Record>, key: Key, record: Record| {
        all.retain(|there| there.key() != key && there.key() != record.key());
        all.push(record);
    };
    match *deed {
        Deed::AlterEvent(second, part) => {
            let record = altered(event(second, 0), part);
            replace(all, Key::Event(record.id), record.into());
            vec![TrailFinding::EventAltered { seal: seal_of(second), event: event(second, 0).id }]
        }
        Deed::RenameEvent(second) => {
            let (id, other) = (event(second, 0).id, event(second, 1).id);
            replace(all, Key::Event(id), Event { id: other, ..event(second, 0) }.into());
            let seal = seal_of(second);
            let mut expected = vec![TrailFinding::EventRemoved { seal, event: id }];
            // Behind the last event of all, it stands in no stretch yet; behind the last of a seal, in the next.
            if second + 1 < u32::from(EVENTS) {
                let seal = if (second + 1) % u32::from(EACH) == 0 { seal + 1 } else { seal };
                expected.push(TrailFinding::EventAdded { seal, event: other });
            }
            expected
        }
        Deed::MoveEvent(second) => {
            let id = event(second, 0).id;
            let moved = Event { organization: Some(fixtures::GLOBEX), ..event(second, 0) };
            replace(all, Key::Event(id), moved.into());
            vec![TrailFinding::EventRemoved { seal: seal_of(second), event: id }]
        }
        Deed::RemoveEvent(second) => {
            all.retain(|record| !is_event(record, second));
            vec![TrailFinding::EventRemoved { seal: seal_of(second), event: event(second, 0).id }]
        }
        Deed::AddEvent(second) => {
            // Before the event of its second, so that it stands in the stretch of that one.
            let mut added = event(second, 0);
            added.id = EventId::at(added.at, [0; 10]);
            all.push(added.clone().into());
            vec![TrailFinding::EventAdded { seal: seal_of(second), event: added.id }]
        }
        Deed::AlterSeal(number, part) => {
            let record = altered_seal(seal(all, number), part);
            replace(all, Key::TrailSeal(TRAIL, number), record.into());
            vec![TrailFinding::SealAltered { seal: number }]
        }
        Deed::RenumberSeal(number) => {
            let record = TrailSeal { number: SEALS + 3, ..seal(all, number) };
            replace(all, Key::TrailSeal(TRAIL, number), record.into());
            vec![
                TrailFinding::SealMissing {
                    first: number,
                    last: if number == SEALS { SEALS + 2 } else { number },
                },
                TrailFinding::SealAltered { seal: SEALS + 3 },
            ]
        }
        Deed::RemoveSeal(number) => {
            all.retain(|record| !is_seal(record, number));
            vec![TrailFinding::SealMissing { first: number, last: number }]
        }
        Deed::ExchangeSeals(a, b) => {
            let [one, other] = [(a, b), (b, a)].map(|(from, to)| TrailSeal { number: to, ..seal(all, from) });
            all.retain(|record| !is_seal(record, a) && !is_seal(record, b));
            all.extend([one.into(), other.into()]);
            vec![TrailFinding::SealAltered { seal: a }, TrailFinding::SealAltered { seal: b }]
        }
        Deed::ExchangeEvents(a, b) => {
            let [one, other] = [(a, b), (b, a)].map(|(of, at)| Event { id: event(at, 0).id, ..event(of, 0) });
            all.retain(|record| !is_event(record, a) && !is_event(record, b));
            all.extend([one.into(), other.into()]);
            [a, b].map(|at| TrailFinding::EventAltered { seal: seal_of(at), event: event(at, 0).id }).to_vec()
        }
        Deed::AddSeal(number) => {
            // As good as whoever adds it can make it.
            let head = TrailHead { number: number.saturating_sub(1), ..TrailHead::of(&seal(all, SEALS)) };
            let made = TrailSeal::after(Some(&head), TRAIL, &arcs([event(30, 0)]), LATER).unwrap();
            let mut added = TrailSeal { number, ..made };
            added.digest = added.digest_of_contents();
            all.push(added.into());
            match number {
                0 => vec![TrailFinding::ChainBroken { seal: 0 }],
                number => vec![TrailFinding::HeadMismatch { seal: number }],
            }
        }
        Deed::AlterHead(part) => {
            let mut head = TrailHead::of(&seal(all, SEALS));
            match part {
                0 => head.number -= 1,
                1 => head.digest = TrailDigest::from_bytes([9; 32]),
                2 => head.through = event(0, 0).id,
                _ => head.number += 1,
            }
            replace(all, Key::TrailHead(TRAIL), head.into());
            match part {
                3 => vec![TrailFinding::SealMissing { first: SEALS + 1, last: SEALS + 1 }],
                _ => vec![TrailFinding::HeadMismatch { seal: SEALS }],
            }
        }
        Deed::RemoveHead => {
            all.retain(|record| record.key() != Key::TrailHead(TRAIL));
            vec![TrailFinding::HeadMismatch { seal: SEALS }]
        }
    }
}

/// A sealed trail, with an anchor at its end.
fn sealed() -> (Vec<Record>, TrailAnchor) {
    let server = over(trail(EVENTS));
    let anchor = seal_all(&server, EACH, LATER).expect("seals");
    (records(&server), anchor)
}

/// The seals from this one on, made anew for the events that are there, with the head.
fn made_anew(all: &mut Vec<Record>, from: u64) {
    all.retain(|record| match record {
        Record::TrailSeal(seal) => seal.number < from,
        Record::TrailHead(_) => false,
        _ => true,
    });
    if from > 1 {
        all.push(TrailHead::of(&seal(all, from - 1)).into());
    }
    let server = over(std::mem::take(all));
    seal_all(&server, EACH, LATER);
    *all = records(&server);
}

proptest! {
    /// GV-01: whatever one thing is done to the events, the seals or the head, it is found and its place told, without an
    /// anchor and with one, in pages of any size; and what it did not touch is not reported.
    #[test]
    fn gv_01_any_single_deed_is_found_and_located(deed in deed(), page in 1..9_u16, with_anchor: bool) {
        let (mut all, anchor) = sealed();
        prop_assert_eq!(verified(&over(all.clone()), Some(&anchor), page), (vec![], u64::from(EVENTS)));
        let expected = done_to(&mut all, &deed);
        let server = over(all);
        let (found, _) = verified(&server, with_anchor.then_some(&anchor), page);
        for finding in &expected {
            prop_assert!(found.contains(finding), "{:?}: {:?} lacks {:?}", deed, found, finding);
        }
        let is_of_events = |finding: &TrailFinding| matches!(
            finding,
            TrailFinding::EventAltered { .. } | TrailFinding::EventAdded { .. } | TrailFinding::EventRemoved { .. }
        );
        if expected.iter().all(is_of_events) {
            prop_assert_eq!(found.len(), expected.len(), "{:?}", found);
        }
        prop_assert_eq!(verified(&server, with_anchor.then_some(&anchor), 100).0, found, "pages make no difference");
    }

    /// GV-01: whoever makes the seals anew hides a deed from whoever kept no anchor, and from nobody who kept one of a seal that
    /// covers it or of a later one; what was anchored before it was still proved.
    #[test]
    fn gv_01_an_anchor_finds_seals_that_were_made_anew(second in 0..u32::from(EVENTS), removed: bool, kept in 1..=SEALS, page in 1..9_u16) {
        let (mut all, _) = sealed();
        let anchor = seal(&all, kept).anchor();
        if removed {
            all.retain(|record| !is_event(record, second));
        } else {
            let index = all.iter().position(|record| is_event(record, second)).unwrap();
            all[index] = altered(event(second, 0), 1).into();
        }
        made_anew(&mut all, seal_of(second));
        let server = over(all);
        prop_assert_eq!(verified(&server, None, page).0, [], "hidden without an anchor");
        let found = verified(&server, Some(&anchor), page).0;
        if kept >= seal_of(second) {
            prop_assert_eq!(found, [TrailFinding::AnchorMismatch { seal: kept }]);
        } else {
            prop_assert_eq!(found, []);
        }
    }

    /// GV-01: and so is whoever takes the end of the trail away.
    #[test]
    fn gv_01_an_anchor_finds_a_trail_that_was_cut_off(left in 0..SEALS, kept in 1..=SEALS, page in 1..9_u16) {
        let (mut all, _) = sealed();
        let anchor = seal(&all, kept).anchor();
        let head = (left > 0).then(|| TrailHead::of(&seal(&all, left)));
        all.retain(|record| match record {
            Record::TrailSeal(seal) => seal.number <= left,
            Record::Event(event) => head.is_some_and(|head| event.id <= head.through),
            _ => false,
        });
        all.extend(head.map(Record::from));
        let server = over(all);
        prop_assert_eq!(verified(&server, None, page).0, [], "hidden without an anchor");
        let found = verified(&server, Some(&anchor), page).0;
        match kept > left {
            true => prop_assert_eq!(found, [TrailFinding::AnchorMismatch { seal: kept }]),
            false => prop_assert_eq!(found, []),
        }
    }
}

proptest! {
    /// GV-01: seals that are missing, wherever and how many, are told from the first to the last of them; an anchor of one of
    /// them matches nothing any more, and one of another still proves what it proved.
    #[test]
    fn gv_01_missing_seals_are_told_from_first_to_last(first in 1..=SEALS, count in 1..=SEALS, kept in 1..=SEALS, page in 1..9_u16) {
        let last = (first + count - 1).min(SEALS);
        let (mut all, _) = sealed();
        let anchor = seal(&all, kept).anchor();
        all.retain(|record| !(first..=last).any(|number| is_seal(record, number)));
        let server = over(all);
        let missing = TrailFinding::SealMissing { first, last };
        prop_assert_eq!(verified(&server, None, page).0, [missing]);
        let expected: Vec<TrailFinding> = match (first..=last).contains(&kept) {
            true => vec![missing, TrailFinding::AnchorMismatch { seal: kept }],
            false => vec![missing],
        };
        prop_assert_eq!(verified(&server, Some(&anchor), page).0, expected);
    }
}

/// GV-01: a seal that is sound by itself, and does not begin where the one before it ends, or does not name it, is told,
/// whichever it is: the first one follows nothing.
#[test]
fn gv_01_each_link_of_the_chain_is_looked_at() {
    let (all, _) = sealed();
    let digest = TrailDigest::from_bytes([1; 32]);
    let early = EventId::at(fixtures::LONG_AGO, [3; 10]);
    for number in 1..=SEALS {
        let unlinked = |change: &dyn Fn(&mut TrailSeal)| {
            let mut other = seal(&all, number);
            change(&mut other);
            other.digest = other.digest_of_contents();
            let rest = all.iter().filter(|record| !is_seal(record, number)).cloned();
            verified(&over(rest.chain([other.into()])), None, 100).0
        };
        let links: [&dyn Fn(&mut TrailSeal); 4] = [
            &|seal| seal.previous = Some(digest),
            &|seal| seal.previous = seal.previous.xor(Some(digest)),
            &|seal| seal.after = Some(early),
            &|seal| seal.after = seal.after.xor(Some(early)),
        ];
        for (link, change) in links.into_iter().enumerate() {
            let found = unlinked(change);
            assert!(
                found.contains(&TrailFinding::ChainBroken { seal: number }),
                "{number}, {link}: {found:?}"
            );
        }
    }
}

/// GV-01: a seal before the first one is in no chain, however sound it is.
#[test]
fn gv_01_nothing_stands_before_the_first_seal() {
    let (mut all, _) = sealed();
    let early = TrailSeal::after(None, TRAIL, &arcs([event(0, 0)]), LATER).unwrap();
    let mut early = TrailSeal { number: 0, ..early };
    early.digest = early.digest_of_contents();
    all.push(early.into());
    let found = verified(&over(all), None, 100).0;
    assert_eq!(found[..2], [TrailFinding::ChainBroken { seal: 0 }, TrailFinding::ChainBroken { seal: 1 }]);
}

/// GV-01: a seal that is taken away while a verification is on its events is missing: the last one, though the head does not
/// name it, and one that another follows.
#[test]
fn gv_01_a_seal_that_goes_while_it_is_looked_at_is_missing() {
    let verify = |all: &[Record], from, limit| {
        grantor::ready(over(all.to_vec()).operator().verify_trail(TRAIL, from, None, limit)).unwrap().unwrap()
    };
    for number in [1, 4, SEALS] {
        let (mut all, _) = sealed();
        let second = u32::from(EACH) * (u32::try_from(number).unwrap() - 1);
        all.extend((2..1_302).map(|number| event(second, number).into()));
        let added = TrailFinding::EventAdded { seal: number, event: event(second, 2).id };
        let mut page = verify(&all, None, 1);
        while !page.findings.contains(&added) {
            page = verify(&all, page.next, 1);
        }
        all.retain(|record| !is_seal(record, number));
        if number == SEALS {
            all.retain(|record| record.key() != Key::TrailHead(TRAIL));
            all.push(TrailHead::of(&seal(&all, SEALS - 1)).into());
        }
        let rest = verify(&all, page.next, 100);
        let missing = TrailFinding::SealMissing { first: number, last: number };
        assert_eq!((rest.findings, rest.next), (vec![missing], None));
        let hidden = if number == SEALS { vec![] } else { vec![missing] };
        assert_eq!(
            verified(&over(all), None, 100).0,
            hidden,
            "whoever begins then is told by the head alone"
        );
    }
}

/// GV-01: wherever a page of events ends, before a sealed event, with it or after it, each is looked at once.
#[test]
fn gv_01_a_sealed_event_at_the_end_of_a_page_is_looked_at_once() {
    let (all, anchor) = sealed();
    for count in 496..=500 {
        let added: Vec<Event> = (1..=count).map(|number| event(3, number)).collect();
        let server = over(all.iter().cloned().chain(added.iter().cloned().map(Record::from)));
        let expected: Vec<TrailFinding> =
            added.iter().map(|event| TrailFinding::EventAdded { seal: 2, event: event.id }).collect();
        assert_eq!(verified(&server, Some(&anchor), 1), (expected, u64::from(EVENTS + count)), "{count}");
    }
}

/// GV-01: a verification that is asked for no page looks at one, and at 100 where it is asked for more.
#[test]
fn gv_01_a_page_of_a_verification_has_bounds() {
    let server = over(trail(120));
    seal_all(&server, 1, LATER);
    let page =
        |limit| grantor::ready(server.operator().verify_trail(TRAIL, None, None, limit)).unwrap().unwrap();
    assert_eq!((page(0).events, page(u16::MAX).events), (1, 100));
    assert_eq!((page(0), page(u16::MAX)), (page(1), page(100)));
}

/// GV-01: an anchor of another trail is none of this one.
#[test]
fn gv_01_an_anchor_of_another_trail_does_not_match() {
    let (all, anchor) = sealed();
    let server = over(all.into_iter().map(|record| match record {
        Record::TrailSeal(seal) => {
            let mut other = TrailSeal { organization: TRAIL, at: seal.at.plus(1), ..(*seal).clone() };
            other.digest = other.digest_of_contents();
            Record::from(other)
        }
        other => other,
    }));
    let found = verified(&server, Some(&anchor), 100).0;
    assert!(found.contains(&TrailFinding::AnchorMismatch { seal: SEALS }), "{found:?}");
}

/// GV-01: a flood of events that were slipped into one stretch is told to the last one, in pages that stay bounded.
#[test]
fn gv_01_a_flood_of_added_events_is_told_page_by_page() {
    let (mut all, anchor) = sealed();
    let added: Vec<Event> = (2..1_302).map(|number| event(4, number)).collect();
    all.extend(added.iter().cloned().map(Record::from));
    all.retain(|record| !is_event(record, 5));
    let server = over(all);
    let (mut from, mut findings) = (None, Vec::new());
    loop {
        let page =
            grantor::ready(server.operator().verify_trail(TRAIL, from, Some(&anchor), 1)).unwrap().unwrap();
        assert!(page.findings.len() <= 501, "{}", page.findings.len());
        findings.extend(page.findings);
        from = page.next;
        if from.is_none() {
            break;
        }
    }
    let mut expected: Vec<TrailFinding> =
        added.iter().map(|event| TrailFinding::EventAdded { seal: 2, event: event.id }).collect();
    expected.push(TrailFinding::EventRemoved { seal: 2, event: event(5, 0).id });
    assert_eq!(findings, expected);
}

/// GV-01: every finding has a code of its own, a text that says where, and a remedy.
#[test]
fn gv_01_a_finding_says_what_where_and_what_to_do() {
    use grantor::change::Reason;
    let (seal, event) = (7, event(0, 0).id);
    let findings = [
        TrailFinding::EventAltered { seal, event },
        TrailFinding::EventRemoved { seal, event },
        TrailFinding::EventAdded { seal, event },
        TrailFinding::SealAltered { seal },
        TrailFinding::SealMissing { first: seal, last: 9 },
        TrailFinding::ChainBroken { seal },
        TrailFinding::AnchorMismatch { seal },
        TrailFinding::HeadMismatch { seal },
    ];
    let codes: std::collections::BTreeSet<&str> = findings.iter().map(Reason::code).collect();
    assert_eq!(codes.len(), findings.len());
    for finding in findings {
        assert!(finding.code().starts_with("trail.") && finding.to_string().contains('7'), "{finding}");
        assert!(finding.remedy().len() > 20, "{finding}");
    }
}

/// A chain whose seals are sound each by itself, and do not follow each other, is broken there.
#[test]
fn gv_01_a_seal_that_does_not_follow_is_told() {
    let (mut all, _) = sealed();
    let mut other = seal(&all, 4);
    other.previous = Some(TrailDigest::from_bytes([1; 32]));
    other.digest = other.digest_of_contents();
    all.retain(|record| !is_seal(record, 4));
    all.push(Arc::new(other).into());
    let found = verified(&over(all), None, 100).0;
    assert_eq!(found, [TrailFinding::ChainBroken { seal: 4 }, TrailFinding::ChainBroken { seal: 5 }]);
}
