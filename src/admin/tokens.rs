//! Ending all tokens of an organization, an application, a client or a user (TK-10).
//!
//! Each raises the epoch of one record, so that its cost does not grow with the number of tokens. Nothing else
//! changes: applications stay approved, and users log in again.

use std::sync::Arc;

use super::ActingUser;
use super::authorizations::Application;
use super::authorizations::current;
use super::clients::Stored;
use super::clients::own;
use super::clients::replaced;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Authorization;
use crate::model::Client;
use crate::model::Organization;
use crate::model::UserConsent;
use crate::value::Epoch;
use crate::value::Permission;
use crate::value::Timestamp;

/// Ends all tokens of all applications in the actor's organization.
///
/// # Errors
///
/// [`Denial::MissingPermission`].
pub fn end_of_organization(acting: &ActingUser, version: Version) -> Result<Done<Arc<Organization>>, Denial> {
    acting.require(&Permission::OAUTH_TOKEN_DELETE)?;
    let before = acting.organization();
    let ended = Arc::new(before.in_next_epoch());
    let told = epochs(before.epoch(), ended.epoch());
    Ok(Done { value: Arc::clone(&ended), changes: Changes::new().update(version, ended), told })
}

/// Ends all tokens of an application in the actor's organization, whoever owns the client.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::AuthorizationNotFound`], and [`Denial::AuthorizationState`] unless it
/// is approved.
pub fn end_of_application(
    acting: &ActingUser,
    application: &Application,
    now: Timestamp,
) -> Result<Done<Arc<Authorization>>, Denial> {
    acting.require(&Permission::OAUTH_TOKEN_DELETE)?;
    let current = current(acting, application, now)?;
    let ended = current.in_next_epoch().map_err(Denial::AuthorizationState)?;
    Ok(application.becomes(ended))
}

/// Ends all tokens of a client of the actor's organization, in every organization.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`].
pub fn end_of_client(
    acting: &ActingUser,
    client: Option<Stored>,
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_TOKEN_DELETE)?;
    let Versioned { version, record: client } = own(acting, client, now)?;
    let mut done = replaced(&client, version, client.in_next_epoch(acting.actor(), now));
    done.told.extend(epochs(client.epoch, client.epoch.next()));
    Ok(done)
}

/// Ends all that was issued in a user's name, by what the user said on these clients.
///
/// # Errors
///
/// [`Denial::MissingPermission`].
pub fn end_of_user(
    acting: &ActingUser,
    consents: &[Versioned<Arc<UserConsent>>],
) -> Result<Done<()>, Denial> {
    acting.require(&Permission::OAUTH_TOKEN_DELETE)?;
    let organization = acting.organization_id();
    let own = consents.iter().filter(|stored| stored.record.organization == organization);
    let (mut changes, mut told) = (Changes::new(), Vec::new());
    for Versioned { version, record: before } in own {
        let ended = before.in_next_epoch();
        told.push(FieldChange {
            field: format!("epoch of {}", before.client).into(),
            before: Some(before.epoch.count().to_string()),
            after: Some(ended.epoch.count().to_string()),
        });
        changes = changes.update(*version, ended);
    }
    Ok(Done { value: (), changes, told })
}

fn epochs(before: Epoch, after: Epoch) -> Vec<FieldChange> {
    let fields = |epoch: Epoch| vec![("epoch", epoch.count().to_string())];
    FieldChange::between(&fields(before), &fields(after))
}
