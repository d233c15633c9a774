//! Which identity provider a message is to be checked with.

use std::mem;
use std::sync::Arc;

use crate::admin::StoredProvider;
use crate::login::LoginRefusal;
use crate::model::IdentityProvider;
use crate::model::SamlRequest;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::Deviation;
use crate::value::EntityId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// What a message claims of where it comes from. Nothing of it is proven.
#[derive(Clone, Copy, Debug)]
pub(super) struct Origin<'a> {
    pub(super) issuer: Option<&'a str>,
    pub(super) organization_name: Option<&'a str>,
}

impl Origin<'_> {
    /// The identity provider to check a message with: that of the request it answers; or of those with the claimed
    /// issuer, which users log in by, the one whose message it is, as `is_from` sees, and which `takes` such a message.
    ///
    /// Whichever it is: the message is accepted by the keys of that one alone, for its organization alone. Any organization
    /// may enter any entity id, with a key of its own: then it is in nobody's way. Where it enters the certificate as well,
    /// and its users are let in by that provider, it is one of several organizations of one provider, for all that can be
    /// known: a login that the provider begins must then name the one that is meant.
    pub(super) async fn find<S: Store>(
        self,
        unit: &mut Unit<'_, S>,
        request: Option<&SamlRequest>,
        (is_from, takes): (impl Fn(&StoredProvider) -> bool, impl Fn(&StoredProvider) -> bool),
        now: Timestamp,
    ) -> Result<Result<StoredProvider, LoginRefusal>, Error<S::Error>> {
        if let Some(request) = request {
            let found = unit.identity_provider(request.organization, request.provider).await?;
            return Ok(found.ok_or(LoginRefusal::ProviderUnknown));
        }
        let Some(issuer) = self.issuer.and_then(|issuer| issuer.parse::<EntityId>().ok()) else {
            return Ok(Err(LoginRefusal::ProviderUnknown));
        };
        let mut known = unit.providers_of_entity(&issuer).await?;
        narrow(&mut known, |stored| stored.record.is_enabled(now));
        narrow(&mut known, is_from);
        narrow(&mut known, takes);
        match known.len() {
            0 | 1 => Ok(known.pop().ok_or(LoginRefusal::ProviderUnknown)),
            _ => self.of_organization(unit, known).await,
        }
    }

    /// Whether an answer that names no request may be one to this, which the browser waits for: it comes from that
    /// provider, whose policy takes such answers; or it does not say where it comes from.
    pub(super) async fn may_answer<S: Store>(
        self,
        unit: &mut Unit<'_, S>,
        waiting: &SamlRequest,
    ) -> Result<bool, Error<S::Error>> {
        let Some(issuer) = self.issuer else { return Ok(true) };
        let provider = unit.identity_provider(waiting.organization, waiting.provider).await?;
        Ok(provider.is_some_and(|provider| {
            let settings = &provider.record.settings;
            settings.entity_id.as_str() == issuer
                && settings.policy.deviations.allow(Deviation::MissingInResponseTo)
        }))
    }

    /// Of several organizations that have one identity provider, the one that the message names.
    async fn of_organization<S: Store>(
        self,
        unit: &mut Unit<'_, S>,
        known: Vec<StoredProvider>,
    ) -> Result<Result<StoredProvider, LoginRefusal>, Error<S::Error>> {
        let Some(name) = self.organization_name else {
            return Ok(Err(LoginRefusal::OrganizationMissing));
        };
        let mut named = None;
        for stored in known {
            let organization = unit.organization(stored.record.organization).await?;
            let is_named = organization
                .is_some_and(|organization| organization.record.name().as_str().eq_ignore_ascii_case(name));
            match (is_named, &named) {
                (false, _) => {}
                (true, None) => named = Some(stored),
                // Two organizations of one name: neither is meant for sure.
                (true, Some(_)) => return Ok(Err(LoginRefusal::OrganizationMissing)),
            }
        }
        Ok(named.ok_or(LoginRefusal::OrganizationMissing))
    }
}

/// Leaves those that are meant, where there are several and any is: what is left otherwise tells why it is refused.
fn narrow(known: &mut Vec<StoredProvider>, is_meant: impl Fn(&StoredProvider) -> bool) {
    if known.len() > 1 {
        // Each is looked at once: that may be the check of a signature.
        let (meant, others) = mem::take(known).into_iter().partition(is_meant);
        *known = if Vec::is_empty(&meant) { others } else { meant };
    }
}

/// Whose it is, for the audit trail.
pub(super) fn place(provider: &Arc<IdentityProvider>) -> (OrganizationId, IdentityProviderId) {
    (provider.organization, provider.id)
}
