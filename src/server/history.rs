//! What applications were at an instant, rebuilt from the audit trail (GV-01).

use super::Administration;
use super::Error;
use super::Listed;
use super::unit::Unit;
use crate::audit::Subject;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::review::history::ApplicationHistory;
use crate::review::history::ApplicationThen;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// The most clients of a page.
const CLIENTS: u16 = 500;

/// After so many pages of changes, of 500 each, no other client is begun.
const PAGES: u8 = 10;

impl<S: Store> Administration<'_, S> {
    /// What the organization's applications were at an instant, from the audit trail alone: its word on each client, and what
    /// its own clients were. A page of at most so many clients, 1 to 500, by client. Needs `audits:audit:view`.
    ///
    /// A page costs the changes of its clients, those after the instant included, and nothing for tokens. It may hold less than
    /// was asked for, even nothing, and yet not be the last: after 5 000 changes no other client is begun.
    ///
    /// Built-in clients on which the organization had said no word stand at the head of the first page, beyond the limit: they
    /// were approved (AA-13). [`review::history`](crate::review::history) says what it goes by.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`](crate::change::Denial::UnknownActor),
    /// [`Denial::MissingPermission`](crate::change::Denial::MissingPermission), [`Error`].
    pub async fn applications_at(
        &self,
        instant: Timestamp,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<ApplicationThen>, S> {
        let unit = self.may_audit(Subject::Organization(self.organization), now).await?;
        let own = Some(self.organization);
        let mut items = Vec::new();
        if after.is_none() {
            items = self.approved_by_default_at(&unit, instant).await?;
        }
        let mut begun: Option<(ClientId, ApplicationHistory)> = None;
        let (mut clients, mut pages) = (0_u16, 0_u8);
        let mut range = Range { after, ..Range::of(Index::ApplicationChanges(own)) };
        loop {
            let page = unit.list(range).await?;
            pages = pages.saturating_add(1);
            for (_, stored) in &page.items {
                let Record::Event(event) = &stored.record else { continue };
                // A store that lists another's record is broken: it is not told (threat 37).
                let Some(client) = event.client().filter(|_| event.organization == own) else { continue };
                if begun.as_ref().is_none_or(|(begun, _)| *begun != client) {
                    let done = begun.take();
                    let last = done.as_ref().map(|(client, _)| *client);
                    items.extend(done.and_then(|(_, history)| history.then()));
                    if clients == limit.clamp(1, CLIENTS) || pages > PAGES {
                        return Ok(Listed { items, next: last.map(Position::after_changes) });
                    }
                    clients = clients.saturating_add(1);
                    begun = Some((client, ApplicationHistory::new(client, instant)));
                }
                if let Some((_, history)) = &mut begun {
                    history.add(event);
                }
            }
            match page.next {
                Some(next) => range.after = Some(next),
                None => {
                    items.extend(begun.and_then(|(_, history)| history.then()));
                    return Ok(Listed { items, next: None });
                }
            }
        }
    }

    /// The built-in clients on which the organization had said no word.
    async fn approved_by_default_at(
        &self,
        unit: &Unit<'_, S>,
        instant: Timestamp,
    ) -> Answer<Vec<ApplicationThen>, S> {
        let mut approved = Vec::new();
        let mut range = Range { limit: 1, ..Range::of(Index::ApplicationChanges(None)) };
        loop {
            let page = unit.list(range).await?;
            let Some(Record::Event(event)) = page.items.first().map(|(_, stored)| &stored.record) else {
                return Ok(approved);
            };
            let Some(client) = event.client() else { return Ok(approved) };
            let built_in = self.history(unit, None, (client, instant)).await?;
            let word = self.history(unit, Some(self.organization), (client, instant)).await?;
            let has_word = word.then().is_some_and(|then| then.authorization.is_some());
            approved.extend(
                built_in
                    .then()
                    .filter(|_| !has_word)
                    .map(|then| ApplicationThen { approved_by_default: true, ..then }),
            );
            range.after = Some(Position::after_changes(client));
        }
    }

    /// All that changed one client, in the trail of the organization or of none.
    async fn history(
        &self,
        unit: &Unit<'_, S>,
        organization: Option<OrganizationId>,
        (client, instant): (ClientId, Timestamp),
    ) -> Answer<ApplicationHistory, S> {
        let mut history = ApplicationHistory::new(client, instant);
        let mut range = Range {
            after: Some(Position::before_changes(client)),
            before: Some(Position::after_changes(client)),
            ..Range::of(Index::ApplicationChanges(organization))
        };
        loop {
            let page = unit.list(range).await?;
            for (_, stored) in &page.items {
                if let Record::Event(event) = &stored.record
                    && event.organization == organization
                {
                    history.add(event);
                }
            }
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(history),
            }
        }
    }
}
