//! What a response says around its assertion. It may be signed or not, so it gives reasons to refuse and no others.

use super::Answers;
use super::ResponseError;
use crate::saml::assertion::Answer;
use crate::saml::assertion::Envelope;
use crate::saml::assertion::ValueError;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::names::PROTOCOL;
use crate::saml::names::SUCCESS;
use crate::saml::names::XMLDSIG;
use crate::saml::peer::Peer;
use crate::saml::signature::is_signed;
use crate::saml::xml::Element;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::EndpointUri;

/// SAML profiles §4.1.4.2: the message is a `Response`, not an assertion, nor another message around one.
pub fn check_root(root: Element<'_>) -> Result<(), ResponseError> {
    if root.is(PROTOCOL, "Response") {
        return Ok(());
    }
    Err(ResponseError::NotResponse { found: excerpt(root.local()) })
}

/// SAML core §3.2.2, bindings §3.5.5.2: the address it is sent to, byte for byte.
pub fn check_destination(
    response: Element<'_>,
    acs: &EndpointUri,
    deviations: Deviations,
) -> Result<(), ResponseError> {
    match response.attribute("Destination") {
        Some(found) if found == acs.as_str() => Ok(()),
        Some(found) => {
            Err(ResponseError::Destination { expected: excerpt(acs.as_str()), found: excerpt(found) })
        }
        None if deviations.allow(Deviation::MissingDestination) => Ok(()),
        None => Err(ResponseError::DestinationMissing),
    }
}

/// SAML profiles §4.1.4.2: "If the <Response> message is signed or if an enclosed assertion is encrypted, then the
/// <Issuer> element MUST be present. Otherwise it MAY be omitted."
pub fn check_issuer(
    response: Element<'_>,
    envelope: &Envelope<'_>,
    peer: &Peer<'_>,
) -> Result<(), ResponseError> {
    let is_needed =
        is_signed(response) || response.elements().any(|element| element.is(ASSERTION, "EncryptedAssertion"));
    if is_needed || envelope.has_issuer() {
        envelope.check_issuer(peer.entity_id)?;
    }
    Ok(())
}

/// SAML core §3.2.2.1: the outermost code says whether it is one of success, whatever comes with it.
pub fn check_status(response: Element<'_>) -> Result<(), ResponseError> {
    let status = at_most_one(response, "Status")?.ok_or(ResponseError::StatusMissing)?;
    let code = at_most_one(status, "StatusCode")?.ok_or(ResponseError::StatusMissing)?;
    let value = code.attribute("Value").ok_or(ResponseError::StatusMissing)?;
    if value == SUCCESS {
        return Ok(());
    }
    let nested = at_most_one(code, "StatusCode")?.and_then(|nested| nested.attribute("Value"));
    let message = at_most_one(status, "StatusMessage")?.and_then(|message| message.text().ok());
    Err(ResponseError::Status {
        code: excerpt(value),
        nested: nested.map(excerpt),
        message: message.map(excerpt),
    })
}

/// SAML profiles §4.1.4.2: the id of the request; §4.1.5: an unsolicited response has none.
pub fn answer<'e>(
    response: Element<'_>,
    answers: Answers<'e>,
    deviations: Deviations,
) -> Result<Answer<'e>, ResponseError> {
    let found = response.attribute("InResponseTo");
    match (answers, found) {
        (Answers::Nothing, None) => Ok(Answer::Nothing),
        (Answers::Nothing, Some(found)) => Err(ResponseError::Unsolicited { found: excerpt(found) }),
        (Answers::Request { id, .. }, Some(found)) if found == id => {
            Ok(Answer::Request { id, on_response: true })
        }
        (Answers::Request { id, .. }, Some(found)) => {
            Err(ResponseError::InResponseTo { expected: excerpt(id), found: excerpt(found) })
        }
        (Answers::Request { id, .. }, None) if deviations.allow(Deviation::MissingInResponseTo) => {
            Ok(Answer::Request { id, on_response: false })
        }
        (Answers::Request { .. }, None) => Err(ResponseError::InResponseToMissing),
    }
}

/// The assertion of a response.
#[derive(Clone, Copy)]
pub enum Enclosed<'d> {
    /// As it is.
    Plain(Element<'d>),
    /// Encrypted.
    Encrypted(Element<'d>),
}

/// The one assertion. SAML profiles §4.1.4.2 would let there be more, of which it is hard to say which one counts.
///
/// What the schema does not have in a response is refused, and so is an assertion elsewhere: in a message that was
/// not made to deceive there is none (threat 47).
pub fn one_assertion(response: Element<'_>) -> Result<Enclosed<'_>, ResponseError> {
    let mut enclosed = None;
    for element in response.elements() {
        let found = match (element.namespace(), element.local()) {
            (ASSERTION, "Assertion") => Enclosed::Plain(element),
            (ASSERTION, "EncryptedAssertion") => Enclosed::Encrypted(element),
            (ASSERTION, "Issuer") | (PROTOCOL, "Extensions" | "Status") | (XMLDSIG, "Signature") => continue,
            (_, local) => return Err(ResponseError::Unexpected { found: excerpt(local) }),
        };
        if enclosed.replace(found).is_some() {
            return Err(ResponseError::SeveralAssertions);
        }
    }
    let enclosed = enclosed.ok_or(ResponseError::NoAssertion)?;
    let (Enclosed::Plain(own) | Enclosed::Encrypted(own)) = enclosed;
    let is_assertion = |element: &Element<'_>| {
        element.namespace() == ASSERTION && matches!(element.local(), "Assertion" | "EncryptedAssertion")
    };
    // What is within the assertion is signed with it, and not read as one.
    let is_own = |element: Element<'_>| element == own || element.ancestors().any(|above| above == own);
    match response.document().elements().filter(is_assertion).find(|element| !is_own(*element)) {
        Some(_) => Err(ResponseError::StrayAssertion),
        None => Ok(enclosed),
    }
}

fn at_most_one<'d>(within: Element<'d>, name: &'static str) -> Result<Option<Element<'d>>, ValueError> {
    let mut found = within.elements().filter(|element| element.is(PROTOCOL, name));
    let first = found.next();
    if found.next().is_some() { Err(ValueError::Repeated { name }) } else { Ok(first) }
}
