//! What the operator of the service does: built-in clients, disabling and enabling (CL-13, LC-09).

use std::sync::Arc;

use super::Checks;
use super::ClientDraft;
use super::clients::Fresh;
use super::clients::Stored;
use super::clients::new_client;
use super::clients::replaced;
use crate::audit::Actor;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::Owner;
use crate::value::Timestamp;

/// The names of the clients that are built into the platform this follows (CL-13). A host declares those it
/// has, and others.
pub const BUILT_IN_NAMES: [&str; 4] =
    ["Android Collaborate", "Architect", "Directory Web Client (Unified App)", "iOS Collaborate"];

/// Declares a built-in client: it belongs to no organization, and is approved everywhere by default (CL-13).
///
/// # Errors
///
/// [`Denial::Invalid`] with every bad field.
pub fn declare_built_in(
    draft: &ClientDraft,
    needed_by_administrators: bool,
    checks: &Checks<'_>,
    fresh: &Fresh,
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    let owner = Owner::BuiltIn { needed_by_administrators };
    let client = new_client(owner, Actor::Operator, draft, checks, fresh, now)?;
    let told = FieldChange::between(&Vec::new(), &client.audit_fields());
    let client = Arc::new(client);
    Ok(Done { value: Arc::clone(&client), changes: Changes::new().insert(client), told })
}

/// Disables a client of any organization: no tokens, and those there are are dead (LC-09).
///
/// # Errors
///
/// [`Denial::ClientNotFound`], and [`Denial::ClientState`] where it is disabled already.
pub fn disable(client: Option<Stored>, now: Timestamp) -> Result<Done<Arc<Client>>, Denial> {
    let Versioned { version, record: client } = there(client, now)?;
    let disabled = client.disable(Actor::Operator, now).map_err(Denial::ClientState)?;
    Ok(replaced(&client, version, disabled))
}

/// Enables a disabled client. What was issued before stays dead (LC-09).
///
/// # Errors
///
/// [`Denial::ClientNotFound`], and [`Denial::ClientState`] unless it is disabled.
pub fn enable(client: Option<Stored>, now: Timestamp) -> Result<Done<Arc<Client>>, Denial> {
    let Versioned { version, record: client } = there(client, now)?;
    let enabled = client.enable(Actor::Operator, now).map_err(Denial::ClientState)?;
    Ok(replaced(&client, version, enabled))
}

fn there(client: Option<Stored>, now: Timestamp) -> Result<Stored, Denial> {
    client.filter(|client| !client.record.is_gone(now)).ok_or(Denial::ClientNotFound)
}
