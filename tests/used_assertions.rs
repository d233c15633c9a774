//! An assertion is accepted once (SA-11): what every acceptance will rest on.
#![cfg(feature = "testing")]

use std::sync::Barrier;
use std::thread;

use grantor::AuthorizationServer;
use grantor::Settings;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::model::UsedAssertion;
use grantor::ready;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::NOON;
use grantor::value::AssertionKey;

fn used(issuer: &str, id: &str) -> UsedAssertion {
    UsedAssertion {
        key: AssertionKey::of(issuer, b"key", id),
        organization: ACME,
        used: NOON,
        expires: NOON.plus(60),
    }
}

fn claim(store: &MemoryStore, assertion: UsedAssertion) -> bool {
    ready(store.commit(Changes::new().insert(assertion))).unwrap().unwrap() == Commit::Applied
}

/// threat 20: of any number who present one assertion at once, one is accepted.
#[test]
fn threat_20_one_of_many_uses_an_assertion() {
    for round in 0..50 {
        let (store, start) = (MemoryStore::new(), Barrier::new(8));
        let assertion = used("https://idp.example.com", &format!("_{round}"));
        let accepted: usize = thread::scope(|scope| {
            let claims: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        claim(&store, assertion)
                    })
                })
                .collect();
            claims.into_iter().map(|claim| usize::from(claim.join().unwrap())).sum()
        });
        assert_eq!(accepted, 1, "round {round}");
    }
}

/// threat 20: an issuer does not use up what another one gave the same id.
#[test]
fn threat_20_ids_are_each_issuers_own() {
    let store = MemoryStore::new();
    assert!(claim(&store, used("https://idp.example.com", "_a1")));
    assert!(claim(&store, used("https://other.example.com", "_a1")));
    assert!(!claim(&store, used("https://idp.example.com", "_a1")));
}

/// SA-11, LC-11, threat 53: it is remembered until a day after it could not be accepted anyway, and not a second less: a
/// sweep by a clock that is ahead by as much has nothing accepted again.
#[test]
fn sa_11_a_used_assertion_is_remembered_beyond_its_end() {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), Default::default());
    let server = AuthorizationServer::with_entropy(MemoryStore::new(), SeededEntropy::new(1), settings);
    let assertion = used("https://idp.example.com", "_a1");
    assert!(claim(server.store(), assertion));
    let is_kept =
        || ready(server.store().record(Key::UsedAssertion(assertion.key))).unwrap().unwrap().is_some();
    let forgotten = assertion.expires.plus(86_400);
    assert_eq!(assertion.forgotten(), forgotten);
    ready(server.sweep(10, forgotten.minus(1))).unwrap().unwrap();
    assert!(is_kept());
    assert_eq!(ready(server.sweep(10, forgotten)).unwrap().unwrap().tokens, 1);
    assert!(!is_kept());
}
