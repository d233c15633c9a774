//! Whose sessions end.

/// How the identity provider names a person (SAML core §2.2.3). To log somebody out, it is given back just as the
/// assertion had it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NameId {
    /// The name.
    pub value: String,
    /// How it names; absent means as the identity provider likes.
    pub format: Option<String>,
    /// Within whose names it is one, where it is not the identity provider's.
    pub name_qualifier: Option<String>,
    /// Whom it was made for.
    pub sp_name_qualifier: Option<String>,
}

impl NameId {
    /// A name of no said format.
    #[must_use]
    pub fn new(value: &str) -> Self {
        Self { value: value.to_owned(), format: None, name_qualifier: None, sp_name_qualifier: None }
    }
}
