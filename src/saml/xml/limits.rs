//! How much XML is read.

use core::fmt;

/// The bounds of a text. Beyond one of them it is refused, at once, with
/// [`XmlFault::Limit`](super::XmlFault::Limit).
///
/// A text within them takes memory in proportion to its length: twice its own bytes at most where they are normalized,
/// and 256 bytes at most for each node, attribute and declaration, room to grow among them. While they grow, half as
/// much again. No text takes more than 40 bytes for each of [`bytes`](Self::bytes).
/// A longer text is refused before it is looked at.
///
/// Its canonical forms are bounded, too: none is longer than 14 times [`bytes`](Self::bytes). A character that is
/// escaped takes six at most, and the names of elements and attributes may take [`WRITTEN`](Self::WRITTEN) times `bytes`
/// more for the namespaces that the exclusive form writes where they are used.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The longest text, in bytes.
    pub bytes: usize,
    /// The most nodes: elements, texts and comments.
    pub nodes: usize,
    /// The most elements within one another.
    pub depth: usize,
    /// The most attributes of one element, declarations of namespaces among them.
    pub attributes: usize,
    /// The most declarations of namespaces in force at one element.
    pub namespaces: usize,
}

impl Limits {
    /// How often [`bytes`](Self::bytes) the namespaces of a document's names may take, written out at each name that has
    /// one.
    ///
    /// One long namespace that is declared once and used by many elements would have an exclusive canonical form
    /// thousands of times as long as the text (threat 43). Documents that are meant well take less than once.
    pub const WRITTEN: usize = 8;

    /// What a protocol message may be: 1 MiB, 65 536 nodes, 64 deep.
    pub const MESSAGE: Self =
        Self { bytes: 1_048_576, nodes: 65_536, depth: 64, attributes: 64, namespaces: 64 };

    /// What a metadata document may be: 4 MiB, 262 144 nodes, 64 deep.
    pub const METADATA: Self = Self { bytes: 4_194_304, nodes: 262_144, ..Self::MESSAGE };
}

/// Which bound was met.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::bytes`].
    Bytes,
    /// [`Limits::nodes`].
    Nodes,
    /// [`Limits::depth`].
    Depth,
    /// [`Limits::attributes`].
    Attributes,
    /// [`Limits::namespaces`].
    Namespaces,
    /// [`Limits::WRITTEN`] times [`Limits::bytes`].
    Written,
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bytes => "bytes",
            Self::Nodes => "nodes",
            Self::Depth => "elements within one another",
            Self::Attributes => "attributes of one element",
            Self::Namespaces => "namespaces in force at one element",
            Self::Written => "bytes of namespaces, written out at each name",
        })
    }
}
