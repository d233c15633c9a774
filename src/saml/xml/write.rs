//! The writer: XML that is well-formed whatever the values are.
//!
//! Names stand in the code; each element is closed by the call that opened it; values are escaped. A value with a
//! character that XML cannot hold has no document at all: to leave the character out would be to write another name
//! than the one that was meant.

use super::characters::is_char;

/// A value holds a character that XML 1.0 §2.2 does not allow, not even as a reference.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("XML cannot hold the character U+{:04X}", u32::from(*.found))]
pub struct Unwritable {
    /// The character.
    pub found: char,
}

/// A document as it is written, or a part of one.
pub struct Writer {
    out: String,
    unwritable: Option<char>,
}

/// An attribute or a declaration of a namespace: its name, and its value.
pub type Written<'v> = (&'static str, &'v str);

impl Writer {
    /// Nothing yet.
    pub const fn new() -> Self {
        Self { out: String::new(), unwritable: None }
    }

    /// Writes an element, and what `content` writes into it.
    pub fn element(
        &mut self,
        name: &'static str,
        attributes: &[Written<'_>],
        content: impl FnOnce(&mut Self),
    ) {
        self.tag(name, attributes);
        self.out.push('>');
        content(self);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// Writes an element with nothing in it.
    pub fn empty(&mut self, name: &'static str, attributes: &[Written<'_>]) {
        self.tag(name, attributes);
        self.out.push_str("/>");
    }

    /// Writes an element with a text in it.
    pub fn text(&mut self, name: &'static str, attributes: &[Written<'_>], text: &str) {
        self.element(name, attributes, |writer| writer.escape(text, in_text));
    }

    /// How many bytes are written.
    pub const fn length(&self) -> usize {
        self.out.len()
    }

    /// What was written.
    ///
    /// # Errors
    ///
    /// [`Unwritable`] for the first character of a value that XML cannot hold.
    pub fn finish(self) -> Result<String, Unwritable> {
        match self.unwritable {
            None => Ok(self.out),
            Some(found) => Err(Unwritable { found }),
        }
    }

    fn tag(&mut self, name: &'static str, attributes: &[Written<'_>]) {
        self.out.push('<');
        self.out.push_str(name);
        for (name, value) in attributes {
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            self.escape(value, in_attribute);
            self.out.push('"');
        }
    }

    fn escape(&mut self, text: &str, escaped: fn(char) -> Option<&'static str>) {
        for found in text.chars() {
            match escaped(found) {
                Some(reference) => self.out.push_str(reference),
                None => self.out.push(found),
            }
            if !is_char(found) {
                self.unwritable.get_or_insert(found);
            }
        }
    }
}

/// XML 1.0 §2.4, §2.11: a CR that is not written as a reference is read as LF.
const fn in_text(found: char) -> Option<&'static str> {
    match found {
        '&' => Some("&amp;"),
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '\r' => Some("&#xD;"),
        _ => None,
    }
}

/// XML 1.0 §3.3.3: white space that is not written as a reference is read as a space.
const fn in_attribute(found: char) -> Option<&'static str> {
    match found {
        '"' => Some("&quot;"),
        '\t' => Some("&#x9;"),
        '\n' => Some("&#xA;"),
        _ => in_text(found),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::saml::xml::Document;
    use crate::saml::xml::Limits;

    fn written(value: &str) -> Result<String, Unwritable> {
        let mut writer = Writer::new();
        writer.element("a", &[("b", value), ("c", "2")], |writer| {
            writer.text("d", &[], value);
            writer.empty("e", &[("f", value)]);
        });
        writer.finish()
    }

    #[track_caller]
    fn assert_read_back(value: &str) {
        let text = written(value).unwrap();
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        let root = document.root();
        let within: Vec<_> = root.elements().collect();
        assert_eq!(root.attribute("b"), Some(value), "{text}");
        assert_eq!(within[0].text(), Ok(value), "{text}");
        assert_eq!(within[1].attribute("f"), Some(value), "{text}");
        assert_eq!((within.len(), root.attributes().len(), document.elements().count()), (2, 2, 3), "{text}");
    }

    /// SA-06, SA-07: what is written holds the values that were meant, and no others.
    #[test]
    fn sa_06_values_are_read_back_as_they_were() {
        for value in [
            "",
            " ",
            "\r\n\t ",
            "\"/><x y=\"",
            "'><!-- ",
            "]]>",
            "<![CDATA[a]]>",
            "&amp;&#0;&x;",
            "</d></a>",
            "\u{85}\u{2028}\u{fffd}\u{10ffff}",
        ] {
            assert_read_back(value);
        }
    }

    /// SA-06: a character that XML cannot hold is neither written nor left out.
    #[test]
    fn sa_06_a_character_that_xml_cannot_hold_is_refused() {
        for found in ['\0', '\u{1}', '\u{1b}', '\u{fffe}', '\u{ffff}'] {
            assert_eq!(written(&format!("a{found}b\0")), Err(Unwritable { found }));
        }
    }

    proptest! {
        /// SA-06: for any text at all.
        #[test]
        fn sa_06_any_text_is_read_back_or_refused(value in "(\\PC|[<>&'\"\\]\r\n\t!-]|.){0,40}") {
            if written(&value).is_ok() {
                assert_read_back(&value);
            } else {
                prop_assert!(!value.chars().all(is_char));
            }
        }
    }
}
