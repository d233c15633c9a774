//! Sweeping what is due.

use grantor::ready;
use grantor::store::Range;

use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::NOW;
use crate::service::Service;

/// So many tokens that are due, among so many that are not, and alone.
pub fn sweep(report: &mut Report, due: u64, others: u64) {
    let [crowded, alone] = [others, 0].map(|others| {
        let service = Service::new(64, 1_000);
        service.issue(0..others);
        service
    });
    let [among, alone] = [("among those not due", &crowded), ("alone", &alone)].map(|(name, service)| {
        let mut first = 1 << 32;
        Rival::new(name, move |times| {
            let insert = || {
                service.issue_long_ago(first..first + due);
                first += due;
            };
            drawn(times, 1, insert, |()| assert_eq!(sweep_all(service), due))
        })
    });
    let name = format!("sweep {due} due among {others}");
    report.compare(Task { name, turn: 1, goal: Some(1.2) }, among, alone);
}

fn sweep_all(service: &Service) -> u64 {
    let mut tokens = 0;
    loop {
        let swept = ready(service.server.sweep(Range::MAX, NOW)).expect("no waiting").expect("a sweep");
        tokens += u64::from(swept.tokens);
        if !swept.more {
            return tokens;
        }
    }
}
