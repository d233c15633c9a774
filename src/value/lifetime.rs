//! How long an access token lives.

use serde::Deserialize;
use serde::Serialize;

/// The lifetime of an access token, in seconds: 300 to 172 800, for SCIM up to 38 880 000 (TK-01, TK-02).
///
/// Whether the longer bound applies is decided where a client is made: see
/// [`Client`](crate::model::Client).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct TokenLifetime(u32);

impl TokenLifetime {
    /// 300 s, five minutes: the shortest.
    pub const MIN: Self = Self(300);
    /// 172 800 s, two days: the longest but for SCIM.
    pub const MAX: Self = Self(172_800);
    /// 38 880 000 s, 450 days: the longest for SCIM.
    pub const MAX_SCIM: Self = Self(38_880_000);
    /// 86 400 s, a day.
    pub const DEFAULT: Self = Self(86_400);
    /// 64 800 s, 18 hours: one working day, and a new login for the next.
    pub const RECOMMENDED: Self = Self(64_800);

    /// A lifetime of so many seconds.
    ///
    /// # Errors
    ///
    /// [`LifetimeError`] below 300 s and above 38 880 000 s.
    pub const fn from_seconds(seconds: u32) -> Result<Self, LifetimeError> {
        if seconds < Self::MIN.0 || seconds > Self::MAX_SCIM.0 {
            return Err(LifetimeError { seconds });
        }
        Ok(Self(seconds))
    }

    /// The lifetime in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl Default for TokenLifetime {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl TryFrom<u32> for TokenLifetime {
    type Error = LifetimeError;

    fn try_from(seconds: u32) -> Result<Self, LifetimeError> {
        Self::from_seconds(seconds)
    }
}

impl From<TokenLifetime> for u32 {
    fn from(lifetime: TokenLifetime) -> Self {
        lifetime.0
    }
}

/// No token lives that short or that long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a token lifetime of {seconds} s is outside 300 to 38880000 s")]
pub struct LifetimeError {
    /// What was asked for, in seconds.
    pub seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tk_01_bounds_to_the_second() {
        for (seconds, fits) in [(0, false), (299, false), (300, true), (172_800, true), (38_880_000, true)] {
            assert_eq!(TokenLifetime::from_seconds(seconds).is_ok(), fits, "{seconds}");
        }
        assert_eq!(TokenLifetime::from_seconds(38_880_001), Err(LifetimeError { seconds: 38_880_001 }));
        assert_eq!(TokenLifetime::default().seconds(), 86_400);
        assert_eq!(TokenLifetime::RECOMMENDED.seconds(), 64_800);
    }
}
