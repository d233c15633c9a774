//! Percent-encoding (RFC 3986 §2.1), as it stands in queries.

/// The text, every octet encoded but the unreserved ones (RFC 3986 §2.3).
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.push(digit(byte >> 4));
            out.push(digit(byte & 0xf));
        }
    }
    out
}

fn digit(value: u8) -> char {
    char::from_digit(u32::from(value), 16).unwrap_or('0').to_ascii_uppercase()
}

/// How a plus sign is read.
#[derive(Clone, Copy, Eq, PartialEq)]
pub enum Plus {
    /// As a space, as forms encode one.
    Space,
    /// Not at all: in Base64 nobody could say which of the two it is.
    Refused,
}

/// The text that is encoded so; nothing where a `%` is followed by no two hexadecimal digits, where a character is not
/// one that a query can hold, or where the octets are not UTF-8.
pub fn decode(text: &str, plus: Plus) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let decoded = match byte {
            b'%' => {
                let (high, low) = (value(bytes.next()?)?, value(bytes.next()?)?);
                (high << 4) | low
            }
            b'+' if plus == Plus::Space => b' ',
            b'+' => return None,
            0x21..=0x7e => byte,
            _ => return None,
        };
        out.push(decoded);
    }
    String::from_utf8(out).ok()
}

fn value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// threat 44: one text has one reading, and what is no encoding has none.
    #[test]
    fn threat_44_decoding_is_strict() {
        assert_eq!(decode("a%2Bb%2f%C3%A9", Plus::Refused).as_deref(), Some("a+b/\u{e9}"));
        assert_eq!(decode("a+b", Plus::Space).as_deref(), Some("a b"));
        for text in ["%", "%2", "%2g", "%+1", "a+b", "a b", "a\u{e9}", "%ff", "%C3", "a\0"] {
            assert_eq!(decode(text, Plus::Refused), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(text in "(\\PC|.){0,40}") {
            let encoded = encode(&text);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            prop_assert_eq!(decode(&encoded, Plus::Refused), Some(text.clone()));
            prop_assert_eq!(decode(&encoded, Plus::Space), Some(text));
        }
    }
}
