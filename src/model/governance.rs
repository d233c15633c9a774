//! What is recorded of a client for those who review it (CL-15).

use serde::Deserialize;
use serde::Serialize;

use crate::value::Label;
use crate::value::Timestamp;

/// Owner contact, tags and next review of a client (CL-15).
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Governance {
    /// Whom to ask about the client.
    pub contact: Option<Label>,
    /// Free tags, at most [`Governance::MAX_TAGS`], each once.
    #[serde(default)]
    pub tags: Vec<Label>,
    /// When the client is to be reviewed next.
    pub next_review: Option<Timestamp>,
}

/// The tags are too many, or one stands twice.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GovernanceError {
    /// More than [`Governance::MAX_TAGS`].
    #[error("{count} tags are more than {max}", max = Governance::MAX_TAGS)]
    TooManyTags {
        /// How many there were.
        count: usize,
    },
    /// One tag twice.
    #[error("the tag `{0}` stands twice")]
    DuplicateTag(Label),
}

impl Governance {
    /// The most tags of one client.
    pub const MAX_TAGS: usize = 20;

    /// Whether the tags are within their bounds.
    ///
    /// # Errors
    ///
    /// [`GovernanceError`] for too many tags, and for one that stands twice.
    pub fn check(&self) -> Result<(), GovernanceError> {
        if self.tags.len() > Self::MAX_TAGS {
            return Err(GovernanceError::TooManyTags { count: self.tags.len() });
        }
        for (at, tag) in self.tags.iter().enumerate() {
            if self.tags.iter().skip(at.saturating_add(1)).any(|other| other == tag) {
                return Err(GovernanceError::DuplicateTag(tag.clone()));
            }
        }
        Ok(())
    }
}
