//! What an assertion is remembered by, so that it is accepted once (SA-11, RFC 7522 §3).

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

/// Tells one assertion of one issuer apart from every other: SHA-256 over the name of the issuer, its key that signed and
/// the assertion's id, each with its length, so that no two of these share a text.
///
/// The id alone would not do: issuers do not know of each other's ids, and one that chose another's could use its
/// assertions up (threat 20). Nor would the name with it: any organization may enter the name of another's identity
/// provider, with a key of its own. The key itself is nobody else's.
///
/// ```
/// use grantor::value::AssertionKey;
///
/// let key = AssertionKey::of("https://idp.example.com", b"key", "_a1");
/// assert_eq!(key, AssertionKey::of("https://idp.example.com", b"key", "_a1"));
/// assert_ne!(key, AssertionKey::of("https://other.example.com", b"key", "_a1"));
/// assert_ne!(key, AssertionKey::of("https://idp.example.com", b"other", "_a1"));
/// ```
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssertionKey([u8; 32]);

/// The text is no key of an assertion.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a key of an assertion is 43 characters of base64url")]
pub struct AssertionKeyError;

impl AssertionKey {
    /// The key of the assertion that the issuer of this name gave this id, and signed with this
    /// [key](super::PublicKey::as_bytes).
    #[must_use]
    pub fn of(issuer: &str, key: &[u8], id: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [issuer.as_bytes(), key, id.as_bytes()] {
            hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(part);
        }
        Self(hash.finalize().into())
    }

    /// The 32 bytes, as a store keeps them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<String> for AssertionKey {
    type Error = AssertionKeyError;

    fn try_from(text: String) -> Result<Self, AssertionKeyError> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(&text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(AssertionKeyError),
        }
    }
}

impl From<AssertionKey> for String {
    fn from(key: AssertionKey) -> Self {
        key.to_string()
    }
}

impl fmt::Display for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for AssertionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AssertionKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// threat 20: another issuer or another id is another assertion, wherever the line between them is drawn.
        #[test]
        fn threat_20_no_two_assertions_share_a_key(one in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"], other in ["[ab]{0,3}", "[ab]{0,3}", "[ab]{0,3}"]) {
            let key = |[issuer, key, id]: &[String; 3]| AssertionKey::of(issuer, key.as_bytes(), id);
            prop_assert_eq!(key(&one) == key(&other), one == other);
        }

        #[test]
        fn a_key_survives_json(issuer: String, id: String) {
            let key = AssertionKey::of(&issuer, &[7], &id);
            let json = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(serde_json::from_str::<AssertionKey>(&json).unwrap(), key);
        }
    }
}
