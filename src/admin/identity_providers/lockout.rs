//! That an organization whose users log in by an identity provider alone keeps one that lets them in (SA-14).

use crate::admin::StoredProvider;
use crate::admin::lockout::is_open;
use crate::change::Denial;
use crate::model::IdentityProvider;
use crate::model::Policy;
use crate::value::IdentityProviderId;
use crate::value::Timestamp;

/// Whether somebody could still log in after one of the providers is changed, or is gone, under the policy.
///
/// Where nobody can log in as it is, nothing is made worse, and every change is let pass.
///
/// # Errors
///
/// [`Denial::LastProvider`] where the change would lock everybody out.
pub fn keep_a_way_in(
    policy: &Policy,
    providers: &[StoredProvider],
    (changed, after): (IdentityProviderId, Option<&IdentityProvider>),
    now: Timestamp,
) -> Result<(), Denial> {
    let others = providers.iter().filter(|stored| stored.record.id != changed);
    let is_open_after = after.is_some_and(|after| after.admits(now))
        || others.clone().any(|stored| stored.record.admits(now));
    if policy.sso_only && !is_open_after && is_open(providers, now) {
        return Err(Denial::LastProvider);
    }
    Ok(())
}
