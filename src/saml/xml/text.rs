//! Character data: line ends, references, and what may stand there.

use std::borrow::Cow;

use super::XmlFault;
use super::characters::is_char;
use super::characters::is_white_space;

/// The character that a reference stands for, between its `&` and its `;`.
///
/// XML 1.0 §4.6: `amp`, `lt`, `gt`, `apos` and `quot` are predefined. No other entity is.
pub fn character_of(reference: &str) -> Result<char, XmlFault> {
    let number = match reference {
        "amp" => return Ok('&'),
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "apos" => return Ok('\''),
        "quot" => return Ok('"'),
        _ => reference.strip_prefix('#').ok_or(XmlFault::Reference)?,
    };
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // `from_str_radix` takes a sign, which a reference has not.
    if !digits.chars().all(|digit| digit.is_digit(radix)) {
        return Err(XmlFault::Reference);
    }
    let value = u32::from_str_radix(digits, radix).map_err(|_| XmlFault::Reference)?;
    char::from_u32(value).filter(|character| is_char(*character)).ok_or(XmlFault::Reference)
}

/// A text without references, checked, its line ends normalized.
///
/// XML 1.0 §2.11: CR LF, and any CR that no LF follows, become one LF.
pub fn normalized(raw: &str) -> Result<Cow<'_, str>, XmlFault> {
    if !raw.chars().all(is_char) {
        return Err(XmlFault::Character);
    }
    if !raw.contains('\r') {
        return Ok(Cow::Borrowed(raw));
    }
    Ok(Cow::Owned(raw.replace("\r\n", "\n").replace('\r', "\n")))
}

/// The value of an attribute that is written so, between its quotes.
///
/// XML 1.0 §3.3.3: white space becomes a space each, after line ends are normalized; what a reference stands
/// for is taken as it is. No attribute has a type but CDATA here, for there is no document type.
pub fn attribute_value(raw: &str) -> Result<Cow<'_, str>, XmlFault> {
    if raw.contains('<') {
        return Err(XmlFault::Attribute);
    }
    if !raw.contains(['&', '\t', '\r', '\n']) {
        return normalized(raw);
    }
    let raw = normalized(raw)?;
    let mut value = String::with_capacity(raw.len());
    let mut rest = &*raw;
    while let Some((before, after)) = rest.split_once('&') {
        push_spaced(&mut value, before);
        let (reference, after) = after.split_once(';').ok_or(XmlFault::Reference)?;
        value.push(character_of(reference)?);
        rest = after;
    }
    push_spaced(&mut value, rest);
    Ok(Cow::Owned(value))
}

fn push_spaced(value: &mut String, text: &str) {
    value.extend(text.chars().map(|found| if is_white_space(found) { ' ' } else { found }));
}
