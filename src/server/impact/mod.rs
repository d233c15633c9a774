//! What a change would stop from working, asked before it is made (GV-04).

mod places;
mod propose;
mod sample;
#[cfg(feature = "saml")]
mod sign_on;

use std::collections::BTreeSet;

use self::places::Place;
use super::Administration;
use super::Error;
use crate::access;
use crate::access::Effect;
use crate::access::OnApplication;
use crate::access::Roles;
use crate::admin::Proposal;
use crate::audit::Subject;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Reason;
use crate::change::Record;
use crate::model::Client;
use crate::model::ClientSecret;
use crate::model::ClientSecrets;
use crate::model::Policy;
use crate::model::RoleGrants;
use crate::review::impact::AffectedApplication;
use crate::review::impact::EndingSecret;
use crate::review::impact::Impact;
use crate::review::impact::Lost;
use crate::review::impact::NoLonger;
use crate::review::impact::Shortened;
use crate::review::usage::LastUse;
use crate::store::Store;
use crate::value::ClientId;
use crate::value::Estimate;
use crate::value::Permission;
use crate::value::RoleId;
use crate::value::Scope;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

type Answer<T, S> = Result<T, Error<<S as Store>::Error>>;

impl<S: Store> Administration<'_, S> {
    /// What the change would stop from working, before it is made: which applications in which organizations, how many
    /// tokens and logins and how sure that is, what of it was used and when (GV-04). Nothing is changed by asking. Needs
    /// what the change needs.
    ///
    /// It is decided as the change itself is, and what that would write is looked at in a copy. Its cost does not grow
    /// with the tokens: see [`review::impact`](crate::review::impact).
    ///
    /// ```
    /// use grantor::admin::Proposal;
    /// # use grantor::ready;
    /// # use grantor::server::{AuthorizationServer, Settings};
    /// # use grantor::testing::{SeededEntropy, fixtures};
    /// # use grantor::value::ScopeCatalog;
    /// # use grantor::MemoryStore;
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let (world, now) = (fixtures::world(), fixtures::NOON);
    /// # let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::default());
    /// # let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    /// # ready(world.install(server.store()))?;
    /// # let administration = server.administration(fixtures::ACME, fixtures::ADMINISTRATOR);
    /// # let application = world.web.id;
    /// let impact = ready(administration.impact(&Proposal::Revoke(application), now))??;
    /// assert!(impact.tokens_ended.is_exact());
    /// println!("{impact}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the change: whatever would refuse it refuses this too. And [`Error`].
    pub async fn impact(&self, proposal: &Proposal, now: Timestamp) -> Answer<Impact, S> {
        let changes = self.proposed(proposal, now).await?;
        self.foresee(proposal, &changes, now).await
    }

    /// What the change would write. It is refused as the change would be.
    pub(super) async fn proposed(&self, proposal: &Proposal, now: Timestamp) -> Answer<Changes, S> {
        let attempt = self.attempt(proposal.action(), self.subject_of(proposal), now)?;
        let mut unit = self.server.unit();
        let proposed = self.propose(&mut unit, proposal, now).await?;
        unit.answer(attempt, proposed).await
    }

    const fn subject_of(&self, proposal: &Proposal) -> Subject {
        let organization = self.organization;
        match proposal {
            Proposal::Revoke(client)
            | Proposal::EditScopes { client, .. }
            | Proposal::EditAudience { client, .. }
            | Proposal::EndTokensOfApplication(client) => {
                Subject::Authorization { organization, client: *client, authorization: None }
            }
            Proposal::EditClient { client, .. }
            | Proposal::RegenerateSecret { client, .. }
            | Proposal::DeleteClient(client)
            | Proposal::MigrateImplicit(client)
            | Proposal::EndTokensOfClient(client) => Subject::Client(*client),
            Proposal::EndTokens | Proposal::ChangePolicy(_) => Subject::Organization(organization),
            #[cfg(feature = "saml")]
            Proposal::EditProvider { provider, .. }
            | Proposal::RemoveCertificate { provider, .. }
            | Proposal::DisableProvider(provider)
            | Proposal::DeleteProvider(provider) => {
                Subject::IdentityProvider { organization, provider: *provider }
            }
        }
    }

    /// What the changes, which are what the proposal would write, would do.
    pub(super) async fn foresee(
        &self,
        proposal: &Proposal,
        changes: &Changes,
        now: Timestamp,
    ) -> Answer<Impact, S> {
        let mut impact = Impact::none(now);
        #[cfg(feature = "saml")]
        if let Some(provider) = proposal.provider() {
            impact.sign_on = Some(self.on_sign_on(provider, changes, now).await?);
            return Ok(impact);
        }
        let places = self.places(proposal, now).await?;
        impact.reach = places.reach;
        let sunset = self.server.settings.implicit_sunset;
        let [tokens, logins] = sample::shares(places.first.len());
        let mut own = None;
        let mut lifetimes = Vec::new();
        for place in &places.first {
            let standing = self.standing_at(place).await?;
            let on = access::effect_on_application(&standing, place.organization, changes, sunset, now);
            note(&mut impact, place, &on.effect);
            let tokens = self.sample_tokens(place, tokens, changes, now).await?;
            impact.tokens_ended = impact.tokens_ended.and(tokens.count(Effect::ends));
            impact.tokens_narrowed = impact.tokens_narrowed.and(tokens.count(Effect::narrows));
            let logins = self.sample_logins(place, logins, changes, now).await?;
            impact.logins_ended = impact.logins_ended.and(logins.count(Effect::ends));
            let ending = || tokens.iter().chain(logins.iter()).find(|effect| effect.ends());
            impact.reason = impact.reason.take().or_else(|| ending().and_then(reason));
            lifetimes.extend(standing.client.map(|client| client.lifetime));
            if place.organization == self.organization {
                own = Some(on);
            }
        }
        if let Some(id) = proposal.client()
            && let Some(client) = self.server.unit().client(id).await?
        {
            let client = client.record;
            if let Some(on) = own {
                self.look_at_use(&mut impact, &client, &on).await?;
            }
            // A change of the organization's word alone leaves the client as it is.
            let after = client_after(changes, id).unwrap_or(Some(&client));
            impact.no_longer = after.map(|after| NoLonger::of_client(&client, after)).unwrap_or_default();
            impact.secrets = self.ending_secrets(&client, after, now).await?;
            let [before, after] = [client.lifetime, after.map_or(client.lifetime, |after| after.lifetime)];
            let applications = Estimate::exactly(count(places.first.len()));
            impact.shortened = (after < before).then_some(Shortened { applications, before, after });
        }
        if let Proposal::ChangePolicy(policy) = proposal {
            let organization = self.server.unit().organization(self.organization).await?;
            let before = organization.map(|stored| *stored.record.policy()).unwrap_or_default();
            impact.no_longer = NoLonger::of_policy(&before, policy);
            impact.shortened = shortened(&before, policy, &lifetimes);
        }
        if !places.is_complete {
            not_all_looked_at(&mut impact);
        }
        Ok(impact)
    }

    /// When what would be lost was last used, in this organization.
    async fn look_at_use(&self, impact: &mut Impact, client: &Client, on: &OnApplication) -> Answer<(), S> {
        let mut unit = self.server.unit();
        let summary = unit.usage_summary(self.organization, client.id).await?;
        let last = summary.map(|stored| LastUse::of(&stored.record, impact.at)).unwrap_or_default();
        impact.last_call = last.last_call;
        let last_used = |lost: &Scope| {
            let used = last.scopes.iter().filter(|(used, _)| lost.covers(used));
            used.map(|(_, at)| *at).max()
        };
        impact.scopes =
            on.scopes.iter().map(|lost| Lost { what: lost.clone(), last_used: last_used(lost) }).collect();
        let [before, after] = &on.roles;
        let roles = self.roles_granted([before, after]).await?;
        let is_lost = |permission: &Permission| {
            let gives = |grants| access::permits(&roles, self.organization, grants, permission);
            gives(before) && !gives(after)
        };
        impact.permissions = last
            .permissions
            .iter()
            .filter(|(permission, _)| is_lost(permission))
            .map(|(permission, at)| Lost { what: permission.clone(), last_used: Some(*at) })
            .collect();
        Ok(())
    }

    async fn roles_granted(&self, grants: [&RoleGrants; 2]) -> Answer<Roles, S> {
        let mut unit = self.server.unit();
        let mut roles = Roles::none();
        let ids: BTreeSet<RoleId> = grants.into_iter().flat_map(RoleGrants::roles).collect();
        for id in ids {
            if let Some(role) = unit.role(self.organization, id).await? {
                roles.push(role.record);
            }
        }
        Ok(roles)
    }

    /// The secrets that would end sooner than they do, with their last use.
    async fn ending_secrets(
        &self,
        client: &Client,
        after: Option<&Client>,
        now: Timestamp,
    ) -> Answer<Vec<EndingSecret>, S> {
        let mut ending = Vec::new();
        let mut unit = self.server.unit();
        for secret in client.grant.secrets().into_iter().flat_map(ClientSecrets::iter) {
            let kept = after.and_then(|after| after.grant.secrets());
            let kept = kept.and_then(|secrets| secrets.iter().find(|kept| kept.id == secret.id));
            let ends = |of: &ClientSecret| of.expires.unwrap_or(Timestamp::MAX);
            // One that is over already ends no more: what goes ends now, and no sooner.
            let would_end = kept.map_or(now, ends);
            if would_end < ends(secret) {
                let last_used = unit.secret_use(secret.id).await?.map(|used| used.record.last_used);
                ending.push(EndingSecret { id: secret.id, ends: would_end, last_used });
            }
        }
        Ok(ending)
    }
}

/// The client as it would be, if it is changed at all; none where it would be gone.
fn client_after(changes: &Changes, id: ClientId) -> Option<Option<&Client>> {
    Some(match changes.written(Key::Client(id))? {
        Some(Record::Client(client)) => Some(&**client),
        Some(_) | None => None,
    })
}

fn note(impact: &mut Impact, place: &Place, effect: &Effect) {
    let ends = match effect {
        Effect::Ends(_) => true,
        Effect::Narrows => false,
        Effect::NotWorking | Effect::Spares => return,
    };
    let counted = if ends { &mut impact.applications_ended } else { &mut impact.applications_narrowed };
    *counted = counted.and(Estimate::exactly(1));
    if impact.applications.len() < Impact::NAMED {
        impact.applications.push(AffectedApplication::new(place.organization, place.client, ends));
    }
}

fn reason(effect: &Effect) -> Option<(&'static str, String)> {
    match effect {
        Effect::Ends(refusal) => Some((refusal.code(), refusal.to_string())),
        Effect::NotWorking | Effect::Narrows | Effect::Spares => None,
    }
}

/// What a lower maximum does to the tokens to come (TK-03).
fn shortened(before: &Policy, after: &Policy, lifetimes: &[TokenLifetime]) -> Option<Shortened> {
    let lives =
        |policy: &Policy, own: TokenLifetime| policy.maximum_lifetime.map_or(own, |most| most.min(own));
    let shorter = || lifetimes.iter().filter(|own| lives(after, **own) < lives(before, **own));
    let applications = Estimate::exactly(count(shorter().count()));
    let longest = shorter().map(|own| lives(before, *own)).max()?;
    Some(Shortened { applications, before: longest, after: after.maximum_lifetime? })
}

fn not_all_looked_at(impact: &mut Impact) {
    for number in [
        &mut impact.applications_ended,
        &mut impact.applications_narrowed,
        &mut impact.tokens_ended,
        &mut impact.tokens_narrowed,
        &mut impact.logins_ended,
    ] {
        *number = number.at_least();
    }
    if let Some(shortened) = &mut impact.shortened {
        shortened.applications = shortened.applications.at_least();
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
