//! What a review of an organization costs, beside reading the same records and nothing else:
//! `cargo bench --bench review`.

#[path = "../tests/common/crowd.rs"]
mod crowd;

use std::hint::black_box;

use criterion::Criterion;
use criterion::criterion_group;
use criterion::criterion_main;
use grantor::ready;
use grantor::review::report::ReviewCriteria;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::NOON;

fn review(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("review");
    group.sample_size(10);
    for clients in [1_000, 10_000] {
        let server = crowd::crowd(clients);
        let administration = server.administration(ACME, ADMINISTRATOR);
        let report =
            || ready(administration.review(&ReviewCriteria::default(), NOON)).unwrap().expect("a report");
        group.bench_function(format!("{clients} clients"), |bencher| bencher.iter(|| black_box(report())));
        group.bench_function(format!("{clients} clients, reading alone"), |bencher| {
            bencher.iter(|| black_box(crowd::read_alone(server.store())));
        });
        let report = report();
        group.bench_function(format!("{clients} clients, the page"), |bencher| {
            bencher.iter(|| black_box(report.to_html()));
        });
    }
    group.finish();
}

criterion_group!(benches, review);
criterion_main!(benches);
