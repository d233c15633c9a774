//! What administrators do to identity providers, with the store (SA-01 to SA-05, SA-14).

use std::sync::Arc;

use super::Administration;
use super::Error;
use super::Listed;
use crate::admin::StoredProvider;
use crate::admin::identity_providers as providers;
use crate::admin::identity_providers::ProviderDraft;
use crate::admin::identity_providers::ProviderView;
use crate::audit::Action;
use crate::audit::Subject;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::IdentityProvider;
use crate::model::UserState;
use crate::store::Range;
use crate::store::Store;
use crate::value::IdentityProviderId;
use crate::value::Permission;
use crate::value::Timestamp;
use crate::value::UserId;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// Creates an identity provider, as a draft by which nobody logs in yet (SA-05). Needs `sso:provider:add`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::create`](crate::admin::identity_providers::create), and those of every
    /// operation.
    pub async fn create_identity_provider(
        &self,
        draft: &ProviderDraft,
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let id = IdentityProviderId::from_random(self.server.random()?);
        let attempt = self.attempt(Action::CreateProvider, self.provider(id), now)?;
        for mut unit in self.server.tries() {
            let acting = unit.acting(self.organization, self.user).await?;
            let all = unit.identity_providers(self.organization).await?;
            let sso_only = acting.as_ref().is_ok_and(|(acting, _)| acting.organization().policy().sso_only);
            let decided = acting
                .and_then(|(acting, version)| providers::create(&acting, version, (id, &all), draft, now));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(seen(&*outcome?, &all, sso_only, now));
            }
        }
        Err(Error::Contended)
    }

    /// Edits an identity provider: the draft takes the place of what was entered before. Where what matters to a login
    /// changes it is a draft again, and needs a test login (SA-05). Needs `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::edit`](crate::admin::identity_providers::edit).
    pub async fn edit_identity_provider(
        &self,
        id: IdentityProviderId,
        draft: &ProviderDraft,
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let change = |acting: &_, stored, all: &_| providers::edit(acting, stored, all, draft, now);
        self.change_provider(Action::EditProvider, id, change, now).await
    }

    /// Adds a certificate that the identity provider will sign with, as PEM, DER or Base64: the first step of a
    /// rotation (SA-03). Needs `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::add_certificate`](crate::admin::identity_providers::add_certificate).
    pub async fn add_certificate(
        &self,
        id: IdentityProviderId,
        certificate: &[u8],
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let change =
            |acting: &_, stored, all: &_| providers::add_certificate(acting, stored, all, certificate, now);
        self.change_provider(Action::EditProvider, id, change, now).await
    }

    /// Takes away the certificate with this [fingerprint](crate::value::Certificate::fingerprint): the last step of a
    /// rotation. Needs `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::remove_certificate`](crate::admin::identity_providers::remove_certificate).
    pub async fn remove_certificate(
        &self,
        id: IdentityProviderId,
        fingerprint: &str,
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let change = |acting: &_, stored, all: &_| {
            providers::remove_certificate(acting, stored, all, fingerprint, now)
        };
        self.change_provider(Action::EditProvider, id, change, now).await
    }

    /// Takes an identity provider into use: it must have passed a test login with its settings (SA-05). Needs
    /// `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::enable`](crate::admin::identity_providers::enable).
    pub async fn enable_identity_provider(
        &self,
        id: IdentityProviderId,
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let change = |acting: &_, stored, _: &_| providers::enable(acting, stored, now);
        self.change_provider(Action::EnableProvider, id, change, now).await
    }

    /// Takes an identity provider out of use: nobody logs in by it from now on. Needs `sso:provider:edit`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::disable`](crate::admin::identity_providers::disable).
    pub async fn disable_identity_provider(
        &self,
        id: IdentityProviderId,
        now: Timestamp,
    ) -> Answer<ProviderView, S> {
        let change = |acting: &_, stored, all: &_| providers::disable(acting, stored, all, now);
        self.change_provider(Action::DisableProvider, id, change, now).await
    }

    /// Deletes an identity provider, for good. Needs `sso:provider:delete`.
    ///
    /// # Errors
    ///
    /// As [`admin::identity_providers::delete`](crate::admin::identity_providers::delete).
    pub async fn delete_identity_provider(&self, id: IdentityProviderId, now: Timestamp) -> Answer<(), S> {
        let attempt = self.attempt(Action::DeleteProvider, self.provider(id), now)?;
        for mut unit in self.server.tries() {
            let acting = unit.acting(self.organization, self.user).await?;
            let stored = unit.identity_provider(self.organization, id).await?;
            let all = unit.identity_providers(self.organization).await?;
            let decided =
                acting.and_then(|(acting, version)| providers::delete(&acting, version, stored, &all, now));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(outcome?);
            }
        }
        Err(Error::Contended)
    }

    /// One identity provider of the organization, with what there is to be said of its certificates (SA-04). Needs
    /// `sso:provider:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::ProviderNotFound`](crate::change::Denial::ProviderNotFound), and those of every operation.
    pub async fn identity_provider(&self, id: IdentityProviderId, now: Timestamp) -> Answer<ProviderView, S> {
        let attempt = self.attempt(Action::ViewProviders, self.provider(id), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let stored = unit.identity_provider(self.organization, id).await?;
        let all = unit.identity_providers(self.organization).await?;
        let seen = acting.and_then(|acting| {
            acting.require(&Permission::SSO_PROVIDER_VIEW)?;
            let stored = providers::own(&acting, stored)?;
            Ok(seen(&stored.record, &all, acting.organization().policy().sso_only, now))
        });
        unit.answer(attempt, seen).await
    }

    /// The identity providers of the organization, by creation: 30 at most (SA-01), each with what there is to be said
    /// of its certificates (SA-04). Needs `sso:provider:view`.
    ///
    /// # Errors
    ///
    /// Those of every operation.
    pub async fn identity_providers(&self, now: Timestamp) -> Answer<Vec<ProviderView>, S> {
        let attempt = self.attempt(Action::ViewProviders, Subject::Organization(self.organization), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed = acting.and_then(|acting| {
            acting.require(&Permission::SSO_PROVIDER_VIEW)?;
            Ok(acting.organization().policy().sso_only)
        });
        let all = match &allowed {
            Ok(_) => unit.identity_providers(self.organization).await?,
            Err(_) => Vec::new(),
        };
        let sso_only = unit.answer(attempt, allowed).await?;
        Ok(all.iter().map(|stored| seen(&stored.record, &all, sso_only, now)).collect())
    }

    /// A page of the users who are locked out when no certificate of the identity provider is valid any more (SA-04):
    /// the active ones with an email address, where they log in by an identity provider alone and no other would let
    /// them in. It may hold fewer than asked for, and yet not be the last. Needs `sso:provider:view`.
    ///
    /// # Errors
    ///
    /// [`Denial::ProviderNotFound`](crate::change::Denial::ProviderNotFound), and those of every operation.
    pub async fn locked_out_users(
        &self,
        id: IdentityProviderId,
        (after, limit): (Option<Position>, u16),
        now: Timestamp,
    ) -> Answer<Listed<UserId>, S> {
        if !self.identity_provider(id, now).await?.locks_out {
            return Ok(Listed { items: Vec::new(), next: None });
        }
        let limit = limit.clamp(1, Range::MAX);
        let range = Range { after, limit, ..Range::of(Index::Users(self.organization)) };
        let page = self.server.store.list(range).await.map_err(Error::NotDone)?;
        let active = page.items.iter().filter_map(|(_, stored)| match &stored.record {
            Record::User(user) if user.organization == self.organization => match user.state {
                UserState::Active(_) => Some(user.id),
                UserState::Inactive => None,
            },
            _ => None,
        });
        Ok(Listed { items: active.collect(), next: page.next })
    }

    async fn change_provider<F>(
        &self,
        action: Action,
        id: IdentityProviderId,
        change: F,
        now: Timestamp,
    ) -> Answer<ProviderView, S>
    where
        F: Fn(
                &crate::admin::ActingUser,
                Option<StoredProvider>,
                &[StoredProvider],
            ) -> Result<crate::change::Done<Arc<IdentityProvider>>, crate::change::Denial>
            + Send,
    {
        let attempt = self.attempt(action, self.provider(id), now)?;
        for mut unit in self.server.tries() {
            let acting = self.acting(&mut unit).await?;
            let stored = unit.identity_provider(self.organization, id).await?;
            let all = unit.identity_providers(self.organization).await?;
            let sso_only = acting.as_ref().is_ok_and(|acting| acting.organization().policy().sso_only);
            let decided = acting.and_then(|acting| change(&acting, stored, &all));
            if let Some(outcome) = unit.commit(attempt, decided).await? {
                return Ok(seen(&*outcome?, &all, sso_only, now));
            }
        }
        Err(Error::Contended)
    }

    const fn provider(&self, provider: IdentityProviderId) -> Subject {
        Subject::IdentityProvider { organization: self.organization, provider }
    }
}

fn seen(provider: &IdentityProvider, all: &[StoredProvider], sso_only: bool, now: Timestamp) -> ProviderView {
    ProviderView::of(provider, all.iter().map(|stored| &*stored.record), sso_only, now)
}
