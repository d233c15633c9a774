//! Sending a user to an identity provider (SA-06, SA-16).

use super::LoginRefusal;
use super::LoopCause;
use super::StoredProvider;
use super::provider::check_certificates;
use super::provider::check_enabled;
use super::provider::check_metadata;
use super::provider::check_signing;
use super::provider::own;
use crate::change::Changes;
use crate::change::Done;
use crate::model::RequestPurpose;
use crate::model::RequestState;
use crate::model::SamlRequest;
use crate::value::Digest;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::kind;

/// A login that is to begin.
#[derive(Clone, Debug)]
pub struct Beginning<'a> {
    /// Whose user.
    pub organization: OrganizationId,
    /// By which identity provider.
    pub provider: IdentityProviderId,
    /// What for.
    pub purpose: RequestPurpose,
    /// Where the host leads the browser afterwards.
    pub return_to: Option<&'a str>,
    /// What was sent through this browser before, as far as it is known.
    pub previous: Option<&'a SamlRequest>,
    /// The digest of the ticket that was drawn for it.
    pub fresh: Digest<kind::SamlTicket>,
    /// Whether the host has a key that requests are signed by.
    pub signs: bool,
}

/// Remembers the request that is to be sent to the identity provider, until it is answered or ten minutes pass.
///
/// # Errors
///
/// [`LoginRefusal`]: an identity provider that is not there or not in use, or that can let nobody in now; signed requests
/// and no key to sign by; a text to return to that is too long; a loop (SA-16).
pub fn begin(
    beginning: &Beginning<'_>,
    provider: Option<&StoredProvider>,
    now: Timestamp,
) -> Result<Done<SamlRequest>, LoginRefusal> {
    let found = provider.map(|stored| &*stored.record);
    let provider = own(found, (beginning.organization, beginning.provider))?;
    match beginning.purpose {
        RequestPurpose::TestLogin { .. } => {}
        RequestPurpose::Login { .. } | RequestPurpose::Logout => check_enabled(provider)?,
    }
    check_metadata(provider, now)?;
    check_certificates(provider, now)?;
    check_signing(provider, beginning.signs)?;
    if let Some(length) =
        beginning.return_to.map(str::len).filter(|length| *length > SamlRequest::MAX_RETURN_TO)
    {
        return Err(LoginRefusal::ReturnToTooLong { length });
    }
    let round = round(beginning, now)?;
    let request = SamlRequest {
        digest: beginning.fresh,
        organization: beginning.organization,
        provider: beginning.provider,
        purpose: beginning.purpose,
        return_to: beginning.return_to.map(str::to_owned),
        issued: now,
        expires: now.plus(SamlRequest::LIFETIME),
        state: RequestState::Waiting { refused: None },
        round,
    };
    Ok(Done { value: request.clone(), changes: Changes::new().insert(request), told: Vec::new() })
}

/// Which round of the browser it is, by this provider and within the time of the one before (SA-16).
fn round(beginning: &Beginning<'_>, now: Timestamp) -> Result<u32, LoginRefusal> {
    let RequestPurpose::Login { .. } = beginning.purpose else { return Ok(1) };
    let before = beginning.previous.filter(|before| {
        (before.organization, before.provider) == (beginning.organization, beginning.provider)
            && matches!(before.purpose, RequestPurpose::Login { .. })
            && now < before.expires
    });
    let Some(before) = before else { return Ok(1) };
    if before.round < SamlRequest::MAX_ROUNDS {
        return Ok(before.round.saturating_add(1));
    }
    let cause = match &before.state {
        RequestState::Answered { .. } => LoopCause::SessionLost,
        RequestState::Waiting { refused: Some(code) } => LoopCause::Refused { code: code.clone() },
        RequestState::Waiting { refused: None } => LoopCause::Unanswered,
    };
    Err(LoginRefusal::Loop { rounds: before.round, cause })
}
