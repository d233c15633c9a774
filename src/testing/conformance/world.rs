//! The records of one check: identifiers, instants and records by number.
//!
//! Two checks share no identifier, and in the lists that all organizations share no position either.

use sha2::Digest as _;
use sha2::Sha256;

use super::Check;
use crate::audit::Action;
use crate::audit::Actor;
use crate::audit::Event;
use crate::audit::Outcome;
use crate::audit::Subject;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::model::AccessToken;
use crate::model::Agreement;
use crate::model::Approval;
use crate::model::Audience;
use crate::model::Authorization;
use crate::model::AuthorizationCode;
use crate::model::AuthorizationState;
use crate::model::Caller;
use crate::model::Calls;
use crate::model::Client;
use crate::model::ClientFields;
use crate::model::ClientSecrets;
use crate::model::CodeClient;
use crate::model::CodeRedirect;
use crate::model::Consent;
use crate::model::ConsentPrompt;
use crate::model::Counted;
use crate::model::Division;
use crate::model::FamilyState;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::Granted;
use crate::model::Holder;
use crate::model::Lifecycle;
use crate::model::Organization;
use crate::model::Owner;
use crate::model::PromptKind;
use crate::model::Purpose;
use crate::model::ResponseType;
use crate::model::Role;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::model::TokenFamily;
use crate::model::Usage;
use crate::model::UsageDay;
use crate::model::UsageSource;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::model::UserConsent;
use crate::model::UserState;
use crate::store::Range;
use crate::value::AssertionKey;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::CodeLifetime;
use crate::value::Day;
use crate::value::Digest;
use crate::value::Epoch;
use crate::value::EventId;
use crate::value::FamilyId;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::PermissionPattern;
use crate::value::Permissions;
use crate::value::RedirectUri;
use crate::value::RedirectUris;
use crate::value::RoleId;
use crate::value::Scopes;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;
use crate::value::UsageSourceId;
use crate::value::UserId;
use crate::value::kind;

/// Identifiers, instants and records by number, of one check of one run.
#[derive(Clone, Copy, Debug)]
pub(super) struct World {
    seed: u64,
    check: Check,
}

/// Where a record tells how often it was written, for checks that watch it change.
pub(super) type Stamp = u32;

impl World {
    /// 1 000 000 s: every instant of a world is within so many seconds.
    pub const SPAN: u32 = 1_000_000;

    pub const fn new(seed: u64, check: Check) -> Self {
        Self { seed, check }
    }

    /// The instant so many seconds after the beginning of this world.
    pub fn at(&self, seconds: u32) -> Timestamp {
        let slot = (self.seed % 1_000) * 100 + self.check as u64;
        Timestamp::from_unix(
            1_700_000_000 + i64::try_from(slot).expect("a small number") * i64::from(Self::SPAN),
        )
        .plus(seconds)
    }

    /// The list, as far as this world reaches: the lists that all organizations share hold the records of others too.
    pub fn range(&self, index: Index) -> Range {
        let (first, last) = (self.at(0), self.at(Self::SPAN - 1));
        let bounds = match index {
            Index::Clients(_)
            | Index::Authorizations(_)
            | Index::AuthorizationsInState(..)
            | Index::AuthorizationsOfClient(_)
            | Index::ConsentsOfClient(_)
            | Index::ConsentsOfUser(..)
            | Index::AccessTokensOfClient(_)
            | Index::FamiliesOfClient(_)
            | Index::Users(_)
            | Index::UsersByEmail(..)
            | Index::IdentityProviders(_)
            // Every world has entity ids of its own.
            | Index::IdentityProvidersOfEntity(_)
            | Index::Usage(_)
            | Index::Events(Some(_)) => None,
            Index::BuiltInClients | Index::Due => {
                Some([Position::after_due(first.minus(1)), Position::after_due(last)])
            }
            Index::Events(None) => {
                let position = |id: EventId| Position::from_bytes(id.as_bytes()).expect("16 bytes");
                Some([position(EventId::at(first, [0; 10])), position(EventId::at(last, [u8::MAX; 10]))])
            }
        };
        let [after, before] = bounds.map_or([None; 2], |bounds| bounds.map(Some));
        Range { after, before, ..Range::of(index) }
    }

    pub fn organization_id(&self, number: u64) -> OrganizationId {
        OrganizationId::from_bytes(self.draw("organization", number))
    }

    pub fn client_id(&self, number: u64) -> ClientId {
        ClientId::from_bytes(self.draw("client", number))
    }

    pub fn authorization_id(&self, number: u64) -> AuthorizationId {
        AuthorizationId::from_bytes(self.draw("authorization", number))
    }

    pub fn user_id(&self, number: u64) -> UserId {
        UserId::from_bytes(self.draw("user", number))
    }

    pub fn role_id(&self, number: u64) -> RoleId {
        RoleId::from_bytes(self.draw("role", number))
    }

    pub fn family_id(&self, number: u64) -> FamilyId {
        FamilyId::from_bytes(self.draw("family", number))
    }

    pub fn secret_id(&self, number: u64) -> SecretId {
        SecretId::from_bytes(self.draw("secret", number))
    }

    pub fn digest(&self, number: u64) -> Digest<kind::AccessToken> {
        let [a, b] = [self.draw("token", number), self.draw("token, the rest", number)];
        Digest::from_bytes([a, b].concat().try_into().expect("32 bytes"))
    }

    pub fn event_id(&self, number: u64) -> EventId {
        let [random @ .., _, _, _, _, _, _] = self.draw("event", number);
        EventId::at(self.seconds(number), random)
    }

    pub fn organization(&self, organization: u64, stamp: Stamp) -> Organization {
        Organization::new(self.organization_id(organization), stamped(stamp), self.at(0))
    }

    pub fn role(&self, organization: u64, role: u64, stamp: Stamp) -> Role {
        Role {
            organization: self.organization_id(organization),
            id: self.role_id(role),
            name: stamped(stamp),
            permissions: permissions(&["oauth:client:view"]),
        }
    }

    pub fn user(&self, organization: u64, user: u64, roles: &[u64]) -> User {
        User {
            organization: self.organization_id(organization),
            id: self.user_id(user),
            state: UserState::Active(self.roles(roles)),
            email: None,
        }
    }

    /// A client that acts for users.
    pub fn client(&self, client: u64, organization: u64, stamp: Stamp) -> Client {
        self.client_of(client, organization, |fields| fields.name = stamped(stamp))
    }

    /// A client that acts on its own behalf, with these roles.
    pub fn worker(&self, client: u64, organization: u64, roles: &[u64]) -> Client {
        self.client_of(client, organization, |fields| {
            fields.grant = Grant::ClientCredentials {
                secrets: ClientSecrets::default(),
                roles: self.roles(roles),
                purpose: Purpose::General,
            };
        })
    }

    /// A client with other fields than the usual ones.
    pub fn client_of(&self, client: u64, organization: u64, edit: impl FnOnce(&mut ClientFields)) -> Client {
        let mut fields = ClientFields {
            id: self.client_id(client),
            owner: Owner::Organization(self.organization_id(organization)),
            name: stamped(0),
            description: None,
            lifetime: TokenLifetime::DEFAULT,
            grant: Grant::AuthorizationCode {
                client: CodeClient::Public,
                redirect_uris: redirect_uris(1),
                scopes: scopes("analytics users:readonly"),
            },
            lifecycle: Lifecycle::Active,
            epoch: Epoch::FIRST,
            governance: Governance::default(),
            created: self.seconds(client),
            created_by: Actor::Operator,
            modified: self.seconds(client),
            modified_by: Actor::Operator,
        };
        edit(&mut fields);
        Client::new(fields).expect("fields that agree")
    }

    pub fn authorization(&self, organization: u64, client: u64, stamp: Stamp) -> Authorization {
        let approval = self.approval(Audience::everyone(), stamp);
        let (organization, client) = (self.organization_id(organization), self.client_id(client));
        Authorization::approved(organization, client, self.authorization_id(0), approval)
    }

    /// A request for access that nobody approved.
    pub fn request(&self, organization: u64, client: u64, stamp: Stamp) -> Authorization {
        let (organization, client) = (self.organization_id(organization), self.client_id(client));
        let id = self.authorization_id(0);
        Authorization::request(organization, client, id, scopes("analytics"), Actor::Operator, self.at(stamp))
    }

    pub fn approval(&self, audience: Audience, stamp: Stamp) -> Approval {
        let shown = scopes("analytics users:readonly");
        let granted = scopes("analytics");
        let consent = Consent { by: Actor::Operator, at: self.at(stamp), shown, granted: granted.clone() };
        Approval { granted: Granted::Scopes(granted), audience, consent }
    }

    /// The family of the user's login to the client.
    pub fn family(&self, family: u64, [organization, client, user]: [u64; 3], stamp: Stamp) -> TokenFamily {
        TokenFamily {
            id: self.family_id(family),
            organization: self.organization_id(organization),
            client: self.client_id(client),
            authorization: self.authorization_id(0),
            user: self.user_id(user),
            began: self.at(stamp),
            expires: self.at(200_000),
            state: FamilyState::Live,
            client_epoch: Epoch::FIRST,
            organization_epoch: Epoch::FIRST,
            authorization_epoch: Epoch::FIRST,
            consent_epoch: Epoch::FIRST,
            scopes: Scopes::empty(),
            refresh: None,
        }
    }

    /// The code that began the family, for the client.
    pub fn code(&self, code: u64, [organization, client, user]: [u64; 3], stamp: Stamp) -> AuthorizationCode {
        let family = self.family(code, [organization, client, user], 0);
        let digest = Digest::from_bytes(*self.digest(code).as_bytes());
        let uri = RedirectUri::new("https://app.example/1").expect("a redirect URI");
        let begun =
            AuthorizationCode::begins(&family, digest, (CodeRedirect::Named(uri), None), CodeLifetime::MAX);
        AuthorizationCode { issued: self.at(stamp), login_ends: self.at(100_000), ..begun }
    }

    /// A page that asks the user about the client.
    pub fn prompt(&self, prompt: u64, [organization, client, user]: [u64; 3], stamp: Stamp) -> ConsentPrompt {
        let uri = RedirectUri::new("https://app.example/1").expect("a redirect URI");
        ConsentPrompt {
            digest: Digest::from_bytes(*self.digest(prompt).as_bytes()),
            organization: self.organization_id(organization),
            user: self.user_id(user),
            client: self.client_id(client),
            asks: PromptKind::User,
            shown: scopes("analytics"),
            redirect: CodeRedirect::Named(uri),
            response_type: ResponseType::Code,
            state: Some("as it came".to_owned()),
            challenge: None,
            asked: self.at(stamp),
            expires: self.at(100_000),
        }
    }

    /// An assertion that was accepted.
    pub fn used_assertion(&self, assertion: u64, stamp: Stamp) -> UsedAssertion {
        let id = self.client_id(assertion).to_string();
        UsedAssertion {
            key: AssertionKey::of("https://idp.example", &[7], &id),
            organization: self.organization_id(assertion),
            used: self.at(stamp),
            expires: self.at(100_000),
        }
    }

    /// How the client was used on the first day of this world.
    pub fn usage_day(&self, [organization, client]: [u64; 2], stamp: Stamp) -> UsageDay {
        let mut usage = Usage::default();
        usage.count(&Counted {
            endpoint: None,
            caller: Caller::Client,
            calls: Calls::new([0, 1, 0, 0, 0]),
            scope: None,
            permissions: &[],
            last_call: self.at(stamp),
        });
        let (organization, client) = (self.organization_id(organization), self.client_id(client));
        // Due within this world, as everything is: it was counted long before.
        let day = Day::of(self.at(100_000).minus(UsageDay::RETENTION)).minus(1);
        UsageDay { organization, client, day, usage }
    }

    /// A counter of usage of which one batch was recorded.
    pub fn usage_source(&self, source: u64, stamp: Stamp) -> UsageSource {
        let id = UsageSourceId::from_bytes(self.draw("usage source", source));
        UsageSource { id, highest: 1, window: 1, last_recorded: self.at(stamp) }
    }

    /// The user's word on the client.
    pub fn consent(&self, [organization, client, user]: [u64; 3], stamp: Stamp) -> UserConsent {
        let agreement = Agreement {
            authorization: self.authorization_id(0),
            shown: scopes("analytics users:readonly"),
            scopes: scopes("analytics"),
            at: self.at(stamp),
            client_epoch: Epoch::FIRST,
        };
        let (organization, client) = (self.organization_id(organization), self.client_id(client));
        UserConsent::none(organization, client, self.user_id(user)).agreeing(agreement)
    }

    /// A token of the client, in whose name it is by the holder.
    pub fn token(
        &self,
        token: u64,
        [organization, client]: [u64; 2],
        holder: Holder,
        stamp: Stamp,
    ) -> AccessToken {
        AccessToken {
            digest: self.digest(token),
            organization: self.organization_id(organization),
            client: self.client_id(client),
            authorization: self.authorization_id(0),
            holder,
            scopes: match holder {
                Holder::Client => Scopes::empty(),
                Holder::User { .. } => scopes("analytics"),
            },
            issued: self.at(0),
            expires: self.at(100_000),
            last_used: self.at(stamp),
            client_epoch: Epoch::FIRST,
            organization_epoch: Epoch::FIRST,
            authorization_epoch: Epoch::FIRST,
        }
    }

    pub fn holder(&self, user: u64, family: u64) -> Holder {
        Holder::User { user: self.user_id(user), family: self.family_id(family) }
    }

    /// An event of the organization's trail, or of none's.
    pub fn event(&self, event: u64, organization: Option<u64>) -> Event {
        Event {
            id: self.event_id(event),
            at: self.seconds(event),
            organization: organization.map(|number| self.organization_id(number)),
            actor: Actor::Sweep,
            action: Action::EditClient,
            subject: Subject::Client(self.client_id(event)),
            outcome: Outcome::Done,
            changes: Vec::new(),
        }
    }

    pub fn roles(&self, roles: &[u64]) -> RoleGrants {
        let grant = |role: &u64| RoleGrant { role: self.role_id(*role), division: Division::All };
        RoleGrants::new(roles.iter().map(grant)).expect("a few roles")
    }

    /// The stamp that the record carries; none for one of a kind that carries none.
    pub fn stamp(&self, record: &Record) -> Option<Stamp> {
        let since = |at: Timestamp| Stamp::try_from(at.seconds_since(self.at(0))).ok();
        match record {
            Record::Organization(organization) => organization.name().as_str().parse().ok(),
            Record::Role(role) => role.name.as_str().parse().ok(),
            Record::Client(client) => client.name.as_str().parse().ok(),
            Record::Authorization(authorization) => match authorization.state() {
                AuthorizationState::Approved(approval) => since(approval.consent.at),
                AuthorizationState::Pending { at, .. } => since(*at),
                AuthorizationState::Revoked(revocation) => since(revocation.at),
            },
            Record::Family(family) => since(family.began),
            Record::AccessToken(token) => since(token.last_used),
            Record::AuthorizationCode(code) => since(code.issued),
            Record::ConsentPrompt(prompt) => since(prompt.asked),
            Record::UserConsent(consent) => since(consent.agreed.as_ref()?.at),
            Record::UsedAssertion(used) => since(used.used),
            Record::IdentityProvider(provider) => provider.labels.name.as_str().parse().ok(),
            Record::SamlRequest(request) => since(request.issued),
            Record::UsageDay(used) => since(used.usage.last_call()?),
            Record::UsageSource(source) => since(source.last_recorded),
            Record::ClientTally(tally) => Some(tally.clients),
            Record::User(_) | Record::Tombstone(_) | Record::SecretUse(_) | Record::Event(_) => None,
        }
    }

    /// An instant by number, for what happens one after the other.
    pub fn seconds(&self, number: u64) -> Timestamp {
        self.at(u32::try_from(number % 100_000).expect("a small number"))
    }

    pub fn draw(&self, what: &str, number: u64) -> [u8; 16] {
        let hash = Sha256::new()
            .chain_update(self.seed.to_be_bytes())
            .chain_update((self.check as u64).to_be_bytes())
            .chain_update(number.to_be_bytes())
            .chain_update(what)
            .finalize();
        let [half @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _]: [u8; 32] = hash.into();
        half
    }
}

pub(super) fn stamped(stamp: Stamp) -> Name {
    Name::new(&stamp.to_string()).expect("digits")
}

pub(super) fn scopes(text: &str) -> Scopes {
    Scopes::parse(text).expect("scopes")
}

pub(super) fn permissions(patterns: &[&str]) -> Permissions {
    let pattern = |text: &&str| PermissionPattern::new(text).expect("a pattern");
    Permissions::new(patterns.iter().map(pattern)).expect("a few patterns")
}

pub(super) fn redirect_uris(count: usize) -> RedirectUris {
    let uri = |number| RedirectUri::new(&format!("https://app.example/return/{number}")).expect("a URI");
    RedirectUris::new((0..count).map(uri)).expect("a few URIs")
}
