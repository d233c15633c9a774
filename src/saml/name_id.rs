//! How an identity provider names a person.

use serde::Deserialize;
use serde::Serialize;

use crate::value::NameIdFormat;

/// A name of a person, as the identity provider gives it (SAML core §2.2.3).
///
/// To log somebody out it is given back just as the assertion had it: a host keeps it with its session, as JSON or in
/// columns of its own.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// The identifier of its format; none means as the identity provider likes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Within whose names it is one, where it is not the identity provider's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name_qualifier: Option<String>,
    /// The service or group of services that it was made for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sp_name_qualifier: Option<String>,
}

impl NameId {
    /// A name of no said format.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self { value: value.to_owned(), format: None, name_qualifier: None, sp_name_qualifier: None }
    }

    /// Its format: [`NameIdFormat::Unspecified`] where none is given (SAML core §2.2.2), nothing where it is one that
    /// is not known here.
    #[must_use]
    pub fn known_format(&self) -> Option<NameIdFormat> {
        self.format.as_deref().map_or(Some(NameIdFormat::Unspecified), NameIdFormat::of_uri)
    }
}
