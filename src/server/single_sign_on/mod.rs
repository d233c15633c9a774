//! Single sign-on with the store (SA-06 to SA-17): logins, logouts, metadata.

mod bearer;
mod begin;
mod finish;
mod found;
mod logout;
mod read;
mod trail;

use std::fmt;

use super::AuthorizationServer;
use crate::model::IdentityProvider;
use crate::saml::Peer;
use crate::saml::ServiceProvider;
#[cfg(feature = "aws-lc-rs")]
use crate::saml::crypto::AwsLc;
use crate::saml::crypto::Decryptor;
use crate::saml::crypto::SignatureVerifier;
use crate::saml::crypto::Signer;

pub use begin::BeginLogin;
pub use begin::LoginBegun;
pub use finish::LoginPassed;
pub use logout::BeginLogout;
pub use logout::LogoutAsked;
pub use logout::LogoutMessage;
pub use logout::LogoutReceived;
pub use trail::LoginRefused;

/// What single sign-on needs of the host: what this service says of itself, and its keys.
///
/// ```
/// use grantor::saml::ServiceProvider;
/// use grantor::server::SingleSignOn;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = ServiceProvider::new(
///     "https://login.example.com/saml/metadata".parse()?,
///     "https://login.example.com/saml/acs".parse()?,
/// );
/// # #[cfg(feature = "aws-lc-rs")]
/// let single_sign_on = SingleSignOn::new(service);
/// # Ok(())
/// # }
/// ```
pub struct SingleSignOn {
    service_provider: ServiceProvider,
    verifier: Box<dyn SignatureVerifier>,
    signer: Option<Box<dyn Signer>>,
    decryptor: Option<Box<dyn Decryptor>>,
}

impl SingleSignOn {
    /// For this service, with signatures verified by AWS-LC. Nothing is signed and nothing is decrypted, until there are
    /// keys for it.
    #[cfg(feature = "aws-lc-rs")]
    #[must_use]
    pub fn new(service_provider: ServiceProvider) -> Self {
        Self::with_verifier(service_provider, AwsLc)
    }

    /// For this service, with a verifier of the host's.
    #[must_use]
    pub fn with_verifier(
        service_provider: ServiceProvider,
        verifier: impl SignatureVerifier + 'static,
    ) -> Self {
        Self { service_provider, verifier: Box::new(verifier), signer: None, decryptor: None }
    }

    /// The same with a key that messages to identity providers are signed by.
    #[must_use]
    pub fn with_signer(self, signer: impl Signer + 'static) -> Self {
        Self { signer: Some(Box::new(signer)), ..self }
    }

    /// The same with the keys that identity providers encrypt to (SA-13).
    #[must_use]
    pub fn with_decryptor(self, decryptor: impl Decryptor + 'static) -> Self {
        Self { decryptor: Some(Box::new(decryptor)), ..self }
    }

    /// What this service says of itself.
    #[must_use]
    pub const fn service_provider(&self) -> &ServiceProvider {
        &self.service_provider
    }

    /// Whether there is a key that messages to identity providers are signed by.
    pub(super) const fn signs(&self) -> bool {
        self.signer.is_some()
    }

    /// How messages of this identity provider are judged.
    fn peer<'p>(&'p self, provider: &'p IdentityProvider) -> Peer<'p> {
        let settings = &provider.settings;
        Peer {
            entity_id: &settings.entity_id,
            certificates: settings.certificates.as_slice(),
            deviations: settings.policy.deviations,
            clock_skew: settings.policy.clock_skew,
            verifier: &*self.verifier,
            decryptor: self.decryptor.as_deref(),
            allow_cbc: settings.policy.allow_cbc,
        }
    }
}

/// Shows no key.
impl fmt::Debug for SingleSignOn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SingleSignOn")
            .field("service_provider", &self.service_provider)
            .field("signs", &self.signer.is_some())
            .field("decrypts", &self.decryptor.is_some())
            .finish_non_exhaustive()
    }
}

/// Logins by identity providers. Had from [`AuthorizationServer::logins`].
///
/// The host keeps sessions and cookies; what comes from identity providers it hands over as it came.
#[derive(Debug)]
pub struct Logins<'a, S> {
    server: &'a AuthorizationServer<S>,
    single_sign_on: &'a SingleSignOn,
}

impl<S> Clone for Logins<'_, S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Logins<'_, S> {}

impl<S> AuthorizationServer<S> {
    /// The same server, at which users log in by identity providers too.
    #[must_use]
    pub fn with_single_sign_on(self, single_sign_on: SingleSignOn) -> Self {
        Self { single_sign_on: Some(single_sign_on), ..self }
    }

    /// Logins by identity providers; none unless the server was made [with](Self::with_single_sign_on) them.
    #[must_use]
    pub const fn logins(&self) -> Option<Logins<'_, S>> {
        match &self.single_sign_on {
            Some(single_sign_on) => Some(Logins { server: self, single_sign_on }),
            None => None,
        }
    }
}
