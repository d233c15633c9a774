//! By what a user and an organization are found.

use super::Attribute;
use super::Verified;
use crate::saml::NameId;
use crate::saml::excerpt::excerpt;
use crate::value::EmailAddress;
use crate::value::NameIdFormat;

/// The assertion holds, and does not say who it is about in the way that we know people by (SA-12).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityError {
    /// There is neither an attribute `email` nor a name of the subject that is an email address.
    #[error("the assertion has neither an attribute `email` nor a `NameID` that is an email address")]
    EmailMissing,
    /// An attribute `email` has several values that are not the same address.
    #[error("the attribute `email` has several values")]
    EmailSeveral,
    /// The attribute `email`, or the name that is said to be an email address, is none.
    #[error("`{found}` is no email address")]
    EmailMalformed {
        /// The text, cut to 128 characters; empty where the value is no text.
        found: String,
    },
    /// An attribute `OrganizationName` has several values that are not the same.
    #[error("the attribute `OrganizationName` has several values")]
    OrganizationSeveral,
}

impl IdentityError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::EmailMissing => "saml.email.missing",
            Self::EmailSeveral => "saml.email.several",
            Self::EmailMalformed { .. } => "saml.email.malformed",
            Self::OrganizationSeveral => "saml.organization.several",
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::EmailMissing | Self::EmailSeveral | Self::EmailMalformed { .. } => {
                "let the identity provider state one email address, as the attribute `email` or as `NameID`"
            }
            Self::OrganizationSeveral => {
                "let the identity provider state one organization as the attribute `OrganizationName`, or none"
            }
        }
    }
}

/// The attribute by which users are found (SA-12).
const EMAIL: &str = "email";
/// The attribute by which an organization is named.
const ORGANIZATION: &str = "OrganizationName";

impl<U> Verified<U> {
    /// The email address by which the user is found (SA-12): the value of the attribute `email`, and where there is
    /// no such attribute the name of the subject, if its format is that of an email address, or unspecified and it
    /// is one.
    ///
    /// Nothing else is guessed at: neither other attributes nor names of other formats.
    ///
    /// # Errors
    ///
    /// [`IdentityError`] where there is no address, one that is none, or several.
    pub fn email(&self) -> Result<EmailAddress, IdentityError> {
        let mut stated = named(self.attributes(), EMAIL).peekable();
        if stated.peek().is_none() {
            return self.name_id().map_or(Err(IdentityError::EmailMissing), email_of_name);
        }
        let mut found: Option<EmailAddress> = None;
        for attribute in stated {
            // A value that is no text is no address, and an attribute without values has none.
            if attribute.values().is_empty() || attribute.texts().count() < attribute.values().len() {
                return Err(IdentityError::EmailMalformed { found: String::new() });
            }
            for text in attribute.texts() {
                let address = email(text)?;
                match &found {
                    Some(first) if *first != address => return Err(IdentityError::EmailSeveral),
                    Some(_) => {}
                    None => found = Some(address),
                }
            }
        }
        found.ok_or(IdentityError::EmailMissing)
    }

    /// The organization that the attribute `OrganizationName` names, where it does. It is the word of the identity
    /// provider, which is trusted for its own organization and no other.
    ///
    /// # Errors
    ///
    /// [`IdentityError::OrganizationSeveral`] where it names several.
    pub fn organization_name(&self) -> Result<Option<&str>, IdentityError> {
        let mut names = named(self.attributes(), ORGANIZATION).flat_map(Attribute::texts);
        let first = names.next();
        if names.any(|name| Some(name) != first) {
            return Err(IdentityError::OrganizationSeveral);
        }
        Ok(first)
    }
}

fn named<'a>(attributes: &'a [Attribute], name: &'static str) -> impl Iterator<Item = &'a Attribute> {
    attributes.iter().filter(move |attribute| attribute.name() == name)
}

fn email_of_name(name: &NameId) -> Result<EmailAddress, IdentityError> {
    match name.known_format() {
        Some(NameIdFormat::EmailAddress) => email(&name.value),
        Some(NameIdFormat::Unspecified) => email(&name.value).map_err(|_| IdentityError::EmailMissing),
        Some(NameIdFormat::Persistent | NameIdFormat::Transient) | None => Err(IdentityError::EmailMissing),
    }
}

fn email(text: &str) -> Result<EmailAddress, IdentityError> {
    text.parse().map_err(|_| IdentityError::EmailMalformed { found: excerpt(text) })
}
