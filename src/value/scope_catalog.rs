//! Which scopes there are: the host's data (SC-02).

use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::Description;
use super::Scope;
use super::scope::Suggestion;
use super::scope::means_readonly;

/// A scope that exists, and what it allows.
///
/// Each form is an entry of its own: where `domain` and `domain:readonly` both exist, both are listed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ScopeEntry {
    /// The scope.
    pub scope: Scope,
    /// What an administrator reads when asked to approve it.
    pub description: Description,
}

/// The scopes that exist, at most [`ScopeCatalog::MAX`] (SC-02). Built once by the host; cheap to clone.
///
/// The empty catalog knows no scope, so none can be registered.
///
/// ```
/// use grantor::value::Description;
/// use grantor::value::Scope;
/// use grantor::value::ScopeCatalog;
/// use grantor::value::ScopeEntry;
///
/// let scope = Scope::new("analytics:readonly")?;
/// let description = Description::new("Read reports")?;
/// let catalog = ScopeCatalog::new([ScopeEntry { scope: scope.clone(), description }])?;
/// assert_eq!(catalog.describe(&scope), Some("Read reports"));
/// assert_eq!(catalog.suggest("analitics:read"), Some(scope));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Vec<ScopeEntry>")]
// INVARIANT: sorted by scope, no scope twice, at most `ScopeCatalog::MAX`.
pub struct ScopeCatalog(Arc<[ScopeEntry]>);

impl ScopeCatalog {
    /// 1 024: the most scopes in a catalog.
    pub const MAX: usize = 1_024;

    /// The catalog of these scopes.
    ///
    /// # Errors
    ///
    /// [`ScopeCatalogError`] for a scope that is listed twice, and for more than [`ScopeCatalog::MAX`].
    pub fn new(entries: impl IntoIterator<Item = ScopeEntry>) -> Result<Self, ScopeCatalogError> {
        let mut entries: Vec<ScopeEntry> = entries.into_iter().collect();
        if entries.len() > Self::MAX {
            return Err(ScopeCatalogError::TooMany { count: entries.len() });
        }
        entries.sort_by(|one, other| one.scope.cmp(&other.scope));
        let mut neighbors = entries.iter().zip(entries.iter().skip(1));
        if let Some((twice, _)) = neighbors.find(|(one, next)| one.scope == next.scope) {
            return Err(ScopeCatalogError::Duplicate { scope: twice.scope.clone() });
        }
        Ok(Self(entries.into()))
    }

    /// The entries, sorted by scope.
    pub fn iter(&self) -> core::slice::Iter<'_, ScopeEntry> {
        self.0.iter()
    }

    /// What the scope allows, or nothing where it does not exist.
    #[must_use]
    pub fn describe(&self, scope: &Scope) -> Option<&str> {
        let at = self.0.binary_search_by(|entry| entry.scope.cmp(scope)).ok()?;
        self.0.get(at).map(|entry| entry.description.as_str())
    }

    /// Whether the scope exists.
    ///
    /// # Errors
    ///
    /// [`UnknownScope`], with the nearest one that does.
    pub fn check(&self, scope: &Scope) -> Result<(), UnknownScope> {
        match self.describe(scope) {
            Some(_) => Ok(()),
            None => Err(UnknownScope { scope: scope.clone(), suggestion: self.suggest(scope.as_str()) }),
        }
    }

    /// The scope that was most likely meant by a text that need not be one, or nothing where none is near.
    ///
    /// Near is a domain at most two keystrokes away, in either case of letters.
    #[must_use]
    pub fn suggest(&self, text: &str) -> Option<Scope> {
        if text.len() > Scope::MAX {
            return None;
        }
        let text = text.to_ascii_lowercase();
        let (domain, readonly) = match text.split_once(':') {
            Some((domain, suffix)) => (domain, means_readonly(suffix)),
            None => (text.as_str(), false),
        };
        self.iter()
            .filter_map(|entry| Some((distance(domain, entry.scope.domain())?, &entry.scope)))
            .min_by_key(|(distance, scope)| (*distance, scope.is_readonly() != readonly))
            .map(|(_, scope)| scope.clone())
    }
}

/// How many bytes must be inserted, deleted or replaced to make one text of the other, where few are enough:
/// at most two, and less than half of the shorter.
fn distance(one: &str, other: &str) -> Option<usize> {
    let limit = one.len().min(other.len()).saturating_sub(1).div_euclid(2).min(2);
    if one.len().abs_diff(other.len()) > limit {
        return None;
    }
    // Levenshtein's table, row by row: `row[n]` is the distance of what is read of `one` to `other[..n]`.
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (read, mine) in one.bytes().enumerate() {
        let mut diagonal = read;
        let mut left = read.saturating_add(1);
        let mut cells = row.iter_mut();
        if let Some(first) = cells.next() {
            *first = left;
        }
        for (cell, theirs) in cells.zip(other.bytes()) {
            let replaced = diagonal.saturating_add(usize::from(mine != theirs));
            diagonal = *cell;
            left = replaced.min(left.saturating_add(1)).min(cell.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().filter(|distance| *distance <= limit)
}

impl<'a> IntoIterator for &'a ScopeCatalog {
    type Item = &'a ScopeEntry;
    type IntoIter = core::slice::Iter<'a, ScopeEntry>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<ScopeEntry>> for ScopeCatalog {
    type Error = ScopeCatalogError;

    fn try_from(entries: Vec<ScopeEntry>) -> Result<Self, ScopeCatalogError> {
        Self::new(entries)
    }
}

/// The entries make no catalog.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ScopeCatalogError {
    /// A scope is listed twice.
    #[error("the scope `{scope}` is listed twice")]
    Duplicate {
        /// The scope.
        scope: Scope,
    },
    /// More than [`ScopeCatalog::MAX`].
    #[error("{count} scopes are more than {max}", max = ScopeCatalog::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl ScopeCatalogError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "scope.catalog.duplicate",
            Self::TooMany { .. } => "scope.catalog.too.many",
        }
    }
}

/// The scope is well formed, but does not exist (SC-02).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[error("there is no scope `{scope}`{}", Suggestion(.suggestion.as_ref()))]
pub struct UnknownScope {
    /// What was asked for.
    pub scope: Scope,
    /// The nearest scope that exists.
    pub suggestion: Option<Scope>,
}

impl UnknownScope {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "scope.unknown"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(scope: &str) -> ScopeEntry {
        let description = Description::new(&format!("What {scope} allows")).unwrap();
        ScopeEntry { scope: Scope::new(scope).unwrap(), description }
    }

    fn catalog() -> ScopeCatalog {
        let scopes = ["users", "analytics", "analytics:readonly", "routing:readonly"];
        ScopeCatalog::new(scopes.map(entry)).unwrap()
    }

    #[track_caller]
    fn assert_suggests(text: &str, expected: Option<&str>) {
        assert_eq!(catalog().suggest(text).as_ref().map(Scope::as_str), expected, "{text}");
    }

    /// SC-02: the example of the documentation.
    #[test]
    fn sc_02_read_is_answered_with_readonly() {
        assert_suggests("analytics:read", Some("analytics:readonly"));
    }

    #[test]
    fn the_nearest_domain_is_suggested_in_the_form_that_was_meant() {
        assert_suggests("analitycs", Some("analytics"));
        assert_suggests("ANALYTICS:READONLY", Some("analytics:readonly"));
        assert_suggests("analytic:write", Some("analytics"));
        assert_suggests("users:readonly", Some("users"));
        assert_suggests("routing", Some("routing:readonly"));
    }

    #[test]
    fn what_is_far_gets_no_suggestion() {
        for text in ["", ":", "u", "telephony", "analysis-of-it", "analytics analytics", &"a".repeat(65)] {
            assert_suggests(text, None);
        }
    }

    /// SC-02: an unknown scope is refused, a known one is not.
    #[test]
    fn sc_02_unknown_scope_is_refused() {
        let unknown = Scope::new("analytic").unwrap();
        let error = catalog().check(&unknown).unwrap_err();
        assert_eq!(error.to_string(), "there is no scope `analytic`, did you mean `analytics`?");
        assert_eq!(catalog().check(&Scope::new("analytics").unwrap()), Ok(()));
        assert!(ScopeCatalog::default().check(&unknown).is_err());
    }

    #[test]
    fn a_scope_is_listed_once() {
        let error = ScopeCatalog::new(["users", "analytics", "users"].map(entry)).unwrap_err();
        assert_eq!(error, ScopeCatalogError::Duplicate { scope: Scope::new("users").unwrap() });
    }

    /// threat 43: the host's own data is bounded too.
    #[test]
    fn threat_43_number_of_entries_is_bounded() {
        let many = |count| (0..count).map(|n| entry(&format!("a{n}")));
        assert!(ScopeCatalog::new(many(1_024)).is_ok());
        assert_eq!(ScopeCatalog::new(many(1_025)), Err(ScopeCatalogError::TooMany { count: 1_025 }));
    }

    /// threat 43: what is longer than any scope is not even compared.
    #[test]
    fn threat_43_text_to_suggest_for_is_bounded() {
        let longest = "a".repeat(64);
        let catalog = ScopeCatalog::new([entry(&longest)]).unwrap();
        assert!(catalog.suggest(&"a".repeat(63)).is_some());
        assert_eq!(catalog.suggest(&"a".repeat(65)), None);
    }

    #[test]
    fn json_survives_and_is_checked() {
        let json = serde_json::to_string(&catalog()).unwrap();
        assert_eq!(serde_json::from_str::<ScopeCatalog>(&json).unwrap(), catalog());
        let entry = r#"{"scope":"users","description":"Users"}"#;
        assert!(serde_json::from_str::<ScopeCatalog>(&format!("[{entry},{entry}]")).is_err());
    }
}
