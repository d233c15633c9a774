//! The chain of the example, from an OAuth client to what a flow says (IN-01): what happens at each step, and what the
//! administrator is told of each failure.
#![cfg(feature = "os-rng")]

#[path = "../examples/chain.rs"]
mod chain;

use chain::Step;
use grantor::audit::Action;
use grantor::review::diagnosis::Row;

/// A step as it is expected: its title, and for a failure the row, the words of the explanation, and the change.
type Expected = (&'static str, Option<(Row, &'static str, Option<Action>)>);

const EXPECTED: [Expected; 15] = [
    ("nobody has approved it", Some((Row::NotApproved, "authorization.missing", None))),
    ("approved", None),
    ("the secret is mistyped", Some((Row::WrongCredentials, "allowed", None))),
    ("the role does not permit it", Some((Row::MissingPermission, "permission.missing", None))),
    ("the token has expired", Some((Row::TokenExpired, "token.expired", None))),
    ("a new token is requested", None),
    ("the secret was rotated", Some((Row::SecretRotated, "allowed", Some(Action::RegenerateSecret)))),
    ("the new secret is entered", None),
    (
        "the application was revoked",
        Some((Row::ApplicationRevoked, "authorization.revoked", Some(Action::Revoke))),
    ),
    ("authorized anew", None),
    ("in the name of a user", None),
    ("the scope was never granted", Some((Row::MissingScope, "scope.missing", None))),
    ("if the scope were taken away", None),
    ("the scope was taken away", Some((Row::ScopeRemoved, "scope.removed", Some(Action::EditScopes)))),
    ("the scope is given back", None),
];

/// IN-01, DX-01 to DX-06: the chain works, fails at each of its links, and works again once the remedy is applied; each
/// failure is explained and diagnosed.
#[test]
fn in_01_the_chain_and_each_failure_in_it() {
    let story = chain::story().unwrap();
    assert_eq!(story.len(), EXPECTED.len());
    for (step, (title, failure)) in story.iter().zip(EXPECTED) {
        assert_eq!(step.title, title);
        match failure {
            None => assert!(step.result.is_ok(), "{step}"),
            Some(failure) => assert_failed(step, failure),
        }
    }
    let what_if = &story[12];
    assert_eq!(what_if.result.as_deref(), Ok("it would fail"));
    assert!(what_if.explanation.as_deref().unwrap().contains("scope.removed"));
    assert!(chain::main().is_ok());
}

#[track_caller]
fn assert_failed(step: &Step, (row, explained, changed): (Row, &str, Option<Action>)) {
    assert!(step.result.is_err(), "{step}");
    assert!(step.explanation.as_deref().unwrap().contains(explained), "{step}");
    let diagnosis = step.diagnosis.as_ref().expect("a diagnosis");
    assert_eq!(diagnosis.row, row, "{step}");
    assert_eq!(diagnosis.culprit.as_ref().map(|culprit| culprit.action), changed, "{step}");
}
