//! The subject of an assertion.

use super::AssertionError;
use super::value;
use crate::saml::NameId;
use crate::saml::signature::SignedElement;

/// The subject of an assertion, and how it is confirmed.
pub struct Subject<'d> {
    pub name_id: Option<NameId>,
    pub(super) element: SignedElement<'d>,
}

impl<'d> Subject<'d> {
    /// SAML core §2.4.1: there is one; its name may be left out where it is confirmed.
    pub fn read(assertion: SignedElement<'d>) -> Result<Self, AssertionError> {
        let element = value::at_most_one(assertion, "Subject")?.ok_or(AssertionError::SubjectMissing)?;
        if value::all(element, "EncryptedID").next().is_some() {
            return Err(AssertionError::EncryptedId);
        }
        if value::all(element, "BaseID").next().is_some() {
            return Err(AssertionError::BaseId);
        }
        let name_id = value::at_most_one(element, "NameID")?.map(name_id).transpose()?;
        Ok(Self { name_id, element })
    }
}

fn name_id(element: SignedElement<'_>) -> Result<NameId, AssertionError> {
    let value = value::text(element.text(), "NameID")?;
    // SAML core §1.3.1: at least one character that is no white space.
    if value.trim().is_empty() {
        return Err(AssertionError::NameIdEmpty);
    }
    let owned = |name| element.attribute(name).map(str::to_owned);
    Ok(NameId {
        value: value.to_owned(),
        format: owned("Format"),
        name_qualifier: owned("NameQualifier"),
        sp_name_qualifier: owned("SPNameQualifier"),
    })
}
