//! What a signature says, read part by part.

use super::SignatureError;
use super::SignaturePart;
use super::methods::Method;
use super::methods::algorithm;
use super::methods::transforms;
use crate::saml::crypto::DigestAlgorithm;
use crate::saml::crypto::SignatureAlgorithm;
use crate::saml::excerpt::excerpt;
use crate::saml::names::XMLDSIG;
use crate::saml::xml::Element;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::decode_base64;

/// What a signature says.
pub struct Said<'d> {
    pub signed_info: Element<'d>,
    pub canonicalization: Method<'d>,
    pub algorithm: SignatureAlgorithm,
    pub value: Vec<u8>,
    /// The reference's URI.
    pub reference: &'d str,
    pub transform: Method<'d>,
    pub digest_algorithm: DigestAlgorithm,
    pub digest: Vec<u8>,
}

impl<'d> Said<'d> {
    /// Reads a `Signature` of which every part is known: nothing can hide in it but in `KeyInfo`, which is not
    /// looked at. What is read before a key has signed for it is therefore small.
    pub fn read(signature: Element<'d>, deviations: Deviations) -> Result<Self, SignatureError> {
        let mut parts: Vec<Element<'d>> = signature.elements().collect();
        if parts.iter().any(|part| part.is(XMLDSIG, "Object")) {
            return Err(SignatureError::Object);
        }
        let key_info = SignaturePart::KeyInfo;
        if parts.iter().filter(|part| key_info.is(**part)).count() > 1 {
            return Err(SignatureError::Repeated { part: key_info });
        }
        let _key_info = parts.pop_if(|last| key_info.is(*last));
        let outer = [SignaturePart::SignedInfo, SignaturePart::SignatureValue];
        let [signed_info, value] = SignaturePart::exactly(outer, &parts)?;

        let parts: Vec<Element<'d>> = signed_info.elements().collect();
        let inner =
            [SignaturePart::CanonicalizationMethod, SignaturePart::SignatureMethod, SignaturePart::Reference];
        let [canonicalization, method, reference] = SignaturePart::exactly(inner, &parts)?;

        let parts: Vec<Element<'d>> = reference.elements().collect();
        let within = [SignaturePart::Transforms, SignaturePart::DigestMethod, SignaturePart::DigestValue];
        let [chain, digest_method, digest] = SignaturePart::exactly(within, &parts)?;

        let digest_algorithm = digest_algorithm(digest_method, deviations)?;
        let said = Self {
            signed_info,
            canonicalization: Method::read(canonicalization, deviations)?,
            algorithm: signature_algorithm(method, deviations)?,
            value: value_of(value, SignaturePart::SignatureValue)?,
            reference: reference.attribute("URI").ok_or(SignatureError::ReferenceMissing)?,
            transform: transforms(chain, deviations)?,
            digest_algorithm,
            digest: value_of(digest, SignaturePart::DigestValue)?,
        };
        check_length(SignaturePart::DigestValue, digest_algorithm.length(), said.digest.len())?;
        Ok(said)
    }
}

fn signature_algorithm(
    method: Element<'_>,
    deviations: Deviations,
) -> Result<SignatureAlgorithm, SignatureError> {
    let uri = algorithm(method)?;
    let named =
        SignatureAlgorithm::of(uri).ok_or_else(|| SignatureError::Algorithm { found: excerpt(uri) })?;
    // None of ours takes parameters: `HMACOutputLength` belongs to HMAC.
    if method.elements().next().is_some() {
        return Err(SignatureError::Unexpected);
    }
    allowed_algorithm(named, deviations)
}

/// The algorithm, where the policy allows it.
pub fn allowed_algorithm(
    algorithm: SignatureAlgorithm,
    deviations: Deviations,
) -> Result<SignatureAlgorithm, SignatureError> {
    let is_sha1 = algorithm == SignatureAlgorithm::RsaSha1;
    if is_sha1 && !deviations.allow(Deviation::Sha1) { Err(SignatureError::Sha1) } else { Ok(algorithm) }
}

fn digest_algorithm(method: Element<'_>, deviations: Deviations) -> Result<DigestAlgorithm, SignatureError> {
    let uri = algorithm(method)?;
    let algorithm = DigestAlgorithm::of(uri).ok_or_else(|| SignatureError::Digest { found: excerpt(uri) })?;
    if method.elements().next().is_some() {
        return Err(SignatureError::Unexpected);
    }
    let is_sha1 = algorithm == DigestAlgorithm::Sha1;
    if is_sha1 && !deviations.allow(Deviation::Sha1) { Err(SignatureError::Sha1) } else { Ok(algorithm) }
}

/// The bytes of a value, which is one text in Base64.
fn value_of(element: Element<'_>, part: SignaturePart) -> Result<Vec<u8>, SignatureError> {
    let text = element.text().map_err(|_| SignatureError::ValueNotText { part })?;
    decode_base64(text).ok_or(SignatureError::ValueEncoding { part })
}

fn check_length(part: SignaturePart, expected: usize, found: usize) -> Result<(), SignatureError> {
    if expected == found { Ok(()) } else { Err(SignatureError::ValueLength { part, expected, found }) }
}
