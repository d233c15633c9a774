//! Why a text is not read as XML.

use super::Limit;

/// The text is not XML, or not XML that is read here.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{fault}, at byte {at}")]
pub struct Malformed {
    /// What is wrong.
    pub fault: XmlFault,
    /// Where, in bytes from the beginning of the text.
    pub at: usize,
}

/// What is wrong with a text that should be XML.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlFault {
    /// More than is read.
    #[error("there are more than {max} {limit}")]
    Limit {
        /// The bound.
        limit: Limit,
        /// Its value.
        max: usize,
    },
    /// The bytes are not UTF-8, or the declaration names another encoding (XML 1.0 §4.3.3).
    #[error("the text is not UTF-8")]
    Encoding,
    /// The declaration is not that of XML 1.0, or not at the beginning (XML 1.0 §2.8).
    #[error("the XML declaration is not one of XML 1.0 at the beginning")]
    Declaration,
    /// There is a document type declaration. None is read, not even an empty one.
    #[error("a document type declaration is not allowed")]
    DocumentType,
    /// There is a processing instruction. None is read.
    #[error("a processing instruction is not allowed")]
    Instruction,
    /// A reference to an entity but the five predefined ones, or to no character (XML 1.0 §4.1, §4.6).
    #[error("a reference names no predefined entity and no character")]
    Reference,
    /// A character that XML 1.0 §2.2 does not allow.
    #[error("a character is not allowed in XML")]
    Character,
    /// A name that is no qualified name (Namespaces in XML 1.0 §4).
    #[error("a name is not a qualified name")]
    Name,
    /// An attribute that is not `name="value"` after white space (XML 1.0 §3.1).
    #[error("an attribute is not of the form name=\"value\"")]
    Attribute,
    /// Two attributes of one element with one name (Namespaces in XML 1.0 §6.3).
    #[error("an attribute is there twice")]
    AttributeRepeated,
    /// A prefix that no declaration binds (Namespaces in XML 1.0 §5).
    #[error("a prefix is not declared")]
    PrefixUndeclared,
    /// A declaration of a namespace that Namespaces in XML 1.0 §3 forbids, of a relative one, for which
    /// canonicalization is not defined, or of one written with references or characters no URI has.
    #[error("a namespace declaration is not allowed")]
    Namespace,
    /// Tags that do not match, that do not end, or that are no tags.
    #[error("the tags do not match")]
    Syntax,
    /// Something but comments and white space outside the one root element, or no root element.
    #[error("there is not exactly one root element")]
    Root,
    /// `]]>` in a text (XML 1.0 §2.4).
    #[error("a text holds `]]>`")]
    SectionEnd,
}

impl XmlFault {
    /// The stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Limit { .. } => "saml.xml.limit",
            Self::Encoding => "saml.xml.encoding",
            Self::Declaration => "saml.xml.declaration",
            Self::DocumentType => "saml.xml.document.type",
            Self::Instruction => "saml.xml.instruction",
            Self::Reference => "saml.xml.reference",
            Self::Character => "saml.xml.character",
            Self::Name => "saml.xml.name",
            Self::Attribute => "saml.xml.attribute",
            Self::AttributeRepeated => "saml.xml.attribute.repeated",
            Self::PrefixUndeclared => "saml.xml.prefix",
            Self::Namespace => "saml.xml.namespace",
            Self::Syntax => "saml.xml.syntax",
            Self::Root => "saml.xml.root",
            Self::SectionEnd => "saml.xml.section.end",
        }
    }
}
