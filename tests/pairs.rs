//! Every pair of operations of the server, through every interleaving at the store's calls and every fault.
//!
//! ST-02: each execution ends as if one operation had come after the other. ST-03: with a fault nothing is
//! half done, and what the caller is told is true. An operation that answered success, or a refusal, is in
//! the serial order that explains the end; one that answered "not done" is in none.
#![cfg(feature = "testing")]

use std::fmt::Debug;
use std::sync::LazyLock;

use grantor::access::Requirement;
use grantor::admin::ClientDraft;
use grantor::admin::DeletionPlan;
use grantor::admin::authorizations::Acknowledgement;
use grantor::change::Changes;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Version;
use grantor::model::Approval;
use grantor::model::AuthorizationState;
use grantor::model::ClientFields;
use grantor::model::ClientTally;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Overlap;
use grantor::model::Policy;
use grantor::model::Reach;
use grantor::model::Removal;
use grantor::model::StateName;
use grantor::server::AuthorizationServer;
use grantor::server::CallError;
use grantor::server::Error;
use grantor::server::Settings;
use grantor::store::Commit;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::SeededEntropy;
use grantor::testing::explore::Effect;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Scenario;
use grantor::testing::explore::Stepped;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::AuthorizationId;
use grantor::value::ScopeCatalog;
use grantor::value::ScopeEntry;
use grantor::wire::TokenRequest;

type Server = AuthorizationServer<Stepped<MemoryStore>>;

/// What an operation answered, as far as it matters: the same text, the same answer.
type Answer = Effect<String>;

/// The operations of the server.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    Create,
    Edit,
    Regenerate,
    RegenerateWithOverlap,
    Delete,
    Restore,
    Disable,
    Enable,
    Request,
    Authorize,
    Reauthorize,
    EditScopes,
    EditAudience,
    Deny,
    Revoke,
    ChangePolicy,
    Issue,
    Call,
    Sweep,
    View,
}

const ALL: [Operation; 20] = [
    Operation::Create,
    Operation::Edit,
    Operation::Regenerate,
    Operation::RegenerateWithOverlap,
    Operation::Delete,
    Operation::Restore,
    Operation::Disable,
    Operation::Enable,
    Operation::Request,
    Operation::Authorize,
    Operation::Reauthorize,
    Operation::EditScopes,
    Operation::EditAudience,
    Operation::Deny,
    Operation::Revoke,
    Operation::ChangePolicy,
    Operation::Issue,
    Operation::Call,
    Operation::Sweep,
    Operation::View,
];

/// Where the client and its authorization stand before the operations begin.
#[derive(Clone, Copy, Debug)]
enum Start {
    Approved,
    Pending,
    Revoked,
    Inactive,
    Disabled,
    /// The instant of its removal is now.
    Due,
}

const STARTS: [Start; 6] =
    [Start::Approved, Start::Pending, Start::Revoked, Start::Inactive, Start::Disabled, Start::Due];

/// One client, older than thirty days, with a live token, in an organization with an idle timeout and room
/// for one client more.
struct Stage {
    grant_type: GrantType,
    records: Vec<Record>,
}

impl Stage {
    fn new(grant_type: GrantType, start: Start) -> Self {
        let world = fixtures::world();
        let by = fixtures::administrator();
        let active = fixtures::client(70, grant_type);
        let active =
            fixtures::changed(&active, |fields: &mut ClientFields| fields.created = NOON.minus(40 * DAY));
        let client = match start {
            Start::Approved | Start::Pending | Start::Revoked => active.clone(),
            Start::Inactive => active.deactivate(by, NOON.plus(1), NOON).unwrap(),
            Start::Due => active.deactivate(by, NOON, NOON).unwrap(),
            Start::Disabled => active.disable(by, NOON).unwrap(),
        };
        let approved = fixtures::approved(ACME, &active);
        let login = fixtures::login(&approved, ADMINISTRATOR);
        let consent = fixtures::consent(&approved, ADMINISTRATOR);
        let token = match grant_type {
            GrantType::ClientCredentials => fixtures::token(&active, &approved, None),
            GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => {
                fixtures::token(&active, &approved, Some(&login))
            }
        };
        let authorization = match start {
            Start::Approved | Start::Inactive | Start::Disabled | Start::Due => approved,
            Start::Pending => fixtures::pending(ACME, &active),
            Start::Revoked => approved.revoke(by, NOON).unwrap(),
        };
        let idle = IdleTimeout::from_seconds(28_800).unwrap();
        let policy = Policy { idle_timeout: Some(idle), client_limit: 2, ..Policy::default() };
        let acme = world.acme.with_policy(policy, NOON.minus(1));
        let mut records: Vec<Record> = world
            .records()
            .into_iter()
            .filter(|record| match record {
                Record::Role(role) => role.organization == ACME,
                Record::User(user) => user.organization == ACME && user.id == ADMINISTRATOR,
                _ => false,
            })
            .collect();
        records.extend([
            Record::from(acme),
            client.into(),
            authorization.into(),
            consent.into(),
            login.into(),
            token.into(),
            ClientTally { organization: ACME, clients: 1 }.into(),
        ]);
        Self { grant_type, records }
    }

    fn store(&self) -> MemoryStore {
        let store = MemoryStore::new();
        let changes = self.records.iter().cloned().fold(Changes::new(), Changes::insert);
        assert_eq!(grantor::ready(store.commit(changes)).unwrap(), Ok(Commit::Applied));
        store
    }

    /// Whether the operation, alone, changes more than the audit trail.
    fn is_changed_by(&self, operation: Operation) -> bool {
        let scenario = Scenario::new(|| self.store())
            .operation("alone", async |store| self.run(operation, 1, store).await);
        let report = Explorer::new().check(&scenario, |end| {
            let left = observe(end.store()).into_iter().filter(|record| !matches!(record, Record::Event(_)));
            if left.eq(observe_all(&self.store())) { Ok(()) } else { Err("changed".into()) }
        });
        report.failure.is_some()
    }

    fn draft(&self) -> ClientDraft {
        let draft = ClientDraft {
            name: "Edited".into(),
            grant_type: Some(self.grant_type),
            ..ClientDraft::default()
        };
        match self.grant_type {
            GrantType::ClientCredentials => {
                let roles = fixtures::role_grants([(ADMINISTRATORS, grantor::model::Division::All)]);
                ClientDraft { roles: roles.as_slice().to_vec(), ..draft }
            }
            GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => ClientDraft {
                redirect_uris: vec!["https://app.example.com/edited".into()],
                scopes: vec!["routing".into()],
                ..draft
            },
        }
    }

    async fn run(&self, operation: Operation, seed: u64, store: Stepped<MemoryStore>) -> Answer {
        let server = Server::with_entropy(store, SeededEntropy::new(seed), SETTINGS.clone());
        let administration = server.administration(ACME, ADMINISTRATOR);
        let client = fixtures::client(70, self.grant_type).id;
        let scope = ["routing:readonly".to_owned()];
        match operation {
            Operation::Create => {
                told(administration.create_client(&self.draft(), NOON).await.map(|made| made.client))
            }
            Operation::Edit => told(administration.edit_client(client, &self.draft(), NOON).await),
            Operation::Regenerate => {
                told(administration.regenerate_secret(client, None, NOON).await.map(|new| new.client))
            }
            Operation::RegenerateWithOverlap => {
                let overlap = Overlap::from_seconds(60).ok();
                told(administration.regenerate_secret(client, overlap, NOON).await.map(|new| new.client))
            }
            Operation::Delete => {
                // As it was shown before the operations began.
                let removal = Removal::Deferred(NOON.plus(Removal::DELAY));
                let plan = DeletionPlan::new(client, Version::FIRST, removal);
                let approved = self.records.iter().filter_map(|record| match record {
                    Record::Authorization(word) if word.state_name() == StateName::Approved => {
                        Some((word.organization(), word.id()))
                    }
                    _ => None,
                });
                let plan = DeletionPlan { reach: Reach::of(approved), ..plan };
                told(administration.delete_client(&plan, NOON).await)
            }
            Operation::Restore => told(administration.restore_client(client, None, NOON).await),
            Operation::Disable => told(server.operator().disable_client(client, NOON).await),
            Operation::Enable => told(server.operator().enable_client(client, NOON).await),
            Operation::Request => told(administration.request_authorization(client, None, NOON).await),
            Operation::Authorize => told(administration.authorize(client, None, NOON).await),
            Operation::Reauthorize => told(administration.reauthorize(client, None, NOON).await),
            Operation::EditScopes => told(administration.edit_scopes(client, &scope, NOON).await),
            Operation::EditAudience => told(administration.edit_audience(client, &[VIEWERS], NOON).await),
            Operation::Deny => told(administration.deny(client, NOON).await),
            Operation::Revoke => told(administration.revoke(client, Acknowledgement::NotGiven, NOON).await),
            Operation::ChangePolicy => told(administration.change_policy(Policy::default(), NOON).await),
            Operation::Issue => self.issue(&server).await,
            Operation::Call => self.call(&server).await,
            Operation::Sweep => {
                // A sweep is many operations, each of them whole: any part of it may have happened.
                let _ = server.sweep(10, NOON).await;
                Effect::Unknown
            }
            Operation::View => told(administration.application(client, NOON).await),
        }
    }

    async fn issue(&self, server: &Server) -> Answer {
        let client = fixtures::client(70, self.grant_type).id;
        let secret = fixtures::secret_of(client);
        let body =
            format!("grant_type=client_credentials&client_id={client}&client_secret={}", secret.expose());
        let content_type = Some(b"application/x-www-form-urlencoded".as_slice());
        let request = TokenRequest { authorization: &[], content_type, body: body.as_bytes() };
        told(server.token(&request, NOON).await.map(|response| response.status))
    }

    async fn call(&self, server: &Server) -> Answer {
        let token = fixtures::token_of(fixtures::client(70, self.grant_type).id);
        let needs = Requirement::permission("routing:queue:view".parse().unwrap())
            .any_scope_of(["routing:readonly".parse().unwrap()]);
        match server.authorize_token(&token.digest(), &needs, NOON).await {
            Ok(allowed) => Effect::Happened(format!("{allowed:?}")),
            Err(CallError::Denied(denial)) => Effect::Happened(denial.reason.code().to_owned()),
            Err(CallError::Failed(error)) => told::<(), _>(Err(error)),
        }
    }
}

static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let entry = |scope: &str| ScopeEntry {
        scope: scope.parse().unwrap(),
        description: "Queues and their members".parse().unwrap(),
    };
    Settings::new(
        "https://login.example.com".parse().unwrap(),
        ScopeCatalog::new([entry("routing"), entry("routing:readonly")]).unwrap(),
    )
});

/// A success and a refusal are answers; an error tells what it tells.
fn told<T: Debug, E>(answer: Result<T, Error<E>>) -> Answer {
    match answer {
        Ok(value) => Effect::Happened(format!("{value:?}")),
        Err(Error::Denied(denial)) => Effect::Happened(denial.code().to_owned()),
        Err(error) if error.is_not_done() => Effect::DidNot,
        Err(_) => Effect::Unknown,
    }
}

/// Everything that is stored, versions apart.
fn observe(store: &Stepped<MemoryStore>) -> Vec<Record> {
    observe_all(store.inner())
}

fn observe_all(store: &MemoryStore) -> Vec<Record> {
    store.records().into_iter().map(|stored| stored.record).collect()
}

/// How many executions there were, over all pairs of the operations from each start.
fn explore(grant_type: GrantType, faults: u32, relevant: impl Fn(Operation) -> bool) -> u64 {
    let operations: Vec<Operation> = ALL.into_iter().filter(|operation| relevant(*operation)).collect();
    let mut executions = 0;
    for start in STARTS {
        let stage = Stage::new(grant_type, start);
        let changes = |operation: &Operation| stage.is_changed_by(*operation);
        for (at, one) in operations.iter().enumerate() {
            // Two operations that change nothing but the trail from here have nothing to take from each
            // other.
            let others = operations.iter().skip(at);
            let two_sweeps = |other: &Operation| [*one, *other] == [Operation::Sweep; 2];
            for other in others.filter(|other| (changes(one) || changes(other)) && !two_sweeps(other)) {
                let scenario = Scenario::new(|| stage.store())
                    .operation(&format!("{one:?}"), async |store| stage.run(*one, 1, store).await)
                    .operation(&format!("{other:?} too"), async |store| stage.run(*other, 2, store).await);
                let report = Explorer::new().faults(faults).serial(&scenario, Clone::clone, observe);
                if let Some(failure) = &report.failure {
                    let cause: String = failure.cause.to_string().chars().take(600).collect();
                    panic!("{grant_type}, {start:?}, {one:?} and {other:?}: {cause}…\n{:#?}", failure.trace);
                }
                executions += report.executions;
            }
        }
    }
    executions
}

/// ST-02, ST-03: every pair of operations on a client that acts on its own behalf, with up to one fault.
#[test]
fn st_02_pairs_on_a_client_credentials_client_end_as_if_one_came_after_the_other() {
    let explored = explore(GrantType::ClientCredentials, 1, |operation| {
        !matches!(operation, Operation::EditScopes | Operation::EditAudience)
    });
    println!("{explored} executions");
    assert!(explored > 10_000, "only {explored} executions: the operations no longer meet");
}

/// ST-02, ST-03: every pair of operations on a client that acts for users, with up to one fault.
#[test]
fn st_02_pairs_on_a_code_client_end_as_if_one_came_after_the_other() {
    let explored = explore(GrantType::AuthorizationCode, 1, |operation| operation != Operation::Issue);
    println!("{explored} executions");
    assert!(explored > 10_000, "only {explored} executions: the operations no longer meet");
}

/// LC-08, threat 33: two sweeps at once, stopped anywhere by two faults, leave what a later sweep brings to
/// the same end as one sweep that nothing disturbed; and the trail tells of each removal once.
#[test]
fn lc_08_sweeps_that_meet_and_fail_come_to_one_end() {
    let stage = Stage::new(GrantType::AuthorizationCode, Start::Due);
    let end_of = |store: &MemoryStore| {
        let server = AuthorizationServer::with_entropy(store, SeededEntropy::new(3), SETTINGS.clone());
        while grantor::ready(server.sweep(10, NOON)).unwrap().unwrap().more {}
        let (events, left): (Vec<_>, Vec<_>) =
            observe_all(store).into_iter().partition(|record| matches!(record, Record::Event(_)));
        (events.len(), left)
    };
    let undisturbed = end_of(&stage.store());
    assert_eq!(undisturbed.0, 2, "the client and its authorization are removed, each with an event");
    let sweep = async |store: Stepped<MemoryStore>, seed| {
        let server = Server::with_entropy(store, SeededEntropy::new(seed), SETTINGS.clone());
        server.sweep(10, NOON).await.map(|swept| swept.more)
    };
    let scenario = Scenario::new(|| stage.store())
        .operation("one", async |store| sweep(store, 1).await)
        .operation("other", async |store| sweep(store, 2).await);
    let report = Explorer::new().faults(2).check(&scenario, |end| {
        if end_of(end.store().inner()) == undisturbed { Ok(()) } else { Err("another end".into()) }
    });
    report.assert();
    println!("{report}");
}

/// The stage is what it says: each start lets the operations through that it is for, so that pairs of them
/// meet.
#[test]
fn each_start_lets_its_operations_through() {
    let answered = |start, operation| {
        let stage = Stage::new(GrantType::AuthorizationCode, start);
        let scenario = Scenario::new(|| stage.store())
            .operation("alone", async |store| stage.run(operation, 1, store).await);
        let mut answer = String::new();
        let seen = std::cell::RefCell::new(&mut answer);
        Explorer::new()
            .check(&scenario, |end| {
                **seen.borrow_mut() = format!("{:?}", end.answers().next());
                Ok(())
            })
            .assert();
        answer
    };
    for (start, operation) in [
        (Start::Approved, Operation::Edit),
        (Start::Approved, Operation::Regenerate),
        (Start::Approved, Operation::Delete),
        (Start::Approved, Operation::Disable),
        (Start::Approved, Operation::EditScopes),
        (Start::Approved, Operation::EditAudience),
        (Start::Approved, Operation::Revoke),
        (Start::Approved, Operation::ChangePolicy),
        (Start::Approved, Operation::Call),
        (Start::Pending, Operation::Authorize),
        (Start::Pending, Operation::Deny),
        (Start::Revoked, Operation::Reauthorize),
        (Start::Inactive, Operation::Restore),
        (Start::Disabled, Operation::Enable),
    ] {
        let answer = answered(start, operation);
        let value = ["{", "()", "Deferred"].iter().any(|part| answer.contains(part));
        assert!(value, "{start:?}, {operation:?}: {answer}");
    }
}

/// What an approval by the fixtures looks like is what the stage needs: scopes that the calls ask for.
#[test]
fn the_stage_is_approved_for_scopes() {
    let approved = fixtures::approved(ACME, &fixtures::client(70, GrantType::AuthorizationCode));
    assert_ne!(approved.id(), AuthorizationId::BUILT_IN);
    let AuthorizationState::Approved(Approval { granted, .. }) = approved.state() else {
        panic!("{approved:?}");
    };
    assert!(granted.to_string().contains("routing"), "{granted}");
}
