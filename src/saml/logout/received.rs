//! A logout message as it came, and who signed it.

use super::LogoutError;
use crate::saml::Peer;
use crate::saml::binding::Carried;
use crate::saml::binding::MessageKind;
use crate::saml::binding::RelayState;
use crate::saml::binding::VerifiedQuery;
use crate::saml::signature;
use crate::saml::view::View;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::value::Timestamp;
use crate::value::decode_base64;

/// A logout message as the browser brought it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Received<'r> {
    /// By Redirect.
    Query(
        /// What stands behind the `?` of the URL, just as it came: neither decoded nor put together again.
        &'r str,
    ),
    /// By POST.
    Form {
        /// The field `SAMLRequest` or `SAMLResponse`, decoded as forms are. The host takes no form that has both, or
        /// one of them twice.
        message: &'r str,
        /// The field `RelayState`.
        relay_state: Option<&'r str>,
    },
}

/// The bytes of a message.
pub struct Opened {
    xml: Vec<u8>,
    pub relay_state: Option<RelayState>,
    /// The place of the certificate whose key signed the query.
    signed: Option<usize>,
}

/// 2 097 152: the most characters of the field of a form, line breaks and padding of a message as long as it may be
/// among them.
const MOST_OF_A_FIELD: usize = 2_097_152;

impl Opened {
    /// The bytes, of a query as they were signed, of a form whoever sent them.
    pub fn new(
        received: Received<'_>,
        kind: MessageKind,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<Self, LogoutError> {
        match received {
            Received::Query(query) => {
                let query =
                    VerifiedQuery::verify(query, kind, &peer.trust(), now).map_err(LogoutError::Query)?;
                let relay_state = query.relay_state().cloned();
                let signed = Some(query.certificate());
                Ok(Self { xml: query.into_xml(), relay_state, signed })
            }
            Received::Form { message, relay_state } => {
                let xml = decoded(message)?;
                let relay_state = relay_state.filter(|text| !text.is_empty()).map(RelayState::received);
                let relay_state = relay_state.transpose().map_err(LogoutError::RelayState)?;
                Ok(Self { xml, relay_state, signed: None })
            }
        }
    }

    pub fn document(&self) -> Result<Document<'_>, LogoutError> {
        Document::parse(&self.xml, Limits::MESSAGE).map_err(LogoutError::Xml)
    }

    /// The message in that document, which the provider signed, and the place of the certificate it signed by.
    pub fn message<'d>(
        &self,
        document: &'d Document<'d>,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<(View<'d>, usize), LogoutError> {
        if let Some(certificate) = self.signed {
            return Ok((View::Whole(document.root()), certificate));
        }
        let signed =
            signature::verify(document.root(), &peer.trust(), now).map_err(LogoutError::Signature)?;
        Ok((View::Signed(signed), signed.certificate()))
    }
}

/// The bytes of a message, whoever sent it. Nothing of it is proven.
pub fn unverified(received: Received<'_>, kind: MessageKind) -> Result<Vec<u8>, LogoutError> {
    match received {
        Received::Query(query) => {
            Carried::read(query, kind).and_then(|carried| carried.inflated()).map_err(LogoutError::Query)
        }
        Received::Form { message, .. } => decoded(message),
    }
}

fn decoded(field: &str) -> Result<Vec<u8>, LogoutError> {
    if field.len() > MOST_OF_A_FIELD {
        return Err(LogoutError::TooLong);
    }
    decode_base64(field).ok_or(LogoutError::Encoding)
}
