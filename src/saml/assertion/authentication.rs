//! When and how a person was authenticated.

use super::AssertionError;
use super::value;
use crate::saml::peer::Peer;
use crate::saml::signature::SignedElement;
use crate::saml::xml::is_white_space;
use crate::value::Timestamp;

/// One authentication of the subject by the identity provider, not in the future and in a session that is not over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Authentication {
    pub instant: Timestamp,
    pub session_index: Option<String>,
    pub session_ends: Option<Timestamp>,
    pub context_class: Option<String>,
}

/// All that an assertion says of authentications, in its order; perhaps nothing (SAML core §2.7.2).
pub fn authentications(
    assertion: SignedElement<'_>,
    peer: &Peer<'_>,
    now: Timestamp,
) -> Result<Vec<Authentication>, AssertionError> {
    value::all(assertion, "AuthnStatement").map(|statement| read(statement, peer, now)).collect()
}

fn read(
    statement: SignedElement<'_>,
    peer: &Peer<'_>,
    now: Timestamp,
) -> Result<Authentication, AssertionError> {
    let skew = peer.clock_skew.get();
    let instant = |name| value::instant(statement.attribute(name), name, peer.deviations);
    let at = instant("AuthnInstant")?.ok_or(AssertionError::AuthnInstantMissing)?;
    let context =
        value::at_most_one(statement, "AuthnContext")?.ok_or(AssertionError::AuthnContextMissing)?;
    let class = value::at_most_one(context, "AuthnContextClassRef")?;
    let class = class.map(|class| value::text(class.text(), "AuthnContextClassRef")).transpose()?;
    if at > now.plus(skew) {
        return Err(AssertionError::AuthnInFuture { at, now });
    }
    let session_ends = instant("SessionNotOnOrAfter")?;
    if let Some(ends) = session_ends.filter(|ends| now.minus(skew) >= *ends) {
        return Err(AssertionError::SessionOver { ends, now });
    }
    Ok(Authentication {
        instant: at,
        session_index: statement.attribute("SessionIndex").map(str::to_owned),
        session_ends,
        context_class: class.map(|class| class.trim_matches(is_white_space).to_owned()),
    })
}
