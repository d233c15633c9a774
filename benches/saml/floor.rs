//! What cannot be left out: the cryptography, and reading the bytes once.

use std::hint::black_box;

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::ContentCipher;
use grantor::saml::crypto::Decryptor;
use grantor::saml::crypto::KeyTransport;
use grantor::saml::crypto::SealedContent;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::SignatureVerifier;
use grantor::saml::crypto::Signer;
use grantor::value::PublicKey;
use quick_xml::Reader;
use quick_xml::events::Event;

/// A signature as long as one of a message, that is good.
pub struct Verification {
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    message: Vec<u8>,
    signature: Vec<u8>,
}

impl Verification {
    /// Of this key, which the certificate has as this one.
    pub fn of(signer: &impl Signer, key: &PublicKey) -> Self {
        // A `SignedInfo` is about that long.
        let message = vec![b'x'; 800];
        let signature = signer.sign(&message).expect("a key that signs");
        Self { algorithm: signer.algorithm(), key: key.clone(), message, signature }
    }

    /// One verification, by the library that verifies.
    pub fn run(&self) {
        AwsLc.verify(self.algorithm, &self.key, &self.message, &self.signature).expect("good");
    }
}

/// One verification, one SHA-256 of the bytes, one pass over them.
pub fn once(verification: &Verification, xml: &[u8]) {
    verification.run();
    hash(xml);
    pass(xml);
}

/// One SHA-256 of the bytes.
pub fn hash(bytes: &[u8]) {
    black_box(digest::digest(&digest::SHA256, bytes));
}

/// One pass over the tokens, of which nothing is kept.
pub fn pass(xml: &[u8]) {
    let mut reader = Reader::from_str(core::str::from_utf8(xml).expect("UTF-8"));
    while !matches!(reader.read_event().expect("XML"), Event::Eof) {}
}

/// The key and the content of an encrypted message.
pub struct Sealed {
    wrapped: Vec<u8>,
    content: Vec<u8>,
}

impl Sealed {
    /// The longest two `CipherValue`s of a text: the content, and the key.
    pub fn of(xml: &str) -> Self {
        let mut values: Vec<Vec<u8>> = xml
            .split("CipherValue>")
            .filter_map(|part| part.split_once('<').map(|(text, _)| text))
            .map(|text| STANDARD.decode(text.split_whitespace().collect::<String>()).unwrap_or_default())
            .collect();
        values.sort_by_key(Vec::len);
        let content = values.pop().expect("the content");
        Self { wrapped: values.pop().expect("the key"), content }
    }

    /// Unwraps the one, and decrypts the other. Answers the plaintext.
    pub fn open(&self, decryptor: &impl Decryptor) -> Vec<u8> {
        let key = decryptor.unwrap_key(KeyTransport::OaepSha1, &self.wrapped).expect("our key");
        let cipher = match key.len() {
            16 => ContentCipher::Aes128Gcm,
            _ => ContentCipher::Aes256Gcm,
        };
        let (iv, ciphertext) = self.content.split_at(12);
        let sealed = SealedContent { cipher, key: &key, iv, ciphertext };
        decryptor.decrypt(&sealed).expect("our content").to_vec()
    }
}
