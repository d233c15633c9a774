//! What is particular to this store; what any store promises is in the conformance suite.

use std::sync::atomic::AtomicBool;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::thread;

use super::*;
use crate::audit::Actor;
use crate::change::Change;
use crate::change::Position;
use crate::change::Version;
use crate::model::AccessToken;
use crate::model::Client;
use crate::model::ClientFields;
use crate::model::ClientTally;
use crate::model::Division;
use crate::model::FamilyState;
use crate::model::Governance;
use crate::model::Grant;
use crate::model::Holder;
use crate::model::Lifecycle;
use crate::model::Organization;
use crate::model::Owner;
use crate::model::Role;
use crate::model::RoleGrant;
use crate::model::RoleGrants;
use crate::model::TokenFamily;
use crate::model::User;
use crate::model::UserState;
use crate::ready;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::FamilyId;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Permissions;
use crate::value::RedirectUri;
use crate::value::RedirectUris;
use crate::value::RoleId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::TokenLifetime;
use crate::value::UserId;

const ACME: OrganizationId = OrganizationId::from_bytes([1; 16]);
const CLIENT: ClientId = ClientId::from_bytes([2; 16]);
const USER: UserId = UserId::from_bytes([3; 16]);
const FAMILY: FamilyId = FamilyId::from_bytes([4; 16]);

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_unix(seconds)
}

/// 32 bytes as uniform as a digest, by number.
fn digest(number: u64) -> Digest<kind::AccessToken> {
    let mut bytes = [0; 32];
    for (word, to) in (0..).zip(bytes.as_chunks_mut::<8>().0) {
        *to = (number * 4 + word + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).to_le_bytes();
    }
    Digest::from_bytes(bytes)
}

fn token(number: u64) -> AccessToken {
    AccessToken {
        digest: digest(number),
        organization: ACME,
        client: CLIENT,
        authorization: AuthorizationId::BUILT_IN,
        holder: Holder::Client,
        scopes: Scopes::empty(),
        issued: at(0),
        expires: at(i64::try_from(number).unwrap()),
        last_used: at(0),
        client_epoch: Epoch::FIRST,
        organization_epoch: Epoch::FIRST,
        authorization_epoch: Epoch::FIRST,
    }
}

fn user_token(number: u64) -> AccessToken {
    let holder = Holder::User { user: USER, family: FAMILY };
    AccessToken { holder, scopes: Scopes::parse("a b:readonly").unwrap(), ..token(number) }
}

fn family(number: u8, expires: i64) -> TokenFamily {
    TokenFamily {
        id: FamilyId::from_bytes([number; 16]),
        organization: ACME,
        client: CLIENT,
        authorization: AuthorizationId::BUILT_IN,
        user: USER,
        began: at(0),
        expires: at(expires),
        state: FamilyState::Live,
        client_epoch: Epoch::FIRST,
        organization_epoch: Epoch::FIRST,
        authorization_epoch: Epoch::FIRST,
        consent_epoch: Epoch::FIRST,
        scopes: Scopes::empty(),
        refresh: None,
    }
}

fn tally(number: u8, clients: u32) -> ClientTally {
    ClientTally { organization: OrganizationId::from_bytes([number; 16]), clients }
}

fn role(number: u8) -> Role {
    let id = RoleId::from_bytes([number; 16]);
    Role { organization: ACME, id, name: Name::new("Role").unwrap(), permissions: Permissions::default() }
}

fn commit(store: &MemoryStore, changes: Changes) -> Commit {
    ready(store.commit(changes)).unwrap().unwrap()
}

#[track_caller]
fn applied(store: &MemoryStore, changes: Changes) {
    assert_eq!(commit(store, changes), Commit::Applied);
}

fn read(store: &MemoryStore, key: Key) -> Option<Versioned<Record>> {
    ready(store.record(key)).unwrap().unwrap()
}

fn clients_of(store: &MemoryStore, number: u8) -> (Version, u32) {
    match read(store, tally(number, 0).key()) {
        Some(Versioned { version, record: Record::ClientTally(tally) }) => (version, tally.clients),
        other => panic!("{other:?}"),
    }
}

impl ClientTally {
    fn key(self) -> Key {
        Record::from(self).key()
    }
}

fn listed(store: &MemoryStore, range: Range) -> (Vec<Key>, Option<Position>) {
    let page = ready(store.list(range)).unwrap().unwrap();
    (page.items.iter().map(|(_, versioned)| versioned.record.key()).collect(), page.next)
}

#[test]
fn a_token_is_given_back_as_it_came() {
    let odd = AccessToken {
        issued: Timestamp::MAX,
        expires: Timestamp::MIN,
        last_used: at(-1),
        client_epoch: Epoch::FIRST.next(),
        ..user_token(3)
    };
    let store = MemoryStore::new();
    for token in [token(1), user_token(2), odd] {
        applied(&store, Changes::new().insert(token.clone()));
        let read = read(&store, Key::AccessToken(token.digest)).unwrap();
        assert_eq!(read, Versioned { version: Version::FIRST, record: token.clone().into() });
        let due = ready(store.list(Range::of(Index::Due))).unwrap().unwrap().items;
        let position = read.record.entries().next().unwrap().position;
        assert!(due.contains(&(position, read)), "{position:?} whole, and the token at it");
    }
}

#[test]
fn a_bucket_of_the_tokens_is_80_bytes() {
    assert_eq!(size_of::<([u8; 32], tokens::Row)>(), 80);
}

#[test]
fn tokens_of_one_client_share_what_they_have_in_common() {
    let store = MemoryStore::new();
    let tokens = (0..100).map(token);
    applied(&store, tokens.map(|token| Change::Insert(token.into())).collect());
    assert_eq!(store.commons.len(), 1);
    applied(&store, Changes::new().insert(user_token(100)));
    assert_eq!(store.commons.len(), 2);
}

#[test]
fn what_no_token_shares_is_dropped() {
    let store = MemoryStore::new();
    let mut epoch = Epoch::FIRST;
    for _ in 0..1_000 {
        epoch = epoch.next();
        let token = AccessToken { client_epoch: epoch, ..token(1) };
        applied(&store, Changes::new().insert(token.clone()));
        applied(&store, Changes::new().delete(Version::FIRST, Key::AccessToken(token.digest)));
    }
    assert!(store.commons.len() < 20, "{}", store.commons.len());
}

#[test]
fn one_condition_that_fails_fails_the_commit() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(tally(1, 1)).insert(token(1)));
    let before = store.records();
    let later = Version::FIRST.next();
    let failing = [
        Change::Insert(tally(1, 9).into()),
        Change::Insert(token(1).into()),
        Change::Update(later, tally(1, 9).into()),
        Change::Update(later, token(1).into()),
        Change::Update(Version::FIRST, tally(2, 9).into()),
        Change::Delete(later, tally(1, 0).key()),
        Change::Delete(Version::FIRST, Key::AccessToken(digest(2))),
        Change::Unchanged(tally(1, 0).key(), None),
        Change::Unchanged(tally(1, 0).key(), Some(later)),
        Change::Unchanged(Key::AccessToken(digest(2)), Some(Version::FIRST)),
    ];
    for change in failing {
        let changes = Changes::new().insert(tally(7, 0)).with(change.clone()).insert(token(7));
        assert_eq!(commit(&store, changes), Commit::Conflict, "{change:?}");
        assert_eq!(store.records(), before, "{change:?}");
    }
    let guards = Changes::new()
        .unchanged(tally(1, 0).key(), Some(Version::FIRST))
        .unchanged(tally(2, 0).key(), None)
        .update(Version::FIRST, token(1).used(at(5)));
    applied(&store, guards);
    assert_eq!(read(&store, Key::AccessToken(digest(1))).unwrap().version, later);
}

#[test]
fn what_is_due_is_one_list_in_order() {
    let store = MemoryStore::new();
    let tokens = (0..300).map(|number| Change::Insert(token(number).into()));
    let families = (0..100).map(|number| Change::Insert(family(number, i64::from(number) * 3).into()));
    applied(&store, tokens.chain(families).collect());

    let mut range = Range { limit: 7, ..Range::of(Index::Due) };
    let mut positions = Vec::new();
    loop {
        let page = ready(store.list(range)).unwrap().unwrap();
        positions.extend(page.items.iter().map(|(position, _)| *position));
        range.after = page.next;
        if range.after.is_none() {
            break;
        }
    }
    assert_eq!(positions.len(), 400);
    assert!(positions.is_sorted_by(|a, b| a < b));

    let ten = Range { before: Some(Position::after_due(at(86_400 + 9))), ..Range::of(Index::Due) };
    assert_eq!(listed(&store, ten).0.len(), 10 + 4, "tokens 0 to 9 and families 0, 3, 6 and 9");
}

#[test]
fn a_position_in_due_follows_the_record() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(10)).insert(family(1, 20)));
    let order = |store: &MemoryStore| listed(store, Range::of(Index::Due)).0;
    assert_eq!(order(&store), [Key::AccessToken(digest(10)), Key::Family(family(1, 0).id)]);

    let later = AccessToken { expires: at(30), ..token(10) };
    applied(&store, Changes::new().update(Version::FIRST, later));
    assert_eq!(order(&store), [Key::Family(family(1, 0).id), Key::AccessToken(digest(10))]);

    let gone = Changes::new()
        .delete(Version::FIRST.next(), Key::AccessToken(digest(10)))
        .delete(Version::FIRST, Key::Family(family(1, 0).id));
    applied(&store, gone);
    assert!(order(&store).is_empty() && store.records().is_empty());
}

#[test]
fn bounds_that_meet_or_cross_hold_nothing() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(1)).insert(token(2)));
    let [low, high] = [1, 3].map(|second| Position::after_due(at(86_400 + second)));
    for (after, before) in [(low, low), (high, low)] {
        let range = Range { after: Some(after), before: Some(before), ..Range::of(Index::Due) };
        assert_eq!(listed(&store, range), (Vec::new(), None));
    }
}

#[test]
fn access_finds_the_roles_of_the_user() {
    let store = MemoryStore::new();
    let grants =
        (1..=6).map(|number| RoleGrant { role: RoleId::from_bytes([number; 16]), division: Division::All });
    let state = UserState::Active(RoleGrants::new(grants).unwrap());
    let user = User { organization: ACME, id: USER, state, email: None };
    let roles = (1..=5).map(|number| Change::Insert(role(number).into()));
    applied(&store, Changes::new().insert(acme()).insert(user).insert(family(4, 9)).insert(user_token(1)));
    applied(&store, roles.collect());

    let access = ready(store.access(&digest(1))).unwrap().unwrap().unwrap();
    assert_eq!(access.token, Versioned { version: Version::FIRST, record: user_token(1) });
    assert!(access.standing.organization.is_some() && access.standing.user.is_some());
    assert_eq!(access.standing.family.as_deref(), Some(&family(4, 9)));
    assert!(access.standing.client.is_none() && access.standing.authorization.is_none());
    assert_eq!(access.roles.iter().count(), 5, "the sixth is not there");
    assert!(ready(store.access(&digest(2))).unwrap().unwrap().is_none());
}

#[test]
fn debug_shows_counts_alone() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(1)).insert(token(2)).insert(tally(1, 77)));
    let shown = format!("{store:?}");
    assert!(shown.starts_with("MemoryStore {") && shown.contains(r#""access_token": 2"#), "{shown}");
    assert!(!shown.contains("77"), "{shown}");
    assert_eq!(store.len(Kind::ClientTally), 1);
}

/// A panic under a lock, wherever it came from, does not end the service.
#[test]
fn a_poisoned_lock_is_taken_all_the_same() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(1)));
    let home = home(&Key::AccessToken(digest(1)));
    thread::scope(|scope| {
        let poison = scope.spawn(|| {
            let _held = store.tokens.write(home);
            panic!("on purpose");
        });
        assert!(poison.join().is_err());
    });
    assert!(read(&store, Key::AccessToken(digest(1))).is_some());
    applied(&store, Changes::new().delete(Version::FIRST, Key::AccessToken(digest(1))));
}

fn acme() -> Organization {
    Organization::new(ACME, Name::new("Acme").unwrap(), at(0))
}

fn client(epoch: Epoch) -> Client {
    let scopes = Scopes::parse("a").unwrap();
    let redirect_uris = RedirectUris::new([RedirectUri::new("https://acme.example/").unwrap()]).unwrap();
    Client::new(ClientFields {
        id: CLIENT,
        owner: Owner::Organization(ACME),
        name: Name::new("Client").unwrap(),
        description: None,
        lifetime: TokenLifetime::DEFAULT,
        grant: Grant::Implicit { redirect_uris, scopes },
        lifecycle: Lifecycle::Active,
        epoch,
        governance: Governance::default(),
        created: at(0),
        created_by: Actor::Operator,
        modified: at(0),
        modified_by: Actor::Operator,
    })
    .unwrap()
}

/// The epochs of the organization and the client that the token hangs on, where both are there.
fn epochs(store: &MemoryStore, number: u64) -> Option<[Epoch; 2]> {
    let standing = ready(store.access(&digest(number))).unwrap().unwrap()?.standing;
    Some([standing.organization?.epoch(), standing.client?.epoch])
}

/// threat 31: what one call found is kept for the next, and no call uses it after a commit that changed it.
#[test]
fn threat_31_access_sees_each_commit_at_once() {
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(1)).insert(user_token(2)));
    #[track_caller]
    fn seen(store: &MemoryStore, expected: Option<[Epoch; 2]>) {
        // Twice for the client's own token: what is found first is kept for the second time.
        for number in [1, 1, 2] {
            assert_eq!(epochs(store, number), expected, "token {number}");
        }
    }
    let (first, second) = (Epoch::FIRST, Epoch::FIRST.next());
    seen(&store, None);
    applied(&store, Changes::new().insert(acme()));
    seen(&store, None);
    applied(&store, Changes::new().insert(client(first)));
    seen(&store, Some([first, first]));
    applied(&store, Changes::new().update(Version::FIRST, acme().in_next_epoch()));
    seen(&store, Some([second, first]));
    applied(&store, Changes::new().update(Version::FIRST, client(second)));
    seen(&store, Some([second, second]));
    applied(&store, Changes::new().delete(Version::FIRST.next(), Key::Client(CLIENT)));
    seen(&store, None);
}

/// threat 31: an organization and a client are written together, again and again. No call sees one without
/// the other, and none sees what ended before the call began.
#[test]
fn threat_31_access_is_of_one_moment_during_commits() {
    const ROUNDS: u32 = 3_000;
    let store = MemoryStore::new();
    applied(&store, Changes::new().insert(token(1)).insert(user_token(2)));
    applied(&store, Changes::new().insert(acme()).insert(client(Epoch::FIRST)));
    let current = AtomicU32::new(0);
    let watch = |number| {
        while current.load(Ordering::Acquire) < ROUNDS {
            let before = current.load(Ordering::Acquire);
            let [of_organization, of_client] = epochs(&store, number).unwrap();
            assert_eq!(of_organization, of_client);
            assert!(of_client.count() >= before, "{of_client:?} is from before {before}");
        }
    };
    let write = || {
        let (mut version, mut acme) = (Version::FIRST, acme());
        for _ in 0..ROUNDS {
            acme = acme.in_next_epoch();
            let changes = Changes::new().update(version, acme.clone()).update(version, client(acme.epoch()));
            applied(&store, changes);
            version = version.next();
            current.store(acme.epoch().count(), Ordering::Release);
        }
    };
    thread::scope(|scope| {
        for number in [1, 1, 2] {
            scope.spawn(move || watch(number));
        }
        scope.spawn(write);
    });
}

/// Transfers between tallies, in any order of locks: none deadlocks, none is lost, and no reader sees half of
/// one.
#[test]
fn concurrent_commits_behave_as_if_in_turn() {
    const TALLIES: u8 = 6;
    const TRANSFERS: u64 = 20_000;
    let store = MemoryStore::new();
    applied(&store, (0..TALLIES).map(|number| Change::Insert(tally(number, 1_000).into())).collect());
    applied(&store, (0..TALLIES).map(|number| Change::Insert(family(number, 0).into())).collect());
    let (done, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    let transfer = |seed: u64| {
        let mut random = seed;
        while done.load(Ordering::Relaxed) < TRANSFERS {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let [.., a, b] = random.rotate_left(16).to_le_bytes().map(|byte| byte % TALLIES);
            let ((from, left), (to, right)) = (clients_of(&store, a), clients_of(&store, b));
            if a == b || left == 0 {
                continue;
            }
            let token = AccessToken { issued: at(i64::from(a)), ..token(random >> 16) };
            let changes = Changes::new()
                .update(from, tally(a, left - 1))
                .unchanged(Key::Organization(ACME), None)
                .update(to, tally(b, right + 1))
                .insert(token);
            if commit(&store, changes) == Commit::Applied {
                done.fetch_add(1, Ordering::Relaxed);
            }
        }
        stop.store(true, Ordering::Relaxed);
    };
    let watch = || {
        while !stop.load(Ordering::Relaxed) {
            let sum: u32 = (store.records().iter())
                .filter_map(|versioned| match &versioned.record {
                    Record::ClientTally(tally) => Some(tally.clients),
                    _ => None,
                })
                .sum();
            assert_eq!(sum, u32::from(TALLIES) * 1_000);
            let (due, _) = listed(&store, Range::of(Index::Due));
            assert!(due.len() >= usize::from(TALLIES));
            for key in due {
                if let Key::AccessToken(digest) = key {
                    assert!(ready(store.access(&digest)).unwrap().unwrap().is_some());
                }
            }
        }
    };
    thread::scope(|scope| {
        for seed in 1..=4 {
            scope.spawn(move || transfer(seed));
        }
        scope.spawn(watch);
    });
    let transfers = done.load(Ordering::Relaxed);
    assert_eq!(store.len(Kind::AccessToken), usize::try_from(transfers).unwrap());
    let versions: u64 = (0..TALLIES).map(|number| clients_of(&store, number).0.number() - 1).sum();
    assert_eq!(versions, transfers * 2, "every transfer wrote two tallies");
}
