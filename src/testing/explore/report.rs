//! What an exploration found.

use core::fmt;

/// What an exploration found, and what it took.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Report {
    /// Executions that were run to their end and checked.
    pub executions: u64,
    /// Executions that were begun and given up, as one that ends alike was checked.
    pub given_up: u64,
    /// Choices that were taken in all of them together.
    pub choices: u64,
    /// The most choices of one execution.
    pub deepest: usize,
    /// The first failure, with the fewest faults that lead to one. None where everything held.
    pub failure: Option<Failure>,
}

impl Report {
    /// Passes where everything held.
    ///
    /// It panics with the whole [`Failure`] where not, as a test should.
    #[track_caller]
    pub fn assert(&self) {
        if let Some(failure) = &self.failure {
            panic!("{failure}\n{self}");
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { executions, given_up, choices, deepest, .. } = self;
        write!(
            f,
            "{executions} executions, and {given_up} given up: {choices} choices, {deepest} at most in one"
        )
    }
}

/// An execution that must not be.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub struct Failure {
    /// What is wrong with it.
    pub cause: Cause,
    /// How many faults were injected into it.
    pub faults: u32,
    /// The execution in words: each step, then each operation's answer.
    pub trace: Vec<String>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.cause)?;
        let faults = match self.faults {
            0 => "no fault".to_owned(),
            1 => "1 fault".to_owned(),
            faults => format!("{faults} faults"),
        };
        write!(f, "the execution, with {faults}:")?;
        for (at, line) in (1..).zip(&self.trace) {
            write!(f, "\n{at:>4}. {line}")?;
        }
        Ok(())
    }
}

/// What is wrong with an execution.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// The check refused the end, for this reason.
    #[error("{0}")]
    Refused(String),
    /// This operation, or the check, panicked with these words.
    #[error("{0} panicked: {1}")]
    Panicked(String, String),
    /// This operation waits for something else than an answer of the store, or the store never answers.
    #[error("{0} waits for something else than the store, or the store never answers")]
    Waits(String),
    /// The same choices led to other calls than before.
    #[error(
        "not deterministic: the same choices led to other calls than before; fix `now`, and give each operation seeded entropy of its own"
    )]
    NotDeterministic,
    /// The execution has not ended after so many choices.
    #[error("no end after {0} choices: does an operation repeat a call without bound?")]
    Endless(usize),
    /// There are more executions than were allowed.
    #[error("more than {0} executions: raise the bound, inject fewer faults, or let fewer operations meet")]
    TooMany(u64),
}
