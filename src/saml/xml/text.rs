//! Character data: line ends, references, and what may stand there.

use std::borrow::Cow;

use super::XmlFault;
use super::characters::every;
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
    // Most texts are of these characters, of which XML changes none: that is found out at once.
    if every(raw, |byte| matches!(byte, b'\t' | b'\n' | b' '..=b'~')) {
        return Ok(Cow::Borrowed(raw));
    }
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
    // As in `normalized`.
    if every(raw, |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'<' | b'&')) {
        return Ok(Cow::Borrowed(raw));
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a text at once is what is said of it character by character: with `é` in it, it is not said at
    /// once.
    #[test]
    fn a_text_is_read_the_same_whichever_way() {
        for found in (0..0x100).filter_map(char::from_u32) {
            for read in [normalized, attribute_value] {
                let (at_once, one_by_one) = (format!("a{found}b"), format!("a{found}bé"));
                let one_by_one = read(&one_by_one).map(|text| text.trim_end_matches('é').to_owned());
                assert_eq!(read(&at_once).map(Cow::into_owned), one_by_one, "{found:?}");
            }
        }
    }

    /// XML 1.0 §2.2, §2.11, §3.1, §3.3.3.
    #[test]
    fn a_text_is_normalized_and_an_attribute_spaced() {
        assert_eq!(normalized("a\tb\nc\r\nd\re").as_deref(), Ok("a\tb\nc\nd\ne"));
        assert_eq!(attribute_value("a\tb\nc\r\nd\re&#xA;").as_deref(), Ok("a b c d e\n"));
        assert_eq!(attribute_value("a<b"), Err(XmlFault::Attribute));
        assert_eq!(attribute_value("a&b"), Err(XmlFault::Reference));
        for none in ["\0", "\u{1f}", "é\u{b}", "\u{fffe}"] {
            assert_eq!(normalized(none), Err(XmlFault::Character), "{none:?}");
            assert_eq!(attribute_value(none), Err(XmlFault::Character), "{none:?}");
        }
    }
}
