//! How identity providers name people.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

/// How a person is named in an assertion (SAML core §8.3).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NameIdFormat {
    /// As the identity provider likes.
    #[default]
    Unspecified,
    /// By an email address.
    EmailAddress,
    /// By a name that stays, and that the identity provider made for us alone.
    Persistent,
    /// By a name for this login alone.
    Transient,
}

impl NameIdFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Unspecified, Self::EmailAddress, Self::Persistent, Self::Transient];

    /// The identifier that the standard gives it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Unspecified => "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
            Self::EmailAddress => "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
            Self::Persistent => "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
            Self::Transient => "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
        }
    }

    /// The format with this identifier; nothing for others, such as Kerberos names.
    #[must_use]
    pub fn of_uri(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.uri() == uri)
    }
}

impl fmt::Display for NameIdFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unspecified => "unspecified",
            Self::EmailAddress => "email_address",
            Self::Persistent => "persistent",
            Self::Transient => "transient",
        })
    }
}
