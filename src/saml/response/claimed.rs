//! What a response claims, before anything of it is proven.

use crate::saml::names::ASSERTION;
use crate::saml::xml::Document;
use crate::saml::xml::Element;

/// What a message claims. Nothing of it is proven: anybody can write anything here.
///
/// It is good for one thing: to find the provider that the message is then checked against, and the request that it
/// is then to answer. The check compares all of it again.
///
/// ```
/// use grantor::saml::response::Claimed;
/// use grantor::saml::xml::*;
///
/// let text = br#"<p:Response xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" InResponseTo="_1">
///   <a:Issuer xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">https://idp.example.com</a:Issuer>
/// </p:Response>"#;
/// let document = Document::parse(text, Limits::MESSAGE)?;
/// let claimed = Claimed::of(&document);
/// assert_eq!(claimed.issuer(), Some("https://idp.example.com"));
/// assert_eq!(claimed.in_response_to(), Some("_1"));
/// # Ok::<(), Malformed>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Claimed<'d> {
    issuer: Option<&'d str>,
    in_response_to: Option<&'d str>,
    organization_name: Option<&'d str>,
}

impl<'d> Claimed<'d> {
    /// What the document claims, as a response or as a bare assertion.
    #[must_use]
    pub fn of(document: &'d Document<'d>) -> Self {
        let root = document.root();
        let assertion = if root.is(ASSERTION, "Assertion") { Some(root) } else { first(root, "Assertion") };
        let issuer = first(root, "Issuer").or_else(|| first(assertion?, "Issuer"));
        let confirmed = assertion
            .and_then(|assertion| first(assertion, "Subject"))
            .and_then(|subject| first(subject, "SubjectConfirmation"))
            .and_then(|confirmation| first(confirmation, "SubjectConfirmationData"))
            .and_then(|data| data.attribute("InResponseTo"));
        Self {
            issuer: issuer.and_then(|issuer| issuer.text().ok()),
            in_response_to: root.attribute("InResponseTo").or(confirmed),
            organization_name: assertion.and_then(organization_name),
        }
    }

    /// Who is said to have issued it.
    #[must_use]
    pub const fn issuer(&self) -> Option<&'d str> {
        self.issuer
    }

    /// The request it is said to answer, by the response or else by the first confirmation.
    #[must_use]
    pub const fn in_response_to(&self) -> Option<&'d str> {
        self.in_response_to
    }

    /// The organization it is said to be for, by the attribute `OrganizationName`, where that can be read without
    /// decrypting.
    #[must_use]
    pub const fn organization_name(&self) -> Option<&'d str> {
        self.organization_name
    }
}

fn first<'d>(within: Element<'d>, local: &str) -> Option<Element<'d>> {
    within.elements().find(|element| element.is(ASSERTION, local))
}

fn organization_name(assertion: Element<'_>) -> Option<&str> {
    let statements = assertion.elements().filter(|element| element.is(ASSERTION, "AttributeStatement"));
    let mut named = statements
        .flat_map(Element::elements)
        .filter(|attribute| attribute.attribute("Name") == Some("OrganizationName"));
    first(named.next()?, "AttributeValue")?.text().ok()
}
