//! Base64 as it stands in XML and in files: strict, but for white space.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes of a text in Base64, with white space anywhere in it; nothing for any other text.
///
/// RFC 4648 §3.5, §3.2: the bits that pad are zero, and the padding is there, so that no two texts but for
/// white space stand for the same bytes.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    // White space is no character of Base64: what can be decoded as it stands, as most texts can, has none.
    STANDARD.decode(text).ok().or_else(|| STANDARD.decode(without_white_space(text)?).ok())
}

/// The text without the white space in it; nothing where there is none.
fn without_white_space(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.as_bytes().split(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'));
    let first = parts.next().filter(|first| first.len() < text.len())?;
    let mut plain = Vec::with_capacity(text.len());
    plain.extend_from_slice(first);
    parts.for_each(|part| plain.extend_from_slice(part));
    Some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Wherever white space stands, it is as if it were not there; and for a text that is not Base64, too.
        #[test]
        fn white_space_changes_nothing(text in "[A-Za-z0-9+/= \t\r\n]{0,40}", bytes in any::<Vec<u8>>(), at in any::<usize>()) {
            let plain: String = text.chars().filter(|found| !found.is_ascii_whitespace()).collect();
            prop_assert_eq!(decode_base64(&text), STANDARD.decode(plain).ok());
            let mut encoded = STANDARD.encode(&bytes);
            encoded.insert(at % (encoded.len() + 1), '\n');
            prop_assert_eq!(decode_base64(&encoded), Some(bytes));
        }
    }

    #[test]
    fn white_space_is_left_out_and_nothing_else() {
        assert_eq!(decode_base64(" YW\r\nJj\t").as_deref(), Some(&b"abc"[..]));
        assert_eq!(decode_base64("").as_deref(), Some(&b""[..]));
        for text in ["YWJj=", "YWI", "YWJ=", "YW Jj\u{a0}", "YWJ-", "YWJj YQ==YQ==", "\0YWJj"] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
    }
}
