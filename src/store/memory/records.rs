//! All records but the access tokens.

use std::collections::HashMap;
use std::sync::Arc;

use super::hash::BuildMixer;
use super::hash::shard_of;
use super::lists::List;
use super::shards::Number;
use super::tokens::shard_of_token;
use crate::audit::Event;
use crate::audit::TrailHead;
use crate::audit::TrailSeal;
use crate::change::Key;
use crate::change::Record;
use crate::change::Versioned;
use crate::model::AccessToken;
use crate::model::Authorization;
use crate::model::AuthorizationCode;
use crate::model::Client;
use crate::model::ClientTally;
use crate::model::ConsentPrompt;
use crate::model::IdentityProvider;
use crate::model::Organization;
use crate::model::Role;
use crate::model::SamlRequest;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::model::Tombstone;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::model::UsageSummary;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::model::UserConsent;
use crate::value::ClientId;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::RoleId;
use crate::value::UserId;

/// A shard of the records that are not access tokens.
#[derive(Default)]
pub(super) struct Records {
    pub(super) rows: HashMap<Key, Versioned<Kept>, BuildMixer>,
    /// Those that stand in [`Index::Due`](crate::change::Index::Due).
    pub(super) due: List,
}

/// A record that is no access token: 16 bytes, and a counter to clone.
#[derive(Clone)]
pub(super) enum Kept {
    Organization(Arc<Organization>),
    Role(Arc<Role>),
    User(Arc<User>),
    Client(Arc<Client>),
    Tombstone(Arc<Tombstone>),
    Authorization(Arc<Authorization>),
    Family(Arc<TokenFamily>),
    AuthorizationCode(Arc<AuthorizationCode>),
    ConsentPrompt(Arc<ConsentPrompt>),
    UserConsent(Arc<UserConsent>),
    IdentityProvider(Arc<IdentityProvider>),
    SamlRequest(Arc<SamlRequest>),
    UsedAssertion(Arc<UsedAssertion>),
    UsageDay(Arc<UsageDay>),
    UsageSource(Arc<UsageSource>),
    UsageSummary(Arc<UsageSummary>),
    ClientTally(Arc<ClientTally>),
    SecretUse(Arc<SecretUse>),
    Event(Arc<Event>),
    TrailSeal(Arc<TrailSeal>),
    TrailHead(Arc<TrailHead>),
}

/// A record, on the way to where it is kept.
pub(super) enum Filed {
    Token(AccessToken),
    Kept(Kept),
}

/// The shard of the key.
///
/// What is read together lies together: with an organization its roles and users, with a client the
/// authorizations and users' consents. To judge a call takes three or four locks, however many roles there are.
pub(super) fn home(key: &Key) -> Number {
    let organization = |id: &OrganizationId| shard_of(id);
    let client = |id: &ClientId| shard_of(id);
    match key {
        Key::Organization(id)
        | Key::Role(id, _)
        | Key::User(id, _)
        | Key::IdentityProvider(id, _)
        | Key::ClientTally(id) => organization(id),
        Key::Client(id)
        | Key::Authorization(_, id)
        | Key::UserConsent(_, id, _)
        | Key::UsageDay(_, id, _)
        | Key::UsageSummary(_, id) => client(id),
        Key::Family(id) => shard_of(id),
        Key::SecretUse(id) => shard_of(id),
        Key::UsageSource(id) => shard_of(id),
        Key::Event(id) => shard_of(id),
        Key::TrailSeal(id, _) | Key::TrailHead(id) => shard_of(id),
        Key::AccessToken(digest) => shard_of_token(digest),
        Key::AuthorizationCode(digest) => shard_of(digest),
        Key::ConsentPrompt(digest) => shard_of(digest),
        Key::SamlRequest(digest) => shard_of(digest),
        Key::UsedAssertion(key) => shard_of(key),
    }
}

impl Records {
    /// The record under the key, with its version.
    pub(super) fn record(&self, key: &Key) -> Option<Versioned<Record>> {
        self.rows.get(key).map(Kept::versioned)
    }

    pub(super) fn organization(&self, id: OrganizationId) -> Option<Arc<Organization>> {
        let Kept::Organization(organization) = &self.rows.get(&Key::Organization(id))?.record else {
            return None;
        };
        Some(Arc::clone(organization))
    }

    pub(super) fn client(&self, id: ClientId) -> Option<Arc<Client>> {
        let Kept::Client(client) = &self.rows.get(&Key::Client(id))?.record else {
            return None;
        };
        Some(Arc::clone(client))
    }

    pub(super) fn authorization(
        &self,
        organization: OrganizationId,
        client: ClientId,
    ) -> Option<Arc<Authorization>> {
        let Kept::Authorization(authorization) =
            &self.rows.get(&Key::Authorization(organization, client))?.record
        else {
            return None;
        };
        Some(Arc::clone(authorization))
    }

    pub(super) fn family(&self, id: FamilyId) -> Option<Arc<TokenFamily>> {
        let Kept::Family(family) = &self.rows.get(&Key::Family(id))?.record else {
            return None;
        };
        Some(Arc::clone(family))
    }

    pub(super) fn user(&self, organization: OrganizationId, id: UserId) -> Option<Arc<User>> {
        let Kept::User(user) = &self.rows.get(&Key::User(organization, id))?.record else {
            return None;
        };
        Some(Arc::clone(user))
    }

    pub(super) fn consent(
        &self,
        organization: OrganizationId,
        client: ClientId,
        user: UserId,
    ) -> Option<Arc<UserConsent>> {
        let key = Key::UserConsent(organization, client, user);
        let Kept::UserConsent(consent) = &self.rows.get(&key)?.record else {
            return None;
        };
        Some(Arc::clone(consent))
    }

    pub(super) fn role(&self, organization: OrganizationId, id: RoleId) -> Option<Arc<Role>> {
        let Kept::Role(role) = &self.rows.get(&Key::Role(organization, id))?.record else {
            return None;
        };
        Some(Arc::clone(role))
    }
}

impl Kept {
    /// The record, with its version.
    pub(super) fn versioned(kept: &Versioned<Self>) -> Versioned<Record> {
        Versioned { version: kept.version, record: kept.record.clone().into() }
    }
}

impl From<Kept> for Record {
    fn from(kept: Kept) -> Self {
        match kept {
            Kept::Organization(organization) => Self::Organization(organization),
            Kept::Role(role) => Self::Role(role),
            Kept::User(user) => Self::User(user),
            Kept::Client(client) => Self::Client(client),
            Kept::Tombstone(tombstone) => Self::Tombstone(*tombstone),
            Kept::Authorization(authorization) => Self::Authorization(authorization),
            Kept::Family(family) => Self::Family(family),
            Kept::AuthorizationCode(code) => Self::AuthorizationCode(code),
            Kept::ConsentPrompt(prompt) => Self::ConsentPrompt(prompt),
            Kept::UserConsent(consent) => Self::UserConsent(consent),
            Kept::IdentityProvider(provider) => Self::IdentityProvider(provider),
            Kept::SamlRequest(request) => Self::SamlRequest(request),
            Kept::UsedAssertion(used) => Self::UsedAssertion(*used),
            Kept::UsageDay(used) => Self::UsageDay(used),
            Kept::UsageSource(source) => Self::UsageSource(*source),
            Kept::UsageSummary(summary) => Self::UsageSummary(summary),
            Kept::ClientTally(tally) => Self::ClientTally(*tally),
            Kept::SecretUse(used) => Self::SecretUse(*used),
            Kept::Event(event) => Self::Event(event),
            Kept::TrailSeal(seal) => Self::TrailSeal(seal),
            Kept::TrailHead(head) => Self::TrailHead(*head),
        }
    }
}

impl From<Record> for Filed {
    fn from(record: Record) -> Self {
        Self::Kept(match record {
            Record::AccessToken(token) => return Self::Token(token),
            Record::Organization(organization) => Kept::Organization(organization),
            Record::Role(role) => Kept::Role(role),
            Record::User(user) => Kept::User(user),
            Record::Client(client) => Kept::Client(client),
            Record::Tombstone(tombstone) => Kept::Tombstone(Arc::new(tombstone)),
            Record::Authorization(authorization) => Kept::Authorization(authorization),
            Record::Family(family) => Kept::Family(family),
            Record::AuthorizationCode(code) => Kept::AuthorizationCode(code),
            Record::ConsentPrompt(prompt) => Kept::ConsentPrompt(prompt),
            Record::UserConsent(consent) => Kept::UserConsent(consent),
            Record::IdentityProvider(provider) => Kept::IdentityProvider(provider),
            Record::SamlRequest(request) => Kept::SamlRequest(request),
            Record::UsedAssertion(used) => Kept::UsedAssertion(Arc::new(used)),
            Record::UsageDay(used) => Kept::UsageDay(used),
            Record::UsageSource(source) => Kept::UsageSource(Arc::new(source)),
            Record::UsageSummary(summary) => Kept::UsageSummary(summary),
            Record::ClientTally(tally) => Kept::ClientTally(Arc::new(tally)),
            Record::SecretUse(used) => Kept::SecretUse(Arc::new(used)),
            Record::Event(event) => Kept::Event(event),
            Record::TrailSeal(seal) => Kept::TrailSeal(seal),
            Record::TrailHead(head) => Kept::TrailHead(Arc::new(head)),
        })
    }
}
