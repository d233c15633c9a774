//! Where an execution ends.

use core::fmt;

use super::Stepped;

/// What became of an operation.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Outcome<T> {
    /// It answered.
    Finished(T),
    /// Its future was dropped at a call: whether what it had asked for was done, nobody was told.
    Dropped,
}

impl<T> Outcome<T> {
    /// The answer, where there is one.
    #[must_use]
    pub const fn answer(&self) -> Option<&T> {
        match self {
            Self::Finished(answer) => Some(answer),
            Self::Dropped => None,
        }
    }
}

/// The end of an execution, as a check sees it: every operation is over, and nothing is in flight.
pub struct End<S, T> {
    pub(super) store: Stepped<S>,
    pub(super) outcomes: Vec<Outcome<T>>,
    pub(super) spans: Vec<Span>,
}

/// When an operation began and answered, in steps of the execution.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Span {
    pub(super) began: usize,
    pub(super) answered: Option<usize>,
}

impl<S, T> End<S, T> {
    /// The store as it was left, each call of which is answered at once: to look at, or to go on with, as a
    /// caller does who repeats what was not answered.
    #[must_use]
    pub const fn store(&self) -> &Stepped<S> {
        &self.store
    }

    /// What became of the operations, in the order of the scenario.
    #[must_use]
    pub fn outcomes(&self) -> &[Outcome<T>] {
        &self.outcomes
    }

    /// The answers of those that answered, in the order of the scenario.
    pub fn answers(&self) -> impl Iterator<Item = &T> {
        self.outcomes.iter().filter_map(Outcome::answer)
    }

    /// Whether one operation had answered before another began, both by their place in the scenario.
    #[must_use]
    pub fn preceded(&self, earlier: usize, later: usize) -> bool {
        match (self.spans.get(earlier), self.spans.get(later)) {
            (Some(Span { answered: Some(answered), .. }), Some(Span { began, .. })) => answered < began,
            (Some(_) | None, Some(_) | None) => false,
        }
    }
}

impl<S, T: fmt::Debug> fmt::Debug for End<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("End").field("outcomes", &self.outcomes).finish_non_exhaustive()
    }
}
