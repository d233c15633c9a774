//! All that is checked of a response, in one place, in the order of the standard.

use super::Answers;
use super::Check;
use super::Expected;
use super::Login;
use super::Refusal;
use super::VerifiedAssertion;
use super::parts;
use super::parts::Enclosed;
use super::refusal::Trail;
use crate::saml::assertion::Answer;
use crate::saml::assertion::AssertionError;
use crate::saml::assertion::Authentication;
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
use crate::saml::encryption::EncryptionError;
use crate::saml::encryption::decrypt;
use crate::saml::peer::Peer;
use crate::saml::signature::SignedElement;
use crate::saml::signature::is_signed;
use crate::saml::signature::verify_around;
use crate::saml::signature::verify_decrypted;
use crate::saml::signature::verify_within;
use crate::saml::xml::Document;
use crate::value::Deviation;
use crate::value::Timestamp;

/// Checks a response, and answers with the assertion in it (SA-08 to SA-13; SAML profiles §4.1.4.3).
///
/// What the response says around the assertion, which may be signed or not, gives reasons to refuse it and nothing
/// else. What is answered with is read from what was signed. Each signature that is there must be valid.
///
/// The answer has not been accepted yet: an assertion is accepted once (SA-11), and a request is answered once.
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::Peer;
/// use grantor::saml::crypto::*;
/// use grantor::saml::response::*;
/// use grantor::saml::xml::*;
/// use grantor::value::*;
///
/// /// A host's own verifier.
/// struct Hsm;
///
/// impl SignatureVerifier for Hsm {
///     fn verify(&self, _: SignatureAlgorithm, _: &PublicKey, _: &[u8], _: &[u8]) -> Result<(), NotVerified> {
///         Err(NotVerified::Unsupported)
///     }
/// }
///
/// let id = &"https://idp.example.com/metadata".parse()?;
/// let peer = Peer::new(id, &[], &Hsm);
/// let expected = Expected {
///     acs: &"https://sp.example.com/saml/acs".parse()?,
///     audience: &"https://sp.example.com/saml/metadata".parse()?,
///     answers: Answers::Nothing,
/// };
/// let document = Document::parse(b"<Response/>", Limits::MESSAGE)?;
/// let refusal = check_response(&document, &peer, &expected, Timestamp::from_unix(0)).unwrap_err();
/// assert_eq!(refusal.failed, Check::Root);
/// assert_eq!(refusal.error.code(), "saml.response.root");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`Refusal`], with the [`Check`] that failed and the [`ResponseError`](super::ResponseError) that says why, one for each rule.
pub fn check_response(
    document: &Document<'_>,
    peer: &Peer<'_>,
    expected: &Expected<'_>,
    now: Timestamp,
) -> Result<VerifiedAssertion, Refusal> {
    let mut trail = Trail::new();
    let response = document.root();
    trail.pass(Check::Root, parts::check_root(response))?;

    let envelope = Envelope::of_response(response);
    trail.pass(Check::Version, envelope.check_version())?;
    trail.pass(Check::Id, envelope.id())?;
    trail.pass(Check::IssueInstant, envelope.check_issued(peer, now))?;
    let destination = parts::check_destination(response, expected.acs, peer.deviations);
    trail.pass(Check::Destination, destination)?;
    trail.pass(Check::Issuer, parts::check_issuer(response, &envelope, peer))?;
    trail.pass(Check::Status, parts::check_status(response))?;
    let answer = parts::answer(response, expected.answers, peer.deviations);
    let answer = trail.pass(Check::InResponseTo, answer)?;
    let enclosed = trail.pass(Check::OneAssertion, parts::one_assertion(response))?;

    // SAML profiles §4.1.4.3: "Verify any signatures present on the assertion(s) or the response".
    let trust = peer.trust();
    let around = match verify_around(response, &trust, now) {
        Ok(None) => None,
        signed => trail.pass(Check::ResponseSignature, signed)?,
    };
    let judging = Judging { peer, expected, answer, now };
    match enclosed {
        Enclosed::Plain(assertion) => {
            let signed = verify_within(around, assertion, &trust, now);
            let signed = trail.pass(Check::AssertionSignature, signed)?;
            judging.judge(signed, false, trail)
        }
        Enclosed::Encrypted(encrypted) => {
            let plaintext = trail.part(Check::Decryption, decrypt(encrypted, peer))?;
            let inner = trail.part(Check::Decryption, plaintext.document())?;
            let signed = verify_decrypted(around, encrypted, inner.root(), &trust, now);
            // Anybody could have changed a ciphertext of AES-CBC, and would learn from another reason what it was
            // changed to. A signature around it proves nothing against that: our key is one for all identity
            // providers, and any of them may sign around what was encrypted for another.
            let is_told = plaintext.is_authenticated() || is_signed(inner.root()) && signed.is_ok();
            let mut judged = trail.clone();
            let opened = judged.pass(Check::Decryption, Ok::<_, EncryptionError>(signed))?;
            let judged = judged
                .pass(Check::AssertionSignature, opened)
                .and_then(|signed| judging.judge(signed, true, judged));
            match judged {
                Err(_) if !is_told => trail.pass(Check::Decryption, Err(EncryptionError::Undecryptable)),
                told => told,
            }
        }
    }
}

/// What the assertion is judged by.
struct Judging<'c> {
    peer: &'c Peer<'c>,
    expected: &'c Expected<'c>,
    answer: Answer<'c>,
    now: Timestamp,
}

impl Judging<'_> {
    fn judge(
        &self,
        assertion: SignedElement<'_>,
        is_encrypted: bool,
        mut trail: Trail,
    ) -> Result<VerifiedAssertion, Refusal> {
        let Self { peer, expected, answer, now } = *self;
        let envelope = Envelope::of_assertion(assertion);
        trail.pass(Check::AssertionVersion, envelope.check_version())?;
        let id = trail.pass(Check::AssertionId, envelope.id())?;
        trail.pass(Check::AssertionIssueInstant, envelope.check_issued(peer, now))?;
        trail.pass(Check::AssertionIssuer, envelope.check_issuer(peer.entity_id))?;

        let subject = trail.pass(Check::Subject, Subject::read(assertion))?;
        let confirming = Confirming { recipient: expected.acs, answer, data: Presence::Required };
        let confirmed = Confirmed::check(&subject, &confirming, peer, now);
        let confirmed = trail.pass(Check::Confirmation, confirmed)?;

        let conditions = trail.pass(Check::Conditions, Conditions::check(assertion, peer, now))?;
        let audience = match check_audience(&conditions, expected.audience.as_str()) {
            Err(AssertionError::AudienceMissing) if peer.deviations.allow(Deviation::MissingAudience) => {
                Ok(())
            }
            audience => audience,
        };
        trail.pass(Check::Audience, audience)?;
        trail.pass(Check::OtherConditions, conditions.check_known())?;

        let authentication = authentications(assertion, peer, now);
        let authentication = authentication.and_then(|all| self.authentication(all));
        let authentication = trail.pass(Check::Authentication, authentication)?;
        let attributes = trail.pass(Check::Attributes, attributes(assertion))?;

        // Each of the two limits it. SAML profiles §4.1.4.2 has the first of them always there.
        let ends = [confirmed.until, conditions.ends].into_iter().flatten().min();
        let facts = Facts {
            issuer: peer.entity_id.clone(),
            id: id.to_owned(),
            key: peer.assertion_key(assertion.certificate(), id),
            name_id: subject.name_id,
            attributes,
            ends: ends.unwrap_or(Timestamp::MAX),
            certificate: assertion.certificate(),
            is_encrypted,
        };
        Ok(Verified::new(facts, Login { authentication, passed: trail.into_passed() }))
    }

    /// The first authentication, of which there is at least one (SAML profiles §4.1.4.2), with the earliest end of a
    /// session. All of them are as new as was asked for (SAML core §3.4.1, `ForceAuthn`).
    fn authentication(&self, all: Vec<Authentication>) -> Result<Authentication, AssertionError> {
        if let Answers::Request { issued, force_authn: true, .. } = self.expected.answers {
            let oldest = issued.minus(self.peer.clock_skew.get());
            if let Some(stale) = all.iter().find(|found| found.instant < oldest) {
                return Err(AssertionError::AuthnStale { at: stale.instant, requested: issued });
            }
        }
        let session_ends = all.iter().filter_map(|found| found.session_ends).min();
        let first = all.into_iter().next().ok_or(AssertionError::AuthnStatementMissing)?;
        Ok(Authentication { session_ends, ..first })
    }
}
