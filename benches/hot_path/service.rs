//! A service with organizations, clients and live tokens, filled without asking the server.

use std::ops::Range;

use grantor::access::DivisionRequired;
use grantor::access::PermissionsRequired;
use grantor::access::Requirement;
use grantor::access::ScopesRequired;
use grantor::audit::Actor;
use grantor::change::Changes;
use grantor::change::Record;
use grantor::model::AccessToken;
use grantor::model::Approval;
use grantor::model::Audience;
use grantor::model::Authorization;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::ClientSecret;
use grantor::model::ClientSecrets;
use grantor::model::Consent;
use grantor::model::Division;
use grantor::model::Governance;
use grantor::model::Grant;
use grantor::model::Granted;
use grantor::model::Holder;
use grantor::model::Lifecycle;
use grantor::model::Organization;
use grantor::model::Owner;
use grantor::model::Purpose;
use grantor::model::Role;
use grantor::model::RoleGrant;
use grantor::model::RoleGrants;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::value::AuthorizationId;
use grantor::value::ClientId;
use grantor::value::DivisionId;
use grantor::value::Epoch;
use grantor::value::Name;
use grantor::value::OrganizationId;
use grantor::value::Permission;
use grantor::value::PermissionPattern;
use grantor::value::Permissions;
use grantor::value::Plain;
use grantor::value::RoleId;
use grantor::value::ScopeCatalog;
use grantor::value::Scopes;
use grantor::value::SecretId;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use grantor::value::UserId;
use grantor::value::kind;

use crate::numbers::Numbers;

/// When everything is measured.
pub const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
/// The administrator of each organization.
pub const ADMINISTRATOR: UserId = UserId::from_random([1; 16]);

const DAY: u32 = 86_400;
const DIVISION: DivisionId = DivisionId::from_random([2; 16]);
const AGENTS: RoleId = RoleId::from_random([3; 16]);
const ADMINISTRATORS: RoleId = RoleId::from_random([4; 16]);
/// 10 domains with three patterns each: the role that every client has.
const DOMAINS: [&str; 10] = [
    "analytics",
    "architect",
    "authorization",
    "conversation",
    "directory",
    "flow",
    "outbound",
    "recording",
    "routing",
    "usage",
];

/// A server over a store in memory, and the clients in it.
pub struct Service {
    /// The server.
    pub server: AuthorizationServer<MemoryStore>,
    /// Its clients.
    pub clients: Vec<Registered>,
}

/// A client, approved in its organization.
pub struct Registered {
    /// Whose it is.
    pub organization: OrganizationId,
    /// The client.
    pub id: ClientId,
    /// What it authenticates with.
    pub secret: Plain<kind::ClientSecret>,
    authorization: AuthorizationId,
}

impl Service {
    /// So many clients of client credentials, in so many organizations by turns.
    pub fn new(organizations: u64, clients: u64) -> Self {
        let settings = Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::default());
        let mut service =
            Self { server: AuthorizationServer::new(MemoryStore::new(), settings), clients: Vec::new() };
        for number in 0..organizations {
            service.commit(organization(number));
        }
        for number in 0..clients {
            let (registered, records) = registered(number, organization_id(number % organizations));
            service.commit(records);
            service.clients.push(registered);
        }
        service
    }

    /// Makes the tokens with these numbers live: issued within the day, by all clients in turn.
    pub fn issue(&self, numbers: Range<u64>) {
        self.insert_tokens(numbers, |number| NOW.minus(u32::try_from(number % 80_000).unwrap_or(0)));
    }

    /// Inserts the tokens with these numbers, all due to be swept.
    pub fn issue_long_ago(&self, numbers: Range<u64>) {
        self.insert_tokens(numbers, |number| {
            NOW.minus(3 * DAY + u32::try_from(number % 80_000).unwrap_or(0))
        });
    }

    fn insert_tokens(&self, numbers: Range<u64>, issued: impl Fn(u64) -> Timestamp) {
        let clients = self.clients.len() as u64;
        let token = |number: u64| self.clients[(number % clients) as usize].token(number, issued(number));
        // Few at a time: what a commit already holds is searched for each change.
        for start in numbers.clone().step_by(8) {
            self.commit((start..numbers.end.min(start + 8)).map(|number| token(number).into()));
        }
    }

    /// Writes all of these, or fails.
    pub fn commit(&self, records: impl IntoIterator<Item = Record>) {
        let changes = records.into_iter().fold(Changes::new(), Changes::insert);
        assert_eq!(ready(self.server.store().commit(changes)), Ok(Ok(Commit::Applied)));
    }

    /// Whether the call with this header, which [`requirement`] is asked of, is allowed.
    pub fn allows(&self, header: &[u8], requirement: &Requirement) -> bool {
        ready(self.server.authorize_call(&[header], requirement, NOW)).expect("no waiting").is_ok()
    }
}

impl Registered {
    fn token(&self, number: u64, issued: Timestamp) -> AccessToken {
        AccessToken {
            digest: token(number).digest(),
            organization: self.organization,
            client: self.id,
            authorization: self.authorization,
            holder: Holder::Client,
            scopes: Scopes::empty(),
            issued,
            expires: issued.plus(DAY),
            last_used: issued,
            client_epoch: Epoch::FIRST,
            organization_epoch: Epoch::FIRST,
            authorization_epoch: Epoch::FIRST,
        }
    }
}

/// The token with this number.
pub fn token(number: u64) -> Plain<kind::AccessToken> {
    Plain::from_random(&Numbers::seeded(number).bytes())
}

/// The value of the `Authorization` header with the token of this number.
pub fn header(number: u64) -> [u8; 59] {
    let mut header = *b"Bearer gat_................................................";
    header[7..].copy_from_slice(token(number).expose().as_bytes());
    header
}

/// One permission in one division, which every client's role gives by a wildcard; no scope.
pub fn requirement() -> Requirement {
    Requirement {
        scopes: ScopesRequired::Nothing,
        permissions: PermissionsRequired::all([Permission::new("routing:user:edit").expect("a permission")]),
        division: DivisionRequired::In(DIVISION),
        ..Requirement::default()
    }
}

/// The organization with this number.
pub fn organization_id(number: u64) -> OrganizationId {
    OrganizationId::from_random(u128::from(number).to_be_bytes())
}

fn organization(number: u64) -> [Record; 4] {
    let organization = organization_id(number);
    let patterns = DOMAINS.iter().flat_map(|domain| {
        [format!("{domain}:queue:view"), format!("{domain}:report:view"), format!("{domain}:user:*")]
    });
    let grants = role_grants(ADMINISTRATORS, Division::All);
    [
        Organization::new(organization, name("Acme"), NOW.minus(90 * DAY)).into(),
        role(organization, AGENTS, patterns).into(),
        role(organization, ADMINISTRATORS, ["*:*:*".to_owned()]).into(),
        User { organization, id: ADMINISTRATOR, state: UserState::Active(grants), email: None }.into(),
    ]
}

fn role(organization: OrganizationId, id: RoleId, patterns: impl IntoIterator<Item = String>) -> Role {
    let patterns = patterns.into_iter().map(|text| PermissionPattern::new(&text).expect("a pattern"));
    let permissions = Permissions::new(patterns).expect("a few patterns");
    Role { organization, id, name: name("Role"), permissions }
}

fn role_grants(role: RoleId, division: Division) -> RoleGrants {
    RoleGrants::new([RoleGrant { role, division }]).expect("one grant")
}

fn name(text: &str) -> Name {
    Name::new(text).expect("a name")
}

fn registered(number: u64, organization: OrganizationId) -> (Registered, [Record; 2]) {
    let mut numbers = Numbers::seeded(number ^ (1 << 63));
    let registered = Registered {
        organization,
        id: ClientId::from_random(numbers.bytes()),
        secret: Plain::from_random(&numbers.bytes()),
        authorization: AuthorizationId::from_random(numbers.bytes()),
    };
    let by = Actor::User { organization, user: ADMINISTRATOR };
    let at = NOW.minus(60 * DAY).plus(u32::try_from(number).unwrap_or(0));
    let secrets = ClientSecrets::first(ClientSecret {
        id: SecretId::from_random(numbers.bytes()),
        digest: registered.secret.digest(),
        created: at,
        expires: None,
    });
    let roles = role_grants(AGENTS, Division::One(DIVISION));
    let client = Client::new(ClientFields {
        id: registered.id,
        owner: Owner::Organization(organization),
        name: name(&format!("Client {number}")),
        description: None,
        lifetime: TokenLifetime::DEFAULT,
        grant: Grant::ClientCredentials { secrets, roles, purpose: Purpose::General },
        lifecycle: Lifecycle::Active,
        epoch: Epoch::FIRST,
        governance: Governance::default(),
        created: at,
        created_by: by,
        modified: at,
        modified_by: by,
    });
    let consent = Consent { by, at, shown: Scopes::empty(), granted: Scopes::empty() };
    let approval = Approval { granted: Granted::Roles, audience: Audience::everyone(), consent };
    let approved = Authorization::approved(organization, registered.id, registered.authorization, approval);
    (registered, [client.expect("fields that agree").into(), approved.into()])
}
