//! Where a client is between its creation and its removal (LC-01 to LC-09).

use serde::Deserialize;
use serde::Serialize;

use crate::audit::Actor;
use crate::value::Timestamp;

/// The state of a client that is still there (LC-01). One that was removed is a
/// [`Tombstone`](super::Tombstone).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lifecycle {
    /// In use.
    Active,
    /// Set for deletion: obtains nothing, and nothing issued to it works (LC-05).
    Inactive(Deletion),
    /// Disabled by the operator, who alone enables it (LC-09).
    Disabled {
        /// Since when.
        since: Timestamp,
        /// The deletion it was set for before; its time runs on.
        deletion: Option<Deletion>,
    },
}

/// A deletion that waits for its time.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Deletion {
    /// When it was asked for.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// From this instant on the client is gone (LC-08).
    pub removal: Timestamp,
}

/// What deleting a client does, by its age (LC-02, LC-03).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Removal {
    /// It is removed at once, irreversibly: it is 30 days old at most.
    AtOnce,
    /// It is inactive until this instant, and then removed: it is older than 30 days.
    Deferred(Timestamp),
}

impl Removal {
    /// 2 592 000 s, thirty days: a client of that age or younger is removed at once.
    pub const AT_ONCE_UNTIL: i64 = 2_592_000;
    /// 604 800 s, seven days: how long an older one can be restored.
    pub const DELAY: u32 = 604_800;

    /// What deleting does to a client created then.
    #[must_use]
    pub const fn of_client_created(created: Timestamp, now: Timestamp) -> Self {
        if now.seconds_since(created) <= Self::AT_ONCE_UNTIL {
            Self::AtOnce
        } else {
            Self::Deferred(now.plus(Self::DELAY))
        }
    }
}

impl Lifecycle {
    /// The deletion that waits for its time, if one does.
    #[must_use]
    pub const fn deletion(&self) -> Option<&Deletion> {
        match self {
            Self::Active => None,
            Self::Inactive(deletion) => Some(deletion),
            Self::Disabled { deletion, .. } => deletion.as_ref(),
        }
    }

    /// Its name: `active`, `inactive` or `disabled`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Inactive(_) => "inactive",
            Self::Disabled { .. } => "disabled",
        }
    }
}

/// The record is not in a state from which this can be done. Nothing was changed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("cannot {attempt} what is {state}")]
#[non_exhaustive]
pub struct InvalidTransition {
    /// The name of the state it is in.
    pub state: &'static str,
    /// What was tried, as a verb.
    pub attempt: &'static str,
}

impl InvalidTransition {
    /// Refuses the attempt in the state.
    pub(crate) const fn new(attempt: &'static str, state: &'static str) -> Self {
        Self { state, attempt }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LC-02, LC-03, threat 33: 30 days to the second, and seven days exactly.
    #[test]
    fn lc_02_thirty_days_to_the_second() {
        let created = Timestamp::from_unix(1_000);
        let removal = |age: u32| Removal::of_client_created(created, created.plus(age));
        assert_eq!(removal(2_591_999), Removal::AtOnce);
        assert_eq!(removal(2_592_000), Removal::AtOnce);
        assert_eq!(removal(2_592_001), Removal::Deferred(created.plus(2_592_001 + 604_800)));
    }

    /// LC-11: a clock that stands before the creation makes the client young, not old.
    #[test]
    fn lc_11_a_client_of_the_future_is_young() {
        let created = Timestamp::from_unix(i64::MAX);
        assert_eq!(Removal::of_client_created(created, Timestamp::MIN), Removal::AtOnce);
    }
}
