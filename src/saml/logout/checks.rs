//! What is checked of every logout message.

use super::LogoutError;
use crate::saml::MessageId;
use crate::saml::Peer;
use crate::saml::ServiceProvider;
use crate::saml::excerpt::excerpt;
use crate::saml::instant;
use crate::saml::instant::NotInstant;
use crate::saml::names::ENTITY;
use crate::saml::names::PROTOCOL;
use crate::saml::view::View;
use crate::value::Deviation;
use crate::value::Timestamp;

/// 600 s: the longest that a message is taken after it was issued. Without a bound, one that names no end could be sent
/// again for ever.
pub const MAX_AGE: u32 = 600;

/// The identifier of a message of this name that is addressed to us, and when it was issued.
pub fn check_head(
    message: View<'_>,
    name: &'static str,
    provider: &ServiceProvider,
    peer: &Peer<'_>,
    now: Timestamp,
) -> Result<(MessageId, Timestamp), LogoutError> {
    if !message.is(PROTOCOL, name) {
        return Err(LogoutError::Root { expected: name, found: excerpt(&message.full_name()) });
    }
    // SAML core §3.2.1, §3.2.2: `ID`, `Version` and `IssueInstant` are required.
    let version = message.attribute("Version").ok_or(LogoutError::Missing { part: "Version" })?;
    if version != "2.0" {
        return Err(LogoutError::Version { found: excerpt(version) });
    }
    let id = message.attribute("ID").ok_or(LogoutError::Missing { part: "ID" })?;
    let id = id.parse().map_err(|_| LogoutError::Id { part: "ID", found: excerpt(id) })?;

    let issued =
        instant(message, "IssueInstant", peer)?.ok_or(LogoutError::Missing { part: "IssueInstant" })?;
    let skew = peer.clock_skew.get();
    if issued > now.plus(skew) {
        return Err(LogoutError::FromFuture { issued });
    }
    if now >= end_of_age(issued, peer) {
        return Err(LogoutError::Stale { issued });
    }
    check_destination(message, provider, peer)?;
    Ok((id, issued))
}

/// The first instant that a message is too old at.
pub const fn end_of_age(issued: Timestamp, peer: &Peer<'_>) -> Timestamp {
    issued.plus(MAX_AGE).plus(peer.clock_skew.get())
}

/// SAML bindings §3.4.5.2, §3.5.5.2: a signed message names where it is sent, and that is where it came.
fn check_destination(
    message: View<'_>,
    provider: &ServiceProvider,
    peer: &Peer<'_>,
) -> Result<(), LogoutError> {
    let expected = provider.logout.as_ref().ok_or(LogoutError::NotConfigured)?;
    match message.attribute("Destination") {
        None if peer.deviations.allow(Deviation::MissingDestination) => Ok(()),
        None => Err(LogoutError::DestinationMissing),
        Some(found) if found == expected.as_str() => Ok(()),
        Some(found) => {
            Err(LogoutError::Destination { expected: excerpt(expected.as_str()), found: excerpt(found) })
        }
    }
}

/// SAML core §8.3.6: the issuer is named by its entity id, with no qualifier.
pub fn check_issuer(issuer: View<'_>, peer: &Peer<'_>) -> Result<(), LogoutError> {
    let found = text(issuer, "Issuer")?;
    let expected = peer.entity_id.as_str();
    if found != expected {
        return Err(LogoutError::Issuer { expected: excerpt(expected), found: excerpt(found) });
    }
    let is_qualified = ["NameQualifier", "SPNameQualifier", "SPProvidedID"]
        .into_iter()
        .any(|qualifier| issuer.attribute(qualifier).is_some());
    if is_qualified || issuer.attribute("Format").is_some_and(|format| format != ENTITY) {
        return Err(LogoutError::IssuerFormat);
    }
    Ok(())
}

/// The instant in this attribute; nothing where there is none.
pub fn instant(
    message: View<'_>,
    part: &'static str,
    peer: &Peer<'_>,
) -> Result<Option<Timestamp>, LogoutError> {
    let Some(text) = message.attribute(part) else { return Ok(None) };
    instant::read(text, peer.deviations).map(Some).map_err(|reason| match reason {
        NotInstant::Malformed => LogoutError::Instant { part, found: excerpt(text) },
        NotInstant::Offset => LogoutError::Offset { part, found: excerpt(text) },
    })
}

/// The text of an element, which holds at least one character but white space (SAML core §1.3.1).
pub fn text<'d>(element: View<'d>, part: &'static str) -> Result<&'d str, LogoutError> {
    let text = element.text().map_err(|_| LogoutError::NotText { part })?;
    if text.trim().is_empty() { Err(LogoutError::Missing { part }) } else { Ok(text) }
}
