//! The digest of an event or of a seal.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;

/// SHA-256 over the canonical encoding of an [event](super::Event::digest) or of a [seal](super::TrailSeal). Its text is 43
/// characters of base64url.
#[derive(Clone, Copy, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct TrailDigest([u8; 32]);

/// The text is no digest of the audit trail.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a digest of the audit trail is 43 characters of base64url")]
pub struct TrailDigestError;

impl TrailDigest {
    /// The digest with these bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl TryFrom<String> for TrailDigest {
    type Error = TrailDigestError;

    fn try_from(text: String) -> Result<Self, TrailDigestError> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(&text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(TrailDigestError),
        }
    }
}

impl From<TrailDigest> for String {
    fn from(digest: TrailDigest) -> Self {
        digest.to_string()
    }
}

impl fmt::Display for TrailDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for TrailDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TrailDigest({self})")
    }
}
