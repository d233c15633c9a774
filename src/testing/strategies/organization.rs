//! Organizations, and what is in them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

use super::client::role_grants;
use super::identity_provider::email_address;
use super::scope::permissions;
use super::text::name;
use super::value::id;
use super::value::idle_timeout;
use super::value::lifetime;
use super::value::timestamp;
use crate::model::ClientTally;
use crate::model::IdleTimeout;
use crate::model::Organization;
use crate::model::Policy;
use crate::model::Role;
use crate::model::User;
use crate::model::UserState;

/// An organization whose policy was changed a few times.
pub fn organization() -> impl Strategy<Value = Organization> {
    let changes = vec((policy(), timestamp()), 0..3);
    (id(), name(), timestamp(), changes, [0..3_u8, 0..3]).prop_map(
        |(id, name, now, changes, [epochs, providers])| {
            let new = Organization::new(id, name, now);
            let changed = changes.into_iter().fold(new, |it, (policy, at)| it.with_policy(policy, at));
            let ended = (0..epochs).fold(changed, |organization, _| organization.in_next_epoch());
            (0..providers).fold(ended, |organization, _| organization.with_identity_provider())
        },
    )
}

/// A policy whose parts agree with each other.
pub fn policy() -> impl Strategy<Value = Policy> {
    any_policy().prop_map(|policy| {
        let hipaa = policy.hipaa && policy.check().is_ok();
        Policy { hipaa, ..policy }
    })
}

/// Nearly a policy: with HIPAA on, and an idle timeout that is too long for it.
pub fn nearly_policy() -> impl Strategy<Value = Policy> {
    let too_long = prop_oneof![Just(901), 901..=28_800_u32];
    (any_policy(), too_long).prop_map(|(policy, seconds)| {
        let idle_timeout = Some(IdleTimeout::from_seconds(seconds).expect("an idle timeout"));
        Policy { hipaa: true, idle_timeout, ..policy }
    })
}

fn any_policy() -> impl Strategy<Value = Policy> {
    let switches = any::<[bool; 4]>();
    (option::of(lifetime()), option::of(idle_timeout()), switches, 0..2_000_u32).prop_map(
        |(maximum_lifetime, idle_timeout, [hipaa, enforce_scopes, waived, sso_only], client_limit)| Policy {
            maximum_lifetime,
            idle_timeout,
            hipaa,
            enforce_scopes,
            saml2_bearer_without_redirect_uri: waived,
            sso_only,
            client_limit,
        },
    )
}

/// A role that permits a little, much or nothing.
pub fn role() -> impl Strategy<Value = Role> {
    (id(), id(), name(), permissions()).prop_map(|(organization, id, name, permissions)| Role {
        organization,
        id,
        name,
        permissions,
    })
}

/// A user, active or not.
pub fn user() -> impl Strategy<Value = User> {
    let state = prop_oneof![3 => role_grants().prop_map(UserState::Active), 1 => Just(UserState::Inactive)];
    (id(), id(), state, option::of(email_address())).prop_map(|(organization, id, state, email)| User {
        organization,
        id,
        state,
        email,
    })
}

/// A number of clients.
pub fn client_tally() -> impl Strategy<Value = ClientTally> {
    (id(), prop_oneof![8 => 0..1_001_u32, 1 => Just(u32::MAX)])
        .prop_map(|(organization, clients)| ClientTally { organization, clients })
}
