//! What a change to an identity provider would come to.

use super::Answer;
use super::count;
use crate::admin::ActingUser;
use crate::admin::Proposal;
use crate::admin::identity_providers as providers;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::model::IdentityProvider;
use crate::model::ProviderState;
use crate::model::UserState;
use crate::review::impact::OnSignOn;
use crate::server::Administration;
use crate::server::unit::Unit;
use crate::store::Range;
use crate::store::Store;
use crate::value::Estimate;
use crate::value::IdentityProviderId;
use crate::value::Timestamp;

/// How many pages of users are counted.
const PAGES: usize = 10;

impl Proposal {
    /// The identity provider it is about, if it is about one.
    pub(super) const fn provider(&self) -> Option<IdentityProviderId> {
        match self {
            Self::EditProvider { provider, .. }
            | Self::RemoveCertificate { provider, .. }
            | Self::DisableProvider(provider)
            | Self::DeleteProvider(provider) => Some(*provider),
            Self::Revoke(_)
            | Self::EditScopes { .. }
            | Self::EditAudience { .. }
            | Self::EditClient { .. }
            | Self::RegenerateSecret { .. }
            | Self::DeleteClient(_)
            | Self::MigrateImplicit(_)
            | Self::EndTokens
            | Self::EndTokensOfApplication(_)
            | Self::EndTokensOfClient(_)
            | Self::ChangePolicy(_) => None,
        }
    }
}

impl<S: Store> Administration<'_, S> {
    pub(super) async fn propose_of_provider(
        &self,
        unit: &mut Unit<'_, S>,
        (acting, version): (&ActingUser, Version),
        proposal: &Proposal,
        now: Timestamp,
    ) -> Answer<Result<Changes, Denial>, S> {
        let Some(id) = proposal.provider() else {
            return Ok(Err(Denial::ProviderNotFound));
        };
        let stored = unit.identity_provider(self.organization, id).await?;
        let all = unit.identity_providers(self.organization).await?;
        Ok(match proposal {
            Proposal::EditProvider { draft, .. } => {
                providers::edit(acting, stored, &all, draft, now).map(|done| done.changes)
            }
            Proposal::RemoveCertificate { fingerprint, .. } => {
                providers::remove_certificate(acting, stored, &all, fingerprint, now).map(|done| done.changes)
            }
            Proposal::DisableProvider(_) => {
                providers::disable(acting, stored, &all, now).map(|done| done.changes)
            }
            Proposal::DeleteProvider(_) => {
                providers::delete(acting, version, stored, &all, now).map(|done| done.changes)
            }
            _ => Err(Denial::ProviderNotFound),
        })
    }

    /// What the changes would come to for those who log in by the identity provider.
    pub(super) async fn on_sign_on(
        &self,
        id: IdentityProviderId,
        changes: &Changes,
        now: Timestamp,
    ) -> Answer<OnSignOn, S> {
        let all = self.server.unit().identity_providers(self.organization).await?;
        let before = all.iter().map(|stored| &*stored.record).find(|provider| provider.id == id);
        let after = after(changes, Key::IdentityProvider(self.organization, id));
        let none_valid_from = after.map(|after| after.settings.certificates.none_valid_from(now));
        let ends =
            before.is_some_and(|before| before.admits(now)) && !after.is_some_and(|after| after.admits(now));
        let [until, until_then] =
            [before, after].map(|provider| provider.and_then(|found| no_login_from(found, now)));
        let sooner = until_then.filter(|then| until.is_none_or(|until| *then < until));
        let ends_sooner = sooner.filter(|_| !ends && before.is_some_and(|before| before.admits(now)));
        let from = if ends { now } else { ends_sooner.or(none_valid_from).unwrap_or(now) };
        let is_other = |provider: &&IdentityProvider| provider.id != id && provider.admits(from);
        let was_proven = before.is_some_and(|before| before.state != ProviderState::Draft);
        Ok(OnSignOn {
            ends,
            ends_sooner,
            needs_test: was_proven && after.is_some_and(|after| after.state == ProviderState::Draft),
            none_valid_from,
            other_lets_in: all.iter().map(|stored| &*stored.record).any(|provider| is_other(&provider)),
            users: self.users_with_email().await?,
        })
    }

    async fn users_with_email(&self) -> Answer<Estimate, S> {
        let mut users = Estimate::NONE;
        let mut range = Range::of(Index::Users(self.organization));
        let unit = self.server.unit();
        for _ in 0..PAGES {
            let page = unit.list(range).await?;
            let active = page.items.iter().filter(|(_, stored)| match &stored.record {
                Record::User(user) => {
                    user.organization == self.organization && matches!(user.state, UserState::Active(_))
                }
                _ => false,
            });
            users = users.and(Estimate::exactly(count(active.count())));
            match page.next {
                Some(next) => range.after = Some(next),
                None => return Ok(users),
            }
        }
        Ok(users.at_least())
    }
}

/// From when on no login by it works; none where it lets users in without end, as its policy may have it (SA-18).
fn no_login_from(provider: &IdentityProvider, now: Timestamp) -> Option<Timestamp> {
    let certificates = provider.settings.certificates.none_valid_from(now);
    let until = provider.settings.valid_until;
    if until.is_none_or(|until| certificates < until) && provider.admits(certificates) {
        return until;
    }
    Some(until.map_or(certificates, |until| until.min(certificates)).max(now))
}

/// The identity provider as it would be; none where it would be gone.
fn after(changes: &Changes, key: Key) -> Option<&IdentityProvider> {
    match changes.written(key)? {
        Some(Record::IdentityProvider(provider)) => Some(provider),
        Some(_) | None => None,
    }
}
