//! The search for the change that brought a failure about.

use super::Culprit;
use super::Diagnosis;
use super::Failure;
use super::Row;
use super::suspect::Finding;
use super::suspect::find;
use super::suspect::has_suspects;
use crate::audit::Event;

/// A search through the audit trail, from a failure back. Events are shown to it from the newest to the oldest.
///
/// ```
/// use grantor::audit::Event;
/// use grantor::review::diagnosis::{Diagnosis, Failure, Search};
///
/// fn diagnose<'e>(failed: &Event, newest_first: impl Iterator<Item = &'e Event>) -> Option<Diagnosis> {
///     let mut search = Search::new(Failure::of_event(failed)?)?;
///     for event in newest_first {
///         if search.is_over() {
///             break;
///         }
///         search.look_at(event);
///     }
///     Some(search.diagnosis())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Search {
    failure: Failure,
    row: Row,
    culprit: Option<Culprit>,
    over: bool,
}

impl Search {
    /// A search for what brought it about; none where the table of troubles has no row for it.
    #[must_use]
    pub fn new(failure: Failure) -> Option<Self> {
        let row = Row::of(failure.action, &failure.code)?;
        let over = !has_suspects(&failure);
        Some(Self { failure, row, culprit: None, over })
    }

    /// What failed.
    #[must_use]
    pub const fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Whether no older event can change what is found.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        self.over
    }

    /// Looks at the next older event.
    pub fn look_at(&mut self, event: &Event) {
        if self.over {
            return;
        }
        match find(&self.failure, event) {
            Finding::Unrelated => {}
            Finding::Alibi => self.over = true,
            Finding::Culprit => {
                self.culprit = Some(Culprit::of(event));
                self.over = true;
            }
        }
    }

    /// What was found.
    pub fn diagnosis(self) -> Diagnosis {
        let Self { failure, row, culprit, .. } = self;
        let Failure { code, cause, at, .. } = failure;
        // What looks like a wrong secret, or a scope that was never there, is another trouble after a change.
        let row = match (row, &culprit) {
            (Row::WrongCredentials, Some(_)) if code == "client.secret.wrong" => Row::SecretRotated,
            (Row::WrongCredentials, Some(_)) => Row::ClientNotInUse,
            (row, _) => row,
        };
        Diagnosis { row, code, reason: cause, at, culprit, looked_back_to: None }
    }
}
