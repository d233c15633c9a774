//! Ending tokens by organization, application, client and user (TK-10), and the end of implicit (GR-06).

use std::sync::Arc;

use super::Administration;
use super::AuthorizationServer;
use super::Error;
use super::Listed;
use super::LoggedIn;
use crate::admin;
use crate::admin::AuthorizationView;
use crate::admin::ClientView;
use crate::audit::Action;
use crate::audit::Attempt;
use crate::audit::FieldChange;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::change::Versioned;
use crate::model::GrantType;
use crate::model::UserConsent;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::Timestamp;
use crate::value::UserId;

/// A client of the implicit grant, and how long it has (GR-06).
#[derive(Clone, Debug, PartialEq)]
pub struct ImplicitClient {
    /// The client.
    pub client: ClientView,
    /// The whole days until its tokens stop working; 0 on the last day and afterwards.
    pub days_left: u32,
}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Ends all tokens of all applications in the organization, at a cost that does not grow with their number. Needs
    /// `oauth:token:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::tokens::end_of_organization`].
    pub async fn end_tokens(&self, now: Timestamp) -> Answer<(), S> {
        let attempt = self.attempt(Action::EndTokens, Subject::Organization(self.organization), now)?;
        for mut unit in self.server.tries() {
            let acting = unit.acting(self.organization, self.user).await?;
            let decided =
                acting.and_then(|(acting, version)| admin::tokens::end_of_organization(&acting, version));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome.map(|_| ())?);
            }
        }
        Err(Error::Contended)
    }

    /// Ends all tokens of an application in the organization; it stays approved. Needs `oauth:token:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::tokens::end_of_application`].
    pub async fn end_tokens_of_application(
        &self,
        client: ClientId,
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        self.decide(Action::EndTokens, client, now, |acting, application| {
            admin::tokens::end_of_application(acting, application, now)
        })
        .await
    }

    /// Ends all tokens of a client of the organization, in every organization. Needs `oauth:token:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::tokens::end_of_client`].
    pub async fn end_tokens_of_client(&self, client: ClientId, now: Timestamp) -> Answer<ClientView, S> {
        let attempt = self.attempt(Action::EndTokens, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.client(client).await?;
            let decided = acting.and_then(|acting| admin::tokens::end_of_client(&acting, stored, now));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(ClientView::of(&*outcome?, &[]));
            }
        }
        Err(Error::Contended)
    }

    /// Ends all that was issued in a user's name, at a cost that grows with the clients that the user uses, and not
    /// with the tokens. Needs `oauth:token:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::tokens::end_of_user`]. Where it failed midway it is run again.
    pub async fn end_tokens_of_user(&self, user: UserId, now: Timestamp) -> Answer<(), S> {
        let subject = Subject::User { organization: self.organization, user };
        let mut range = Range::of(Index::ConsentsOfUser(self.organization, user));
        loop {
            match self.end_page_of_user((subject, range), now).await? {
                Some(next) => range.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    /// One page of it, in one commit. Where the next one begins, if there is one.
    async fn end_page_of_user(
        &self,
        (subject, range): (Subject, Range),
        now: Timestamp,
    ) -> Answer<Option<Position>, S> {
        let attempt = self.attempt(Action::EndTokens, subject, now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let page = self.server.store.list(range).await.map_err(Error::NotDone)?;
            let consents: Vec<Versioned<Arc<UserConsent>>> = page
                .items
                .into_iter()
                .filter_map(|(_, Versioned { version, record })| match record {
                    Record::UserConsent(record) => Some(Versioned { version, record }),
                    _ => None,
                })
                .collect();
            let decided = acting.and_then(|acting| admin::tokens::end_of_user(&acting, &consents));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome.map(|()| page.next)?);
            }
        }
        Err(Error::Contended)
    }

    /// Moves a client of the implicit grant to authorization code with PKCE (GR-06). Needs `oauth:client:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::clients::migrate`].
    pub async fn migrate_implicit(&self, client: ClientId, now: Timestamp) -> Answer<ClientView, S> {
        let attempt = self.attempt(Action::MigrateClient, Subject::Client(client), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.client(client).await?;
            let decided = acting.and_then(|acting| admin::clients::migrate(&acting, stored, now));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(ClientView::of(&*outcome?, &[]));
            }
        }
        Err(Error::Contended)
    }

    /// The organization's clients of the implicit grant, with the days they have left (GR-06): those among a page of
    /// its [clients](Administration::clients). Needs `oauth:client:view`.
    ///
    /// # Errors
    ///
    /// As [`clients`](Administration::clients).
    pub async fn implicit_clients(
        &self,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<ImplicitClient>, S> {
        let Listed { items, next } = self.clients(after, limit, now).await?;
        let left = self.server.settings.implicit_sunset.use_ends.seconds_since(now).max(0) / 86_400;
        let days_left = u32::try_from(left).unwrap_or(u32::MAX);
        let implicit = items.into_iter().filter(|client| client.grant_type == GrantType::Implicit);
        Ok(Listed { items: implicit.map(|client| ImplicitClient { client, days_left }).collect(), next })
    }
}

impl<S: Store> AuthorizationServer<S> {
    /// What a user said on clients, by client: for a page of the user's own, of what was agreed to.
    ///
    /// # Errors
    ///
    /// [`Error`] where the store failed.
    pub async fn consents(
        &self,
        LoggedIn { organization, user }: LoggedIn,
        after: Option<Position>,
    ) -> Answer<Listed<UserConsent>, S> {
        let range = Range { after, ..Range::of(Index::ConsentsOfUser(organization, user)) };
        let page = self.store.list(range).await.map_err(Error::NotDone)?;
        let consents = page.items.into_iter().filter_map(|(_, stored)| match stored.record {
            Record::UserConsent(consent) => Some((*consent).clone()),
            _ => None,
        });
        Ok(Listed { items: consents.collect(), next: page.next })
    }

    /// Takes back what a user agreed to: the user is asked again, and all that was issued to the client in the user's
    /// name is ended, at once. No permission is needed for one's own.
    ///
    /// # Errors
    ///
    /// [`Denial::AuthorizationNotFound`] where the user never logged in with the client, and [`Error`].
    pub async fn withdraw_consent(
        &self,
        logged_in: LoggedIn,
        client: ClientId,
        now: Timestamp,
    ) -> Answer<(), S> {
        let LoggedIn { organization, user } = logged_in;
        let attempt = Attempt {
            event: EventId::at(now, self.random()?),
            organization: Some(organization),
            actor: logged_in.actor(),
            action: Action::WithdrawConsent,
            subject: Subject::Authorization { organization, client, authorization: None },
            at: now,
        };
        for mut unit in self.tries() {
            let stored = unit.consent(organization, client, user).await?;
            let decided = stored.ok_or(Denial::AuthorizationNotFound).map(|stored| {
                let withdrawn = stored.record.withdrawn();
                let told = FieldChange::between(&stored.record.fields(), &withdrawn.fields());
                Done { value: (), changes: Changes::new().update(stored.version, withdrawn), told }
            });
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome?);
            }
        }
        Err(Error::Contended)
    }
}
