//! What a logout message claims, before anything of it is proven.

use super::Received;
use crate::saml::binding::MessageKind;
use crate::saml::binding::unverified;
use crate::saml::names::ASSERTION;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::value::decode_base64;

/// What a logout message claims. Nothing of it is proven: it is good for finding the provider that the message is then
/// checked against, and the request that it is then to answer.
///
/// ```
/// use grantor::saml::logout::Claimed;
/// use grantor::saml::logout::Received;
///
/// assert_eq!(Claimed::of(Received::Query("SAMLRequest=garbage")), None);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimed {
    /// Whether it asks or answers. A form does not say so beside its field: the message itself does.
    pub kind: MessageKind,
    /// Who is said to have issued it.
    pub issuer: Option<String>,
    /// The request it is said to answer.
    pub in_response_to: Option<String>,
}

impl Claimed {
    /// 65 536 bytes: the longest message that is inflated before its signature is verified.
    pub const MAX_INFLATED: usize = 65_536;

    /// What the message claims; nothing where it cannot be read.
    #[must_use]
    pub fn of(received: Received<'_>) -> Option<Self> {
        let xml = match received {
            Received::Query(query) => unverified(query, Self::MAX_INFLATED)?.1,
            Received::Form { message, .. } => decode_base64(message)?,
        };
        let document = Document::parse(&xml, Limits::MESSAGE).ok()?;
        let root = document.root();
        let kind = if root.local() == "LogoutRequest" { MessageKind::Request } else { MessageKind::Response };
        let issuer = root.elements().find(|element| element.is(ASSERTION, "Issuer"));
        Some(Self {
            kind,
            issuer: issuer.and_then(|issuer| issuer.text().ok()).map(str::to_owned),
            in_response_to: root.attribute("InResponseTo").map(str::to_owned),
        })
    }
}
