//! What administrators see of identity providers (SA-01, SA-04).

use serde::Serialize;

use crate::audit::Actor;
use crate::model::CertificateWarning;
use crate::model::IdentityProvider;
use crate::model::ProviderLabels;
use crate::model::ProviderSettings;
use crate::model::ProviderState;
use crate::value::Certificate;
use crate::value::IdentityProviderId;
use crate::value::KeyKind;
use crate::value::Timestamp;

/// An identity provider, as its organization sees it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ProviderView {
    /// Identifies it.
    pub id: IdentityProviderId,
    /// How people know it.
    pub labels: ProviderLabels,
    /// What a login goes by.
    pub settings: ProviderSettings,
    /// Draft, tested, enabled or disabled.
    pub state: ProviderState,
    /// What its certificates are, in their order.
    pub certificates: Vec<CertificateView>,
    /// What there is to be said of their time, the first to expire first (SA-04).
    pub warnings: Vec<CertificateWarning>,
    /// From when on none of them is valid, or its metadata does not hold any more (SA-02, SA-04): no login works then,
    /// unless the policy lets expired certificates pass.
    pub none_valid_from: Timestamp,
    /// Whether users are locked out then: they log in by an identity provider alone, and no other lets them in at that
    /// instant (SA-04). Who they are tells [`locked_out_users`](crate::server::Administration::locked_out_users).
    pub locks_out: bool,
    /// When it was created.
    pub created: Timestamp,
    /// By whom.
    pub created_by: Actor,
    /// When it was last changed.
    pub modified: Timestamp,
    /// By whom.
    pub modified_by: Actor,
}

/// What people compare of a certificate.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CertificateView {
    /// The SHA-256 of its DER, in hexadecimal.
    pub sha256: String,
    /// Its key: `RSA 2048`, `P-256` or `P-384`.
    pub key: String,
    /// The first instant it is valid.
    pub not_before: Timestamp,
    /// The last instant it is valid.
    pub not_after: Timestamp,
}

impl ProviderView {
    /// What is seen of the provider, beside the others of its organization.
    #[must_use]
    pub fn of<'p>(
        provider: &IdentityProvider,
        others: impl IntoIterator<Item = &'p IdentityProvider>,
        sso_only: bool,
        now: Timestamp,
    ) -> Self {
        let certificates = &provider.settings.certificates;
        let metadata_ends = provider.settings.valid_until.map(|until| until.max(now));
        let certificates_end = certificates.none_valid_from(now);
        let none_valid_from = metadata_ends.map_or(certificates_end, |ends| ends.min(certificates_end));
        let is_other_open =
            others.into_iter().any(|other| other.id != provider.id && other.admits(none_valid_from));
        // By policy a certificate may count although it is over (SA-18).
        let is_open = provider.admits(none_valid_from) || is_other_open;
        Self {
            id: provider.id,
            labels: provider.labels.clone(),
            settings: provider.settings.clone(),
            state: provider.state,
            certificates: certificates.iter().map(CertificateView::of).collect(),
            warnings: certificates.warnings(now),
            none_valid_from,
            locks_out: sso_only && provider.is_enabled(now) && !is_open,
            created: provider.created,
            created_by: provider.created_by,
            modified: provider.modified,
            modified_by: provider.modified_by,
        }
    }
}

impl CertificateView {
    fn of(certificate: &Certificate) -> Self {
        Self {
            sha256: certificate.fingerprint(),
            key: match certificate.public_key().kind() {
                KeyKind::Rsa { bits } => format!("RSA {bits}"),
                KeyKind::P256 => "P-256".to_owned(),
                KeyKind::P384 => "P-384".to_owned(),
            },
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
        }
    }
}
