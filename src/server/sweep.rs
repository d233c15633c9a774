//! The sweep: what is due is removed, in bounded batches (LC-08).

use std::sync::Arc;

use super::AuthorizationServer;
use super::Error;
use crate::admin::deletion;
use crate::admin::deletion::Hanging;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::FieldChange;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Authorization;
use crate::model::CodeState;
use crate::model::Tombstone;
use crate::store::Commit;
use crate::store::Page;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// What a sweep removed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Swept {
    /// Clients whose time was over.
    pub clients: u32,
    /// Authorizations of clients that are gone.
    pub authorizations: u32,
    /// What users said on clients that are gone.
    pub consents: u32,
    /// Tokens, codes and families that ended a day ago or earlier, pages that nobody answered,
    /// requests to identity providers that nobody answered in time, and assertions that could not be accepted again
    /// anyway.
    pub tokens: u32,
    /// Days of usage that ended 400 days ago with what they added up to, and counters that were not heard of for ten
    /// days (GV-02).
    pub usage: u32,
    /// Whether more may be due: sweep again.
    pub more: bool,
}

/// What of a removed client's was removed with it.
#[derive(Clone, Copy, Debug, Default)]
struct Cleared {
    authorizations: u32,
    consents: u32,
    /// Whether nothing is left.
    all: bool,
}

impl<S: Store> AuthorizationServer<S> {
    /// Removes what is due, at most so many records of it: clients at the end of their seven days, what hangs on
    /// removed clients, and tokens, codes and logins that ended more than a day ago; with a code that nobody used goes
    /// the login that it began. Its cost follows what is due, not what is stored.
    ///
    /// Nothing depends on when it runs, or whether: from its instant on, every read treats what is due as
    /// gone. It may be stopped anywhere, run again, and run in many processes at once.
    ///
    /// # Errors
    ///
    /// [`Error`] where the store failed, of the step that failed. What was removed until then stays removed.
    pub async fn sweep(&self, limit: u16, now: Timestamp) -> Result<Swept, Error<S::Error>> {
        let limit = limit.clamp(1, Range::MAX);
        let before = Some(Position::after_due(now));
        let due = self.list(Range { before, limit, ..Range::of(Index::Due) }).await?;
        let mut swept = Swept { more: due.next.is_some(), ..Swept::default() };
        let mut ended: Vec<(Key, Version)> = Vec::new();
        let mut usage: Vec<(Key, Version)> = Vec::new();
        // What hangs on removed clients shares what the rest of the batch leaves of the limit.
        let direct = due.items.iter().filter(|(_, due)| !matches!(due.record, Record::Tombstone(_))).count();
        let mut left = limit.saturating_sub(u16::try_from(direct).unwrap_or(u16::MAX));
        for (_, Versioned { version, record }) in due.items {
            match record {
                Record::Client(client) if client.is_gone(now) => {
                    // What hangs on it is due from now on, and is seen by the next round.
                    swept.more = true;
                    swept.clients =
                        swept.clients.saturating_add(u32::from(self.remove_client(client.id, now).await?));
                }
                Record::Tombstone(_) if left == 0 => swept.more = true,
                Record::Tombstone(tombstone) if tombstone.cleared.is_none() => {
                    let cleared = self.clear(&tombstone, version, left, now).await?;
                    swept.authorizations = swept.authorizations.saturating_add(cleared.authorizations);
                    swept.consents = swept.consents.saturating_add(cleared.consents);
                    swept.more |= !cleared.all;
                    let removed = cleared.authorizations.saturating_add(cleared.consents);
                    left = left.saturating_sub(u16::try_from(removed).unwrap_or(u16::MAX));
                }
                // Nothing came of the login that an unused code began, and nothing can.
                Record::AuthorizationCode(code) if code.state == CodeState::Issued => {
                    let family = Key::Family(code.family);
                    let stored = self.store.record(family).await.map_err(Error::NotDone)?;
                    ended.extend(stored.map(|stored| (family, stored.version)));
                    ended.push((Key::AuthorizationCode(code.digest), version));
                }
                Record::AccessToken(_)
                | Record::Family(_)
                | Record::AuthorizationCode(_)
                | Record::ConsentPrompt(_)
                | Record::SamlRequest(_)
                | Record::UsedAssertion(_) => ended.push((record.key(), version)),
                Record::UsageDay(_) | Record::UsageSource(_) | Record::UsageSummary(_) => {
                    usage.push((record.key(), version))
                }
                // Whatever else is listed here is not due: it stays.
                _ => {}
            }
        }
        swept.tokens = self.forget(&ended).await?;
        swept.usage = self.forget(&usage).await?;
        Ok(swept)
    }

    /// A client whose time is over leaves its tombstone, unless it was restored or removed meanwhile.
    async fn remove_client(&self, id: ClientId, now: Timestamp) -> Result<bool, Error<S::Error>> {
        let event = EventId::at(now, self.random()?);
        for mut unit in self.tries() {
            let Some(client) = unit.client(id).await?.filter(|client| client.record.is_gone(now)) else {
                return Ok(false);
            };
            let organization = client.record.organization();
            let tally = match organization {
                Some(organization) => unit.tally(organization).await?,
                None => None,
            };
            let hanging = Hanging { tally, uses: unit.secret_uses(Some(&client)).await? };
            let done = deletion::remove(&client.record, client.version, &hanging, Actor::Sweep, now);
            let attempt = Attempt {
                event,
                organization,
                actor: Actor::Sweep,
                action: Action::RemoveClient,
                subject: Subject::Client(id),
                at: now,
            };
            if unit.commit::<(), Denial>(attempt, Ok(done)).await?.is_some() {
                return Ok(true);
            }
        }
        Err(Error::Contended)
    }

    /// Removes what hangs on a removed client, and notes when nothing is left.
    async fn clear(
        &self,
        tombstone: &Tombstone,
        version: Version,
        limit: u16,
        now: Timestamp,
    ) -> Result<Cleared, Error<S::Error>> {
        let hanging =
            self.list(Range { limit, ..Range::of(Index::AuthorizationsOfClient(tombstone.id)) }).await?;
        let mut cleared = Cleared::default();
        for (_, stored) in hanging.items {
            if let Record::Authorization(authorization) = stored.record {
                let dropped = u32::from(self.drop_authorization(&authorization, now).await?);
                cleared.authorizations = cleared.authorizations.saturating_add(dropped);
            }
        }
        let left = limit.saturating_sub(u16::try_from(cleared.authorizations).unwrap_or(u16::MAX));
        if hanging.next.is_some() || left == 0 {
            return Ok(cleared);
        }
        let range = Range { limit: left, ..Range::of(Index::ConsentsOfClient(tombstone.id)) };
        let consents = self.list(range).await?;
        let said: Vec<(Key, Version)> =
            consents.items.iter().map(|(_, stored)| (stored.record.key(), stored.version)).collect();
        cleared.consents = self.forget(&said).await?;
        if consents.next.is_some() || usize::try_from(cleared.consents) != Ok(said.len()) {
            return Ok(cleared);
        }
        cleared.all = true;
        let noted = Tombstone { cleared: Some(now), ..*tombstone };
        // On a conflict another sweep noted it.
        let _: Commit = self.store.commit(Changes::new().update(version, noted)).await?;
        Ok(cleared)
    }

    /// The organization's trail tells that its authorization went with the client.
    async fn drop_authorization(
        &self,
        authorization: &Authorization,
        now: Timestamp,
    ) -> Result<bool, Error<S::Error>> {
        let (organization, client): (OrganizationId, ClientId) =
            (authorization.organization(), authorization.client());
        let event = EventId::at(now, self.random()?);
        for mut unit in self.tries() {
            let Some(stored) = unit.authorization(organization, client).await? else {
                return Ok(false);
            };
            let record: &Arc<Authorization> = &stored.record;
            let attempt = Attempt {
                event,
                organization: Some(organization),
                actor: Actor::Sweep,
                action: Action::RemoveClient,
                subject: Subject::Authorization { organization, client, authorization: Some(record.id()) },
                at: now,
            };
            let done = Done {
                value: (),
                changes: Changes::new().delete(stored.version, Key::Authorization(organization, client)),
                told: FieldChange::between(&record.fields(), &Vec::new()),
            };
            if unit.commit::<(), Denial>(attempt, Ok(done)).await?.is_some() {
                return Ok(true);
            }
        }
        Err(Error::Contended)
    }

    /// Forgets what ended long ago: all at once, or where one of them was just used, one
    /// by one.
    async fn forget(&self, ended: &[(Key, Version)]) -> Result<u32, Error<S::Error>> {
        if ended.is_empty() {
            return Ok(0);
        }
        let all = ended.iter().fold(Changes::new(), |changes, (key, version)| changes.delete(*version, *key));
        if self.store.commit(all).await? == Commit::Applied {
            return Ok(u32::try_from(ended.len()).unwrap_or(u32::MAX));
        }
        let mut forgotten = 0_u32;
        for (key, version) in ended {
            let applied = self.store.commit(Changes::new().delete(*version, *key)).await? == Commit::Applied;
            forgotten = forgotten.saturating_add(u32::from(applied));
        }
        Ok(forgotten)
    }

    async fn list(&self, range: Range) -> Result<Page, Error<S::Error>> {
        self.store.list(range).await.map_err(Error::NotDone)
    }
}
