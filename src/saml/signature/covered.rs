//! The element that is covered by its own signature, or by that of the message around it.

use super::SignatureError;
use super::SignedElement;
use super::Trust;
use super::is_signed;
use super::verify;
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
    let around = if is_signed(message) { Some(verify(message, trust, now)?) } else { None };
    if is_signed(part) {
        return verify(part, trust, now);
    }
    let around = around.ok_or(SignatureError::Unsigned)?;
    around.elements().find(|signed| signed.is_proof_of(part)).ok_or(SignatureError::NotInMessage)
}
