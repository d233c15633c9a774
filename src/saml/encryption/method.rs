//! The algorithms that an encrypted assertion names.

use super::EncryptionError;
use super::parts::at_most_one;
use super::parts::one;
use crate::saml::crypto::ContentCipher;
use crate::saml::crypto::KeyTransport;
use crate::saml::excerpt::excerpt;
use crate::saml::names::XMLDSIG;
use crate::saml::names::XMLENC;
use crate::saml::names::XMLENC11;
use crate::saml::xml::Element;

/// XML Encryption 1.1 §5.5.2: with MGF1 by SHA-1.
const OAEP_MGF1P: &str = "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p";
/// XML Encryption 1.1 §5.5.2: with the mask generation that it names.
const OAEP: &str = "http://www.w3.org/2009/xmlenc11#rsa-oaep";
/// XML Encryption 1.1 §5.5.1.
const PKCS1: &str = "http://www.w3.org/2001/04/xmlenc#rsa-1_5";
const SHA1: &str = "http://www.w3.org/2000/09/xmldsig#sha1";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";
const MGF1_SHA1: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha1";
const MGF1_SHA256: &str = "http://www.w3.org/2009/xmlenc11#mgf1sha256";

/// The cipher of an `EncryptedData`.
pub fn cipher(data: Element<'_>, allow_cbc: bool) -> Result<ContentCipher, EncryptionError> {
    let uri = algorithm(one(data, XMLENC, "EncryptionMethod")?)?;
    let cipher = ContentCipher::of(uri).ok_or_else(|| EncryptionError::Cipher { found: excerpt(uri) })?;
    if cipher.is_authenticated() || allow_cbc { Ok(cipher) } else { Err(EncryptionError::Cbc) }
}

/// How the key of an `EncryptedKey` is encrypted.
pub fn transport(key: Element<'_>) -> Result<KeyTransport, EncryptionError> {
    let method = one(key, XMLENC, "EncryptionMethod")?;
    let is_free = match algorithm(method)? {
        OAEP_MGF1P => false,
        OAEP => true,
        PKCS1 => return Err(EncryptionError::Pkcs1),
        uri => return Err(EncryptionError::KeyTransport { found: excerpt(uri) }),
    };
    if at_most_one(method, XMLENC, "OAEPparams")?.is_some() {
        return Err(EncryptionError::OaepLabel);
    }
    let digest = at_most_one(method, XMLDSIG, "DigestMethod")?.map(algorithm).transpose()?;
    let mask = at_most_one(method, XMLENC11, "MGF")?.filter(|_| is_free).map(algorithm).transpose()?;
    // XML Encryption 1.1 §5.5.2: where one of them is not named, it is by SHA-1.
    match (digest.unwrap_or(SHA1), mask.unwrap_or(MGF1_SHA1)) {
        (SHA1, MGF1_SHA1) => Ok(KeyTransport::OaepSha1),
        (SHA256, MGF1_SHA256) => Ok(KeyTransport::OaepSha256),
        (SHA1 | SHA256, mask) => Err(EncryptionError::Oaep { found: excerpt(mask) }),
        (digest, _) => Err(EncryptionError::Oaep { found: excerpt(digest) }),
    }
}

fn algorithm(method: Element<'_>) -> Result<&str, EncryptionError> {
    method.attribute("Algorithm").ok_or(EncryptionError::Missing { part: "Algorithm" })
}
