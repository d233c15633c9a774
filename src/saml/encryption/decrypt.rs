//! From an encrypted assertion to its text.

use zeroize::Zeroizing;

use super::EncryptionError;
use super::parts::Parts;
use super::parts::WrappedKey;
use crate::saml::crypto::ContentCipher;
use crate::saml::crypto::Decryptor;
use crate::saml::crypto::NotDecrypted;
use crate::saml::crypto::SealedContent;
use crate::saml::names::ASSERTION;
use crate::saml::peer::Peer;
use crate::saml::xml::Declaration;
use crate::saml::xml::Document;
use crate::saml::xml::Element;
use crate::saml::xml::Limits;

/// The text that an assertion was encrypted from. It proves nothing. It is wiped when it is dropped.
pub struct Plaintext<'d> {
    text: Zeroizing<Vec<u8>>,
    scope: Vec<Declaration<'d>>,
    cipher: ContentCipher,
}

/// Decrypts an `EncryptedAssertion`. What comes with it of a signature is verified before.
pub fn decrypt<'d>(encrypted: Element<'d>, peer: &Peer<'_>) -> Result<Plaintext<'d>, EncryptionError> {
    let decryptor = peer.decryptor.ok_or(EncryptionError::NoKey)?;
    let parts = Parts::read(encrypted, peer.allow_cbc)?;
    let opened = parts.keys.iter().find_map(|key| open(key, &parts, decryptor).ok());
    let text = opened.ok_or(EncryptionError::Undecryptable)?;
    Ok(Plaintext { text, scope: encrypted.scope(), cipher: parts.cipher })
}

impl Plaintext<'_> {
    /// The document whose root is the assertion, in the namespaces that were in force where it was encrypted
    /// (XML Encryption 1.1 §4.4).
    pub fn document(&self) -> Result<Document<'_>, EncryptionError> {
        let document = Document::parse_within(&self.text, &self.scope, Limits::MESSAGE);
        let document = document.map_err(|_| EncryptionError::Undecryptable)?;
        if document.root().is(ASSERTION, "Assertion") {
            Ok(document)
        } else {
            Err(EncryptionError::Undecryptable)
        }
    }

    /// Whether a changed ciphertext would have been found out by the cipher.
    pub const fn is_authenticated(&self) -> bool {
        self.cipher.is_authenticated()
    }
}

fn open(
    wrapped: &WrappedKey,
    parts: &Parts,
    decryptor: &dyn Decryptor,
) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
    let key = decryptor.unwrap_key(wrapped.transport, &wrapped.ciphertext)?;
    let cipher = parts.cipher;
    let (iv, ciphertext) = parts.ciphertext.split_at_checked(cipher.iv_length()).ok_or(NotDecrypted)?;
    let is_whole = if cipher.is_authenticated() {
        // XML Encryption 1.1 §5.2.4: the tag is of 128 bits, never of fewer.
        ciphertext.len() >= TAG
    } else {
        !ciphertext.is_empty() && ciphertext.len().is_multiple_of(BLOCK)
    };
    if key.len() != cipher.key_length() || !is_whole {
        return Err(NotDecrypted);
    }
    let mut text = decryptor.decrypt(&SealedContent { cipher, key: &key, iv, ciphertext })?;
    if !cipher.is_authenticated() {
        // XML Encryption 1.1 §5.2.1: the last byte of the last block says how many bytes pad it, itself included.
        // What the others are is not said.
        let padding = usize::from(*text.last().ok_or(NotDecrypted)?);
        let length = text.len().checked_sub(padding).filter(|_| (1..=BLOCK).contains(&padding));
        text.truncate(length.ok_or(NotDecrypted)?);
    }
    Ok(text)
}

/// The bytes of a tag of AES-GCM.
const TAG: usize = 16;
/// The bytes of a block of AES.
const BLOCK: usize = 16;
