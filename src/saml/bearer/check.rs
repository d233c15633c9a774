//! All that is checked of an assertion of a grant, in one place, in the order of the standard.

use super::BearerError;
use super::BearerExpected;
use crate::saml::assertion::Answer;
use crate::saml::assertion::AssertionError;
use crate::saml::assertion::Conditions;
use crate::saml::assertion::Confirmed;
use crate::saml::assertion::Confirming;
use crate::saml::assertion::Envelope;
use crate::saml::assertion::Facts;
use crate::saml::assertion::Presence;
use crate::saml::assertion::Subject;
use crate::saml::assertion::Verified;
use crate::saml::assertion::attributes;
use crate::saml::assertion::authentications;
use crate::saml::assertion::check_audience;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::peer::Peer;
use crate::saml::signature::verify;
use crate::saml::xml::Document;
use crate::value::Timestamp;

/// An assertion that is a grant, proven by [`check_assertion`].
pub type BearerAssertion = Verified<Grant>;

/// What an assertion says of a grant.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Grant {
    authn_instant: Option<Timestamp>,
}

/// 86 400 s: what ends later than a day from now is refused (RFC 7522 §3, item 4), for it has to be remembered that
/// long.
const LONGEST: u32 = 86_400;

/// Checks the assertion of a grant (GR-07; RFC 7522 §3).
///
/// The provider is one that is trusted for grants, which it need not be for being trusted for logins. The answer has
/// not been accepted yet: an assertion is accepted once (SA-11).
///
/// ```
/// # use grantor::saml::crypto::*;
/// # use grantor::value::PublicKey;
/// use grantor::Timestamp;
/// use grantor::saml::Peer;
/// use grantor::saml::bearer::*;
/// use grantor::saml::xml::*;
///
/// # struct Hsm;
/// # impl SignatureVerifier for Hsm {
/// #     fn verify(&self, _: SignatureAlgorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<(), NotVerified> {
/// #         Err(NotVerified::Unsupported)
/// #     }
/// # }
/// let id = &"https://idp.example.com/metadata".parse()?;
/// let peer = Peer::new(id, &[], &Hsm);
/// let expected = BearerExpected {
///     token_endpoint: &"https://auth.example.com/oauth/token".parse()?,
///     audience: &"https://auth.example.com".parse()?,
/// };
/// let text = decode_assertion("PFJlc3BvbnNlLz4")?;
/// let document = Document::parse(&text, Limits::MESSAGE)?;
/// let refused = check_assertion(&document, &peer, &expected, Timestamp::from_unix(0));
/// assert_eq!(refused.unwrap_err().code(), "saml.bearer.root");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`BearerError`], one for each rule.
pub fn check_assertion(
    document: &Document<'_>,
    peer: &Peer<'_>,
    expected: &BearerExpected<'_>,
    now: Timestamp,
) -> Result<BearerAssertion, BearerError> {
    let root = document.root();
    if root.is(ASSERTION, "EncryptedAssertion") {
        return Err(BearerError::Encrypted);
    }
    if !root.is(ASSERTION, "Assertion") {
        return Err(BearerError::NotAssertion { found: excerpt(root.local()) });
    }
    // RFC 7522 §3, item 9: the issuer signs the assertion itself, for there is nothing around it. It could also protect
    // it by a MAC, for which there would have to be a shared secret.
    let assertion = verify(root, &peer.trust(), now)?;
    let envelope = Envelope::of_assertion(assertion);
    envelope.check_version()?;
    let id = envelope.id()?;
    envelope.check_issued(peer, now)?;
    // Item 1: "The Assertion's <Issuer> element MUST contain a unique identifier for the entity that issued the
    // Assertion", compared as it is written.
    envelope.check_issuer(peer.entity_id)?;

    // Items 2 and 4: the audience, and the end.
    let conditions = Conditions::check(assertion, peer, now)?;
    check_audience(&conditions, expected.audience.as_str())?;
    conditions.check_known()?;

    // Items 3 and 5: the subject, confirmed for whoever bears the assertion. The data of the confirmation may be
    // missing where the conditions end. No request was made that it could answer.
    let subject = Subject::read(assertion)?;
    let data = if conditions.ends.is_some() { Presence::Optional } else { Presence::Required };
    let confirming = Confirming { recipient: expected.token_endpoint, answer: Answer::Nothing, data };
    let confirmed = Confirmed::check(&subject, &confirming, peer, now).map_err(|error| match error {
        AssertionError::ConfirmationDataMissing | AssertionError::ConfirmationEndMissing
            if conditions.ends.is_none() =>
        {
            BearerError::EndMissing
        }
        other => other.into(),
    })?;
    // One of the two is there: where the conditions do not end, the confirmation does.
    let ends = [confirmed.until, conditions.ends].into_iter().flatten().min().unwrap_or(Timestamp::MAX);
    if ends > now.plus(LONGEST) {
        return Err(BearerError::EndTooFar { ends, now });
    }

    // Item 7: "If the Assertion issuer directly authenticated the subject", there is an AuthnStatement.
    let authentications = authentications(assertion, peer, now)?;
    let facts = Facts {
        issuer: peer.entity_id.clone(),
        id: id.to_owned(),
        key: peer.assertion_key(assertion.certificate(), id),
        name_id: subject.name_id,
        attributes: attributes(assertion)?,
        ends,
        certificate: assertion.certificate(),
        is_encrypted: false,
    };
    let authn_instant = authentications.first().map(|first| first.instant);
    Ok(Verified::new(facts, Grant { authn_instant }))
}

impl BearerAssertion {
    /// When the identity provider authenticated the user; nothing where it acts on the user's behalf instead.
    #[must_use]
    pub const fn authn_instant(&self) -> Option<Timestamp> {
        self.of.authn_instant
    }
}
