//! Stores that keep nothing.

use std::fmt;

use grantor::access::Access;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

/// A store that keeps nothing, by what it answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hollow {
    /// Every commit conflicts.
    Refuses,
    /// Every commit is said to be applied.
    Forgets,
    /// Every call fails.
    Fails,
    /// Every call panics.
    Panics,
}

/// There is no store behind it.
#[derive(Clone, Copy, Debug)]
pub struct Unreachable;

impl fmt::Display for Unreachable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("unreachable")
    }
}

impl std::error::Error for Unreachable {}

impl Hollow {
    fn nothing<T: Default>(self) -> Result<T, Unreachable> {
        match self {
            Self::Refuses | Self::Forgets => Ok(T::default()),
            Self::Fails => Err(Unreachable),
            Self::Panics => panic!("on purpose"),
        }
    }
}

impl Store for Hollow {
    type Error = Unreachable;

    async fn record(&self, _: Key) -> Result<Option<Versioned<Record>>, Unreachable> {
        self.nothing()
    }

    async fn access(&self, _: &Digest<kind::AccessToken>) -> Result<Option<Access>, Unreachable> {
        self.nothing()
    }

    async fn list(&self, _: Range) -> Result<Page, Unreachable> {
        self.nothing()
    }

    async fn commit(&self, _: Changes) -> Result<Commit, CommitError<Unreachable>> {
        self.nothing::<()>()?;
        Ok(if *self == Self::Forgets { Commit::Applied } else { Commit::Conflict })
    }
}
