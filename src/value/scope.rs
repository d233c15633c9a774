//! Scopes, and sets of them: what an application may touch (SC-01, SC-03).
//!
//! A scope is `domain`, or `domain:readonly` for reading alone. Which domains there are is the host's data:
//! see [`ScopeCatalog`](super::ScopeCatalog).

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

const READONLY: &str = ":readonly";

/// A scope: `domain` or `domain:readonly`, in lower case (SC-01). Cheap to clone.
///
/// ```
/// use grantor::value::Scope;
///
/// let held = Scope::new("analytics")?;
/// assert!(held.covers(&Scope::new("analytics:readonly")?));
/// assert!(Scope::new("analytics:read").is_err());
/// # Ok::<(), grantor::value::ScopeError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: `[a-z][a-z0-9-]*` with or without `:readonly`, at most `Scope::MAX` bytes.
pub struct Scope(Arc<str>);

impl Scope {
    /// 64 bytes: the longest scope, `:readonly` included.
    pub const MAX: usize = 64;

    /// The scope of this text.
    ///
    /// # Errors
    ///
    /// [`ScopeError`] unless the text is `domain` or `domain:readonly` of at most [`Scope::MAX`] bytes, where
    /// the domain is lower-case ASCII letters, digits and hyphens and starts with a letter.
    pub fn new(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(ScopeError::TooLong { length: text.len() });
        }
        let (domain, suffix) = match text.split_once(':') {
            Some((domain, suffix)) => (domain, Some(suffix)),
            None => (text, None),
        };
        check_domain(domain)?;
        match suffix {
            None | Some("readonly") => Ok(Self(text.into())),
            Some(suffix) => Err(ScopeError::Suffix {
                suffix: suffix.to_owned(),
                suggestion: Self::of(domain, means_readonly(suffix)),
            }),
        }
    }

    /// The scope as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scope without `:readonly`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.strip_suffix(READONLY).unwrap_or(&self.0)
    }

    /// Whether it allows reading alone.
    #[must_use]
    pub fn is_readonly(&self) -> bool {
        self.0.ends_with(READONLY)
    }

    /// Whether holding this scope is enough where `required` is needed: `domain` covers `domain:readonly`,
    /// and each scope covers itself (SC-01).
    #[must_use]
    pub fn covers(&self, required: &Self) -> bool {
        // A text without `:readonly` can only equal the domain of its own read-write form.
        self == required || self.as_str() == required.domain()
    }

    /// The form of a checked domain, unless it would be too long.
    fn of(domain: &str, readonly: bool) -> Option<Self> {
        let suffix = if readonly { READONLY } else { "" };
        let text = [domain, suffix].concat();
        (text.len() <= Self::MAX).then(|| Self(text.into()))
    }
}

fn check_domain(domain: &str) -> Result<(), ScopeError> {
    let allowed = |at: usize, byte: u8| match byte {
        b'a'..=b'z' => true,
        b'0'..=b'9' | b'-' => at > 0,
        _ => false,
    };
    match domain.char_indices().find(|(at, found)| !u8::try_from(*found).is_ok_and(|byte| allowed(*at, byte)))
    {
        Some((at, found)) => Err(ScopeError::Character { found, at }),
        None if domain.is_empty() => Err(ScopeError::Character { found: ':', at: 0 }),
        None => Ok(()),
    }
}

/// What the writer of a wrong suffix most likely meant; in doubt, the lesser.
pub(super) fn means_readonly(suffix: &str) -> bool {
    !matches!(suffix, "" | "*" | "all" | "edit" | "full" | "manage" | "readwrite" | "rw" | "write")
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Scope {
    type Error = ScopeError;

    fn try_from(text: String) -> Result<Self, ScopeError> {
        Self::new(&text)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A set of scopes, at most [`Scopes::MAX`]. Cheap to clone.
///
/// A set has one form: sorted, and without a `domain:readonly` that a `domain` of the same set covers. Two
/// sets that allow the same are therefore equal.
///
/// ```
/// use grantor::value::Scopes;
///
/// let approved = Scopes::parse("analytics users:readonly")?;
/// let requested = Scopes::parse("analytics:readonly")?;
/// assert!(requested.is_covered_by(&approved));
/// assert_eq!(approved.intersection(&requested), requested);
/// # Ok::<(), grantor::value::ScopeError>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, PartialEq)]
#[serde(try_from = "Vec<Scope>")]
// INVARIANT: sorted, each domain at most once, never `Some` of nothing, at most `Scopes::MAX`.
pub struct Scopes(Option<Arc<[Scope]>>);

impl Scopes {
    /// 256: the most scopes in one set.
    pub const MAX: usize = 256;

    /// No scopes.
    #[must_use]
    pub const fn empty() -> Self {
        Self(None)
    }

    /// The set of these scopes, in its one form.
    ///
    /// # Errors
    ///
    /// [`ScopeError::TooMany`] where more than [`Scopes::MAX`] are left in that form.
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Result<Self, ScopeError> {
        let set = Self::of(scopes.into_iter().collect());
        if set.len() > Self::MAX {
            return Err(ScopeError::TooMany { count: set.len() });
        }
        Ok(set)
    }

    /// The set that a `scope` parameter names: scopes with exactly one space between them (RFC 6749 §3.3).
    ///
    /// # Errors
    ///
    /// [`ScopeError`] for an empty text, for a space too many, for what is no scope, and as [`Scopes::new`].
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        let mut scopes = Vec::new();
        let mut at: usize = 0;
        // RFC 6749 §3.3: scope = scope-token *( SP scope-token )
        for token in text.split(' ') {
            if token.is_empty() {
                return Err(ScopeError::Space { at });
            }
            scopes.push(Scope::new(token)?);
            at = at.saturating_add(token.len()).saturating_add(1);
        }
        Self::new(scopes)
    }

    /// The scopes, sorted.
    pub fn iter(&self) -> core::slice::Iter<'_, Scope> {
        self.as_slice().iter()
    }

    /// How many scopes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.as_slice().len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Whether this very scope is in the set. Whether it is *allowed* is [`covers`](Self::covers).
    #[must_use]
    pub fn contains(&self, scope: &Scope) -> bool {
        holds(self.as_slice(), scope.as_str())
    }

    /// Whether the set allows what this scope allows (SC-01). Nothing is allocated.
    #[must_use]
    pub fn covers(&self, required: &Scope) -> bool {
        self.contains(required) || holds(self.as_slice(), required.domain())
    }

    /// Whether `other` allows all that this set allows. The empty set is covered by any.
    #[must_use]
    pub fn is_covered_by(&self, other: &Self) -> bool {
        self.iter().all(|scope| other.covers(scope))
    }

    /// What both sets allow: `{a}` and `{a:readonly}` have `{a:readonly}` in common.
    ///
    /// Nothing is allocated where one set covers the other.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        if self.is_covered_by(other) {
            return self.clone();
        }
        if other.is_covered_by(self) {
            return other.clone();
        }
        let mine = self.iter().filter(|scope| other.covers(scope));
        let theirs = other.iter().filter(|scope| self.covers(scope));
        Self::of(mine.chain(theirs).cloned().collect())
    }

    /// The scopes of this set that `other` does not cover: `{a, b}` without `{a:readonly, b}` is `{a}`.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        Self::of(self.iter().filter(|scope| !other.covers(scope)).cloned().collect())
    }

    /// The one form of these scopes, whatever their number.
    fn of(mut scopes: Vec<Scope>) -> Self {
        scopes.sort_unstable();
        scopes.dedup();
        let minimal: Arc<[Scope]> = scopes
            .iter()
            .filter(|scope| !(scope.is_readonly() && holds(&scopes, scope.domain())))
            .cloned()
            .collect();
        Self((!minimal.is_empty()).then_some(minimal))
    }

    fn as_slice(&self) -> &[Scope] {
        self.0.as_deref().unwrap_or_default()
    }
}

fn holds(sorted: &[Scope], text: &str) -> bool {
    sorted.binary_search_by(|scope| scope.as_str().cmp(text)).is_ok()
}

impl<'a> IntoIterator for &'a Scopes {
    type Item = &'a Scope;
    type IntoIter = core::slice::Iter<'a, Scope>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<Scope>> for Scopes {
    type Error = ScopeError;

    fn try_from(scopes: Vec<Scope>) -> Result<Self, ScopeError> {
        Self::new(scopes)
    }
}

/// An array of strings.
impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

/// The form of the `scope` parameter: one space between scopes (RFC 6749 §3.3).
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.as_str())?;
        }
        Ok(())
    }
}

/// The text is no scope, or no set of scopes.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeError {
    /// Nothing where a scope is needed.
    #[error("a scope is needed")]
    Empty,
    /// Longer than [`Scope::MAX`].
    #[error("a scope of {length} bytes is longer than {max}", max = Scope::MAX)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// Not a lower-case letter, a digit or a hyphen, or not a letter at the start.
    #[error("a scope cannot hold {found:?} at byte {at}")]
    Character {
        /// What stands there.
        found: char,
        /// Where, in bytes from the start of the scope.
        at: usize,
    },
    /// Something else than `readonly` after the colon.
    #[error("a scope cannot end in `:{suffix}`{}", Suggestion(.suggestion.as_ref()))]
    Suffix {
        /// What stands after the colon.
        suffix: String,
        /// What was most likely meant.
        suggestion: Option<Scope>,
    },
    /// Not exactly one space between two scopes, or one at an end.
    #[error("a space too many at byte {at}")]
    Space {
        /// Where, in bytes from the start of the parameter.
        at: usize,
    },
    /// More than [`Scopes::MAX`].
    #[error("{count} scopes are more than {max}", max = Scopes::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl ScopeError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "scope.required",
            Self::TooLong { .. } => "scope.too.long",
            Self::Character { .. } => "scope.bad.character",
            Self::Suffix { .. } => "scope.bad.suffix",
            Self::Space { .. } => "scope.bad.space",
            Self::TooMany { .. } => "scope.too.many",
        }
    }
}

/// The end of a message that may make a suggestion.
pub(super) struct Suggestion<'a>(pub(super) Option<&'a Scope>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(scope) => write!(f, ", did you mean `{scope}`?"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scope(text: &str) -> Scope {
        Scope::new(text).unwrap()
    }

    fn scopes(text: &str) -> Scopes {
        Scopes::new(text.split_whitespace().map(scope)).unwrap()
    }

    /// Few domains, so that sets overlap.
    fn any_scopes() -> impl Strategy<Value = Scopes> {
        let scope =
            ("[a-d]", prop::bool::ANY).prop_map(|(domain, readonly)| Scope::of(&domain, readonly).unwrap());
        prop::collection::vec(scope, 0..8).prop_map(|scopes| Scopes::new(scopes).unwrap())
    }

    /// SC-01: the grammar, by example.
    #[test]
    fn sc_01_lower_case_domain_with_or_without_readonly() {
        let longest = format!("a{}:readonly", "b".repeat(54));
        for text in ["a", "analytics", "user-basic-info", "v2", "analytics:readonly", longest.as_str()] {
            assert_eq!(Scope::new(text).map(|scope| scope.to_string()).as_deref(), Ok(text));
        }
        for text in [
            "",
            ":",
            ":readonly",
            "Analytics",
            "2v",
            "-a",
            "a_b",
            "a b",
            "ä",
            "a:readonly:",
            "a:Readonly",
            "a*",
        ] {
            assert!(Scope::new(text).is_err(), "{text}");
        }
        assert_eq!(Scope::new(&format!("b{longest}")), Err(ScopeError::TooLong { length: 65 }));
        assert_eq!(Scope::new("a é"), Err(ScopeError::Character { found: ' ', at: 1 }));
    }

    /// SC-01: read-write covers read-only, and nothing else covers anything else.
    #[test]
    fn sc_01_domain_includes_readonly() {
        let [full, readonly, other] = ["analytics", "analytics:readonly", "analytics-2"].map(scope);
        assert!(full.covers(&readonly) && full.covers(&full) && readonly.covers(&readonly));
        assert!(!readonly.covers(&full) && !other.covers(&full) && !full.covers(&other));
        assert_eq!((full.domain(), readonly.domain()), ("analytics", "analytics"));
    }

    /// SC-02: the example of the documentation, and its kin.
    #[test]
    fn sc_02_a_wrong_suffix_is_answered_with_the_right_one() {
        for (text, meant) in [
            ("analytics:read", "analytics:readonly"),
            ("analytics:view", "analytics:readonly"),
            ("analytics:write", "analytics"),
            ("analytics:", "analytics"),
        ] {
            let error = Scope::new(text).unwrap_err();
            assert!(error.to_string().ends_with(&format!("did you mean `{meant}`?")), "{error}");
            assert_eq!(error.code(), "scope.bad.suffix");
        }
    }

    /// SC-03, RFC 6749 §3.3: one space between scopes, and none at the ends.
    #[test]
    fn sc_03_parameter_has_exactly_one_space() {
        assert_eq!(Scopes::parse("b a:readonly").unwrap().to_string(), "a:readonly b");
        assert_eq!(Scopes::parse(""), Err(ScopeError::Empty));
        for (text, at) in [(" a", 0), ("a ", 2), ("a  b", 2), (" ", 0)] {
            assert_eq!(Scopes::parse(text), Err(ScopeError::Space { at }), "{text:?}");
        }
        assert!(Scopes::parse("a\tb").is_err());
    }

    #[test]
    fn a_set_has_one_form() {
        assert_eq!(scopes("a:readonly a a a-b"), scopes("a-b a"));
        assert_eq!(scopes("a:readonly a").len(), 1);
        assert_eq!(scopes(""), Scopes::empty());
        assert!(scopes("").is_empty());
    }

    /// threat 43: a giant list is refused, and what only repeats is not giant.
    #[test]
    fn threat_43_number_of_scopes_is_bounded() {
        let many = |count| (0..count).map(|n| scope(&format!("a{n}")));
        assert_eq!(Scopes::new(many(256)).unwrap().len(), Scopes::MAX);
        assert_eq!(Scopes::new(many(257)), Err(ScopeError::TooMany { count: 257 }));
        assert!(Scopes::new(many(256).chain(many(256))).is_ok());
    }

    #[test]
    fn intersection_and_difference_go_by_coverage() {
        assert_eq!(
            scopes("a b c").intersection(&scopes("a:readonly b:readonly d")),
            scopes("a:readonly b:readonly")
        );
        assert_eq!(
            scopes("a b:readonly").intersection(&scopes("a:readonly b")),
            scopes("a:readonly b:readonly")
        );
        assert_eq!(scopes("a b c:readonly").difference(&scopes("a:readonly b c")), scopes("a"));
        assert_eq!(scopes("a").difference(&scopes("a")), Scopes::empty());
    }

    #[test]
    fn json_is_an_array_and_checked() {
        let json = r#"["a","b:readonly"]"#;
        assert_eq!(serde_json::from_str::<Scopes>(json).unwrap(), scopes("a b:readonly"));
        assert_eq!(serde_json::to_string(&scopes("a b:readonly")).unwrap(), json);
        assert_eq!(serde_json::to_string(&Scopes::empty()).unwrap(), "[]");
        assert!(serde_json::from_str::<Scopes>(r#"["a:read"]"#).is_err());
    }

    proptest! {
        #[test]
        fn intersection_is_commutative(a in any_scopes(), b in any_scopes()) {
            prop_assert_eq!(a.intersection(&b), b.intersection(&a));
        }

        #[test]
        fn intersection_is_associative(a in any_scopes(), b in any_scopes(), c in any_scopes()) {
            prop_assert_eq!(a.intersection(&b).intersection(&c), a.intersection(&b.intersection(&c)));
        }

        #[test]
        fn intersection_is_idempotent(a in any_scopes()) {
            prop_assert_eq!(a.intersection(&a), a);
        }

        #[test]
        fn intersection_allows_exactly_what_both_allow(a in any_scopes(), b in any_scopes()) {
            let both = a.intersection(&b);
            for text in ["a", "a:readonly", "b", "b:readonly", "c", "c:readonly", "d", "d:readonly"] {
                let required = scope(text);
                prop_assert_eq!(both.covers(&required), a.covers(&required) && b.covers(&required), "{}", text);
            }
        }

        #[test]
        fn difference_is_what_the_other_does_not_cover(a in any_scopes(), b in any_scopes()) {
            prop_assert!(a.difference(&b).iter().all(|scope| a.contains(scope) && !b.covers(scope)));
            prop_assert_eq!(a.difference(&b).is_empty(), a.is_covered_by(&b));
        }

        #[test]
        fn what_is_displayed_is_parsed(a in any_scopes()) {
            prop_assume!(!a.is_empty());
            prop_assert_eq!(Scopes::parse(&a.to_string()), Ok(a));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = Scopes::parse(&text);
        }
    }
}
