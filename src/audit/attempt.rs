//! An attempt, before its outcome is known.

use std::borrow::Cow;

use super::Action;
use super::Actor;
use super::Event;
use super::FieldChange;
use super::Outcome;
use super::Subject;
use crate::value::AuthorizationId;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// Who tries what, when, on what: an [`Event`] but for its outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Attempt {
    /// The event it becomes.
    pub event: EventId,
    /// Whose trail it belongs to.
    pub organization: Option<OrganizationId>,
    /// Who tries.
    pub actor: Actor,
    /// What is tried.
    pub action: Action,
    /// On what.
    pub subject: Subject,
    /// When.
    pub at: Timestamp,
}

impl Attempt {
    /// The attempt on this authorization, where its subject is an authorization at all.
    #[must_use]
    pub fn on_authorization(self, id: Option<AuthorizationId>) -> Self {
        match self.subject {
            Subject::Authorization { organization, client, .. } => {
                Self { subject: Subject::Authorization { organization, client, authorization: id }, ..self }
            }
            Subject::Organization(_)
            | Subject::Client(_)
            | Subject::Login { .. }
            | Subject::IdentityProvider { .. }
            | Subject::User { .. }
            | Subject::AccessToken { .. } => self,
        }
    }

    /// It was done, and changed this.
    #[must_use]
    pub fn done(self, changes: Vec<FieldChange>) -> Event {
        self.with(Outcome::Done, changes)
    }

    /// It was refused, and changed nothing.
    #[must_use]
    pub fn refused(self, code: &'static str, cause: String) -> Event {
        self.with(Outcome::Refused { code: Cow::Borrowed(code), cause }, Vec::new())
    }

    fn with(self, outcome: Outcome, changes: Vec<FieldChange>) -> Event {
        let Self { event, organization, actor, action, subject, at } = self;
        Event { id: event, at, organization, actor, action, subject, outcome, changes }
    }
}
