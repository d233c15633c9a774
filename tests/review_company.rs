//! The company of the example: it has a bit of everything, and is the same each time (GV-03).
#![cfg(all(feature = "testing", feature = "saml"))]

#[path = "../examples/review/company.rs"]
mod company;

use std::collections::BTreeSet;

use grantor::ready;
use grantor::review::report::FindingCode;
use grantor::review::report::Report;
use grantor::review::report::ReviewCriteria;

fn reviewed() -> Report {
    let company = company::Company::build().unwrap();
    ready(company.administration().review(&ReviewCriteria::default(), company::NOW)).unwrap().unwrap()
}

/// GV-03: what the example shows: all that can be found but what is of the policy, of expired metadata and of no use there.
#[test]
fn gv_03_the_company_shows_what_can_be_found() {
    let report = reviewed();
    let found: BTreeSet<FindingCode> = report.counts.iter().map(|count| count.code).collect();
    let absent: Vec<FindingCode> =
        FindingCode::ALL.into_iter().filter(|code| !found.contains(code)).collect();
    assert_eq!(absent, [FindingCode::ScopesNotEnforced, FindingCode::MetadataExpiring]);
    assert_eq!(report.clients.iter().map(|counts| counts.total()).sum::<u64>(), 320);
    assert!(report.is_use_known && report.calls.iter().all(|day| day.total > 0));
    assert!(report.timeline.by_week.iter().all(|kind| kind.weeks.iter().any(|ends| *ends > 0)));
    let applications = report.applications;
    assert!(applications.pending > 0 && applications.revoked > 0 && applications.built_in == 2);
    assert_eq!(reviewed(), report, "it is the same each time");
}
