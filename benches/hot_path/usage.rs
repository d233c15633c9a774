//! Counting a call that was allowed.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::hash::Hasher;
use std::hint::black_box;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use grantor::access::Allowed;
use grantor::model::Holder;
use grantor::ready;
use grantor::review::usage::EndpointId;
use grantor::review::usage::UsageCounter;
use grantor::value::ClientId;
use grantor::value::FamilyId;
use grantor::value::UserId;

use crate::numbers::Numbers;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::on_threads;
use crate::service::NOW;
use crate::service::Service;
use crate::service::header;
use crate::service::requirement;

/// Among a few rows and among ten thousand, any of them as likely, on one and two threads.
pub fn count(report: &mut Report) {
    for (clients, users) in [(4, 4), (100, 25)] {
        for threads in [1, 2] {
            race(report, clients * users * ENDPOINTS, &calls(clients, users), threads);
        }
    }
}

const ENDPOINTS: u64 = 4;
const FEW: u64 = 512;

/// A call of each client for each user, as the server allowed it.
fn calls(clients: u64, users: u64) -> Vec<Allowed> {
    let service = Service::new(1, 1);
    service.issue(0..1);
    let header = header(0);
    let judged = ready(service.server.authorize_call(&[&header], &requirement(), NOW)).expect("no waiting");
    let allowed = judged.expect("an allowed call");
    let mut numbers = Numbers::seeded(1);
    let clients: Vec<ClientId> = (0..clients).map(|_| ClientId::from_random(numbers.bytes())).collect();
    let calls = clients.into_iter().flat_map(|client| (0..users).map(move |user| (client, user)));
    calls
        .map(|(client, user)| {
            let user = UserId::from_random(u128::from(user).to_be_bytes());
            let mut call = allowed;
            call.client = client;
            call.holder = Holder::User { user, family: FamilyId::from_random([1; 16]) };
            call
        })
        .collect()
}

fn race(report: &mut Report, rows: u64, calls: &[Allowed], threads: usize) {
    let mut counter = UsageCounter::from_random([7; 32]);
    let endpoints: Vec<EndpointId> = (0..ENDPOINTS)
        .map(|number| {
            counter.endpoint("GET", &format!("/api/v2/{number}"), &requirement()).expect("an endpoint")
        })
        .collect();
    for call in calls {
        endpoints.iter().for_each(|endpoint| counter.count(call, *endpoint, 200, NOW));
    }
    let drawn = |numbers: &mut Numbers| {
        (&calls[numbers.below(calls.len() as u64) as usize], endpoints[numbers.below(ENDPOINTS) as usize])
    };
    let mut turns = Numbers::seeded(1);
    let ours = Rival::new("count", |times| {
        let seed = turns.draw();
        on_threads(threads, |thread, meeting| {
            let mut numbers = Numbers::seeded(seed ^ thread as u64);
            meeting.drawn(
                times,
                FEW,
                || drawn(&mut numbers),
                |(call, endpoint)| {
                    counter.count(call, endpoint, 200, NOW);
                },
            )
        })
    });
    let keys: Vec<u64> = (0..rows).map(|number| Numbers::seeded(number).draw()).collect();
    let map: HashMap<u64, AtomicU64, BuildHasherDefault<AsItIs>> =
        keys.iter().map(|key| (*key, AtomicU64::new(0))).collect();
    let mut turns = Numbers::seeded(2);
    let floor = Rival::new("an atomic addition in a map of numbers that are not hashed", |times| {
        let seed = turns.draw();
        on_threads(threads, |thread, meeting| {
            let mut numbers = Numbers::seeded(seed ^ thread as u64);
            let draw = || keys[numbers.below(rows) as usize];
            meeting.drawn(times, FEW, draw, |key| {
                black_box(map[&key].fetch_add(1, Ordering::Relaxed));
            })
        })
    });
    let name = format!("count a call, {rows} rows, {threads} thread{}", if threads == 1 { "" } else { "s" });
    report.compare(Task { name, turn: 8 * FEW, goal: None }, ours, floor);
}

/// The number as its hash.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
