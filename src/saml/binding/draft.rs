//! A message as it is before it is sent: whole, and not yet signed.

use super::MessageKind;
use super::SendError;
use crate::saml::MessageId;
use crate::saml::ServiceProvider;
use crate::saml::instant;
use crate::saml::names::ASSERTION;
use crate::saml::names::PROTOCOL;
use crate::saml::xml::Writer;
use crate::value::Deviations;
use crate::value::EndpointUri;
use crate::value::Timestamp;

/// A message that is not yet signed.
pub struct Draft<'m> {
    pub kind: MessageKind,
    pub id: &'m MessageId,
    pub xml: String,
    /// Where its signature belongs: right after `Issuer` (SAML core §3.2.1, §3.2.2).
    pub after_issuer: usize,
}

/// What every message says in the attributes of its root.
pub struct Head<'m> {
    /// Its name, with the prefix `samlp`.
    pub name: &'static str,
    pub kind: MessageKind,
    pub id: &'m MessageId,
    pub destination: &'m EndpointUri,
    pub provider: &'m ServiceProvider,
}

impl<'m> Draft<'m> {
    /// The message with this head, these further attributes, and what `content` writes after `Issuer`.
    pub fn write(
        head: &Head<'m>,
        attributes: &[(&'static str, &str)],
        content: impl FnOnce(&mut Writer),
        now: Timestamp,
    ) -> Result<Self, SendError> {
        let issued = written_instant(now)?;
        let mut all = vec![
            ("xmlns:samlp", PROTOCOL),
            ("xmlns:saml", ASSERTION),
            ("ID", head.id.as_str()),
            ("Version", "2.0"),
            ("IssueInstant", &issued),
            ("Destination", head.destination.as_str()),
        ];
        all.extend_from_slice(attributes);
        let mut after_issuer = 0;
        let mut writer = Writer::new();
        writer.element(head.name, &all, |writer| {
            // SAML profiles §4.1.4.1: no format, which means the name of an entity (SAML core §8.3.6).
            writer.text("saml:Issuer", &[], head.provider.entity_id.as_str());
            after_issuer = writer.length();
            content(writer);
        });
        let xml = writer.finish().map_err(SendError::Unwritable)?;
        Ok(Self { kind: head.kind, id: head.id, xml, after_issuer })
    }
}

/// SAML core §1.3.3: in UTC with a `Z`.
pub fn written_instant(at: Timestamp) -> Result<String, SendError> {
    let text = at.to_string();
    match instant::read(&text, Deviations::NONE) {
        Ok(_) => Ok(text),
        Err(_) => Err(SendError::Instant { at }),
    }
}
