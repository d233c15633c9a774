//! What a change would write, decided by what decides the change.

use super::Answer;
use crate::admin;
use crate::admin::Proposal;
use crate::admin::authorizations;
use crate::admin::authorizations::Acknowledgement;
use crate::admin::deletion::Hanging;
use crate::change::Changes;
use crate::change::Denial;
use crate::model::Audience;
use crate::model::Reach;
use crate::server::Administration;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::Timestamp;

impl<S: Store> Administration<'_, S> {
    /// What the change would write, or why it would be refused.
    pub(super) async fn propose(
        &self,
        unit: &mut Unit<'_, S>,
        proposal: &Proposal,
        now: Timestamp,
    ) -> Answer<Result<Changes, Denial>, S> {
        let (acting, version) = match unit.acting(self.organization, self.user).await? {
            Ok(acting) => acting,
            Err(denial) => return Ok(Err(denial)),
        };
        let acting = &acting;
        Ok(match proposal {
            Proposal::Revoke(client) => {
                let application = unit.application(self.organization, *client).await?;
                authorizations::revoke(acting, &application, Acknowledgement::Given, now)
                    .map(|done| done.changes)
            }
            Proposal::EditScopes { client, scopes } => {
                let application = unit.application(self.organization, *client).await?;
                authorizations::edit_scopes(acting, &application, &self.selection(Some(scopes)), now)
                    .map(|done| done.changes)
            }
            Proposal::EditAudience { client, roles } => {
                let application = unit.application(self.organization, *client).await?;
                let mut known = Vec::new();
                for role in roles.iter().take(Audience::MAX) {
                    known.extend(unit.role(self.organization, *role).await?.map(|_| *role));
                }
                authorizations::edit_audience(acting, &application, (roles, &known), now)
                    .map(|done| done.changes)
            }
            Proposal::EndTokensOfApplication(client) => {
                let application = unit.application(self.organization, *client).await?;
                admin::tokens::end_of_application(acting, &application, now).map(|done| done.changes)
            }
            Proposal::EditClient { client, draft } => {
                let stored = unit.client(*client).await?;
                let uses = unit.secret_uses(stored.as_ref()).await?;
                let checks = self.server.checks(acting.organization().policy());
                admin::clients::edit(acting, stored, &uses, (draft, &checks), now).map(|done| done.changes)
            }
            Proposal::RegenerateSecret { client, overlap } => {
                let stored = unit.client(*client).await?;
                let uses = unit.secret_uses(stored.as_ref()).await?;
                let (_, secret) = self.server.fresh_secret(now)?;
                admin::secrets::regenerate(acting, stored, &uses, (secret, *overlap), now)
                    .map(|done| done.changes)
            }
            Proposal::DeleteClient(client) => {
                let stored = unit.client(*client).await?;
                // Which organizations it is about, the places tell.
                let reach = Reach::of([]);
                let plan = admin::deletion::plan(acting, stored.clone(), &reach, now);
                let delete =
                    |plan| admin::deletion::delete(acting, stored, (&plan, &reach), &Hanging::default(), now);
                plan.and_then(delete).map(|done| done.changes)
            }
            Proposal::MigrateImplicit(client) => {
                let stored = unit.client(*client).await?;
                admin::clients::migrate(acting, stored, now).map(|done| done.changes)
            }
            Proposal::EndTokensOfClient(client) => {
                let stored = unit.client(*client).await?;
                admin::tokens::end_of_client(acting, stored, now).map(|done| done.changes)
            }
            Proposal::EndTokens => {
                admin::tokens::end_of_organization(acting, version).map(|done| done.changes)
            }
            Proposal::ChangePolicy(policy) => {
                let providers = match policy.sso_only {
                    true => unit.identity_providers(self.organization).await?,
                    false => Vec::new(),
                };
                admin::policy::change(acting, version, (*policy, &providers), now).map(|done| done.changes)
            }
            #[cfg(feature = "saml")]
            Proposal::EditProvider { .. }
            | Proposal::RemoveCertificate { .. }
            | Proposal::DisableProvider(_)
            | Proposal::DeleteProvider(_) => {
                self.propose_of_provider(unit, (acting, version), proposal, now).await?
            }
        })
    }
}
