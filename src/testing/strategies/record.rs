//! Records of each kind, their keys, and changes of them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::Union;

use super::authorization::access_token;
use super::authorization::authorization;
use super::authorization::authorization_code;
use super::authorization::consent_prompt;
use super::authorization::family;
use super::authorization::user_consent;
use super::client::actor;
use super::client::client;
use super::client::owner;
use super::event::event;
use super::event::trail_head;
use super::event::trail_seal;
use super::identity_provider::identity_provider;
use super::identity_provider::saml_request;
use super::organization::client_tally;
use super::organization::organization;
use super::organization::role;
use super::organization::user;
use super::text::digest;
use super::usage::day;
use super::usage::usage_day;
use super::usage::usage_source;
use super::usage::usage_summary;
use super::value::event_id;
use super::value::id;
use super::value::timestamp;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Key;
use crate::change::Kind;
use crate::change::Record;
use crate::change::Version;
use crate::model::SecretUse;
use crate::model::Tombstone;
use crate::model::UsedAssertion;
use crate::value::AssertionKey;

/// A record of any kind.
pub fn record() -> impl Strategy<Value = Record> {
    Union::new(Kind::ALL.map(record_of))
}

/// A record of this kind; under the key of a client, a client or a tombstone.
pub fn record_of(kind: Kind) -> BoxedStrategy<Record> {
    match kind {
        Kind::Organization => organization().prop_map_into().boxed(),
        Kind::Role => role().prop_map_into().boxed(),
        Kind::User => user().prop_map_into().boxed(),
        Kind::Client => prop_oneof![3 => client().prop_map_into(), 1 => tombstone().prop_map_into()].boxed(),
        Kind::Authorization => authorization().prop_map_into().boxed(),
        Kind::Family => family().prop_map_into().boxed(),
        Kind::AccessToken => access_token().prop_map_into().boxed(),
        Kind::AuthorizationCode => authorization_code().prop_map_into().boxed(),
        Kind::ConsentPrompt => consent_prompt().prop_map_into().boxed(),
        Kind::UsedAssertion => used_assertion().prop_map_into().boxed(),
        Kind::UserConsent => user_consent().prop_map_into().boxed(),
        Kind::IdentityProvider => identity_provider().prop_map_into().boxed(),
        Kind::SamlRequest => saml_request().prop_map_into().boxed(),
        Kind::UsageDay => usage_day().prop_map_into().boxed(),
        Kind::UsageSource => usage_source().prop_map_into().boxed(),
        Kind::UsageSummary => usage_summary().prop_map_into().boxed(),
        Kind::ClientTally => client_tally().prop_map_into().boxed(),
        Kind::SecretUse => secret_use().prop_map_into().boxed(),
        Kind::Event => event().prop_map_into().boxed(),
        Kind::TrailSeal => trail_seal().prop_map_into().boxed(),
        Kind::TrailHead => trail_head().prop_map_into().boxed(),
    }
}

/// The key of a record of any kind.
pub fn key() -> impl Strategy<Value = Key> {
    Union::new(Kind::ALL.map(key_of))
}

/// The key of a record of this kind.
pub fn key_of(kind: Kind) -> BoxedStrategy<Key> {
    match kind {
        Kind::Organization => id().prop_map(Key::Organization).boxed(),
        Kind::Role => (id(), id()).prop_map(|(organization, id)| Key::Role(organization, id)).boxed(),
        Kind::User => (id(), id()).prop_map(|(organization, id)| Key::User(organization, id)).boxed(),
        Kind::Client => id().prop_map(Key::Client).boxed(),
        Kind::Authorization => {
            (id(), id()).prop_map(|(organization, id)| Key::Authorization(organization, id)).boxed()
        }
        Kind::Family => id().prop_map(Key::Family).boxed(),
        Kind::AccessToken => digest().prop_map(Key::AccessToken).boxed(),
        Kind::AuthorizationCode => digest().prop_map(Key::AuthorizationCode).boxed(),
        Kind::ConsentPrompt => digest().prop_map(Key::ConsentPrompt).boxed(),
        Kind::UsedAssertion => assertion_key().prop_map(Key::UsedAssertion).boxed(),
        Kind::UserConsent => (id(), id(), id())
            .prop_map(|(organization, client, user)| Key::UserConsent(organization, client, user))
            .boxed(),
        Kind::IdentityProvider => {
            (id(), id()).prop_map(|(organization, id)| Key::IdentityProvider(organization, id)).boxed()
        }
        Kind::SamlRequest => digest().prop_map(Key::SamlRequest).boxed(),
        Kind::UsageDay => (id(), id(), day())
            .prop_map(|(organization, client, day)| Key::UsageDay(organization, client, day))
            .boxed(),
        Kind::UsageSource => id().prop_map(Key::UsageSource).boxed(),
        Kind::UsageSummary => {
            (id(), id()).prop_map(|(organization, client)| Key::UsageSummary(organization, client)).boxed()
        }
        Kind::ClientTally => id().prop_map(Key::ClientTally).boxed(),
        Kind::SecretUse => id().prop_map(Key::SecretUse).boxed(),
        Kind::Event => event_id().prop_map(Key::Event).boxed(),
        Kind::TrailSeal => (option::of(id()), any::<u64>())
            .prop_map(|(organization, number)| Key::TrailSeal(organization, number))
            .boxed(),
        Kind::TrailHead => option::of(id()).prop_map(Key::TrailHead).boxed(),
    }
}

/// The version of a record that was written a few times.
pub fn version() -> impl Strategy<Value = Version> {
    (1..5_u64).prop_map(Version::from_number)
}

/// A change of any sort.
pub fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => record().prop_map(Change::Insert),
        2 => (version(), record()).prop_map(|(version, record)| Change::Update(version, record)),
        1 => (version(), key()).prop_map(|(version, key)| Change::Delete(version, key)),
        2 => (key(), option::of(version())).prop_map(|(key, version)| Change::Unchanged(key, version)),
    ]
}

/// The changes of one commit: a few, or none.
pub fn changes() -> impl Strategy<Value = Changes> {
    vec(change(), 0..6).prop_map(Changes::from_iter)
}

/// What stays of a removed client.
pub fn tombstone() -> impl Strategy<Value = Tombstone> {
    (id(), owner(), timestamp(), actor(), option::of(timestamp())).prop_map(
        |(id, owner, removed, removed_by, cleared)| Tombstone { id, owner, removed, removed_by, cleared },
    )
}

/// What an assertion is remembered by.
pub fn assertion_key() -> impl Strategy<Value = AssertionKey> {
    (any::<String>(), any::<[u8; 4]>(), any::<String>())
        .prop_map(|(issuer, key, id)| AssertionKey::of(&issuer, &key, &id))
}

/// An assertion that was accepted.
pub fn used_assertion() -> impl Strategy<Value = UsedAssertion> {
    (assertion_key(), id(), timestamp(), any::<u32>()).prop_map(|(key, organization, used, seconds)| {
        UsedAssertion { key, organization, used, expires: used.plus(seconds) }
    })
}

/// The last use of a secret.
pub fn secret_use() -> impl Strategy<Value = SecretUse> {
    (id(), id(), timestamp()).prop_map(|(secret, client, last_used)| SecretUse { secret, client, last_used })
}
