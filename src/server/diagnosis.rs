//! Which change brought a refusal about, from the audit trail (DX-01 to DX-11).

use std::sync::Arc;

use super::Administration;
use super::Error;
use crate::audit::Action;
use crate::audit::Event;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Record;
use crate::model::AuthorizationState;
use crate::review::diagnosis::Diagnosis;
use crate::review::diagnosis::Failure;
use crate::review::diagnosis::Search;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::EventId;
use crate::value::Timestamp;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// The most pages of the trail that are read for one diagnosis: with 500 events each, 32 000 events.
const PAGES: u32 = 64;
/// How far back the trail is looked at: 400 days, in seconds.
const REACH: u32 = 400 * 86_400;
/// The first stretch of the trail that is read, in seconds. Each after it is four times as long, or as short as it must
/// be to fit on a page.
const FIRST: u32 = 60;
const GROWTH: u16 = 4;

impl<S: Store> Administration<'_, S> {
    /// What a refusal in the organization's audit trail means, what to do about it, and which change brought it about
    /// (DX-05). None where the table of troubles has no row for it. Needs `oauth:client:authorize`.
    ///
    /// The trail is read from the refusal back, the newest events first: at most 32 000 events in 64 pages, and 400 days; and
    /// beyond that a page at each moment at which the client, its secret or its authorization was changed last, as far as
    /// their records tell. Where no change was found, [`Diagnosis::looked_back_to`] says how far it went. What took place
    /// within one second has no order.
    ///
    /// # Errors
    ///
    /// [`Denial::EventNotFound`] for an event that is not there, is another organization's, or tells of no refusal;
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn diagnose(&self, event: EventId, now: Timestamp) -> Answer<Option<Diagnosis>, S> {
        let subject = Subject::Organization(self.organization);
        self.may_ask(subject, now).await?;
        let found = self.server.unit().record(Key::Event(event)).await?.map(|stored| stored.record);
        let failure = match found {
            Some(Record::Event(event)) if event.organization == Some(self.organization) => {
                Failure::of_event(&event)
            }
            _ => None,
        };
        let Some(failure) = failure else {
            let attempt = self.attempt(Action::ViewAuthorizations, subject, now)?;
            return self.server.unit().answer(attempt, Err(Denial::EventNotFound)).await;
        };
        self.searched(failure).await
    }

    /// The same for a refusal that was [explained](Self::explain_call), and that may have left no event yet.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn diagnose_failure(&self, failure: Failure, now: Timestamp) -> Answer<Option<Diagnosis>, S> {
        self.may_ask(Subject::Organization(self.organization), now).await?;
        self.searched(failure).await
    }

    /// Goes through the trail in stretches, from the failure back.
    async fn searched(&self, failure: Failure) -> Answer<Option<Diagnosis>, S> {
        let failed = failure.at;
        let Some(mut search) = Search::new(failure) else {
            return Ok(None);
        };
        let (mut end, mut stretch, mut pages) = (failed.plus(1), FIRST, 0_u32);
        while !search.is_over() {
            let begin = end.minus(stretch).max(failed.minus(REACH));
            if pages >= PAGES || end <= failed.minus(REACH) {
                self.look_at_moments(&mut search, end).await?;
                let mut diagnosis = search.diagnosis();
                diagnosis.looked_back_to = diagnosis.culprit.is_none().then_some(end);
                return Ok(Some(diagnosis));
            }
            let mut page = self.trail(position(begin), end).await?;
            pages = pages.saturating_add(1);
            if page.next.is_some() && stretch > 1 {
                stretch = stretch.div_euclid(u32::from(GROWTH)).max(1);
                continue;
            }
            let mut events = events(&page);
            // A second that fills more than a page is read to its end: what is in it has no order.
            while let Some(next) = page.next
                && pages < PAGES
            {
                page = self.trail(Some(next), end).await?;
                pages = pages.saturating_add(1);
                events.extend(self::events(&page));
            }
            events.sort_by_key(|event| event.at);
            events.iter().rev().for_each(|event| search.look_at(event));
            if page.next.is_none() {
                end = begin;
            }
            // As long as the next one fits on a page too, if it is like this one.
            if events.len() <= usize::from(Range::MAX / GROWTH) {
                stretch = stretch.saturating_mul(u32::from(GROWTH));
            }
        }
        Ok(Some(search.diagnosis()))
    }

    /// Beyond the bound the records tell of moments at which something was changed: a page of the trail at each of those
    /// before the instant, the newest first.
    async fn look_at_moments(&self, search: &mut Search, end: Timestamp) -> Answer<(), S> {
        let mut moments = self.moments(search.failure()).await?;
        moments.retain(|moment| *moment < end);
        moments.sort();
        moments.dedup();
        for moment in moments.into_iter().rev() {
            let page = self.trail(position(moment), moment.plus(1)).await?;
            events(&page).iter().for_each(|event| search.look_at(event));
        }
        Ok(())
    }

    async fn moments(&self, failure: &Failure) -> Answer<Vec<Timestamp>, S> {
        let Some(client) = failure.client else {
            return Ok(Vec::new());
        };
        let mut unit = self.server.unit();
        let mut moments = Vec::new();
        if let Some(client) = unit.client(client).await? {
            let client = client.record;
            let secret = client.grant.secrets().and_then(|secrets| secrets.current()).copied();
            if let Some(secret) = secret
                && unit.secret_use(secret.id).await?.is_none()
            {
                // Nobody has used it yet: whoever fails may well have the one before.
                moments.push(secret.created);
            }
            // To regenerate a secret modifies the client too, and is told above.
            if failure.code != "client.secret.wrong" {
                moments.push(client.modified);
            }
        }
        if let Some(word) = unit.authorization(self.organization, client).await? {
            moments.push(match word.record.state() {
                AuthorizationState::Pending { at, .. } => *at,
                AuthorizationState::Approved(approval) => approval.consent.at,
                AuthorizationState::Revoked(revocation) => revocation.at,
            });
        }
        Ok(moments)
    }

    /// A page of the organization's trail: after the position, and before the instant.
    async fn trail(&self, after: Option<Position>, end: Timestamp) -> Answer<Page, S> {
        let index = Index::Events(Some(self.organization));
        let range = Range { after, before: position(end), ..Range::of(index) };
        self.server.store.list(range).await.map_err(Error::NotDone)
    }
}

/// The place in the trail before all that happened at the instant.
fn position(at: Timestamp) -> Option<Position> {
    Position::from_bytes(EventId::at(at, [0; 10]).as_bytes())
}

fn events(page: &Page) -> Vec<Arc<Event>> {
    page.items
        .iter()
        .filter_map(|(_, stored)| match &stored.record {
            Record::Event(event) => Some(Arc::clone(event)),
            _ => None,
        })
        .collect()
}
