//! What the hot path allocates, and how much memory a live token takes.
#![cfg(feature = "testing")]

use std::alloc::GlobalAlloc;
use std::alloc::Layout;
use std::alloc::System;
use std::cell::Cell;

use grantor::access::Requirement;
use grantor::change::Changes;
use grantor::model::AccessToken;
use grantor::model::AuthorizationCode;
use grantor::model::CodeRedirect;
use grantor::model::Holder;
use grantor::model::Refresh;
use grantor::model::TokenFamily;
use grantor::ready;
use grantor::review::usage::UsageCounter;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::World;
use grantor::value::CodeLifetime;
use grantor::value::Plain;
use grantor::value::ScopeCatalog;
use grantor::wire::Credentials;
use grantor::wire::ParsedTokenRequest;
use grantor::wire::Presented;
use grantor::wire::RequestedGrant;

/// The system's allocator, counting for each thread what it does.
struct Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    static BYTES: Cell<isize> = const { Cell::new(0) };
}

fn count(allocations: usize, bytes: isize) {
    ALLOCATIONS.set(ALLOCATIONS.get() + allocations);
    BYTES.set(BYTES.get() + bytes);
}

// SAFETY: everything is handed to the system's allocator as it is. Counting allocates nothing, and the
// counters have neither a lazy beginning nor a destructor.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(1, layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        count(0, -layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(1, size.cast_signed() - layout.size().cast_signed());
        // SAFETY: as the caller promises.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// How often this thread allocates meanwhile.
fn allocations<T>(work: impl FnOnce() -> T) -> (usize, T) {
    let before = ALLOCATIONS.get();
    let done = work();
    (ALLOCATIONS.get() - before, done)
}

fn served(world: &World) -> AuthorizationServer<MemoryStore> {
    let store = MemoryStore::new();
    ready(world.install(&store)).unwrap();
    let settings = Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::default());
    AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings)
}

#[track_caller]
fn assert_judged_without_allocation(token: &AccessToken, requirement: &Requirement) {
    let server = served(&fixtures::world());
    let header = format!("Bearer {}", fixtures::token_of(token.client).expose());
    let judged = || ready(server.authorize_call(&[header.as_bytes()], requirement, NOON)).unwrap();
    let (allocations, allowed) = allocations(judged);
    let allowed = allowed.unwrap();
    assert_eq!((allowed.client, allowed.holder), (token.client, token.holder));
    assert_eq!(allocations, 0);
}

#[test]
fn what_is_allocated_is_counted() {
    let (boxed, _) = allocations(|| Box::new(7));
    let (grown, _) = allocations(|| {
        let mut bytes = vec![0_u8; 4];
        bytes.reserve_exact(1_000);
        bytes
    });
    assert_eq!((boxed, grown), (1, 2));
    assert_eq!(allocations(|| NOON.plus(1)).0, 0);
}

#[test]
fn to_judge_a_call_of_a_client_allocates_nothing() {
    let token = fixtures::world().service_token;
    assert_judged_without_allocation(&token, &fixtures::requirement("", "routing:queue:view"));
}

#[test]
fn to_judge_a_call_for_a_user_allocates_nothing() {
    let token = fixtures::world().web_token;
    assert_judged_without_allocation(
        &token,
        &fixtures::requirement("routing:readonly", "routing:queue:view"),
    );
}

/// Eight: the token's text; what was read, to be guarded; the changes, twice, since four places are not
/// enough for them; the event; and in the store the locks held of tokens, records and lists.
#[test]
fn to_issue_a_token_allocates_eight_times() {
    let world = fixtures::world();
    let server = served(&world);
    let credentials = Credentials {
        client: Some(world.service.id),
        presented: Presented::Basic(fixtures::secret_of(world.service.id).digest()),
    };
    let request =
        ParsedTokenRequest { credentials, grant: RequestedGrant::ClientCredentials { scope: None } };
    // Now and then a table of the store grows as well: the fewest are those of each time.
    let fewest = (0..64).map(|_| {
        let (allocations, issued) = allocations(|| ready(server.issue(&request, NOON)).unwrap().unwrap());
        assert!(issued.is_ok());
        allocations
    });
    assert_eq!(fewest.min(), Some(8));
}

#[test]
fn a_live_token_takes_less_than_400_bytes() {
    let world = fixtures::world();
    // The tables are nearly full with the one, and half empty with the other.
    for count in [13_000, 17_000_u64] {
        let server = served(&world);
        let before = BYTES.get();
        for first in (0..count).step_by(8) {
            let digests = (first..first + 8).map(|number| fixtures::plain(1 << 32 | number).digest());
            let tokens = digests.map(|digest| AccessToken { digest, ..world.service_token.clone() });
            let changes = tokens.fold(Changes::new(), Changes::insert);
            assert_eq!(ready(server.store().commit(changes)), Ok(Ok(Commit::Applied)));
        }
        let each = (BYTES.get() - before).unsigned_abs() as f64 / count as f64;
        println!(
            "{count} tokens of client credentials: {each:.0} bytes each, the list of what is due included"
        );
        assert!(each < 400.0, "{count} tokens: {each} bytes each");
    }
}

/// GV-02: to count a call like one before allocates nothing, also after what was counted before was taken.
#[test]
fn gv_02_to_count_a_call_allocates_nothing() {
    let world = fixtures::world();
    let server = served(&world);
    let needs = fixtures::requirement("routing:readonly", "routing:queue:view");
    let mut counter = UsageCounter::from_random([7; 32]);
    let endpoint = counter.endpoint("GET", "/queues/{id}", &needs).unwrap();
    let header = format!("Bearer {}", fixtures::token_of(world.web.id).expose());
    let allowed = ready(server.authorize_call(&[header.as_bytes()], &needs, NOON)).unwrap().unwrap();
    let count = |status, later| allocations(|| counter.count(&allowed, endpoint, status, NOON.plus(later))).0;
    assert!(count(200, 0) > 0, "the first begins a row");
    for (status, later) in [(200, 0), (404, 0), (200, 1), (500, 43_199)] {
        assert_eq!(count(status, later), 0, "{status}");
    }
    assert_eq!(counter.take(1, NOON).len(), 1);
    assert_eq!(count(200, 2), 0);
}

/// GV-02, threat 43: a full counter takes as much as its documentation says.
#[test]
fn threat_43_a_full_counter_takes_less_than_16_mib() {
    let world = fixtures::world();
    let server = served(&world);
    let needs = fixtures::requirement("", "routing:queue:view");
    let mut counter = UsageCounter::from_random([7; 32]);
    let endpoint = counter.endpoint("GET", "/queues/{id}", &needs).unwrap();
    let header = format!("Bearer {}", fixtures::token_of(world.web.id).expose());
    let mut allowed = ready(server.authorize_call(&[header.as_bytes()], &needs, NOON)).unwrap().unwrap();
    let before = BYTES.get();
    for number in 0..70_000 {
        let user = fixtures::id(number);
        allowed.holder = Holder::User { user, family: fixtures::id(1) };
        counter.count(&allowed, endpoint, 200, NOON);
    }
    let taken = (BYTES.get() - before).unsigned_abs();
    println!("{} rows: {taken} bytes", UsageCounter::MAX_ROWS);
    assert!(taken < 16 << 20, "{taken} bytes");
    assert_eq!(counter.uncounted(), 0);
}

/// What the login of a user leaves: its family with a refresh token, its code, which was exchanged, and its access
/// token. Nothing in it is shared with another login.
fn login(world: &World, number: u64) -> Changes {
    let scopes = || fixtures::scopes("routing:readonly users:readonly");
    let current = Plain::of_family(world.web_login.id, &[0; 32]).digest();
    let family = TokenFamily {
        id: fixtures::id(number),
        scopes: scopes(),
        refresh: Some(Refresh { current, replaced: None }),
        ..world.web_login.clone()
    };
    let holder = Holder::User { user: family.user, family: family.id };
    let redirect = CodeRedirect::Named("https://app.example.com/oauth/callback".parse().unwrap());
    let (code, token) = (fixtures::plain(number).digest(), fixtures::plain(number).digest());
    let code = AuthorizationCode::begins(&family, code, (redirect, None), CodeLifetime::DEFAULT);
    let token = AccessToken { digest: token, holder, scopes: scopes(), ..world.web_token.clone() };
    Changes::new().insert(code.redeemed(NOON)).insert(token).insert(family)
}

#[test]
fn a_live_login_takes_less_than_1_800_bytes() {
    let world = fixtures::world();
    // The tables are nearly full with the one, and half empty with the other.
    for count in [6_500, 8_500_u64] {
        let server = served(&world);
        let before = BYTES.get();
        for number in 0..count {
            let changes = login(&world, 1 << 32 | number);
            assert_eq!(ready(server.store().commit(changes)), Ok(Ok(Commit::Applied)));
        }
        let each = (BYTES.get() - before).unsigned_abs() as f64 / count as f64;
        println!("{count} logins: {each:.0} bytes each, its places in three lists included");
        assert!(each < 1_800.0, "{count} logins: {each} bytes each");
    }
}

#[cfg(all(feature = "saml", feature = "aws-lc-rs"))]
mod saml {
    use grantor::saml::Peer;
    use grantor::saml::crypto::AwsLc;
    use grantor::saml::crypto::AwsLcSigner;
    use grantor::saml::response::Answers;
    use grantor::saml::response::Expected;
    use grantor::saml::response::check_response;
    use grantor::saml::response::decode_post;
    use grantor::saml::xml::Document;
    use grantor::saml::xml::Limits;
    use grantor::testing::IdentityProviderForTests;
    use grantor::testing::Says;
    use grantor::testing::fixtures;
    use grantor::testing::fixtures::NOON;

    use super::allocations;

    /// What a response of so many attributes allocates, from the value of its form to the proof, with what it proves.
    fn to_check_a_response(attributes: usize) -> usize {
        let (acs, sp) = ("https://sp.example.com/saml/acs", "https://sp.example.com/saml/metadata");
        let settings = fixtures::identity_provider(fixtures::ACME, 1).settings;
        let key = AwsLcSigner::from_pem(include_str!("saml/keys/idp-rsa-2048.key.pem")).unwrap();
        let provider = IdentityProviderForTests::new(settings.entity_id.clone(), key);
        let says = Says::login("maria@example.com", acs, sp);
        let posted =
            provider.response(&(0..attributes).fold(says, |says, _| says.with("groups", "staff")), NOON);

        let peer = Peer {
            entity_id: &settings.entity_id,
            certificates: settings.certificates.as_slice(),
            deviations: settings.policy.deviations,
            clock_skew: settings.policy.clock_skew,
            verifier: &AwsLc,
            decryptor: None,
            allow_cbc: false,
        };
        let (acs, audience) = (acs.parse().unwrap(), sp.parse().unwrap());
        let expected = Expected { acs: &acs, audience: &audience, answers: Answers::Nothing };
        let (allocations, proof) = allocations(|| {
            let xml = decode_post(&posted).unwrap();
            let document = Document::parse(&xml, Limits::MESSAGE).unwrap();
            check_response(&document, &peer, &expected, NOON)
        });
        assert_eq!(proof.unwrap().attributes().len(), attributes);
        allocations
    }

    /// An attribute has a name and a list of values, here of one; vectors that grow allocate a few times more.
    #[test]
    fn to_check_a_response_allocates_50_times_and_three_for_each_attribute() {
        let [none, ten, hundred] = [0, 10, 100].map(to_check_a_response);
        println!("to check a response allocates {none} times, with 10 attributes {ten}, with 100 {hundred}");
        assert!(none <= 50, "{none}");
        assert!(ten <= none + 3 * 10 + 10, "{ten}");
        assert!(hundred <= ten + 3 * 90 + 10, "{hundred}");
    }
}
