//! What a role allows, one by one.

use core::fmt;
use core::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use super::Permission;
use super::PermissionError;
use super::parts::Parts;
use super::parts::WILDCARD;

/// What a role allows: a [`Permission`] of which each part may be `*`, for any (OR-02). Cheap to clone.
///
/// ```
/// use grantor::value::Permission;
/// use grantor::value::PermissionPattern;
///
/// let pattern = PermissionPattern::new("oauth:client:*")?;
/// assert!(pattern.covers(&Permission::OAUTH_CLIENT_VIEW));
/// assert!(!pattern.covers(&Permission::OAUTH_TOKEN_DELETE));
/// # Ok::<(), grantor::value::PermissionError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
pub struct PermissionPattern(Parts);

impl PermissionPattern {
    /// The pattern of this text.
    ///
    /// # Errors
    ///
    /// [`PermissionError`] as [`Permission::new`], but that a part may be `*`. It is a whole part: `cli*` is
    /// refused.
    pub fn new(text: &str) -> Result<Self, PermissionError> {
        Parts::new(text).map(Self)
    }

    /// Whether it allows what this permission asks for. Nothing is allocated.
    #[must_use]
    pub fn covers(&self, required: &Permission) -> bool {
        self.covers_parts(&required.0)
    }

    /// Whether it allows all that `other` allows.
    #[must_use]
    pub fn covers_pattern(&self, other: &Self) -> bool {
        // `*` is no name: it equals itself and is covered by `*` alone.
        self.covers_parts(&other.0)
    }

    /// The pattern with colons.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.text.as_str()
    }

    /// The first part, or `*`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// The second part, or `*`.
    #[must_use]
    pub fn entity(&self) -> &str {
        self.0.entity()
    }

    /// The third part, or `*`.
    #[must_use]
    pub fn action(&self) -> &str {
        self.0.action()
    }

    fn covers_parts(&self, required: &Parts) -> bool {
        self.0.all().iter().zip(required.all()).all(|(mine, needed)| *mine == WILDCARD || *mine == needed)
    }
}

impl From<Permission> for PermissionPattern {
    fn from(permission: Permission) -> Self {
        Self(permission.0)
    }
}

impl FromStr for PermissionPattern {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        Self::new(text)
    }
}

impl TryFrom<String> for PermissionPattern {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, PermissionError> {
        Self::new(&text)
    }
}

impl Serialize for PermissionPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The form with colons.
impl fmt::Display for PermissionPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> PermissionPattern {
        PermissionPattern::new(text).unwrap()
    }

    /// OR-02: `*` is a whole part.
    #[test]
    fn or_02_wildcard_is_a_whole_part() {
        for text in ["*:*:*", "oauth:*:view", "oauth:client:*", "oauth:client:view"] {
            assert_eq!(pattern(text).as_str(), text);
        }
        for text in ["oauth:cli*:view", "oauth:**:view", "*", "*:*"] {
            assert!(PermissionPattern::new(text).is_err(), "{text}");
        }
    }

    /// OR-02: a part of a pattern is `*` or exactly the part.
    #[test]
    fn or_02_pattern_covers_part_by_part() {
        let required = Permission::OAUTH_CLIENT_VIEW;
        for covering in ["oauth:client:view", "*:client:view", "oauth:*:view", "oauth:client:*", "*:*:*"] {
            assert!(pattern(covering).covers(&required), "{covering}");
        }
        for other in
            ["oauth:client:edit", "OAuth:client:view", "oauth:*:edit", "*:token:*", "oauth-2:client:view"]
        {
            assert!(!pattern(other).covers(&required), "{other}");
        }
    }

    #[test]
    fn a_pattern_covers_the_narrower_one() {
        assert!(pattern("oauth:*:*").covers_pattern(&pattern("oauth:client:*")));
        assert!(!pattern("oauth:client:*").covers_pattern(&pattern("oauth:*:*")));
        assert!(!pattern("oauth:client:view").covers_pattern(&pattern("oauth:client:*")));
    }

    proptest! {
        #[test]
        fn no_text_panics(text: String) {
            let _ = PermissionPattern::new(&text);
        }
    }
}
