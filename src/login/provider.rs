//! Whether users log in by an identity provider: each thing that must hold of it, by itself.

use super::LoginRefusal;
use crate::model::IdentityProvider;
use crate::model::ProviderState;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// The identity provider, if it is the one that is meant.
pub(super) fn own(
    provider: Option<&IdentityProvider>,
    meant: (OrganizationId, IdentityProviderId),
) -> Result<&IdentityProvider, LoginRefusal> {
    let own = provider.filter(|provider| (provider.organization, provider.id) == meant);
    own.ok_or(LoginRefusal::ProviderUnknown)
}

/// It is in use (SA-05).
pub(super) const fn check_enabled(provider: &IdentityProvider) -> Result<(), LoginRefusal> {
    match provider.state {
        ProviderState::Enabled { .. } => Ok(()),
        state @ (ProviderState::Draft | ProviderState::Tested { .. } | ProviderState::Disabled { .. }) => {
            Err(LoginRefusal::ProviderNotEnabled { state: state.name() })
        }
    }
}

/// What its metadata says is still so (SA-02).
pub(super) fn check_metadata(provider: &IdentityProvider, now: Timestamp) -> Result<(), LoginRefusal> {
    match provider.settings.valid_until.filter(|until| *until <= now) {
        Some(until) => Err(LoginRefusal::MetadataExpired { until }),
        None => Ok(()),
    }
}

/// Nobody is sent on a way from which no answer could be accepted (SA-03).
pub(super) fn check_certificates(provider: &IdentityProvider, now: Timestamp) -> Result<(), LoginRefusal> {
    let settings = &provider.settings;
    match settings.certificates.usable(settings.policy.deviations, now).next() {
        Some(_) => Ok(()),
        None => Err(LoginRefusal::NoValidCertificate),
    }
}

/// What is to be signed can be: `signs` where the host has a key.
pub(super) const fn check_signing(provider: &IdentityProvider, signs: bool) -> Result<(), LoginRefusal> {
    if provider.settings.policy.sign_requests && !signs {
        return Err(LoginRefusal::NoSigningKey);
    }
    Ok(())
}
