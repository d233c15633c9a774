//! The audit trail: searched, sealed and verified (GV-01).

use std::sync::Arc;

use super::Administration;
use super::AuthorizationServer;
use super::Error;
use super::Listed;
use super::Operator;
use super::unit::Unit;
use crate::audit::Action;
use crate::audit::Event;
use crate::audit::EventQuery;
use crate::audit::Subject;
use crate::audit::TrailAnchor;
use crate::audit::TrailHead;
use crate::audit::TrailSeal;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Kind;
use crate::change::Position;
use crate::change::Record;
use crate::review::trail::TrailCursor;
use crate::review::trail::TrailVerification;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Timestamp;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// The most pages of a list that one page of a search reads: with 500 events each, 5 000 events.
const SEARCHED: u8 = 10;

/// The most seals, or pages of events, that one page of a verification looks at.
const VERIFIED: u16 = 100;

/// What one call sealed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Sealed {
    /// How many events. None have settled where it is 0.
    pub events: u32,
    /// The seal that was made: what to keep elsewhere. None where there was nothing to seal.
    pub anchor: Option<TrailAnchor>,
    /// Whether more have settled: seal again.
    pub more: bool,
}

impl<S: Store> Administration<'_, S> {
    /// Searches the organization's trail, from the oldest event to the newest: a page of at most so many events. Needs
    /// `audits:audit:view`.
    ///
    /// A page looks at 5 000 events at most. So it may hold less than was asked for, even nothing, and yet not be the last:
    /// go on at [`Listed::next`]. With a client given, only what is about that client is read; with a range of time, only what
    /// is in it.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn events(
        &self,
        query: &EventQuery,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<Event>, S> {
        let subject = query.client.map_or(Subject::Organization(self.organization), Subject::Client);
        let unit = self.may_audit(subject, now).await?;
        let most = limit.clamp(1, Range::MAX);
        let index = match query.client {
            Some(client) => Index::EventsOfClient(self.organization, client),
            None => Index::Events(Some(self.organization)),
        };
        let mut range = Range {
            index,
            after: after.max(query.from.map(Position::before_events)),
            // The last instant that identifiers tell apart ends no range.
            before: query.to.map(|to| Position::before_events(to.plus(1))).filter(|end| *end < last_second()),
            limit: if query.takes_all() { most } else { Range::MAX },
        };
        let mut items = Vec::new();
        for _ in 0..SEARCHED {
            let Page { items: listed, next } = unit.list(range).await?;
            for (position, stored) in listed {
                if items.len() == usize::from(most) {
                    return Ok(Listed { items, next: range.after });
                }
                range.after = Some(position);
                // A store that lists another's record is broken: it is not told (threat 37).
                if let Record::Event(event) = stored.record
                    && event.organization == Some(self.organization)
                    && query.matches(&event)
                {
                    items.push(Arc::unwrap_or_clone(event));
                }
            }
            if next.is_none() || items.len() == usize::from(most) {
                return Ok(Listed { items, next });
            }
        }
        Ok(Listed { items, next: range.after })
    }

    /// The last seal of the organization's trail, to be kept where nobody who can write to the database can write to; none where
    /// nothing is sealed yet. Needs `audits:audit:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn trail_anchor(&self, now: Timestamp) -> Answer<Option<TrailAnchor>, S> {
        let mut unit = self.may_audit(Subject::Organization(self.organization), now).await?;
        Ok(unit.trail_head(Some(self.organization)).await?.map(|head| head.record.anchor()))
    }

    /// Verifies the organization's trail, from its first seal to its last: whether its events are those that were sealed, its
    /// seals follow each other, and the anchor, if one is given, is of them. Needs `audits:audit:view`.
    ///
    /// A page looks at so many seals, 1 to 100, of 500 events at most each, and goes on at [`TrailVerification::next`], with the
    /// same anchor. [`review::trail`](crate::review::trail) tells it in full.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`]. What is wrong with the trail is no error.
    pub async fn verify_trail(
        &self,
        from: Option<TrailCursor>,
        anchor: Option<&TrailAnchor>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<TrailVerification, S> {
        let _: Unit<'_, S> = self.may_audit(Subject::Organization(self.organization), now).await?;
        self.server.verify(Some(self.organization), (from, anchor), limit).await
    }

    /// Whether the user may see the audit trail. A refusal is in it.
    pub(super) async fn may_audit(&self, subject: Subject, now: Timestamp) -> Answer<Unit<'_, S>, S> {
        let attempt = self.attempt(Action::ViewAudit, subject, now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed: Result<(), Denial> =
            acting.and_then(|acting| acting.require(&Permission::AUDITS_AUDIT_VIEW));
        unit.answer(attempt, allowed).await?;
        Ok(self.server.unit())
    }
}

impl<S: Store> Operator<'_, S> {
    /// Seals what has [settled](TrailSeal::SETTLING) of the trail of an organization, or of none: one seal, on at most so many
    /// events, 1 to 500. Run it every few minutes for each trail, again while there is [more](Sealed::more), and keep the
    /// anchor that it gives elsewhere. [`audit`](crate::audit) says what it proves.
    ///
    /// It may be stopped anywhere, run again, and run by many processes at once: a stretch is sealed once. An event that is
    /// sealed stays so, whatever the clock says; where the clock went back, nothing is sealed until it has come forth again.
    ///
    /// # Errors
    ///
    /// [`Error::Contended`] where others sealed meanwhile, each time; or where there is a seal already that the head of the
    /// trail does not know of, which [verifying](Self::verify_trail) tells. [`Error::NotDone`], [`Error::Unknown`],
    /// [`Error::Corrupt`]: seal again.
    pub async fn seal_trail(
        &self,
        organization: Option<OrganizationId>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Sealed, S> {
        for mut unit in self.server.tries() {
            let head = unit.trail_head(organization).await?;
            let last = head.as_ref().map(|head| &head.record);
            let range = Range {
                index: Index::Events(organization),
                after: last.map(|head| Position::of_event(head.through)),
                before: Some(Position::before_events(now.minus(TrailSeal::SETTLING))),
                limit: limit.clamp(1, Range::MAX),
            };
            let page = unit.list(range).await?;
            let events = events_of(&page)?;
            // Where one says that it stands elsewhere, somebody wrote it there: to go by it would end the sealing unseen.
            let stands = page.items.iter().map(|(position, _)| *position);
            if !stands.eq(events.iter().map(|event| Position::of_event(event.id))) {
                return Err(Error::Corrupt(Kind::Event));
            }
            let Some(seal) = TrailSeal::after(last, organization, &events, now) else {
                return Ok(Sealed::default());
            };
            let sealed = Sealed {
                events: u32::try_from(events.len()).unwrap_or(u32::MAX),
                anchor: Some(seal.anchor()),
                more: page.next.is_some(),
            };
            let next = TrailHead::of(&seal);
            let changes = match head {
                Some(head) => Changes::new().insert(seal).update(head.version, next),
                None => Changes::new().insert(seal).insert(next),
            };
            if unit.commit_quietly(changes).await? {
                return Ok(sealed);
            }
        }
        Err(Error::Contended)
    }

    /// The last seal of a trail; none where nothing is sealed yet.
    ///
    /// # Errors
    ///
    /// [`Error`].
    pub async fn trail_anchor(&self, organization: Option<OrganizationId>) -> Answer<Option<TrailAnchor>, S> {
        let head = self.server.unit().trail_head(organization).await?;
        Ok(head.map(|head| head.record.anchor()))
    }

    /// Verifies the trail of any organization, or of none, as an organization verifies
    /// [its own](Administration::verify_trail).
    ///
    /// # Errors
    ///
    /// [`Error`]. What is wrong with the trail is no error.
    pub async fn verify_trail(
        &self,
        organization: Option<OrganizationId>,
        from: Option<TrailCursor>,
        anchor: Option<&TrailAnchor>,
        limit: u16,
    ) -> Answer<TrailVerification, S> {
        self.server.verify(organization, (from, anchor), limit).await
    }
}

impl<S: Store> AuthorizationServer<S> {
    async fn verify(
        &self,
        organization: Option<OrganizationId>,
        (from, anchor): (Option<TrailCursor>, Option<&TrailAnchor>),
        limit: u16,
    ) -> Answer<TrailVerification, S> {
        let mut unit = self.unit();
        let mut found = TrailVerification::default();
        let mut cursor = from.unwrap_or(TrailCursor::BEGINNING);
        for _ in 0..limit.clamp(1, VERIFIED) {
            let Some(seal) = next_seal(&unit, organization, &cursor).await? else {
                // Read after it was seen that there is none: a head beyond is of a seal that came since, or of one that is
                // missing. Where it came since, the list has it now.
                let head = unit.trail_head(organization).await?.map(|head| head.record);
                let beyond = head.is_some_and(|head| Some(head.number) > cursor.last());
                if !beyond || next_seal(&unit, organization, &cursor).await?.is_none() {
                    cursor.end(head.as_ref(), anchor, &mut found);
                    return Ok(found);
                }
                continue;
            };
            let through = seal.through;
            let Some(stretch) = cursor.look_at(&seal, anchor, &mut found) else { continue };
            let range = Range {
                after: cursor.after(&stretch).map(Position::of_event),
                before: Some(Position::after_event(through)),
                ..Range::of(Index::Events(organization))
            };
            let page = unit.list(range).await?;
            let events = events_of(&page)?;
            let rest = page.next.map(event_at).transpose()?;
            cursor.compare(&stretch, &events, rest, &mut found);
        }
        found.next = Some(cursor);
        Ok(found)
    }
}

/// The first seal that is there from the cursor on.
async fn next_seal<S: Store>(
    unit: &Unit<'_, S>,
    organization: Option<OrganizationId>,
    cursor: &TrailCursor,
) -> Answer<Option<Arc<TrailSeal>>, S> {
    let after = cursor.last().map(Position::of_seal);
    let range = Range { after, limit: 1, ..Range::of(Index::TrailSeals(organization)) };
    match unit.list(range).await?.items.into_iter().next().map(|(_, stored)| stored.record) {
        Some(Record::TrailSeal(seal)) => Ok(Some(seal)),
        Some(_) => Err(Error::Corrupt(Kind::TrailSeal)),
        None => Ok(None),
    }
}

/// All that is on the page, which is events and nothing else.
fn events_of<E>(page: &Page) -> Result<Vec<Arc<Event>>, Error<E>> {
    let events = page.items.iter().map(|(_, stored)| match &stored.record {
        Record::Event(event) => Ok(Arc::clone(event)),
        _ => Err(Error::Corrupt(Kind::Event)),
    });
    events.collect()
}

/// The event at the position in the trail. The trail goes by positions, whatever an event there says that it is.
fn event_at<E>(position: Position) -> Result<EventId, Error<E>> {
    let bytes = <[u8; 16]>::try_from(position.as_bytes()).map_err(|_| Error::Corrupt(Kind::Event))?;
    Ok(EventId::from_bytes(bytes))
}

fn last_second() -> Position {
    Position::before_events(Timestamp::MAX)
}
