//! The names of identity and service providers.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

/// What names an identity or service provider: a URI of 1 to 1 024 bytes (SAML core §8.3.6, metadata §2.3.2).
/// Cheap to clone.
///
/// It names, and leads nowhere: it is compared byte for byte and never fetched.
///
/// ```
/// use grantor::value::EntityId;
///
/// let id: EntityId = "https://idp.example.com/metadata".parse()?;
/// assert_eq!(id.as_str(), "https://idp.example.com/metadata");
/// assert!("idp example".parse::<EntityId>().is_err());
/// # Ok::<(), grantor::value::EntityIdError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: 1 to `MAX` bytes, neither white space nor control characters.
pub struct EntityId(Arc<str>);

/// What an entity id is looked up by.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EntityKey([u8; 32]);

/// The text names no provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EntityIdError {
    /// Nothing.
    #[error("an entity id is needed")]
    Empty,
    /// Longer than [`EntityId::MAX`].
    #[error("an entity id of {length} bytes is longer than {max}", max = EntityId::MAX)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// White space, or what is not seen.
    #[error("an entity id cannot hold the character U+{:04X} at byte {at}", u32::from(*.found))]
    Character {
        /// The character.
        found: char,
        /// Where, in bytes from the start.
        at: usize,
    },
}

impl EntityId {
    /// 1 024 bytes: the longest.
    pub const MAX: usize = 1_024;

    /// What it is looked up by.
    #[must_use]
    pub fn key(&self) -> EntityKey {
        EntityKey(Sha256::digest(self.as_str()).into())
    }

    /// The id as it was written, by which it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for EntityId {
    type Err = EntityIdError;

    fn from_str(text: &str) -> Result<Self, EntityIdError> {
        if text.is_empty() {
            return Err(EntityIdError::Empty);
        }
        if text.len() > Self::MAX {
            return Err(EntityIdError::TooLong { length: text.len() });
        }
        let is_refused = |found: char| found.is_whitespace() || found.is_control();
        match text.char_indices().find(|(_, found)| is_refused(*found)) {
            Some((at, found)) => Err(EntityIdError::Character { found, at }),
            None => Ok(Self(text.into())),
        }
    }
}

impl TryFrom<String> for EntityId {
    type Error = EntityIdError;

    fn try_from(text: String) -> Result<Self, EntityIdError> {
        text.parse()
    }
}

impl fmt::Display for EntityId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl EntityKey {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntityKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entity_id_is_one_visible_text_of_1_to_1024_bytes() {
        assert_eq!("urn:example:idp".parse::<EntityId>().unwrap().as_str(), "urn:example:idp");
        assert!("a".repeat(1_024).parse::<EntityId>().is_ok());
        assert_eq!("a".repeat(1_025).parse::<EntityId>(), Err(EntityIdError::TooLong { length: 1_025 }));
        assert_eq!("".parse::<EntityId>(), Err(EntityIdError::Empty));
        for text in [" a", "a ", "a b", "a\nb", "a\0", "a\u{a0}"] {
            assert!(matches!(text.parse::<EntityId>(), Err(EntityIdError::Character { .. })), "{text:?}");
        }
    }
}
