//! Permissions: what a role allows, and what an operation needs (OR-02, OR-05).

use core::cmp::Ordering;
use core::fmt;
use core::hash::Hash;
use core::hash::Hasher;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

const WILDCARD: &str = "*";

/// What an operation needs: `domain:entity:action` (OR-02). Cheap to clone.
///
/// Letters count in their case, as the platform spells them: `recording:recordingSegment:view`.
///
/// ```
/// use grantor::value::Permission;
///
/// let permission = Permission::from_display_form("OAuth > Client > Authorize")?;
/// assert_eq!(permission, Permission::OAUTH_CLIENT_AUTHORIZE);
/// assert_eq!(permission.as_str(), "oauth:client:authorize");
/// # Ok::<(), grantor::value::PermissionError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[serde(try_from = "String")]
// INVARIANT: three parts, none of them `*`.
pub struct Permission(Parts);

/// The permissions that this library itself asks for (OR-05).
impl Permission {
    /// List and read clients: `oauth:client:view`.
    pub const OAUTH_CLIENT_VIEW: Self = Self(Parts::known("oauth:client:view", 5, 12));
    /// Create a client: `oauth:client:add`.
    pub const OAUTH_CLIENT_ADD: Self = Self(Parts::known("oauth:client:add", 5, 12));
    /// Edit and restore a client, regenerate its secret: `oauth:client:edit`.
    pub const OAUTH_CLIENT_EDIT: Self = Self(Parts::known("oauth:client:edit", 5, 12));
    /// Delete a client: `oauth:client:delete`.
    pub const OAUTH_CLIENT_DELETE: Self = Self(Parts::known("oauth:client:delete", 5, 12));
    /// See, approve, edit and revoke authorized applications: `oauth:client:authorize`.
    pub const OAUTH_CLIENT_AUTHORIZE: Self = Self(Parts::known("oauth:client:authorize", 5, 12));
    /// Revoke tokens: `oauth:token:delete`.
    pub const OAUTH_TOKEN_DELETE: Self = Self(Parts::known("oauth:token:delete", 5, 11));
    /// List and read identity providers: `sso:provider:view`.
    pub const SSO_PROVIDER_VIEW: Self = Self(Parts::known("sso:provider:view", 3, 12));
    /// Create an identity provider: `sso:provider:add`.
    pub const SSO_PROVIDER_ADD: Self = Self(Parts::known("sso:provider:add", 3, 12));
    /// Edit an identity provider: `sso:provider:edit`.
    pub const SSO_PROVIDER_EDIT: Self = Self(Parts::known("sso:provider:edit", 3, 12));
    /// Delete an identity provider: `sso:provider:delete`.
    pub const SSO_PROVIDER_DELETE: Self = Self(Parts::known("sso:provider:delete", 3, 12));
    /// Read what clients used: `usage:client:view`.
    pub const USAGE_CLIENT_VIEW: Self = Self(Parts::known("usage:client:view", 5, 12));
    /// Change the organization's policy: `directory:organization:admin`.
    pub const DIRECTORY_ORGANIZATION_ADMIN: Self = Self(Parts::known("directory:organization:admin", 9, 22));
}

impl Permission {
    /// The permission of this text.
    ///
    /// # Errors
    ///
    /// [`PermissionError`] unless the text is three parts with colons between them, each of 1 to 64 ASCII letters,
    /// digits, hyphens and underscores that starts with a letter. `*` is for roles: see [`PermissionPattern`].
    pub fn new(text: &str) -> Result<Self, PermissionError> {
        let parts = Parts::new(text)?;
        if parts.all().contains(&WILDCARD) {
            return Err(PermissionError::Wildcard);
        }
        Ok(Self(parts))
    }

    /// The permission of a text such as `OAuth > Client > Authorize`, as administrators read it.
    ///
    /// # Errors
    ///
    /// [`PermissionError`] as [`Permission::new`], of the form with colons.
    pub fn from_display_form(text: &str) -> Result<Self, PermissionError> {
        if text.len() > MAX_DISPLAY {
            return Err(PermissionError::TooLong { length: text.len(), max: MAX_DISPLAY });
        }
        let parts: Vec<String> = text.split(" > ").map(undisplayed).collect();
        Self::new(&parts.join(":"))
    }

    /// The permission as administrators read it: `OAuth > Client > Authorize`.
    ///
    /// [`from_display_form`](Self::from_display_form) leads back, if each part starts with a lower-case letter.
    #[must_use]
    pub fn display_form(&self) -> String {
        self.0.all().map(displayed).join(" > ")
    }

    /// The permission with colons.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.text.as_str()
    }

    /// The first part.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.domain()
    }

    /// The second part.
    #[must_use]
    pub fn entity(&self) -> &str {
        self.0.entity()
    }

    /// The third part.
    #[must_use]
    pub fn action(&self) -> &str {
        self.0.action()
    }
}

/// Parts that are not spelled with a capital letter alone.
const SPELLINGS: [(&str, &str); 2] = [("oauth", "OAuth"), ("sso", "SSO")];

fn displayed(part: &str) -> String {
    if let Some((_, display)) = SPELLINGS.iter().find(|(plain, _)| *plain == part) {
        return (*display).to_owned();
    }
    with_first(part, char::to_ascii_uppercase)
}

fn undisplayed(part: &str) -> String {
    if let Some((plain, _)) = SPELLINGS.iter().find(|(_, display)| *display == part) {
        return (*plain).to_owned();
    }
    with_first(part, char::to_ascii_lowercase)
}

fn with_first(part: &str, change: fn(&char) -> char) -> String {
    let mut rest = part.chars();
    rest.next().iter().map(change).chain(rest).collect()
}

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
    /// [`PermissionError`] as [`Permission::new`], but that a part may be `*`. It is a whole part: `cli*` is refused.
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

/// What a role allows in all: a set of patterns, at most [`Permissions::MAX`]. Cheap to clone.
///
/// It is asked on each judged call. A question costs a binary search for the domain and a look at that domain's
/// patterns; nothing is allocated.
#[derive(Clone, Debug, Default, Deserialize, Eq, Hash, PartialEq)]
#[serde(try_from = "Vec<PermissionPattern>")]
// INVARIANT: sorted by domain, entity and action, no pattern twice, at most `Permissions::MAX`.
pub struct Permissions(Arc<[PermissionPattern]>);

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
        Ok(Self(patterns.into()))
    }

    /// Whether one of the patterns allows what this permission asks for.
    #[must_use]
    pub fn covers(&self, required: &Permission) -> bool {
        [required.domain(), WILDCARD].into_iter().any(|domain| {
            let start = self.0.partition_point(|pattern| pattern.domain() < domain);
            let same_domain = self.0.iter().skip(start).take_while(|pattern| pattern.domain() == domain);
            same_domain.into_iter().any(|pattern| pattern.covers(required))
        })
    }

    /// The patterns, sorted.
    pub fn iter(&self) -> core::slice::Iter<'_, PermissionPattern> {
        self.0.iter()
    }

    /// How many patterns there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none, so that nothing is allowed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
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

const MAX_PART: usize = 64;
/// Three parts and two colons.
const MAX_TEXT: usize = 194;
/// Three parts and two ` > `.
const MAX_DISPLAY: usize = 198;

/// Three parts, each a name or `*`, and where they begin in the text.
///
/// Compared by part: in the order of the text `a-b:…` would come before `a:…`, though `a` comes before `a-b`.
#[derive(Clone)]
struct Parts {
    text: Text,
    // INVARIANT: where the two colons of `text` stand.
    first_colon: u8,
    second_colon: u8,
}

impl Parts {
    fn new(text: &str) -> Result<Self, PermissionError> {
        if text.len() > MAX_TEXT {
            return Err(PermissionError::TooLong { length: text.len(), max: MAX_TEXT });
        }
        let count = text.split(':').count();
        if count != 3 {
            return Err(PermissionError::Shape { parts: count });
        }
        for part in text.split(':') {
            check_part(part)?;
        }
        let colon = |found: Option<usize>| found.and_then(|at| u8::try_from(at).ok()).unwrap_or_default();
        let (first_colon, second_colon) = (colon(text.find(':')), colon(text.rfind(':')));
        Ok(Self { text: Text::Shared(text.into()), first_colon, second_colon })
    }

    /// A text that a test has compared with [`Parts::new`].
    const fn known(text: &'static str, first_colon: u8, second_colon: u8) -> Self {
        Self { text: Text::Known(text), first_colon, second_colon }
    }

    fn all(&self) -> [&str; 3] {
        [self.domain(), self.entity(), self.action()]
    }

    fn domain(&self) -> &str {
        self.text.as_str().get(..usize::from(self.first_colon)).unwrap_or_default()
    }

    fn entity(&self) -> &str {
        let start = usize::from(self.first_colon).saturating_add(1);
        self.text.as_str().get(start..usize::from(self.second_colon)).unwrap_or_default()
    }

    fn action(&self) -> &str {
        let start = usize::from(self.second_colon).saturating_add(1);
        self.text.as_str().get(start..).unwrap_or_default()
    }
}

fn check_part(part: &str) -> Result<(), PermissionError> {
    if part == WILDCARD {
        return Ok(());
    }
    if part.is_empty() {
        return Err(PermissionError::Empty);
    }
    if part.len() > MAX_PART {
        return Err(PermissionError::TooLong { length: part.len(), max: MAX_PART });
    }
    let allowed = |at: usize, found: char| match found {
        'a'..='z' | 'A'..='Z' => true,
        '0'..='9' | '-' | '_' => at > 0,
        _ => false,
    };
    match part.char_indices().find(|(at, found)| !allowed(*at, *found)) {
        Some((_, found)) => Err(PermissionError::Character { found }),
        None => Ok(()),
    }
}

/// A text that is written in this file, or one that is shared.
#[derive(Clone)]
enum Text {
    Known(&'static str),
    Shared(Arc<str>),
}

impl Text {
    fn as_str(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        self.text.as_str() == other.text.as_str()
    }
}

impl Eq for Parts {}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parts {
    fn cmp(&self, other: &Self) -> Ordering {
        self.all().cmp(&other.all())
    }
}

impl Hash for Parts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.as_str().hash(state);
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text.as_str(), f)
    }
}

impl FromStr for Permission {
    type Err = PermissionError;

    fn from_str(text: &str) -> Result<Self, PermissionError> {
        Self::new(text)
    }
}

impl TryFrom<String> for Permission {
    type Error = PermissionError;

    fn try_from(text: String) -> Result<Self, PermissionError> {
        Self::new(&text)
    }
}

impl Serialize for Permission {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The form with colons.
impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
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

/// The text is no permission, or no set of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PermissionError {
    /// Not three parts with colons between them.
    #[error("a permission has three parts, `domain:entity:action`, not {parts}")]
    Shape {
        /// How many there were.
        parts: usize,
    },
    /// Nothing where a part is needed.
    #[error("a part of a permission is empty")]
    Empty,
    /// A part, or the whole, is too long.
    #[error("{length} bytes are more than {max} in a permission")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest, in bytes.
        max: usize,
    },
    /// Not an ASCII letter, a digit, a hyphen or an underscore, or not a letter at the start of a part.
    #[error("a part of a permission cannot hold {found:?} there")]
    Character {
        /// What stands there.
        found: char,
    },
    /// `*` where one permission is needed.
    #[error("a permission that is required cannot hold `*`")]
    Wildcard,
    /// More than [`Permissions::MAX`].
    #[error("{count} permissions are more than {max}", max = Permissions::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl PermissionError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "permission.bad.shape",
            Self::Empty => "permission.part.required",
            Self::TooLong { .. } => "permission.too.long",
            Self::Character { .. } => "permission.bad.character",
            Self::Wildcard => "permission.wildcard",
            Self::TooMany { .. } => "permission.too.many",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KNOWN: [Permission; 12] = [
        Permission::OAUTH_CLIENT_VIEW,
        Permission::OAUTH_CLIENT_ADD,
        Permission::OAUTH_CLIENT_EDIT,
        Permission::OAUTH_CLIENT_DELETE,
        Permission::OAUTH_CLIENT_AUTHORIZE,
        Permission::OAUTH_TOKEN_DELETE,
        Permission::SSO_PROVIDER_VIEW,
        Permission::SSO_PROVIDER_ADD,
        Permission::SSO_PROVIDER_EDIT,
        Permission::SSO_PROVIDER_DELETE,
        Permission::USAGE_CLIENT_VIEW,
        Permission::DIRECTORY_ORGANIZATION_ADMIN,
    ];

    fn permission(text: &str) -> Permission {
        Permission::new(text).unwrap()
    }

    fn pattern(text: &str) -> PermissionPattern {
        PermissionPattern::new(text).unwrap()
    }

    fn permissions(texts: &[&str]) -> Permissions {
        Permissions::new(texts.iter().map(|text| pattern(text))).unwrap()
    }

    /// OR-05: the constants are what their text reads as, part by part.
    #[test]
    fn or_05_known_permissions_are_well_formed() {
        for known in KNOWN {
            let read = permission(known.as_str());
            assert_eq!(known, read);
            assert_eq!(known.0.all(), read.0.all());
        }
    }

    /// OR-02: three parts of letters, digits, hyphens and underscores, in their case.
    #[test]
    fn or_02_three_parts() {
        let read = permission("recording:recordingSegment:view_all-2");
        assert_eq!(
            (read.domain(), read.entity(), read.action()),
            ("recording", "recordingSegment", "view_all-2")
        );
        assert_ne!(permission("a:B:c"), permission("a:b:c"));
        for (text, error) in [
            ("", PermissionError::Shape { parts: 1 }),
            ("oauth:client", PermissionError::Shape { parts: 2 }),
            ("oauth:client:view:all", PermissionError::Shape { parts: 4 }),
            ("oauth::view", PermissionError::Empty),
            ("oauth:client:", PermissionError::Empty),
            ("oauth:2client:view", PermissionError::Character { found: '2' }),
            ("oauth:client :view", PermissionError::Character { found: ' ' }),
            ("oauth:clïent:view", PermissionError::Character { found: 'ï' }),
        ] {
            assert_eq!(PermissionPattern::new(text), Err(error), "{text}");
        }
    }

    /// OR-02: `*` is for roles, never for a requirement, and is a whole part.
    #[test]
    fn or_02_wildcard_is_for_roles_alone() {
        for text in ["*:*:*", "oauth:*:view", "oauth:client:*"] {
            assert_eq!(Permission::new(text), Err(PermissionError::Wildcard), "{text}");
            assert!(PermissionPattern::new(text).is_ok(), "{text}");
        }
        for text in ["oauth:cli*:view", "oauth:**:view", "*"] {
            assert!(PermissionPattern::new(text).is_err(), "{text}");
        }
    }

    /// threat 43: parts are bounded to the byte.
    #[test]
    fn threat_43_parts_are_bounded() {
        let part = "p".repeat(64);
        assert_eq!(permission(&[part.as_str(); 3].join(":")).action(), part);
        assert_eq!(
            Permission::new(&format!("a:b:{part}p")),
            Err(PermissionError::TooLong { length: 65, max: 64 })
        );
    }

    /// OR-02: the display form of the documentation.
    #[test]
    fn or_02_display_form() {
        for (plain, display) in [
            ("oauth:client:authorize", "OAuth > Client > Authorize"),
            ("sso:provider:view", "SSO > Provider > View"),
            ("recording:recordingSegment:view", "Recording > RecordingSegment > View"),
        ] {
            assert_eq!(permission(plain).display_form(), display);
            assert_eq!(Permission::from_display_form(display), Ok(permission(plain)));
        }
        for text in ["OAuth", "OAuth>Client>View", "OAuth > Client > *", "OAuth >  > View", ""] {
            assert!(Permission::from_display_form(text).is_err(), "{text}");
        }
    }

    /// OR-02: a part of a pattern is `*` or exactly the part.
    #[test]
    fn or_02_pattern_covers_part_by_part() {
        let required = permission("oauth:client:view");
        for covering in ["oauth:client:view", "*:client:view", "oauth:*:view", "oauth:client:*", "*:*:*"] {
            assert!(pattern(covering).covers(&required), "{covering}");
            assert!(permissions(&["a:b:c", covering, "z:z:z"]).covers(&required), "{covering}");
        }
        for other in
            ["oauth:client:edit", "OAuth:client:view", "oauth:*:edit", "*:token:*", "oauth-2:client:view"]
        {
            assert!(!pattern(other).covers(&required), "{other}");
            assert!(!permissions(&["a:b:c", other, "z:z:z"]).covers(&required), "{other}");
        }
        assert!(!Permissions::default().covers(&required));
    }

    #[test]
    fn a_pattern_covers_the_narrower_one() {
        assert!(pattern("oauth:*:*").covers_pattern(&pattern("oauth:client:*")));
        assert!(!pattern("oauth:client:*").covers_pattern(&pattern("oauth:*:*")));
        assert!(!pattern("oauth:client:view").covers_pattern(&pattern("oauth:client:*")));
    }

    /// threat 43: the number is bounded, and what only repeats does not count.
    #[test]
    fn threat_43_number_of_permissions_is_bounded() {
        let many = |count| (0..count).map(|n| pattern(&format!("a{n}:b:c")));
        assert_eq!(Permissions::new(many(2_048).chain(many(2_048))).unwrap().len(), Permissions::MAX);
        assert_eq!(Permissions::new(many(2_049)), Err(PermissionError::TooMany { count: 2_049 }));
    }

    #[test]
    fn json_is_text_and_checked() {
        let held = permissions(&["oauth:*:*", "directory:user:view"]);
        let json = serde_json::to_string(&held).unwrap();
        assert_eq!(json, r#"["directory:user:view","oauth:*:*"]"#);
        assert_eq!(serde_json::from_str::<Permissions>(&json).unwrap(), held);
        assert!(serde_json::from_str::<Permission>(r#""oauth:*:*""#).is_err());
        assert_eq!(serde_json::to_string(&Permission::OAUTH_CLIENT_VIEW).unwrap(), r#""oauth:client:view""#);
    }

    proptest! {
        /// OR-02: the search by domain finds what a look at each pattern finds.
        #[test]
        fn or_02_the_set_covers_what_one_pattern_covers(
            patterns in prop::collection::vec("([ab]|a-|\\*):([ab]|\\*):([ab]|\\*)", 0..12),
            required in "([ab]|a-):[ab]:[ab]",
        ) {
            let patterns: Vec<_> = patterns.iter().map(|text| pattern(text)).collect();
            let required = permission(&required);
            let expected = patterns.iter().any(|pattern| pattern.covers(&required));
            prop_assert_eq!(Permissions::new(patterns).unwrap().covers(&required), expected);
        }

        #[test]
        fn what_is_displayed_is_parsed(text in "[a-z][A-Za-z0-9_-]{0,9}:[a-z][A-Za-z0-9_-]{0,9}:[a-z][A-Za-z]{0,9}") {
            let permission = permission(&text);
            prop_assert_eq!(permission.to_string().parse(), Ok(permission.clone()));
            prop_assert_eq!(Permission::from_display_form(&permission.display_form()), Ok(permission));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = PermissionPattern::new(&text);
            let _ = Permission::from_display_form(&text);
        }
    }
}
