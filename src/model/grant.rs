//! The grant type of a client, with what each may carry (CL-02 to CL-04, CL-12).

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

use super::ClientSecrets;
use super::RoleGrants;
use crate::value::RedirectUris;
use crate::value::RefreshGrace;
use crate::value::Scopes;

/// How a client comes by its tokens. Exactly one per client, and what follows from it is inside (CL-02).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grant {
    /// RFC 6749 §4.4: on its own behalf, with its own roles; no redirect URIs, no scopes (CL-03).
    ClientCredentials {
        /// What it authenticates with.
        secrets: ClientSecrets,
        /// What it may do, and where. At least one.
        roles: RoleGrants,
        /// What bounds the lifetime of its tokens (TK-02).
        #[serde(default)]
        purpose: Purpose,
    },
    /// RFC 6749 §4.1, with PKCE: in the name of a user who logs in.
    AuthorizationCode {
        /// Confidential or public.
        client: CodeClient,
        /// Where codes are sent.
        redirect_uris: RedirectUris,
        /// What it may ask for. At least one.
        scopes: Scopes,
    },
    /// RFC 7522: in the name of a user whom an identity provider vouches for.
    Saml2Bearer {
        /// What it authenticates with.
        secrets: ClientSecrets,
        /// At least one, unless the organization's policy waives them (CL-04).
        redirect_uris: Option<RedirectUris>,
        /// What it may ask for. At least one.
        scopes: Scopes,
    },
    /// RFC 6749 §4.2: tokens in the fragment of a redirect. It ends (GR-05).
    Implicit {
        /// Where tokens are sent.
        redirect_uris: RedirectUris,
        /// What it may ask for. At least one.
        scopes: Scopes,
    },
}

/// Whether a client of the authorization code grant can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeClient {
    /// It cannot: it has none, and PKCE is required (CL-12, GR-03).
    Public,
    /// It can.
    Confidential {
        /// What it authenticates with.
        secrets: ClientSecrets,
        /// Whether it opted out of PKCE.
        #[serde(default)]
        pkce: Pkce,
        /// How long a refresh token that was just replaced is answered with the same successor; none: not at
        /// all, the default (GR-08).
        #[serde(default)]
        refresh_grace: Option<RefreshGrace>,
    },
}

/// Whether a confidential client must use PKCE (GR-03).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Pkce {
    /// It must: the default.
    #[default]
    Required,
    /// It opted out: a request without a challenge is served.
    Optional,
}

/// What a client of the client credentials grant is for.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Anything: tokens live two days at most (TK-01).
    #[default]
    General,
    /// Provisioning by SCIM: tokens live 450 days at most (TK-02).
    Scim,
}

/// The name of a grant type.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantType {
    /// Client credentials.
    ClientCredentials,
    /// Authorization code.
    AuthorizationCode,
    /// SAML2 bearer.
    Saml2Bearer,
    /// Implicit.
    Implicit,
}

impl GrantType {
    /// Every grant type there is.
    pub const ALL: [Self; 4] =
        [Self::ClientCredentials, Self::AuthorizationCode, Self::Saml2Bearer, Self::Implicit];
}

impl fmt::Display for GrantType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ClientCredentials => "client credentials",
            Self::AuthorizationCode => "authorization code",
            Self::Saml2Bearer => "SAML2 bearer",
            Self::Implicit => "implicit",
        })
    }
}

impl fmt::Display for Pkce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Required => "required",
            Self::Optional => "optional",
        })
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::General => "general",
            Self::Scim => "SCIM",
        })
    }
}

impl Grant {
    /// Its name.
    #[must_use]
    pub const fn grant_type(&self) -> GrantType {
        match self {
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::Saml2Bearer { .. } => GrantType::Saml2Bearer,
            Self::Implicit { .. } => GrantType::Implicit,
        }
    }

    /// The secrets of a client that can keep one; none for a public client (CL-12).
    #[must_use]
    pub const fn secrets(&self) -> Option<&ClientSecrets> {
        match self {
            Self::ClientCredentials { secrets, .. }
            | Self::Saml2Bearer { secrets, .. }
            | Self::AuthorizationCode { client: CodeClient::Confidential { secrets, .. }, .. } => {
                Some(secrets)
            }
            Self::AuthorizationCode { client: CodeClient::Public, .. } | Self::Implicit { .. } => None,
        }
    }

    /// The same grant with other secrets; unchanged where it carries none.
    #[must_use]
    pub fn with_secrets(mut self, new: ClientSecrets) -> Self {
        match &mut self {
            Self::ClientCredentials { secrets, .. }
            | Self::Saml2Bearer { secrets, .. }
            | Self::AuthorizationCode { client: CodeClient::Confidential { secrets, .. }, .. } => {
                *secrets = new
            }
            Self::AuthorizationCode { client: CodeClient::Public, .. } | Self::Implicit { .. } => {}
        }
        self
    }

    /// The same grant with other scopes; unchanged where it carries none.
    #[must_use]
    pub fn with_scopes(mut self, new: Scopes) -> Self {
        match &mut self {
            Self::AuthorizationCode { scopes, .. }
            | Self::Saml2Bearer { scopes, .. }
            | Self::Implicit { scopes, .. } => *scopes = new,
            Self::ClientCredentials { .. } => {}
        }
        self
    }

    /// The roles of a client that acts on its own behalf; none for one that acts for users.
    #[must_use]
    pub const fn roles(&self) -> Option<&RoleGrants> {
        match self {
            Self::ClientCredentials { roles, .. } => Some(roles),
            Self::AuthorizationCode { .. } | Self::Saml2Bearer { .. } | Self::Implicit { .. } => None,
        }
    }

    /// The scopes that a client acting for users registered; none for one that acts on its own behalf.
    #[must_use]
    pub const fn scopes(&self) -> Option<&Scopes> {
        match self {
            Self::AuthorizationCode { scopes, .. }
            | Self::Saml2Bearer { scopes, .. }
            | Self::Implicit { scopes, .. } => Some(scopes),
            Self::ClientCredentials { .. } => None,
        }
    }

    /// Where the client may be redirected to.
    #[must_use]
    pub const fn redirect_uris(&self) -> Option<&RedirectUris> {
        match self {
            Self::AuthorizationCode { redirect_uris, .. } | Self::Implicit { redirect_uris, .. } => {
                Some(redirect_uris)
            }
            Self::Saml2Bearer { redirect_uris, .. } => redirect_uris.as_ref(),
            Self::ClientCredentials { .. } => None,
        }
    }

    /// Whether a client of the authorization code grant is public; none for any other.
    pub(super) const fn is_public(&self) -> Option<bool> {
        match self {
            Self::AuthorizationCode { client: CodeClient::Public, .. } => Some(true),
            Self::AuthorizationCode { client: CodeClient::Confidential { .. }, .. } => Some(false),
            Self::ClientCredentials { .. } | Self::Saml2Bearer { .. } | Self::Implicit { .. } => None,
        }
    }

    /// Whether a client that could opt out of PKCE did; none for one that could not.
    #[must_use]
    pub const fn pkce(&self) -> Option<Pkce> {
        match self {
            Self::AuthorizationCode { client: CodeClient::Confidential { pkce, .. }, .. } => Some(*pkce),
            Self::AuthorizationCode { client: CodeClient::Public, .. }
            | Self::ClientCredentials { .. }
            | Self::Saml2Bearer { .. }
            | Self::Implicit { .. } => None,
        }
    }

    /// Whether a code must be asked for with a challenge (GR-03).
    #[must_use]
    pub const fn requires_pkce(&self) -> bool {
        match self {
            Self::AuthorizationCode { client: CodeClient::Public, .. }
            | Self::AuthorizationCode {
                client: CodeClient::Confidential { pkce: Pkce::Required, .. }, ..
            } => true,
            Self::AuthorizationCode {
                client: CodeClient::Confidential { pkce: Pkce::Optional, .. }, ..
            }
            | Self::ClientCredentials { .. }
            | Self::Saml2Bearer { .. }
            | Self::Implicit { .. } => false,
        }
    }

    /// How long a refresh token that was just replaced is answered with the same successor; none: not at all.
    #[must_use]
    pub const fn refresh_grace(&self) -> Option<RefreshGrace> {
        match self {
            Self::AuthorizationCode { client: CodeClient::Confidential { refresh_grace, .. }, .. } => {
                *refresh_grace
            }
            Self::AuthorizationCode { client: CodeClient::Public, .. }
            | Self::ClientCredentials { .. }
            | Self::Saml2Bearer { .. }
            | Self::Implicit { .. } => None,
        }
    }

    /// What a client of the client credentials grant is for; none for any other.
    pub(super) const fn purpose(&self) -> Option<Purpose> {
        match self {
            Self::ClientCredentials { purpose, .. } => Some(*purpose),
            Self::AuthorizationCode { .. } | Self::Saml2Bearer { .. } | Self::Implicit { .. } => None,
        }
    }

    /// The longest lifetime of its tokens (TK-01, TK-02).
    #[must_use]
    pub const fn is_for_scim(&self) -> bool {
        matches!(self, Self::ClientCredentials { purpose: Purpose::Scim, .. })
    }
}
