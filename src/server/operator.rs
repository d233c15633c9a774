//! What the operator of the service does, with the store.

use std::sync::Arc;

use super::AuthorizationServer;
use super::Error;
use crate::admin;
use crate::admin::ClientDraft;
use crate::admin::ClientView;
use crate::admin::clients::Fresh;
use crate::admin::clients::Stored;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Done;
use crate::model::Client;
use crate::model::Policy;
use crate::server::CreatedClient;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::EventId;
use crate::value::Timestamp;

/// What the operator of the service does, beside the organizations.
#[derive(Debug)]
pub struct Operator<'a, S> {
    pub(super) server: &'a AuthorizationServer<S>,
}

impl<S> Clone for Operator<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Operator<'_, S> {}

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Operator<'_, S> {
    /// Declares a client that is built into the service: it belongs to no organization, and is approved
    /// everywhere by default (CL-13). Each call makes a client: keep the identifier.
    ///
    /// # Errors
    ///
    /// As [`admin::operator::declare_built_in`].
    pub async fn declare_built_in(
        &self,
        draft: &ClientDraft,
        needed_by_administrators: bool,
        now: Timestamp,
    ) -> Answer<CreatedClient, S> {
        let (plain, secret) = self.server.fresh_secret(now)?;
        let fresh = Fresh { id: ClientId::from_random(self.server.random()?), secret };
        let policy = Policy::default();
        let checks = self.server.checks(&policy);
        let attempt = self.attempt(Action::DeclareBuiltIn, fresh.id, now)?;
        for unit in self.server.tries() {
            let decided =
                admin::operator::declare_built_in(draft, needed_by_administrators, &checks, &fresh, now);
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(CreatedClient::of(&*outcome?, plain));
            }
        }
        Err(Error::Contended)
    }

    /// Disables a client of any organization: it obtains no tokens, those there are are dead, and its
    /// organization can neither edit nor delete it (LC-09).
    ///
    /// # Errors
    ///
    /// As [`admin::operator::disable`].
    pub async fn disable_client(&self, client: ClientId, now: Timestamp) -> Answer<ClientView, S> {
        self.decide(Action::DisableClient, client, now, |stored| admin::operator::disable(stored, now)).await
    }

    /// Enables a disabled client. Tokens from before stay dead (LC-09).
    ///
    /// # Errors
    ///
    /// As [`admin::operator::enable`].
    pub async fn enable_client(&self, client: ClientId, now: Timestamp) -> Answer<ClientView, S> {
        self.decide(Action::EnableClient, client, now, |stored| admin::operator::enable(stored, now)).await
    }

    async fn decide(
        &self,
        action: Action,
        client: ClientId,
        now: Timestamp,
        decide: impl Fn(Option<Stored>) -> Result<Done<Arc<Client>>, Denial> + Send + Sync,
    ) -> Answer<ClientView, S> {
        let attempt = self.attempt(action, client, now)?;
        for mut unit in self.server.tries() {
            let stored = unit.client(client).await?;
            let organization = stored.as_ref().and_then(|stored| stored.record.organization());
            if let Some(outcome) = unit.commit(Attempt { organization, ..attempt }, decide(stored)).await? {
                return Ok(ClientView::of(&*outcome?, &[]));
            }
        }
        Err(Error::Contended)
    }

    /// In the trail of no organization, until the client tells whose it is.
    fn attempt(&self, action: Action, client: ClientId, now: Timestamp) -> Answer<Attempt, S> {
        let event = EventId::at(now, self.server.random()?);
        let (actor, subject) = (Actor::Operator, Subject::Client(client));
        Ok(Attempt { event, organization: None, actor, action, subject, at: now })
    }
}
