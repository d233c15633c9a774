//! Regenerating a client's secret (CL-08 to CL-10).

use std::sync::Arc;

use super::ActingUser;
use super::clients::Stored;
use super::clients::forget_uses;
use super::clients::hold_roles;
use super::clients::own;
use super::clients::replaced;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::ClientSecret;
use crate::model::Overlap;
use crate::model::SecretUse;
use crate::value::Permission;
use crate::value::Timestamp;

/// Gives a client a new secret. The old one ends now (CL-09), or after the overlap (CL-10).
///
/// `uses` are the recorded uses of its secrets: those of secrets that end go with them.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`], [`Denial::MissingRoles`]
/// (OR-06), [`Denial::ClientState`] unless it is active and not public (CL-12).
pub fn regenerate(
    acting: &ActingUser,
    client: Option<Stored>,
    uses: &[Versioned<SecretUse>],
    (secret, overlap): (ClientSecret, Option<Overlap>),
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_EDIT)?;
    let Versioned { version, record: client } = own(acting, client, now)?;
    hold_roles(acting, &client.grant)?;
    let regenerated =
        client.regenerate_secret(secret, overlap, acting.actor(), now).map_err(Denial::ClientState)?;
    Ok(forget_uses(replaced(&client, version, regenerated), uses))
}
