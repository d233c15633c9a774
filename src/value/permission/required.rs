//! What an operation needs.

use core::fmt;
use core::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use serde::Serializer;

use super::PermissionError;
use super::parts::MAX_DISPLAY;
use super::parts::Parts;
use super::parts::WILDCARD;

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
pub struct Permission(pub(super) Parts);

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
    /// Search the audit trail, verify it and rebuild from it: `audits:audit:view`.
    pub const AUDITS_AUDIT_VIEW: Self = Self(Parts::known("audits:audit:view", 6, 12));
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
    /// [`PermissionError`] unless the text is three parts with colons between them, each of 1 to 64 ASCII
    /// letters, digits, hyphens and underscores that starts with a letter. `*` is for roles: see
    /// [`PermissionPattern`](super::PermissionPattern).
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
    /// [`from_display_form`](Self::from_display_form) leads back where each part starts in lower case.
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KNOWN: [Permission; 13] = [
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
        Permission::AUDITS_AUDIT_VIEW,
        Permission::USAGE_CLIENT_VIEW,
        Permission::DIRECTORY_ORGANIZATION_ADMIN,
    ];

    fn permission(text: &str) -> Permission {
        Permission::new(text).unwrap()
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
            assert_eq!(Permission::new(text), Err(error), "{text}");
        }
    }

    /// OR-02: `*` is for roles, never for a requirement.
    #[test]
    fn or_02_wildcard_is_for_roles_alone() {
        for text in ["*:*:*", "oauth:*:view", "oauth:client:*"] {
            assert_eq!(Permission::new(text), Err(PermissionError::Wildcard), "{text}");
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
        let colons = ":".repeat(195);
        assert_eq!(Permission::new(&colons), Err(PermissionError::TooLong { length: 195, max: 194 }));
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
        let long = "x".repeat(199);
        assert_eq!(
            Permission::from_display_form(&long),
            Err(PermissionError::TooLong { length: 199, max: 198 })
        );
    }

    #[test]
    fn json_is_text_and_checked() {
        let json = r#""oauth:client:view""#;
        assert_eq!(serde_json::to_string(&Permission::OAUTH_CLIENT_VIEW).unwrap(), json);
        assert_eq!(serde_json::from_str::<Permission>(json).unwrap(), Permission::OAUTH_CLIENT_VIEW);
        assert!(serde_json::from_str::<Permission>(r#""oauth:*:*""#).is_err());
    }

    proptest! {
        #[test]
        fn what_is_displayed_is_parsed(parts in prop::collection::vec("[a-z][A-Za-z0-9_-]{0,9}", 3)) {
            let permission = permission(&parts.join(":"));
            prop_assert_eq!(permission.to_string().parse(), Ok(permission.clone()));
            prop_assert_eq!(Permission::from_display_form(&permission.display_form()), Ok(permission));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = Permission::new(&text);
            let _ = Permission::from_display_form(&text);
        }
    }
}
