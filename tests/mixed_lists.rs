//! What governance tells where a store mixes another organization's records into its lists (threat 37).
#![cfg(feature = "testing")]

mod common;

use std::convert::Infallible;
use std::sync::Arc;

use grantor::access::Access;
use grantor::admin::Proposal;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::EventQuery;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Position;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::GrantType;
use grantor::model::Policy;
use grantor::ready;
use grantor::review::report::ReviewCriteria;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::MemoryStore;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::World;
use grantor::value::Digest;
use grantor::value::EventId;
use grantor::value::TokenLifetime;
use grantor::value::kind;

use common::House;
use common::crowd;
use common::done;
use common::draft;

/// A store that adds these records to the end of every page that does not hold them.
#[derive(Debug)]
struct Mixing {
    records: Arc<MemoryStore>,
    strangers: Vec<Versioned<Record>>,
}

impl Store for Mixing {
    type Error = Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Infallible> {
        self.records.record(key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Infallible> {
        self.records.access(digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, Infallible> {
        let Ok(mut page) = self.records.list(range).await;
        let nowhere = Position::of_event(EventId::from_bytes([0; 16]));
        let last = page.items.last().map_or(nowhere, |(position, _)| *position);
        let own: Vec<Key> = page.items.iter().map(|(_, stored)| stored.record.key()).collect();
        let strangers = self.strangers.iter().filter(|stranger| !own.contains(&stranger.record.key()));
        page.items.extend(strangers.map(|stranger| (last, stranger.clone())));
        Ok(page)
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Infallible>> {
        self.records.commit(changes).await
    }
}

fn is_of_globex(record: &Record) -> bool {
    match record {
        Record::Event(event) => event.organization == Some(GLOBEX),
        Record::AccessToken(token) => token.organization == GLOBEX,
        Record::Family(login) => login.organization == GLOBEX,
        Record::Authorization(word) => word.organization() == GLOBEX,
        Record::Client(client) => client.organization() == Some(GLOBEX),
        Record::User(user) => user.organization == GLOBEX,
        Record::UsageSummary(usage) => usage.organization == GLOBEX,
        _ => false,
    }
}

/// Two organizations, each of which did something with clients of its own, and with a built-in one.
fn two() -> (House, Vec<Versioned<Record>>) {
    let house = crowd();
    let built_in =
        done(house.server.operator().declare_built_in(&draft(GrantType::AuthorizationCode), false, NOON));
    for organization in [ACME, GLOBEX] {
        let admin = house.server.administration(organization, ADMINISTRATOR);
        let own = done(admin.create_client(&draft(GrantType::AuthorizationCode), NOON)).client.id;
        let _ = done(admin.authorize(own, None, NOON));
    }
    let globex = house.server.administration(GLOBEX, ADMINISTRATOR);
    let _ = done(globex.revoke(built_in.client.id, Acknowledgement::Given, NOON));
    let strangers =
        house.store().memory().records().into_iter().filter(|stored| is_of_globex(&stored.record));
    let strangers = strangers.collect();
    (house, strangers)
}

/// Everything that governance tells Acme, by what was asked.
fn told(
    records: Arc<MemoryStore>,
    world: &World,
    strangers: Vec<Versioned<Record>>,
) -> Vec<(String, String)> {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), common::catalog());
    let store = Mixing { records, strangers };
    let server = AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings);
    let admin = server.administration(ACME, ADMINISTRATOR);
    let mut told = Vec::new();
    for client in [None, Some(world.web.id), Some(world.saml.id)] {
        let query = EventQuery { client, ..EventQuery::default() };
        let found = ready(admin.events(&query, None, 500, NOON)).unwrap().unwrap();
        told.push((format!("{query:?}"), format!("{:?}", found.items)));
    }
    let then = ready(admin.applications_at(NOON, None, 500, NOON)).unwrap().unwrap();
    told.push(("applications".into(), format!("{:?}", then.items)));
    let review = ready(admin.review(&ReviewCriteria::default(), NOON)).unwrap().unwrap();
    told.push(("review".into(), format!("{review:?}")));
    let maximum_lifetime = TokenLifetime::from_seconds(300).ok();
    for proposal in [
        Proposal::EndTokens,
        Proposal::ChangePolicy(Policy { maximum_lifetime, ..Policy::default() }),
        Proposal::DeleteClient(world.web.id),
        Proposal::DeleteClient(world.saml.id),
        Proposal::Revoke(world.web.id),
        Proposal::EndTokensOfClient(world.service.id),
        #[cfg(feature = "saml")]
        Proposal::DisableProvider(world.provider.id),
    ] {
        let impact = ready(admin.impact(&proposal, NOON)).unwrap().unwrap();
        told.push((format!("{proposal:?}"), format!("{impact:?}")));
    }
    told
}

/// OR-01, threat 37: a store that lists another organization's records is broken; what they say is told nevertheless to
/// nobody, nor counted: the trail, the history, the review and the impact are as without them.
#[test]
fn threat_37_what_a_list_holds_of_another_is_not_told() {
    let (house, strangers) = two();
    assert!(strangers.len() > 10, "{}", strangers.len());
    let records = || Arc::clone(house.store().memory());
    let sound = told(records(), &house.world, Vec::new());
    let mixed = told(records(), &house.world, strangers);
    assert_eq!(sound.len(), mixed.len());
    for ((asked, expected), (_, answer)) in sound.iter().zip(&mixed) {
        assert_eq!(answer, expected, "{asked}");
    }
    assert!(sound.iter().any(|(_, answer)| answer.contains("approved_by_default: true")));
}
