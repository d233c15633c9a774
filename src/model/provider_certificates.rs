//! The certificates of an identity provider: which are valid, and for how long yet (SA-03, SA-04).

use serde::Deserialize;
use serde::Serialize;

use crate::value::Certificate;
use crate::value::Deviations;
use crate::value::Timestamp;

/// 1 to 5 certificates of one identity provider, no two the same (SA-01).
///
/// Several are for rotation: a login works while any one of them is valid (SA-03).
///
/// ```
/// use grantor::model::ProviderCertificates;
/// use grantor::testing::fixtures;
/// use grantor::testing::fixtures::{DAY, NOON};
/// use grantor::value::Deviations;
///
/// let old = fixtures::certificate(1, NOON.minus(DAY), NOON.plus(DAY));
/// let new = fixtures::certificate(2, NOON, NOON.plus(30 * DAY));
/// let both = ProviderCertificates::new([old, new.clone()])?;
/// assert!(both.usable(Deviations::NONE, NOON.plus(2 * DAY)).eq([&new]));
/// assert_eq!(both.none_valid_from(NOON), NOON.plus(30 * DAY).plus(1));
/// # Ok::<(), grantor::model::ProviderCertificatesError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "Vec<Certificate>", into = "Vec<Certificate>")]
// INVARIANT: 1 to `MAX`, no two the same.
pub struct ProviderCertificates(Vec<Certificate>);

/// These are not the certificates of an identity provider.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderCertificatesError {
    /// None.
    #[error("an identity provider needs a certificate")]
    None,
    /// More than [`ProviderCertificates::MAX`].
    #[error("{count} certificates are more than {max}", max = ProviderCertificates::MAX)]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// One that is there twice.
    #[error("the certificate at place {place} is there twice")]
    Repeated {
        /// The place of the second one, from 0.
        place: usize,
    },
}

impl ProviderCertificatesError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::None => "sso.certificate.required",
            Self::TooMany { .. } => "sso.too.many.certificates",
            Self::Repeated { .. } => "sso.certificate.repeated",
        }
    }

    /// What an administrator can do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::None => "add the signing certificate of the identity provider",
            Self::TooMany { .. } => "leave out those that the identity provider no longer signs with",
            Self::Repeated { .. } => "give each certificate once",
        }
    }
}

/// What there is to be said of a certificate's time (SA-04).
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct CertificateWarning {
    /// The certificate's place, from 0.
    pub place: usize,
    /// The last instant it is valid.
    pub not_after: Timestamp,
    /// It expires in so many days or fewer: 60, 30, 14, 7 or 1; 0 once it is expired.
    pub days: u8,
}

impl ProviderCertificates {
    /// 5: the most.
    pub const MAX: usize = 5;

    /// These certificates.
    ///
    /// # Errors
    ///
    /// [`ProviderCertificatesError`] for none, more than 5, or one that is there twice.
    pub fn new(
        certificates: impl IntoIterator<Item = Certificate>,
    ) -> Result<Self, ProviderCertificatesError> {
        let certificates: Vec<Certificate> = certificates.into_iter().collect();
        if certificates.is_empty() {
            return Err(ProviderCertificatesError::None);
        }
        if certificates.len() > Self::MAX {
            return Err(ProviderCertificatesError::TooMany { count: certificates.len() });
        }
        let repeated = certificates
            .iter()
            .enumerate()
            .find(|(place, found)| certificates.iter().take(*place).any(|earlier| earlier == *found));
        match repeated {
            Some((place, _)) => Err(ProviderCertificatesError::Repeated { place }),
            None => Ok(Self(certificates)),
        }
    }

    /// The certificates.
    pub fn iter(&self) -> core::slice::Iter<'_, Certificate> {
        self.0.iter()
    }

    /// The certificates, in their order.
    #[must_use]
    pub fn as_slice(&self) -> &[Certificate] {
        &self.0
    }

    /// Those that may be used now, as far as the policy goes.
    pub fn usable(&self, deviations: Deviations, now: Timestamp) -> impl Iterator<Item = &Certificate> {
        self.0.iter().filter(move |certificate| certificate.check_under(deviations, now).is_ok())
    }

    /// What there is to be said of their time, the first to expire first (SA-04).
    #[must_use]
    pub fn warnings(&self, now: Timestamp) -> Vec<CertificateWarning> {
        let warning = |(place, certificate): (usize, &Certificate)| {
            let not_after = certificate.not_after();
            let days = days_announced(not_after, now)?;
            Some(CertificateWarning { place, not_after, days })
        };
        let mut warnings: Vec<CertificateWarning> = self.0.iter().enumerate().filter_map(warning).collect();
        warnings.sort_by_key(|warning| warning.not_after);
        warnings
    }

    /// From when on none of them is valid: the first such instant from now on (SA-04).
    #[must_use]
    pub fn none_valid_from(&self, now: Timestamp) -> Timestamp {
        // Each step passes the end of another certificate, so there are no more steps than certificates.
        let mut at = now;
        for _ in &self.0 {
            let ends =
                self.0.iter().filter(|valid| valid.check_validity(at).is_ok()).map(Certificate::not_after);
            match ends.max() {
                Some(end) => at = end.plus(1),
                None => break,
            }
        }
        at
    }

    /// The SHA-256 of each, as people compare them.
    #[must_use]
    pub fn fingerprints(&self) -> String {
        let all: Vec<String> = self.0.iter().map(Certificate::fingerprint).collect();
        all.join(" ")
    }
}

impl CertificateWarning {
    /// How many days before its end a certificate is warned of (SA-04).
    pub const DAYS: [u8; 5] = [1, 7, 14, 30, 60];
}

/// The nearest of the days that are announced; nothing where the end is further away than all of them.
fn days_announced(not_after: Timestamp, now: Timestamp) -> Option<u8> {
    let left = not_after.seconds_since(now);
    if left < 0 {
        return Some(0);
    }
    CertificateWarning::DAYS.into_iter().find(|days| left <= i64::from(*days).saturating_mul(86_400))
}

impl TryFrom<Vec<Certificate>> for ProviderCertificates {
    type Error = ProviderCertificatesError;

    fn try_from(certificates: Vec<Certificate>) -> Result<Self, ProviderCertificatesError> {
        Self::new(certificates)
    }
}

impl From<ProviderCertificates> for Vec<Certificate> {
    fn from(certificates: ProviderCertificates) -> Self {
        certificates.0
    }
}
