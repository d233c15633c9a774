//! Which namespace a prefix stands for.

use super::Declaration;
use super::XmlFault;

/// The namespace of the prefix `xml`, which needs no declaration (Namespaces in XML 1.0 §3).
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// The namespace that the last declaration in force binds a prefix to; nothing where none does.
pub fn bound<'a>(declarations: &[Declaration<'a>], prefix: &str) -> Option<&'a str> {
    declarations.iter().rev().find(|declaration| declaration.prefix == prefix).map(|found| found.uri)
}

/// The namespace of an element with this prefix. Empty for none.
pub fn of_element<'a>(declarations: &[Declaration<'a>], prefix: &str) -> Result<&'a str, XmlFault> {
    match (prefix, bound(declarations, prefix)) {
        ("xml", _) => Ok(XML),
        ("", uri) => Ok(uri.unwrap_or_default()),
        (_, uri) => uri.ok_or(XmlFault::PrefixUndeclared),
    }
}

/// The namespace of an attribute with this prefix. Empty for none.
///
/// Namespaces in XML 1.0 §6.2: default namespace declarations do not apply to attribute names.
pub fn of_attribute<'a>(declarations: &[Declaration<'a>], prefix: &str) -> Result<&'a str, XmlFault> {
    if prefix.is_empty() { Ok("") } else { of_element(declarations, prefix) }
}

/// The declaration of this prefix and this namespace, or nothing for the one of `xml`, which changes nothing.
///
/// The namespace is taken as it is written. One with a reference or white space in it, or a character that
/// libxml2 and the standard write differently in canonical form, would be read differently elsewhere
/// (threat 49); one that is relative has no canonical form at all (threat 50).
pub fn declaration<'a>(prefix: &'a str, uri: &'a str) -> Result<Option<Declaration<'a>>, XmlFault> {
    match (prefix, uri) {
        ("xml", XML) => return Ok(None),
        ("", "") => return Ok(Some(Declaration { prefix, uri })),
        ("xml" | "xmlns", _) | (_, XML | XMLNS) => return Err(XmlFault::Namespace),
        _ => {}
    }
    let plain = !uri.contains(is_no_uri_character);
    if plain && is_absolute(uri) { Ok(Some(Declaration { prefix, uri })) } else { Err(XmlFault::Namespace) }
}

const fn is_no_uri_character(found: char) -> bool {
    matches!(
        found,
        '\0'..='\u{20}' | '"' | '&' | '<' | '>' | '\u{7f}'..='\u{9f}' | '\u{fffe}'..='\u{ffff}'
    )
}

/// RFC 3986 §3.1: `scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )`, then a colon.
fn is_absolute(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        scheme.starts_with(|first: char| first.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}
