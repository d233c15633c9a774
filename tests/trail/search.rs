//! Searching the trail.

use std::collections::BTreeSet;

use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::EventQuery;
use grantor::audit::OutcomeName;
use grantor::audit::Subject;
use grantor::change::Changes;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::LONG_AGO;
use grantor::testing::fixtures::NOON;
use grantor::value::EventId;
use grantor::value::Timestamp;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::event;
use crate::common::Call;
use crate::common::House;
use crate::common::OPERATIONS;
use crate::common::Subjects;
use crate::common::done;

/// A house in which everything was done and refused once, each a second after the other.
fn eventful() -> House {
    let house = House::new();
    let on = Subjects::of(&house);
    for (operation, second) in OPERATIONS.iter().zip(0..) {
        for user in [BYSTANDER, ADMINISTRATOR] {
            let _ = operation.by(&house, (ACME, user), &on, NOON.plus(second));
            let _ = operation.by(&house, (GLOBEX, user), &on, NOON.plus(second));
        }
    }
    house.asked(house.world.service.id, "gcs_wrong", NOON.plus(100));
    let secret = house.secret(&house.world.service);
    house.asked(house.world.service.id, &secret, NOON.plus(101));
    house
}

/// All that a query finds, in pages of this size.
fn found(house: &House, query: &EventQuery, page: u16) -> Vec<Event> {
    let (mut after, mut events) = (None, Vec::new());
    loop {
        let listed = done(house.admin().events(query, after, page, NOON));
        assert!(listed.items.len() <= usize::from(page));
        events.extend(listed.items);
        after = listed.next;
        if after.is_none() {
            return events;
        }
    }
}

fn query(house: &House) -> impl Strategy<Value = EventQuery> + use<> {
    let (web, service) = (house.world.web.id, house.world.service.id);
    let instant = || option::of((0..110_u32).prop_map(|second| NOON.plus(second)));
    let actor = select(vec![
        fixtures::administrator(),
        Actor::User { organization: ACME, user: BYSTANDER },
        Actor::Client(service),
        Actor::Sweep,
    ]);
    let authorization = |id| Subject::Authorization { organization: ACME, client: web, authorization: id };
    let subject = select(vec![
        Subject::Organization(ACME),
        Subject::Client(web),
        authorization(None),
        authorization(Some(house.world.web_approval.id())),
        authorization(Some(fixtures::id(999))),
    ]);
    let client = select(vec![web, service, house.world.partner.id, fixtures::id(999)]);
    let outcome = select(vec![OutcomeName::Done, OutcomeName::Refused]);
    let actions = prop::collection::vec(select(&Action::ALL[..]), 0..20);
    let rare = |strategy| option::weighted(0.3, strategy);
    (
        instant(),
        instant(),
        option::weighted(0.3, actor),
        rare(client),
        option::weighted(0.2, subject),
        prop_oneof![Just(Vec::new()), actions],
        option::weighted(0.3, outcome),
    )
        .prop_map(|(from, to, actor, client, subject, actions, outcome)| EventQuery {
            from,
            to,
            actor,
            client,
            subject,
            actions,
            outcome,
        })
}

/// GV-01: a search finds what is asked for, all of it, in the order of the trail, in pages of any size.
#[test]
fn gv_01_a_search_finds_exactly_what_is_asked_for() {
    let house = eventful();
    let mut all: Vec<Event> =
        house.events().into_iter().filter(|event| event.organization == Some(ACME)).collect();
    all.sort_by_key(|event| event.id);
    assert!(all.len() > 50, "there is something to find");
    let mut hits = BTreeSet::new();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    runner
        .run(&(query(&house), 1_u16..40), |(query, page)| {
            let expected: Vec<Event> = all
                .iter()
                .filter(|event| query.from.is_none_or(|from| event.at >= from))
                .filter(|event| query.to.is_none_or(|to| event.at <= to))
                .filter(|event| query.actor.is_none_or(|actor| event.actor == actor))
                .filter(|event| query.client.is_none_or(|client| event.client() == Some(client)))
                .filter(|event| match (query.subject, event.subject) {
                    (None, _) => true,
                    (
                        Some(Subject::Authorization { authorization: None, client, .. }),
                        Subject::Authorization { client: of, .. },
                    ) => client == of,
                    (Some(asked), found) => asked == found,
                })
                .filter(|event| query.actions.is_empty() || query.actions.contains(&event.action))
                .filter(|event| query.outcome.is_none_or(|name| event.outcome.name() == name))
                .cloned()
                .collect();
            let found = found(&house, &query, page);
            prop_assert_eq!(&found, &expected);
            Ok(())
        })
        .unwrap();
    for query in [
        EventQuery { client: Some(house.world.web.id), ..EventQuery::default() },
        EventQuery { actions: vec![Action::IssueToken], ..EventQuery::default() },
        EventQuery { outcome: Some(OutcomeName::Refused), ..EventQuery::default() },
        EventQuery { from: Some(LONG_AGO), to: Some(LONG_AGO), ..EventQuery::default() },
    ] {
        hits.insert(found(&house, &query, 500).len());
    }
    assert!(hits.len() > 2 && !hits.contains(&0), "each of these is found: {hits:?}");
}

/// GV-01: an instant at the end of time, or before the first one, ends no search early and breaks none.
#[test]
fn gv_01_any_range_of_time_is_searched() {
    let house = eventful();
    let all = found(&house, &EventQuery::default(), 500).len();
    let of = |from, to| found(&house, &EventQuery { from, to, ..EventQuery::default() }, 500).len();
    assert_eq!(of(Some(Timestamp::MIN), Some(Timestamp::MAX)), all);
    assert_eq!(of(Some(Timestamp::MAX), None), 0);
    assert_eq!(of(None, Some(Timestamp::MIN)), 0);
    assert_eq!(of(Some(NOON.plus(1)), Some(NOON)), 0);
}

/// GV-01: what stands at the end of time, where identifiers tell no seconds apart, is found by a range that ends there.
#[test]
fn gv_01_the_end_of_time_is_searched() {
    let house = House::new();
    let last = Event { id: EventId::at(Timestamp::MAX, [1; 10]), at: Timestamp::MAX, ..event(0, 1) };
    house.plant(Changes::new().insert(last.clone()));
    for to in [None, Some(Timestamp::MAX)] {
        let query = EventQuery { from: Some(NOON.plus(DAY)), to, ..EventQuery::default() };
        assert_eq!(found(&house, &query, 1), std::slice::from_ref(&last), "{to:?}");
    }
    let before = EventQuery { to: Some(Timestamp::MAX.minus(1)), ..EventQuery::default() };
    assert!(!found(&house, &before, 500).contains(&last));
}

/// GV-01: whoever asks for none gets one, so that each page leads on, and whoever asks for too many gets 500.
#[test]
fn gv_01_a_page_has_one_event_at_least_and_500_at_most() {
    let house = House::new();
    crowd(&house, 1_000);
    for query in
        [EventQuery::default(), EventQuery { actions: vec![Action::UseToken], ..EventQuery::default() }]
    {
        let page = |limit| done(house.admin().events(&query, None, limit, NOON));
        let none = page(0);
        assert_eq!((none.items.len(), none.next.is_some()), (1, true));
        assert_eq!(none, page(1));
        assert_eq!(page(u16::MAX).items.len(), 500);
        assert_eq!(page(u16::MAX), page(500));
    }
}

/// Puts so many events there of which nobody asks.
fn crowd(house: &House, events: u16) {
    for first in (0..events).step_by(200) {
        let some = (first..events.min(first + 200)).map(|number| event(200, number));
        house.plant(some.fold(Changes::new(), Changes::insert));
    }
}

fn lists(house: &House) -> usize {
    house.store().take_calls().iter().filter(|call| **call == Call::List).count()
}

/// GV-01: one page of a search reads ten pages of the trail at most, and the search comes to its end.
#[test]
fn gv_01_a_page_of_a_search_costs_a_bounded_number_of_reads() {
    let house = House::new();
    crowd(&house, 5_400);
    let rare = EventQuery { actions: vec![Action::Revoke], ..EventQuery::default() };
    let _ = done(house.admin().revoke(
        house.world.web.id,
        grantor::admin::authorizations::Acknowledgement::NotGiven,
        NOON.plus(300),
    ));
    lists(&house);
    let page = done(house.admin().events(&rare, None, 500, NOON));
    assert_eq!((page.items.len(), lists(&house)), (0, 10));
    let page = done(house.admin().events(&rare, page.next, 500, NOON));
    assert_eq!((page.items.len(), page.next), (1, None));
    // However few are asked for, as much is looked at for them.
    let page = done(house.admin().events(&rare, None, 1, NOON));
    let page = done(house.admin().events(&rare, page.next, 1, NOON));
    assert_eq!((page.items.len(), lists(&house)), (1, 12));
}

/// GV-01: what is about one client is found without what is about others.
#[test]
fn gv_01_a_search_by_client_reads_what_is_about_it() {
    let house = House::new();
    crowd(&house, 1_200);
    let query = EventQuery { client: Some(house.world.web.id), ..EventQuery::default() };
    lists(&house);
    let page = done(house.admin().events(&query, None, 500, NOON));
    assert_eq!((page.items, page.next), (vec![house.world.event.clone()], None));
    assert_eq!(lists(&house), 1);
}

/// OR-01, threat 37: what another organization did with the same client is not found.
#[test]
fn threat_37_a_search_stays_in_the_organization() {
    let house = House::new();
    let mut theirs = event(0, 1);
    theirs.organization = Some(GLOBEX);
    theirs.subject = Subject::Client(house.world.web.id);
    house.plant(Changes::new().insert(theirs.clone()));
    let query = EventQuery { client: Some(house.world.web.id), ..EventQuery::default() };
    assert!(!found(&house, &query, 500).contains(&theirs));
    assert!(!found(&house, &EventQuery::default(), 500).contains(&theirs));
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    assert_eq!(done(globex.events(&query, None, 500, NOON)).items, [theirs]);
    // Nor is what was done with one's own authorizations found among another's.
    let of = |organization| EventQuery {
        subject: Some(Subject::Authorization {
            organization,
            client: house.world.web.id,
            authorization: None,
        }),
        ..EventQuery::default()
    };
    assert_eq!(found(&house, &of(ACME), 500), std::slice::from_ref(&house.world.event));
    assert_eq!(found(&house, &of(GLOBEX), 500), []);
    assert!(of(ACME).matches(&house.world.event) && !of(GLOBEX).matches(&house.world.event));
}
