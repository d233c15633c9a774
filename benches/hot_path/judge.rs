//! Judging a call, from the bytes of its header.

use std::collections::HashMap;

use sha2::Digest;
use sha2::Sha256;

use crate::numbers::Numbers;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::on_threads;
use crate::service::Service;
use crate::service::header;
use crate::service::requirement;
use crate::service::token;

/// Among so many live tokens of a thousand clients in 64 organizations, any of them as likely, on one and two
/// threads.
pub fn judge(report: &mut Report, tokens: u64) {
    let service = Service::new(64, 1_000);
    service.issue(0..tokens);
    let rows: HashMap<[u8; 32], u64> =
        (0..tokens).map(|number| (Sha256::digest(token(number).expose()).into(), number)).collect();
    for threads in [1, 2] {
        let requirement = &requirement();
        let mut turns = Numbers::seeded(1);
        let ours = Rival::new("authorize_call", |times| {
            let seed = turns.draw();
            on_threads(threads, |thread, meeting| {
                let mut numbers = Numbers::seeded(seed ^ thread as u64);
                let draw = || header(numbers.below(tokens));
                meeting.drawn(times, FEW, draw, |header| {
                    assert!(service.allows(&header, requirement));
                })
            })
        });
        let mut turns = Numbers::seeded(2);
        let floor = Rival::new("a digest and a look-up", |times| {
            let seed = turns.draw();
            on_threads(threads, |thread, meeting| {
                let mut numbers = Numbers::seeded(seed ^ thread as u64);
                let draw = || header(numbers.below(tokens));
                meeting.drawn(times, FEW, draw, |header| {
                    let digest: [u8; 32] = Sha256::digest(&header[7..]).into();
                    assert!(rows.contains_key(&digest));
                })
            })
        });
        let name =
            format!("judge a call, {tokens} tokens, {threads} thread{}", if threads == 1 { "" } else { "s" });
        report.compare(Task { name, turn: 2 * FEW, goal: Some(2.5) }, ours, floor);
    }
}

const FEW: u64 = 512;
