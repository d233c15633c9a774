//! What is wrong with a trail, and where.

use serde::Serialize;

use crate::change::Reason;
use crate::value::EventId;

/// One thing that is wrong with a trail, with its place. Its [code](Reason::code) is stable.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum TrailFinding {
    /// The event is there, and is not what was sealed.
    #[error("event {event}, of seal {seal}, is not what was sealed")]
    EventAltered {
        /// The seal.
        seal: u64,
        /// The event.
        event: EventId,
    },
    /// The event was sealed, and is not in the trail any more.
    #[error("event {event}, of seal {seal}, is not there any more")]
    EventRemoved {
        /// The seal.
        seal: u64,
        /// The event.
        event: EventId,
    },
    /// The event stands in the stretch of the seal, and was not sealed: it came later.
    #[error("event {event} stands in the stretch of seal {seal}, and came after it was sealed")]
    EventAdded {
        /// The seal.
        seal: u64,
        /// The event.
        event: EventId,
    },
    /// The seal does not have the digest of what it says.
    #[error("seal {seal} is not what was written")]
    SealAltered {
        /// The seal.
        seal: u64,
    },
    /// Seals are not there, from the first to the last of these.
    #[error("seals {first} to {last} are not there")]
    SealMissing {
        /// The first one that is missing.
        first: u64,
        /// The last one.
        last: u64,
    },
    /// The seal does not follow the one before it: another digest, or another stretch.
    #[error("seal {seal} does not follow the one before it")]
    ChainBroken {
        /// The seal.
        seal: u64,
    },
    /// The seal of the anchor is not the one it was taken of, or is not there.
    #[error("seal {seal} is not the one that the anchor was taken of")]
    AnchorMismatch {
        /// The number of the seal.
        seal: u64,
    },
    /// The head of the trail does not name its last seal.
    #[error("the head of the trail does not name its last seal, {seal}")]
    HeadMismatch {
        /// The number of the last seal that is there.
        seal: u64,
    },
}

impl Reason for TrailFinding {
    fn code(&self) -> &'static str {
        match self {
            Self::EventAltered { .. } => "trail.event.altered",
            Self::EventRemoved { .. } => "trail.event.removed",
            Self::EventAdded { .. } => "trail.event.added",
            Self::SealAltered { .. } => "trail.seal.altered",
            Self::SealMissing { .. } => "trail.seal.missing",
            Self::ChainBroken { .. } => "trail.chain.broken",
            Self::AnchorMismatch { .. } => "trail.anchor.mismatch",
            Self::HeadMismatch { .. } => "trail.head.mismatch",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::EventAltered { .. } | Self::EventRemoved { .. } => {
                "look for the event in a backup from after it was sealed, and for who writes to the database"
            }
            Self::EventAdded { .. } => {
                "find out whether a process was behind by more than the settling time, or who wrote the event"
            }
            Self::SealAltered { .. } | Self::SealMissing { .. } | Self::ChainBroken { .. } => {
                "restore the seal from a backup, verify again, and find out who writes to the database"
            }
            Self::AnchorMismatch { .. } => {
                "check that the anchor is of this trail; if it is, what it covers was made anew since it was taken"
            }
            Self::HeadMismatch { .. } => {
                "restore the head from a backup; until it names the last seal, nothing more is sealed"
            }
        }
        .to_owned()
    }
}
