//! The element that is covered by its own signature, or by that of the message around it.

use super::SignatureError;
use super::SignedElement;
use super::Trust;
use super::is_signed;
use super::verify;
use super::verify::check_unambiguous;
use crate::saml::xml::Element;
use crate::value::Timestamp;

/// The element directly in a message, as one that was signed: with the message, by itself, or both (SA-08).
///
/// SAML core §5.3 leaves it to the provider which of them it signs. Each signature that is there must be valid: a
/// wrong one is never passed over for a right one.
///
/// # Errors
///
/// [`SignatureError::Unsigned`] where neither is signed, [`SignatureError::NotInMessage`] where the element is not
/// directly in the message, and else as [`verify`].
pub fn verify_part<'d>(
    message: Element<'d>,
    part: Element<'d>,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<SignedElement<'d>, SignatureError> {
    if part.parent() != Some(message) {
        return Err(SignatureError::NotInMessage);
    }
    let around = verify_around(message, trust, now)?;
    verify_within(around, part, trust, now)
}

/// The message as one that was signed, where it has a signature: then that must be valid.
pub(in crate::saml) fn verify_around<'d>(
    message: Element<'d>,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<Option<SignedElement<'d>>, SignatureError> {
    if is_signed(message) { verify(message, trust, now).map(Some) } else { Ok(None) }
}

/// The element as one that was signed: by itself, or with the message around it, of which this is the proof.
pub(in crate::saml) fn verify_within<'d>(
    around: Option<SignedElement<'d>>,
    part: Element<'d>,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<SignedElement<'d>, SignatureError> {
    if is_signed(part) {
        return verify(part, trust, now);
    }
    part_of(around.ok_or(SignatureError::Unsigned)?, part)
}

/// The root of what `encrypted` was decrypted to, as an element that was signed: by itself, or with the message
/// around `encrypted`, of which this is the proof. That it was encrypted proves nothing (threat 46).
pub(in crate::saml) fn verify_decrypted<'e>(
    around: Option<SignedElement<'_>>,
    encrypted: Element<'_>,
    root: Element<'e>,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<SignedElement<'e>, SignatureError> {
    if is_signed(root) {
        return verify(root, trust, now);
    }
    let signed = part_of(around.ok_or(SignatureError::Unsigned)?, encrypted)?;
    check_unambiguous(root)?;
    Ok(signed.decrypted(root))
}

fn part_of<'d>(around: SignedElement<'d>, part: Element<'_>) -> Result<SignedElement<'d>, SignatureError> {
    around.elements().find(|signed| signed.is_proof_of(part)).ok_or(SignatureError::NotInMessage)
}
