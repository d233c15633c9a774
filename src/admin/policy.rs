//! Changing an organization's policy (TK-03, TK-04, TK-08).

use std::sync::Arc;

use super::ActingUser;
use super::lockout::StoredProvider;
use super::lockout::is_open;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Problems;
use crate::change::Version;
use crate::model::Organization;
use crate::model::Policy;
use crate::value::Permission;
use crate::value::Timestamp;

/// Gives the actor's organization another policy. `providers` are its identity providers: none need be read unless the
/// policy is [`sso_only`](Policy::sso_only).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::Invalid`] where its parts contradict each other, [`Denial::LastProvider`]
/// where users are to log in by an identity provider alone, and none lets anybody in (SA-14).
pub fn change(
    acting: &ActingUser,
    version: Version,
    (policy, providers): (Policy, &[StoredProvider]),
    now: Timestamp,
) -> Result<Done<Arc<Organization>>, Denial> {
    acting.require(&Permission::DIRECTORY_ORGANIZATION_ADMIN)?;
    policy.check().map_err(|error| {
        let mut problems = Problems::none();
        problems.note("idle_timeout", "bad.idle.timeout", error, "choose 900 s or less");
        Denial::Invalid(problems)
    })?;
    let organization = acting.organization();
    if policy.sso_only && !organization.policy().sso_only && !is_open(providers, now) {
        return Err(Denial::LastProvider);
    }
    let changed = Arc::new(organization.with_policy(policy, now));
    let told = FieldChange::between(&organization.policy().fields(), &policy.fields());
    Ok(Done { value: Arc::clone(&changed), changes: Changes::new().update(version, changed), told })
}
