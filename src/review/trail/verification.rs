//! One page of a verification.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::TrailFinding;
use crate::audit::Event;
use crate::audit::SealedEvent;
use crate::audit::TrailAnchor;
use crate::audit::TrailDigest;
use crate::audit::TrailHead;
use crate::audit::TrailSeal;
use crate::value::EventId;

/// What was found on one page of a verification.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
pub struct TrailVerification {
    /// What is wrong, in the order of the trail. Empty: what is on the page is what was sealed.
    pub findings: Vec<TrailFinding>,
    /// How many events were held against their seals.
    pub events: u64,
    /// The last seal of the trail, where the verification came to its end: an anchor for later.
    pub anchor: Option<TrailAnchor>,
    /// The last event that is sealed, where it came to its end. What is younger is not proved yet.
    pub through: Option<EventId>,
    /// Where the next page begins; none where this one is the last.
    pub next: Option<TrailCursor>,
}

/// How far a verification has come. Whoever can change it can have a verification pass over what it should see: keep it as
/// safe as its outcome.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrailCursor {
    /// The number of the last seal that was looked at to its end; none at the beginning.
    last: Option<u64>,
    /// What is before it.
    before: Before,
    /// The last event that was looked at of the stretch of the seal that comes next; none where it was not begun.
    inside: Option<EventId>,
}

/// What is known of the seal before.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Before {
    /// There is none.
    Nothing,
    /// It has this digest, and ends with this event.
    Seal(TrailDigest, EventId),
    /// It is missing or altered, which is reported.
    Unknown,
}

/// A seal that is held against its events.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    seal: Arc<TrailSeal>,
    digest: TrailDigest,
}

impl TrailCursor {
    /// The beginning of the trail.
    pub(crate) const BEGINNING: Self = Self { last: None, before: Before::Nothing, inside: None };

    /// The number of the last seal that was looked at to its end; none at the beginning.
    pub(crate) const fn last(&self) -> Option<u64> {
        self.last
    }

    /// The number of the seal that comes next.
    fn expected(&self) -> u64 {
        self.last.unwrap_or(0).saturating_add(1)
    }

    /// The event after which the stretch is read on; none from the beginning of the trail.
    pub(crate) fn after(&self, stretch: &Stretch) -> Option<EventId> {
        self.inside.or(stretch.seal.after)
    }

    /// Looks at the next seal there is. Gives its stretch where its events can be held against it.
    pub(crate) fn look_at(
        &mut self,
        seal: &Arc<TrailSeal>,
        anchor: Option<&TrailAnchor>,
        found: &mut TrailVerification,
    ) -> Option<Stretch> {
        let (number, digest) = (seal.number, seal.digest_of_contents());
        if self.inside.is_some() && number == self.expected() {
            return Some(Stretch { seal: Arc::clone(seal), digest });
        }
        if number > self.expected() {
            // Read in order, so none of those before is there.
            self.miss(number.saturating_sub(1), anchor, found);
        }
        if anchor.is_some_and(|anchor| anchor.number == number && anchor.digest != digest) {
            found.findings.push(TrailFinding::AnchorMismatch { seal: number });
        }
        if seal.digest != digest {
            found.findings.push(TrailFinding::SealAltered { seal: number });
            *self = Self { last: Some(number), before: Before::Unknown, inside: None };
            return None;
        }
        let follows = match self.before {
            Before::Nothing => number == 1 && seal.previous.is_none() && seal.after.is_none(),
            Before::Seal(digest, through) => seal.previous == Some(digest) && seal.after == Some(through),
            Before::Unknown => true,
        };
        if !follows {
            found.findings.push(TrailFinding::ChainBroken { seal: number });
        }
        Some(Stretch { seal: Arc::clone(seal), digest })
    }

    /// Looks at the next events of the trail, after [`after`](Self::after): all up to the end of the stretch, or up to the one
    /// where the rest begins.
    pub(crate) fn compare(
        &mut self,
        stretch: &Stretch,
        events: &[Arc<Event>],
        rest: Option<EventId>,
        found: &mut TrailVerification,
    ) {
        let (seal, number) = (&stretch.seal, stretch.seal.number);
        let (after, until) = (self.after(stretch), rest.unwrap_or(seal.through));
        let mut sealed: Vec<SealedEvent> = seal
            .events
            .iter()
            .filter(|event| after.is_none_or(|after| event.id > after) && event.id <= until)
            .copied()
            .collect();
        // In order already, and as quick as looking, unless whoever made the seal wanted it otherwise.
        sealed.sort_by_key(|event| event.id);
        let mut sealed = sealed.into_iter().peekable();
        let mut listed: Vec<&Arc<Event>> = events.iter().collect();
        listed.sort_by_key(|event| event.id);
        let mut wrong = Vec::new();
        let removed =
            |event: SealedEvent| (event.id, TrailFinding::EventRemoved { seal: number, event: event.id });
        for event in listed {
            found.events = found.events.saturating_add(1);
            while let Some(gone) = sealed.next_if(|sealed| sealed.id < event.id) {
                wrong.push(removed(gone));
            }
            match sealed.next_if(|sealed| sealed.id == event.id) {
                Some(sealed) if sealed.digest == event.digest() => {}
                Some(_) => {
                    wrong.push((event.id, TrailFinding::EventAltered { seal: number, event: event.id }))
                }
                None => wrong.push((event.id, TrailFinding::EventAdded { seal: number, event: event.id })),
            }
        }
        wrong.extend(sealed.map(removed));
        wrong.sort_unstable_by_key(|(event, _)| *event);
        found.findings.extend(wrong.into_iter().map(|(_, finding)| finding));
        *self = match rest {
            Some(inside) => Self { inside: Some(inside), ..*self },
            None => {
                Self { last: Some(number), before: Before::Seal(stretch.digest, seal.through), inside: None }
            }
        };
    }

    /// There is no seal any more. The head was read after that was seen.
    pub(crate) fn end(
        &mut self,
        head: Option<&TrailHead>,
        anchor: Option<&TrailAnchor>,
        found: &mut TrailVerification,
    ) {
        // A seal that was under way when it went is missing too.
        let named = head.map_or(0, |head| head.number);
        let last = self.last.unwrap_or(0);
        if self.inside.is_some() || named > last {
            self.miss(named.max(self.expected()), anchor, found);
        } else {
            let agrees = match self.before {
                Before::Nothing => head.is_none(),
                Before::Seal(digest, through) => {
                    head.is_some_and(|head| (head.digest, head.through) == (digest, through))
                }
                Before::Unknown => head.is_some(),
            };
            if !agrees || named != last {
                found.findings.push(TrailFinding::HeadMismatch { seal: last });
            }
        }
        if let Some(anchor) = anchor.filter(|anchor| anchor.number > self.last.unwrap_or(0)) {
            found.findings.push(TrailFinding::AnchorMismatch { seal: anchor.number });
        }
        found.anchor = head.map(TrailHead::anchor);
        found.through = head.map(|head| head.through);
        found.next = None;
    }

    /// The seals up to this one are not there.
    fn miss(&mut self, last: u64, anchor: Option<&TrailAnchor>, found: &mut TrailVerification) {
        let first = self.expected();
        found.findings.push(TrailFinding::SealMissing { first, last });
        if let Some(anchor) = anchor.filter(|anchor| (first..=last).contains(&anchor.number)) {
            found.findings.push(TrailFinding::AnchorMismatch { seal: anchor.number });
        }
        *self = Self { last: Some(last), before: Before::Unknown, inside: None };
    }
}
