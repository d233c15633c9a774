//! The tree: nodes in the order of the text, in one vector.

use core::ops::Range;
use std::borrow::Cow;

use super::Element;
use super::Limits;
use super::Malformed;
use super::namespaces::XML;
use super::parse;

/// A document: one root element, and all that is in it.
///
/// Texts are whole: line ends are normalized, references resolved, CDATA sections and what stands around
/// them joined. What is outside the root element is not kept.
///
/// ```
/// use grantor::saml::xml::Document;
/// use grantor::saml::xml::Limits;
///
/// let document = Document::parse(b"<a x='1'>b &amp; <![CDATA[c]]></a>", Limits::MESSAGE)?;
/// assert_eq!(document.root().text(), Ok("b & c"));
/// assert!(Document::parse(b"<!DOCTYPE a><a/>", Limits::MESSAGE).is_err());
/// # Ok::<(), grantor::saml::xml::Malformed>(())
/// ```
#[derive(Debug)]
pub struct Document<'a> {
    root: Tag<'a>,
    nodes: Vec<Node<'a>>,
    attributes: Vec<Attribute<'a>>,
    declarations: Vec<Declaration<'a>>,
    /// How many of the declarations are in force above the root, outermost first.
    inherited: usize,
}

/// One node. Its descendants follow it, up to `end`.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub content: Content<'a>,
    pub end: usize,
}

// `Limits` promises it: a vector that grows has room for twice as many.
const _: () = assert!(size_of::<Node<'_>>() <= 128 && size_of::<Attribute<'_>>() <= 128);

#[derive(Debug)]
pub(super) enum Content<'a> {
    Element(Tag<'a>),
    Text(Cow<'a, str>),
    Comment(Cow<'a, str>),
}

/// What an element is but for its children. Its place is that of its node.
#[derive(Clone, Debug)]
pub(super) struct Tag<'a> {
    pub index: usize,
    /// The place of the parent's node; the root is its own.
    pub parent: usize,
    pub prefix: &'a str,
    pub local: &'a str,
    pub namespace: &'a str,
    pub attributes: Range<usize>,
    pub declarations: Range<usize>,
}

/// An attribute, its value normalized (XML 1.0 §3.3.3).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Attribute<'a> {
    /// Its prefix; empty for none.
    pub prefix: &'a str,
    /// Its local name.
    pub local: &'a str,
    /// Its namespace; empty for none.
    pub namespace: &'a str,
    /// Its value.
    pub value: Cow<'a, str>,
}

/// A declaration of a namespace.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Declaration<'a> {
    /// The prefix; empty for the default namespace.
    pub prefix: &'a str,
    /// The namespace; empty where the default namespace is taken back.
    pub uri: &'a str,
}

/// What a parse gathers, before it is whole.
pub(super) struct Parts<'a> {
    pub nodes: Vec<Node<'a>>,
    pub attributes: Vec<Attribute<'a>>,
    pub declarations: Vec<Declaration<'a>>,
    pub inherited: usize,
}

impl<'a> Parts<'a> {
    /// The document of these parts; nothing where there is no root element.
    pub fn whole(self) -> Option<Document<'a>> {
        let Self { nodes, attributes, declarations, inherited } = self;
        let Some(Node { content: Content::Element(root), .. }) = nodes.first() else { return None };
        Some(Document { root: root.clone(), nodes, attributes, declarations, inherited })
    }
}

impl<'a> Document<'a> {
    /// The document of these bytes.
    ///
    /// # Errors
    ///
    /// [`Malformed`] beyond a limit, and for what is not well-formed XML 1.0 with namespaces in UTF-8, or has
    /// a document type declaration, a processing instruction or a relative namespace.
    pub fn parse(bytes: &'a [u8], limits: Limits) -> Result<Self, Malformed> {
        parse::document(bytes, &[], limits)
    }

    /// The document of these bytes, which stood within an element where these declarations were in force:
    /// what was decrypted in its place (XML Encryption §4.4).
    ///
    /// # Errors
    ///
    /// As [`parse`](Self::parse).
    pub fn parse_within(
        bytes: &'a [u8],
        inherited: &[Declaration<'a>],
        limits: Limits,
    ) -> Result<Self, Malformed> {
        parse::document(bytes, inherited, limits)
    }

    /// The root element.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        Element::new(self, &self.root)
    }

    /// Every element, in the order of the text.
    pub fn elements(&self) -> impl Iterator<Item = Element<'_>> {
        self.nodes.iter().filter_map(|node| match &node.content {
            Content::Element(tag) => Some(Element::new(self, tag)),
            Content::Text(_) | Content::Comment(_) => None,
        })
    }

    /// An identifier that two attributes have, wherever they are: `ID`, `Id`, `id` or `xml:id`.
    ///
    /// A document with one is ambiguous to whoever looks elements up by their identifier (threat 52).
    #[must_use]
    pub fn repeated_id(&self) -> Option<&str> {
        let is_id = |attribute: &&Attribute<'_>| match attribute.namespace {
            "" => matches!(attribute.local, "ID" | "Id" | "id"),
            XML => attribute.local == "id",
            _ => false,
        };
        let mut ids: Vec<&str> = self.attributes.iter().filter(is_id).map(|found| &*found.value).collect();
        ids.sort_unstable();
        ids.iter().zip(ids.iter().skip(1)).find(|(one, next)| one == next).map(|(one, _)| *one)
    }

    pub(super) fn node(&self, index: usize) -> Option<&Node<'a>> {
        self.nodes.get(index)
    }

    pub(super) fn attributes_of(&self, tag: &Tag<'_>) -> &[Attribute<'a>] {
        self.attributes.get(tag.attributes.clone()).unwrap_or_default()
    }

    pub(super) fn declarations_of(&self, tag: &Tag<'_>) -> &[Declaration<'a>] {
        self.declarations.get(tag.declarations.clone()).unwrap_or_default()
    }

    pub(super) fn inherited(&self) -> &[Declaration<'a>] {
        self.declarations.get(..self.inherited).unwrap_or_default()
    }
}
