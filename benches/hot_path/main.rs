//! What the hot path costs, each figure beside its floor in the same run: only ratios within a run travel.
//!
//! `cargo bench --bench hot_path` races each task against its floor, round by round, lets criterion measure
//! both, and prints the ratios at the end. `GRANTOR_BENCH_TOKENS=10000000` judges calls at that many live
//! tokens, and does nothing else; `GRANTOR_BENCH_USAGE=1` counts calls, and does nothing else; so does `GRANTOR_BENCH_ISSUE=1`
//! issue tokens, and `GRANTOR_BENCH_IMPACT=1` tell what revoking an application would stop.

mod introspect;
mod issue;
mod judge;
mod list;
mod login;
mod numbers;
mod people;
mod pkce;
mod race;
mod revoke;
mod service;
mod sweep;
mod usage;

use crate::race::Report;

const THOUSAND: u64 = 1_000;
const MILLION: u64 = 1_000_000;

fn main() {
    let mut report = Report::from_args();
    if let Some(tokens) = tokens_asked_for() {
        judge::judge(&mut report, tokens);
        return report.finish();
    }
    // Under `cargo test` each task runs once, and two thousand are as good as a million.
    let many = if report.is_a_trial() { 2 * THOUSAND } else { MILLION };
    if std::env::var_os("GRANTOR_BENCH_USAGE").is_some() {
        usage::count(&mut report);
        return report.finish();
    }
    if std::env::var_os("GRANTOR_BENCH_IMPACT").is_some() {
        revoke::impact(&mut report, [10 * THOUSAND, many]);
        return report.finish();
    }
    issue::issue(&mut report);
    if std::env::var_os("GRANTOR_BENCH_ISSUE").is_some() {
        return report.finish();
    }
    pkce::pkce(&mut report);
    login::login(&mut report);
    login::refresh(&mut report);
    introspect::introspect(&mut report, 10 * THOUSAND);
    judge::judge(&mut report, 10 * THOUSAND);
    judge::judge(&mut report, many);
    list::list(&mut report, [THOUSAND, many]);
    revoke::revoke(&mut report, [THOUSAND, many]);
    revoke::impact(&mut report, [10 * THOUSAND, many]);
    sweep::sweep(&mut report, THOUSAND, many);
    usage::count(&mut report);
    report.finish();
}

fn tokens_asked_for() -> Option<u64> {
    let asked = std::env::var("GRANTOR_BENCH_TOKENS").ok()?;
    Some(asked.parse().expect("GRANTOR_BENCH_TOKENS is a number"))
}
