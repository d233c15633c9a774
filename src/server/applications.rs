//! What administrators do to authorized applications, with the store.

use std::sync::Arc;

use super::Administration;
use super::Error;
use super::Listed;
use super::unit::Unit;
use crate::admin::ActingUser;
use crate::admin::AuthorizationView;
use crate::admin::authorizations;
use crate::admin::authorizations::Acknowledgement;
use crate::admin::authorizations::Application;
use crate::admin::authorizations::Selection;
use crate::audit::Action;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::Audience;
use crate::model::Authorization;
use crate::model::Client;
use crate::model::StateName;
use crate::store::Range;
use crate::store::Store;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Permission;
use crate::value::RoleId;
use crate::value::Timestamp;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Records that the acting user, who needs no permission for it, wants access for a client: pending until
    /// an administrator approves or denies it (AA-05). With no scopes given, for all that the client
    /// registered.
    ///
    /// # Errors
    ///
    /// As [`authorizations::request`].
    pub async fn request_authorization(
        &self,
        client: ClientId,
        scopes: Option<&[String]>,
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        let fresh = AuthorizationId::from_random(self.server.random()?);
        let selection = self.selection(scopes);
        self.decide(Action::RequestAuthorization, client, now, |acting, application| {
            authorizations::request(acting, application, &selection, fresh, now)
        })
        .await
    }

    /// Authorizes a client by its id, or approves a pending request: for the selected scopes, or with none
    /// given for all that are requested, and where nothing is requested for all that the client registered
    /// (AA-03, AA-04, AA-14). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::authorize`].
    pub async fn authorize(
        &self,
        client: ClientId,
        scopes: Option<&[String]>,
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        let fresh = AuthorizationId::from_random(self.server.random()?);
        let selection = self.selection(scopes);
        self.decide(Action::Approve, client, now, |acting, application| {
            authorizations::authorize(acting, application, &selection, fresh, now)
        })
        .await
    }

    /// Authorizes a revoked application anew, from scratch (AA-09). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::reauthorize`].
    pub async fn reauthorize(
        &self,
        client: ClientId,
        scopes: Option<&[String]>,
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        let fresh = AuthorizationId::from_random(self.server.random()?);
        let selection = self.selection(scopes);
        self.decide(Action::Approve, client, now, |acting, application| {
            authorizations::reauthorize(acting, application, &selection, fresh, now)
        })
        .await
    }

    /// Edits the scopes of an approved application (AA-07). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::edit_scopes`].
    pub async fn edit_scopes(
        &self,
        client: ClientId,
        scopes: &[String],
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        let selection = self.selection(Some(scopes));
        self.decide(Action::EditScopes, client, now, |acting, application| {
            authorizations::edit_scopes(acting, application, &selection, now)
        })
        .await
    }

    /// Limits an approved application to the users with one of these roles; with none given, opens it to all
    /// (AA-12). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::edit_audience`].
    pub async fn edit_audience(
        &self,
        client: ClientId,
        roles: &[RoleId],
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        let attempt = self.attempt_on(Action::EditAudience, client, now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let application = unit.application(self.organization, client).await?;
            let mut known = Vec::new();
            for role in roles.iter().take(Audience::MAX) {
                if unit.role(self.organization, *role).await?.is_some() {
                    known.push(*role);
                }
            }
            let decided = acting.and_then(|acting| {
                authorizations::edit_audience(&acting, &application, (roles, &known), now)
            });
            if let Some(view) = settle(unit, attempt, &application, decided, now).await? {
                return Ok(view);
            }
        }
        Err(Error::Contended)
    }

    /// Denies a pending request (AA-10). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::deny`].
    pub async fn deny(&self, client: ClientId, now: Timestamp) -> Answer<AuthorizationView, S> {
        self.decide(Action::Deny, client, now, |acting, application| {
            authorizations::deny(acting, application, now)
        })
        .await
    }

    /// Revokes an application at once and for good: no new token, and every live one fails at its next use
    /// (AA-08). Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// As [`authorizations::revoke`].
    pub async fn revoke(
        &self,
        client: ClientId,
        acknowledgement: Acknowledgement,
        now: Timestamp,
    ) -> Answer<AuthorizationView, S> {
        self.decide(Action::Revoke, client, now, |acting, application| {
            authorizations::revoke(acting, application, acknowledgement, now)
        })
        .await
    }

    /// One authorized application. Needs `oauth:client:authorize`.
    ///
    /// # Errors
    ///
    /// [`Denial::AuthorizationNotFound`], and those of every operation.
    pub async fn application(&self, client: ClientId, now: Timestamp) -> Answer<AuthorizationView, S> {
        let attempt = self.attempt_on(Action::ViewAuthorizations, client, now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let application = unit.application(self.organization, client).await?;
        let seen = acting.and_then(|acting| {
            acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
            let authorization = authorizations::current(&acting, &application, now)?;
            AuthorizationView::of(&authorization, application.client.as_deref(), now)
        });
        unit.answer(attempt, seen).await
    }

    /// A page of the organization's authorized applications, by client: those in one state, or all (AA-11).
    /// Needs `oauth:client:authorize`.
    ///
    /// Built-in clients that the organization has said no word on stand at the head of the first page, beyond
    /// the limit: they are approved (AA-13). An application whose client is gone is left out (LC-08).
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn applications(
        &self,
        state: Option<StateName>,
        after: Option<Position>,
        limit: u16,
        now: Timestamp,
    ) -> Answer<Listed<AuthorizationView>, S> {
        let subject = Subject::Organization(self.organization);
        let attempt = self.attempt(Action::ViewAuthorizations, subject, now)?;
        let mut unit = self.server.unit();
        let acting = match self.acting(&mut unit).await? {
            Ok(acting) => acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE).map(|()| acting),
            Err(denial) => Err(denial),
        };
        let acting = unit.answer(attempt, acting).await?;
        let mut items = Vec::new();
        if after.is_none() && state.is_none_or(|state| state == StateName::Approved) {
            items = self.approved_by_default(&acting, now).await?;
        }
        let index = match state {
            None => Index::Authorizations(self.organization),
            Some(state) => Index::AuthorizationsInState(self.organization, state),
        };
        let range = Range { after, limit: limit.clamp(1, Range::MAX), ..Range::of(index) };
        let page = self.server.store.list(range).await.map_err(Error::NotDone)?;
        for (_, stored) in page.items {
            if let Record::Authorization(authorization) = stored.record {
                // The organization said its word since the built-in clients were read.
                items.retain(|view| view.client != authorization.client());
                let client = self.server.unit().client(authorization.client()).await?;
                let client = client.as_ref().map(|client| &*client.record);
                items.extend(AuthorizationView::of(&authorization, client, now));
            }
        }
        Ok(Listed { items, next: page.next })
    }

    /// The built-in clients that the organization has said no word on (AA-13).
    async fn approved_by_default(
        &self,
        acting: &ActingUser,
        now: Timestamp,
    ) -> Answer<Vec<AuthorizationView>, S> {
        let mut views = Vec::new();
        let mut range = Range::of(Index::BuiltInClients);
        loop {
            let built_in = self.server.store.list(range).await.map_err(Error::NotDone)?;
            for (_, stored) in built_in.items {
                let Record::Client(client) = stored.record else { continue };
                let authorization = self.server.unit().authorization(self.organization, client.id).await?;
                if authorization.is_none() {
                    let application = Application { client: Some(client), authorization };
                    let view = authorizations::current(acting, &application, now).and_then(|current| {
                        AuthorizationView::of(&current, application.client.as_deref(), now)
                    });
                    views.extend(view);
                }
            }
            match built_in.next {
                Some(next) => range.after = Some(next),
                None => return Ok(views),
            }
        }
    }

    /// Loads the application, decides, commits, and tries again on a conflict.
    pub(super) async fn decide(
        &self,
        action: Action,
        client: ClientId,
        now: Timestamp,
        decide: impl Fn(&ActingUser, &Application) -> Result<Done<Arc<Authorization>>, Denial> + Send + Sync,
    ) -> Answer<AuthorizationView, S> {
        let attempt = self.attempt_on(action, client, now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let application = unit.application(self.organization, client).await?;
            let decided = acting.and_then(|acting| decide(&acting, &application));
            if let Some(view) = settle(unit, attempt, &application, decided, now).await? {
                return Ok(view);
            }
        }
        Err(Error::Contended)
    }

    fn attempt_on(&self, action: Action, client: ClientId, now: Timestamp) -> Answer<Attempt, S> {
        let subject = Subject::Authorization { organization: self.organization, client, authorization: None };
        self.attempt(action, subject, now)
    }

    pub(super) fn selection<'b>(&'b self, scopes: Option<&'b [String]>) -> Selection<'b> {
        Selection { scopes, catalog: &self.server.settings.scopes }
    }
}

/// Commits the decision and answers with what is seen of it. None on a conflict.
async fn settle<S: Store>(
    unit: Unit<'_, S>,
    attempt: Attempt,
    application: &Application,
    decided: Result<Done<Arc<Authorization>>, Denial>,
    now: Timestamp,
) -> Answer<Option<AuthorizationView>, S> {
    let client: Option<&Client> = application.client.as_deref();
    // The event names the authorization that came of it, or else the one that was there.
    let there = application.authorization.as_ref().map(|stored| stored.record.id());
    let named = decided.as_ref().map_or(there, |done| Some(done.value.id()));
    let attempt = attempt.on_authorization(named);
    match unit.commit(attempt, decided).await? {
        Some(outcome) => Ok(Some(AuthorizationView::of(&*outcome?, client, now)?)),
        None => Ok(None),
    }
}
