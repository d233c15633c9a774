//! Recording usage, and asking for it (GV-02).

use super::Administration;
use super::AuthorizationServer;
use super::Error;
use super::Listed;
use super::unit::Unit;
use crate::audit::Action;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::Recorded;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::review::usage::ClientUsage;
use crate::review::usage::LastUse;
use crate::review::usage::UsageBatch;
use crate::review::usage::UsageCounter;
use crate::review::usage::UsageQuery;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::Permission;
use crate::value::Timestamp;

/// The most clients of a page of usage.
const CLIENTS: u16 = 50;

/// How many days of a client are read at once.
const DAYS: u16 = 50;

impl<S: Store> AuthorizationServer<S> {
    /// A counter of calls, for the host to keep beside the server: one for a process (GV-02). See
    /// [`review::usage`](crate::review::usage).
    ///
    /// # Errors
    ///
    /// [`Error::NoEntropy`].
    pub fn usage_counter(&self) -> Result<UsageCounter, Error<S::Error>> {
        Ok(UsageCounter::from_random(self.random()?))
    }

    /// Adds what a counter counted to what is kept: all of the batch, with its number, in one commit (GV-02).
    ///
    /// It counts once: after an error, and after [`Error::Unknown`] too, record the same batch again.
    ///
    /// # Errors
    ///
    /// [`Error::Contended`], [`Error::NotDone`], [`Error::Unknown`], [`Error::Corrupt`].
    pub async fn record_usage(
        &self,
        batch: &UsageBatch,
        now: Timestamp,
    ) -> Result<Recorded, Error<S::Error>> {
        // A counter is remembered longer than any of its batches may wait.
        if now.seconds_since(batch.taken()) > i64::from(UsageSource::MAX_AGE) {
            return Ok(Recorded::TooLate);
        }
        for mut unit in self.tries() {
            let stored = unit.usage_source(batch.source()).await?;
            let version = stored.as_ref().map(|stored| stored.version);
            let source = stored.map_or(UsageSource::new(batch.source(), now), |stored| stored.record);
            let source = match source.recording(batch.number(), now) {
                Ok(source) => source,
                Err(recorded) => return Ok(recorded),
            };
            let mut changes = match version {
                Some(version) => Changes::new().update(version, source),
                None => Changes::new().insert(source),
            };
            for day in batch.days() {
                changes = match unit.usage_day(day.organization, day.client, day.day).await? {
                    None => changes.insert(day.clone()),
                    Some(stored) => {
                        let mut usage = stored.record.usage.clone();
                        usage.merge(&day.usage);
                        changes.update(stored.version, UsageDay { usage, ..*stored.record })
                    }
                };
            }
            if unit.commit_quietly(changes).await? {
                return Ok(Recorded::Now);
            }
        }
        Err(Error::Contended)
    }
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// How the organization's data was used, by one client or page by page by each: by day, week or month (GV-02). Needs
    /// `usage:client:view`.
    ///
    /// A page holds at most so many clients, 1 to 50, in the order of their identifiers; one that was not used in these
    /// days is left out. It tells of this organization's data alone, whoever owns the client (OR-01), and of clients that are
    /// gone too.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn usage(
        &self,
        query: &UsageQuery,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<ClientUsage>, S> {
        let subject = query.client.map_or(Subject::Organization(self.organization), Subject::Client);
        let unit = self.allowed_usage(subject, now).await?;
        let mut items = Vec::new();
        let mut asked = match query.client {
            Some(client) => Some(client),
            None => self.client_used_after(&unit, after).await?,
        };
        for _ in 0..limit.clamp(1, CLIENTS) {
            let Some(client) = asked else { break };
            let mut used = ClientUsage::new(client);
            self.read_usage(&unit, client, [query.from, query.to], |day| used.add(day, query.by)).await?;
            if !used.periods.is_empty() {
                items.push(used);
            }
            let end = Position::after_usage(client, Day::MAX);
            asked = match query.client {
                Some(_) => None,
                None => self.client_used_after(&unit, Some(end)).await?,
            };
        }
        // The next page begins where the next client does.
        let next = asked.map(|client| Position::before_usage(client, Day::MIN));
        Ok(Listed { items, next })
    }

    /// When the client was last used for the organization's data, and when each scope and permission of it, within the
    /// last 400 days (GV-02). Needs `usage:client:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn last_use(&self, client: ClientId, now: Timestamp) -> Answer<LastUse, S> {
        let unit = self.allowed_usage(Subject::Client(client), now).await?;
        let mut last = LastUse::default();
        self.read_usage(&unit, client, [Day::MIN, Day::MAX], |day| last.add(day)).await?;
        Ok(last)
    }

    async fn allowed_usage(&self, subject: Subject, now: Timestamp) -> Answer<Unit<'_, S>, S> {
        let attempt = self.attempt(Action::ViewUsage, subject, now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed: Result<(), Denial> =
            acting.and_then(|acting| acting.require(&Permission::USAGE_CLIENT_VIEW));
        unit.answer(attempt, allowed).await?;
        Ok(self.server.unit())
    }

    /// The first client after the position that was ever used.
    async fn client_used_after(
        &self,
        unit: &Unit<'_, S>,
        after: Option<Position>,
    ) -> Answer<Option<ClientId>, S> {
        let range = Range { after, limit: 1, ..Range::of(Index::Usage(self.organization)) };
        let page = unit.list(range).await?;
        Ok(page.items.iter().find_map(|(_, stored)| match &stored.record {
            Record::UsageDay(day) => Some(day.client),
            _ => None,
        }))
    }

    /// Each day of the client within these, in their order.
    pub(super) async fn read_usage(
        &self,
        unit: &Unit<'_, S>,
        client: ClientId,
        [from, to]: [Day; 2],
        mut told: impl FnMut(&UsageDay) + Send,
    ) -> Answer<(), S> {
        let mut range = Range {
            after: Some(Position::before_usage(client, from)),
            before: Some(Position::after_usage(client, to)),
            limit: DAYS,
            ..Range::of(Index::Usage(self.organization))
        };
        loop {
            let page = unit.list(range).await?;
            for (_, stored) in &page.items {
                // A store that lists another's record is broken: it is not told (threat 37).
                if let Record::UsageDay(day) = &stored.record
                    && day.organization == self.organization
                {
                    told(day);
                }
            }
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(()),
            }
        }
    }
}
