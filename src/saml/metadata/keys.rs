//! The certificates that an identity provider signs with.

use super::MetadataError;
use crate::saml::excerpt::excerpt;
use crate::saml::names::METADATA;
use crate::saml::names::XMLDSIG;
use crate::saml::signature::Trust;
use crate::saml::view::View;
use crate::value::Certificate;
use crate::value::CertificateError;
use crate::value::Timestamp;

/// The different certificates that a role signs with, at least one of them valid now.
pub fn signing_certificates(role: View<'_>, now: Timestamp) -> Result<Vec<Certificate>, MetadataError> {
    let mut found: Vec<Certificate> = Vec::new();
    let mut is_without = false;
    for descriptor in role.named(METADATA, "KeyDescriptor") {
        // SAML metadata §2.4.1.1: a key without a use is for both.
        match descriptor.attribute("use") {
            None | Some("signing") => {}
            Some("encryption") => continue,
            Some(text) => return Err(MetadataError::KeyUse { found: excerpt(text) }),
        }
        let texts = certificates_of(descriptor)?;
        is_without |= texts.is_empty();
        for text in texts {
            let number = found.len().saturating_add(1);
            let refused = |error| MetadataError::Certificate { number, error };
            let certificate = Certificate::read(text.as_bytes()).map_err(refused)?;
            certificate.public_key().check_strength().map_err(refused)?;
            if found.contains(&certificate) {
                continue;
            }
            if found.len() >= Trust::MAX_CERTIFICATES {
                return Err(MetadataError::TooManyCertificates);
            }
            found.push(certificate);
        }
    }
    if found.is_empty() {
        return Err(if is_without {
            MetadataError::KeyWithoutCertificate
        } else {
            MetadataError::NoSigningKey
        });
    }
    // Where none is valid now, the answer is what is wrong with the first.
    let mut reason: Option<(usize, CertificateError)> = None;
    for (number, certificate) in (1..).zip(&found) {
        match certificate.check_validity(now) {
            Ok(()) => return Ok(found),
            Err(error) => {
                reason.get_or_insert((number, error));
            }
        }
    }
    match reason {
        Some((number, error)) => Err(MetadataError::Certificate { number, error }),
        None => Err(MetadataError::NoSigningKey),
    }
}

/// The texts of the certificates of a key. XML Signature 1.1 §4.5.4: several in one `X509Data` are a chain, and those
/// that only vouch for the key must not be taken for it.
fn certificates_of(descriptor: View<'_>) -> Result<Vec<&str>, MetadataError> {
    let mut texts = Vec::new();
    for info in descriptor.named(XMLDSIG, "KeyInfo") {
        for data in info.named(XMLDSIG, "X509Data") {
            let mut certificates = data.named(XMLDSIG, "X509Certificate");
            let Some(certificate) = certificates.next() else { continue };
            if certificates.next().is_some() {
                return Err(MetadataError::CertificateChain);
            }
            texts.push(certificate.text().map_err(|_| MetadataError::CertificateNotText)?);
        }
    }
    Ok(texts)
}
