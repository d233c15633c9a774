//! How the subject of an assertion is confirmed.

use super::AssertionError;
use super::Subject;
use super::value;
use crate::saml::excerpt::excerpt;
use crate::saml::peer::Peer;
use crate::saml::signature::SignedElement;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::EndpointUri;
use crate::value::Timestamp;

/// SAML profiles §3.3.
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

/// What a confirmation has to say.
#[derive(Clone, Copy)]
pub struct Confirming<'c> {
    /// Where the assertion was sent to.
    pub recipient: &'c EndpointUri,
    /// What it answers.
    pub answer: Answer<'c>,
    /// Whether there has to be data of the confirmation.
    pub data: Presence,
}

/// What an assertion answers.
#[derive(Clone, Copy)]
pub enum Answer<'c> {
    /// Nothing.
    Nothing,
    /// The request of this id, which the response around it names as well, or not.
    Request {
        /// The id.
        id: &'c str,
        /// Whether the response names it.
        on_response: bool,
    },
}

/// Whether something has to be there.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Presence {
    /// It has to.
    Required,
    /// It need not.
    Optional,
}

/// A subject that is confirmed.
pub struct Confirmed {
    /// The latest instant at which any of its confirmations ends; nothing where one of them has no end, for it need
    /// not have data.
    pub until: Option<Timestamp>,
}

impl Confirmed {
    /// SAML core §2.4.1: any one confirmation suffices; SAML profiles §4.1.4.2: one by the method bearer.
    pub fn check(
        subject: &Subject<'_>,
        confirming: &Confirming<'_>,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<Self, AssertionError> {
        let mut refused: Option<AssertionError> = None;
        let mut is_confirmed = false;
        let mut until = Some(Timestamp::MIN);
        let confirmations = value::all(subject.element, "SubjectConfirmation");
        for confirmation in confirmations.filter(|found| found.attribute("Method") == Some(BEARER)) {
            match judge(confirmation, confirming, peer, now) {
                Ok(()) => is_confirmed = true,
                // Of several reasons one that a switch of the policy answers, else the first.
                Err(error) if refused.as_ref().is_none_or(|first| tells_more(&error, first)) => {
                    refused = Some(error);
                }
                Err(_) => {}
            }
            until = later(until, end(confirmation, confirming.data));
        }
        if is_confirmed { Ok(Self { until }) } else { Err(refused.unwrap_or(AssertionError::NotBearer)) }
    }
}

fn tells_more(error: &AssertionError, first: &AssertionError) -> bool {
    first.deviation().is_none() && error.deviation().is_some()
}

fn judge(
    confirmation: SignedElement<'_>,
    confirming: &Confirming<'_>,
    peer: &Peer<'_>,
    now: Timestamp,
) -> Result<(), AssertionError> {
    let Some(data) = value::at_most_one(confirmation, "SubjectConfirmationData")? else {
        return match confirming.data {
            Presence::Required => Err(AssertionError::ConfirmationDataMissing),
            Presence::Optional => Ok(()),
        };
    };
    // `Address` is not compared: what the host sees of a network is not what the identity provider sees of it.
    check_recipient(data, confirming.recipient)?;
    check_time(data, peer, now)?;
    check_answer(data.attribute("InResponseTo"), confirming.answer, peer.deviations)
}

/// SAML profiles §4.1.4.2: "a Recipient attribute containing the service provider's assertion consumer service URL".
fn check_recipient(data: SignedElement<'_>, expected: &EndpointUri) -> Result<(), AssertionError> {
    let found = data.attribute("Recipient").ok_or(AssertionError::RecipientMissing)?;
    if found == expected.as_str() {
        return Ok(());
    }
    Err(AssertionError::Recipient { expected: excerpt(expected.as_str()), found: excerpt(found) })
}

/// SAML profiles §4.1.4.2: "a NotOnOrAfter attribute that limits the window", and "It MUST NOT contain a NotBefore
/// attribute"; §4.1.4.3: the clocks may be apart.
fn check_time(data: SignedElement<'_>, peer: &Peer<'_>, now: Timestamp) -> Result<(), AssertionError> {
    let skew = peer.clock_skew.get();
    let instant = |name| value::instant(data.attribute(name), name, peer.deviations);
    let ends = instant("NotOnOrAfter")?.ok_or(AssertionError::ConfirmationEndMissing)?;
    if now.minus(skew) >= ends {
        return Err(AssertionError::ConfirmationOver { ends, now });
    }
    if data.attribute("NotBefore").is_some() && !peer.deviations.allow(Deviation::ConfirmationNotBefore) {
        return Err(AssertionError::ConfirmationNotBefore);
    }
    match instant("NotBefore")? {
        Some(begins) if begins > now.plus(skew) => Err(AssertionError::ConfirmationEarly { begins, now }),
        Some(_) | None => Ok(()),
    }
}

/// SAML profiles §4.1.4.2: `InResponseTo` is the id of the request; §4.1.5: an unsolicited answer has none.
fn check_answer(
    found: Option<&str>,
    answer: Answer<'_>,
    deviations: Deviations,
) -> Result<(), AssertionError> {
    match (answer, found) {
        (Answer::Nothing, None) => Ok(()),
        (Answer::Nothing, Some(found)) => Err(AssertionError::Unsolicited { found: excerpt(found) }),
        (Answer::Request { id, .. }, Some(found)) if found == id => Ok(()),
        (Answer::Request { id, .. }, Some(found)) => {
            Err(AssertionError::InResponseTo { expected: excerpt(id), found: excerpt(found) })
        }
        (Answer::Request { on_response: false, .. }, None) => Err(AssertionError::Unanswered),
        (Answer::Request { .. }, None) if deviations.allow(Deviation::MissingInResponseTo) => Ok(()),
        (Answer::Request { .. }, None) => Err(AssertionError::InResponseToMissing),
    }
}

/// When a confirmation ends, read so that no policy makes it end later; nothing where it has no end, and the earliest
/// instant where it confirms nothing.
fn end(confirmation: SignedElement<'_>, needed: Presence) -> Option<Timestamp> {
    let lenient = Deviations::NONE.with(Deviation::OffsetTime);
    let data = value::at_most_one(confirmation, "SubjectConfirmationData");
    if matches!((&data, needed), (Ok(None), Presence::Optional)) {
        return None;
    }
    let text = data.ok().flatten().and_then(|data| data.attribute("NotOnOrAfter"));
    let end = value::instant(text, "NotOnOrAfter", lenient).ok().flatten();
    Some(end.unwrap_or(Timestamp::MIN))
}

fn later(one: Option<Timestamp>, other: Option<Timestamp>) -> Option<Timestamp> {
    Some(one?.max(other?))
}
