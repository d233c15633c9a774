//! From what an administrator has to the DER of one certificate.

use std::borrow::Cow;

use super::CertificateError;
use super::der::SEQUENCE;
use crate::value::decode_base64;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END CERTIFICATE-----";
const CERTIFICATE: &str = "CERTIFICATE-----";

/// The DER in these bytes: themselves, or what they hold as PEM or Base64.
pub fn der_in(bytes: &[u8]) -> Result<Cow<'_, [u8]>, CertificateError> {
    // Base64 of DER begins with `M`, PEM with a dash: neither with this byte.
    if bytes.first() == Some(&SEQUENCE) {
        return Ok(Cow::Borrowed(bytes));
    }
    let text = core::str::from_utf8(bytes).map_err(|_| CertificateError::Encoding)?;
    if text.contains(BEGIN) {
        return pem(text).map(Cow::Owned);
    }
    let decoded = decode_base64(text).ok_or(CertificateError::Encoding)?;
    match core::str::from_utf8(&decoded) {
        // AD FS is known to put Base64 of PEM where Base64 of DER belongs.
        Ok(text) if text.contains(BEGIN) => pem(text).map(Cow::Owned),
        Ok(_) | Err(_) => Ok(Cow::Owned(decoded)),
    }
}

/// RFC 7468 §2: what stands around the encapsulated text explains it.
fn pem(text: &str) -> Result<Vec<u8>, CertificateError> {
    let mut parts = text.split(BEGIN).skip(1);
    let (Some(part), more) = (parts.next(), parts.next()) else { return Err(CertificateError::Encoding) };
    let part = part.strip_prefix(CERTIFICATE).ok_or(CertificateError::NoCertificate)?;
    if let Some(more) = more {
        let second = more.starts_with(CERTIFICATE);
        return Err(if second { CertificateError::Several } else { CertificateError::NoCertificate });
    }
    let (encoded, _) = part.split_once(END).ok_or(CertificateError::Encoding)?;
    decode_base64(encoded).ok_or(CertificateError::Encoding)
}
