//! Requests to identity providers are forgotten when no answer is taken any more (SA-06).
#![cfg(feature = "testing")]

use grantor::AuthorizationServer;
use grantor::Settings;
use grantor::change::Change;
use grantor::change::Key;
use grantor::change::Record;
use grantor::model::IdentityProvider;
use grantor::model::SamlRequest;
use grantor::ready;
use grantor::server::Swept;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::NOON;
use grantor::value::Plain;
use grantor::value::Timestamp;
use grantor::value::kind;

struct Shop {
    server: AuthorizationServer<MemoryStore>,
    provider: IdentityProvider,
}

impl Shop {
    fn new() -> Self {
        let settings = Settings::new("https://login.example.com".parse().unwrap(), Default::default());
        let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
        let shop = Self { server, provider: fixtures::identity_provider(ACME, 1) };
        shop.put([shop.provider.clone().into()]);
        shop
    }

    fn put(&self, records: impl IntoIterator<Item = Record>) {
        let changes = records.into_iter().map(Change::Insert).collect();
        assert_eq!(ready(self.server.store().commit(changes)).unwrap(), Ok(Commit::Applied));
    }

    fn is_kept(&self, key: Key) -> bool {
        ready(self.server.store().record(key)).unwrap().unwrap().is_some()
    }

    fn sweep(&self, limit: u16, now: Timestamp) -> Swept {
        ready(self.server.sweep(limit, now)).unwrap().unwrap()
    }
}

fn numbered(shop: &Shop, number: u64) -> SamlRequest {
    let ticket: Plain<kind::SamlTicket> = fixtures::plain(number);
    SamlRequest { digest: ticket.digest(), ..fixtures::saml_request(&shop.provider) }
}

/// SA-06: answered or not, it is there as long as an answer could come, to the second, and gone from then on.
#[test]
fn sa_06_a_request_is_kept_until_it_expires() {
    let shop = Shop::new();
    let waiting = numbered(&shop, 1);
    let refused = numbered(&shop, 2).refused("saml.response.status");
    let answered = numbered(&shop, 3).answered(NOON);
    let expires = waiting.expires;
    let keys = [&waiting, &refused, &answered].map(|request| Key::SamlRequest(request.digest));
    shop.put([waiting, refused, answered].map(Record::from));

    assert_eq!(shop.sweep(10, expires.minus(1)), Swept::default());
    assert!(keys.iter().all(|key| shop.is_kept(*key)));
    assert_eq!(shop.sweep(10, expires).tokens, 3);
    assert!(!keys.iter().any(|key| shop.is_kept(*key)));
    assert!(shop.is_kept(Key::IdentityProvider(ACME, shop.provider.id)), "nothing else goes with it");
}

/// SA-06: one sweep forgets no more than it was asked to, the first to expire first, and says that there is more.
#[test]
fn sa_06_a_sweep_of_requests_is_bounded() {
    let shop = Shop::new();
    let mut requests: Vec<SamlRequest> = (0..25).map(|number| numbered(&shop, 100 + number)).collect();
    let expires = requests[0].expires.plus(1);
    requests[..20].iter_mut().for_each(|request| request.expires = expires);
    let keys: Vec<Key> = requests.iter().map(|request| Key::SamlRequest(request.digest)).collect();
    shop.put(requests.into_iter().map(Record::from));

    let first = shop.sweep(5, expires);
    assert_eq!((first.tokens, first.more), (5, true));
    let left: Vec<bool> = keys.iter().map(|key| shop.is_kept(*key)).collect();
    assert_eq!(left, [vec![true; 20], vec![false; 5]].concat());
    for (forgotten, more) in [(12, true), (8, false), (0, false)] {
        let swept = shop.sweep(12, expires);
        assert_eq!((swept.tokens, swept.more), (forgotten, more));
    }
    assert!(!keys.iter().any(|key| shop.is_kept(*key)));
}
