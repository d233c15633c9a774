//! The answer that we receive.

use super::LogoutError;
use super::Received;
use super::checks::check_head;
use super::checks::check_issuer;
use super::received::Opened;
use super::slots::Slot;
use super::slots::children;
use crate::saml::MessageId;
use crate::saml::Peer;
use crate::saml::ServiceProvider;
use crate::saml::binding::MessageKind;
use crate::saml::binding::RelayState;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::names::PARTIAL_LOGOUT;
use crate::saml::names::PROTOCOL;
use crate::saml::names::SUCCESS;
use crate::saml::view::View;
use crate::value::Deviation;
use crate::value::Timestamp;

/// The identity provider says that it ended the sessions that we asked it to end. Only [`check`](Self::check) makes
/// one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedLogoutResponse {
    // INVARIANT: all of it was signed by the provider, of the time of the check, and a success.
    id: MessageId,
    is_partial: bool,
    relay_state: Option<RelayState>,
    certificate: usize,
}

impl VerifiedLogoutResponse {
    /// The answer in a message to the request that was awaited, checked as of now. The host forgets the request with
    /// it: an answer counts once.
    ///
    /// ```
    /// use grantor::Timestamp;
    /// use grantor::saml::MessageId;
    /// use grantor::saml::Peer;
    /// use grantor::saml::ServiceProvider;
    /// use grantor::saml::logout::LogoutError;
    /// use grantor::saml::logout::Received;
    /// use grantor::saml::logout::VerifiedLogoutResponse;
    ///
    /// fn is_over_everywhere(
    ///     query: &str,
    ///     awaited: &MessageId,
    ///     provider: &ServiceProvider,
    ///     peer: &Peer<'_>,
    ///     now: Timestamp,
    /// ) -> Result<bool, LogoutError> {
    ///     let received = Received::Query(query);
    ///     let answer = VerifiedLogoutResponse::check(received, awaited, provider, peer, now)?;
    ///     Ok(!answer.is_partial())
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogoutError`], one for each rule; [`LogoutError::Status`] where the sessions did not end.
    pub fn check(
        received: Received<'_>,
        awaited: &MessageId,
        provider: &ServiceProvider,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<Self, LogoutError> {
        let opened = Opened::new(received, MessageKind::Response, peer, now)?;
        let document = opened.document()?;
        let (message, certificate) = opened.message(&document, peer, now)?;
        let (id, _issued) = check_head(message, "LogoutResponse", provider, peer, now)?;

        // SAML core §3.2.2: it answers the request whose identifier it names.
        match message.attribute("InResponseTo") {
            Some(found) if found == awaited.as_str() => {}
            Some(found) => {
                let expected = excerpt(awaited.as_str());
                return Err(LogoutError::InResponseTo { expected, found: excerpt(found) });
            }
            None if peer.deviations.allow(Deviation::MissingInResponseTo) => {}
            None => return Err(LogoutError::InResponseToMissing),
        }
        let [issuer, _extensions, status] = children(
            message,
            &[
                Slot::one(ASSERTION, "Issuer"),
                Slot::at_most_one(PROTOCOL, "Extensions"),
                Slot::one(PROTOCOL, "Status"),
            ],
        )?;
        for issuer in issuer {
            check_issuer(issuer, peer)?;
        }
        let status = status.first().ok_or(LogoutError::Missing { part: "Status" })?;
        let is_partial = check_status(*status)?;
        Ok(Self { id, is_partial, relay_state: opened.relay_state, certificate })
    }

    /// Its identifier.
    #[must_use]
    pub const fn id(&self) -> &MessageId {
        &self.id
    }

    /// Whether sessions at other services may not have ended (SAML core §3.2.2.2, `PartialLogout`).
    #[must_use]
    pub const fn is_partial(&self) -> bool {
        self.is_partial
    }

    /// What was sent with the request. What came by POST was not signed.
    #[must_use]
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// Which of the [certificates](Peer::certificates) has the key that signed, by its place.
    #[must_use]
    pub const fn certificate(&self) -> usize {
        self.certificate
    }
}

/// Whether a success is a partial one. SAML core §3.2.2.2: the topmost code alone says whether it is one.
fn check_status(status: View<'_>) -> Result<bool, LogoutError> {
    let [code, message, _detail] = children(
        status,
        &[
            Slot::one(PROTOCOL, "StatusCode"),
            Slot::at_most_one(PROTOCOL, "StatusMessage"),
            Slot::at_most_one(PROTOCOL, "StatusDetail"),
        ],
    )?;
    let top = code.first().ok_or(LogoutError::Missing { part: "StatusCode" })?;
    let [nested] = children(*top, &[Slot::at_most_one(PROTOCOL, "StatusCode")])?;
    let value = |code: View<'_>| code.attribute("Value").map(excerpt);
    let nested = nested.first().and_then(|nested| value(*nested));
    let code = top.attribute("Value").ok_or(LogoutError::Missing { part: "StatusCode" })?;
    if code == SUCCESS {
        return Ok(nested.as_deref() == Some(PARTIAL_LOGOUT));
    }
    let message = message.first().and_then(|message| message.text().ok()).map(excerpt);
    Err(LogoutError::Status { code: excerpt(code), nested, message })
}
