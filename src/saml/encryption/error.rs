//! Why an encrypted assertion is not read.

/// The assertion is encrypted, and not read. Each rule has its own error (DX-09), but for what depends on a key or on
/// a ciphertext: that is one, so that nobody learns from it (threat 46).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EncryptionError {
    /// No key of ours is configured (SA-13).
    #[error("the assertion is encrypted, and this service has no key to decrypt it")]
    NoKey,
    /// A part that has to be there is not.
    #[error("the encrypted assertion has no `{part}`")]
    Missing {
        /// The name of its element or attribute.
        part: &'static str,
    },
    /// A part that is there once is there again.
    #[error("the encrypted assertion has more than one `{part}`")]
    Repeated {
        /// The name of its element.
        part: &'static str,
    },
    /// What is encrypted is no element (SAML core §2.3.4).
    #[error("what is encrypted is of the type `{found}`, not an element")]
    Type {
        /// The type, cut to 128 characters.
        found: String,
    },
    /// The ciphertext is somewhere else. Nothing is fetched.
    #[error("the ciphertext is referred to, not given")]
    CipherReference,
    /// A ciphertext that is not one text in Base64.
    #[error("a `CipherValue` is not Base64")]
    Encoding,
    /// There is no encrypted key: in `KeyInfo`, beside the data, or where `RetrievalMethod` leads.
    #[error("the encrypted assertion comes with no encrypted key")]
    NoEncryptedKey,
    /// More than 4 encrypted keys.
    #[error("the encrypted assertion comes with more than 4 encrypted keys")]
    TooManyKeys,
    /// `RetrievalMethod` leads to no encrypted key beside the data. Nothing is fetched.
    #[error("the encrypted key is said to be at `{found}`, where there is none")]
    Retrieval {
        /// The reference, cut to 128 characters.
        found: String,
    },
    /// RSA by PKCS #1 v1.5, which is never allowed: its padding answers questions about the plaintext.
    #[error("the key is encrypted by RSA with PKCS #1 v1.5, which is not allowed")]
    Pkcs1,
    /// A way of encrypting the key that is not in [`KeyTransport`](crate::saml::crypto::KeyTransport).
    #[error("the key transport `{found}` is not allowed")]
    KeyTransport {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// A digest or mask generation of RSA-OAEP that is not in [`KeyTransport`](crate::saml::crypto::KeyTransport).
    #[error("RSA-OAEP with `{found}` is not allowed, or not with what is beside it")]
    Oaep {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// RSA-OAEP with a label, `OAEPparams`.
    #[error("RSA-OAEP with `OAEPparams` is not allowed")]
    OaepLabel,
    /// AES-CBC, where the host does not insist on it.
    #[error("AES-CBC is not allowed")]
    Cbc,
    /// A cipher that is not in [`ContentCipher`](crate::saml::crypto::ContentCipher), such as triple DES.
    #[error("the cipher `{found}` is not allowed")]
    Cipher {
        /// Its identifier, cut to 128 characters.
        found: String,
    },
    /// It cannot be decrypted to an assertion: it is encrypted to another key, was changed, or holds something else.
    #[error("the assertion cannot be decrypted")]
    Undecryptable,
}

impl EncryptionError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoKey => "saml.encryption.no.key",
            Self::Missing { .. } => "saml.encryption.part.missing",
            Self::Repeated { .. } => "saml.encryption.part.repeated",
            Self::Type { .. } => "saml.encryption.type",
            Self::CipherReference => "saml.encryption.cipher.reference",
            Self::Encoding => "saml.encryption.encoding",
            Self::NoEncryptedKey => "saml.encryption.key.missing",
            Self::TooManyKeys => "saml.encryption.key.too.many",
            Self::Retrieval { .. } => "saml.encryption.key.retrieval",
            Self::Pkcs1 => "saml.encryption.pkcs1",
            Self::KeyTransport { .. } => "saml.encryption.key.transport",
            Self::Oaep { .. } => "saml.encryption.oaep",
            Self::OaepLabel => "saml.encryption.oaep.label",
            Self::Cbc => "saml.encryption.cbc",
            Self::Cipher { .. } => "saml.encryption.cipher",
            Self::Undecryptable => "saml.encryption.undecryptable",
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NoKey => {
                "configure the key that the identity provider encrypts to, or turn encryption off there: the connection is encrypted anyway"
            }
            Self::Cbc => {
                "let the identity provider encrypt by AES-GCM, or not at all: the connection is encrypted anyway; where it can do neither, allow AES-CBC in its policy"
            }
            Self::Cipher { .. } => "let the identity provider encrypt by AES-GCM",
            Self::Pkcs1 | Self::KeyTransport { .. } | Self::Oaep { .. } | Self::OaepLabel => {
                "let the identity provider encrypt keys by RSA-OAEP, with SHA-1 or SHA-256 for both digest and mask"
            }
            Self::Undecryptable => {
                "give the identity provider the current certificate of this service, from its metadata, to encrypt to"
            }
            Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Type { .. }
            | Self::CipherReference
            | Self::Encoding
            | Self::NoEncryptedKey
            | Self::TooManyKeys
            | Self::Retrieval { .. } => {
                "let the identity provider encrypt as SAML has it, with the key beside or in what is encrypted"
            }
        }
    }
}
