//! What a logout message claims, before anything of it is proven.

use super::LogoutError;
use super::Received;
use super::received::unverified;
use crate::saml::binding::MessageKind;
use crate::saml::names::ASSERTION;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;

/// What a logout message claims. Nothing of it is proven: anybody can write anything here.
///
/// It is good for one thing: to find the provider that the message is then checked against, and the request that it is
/// then to answer. The check compares both again.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ClaimedLogout {
    issuer: Option<String>,
    in_response_to: Option<String>,
}

impl ClaimedLogout {
    /// What a message of this kind claims.
    ///
    /// ```
    /// use grantor::saml::binding::MessageKind;
    /// use grantor::saml::logout::ClaimedLogout;
    /// use grantor::saml::logout::Received;
    ///
    /// // `<LogoutRequest/>` in Base64.
    /// let received = Received::Form { message: "PExvZ291dFJlcXVlc3QvPg==", relay_state: None };
    /// assert_eq!(ClaimedLogout::of(received, MessageKind::Request)?.issuer(), None);
    /// # Ok::<(), grantor::saml::logout::LogoutError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogoutError`] where there is no message, or none that is read.
    pub fn of(received: Received<'_>, kind: MessageKind) -> Result<Self, LogoutError> {
        let xml = unverified(received, kind)?;
        let document = Document::parse(&xml, Limits::MESSAGE).map_err(LogoutError::Xml)?;
        let root = document.root();
        let issuer = root.elements().find(|element| element.is(ASSERTION, "Issuer"));
        Ok(Self {
            issuer: issuer.and_then(|issuer| issuer.text().ok()).map(str::to_owned),
            in_response_to: root.attribute("InResponseTo").map(str::to_owned),
        })
    }

    /// Who is said to have issued it.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The request it is said to answer.
    #[must_use]
    pub fn in_response_to(&self) -> Option<&str> {
        self.in_response_to.as_deref()
    }
}
