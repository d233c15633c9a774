//! Canonical form: inclusive and exclusive, version 1.0, of an element and all in it.
//!
//! Canonical XML 1.0 and Exclusive XML Canonicalization 1.0. The cost grows with the length of what is
//! written; nothing can fail, so no failure can be taken for an empty form (threat 50).

use super::Attribute;
use super::Declaration;
use super::Element;
use super::characters::every;
use super::document::Content;
use super::namespaces;
use super::namespaces::XML;

/// Which canonical form.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Canonicalization<'p> {
    /// Canonical XML 1.0: every namespace in force is written.
    Inclusive,
    /// Exclusive XML Canonicalization 1.0: the namespaces in use are written, and those of these prefixes as
    /// in the inclusive form. `#default` stands for the default namespace; a prefix that is not declared
    /// stands for nothing.
    Exclusive(&'p [&'p str]),
}

/// Whether comments are written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Visibility {
    /// They are left out.
    WithoutComments,
    /// They are written.
    WithComments,
}

/// Writes the canonical form of the element to `out`, but for one element in it and all in that.
///
/// ```
/// use grantor::saml::xml::*;
///
/// let document = Document::parse(b"<a xmlns:p='urn:p' c='2' b=\"1\"><p:d/></a>", Limits::MESSAGE)?;
/// let mut form = Vec::new();
/// let exclusive = Canonicalization::Exclusive(&[]);
/// canonicalize(document.root(), exclusive, Visibility::WithoutComments, None, &mut form);
/// assert_eq!(form, b"<a b=\"1\" c=\"2\"><p:d xmlns:p=\"urn:p\"></p:d></a>");
/// # Ok::<(), Malformed>(())
/// ```
pub fn canonicalize(
    apex: Element<'_>,
    method: Canonicalization<'_>,
    comments: Visibility,
    without: Option<Element<'_>>,
    out: &mut Vec<u8>,
) {
    let document = apex.document();
    let without = without.filter(|without| core::ptr::eq(without.document(), document));
    let mut form = Form { method, scope: Vec::new(), written: Vec::new(), sorted: Vec::new(), out };
    let mut open: Vec<Open<'_>> = Vec::new();
    let (mut at, end) = (apex.index(), apex.end());
    while at < end {
        while let Some(done) = open.pop_if(|open| open.end <= at) {
            form.end(&done);
        }
        let Some(node) = document.node(at) else { break };
        match &node.content {
            Content::Element(_) if without.is_some_and(|without| without.index() == at) => {
                at = node.end;
                continue;
            }
            Content::Element(tag) => {
                let element = Element::new(document, tag);
                open.push(Open {
                    element,
                    end: node.end,
                    scope: form.scope.len(),
                    written: form.written.len(),
                });
                form.start(element, element == apex);
            }
            Content::Text(text) => escape(form.out, text, in_text),
            Content::Comment(comment) => match comments {
                Visibility::WithoutComments => {}
                Visibility::WithComments => {
                    for part in ["<!--", comment, "-->"] {
                        form.out.extend_from_slice(part.as_bytes());
                    }
                }
            },
        }
        at = at.saturating_add(1);
    }
    while let Some(done) = open.pop() {
        form.end(&done);
    }
}

/// An element whose end is still to be written, and the marks to go back to then.
struct Open<'d> {
    element: Element<'d>,
    end: usize,
    scope: usize,
    written: usize,
}

struct Form<'d, 'p, 'o> {
    method: Canonicalization<'p>,
    /// The declarations in force in the source.
    scope: Vec<Declaration<'d>>,
    /// The declarations in force in what is written.
    written: Vec<Declaration<'d>>,
    /// Kept for its memory alone.
    sorted: Vec<&'d Attribute<'d>>,
    out: &'o mut Vec<u8>,
}

impl<'d> Form<'d, '_, '_> {
    fn start(&mut self, element: Element<'d>, is_apex: bool) {
        if is_apex {
            self.scope = element.scope();
        } else {
            self.scope.extend_from_slice(element.declarations());
        }
        self.out.push(b'<');
        self.name(element.prefix(), element.local());

        let mark = self.written.len();
        self.add_declarations(element, is_apex);
        // Canonical XML 1.0 §2.3: by local name, the default namespace first.
        if let Some(new) = self.written.get_mut(mark..) {
            new.sort_unstable_by(|one, other| one.prefix.cmp(other.prefix));
        }
        for index in mark..self.written.len() {
            let Some(Declaration { prefix, uri }) = self.written.get(index).copied() else { break };
            self.out.extend_from_slice(if prefix.is_empty() { b" xmlns" } else { b" xmlns:" });
            self.out.extend_from_slice(prefix.as_bytes());
            self.quoted(uri);
        }

        let mut sorted = core::mem::take(&mut self.sorted);
        sorted.clear();
        sorted.extend(element.attributes());
        if is_apex && self.method == Canonicalization::Inclusive {
            add_inherited(element, &mut sorted);
        }
        // Canonical XML 1.0 §2.3: by namespace, then by local name.
        sorted.sort_unstable_by(|one, other| (one.namespace, one.local).cmp(&(other.namespace, other.local)));
        for attribute in &sorted {
            self.out.push(b' ');
            self.name(attribute.prefix, attribute.local);
            self.quoted(&attribute.value);
        }
        self.sorted = sorted;
        self.out.push(b'>');
    }

    fn add_declarations(&mut self, element: Element<'d>, is_apex: bool) {
        match self.method {
            Canonicalization::Inclusive if is_apex => {
                for index in 0..self.scope.len() {
                    let Some(declaration) = self.scope.get(index).copied() else { break };
                    self.add_in_force(declaration.prefix);
                }
            }
            Canonicalization::Inclusive => {
                for declaration in element.declarations() {
                    self.add_in_force(declaration.prefix);
                }
            }
            Canonicalization::Exclusive(prefixes) => {
                // Exclusive C14N 1.0 §3: the prefixes the element and its attributes use themselves.
                self.add(Declaration { prefix: element.prefix(), uri: element.namespace() });
                for attribute in element.attributes().iter().filter(|found| !found.prefix.is_empty()) {
                    self.add(Declaration { prefix: attribute.prefix, uri: attribute.namespace });
                }
                // Nothing new is in force where nothing is declared.
                if is_apex || !element.declarations().is_empty() {
                    for prefix in prefixes {
                        self.add_in_force(if *prefix == "#default" { "" } else { prefix });
                    }
                }
            }
        }
    }

    /// Adds what the prefix stands for in the source, if it stands for anything.
    fn add_in_force(&mut self, prefix: &str) {
        let found = self.scope.iter().rev().find(|declaration| declaration.prefix == prefix);
        if let Some(declaration) = found.copied() {
            self.add(declaration);
        }
    }

    /// Adds the declaration, unless it is in force already in what is written.
    fn add(&mut self, declaration: Declaration<'d>) {
        let Declaration { prefix, uri } = declaration;
        // No default namespace is the same as an empty one; `xml` is never declared.
        let known = namespaces::bound(&self.written, prefix).or(prefix.is_empty().then_some(""));
        if known != Some(uri) && prefix != "xml" {
            self.written.push(declaration);
        }
    }

    fn end(&mut self, open: &Open<'d>) {
        self.out.extend_from_slice(b"</");
        self.name(open.element.prefix(), open.element.local());
        self.out.push(b'>');
        self.scope.truncate(open.scope);
        self.written.truncate(open.written);
    }

    fn name(&mut self, prefix: &str, local: &str) {
        if !prefix.is_empty() {
            self.out.extend_from_slice(prefix.as_bytes());
            self.out.push(b':');
        }
        self.out.extend_from_slice(local.as_bytes());
    }

    fn quoted(&mut self, value: &str) {
        self.out.extend_from_slice(b"=\"");
        escape(self.out, value, in_attribute);
        self.out.push(b'"');
    }
}

/// Canonical XML 1.0 §2.4: the apex of a part of a document takes the nearest attributes of the namespace
/// `xml` from around it, but for those it has itself.
fn add_inherited<'d>(apex: Element<'d>, attributes: &mut Vec<&'d Attribute<'d>>) {
    for attribute in apex.ancestors().flat_map(Element::attributes).filter(|found| found.namespace == XML) {
        let known = attributes.iter().any(|known| known.namespace == XML && known.local == attribute.local);
        if !known {
            attributes.push(attribute);
        }
    }
}

fn escape(out: &mut Vec<u8>, text: &str, escaped: impl Fn(u8) -> Option<&'static str>) {
    if every(text, |byte| escaped(byte).is_none()) {
        return out.extend_from_slice(text.as_bytes());
    }
    let mut rest = text.as_bytes();
    while let Some(at) = rest.iter().position(|byte| escaped(*byte).is_some()) {
        let (plain, tail) = rest.split_at(at);
        out.extend_from_slice(plain);
        let Some((byte, tail)) = tail.split_first() else { break };
        out.extend_from_slice(escaped(*byte).unwrap_or_default().as_bytes());
        rest = tail;
    }
    out.extend_from_slice(rest);
}

/// Canonical XML 1.0 §2.3, text nodes.
const fn in_text(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'>' => Some("&gt;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}

/// Canonical XML 1.0 §2.3, attribute nodes.
const fn in_attribute(byte: u8) -> Option<&'static str> {
    match byte {
        b'&' => Some("&amp;"),
        b'<' => Some("&lt;"),
        b'"' => Some("&quot;"),
        b'\t' => Some("&#x9;"),
        b'\n' => Some("&#xA;"),
        b'\r' => Some("&#xD;"),
        _ => None,
    }
}
