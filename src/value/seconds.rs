//! Spans of time within bounds, in whole seconds.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

/// How long an authorization code lives: 1 to 600 s, ten minutes (GR-02, RFC 6749 §4.1.2).
pub type CodeLifetime = Seconds<1, 600>;

/// How long a login lives, with all tokens that descend from it, however often they are refreshed: 300 s to
/// 31 536 000 s, 365 days (GR-08).
pub type LoginLifetime = Seconds<300, 31_536_000>;

/// How long a refresh token that was just replaced is answered with the same successor: 1 to 60 s (GR-08).
pub type RefreshGrace = Seconds<1, 60>;

/// How far the clocks of an identity provider and of this service may be apart: 0 to 300 s (SA-10).
pub type ClockSkew = Seconds<0, 300>;

/// A span of `MIN` to `MAX` seconds.
///
/// ```
/// use grantor::value::CodeLifetime;
///
/// assert_eq!(CodeLifetime::new(60)?.get(), 60);
/// assert!(CodeLifetime::new(601).is_err());
/// # Ok::<(), grantor::value::SecondsError>(())
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "u32", into = "u32")]
// INVARIANT: `MIN` to `MAX`.
pub struct Seconds<const MIN: u32, const MAX: u32>(u32);

/// A span is too short or too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{seconds} s is outside {min} to {max} s")]
pub struct SecondsError {
    /// What was asked for, in seconds.
    pub seconds: u32,
    /// The shortest span, in seconds.
    pub min: u32,
    /// The longest span, in seconds.
    pub max: u32,
}

impl<const MIN: u32, const MAX: u32> Seconds<MIN, MAX> {
    /// The shortest span.
    pub const MIN: Self = Self(MIN);
    /// The longest span.
    pub const MAX: Self = Self(MAX);

    /// A span of so many seconds.
    ///
    /// # Errors
    ///
    /// [`SecondsError`] below `MIN` and above `MAX`.
    pub const fn new(seconds: u32) -> Result<Self, SecondsError> {
        if seconds < MIN || seconds > MAX {
            return Err(SecondsError { seconds, min: MIN, max: MAX });
        }
        Ok(Self(seconds))
    }

    /// The span in seconds.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl ClockSkew {
    /// 10 s.
    pub const DEFAULT: Self = Self(10);
}

impl CodeLifetime {
    /// 60 s.
    pub const DEFAULT: Self = Self(60);
}

impl LoginLifetime {
    /// 2 592 000 s, thirty days.
    pub const DEFAULT: Self = Self(2_592_000);
}

impl<const MIN: u32, const MAX: u32> TryFrom<u32> for Seconds<MIN, MAX> {
    type Error = SecondsError;

    fn try_from(seconds: u32) -> Result<Self, SecondsError> {
        Self::new(seconds)
    }
}

impl<const MIN: u32, const MAX: u32> From<Seconds<MIN, MAX>> for u32 {
    fn from(span: Seconds<MIN, MAX>) -> Self {
        span.0
    }
}

impl<const MIN: u32, const MAX: u32> fmt::Display for Seconds<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} s", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GR-02: a code lives ten minutes at most. GR-08: bounds of a login and of the grace, to the second.
    #[test]
    fn gr_02_and_gr_08_spans_are_bounded() {
        for (seconds, fits) in [(0, false), (1, true), (600, true), (601, false)] {
            assert_eq!(CodeLifetime::new(seconds).is_ok(), fits, "{seconds}");
        }
        for (seconds, fits) in [(299, false), (300, true), (31_536_000, true), (31_536_001, false)] {
            assert_eq!(LoginLifetime::new(seconds).is_ok(), fits, "{seconds}");
        }
        for (seconds, fits) in [(0, false), (1, true), (60, true), (61, false)] {
            assert_eq!(RefreshGrace::new(seconds).is_ok(), fits, "{seconds}");
        }
        assert!(serde_json::from_str::<RefreshGrace>("61").is_err());
    }
}
