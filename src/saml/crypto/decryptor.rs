//! The seam to our private keys.

use zeroize::Zeroizing;

use super::ContentCipher;
use super::KeyTransport;

/// Decrypts what identity providers encrypt to us (SA-13). Feature `aws-lc-rs` brings `AwsLcDecryptor`, which does.
///
/// A wrong plaintext lets nobody in: an assertion counts by its signature, whether it was encrypted or not. What
/// must not happen is that an answer, or the time it takes, tells why a ciphertext is refused: with enough
/// questions, others' assertions can be read that way.
pub trait Decryptor: Send + Sync {
    /// The content key that was encrypted to one of our keys; tried with each of them, for ours are rolled over
    /// as well.
    ///
    /// # Errors
    ///
    /// [`NotDecrypted`], for whatever reason.
    fn unwrap_key(&self, transport: KeyTransport, wrapped: &[u8])
    -> Result<Zeroizing<Vec<u8>>, NotDecrypted>;

    /// The plaintext of what was encrypted with a content key.
    ///
    /// The key and the initialization vector are as long as the cipher has them: the caller sees to that. The
    /// ciphertext of AES-GCM ends in its tag of 16 bytes, and there is no further data under it; that of AES-CBC
    /// is one block or more. The padding of AES-CBC is part of the answer, and looked at by the caller.
    ///
    /// # Errors
    ///
    /// [`NotDecrypted`], for whatever reason.
    fn decrypt(&self, sealed: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted>;
}

/// What was encrypted with a content key.
#[derive(Clone, Copy)]
pub struct SealedContent<'c> {
    /// How.
    pub cipher: ContentCipher,
    /// The content key.
    pub key: &'c [u8],
    /// The initialization vector.
    pub iv: &'c [u8],
    /// The ciphertext, of AES-GCM with its tag.
    pub ciphertext: &'c [u8],
}

/// It was not decrypted. There is no telling why.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("it cannot be decrypted")]
pub struct NotDecrypted;
