//! Single sign-on under races and faults (SA-06, SA-11, ST-02, ST-03, threats 13, 20, 29, 53 and 54): every pair of what
//! happens at once, through every interleaving at the store's calls with up to one fault; what ends a login that is under
//! way; and a store that fails at any call.
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use std::fmt::Debug;
use std::sync::Arc;
use std::sync::LazyLock;
use std::sync::Mutex;

use grantor::admin::identity_providers::ProviderDraft;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::Policy;
use grantor::model::ProviderState;
use grantor::model::RequestPurpose;
use grantor::model::SamlRequest;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::BeginLogin;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::Says;
use grantor::testing::SeededEntropy;
use grantor::testing::explore::Effect;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Scenario;
use grantor::testing::explore::Stepped;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::CERTIFICATE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::OTHER_CERTIFICATE;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::World;
use grantor::value::Digest;
use grantor::wire::TokenRequest;

use common::Fault;
use common::Pausing;
use common::assert_same;
use common::basic;
use common::catalog;
use common::sign_on::IDP;
use common::sign_on::SignOn;
use common::sign_on::finish_at;
use common::sign_on::form;
use common::sign_on::idp;
use common::sign_on::post;
use common::sign_on::provider;
use common::sign_on::says;
use common::sign_on::single_sign_on;

const USER: &str = "viewer@acme.example";

/// What happens at once.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Operation {
    /// The answer to the login that waits.
    Finish,
    /// An answer to the same login by another assertion.
    FinishOtherwise,
    /// An answer that is refused.
    FinishForged,
    /// A login that the provider begins, by the assertion of [`Finish`](Self::Finish).
    Unasked,
    /// The answer to the test that waits.
    FinishTest,
    /// That assertion's id once more, for a token.
    Bearer,
    Begin,
    Disable,
    Delete,
    Enable,
    RemoveCertificate,
    Edit,
    RequireSso,
    /// What the host does: the user is deactivated.
    Deactivate,
}

const ALL: [Operation; 14] = [
    Operation::Finish,
    Operation::FinishOtherwise,
    Operation::FinishForged,
    Operation::Unasked,
    Operation::FinishTest,
    Operation::Bearer,
    Operation::Begin,
    Operation::Disable,
    Operation::Delete,
    Operation::Enable,
    Operation::RemoveCertificate,
    Operation::Edit,
    Operation::RequireSso,
    Operation::Deactivate,
];

impl Operation {
    /// Those that log somebody in, or give a token.
    const fn lets_in(self) -> bool {
        matches!(
            self,
            Self::Finish
                | Self::FinishOtherwise
                | Self::FinishForged
                | Self::Unasked
                | Self::FinishTest
                | Self::Bearer
        )
    }
}

/// A world in which a login and a test wait for their answers.
struct Stage {
    world: World,
    test: SamlRequest,
}

/// What is sent, made once: signatures take their time.
struct Messages {
    answer: Vec<u8>,
    otherwise: Vec<u8>,
    forged: Vec<u8>,
    unasked: Vec<u8>,
    tested: Vec<u8>,
    bearer: String,
}

static STAGE: LazyLock<Stage> = LazyLock::new(|| {
    let mut world = fixtures::world();
    let policy = &mut world.provider.settings.policy;
    (policy.idp_initiated, policy.saml2_bearer) = (true, true);
    world.provider.settings.certificates = fixtures::certificates(&[CERTIFICATE, OTHER_CERTIFICATE]);
    world.globex_provider.state = ProviderState::Draft;
    let by = fixtures::administrator();
    let (epoch, draft) = (world.draft_provider.epoch, &world.draft_provider);
    let test = SamlRequest {
        purpose: RequestPurpose::TestLogin { by, epoch, force_authn: false },
        ..fixtures::saml_request(draft)
    };
    Stage { world, test }
});

static MESSAGES: LazyLock<Messages> = LazyLock::new(|| {
    let Stage { world, test } = &*STAGE;
    let (id, now) = (world.login_request.id(), NOON.minus(1));
    let one = Says { id: Some("_one"), ..says(USER) };
    let other = Says { id: Some("_other"), ..says(USER) };
    let draft = world.draft_provider.settings.entity_id.as_str();
    let bearer = Says::login(USER, "https://login.example.com/oauth/token", "https://login.example.com");
    Messages {
        answer: form(&idp().response(&one.clone().answering(&id), now)),
        otherwise: form(&idp().response(&other.answering(&id), now)),
        forged: form(&provider(IDP, "sp-rsa-2048").response(&one.clone().answering(&id), now)),
        unasked: form(&idp().response(&one, now)),
        tested: form(&provider(draft, "idp-rsa-2048").response(&says(USER).answering(&test.id()), now)),
        bearer: idp().bearer(&Says { id: Some("_one"), ..bearer }, now),
    }
});

fn server<S: Store>(store: S, seed: u64) -> AuthorizationServer<S> {
    let settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
    AuthorizationServer::with_entropy(store, SeededEntropy::new(seed), settings)
        .with_single_sign_on(single_sign_on())
}

fn store() -> MemoryStore {
    let store = MemoryStore::new();
    let changes = STAGE.world.changes().insert(STAGE.test.clone());
    assert_eq!(ready(store.commit(changes)).unwrap(), Ok(Commit::Applied));
    store
}

async fn run<S: Store>(operation: Operation, seed: u64, store: S) -> Effect<String> {
    let world = &STAGE.world;
    if operation == Operation::Deactivate {
        return deactivate(&store).await;
    }
    let server = server(store, seed);
    let admin = server.administration(ACME, ADMINISTRATOR);
    let (id, draft) = (world.provider.id, world.draft_provider.id);
    let ticket = fixtures::saml_ticket_of(&world.provider);
    let logins = server.logins().unwrap();
    let finish = async |form: &[u8], ticket: Option<&str>| {
        told(logins.finish(&post(form), ticket, NOON).await, |answer| match answer {
            Ok(passed) => format!("{:?} {:?}", passed.logged_in(), passed.tested()),
            Err(refused) => refused.refusal.code().to_owned(),
        })
    };
    match operation {
        Operation::Finish => finish(&MESSAGES.answer, Some(ticket.expose())).await,
        Operation::FinishOtherwise => finish(&MESSAGES.otherwise, Some(ticket.expose())).await,
        Operation::FinishForged => finish(&MESSAGES.forged, Some(ticket.expose())).await,
        Operation::Unasked => finish(&MESSAGES.unasked, None).await,
        Operation::FinishTest => {
            finish(&MESSAGES.tested, Some(fixtures::saml_ticket_of(&world.draft_provider).expose())).await
        }
        Operation::Bearer => {
            let header = basic(world.saml.id, fixtures::secret_of(world.saml.id).expose());
            let grant_type = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer";
            let body = format!("grant_type={grant_type}&assertion={}&organization={ACME}", MESSAGES.bearer);
            let request = TokenRequest {
                authorization: &[header.as_bytes()],
                content_type: Some(b"application/x-www-form-urlencoded"),
                body: body.as_bytes(),
            };
            told(server.token(&request, NOON).await, |response| response.status.to_string())
        }
        Operation::Begin => {
            let ticket = Some(ticket.expose());
            let begin = BeginLogin { organization: ACME, provider: id, return_to: None, ticket };
            told(logins.begin(&begin, NOON).await, |answer| match answer {
                Ok(begun) => begun.expires.to_string(),
                Err(refused) => refused.refusal.code().to_owned(),
            })
        }
        Operation::Disable => told(admin.disable_identity_provider(id, NOON).await, shown),
        Operation::Delete => told(admin.delete_identity_provider(id, NOON).await, shown),
        Operation::Enable => told(admin.enable_identity_provider(draft, NOON).await, shown),
        Operation::RemoveCertificate => {
            let first = world.provider.settings.certificates.as_slice()[0].fingerprint();
            told(admin.remove_certificate(id, &first, NOON).await, shown)
        }
        Operation::Edit => {
            let edited = ProviderDraft {
                name: "Edited".into(),
                entity_id: world.draft_provider.settings.entity_id.to_string(),
                sso_url: "https://edited.example.com/sso".into(),
                certificates: vec![CERTIFICATE.into()],
                ..ProviderDraft::default()
            };
            told(admin.edit_identity_provider(draft, &edited, NOON).await, shown)
        }
        Operation::RequireSso => {
            let only = Policy { sso_only: true, ..Policy::default() };
            told(admin.change_policy(only, NOON).await, shown)
        }
        Operation::Deactivate => Effect::DidNot,
    }
}

async fn deactivate<S: Store>(store: &S) -> Effect<String> {
    let key = Key::User(ACME, VIEWER);
    let Ok(Some(found)) = store.record(key).await else { return Effect::DidNot };
    let inactive = User { state: UserState::Inactive, ..STAGE.world.viewer.clone() };
    match store.commit(Changes::new().update(found.version, inactive)).await {
        Ok(Commit::Applied) => Effect::Happened("inactive".into()),
        Ok(Commit::Conflict) | Err(CommitError::NotApplied(_)) => Effect::DidNot,
        Err(CommitError::Unknown(_)) => Effect::Unknown,
    }
}

fn shown<T: Debug>(value: &T) -> String {
    format!("{value:?}")
}

fn told<T, E>(answer: Result<T, Error<E>>, shown: impl FnOnce(&T) -> String) -> Effect<String> {
    match answer {
        Ok(value) => Effect::Happened(shown(&value)),
        Err(Error::Denied(denial)) => Effect::Happened(denial.code().to_owned()),
        Err(error) if error.is_not_done() => Effect::DidNot,
        Err(_) => Effect::Unknown,
    }
}

/// What is stored, versions apart; and of tokens and their logins, which are drawn anew in each try, that they are there.
fn observe(store: &Stepped<MemoryStore>) -> Vec<String> {
    let seen = |stored: Versioned<Record>| match stored.record {
        Record::AccessToken(token) => format!("token of {:?}", token.client),
        Record::Family(family) => format!("login of {:?} {:?}", family.client, family.user),
        record => format!("{record:?}"),
    };
    let mut seen: Vec<String> = store.inner().records().into_iter().map(seen).collect();
    seen.sort();
    seen
}

fn scenario(one: Operation, other: Operation) -> Scenario<'static, MemoryStore, Effect<String>> {
    Scenario::new(store)
        .operation(&format!("{one:?}"), async move |store| run(one, 1, store).await)
        .operation(&format!("{other:?} too"), async move |store| run(other, 2, store).await)
}

/// ST-02, ST-03, SA-06, SA-11, threat 20: whatever happens beside a login, a test login or a grant ends as if one came after
/// the other: nobody is let in by what was disabled, removed, changed or deactivated before.
#[test]
fn st_02_threat_20_pairs_with_a_login_end_as_if_one_came_after_the_other() {
    let pairs: Vec<(Operation, Operation)> = ALL
        .into_iter()
        .enumerate()
        .flat_map(|(at, one)| ALL.into_iter().skip(at).map(move |other| (one, other)))
        .filter(|(one, other)| one.lets_in() || other.lets_in())
        .collect();
    let executions = Mutex::new(0);
    std::thread::scope(|scope| {
        for half in 0..2 {
            let (pairs, executions) = (&pairs, &executions);
            scope.spawn(move || {
                for (one, other) in pairs.iter().skip(half).step_by(2) {
                    let explorer = Explorer::new().faults(u32::from(is_close(*one, *other)));
                    let report = explorer.serial(&scenario(*one, *other), Clone::clone, observe);
                    if let Some(failure) = &report.failure {
                        let cause: String = failure.cause.to_string().chars().take(900).collect();
                        panic!("{one:?} and {other:?}: {cause}…\n{:#?}", failure.trace);
                    }
                    *executions.lock().unwrap() += report.executions;
                }
            });
        }
    });
    let executions = executions.into_inner().unwrap();
    println!("{} pairs, {executions} executions", pairs.len());
    assert!(executions > 2_000, "only {executions} executions: they no longer meet");
}

/// The pairs that are explored with a fault too.
fn is_close(one: Operation, other: Operation) -> bool {
    one == Operation::Finish || [one, other] == [Operation::FinishTest, Operation::Edit]
}

/// SA-11, SA-06, threat 53: of two who use one assertion, or answer one request, at once exactly one is let in.
#[test]
fn sa_11_threat_53_of_two_at_once_one_is_let_in() {
    let lost = ["sso.request.answered", "saml.assertion.used", "400"];
    for (one, other) in [
        (Operation::Finish, Operation::Finish),
        (Operation::Finish, Operation::FinishOtherwise),
        (Operation::Unasked, Operation::Unasked),
        (Operation::Finish, Operation::Unasked),
        (Operation::Finish, Operation::Bearer),
    ] {
        let report = Explorer::new().check(&scenario(one, other), |end| {
            let answers: Vec<&str> = end
                .answers()
                .filter_map(|answer| match answer {
                    Effect::Happened(told) => Some(told.as_str()),
                    Effect::DidNot | Effect::Unknown => None,
                })
                .collect();
            let losers = answers.iter().filter(|answer| lost.contains(answer)).count();
            match (answers.len(), losers) {
                (2, 1) => Ok(()),
                _ => Err(format!("{answers:?}")),
            }
        });
        report.assert();
    }
}

/// Each operation does alone what it is there for.
#[test]
fn the_stage_lets_each_operation_through() {
    for (operation, expected) in [
        (Operation::Finish, "Some(LoggedIn"),
        (Operation::FinishOtherwise, "Some(LoggedIn"),
        (Operation::FinishForged, "saml.signature.untrusted"),
        (Operation::Unasked, "Some(LoggedIn"),
        (Operation::FinishTest, "None Some(UserId"),
        (Operation::Bearer, "200"),
        (Operation::Begin, "2026-"),
        (Operation::Disable, "Disabled"),
        (Operation::Delete, "()"),
        (Operation::Enable, "bad.provider.state"),
        (Operation::RemoveCertificate, "Enabled"),
        (Operation::Edit, "Edited"),
        (Operation::RequireSso, "()"),
        (Operation::Deactivate, "inactive"),
    ] {
        match ready(run(operation, 1, store())).unwrap() {
            Effect::Happened(told) => assert!(told.contains(expected), "{operation:?}: {told}"),
            other => panic!("{operation:?}: {other:?}"),
        }
    }
}

/// What happens meanwhile, and how the login is refused then.
type End = (&'static str, fn(&SignOn), &'static str);

const ENDS: [End; 6] = [
    (
        "the provider is disabled",
        |sign_on| {
            let _ = common::done(sign_on.house.admin().disable_identity_provider(fixtures::id(1), NOON));
        },
        "sso.provider.not.enabled",
    ),
    (
        "it is deleted",
        |sign_on| common::done(sign_on.house.admin().delete_identity_provider(fixtures::id(1), NOON)),
        "sso.provider.unknown",
    ),
    (
        "its certificate is removed",
        |sign_on| {
            sign_on.change_provider(|provider| {
                provider.settings.certificates = fixtures::certificates(&[OTHER_CERTIFICATE]);
            });
        },
        "saml.signature.untrusted",
    ),
    (
        "its policy is stricter",
        |sign_on| sign_on.change_provider(|provider| provider.settings.policy.require_encryption = true),
        "sso.not.encrypted",
    ),
    (
        "the user is deactivated",
        |sign_on| {
            let viewer = sign_on.house.world.viewer.clone();
            sign_on.house.put(User { state: UserState::Inactive, ..viewer });
        },
        "user.inactive",
    ),
    (
        "the user has another address",
        |sign_on| {
            let viewer = sign_on.house.world.viewer.clone();
            sign_on.house.put(User { email: Some(fixtures::email("elsewhere@acme.example")), ..viewer });
        },
        "user.not.provisioned",
    ),
];

/// Threats 29 and 54: what ends while a login is under way, read and not committed, is seen: it is judged anew, and lets
/// nobody in.
#[test]
fn threat_54_what_ends_meanwhile_is_seen() {
    for (name, end, expected) in ENDS {
        let sign_on = SignOn::new();
        let way = sign_on.begin(NOON);
        let answer = form(&idp().response(&says(USER).answering(&way.id), NOON));
        let records = Arc::clone(sign_on.house.store().memory());
        let slow = server(Pausing::new(records, || end(&sign_on)), 40_000);
        let told = finish_at(&slow, &answer, Some(&way.ticket), NOON);
        assert_eq!(told, Err(expected.to_owned()), "{name}");
        drop(slow);
        let used = sign_on.house.store().memory().len(Kind::UsedAssertion);
        assert_eq!(used, 1, "{name}: nothing is spent");
    }
}

/// ST-03, threat 13: with a fault at any call nothing of a login is half done: the assertion is spent exactly where the login
/// is in the trail and its request answered; and what the caller is told is true.
#[test]
fn st_03_threat_13_a_fault_leaves_no_half_login() {
    let fresh = || {
        let sign_on = SignOn::new();
        let way = sign_on.begin(NOON);
        let answer = form(&idp().response(&says(USER).answering(&way.id), NOON));
        let _ = sign_on.house.store().take_calls();
        (sign_on, way, answer)
    };
    let (sign_on, way, answer) = fresh();
    assert!(sign_on.finish(&answer, Some(&way.ticket), NOON).is_ok());
    let calls = sign_on.house.store().take_calls().len();
    assert!(calls > 6, "{calls}");
    for (at, fault) in (0..calls).flat_map(|at| Fault::ALL.map(|fault| (at, fault))) {
        let (sign_on, way, answer) = fresh();
        let (before, events) = (sign_on.house.dump(), sign_on.house.events().len());
        sign_on.house.store().fail_at(at, fault);
        let logins = sign_on.logins();
        let told = ready(logins.finish(&post(&answer), Some(&way.ticket), NOON)).unwrap();
        sign_on.house.store().mend();
        let spent = sign_on.house.store().memory().len(Kind::UsedAssertion) - 1;
        let key = Key::SamlRequest(Digest::of_presented(&way.ticket).unwrap());
        let is_answered = match sign_on.house.find(key).map(|found| found.record) {
            Some(Record::SamlRequest(request)) => !request.is_waiting(),
            other => panic!("{other:?}"),
        };
        let is_told = sign_on.house.events().len() > events;
        assert_eq!((spent == 1, is_told), (is_answered, is_answered), "{at} {fault:?}");
        match &told {
            Ok(passed) => assert!(passed.is_ok() && is_answered, "{at} {fault:?}: {passed:?}"),
            Err(error) if error.is_not_done() => assert_same(&sign_on.house.dump(), &before, "not done"),
            Err(_) => {}
        }
        let again = sign_on.finish(&answer, Some(&way.ticket), NOON);
        assert_eq!(again.is_ok(), !is_answered, "{at} {fault:?}: {again:?}");
    }
}

/// ST-03: a refusal that cannot be recorded is told as a failure.
#[test]
fn st_03_a_refusal_is_recorded_or_told_as_a_failure() {
    let fresh = || {
        let sign_on = SignOn::new();
        let way = sign_on.begin(NOON);
        let answer = form(&idp().response(&says("nobody@acme.example").answering(&way.id), NOON));
        let _ = sign_on.house.store().take_calls();
        (sign_on, way, answer)
    };
    let (sign_on, way, answer) = fresh();
    assert!(sign_on.finish(&answer, Some(&way.ticket), NOON).is_err());
    let calls = sign_on.house.store().take_calls().len();
    for (at, fault) in (0..calls).flat_map(|at| Fault::ALL.map(|fault| (at, fault))) {
        let (sign_on, way, answer) = fresh();
        let events = sign_on.house.events().len();
        sign_on.house.store().fail_at(at, fault);
        let told = ready(sign_on.logins().finish(&post(&answer), Some(&way.ticket), NOON)).unwrap();
        sign_on.house.store().mend();
        let is_told = sign_on.house.events().len() > events;
        match told {
            Ok(refused) => assert!(refused.is_err() && is_told, "{at} {fault:?}"),
            Err(error) if error.is_not_done() => assert!(!is_told, "{at} {fault:?}"),
            Err(_) => {}
        }
    }
}
