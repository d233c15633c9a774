//! How a message is sent, and what the host sends to the browser.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::Draft;
use super::Form;
use super::RelayState;
use super::SendError;
use super::deflate::deflate;
use super::percent::encode;
use crate::saml::crypto::Signer;
use crate::saml::signature::signing_algorithm;
use crate::saml::signature::with_signature;
use crate::saml::xml::Limits;
use crate::value::Binding;
use crate::value::EndpointUri;

/// Where a message is sent, and how.
#[derive(Clone, Copy)]
pub struct Delivery<'d> {
    /// Through which binding.
    pub binding: Binding,
    /// The address that the identity provider has for this binding.
    pub destination: &'d EndpointUri,
    /// What comes back with the answer.
    pub relay_state: Option<&'d RelayState>,
    /// Who signs; the message is not signed without.
    pub signer: Option<&'d dyn Signer>,
}

/// What the host answers the browser with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Outgoing {
    /// A redirect (302 or 303) to this URL.
    Redirect(String),
    /// A page with this form.
    Form(Form),
}

impl<'d> Delivery<'d> {
    /// To this address through this binding, not signed, with nothing that comes back.
    #[must_use]
    pub const fn new(binding: Binding, destination: &'d EndpointUri) -> Self {
        Self { binding, destination, relay_state: None, signer: None }
    }

    pub(in crate::saml) fn send(&self, draft: Draft<'_>) -> Result<Outgoing, SendError> {
        if draft.xml.len() > Limits::MESSAGE.bytes {
            return Err(SendError::TooLong);
        }
        match self.binding {
            Binding::Redirect => self.redirect(&draft).map(Outgoing::Redirect),
            Binding::Post => {
                let xml = match self.signer {
                    Some(signer) => with_signature(draft.xml, draft.after_issuer, draft.id.as_str(), signer)?,
                    None => draft.xml,
                };
                Ok(Outgoing::Form(Form {
                    action: self.destination.clone(),
                    kind: draft.kind,
                    message: STANDARD.encode(xml),
                    relay_state: self.relay_state.cloned(),
                }))
            }
        }
    }

    /// SAML bindings §3.4.4.1: deflated, in Base64, percent-encoded; signed as the octets that are sent.
    fn redirect(&self, draft: &Draft<'_>) -> Result<String, SendError> {
        let message = encode(&STANDARD.encode(deflate(draft.xml.as_bytes())));
        let mut query = [draft.kind.parameter(), "=", &message].concat();
        if let Some(relay_state) = self.relay_state {
            query.push_str("&RelayState=");
            query.push_str(&encode(relay_state.as_str()));
        }
        if let Some(signer) = self.signer {
            query.push_str("&SigAlg=");
            query.push_str(&encode(signing_algorithm(signer)?.uri()));
            let signature = signer.sign(query.as_bytes()).map_err(SendError::Signer)?;
            query.push_str("&Signature=");
            query.push_str(&encode(&STANDARD.encode(signature)));
        }
        let address = self.destination.as_str();
        // An address that has a query keeps it.
        let between = match address.split_once('?') {
            None => "?",
            Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
            Some(_) => "&",
        };
        Ok([address, between, &query].concat())
    }
}

impl fmt::Debug for Delivery<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("binding", &self.binding)
            .field("destination", &self.destination)
            .field("relay_state", &self.relay_state)
            .finish_non_exhaustive()
    }
}
