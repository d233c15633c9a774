//! What a diagnosis says, for programs and for people.

use core::fmt;

use serde::Serialize;
use serde::Serializer;

use super::Row;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Event;
use crate::audit::FieldChange;
use crate::value::EventId;
use crate::value::Timestamp;

/// What a refusal means, and what to do about it. Serializes under stable names; its text is for people.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Diagnosis {
    /// The row of the table of troubles.
    pub row: Row,
    /// The stable code of the reason.
    pub code: String,
    /// The reason of this one refusal, in words.
    pub reason: String,
    /// When it was refused.
    pub at: Timestamp,
    /// The change that brought it about; none where none is known (DX-05).
    pub culprit: Option<Culprit>,
    /// How far back the trail was looked at, where a change was looked for and none was found.
    pub looked_back_to: Option<Timestamp>,
}

/// The change that brought a failure about: what, when, by whom (DX-04, DX-05).
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Culprit {
    /// Its event.
    pub event: EventId,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: Actor,
    /// What was done.
    pub action: Action,
    /// What it changed, field by field.
    pub changes: Vec<FieldChange>,
}

impl Culprit {
    pub(super) fn of(event: &Event) -> Self {
        let Event { id, at, actor, action, changes, .. } = event;
        Self { event: *id, at: *at, by: *actor, action: *action, changes: changes.clone() }
    }
}

/// ```text
/// calls fail that worked before
///   refused:  the scope `routing` was removed … (scope.removed)
///   cause:    the scope was taken from the application after the token was issued
///   to do:    edit the authorization: add the scope again
///   changed:  EditScopes at 2026-01-15T12:00:00Z by user …: granted: `routing users` -> `users`
/// ```
impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { row, code, reason, culprit, looked_back_to, .. } = self;
        writeln!(f, "{}", row.symptom())?;
        writeln!(f, "  refused:  {reason} ({code})")?;
        writeln!(f, "  cause:    {}", row.cause())?;
        write!(f, "  to do:    {}", row.remedy())?;
        if let Some(culprit) = culprit {
            write!(f, "\n  changed:  {culprit}")?;
        }
        if let Some(instant) = looked_back_to {
            write!(f, "\n  changed:  nothing since {instant} that explains it")?;
        }
        Ok(())
    }
}

impl fmt::Display for Culprit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { at, by, action, changes, .. } = self;
        write!(f, "{action:?} at {at} by {by}")?;
        let texts = changes.iter().map(|change| {
            let (before, after) = (change.before.as_deref(), change.after.as_deref());
            (&change.field, before.unwrap_or_default(), after.unwrap_or_default())
        });
        for (number, (field, before, after)) in texts.filter(|(_, before, after)| before != after).enumerate()
        {
            let between = if number == 0 { ": " } else { "; " };
            write!(f, "{between}{field} `{before}` -> `{after}`")?;
        }
        Ok(())
    }
}

/// The row with its texts, and what is known of this refusal.
impl Serialize for Diagnosis {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Whole<'a> {
            row: Row,
            symptom: &'static str,
            cause: &'static str,
            remedy: &'static str,
            code: &'a str,
            reason: &'a str,
            at: Timestamp,
            culprit: Option<&'a Culprit>,
            looked_back_to: Option<Timestamp>,
        }
        let Self { row, code, reason, at, culprit, looked_back_to } = self;
        let whole = Whole {
            row: *row,
            symptom: row.symptom(),
            cause: row.cause(),
            remedy: row.remedy(),
            code,
            reason,
            at: *at,
            culprit: culprit.as_ref(),
            looked_back_to: *looked_back_to,
        };
        whole.serialize(serializer)
    }
}
