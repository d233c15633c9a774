//! Why an operation did not succeed.

use crate::change::Denial;
use crate::change::Kind;
use crate::store::CommitError;
use crate::value::EntropyError;

/// Why an operation did not succeed. `E` is the store's error.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error<E> {
    /// It was refused, for good. Nothing changed but the audit trail.
    #[error(transparent)]
    Denied(#[from] Denial),
    /// Other operations were in the way each time it was tried. Nothing changed: try again.
    #[error("other operations were in the way; nothing was changed")]
    Contended,
    /// The store failed, and nothing changed: try again.
    #[error("the store failed; nothing was changed: {0}")]
    NotDone(#[source] E),
    /// The store failed, and it is not known whether the operation happened. Look before trying again.
    #[error("the store failed; it is not known whether the operation happened: {0}")]
    Unknown(#[source] E),
    /// The random source gave nothing. Nothing changed.
    #[error(transparent)]
    NoEntropy(#[from] EntropyError),
    /// The store gave something else than the record that was asked for. Nothing changed.
    #[error("the store gave no {0} under the key of one")]
    Corrupt(Kind),
}

impl<E> Error<E> {
    /// Whether it is certain that nothing changed but the audit trail. Of a [sweep](crate::AuthorizationServer::sweep)
    /// it speaks for the step that failed: what was removed before stays removed.
    #[must_use]
    pub const fn is_not_done(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::Denied(_) | Self::Contended | Self::NotDone(_) | Self::NoEntropy(_) | Self::Corrupt(_) => {
                true
            }
        }
    }
}

impl<E> From<CommitError<E>> for Error<E> {
    fn from(error: CommitError<E>) -> Self {
        match error {
            CommitError::NotApplied(error) => Self::NotDone(error),
            CommitError::Unknown(error) => Self::Unknown(error),
        }
    }
}
