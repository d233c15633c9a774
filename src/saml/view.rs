//! An element of which it is settled whose word it is.

use super::signature::SignedElement;
use super::xml::Element;
use super::xml::NotText;

/// An element that is read: covered by the signature within its document, or part of a document that counts as a whole.
#[derive(Clone, Copy)]
pub enum View<'d> {
    /// It was signed.
    Signed(SignedElement<'d>),
    /// The whole document was signed before it was inflated, or an administrator gave it as it is.
    Whole(Element<'d>),
}

impl<'d> View<'d> {
    pub const fn local(self) -> &'d str {
        match self {
            Self::Signed(element) => element.local(),
            Self::Whole(element) => element.local(),
        }
    }

    /// Its name with its namespace, as people write it: `{namespace}local`.
    pub fn full_name(self) -> String {
        let namespace = match self {
            Self::Signed(element) => element.namespace(),
            Self::Whole(element) => element.namespace(),
        };
        if namespace.is_empty() {
            self.local().to_owned()
        } else {
            format!("{{{namespace}}}{}", self.local())
        }
    }

    pub fn is(self, namespace: &str, local: &str) -> bool {
        match self {
            Self::Signed(element) => element.is(namespace, local),
            Self::Whole(element) => element.is(namespace, local),
        }
    }

    pub fn attribute(self, local: &str) -> Option<&'d str> {
        match self {
            Self::Signed(element) => element.attribute(local),
            Self::Whole(element) => element.attribute(local),
        }
    }

    pub fn text(self) -> Result<&'d str, NotText> {
        match self {
            Self::Signed(element) => element.text(),
            Self::Whole(element) => element.text(),
        }
    }

    /// The elements directly in it.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        let (signed, whole) = match self {
            Self::Signed(element) => (Some(element.elements().map(Self::Signed)), None),
            Self::Whole(element) => (None, Some(element.elements().map(Self::Whole))),
        };
        signed.into_iter().flatten().chain(whole.into_iter().flatten())
    }

    /// The elements directly in it that have this name.
    pub fn named(self, namespace: &str, local: &str) -> impl Iterator<Item = Self> {
        self.elements().filter(move |element| element.is(namespace, local))
    }
}
