//! The decryptor on AWS-LC.

use core::fmt;

use aws_lc_rs::aead;
use aws_lc_rs::cipher;
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::OAEP_SHA1_MGF1SHA1;
use aws_lc_rs::rsa::OAEP_SHA256_MGF1SHA256;
use aws_lc_rs::rsa::OaepAlgorithm;
use aws_lc_rs::rsa::OaepPrivateDecryptingKey;
use aws_lc_rs::rsa::PrivateDecryptingKey;
use zeroize::Zeroizing;

use super::ContentCipher;
use super::Decryptor;
use super::KeyTransport;
use super::NotDecrypted;
use super::SealedContent;
use super::pem::private_key;

/// Decrypts with AWS-LC (feature `aws-lc-rs`), by 1 to 3 RSA keys of ours.
///
/// ```
/// use grantor::saml::crypto::AwsLcDecryptor;
/// use grantor::saml::crypto::PrivateKeyError;
///
/// assert_eq!(AwsLcDecryptor::from_pkcs8(&[]).unwrap_err(), PrivateKeyError::Count);
/// assert_eq!(AwsLcDecryptor::from_pkcs8(&[b"key"]).unwrap_err(), PrivateKeyError::Rejected);
/// ```
pub struct AwsLcDecryptor {
    // INVARIANT: 1 to `MAX_KEYS`.
    keys: Vec<OaepPrivateDecryptingKey>,
}

/// No decryptor is made of these keys.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PrivateKeyError {
    /// None, or more than [`AwsLcDecryptor::MAX_KEYS`].
    #[error("a decryptor has 1 to {max} keys", max = AwsLcDecryptor::MAX_KEYS)]
    Count,
    /// One of them is no RSA key of 2 048 to 8 192 bits in PKCS #8.
    #[error("a key is no RSA key of 2048 to 8192 bits in PKCS #8, as DER")]
    Rejected,
}

impl AwsLcDecryptor {
    /// 3: the most keys. Anybody can have each of them tried by a message, so there are few.
    pub const MAX_KEYS: usize = 3;

    /// A decryptor by these keys, each an RSA key in PKCS #8 as DER (RFC 5958). The first is tried first.
    ///
    /// # Errors
    ///
    /// [`PrivateKeyError`] for no key, too many, or one that is not taken.
    pub fn from_pkcs8(keys: &[&[u8]]) -> Result<Self, PrivateKeyError> {
        if keys.is_empty() || keys.len() > Self::MAX_KEYS {
            return Err(PrivateKeyError::Count);
        }
        let read = |key: &&[u8]| {
            let key = PrivateDecryptingKey::from_pkcs8(key).map_err(|_| PrivateKeyError::Rejected)?;
            OaepPrivateDecryptingKey::new(key).map_err(|_| PrivateKeyError::Rejected)
        };
        Ok(Self { keys: keys.iter().map(read).collect::<Result<_, _>>()? })
    }

    /// The same from PEM: texts with one `PRIVATE KEY` each (RFC 7468 §10), which is PKCS #8, not encrypted.
    ///
    /// # Errors
    ///
    /// As [`from_pkcs8`](Self::from_pkcs8); a text without a key, or with several, is not taken.
    pub fn from_pem(keys: &[&str]) -> Result<Self, PrivateKeyError> {
        let keys: Option<Vec<_>> = keys.iter().map(|text| private_key(text)).collect();
        let keys = keys.ok_or(PrivateKeyError::Rejected)?;
        Self::from_pkcs8(&keys.iter().map(|der| &***der).collect::<Vec<_>>())
    }
}

impl Decryptor for AwsLcDecryptor {
    fn unwrap_key(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        let by: &'static OaepAlgorithm = match transport {
            KeyTransport::OaepSha1 => &OAEP_SHA1_MGF1SHA1,
            KeyTransport::OaepSha256 => &OAEP_SHA256_MGF1SHA256,
        };
        let unwrapped = self.keys.iter().find_map(|key| {
            if wrapped.len() != key.key_size_bytes() {
                return None;
            }
            let mut room = Zeroizing::new(vec![0; key.min_output_size()]);
            let found = key.decrypt(by, wrapped, &mut room, None).ok()?;
            Some(Zeroizing::new(found.to_vec()))
        });
        unwrapped.ok_or(NotDecrypted)
    }

    fn decrypt(&self, sealed: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        match sealed.cipher {
            ContentCipher::Aes128Gcm => gcm(&aead::AES_128_GCM, sealed),
            ContentCipher::Aes256Gcm => gcm(&aead::AES_256_GCM, sealed),
            ContentCipher::Aes128Cbc => cbc(&cipher::AES_128, sealed),
            ContentCipher::Aes256Cbc => cbc(&cipher::AES_256, sealed),
        }
    }
}

impl fmt::Debug for AwsLcDecryptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsLcDecryptor").field("keys", &self.keys.len()).finish()
    }
}

fn gcm(by: &'static aead::Algorithm, sealed: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
    let key = aead::UnboundKey::new(by, sealed.key).map_err(|_| NotDecrypted)?;
    let nonce = aead::Nonce::try_assume_unique_for_key(sealed.iv).map_err(|_| NotDecrypted)?;
    let mut room = Zeroizing::new(sealed.ciphertext.to_vec());
    let key = aead::LessSafeKey::new(key);
    let plain = key.open_in_place(nonce, aead::Aad::empty(), &mut room).map_err(|_| NotDecrypted)?.len();
    room.truncate(plain);
    Ok(room)
}

fn cbc(
    by: &'static cipher::Algorithm,
    sealed: &SealedContent<'_>,
) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
    let key = cipher::UnboundCipherKey::new(by, sealed.key).map_err(|_| NotDecrypted)?;
    let key = cipher::DecryptingKey::cbc(key).map_err(|_| NotDecrypted)?;
    let iv: &[u8; 16] = sealed.iv.try_into().map_err(|_| NotDecrypted)?;
    let context = cipher::DecryptionContext::Iv128(FixedLength::from(iv));
    let mut room = Zeroizing::new(sealed.ciphertext.to_vec());
    let plain = key.decrypt(&mut room, context).map_err(|_| NotDecrypted)?.len();
    room.truncate(plain);
    Ok(room)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../../tests/saml/keys/sp-rsa-2048.key.pem");

    #[test]
    fn sa_13_keys_are_taken_from_pem() {
        assert_eq!(AwsLcDecryptor::from_pem(&[PEM, PEM]).unwrap().keys.len(), 2);
        let curve = include_str!("../../../tests/saml/keys/idp-p256.key.pem");
        for texts in [&[curve][..], &[PEM, ""]] {
            assert_eq!(AwsLcDecryptor::from_pem(texts).unwrap_err(), PrivateKeyError::Rejected);
        }
        for texts in [&[][..], &[PEM; AwsLcDecryptor::MAX_KEYS + 1]] {
            assert_eq!(AwsLcDecryptor::from_pem(texts).unwrap_err(), PrivateKeyError::Count);
        }
    }
}
