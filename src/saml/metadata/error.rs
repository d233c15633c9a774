//! Why metadata is not imported.

use crate::saml::signature::SignatureError;
use crate::saml::signature::Trust;
use crate::saml::xml::Malformed;
use crate::value::AddressError;
use crate::value::CertificateError;
use crate::value::EntityIdError;
use crate::value::Timestamp;

/// The document describes no identity provider that logins are accepted from. Each thing that can be wrong has its own
/// error (SA-02). Texts from documents are cut to 128 characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataError {
    /// It is a discovery document of OpenID Connect (SA-15).
    #[error("the document is of OpenID Connect, not of SAML 2.0")]
    OpenIdConnect,
    /// The entity speaks WS-Federation alone (SA-15).
    #[error("the document is of WS-Federation, not of SAML 2.0")]
    WsFederation,
    /// The identity provider speaks other protocols, such as SAML 1.1 (SA-15).
    #[error("the identity provider supports `{found}`, not SAML 2.0")]
    Protocol {
        /// The protocols it has.
        found: String,
    },
    /// The entity is a service provider, as this service is.
    #[error("the document describes a service provider, not an identity provider")]
    ServiceProvider,
    /// No entity is an identity provider.
    #[error("the document describes no identity provider")]
    NoIdentityProvider,
    /// It is not XML that is read here.
    #[error(transparent)]
    Xml(Malformed),
    /// Its root is no metadata.
    #[error("the document is `{found}`, not metadata of SAML 2.0")]
    Root {
        /// The name of the root, its namespace in braces before it.
        found: String,
    },
    /// Its signature does not count, where a signer is asked for.
    #[error(transparent)]
    Signature(SignatureError),
    /// There is no such entity.
    #[error("the document describes no `{entity_id}`")]
    NotFound {
        /// The entity id that was asked for.
        entity_id: String,
    },
    /// There are two of one name.
    #[error("the document describes `{entity_id}` more than once")]
    Repeated {
        /// The entity id.
        entity_id: String,
    },
    /// There are several identity providers, and none was asked for.
    #[error("the document describes {count} identity providers")]
    Several {
        /// How many.
        count: usize,
    },
    /// The entity has no name.
    #[error("the entity has no `entityID`")]
    EntityIdMissing,
    /// The entity has a name that is none.
    #[error(transparent)]
    EntityId(EntityIdError),
    /// The entity describes itself as an identity provider of SAML 2.0 more than once.
    #[error("the entity has more than one `IDPSSODescriptor`")]
    SeveralRoles,
    /// No address for logins that is reached by Redirect or POST.
    #[error("the identity provider has no `SingleSignOnService` by Redirect or POST")]
    NoSingleSignOn,
    /// A service without an address.
    #[error("a `{service}` has no `Location`")]
    LocationMissing {
        /// The service.
        service: &'static str,
    },
    /// An address that nobody should be sent to.
    #[error("the `{service}` at `{found}`: {error}")]
    Location {
        /// The service.
        service: &'static str,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        error: AddressError,
    },
    /// A key for something else than signing and encryption.
    #[error("a key is for `{found}`, neither for `signing` nor for `encryption`")]
    KeyUse {
        /// What stands there.
        found: String,
    },
    /// No key that signs.
    #[error("the identity provider has no key for signing")]
    NoSigningKey,
    /// Keys that sign, and none in a certificate.
    #[error("the identity provider has no certificate for signing, only a key without one")]
    KeyWithoutCertificate,
    /// A certificate with others that vouch for it.
    #[error("an `X509Data` holds more than one certificate")]
    CertificateChain,
    /// A certificate that is not one text.
    #[error("an `X509Certificate` holds something but a text")]
    CertificateNotText,
    /// A certificate that cannot be used; or, where it is about dates, none can now, and this is the first.
    #[error("certificate {number}: {error}")]
    Certificate {
        /// Which one: 1 is the first that is different from those before.
        number: usize,
        /// What is wrong with it.
        error: CertificateError,
    },
    /// More different certificates than [`Trust::MAX_CERTIFICATES`].
    #[error("the identity provider has more than {max} certificates for signing", max = Trust::MAX_CERTIFICATES)]
    TooManyCertificates,
    /// A `validUntil` that is no instant in UTC.
    #[error("`validUntil` is `{found}`, which is no instant in UTC")]
    ValidUntil {
        /// What stands there.
        found: String,
    },
    /// The document, or what is said of the provider, is past its end.
    #[error("the metadata was valid until {valid_until}")]
    Expired {
        /// The first instant that it was not valid at.
        valid_until: Timestamp,
    },
    /// A `cacheDuration` that is no duration.
    #[error("`cacheDuration` is `{found}`, which is no duration")]
    CacheDuration {
        /// What stands there.
        found: String,
    },
    /// A `WantAuthnRequestsSigned` that is neither true nor false.
    #[error("`WantAuthnRequestsSigned` is `{found}`, neither `true` nor `false`")]
    WantSigned {
        /// What stands there.
        found: String,
    },
}

impl MetadataError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::OpenIdConnect => "saml.metadata.openid.connect",
            Self::WsFederation => "saml.metadata.ws.federation",
            Self::Protocol { .. } => "saml.metadata.protocol",
            Self::ServiceProvider => "saml.metadata.service.provider",
            Self::NoIdentityProvider => "saml.metadata.no.identity.provider",
            Self::Xml(error) => error.fault.code(),
            Self::Root { .. } => "saml.metadata.root",
            Self::Signature(error) => error.code(),
            Self::NotFound { .. } => "saml.metadata.not.found",
            Self::Repeated { .. } => "saml.metadata.repeated",
            Self::Several { .. } => "saml.metadata.several",
            Self::EntityIdMissing => "saml.metadata.entity.id.missing",
            Self::EntityId(_) => "saml.metadata.entity.id",
            Self::SeveralRoles => "saml.metadata.several.roles",
            Self::NoSingleSignOn => "saml.metadata.no.single.sign.on",
            Self::LocationMissing { .. } => "saml.metadata.location.missing",
            Self::Location { .. } => "saml.metadata.location",
            Self::KeyUse { .. } => "saml.metadata.key.use",
            Self::NoSigningKey => "saml.metadata.no.signing.key",
            Self::KeyWithoutCertificate => "saml.metadata.key.without.certificate",
            Self::CertificateChain => "saml.metadata.certificate.chain",
            Self::CertificateNotText => "saml.metadata.certificate.text",
            Self::Certificate { error, .. } => error.code(),
            Self::TooManyCertificates => "saml.metadata.too.many.certificates",
            Self::ValidUntil { .. } => "saml.metadata.valid.until",
            Self::Expired { .. } => "saml.metadata.expired",
            Self::CacheDuration { .. } => "saml.metadata.cache.duration",
            Self::WantSigned { .. } => "saml.metadata.want.signed",
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::OpenIdConnect | Self::WsFederation | Self::Protocol { .. } => {
                "set up an application of SAML 2.0 at the identity provider, and take the metadata of that"
            }
            Self::ServiceProvider => "take the metadata of the identity provider, not that of a service",
            Self::NoIdentityProvider | Self::Root { .. } | Self::Xml(_) => {
                "download the metadata from the identity provider again, and check that the file is that"
            }
            Self::Signature(error) => error.remedy(),
            Self::NotFound { .. } => "compare the entity id with those in the document",
            Self::Several { .. } => "say which of them is meant, by its entity id",
            Self::Location { .. } | Self::LocationMissing { .. } | Self::NoSingleSignOn => {
                "let the identity provider offer logins by Redirect or POST at an `https` address"
            }
            Self::NoSigningKey | Self::KeyWithoutCertificate => {
                "let the identity provider publish the certificate that it signs with"
            }
            Self::CertificateChain | Self::TooManyCertificates => {
                "add the certificates that the identity provider signs with by hand"
            }
            Self::Certificate { error, .. } => error.remedy(),
            Self::Expired { .. } => "download the metadata from the identity provider again",
            Self::Repeated { .. }
            | Self::EntityIdMissing
            | Self::EntityId(_)
            | Self::SeveralRoles
            | Self::KeyUse { .. }
            | Self::CertificateNotText
            | Self::ValidUntil { .. }
            | Self::CacheDuration { .. }
            | Self::WantSigned { .. } => {
                "let whoever publishes the metadata correct it, or enter the settings by hand"
            }
        }
    }
}
