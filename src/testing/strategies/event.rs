//! Events of the audit trail.

use std::borrow::Cow;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::client::actor;
use super::matching::matching;
use super::text::digest;
use super::value::event_id;
use super::value::id;
use super::value::timestamp;
use crate::audit::Action;
use crate::audit::Event;
use crate::audit::FieldChange;
use crate::audit::Outcome;
use crate::audit::Subject;

/// An event: done with what it changed, or refused with the reason.
pub fn event() -> impl Strategy<Value = Event> {
    let told = prop_oneof![
        vec(field_change(), 0..3).prop_map(|changes| (Outcome::Done, changes)),
        (matching("[a-z]{1,8}(\\.[a-z]{1,8}){0,2}"), matching("\\PC{0,40}"))
            .prop_map(|(code, cause)| (Outcome::Refused { code: Cow::Owned(code), cause }, Vec::new())),
    ];
    (event_id(), timestamp(), option::of(id()), actor(), select(ACTIONS), subject(), told).prop_map(
        |(id, at, organization, actor, action, subject, (outcome, changes))| Event {
            id,
            at,
            organization,
            actor,
            action,
            subject,
            outcome,
            changes,
        },
    )
}

/// What an event is about.
pub fn subject() -> impl Strategy<Value = Subject> {
    let authorization = (id(), id(), option::of(id())).prop_map(|(organization, client, authorization)| {
        Subject::Authorization { organization, client, authorization }
    });
    prop_oneof![
        id().prop_map(Subject::Organization),
        id().prop_map(Subject::Client),
        authorization,
        (id(), id()).prop_map(|(client, family)| Subject::Login { client, family }),
        (id(), id()).prop_map(|(organization, user)| Subject::User { organization, user }),
        (id(), digest()).prop_map(|(client, digest)| Subject::AccessToken { client, digest }),
    ]
}

/// A field that was set, changed or cleared, with any text.
pub fn field_change() -> impl Strategy<Value = FieldChange> {
    let texts = (option::of(matching("(?s).{0,24}")), option::of(matching("(?s).{0,24}")));
    (matching("[a-z_]{1,12}"), texts).prop_map(|(field, (before, after))| FieldChange {
        field: Cow::Owned(field),
        before,
        after,
    })
}

const ACTIONS: &[Action] = &[
    Action::ViewClients,
    Action::CreateClient,
    Action::EditClient,
    Action::RegenerateSecret,
    Action::DeleteClient,
    Action::RestoreClient,
    Action::RemoveClient,
    Action::DisableClient,
    Action::EnableClient,
    Action::DeclareBuiltIn,
    Action::ViewAuthorizations,
    Action::RequestAuthorization,
    Action::Approve,
    Action::EditScopes,
    Action::EditAudience,
    Action::Deny,
    Action::Revoke,
    Action::ChangePolicy,
    Action::MigrateClient,
    Action::Authorize,
    Action::WithdrawConsent,
    Action::IssueToken,
    Action::IntrospectToken,
    Action::RevokeToken,
    Action::EndTokens,
    Action::UseToken,
];
