//! An element, and what is in it.

use super::Attribute;
use super::Declaration;
use super::Document;
use super::document::Content;
use super::document::Tag;

/// An element of a [`Document`]. Copying it copies a place, not what is there.
#[derive(Clone, Copy, Debug)]
pub struct Element<'d> {
    document: &'d Document<'d>,
    tag: &'d Tag<'d>,
}

/// What stands directly in an element.
#[derive(Clone, Copy, Debug)]
pub enum Child<'d> {
    /// An element.
    Element(Element<'d>),
    /// A text, whole up to the next tag or comment.
    Text(&'d str),
    /// A comment.
    Comment(&'d str),
}

/// The element holds something but one text: an element, or a comment that splits it (threat 48).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the element holds something but one text")]
pub struct NotText;

impl<'d> Element<'d> {
    pub(super) const fn new(document: &'d Document<'d>, tag: &'d Tag<'d>) -> Self {
        Self { document, tag }
    }

    /// Its prefix; empty for none.
    #[must_use]
    pub const fn prefix(self) -> &'d str {
        self.tag.prefix
    }

    /// Its local name.
    #[must_use]
    pub const fn local(self) -> &'d str {
        self.tag.local
    }

    /// Its namespace; empty for none.
    #[must_use]
    pub const fn namespace(self) -> &'d str {
        self.tag.namespace
    }

    /// Whether it has this name in this namespace.
    #[must_use]
    pub fn is(self, namespace: &str, local: &str) -> bool {
        self.tag.local == local && self.tag.namespace == namespace
    }

    /// Its attributes, in the order of the text.
    #[must_use]
    pub fn attributes(self) -> &'d [Attribute<'d>] {
        self.document.attributes_of(self.tag)
    }

    /// The value of its attribute of this name, in no namespace.
    #[must_use]
    pub fn attribute(self, local: &str) -> Option<&'d str> {
        let found =
            self.attributes().iter().find(|found| found.namespace.is_empty() && found.local == local)?;
        Some(&found.value)
    }

    /// The namespaces it declares itself, in the order of the text.
    #[must_use]
    pub fn declarations(self) -> &'d [Declaration<'d>] {
        self.document.declarations_of(self.tag)
    }

    /// What stands directly in it, in the order of the text.
    pub fn children(self) -> impl Iterator<Item = Child<'d>> {
        let end = self.end();
        let mut next = self.tag.index.saturating_add(1);
        core::iter::from_fn(move || {
            let node = self.document.node(next).filter(|_| next < end)?;
            next = node.end;
            Some(match &node.content {
                Content::Element(tag) => Child::Element(Self::new(self.document, tag)),
                Content::Text(text) => Child::Text(text),
                Content::Comment(comment) => Child::Comment(comment),
            })
        })
    }

    /// The elements directly in it.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        self.children().filter_map(|child| match child {
            Child::Element(element) => Some(element),
            Child::Text(_) | Child::Comment(_) => None,
        })
    }

    /// Whether a comment stands anywhere in it.
    #[must_use]
    pub fn has_comment(self) -> bool {
        (self.tag.index..self.end())
            .filter_map(|index| self.document.node(index))
            .any(|node| matches!(node.content, Content::Comment(_)))
    }

    /// Its text, where it holds a text and nothing else; the empty text where it holds nothing.
    ///
    /// # Errors
    ///
    /// [`NotText`] where there is an element or a comment in it: a text is read whole, or not at all.
    pub fn text(self) -> Result<&'d str, NotText> {
        let mut children = self.children();
        match (children.next(), children.next()) {
            (None, None) => Ok(""),
            (Some(Child::Text(text)), None) => Ok(text),
            _ => Err(NotText),
        }
    }

    /// The element it stands in; nothing for the root.
    #[must_use]
    pub fn parent(self) -> Option<Self> {
        if self.is_root() {
            return None;
        }
        match &self.document.node(self.tag.parent)?.content {
            Content::Element(tag) => Some(Self::new(self.document, tag)),
            Content::Text(_) | Content::Comment(_) => None,
        }
    }

    /// The elements it stands in, the nearest first.
    pub fn ancestors(self) -> impl Iterator<Item = Self> {
        core::iter::successors(self.parent(), |element| element.parent())
    }

    /// Whether it is the root of its document.
    #[must_use]
    pub const fn is_root(self) -> bool {
        self.tag.index == 0
    }

    /// The namespaces in force at it, the outermost first. A later one of a prefix takes the place of an
    /// earlier one.
    #[must_use]
    pub fn scope(self) -> Vec<Declaration<'d>> {
        let mut scope = self.document.inherited().to_vec();
        let above: Vec<Self> = self.ancestors().collect();
        for element in above.into_iter().rev().chain([self]) {
            scope.extend_from_slice(element.declarations());
        }
        scope
    }

    pub(super) const fn index(self) -> usize {
        self.tag.index
    }

    pub(super) fn end(self) -> usize {
        self.document.node(self.tag.index).map_or(0, |node| node.end)
    }

    pub(in crate::saml) const fn document(self) -> &'d Document<'d> {
        self.document
    }
}

/// The same element of the same document.
impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.document, other.document) && self.tag.index == other.tag.index
    }
}

impl Eq for Element<'_> {}
