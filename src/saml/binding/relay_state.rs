//! What comes back with an answer.

use core::fmt;

/// What travels beside a message and comes back unchanged with its answer (SAML bindings §3.4.3, §3.5.3). It is opaque:
/// nothing is done with it here, and it is no address to redirect to unless the host made it one.
///
/// ```
/// use grantor::saml::binding::RelayState;
///
/// assert_eq!(RelayState::new("state-1")?.as_str(), "state-1");
/// assert!(RelayState::new(&"a".repeat(81)).is_err());
/// # Ok::<(), grantor::saml::binding::RelayStateError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
// INVARIANT: 1 to `MAX_RECEIVED` bytes, no control characters.
pub struct RelayState(String);

/// The text is no relay state.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RelayStateError {
    /// Nothing. The parameter is left out instead.
    #[error("a relay state is not empty")]
    Empty,
    /// Longer than it may be.
    #[error("a relay state of {length} bytes is longer than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The most bytes.
        max: usize,
    },
    /// A control character, which no form carries unchanged.
    #[error("a relay state cannot hold the character U+{:04X}", u32::from(*.found))]
    Character {
        /// The character.
        found: char,
    },
}

impl RelayState {
    /// 80 bytes: the longest that is made here (SAML bindings §3.4.3).
    pub const MAX: usize = 80;
    /// 1 024 bytes: the longest that is received, for some make longer ones than the standard has.
    pub const MAX_RECEIVED: usize = 1_024;

    /// A relay state of our own.
    ///
    /// # Errors
    ///
    /// [`RelayStateError`] for none, for more than [`MAX`](Self::MAX) bytes and for control characters.
    pub fn new(text: &str) -> Result<Self, RelayStateError> {
        Self::of(text, Self::MAX)
    }

    /// A relay state of the identity provider, which is given back with the answer as it came.
    ///
    /// # Errors
    ///
    /// [`RelayStateError`] for none, for more than [`MAX_RECEIVED`](Self::MAX_RECEIVED) bytes and for control
    /// characters.
    pub fn received(text: &str) -> Result<Self, RelayStateError> {
        Self::of(text, Self::MAX_RECEIVED)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn of(text: &str, max: usize) -> Result<Self, RelayStateError> {
        let length = text.len();
        if length == 0 {
            return Err(RelayStateError::Empty);
        }
        if length > max {
            return Err(RelayStateError::TooLong { length, max });
        }
        match text.chars().find(|found| found.is_control()) {
            Some(found) => Err(RelayStateError::Character { found }),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl RelayStateError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "saml.relay.state.empty",
            Self::TooLong { .. } => "saml.relay.state.too.long",
            Self::Character { .. } => "saml.relay.state.character",
        }
    }
}

impl fmt::Display for RelayState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SA-06: what we send is 80 bytes at most, and what comes back unchanged has no control characters.
    #[test]
    fn sa_06_a_relay_state_is_one_to_80_bytes() {
        assert!(RelayState::new(&"a".repeat(80)).is_ok());
        assert_eq!(RelayState::new(&"a".repeat(81)), Err(RelayStateError::TooLong { length: 81, max: 80 }));
        assert!(RelayState::received(&"a".repeat(1_024)).is_ok());
        assert_eq!(
            RelayState::received(&"a".repeat(1_025)).map_err(RelayStateError::code),
            Err("saml.relay.state.too.long")
        );
        assert_eq!(RelayState::new(""), Err(RelayStateError::Empty));
        for found in ['\0', '\n', '\r', '\u{7f}', '\u{85}'] {
            assert_eq!(RelayState::new(&format!("a{found}")), Err(RelayStateError::Character { found }));
        }
    }
}
