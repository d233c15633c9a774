//! A decision: done, with what to commit, or refused, with the reason.

use core::fmt;

use super::Changes;
use crate::audit::Attempt;
use crate::audit::FieldChange;

/// What was decided, and what to commit for it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Done<T> {
    /// What is answered once it is committed.
    pub value: T,
    /// What is committed.
    pub changes: Changes,
    /// What an auditor is told of it, field by field.
    pub told: Vec<FieldChange>,
}

/// A refusal that changes something beside the audit trail: a code that is presented twice ends its login
/// (GR-04). Most change nothing, and are made [from](From) their reason.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Refused<R> {
    /// Why.
    pub reason: R,
    /// What is committed with it.
    pub changes: Changes,
}

impl<R> From<R> for Refused<R> {
    fn from(reason: R) -> Self {
        Self { reason, changes: Changes::new() }
    }
}

/// A reason to refuse: a stable code, the cause in words, and what to do about it.
pub trait Reason: fmt::Display {
    /// The stable code, for programs.
    fn code(&self) -> &'static str;

    /// What to do about it, for whoever runs the application or administers the organization.
    fn remedy(&self) -> String;
}

/// The decision and its event in one: what is answered after the commit, and what is committed.
///
/// A refusal commits its event, and rarely more (GV-01): see [`Refused`].
pub fn settle<T, R: Reason>(
    attempt: Attempt,
    decided: Result<Done<T>, Refused<R>>,
) -> (Result<T, R>, Changes) {
    match decided {
        Ok(done) => (Ok(done.value), done.changes.insert(attempt.done(done.told))),
        Err(Refused { reason, changes }) => {
            let event = attempt.refused(reason.code(), reason.to_string());
            (Err(reason), changes.insert(event))
        }
    }
}
