//! Signatures of octets that are no XML: the query of the Redirect binding (SAML bindings §3.4.4.1).

use super::SignatureError;
use super::SignaturePart;
use super::Trust;
use super::keys::check_count;
use super::keys::signer;
use super::read::allowed_algorithm;
use crate::saml::crypto::SignatureAlgorithm;
use crate::saml::excerpt::excerpt;
use crate::value::Timestamp;
use crate::value::decode_base64;

/// The place of the trusted certificate whose key signed these octets, by the algorithm that is named so.
pub fn verify_octets(
    octets: &[u8],
    algorithm: &str,
    signature: &str,
    trust: &Trust<'_>,
    now: Timestamp,
) -> Result<usize, SignatureError> {
    check_count(trust)?;
    let named = SignatureAlgorithm::of(algorithm)
        .ok_or_else(|| SignatureError::Algorithm { found: excerpt(algorithm) })?;
    let allowed = allowed_algorithm(named, trust.deviations)?;
    let part = SignaturePart::SignatureValue;
    let value = decode_base64(signature).ok_or(SignatureError::ValueEncoding { part })?;
    signer(allowed, &value, octets, trust, now)
}
