//! A server over the world of the fixtures.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::future::Future;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::access::Allowed;
use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::audit::Event;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::AccessToken;
use grantor::model::Client;
use grantor::model::ClientTally;
use grantor::model::Division;
use grantor::model::GrantType;
use grantor::model::Policy;
use grantor::model::RoleGrant;
use grantor::model::TokenFamily;
use grantor::model::UserConsent;
use grantor::ready;
use grantor::server::Administration;
use grantor::server::AuthorizationServer;
use grantor::server::CallDenial;
use grantor::server::CallError;
use grantor::server::CreatedClient;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::World;
use grantor::testing::fixtures::YESTERDAY;
use grantor::value::ClientId;
use grantor::value::Description;
use grantor::value::OrganizationId;
use grantor::value::Plain;
use grantor::value::Scope;
use grantor::value::ScopeCatalog;
use grantor::value::ScopeEntry;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::value::kind;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;

use super::Broken;
use super::Spy;
use super::tested_provider;

/// Number 20: of Acme, authorization code, set for deletion a day ago.
pub const LAPSED: u64 = 20;
/// Number 21: of Acme, authorization code, its authorization there revoked.
pub const WITHDRAWN: u64 = 21;
/// Number 22: of Globex, authorization code, on which Acme has no word.
pub const NEWCOMER: u64 = 22;

/// Number 23: an identity provider of Acme that was tested, with two certificates.
pub const TESTED: u64 = 23;

/// A server, and what a test asks of it.
pub struct House {
    pub server: AuthorizationServer<Spy>,
    pub world: World,
}

/// What an answer of the token endpoint says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Told {
    /// A token, and for how many seconds.
    Token(String, u64),
    /// The status and the error.
    Error(u16, String),
}

/// The scopes that there are in these tests.
pub fn catalog() -> ScopeCatalog {
    let entry = |scope: &str| ScopeEntry {
        scope: Scope::new(scope).unwrap(),
        description: Description::new(&format!("What {scope} opens")).unwrap(),
    };
    let scopes =
        ["analytics", "analytics:readonly", "routing", "routing:readonly", "users", "users:readonly"];
    ScopeCatalog::new(scopes.map(entry)).unwrap()
}

/// A draft that can be accepted, of this grant type.
pub fn draft(grant_type: GrantType) -> ClientDraft {
    let own = ClientDraft { name: "Reports".into(), grant_type: Some(grant_type), ..ClientDraft::default() };
    match grant_type {
        GrantType::ClientCredentials => {
            ClientDraft { roles: vec![RoleGrant { role: VIEWERS, division: Division::All }], ..own }
        }
        GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => ClientDraft {
            redirect_uris: vec!["https://reports.example.com/callback".into()],
            scopes: vec!["routing".into(), "users:readonly".into()],
            ..own
        },
    }
}

impl House {
    /// The world of the fixtures, with three clients and an identity provider more. Its administrator holds both roles of Acme.
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with the world changed first.
    pub fn with(change: impl FnOnce(&mut World)) -> Self {
        let mut world = fixtures::world();
        world.administrator = fixtures::user(
            ACME,
            ADMINISTRATOR,
            fixtures::role_grants([(fixtures::ADMINISTRATORS, Division::All), (VIEWERS, Division::All)]),
        );
        world.acme = world.acme.with_identity_provider();
        change(&mut world);
        let house = Self::over(Arc::new(MemoryStore::new()), world.clone());
        let lapsed = fixtures::client(LAPSED, GrantType::AuthorizationCode);
        let withdrawn = fixtures::client(WITHDRAWN, GrantType::AuthorizationCode);
        let newcomer =
            fixtures::changed(&fixtures::client(NEWCOMER, GrantType::AuthorizationCode), |fields| {
                fields.owner = world.partner.owner;
            });
        let revoked =
            fixtures::approved(ACME, &withdrawn).revoke(fixtures::administrator(), YESTERDAY).unwrap();
        let removal = YESTERDAY.plus(604_800);
        let inactive = lapsed.deactivate(fixtures::administrator(), removal, YESTERDAY).unwrap();
        let [acme, globex] = world.tallies();
        house.plant(
            world
                .changes()
                .insert(fixtures::approved(ACME, &lapsed))
                .insert(inactive)
                .insert(revoked)
                .insert(withdrawn)
                .insert(newcomer)
                .insert(tested_provider(ACME))
                .with(Change::Insert(acme.more().more().into()))
                .with(Change::Insert(globex.more().into())),
        );
        house
    }

    /// A server over these records, with entropy of the seed 1.
    pub fn over(records: Arc<MemoryStore>, world: World) -> Self {
        Self::over_with_seed(records, world, 1)
    }

    pub fn over_with_seed(records: Arc<MemoryStore>, world: World, seed: u64) -> Self {
        let settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
        let server =
            AuthorizationServer::with_entropy(Spy::over(records), SeededEntropy::new(seed), settings);
        Self { server, world }
    }

    /// Another server over the same records, with calls, faults and entropy of its own.
    pub fn another(&self, seed: u64) -> Self {
        Self::over_with_seed(Arc::clone(self.store().memory()), self.world.clone(), seed)
    }

    pub fn store(&self) -> &Spy {
        self.server.store()
    }

    /// The administrator of Acme.
    pub fn admin(&self) -> Administration<'_, Spy> {
        self.server.administration(ACME, ADMINISTRATOR)
    }

    /// Puts records there without the server.
    #[track_caller]
    pub fn plant(&self, changes: Changes) {
        assert_eq!(
            ready(self.store().memory().commit(changes)).unwrap(),
            Ok(Commit::Applied),
            "planted twice"
        );
    }

    /// Puts this record there, in place of what is under its key.
    #[track_caller]
    pub fn put(&self, record: impl Into<Record>) {
        let record = record.into();
        let changes = match self.find(record.key()) {
            None => Changes::new().insert(record),
            Some(there) => Changes::new().update(there.version, record),
        };
        self.plant(changes);
    }

    pub fn find(&self, key: Key) -> Option<Versioned<Record>> {
        let Ok(found) = ready(self.store().memory().record(key)).unwrap();
        found
    }

    /// The client as it is stored.
    #[track_caller]
    pub fn client(&self, id: ClientId) -> Client {
        match self.find(Key::Client(id)).map(|found| found.record) {
            Some(Record::Client(client)) => (*client).clone(),
            other => panic!("no client but {other:?}"),
        }
    }

    pub fn tally(&self, organization: OrganizationId) -> u32 {
        match self.find(Key::ClientTally(organization)).map(|found| found.record) {
            Some(Record::ClientTally(ClientTally { clients, .. })) => clients,
            _ => 0,
        }
    }

    /// The policy of Acme, changed without the server.
    pub fn set_policy(&self, organization: OrganizationId, policy: Policy, now: Timestamp) {
        match self.find(Key::Organization(organization)).map(|found| found.record) {
            Some(Record::Organization(stored)) => self.put(stored.with_policy(policy, now)),
            other => panic!("no organization but {other:?}"),
        }
    }

    /// Everything that is stored but the audit trail, by key.
    pub fn dump(&self) -> BTreeMap<Key, Versioned<Record>> {
        let records = self.store().memory().records().into_iter().map(|stored| (stored.record.key(), stored));
        records.filter(|(key, _)| key.kind() != Kind::Event).collect()
    }

    /// The audit trail, by key.
    pub fn events(&self) -> Vec<Event> {
        let records = self.store().memory().records().into_iter().map(|stored| stored.record);
        records
            .filter_map(|record| match record {
                Record::Event(event) => Some((*event).clone()),
                _ => None,
            })
            .collect()
    }

    /// The events that these steps leave.
    pub fn events_of<T>(&self, steps: impl FnOnce() -> T) -> (T, Vec<Event>) {
        let before = self.events();
        let value = steps();
        let after = self.events().into_iter().filter(|event| !before.contains(event)).collect();
        (value, after)
    }

    /// Creates a client of Acme.
    #[track_caller]
    pub fn create(&self, draft: &ClientDraft, now: Timestamp) -> CreatedClient {
        done(self.admin().create_client(draft, now))
    }

    /// Creates a client of client credentials and authorizes it: its id and its secret.
    #[track_caller]
    pub fn service(&self, draft: &ClientDraft, now: Timestamp) -> (ClientId, String) {
        let created = self.create(draft, now);
        let _ = done(self.admin().authorize(created.client.id, None, now));
        (created.client.id, created.secret.expect("a secret").expose().to_owned())
    }

    /// The answer to a request for a token by these headers and this body.
    pub fn post(&self, headers: &[&str], body: &[u8], now: Timestamp) -> Response {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
        let request = TokenRequest {
            authorization: &headers,
            content_type: Some(b"application/x-www-form-urlencoded"),
            body,
        };
        match ready(self.server.token(&request, now)).unwrap() {
            Ok(response) => response,
            Err(error @ Error::Contended) => error.response(),
            Err(error) => panic!("not answered: {error}"),
        }
    }

    /// The answer to a client that asks for a token for itself, by HTTP Basic.
    pub fn ask(&self, client: ClientId, secret: &str, now: Timestamp) -> Response {
        self.post(&[&basic(client, secret)], b"grant_type=client_credentials", now)
    }

    /// What that answer says.
    #[track_caller]
    pub fn asked(&self, client: ClientId, secret: &str, now: Timestamp) -> Told {
        told(&self.ask(client, secret, now))
    }

    /// The token that is issued to the client for itself.
    #[track_caller]
    pub fn issue(&self, client: ClientId, secret: &str, now: Timestamp) -> String {
        match self.asked(client, secret, now) {
            Told::Token(token, _) => token,
            refused @ Told::Error(..) => panic!("no token: {refused:?}"),
        }
    }

    /// A call with the token.
    pub fn call(
        &self,
        token: &str,
        requirement: &Requirement,
        now: Timestamp,
    ) -> Result<Allowed, CallDenial> {
        let header = format!("Bearer {token}");
        match ready(self.server.authorize_call(&[header.as_bytes()], requirement, now)).unwrap() {
            Ok(allowed) => Ok(allowed),
            Err(CallError::Denied(denial)) => Err(*denial),
            Err(CallError::Failed(error)) => panic!("not judged: {error}"),
        }
    }

    /// The code with which a call that needs nothing more is refused; none where it is allowed.
    pub fn refused(&self, token: &str, now: Timestamp) -> Option<&'static str> {
        self.call(token, &fixtures::requirement("", ""), now).err().map(|denial| denial.reason.code())
    }

    /// Puts a login there, and the user's word that it stands on.
    pub fn put_login(&self, login: &TokenFamily) {
        let TokenFamily { organization, client, user, .. } = *login;
        self.put(login.clone());
        self.put(UserConsent { epoch: login.consent_epoch, ..UserConsent::none(organization, client, user) });
    }

    /// Plants a token of this number, like the one given, and answers its text.
    pub fn plant_token(&self, number: u64, like: &AccessToken) -> String {
        let plain: Plain<kind::AccessToken> = fixtures::plain(number);
        self.plant(Changes::new().insert(AccessToken { digest: plain.digest(), ..like.clone() }));
        plain.expose().to_owned()
    }

    /// The text of the token of the world's client [`web`](World::web), in the viewer's name.
    pub fn web_token(&self) -> String {
        fixtures::token_of(self.world.web.id).expose().to_owned()
    }

    /// The secret of a client of the fixtures.
    pub fn secret(&self, client: &Client) -> String {
        fixtures::secret_of(client.id).expose().to_owned()
    }

    /// Adds an active user of Acme with a role of its own that permits this.
    pub fn user_with(&self, number: u64, permitted: &str) -> UserId {
        let (user, role) = (fixtures::id(number), fixtures::id(number));
        self.put(fixtures::role(ACME, role, permitted));
        self.put(fixtures::user(ACME, user, fixtures::role_grants([(role, Division::All)])));
        user
    }

    /// Sweeps until nothing is due.
    #[track_caller]
    pub fn sweep_all(&self, now: Timestamp) {
        for _ in 0..1_000 {
            if !done(self.server.sweep(500, now)).more {
                return;
            }
        }
        panic!("the sweep does not end");
    }
}

/// The header of HTTP Basic.
pub fn basic(client: ClientId, secret: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")))
}

/// What an answer of the token endpoint says.
#[track_caller]
pub fn told(response: &Response) -> Told {
    let body: Value = serde_json::from_slice(&response.body).expect("JSON");
    match response.status {
        200 => Told::Token(
            body["access_token"].as_str().expect("a token").to_owned(),
            body["expires_in"].as_u64().expect("a lifetime"),
        ),
        status => Told::Error(status, body["error"].as_str().expect("an error").to_owned()),
    }
}

/// What an operation answered that succeeded.
#[track_caller]
pub fn done<T>(operation: impl Future<Output = Result<T, Error<Broken>>>) -> T {
    match ready(operation).unwrap() {
        Ok(value) => value,
        Err(error) => panic!("not done: {error}"),
    }
}

/// Why an operation was refused.
#[track_caller]
pub fn denied<T: Debug>(operation: impl Future<Output = Result<T, Error<Broken>>>) -> Denial {
    match ready(operation).unwrap() {
        Err(Error::Denied(denial)) => denial,
        other => panic!("not denied: {other:?}"),
    }
}

/// The stable code of the refusal.
#[track_caller]
pub fn code<T: Debug>(operation: impl Future<Output = Result<T, Error<Broken>>>) -> &'static str {
    denied(operation).code()
}

/// Both hold the same. Shows what differs, and not all there is.
#[track_caller]
pub fn assert_same(
    actual: &BTreeMap<Key, Versioned<Record>>,
    expected: &BTreeMap<Key, Versioned<Record>>,
    context: &str,
) {
    let keys = actual.keys().chain(expected.keys());
    let differing: Vec<_> = keys
        .filter(|key| actual.get(key) != expected.get(key))
        .map(|key| (actual.get(key), expected.get(key)))
        .collect();
    assert!(differing.is_empty(), "{context}: actual and expected: {differing:#?}");
}
