//! The instant and the change that an explanation supposes.

use crate::admin::Proposal;
use crate::change::Changes;
use crate::server::Administration;
use crate::server::Error;
use crate::store::Store;
use crate::value::Timestamp;

/// What an explanation supposes: that it is another instant, and that a change has been made that is not made yet (GV-05).
///
/// An instant alone will do:
///
/// ```
/// use grantor::Timestamp;
/// use grantor::admin::Proposal;
/// use grantor::server::Supposing;
///
/// let tomorrow = Timestamp::from_unix(1_790_000_000).plus(86_400);
/// let as_it_is = Supposing::from(tomorrow);
/// let proposal = Proposal::EndTokens;
/// let without_tokens = Supposing::at(tomorrow).after(&proposal);
/// # assert_ne!(as_it_is, without_tokens);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Supposing<'a> {
    at: Timestamp,
    after: Option<&'a Proposal>,
}

impl<'a> Supposing<'a> {
    /// As it would be at this instant, by the records of now.
    #[must_use]
    pub const fn at(at: Timestamp) -> Self {
        Self { at, after: None }
    }

    /// The same after this change, made now. Whatever would refuse the change refuses the question.
    #[must_use]
    pub const fn after(self, proposal: &'a Proposal) -> Self {
        Self { after: Some(proposal), ..self }
    }

    /// The instant.
    pub(super) const fn instant(&self) -> Timestamp {
        self.at
    }
}

impl From<Timestamp> for Supposing<'_> {
    fn from(at: Timestamp) -> Self {
        Self::at(at)
    }
}

impl<S: Store> Administration<'_, S> {
    /// What the supposed change would write; nothing where none is supposed.
    pub(super) async fn supposed(
        &self,
        supposing: Supposing<'_>,
        now: Timestamp,
    ) -> Result<Changes, Error<S::Error>> {
        match supposing.after {
            Some(proposal) => self.proposed(proposal, now).await,
            None => Ok(Changes::new()),
        }
    }
}
