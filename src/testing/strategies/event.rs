//! Events of the audit trail.

use std::borrow::Cow;
use std::sync::Arc;

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
use crate::audit::TrailDigest;
use crate::audit::TrailHead;
use crate::audit::TrailSeal;

/// An event: done with what it changed, or refused with the reason.
pub fn event() -> impl Strategy<Value = Event> {
    let told = prop_oneof![
        vec(field_change(), 0..3).prop_map(|changes| (Outcome::Done, changes)),
        (matching("[a-z]{1,8}(\\.[a-z]{1,8}){0,2}"), matching("\\PC{0,40}"))
            .prop_map(|(code, cause)| (Outcome::Refused { code: Cow::Owned(code), cause }, Vec::new())),
    ];
    (event_id(), timestamp(), option::of(id()), actor(), select(&Action::ALL[..]), subject(), told).prop_map(
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
        (id(), id())
            .prop_map(|(organization, provider)| Subject::IdentityProvider { organization, provider }),
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

/// A digest of the audit trail.
pub fn trail_digest() -> impl Strategy<Value = TrailDigest> {
    any::<[u8; 32]>().prop_map(TrailDigest::from_bytes)
}

/// A seal on a few events.
pub fn trail_seal() -> impl Strategy<Value = TrailSeal> {
    (option::of(trail_head()), option::of(id()), vec(event(), 1..4), timestamp()).prop_map(
        |(head, organization, events, at)| {
            let events: Vec<_> = events.into_iter().map(Arc::new).collect();
            TrailSeal::after(head.as_ref(), organization, &events, at).expect("events to seal")
        },
    )
}

/// The last seal of a trail.
pub fn trail_head() -> impl Strategy<Value = TrailHead> {
    (option::of(id()), any::<u64>(), trail_digest(), event_id()).prop_map(
        |(organization, number, digest, through)| TrailHead { organization, number, digest, through },
    )
}
