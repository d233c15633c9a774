//! The algorithms of encryption, and the names that messages have for them.

/// How a content key is encrypted to our key (SA-13). There is nothing else: no PKCS #1 v1.5, whose padding answers
/// questions about the plaintext.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyTransport {
    /// RSAES-OAEP with SHA-1, also in MGF1, without a label.
    OaepSha1,
    /// RSAES-OAEP with SHA-256, also in MGF1, without a label.
    OaepSha256,
}

/// How an assertion is encrypted.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ContentCipher {
    /// AES-GCM with a key of 128 bits.
    Aes128Gcm,
    /// AES-GCM with a key of 256 bits.
    Aes256Gcm,
    /// AES-CBC with a key of 128 bits: only where the host insists, for what is encrypted so can be changed.
    Aes128Cbc,
    /// AES-CBC with a key of 256 bits: only where the host insists, for what is encrypted so can be changed.
    Aes256Cbc,
}

impl ContentCipher {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Aes128Gcm, Self::Aes256Gcm, Self::Aes128Cbc, Self::Aes256Cbc];

    /// Its identifier (XML Encryption 1.1 §5.2).
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Aes128Gcm => "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            Self::Aes256Gcm => "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            Self::Aes128Cbc => "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            Self::Aes256Cbc => "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
        }
    }

    /// The algorithm with this identifier, byte for byte.
    #[must_use]
    pub fn of(uri: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|cipher| cipher.uri() == uri)
    }

    /// The length of its key, in bytes.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes128Cbc => 16,
            Self::Aes256Gcm | Self::Aes256Cbc => 32,
        }
    }

    /// The length of the initialization vector before the ciphertext, in bytes (XML Encryption 1.1 §5.2.2, §5.2.4).
    #[must_use]
    pub const fn iv_length(self) -> usize {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 12,
            Self::Aes128Cbc | Self::Aes256Cbc => 16,
        }
    }

    /// Whether it tells a changed ciphertext from the one that was made.
    #[must_use]
    pub const fn is_authenticated(self) -> bool {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => true,
            Self::Aes128Cbc | Self::Aes256Cbc => false,
        }
    }
}
