//! Raw DEFLATE (RFC 1951), which messages in a query are compressed with (SAML bindings §3.4.4.1).

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::DecompressorOxide;
use miniz_oxide::inflate::core::decompress;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;

use super::QueryError;

/// The bytes, compressed.
pub fn deflate(bytes: &[u8]) -> Vec<u8> {
    compress_to_vec(bytes, 6)
}

/// What was compressed to these bytes, and to nothing but them; of at most so many bytes. No more memory than twice
/// that is taken (threat 43).
pub fn inflate(mut bytes: &[u8], most: usize) -> Result<Vec<u8>, QueryError> {
    let mut state = Box::<DecompressorOxide>::default();
    let mut out = vec![0; bytes.len().saturating_mul(4).max(1).min(most)];
    let mut written = 0_usize;
    loop {
        let (status, read, more) =
            decompress(&mut state, bytes, &mut out, written, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        written = written.saturating_add(more);
        bytes = bytes.get(read..).unwrap_or_default();
        match status {
            TINFLStatus::Done if bytes.is_empty() => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() < most => {
                out.resize(out.len().saturating_mul(2).min(most), 0);
            }
            TINFLStatus::HasMoreOutput => return Err(QueryError::TooLong { max: most }),
            // What follows the last block is compressed from nothing.
            _ => return Err(QueryError::Deflate),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// threat 43, threat 51: what a few bytes stand for is bounded before it is written out.
    #[test]
    fn threat_43_what_is_inflated_is_bounded() {
        let bomb = deflate(&vec![b'a'; 1 << 20]);
        assert!(bomb.len() < 2_048, "{}", bomb.len());
        assert_eq!(inflate(&bomb, 1 << 20).map(|out| out.len()), Ok(1 << 20));
        assert_eq!(inflate(&bomb, (1 << 20) - 1), Err(QueryError::TooLong { max: (1 << 20) - 1 }));
    }

    #[test]
    fn nothing_stands_before_or_after_what_is_inflated() {
        let whole = deflate(b"<a/>");
        assert_eq!(inflate(&whole, 64).as_deref(), Ok(&b"<a/>"[..]));
        let cut = &whole[..whole.len() - 1];
        let zlib = [&[0x78, 0x9c][..], &whole].concat();
        for bytes in [&[][..], cut, &[&whole[..], b"\0"].concat(), &zlib, b"<a/>"] {
            assert_eq!(inflate(bytes, 64), Err(QueryError::Deflate), "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_deflated_is_inflated(bytes in prop::collection::vec(any::<u8>(), 0..2_000)) {
            prop_assert_eq!(inflate(&deflate(&bytes), 2_000), Ok(bytes));
        }

        /// threat 45: no bytes panic.
        #[test]
        fn threat_45_any_bytes_are_inflated_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Ok(out) = inflate(&bytes, 1_000) {
                prop_assert!(out.len() <= 1_000);
            }
        }
    }
}
