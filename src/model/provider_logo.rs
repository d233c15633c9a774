//! The picture of an identity provider on the login page (SA-01).

use core::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

use crate::value::hexadecimal;

/// A picture in SVG or PNG of at most 25 KB. Cheap to clone; kept as Base64.
///
/// It comes from an organization and is shown to people before they log in. Show it as an image (`<img>`), where
/// browsers run nothing that is in it, and never as part of a page. Where it has an address of its own, answer there
/// with `Content-Security-Policy: sandbox; default-src 'none'; style-src 'unsafe-inline'`: whoever opens a picture in
/// SVG by its address would run the scripts in it.
///
/// ```
/// use grantor::model::ProviderLogo;
///
/// let logo = ProviderLogo::new(b"<svg xmlns='http://www.w3.org/2000/svg'/>")?;
/// assert_eq!(logo.media_type(), "image/svg+xml");
/// assert!(ProviderLogo::new(b"<html/>").is_err());
/// # Ok::<(), grantor::model::ProviderLogoError>(())
/// ```
#[derive(Clone, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String", into = "String")]
// INVARIANT: at most `MAX` bytes that begin as PNG or are text that begins as SVG.
pub struct ProviderLogo(Arc<[u8]>);

/// The bytes are no picture that is shown.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderLogoError {
    /// More than [`ProviderLogo::MAX`].
    #[error("a logo of {length} bytes is longer than {max}", max = ProviderLogo::MAX)]
    TooLong {
        /// The length in bytes.
        length: usize,
    },
    /// Neither PNG nor SVG.
    #[error("a logo is a picture in SVG or PNG")]
    Format,
    /// A stored text that is not Base64.
    #[error("the stored logo is not Base64")]
    Encoding,
}

impl ProviderLogo {
    /// 25 600 bytes: the longest.
    pub const MAX: usize = 25_600;

    /// The picture of these bytes.
    ///
    /// # Errors
    ///
    /// [`ProviderLogoError`] for a picture that is too long, or neither PNG nor SVG.
    pub fn new(bytes: &[u8]) -> Result<Self, ProviderLogoError> {
        if bytes.len() > Self::MAX {
            return Err(ProviderLogoError::TooLong { length: bytes.len() });
        }
        if is_png(bytes) || is_svg(bytes) { Ok(Self(bytes.into())) } else { Err(ProviderLogoError::Format) }
    }

    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its media type: `image/png` or `image/svg+xml`.
    #[must_use]
    pub fn media_type(&self) -> &'static str {
        if is_png(&self.0) { "image/png" } else { "image/svg+xml" }
    }

    /// The SHA-256 of its bytes, in hexadecimal.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hexadecimal(&Sha256::digest(&self.0))
    }
}

/// PNG §5.2: the signature, and then the first chunk.
fn is_png(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
}

/// Text in UTF-8 whose first element is `svg`, whatever of XML comes before it.
fn is_svg(bytes: &[u8]) -> bool {
    let Ok(text) = core::str::from_utf8(bytes) else { return false };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    for (opens, closes) in [("<?xml", "?>"), ("<!--", "-->"), ("<!--", "-->")] {
        if rest.starts_with(opens) {
            let Some((_, after)) = rest.split_once(closes) else { return false };
            rest = after.trim_start();
        }
    }
    let after = rest.strip_prefix("<svg").and_then(|after| after.chars().next());
    after.is_some_and(|next| next.is_whitespace() || matches!(next, '>' | '/'))
}

impl TryFrom<String> for ProviderLogo {
    type Error = ProviderLogoError;

    fn try_from(text: String) -> Result<Self, ProviderLogoError> {
        Self::new(&STANDARD.decode(text).map_err(|_| ProviderLogoError::Encoding)?)
    }
}

impl From<ProviderLogo> for String {
    fn from(logo: ProviderLogo) -> Self {
        STANDARD.encode(&logo.0)
    }
}

impl fmt::Debug for ProviderLogo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProviderLogo({}, {} bytes)", self.media_type(), self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01";

    /// SA-01: SVG or PNG, at most 25 KB, and nothing else.
    #[test]
    fn sa_01_a_logo_is_svg_or_png_of_25_kb_at_most() {
        let named = |bytes: &[u8]| ProviderLogo::new(bytes).map(|logo| logo.media_type());
        assert_eq!(named(PNG), Ok("image/png"));
        for svg in [
            "<svg/>",
            "<svg xmlns='http://www.w3.org/2000/svg'/>",
            "<?xml version='1.0'?>\n<!-- a -->\n<svg>",
        ] {
            assert_eq!(named(svg.as_bytes()), Ok("image/svg+xml"), "{svg}");
        }
        for other in
            ["", "<html><svg/></html>", "<svgx/>", "<!DOCTYPE svg><svg/>", "GIF89a", "<?xml", "\u{89}PNG"]
        {
            assert_eq!(named(other.as_bytes()), Err(ProviderLogoError::Format), "{other}");
        }
        let long = |length| [PNG, &vec![0; length - PNG.len()]].concat();
        assert!(ProviderLogo::new(&long(25_600)).is_ok());
        assert_eq!(named(&long(25_601)), Err(ProviderLogoError::TooLong { length: 25_601 }));
    }

    #[test]
    fn a_logo_survives_json() {
        let logo = ProviderLogo::new(PNG).unwrap();
        let json = serde_json::to_string(&logo).unwrap();
        assert_eq!(serde_json::from_str::<ProviderLogo>(&json).unwrap(), logo);
        assert!(serde_json::from_str::<ProviderLogo>("\"PGh0bWw+\"").is_err());
    }
}
