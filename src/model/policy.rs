//! What an organization asks of every application (TK-03, TK-04, TK-08, CL-17).

use serde::Deserialize;
use serde::Serialize;

use crate::audit::Fields;
use crate::value::TokenLifetime;

/// An organization's policy. A field that a stored record lacks has its default.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Policy {
    /// No token lives longer, whatever its client allows (TK-03).
    pub maximum_lifetime: Option<TokenLifetime>,
    /// A token unused for that long is dead (TK-04). None: no idle timeout, unless `hipaa` is on.
    pub idle_timeout: Option<IdleTimeout>,
    /// The organization is bound by HIPAA: an idle timeout of at most 900 s is always on (TK-04).
    pub hipaa: bool,
    /// Scopes are checked (TK-08). Off: the checks pass, and are reported.
    pub enforce_scopes: bool,
    /// A SAML2 bearer client, which never redirects, needs no redirect URI (CL-04).
    pub saml2_bearer_without_redirect_uri: bool,
    /// Its users log in by an identity provider and in no other way, which the host sees to. The last provider that
    /// lets anybody in stays then (SA-14).
    pub sso_only: bool,
    /// The most clients the organization lets itself have (CL-17). The host's own limit stands above it.
    /// Default 1 000.
    pub client_limit: u32,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            maximum_lifetime: None,
            idle_timeout: None,
            hipaa: false,
            enforce_scopes: true,
            saml2_bearer_without_redirect_uri: false,
            sso_only: false,
            client_limit: 1_000,
        }
    }
}

impl Policy {
    /// The idle timeout in force, in seconds (TK-04).
    #[must_use]
    pub fn idle_seconds(&self) -> Option<u32> {
        let own = self.idle_timeout.map(IdleTimeout::seconds);
        if !self.hipaa {
            return own;
        }
        let most = IdleTimeout::HIPAA.seconds();
        Some(own.map_or(most, |own| own.min(most)))
    }

    /// Whether the parts agree with each other.
    ///
    /// # Errors
    ///
    /// [`PolicyError::IdleTimeoutAboveHipaa`] where HIPAA is on and the idle timeout is above 900 s.
    pub fn check(&self) -> Result<(), PolicyError> {
        match self.idle_timeout {
            Some(idle) if self.hipaa && idle > IdleTimeout::HIPAA => {
                Err(PolicyError::IdleTimeoutAboveHipaa { seconds: idle.seconds() })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The fields as an auditor sees them.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let seconds = |seconds: Option<u32>| seconds.map_or_else(|| "none".to_owned(), |s| s.to_string());
        vec![
            ("maximum_lifetime", seconds(self.maximum_lifetime.map(TokenLifetime::seconds))),
            ("idle_timeout", seconds(self.idle_timeout.map(IdleTimeout::seconds))),
            ("hipaa", self.hipaa.to_string()),
            ("enforce_scopes", self.enforce_scopes.to_string()),
            ("saml2_bearer_without_redirect_uri", self.saml2_bearer_without_redirect_uri.to_string()),
            ("sso_only", self.sso_only.to_string()),
            ("client_limit", self.client_limit.to_string()),
        ]
    }
}

/// The policy's parts contradict each other.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// With HIPAA on the idle timeout is 900 s at most.
    #[error("with HIPAA on, an idle timeout of {seconds} s is above 900 s")]
    IdleTimeoutAboveHipaa {
        /// What was asked for, in seconds.
        seconds: u32,
    },
}

/// How long a token may stay unused: 300 to 28 800 s (TK-04).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct IdleTimeout(u32);

impl IdleTimeout {
    /// 300 s, five minutes: the shortest.
    pub const MIN: Self = Self(300);
    /// 28 800 s, eight hours: the longest.
    pub const MAX: Self = Self(28_800);
    /// 900 s, a quarter of an hour: the longest, and the default, with HIPAA on.
    pub const HIPAA: Self = Self(900);

    /// A timeout of so many seconds.
    ///
    /// # Errors
    ///
    /// [`IdleTimeoutError`] outside 300 to 28 800 s.
    pub const fn from_seconds(seconds: u32) -> Result<Self, IdleTimeoutError> {
        if seconds < Self::MIN.0 || seconds > Self::MAX.0 {
            return Err(IdleTimeoutError { seconds });
        }
        Ok(Self(seconds))
    }

    /// The timeout in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for IdleTimeout {
    type Error = IdleTimeoutError;

    fn try_from(seconds: u32) -> Result<Self, IdleTimeoutError> {
        Self::from_seconds(seconds)
    }
}

impl From<IdleTimeout> for u32 {
    fn from(timeout: IdleTimeout) -> Self {
        timeout.0
    }
}

/// No idle timeout is that short or that long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an idle timeout of {seconds} s is outside 300 to 28800 s")]
pub struct IdleTimeoutError {
    /// What was asked for, in seconds.
    pub seconds: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TK-04: bounds to the second.
    #[test]
    fn tk_04_idle_timeout_is_300_to_28800_s() {
        for (seconds, fits) in [(299, false), (300, true), (28_800, true), (28_801, false)] {
            assert_eq!(IdleTimeout::from_seconds(seconds).is_ok(), fits, "{seconds}");
        }
    }

    /// TK-04: with HIPAA on it is on, and at most 900 s.
    #[test]
    fn tk_04_hipaa_is_always_on_and_at_most_900_s() {
        let idle = |hipaa, seconds: Option<u32>| {
            let idle_timeout = seconds.map(|s| IdleTimeout::from_seconds(s).unwrap());
            Policy { hipaa, idle_timeout, ..Policy::default() }
        };
        assert_eq!(idle(false, None).idle_seconds(), None);
        assert_eq!(idle(false, Some(1_200)).idle_seconds(), Some(1_200));
        assert_eq!(idle(true, None).idle_seconds(), Some(900));
        assert_eq!(idle(true, Some(300)).idle_seconds(), Some(300));
        assert_eq!(idle(true, Some(1_200)).idle_seconds(), Some(900), "even where a store says otherwise");
        assert!(idle(true, Some(901)).check().is_err());
        assert!(idle(true, Some(900)).check().is_ok());
        assert!(idle(false, Some(901)).check().is_ok());
    }

    /// threat 35: what a record leaves out is not an opening.
    #[test]
    fn threat_35_an_omitted_field_is_the_strict_default() {
        let policy: Policy = serde_json::from_str("{}").unwrap();
        assert_eq!(policy, Policy::default());
        assert!(policy.enforce_scopes);
    }
}
