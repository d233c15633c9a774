//! What the audit trail tells of identity providers and their messages.

use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Attempt;
use crate::audit::Subject;
use crate::change::Refused;
use crate::login::LoginRefusal;
use crate::model::IdentityProvider;
use crate::server::Error;
use crate::server::unit::Unit;
use crate::store::Store;
use crate::value::EventId;
use crate::value::Timestamp;

/// A login that was refused.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct LoginRefused {
    /// Why. For administrators: whoever sits at the browser is told [`shown`](LoginRefusal::shown).
    pub refusal: LoginRefusal,
    /// The event that an administrator finds it by; none where it belongs to no organization's trail.
    pub event: Option<EventId>,
}

/// What an identity provider's answer tries.
pub(super) fn attempt(
    event: EventId,
    provider: &IdentityProvider,
    action: Action,
    now: Timestamp,
) -> Attempt {
    let (organization, provider) = (provider.organization, provider.id);
    Attempt {
        event,
        organization: Some(organization),
        actor: Actor::IdentityProvider { organization, provider },
        action,
        subject: Subject::IdentityProvider { organization, provider },
        at: now,
    }
}

/// Commits the refusal. None on a conflict.
pub(super) async fn refuse<S: Store>(
    unit: Unit<'_, S>,
    attempt: Attempt,
    refused: Refused<LoginRefusal>,
) -> Result<Option<LoginRefused>, Error<S::Error>> {
    let event = Some(attempt.event);
    let outcome = unit.commit_refused::<(), LoginRefusal>(attempt, Err(refused)).await?;
    Ok(outcome.and_then(Result::err).map(|refusal| LoginRefused { refusal, event }))
}
