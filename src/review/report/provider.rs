//! What is found of an identity provider (SA-04).

use super::Evidence;
use super::FindingCode;
use super::FindingSubject;
use super::Review;
use super::Severity;
use super::timeline::EndKind;
use crate::model::CertificateWarning;
use crate::model::IdentityProvider;
use crate::model::ProviderState;
use crate::value::Timestamp;

/// An identity provider of the organization, with what its end would mean.
#[derive(Clone, Copy, Debug)]
pub struct ProviderReviewed<'a> {
    /// The identity provider.
    pub provider: &'a IdentityProvider,
    /// From when on no login by it works, unless its policy lets expired certificates pass.
    pub no_login_from: Timestamp,
    /// How many users are locked out then; none where another way in is open, or it is not in use.
    pub locked_out: Option<u64>,
}

/// Within so many days an end is urgent.
const URGENT: u8 = 7;

impl Review<'_> {
    /// And an identity provider of the organization.
    pub fn add_provider(&mut self, reviewed: &ProviderReviewed<'_>) {
        let ProviderReviewed { provider, no_login_from, locked_out } = *reviewed;
        if provider.organization != self.organization.id() {
            return;
        }
        let named = || (&provider.labels.name, provider.id.to_string());
        for certificate in provider.settings.certificates.iter() {
            self.endings.add(certificate.not_after(), EndKind::Certificate, named());
        }
        let expires = |ends, days| Evidence::Expires { ends, days, no_login_from, locked_out };
        for CertificateWarning { place, not_after, days } in provider.settings.certificates.warnings(self.now)
        {
            let certificate = provider.settings.certificates.as_slice().get(place);
            let certificate = certificate.map(|certificate| certificate.fingerprint());
            let code = match days {
                0 => FindingCode::CertificateExpired,
                _ => FindingCode::CertificateExpiring,
            };
            let severity = self.severity(reviewed, not_after, days);
            self.found((code, severity), subject(provider, certificate), expires(not_after, days));
        }
        let Some(until) = provider.settings.valid_until else { return };
        self.endings.add(until, EndKind::Certificate, named());
        let left = until.seconds_since(self.now);
        let within = |days: &u8| left <= i64::from(*days).saturating_mul(86_400);
        let days = match left {
            ..=0 => Some(0),
            _ => CertificateWarning::DAYS.into_iter().find(within),
        };
        if let Some(days) = days {
            let severity = self.severity(reviewed, until, days);
            self.found(
                (FindingCode::MetadataExpiring, severity),
                subject(provider, None),
                expires(until, days),
            );
        }
    }

    /// An end that nobody notices matters little: the provider is not in use, or another certificate takes over.
    fn severity(&self, reviewed: &ProviderReviewed<'_>, ends: Timestamp, days: u8) -> Severity {
        match reviewed.provider.state {
            ProviderState::Draft | ProviderState::Tested { .. } | ProviderState::Disabled { .. } => {
                return Severity::Notice;
            }
            ProviderState::Enabled { .. } => {}
        }
        let is_last = reviewed.no_login_from <= ends.plus(1).max(self.now);
        match (is_last, reviewed.locked_out) {
            (false, _) => Severity::Low,
            (true, Some(_)) => Severity::High,
            (true, None) if days <= URGENT => Severity::High,
            (true, None) => Severity::Medium,
        }
    }
}

fn subject(provider: &IdentityProvider, certificate: Option<String>) -> FindingSubject {
    FindingSubject::Provider { provider: provider.id, name: provider.labels.name.clone(), certificate }
}
