//! What an assertion says of its subject.

use super::AssertionError;
use super::value;
use super::value::ValueError;
use crate::saml::names::XSI;
use crate::saml::signature::SignedElement;

/// An attribute of the subject (SAML core §2.7.3.1). One that is stated twice is there twice, in the order of the
/// assertion: nothing is merged or taken last.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute {
    name: String,
    name_format: Option<String>,
    friendly_name: Option<String>,
    values: Vec<AttributeValue>,
}

/// A value of an attribute.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum AttributeValue {
    /// A text, as it was written; perhaps empty.
    Text(String),
    /// No value, by `xsi:nil`.
    Nil,
    /// Elements, such as a `NameID`. They are not read.
    Elements,
}

impl Attribute {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The identifier of the format of its name.
    #[must_use]
    pub fn name_format(&self) -> Option<&str> {
        self.name_format.as_deref()
    }

    /// Its name for people, which means nothing.
    #[must_use]
    pub fn friendly_name(&self) -> Option<&str> {
        self.friendly_name.as_deref()
    }

    /// Its values, in the order of the assertion.
    #[must_use]
    pub fn values(&self) -> &[AttributeValue] {
        &self.values
    }

    /// Those of its values that are texts.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.values.iter().filter_map(|value| match value {
            AttributeValue::Text(text) => Some(&**text),
            AttributeValue::Nil | AttributeValue::Elements => None,
        })
    }
}

/// All attributes that an assertion states, in its order.
pub fn attributes(assertion: SignedElement<'_>) -> Result<Vec<Attribute>, AssertionError> {
    let mut read = Vec::new();
    for statement in value::all(assertion, "AttributeStatement") {
        if value::all(statement, "EncryptedAttribute").next().is_some() {
            return Err(AssertionError::EncryptedAttribute);
        }
        for attribute in value::all(statement, "Attribute") {
            let name = attribute.attribute("Name").ok_or(AssertionError::AttributeNameMissing)?;
            let owned = |name| attribute.attribute(name).map(str::to_owned);
            read.push(Attribute {
                name: name.to_owned(),
                name_format: owned("NameFormat"),
                friendly_name: owned("FriendlyName"),
                values: value::all(attribute, "AttributeValue").map(value_of).collect::<Result<_, _>>()?,
            });
        }
    }
    Ok(read)
}

fn value_of(element: SignedElement<'_>) -> Result<AttributeValue, ValueError> {
    // XML Schema part 1 §2.6.2: `xsi:nil`, an `xs:boolean`.
    let is_nil = element.attributes().iter().any(|attribute| {
        attribute.namespace == XSI && attribute.local == "nil" && matches!(&*attribute.value, "true" | "1")
    });
    if is_nil {
        return Ok(AttributeValue::Nil);
    }
    if element.elements().next().is_some() {
        return Ok(AttributeValue::Elements);
    }
    value::text(element.text(), "AttributeValue").map(|text| AttributeValue::Text(text.to_owned()))
}
