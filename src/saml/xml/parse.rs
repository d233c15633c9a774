//! From a text to a tree, token by token.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::Event;

use super::Attribute;
use super::Declaration;
use super::Document;
use super::Limit;
use super::Limits;
use super::Malformed;
use super::XmlFault;
use super::attributes::Written;
use super::attributes::WrittenAttributes;
use super::characters::is_white_space;
use super::characters::split_name;
use super::document::Content;
use super::document::Node;
use super::document::Parts;
use super::document::Tag;
use super::namespaces;
use super::text;

/// The document of these bytes, with these declarations in force around its root.
pub(super) fn document<'a>(
    bytes: &'a [u8],
    inherited: &[Declaration<'a>],
    limits: Limits,
) -> Result<Document<'a>, Malformed> {
    let malformed = |fault, at| Malformed { fault, at };
    if bytes.len() > limits.bytes {
        let fault = XmlFault::Limit { limit: Limit::Bytes, max: limits.bytes };
        return Err(malformed(fault, limits.bytes));
    }
    let text =
        core::str::from_utf8(bytes).map_err(|error| malformed(XmlFault::Encoding, error.valid_up_to()))?;
    // XML 1.0 §4.3.3: the byte order mark is no part of the document.
    let (text, mark) = text.strip_prefix('\u{feff}').map_or((text, 0), |text| (text, 3));

    let mut tree = Tree::new(inherited, limits);
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_comments = true;
    loop {
        let start = position(&reader);
        let event = reader.read_event();
        let end = position(&reader);
        let token = text.get(start..end).unwrap_or_default();
        let step = match event {
            Ok(Event::Eof) => break,
            Ok(event) => tree.take(&event, token, start == 0),
            Err(_) => Err(XmlFault::Syntax),
        };
        step.map_err(|fault| malformed(fault, start.saturating_add(mark)))?;
    }
    tree.finish().ok_or(malformed(XmlFault::Root, bytes.len()))
}

fn position(reader: &Reader<&[u8]>) -> usize {
    // The text is within the limits, so its length is a `usize`.
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The nodes, and the attributes, that there is room for from the start: the vectors of most messages grow once then.
const USUAL: usize = 64;

/// The tree as it grows.
struct Tree<'a> {
    parts: Parts<'a>,
    limits: Limits,
    /// The places of the elements that are not yet closed, with how many declarations were in force before.
    open: Vec<(usize, usize)>,
    /// The declarations in force, the outermost first.
    scope: Vec<Declaration<'a>>,
    /// The text since the last tag or comment.
    pending: Cow<'a, str>,
    /// How many bytes the namespaces of the names take that there are so far, written out at each name.
    written: usize,
    /// The attributes of the tag that is read. Empty between tags, kept for its memory alone.
    in_tag: Vec<Written<'a>>,
}

impl<'a> Tree<'a> {
    fn new(inherited: &[Declaration<'a>], limits: Limits) -> Self {
        let parts = Parts {
            nodes: Vec::with_capacity(USUAL),
            attributes: Vec::with_capacity(USUAL),
            declarations: inherited.to_vec(),
            inherited: inherited.len(),
        };
        let (open, pending) = (Vec::new(), Cow::Borrowed(""));
        Self { parts, limits, open, scope: inherited.to_vec(), pending, written: 0, in_tag: Vec::new() }
    }

    /// Takes a token: what kind it is says the event, what it is the text.
    fn take(&mut self, event: &Event<'_>, token: &'a str, first: bool) -> Result<(), XmlFault> {
        match event {
            Event::Start(_) => self.start(inside(token, "<", ">")?),
            Event::Empty(_) => {
                self.start(inside(token, "<", "/>")?)?;
                self.close()
            }
            // The names of the two tags are equal: the reader checks it.
            Event::End(_) => self.close(),
            Event::Text(_) if self.open.is_empty() => {
                if token.chars().all(is_white_space) {
                    Ok(())
                } else {
                    Err(XmlFault::Root)
                }
            }
            Event::CData(_) | Event::GeneralRef(_) if self.open.is_empty() => Err(XmlFault::Root),
            Event::Text(_) => {
                if token.contains("]]>") {
                    return Err(XmlFault::SectionEnd);
                }
                self.append(text::normalized(token)?);
                Ok(())
            }
            Event::CData(_) => {
                self.append(text::normalized(inside(token, "<![CDATA[", "]]>")?)?);
                Ok(())
            }
            Event::GeneralRef(_) => {
                let character = text::character_of(inside(token, "&", ";")?)?;
                self.pending.to_mut().push(character);
                Ok(())
            }
            Event::Comment(_) => self.comment(inside(token, "<!--", "-->")?),
            Event::Decl(_) if first => declaration(inside(token, "<?xml", "?>")?),
            Event::Decl(_) => Err(XmlFault::Declaration),
            Event::PI(_) => Err(XmlFault::Instruction),
            Event::DocType(_) => Err(XmlFault::DocumentType),
            Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &'a str) -> Result<(), XmlFault> {
        self.flush()?;
        if self.open.is_empty() && !self.parts.nodes.is_empty() {
            return Err(XmlFault::Root);
        }
        if self.open.len() >= self.limits.depth {
            return Err(XmlFault::Limit { limit: Limit::Depth, max: self.limits.depth });
        }
        let end = tag.bytes().position(|byte| is_white_space(char::from(byte))).unwrap_or(tag.len());
        let (name, rest) = tag.split_at(end);
        let (prefix, local) = split_name(name).ok_or(XmlFault::Name)?;

        let outside = self.scope.len();
        let first_declaration = self.parts.declarations.len();
        self.declare(rest)?;
        self.scope.extend_from_slice(self.parts.declarations.get(first_declaration..).unwrap_or_default());
        if self.scope.len() > self.limits.namespaces {
            return Err(XmlFault::Limit { limit: Limit::Namespaces, max: self.limits.namespaces });
        }

        let namespace = namespaces::of_element(&self.scope, prefix)?;
        self.write_out(prefix, namespace)?;
        let first_attribute = self.parts.attributes.len();
        let mut written = core::mem::take(&mut self.in_tag);
        for attribute in written.drain(..) {
            self.attribute(attribute, first_attribute)?;
        }
        self.in_tag = written;
        let index = self.parts.nodes.len();
        let parent = self.open.last().map_or(index, |(parent, _)| *parent);
        let attributes = first_attribute..self.parts.attributes.len();
        let declarations = first_declaration..self.parts.declarations.len();
        let tag = Tag { index, parent, prefix, local, namespace, attributes, declarations };
        self.push(Content::Element(tag))?;
        self.open.push((index, outside));
        Ok(())
    }

    /// Keeps the namespaces that a tag declares, and its other attributes as they are written.
    fn declare(&mut self, rest: &'a str) -> Result<(), XmlFault> {
        let first = self.parts.declarations.len();
        for (number, written) in (1..).zip(WrittenAttributes::new(rest)) {
            if number > self.limits.attributes {
                return Err(XmlFault::Limit { limit: Limit::Attributes, max: self.limits.attributes });
            }
            let written = written?;
            let prefix = match (written.prefix, written.local) {
                ("xmlns", prefix) => prefix,
                ("", "xmlns") => "",
                _ => {
                    self.in_tag.push(written);
                    continue;
                }
            };
            if !prefix.is_empty() && written.raw.is_empty() {
                return Err(XmlFault::Namespace);
            }
            let Some(declaration) = namespaces::declaration(prefix, written.raw)? else { continue };
            let earlier = self.parts.declarations.get(first..).unwrap_or_default();
            if earlier.iter().any(|earlier| earlier.prefix == declaration.prefix) {
                return Err(XmlFault::AttributeRepeated);
            }
            self.parts.declarations.push(declaration);
        }
        Ok(())
    }

    fn attribute(&mut self, written: Written<'a>, first: usize) -> Result<(), XmlFault> {
        let Written { prefix, local, raw } = written;
        let namespace = namespaces::of_attribute(&self.scope, prefix)?;
        self.write_out(prefix, namespace)?;
        let earlier = self.parts.attributes.get(first..).unwrap_or_default();
        // Namespaces in XML 1.0 §6.3: no two attributes with one local part and one namespace name.
        if earlier.iter().any(|earlier| earlier.local == local && earlier.namespace == namespace) {
            return Err(XmlFault::AttributeRepeated);
        }
        let value = text::attribute_value(raw)?;
        self.parts.attributes.push(Attribute { prefix, local, namespace, value });
        Ok(())
    }

    /// Counts what the exclusive canonical form may write for a name: ` xmlns:prefix="namespace"`.
    fn write_out(&mut self, prefix: &str, namespace: &str) -> Result<(), XmlFault> {
        if namespace.is_empty() {
            return Ok(());
        }
        let max = self.limits.bytes.saturating_mul(Limits::WRITTEN);
        let declaration = 10_usize.saturating_add(prefix.len()).saturating_add(namespace.len());
        self.written = self.written.saturating_add(declaration);
        if self.written > max { Err(XmlFault::Limit { limit: Limit::Written, max }) } else { Ok(()) }
    }

    fn close(&mut self) -> Result<(), XmlFault> {
        self.flush()?;
        let (index, outside) = self.open.pop().ok_or(XmlFault::Syntax)?;
        self.scope.truncate(outside);
        let end = self.parts.nodes.len();
        if let Some(node) = self.parts.nodes.get_mut(index) {
            node.end = end;
        }
        Ok(())
    }

    fn comment(&mut self, comment: &'a str) -> Result<(), XmlFault> {
        let comment = text::normalized(comment)?;
        if self.open.is_empty() {
            return Ok(());
        }
        self.flush()?;
        self.push(Content::Comment(comment))
    }

    fn append(&mut self, text: Cow<'a, str>) {
        if self.pending.is_empty() {
            self.pending = text;
        } else {
            self.pending.to_mut().push_str(&text);
        }
    }

    fn flush(&mut self) -> Result<(), XmlFault> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let text = core::mem::take(&mut self.pending);
        self.push(Content::Text(text))
    }

    fn push(&mut self, content: Content<'a>) -> Result<(), XmlFault> {
        let end = self.parts.nodes.len().saturating_add(1);
        if end > self.limits.nodes {
            return Err(XmlFault::Limit { limit: Limit::Nodes, max: self.limits.nodes });
        }
        self.parts.nodes.push(Node { content, end });
        Ok(())
    }

    fn finish(self) -> Option<Document<'a>> {
        if self.open.is_empty() { self.parts.whole() } else { None }
    }
}

/// What stands between the ends of a token.
fn inside<'a>(token: &'a str, before: &str, after: &str) -> Result<&'a str, XmlFault> {
    token.strip_prefix(before).and_then(|rest| rest.strip_suffix(after)).ok_or(XmlFault::Syntax)
}

/// XML 1.0 §2.8: `XMLDecl ::= '<?xml' VersionInfo EncodingDecl? SDDecl? S? '?>'`.
fn declaration(written: &str) -> Result<(), XmlFault> {
    let mut parts = WrittenAttributes::new(written).peekable();
    let mut next = |name: &str| -> Result<Option<&str>, XmlFault> {
        let fits = |part: &Result<Written<'_>, XmlFault>| {
            part.as_ref().map_or(true, |part| part.prefix.is_empty() && part.local == name)
        };
        let part = parts.next_if(fits).transpose().map_err(|_| XmlFault::Declaration)?;
        Ok(part.map(|part| part.raw))
    };
    if next("version")? != Some("1.0") {
        return Err(XmlFault::Declaration);
    }
    if next("encoding")?.is_some_and(|label| !label.eq_ignore_ascii_case("utf-8")) {
        return Err(XmlFault::Encoding);
    }
    if next("standalone")?.is_some_and(|value| !matches!(value, "yes" | "no")) {
        return Err(XmlFault::Declaration);
    }
    if parts.next().is_some() { Err(XmlFault::Declaration) } else { Ok(()) }
}
