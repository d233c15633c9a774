//! `Authorization: Basic`: how a client sends its id and secret in a header (RFC 6749 §2.3.1, RFC 7617).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::Fault;
use super::form::decode;

/// 1 024 bytes: the longest credentials, encoded.
const MAX: usize = 1_024;

/// A client's id and secret as it sent them. Their memory is wiped when they are dropped.
pub(super) struct Basic {
    pub(super) client_id: Zeroizing<String>,
    pub(super) client_secret: Zeroizing<String>,
}

/// Reads what follows `Basic` in the header.
pub(super) fn parse(after_scheme: &[u8]) -> Result<Basic, Fault> {
    let encoded = after_scheme.strip_prefix(b" ").ok_or(Fault::Empty)?;
    if encoded.len() > MAX {
        return Err(Fault::TooLong { max: MAX });
    }
    let mut decoded = Zeroizing::new([0_u8; MAX]);
    let length = STANDARD.decode_slice(encoded, decoded.as_mut_slice()).map_err(|_| Fault::Base64)?;
    let pair = decoded.get(..length).ok_or(Fault::Base64)?;
    // RFC 7617 §2: the first colon ends the user id. A colon of the id itself is encoded.
    let colon = pair.iter().position(|byte| *byte == b':').ok_or(Fault::Colon)?;
    let (client_id, rest) = pair.split_at_checked(colon).ok_or(Fault::Colon)?;
    let client_secret = rest.strip_prefix(b":").ok_or(Fault::Colon)?;
    // RFC 6749 §2.3.1: id and secret are form-encoded each, before the colon comes between.
    Ok(Basic { client_id: decode(client_id, MAX, false)?, client_secret: decode(client_secret, MAX, false)? })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(credentials: &str) -> Result<(String, String), Fault> {
        parse(credentials.as_bytes())
            .map(|basic| (basic.client_id.to_string(), basic.client_secret.to_string()))
    }

    fn read_pair(pair: impl AsRef<[u8]>) -> Result<(String, String), Fault> {
        read(&format!(" {}", STANDARD.encode(pair)))
    }

    /// threat 18: every line of the vectors: `section | header | client id | client secret`.
    #[test]
    fn threat_18_headers_of_the_standards_are_read() {
        let vectors = include_str!("../../tests/vectors/basic.txt");
        let mut count = 0;
        for line in vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [section, header, id, secret] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let after_scheme = header.strip_prefix("Basic").unwrap();
            assert_eq!(read(after_scheme), Ok((id.into(), secret.into())), "{section}");
            count += 1;
        }
        assert_eq!(count, 5);
    }

    /// threat 18: split at the first colon, and only then decoded.
    #[test]
    fn threat_18_split_comes_before_decoding() {
        assert_eq!(read_pair("a%3Ab:c:d"), Ok(("a:b".into(), "c:d".into())));
        assert_eq!(read_pair("a+b:c%2Bd"), Ok(("a b".into(), "c+d".into())));
        assert_eq!(read_pair(":"), Ok((String::new(), String::new())));
    }

    /// GR-12: base64 in one spelling: alphabet, padding and unused bits.
    #[test]
    fn gr_12_base64_is_strict() {
        assert_eq!(read(" YTpi"), Ok(("a".into(), "b".into())));
        assert_eq!(read(" YTpiYw=="), Ok(("a".into(), "bc".into())));
        for text in [
            " YTpiYw",
            " YTpiYw=",
            " YTpiYx==",
            " YTpi ",
            "  YTpi",
            " YTpi\n",
            " YT-_",
            " YTpi=",
            " %59TpiYw==",
        ] {
            assert_eq!(read(text), Err(Fault::Base64), "{text:?}");
        }
        assert_eq!(read(""), Err(Fault::Empty));
        assert_eq!(read(" "), Err(Fault::Colon));
    }

    /// GR-12: halves that are no text.
    #[test]
    fn gr_12_halves_are_text() {
        assert_eq!(read_pair("ab"), Err(Fault::Colon));
        assert_eq!(read_pair("a:b c"), Err(Fault::Byte));
        assert_eq!(read_pair("a:%zz"), Err(Fault::Escape));
        assert_eq!(read_pair(b"a:\xff"), Err(Fault::Byte));
        assert_eq!(read_pair("a:%00"), Err(Fault::Control));
        assert_eq!(read_pair("%ff:b"), Err(Fault::Utf8));
    }

    /// threat 43: bounded before it is decoded.
    #[test]
    fn threat_43_credentials_are_bounded() {
        assert!(read_pair("a:".to_owned() + &"b".repeat(766)).is_ok());
        assert_eq!(read_pair("a:".to_owned() + &"b".repeat(767)), Err(Fault::TooLong { max: 1_024 }));
    }

    proptest! {
        /// threat 45: no bytes panic, whether they are base64 or not.
        #[test]
        fn threat_45_no_header_panics(bytes: Vec<u8>) {
            let _ = parse(&bytes);
            let _ = read_pair(&bytes);
        }
    }
}
