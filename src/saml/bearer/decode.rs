//! From the parameter to an assertion.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::GeneralPurpose;
use base64::engine::GeneralPurposeConfig;

use super::BearerError;
use crate::saml::xml::Limits;

/// 1 398 104 bytes: the longest parameter that is decoded. It holds the longest message.
pub const MAX_PARAMETER: usize = 1_398_104;

/// RFC 7522 §2.1 and RFC 4648 §5: the padding bits are zero. Pad characters should not be there, so they may be.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The bytes of an assertion that is the parameter `assertion` or `client_assertion` (RFC 7522 §2.1): base64url in
/// one line, with its padding or without. The other alphabet of Base64, and white space, are refused.
///
/// ```
/// use grantor::saml::bearer::*;
///
/// assert_eq!(decode_assertion("PHgvPg")?, b"<x/>");
/// assert_eq!(decode_assertion("PHgvPg==")?, b"<x/>");
/// assert_eq!(decode_assertion("PHgv\nPg"), Err(BearerError::Base64));
/// # Ok::<(), BearerError>(())
/// ```
///
/// # Errors
///
/// [`BearerError::TooLong`] beyond [`MAX_PARAMETER`] and [`Limits::MESSAGE`], [`BearerError::Base64`] for what is
/// not base64url.
pub fn decode_assertion(parameter: &str) -> Result<Vec<u8>, BearerError> {
    if parameter.len() > MAX_PARAMETER {
        return Err(BearerError::TooLong);
    }
    let assertion = BASE64URL.decode(parameter).map_err(|_| BearerError::Base64)?;
    if assertion.len() > Limits::MESSAGE.bytes { Err(BearerError::TooLong) } else { Ok(assertion) }
}
