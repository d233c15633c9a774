//! Our own signatures, in the form that is asked of others (SAML core §5.4).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;
use sha2::Sha256;

use super::methods::ENVELOPED;
use super::methods::EXCLUSIVE;
use crate::saml::binding::SendError;
use crate::saml::crypto::DigestAlgorithm;
use crate::saml::crypto::SignatureAlgorithm;
use crate::saml::crypto::Signer;
use crate::saml::names::XMLDSIG;
use crate::saml::xml::Canonicalization;
use crate::saml::xml::Document;
use crate::saml::xml::Element;
use crate::saml::xml::Limits;
use crate::saml::xml::Visibility;
use crate::saml::xml::Writer;
use crate::saml::xml::canonicalize;

/// The document with a signature of its root, which has this `ID`, at this place: right after `Issuer`, or first in
/// metadata.
///
/// There is no `KeyInfo`: whoever trusts a key from the message trusts anybody, so nobody needs it.
pub fn with_signature(
    document: String,
    at: usize,
    id: &str,
    signer: &dyn Signer,
) -> Result<String, SendError> {
    let algorithm = signing_algorithm(signer)?;
    let form = canonical(&document, |document| Some(document.root()))?;
    let digest = STANDARD.encode(Sha256::digest(form));
    let reference = ["#", id].concat();
    let unsigned = signature(algorithm, &reference, &digest, "")?;
    let signed_info = canonical(&unsigned, |document| document.root().elements().next())?;
    let value = signer.sign(&signed_info).map_err(SendError::Signer)?;
    let signature = signature(algorithm, &reference, &digest, &STANDARD.encode(value))?;
    let (before, after) = document.split_at_checked(at).ok_or(SendError::TooLong)?;
    Ok([before, &signature, after].concat())
}

/// The algorithm of a signer that signs by none with SHA-1.
pub fn signing_algorithm(signer: &dyn Signer) -> Result<SignatureAlgorithm, SendError> {
    match signer.algorithm() {
        SignatureAlgorithm::RsaSha1 => Err(SendError::Sha1),
        algorithm => Ok(algorithm),
    }
}

fn signature(
    algorithm: SignatureAlgorithm,
    reference: &str,
    digest: &str,
    value: &str,
) -> Result<String, SendError> {
    let mut writer = Writer::new();
    writer.element("ds:Signature", &[("xmlns:ds", XMLDSIG)], |writer| {
        writer.element("ds:SignedInfo", &[], |writer| {
            writer.empty("ds:CanonicalizationMethod", &[("Algorithm", EXCLUSIVE)]);
            writer.empty("ds:SignatureMethod", &[("Algorithm", algorithm.uri())]);
            writer.element("ds:Reference", &[("URI", reference)], |writer| {
                writer.element("ds:Transforms", &[], |writer| {
                    writer.empty("ds:Transform", &[("Algorithm", ENVELOPED)]);
                    writer.empty("ds:Transform", &[("Algorithm", EXCLUSIVE)]);
                });
                writer.empty("ds:DigestMethod", &[("Algorithm", DigestAlgorithm::Sha256.uri())]);
                writer.text("ds:DigestValue", &[], digest);
            });
        });
        writer.text("ds:SignatureValue", &[], value);
    });
    writer.finish().map_err(SendError::Unwritable)
}

/// The exclusive canonical form of an element of a text that was just written.
fn canonical(
    text: &str,
    apex: impl for<'d> Fn(&'d Document<'d>) -> Option<Element<'d>>,
) -> Result<Vec<u8>, SendError> {
    let document = Document::parse(text.as_bytes(), Limits::METADATA).map_err(|_| SendError::TooLong)?;
    let apex = apex(&document).ok_or(SendError::TooLong)?;
    let mut form = Vec::new();
    canonicalize(apex, Canonicalization::Exclusive(&[]), Visibility::WithoutComments, None, &mut form);
    Ok(form)
}
