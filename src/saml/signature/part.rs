//! The parts of a signature.

use core::fmt;

use super::SignatureError;
use crate::saml::names::XMLDSIG;
use crate::saml::xml::Element;

/// A part that a signature has exactly once; `KeyInfo` at most once (XML Signature 1.1 §4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum SignaturePart {
    /// What is signed: the methods and the reference.
    SignedInfo,
    /// How `SignedInfo` is canonicalized.
    CanonicalizationMethod,
    /// How it is signed.
    SignatureMethod,
    /// Which element is signed.
    Reference,
    /// What is done to the element before it is digested.
    Transforms,
    /// How it is digested.
    DigestMethod,
    /// Its digest.
    DigestValue,
    /// The signature of `SignedInfo`.
    SignatureValue,
    /// What the signer says of its key. It is not read.
    KeyInfo,
}

impl SignaturePart {
    /// The name of its element.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignedInfo => "SignedInfo",
            Self::CanonicalizationMethod => "CanonicalizationMethod",
            Self::SignatureMethod => "SignatureMethod",
            Self::Reference => "Reference",
            Self::Transforms => "Transforms",
            Self::DigestMethod => "DigestMethod",
            Self::DigestValue => "DigestValue",
            Self::SignatureValue => "SignatureValue",
            Self::KeyInfo => "KeyInfo",
        }
    }

    /// Whether the element is this part.
    pub(super) fn is(self, element: Element<'_>) -> bool {
        element.is(XMLDSIG, self.name())
    }

    /// These elements, which must be these parts, once each and in this order.
    pub(super) fn exactly<'d, const N: usize>(
        parts: [Self; N],
        elements: &[Element<'d>],
    ) -> Result<[Element<'d>; N], SignatureError> {
        for part in parts {
            match elements.iter().filter(|element| part.is(**element)).count() {
                0 => return Err(SignatureError::Missing { part }),
                1 => {}
                _ => return Err(SignatureError::Repeated { part }),
            }
        }
        let found: [Element<'d>; N] = elements.try_into().map_err(|_| SignatureError::Unexpected)?;
        let in_order = found.iter().zip(parts).all(|(element, part)| part.is(*element));
        if in_order { Ok(found) } else { Err(SignatureError::Unexpected) }
    }
}

impl fmt::Display for SignaturePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
