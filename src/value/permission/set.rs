//! What a role allows in all.

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use super::Permission;
use super::PermissionError;
use super::PermissionPattern;
use super::parts::WILDCARD;

/// What a role allows in all: a set of patterns, at most [`Permissions::MAX`]. Cheap to clone.
///
/// It is asked on each judged call. A question costs a binary search for the domain and a look at that
/// domain's patterns; nothing is allocated.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, PartialEq)]
#[serde(try_from = "Vec<PermissionPattern>")]
pub struct Permissions(Arc<Sorted>);

#[derive(Debug, Default, Eq, Hash, PartialEq)]
// INVARIANT: sorted by domain, entity and action, no pattern twice, at most `Permissions::MAX`.
struct Sorted {
    patterns: Box<[PermissionPattern]>,
    /// How the domain of each pattern begins: side by side, so that the search reads a few words and follows
    /// no pointer.
    // INVARIANT: sorted, as the domains are.
    beginnings: Box<[u64]>,
}

impl Permissions {
    /// 2 048: the most patterns in one set.
    pub const MAX: usize = 2_048;

    /// The set of these patterns, each once.
    ///
    /// # Errors
    ///
    /// [`PermissionError::TooMany`] above [`Permissions::MAX`].
    pub fn new(patterns: impl IntoIterator<Item = PermissionPattern>) -> Result<Self, PermissionError> {
        let mut patterns: Vec<PermissionPattern> = patterns.into_iter().collect();
        patterns.sort_unstable();
        patterns.dedup();
        if patterns.len() > Self::MAX {
            return Err(PermissionError::TooMany { count: patterns.len() });
        }
        let beginnings = patterns.iter().map(|pattern| beginning(pattern.domain())).collect();
        Ok(Self(Arc::new(Sorted { patterns: patterns.into(), beginnings })))
    }

    /// Whether one of the patterns allows what this permission asks for.
    #[must_use]
    pub fn covers(&self, required: &Permission) -> bool {
        let Sorted { patterns, beginnings } = &*self.0;
        [required.domain(), WILDCARD].map(beginning).into_iter().any(|wanted| {
            let start = beginnings.partition_point(|beginning| *beginning < wanted);
            let alike = beginnings.iter().skip(start).take_while(|beginning| **beginning == wanted);
            patterns.iter().skip(start).zip(alike).any(|(pattern, _)| pattern.covers(required))
        })
    }

    /// The patterns, sorted.
    pub fn iter(&self) -> core::slice::Iter<'_, PermissionPattern> {
        self.0.patterns.iter()
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.patterns.len()
    }

    /// Whether there are none, so that nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.patterns.is_empty()
    }
}

/// The first 8 bytes of a domain, zeros behind it: sorts as the domain does, longer ones that begin alike
/// apart.
fn beginning(domain: &str) -> u64 {
    let mut bytes = [0; 8];
    for (to, from) in bytes.iter_mut().zip(domain.as_bytes()) {
        *to = *from;
    }
    u64::from_be_bytes(bytes)
}

impl<'a> IntoIterator for &'a Permissions {
    type Item = &'a PermissionPattern;
    type IntoIter = core::slice::Iter<'a, PermissionPattern>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<PermissionPattern>> for Permissions {
    type Error = PermissionError;

    fn try_from(patterns: Vec<PermissionPattern>) -> Result<Self, PermissionError> {
        Self::new(patterns)
    }
}

/// An array of strings.
impl Serialize for Permissions {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn pattern(text: &str) -> PermissionPattern {
        PermissionPattern::new(text).unwrap()
    }

    /// OR-02: absent means refused.
    #[test]
    fn or_02_the_empty_set_covers_nothing() {
        assert!(!Permissions::default().covers(&Permission::OAUTH_CLIENT_VIEW));
    }

    /// threat 43: the number is bounded, and what only repeats does not count.
    #[test]
    fn threat_43_number_of_permissions_is_bounded() {
        let many = |count| (0..count).map(|n| pattern(&format!("a{n}:b:c")));
        assert_eq!(Permissions::new(many(2_048).chain(many(2_048))).unwrap().len(), Permissions::MAX);
        assert_eq!(Permissions::new(many(2_049)), Err(PermissionError::TooMany { count: 2_049 }));
    }

    #[test]
    fn json_is_an_array_and_checked() {
        let held = Permissions::new(["oauth:*:*", "directory:user:view"].map(pattern)).unwrap();
        let json = serde_json::to_string(&held).unwrap();
        assert_eq!(json, r#"["directory:user:view","oauth:*:*"]"#);
        assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), held);
        assert!(serde_json::from_str::<Permissions>(r#"["oauth:*"]"#).is_err());
    }

    proptest! {
        /// OR-02: the search by domain finds what a look at each pattern finds.
        #[test]
        fn or_02_the_set_covers_what_one_pattern_covers(
            patterns in prop::collection::vec("([ab]|a-|longlong[ab]?|\\*):([ab]|\\*):([ab]|\\*)", 0..12),
            required in "([ab]|a-|longlong[ab]?):[ab]:[ab]",
        ) {
            let patterns: Vec<_> = patterns.iter().map(|text| pattern(text)).collect();
            let required = Permission::new(&required).unwrap();
            let expected = patterns.iter().any(|pattern| pattern.covers(&required));
            prop_assert_eq!(Permissions::new(patterns).unwrap().covers(&required), expected);
        }
    }
}
