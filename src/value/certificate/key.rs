//! The key of a certificate.

use std::sync::Arc;

use super::CertificateError;
use super::der::NULL;
use super::der::OBJECT_IDENTIFIER;
use super::der::Values;

/// A public key that signatures can be verified with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PublicKey {
    kind: KeyKind,
    bytes: Arc<[u8]>,
}

/// What kind of key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeyKind {
    /// RSA.
    Rsa {
        /// The bits of its modulus.
        bits: usize,
    },
    /// On the curve P-256, also secp256r1.
    P256,
    /// On the curve P-384, also secp384r1.
    P384,
}

/// RFC 8017 §A.1: `rsaEncryption`, 1.2.840.113549.1.1.1.
const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
/// RFC 5480 §2.1.1: `id-ecPublicKey`, 1.2.840.10045.2.1.
const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// RFC 5480 §2.1.1.1: `secp256r1`, 1.2.840.10045.3.1.7.
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// RFC 5480 §2.1.1.1: `secp384r1`, 1.3.132.0.34.
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];

impl PublicKey {
    /// 2 048: an RSA key with a shorter modulus is weak (SA-03).
    pub const MIN_RSA_BITS: usize = 2_048;
    /// 8 192: an RSA key with a longer modulus is not read, for the work of verifying grows with it.
    pub const MAX_RSA_BITS: usize = 8_192;

    /// Reads a `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7).
    pub(super) fn read(mut info: Values<'_>) -> Result<Self, CertificateError> {
        let structure = CertificateError::Structure;
        let mut algorithm = info.sequence().ok_or(structure)?;
        let bytes = info.bytes().filter(|_| info.is_empty()).ok_or(structure)?;
        let name = algorithm.take(OBJECT_IDENTIFIER).ok_or(structure)?;
        let kind = match name {
            // RFC 3279 §2.3.1: the parameters of an RSA key are NULL. Some leave them out.
            RSA if algorithm.is_empty() || algorithm.take(NULL) == Some(&[]) => rsa(bytes)?,
            EC => match algorithm.take(OBJECT_IDENTIFIER) {
                Some(P256) => point(bytes, KeyKind::P256)?,
                Some(P384) => point(bytes, KeyKind::P384)?,
                Some(_) | None => return Err(CertificateError::KeyUnsupported),
            },
            _ => return Err(CertificateError::KeyUnsupported),
        };
        if !algorithm.is_empty() {
            return Err(structure);
        }
        Ok(Self { kind, bytes: bytes.into() })
    }

    /// What kind of key it is.
    #[must_use]
    pub const fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The key itself: an `RSAPublicKey` in DER (RFC 8017 §A.1.1), or a point, uncompressed (RFC 5480 §2.2).
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The length of a signature it makes, in bytes: that of the modulus, or of two coordinates.
    #[must_use]
    pub const fn signature_length(&self) -> usize {
        match self.kind {
            KeyKind::Rsa { bits } => bits.div_ceil(8),
            KeyKind::P256 => 64,
            KeyKind::P384 => 96,
        }
    }

    /// Whether the key is strong enough to be trusted (SA-03).
    ///
    /// # Errors
    ///
    /// [`CertificateError::WeakKey`] for RSA under [`MIN_RSA_BITS`](Self::MIN_RSA_BITS).
    pub const fn check_strength(&self) -> Result<(), CertificateError> {
        match self.kind {
            KeyKind::Rsa { bits } if bits < Self::MIN_RSA_BITS => Err(CertificateError::WeakKey { bits }),
            KeyKind::Rsa { .. } | KeyKind::P256 | KeyKind::P384 => Ok(()),
        }
    }
}

/// RFC 8017 §A.1.1: `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`.
fn rsa(bytes: &[u8]) -> Result<KeyKind, CertificateError> {
    let malformed = CertificateError::KeyMalformed;
    let mut outer = Values::new(bytes);
    let mut key = outer.sequence().filter(|_| outer.is_empty()).ok_or(malformed)?;
    let modulus = key.positive().ok_or(malformed)?;
    let exponent = key.positive().filter(|_| key.is_empty()).ok_or(malformed)?;
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    // RFC 8017 §3.1: the exponent is from 3 up. With 1 anybody could sign; one of more than 32 bits only costs.
    if !is_odd(modulus) || !is_odd(exponent) || exponent == [1] || exponent.len() > 4 {
        return Err(malformed);
    }
    let unused = modulus.first().map_or(0, |first| first.leading_zeros());
    let bits = modulus.len().saturating_mul(8).saturating_sub(usize::try_from(unused).unwrap_or_default());
    if bits > PublicKey::MAX_RSA_BITS {
        Err(CertificateError::KeyUnsupported)
    } else {
        Ok(KeyKind::Rsa { bits })
    }
}

/// SEC 1 §2.3.3: an uncompressed point is a 4 and both coordinates. Whether it is on the curve is for whoever
/// verifies with it.
fn point(bytes: &[u8], kind: KeyKind) -> Result<KeyKind, CertificateError> {
    let coordinates = match kind {
        KeyKind::P256 => 64,
        KeyKind::P384 => 96,
        KeyKind::Rsa { .. } => 0,
    };
    let point = bytes.strip_prefix(&[4]).filter(|point| point.len() == coordinates);
    point.map(|_| kind).ok_or(CertificateError::KeyMalformed)
}
