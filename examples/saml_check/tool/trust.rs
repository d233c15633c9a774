//! Whom the messages are expected from.

use grantor::Timestamp;
use grantor::saml::metadata;
use grantor::saml::metadata::MetadataError;
use grantor::saml::signature::SignatureError;
use grantor::saml::signature::Trust;
use grantor::value::Certificate;
use grantor::value::CertificateError;
use grantor::value::Deviations;
use grantor::value::EntityId;

use super::arguments::Source;
use super::arguments::Wrong;
use super::files;
use super::verdict::Fault;

/// The identity provider, as it was given.
pub enum Given {
    Metadata { bytes: Vec<u8>, which: Option<EntityId> },
    Certificates { texts: Vec<Vec<u8>>, issuer: EntityId },
}

/// The identity provider that messages are accepted from.
pub struct Trusted {
    pub entity_id: EntityId,
    pub certificates: Vec<Certificate>,
}

impl Given {
    pub fn read(source: Source) -> Result<Self, Wrong> {
        Ok(match source {
            Source::Metadata { file, which } => Self::Metadata { bytes: files::setting(&file)?, which },
            Source::Certificates { files, issuer } => {
                let texts = files.iter().map(|file| files::setting(file)).collect::<Result<_, _>>()?;
                Self::Certificates { texts, issuer }
            }
        })
    }

    /// What the check of it is called.
    pub const fn check(&self) -> &'static str {
        match self {
            Self::Metadata { .. } => "metadata",
            Self::Certificates { .. } => "certificate",
        }
    }

    /// An administrator wants to know of a certificate that is over or weak, so that is a verdict and no mistake of who
    /// called.
    pub fn trusted(&self, deviations: Deviations, now: Timestamp) -> Result<Trusted, Fault> {
        match self {
            Self::Metadata { bytes, which } => {
                let found = metadata::read(bytes, which.as_ref(), None, now)?;
                Ok(Trusted { entity_id: found.entity_id, certificates: found.certificates })
            }
            Self::Certificates { texts, issuer } => {
                let certificates = certificates(texts, deviations, now)?;
                Ok(Trusted { entity_id: issuer.clone(), certificates })
            }
        }
    }
}

/// SA-03: each can be read, and any one can be used now. If none can, the answer is what is wrong with the first.
fn certificates(
    texts: &[Vec<u8>],
    deviations: Deviations,
    now: Timestamp,
) -> Result<Vec<Certificate>, SignatureError> {
    if texts.len() > Trust::MAX_CERTIFICATES {
        return Err(SignatureError::TooManyCertificates);
    }
    let read = texts.iter().map(|text| Certificate::read(text));
    let certificates: Vec<Certificate> =
        read.collect::<Result<_, CertificateError>>().map_err(SignatureError::Certificate)?;
    let mut first = SignatureError::NoCertificates;
    for certificate in certificates.iter().rev() {
        match certificate.check_under(deviations, now) {
            Ok(()) => return Ok(certificates),
            Err(error) => first = SignatureError::Certificate(error),
        }
    }
    Err(first)
}

impl From<MetadataError> for Fault {
    fn from(error: MetadataError) -> Self {
        Self::new(error.code(), &error, error.remedy())
    }
}
