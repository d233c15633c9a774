//! The dated end of the implicit grant (GR-05).

use serde::Deserialize;
use serde::Serialize;

use crate::value::Timestamp;

/// When the implicit grant ends (GR-05).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ImplicitSunset {
    /// From this instant on no client is created with the implicit grant or changed to it.
    pub creation_ends: Timestamp,
    /// From this instant on existing implicit clients neither obtain nor use tokens.
    pub use_ends: Timestamp,
}

impl ImplicitSunset {
    /// Whether a client may be created with the grant, or changed to it.
    #[must_use]
    pub fn allows_creation(self, now: Timestamp) -> bool {
        // The end of use is the end of creation at the latest.
        now < self.creation_ends && now < self.use_ends
    }

    /// Whether existing clients still obtain and use tokens.
    #[must_use]
    pub fn allows_use(self, now: Timestamp) -> bool {
        now < self.use_ends
    }
}

/// 1 May 2026 and 1 May 2027, 00:00 UTC.
impl Default for ImplicitSunset {
    fn default() -> Self {
        Self {
            creation_ends: Timestamp::from_unix(1_777_593_600),
            use_ends: Timestamp::from_unix(1_809_129_600),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GR-05: both instants, to the second.
    #[test]
    fn gr_05_ends_at_the_instant() {
        let sunset = ImplicitSunset::default();
        assert_eq!(sunset.creation_ends.to_string(), "2026-05-01T00:00:00Z");
        assert_eq!(sunset.use_ends.to_string(), "2027-05-01T00:00:00Z");
        for (instant, before_creation, before_use) in [
            (sunset.creation_ends.minus(1), true, true),
            (sunset.creation_ends, false, true),
            (sunset.use_ends.minus(1), false, true),
            (sunset.use_ends, false, false),
        ] {
            assert_eq!(sunset.allows_creation(instant), before_creation, "{instant}");
            assert_eq!(sunset.allows_use(instant), before_use, "{instant}");
        }
    }

    /// GR-05: a configuration that ends use first ends creation with it.
    #[test]
    fn gr_05_nothing_is_created_that_cannot_be_used() {
        let at = Timestamp::from_unix(100);
        let sunset = ImplicitSunset { creation_ends: Timestamp::MAX, use_ends: at };
        assert!(!sunset.allows_creation(at));
    }
}
