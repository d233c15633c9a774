//! The parts of an encrypted assertion.

use super::EncryptionError;
use super::method::cipher;
use super::method::transport;
use crate::saml::crypto::ContentCipher;
use crate::saml::crypto::KeyTransport;
use crate::saml::excerpt::excerpt;
use crate::saml::names::XMLDSIG;
use crate::saml::names::XMLENC;
use crate::saml::xml::Element;
use crate::value::decode_base64;

/// 4: the most encrypted keys, for each is tried with each of ours.
const MAX_KEYS: usize = 4;

/// What an `EncryptedAssertion` says, nothing of it decrypted.
pub struct Parts {
    pub cipher: ContentCipher,
    pub ciphertext: Vec<u8>,
    // INVARIANT: 1 to `MAX_KEYS`.
    pub keys: Vec<WrappedKey>,
}

/// A content key, encrypted.
pub struct WrappedKey {
    pub transport: KeyTransport,
    pub ciphertext: Vec<u8>,
}

impl Parts {
    pub fn read(encrypted: Element<'_>, allow_cbc: bool) -> Result<Self, EncryptionError> {
        let data = one(encrypted, XMLENC, "EncryptedData")?;
        // SAML core §2.3.4: "if present, MUST contain a value of http://www.w3.org/2001/04/xmlenc#Element".
        match data.attribute("Type") {
            None | Some("http://www.w3.org/2001/04/xmlenc#Element") => {}
            Some(found) => return Err(EncryptionError::Type { found: excerpt(found) }),
        }
        let cipher = cipher(data, allow_cbc)?;
        let keys = wrapped_keys(&encrypted_keys(encrypted, data)?)?;
        Ok(Self { cipher, ciphertext: ciphertext(data)?, keys })
    }
}

/// XML Encryption 1.1 §3.5: in `KeyInfo`, or where it leads; SAML core §2.3.4: or beside the data.
fn encrypted_keys<'d>(
    encrypted: Element<'d>,
    data: Element<'d>,
) -> Result<Vec<Element<'d>>, EncryptionError> {
    let is_key = |element: &Element<'d>| element.is(XMLENC, "EncryptedKey");
    let mut keys: Vec<Element<'d>> = encrypted.elements().filter(is_key).collect();
    // Counted before they are looked up: of as many keys and references as a message holds, each would be compared with
    // each, and anybody can send them (threat 43).
    if keys.len() > MAX_KEYS {
        return Err(EncryptionError::TooManyKeys);
    }
    if let Some(info) = at_most_one(data, XMLDSIG, "KeyInfo")? {
        for retrieval in info.elements().filter(|element| element.is(XMLDSIG, "RetrievalMethod")) {
            let uri = retrieval.attribute("URI").unwrap_or_default();
            let leads =
                |key: &Element<'_>| uri.strip_prefix('#').is_some_and(|id| key.attribute("Id") == Some(id));
            // All keys beside the data are tried anyway; what leads elsewhere is not followed.
            if !keys.iter().any(leads) {
                return Err(EncryptionError::Retrieval { found: excerpt(uri) });
            }
        }
        keys.extend(info.elements().filter(is_key));
    }
    match keys.len() {
        0 => Err(EncryptionError::NoEncryptedKey),
        1..=MAX_KEYS => Ok(keys),
        _ => Err(EncryptionError::TooManyKeys),
    }
}

/// Those that are encrypted in a way that is allowed: the others may be for others.
fn wrapped_keys(keys: &[Element<'_>]) -> Result<Vec<WrappedKey>, EncryptionError> {
    let mut wrapped = Vec::new();
    let mut refused = None;
    for key in keys {
        match transport(*key) {
            Ok(transport) => wrapped.push(WrappedKey { transport, ciphertext: ciphertext(*key)? }),
            Err(error) => refused = refused.or(Some(error)),
        }
    }
    match refused {
        Some(error) if wrapped.is_empty() => Err(error),
        Some(_) | None => Ok(wrapped),
    }
}

/// The bytes that an `EncryptedData` or `EncryptedKey` holds.
fn ciphertext(of: Element<'_>) -> Result<Vec<u8>, EncryptionError> {
    let data = one(of, XMLENC, "CipherData")?;
    if data.elements().any(|element| element.is(XMLENC, "CipherReference")) {
        return Err(EncryptionError::CipherReference);
    }
    let value = one(data, XMLENC, "CipherValue")?.text().map_err(|_| EncryptionError::Encoding)?;
    decode_base64(value).ok_or(EncryptionError::Encoding)
}

/// The element of this name directly in another, which is there once.
pub fn one<'d>(
    within: Element<'d>,
    namespace: &str,
    part: &'static str,
) -> Result<Element<'d>, EncryptionError> {
    at_most_one(within, namespace, part)?.ok_or(EncryptionError::Missing { part })
}

/// The element of this name directly in another, if it is there.
pub fn at_most_one<'d>(
    within: Element<'d>,
    namespace: &str,
    part: &'static str,
) -> Result<Option<Element<'d>>, EncryptionError> {
    let mut found = within.elements().filter(|element| element.is(namespace, part));
    let first = found.next();
    if found.next().is_some() { Err(EncryptionError::Repeated { part }) } else { Ok(first) }
}
