//! Records and the keys they are kept under.

use core::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use crate::audit::Event;
use crate::audit::TrailHead;
use crate::audit::TrailSeal;
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
use crate::value::AssertionKey;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::Digest;
use crate::value::EventId;
use crate::value::FamilyId;
use crate::value::IdentityProviderId;
use crate::value::OrganizationId;
use crate::value::RoleId;
use crate::value::SecretId;
use crate::value::UsageSourceId;
use crate::value::UserId;
use crate::value::kind;

/// What a store keeps. Cheap to clone.
///
/// The serde form is a promise: what any 0.x wrote, every later 0.x reads. Later versions add kinds, and
/// fields with a default.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// An organization and its policy.
    Organization(Arc<Organization>),
    /// A role of an organization. The host's own.
    Role(Arc<Role>),
    /// A user of an organization. The host's own; the library writes none.
    User(Arc<User>),
    /// An OAuth client.
    Client(Arc<Client>),
    /// What stays of a removed client, under the client's key.
    Tombstone(Tombstone),
    /// An organization's word on a client.
    Authorization(Arc<Authorization>),
    /// The tokens of one login.
    Family(Arc<TokenFamily>),
    /// An access token, by its digest.
    AccessToken(AccessToken),
    /// An authorization code, by its digest.
    AuthorizationCode(Arc<AuthorizationCode>),
    /// A page that asks for consent, by the digest of its ticket.
    ConsentPrompt(Arc<ConsentPrompt>),
    /// A user's word on a client.
    UserConsent(Arc<UserConsent>),
    /// An identity provider of an organization.
    IdentityProvider(Arc<IdentityProvider>),
    /// A request to an identity provider, by the digest of its ticket.
    SamlRequest(Arc<SamlRequest>),
    /// An assertion that was accepted.
    UsedAssertion(UsedAssertion),
    /// How a client was used on a day, of an organization's data.
    UsageDay(Arc<UsageDay>),
    /// Which batches of a counter of usage were recorded.
    UsageSource(UsageSource),
    /// What the days of a client add up to, of an organization's data.
    UsageSummary(Arc<UsageSummary>),
    /// How many clients an organization has.
    ClientTally(ClientTally),
    /// When a secret was last used.
    SecretUse(SecretUse),
    /// An event of the audit trail. Inserted, and never changed or deleted.
    Event(Arc<Event>),
    /// A seal on a stretch of the audit trail. Inserted, and never changed or deleted.
    TrailSeal(Arc<TrailSeal>),
    /// The last seal of a trail.
    TrailHead(TrailHead),
}

/// What a record is kept under. One key, one record.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialOrd)]
#[expect(clippy::derived_hash_with_manual_eq, reason = "equal keys hash alike: both go by the same fields")]
#[non_exhaustive]
pub enum Key {
    /// An organization.
    Organization(OrganizationId),
    /// A role, in its organization.
    Role(OrganizationId, RoleId),
    /// A user, in the organization.
    User(OrganizationId, UserId),
    /// A client, or its tombstone.
    Client(ClientId),
    /// An organization's word on a client.
    Authorization(OrganizationId, ClientId),
    /// A family.
    Family(FamilyId),
    /// An access token.
    AccessToken(Digest<kind::AccessToken>),
    /// An authorization code.
    AuthorizationCode(Digest<kind::AuthorizationCode>),
    /// A page that asks for consent.
    ConsentPrompt(Digest<kind::ConsentTicket>),
    /// A user's word on a client, in the user's organization.
    UserConsent(OrganizationId, ClientId, UserId),
    /// An identity provider, in its organization.
    IdentityProvider(OrganizationId, IdentityProviderId),
    /// A request to an identity provider.
    SamlRequest(Digest<kind::SamlTicket>),
    /// An assertion that was accepted.
    UsedAssertion(AssertionKey),
    /// How a client was used on a day, in the organization whose data was opened.
    UsageDay(OrganizationId, ClientId, Day),
    /// Which batches of a counter were recorded.
    UsageSource(UsageSourceId),
    /// What the days of a client add up to, in the organization whose data was opened.
    UsageSummary(OrganizationId, ClientId),
    /// An organization's number of clients.
    ClientTally(OrganizationId),
    /// A secret's last use.
    SecretUse(SecretId),
    /// An event.
    Event(EventId),
    /// A seal on the trail of an organization or of none, by its number.
    TrailSeal(Option<OrganizationId>, u64),
    /// The last seal of the trail of an organization, or of none.
    TrailHead(Option<OrganizationId>),
}

/// The kinds of keys.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Kind {
    /// Organizations.
    Organization,
    /// Roles.
    Role,
    /// Users.
    User,
    /// Clients and tombstones.
    Client,
    /// Authorizations.
    Authorization,
    /// Families.
    Family,
    /// Access tokens.
    AccessToken,
    /// Authorization codes.
    AuthorizationCode,
    /// Pages that ask for consent.
    ConsentPrompt,
    /// Users' words on clients.
    UserConsent,
    /// Identity providers.
    IdentityProvider,
    /// Requests to identity providers.
    SamlRequest,
    /// Assertions that were accepted.
    UsedAssertion,
    /// How clients were used, by day.
    UsageDay,
    /// Counters of usage.
    UsageSource,
    /// What the days of clients add up to.
    UsageSummary,
    /// Numbers of clients.
    ClientTally,
    /// Last uses of secrets.
    SecretUse,
    /// Events.
    Event,
    /// Seals on audit trails.
    TrailSeal,
    /// Last seals of audit trails.
    TrailHead,
}

impl Kind {
    /// Every kind there is.
    pub const ALL: [Self; 21] = [
        Self::Organization,
        Self::Role,
        Self::User,
        Self::Client,
        Self::Authorization,
        Self::Family,
        Self::AccessToken,
        Self::ClientTally,
        Self::SecretUse,
        Self::Event,
        Self::AuthorizationCode,
        Self::ConsentPrompt,
        Self::UserConsent,
        Self::UsedAssertion,
        Self::IdentityProvider,
        Self::SamlRequest,
        Self::UsageDay,
        Self::UsageSource,
        Self::TrailSeal,
        Self::TrailHead,
        Self::UsageSummary,
    ];

    /// Its name, fit for a table or a column: lower case with underscores.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Role => "role",
            Self::User => "user",
            Self::Client => "client",
            Self::Authorization => "authorization",
            Self::Family => "family",
            Self::AccessToken => "access_token",
            Self::AuthorizationCode => "authorization_code",
            Self::ConsentPrompt => "consent_prompt",
            Self::UserConsent => "user_consent",
            Self::IdentityProvider => "identity_provider",
            Self::SamlRequest => "saml_request",
            Self::UsedAssertion => "used_assertion",
            Self::UsageDay => "usage_day",
            Self::UsageSource => "usage_source",
            Self::UsageSummary => "usage_summary",
            Self::ClientTally => "client_tally",
            Self::SecretUse => "secret_use",
            Self::Event => "event",
            Self::TrailSeal => "trail_seal",
            Self::TrailHead => "trail_head",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// By the order of the bytes: keys are no secrets, and digests among them compare in constant time otherwise.
impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Key {
    /// The kind of record that is kept under it.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Organization(_) => Kind::Organization,
            Self::Role(..) => Kind::Role,
            Self::User(..) => Kind::User,
            Self::Client(_) => Kind::Client,
            Self::Authorization(..) => Kind::Authorization,
            Self::Family(_) => Kind::Family,
            Self::AccessToken(_) => Kind::AccessToken,
            Self::AuthorizationCode(_) => Kind::AuthorizationCode,
            Self::ConsentPrompt(_) => Kind::ConsentPrompt,
            Self::UserConsent(..) => Kind::UserConsent,
            Self::IdentityProvider(..) => Kind::IdentityProvider,
            Self::SamlRequest(_) => Kind::SamlRequest,
            Self::UsedAssertion(_) => Kind::UsedAssertion,
            Self::UsageDay(..) => Kind::UsageDay,
            Self::UsageSource(_) => Kind::UsageSource,
            Self::UsageSummary(..) => Kind::UsageSummary,
            Self::ClientTally(_) => Kind::ClientTally,
            Self::SecretUse(_) => Kind::SecretUse,
            Self::Event(_) => Kind::Event,
            Self::TrailSeal(..) => Kind::TrailSeal,
            Self::TrailHead(_) => Kind::TrailHead,
        }
    }

    /// The key within its kind: 16 bytes for each identifier in it, 32 for a digest, 4 for a day, 8 for a number. The
    /// trail of no organization has the identifier's bytes left out.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Organization(id) | Self::ClientTally(id) => id.as_bytes().to_vec(),
            Self::Role(organization, id) => [*organization.as_bytes(), *id.as_bytes()].concat(),
            Self::User(organization, id) => [*organization.as_bytes(), *id.as_bytes()].concat(),
            Self::Authorization(organization, id) => [*organization.as_bytes(), *id.as_bytes()].concat(),
            Self::Client(id) => id.as_bytes().to_vec(),
            Self::Family(id) => id.as_bytes().to_vec(),
            Self::AccessToken(digest) => digest.as_bytes().to_vec(),
            Self::AuthorizationCode(digest) => digest.as_bytes().to_vec(),
            Self::ConsentPrompt(digest) => digest.as_bytes().to_vec(),
            Self::IdentityProvider(organization, id) => [*organization.as_bytes(), *id.as_bytes()].concat(),
            Self::SamlRequest(digest) => digest.as_bytes().to_vec(),
            Self::UsedAssertion(key) => key.as_bytes().to_vec(),
            Self::UserConsent(organization, client, user) => {
                [*organization.as_bytes(), *client.as_bytes(), *user.as_bytes()].concat()
            }
            Self::UsageDay(organization, client, day) => {
                [organization.as_bytes(), client.as_bytes(), day.order().to_be_bytes().as_slice()].concat()
            }
            Self::UsageSource(id) => id.as_bytes().to_vec(),
            Self::UsageSummary(organization, client) => {
                [*organization.as_bytes(), *client.as_bytes()].concat()
            }
            Self::SecretUse(id) => id.as_bytes().to_vec(),
            Self::Event(id) => id.as_bytes().to_vec(),
            Self::TrailHead(organization) => whose(organization).to_vec(),
            Self::TrailSeal(organization, number) => {
                [whose(organization), number.to_be_bytes().as_slice()].concat()
            }
        }
    }
}

impl Record {
    /// The key it is kept under. Nothing changes it.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Organization(organization) => Key::Organization(organization.id()),
            Self::Role(role) => Key::Role(role.organization, role.id),
            Self::User(user) => Key::User(user.organization, user.id),
            Self::Client(client) => Key::Client(client.id),
            Self::Tombstone(tombstone) => Key::Client(tombstone.id),
            Self::Authorization(authorization) => {
                Key::Authorization(authorization.organization(), authorization.client())
            }
            Self::Family(family) => Key::Family(family.id),
            Self::AccessToken(token) => Key::AccessToken(token.digest),
            Self::AuthorizationCode(code) => Key::AuthorizationCode(code.digest),
            Self::ConsentPrompt(prompt) => Key::ConsentPrompt(prompt.digest),
            Self::IdentityProvider(provider) => Key::IdentityProvider(provider.organization, provider.id),
            Self::SamlRequest(request) => Key::SamlRequest(request.digest),
            Self::UsedAssertion(used) => Key::UsedAssertion(used.key),
            Self::UserConsent(consent) => {
                Key::UserConsent(consent.organization, consent.client, consent.user)
            }
            Self::UsageDay(used) => Key::UsageDay(used.organization, used.client, used.day),
            Self::UsageSource(source) => Key::UsageSource(source.id),
            Self::UsageSummary(summary) => Key::UsageSummary(summary.organization, summary.client),
            Self::ClientTally(tally) => Key::ClientTally(tally.organization),
            Self::SecretUse(used) => Key::SecretUse(used.secret),
            Self::Event(event) => Key::Event(event.id),
            Self::TrailSeal(seal) => Key::TrailSeal(seal.organization, seal.number),
            Self::TrailHead(head) => Key::TrailHead(head.organization),
        }
    }
}

fn whose(organization: &Option<OrganizationId>) -> &[u8] {
    organization.as_ref().map_or(&[], |organization| organization.as_bytes().as_slice())
}

/// How often the record under a key was written. The one after an insert is [`Version::FIRST`].
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Version(u64);

impl Version {
    /// The version of a record that was just inserted.
    pub const FIRST: Self = Self(1);

    /// The version after an update of this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The version with this number, as [`number`](Self::number) gave it.
    #[must_use]
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// The number, as a store keeps it.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A record and the version it was read at.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Versioned<T> {
    /// The version.
    pub version: Version,
    /// The record.
    pub record: T,
}

macro_rules! into_record {
    ($($variant:ident: $from:ty => $wrap:expr;)*) => {
        $(impl From<$from> for Record {
            fn from(record: $from) -> Self {
                Self::$variant($wrap(record))
            }
        })*
    };
}

into_record! {
    Organization: Organization => Arc::new;
    Role: Role => Arc::new;
    User: User => Arc::new;
    Client: Client => Arc::new;
    Authorization: Authorization => Arc::new;
    Family: TokenFamily => Arc::new;
    AuthorizationCode: AuthorizationCode => Arc::new;
    ConsentPrompt: ConsentPrompt => Arc::new;
    UserConsent: UserConsent => Arc::new;
    IdentityProvider: IdentityProvider => Arc::new;
    SamlRequest: SamlRequest => Arc::new;
    UsageDay: UsageDay => Arc::new;
    UsageSummary: UsageSummary => Arc::new;
    Event: Event => Arc::new;
    TrailSeal: TrailSeal => Arc::new;
    Organization: Arc<Organization> => core::convert::identity;
    Role: Arc<Role> => core::convert::identity;
    User: Arc<User> => core::convert::identity;
    Client: Arc<Client> => core::convert::identity;
    Authorization: Arc<Authorization> => core::convert::identity;
    Family: Arc<TokenFamily> => core::convert::identity;
    AuthorizationCode: Arc<AuthorizationCode> => core::convert::identity;
    ConsentPrompt: Arc<ConsentPrompt> => core::convert::identity;
    IdentityProvider: Arc<IdentityProvider> => core::convert::identity;
    SamlRequest: Arc<SamlRequest> => core::convert::identity;
    UserConsent: Arc<UserConsent> => core::convert::identity;
    UsageDay: Arc<UsageDay> => core::convert::identity;
    UsageSummary: Arc<UsageSummary> => core::convert::identity;
    Event: Arc<Event> => core::convert::identity;
    Tombstone: Tombstone => core::convert::identity;
    AccessToken: AccessToken => core::convert::identity;
    ClientTally: ClientTally => core::convert::identity;
    UsedAssertion: UsedAssertion => core::convert::identity;
    UsageSource: UsageSource => core::convert::identity;
    SecretUse: SecretUse => core::convert::identity;
    TrailSeal: Arc<TrailSeal> => core::convert::identity;
    TrailHead: TrailHead => core::convert::identity;
}
