//! The shell: [`AuthorizationServer`], the only place that awaits.
//!
//! Each operation loads what it needs, draws what is random, decides by a pure function, commits the changes
//! together with the event that tells of them, and answers. On a conflict it reads again and decides again, a
//! bounded number of times. What a change rests on and does not write is guarded in its commit, without exception: a
//! decision never rests on what was true a moment before.

mod administration;
mod applications;
mod authorize;
mod call;
mod consent;
mod diagnosis;
mod ending;
mod error;
mod explanation;
mod history;
#[cfg(feature = "saml")]
mod identity_providers;
mod impact;
mod introspection;
mod operator;
mod review;
#[cfg(feature = "saml")]
mod single_sign_on;
mod sweep;
mod token;
mod trail;
mod unit;
mod usage;

use std::borrow::Cow;
use std::fmt;

use zeroize::Zeroizing;

pub use administration::Administration;
pub use administration::CreatedClient;
pub use administration::Listed;
pub use administration::NewSecret;
pub use authorize::AdministratorNeeded;
pub use authorize::Authorize;
pub use authorize::LogIn;
pub use authorize::LoggedIn;
pub use authorize::Redirect;
pub use authorize::ShowError;
pub use call::CallDenial;
pub use call::CallError;
pub use consent::AskConsent;
pub use consent::Choice;
pub use consent::ScopeShown;
pub use ending::ImplicitClient;
pub use error::Error;
pub use explanation::RequestedToken;
pub use explanation::Supposing;
pub use operator::Operator;
#[cfg(feature = "saml")]
pub use single_sign_on::*;
pub use sweep::Swept;
pub use trail::Sealed;

use crate::admin::Checks;
use crate::model::ClientSecret;
use crate::model::ImplicitSunset;
use crate::model::Policy;
use crate::store::Store;
use crate::value::CodeLifetime;
use crate::value::Entropy;
use crate::value::Issuer;
use crate::value::LoginLifetime;
use crate::value::OrganizationId;
#[cfg(feature = "os-rng")]
use crate::value::OsEntropy;
use crate::value::Plain;
use crate::value::ScopeCatalog;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;
use crate::wire;
use crate::wire::Endpoints;
use crate::wire::Response;

/// What the host decides for all organizations.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Settings {
    /// What names the authorization server (RFC 8414 §2): in its metadata, and in each answer of the authorization
    /// endpoint (RFC 9207).
    pub issuer: Issuer,
    /// Where its endpoints are found, as the host routes them. Default: `/oauth/…` under the issuer.
    pub endpoints: Endpoints,
    /// The scopes that there are (SC-02).
    pub scopes: ScopeCatalog,
    /// When the implicit grant ends (GR-05).
    pub implicit_sunset: ImplicitSunset,
    /// The most clients that any organization may have (CL-17). Default 1 000.
    pub client_limit: u32,
    /// The realm that a refused call is told (RFC 6750 §3). Default `api`.
    pub realm: Cow<'static, str>,
    /// How long an authorization code lives (GR-02). Default 60 s.
    pub code_lifetime: CodeLifetime,
    /// How long a login lives with all that is refreshed in it (GR-08). Default thirty days.
    pub login_lifetime: LoginLifetime,
}

impl Settings {
    /// This issuer and these scopes, and the default for everything else.
    #[must_use]
    pub fn new(issuer: Issuer, scopes: ScopeCatalog) -> Self {
        Self {
            endpoints: Endpoints::under(&issuer),
            issuer,
            scopes,
            implicit_sunset: ImplicitSunset::default(),
            client_limit: Policy::default().client_limit,
            realm: Cow::Borrowed("api"),
            code_lifetime: CodeLifetime::DEFAULT,
            login_lifetime: LoginLifetime::DEFAULT,
        }
    }
}

/// The authorization server: which applications may obtain tokens in which organization, and what a call may
/// do.
///
/// It holds the store, the random source and the settings, and no state of its own: any number of them, in
/// any number of processes, work on one store as one. Every method takes the instant at which it happens.
///
/// ```
/// use grantor::server::{AuthorizationServer, Settings};
/// use grantor::store::MemoryStore;
/// use grantor::value::{Scope, ScopeCatalog};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # #[cfg(feature = "os-rng")] {
/// let settings = Settings::new("https://login.example.com".parse()?, ScopeCatalog::new([])?);
/// let server = AuthorizationServer::new(MemoryStore::new(), settings);
/// # let _ = server;
/// # }
/// # Ok(())
/// # }
/// ```
pub struct AuthorizationServer<S> {
    store: S,
    entropy: Box<dyn Entropy>,
    settings: Settings,
    #[cfg(feature = "saml")]
    single_sign_on: Option<SingleSignOn>,
}

impl<S: Store> AuthorizationServer<S> {
    /// A server over the store, with the operating system's random source.
    #[cfg(feature = "os-rng")]
    #[must_use]
    pub fn new(store: S, settings: Settings) -> Self {
        Self::with_entropy(store, OsEntropy, settings)
    }

    /// A server over the store, with a random source of the host's.
    #[must_use]
    pub fn with_entropy(store: S, entropy: impl Entropy + 'static, settings: Settings) -> Self {
        Self {
            store,
            entropy: Box::new(entropy),
            settings,
            #[cfg(feature = "saml")]
            single_sign_on: None,
        }
    }

    /// The store.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.store
    }

    /// The settings.
    #[must_use]
    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What this user of this organization may do, as the host has authenticated the user (OR-04).
    #[must_use]
    pub const fn administration(&self, organization: OrganizationId, user: UserId) -> Administration<'_, S> {
        Administration { server: self, organization, user }
    }

    /// What the operator of the service does. Whoever gets hold of it may do all of it: the host decides who.
    #[must_use]
    pub const fn operator(&self) -> Operator<'_, S> {
        Operator { server: self }
    }

    /// The document at `/.well-known/oauth-authorization-server` (RFC 8414): what is served at this instant.
    #[must_use]
    pub fn metadata(&self, now: Timestamp) -> Response {
        let Settings { issuer, endpoints, scopes, implicit_sunset, .. } = &self.settings;
        #[cfg(feature = "saml")]
        let saml2_bearer = self.single_sign_on.is_some();
        #[cfg(not(feature = "saml"))]
        let saml2_bearer = false;
        wire::metadata_response(issuer, endpoints, scopes, (*implicit_sunset, saml2_bearer), now)
    }

    /// What a draft is checked against, under the policy.
    fn checks<'a>(&'a self, policy: &'a Policy) -> Checks<'a> {
        let Settings { scopes, implicit_sunset, client_limit, .. } = &self.settings;
        Checks { catalog: scopes, policy, sunset: *implicit_sunset, client_limit: *client_limit }
    }

    /// A secret for a client: its text, to be handed out once, and what is kept of it.
    fn fresh_secret(
        &self,
        now: Timestamp,
    ) -> Result<(Plain<kind::ClientSecret>, ClientSecret), Error<S::Error>> {
        let mut random = Zeroizing::new([0; 32]);
        self.entropy.fill(random.as_mut_slice())?;
        let plain = Plain::from_random(&random);
        let id = SecretId::from_random(self.random()?);
        let secret = ClientSecret { id, digest: plain.digest(), created: now, expires: None };
        Ok((plain, secret))
    }

    /// So many random bytes.
    fn random<const N: usize>(&self) -> Result<[u8; N], Error<S::Error>> {
        let mut bytes = [0; N];
        self.entropy.fill(&mut bytes)?;
        Ok(bytes)
    }
}

impl<S: fmt::Debug> fmt::Debug for AuthorizationServer<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationServer")
            .field("store", &self.store)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
