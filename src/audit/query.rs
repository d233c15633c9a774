//! What is asked of a trail.

use super::Action;
use super::Actor;
use super::Event;
use super::Outcome;
use super::Subject;
use crate::value::ClientId;
use crate::value::Timestamp;

/// Which events are looked for: those to which everything that is given applies. The default is all of them.
///
/// ```
/// use grantor::audit::{Action, EventQuery, OutcomeName};
/// use grantor::testing::fixtures;
///
/// let query = EventQuery {
///     from: Some(fixtures::LONG_AGO),
///     client: Some(fixtures::world().web.id),
///     actions: vec![Action::Approve, Action::Revoke],
///     outcome: Some(OutcomeName::Done),
///     ..EventQuery::default()
/// };
/// assert!(query.matches(&fixtures::world().event));
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct EventQuery {
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Up to this instant, which is included.
    pub to: Option<Timestamp>,
    /// By whom.
    pub actor: Option<Actor>,
    /// About this client: [`Event::client`].
    pub client: Option<ClientId>,
    /// To this. An authorization that is not named stands for all of the organization's on the client.
    pub subject: Option<Subject>,
    /// What was done or tried: one of these. Empty for whatever.
    pub actions: Vec<Action>,
    /// How it ended.
    pub outcome: Option<OutcomeName>,
}

/// How an attempt ended, by name.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OutcomeName {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

impl EventQuery {
    /// Whether the event is one of those.
    #[must_use]
    pub fn matches(&self, event: &Event) -> bool {
        let Self { from, to, actor, client, subject, actions, outcome } = self;
        from.is_none_or(|from| from <= event.at)
            && to.is_none_or(|to| event.at <= to)
            && actor.is_none_or(|actor| actor == event.actor)
            && client.is_none_or(|client| event.client() == Some(client))
            && subject.is_none_or(|subject| is_of(subject, event.subject))
            && (actions.is_empty() || actions.contains(&event.action))
            && outcome.is_none_or(|outcome| outcome == event.outcome.name())
    }

    /// Whether it asks for nothing that the list it is read from does not tell already: every event there is one of those.
    #[must_use]
    pub const fn takes_all(&self) -> bool {
        let Self { actor, subject, actions, outcome, from: _, to: _, client: _ } = self;
        actor.is_none() && subject.is_none() && actions.is_empty() && outcome.is_none()
    }
}

impl Outcome {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> OutcomeName {
        match self {
            Self::Done => OutcomeName::Done,
            Self::Refused { .. } => OutcomeName::Refused,
        }
    }
}

fn is_of(asked: Subject, found: Subject) -> bool {
    match (asked, found) {
        (
            Subject::Authorization { organization, client, authorization: None },
            Subject::Authorization { organization: found, client: of, authorization: _ },
        ) => organization == found && client == of,
        (asked, found) => asked == found,
    }
}
