//! How clients are used: counted at the call, recorded in batches, told by day, week and month (GV-02).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering;
use std::thread;

use grantor::AuthorizationServer;
use grantor::access::Allowed;
use grantor::access::PermissionsRequired;
use grantor::access::Requirement;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::model::Calls;
use grantor::model::DayCalls;
use grantor::model::Holder;
use grantor::model::Recorded;
use grantor::model::StatusClass;
use grantor::model::UsageDay;
use grantor::model::UsageSource;
use grantor::ready;
use grantor::review::usage::By;
use grantor::review::usage::ClientUsage;
use grantor::review::usage::EndpointId;
use grantor::review::usage::LastUse;
use grantor::review::usage::UsageBatch;
use grantor::review::usage::UsageCounter;
use grantor::review::usage::UsageEndpointError;
use grantor::review::usage::UsageQuery;
use grantor::server::Error;
use grantor::store::MemoryStore;
use grantor::testing::SeededEntropy;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Outcome;
use grantor::testing::explore::Scenario;
use grantor::testing::explore::Stepped;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::ClientId;
use grantor::value::Day;
use grantor::value::Endpoint;
use grantor::value::OrganizationId;
use grantor::value::Permission;
use grantor::value::Timestamp;
use grantor::value::UserId;
use proptest::prelude::*;

use common::Broken;
use common::Fault;
use common::House;
use common::catalog;
use common::denied;
use common::done;

/// The world without any usage.
fn house() -> House {
    let house = House::new();
    let used = &house.world.service_usage;
    for key in [
        Key::UsageDay(used.organization, used.client, used.day),
        Key::UsageSummary(used.organization, used.client),
    ] {
        let version = house.find(key).unwrap().version;
        house.plant(Changes::new().delete(version, key));
    }
    house
}

/// A counter with two endpoints, `GET /queues` and `POST /queues/{id}`.
fn counter(seed: u8) -> (UsageCounter, [EndpointId; 2]) {
    let mut counter = UsageCounter::from_random([seed; 32]);
    let needs = fixtures::requirement("routing:readonly", "routing:queue:view");
    let endpoints = [("GET", "/queues"), ("POST", "/queues/{id}")]
        .map(|(method, template)| counter.endpoint(method, template, &needs).unwrap());
    (counter, endpoints)
}

/// A call of the service on its own behalf, and one of the web client in the viewer's name.
fn calls(house: &House) -> [Allowed; 2] {
    let needs = fixtures::requirement("routing:readonly", "routing:queue:view");
    [house.world.service.id, house.world.web.id]
        .map(|client| house.call(fixtures::token_of(client).expose(), &needs, NOON).unwrap())
}

fn of(allowed: Allowed, client: u64, user: u64) -> Allowed {
    let mut allowed = allowed;
    allowed.client = fixtures::id(client);
    if let Holder::User { user: there, .. } = &mut allowed.holder {
        *there = fixtures::id(user);
    }
    allowed
}

fn record(house: &House, counter: &UsageCounter, now: Timestamp) {
    for batch in counter.take(UsageBatch::MAX, now) {
        assert_eq!(done(house.server.record_usage(&batch, now)), Recorded::Now);
    }
}

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn told(house: &House, client: ClientId, days: [&str; 2], by: By) -> Vec<(String, u64)> {
    let [from, to] = days.map(day);
    let query = UsageQuery { client: Some(client), from, to, by };
    let listed = done(house.admin().usage(&query, None, 10, NOON));
    assert!(listed.next.is_none() && listed.items.len() < 2);
    let periods = listed.items.into_iter().flat_map(|used| used.periods);
    periods.map(|told| (told.period.to_string(), told.usage.calls().total())).collect()
}

fn expected(counts: &[(&str, u64)]) -> Vec<(String, u64)> {
    counts.iter().map(|(period, calls)| ((*period).to_owned(), *calls)).collect()
}

/// GV-02: by client, organization, user, method, endpoint and status class, by day.
#[test]
fn gv_02_calls_are_told_by_all_that_they_are_counted_by() {
    let (house, (counter, [get, post])) = (house(), counter(1));
    let [service, web] = calls(&house);
    for (allowed, endpoint, status, later) in [
        (service, get, 200, 0),
        (service, get, 204, 60),
        (service, post, 404, 30),
        (web, get, 200, 0),
        (web, post, 500, 0),
        (web, post, 999, 90),
    ] {
        counter.count(&allowed, endpoint, status, NOON.plus(later));
    }
    record(&house, &counter, NOON);

    let query = UsageQuery { client: None, from: Day::of(NOON), to: Day::of(NOON), by: By::Day };
    let listed = done(house.admin().usage(&query, None, 10, NOON));
    let [of_service, of_web] = listed.items.as_slice() else { panic!("{listed:?}") };
    assert_eq!([of_service.client, of_web.client], [service.client, web.client]);
    let [ClientUsage { periods: own, .. }, ClientUsage { periods: in_name, .. }] = [of_service, of_web];
    let (own, in_name) = (&own[0].usage, &in_name[0].usage);

    let [get, post] = ["GET /queues", "POST /queues/{id}"].map(|text| text.parse::<Endpoint>().unwrap());
    let endpoints = BTreeMap::from([
        (get.clone(), Calls::new([0, 2, 0, 0, 0])),
        (post.clone(), Calls::new([0, 0, 0, 1, 0])),
    ]);
    assert_eq!((own.endpoints(), own.users().len()), (&endpoints, 0));
    assert_eq!(own.without_user(), Calls::new([0, 2, 0, 1, 0]));
    assert_eq!(own.last_call(), Some(NOON.plus(60)));
    assert!(own.scopes().is_empty(), "scopes do not apply to client credentials");

    let endpoints = BTreeMap::from([(get, Calls::new([0, 1, 0, 0, 0])), (post, Calls::new([0, 0, 0, 0, 2]))]);
    assert_eq!(in_name.endpoints(), &endpoints);
    assert_eq!(in_name.users(), &BTreeMap::from([(VIEWER, Calls::new([0, 1, 0, 0, 2]))]));
    assert_eq!(in_name.without_user(), Calls::default());
    let last = [NOON.plus(90)];
    assert_eq!(in_name.scopes().values().copied().collect::<Vec<_>>(), last);
    assert_eq!(in_name.permissions().values().copied().collect::<Vec<_>>(), last);
}

/// GV-02: by day, week and month, at the end of a year: the days that are asked for, and no others.
#[test]
fn gv_02_days_weeks_and_months_at_the_end_of_a_year() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    for (text, calls) in [
        ("2025-11-30", 1),
        ("2025-12-28", 2),
        ("2025-12-29", 4),
        ("2025-12-31", 8),
        ("2026-01-01", 16),
        ("2026-01-05", 32),
    ] {
        // The first and the last second of the day, and those between.
        for number in 0..calls {
            let at = [day(text).start(), day(text).end().minus(1), day(text).start().plus(number)];
            counter.count(&service, get, 200, at[number as usize % 3]);
        }
    }
    record(&house, &counter, NOON);
    let told = |days, by| told(&house, service.client, days, by);
    let days = ["2025-12-01", "2026-01-04"];
    assert_eq!(
        told(days, By::Day),
        expected(&[("2025-12-28", 2), ("2025-12-29", 4), ("2025-12-31", 8), ("2026-01-01", 16)])
    );
    assert_eq!(told(days, By::Week), expected(&[("2025-W52", 2), ("2026-W01", 28)]));
    assert_eq!(told(days, By::Month), expected(&[("2025-12", 14), ("2026-01", 16)]));
    let all = ["0000-01-01", "9999-12-31"];
    assert_eq!(told(all, By::Month), expected(&[("2025-11", 1), ("2025-12", 14), ("2026-01", 48)]));
    assert_eq!(told(["2025-12-29", "2025-12-29"], By::Month), expected(&[("2025-12", 4)]));
    assert_eq!(told(["2026-01-04", "2025-12-01"], By::Day), []);
}

/// GV-02: when a client was last used, and each scope and permission of it. Of the scopes that will do, the least that the
/// token holds is the one that was needed.
#[test]
fn gv_02_the_last_use_tells_what_was_needed() {
    let house = house();
    let mut counter = UsageCounter::from_random([1; 32]);
    let judged = |needs: &Requirement| house.call(&house.web_token(), needs, NOON).unwrap();
    for (at, accepted, used) in [
        (1, "routing routing:readonly", "routing:readonly"),
        (2, "routing:readonly routing", "routing:readonly"),
        (3, "users routing", "routing"),
        (4, "analytics users:readonly", "users:readonly"),
    ] {
        let needs = fixtures::requirement(accepted, "routing:queue:view");
        let endpoint = counter.endpoint("GET", &format!("/{at}"), &needs).unwrap();
        let now = NOON.plus(at);
        counter.count(&judged(&needs), endpoint, 200, now);
        record(&house, &counter, now);
        let last = done(house.admin().last_use(house.world.web.id, now));
        assert_eq!(last.last_call, Some(now));
        assert_eq!(last.scopes.get(&used.parse().unwrap()), Some(&now), "{accepted}: {last:?}");
    }
    let needs = Requirement {
        permissions: PermissionsRequired::any(
            ["oauth:client:delete", "oauth:client:view"].map(|text| text.parse().unwrap()),
        ),
        ..fixtures::requirement("routing", "")
    };
    let endpoint = counter.endpoint("GET", "/any", &needs).unwrap();
    counter.count(&judged(&needs), endpoint, 200, NOON.plus(5));
    record(&house, &counter, NOON.plus(5));
    let last = done(house.admin().last_use(house.world.web.id, NOON.plus(5)));
    let permissions: Vec<String> = last.permissions.keys().map(ToString::to_string).collect();
    assert_eq!(permissions, ["oauth:client:view", "routing:queue:view"]);
    assert_eq!(last.unused(&fixtures::scopes("analytics routing users")), ["analytics".parse().unwrap()]);

    let never = done(house.admin().last_use(house.world.saml.id, NOON));
    assert_eq!((never.last_call, never.scopes.len()), (None, 0));
}

/// GV-02: pages of clients, in one order, each client once; one that was not used in these days is left out.
#[test]
fn gv_02_clients_are_told_page_by_page() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    for number in 1..=5 {
        for back in 0..3 {
            counter.count(&of(service, number, 0), get, 200, NOON.minus(back * DAY));
        }
    }
    counter.count(&of(service, 6, 0), get, 200, NOON.minus(30 * DAY));
    record(&house, &counter, NOON);
    let query = UsageQuery { client: None, from: Day::of(NOON).minus(1), to: Day::of(NOON), by: By::Month };
    for limit in [0, 1, 2, 3, 50, u16::MAX] {
        let (mut seen, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = done(house.admin().usage(&query, after, limit, NOON));
            assert!(page.items.len() <= usize::from(limit.max(1)));
            seen.extend(
                page.items.into_iter().map(|used| (used.client, used.periods[0].usage.calls().total())),
            );
            after = page.next;
            pages += 1;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 3, 4, 5].map(|number| (fixtures::id(number), 2)), "by {limit}");
        assert_eq!(pages, 6_usize.div_ceil(usize::from(limit.clamp(1, 50))));
    }
}

/// OR-05, OR-01, threat 37: it takes `usage:client:view`, and tells of the organization's own data alone, by whichever client.
#[test]
fn or_05_usage_takes_its_permission_and_stays_in_the_organization() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    counter.count(&service, get, 200, NOON);
    let mut elsewhere = service;
    elsewhere.organization = GLOBEX;
    counter.count(&elsewhere, get, 200, NOON);
    counter.count(&elsewhere, get, 200, NOON.plus(60));
    record(&house, &counter, NOON);
    let query = |client| UsageQuery { client, from: Day::MIN, to: Day::MAX, by: By::Day };
    for (organization, calls, last) in [(ACME, 1, NOON), (GLOBEX, 2, NOON.plus(60))] {
        let administration = house.server.administration(organization, ADMINISTRATOR);
        for client in [None, Some(service.client)] {
            let listed = done(administration.usage(&query(client), None, 10, NOON));
            let [used] = listed.items.as_slice() else { panic!("{listed:?}") };
            assert_eq!(used.periods[0].usage.calls().total(), calls);
        }
        assert_eq!(done(administration.last_use(service.client, NOON)).last_call, Some(last));
    }
    for (permitted, is_enough) in
        [("usage:client:view", true), ("oauth:*:* usage:client:edit", false), ("", false)]
    {
        let user = house.user_with(50, permitted);
        let administration = house.server.administration(ACME, user);
        let answers = [
            ready(administration.usage(&query(None), None, 10, NOON)).unwrap().err(),
            ready(administration.last_use(service.client, NOON)).unwrap().err(),
        ];
        let missing = Error::Denied(Denial::MissingPermission(Permission::USAGE_CLIENT_VIEW));
        let expected = if is_enough { None } else { Some(missing) };
        assert_eq!(answers, [expected.clone(), expected], "{permitted}");
    }
    let nobody = house.server.administration(ACME, fixtures::id(99));
    denied(nobody.usage(&query(None), None, 10, NOON));
    denied(nobody.last_use(service.client, NOON));
}

/// GV-02: what has no place in a counter is counted with the others of its client, and beyond that told.
#[test]
fn gv_02_a_counter_is_bounded() {
    let (house, (counter, [get, post])) = (house(), counter(1));
    let counter = counter.with_most_rows(3);
    let [service, web] = calls(&house);
    for user in 1..=10 {
        counter.count(&of(web, 3, user), get, 200, NOON);
        counter.count(&of(web, 3, user), post, 500, NOON);
    }
    for client in 100..105 {
        counter.count(&of(service, client, 0), get, 200, NOON);
    }
    assert_eq!(
        counter.uncounted(),
        3,
        "of the five clients that came last, two found a place for their others"
    );
    record(&house, &counter, NOON);
    let stored = house.find(Key::UsageDay(ACME, fixtures::id(3), Day::of(NOON))).unwrap();
    let grantor::change::Record::UsageDay(used) = stored.record else { panic!() };
    assert_eq!(used.usage.calls(), Calls::new([0, 10, 0, 0, 10]));
    assert_eq!(used.usage.users().len(), 2);
    assert_eq!(used.usage.other_callers().total(), 17);
    assert_eq!(used.usage.other_endpoints(), used.usage.other_callers());

    // Rows that count nothing until they are taken again make place for others.
    assert!(counter.take(1, NOON).is_empty());
    for client in 200..203 {
        counter.count(&of(service, client, 0), get, 200, NOON);
    }
    assert_eq!(counter.uncounted(), 3);
    let days: Vec<UsageDay> = counter.take(1, NOON).iter().flat_map(|batch| batch.days().to_vec()).collect();
    assert_eq!(days.len(), 3);
    assert!(days.iter().all(|day| day.usage.other_endpoints().is_none()));
}

/// GV-02, threat 43: endpoints are bounded in number and length.
#[test]
fn threat_43_endpoints_are_bounded() {
    let mut counter = UsageCounter::from_random([1; 32]);
    let needs = Requirement::default();
    let first = counter.endpoint("GET", "/0", &needs).unwrap();
    for number in 1..UsageCounter::MAX_ENDPOINTS {
        counter.endpoint("GET", &format!("/{number}"), &needs).unwrap();
    }
    assert_eq!(counter.endpoint("GET", "/0", &needs), Ok(first));
    assert!(matches!(counter.endpoint("PUT", "/0", &needs), Err(UsageEndpointError::TooMany(_))));
    assert!(matches!(counter.endpoint("GET", "/?q", &needs), Err(UsageEndpointError::Malformed(_))));
}

/// GV-02: many threads count while others take: nothing is lost, and nothing is counted twice.
#[test]
fn gv_02_threads_lose_nothing() {
    let (house, (counter, endpoints)) = (house(), counter(1));
    let [service, web] = calls(&house);
    let (counter, stop) = (&counter, &AtomicBool::new(false));
    let counted = thread::scope(|scope| {
        let taking = scope.spawn(|| {
            let mut batches = Vec::new();
            while !stop.load(Ordering::Relaxed) {
                batches.extend(counter.take(2, NOON));
            }
            batches
        });
        let counting: Vec<_> = (0..4_u64)
            .map(|thread| {
                scope.spawn(move || {
                    for number in 0..20_000 {
                        let allowed = of([service, web][number as usize % 2], 1 + number % 3, thread % 2);
                        counter.count(
                            &allowed,
                            endpoints[number as usize % 2],
                            200,
                            NOON.plus(number as u32 % 5),
                        );
                    }
                })
            })
            .collect();
        counting.into_iter().for_each(|thread| thread.join().unwrap());
        stop.store(true, Ordering::Relaxed);
        taking.join().unwrap()
    });
    let batches = counted.into_iter().chain(counter.take(2, NOON));
    let total: u64 =
        batches.flat_map(|batch| batch.days().to_vec()).map(|day| day.usage.calls().total()).sum();
    assert_eq!((total, counter.uncounted()), (80_000, 0));
}

/// GV-02: a day is kept for 400 days, and a counter for ten after its last batch; the sweep takes no more than it is
/// allowed (LC-08).
#[test]
fn lc_08_usage_is_swept_when_its_time_is_over() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    for client in [1, 2, 3] {
        counter.count(&of(service, client, 0), get, 200, NOON);
    }
    record(&house, &counter, NOON);
    let (source, used) =
        (Key::UsageSource(counter.source()), Key::UsageDay(ACME, fixtures::id(1), Day::of(NOON)));
    house.sweep_all(NOON.plus(UsageSource::RETENTION - 1));
    assert!(house.find(source).is_some());
    house.sweep_all(NOON.plus(UsageSource::RETENTION));
    assert!(house.find(source).is_none());

    let end = Day::of(NOON).end().plus(UsageDay::RETENTION);
    assert_eq!(end, Day::of(NOON).plus(401).start());
    house.sweep_all(end.minus(1));
    assert!(house.find(used).is_some());
    let summary = Key::UsageSummary(ACME, fixtures::id(1));
    assert!(house.find(summary).is_some());
    for left in (0..6).rev() {
        let swept = done(house.server.sweep(1, end));
        assert_eq!((swept.usage, swept.more), (1, left > 0));
    }
    assert!(house.find(used).is_none() && house.find(summary).is_none());
}

/// GV-02: what was taken more than seven days ago is not counted, and told so: its counter may be forgotten.
#[test]
fn gv_02_a_batch_that_waited_too_long_is_told() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    counter.count(&service, get, 200, NOON);
    let [batch] = counter.take(9, NOON).try_into().unwrap();
    let before = house.dump();
    let late = NOON.plus(UsageSource::MAX_AGE + 1);
    assert_eq!(done(house.server.record_usage(&batch, late)), Recorded::TooLate);
    common::assert_same(&house.dump(), &before, "too late");
    assert_eq!(done(house.server.record_usage(&batch, late.minus(1))), Recorded::Now);
    // However late it is sent again, it is not counted twice, whether or not a sweep ran.
    for now in [late.minus(1), late, late.plus(UsageSource::RETENTION)] {
        house.sweep_all(now);
        assert_ne!(done(house.server.record_usage(&batch, now)), Recorded::Now);
    }
}

/// GV-02: a clock that goes backwards counts in the day that it says, and takes nothing back (LC-11).
#[test]
fn lc_11_a_clock_that_goes_backwards_takes_no_call_back() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    counter.count(&service, get, 200, NOON);
    counter.count(&service, get, 200, NOON.minus(60));
    record(&house, &counter, NOON);
    counter.count(&service, get, 200, NOON.minus(120));
    record(&house, &counter, NOON.minus(DAY));
    let last = done(house.admin().last_use(service.client, NOON));
    assert_eq!(last.last_call, Some(NOON));
    let text = Day::of(NOON).to_string();
    assert_eq!(told(&house, service.client, [&text, &text], By::Day), expected(&[(&text, 3)]));
}

/// GV-02: no store call for a count, and one commit for a batch.
#[test]
fn gv_02_a_call_writes_nothing_and_a_batch_once() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, web] = calls(&house);
    house.store().take_calls();
    for _ in 0..100 {
        counter.count(&service, get, 200, NOON);
        counter.count(&web, get, 200, NOON);
    }
    assert_eq!(house.store().take_calls(), []);
    record(&house, &counter, NOON);
    let calls = house.store().take_calls();
    let commits = calls.iter().filter(|call| matches!(call, common::Call::Commit(_))).count();
    assert_eq!(
        (commits, calls.len()),
        (1, 6),
        "source, days and their summaries are read, and written at once"
    );
    assert!(house.store().unguarded().is_empty());
}

/// GV-02: however many days there are, the last use is one read, and no more than 400 days old.
#[test]
fn gv_02_the_last_use_is_one_read() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    (0..90).for_each(|back| counter.count(&service, get, 200, NOON.minus(back * DAY)));
    record(&house, &counter, NOON);
    house.store().take_calls();
    let last = done(house.admin().last_use(service.client, NOON));
    assert_eq!(last.last_call, Some(NOON));
    let calls = house.store().take_calls();
    let of_usage: Vec<_> = calls
        .iter()
        .filter(|call| {
            matches!(call, common::Call::List | common::Call::Record(Kind::UsageDay | Kind::UsageSummary))
        })
        .collect();
    assert_eq!(of_usage, [&common::Call::Record(Kind::UsageSummary)]);

    // Whether or not a sweep ran.
    let end = Day::of(NOON).end().plus(UsageDay::RETENTION);
    assert_eq!(done(house.admin().last_use(service.client, end.minus(1))).last_call, Some(NOON));
    assert_eq!(done(house.admin().last_use(service.client, end)), LastUse::default());
}

/// threat 39: nothing of a token is in what is counted, recorded or told.
#[test]
fn threat_39_no_token_is_in_usage() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, web] = calls(&house);
    counter.count(&service, get, 200, NOON);
    counter.count(&web, get, 200, NOON);
    let batches = counter.take(9, NOON);
    let mut shown = format!("{counter:?} {batches:?} {service:?} {web:?}");
    for batch in &batches {
        assert_eq!(done(house.server.record_usage(batch, NOON)), Recorded::Now);
        shown += &serde_json::to_string(batch.days()).unwrap();
    }
    let query = UsageQuery { client: None, from: Day::MIN, to: Day::MAX, by: By::Day };
    shown += &format!("{:?}", done(house.admin().usage(&query, None, 10, NOON)));
    for client in [service.client, web.client] {
        let token = fixtures::token_of(client);
        assert!(!shown.contains(&token.expose()[4..]), "{shown}");
        let digest = serde_json::to_string(&token.digest()).unwrap();
        assert!(!shown.contains(digest.trim_matches('"')), "{shown}");
    }
}

/// One step of what may happen to usage.
#[derive(Clone, Debug)]
enum Step {
    Count {
        counter: usize,
        of_globex: bool,
        client: u64,
        user: Option<u64>,
        endpoint: usize,
        status: u16,
        day: u32,
    },
    Take {
        counter: usize,
        limit: u16,
    },
    /// One of the batches that were taken is sent, for the first time or again, and one of the calls fails.
    Send {
        batch: prop::sample::Index,
        fault: Option<(usize, Fault)>,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let fault = (0..5_usize, prop::sample::select(Fault::ALL.to_vec()));
    prop_oneof![
        6 => (0..3_usize, any::<bool>(), 1..4_u64, prop::option::of(1..4_u64), 0..2_usize, 100..700_u16, 0..3_u32).prop_map(
            |(counter, of_globex, client, user, endpoint, status, day)| Step::Count {
                counter, of_globex, client, user, endpoint, status, day
            }
        ),
        1 => (0..3_usize, 1..4_u16).prop_map(|(counter, limit)| Step::Take { counter, limit }),
        3 => (any::<prop::sample::Index>(), prop::option::of(fault)).prop_map(|(batch, fault)| Step::Send { batch, fault }),
    ]
}

type Sums = BTreeMap<(OrganizationId, ClientId, Day, String), Calls>;

fn add(sums: &mut Sums, day: (OrganizationId, ClientId, Day), what: String, calls: Calls) {
    let there = sums.entry((day.0, day.1, day.2, what)).or_default();
    *there = there.and(calls);
}

fn named(user: Option<UserId>) -> String {
    user.map_or("nobody".to_owned(), |user| user.to_string())
}

fn stored(house: &House) -> Sums {
    let mut sums = Sums::new();
    for record in house.store().memory().records() {
        if let grantor::change::Record::UsageDay(used) = record.record {
            let day = (used.organization, used.client, used.day);
            used.usage
                .endpoints()
                .iter()
                .for_each(|(endpoint, calls)| add(&mut sums, day, endpoint.to_string(), *calls));
            used.usage
                .users()
                .iter()
                .for_each(|(user, calls)| add(&mut sums, day, named(Some(*user)), *calls));
            if !used.usage.without_user().is_none() {
                add(&mut sums, day, named(None), used.usage.without_user());
            }
            assert!(used.usage.other_callers().is_none() && used.usage.other_endpoints().is_none());
        }
    }
    sums
}

type Summaries = BTreeMap<(OrganizationId, ClientId), (LastUse, BTreeMap<Day, DayCalls>)>;

fn summaries(house: &House) -> Summaries {
    let records = house.store().memory().records().into_iter().map(|stored| stored.record);
    let summaries = records.filter_map(|record| match record {
        Record::UsageSummary(summary) => {
            let told = (LastUse::of(&summary, NOON), summary.days().clone());
            Some(((summary.organization, summary.client), told))
        }
        _ => None,
    });
    summaries.collect()
}

/// What the days that are stored add up to.
fn of_days(house: &House) -> Summaries {
    let mut sums = Summaries::new();
    for stored in house.store().memory().records() {
        if let Record::UsageDay(day) = stored.record {
            let (last, days) = sums.entry((day.organization, day.client)).or_default();
            last.add(&day);
            let calls = day.usage.calls();
            let failed = calls.of(StatusClass::ClientError) + calls.of(StatusClass::ServerError);
            days.insert(day.day, DayCalls { total: calls.total(), failed });
        }
    }
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    /// GV-02: whatever is counted by several counters, taken in whatever batches, sent in whatever order and again, with
    /// commits that fail as unknown whether they were applied or not, is recorded exactly once.
    #[test]
    fn gv_02_what_is_recorded_is_what_was_counted(steps in prop::collection::vec(step(), 0..120)) {
        let house = house();
        let [service, web] = calls(&house);
        let counters = [counter(1), counter(2), counter(3)];
        let names = ["GET /queues", "POST /queues/{id}"];
        let (mut sums, mut batches, mut recorded) = (Sums::new(), Vec::new(), Vec::new());
        for step in steps {
            match step {
                Step::Count { counter, of_globex, client, user, endpoint, status, day } => {
                    let mut allowed = match user {
                        Some(user) => of(web, client, user),
                        None => of(service, client, 0),
                    };
                    if of_globex {
                        allowed.organization = GLOBEX;
                    }
                    let now = NOON.minus(day * DAY);
                    let (counter, endpoints) = &counters[counter];
                    counter.count(&allowed, endpoints[endpoint], status, now);
                    let day = (allowed.organization, allowed.client, Day::of(now));
                    let one = Calls::of_class(StatusClass::of(status), 1);
                    add(&mut sums, day, names[endpoint].to_owned(), one);
                    add(&mut sums, day, named(user.map(fixtures::id)), one);
                }
                Step::Take { counter, limit } => {
                    for batch in counters[counter].0.take(limit, NOON) {
                        prop_assert!(batch.days().len() <= usize::from(limit));
                        batches.push(batch);
                        recorded.push(false);
                    }
                }
                Step::Send { batch, fault } => {
                    if batches.is_empty() {
                        continue;
                    }
                    let at = batch.index(batches.len());
                    if let Some((call, fault)) = fault {
                        house.store().fail_at(call, fault);
                    }
                    let answer = ready(house.server.record_usage(&batches[at], NOON)).unwrap();
                    house.store().mend();
                    match answer {
                        Ok(Recorded::Now) => prop_assert!(!std::mem::replace(&mut recorded[at], true)),
                        // It was, though perhaps the answer was lost.
                        Ok(Recorded::Before) => recorded[at] = true,
                        Ok(Recorded::TooLate) => prop_assert!(false, "within the window"),
                        Err(error) => {
                            let known: &[Error<Broken>] = &[Error::NotDone(Broken), Error::Unknown(Broken), Error::Contended];
                            prop_assert!(known.contains(&error), "{:?}", error);
                        }
                    }
                }
            }
        }
        batches.extend(counters.iter().flat_map(|(counter, _)| counter.take(2, NOON)));
        prop_assume!(batches.len() < 64);
        for batch in &batches {
            prop_assert_ne!(done(house.server.record_usage(batch, NOON)), Recorded::TooLate);
        }
        prop_assert_eq!(stored(&house), sums);
        prop_assert_eq!(summaries(&house), of_days(&house));
        for batch in &batches {
            prop_assert_eq!(done(house.server.record_usage(batch, NOON)), Recorded::Before);
        }
    }
}

/// GV-02, ST-02, ST-03: two processes that record the same day of the same client at once, and one that sends its batch
/// again after whatever failed, through every interleaving and every fault: each batch counts once.
#[test]
fn gv_02_processes_that_record_one_day_at_once_add_up() {
    let house = house();
    let [service, _] = calls(&house);
    let batch = |seed: u8, calls: u32| {
        let (counter, [get, _]) = counter(seed);
        (0..calls).for_each(|_| counter.count(&service, get, 200, NOON));
        counter.take(9, NOON).remove(0)
    };
    let (one, other) = (batch(1, 1), batch(2, 10));
    let served = |store: Stepped<MemoryStore>| {
        let settings = grantor::Settings::new("https://login.example.com".parse().unwrap(), catalog());
        AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings)
    };
    let send = async |store: Stepped<MemoryStore>, batch: &UsageBatch| {
        let server = served(store);
        for _ in 0..3 {
            if let Ok(recorded) = server.record_usage(batch, NOON).await {
                return Some(recorded);
            }
        }
        None
    };
    let scenario = Scenario::new(MemoryStore::new)
        .operation("one", async |store| send(store, &one).await)
        .operation("other", async |store| send(store, &other).await);
    let report = Explorer::new().faults(2).check(&scenario, |end| {
        let memory = end.store().inner();
        let calls = || {
            let key = Key::UsageDay(ACME, service.client, Day::of(NOON));
            match ready(grantor::Store::record(memory, key)).unwrap().unwrap().map(|stored| stored.record) {
                Some(grantor::change::Record::UsageDay(used)) => used.usage.calls().total(),
                Some(_) | None => 0,
            }
        };
        let sent = |outcome: &Outcome<Option<Recorded>>| matches!(outcome.answer(), Some(Some(_)));
        let least: u64 = end
            .outcomes()
            .iter()
            .zip([1, 10])
            .filter(|(outcome, _)| sent(outcome))
            .map(|(_, calls)| calls)
            .sum();
        if ![0, 1, 10, 11].contains(&calls()) || calls() < least {
            return Err(format!("{} calls, and at least {least} were answered", calls()));
        }
        // What was not known, or was dropped, is sent again later.
        let settings = grantor::Settings::new("https://login.example.com".parse().unwrap(), catalog());
        let server = AuthorizationServer::with_entropy(memory, SeededEntropy::new(1), settings);
        for batch in [&one, &other] {
            let _ = ready(server.record_usage(batch, NOON)).unwrap().unwrap();
        }
        if calls() == 11 { Ok(()) } else { Err(format!("{} calls in the end", calls())) }
    });
    println!("{report}");
    report.assert();
}

/// What one process has counted is the same as its sum in another order: batches of more than one day are parted.
#[test]
fn gv_02_batches_hold_no_more_days_than_asked_for() {
    let (house, (counter, [get, _])) = (house(), counter(1));
    let [service, _] = calls(&house);
    for limit in [0, 1, 3, 100, u16::MAX] {
        for client in 0..150 {
            counter.count(&of(service, 1 + client, 0), get, 200, NOON);
        }
        let sizes: Vec<usize> = counter.take(limit, NOON).iter().map(|batch| batch.days().len()).collect();
        let most = usize::from(limit.clamp(1, UsageBatch::MAX));
        assert_eq!(sizes.len(), 150_usize.div_ceil(most));
        assert!(sizes.iter().all(|size| *size <= most));
        assert_eq!(sizes.iter().sum::<usize>(), 150);
    }
}
