//! An organization with as many clients as is asked for, and what a review of it reads at least.
#![allow(dead_code, reason = "each binary uses a part")]

use grantor::change::Changes;
use grantor::change::Index;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::Caller;
use grantor::model::Calls;
use grantor::model::Counted;
use grantor::model::GrantType;
use grantor::model::Policy;
use grantor::model::Usage;
use grantor::model::UsageDay;
use grantor::model::UsageSummary;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Range;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::value::Day;
use grantor::value::ScopeCatalog;

/// A server over a store with so many clients of Acme, each approved, with a secret that was used, and ninety days of
/// calls. Each gives rise to some findings.
pub fn crowd(clients: u64) -> AuthorizationServer<MemoryStore> {
    let (world, store) = (fixtures::world(), MemoryStore::new());
    ready(world.install(&store)).unwrap();
    let days = ninety_days();
    for first in (0..clients).step_by(100) {
        let mut changes = Changes::new();
        for number in first..(first + 100).min(clients) {
            let grant_type = GrantType::ALL[number as usize % 3];
            let client = fixtures::changed(&fixtures::client(1_000 + number, grant_type), |fields| {
                fields.name = fixtures::name(&format!("Client {number}"));
                fields.created = NOON.minus(400 * DAY);
            });
            let mut summary = days.clone();
            summary.client = client.id;
            let secret = client.secret_ids().next().unwrap();
            changes = changes
                .insert(fixtures::approved(ACME, &client))
                .insert(client.secret_use(secret, NOON.minus(DAY)))
                .insert(summary)
                .insert(client);
        }
        assert_eq!(ready(store.commit(changes)).unwrap(), Ok(Commit::Applied));
    }
    let mut settings = Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::default());
    settings.client_limit = Policy::default().client_limit;
    AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings)
}

/// Ninety days of calls, of a client that is named later.
fn ninety_days() -> UsageSummary {
    let mut days = (0..90_u16).map(|back| {
        let day = Day::of(NOON).minus(back);
        let mut usage = Usage::default();
        usage.count(&Counted {
            endpoint: None,
            caller: Caller::Client,
            calls: Calls::new([0, 40, 0, 2, 0]),
            scope: Some(&"routing:readonly".parse().unwrap()),
            permissions: &["routing:queue:view".parse().unwrap()],
            last_call: day.start(),
        });
        UsageDay { organization: ACME, client: fixtures::id(0), day, usage }
    });
    let mut summary = UsageSummary::of(&days.next().unwrap()).unwrap();
    days.for_each(|day| summary.add(&day));
    summary
}

/// Reads what a review reads, and does nothing with it: how many records there were.
pub fn read_alone(store: &MemoryStore) -> usize {
    let mut read = 0;
    let record = |key| ready(store.record(key)).unwrap().unwrap().into_iter().count();
    for index in [Index::UsageSummaries(ACME), Index::Clients(ACME), Index::Authorizations(ACME)] {
        let mut range = Range { limit: 100, ..Range::of(index) };
        loop {
            let page = ready(store.list(range)).unwrap().unwrap();
            for (_, stored) in &page.items {
                read += 1;
                read += match &stored.record {
                    Record::Client(client) => {
                        let uses: usize = client.secret_ids().map(|id| record(Key::SecretUse(id))).sum();
                        uses + record(Key::UsageSummary(ACME, client.id))
                    }
                    Record::Authorization(authorization) => {
                        let client = authorization.client();
                        record(Key::Client(client)) + record(Key::UsageSummary(ACME, client))
                    }
                    _ => 0,
                };
            }
            match page.next {
                Some(next) => range.after = Some(next),
                None => break,
            }
        }
    }
    read
}
