//! The attributes of a tag, as they are written.

use super::XmlFault;
use super::characters::is_white_space;
use super::characters::split_name;
use super::characters::split_once;

/// One attribute of a tag, its value as it is written between the quotes.
#[derive(Clone, Copy)]
pub struct Written<'a> {
    pub prefix: &'a str,
    pub local: &'a str,
    pub raw: &'a str,
}

/// The attributes of a tag, from what stands behind its name.
pub struct WrittenAttributes<'a> {
    rest: &'a str,
}

impl<'a> WrittenAttributes<'a> {
    pub const fn new(rest: &'a str) -> Self {
        Self { rest }
    }

    /// XML 1.0 §3.1: `STag ::= '<' Name (S Attribute)* S? '>'`, `Attribute ::= Name Eq AttValue`.
    fn read(&mut self, rest: &'a str) -> Result<Written<'a>, XmlFault> {
        let (name, rest) = split_once(rest, b'=').ok_or(XmlFault::Attribute)?;
        let (prefix, local) = split_name(name.trim_end_matches(is_white_space)).ok_or(XmlFault::Name)?;
        let rest = rest.trim_start_matches(is_white_space);
        let quoted = rest.strip_prefix('"').map(|rest| (rest, b'"'));
        let (rest, quote) = quoted
            .or_else(|| rest.strip_prefix('\'').map(|rest| (rest, b'\'')))
            .ok_or(XmlFault::Attribute)?;
        let (raw, rest) = split_once(rest, quote).ok_or(XmlFault::Attribute)?;
        self.rest = rest;
        Ok(Written { prefix, local, raw })
    }
}

impl<'a> Iterator for WrittenAttributes<'a> {
    type Item = Result<Written<'a>, XmlFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_start_matches(is_white_space);
        if rest.is_empty() {
            return None;
        }
        if rest.len() == self.rest.len() {
            self.rest = "";
            return Some(Err(XmlFault::Attribute));
        }
        let read = self.read(rest);
        if read.is_err() {
            self.rest = "";
        }
        Some(read)
    }
}
