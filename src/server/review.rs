//! The review of an organization, with the store (GV-03).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Administration;
use super::Error;
use crate::admin::ActingUser;
use crate::audit::Action;
use crate::audit::Subject;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::model::Authorization;
use crate::model::Client;
use crate::model::Role;
use crate::model::SecretUse;
use crate::model::StateName;
use crate::model::UsageSummary;
use crate::review::report::ApplicationReviewed;
use crate::review::report::ClientReviewed;
use crate::review::report::Report;
use crate::review::report::Review;
use crate::review::report::ReviewCriteria;
use crate::review::report::ReviewedUnder;
use crate::store::Range;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Permission;
use crate::value::RoleId;
use crate::value::Timestamp;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

/// How many records of a list are held at once.
const PAGE: u16 = 100;
/// Of so many other organizations that approved a client it is looked up whether they used it: of one that more approved it
/// is taken for granted.
const ELSEWHERE: u16 = 20;
/// How many roles are held at once.
const ROLES: usize = 500;

/// What the review tells, each needs its permission (OR-05).
const NEEDED: [Permission; 4] = [
    Permission::OAUTH_CLIENT_VIEW,
    Permission::OAUTH_CLIENT_AUTHORIZE,
    Permission::USAGE_CLIENT_VIEW,
    Permission::SSO_PROVIDER_VIEW,
];

/// The roles of the organization that were read, as they are: none where there is no such role.
type KnownRoles = BTreeMap<RoleId, Option<Arc<Role>>>;

impl<S: Store> Administration<'_, S> {
    /// Reviews the organization's application access: clients, secrets, roles, applications, scopes and identity providers,
    /// and how they are used (GV-03). Needs `oauth:client:view`, `oauth:client:authorize`, `usage:client:view` and
    /// `sso:provider:view`.
    ///
    /// It reads page by page, and holds no more for a large organization than for a small one. What is changed meanwhile may
    /// be told as it was or as it is. Without the feature `saml` there are no findings on identity providers.
    ///
    /// # Errors
    ///
    /// [`Denial::UnknownActor`], [`Denial::MissingPermission`], [`Error`].
    pub async fn review(&self, criteria: &ReviewCriteria, now: Timestamp) -> Answer<Report, S> {
        let attempt = self.attempt(Action::Review, Subject::Organization(self.organization), now)?;
        let mut unit = self.server.unit();
        let acting = self.acting(&mut unit).await?;
        let allowed = acting.and_then(|acting| {
            NEEDED.iter().try_for_each(|needed| acting.require(needed))?;
            Ok::<ActingUser, Denial>(acting)
        });
        let acting = unit.answer(attempt, allowed).await?;
        let settings = self.server.settings();
        let under = ReviewedUnder {
            criteria,
            scopes: &settings.scopes,
            sunset: settings.implicit_sunset,
            client_limit: settings.client_limit,
        };
        let mut review = Review::new(acting.organization(), under, now);
        self.review_usage(&mut review).await?;
        self.review_clients(&mut review, now.minus(criteria.unused_after)).await?;
        self.review_applications(&mut review).await?;
        #[cfg(feature = "saml")]
        self.review_providers(&mut review, acting.organization().policy().sso_only, now).await?;
        Ok(review.report())
    }

    async fn review_usage(&self, review: &mut Review<'_>) -> Answer<(), S> {
        let mut pages = Some(first(Index::UsageSummaries(self.organization)));
        while let Some(range) = pages {
            let page = self.server.unit().list(range).await?;
            for (_, stored) in &page.items {
                if let Record::UsageSummary(usage) = &stored.record {
                    review.add_usage(usage);
                }
            }
            pages = page.next.map(|next| Range { after: Some(next), ..range });
        }
        Ok(())
    }

    /// The organization's own clients.
    async fn review_clients(&self, review: &mut Review<'_>, window: Timestamp) -> Answer<(), S> {
        let mut known = KnownRoles::new();
        let mut pages = Some(first(Index::Clients(self.organization)));
        while let Some(range) = pages {
            let page = self.server.unit().list(range).await?;
            for (_, Versioned { version, record }) in page.items {
                let Record::Client(client) = record else { continue };
                let stored = Versioned { version, record: client };
                let uses = self.server.unit().secret_uses(Some(&stored)).await?;
                let uses: Vec<SecretUse> = uses.into_iter().map(|used| used.record).collect();
                let client = &*stored.record;
                let usage = self.usage_summary(client.id).await?;
                let roles = self.roles_of(client, &mut known).await?;
                let mut reviewed = ClientReviewed {
                    client,
                    uses: &uses,
                    usage: usage.as_deref(),
                    is_used_elsewhere: false,
                    roles: &roles,
                };
                // Only of those that nobody here used it is asked.
                if review.is_unused_here(&reviewed) {
                    reviewed.is_used_elsewhere = self.is_used_elsewhere(client.id, window).await?;
                }
                review.add_client(&reviewed);
            }
            pages = page.next.map(|next| Range { after: Some(next), ..range });
        }
        Ok(())
    }

    /// The applications of the organization, whoever owns their clients, and the built-in ones that it said no word on.
    async fn review_applications(&self, review: &mut Review<'_>) -> Answer<(), S> {
        let mut pages = Some(first(Index::Authorizations(self.organization)));
        while let Some(range) = pages {
            let page = self.server.unit().list(range).await?;
            for (_, stored) in page.items {
                let Record::Authorization(authorization) = stored.record else { continue };
                let client = self.server.unit().client(authorization.client()).await?;
                let usage = self.usage_summary(authorization.client()).await?;
                review.add_application(&ApplicationReviewed {
                    authorization: &authorization,
                    client: client.as_ref().map(|client| &*client.record),
                    usage: usage.as_deref(),
                });
            }
            pages = page.next.map(|next| Range { after: Some(next), ..range });
        }
        let mut pages = Some(first(Index::BuiltInClients));
        while let Some(range) = pages {
            let page = self.server.unit().list(range).await?;
            for (_, stored) in page.items {
                let Record::Client(client) = stored.record else { continue };
                if self.server.unit().authorization(self.organization, client.id).await?.is_none() {
                    review.add_built_in(&client);
                }
            }
            pages = page.next.map(|next| Range { after: Some(next), ..range });
        }
        Ok(())
    }

    async fn usage_summary(&self, client: ClientId) -> Answer<Option<Arc<UsageSummary>>, S> {
        let stored = self.server.unit().usage_summary(self.organization, client).await?;
        Ok(stored.map(|stored| stored.record))
    }

    /// The roles of the client that there are.
    async fn roles_of(&self, client: &Client, known: &mut KnownRoles) -> Answer<Vec<Arc<Role>>, S> {
        let mut roles = Vec::new();
        for id in client.grant.roles().into_iter().flat_map(|grants| grants.roles()) {
            if known.len() >= ROLES {
                known.clear();
            }
            let role = match known.get(&id) {
                Some(role) => role.clone(),
                None => {
                    let stored = self.server.unit().role(self.organization, id).await?;
                    let role = stored.map(|stored| stored.record);
                    known.insert(id, role.clone());
                    role
                }
            };
            roles.extend(role);
        }
        Ok(roles)
    }

    /// Whether another organization approved the client and used it in the window, as far as one can say. Nothing else is
    /// told of it (OR-01).
    async fn is_used_elsewhere(&self, client: ClientId, window: Timestamp) -> Answer<bool, S> {
        let range = Range { limit: ELSEWHERE, ..Range::of(Index::AuthorizationsOfClient(client)) };
        let page = self.server.unit().list(range).await?;
        if page.next.is_some() {
            return Ok(true);
        }
        for (_, stored) in page.items {
            let Record::Authorization(authorization) = stored.record else { continue };
            let authorization: Arc<Authorization> = authorization;
            let organization = authorization.organization();
            if organization == self.organization || authorization.state_name() != StateName::Approved {
                continue;
            }
            let key = Key::UsageSummary(organization, client);
            if let Some(stored) = self.server.unit().record(key).await?
                && let Record::UsageSummary(usage) = stored.record
                && usage.last_call() > window
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(feature = "saml")]
mod providers {
    use super::*;
    use crate::admin::identity_providers::ProviderView;
    use crate::model::UserState;
    use crate::review::report::ProviderReviewed;

    impl<S: Store> Administration<'_, S> {
        pub(super) async fn review_providers(
            &self,
            review: &mut Review<'_>,
            sso_only: bool,
            now: Timestamp,
        ) -> Answer<(), S> {
            let all = self.server.unit().identity_providers(self.organization).await?;
            let mut users = None;
            for stored in &all {
                let others = all.iter().map(|stored| &*stored.record);
                let view = ProviderView::of(&stored.record, others, sso_only, now);
                let has_warnings = !view.warnings.is_empty() || stored.record.settings.valid_until.is_some();
                let locked_out = match (view.locks_out && has_warnings, users) {
                    (false, _) => None,
                    (true, Some(users)) => Some(users),
                    (true, None) => {
                        users = Some(self.users_by_provider().await?);
                        users
                    }
                };
                review.add_provider(&ProviderReviewed {
                    provider: &stored.record,
                    no_login_from: view.none_valid_from,
                    locked_out,
                });
            }
            Ok(())
        }

        /// How many users log in by an identity provider: the active ones with an email address.
        async fn users_by_provider(&self) -> Answer<u64, S> {
            let mut users = 0_u64;
            let mut pages = Some(first(Index::Users(self.organization)));
            while let Some(range) = pages {
                let page = self.server.unit().list(range).await?;
                let active = page.items.iter().filter(|(_, stored)| match &stored.record {
                    Record::User(user) => {
                        user.organization == self.organization && matches!(user.state, UserState::Active(_))
                    }
                    _ => false,
                });
                users = users.saturating_add(u64::try_from(active.count()).unwrap_or(u64::MAX));
                pages = page.next.map(|next| Range { after: Some(next), ..range });
            }
            Ok(users)
        }
    }
}

const fn first(index: Index) -> Range {
    Range { index, after: None, before: None, limit: PAGE }
}
