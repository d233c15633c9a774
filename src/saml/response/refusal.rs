//! A response that is refused.

use super::Check;
use super::ResponseError;

/// A response that is refused: by which check, why, and what it passed before.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{error}")]
pub struct Refusal {
    /// The checks that it passed, in their order.
    pub passed: Vec<Check>,
    /// The check that failed. What comes after it was not checked.
    pub failed: Check,
    /// Why.
    pub error: ResponseError,
}

/// The checks that a response passed so far.
#[derive(Clone)]
pub struct Trail(Vec<Check>);

impl Trail {
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// What a check found, or the refusal by it. With this the check is passed.
    pub fn pass<T, E: Into<ResponseError>>(
        &mut self,
        check: Check,
        found: Result<T, E>,
    ) -> Result<T, Refusal> {
        let found = self.part(check, found)?;
        self.0.push(check);
        Ok(found)
    }

    /// What a part of a check found, or the refusal by it. More of the check is to come.
    pub fn part<T, E: Into<ResponseError>>(
        &mut self,
        check: Check,
        found: Result<T, E>,
    ) -> Result<T, Refusal> {
        found.map_err(|error| {
            let passed = core::mem::take(&mut self.0);
            Refusal { passed, failed: check, error: error.into() }
        })
    }

    pub fn into_passed(self) -> Vec<Check> {
        self.0
    }
}
