//! XML, bounded and strict: one parse into one tree, which canonicalization and every reader share.
//!
//! The tokens come from `quick-xml`; what it lets through and XML 1.0 or Namespaces in XML 1.0 forbid is
//! refused here, and so is what no SAML message has: document types, entities but the five predefined ones,
//! processing instructions, encodings but UTF-8 (threats 49 and 51). Time and memory grow with the length of
//! the text, which [`Limits`] bounds; nothing recurses.

mod attributes;
mod c14n;
mod characters;
mod document;
mod element;
mod limits;
mod malformed;
mod namespaces;
mod parse;
mod text;
mod write;

pub use c14n::Canonicalization;
pub use c14n::Visibility;
pub use c14n::canonicalize;
pub(super) use characters::is_ncname;
pub(super) use characters::is_white_space;
pub use document::Attribute;
pub use document::Declaration;
pub use document::Document;
pub use element::Child;
pub use element::Element;
pub use element::NotText;
pub use limits::Limit;
pub use limits::Limits;
pub use malformed::Malformed;
pub use malformed::XmlFault;
pub use write::Unwritable;
pub(crate) use write::Writer;
