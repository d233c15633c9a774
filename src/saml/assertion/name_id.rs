//! Who an assertion is about.

use crate::value::NameIdFormat;

/// A name of the subject of an assertion, as its issuer gives it (SAML core §2.2.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameId {
    // INVARIANT: something but white space.
    pub(super) value: String,
    pub(super) format: Option<String>,
    pub(super) name_qualifier: Option<String>,
    pub(super) sp_name_qualifier: Option<String>,
}

impl NameId {
    /// The name, as it was written.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The identifier of its format; nothing where none is given.
    #[must_use]
    pub fn format(&self) -> Option<&str> {
        self.format.as_deref()
    }

    /// Its format: [`NameIdFormat::Unspecified`] where none is given (SAML core §2.2.2), nothing where it is one that
    /// is not known here.
    #[must_use]
    pub fn known_format(&self) -> Option<NameIdFormat> {
        self.format().map_or(Some(NameIdFormat::Unspecified), NameIdFormat::of_uri)
    }

    /// The domain that makes the name unique, as the identity provider gives it.
    #[must_use]
    pub fn name_qualifier(&self) -> Option<&str> {
        self.name_qualifier.as_deref()
    }

    /// The service provider or group of them that the name is made for.
    #[must_use]
    pub fn sp_name_qualifier(&self) -> Option<&str> {
        self.sp_name_qualifier.as_deref()
    }
}
