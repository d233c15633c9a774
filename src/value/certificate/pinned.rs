//! One certificate.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;
use time::Date;
use time::Month;
use time::PrimitiveDateTime;
use time::Time;

use super::CertificateError;
use super::KeyKind;
use super::PublicKey;
use super::container::der_in;
use super::der::GENERALIZED_TIME;
use super::der::INTEGER;
use super::der::SEQUENCE;
use super::der::UTC_TIME;
use super::der::VERSION;
use super::der::Values;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::Timestamp;
use crate::value::hexadecimal;

/// 1 024: no policy allows an RSA key with a shorter modulus (SA-18).
const LEAST_RSA_BITS: usize = 1_024;

/// A certificate that an identity provider is known by: its key, and from when to when that is valid (SA-03).
/// Cheap to clone; kept as Base64 of its DER.
///
/// ```
/// use grantor::value::Certificate;
/// use grantor::value::CertificateError;
///
/// assert_eq!(Certificate::read(b"certificate").unwrap_err(), CertificateError::Encoding);
/// assert_eq!(Certificate::read(b"TUlJQg==").unwrap_err(), CertificateError::Structure);
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Certificate {
    der: Arc<[u8]>,
    // INVARIANT: the rest is read from the DER.
    key: PublicKey,
    not_before: Timestamp,
    not_after: Timestamp,
}

impl Certificate {
    /// 32 768 bytes: the longest text that is read.
    pub const MAX: usize = 32_768;
    /// 16 384 bytes: the longest DER, so that its Base64 is read as well.
    pub const MAX_DER: usize = 16_384;

    /// The certificate in a text: PEM (RFC 7468), DER, Base64 of DER, or Base64 of PEM, as some identity
    /// providers write it. White space in Base64 is left out.
    ///
    /// Its dates and the strength of its key are not judged: see [`check`](Self::check).
    ///
    /// # Errors
    ///
    /// [`CertificateError`] for a text that is too long or none of these, that holds no certificate or several,
    /// or whose certificate has no key that is supported.
    pub fn read(text: &[u8]) -> Result<Self, CertificateError> {
        if text.len() > Self::MAX {
            return Err(CertificateError::TooLong { length: text.len() });
        }
        let der = der_in(text)?;
        if der.len() > Self::MAX_DER {
            return Err(CertificateError::TooLong { length: der.len() });
        }
        // RFC 5280 §4.1: Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }.
        let structure = CertificateError::Structure;
        let mut outer = Values::new(&der);
        let mut parts = outer.sequence().filter(|_| outer.is_empty()).ok_or(structure)?;
        let mut signed = parts.sequence().ok_or(structure)?;
        parts.sequence().ok_or(structure)?;
        parts.bytes().filter(|_| parts.is_empty()).ok_or(structure)?;

        // RFC 5280 §4.1: TBSCertificate. Version 1 is not written.
        let _version = signed.take(VERSION);
        for skipped in [INTEGER, SEQUENCE, SEQUENCE] {
            signed.take(skipped).ok_or(structure)?;
        }
        let mut validity = signed.sequence().ok_or(structure)?;
        let not_before = instant(&mut validity).ok_or(CertificateError::Validity)?;
        let not_after =
            instant(&mut validity).filter(|_| validity.is_empty()).ok_or(CertificateError::Validity)?;
        signed.take(SEQUENCE).ok_or(structure)?;
        let key = PublicKey::read(signed.sequence().ok_or(structure)?)?;
        Ok(Self { der: (&*der).into(), key, not_before, not_after })
    }

    /// Its DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The SHA-256 of its DER, in hexadecimal, as people compare certificates.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hexadecimal(&Sha256::digest(&self.der))
    }

    /// Its key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The first instant it is valid.
    #[must_use]
    pub const fn not_before(&self) -> Timestamp {
        self.not_before
    }

    /// The last instant it is valid.
    #[must_use]
    pub const fn not_after(&self) -> Timestamp {
        self.not_after
    }

    /// Whether it may be added to an identity provider now (SA-03).
    ///
    /// # Errors
    ///
    /// [`CertificateError::WeakKey`], [`CertificateError::Expired`] or [`CertificateError::NotYetValid`].
    pub fn check(&self, now: Timestamp) -> Result<(), CertificateError> {
        self.key.check_strength()?;
        self.check_validity(now)
    }

    /// Whether signatures by its key count now, as far as these deviations go (SA-18): with them its key may be short,
    /// or its dates over.
    ///
    /// # Errors
    ///
    /// As [`check`](Self::check).
    pub fn check_under(&self, deviations: Deviations, now: Timestamp) -> Result<(), CertificateError> {
        self.check_key_under(deviations)?;
        match self.check_validity(now) {
            Err(CertificateError::Expired { .. }) if deviations.allow(Deviation::ExpiredCertificate) => {
                Ok(())
            }
            validity => validity,
        }
    }

    /// Whether its key is strong enough, as far as these deviations go (SA-18).
    ///
    /// # Errors
    ///
    /// [`CertificateError::WeakKey`].
    pub const fn check_key_under(&self, deviations: Deviations) -> Result<(), CertificateError> {
        match self.key.kind() {
            KeyKind::Rsa { bits } if bits >= LEAST_RSA_BITS && deviations.allow(Deviation::Rsa1024) => Ok(()),
            KeyKind::Rsa { .. } | KeyKind::P256 | KeyKind::P384 => self.key.check_strength(),
        }
    }

    /// Whether it is valid at this instant: from its first to its last one, both included (RFC 5280 §4.1.2.5).
    ///
    /// # Errors
    ///
    /// [`CertificateError::Expired`] or [`CertificateError::NotYetValid`].
    pub fn check_validity(&self, now: Timestamp) -> Result<(), CertificateError> {
        if now > self.not_after {
            return Err(CertificateError::Expired { not_after: self.not_after });
        }
        if now < self.not_before {
            return Err(CertificateError::NotYetValid { not_before: self.not_before });
        }
        Ok(())
    }
}

/// The same DER.
impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.der == other.der
    }
}

impl Eq for Certificate {}

impl TryFrom<String> for Certificate {
    type Error = CertificateError;

    fn try_from(text: String) -> Result<Self, CertificateError> {
        Self::read(text.as_bytes())
    }
}

impl From<Certificate> for String {
    fn from(certificate: Certificate) -> Self {
        STANDARD.encode(certificate.as_der())
    }
}

/// RFC 5280 §4.1.2.5: to the second, in UTC with a `Z`; two digits of the year from 50 up are of the 1900s.
fn instant(values: &mut Values<'_>) -> Option<Timestamp> {
    let mut reader = *values;
    let (year, digits) = if let Some(text) = reader.take(UTC_TIME) {
        let (year, digits) = text.split_first_chunk::<2>()?;
        let year = number(year)?;
        (year.saturating_add(if year < 50 { 2_000 } else { 1_900 }), digits)
    } else {
        let (year, digits) = reader.take(GENERALIZED_TIME)?.split_first_chunk::<4>()?;
        (number(year)?, digits)
    };
    *values = reader;
    let pairs = digits.strip_suffix(b"Z")?;
    let [month, day, hour, minute, second] = pairs.as_chunks::<2>().0 else { return None };
    if pairs.len() != 10 {
        return None;
    }
    let small = |pair: &[u8; 2]| number(pair).and_then(|number| u8::try_from(number).ok());
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).ok()?;
    let time = Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()?;
    Some(Timestamp::from(PrimitiveDateTime::new(date, time).assume_utc()))
}

fn number(digits: &[u8]) -> Option<u16> {
    digits.iter().try_fold(0_u16, |number, digit| {
        let digit = digit.is_ascii_digit().then(|| digit.saturating_sub(b'0'))?;
        number.checked_mul(10)?.checked_add(u16::from(digit))
    })
}
