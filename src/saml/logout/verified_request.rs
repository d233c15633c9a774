//! The request that we receive.

use super::LogoutError;
use super::Received;
use super::checks::check_head;
use super::checks::check_issuer;
use super::checks::end_of_age;
use super::checks::instant;
use super::checks::text;
use super::received::Opened;
use super::slots::Slot;
use super::slots::children;
use crate::saml::MessageId;
use crate::saml::NameId;
use crate::saml::Peer;
use crate::saml::ServiceProvider;
use crate::saml::binding::MessageKind;
use crate::saml::binding::RelayState;
use crate::saml::names::ASSERTION;
use crate::saml::names::PROTOCOL;
use crate::saml::view::View;
use crate::value::Timestamp;

/// The identity provider asks that sessions end: its signature, addressee and time are checked. Only
/// [`check`](Self::check) makes one.
///
/// To act on one twice ends nothing more. A host that wants each of them once keeps the [`id`](Self::id) until
/// [`usable_until`](Self::usable_until).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedLogoutRequest {
    // INVARIANT: all of it was signed by the provider, and of the time of the check.
    id: MessageId,
    name_id: NameId,
    session_indexes: Vec<String>,
    issued: Timestamp,
    usable_until: Timestamp,
    relay_state: Option<RelayState>,
    certificate: usize,
}

impl VerifiedLogoutRequest {
    /// The request in a message, checked as of now.
    ///
    /// ```
    /// use grantor::Timestamp;
    /// use grantor::saml::MessageId;
    /// use grantor::saml::Peer;
    /// use grantor::saml::ServiceProvider;
    /// use grantor::saml::logout::LogoutError;
    /// use grantor::saml::logout::LogoutOutcome;
    /// use grantor::saml::logout::LogoutResponse;
    /// use grantor::saml::logout::Received;
    /// use grantor::saml::logout::VerifiedLogoutRequest;
    ///
    /// fn answer(
    ///     query: &str,
    ///     provider: &ServiceProvider,
    ///     peer: &Peer<'_>,
    ///     now: Timestamp,
    /// ) -> Result<LogoutResponse, LogoutError> {
    ///     let request = VerifiedLogoutRequest::check(Received::Query(query), provider, peer, now)?;
    ///     // End the sessions of `request.name_id()` here. The bits of the id are to be drawn.
    ///     let id = MessageId::of_bits([7; 16]);
    ///     Ok(LogoutResponse::to(&request, id, LogoutOutcome::Done))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// [`LogoutError`], one for each rule.
    pub fn check(
        received: Received<'_>,
        provider: &ServiceProvider,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<Self, LogoutError> {
        let opened = Opened::new(received, MessageKind::Request, peer, now)?;
        let document = opened.document()?;
        let (message, certificate) = opened.message(&document, peer, now)?;
        let (id, issued) = check_head(message, "LogoutRequest", provider, peer, now)?;

        // SAML core §3.7.1: the first instant that it is too late at.
        let not_on_or_after = instant(message, "NotOnOrAfter", peer)?;
        let end = not_on_or_after.map(|end| end.plus(peer.clock_skew.get()));
        if let (Some(not_on_or_after), Some(end)) = (not_on_or_after, end)
            && now >= end
        {
            return Err(LogoutError::Expired { not_on_or_after });
        }

        // SAML core §2.2.4, §2.2.1: a subject that is encrypted, or named in another way.
        for other in ["EncryptedID", "BaseID"] {
            if message.named(ASSERTION, other).next().is_some() {
                return Err(LogoutError::Subject { found: other });
            }
        }
        let [issuer, _extensions, name_id, session_indexes] = children(
            message,
            &[
                Slot::one(ASSERTION, "Issuer"),
                Slot::at_most_one(PROTOCOL, "Extensions"),
                Slot::one(ASSERTION, "NameID"),
                Slot::any_number(PROTOCOL, "SessionIndex"),
            ],
        )?;
        for issuer in issuer {
            check_issuer(issuer, peer)?;
        }
        let name_id = name_id.first().ok_or(LogoutError::Missing { part: "NameID" })?;
        let session_indexes: Result<Vec<String>, LogoutError> =
            session_indexes.into_iter().map(|index| text(index, "SessionIndex").map(str::to_owned)).collect();

        let end_of_age = end_of_age(issued, peer);
        Ok(Self {
            id,
            name_id: read_name_id(*name_id)?,
            session_indexes: session_indexes?,
            issued,
            usable_until: end.map_or(end_of_age, |end| end.min(end_of_age)),
            relay_state: opened.relay_state,
            certificate,
        })
    }

    /// Its identifier, which the answer names.
    #[must_use]
    pub const fn id(&self) -> &MessageId {
        &self.id
    }

    /// Whose sessions end.
    #[must_use]
    pub const fn name_id(&self) -> &NameId {
        &self.name_id
    }

    /// Which of them end; where there are none, all (SAML core §3.7.3.2).
    #[must_use]
    pub fn session_indexes(&self) -> &[String] {
        &self.session_indexes
    }

    /// When it was issued.
    #[must_use]
    pub const fn issued(&self) -> Timestamp {
        self.issued
    }

    /// The first instant that it would be refused at.
    #[must_use]
    pub const fn usable_until(&self) -> Timestamp {
        self.usable_until
    }

    /// What is to be given back with the answer. What came by POST was not signed.
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

fn read_name_id(element: View<'_>) -> Result<NameId, LogoutError> {
    let attribute = |name| element.attribute(name).map(str::to_owned);
    Ok(NameId {
        value: text(element, "NameID")?.to_owned(),
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    })
}
