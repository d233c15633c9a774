//! Counters that end all that was issued before.

use serde::Deserialize;
use serde::Serialize;

/// How often all that was issued before was ended. A token carries the epoch it was issued in, and is dead in
/// any later one, whatever the clock says.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Epoch(u32);

impl Epoch {
    /// The first.
    pub const FIRST: Self = Self(0);

    /// The one after this.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// How many came before.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0
    }
}
