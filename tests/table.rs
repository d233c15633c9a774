//! The table in the docs of `grant`: every row of it, driven through the server, bytes in and bytes out (threats
//! 12 and 29).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

#[path = "table/case.rs"]
mod case;
mod common;
#[path = "table/scene.rs"]
mod scene;

use std::collections::BTreeMap;

use case::Case;
use case::Grant;
use case::Row;
use case::rows;
use scene::Driven;
use scene::drive;

/// Each combination with the rows that cover it.
fn covered(rows: &[Row]) -> BTreeMap<Case, Vec<&Row>> {
    let mut covered: BTreeMap<Case, Vec<&Row>> = Case::all().map(|case| (case, Vec::new())).collect();
    for row in rows {
        for case in row.cases() {
            covered.get_mut(&case).unwrap().push(row);
        }
    }
    covered
}

/// threat 29: the table leaves nothing out and says nothing twice.
#[test]
fn threat_29_each_combination_is_in_exactly_one_row() {
    let rows = rows();
    let covered = covered(&rows);
    assert_eq!(covered.len(), 6 * 4 * 5 * 4 * 3);
    for (case, rows) in covered {
        assert_eq!(rows.len(), 1, "{case:?}: {rows:?}");
    }
}

/// threat 29: each combination is answered as its row says, for the reason that it says, and a token is recorded
/// where one is given, and nowhere else.
#[test]
fn threat_29_each_combination_is_answered_as_the_table_says() {
    let rows = rows();
    let expected: Vec<(Case, &Row)> =
        covered(&rows).into_iter().map(|(case, rows)| (case, rows[0])).collect();
    std::thread::scope(|scope| {
        for half in expected.chunks(expected.len().div_ceil(2)) {
            scope.spawn(|| half.iter().for_each(|(case, row)| check(*case, row)));
        }
    });
}

#[track_caller]
fn check(case: Case, row: &Row) {
    let Driven { answer, reason, tokens } = drive(case);
    assert_eq!((&answer, &reason), (&row.answer, &row.reason), "{case:?}");
    assert_eq!(tokens, usize::from(row.issues_a_token()), "{case:?}");
}

/// threat 12: between the authorization request and the token, whatever of client, authorization and user is not
/// as it was refuses the exchange.
#[test]
fn threat_12_a_code_is_exchanged_where_nothing_has_ended_since() {
    let exchanges = Case::all().filter(|case| case.grant == Grant::Exchange);
    let (mut all, mut exchanged) = (0, 0);
    for case in exchanges {
        let driven = drive(case);
        assert_eq!(driven.answer.starts_with("200"), case.is_as_it_was(), "{case:?}");
        assert_eq!(driven.tokens, usize::from(case.is_as_it_was()), "{case:?}");
        (all, exchanged) = (all + 1, exchanged + driven.tokens);
    }
    assert_eq!((all, exchanged), (240, 3), "one under each policy");
}

/// threat 29: a client that is not active is issued nothing, by whichever grant.
#[test]
fn threat_29_no_grant_issues_to_a_client_that_is_not_active() {
    for row in rows().iter().filter(|row| !row.clients_are_active()) {
        assert!(!row.issues_a_token() && !row.issues_a_code(), "{row:?}");
    }
}
