//! What failed, as far as it is told.

use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Event;
use crate::audit::Outcome;
use crate::audit::Subject;
use crate::change::Reason;
use crate::value::ClientId;
use crate::value::IdentityProviderId;
use crate::value::Scope;
use crate::value::Timestamp;
use crate::value::UserId;

/// A refusal to be diagnosed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// The stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub cause: String,
    /// When it was refused.
    pub at: Timestamp,
    /// What was tried.
    pub action: Action,
    /// The client that it is about, where it is about one.
    pub client: Option<ClientId>,
    /// The user in whose name it was tried, where there is one.
    pub user: Option<UserId>,
    /// The identity provider that it is about, where it is about one.
    pub provider: Option<IdentityProviderId>,
}

impl Failure {
    /// What the event tells of; none where nothing was refused.
    #[must_use]
    pub fn of_event(event: &Event) -> Option<Self> {
        let Outcome::Refused { code, cause } = &event.outcome else {
            return None;
        };
        Some(Self {
            code: code.clone().into_owned(),
            cause: cause.clone(),
            at: event.at,
            action: event.action,
            client: client_of(event),
            user: match event.actor {
                Actor::User { user, .. } => Some(user),
                Actor::Client(_) | Actor::IdentityProvider { .. } | Actor::Operator | Actor::Sweep => None,
            },
            provider: provider_of(event),
        })
    }

    /// A refusal that was explained: of a call, or of a token that is asked for.
    #[must_use]
    pub fn of_reason(
        reason: &impl Reason,
        action: Action,
        client: ClientId,
        user: Option<UserId>,
        at: Timestamp,
    ) -> Self {
        let (code, cause) = (reason.code().to_owned(), reason.to_string());
        Self { code, cause, at, action, client: Some(client), user, provider: None }
    }

    /// The scopes that the reason names: it quotes them in backticks.
    pub(super) fn scopes(&self) -> Vec<Scope> {
        let quoted = self.cause.split('`').nth(1).unwrap_or_default();
        quoted.split(' ').filter_map(|scope| scope.parse().ok()).collect()
    }
}

/// The client that an event is about.
pub(super) const fn client_of(event: &Event) -> Option<ClientId> {
    event.client()
}

/// The identity provider that an event is about.
pub(super) fn provider_of(event: &Event) -> Option<IdentityProviderId> {
    match (event.subject, event.actor) {
        (Subject::IdentityProvider { provider, .. }, _) | (_, Actor::IdentityProvider { provider, .. }) => {
            Some(provider)
        }
        (
            Subject::Organization(_)
            | Subject::Client(_)
            | Subject::Authorization { .. }
            | Subject::Login { .. }
            | Subject::User { .. }
            | Subject::AccessToken { .. },
            _,
        ) => None,
    }
}
