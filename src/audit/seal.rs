//! Seals: what proves a stretch of a trail.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::Event;
use super::TrailDigest;
use super::encoding;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// A seal on a stretch of the trail of an organization, or of none. Inserted, and never changed or deleted.
///
/// As it is read from a store it says what somebody wrote there: whether it is true, [`review::trail`](crate::review::trail)
/// finds out.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrailSeal {
    /// Whose trail.
    pub organization: Option<OrganizationId>,
    /// 1 for the first seal of the trail, and one more for each.
    pub number: u64,
    /// The digest of the seal before; none for the first.
    pub previous: Option<TrailDigest>,
    /// The stretch begins after this event; none for the first seal, which begins where the trail does.
    pub after: Option<EventId>,
    /// It ends with this event.
    pub through: EventId,
    /// When it was sealed.
    pub at: Timestamp,
    /// Every event of the stretch, in the order of the trail.
    pub events: Vec<SealedEvent>,
    /// SHA-256 over all of the above.
    pub digest: TrailDigest,
}

/// An event as a seal holds it.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "(EventId, TrailDigest)", into = "(EventId, TrailDigest)")]
pub struct SealedEvent {
    /// The event.
    pub id: EventId,
    /// Its [digest](Event::digest).
    pub digest: TrailDigest,
}

/// The last seal of a trail: the record that only those who seal contend for.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrailHead {
    /// Whose trail.
    pub organization: Option<OrganizationId>,
    /// The number of the last seal.
    pub number: u64,
    /// The digest of it.
    pub digest: TrailDigest,
    /// The last event that is sealed.
    pub through: EventId,
}

/// What proves a trail as far as it was sealed when this was taken, if it is kept where nobody who can write to the trail
/// can write to.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrailAnchor {
    /// The number of the last seal then.
    pub number: u64,
    /// Its digest.
    pub digest: TrailDigest,
}

impl TrailSeal {
    /// 300 s: an event that is younger is not sealed yet. Within that time commits that are under way are over, and clocks of
    /// several processes have passed the instant.
    ///
    /// An event that is committed into a stretch after it was sealed is told apart from none that was slipped in: verifying
    /// reports it as added. So no process that commits may be behind another by more than this, its waits included.
    pub const SETTLING: u32 = 300;

    /// The seal after the one that the head names, or the first: on these events, in the order of the trail. None where there
    /// are none, or where numbers have come to their end.
    #[must_use]
    pub fn after(
        head: Option<&TrailHead>,
        organization: Option<OrganizationId>,
        events: &[Arc<Event>],
        now: Timestamp,
    ) -> Option<Self> {
        let mut seal = Self {
            organization,
            number: head.map_or(0, |head| head.number).checked_add(1)?,
            previous: head.map(|head| head.digest),
            after: head.map(|head| head.through),
            through: events.last()?.id,
            at: now,
            events: events.iter().map(|event| SealedEvent { id: event.id, digest: event.digest() }).collect(),
            digest: TrailDigest::from_bytes([0; 32]),
        };
        seal.digest = seal.digest_of_contents();
        Some(seal)
    }

    /// The digest that it should have, by what it says.
    #[must_use]
    pub fn digest_of_contents(&self) -> TrailDigest {
        encoding::of_seal(self)
    }

    /// The anchor at this seal, by what it says.
    #[must_use]
    pub fn anchor(&self) -> TrailAnchor {
        TrailAnchor { number: self.number, digest: self.digest_of_contents() }
    }
}

impl TrailHead {
    /// The head of a trail whose last seal is this one.
    #[must_use]
    pub const fn of(seal: &TrailSeal) -> Self {
        let TrailSeal { organization, number, digest, through, .. } = *seal;
        Self { organization, number, digest, through }
    }

    /// The anchor at it.
    #[must_use]
    pub const fn anchor(&self) -> TrailAnchor {
        TrailAnchor { number: self.number, digest: self.digest }
    }
}

impl From<(EventId, TrailDigest)> for SealedEvent {
    fn from((id, digest): (EventId, TrailDigest)) -> Self {
        Self { id, digest }
    }
}

impl From<SealedEvent> for (EventId, TrailDigest) {
    fn from(event: SealedEvent) -> Self {
        (event.id, event.digest)
    }
}
