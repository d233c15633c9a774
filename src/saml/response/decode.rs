//! From the value of a form to a response.

use crate::saml::xml::Limits;
use crate::value::decode_base64;

/// 1 572 864 bytes: the longest value of a form that is decoded. It holds the longest message in Base64, with line
/// breaks.
pub const MAX_POST: usize = 1_572_864;

/// The value of the form is no message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncodingError {
    /// It is longer than [`MAX_POST`], or what is in it is longer than [`Limits::MESSAGE`].
    #[error("the message is too long")]
    TooLong,
    /// It is not Base64.
    #[error("the message is not Base64")]
    Base64,
}

impl EncodingError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong => "saml.encoding.too.long",
            Self::Base64 => "saml.encoding.base64",
        }
    }
}

/// The bytes of a message that was posted as `SAMLResponse` or `SAMLRequest` (SAML bindings §3.5.4): Base64, with
/// white space anywhere in it. It is not compressed.
///
/// ```
/// use grantor::saml::response::*;
///
/// assert_eq!(decode_post("PHgv\r\nPg==")?, b"<x/>");
/// assert_eq!(decode_post("<x/>"), Err(EncodingError::Base64));
/// # Ok::<(), EncodingError>(())
/// ```
///
/// # Errors
///
/// [`EncodingError`].
pub fn decode_post(value: &str) -> Result<Vec<u8>, EncodingError> {
    if value.len() > MAX_POST {
        return Err(EncodingError::TooLong);
    }
    let message = decode_base64(value).ok_or(EncodingError::Base64)?;
    if message.len() > Limits::MESSAGE.bytes { Err(EncodingError::TooLong) } else { Ok(message) }
}
