//! What an assertion is remembered by, so that it is accepted once (SA-11, RFC 7522 §3).

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;

/// Tells one assertion of one issuer apart from every other: SHA-256 over the issuer and the assertion's id, each
/// with its length, so that no two pairs share a text.
///
/// The id alone would not do: issuers do not know of each other's ids, and one that chose another's could use its
/// assertions up (threat 20).
///
/// ```
/// use grantor::value::AssertionKey;
///
/// let key = AssertionKey::of("https://idp.example.com", "_a1");
/// assert_eq!(key, AssertionKey::of("https://idp.example.com", "_a1"));
/// assert_ne!(key, AssertionKey::of("https://other.example.com", "_a1"));
/// ```
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct AssertionKey([u8; 32]);

/// The text is no key of an assertion.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a key of an assertion is 43 characters of base64url")]
pub struct AssertionKeyError;

impl AssertionKey {
    /// The key of the assertion that this issuer gave this id.
    #[must_use]
    pub fn of(issuer: &str, id: &str) -> Self {
        let length = |text: &str| u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes();
        let hash = Sha256::new()
            .chain_update(length(issuer))
            .chain_update(issuer)
            .chain_update(length(id))
            .chain_update(id)
            .finalize();
        Self(hash.into())
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
        fn threat_20_no_two_assertions_share_a_key(a in "[ab]{0,4}", b in "[ab]{0,4}", c in "[ab]{0,4}", d in "[ab]{0,4}") {
            prop_assert_eq!(
                AssertionKey::of(&a, &b) == AssertionKey::of(&c, &d),
                (&a, &b) == (&c, &d)
            );
        }

        #[test]
        fn a_key_survives_json(issuer: String, id: String) {
            let key = AssertionKey::of(&issuer, &id);
            let json = serde_json::to_string(&key).unwrap();
            prop_assert_eq!(serde_json::from_str::<AssertionKey>(&json).unwrap(), key);
        }
    }
}
