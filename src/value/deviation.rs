//! Where an identity provider may be less strict than the standard (SA-18).

use core::fmt;
use core::str::FromStr;

use serde::Deserialize;
use serde::Serialize;

/// One thing that real identity providers do against the standard, or against what is safe today. Each is refused
/// unless the provider's policy allows it by name, and allowing it allows nothing else.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String", into = "&'static str")]
pub enum Deviation {
    /// Signatures and digests by SHA-1.
    Sha1,
    /// RSA keys from 1 024 bits.
    Rsa1024,
    /// A message without `Destination`.
    MissingDestination,
    /// An assertion without `AudienceRestriction`.
    MissingAudience,
    /// A signature of the whole document, by an empty reference.
    EmptyReferenceUri,
    /// A signature elsewhere in its element than after `Issuer`.
    SignaturePosition,
    /// A `NotBefore` on the bearer confirmation.
    ConfirmationNotBefore,
    /// An answer without `InResponseTo`, on the response or on the confirmation.
    MissingInResponseTo,
    /// Times with an offset from UTC.
    OffsetTime,
    /// Inclusive canonicalization.
    InclusiveC14n,
    /// Certificates whose dates are over.
    ExpiredCertificate,
}

impl Deviation {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Sha1,
        Self::Rsa1024,
        Self::MissingDestination,
        Self::MissingAudience,
        Self::EmptyReferenceUri,
        Self::SignaturePosition,
        Self::ConfirmationNotBefore,
        Self::MissingInResponseTo,
        Self::OffsetTime,
        Self::InclusiveC14n,
        Self::ExpiredCertificate,
    ];

    /// Its name, for people and records.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Rsa1024 => "rsa-1024",
            Self::MissingDestination => "missing-destination",
            Self::MissingAudience => "missing-audience",
            Self::EmptyReferenceUri => "empty-reference-uri",
            Self::SignaturePosition => "signature-position",
            Self::ConfirmationNotBefore => "confirmation-not-before",
            Self::MissingInResponseTo => "missing-in-response-to",
            Self::OffsetTime => "offset-time",
            Self::InclusiveC14n => "inclusive-c14n",
            Self::ExpiredCertificate => "expired-certificate",
        }
    }

    const fn bit(self) -> u16 {
        match self {
            Self::Sha1 => 1,
            Self::Rsa1024 => 1 << 1,
            Self::MissingDestination => 1 << 2,
            Self::MissingAudience => 1 << 3,
            Self::EmptyReferenceUri => 1 << 4,
            Self::SignaturePosition => 1 << 5,
            Self::ConfirmationNotBefore => 1 << 6,
            Self::MissingInResponseTo => 1 << 7,
            Self::OffsetTime => 1 << 8,
            Self::InclusiveC14n => 1 << 9,
            Self::ExpiredCertificate => 1 << 10,
        }
    }
}

/// No deviation has this name.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("no deviation of an identity provider has this name")]
pub struct UnknownDeviation;

impl fmt::Display for Deviation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Deviation {
    type Err = UnknownDeviation;

    fn from_str(name: &str) -> Result<Self, UnknownDeviation> {
        Self::ALL.into_iter().find(|deviation| deviation.name() == name).ok_or(UnknownDeviation)
    }
}

impl TryFrom<String> for Deviation {
    type Error = UnknownDeviation;

    fn try_from(name: String) -> Result<Self, UnknownDeviation> {
        name.parse()
    }
}

impl From<Deviation> for &'static str {
    fn from(deviation: Deviation) -> Self {
        deviation.name()
    }
}

/// The deviations that are allowed. By default none.
///
/// ```
/// use grantor::value::Deviation;
/// use grantor::value::Deviations;
///
/// let allowed = Deviations::NONE.with(Deviation::Sha1);
/// assert!(allowed.allow(Deviation::Sha1));
/// assert!(!allowed.allow(Deviation::Rsa1024));
/// ```
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(from = "Vec<Deviation>", into = "Vec<Deviation>")]
pub struct Deviations(u16);

impl Deviations {
    /// None: strict.
    pub const NONE: Self = Self(0);

    /// These, and this one.
    #[must_use]
    pub const fn with(self, deviation: Deviation) -> Self {
        Self(self.0 | deviation.bit())
    }

    /// Whether this one is allowed.
    #[must_use]
    pub const fn allow(self, deviation: Deviation) -> bool {
        self.0 & deviation.bit() != 0
    }

    /// Those that are allowed, in the order of [`Deviation::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Deviation> {
        Deviation::ALL.into_iter().filter(move |deviation| self.allow(*deviation))
    }
}

impl From<Vec<Deviation>> for Deviations {
    fn from(allowed: Vec<Deviation>) -> Self {
        allowed.into_iter().fold(Self::NONE, Self::with)
    }
}

impl From<Deviations> for Vec<Deviation> {
    fn from(allowed: Deviations) -> Self {
        allowed.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SA-18: each has its own name and its own switch, and none is on by itself.
    #[test]
    fn sa_18_each_deviation_is_one_switch() {
        assert_eq!(Deviations::default().iter().count(), 0);
        for one in Deviation::ALL {
            let allowed = Deviations::NONE.with(one);
            assert_eq!(allowed.iter().collect::<Vec<_>>(), [one]);
            assert_eq!(one.name().parse(), Ok(one));
            let kept = serde_json::to_string(&allowed).unwrap();
            assert_eq!(kept, format!("[\"{one}\"]"));
            assert_eq!(serde_json::from_str::<Deviations>(&kept).unwrap(), allowed);
        }
        assert!(serde_json::from_str::<Deviations>("[\"any\"]").is_err());
    }
}
