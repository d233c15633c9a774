//! Identity providers (SA-01): where an organization's users prove who they are, and the moves of a provider's life.

use serde::Deserialize;
use serde::Serialize;

use super::InvalidTransition;
use super::ProviderCertificates;
use super::ProviderLogo;
use crate::audit::Actor;
use crate::audit::Fields;
use crate::value::Binding;
use crate::value::ClockSkew;
use crate::value::Deviations;
use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::Epoch;
use crate::value::IdentityProviderId;
use crate::value::Name;
use crate::value::NameIdFormat;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// An identity provider of one organization (SA-01).
///
/// It begins as a draft, and users log in by it once a test login passed with its settings and somebody enabled it
/// (SA-05). Each move gives the provider as it is afterwards, for a store to keep.
///
/// ```
/// use grantor::model::IdentityProvider;
/// use grantor::model::ProviderState;
/// use grantor::testing::fixtures;
/// use grantor::testing::fixtures::NOON;
///
/// let by = fixtures::administrator();
/// let draft = IdentityProvider { state: ProviderState::Draft, ..fixtures::identity_provider(fixtures::ACME, 1) };
/// assert!(draft.enable(by, NOON).is_err());
///
/// let enabled = draft.tested(by, NOON).enable(by, NOON)?;
/// assert!(enabled.admits(NOON));
///
/// let mut settings = enabled.settings.clone();
/// settings.entity_id = "https://other.example.com/metadata".parse().expect("an entity id");
/// assert_eq!(enabled.with_settings(settings, by, NOON).state, ProviderState::Draft);
/// # Ok::<(), grantor::model::InvalidTransition>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct IdentityProvider {
    /// Whose it is.
    pub organization: OrganizationId,
    /// Identifies it.
    pub id: IdentityProviderId,
    /// How people know it.
    pub labels: ProviderLabels,
    /// What a login goes by.
    pub settings: ProviderSettings,
    /// Where it is between its draft and its use.
    pub state: ProviderState,
    /// Counts the settings that a test login is needed for: a test of an earlier epoch proves nothing (SA-05).
    #[serde(default)]
    pub epoch: Epoch,
    /// When it was created.
    pub created: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed; a test is no change of it.
    pub modified: Timestamp,
    /// By whom.
    pub modified_by: Actor,
}

/// How people know an identity provider. Nothing here changes who is let in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ProviderLabels {
    /// Its name, for administrators.
    pub name: Name,
    /// Its name on the login page.
    pub display_name: Name,
    /// Whose software it is.
    pub kind: ProviderKind,
    /// Its picture on the login page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo: Option<ProviderLogo>,
}

/// Whose software an identity provider is (SA-01). It changes no decision: a `generic` one is judged alike.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderKind {
    /// Microsoft Entra ID, once Azure AD.
    Entra,
    /// Active Directory Federation Services.
    AdFs,
    /// Okta.
    Okta,
    /// Google Workspace.
    GoogleWorkspace,
    /// OneLogin.
    OneLogin,
    /// Ping Identity.
    Ping,
    /// Salesforce.
    Salesforce,
    /// Any other.
    #[default]
    Generic,
}

/// What a login by an identity provider goes by.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ProviderSettings {
    /// Its issuer: what its messages name it (SAML core §8.3.6).
    pub entity_id: EntityId,
    /// Where users are sent to log in.
    pub sso: SsoEndpoint,
    /// Where users are sent to log out, if anywhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logout: Option<LogoutEndpoint>,
    /// Whose signatures count.
    pub certificates: ProviderCertificates,
    /// How it is asked to name people.
    #[serde(default)]
    pub name_id_format: NameIdFormat,
    /// How strictly it is judged.
    #[serde(default)]
    pub policy: ProviderPolicy,
    /// From when on its metadata does not hold any more, where that says so (SAML metadata §2.3.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<Timestamp>,
}

/// Where users are sent to log in.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SsoEndpoint {
    /// The address.
    pub url: EndpointUri,
    /// How requests are sent there.
    pub binding: Binding,
}

/// Where users are sent to log out.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct LogoutEndpoint {
    /// The address of requests.
    pub url: EndpointUri,
    /// The address of responses, where it is another one (SAML metadata §2.2.2).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response_url: Option<EndpointUri>,
    /// How both are sent there.
    pub binding: Binding,
}

/// How strictly an identity provider is judged. By default as strictly as can be; a field that a stored record lacks
/// has its default.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct ProviderPolicy {
    /// Which deviations from the standard are let pass (SA-18). Default none.
    pub deviations: Deviations,
    /// How far the clocks may be apart (SA-10). Default 10 s.
    pub clock_skew: ClockSkew,
    /// Whether it may log users in without having been asked (SA-06). Default no.
    pub idp_initiated: bool,
    /// Whether its assertions are also taken for tokens, by the SAML2 bearer grant (GR-07). Default no: who may log
    /// users in is not thereby trusted to hand their assertions to applications.
    pub saml2_bearer: bool,
    /// Whether requests to it are signed. Default no. They are refused where the host has no key to sign by.
    pub sign_requests: bool,
    /// Whether users must prove who they are anew at each login. Default no.
    pub force_authn: bool,
    /// Whether assertions must come encrypted. Default no.
    pub require_encryption: bool,
    /// Whether AES-CBC is taken beside AES-GCM, which alone tells that a ciphertext was changed. Default no.
    pub allow_cbc: bool,
}

/// Where an identity provider is between its draft and its use (SA-05).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProviderState {
    /// Its settings have not been tried.
    Draft,
    /// A test login passed with its settings.
    Tested {
        /// When.
        at: Timestamp,
        /// Who tested.
        by: Actor,
    },
    /// Users log in by it.
    Enabled {
        /// Since when.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
    /// Tested, and taken out of use.
    Disabled {
        /// Since when.
        at: Timestamp,
        /// By whom.
        by: Actor,
    },
}

impl IdentityProvider {
    /// 30: the most of one organization (SA-01).
    pub const MAX: u8 = 30;

    /// Whether users log in by it now: it is enabled, and its metadata still holds. Its certificates are judged with
    /// each message.
    #[must_use]
    pub fn is_enabled(&self, now: Timestamp) -> bool {
        let holds = self.settings.valid_until.is_none_or(|until| now < until);
        holds && matches!(self.state, ProviderState::Enabled { .. })
    }

    /// Whether a login by it can succeed now: it is enabled, and a certificate is valid, or need not be (SA-03, SA-14).
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> bool {
        self.is_enabled(now)
            && self.settings.certificates.usable(self.settings.policy.deviations, now).next().is_some()
    }

    /// The same with other labels.
    #[must_use]
    pub fn labeled(&self, labels: ProviderLabels, by: Actor, now: Timestamp) -> Self {
        Self { labels, modified: now, modified_by: by, ..self.clone() }
    }

    /// The same with other settings. Where they matter to a login it is a draft again (SA-05).
    #[must_use]
    pub fn with_settings(&self, settings: ProviderSettings, by: Actor, now: Timestamp) -> Self {
        let changed = Self { modified: now, modified_by: by, ..self.clone() };
        if self.settings.stay_proven(&settings, now) {
            return Self { settings, ..changed };
        }
        Self { settings, state: ProviderState::Draft, epoch: self.epoch.next(), ..changed }
    }

    /// The same after a test login that passed with these settings: whoever calls this has seen to it that the test was
    /// of this [epoch](Self::epoch). What is enabled or disabled was tested before, and stays as it is.
    #[must_use]
    pub fn tested(&self, by: Actor, now: Timestamp) -> Self {
        match self.state {
            ProviderState::Draft | ProviderState::Tested { .. } => {
                Self { state: ProviderState::Tested { at: now, by }, ..self.clone() }
            }
            ProviderState::Enabled { .. } | ProviderState::Disabled { .. } => self.clone(),
        }
    }

    /// In use.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] for a draft, and where it is in use.
    pub fn enable(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            ProviderState::Tested { .. } | ProviderState::Disabled { .. } => {
                let state = ProviderState::Enabled { at: now, by };
                Ok(Self { state, modified: now, modified_by: by, ..self.clone() })
            }
            ProviderState::Draft | ProviderState::Enabled { .. } => Err(self.refuse("enable")),
        }
    }

    /// Out of use.
    ///
    /// # Errors
    ///
    /// [`InvalidTransition`] unless it is in use.
    pub fn disable(&self, by: Actor, now: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            ProviderState::Enabled { .. } => {
                let state = ProviderState::Disabled { at: now, by };
                Ok(Self { state, modified: now, modified_by: by, ..self.clone() })
            }
            ProviderState::Draft | ProviderState::Tested { .. } | ProviderState::Disabled { .. } => {
                Err(self.refuse("disable"))
            }
        }
    }

    const fn refuse(&self, attempt: &'static str) -> InvalidTransition {
        InvalidTransition::new(attempt, self.state.name())
    }

    /// The fields as an auditor sees them.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let Self { labels, settings, .. } = self;
        let mut fields = vec![
            ("name", labels.name.to_string()),
            ("display_name", labels.display_name.to_string()),
            ("kind", labels.kind.name().to_owned()),
            ("logo", labels.logo.as_ref().map_or_else(|| "none".to_owned(), ProviderLogo::fingerprint)),
            ("entity_id", settings.entity_id.to_string()),
            ("sso", format!("{} {}", settings.sso.binding, settings.sso.url)),
        ];
        if let Some(logout) = &settings.logout {
            let answers = logout.response_url.as_ref().map(|url| format!(" {url}")).unwrap_or_default();
            fields.push(("logout", format!("{} {}{answers}", logout.binding, logout.url)));
        }
        fields.push(("certificates", settings.certificates.fingerprints()));
        fields.push(("name_id_format", settings.name_id_format.to_string()));
        if let Some(until) = settings.valid_until {
            fields.push(("valid_until", until.to_string()));
        }
        fields.extend(settings.policy.fields());
        fields.push(("state", self.state.name().to_owned()));
        fields
    }
}

impl ProviderSettings {
    /// Whether what a test login has proven of these settings is proven of the others too (SA-05).
    ///
    /// Beside a certificate that is valid now others may come and go: that is how certificates are rotated. Where none
    /// of them stays, a login by the others has never been seen.
    ///
    /// Whatever is sent to the provider has to stay, and so does what is asked of its answers. The clocks may be
    /// further apart than before, and not less: the test may have needed the difference.
    #[must_use]
    pub fn stay_proven(&self, others: &Self, now: Timestamp) -> bool {
        let mut valid = self.certificates.usable(self.policy.deviations, now);
        let keeps_one = self.certificates == others.certificates
            || valid.any(|known| others.certificates.iter().any(|kept| kept == known));
        let tried = |settings: &Self| {
            let policy = settings.policy;
            let asked = (settings.name_id_format, policy.sign_requests, policy.force_authn);
            (asked, policy.deviations, policy.require_encryption, policy.allow_cbc)
        };
        keeps_one
            && (&self.entity_id, &self.sso) == (&others.entity_id, &others.sso)
            && tried(self) == tried(others)
            && self.policy.clock_skew <= others.policy.clock_skew
    }
}

impl ProviderPolicy {
    /// The fields as an auditor sees them.
    #[must_use]
    pub fn fields(&self) -> Fields {
        let allowed: Vec<&str> = self.deviations.iter().map(|deviation| deviation.name()).collect();
        vec![
            ("deviations", allowed.join(" ")),
            ("clock_skew", self.clock_skew.get().to_string()),
            ("idp_initiated", self.idp_initiated.to_string()),
            ("saml2_bearer", self.saml2_bearer.to_string()),
            ("sign_requests", self.sign_requests.to_string()),
            ("force_authn", self.force_authn.to_string()),
            ("require_encryption", self.require_encryption.to_string()),
            ("allow_cbc", self.allow_cbc.to_string()),
        ]
    }
}

impl Default for ProviderPolicy {
    fn default() -> Self {
        Self {
            deviations: Deviations::NONE,
            clock_skew: ClockSkew::DEFAULT,
            idp_initiated: false,
            saml2_bearer: false,
            sign_requests: false,
            force_authn: false,
            require_encryption: false,
            allow_cbc: false,
        }
    }
}

impl ProviderKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Entra,
        Self::AdFs,
        Self::Okta,
        Self::GoogleWorkspace,
        Self::OneLogin,
        Self::Ping,
        Self::Salesforce,
        Self::Generic,
    ];

    /// Its name, for records and programs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Entra => "entra",
            Self::AdFs => "ad_fs",
            Self::Okta => "okta",
            Self::GoogleWorkspace => "google_workspace",
            Self::OneLogin => "one_login",
            Self::Ping => "ping",
            Self::Salesforce => "salesforce",
            Self::Generic => "generic",
        }
    }
}

impl ProviderState {
    /// Its name: `draft`, `tested`, `enabled` or `disabled`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Tested { .. } => "tested",
            Self::Enabled { .. } => "enabled",
            Self::Disabled { .. } => "disabled",
        }
    }
}
