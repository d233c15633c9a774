//! One event of the audit trail.

use std::borrow::Cow;

use serde::Deserialize;
use serde::Serialize;

use super::Actor;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::FamilyId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// Who did or tried what, when, to what, with which outcome (GV-01).
///
/// An event is appended in the commit that makes its change, and never changed or deleted afterwards.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Event {
    /// Identifies the event; sorts by time.
    pub id: EventId,
    /// When it happened, by the host's clock.
    pub at: Timestamp,
    /// Whose trail it belongs to; none where no organization is known.
    pub organization: Option<OrganizationId>,
    /// Who acted.
    pub actor: Actor,
    /// What was done or tried.
    pub action: Action,
    /// To what.
    pub subject: Subject,
    /// Whether it was done.
    pub outcome: Outcome,
    /// What it changed, field by field; empty where it was refused.
    pub changes: Vec<FieldChange>,
}

/// What was done or tried.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Action {
    /// Clients were listed, or one was read.
    ViewClients,
    /// A client was created.
    CreateClient,
    /// A client was edited.
    EditClient,
    /// A secret was generated anew.
    RegenerateSecret,
    /// A client was deleted, at once or in seven days.
    DeleteClient,
    /// A client set for deletion was restored.
    RestoreClient,
    /// A client was removed for good, its time being over.
    RemoveClient,
    /// A client was disabled by the operator.
    DisableClient,
    /// A disabled client was enabled by the operator.
    EnableClient,
    /// A built-in client was declared by the operator.
    DeclareBuiltIn,
    /// Authorized applications were listed, or one was read.
    ViewAuthorizations,
    /// Access was requested.
    RequestAuthorization,
    /// An application was approved.
    Approve,
    /// The scopes of an approved application were edited.
    EditScopes,
    /// The roles that may use an application were changed.
    EditAudience,
    /// A pending request was denied.
    Deny,
    /// An approved application was revoked.
    Revoke,
    /// An organization's policy was changed.
    ChangePolicy,
    /// A client of the implicit grant was moved to authorization code (GR-06).
    MigrateClient,
    /// A user was sent by an application, and sent back with a code or token.
    Authorize,
    /// A user took back what was agreed to.
    WithdrawConsent,
    /// A token was issued.
    IssueToken,
    /// Somebody asked about a token.
    IntrospectToken,
    /// A token was revoked by its client.
    RevokeToken,
    /// All tokens of an organization, of an application, of a client or of a user were ended (TK-10).
    EndTokens,
    /// A token was used in a call.
    UseToken,
    /// Identity providers were listed, or one was read.
    ViewProviders,
    /// An identity provider was created.
    CreateProvider,
    /// An identity provider was edited.
    EditProvider,
    /// An identity provider was taken into use.
    EnableProvider,
    /// An identity provider was taken out of use.
    DisableProvider,
    /// An identity provider was deleted.
    DeleteProvider,
    /// A test login by an identity provider was begun, or passed (SA-05).
    TestProvider,
    /// What clients used was read (GV-02).
    ViewUsage,
    /// The organization's application access was reviewed (GV-03).
    Review,
    /// A user logged in by an identity provider.
    LogIn,
    /// A user logged out by an identity provider, or was logged out by it.
    LogOut,
}

/// What an event is about.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Subject {
    /// An organization and what is in it.
    Organization(OrganizationId),
    /// A client.
    Client(ClientId),
    /// An organization's word on a client.
    Authorization {
        /// The organization.
        organization: OrganizationId,
        /// The client.
        client: ClientId,
        /// Which authorization; none where there was none.
        authorization: Option<AuthorizationId>,
    },
    /// A login of a user with a client, and all that descends from it.
    Login {
        /// The client.
        client: ClientId,
        /// The family.
        family: FamilyId,
    },
    /// An identity provider of an organization.
    IdentityProvider {
        /// The organization.
        organization: OrganizationId,
        /// The identity provider.
        provider: IdentityProviderId,
    },
    /// What was issued in a user's name.
    User {
        /// The user's organization.
        organization: OrganizationId,
        /// The user.
        user: UserId,
    },
    /// An access token, by its digest.
    AccessToken {
        /// The client it was issued to.
        client: ClientId,
        /// The digest under which it is stored; the token itself cannot be had from it.
        digest: Digest<kind::AccessToken>,
    },
}

/// Whether it was done.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused and changed nothing.
    Refused {
        /// The stable code of the reason.
        code: Cow<'static, str>,
        /// The reason in words.
        cause: String,
    },
}

/// One field, before and after.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct FieldChange {
    /// The field's name, as in the record.
    pub field: Cow<'static, str>,
    /// Its text before; none where there was none.
    pub before: Option<String>,
    /// Its text after; none where there is none.
    pub after: Option<String>,
}

/// A record's fields as an auditor sees them: names and texts, no secret among them.
pub type Fields = Vec<(&'static str, String)>;

impl FieldChange {
    /// What differs between two states of a record, in the order of their fields.
    ///
    /// An empty list stands for a record that is not there.
    #[must_use]
    pub fn between(before: &Fields, after: &Fields) -> Vec<Self> {
        let text_in = |fields: &Fields, name: &str| {
            fields.iter().find(|(field, _)| *field == name).map(|(_, text)| text.clone())
        };
        let gone = before.iter().filter(|(name, _)| text_in(after, name).is_none());
        after
            .iter()
            .chain(gone)
            .map(|(name, _)| Self {
                field: Cow::Borrowed(name),
                before: text_in(before, name),
                after: text_in(after, name),
            })
            .filter(|change| change.before != change.after)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GV-01: before and after by field, and only what differs.
    #[test]
    fn gv_01_changes_are_told_by_field() {
        let before =
            vec![("name", "a".to_owned()), ("state", "active".to_owned()), ("contact", "x".to_owned())];
        let after = vec![("name", "b".to_owned()), ("state", "active".to_owned()), ("tags", "y".to_owned())];
        let changes = FieldChange::between(&before, &after);
        let told: Vec<_> =
            changes.iter().map(|c| (&*c.field, c.before.as_deref(), c.after.as_deref())).collect();
        assert_eq!(
            told,
            [("name", Some("a"), Some("b")), ("tags", None, Some("y")), ("contact", Some("x"), None)]
        );
    }
}
