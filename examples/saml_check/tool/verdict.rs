//! What the tool says of one file.

use std::collections::BTreeMap;
use std::fmt::Display;

use grantor::saml::NameId;
use grantor::saml::assertion::Attribute;
use grantor::saml::assertion::AttributeValue;
use grantor::saml::assertion::IdentityError;
use grantor::saml::bearer::BearerError;
use grantor::saml::response::EncodingError;
use grantor::saml::response::ResponseError;
use grantor::saml::signature::SignatureError;
use grantor::saml::xml::Malformed;
use grantor::value::Deviation;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

#[derive(Serialize)]
#[serde(tag = "verdict", rename_all = "lowercase")]
pub enum Verdict<'a> {
    Accepted(Box<Accepted<'a>>),
    Refused(Refused<'a>),
}

#[derive(Serialize)]
pub struct Accepted<'a> {
    pub file: &'a str,
    /// The address that the user is found by.
    pub user: Option<String>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<Fault>,
    pub name_id: Option<Value>,
    pub attributes: BTreeMap<String, Vec<Value>>,
    pub session: Session,
    pub checks: Vec<Checked>,
}

#[derive(Serialize)]
pub struct Session {
    pub issuer: String,
    pub assertion: String,
    pub index: Option<String>,
    pub authenticated: Option<String>,
    pub not_on_or_after: Option<String>,
    pub context: Option<String>,
    /// Until when the assertion has to be remembered, so that it is accepted once.
    pub remember_until: String,
    pub encrypted: bool,
    /// The SHA-256 of the certificate whose key signed.
    pub certificate: String,
}

#[derive(Serialize)]
pub struct Refused<'a> {
    pub file: &'a str,
    #[serde(flatten)]
    pub fault: Fault,
    pub checks: Vec<Checked>,
}

#[derive(Clone, Serialize)]
pub struct Checked {
    pub check: &'static str,
    pub passed: bool,
}

/// What is wrong, and what can be done about it (DX-09).
#[derive(Clone, Debug, Serialize)]
pub struct Fault {
    pub code: &'static str,
    pub cause: String,
    pub remedy: &'static str,
    /// The name for `--allow` that would let this pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow: Option<&'static str>,
    /// What the identity provider says of why it signs nobody in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Value>,
}

impl Fault {
    pub fn new(code: &'static str, cause: &impl Display, remedy: &'static str) -> Self {
        Self { code, cause: cause.to_string(), remedy, allow: None, status: None }
    }

    fn allowed_by(self, deviation: Option<Deviation>) -> Self {
        Self { allow: deviation.map(Deviation::name), ..self }
    }

    pub fn not_deflated() -> Self {
        let remedy = "leave out `--encoding deflate`, unless the message comes from a query";
        Self::new("saml.query.deflate", &"the message is not compressed by DEFLATE", remedy)
    }
}

impl From<EncodingError> for Fault {
    fn from(error: EncodingError) -> Self {
        let remedy = "give the value of `SAMLResponse`, percent-encoding undone, or another `--encoding`";
        Self::new(error.code(), &error, remedy)
    }
}

impl From<Malformed> for Fault {
    fn from(error: Malformed) -> Self {
        let remedy =
            "let the identity provider send one document of XML; or give `--encoding`, if it is encoded";
        Self::new(error.fault.code(), &error, remedy)
    }
}

impl From<SignatureError> for Fault {
    fn from(error: SignatureError) -> Self {
        Self::new(error.code(), &error, error.remedy()).allowed_by(error.deviation())
    }
}

impl From<IdentityError> for Fault {
    fn from(error: IdentityError) -> Self {
        Self::new(error.code(), &error, error.remedy())
    }
}

impl From<ResponseError> for Fault {
    fn from(error: ResponseError) -> Self {
        let mut fault = Self::new(error.code(), &error, error.remedy()).allowed_by(error.deviation());
        match error {
            ResponseError::Status { code, nested, message } => {
                fault.status = Some(json!({ "code": code, "nested": nested, "message": message }));
            }
            ResponseError::Encryption(error) if error.code() == "saml.encryption.cbc" => {
                fault.allow = Some("aes-cbc");
            }
            _ => {}
        }
        fault
    }
}

impl From<BearerError> for Fault {
    fn from(error: BearerError) -> Self {
        Self::new(error.code(), &error, error.remedy()).allowed_by(error.deviation())
    }
}

/// The name of the subject, with what makes it unique.
pub fn name_id(name: &NameId) -> Value {
    json!({
        "value": name.value,
        "format": name.format,
        "name_qualifier": name.name_qualifier,
        "sp_name_qualifier": name.sp_name_qualifier,
    })
}

/// The values of each name, in the order of the assertion: one that is stated twice has the values of both.
pub fn attributes(stated: &[Attribute]) -> BTreeMap<String, Vec<Value>> {
    let mut all = BTreeMap::<String, Vec<Value>>::new();
    for attribute in stated {
        let values = all.entry(attribute.name().to_owned()).or_default();
        values.extend(attribute.values().iter().map(|value| match value {
            AttributeValue::Text(text) => Value::from(&**text),
            AttributeValue::Elements => json!({ "xml": "is not read" }),
            // `Nil`, and what a later version may have.
            _ => Value::Null,
        }));
    }
    all
}
