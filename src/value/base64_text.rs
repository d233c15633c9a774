//! Base64 as it stands in XML and in files: strict, but for white space.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The bytes of a text in Base64, with white space anywhere in it; nothing for any other text.
///
/// RFC 4648 §3.5, §3.2: the bits that pad are zero, and the padding is there, so that no two texts but for
/// white space stand for the same bytes.
pub fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let is_white_space = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
    let plain: Vec<u8> = text.bytes().filter(|byte| !is_white_space(byte)).collect();
    STANDARD.decode(plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_is_left_out_and_nothing_else() {
        assert_eq!(decode_base64(" YW\r\nJj\t").as_deref(), Some(&b"abc"[..]));
        assert_eq!(decode_base64("").as_deref(), Some(&b""[..]));
        for text in ["YWJj=", "YWI", "YWJ=", "YW Jj\u{a0}", "YWJ-", "YWJj YQ==YQ==", "\0YWJj"] {
            assert_eq!(decode_base64(text), None, "{text}");
        }
    }
}
