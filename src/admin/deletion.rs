//! Deleting clients: the plan, the deletion, the removal (LC-02 to LC-05, LC-08).

use serde::Deserialize;
use serde::Serialize;

use super::ActingUser;
use super::clients::Stored;
use super::clients::own;
use super::clients::replaced;
use crate::audit::Actor;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Key;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::ClientTally;
use crate::model::Removal;
use crate::model::SecretUse;
use crate::value::ClientId;
use crate::value::Permission;
use crate::value::Timestamp;

/// What deleting a client will do: what is shown to whoever is asked to confirm it (LC-04).
///
/// It is what deleting takes, and is refused once it no longer holds. Nothing rests on its secrecy: a forged
/// plan either says what would happen anyway, or is refused.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DeletionPlan {
    /// The client.
    pub client: ClientId,
    /// The client's version that the plan is about.
    pub version: Version,
    /// Whether it goes at once or in seven days. The days count from the confirmation, an hour later at most.
    pub removal: Removal,
}

impl DeletionPlan {
    /// 3 600 s, an hour: how long a deletion may be confirmed after it was shown.
    pub const HOLDS: i64 = 3_600;
}

/// What hangs on a client and goes with it in the same commit.
#[derive(Clone, Debug, Default)]
pub struct Hanging {
    /// The number of clients of its organization; none for a built-in one.
    pub tally: Option<Versioned<ClientTally>>,
    /// The recorded uses of its secrets.
    pub uses: Vec<Versioned<SecretUse>>,
}

/// Says what deleting the client would do now.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`], [`Denial::ClientState`]
/// unless it is active.
pub fn plan(acting: &ActingUser, client: Option<Stored>, now: Timestamp) -> Result<DeletionPlan, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_DELETE)?;
    planned(&own(acting, client, now)?, now)
}

fn planned(client: &Stored, now: Timestamp) -> Result<DeletionPlan, Denial> {
    let removal = client.record.removal(now).map_err(Denial::ClientState)?;
    Ok(DeletionPlan { client: client.record.id, version: client.version, removal })
}

/// Deletes the client as planned: at once, irreversibly, or in seven days (LC-02, LC-03).
///
/// # Errors
///
/// Those of [`plan`], and [`Denial::PlanOutdated`] where the client changed since, or has meanwhile come of
/// the age of the other kind of deletion.
pub fn delete(
    acting: &ActingUser,
    client: Option<Stored>,
    confirmed: &DeletionPlan,
    hanging: &Hanging,
    now: Timestamp,
) -> Result<Done<Removal>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_DELETE)?;
    let stored = own(acting, client, now)?;
    let current = planned(&stored, now)?;
    let Versioned { version, record: client } = stored;
    let holds = match (current.removal, confirmed.removal) {
        (Removal::AtOnce, Removal::AtOnce) => true,
        (Removal::Deferred(at), Removal::Deferred(shown)) => {
            (0..=DeletionPlan::HOLDS).contains(&at.seconds_since(shown))
        }
        (Removal::AtOnce, Removal::Deferred(_)) | (Removal::Deferred(_), Removal::AtOnce) => false,
    };
    if current.client != confirmed.client || current.version != confirmed.version || !holds {
        return Err(Denial::PlanOutdated { now: current.removal });
    }
    let (changes, told) = match current.removal {
        Removal::AtOnce => {
            let Done { changes, told, .. } = remove(&client, version, hanging, acting.actor(), now);
            (changes, told)
        }
        Removal::Deferred(removal) => {
            let inactive = client.deactivate(acting.actor(), removal, now).map_err(Denial::ClientState)?;
            let Done { changes, told, .. } = replaced(&client, version, inactive);
            (changes, told)
        }
    };
    Ok(Done { value: current.removal, changes, told })
}

/// Removes a client for good: a tombstone takes its place, and what hangs on it is left to the sweep (LC-08).
pub fn remove(client: &Client, version: Version, hanging: &Hanging, by: Actor, now: Timestamp) -> Done<()> {
    let mut changes = Changes::new().update(version, client.tombstone(by, now));
    if let Some(tally) = hanging.tally {
        changes = changes.update(tally.version, tally.record.less());
    }
    for used in &hanging.uses {
        changes = changes.delete(used.version, Key::SecretUse(used.record.secret));
    }
    Done { value: (), changes, told: FieldChange::between(&client.audit_fields(), &Vec::new()) }
}
