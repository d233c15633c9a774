//! What came in a query, and who signed it.

use super::MessageKind;
use super::QueryError;
use super::RelayState;
use super::deflate::inflate;
use super::percent::Plus;
use super::percent::decode;
use crate::saml::signature::Trust;
use crate::saml::signature::verify_octets;
use crate::saml::xml::Limits;
use crate::value::Timestamp;
use crate::value::decode_base64;

/// A message that came in the query of a URL, signed by a trusted key. Only [`verify`](Self::verify) makes one.
///
/// The signature covers the message and the relay state as the octets that came, and nothing else in the query.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct VerifiedQuery {
    // INVARIANT: all of it was signed.
    xml: Vec<u8>,
    relay_state: Option<RelayState>,
    certificate: usize,
}

/// The parameters that mean something here.
const PARAMETERS: [&str; 6] =
    ["SAMLRequest", "SAMLResponse", "RelayState", "SigAlg", "Signature", "SAMLEncoding"];

/// SAML bindings §3.4.4.1: the only encoding that there is, and the one that is meant where none is named.
const DEFLATE: &str = "urn:oasis:names:tc:SAML:2.0:bindings:URL-Encoding:DEFLATE";

impl VerifiedQuery {
    /// 65 536 bytes: the longest query that is read. What is inflated from it is
    /// [`Limits::MESSAGE`] bytes at most.
    pub const MAX: usize = 65_536;

    /// The message in a query, which stands behind the `?` of the URL that was asked for: just as it came, neither
    /// decoded nor put together again. Parameters that SAML does not have are let pass and not read.
    ///
    /// ```
    /// use grantor::Timestamp;
    /// use grantor::saml::binding::MessageKind;
    /// use grantor::saml::binding::QueryError;
    /// use grantor::saml::binding::VerifiedQuery;
    /// use grantor::saml::signature::Trust;
    ///
    /// # fn example(trust: &Trust<'_>, now: Timestamp) {
    /// let refused = VerifiedQuery::verify("SAMLRequest=a", MessageKind::Request, trust, now);
    /// assert_eq!(refused, Err(QueryError::Unsigned));
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`QueryError`], one for each rule.
    pub fn verify(
        query: &str,
        expected: MessageKind,
        trust: &Trust<'_>,
        now: Timestamp,
    ) -> Result<Self, QueryError> {
        let carried = Carried::read(query, expected)?;
        let (Some(algorithm), Some(signature)) = (carried.algorithm, carried.signature) else {
            return Err(QueryError::Unsigned);
        };
        // SAML bindings §3.4.4.1: the octets as they came, in this order whatever the order in the query.
        let mut octets = [expected.parameter(), "=", carried.message].concat();
        if let Some(relay_state) = carried.relay_state {
            octets.push_str("&RelayState=");
            octets.push_str(relay_state);
        }
        octets.push_str("&SigAlg=");
        octets.push_str(algorithm);
        let algorithm = decoded("SigAlg", algorithm, Plus::Refused)?;
        let signature = decoded("Signature", signature, Plus::Refused)?;
        let certificate = verify_octets(octets.as_bytes(), &algorithm, &signature, trust, now)
            .map_err(QueryError::Signature)?;

        // Nothing is inflated but what a trusted key signed.
        let xml = carried.inflated()?;
        let relay_state = match carried.relay_state {
            // Some send an empty one where they have none.
            None | Some("") => None,
            Some(raw) => {
                let text = decoded("RelayState", raw, Plus::Space)?;
                Some(RelayState::received(&text).map_err(QueryError::RelayState)?)
            }
        };
        Ok(Self { xml, relay_state, certificate })
    }

    /// The message: the bytes of its XML, not yet parsed.
    #[must_use]
    pub fn xml(&self) -> &[u8] {
        &self.xml
    }

    /// The message, to be kept.
    #[must_use]
    pub fn into_xml(self) -> Vec<u8> {
        self.xml
    }

    /// What is to be given back with the answer.
    #[must_use]
    pub const fn relay_state(&self) -> Option<&RelayState> {
        self.relay_state.as_ref()
    }

    /// Which of the [trusted certificates](Trust::certificates) has the key that signed, by its place.
    #[must_use]
    pub const fn certificate(&self) -> usize {
        self.certificate
    }
}

/// What a query carries, as it came: nothing of it is verified, nothing is decoded.
pub struct Carried<'q> {
    kind: MessageKind,
    message: &'q str,
    relay_state: Option<&'q str>,
    algorithm: Option<&'q str>,
    signature: Option<&'q str>,
}

impl<'q> Carried<'q> {
    /// The one message of this kind in a query.
    pub fn read(query: &'q str, expected: MessageKind) -> Result<Self, QueryError> {
        if query.len() > VerifiedQuery::MAX {
            return Err(QueryError::TooLong { max: VerifiedQuery::MAX });
        }
        let [request, response, relay_state, algorithm, signature, encoding] = parameters(query)?;
        let (kind, message) = match (request, response) {
            (Some(message), None) => (MessageKind::Request, message),
            (None, Some(message)) => (MessageKind::Response, message),
            (Some(_), Some(_)) => return Err(QueryError::TwoMessages),
            (None, None) => return Err(QueryError::NoMessage),
        };
        if kind != expected {
            return Err(QueryError::Kind { expected, found: kind });
        }
        if let Some(encoding) = encoding
            && decoded("SAMLEncoding", encoding, Plus::Refused)? != DEFLATE
        {
            return Err(QueryError::SamlEncoding);
        }
        Ok(Self { kind, message, relay_state, algorithm, signature })
    }

    /// The bytes of the message, as many as are read.
    pub fn inflated(&self) -> Result<Vec<u8>, QueryError> {
        let message = decoded(self.kind.parameter(), self.message, Plus::Refused)?;
        let deflated = decode_base64(&message).ok_or(QueryError::Base64)?;
        inflate(&deflated, Limits::MESSAGE.bytes)
    }
}

/// The values of the parameters as they came, in the order of [`PARAMETERS`].
fn parameters(query: &str) -> Result<[Option<&str>; PARAMETERS.len()], QueryError> {
    let mut raw = [None; PARAMETERS.len()];
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        // Threat 44: a name that others decode to one of these would be another parameter to them.
        let meant = decode(name, Plus::Space);
        let meant = meant.as_deref().unwrap_or(name);
        let Some((slot, parameter)) = raw.iter_mut().zip(PARAMETERS).find(|(_, known)| *known == meant)
        else {
            continue;
        };
        if name != parameter {
            return Err(QueryError::EncodedName { parameter });
        }
        if slot.replace(value).is_some() {
            return Err(QueryError::Repeated { parameter });
        }
    }
    Ok(raw)
}

fn decoded(parameter: &'static str, raw: &str, plus: Plus) -> Result<String, QueryError> {
    decode(raw, plus).ok_or(QueryError::Encoding { parameter })
}
