//! The proof that an element was signed.

use crate::saml::xml::Attribute;
use crate::saml::xml::Element;
use crate::saml::xml::NotText;

/// An element that was signed, or one within it. Only [`verify`](super::verify) makes one; what was decrypted in the
/// place of a signed element is one too.
///
/// It leads down into what was digested and nowhere else: not to the element around it, not to the rest of the
/// document, not into the signature, which is not part of what it signs (threat 47). Comments are not signed
/// either; a text that one splits is not read (threat 48).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SignedElement<'d> {
    // INVARIANT: the element was digested, but for the signature in it, and the digest is signed; or it is what
    // such an element was decrypted to.
    element: Element<'d>,
    signature: Option<Element<'d>>,
    certificate: usize,
}

impl<'d> SignedElement<'d> {
    /// To be called by `verify` alone, which has proven it.
    pub(super) const fn new(element: Element<'d>, signature: Element<'d>, certificate: usize) -> Self {
        Self { element, signature: Some(signature), certificate }
    }

    /// What this element, which holds a ciphertext, was decrypted to. To be called by `verify_decrypted` alone.
    ///
    /// The ciphertext is signed, so is what our key makes of it, and it holds no signature of its own.
    pub(super) const fn decrypted<'e>(self, element: Element<'e>) -> SignedElement<'e> {
        SignedElement { element, signature: None, certificate: self.certificate }
    }

    /// Its local name.
    #[must_use]
    pub const fn local(self) -> &'d str {
        self.element.local()
    }

    /// Its namespace; empty for none.
    #[must_use]
    pub const fn namespace(self) -> &'d str {
        self.element.namespace()
    }

    /// Whether it has this name in this namespace.
    #[must_use]
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.element.is(namespace, local)
    }

    /// Whether it is this element of the document.
    #[must_use]
    pub fn is_proof_of(self, element: Element<'_>) -> bool {
        self.element == element
    }

    /// Its attributes, in the order of the text.
    #[must_use]
    pub fn attributes(self) -> &'d [Attribute<'d>] {
        self.element.attributes()
    }

    /// The value of its attribute of this name, in no namespace.
    #[must_use]
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        self.element.attribute(local)
    }

    /// The elements directly in it, but for the signature.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let within = self.element.elements().filter(move |element| Some(*element) != self.signature);
        within.map(move |element| Self { element, ..self })
    }

    /// Its text, where it holds a text and nothing else; the empty text where it holds nothing.
    ///
    /// # Errors
    ///
    /// [`NotText`] where there is an element or a comment in it.
    pub fn text(self) -> Result<&'d str, NotText> {
        self.element.text()
    }

    /// Which of the [trusted certificates](super::Trust::certificates) has the key that signed, by its place.
    #[must_use]
    pub const fn certificate(self) -> usize {
        self.certificate
    }
}
