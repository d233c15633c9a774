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
use crate::change::PlanChange;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::ClientTally;
use crate::model::Reach;
use crate::model::Removal;
use crate::model::SecretUse;
use crate::value::ClientId;
use crate::value::Estimate;
use crate::value::Permission;
use crate::value::Timestamp;

/// What deleting a client will do: what is shown to whoever is asked to confirm it (LC-04).
///
/// It is what deleting takes, and is refused once it no longer holds, with what changed. Nothing rests on its
/// secrecy: a forged plan either says what would happen anyway, or is refused. How many tokens live changes
/// with every second and is shown, not held to.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct DeletionPlan {
    /// The client.
    pub client: ClientId,
    /// The client's version that the plan is about.
    pub version: Version,
    /// Whether it goes at once or in seven days. The days count from the confirmation, an hour later at most.
    pub removal: Removal,
    /// The organizations that lose access (LC-10).
    pub reach: Reach,
    /// How many access tokens stop working, and how sure that is.
    pub tokens: Estimate,
    /// How many logins cannot be continued any more, and how sure that is.
    pub logins: Estimate,
    /// When the client last called in its own organization, as far back as usage is kept.
    pub last_call: Option<Timestamp>,
}

impl DeletionPlan {
    /// 3 600 s, an hour: how long a deletion may be confirmed after it was shown.
    pub const HOLDS: i64 = 3_600;

    /// The plan to delete the client so, of which no organization and no token is known yet.
    #[must_use]
    pub fn new(client: ClientId, version: Version, removal: Removal) -> Self {
        let (reach, tokens, logins) = (Reach::of([]), Estimate::NONE, Estimate::NONE);
        Self { client, version, removal, reach, tokens, logins, last_call: None }
    }

    /// What is not as the plan shows it.
    fn changed(&self, client: &Stored, removal: Removal, reach: &Reach) -> Option<PlanChange> {
        if client.record.id != self.client {
            return Some(PlanChange::OtherClient);
        }
        let is_of_time = match (removal, self.removal) {
            (Removal::AtOnce, Removal::AtOnce) => true,
            (Removal::Deferred(at), Removal::Deferred(shown)) => {
                (0..=Self::HOLDS).contains(&at.seconds_since(shown))
            }
            (Removal::AtOnce, Removal::Deferred(_)) | (Removal::Deferred(_), Removal::AtOnce) => {
                return Some(PlanChange::Removal);
            }
        };
        if client.version != self.version {
            return Some(PlanChange::Client);
        }
        if !is_of_time {
            return Some(PlanChange::Time);
        }
        let (shown, now) = (self.reach.organizations, reach.organizations);
        (self.reach != *reach).then_some(PlanChange::Organizations { shown, now })
    }
}

/// What hangs on a client and goes with it in the same commit.
#[derive(Clone, Debug, Default)]
pub struct Hanging {
    /// The number of clients of its organization; none for a built-in one.
    pub tally: Option<Versioned<ClientTally>>,
    /// The recorded uses of its secrets.
    pub uses: Vec<Versioned<SecretUse>>,
}

/// Says what deleting the client would do now. How many tokens it would end is for the caller to find out.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`], [`Denial::ClientState`]
/// unless it is active.
pub fn plan(
    acting: &ActingUser,
    client: Option<Stored>,
    reach: &Reach,
    now: Timestamp,
) -> Result<DeletionPlan, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_DELETE)?;
    let client = own(acting, client, now)?;
    let removal = client.record.removal(now).map_err(Denial::ClientState)?;
    let plan = DeletionPlan::new(client.record.id, client.version, removal);
    Ok(DeletionPlan { reach: reach.clone(), ..plan })
}

/// Deletes the client as planned: at once, irreversibly, or in seven days (LC-02, LC-03). `reach` is where it has
/// access now.
///
/// # Errors
///
/// Those of [`plan`], and [`Denial::PlanOutdated`] with what changed since.
pub fn delete(
    acting: &ActingUser,
    client: Option<Stored>,
    (confirmed, reach): (&DeletionPlan, &Reach),
    hanging: &Hanging,
    now: Timestamp,
) -> Result<Done<Removal>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_DELETE)?;
    let stored = own(acting, client, now)?;
    let planned = stored.record.removal(now).map_err(Denial::ClientState)?;
    if let Some(changed) = confirmed.changed(&stored, planned, reach) {
        return Err(Denial::PlanOutdated { changed, now: planned });
    }
    let Versioned { version, record: client } = stored;
    let (changes, told) = match planned {
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
    Ok(Done { value: planned, changes, told })
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
