//! The check of one signature.

use super::SignatureError;
use super::SignedElement;
use super::Trust;
use super::keys::check_count;
use super::keys::signer;
use super::read::Said;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::names::METADATA;
use crate::saml::names::PROTOCOL;
use crate::saml::names::XMLDSIG;
use crate::saml::xml::Element;
use crate::saml::xml::is_ncname;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::Timestamp;

/// Whether the element has a signature of its own, whatever that is worth.
#[must_use]
pub fn is_signed(element: Element<'_>) -> bool {
    element.elements().any(is_signature)
}

/// The element as one that was signed, by a key of a trusted certificate that is valid now.
///
/// The signature stands in the element and has one reference, to the element itself (SAML core §5.4). The signature
/// is checked before the digest, so that nothing an outsider wrote is canonicalized but a `SignedInfo`.
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::crypto::*;
/// use grantor::saml::signature::*;
/// use grantor::saml::xml::*;
/// use grantor::value::Deviations;
/// use grantor::value::PublicKey;
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
/// let trust = Trust { certificates: &[], deviations: Deviations::NONE, verifier: &Hsm };
/// let document = Document::parse(b"<Response/>", Limits::MESSAGE)?;
/// let refused = verify(document.root(), &trust, Timestamp::from_unix(0));
/// assert_eq!(refused, Err(SignatureError::NoCertificates));
/// # Ok::<(), Malformed>(())
/// ```
///
/// # Errors
///
/// [`SignatureError`], one for each rule.
pub fn verify<'d>(
    element: Element<'d>,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<SignedElement<'d>, SignatureError> {
    check_count(trust)?;
    let signature = signature_of(element, trust.deviations)?;
    let own_id = element.attribute("ID").ok_or(SignatureError::IdMissing)?;
    if !is_ncname(own_id) {
        return Err(SignatureError::IdMalformed);
    }
    check_unambiguous(element)?;
    let said = Said::read(signature, trust.deviations)?;
    check_reference(said.reference, own_id, element.is_root(), trust.deviations)?;

    let signed_info = said.canonicalization.form(said.signed_info)?;
    let certificate = signer(said.algorithm, &said.value, &signed_info, trust, now)?;

    let form = said.transform.form_of_reference(element, signature)?;
    let digest = trust.verifier.digest(said.digest_algorithm, &form).ok_or(SignatureError::Unsupported)?;
    if digest != said.digest {
        return Err(SignatureError::Changed);
    }
    Ok(SignedElement::new(element, signature, certificate))
}

/// That every identifier of the element's document is there once, and every signature where one belongs.
pub(super) fn check_unambiguous(element: Element<'_>) -> Result<(), SignatureError> {
    if let Some(id) = element.document().repeated_id() {
        return Err(SignatureError::IdRepeated { id: excerpt(id) });
    }
    if element.document().elements().any(|found| is_signature(found) && is_stray(found)) {
        return Err(SignatureError::Stray);
    }
    Ok(())
}

fn is_signature(element: Element<'_>) -> bool {
    element.is(XMLDSIG, "Signature")
}

/// The one signature that stands directly in the element, where it belongs.
fn signature_of(element: Element<'_>, deviations: Deviations) -> Result<Element<'_>, SignatureError> {
    let mut signatures = element.elements().filter(|child| is_signature(*child));
    let signature = signatures.next().ok_or(SignatureError::Unsigned)?;
    if signatures.next().is_some() {
        return Err(SignatureError::SeveralSignatures);
    }
    // SAML core §2.3.3, §3.2.1, §3.2.2: after `Issuer`. SAML metadata §2.3.1, §2.3.2: first.
    let mut before = element.elements().take_while(|child| *child != signature);
    let in_place = before.next().is_none_or(|first| first.is(ASSERTION, "Issuer")) && before.next().is_none();
    if in_place || deviations.allow(Deviation::SignaturePosition) {
        Ok(signature)
    } else {
        Err(SignatureError::Position)
    }
}

/// Whether a signature stands where SAML lets none stand: in nothing that it identifies, or in another signature.
/// What is in `Advice` or in the value of an attribute is not read, so it may be anything.
fn is_stray(signature: Element<'_>) -> bool {
    let is_unread =
        |above: Element<'_>| above.is(ASSERTION, "Advice") || above.is(ASSERTION, "AttributeValue");
    if signature.ancestors().any(is_unread) {
        return false;
    }
    let belongs = signature.parent().is_some_and(|parent| {
        matches!(parent.namespace(), ASSERTION | PROTOCOL | METADATA) && parent.attribute("ID").is_some()
    });
    !belongs || signature.ancestors().any(is_signature)
}

/// SAML core §5.4.2: the reference is to the `ID` of the element that is signed.
fn check_reference(
    uri: &str,
    own_id: &str,
    is_root: bool,
    deviations: Deviations,
) -> Result<(), SignatureError> {
    let found = || excerpt(uri);
    match uri.strip_prefix('#') {
        Some(named) if named == own_id => Ok(()),
        Some(_) => Err(SignatureError::ReferenceElsewhere { found: found() }),
        // XML Signature 1.1 §4.4.3.3: an empty reference is to the document, so to nothing but its root.
        None if uri.is_empty() && !is_root => Err(SignatureError::ReferenceElsewhere { found: found() }),
        None if uri.is_empty() && deviations.allow(Deviation::EmptyReferenceUri) => Ok(()),
        None if uri.is_empty() => Err(SignatureError::ReferenceEmpty),
        None => Err(SignatureError::ReferenceExternal { found: found() }),
    }
}
