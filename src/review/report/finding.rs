//! One finding: what was found of what, by which evidence, and what to do about it.

use core::fmt;

use serde::Serialize;
use serde::Serializer;

use super::Evidence;
use super::FindingCode;
use super::Severity;
use crate::value::ClientId;
use crate::value::IdentityProviderId;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::RoleId;
use crate::value::SecretId;

/// What a finding is about.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingSubject {
    /// The organization itself.
    Organization {
        /// Which one.
        id: OrganizationId,
        /// Its name.
        name: Name,
    },
    /// A client of the organization.
    Client {
        /// Its `client_id`.
        client: ClientId,
        /// Its name.
        name: Name,
    },
    /// A secret of a client.
    Secret {
        /// The client.
        client: ClientId,
        /// The client's name.
        name: Name,
        /// Which of its secrets.
        secret: SecretId,
    },
    /// A role that a client has.
    Role {
        /// The client.
        client: ClientId,
        /// The client's name.
        name: Name,
        /// The role.
        role: RoleId,
        /// The role's name; none where there is no such role.
        role_name: Option<Name>,
    },
    /// An application: a client on which the organization said a word, whoever owns it.
    Application {
        /// The client.
        client: ClientId,
        /// The client's name.
        name: Name,
    },
    /// An identity provider, or one of its certificates.
    Provider {
        /// Which one.
        provider: IdentityProviderId,
        /// Its name.
        name: Name,
        /// The SHA-256 of the certificate, in hexadecimal.
        #[serde(skip_serializing_if = "Option::is_none")]
        certificate: Option<String>,
    },
}

/// What was found of what, by which evidence.
///
/// Its serde form holds the code, the severity, the subject, the evidence as data and in words, and the remedy.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Finding {
    /// What was found.
    pub code: FindingCode,
    /// How much it matters.
    pub severity: Severity,
    /// Of what.
    pub subject: FindingSubject,
    /// By which evidence. Its `Display` says it in words.
    pub evidence: Evidence,
}

impl Finding {
    /// What to do about it.
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        self.code.remedy()
    }
}

impl Serialize for Finding {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            code: FindingCode,
            severity: Severity,
            subject: &'a FindingSubject,
            evidence: &'a Evidence,
            words: String,
            remedy: &'static str,
        }
        let Self { code, severity, subject, evidence } = self;
        let words = evidence.to_string();
        let told = Told { code: *code, severity: *severity, subject, evidence, words, remedy: self.remedy() };
        told.serialize(serializer)
    }
}

/// Where a subject stands among those of a code: by name, and then by identifiers.
pub(super) type Place = (Name, [u8; 16], String);

impl FindingSubject {
    /// The name of the client, of the application, of the provider or of the organization.
    #[must_use]
    pub const fn name(&self) -> &Name {
        match self {
            Self::Organization { name, .. }
            | Self::Client { name, .. }
            | Self::Secret { name, .. }
            | Self::Role { name, .. }
            | Self::Application { name, .. }
            | Self::Provider { name, .. } => name,
        }
    }

    pub(super) fn place(&self) -> Place {
        let name = self.name().clone();
        match self {
            Self::Organization { id, .. } => (name, *id.as_bytes(), String::new()),
            Self::Client { client, .. } | Self::Application { client, .. } => {
                (name, *client.as_bytes(), String::new())
            }
            Self::Secret { client, secret, .. } => (name, *client.as_bytes(), secret.to_string()),
            Self::Role { client, role, .. } => (name, *client.as_bytes(), role.to_string()),
            Self::Provider { provider, certificate, .. } => {
                (name, *provider.as_bytes(), certificate.clone().unwrap_or_default())
            }
        }
    }

    /// What tells it apart beside its name.
    pub(super) fn detail(&self) -> String {
        match self {
            Self::Organization { id, .. } => format!("organization {id}"),
            Self::Client { client, .. } => format!("client {client}"),
            Self::Application { client, .. } => format!("application {client}"),
            Self::Secret { client, secret, .. } => format!("secret {secret} of client {client}"),
            Self::Role { client, role, role_name: Some(role_name), .. } => {
                format!("role {role_name} ({role}) of client {client}")
            }
            Self::Role { client, role, role_name: None, .. } => format!("role {role} of client {client}"),
            Self::Provider { provider, certificate: None, .. } => format!("identity provider {provider}"),
            Self::Provider { certificate: Some(sha256), .. } => {
                format!("certificate {}", sha256.get(..16).unwrap_or(sha256))
            }
        }
    }
}

impl fmt::Display for FindingSubject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.name(), self.detail())
    }
}
