//! Logins under races (ST-02, ST-03, GR-04, GR-08, threats 8, 12, 13, 20 to 22, 31, 33 and 41): with real threads,
//! with a store that pauses between a read and its commit, and through every interleaving of every pair of
//! operations with a fault.
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Arc;
use std::sync::Barrier;
use std::sync::LazyLock;
use std::sync::Mutex;

use grantor::admin::DeletionPlan;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Outcome;
use grantor::change::Changes;
use grantor::change::Denial;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::model::AuthorizationState;
use grantor::model::ClientFields;
use grantor::model::ClientTally;
use grantor::model::CodeClient;
use grantor::model::CodeState;
use grantor::model::FamilyState;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Lifecycle;
use grantor::model::Policy;
use grantor::model::Reach;
use grantor::model::Removal;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::Administration;
use grantor::server::AuthorizationServer;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::Error;
use grantor::server::LoggedIn;
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
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::Digest;
use grantor::value::FamilyId;
use grantor::value::PresentedRefreshToken;
use grantor::value::RefreshGrace;
use grantor::value::Timestamp;
use grantor::value::kind;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;

use common::House;
use common::Pausing;
use common::basic;
use common::catalog;

/// Number 70: the client of the logins, confidential, approved in Acme for everyone.
const APPLICATION: u64 = 70;

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback";
/// RFC 7636 appendix B.
const CHALLENGE: &str =
    "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const VERIFIER: &str = "code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// Who logs in.
const USER: LoggedIn = LoggedIn { organization: ACME, user: VIEWER };

fn application() -> ClientId {
    fixtures::id(APPLICATION)
}

fn server<S: Store>(store: S, seed: u64) -> AuthorizationServer<S> {
    AuthorizationServer::with_entropy(store, SeededEntropy::new(seed), SETTINGS.clone())
}

static SETTINGS: LazyLock<Settings> =
    LazyLock::new(|| Settings::new("https://login.example.com".parse().unwrap(), catalog()));

/// The client, with this grace, and its approval.
fn planted(grace: Option<u32>) -> Changes {
    let client = fixtures::client(APPLICATION, GrantType::AuthorizationCode);
    let approved = fixtures::approved(ACME, &client);
    let client = fixtures::changed(&client, |fields: &mut ClientFields| {
        if let Grant::AuthorizationCode { client: CodeClient::Confidential { refresh_grace, .. }, .. } =
            &mut fields.grant
        {
            *refresh_grace = grace.map(|seconds| RefreshGrace::new(seconds).unwrap());
        }
    });
    Changes::new().insert(client).insert(approved)
}

/// The world, with the application.
fn house(grace: Option<u32>) -> House {
    let house = House::new();
    house.plant(planted(grace));
    house
}

/// What an operation answered, whether or not it succeeded.
type Answer<S, T> = Result<T, Error<<S as Store>::Error>>;

async fn token<S: Store>(server: &AuthorizationServer<S>, body: &str, now: Timestamp) -> Answer<S, Response> {
    let header = basic(application(), fixtures::secret_of(application()).expose());
    let request = TokenRequest {
        authorization: &[header.as_bytes()],
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    match body.starts_with("token=") {
        true => server.revoke_token(&request, now).await,
        false => server.token(&request, now).await,
    }
}

fn exchanging(code: &str) -> String {
    format!("grant_type=authorization_code&code={code}&{REDIRECT}&{VERIFIER}")
}

fn refreshing(token: &str) -> String {
    format!("grant_type=refresh_token&refresh_token={token}")
}

fn revoking(token: &str) -> String {
    format!("token={token}")
}

async fn begin<S: Store>(server: &AuthorizationServer<S>, scope: &str) -> Answer<S, Authorize> {
    let client = application();
    let query = format!("response_type=code&client_id={client}&{REDIRECT}&{CHALLENGE}&scope={scope}");
    server.authorize(&AuthorizeRequest { query: query.as_bytes() }, Some(USER), NOON).await
}

async fn agree<S: Store>(server: &AuthorizationServer<S>, ticket: &str) -> Answer<S, Authorize> {
    server.answer_consent(ticket, &Choice::Approve { scopes: None }, USER, NOON).await
}

/// The code that the answer sends back; none where there is none in it.
fn code_in(answer: &Authorize) -> Option<String> {
    let Authorize::Redirect(redirect) = answer else { return None };
    let location = &redirect.response.headers.iter().find(|(name, _)| *name == "location")?.1;
    location.split(['?', '&']).find_map(|parameter| parameter.strip_prefix("code=")).map(str::to_owned)
}

/// A login's code: the viewer is asked where that is needed, and agrees.
#[track_caller]
fn code<S: Store>(server: &AuthorizationServer<S>, scope: &str) -> String
where
    S::Error: Debug,
{
    let mut answer = ready(begin(server, scope)).unwrap().unwrap();
    if let Authorize::Ask(page) = answer {
        answer = ready(agree(server, page.ticket.expose())).unwrap().unwrap();
    }
    code_in(&answer).unwrap_or_else(|| panic!("no code but {answer:?}"))
}

/// The answer to a request of the application.
#[track_caller]
fn post<S: Store>(server: &AuthorizationServer<S>, body: &str) -> Response
where
    S::Error: Debug,
{
    ready(token(server, body, NOON)).unwrap().unwrap_or_else(|error| error.response())
}

/// The tokens of an answer: the access token and the refresh token. None where it is a refusal.
fn tokens(response: &Response) -> Option<(String, String)> {
    let body: Value = serde_json::from_slice(&response.body).ok()?;
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    Some((text("access_token")?, text("refresh_token").unwrap_or_default()))
}

#[track_caller]
fn login<S: Store>(server: &AuthorizationServer<S>) -> (String, String)
where
    S::Error: Debug,
{
    tokens(&post(server, &exchanging(&code(server, "routing")))).expect("tokens")
}

fn error_in(response: &Response) -> String {
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    body["error"].as_str().unwrap_or_default().to_owned()
}

/// One of several that race, on a server of its own.
type Racer<'a, T> = Box<dyn Fn(&House) -> T + Sync + 'a>;

/// All of them at once, each on a thread of its own: what each answers.
fn at_once<T: Send>(house: &House, seed: u64, racers: &[Racer<'_, T>]) -> Vec<T> {
    let barrier = Barrier::new(racers.len());
    let houses: Vec<House> = (0..).map(|at| house.another(seed + at)).take(racers.len()).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = racers
            .iter()
            .zip(&houses)
            .map(|(racer, own)| {
                scope.spawn(|| {
                    barrier.wait();
                    racer(own)
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// The same from eight threads at once.
fn eight_at_once<'a, T: Send>(
    house: &House,
    seed: u64,
    one: impl Fn(&House) -> T + Copy + Sync + 'a,
) -> Vec<T> {
    let racers: Vec<Racer<'a, T>> = (0..8).map(|_| Box::new(one) as Racer<'a, T>).collect();
    at_once(house, seed, &racers)
}

/// The same request from eight threads at once: the tokens of the answers that have some, all others being
/// `invalid_grant`.
#[track_caller]
fn eight_times(house: &House, seed: u64, body: &str) -> Vec<(String, String)> {
    let answers = eight_at_once(house, seed, |own| post(&own.server, body));
    let (given, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    for answer in refused {
        assert_eq!((answer.status, error_in(answer).as_str()), (400, "invalid_grant"));
    }
    given.into_iter().map(|answer| tokens(answer).unwrap()).collect()
}

/// Neither token works, and the refresh token cannot be exchanged any more.
#[track_caller]
fn assert_dead(house: &House, (access, refresh): &(String, String)) {
    assert!(house.refused(access, NOON).is_some(), "an access token lives on");
    assert_ne!(post(&house.server, &refreshing(refresh)).status, 200, "a refresh token lives on");
}

/// None of these works, in the order they were given. The last of a login is tried first: one before it would end the
/// login by itself.
#[track_caller]
fn assert_all_dead(house: &House, given: &[(String, String)]) {
    assert!(
        given.iter().all(|(access, _)| house.refused(access, NOON).is_some()),
        "an access token lives on"
    );
    given.iter().rev().for_each(|tokens| assert_dead(house, tokens));
}

#[track_caller]
fn assert_alive(house: &House, (access, refresh): &(String, String)) {
    assert_eq!(house.refused(access, NOON), None);
    assert_eq!(post(&house.server, &refreshing(refresh)).status, 200);
}

/// GR-04, threat 8: of eight exchanges of one code at once exactly one succeeds; each other is a replay, so that what
/// the one gave is dead; another login is not touched.
#[test]
fn gr_04_threat_08_one_of_many_exchanges_succeeds() {
    for round in 0..40 {
        let house = house(None);
        let other = login(&house.server);
        let given = eight_times(&house, 20_000 + round * 8, &exchanging(&code(&house.server, "routing")));
        assert_eq!(given.len(), 1);
        assert_dead(&house, &given[0]);
        assert_alive(&house, &other);
    }
}

/// ST-02, threat 8: exchanges of eight codes of one user at once do not disturb each other.
#[test]
fn threat_08_exchanges_of_different_codes_all_succeed() {
    for round in 0..20 {
        let house = house(None);
        let codes: Vec<String> = (0..8).map(|_| code(&house.server, "routing")).collect();
        let racers: Vec<Racer<'_, Response>> = codes
            .iter()
            .map(|code| Box::new(|own: &House| post(&own.server, &exchanging(code))) as _)
            .collect();
        for answer in at_once(&house, 29_000 + round * 8, &racers) {
            assert_alive(&house, &tokens(&answer).expect("tokens"));
        }
    }
}

/// GR-08, threat 21: of eight refreshes with one token at once exactly one succeeds; each other is a reuse.
#[test]
fn gr_08_threat_21_one_of_many_refreshes_succeeds() {
    for round in 0..40 {
        let house = house(None);
        let (first, other) = (login(&house.server), login(&house.server));
        let given = eight_times(&house, 21_000 + round * 8, &refreshing(&first.1));
        assert_eq!(given.len(), 1);
        assert_dead(&house, &given[0]);
        assert_dead(&house, &first);
        assert_alive(&house, &other);
    }
}

/// GR-08, threat 24: within the grace all of them have the same successor, and the login lives.
#[test]
fn gr_08_threat_24_within_the_grace_all_have_one_successor() {
    for round in 0..40 {
        let house = house(Some(60));
        let first = login(&house.server);
        let given = eight_times(&house, 22_000 + round * 8, &refreshing(&first.1));
        assert_eq!(given.len(), 8);
        assert!(given.iter().all(|tokens| tokens.1 == given[0].1), "a fork");
        assert!(given.iter().all(|tokens| house.refused(&tokens.0, NOON).is_none()));
        assert_alive(&house, &given[0]);
    }
}

/// The ticket of the page that the user is asked with.
#[track_caller]
fn asked<S: Store>(server: &AuthorizationServer<S>, scope: &str) -> String
where
    S::Error: Debug,
{
    match ready(begin(server, scope)).unwrap().unwrap() {
        Authorize::Ask(page) => page.ticket.expose().to_owned(),
        other => panic!("not asked: {other:?}"),
    }
}

/// threat 20: of eight answers to one page exactly one is taken.
#[test]
fn threat_20_one_of_many_answers_to_a_page_is_taken() {
    for round in 0..40 {
        let house = house(None);
        let ticket = asked(&house.server, "routing");
        let answers = eight_at_once(&house, 23_000 + round * 8, |own| {
            ready(agree(&own.server, &ticket)).unwrap().unwrap()
        });
        let codes: Vec<String> = answers.iter().filter_map(code_in).collect();
        assert_eq!(codes.len(), 1);
        assert_eq!(answers.iter().filter(|answer| matches!(answer, Authorize::ShowError(_))).count(), 7);
        assert_eq!(post(&house.server, &exchanging(&codes[0])).status, 200);
    }
}

/// What ends a login: run until it is done. It is given a refresh token of the login.
type End = fn(&House, &str);

fn until_done<T: Debug, E: Debug>(mut operation: impl FnMut() -> Result<T, Error<E>>) -> T {
    loop {
        match operation() {
            Ok(done) => return done,
            Err(error) => assert!(matches!(error, Error::Contended), "{error:?}"),
        }
    }
}

fn revoke_token(house: &House, refresh: &str) {
    while post(&house.server, &revoking(refresh)).status == 503 {}
}

fn withdraw(house: &House, _: &str) {
    until_done(|| ready(house.server.withdraw_consent(USER, application(), NOON)).unwrap());
}

fn end_user(house: &House, _: &str) {
    until_done(|| ready(house.admin().end_tokens_of_user(VIEWER, NOON)).unwrap());
}

fn end_application(house: &House, _: &str) {
    until_done(|| ready(house.admin().end_tokens_of_application(application(), NOON)).unwrap());
}

fn end_client(house: &House, _: &str) {
    until_done(|| ready(house.admin().end_tokens_of_client(application(), NOON)).unwrap());
}

fn end_organization(house: &House, _: &str) {
    until_done(|| ready(house.admin().end_tokens(NOON)).unwrap());
}

fn revoke_application(house: &House, _: &str) {
    until_done(|| ready(house.admin().revoke(application(), Acknowledgement::NotGiven, NOON)).unwrap());
}

fn disable_client(house: &House, _: &str) {
    until_done(|| ready(house.server.operator().disable_client(application(), NOON)).unwrap());
}

fn delete_client(house: &House, _: &str) {
    let plan = until_done(|| ready(house.admin().plan_deletion(application(), NOON)).unwrap());
    until_done(|| ready(house.admin().delete_client(&plan, NOON)).unwrap());
}

fn deactivate_user(house: &House, _: &str) {
    house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None });
}

/// What ends all logins of the user, or of more.
const ENDS: [(&str, End); 9] = [
    ("withdraw_consent", withdraw),
    ("end_tokens_of_user", end_user),
    ("end_tokens_of_application", end_application),
    ("end_tokens_of_client", end_client),
    ("end_tokens", end_organization),
    ("revoke", revoke_application),
    ("disable_client", disable_client),
    ("delete_client", delete_client),
    ("deactivate the user", deactivate_user),
];

/// Refreshes on and on until it is refused, or often enough: all tokens it had.
fn refresh_on(house: &House, first: &str) -> Vec<(String, String)> {
    let mut had: Vec<(String, String)> = Vec::new();
    for _ in 0..200 {
        let last = had.last().map_or(first, |(_, refresh)| refresh.as_str()).to_owned();
        match post(&house.server, &refreshing(&last)) {
            answer if answer.status == 200 => had.extend(tokens(&answer)),
            answer if answer.status == 503 => {}
            _ => break,
        }
    }
    had
}

/// Exchanges all the codes: the tokens of those that gave some.
fn exchange_all(house: &House, codes: &[String]) -> Vec<(String, String)> {
    codes.iter().filter_map(|code| tokens(&post(&house.server, &exchanging(code)))).collect()
}

/// threat 31, threat 22, ST-02: once what ends logins has answered, no token of one works, whenever it was refreshed or
/// exchanged meanwhile, and no code.
#[test]
fn threat_31_threat_22_nothing_survives_what_ends_logins() {
    for (round, (_, end)) in (0..80).zip(ENDS.into_iter().cycle()) {
        let house = house(None);
        let first = login(&house.server);
        let codes: Vec<String> = (0..6).map(|_| code(&house.server, "routing")).collect();
        let racers: [Racer<'_, Vec<(String, String)>>; 3] = [
            Box::new(|own| refresh_on(own, &first.1)),
            Box::new(|own| exchange_all(own, &codes)),
            Box::new(|own| {
                end(own, &first.1);
                Vec::new()
            }),
        ];
        let had = at_once(&house, 24_000 + round * 4, &racers).concat();
        assert_all_dead(&house, &[vec![first.clone()], had].concat());
        assert_eq!(exchange_all(&house, &codes), []);
    }
}

/// TK-10, threat 22: the client's own revocation of any refresh token of a login ends all of it, and no other login.
#[test]
fn threat_22_nothing_of_a_login_survives_the_revocation_of_its_token() {
    for round in 0..40 {
        let house = house(None);
        let (first, other) = (login(&house.server), login(&house.server));
        let racers: [Racer<'_, Vec<(String, String)>>; 2] = [
            Box::new(|own| refresh_on(own, &first.1)),
            Box::new(|own| {
                revoke_token(own, &first.1);
                Vec::new()
            }),
        ];
        let had = at_once(&house, 25_000 + round * 2, &racers).concat();
        assert_all_dead(&house, &[vec![first.clone()], had].concat());
        assert_alive(&house, &other);
    }
}

/// The codes that the user's browser is sent back with, until it is not.
fn sent_back_on(house: &House) -> Vec<String> {
    let answer = |_| ready(begin(&house.server, "routing")).unwrap().ok();
    (0..50).map_while(|at| code_in(&answer(at)?)).collect()
}

/// threat 31, threat 41: no code that a browser was sent back with meanwhile works after what ends the application, its
/// approval, the user or the user's word. What ends tokens alone lets the browser begin anew.
#[test]
fn threat_41_no_code_survives_what_ends_the_application() {
    let ends = ENDS.into_iter().filter(|(name, _)| !name.starts_with("end_tokens"));
    for (round, (_, end)) in (0..60).zip(ends.cycle()) {
        let house = house(None);
        let first = login(&house.server);
        let racers: [Racer<'_, Vec<String>>; 2] = [
            Box::new(sent_back_on),
            Box::new(|own| {
                end(own, &first.1);
                Vec::new()
            }),
        ];
        let codes = at_once(&house, 26_000 + round * 2, &racers).concat();
        assert_eq!(exchange_all(&house, &codes), []);
        assert_dead(&house, &first);
    }
}

/// threat 41, AA-08: an administrator's answer to a page against the denial and the revocation of the application: it
/// ends revoked, and no code of it works.
#[test]
fn threat_41_revocation_wins_against_an_answer() {
    for round in 0..60 {
        let house = house(None);
        house.put(fixtures::pending(ACME, &house.client(application())));
        let ticket = administrator_asked(&house);
        let racers: [Racer<'_, Vec<String>>; 2] = [
            Box::new(|own| approve(own, &ticket).into_iter().collect()),
            Box::new(|own| {
                deny_or_revoke(&own.admin());
                Vec::new()
            }),
        ];
        let codes = at_once(&house, 27_000 + round * 2, &racers).concat();
        assert_eq!(exchange_all(&house, &codes), []);
        assert!(matches!(word(&house), AuthorizationState::Revoked(_)));
    }
}

const BY_ADMINISTRATOR: LoggedIn = LoggedIn { organization: ACME, user: ADMINISTRATOR };

/// The ticket of the page that asks the administrator.
#[track_caller]
fn administrator_asked(house: &House) -> String {
    let query = format!("response_type=code&client_id={}&{REDIRECT}&{CHALLENGE}", application());
    let request = AuthorizeRequest { query: query.as_bytes() };
    match ready(house.server.authorize(&request, Some(BY_ADMINISTRATOR), NOON)).unwrap().unwrap() {
        Authorize::Ask(page) => page.ticket.expose().to_owned(),
        other => panic!("not asked: {other:?}"),
    }
}

/// The administrator's yes, and the code that it gave.
fn approve(house: &House, ticket: &str) -> Option<String> {
    let yes = Choice::Approve { scopes: None };
    let answer = ready(house.server.answer_consent(ticket, &yes, BY_ADMINISTRATOR, NOON)).unwrap();
    code_in(&answer.unwrap())
}

/// What Acme says of the application.
#[track_caller]
fn word(house: &House) -> AuthorizationState {
    match house.find(Key::Authorization(ACME, application())).map(record) {
        Some(Record::Authorization(word)) => word.state().clone(),
        other => panic!("no word but {other:?}"),
    }
}

/// Denies what is pending and revokes what is approved, whichever it is by then.
fn deny_or_revoke<S: Store>(admin: &Administration<'_, S>)
where
    S::Error: Debug,
{
    let id = application();
    while ready(admin.deny(id, NOON)).unwrap().is_err()
        && ready(admin.revoke(id, Acknowledgement::NotGiven, NOON)).unwrap().is_err()
    {}
}

fn record(found: Versioned<Record>) -> Record {
    found.record
}

/// threat 33, LC-07, LC-08: a client restored in the last second against the sweep of its removal: it is there and all
/// its logins are dead, or it is gone and in the end nothing of its logins is left.
#[test]
fn threat_33_restore_against_purge_leaves_no_login() {
    for round in 0..40 {
        let house = house(None);
        house.put(ClientTally { organization: ACME, clients: 50 });
        let (first, waiting) = (login(&house.server), code(&house.server, "routing"));
        delete_client(&house, "");
        let removal = NOON.plus(Removal::DELAY);
        let racers: [Racer<'_, bool>; 2] = [
            Box::new(|own| {
                ready(own.admin().restore_client(application(), None, removal.minus(1))).unwrap().is_ok()
            }),
            Box::new(|own| ready(own.server.sweep(500, removal)).unwrap().is_ok()),
        ];
        let restored = at_once(&house, 28_000 + round * 2, &racers)[0];
        house.sweep_all(removal);
        assert_dead(&house, &first);
        assert_eq!(exchange_all(&house, &[waiting]), []);
        assert_gone_unless(&house, restored);
    }
}

#[track_caller]
fn assert_gone_unless(house: &House, restored: bool) {
    let stored = house.find(Key::Client(application())).map(record);
    if restored {
        return assert!(matches!(&stored, Some(Record::Client(c)) if c.lifecycle == Lifecycle::Active));
    }
    assert!(matches!(stored, Some(Record::Tombstone(_))), "{stored:?}");
    // A login that is dead stays until its time is over, so that its code is known.
    assert!(!of_application(house).contains(&Kind::UserConsent));
    house.sweep_all(NOON.plus(40 * DAY));
    assert_eq!(of_application(house), Vec::<Kind>::new());
}

/// The kinds of the records of logins with the application that there are.
fn of_application(house: &House) -> Vec<Kind> {
    let of_it = |record: &Record| match record {
        Record::Authorization(word) => word.client() == application(),
        Record::Family(family) => family.client == application(),
        Record::AccessToken(token) => token.client == application(),
        Record::AuthorizationCode(code) => code.client == application(),
        Record::ConsentPrompt(prompt) => prompt.client == application(),
        Record::UserConsent(consent) => consent.client == application(),
        Record::SecretUse(used) => used.client == application(),
        _ => false,
    };
    house.dump().into_values().map(record).filter(of_it).map(|record| record.key().kind()).collect()
}

/// A server that pauses once between what it reads and its commit, while this happens.
fn pausing<'a>(
    house: &'a House,
    seed: u64,
    meanwhile: impl FnOnce() + Send + 'a,
) -> AuthorizationServer<Pausing<'a>> {
    let records = Arc::clone(house.store().memory());
    server(Pausing::new(records, meanwhile), seed)
}

/// threat 22, threat 12: an exchange and a refresh whose commit is in flight undo nothing of what ended the login
/// meanwhile, and give nothing: they read again, and are refused.
#[test]
fn threat_22_what_ends_a_login_is_not_undone_by_what_was_in_flight() {
    let ends =
        ENDS.into_iter().chain([("revoke_token", revoke_token as End), ("idle timeout", idle_timeout)]);
    for (name, end) in ends {
        for (grace, in_flight) in
            [(None, "exchange"), (None, "refresh"), (Some(60), "refresh"), (Some(60), "refresh again")]
        {
            // What ends by a refresh token does not reach a login without one; and an exchange needs none.
            if in_flight != "exchange" || !["revoke_token", "idle timeout"].contains(&name) {
                assert_not_undone(&house(grace), in_flight, (name, end));
            }
        }
    }
}

fn idle_timeout(house: &House, _: &str) {
    let idle_timeout = Some(IdleTimeout::MIN);
    house.set_policy(ACME, Policy { idle_timeout, ..Policy::default() }, NOON);
}

#[track_caller]
fn assert_not_undone(house: &House, in_flight: &str, (name, end): (&str, End)) {
    let (waiting, first) = (code(&house.server, "routing"), login(&house.server));
    if in_flight == "refresh again" {
        let _ = post(&house.server, &refreshing(&first.1));
    }
    let body = if in_flight == "exchange" { exchanging(&waiting) } else { refreshing(&first.1) };
    let left = Mutex::new(BTreeMap::new());
    let slow = pausing(house, 40_000, || {
        end(&house.another(41_000), &first.1);
        *left.lock().unwrap() = house.dump();
    });
    let answer = post(&slow, &body);
    assert_eq!(answer.status, 400, "{in_flight}, {name} meanwhile");
    common::assert_same(&house.dump(), &left.lock().unwrap(), name);
    if name != "idle timeout" {
        assert_dead(house, &first);
    }
}

/// threat 22, GR-04: a family that a replay killed stays killed, whatever rotation was in flight.
#[test]
fn threat_22_a_replay_is_not_undone_by_a_rotation() {
    for grace in [None, Some(60)] {
        let house = house(grace);
        let begun = code(&house.server, "routing");
        let first = tokens(&post(&house.server, &exchanging(&begun))).unwrap();
        let slow = pausing(&house, 40_000, || {
            let replay = post(&house.another(42_000).server, &exchanging(&begun));
            assert_eq!(error_in(&replay), "invalid_grant");
        });
        assert_eq!(error_in(&post(&slow, &refreshing(&first.1))), "invalid_grant");
        assert_dead(&house, &first);
    }
}

/// threat 22, GR-08: nor does a rotation undo a reuse.
#[test]
fn threat_22_a_reuse_is_not_undone_by_a_rotation() {
    let house = house(None);
    let first = login(&house.server);
    let second = tokens(&post(&house.server, &refreshing(&first.1))).unwrap();
    let slow = pausing(&house, 40_000, || {
        let reuse = post(&house.another(43_000).server, &refreshing(&first.1));
        assert_eq!(error_in(&reuse), "invalid_grant");
    });
    assert_eq!(error_in(&post(&slow, &refreshing(&second.1))), "invalid_grant");
    assert_dead(&house, &second);
}

/// threat 8, threat 21: an exchange or a rotation that comes between another one's read and commit makes that one the
/// loser: it is a replay, and kills.
#[test]
fn threat_08_threat_21_the_one_in_flight_loses_and_kills() {
    let house = house(None);
    let bodies = [exchanging(&code(&house.server, "routing")), refreshing(&login(&house.server).1)];
    for (seed, body) in (44_000..).zip(bodies) {
        let won = Mutex::new(None);
        let slow = pausing(&house, seed, || {
            *won.lock().unwrap() = tokens(&post(&house.another(seed + 100).server, &body))
        });
        assert_eq!(error_in(&post(&slow, &body)), "invalid_grant");
        assert_dead(&house, won.lock().unwrap().as_ref().expect("the other one won"));
    }
}

/// threat 41, threat 12: a browser is not sent back with a code where the application, its approval, the user or the
/// user's word ended while the commit was in flight.
#[test]
fn threat_41_nobody_is_sent_back_where_the_application_ended_meanwhile() {
    for (name, end) in ENDS.into_iter().filter(|(name, _)| !name.starts_with("end_tokens")) {
        let house = house(None);
        let first = login(&house.server);
        let slow = pausing(&house, 40_000, || end(&house.another(45_000), &first.1));
        let answer = ready(begin(&slow, "routing")).unwrap().unwrap();
        assert_eq!(code_in(&answer), None, "{name}");
        assert_dead(&house, &first);
    }
}

/// threat 41, threat 12: nor with the answer to a page.
#[test]
fn threat_41_no_answer_gives_a_code_where_the_application_ended_meanwhile() {
    for (name, end) in [
        ("revoke", revoke_application as End),
        ("disable_client", disable_client),
        ("delete_client", delete_client),
        ("deactivate the user", deactivate_user),
    ] {
        let house = house(None);
        let ticket = asked(&house.server, "routing");
        let slow = pausing(&house, 40_000, || end(&house.another(46_000), ""));
        let answer = ready(agree(&slow, &ticket)).unwrap().unwrap();
        assert_eq!(code_in(&answer), None, "{name}");
    }
}

/// The operations on logins that meet each other.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operation {
    /// The code that waits is exchanged.
    Exchange,
    /// The code that was exchanged is presented again.
    Replay,
    /// The refresh token in force is used.
    Refresh,
    /// The one before it is.
    RefreshAgain,
    AnswerConsent,
    RevokeToken,
    WithdrawConsent,
    EndTokensOfUser,
    RevokeApplication,
    DeleteClient,
    Call,
}

const ALL: [Operation; 11] = [
    Operation::Exchange,
    Operation::Replay,
    Operation::Refresh,
    Operation::RefreshAgain,
    Operation::AnswerConsent,
    Operation::RevokeToken,
    Operation::WithdrawConsent,
    Operation::EndTokensOfUser,
    Operation::RevokeApplication,
    Operation::DeleteClient,
    Operation::Call,
];

/// What an operation answered, as far as it matters: the same text, the same answer.
type Seen = Effect<String>;

/// Two logins of the viewer and a page that waits: one login was refreshed once, the code of the other one waits.
struct Stage {
    records: Vec<Record>,
    used: String,
    waiting: String,
    access: String,
    before: String,
    current: String,
    ticket: String,
}

impl Stage {
    fn new(grace: Option<u32>) -> Self {
        let world = fixtures::world();
        let server = server(MemoryStore::new(), 50_000);
        let roles = [(ADMINISTRATORS, "*:*:*"), (VIEWERS, "routing:queue:view")]
            .map(|(id, permitted)| fixtures::role(ACME, id, permitted));
        let changes = planted(grace)
            .insert(world.acme.clone())
            .insert(world.administrator.clone())
            .insert(world.viewer.clone())
            .insert(ClientTally { organization: ACME, clients: 1 });
        let changes = roles.into_iter().fold(changes, Changes::insert);
        assert_eq!(ready(server.store().commit(changes)).unwrap(), Ok(Commit::Applied));
        let used = code(&server, "routing");
        let (_, before) = tokens(&post(&server, &exchanging(&used))).unwrap();
        let (access, current) = tokens(&post(&server, &refreshing(&before))).unwrap();
        let waiting = code(&server, "routing");
        let ticket = asked(&server, "routing+users:readonly");
        let records = server.store().records().into_iter().map(record);
        let records = records.filter(|record| !matches!(record, Record::Event(_))).collect();
        Self { records, used, waiting, access, before, current, ticket }
    }

    fn store(&self) -> MemoryStore {
        let store = MemoryStore::new();
        let changes = self.records.iter().cloned().fold(Changes::new(), Changes::insert);
        assert_eq!(ready(store.commit(changes)).unwrap(), Ok(Commit::Applied));
        store
    }

    async fn run(&self, operation: Operation, seed: u64, store: Stepped<MemoryStore>) -> Seen {
        let server = server(store, seed);
        let admin = server.administration(ACME, ADMINISTRATOR);
        match operation {
            Operation::Exchange => told(token(&server, &exchanging(&self.waiting), NOON).await, answered),
            Operation::Replay => told(token(&server, &exchanging(&self.used), NOON).await, answered),
            Operation::Refresh => told(token(&server, &refreshing(&self.current), NOON).await, answered),
            Operation::RefreshAgain => told(token(&server, &refreshing(&self.before), NOON).await, answered),
            Operation::RevokeToken => told(token(&server, &revoking(&self.current), NOON).await, answered),
            Operation::AnswerConsent => told(agree(&server, &self.ticket).await, sent_back),
            Operation::WithdrawConsent => {
                told(server.withdraw_consent(USER, application(), NOON).await, shown)
            }
            Operation::EndTokensOfUser => told(admin.end_tokens_of_user(VIEWER, NOON).await, shown),
            Operation::RevokeApplication => {
                let revoked = admin.revoke(application(), Acknowledgement::NotGiven, NOON).await;
                told(revoked, shown)
            }
            Operation::DeleteClient => {
                let removal = Removal::Deferred(NOON.plus(Removal::DELAY));
                // As it was shown before the operations began.
                let client = fixtures::client(APPLICATION, GrantType::AuthorizationCode);
                let reach = Reach::of([(ACME, fixtures::approved(ACME, &client).id())]);
                let plan =
                    DeletionPlan { reach, ..DeletionPlan::new(application(), Version::FIRST, removal) };
                told(admin.delete_client(&plan, NOON).await, shown)
            }
            Operation::Call => self.call(&server).await,
        }
    }

    async fn call(&self, server: &AuthorizationServer<Stepped<MemoryStore>>) -> Seen {
        let digest = Digest::of_presented(&self.access).unwrap();
        match server.authorize_token(&digest, &fixtures::requirement("routing", ""), NOON).await {
            Ok(_) => Effect::Happened("allowed".into()),
            Err(grantor::server::CallError::Denied(denial)) => Effect::Happened(denial.reason.code().into()),
            Err(grantor::server::CallError::Failed(error)) => told::<(), _>(Err(error), shown),
        }
    }

    /// Everything that is stored, with names for what is drawn at random.
    fn observe(&self, store: &MemoryStore) -> Vec<String> {
        let mut seen: Vec<String> =
            store.records().into_iter().filter_map(|stored| self.observed(&stored.record)).collect();
        seen.sort();
        seen
    }

    fn observed(&self, record: &Record) -> Option<String> {
        Some(match record {
            Record::Family(family) => {
                let state = match family.state {
                    FamilyState::Live => "live",
                    FamilyState::Revoked(_) => "revoked",
                };
                let current = PresentedRefreshToken::parse(&self.current).unwrap().digest();
                let refresh =
                    family.refresh.as_ref().map(|held| (held.current == current, held.replaced.is_some()));
                let epoch = family.consent_epoch;
                format!("family {} {state} {refresh:?} {epoch:?}", self.named(family.id))
            }
            Record::AccessToken(token) => {
                format!("token {} {}", token.family().map_or("none", |id| self.named(id)), token.scopes)
            }
            Record::AuthorizationCode(code) => {
                let state = match code.state {
                    CodeState::Issued => "issued",
                    CodeState::Redeemed { .. } => "redeemed",
                };
                format!("code {} {state}", self.named(code.family))
            }
            Record::Event(event) => {
                let outcome = match &event.outcome {
                    Outcome::Done => "done",
                    Outcome::Refused { code, .. } => code,
                };
                format!("event {:?} {outcome}", event.action)
            }
            other => format!("{other:?}"),
        })
    }

    /// Which login it is.
    fn named(&self, id: FamilyId) -> &'static str {
        let of_code = |text: &str| {
            let digest: Digest<kind::AuthorizationCode> = Digest::of_presented(text).unwrap();
            self.records.iter().any(|record| {
                matches!(record, Record::AuthorizationCode(code) if code.digest == digest && code.family == id)
            })
        };
        match (of_code(&self.used), of_code(&self.waiting)) {
            (true, _) => "refreshed",
            (false, true) => "waiting",
            (false, false) => "new",
        }
    }

    /// The answer of the operation alone, and what it leaves.
    fn alone(&self, operation: Operation) -> (Seen, Vec<String>) {
        let seen = Mutex::new(None);
        let scenario = Scenario::new(|| self.store())
            .operation("alone", async |store| self.run(operation, 1, store).await);
        Explorer::new()
            .check(&scenario, |end| {
                let answer = end.answers().next().cloned().ok_or("no answer")?;
                *seen.lock().unwrap() = Some((answer, self.observe(end.store().inner())));
                Ok(())
            })
            .assert();
        seen.into_inner().unwrap().expect("an end")
    }
}

/// A success and a refusal are answers; an error tells what it tells.
fn told<T, E>(answer: Result<T, Error<E>>, shown: impl FnOnce(&T) -> String) -> Seen {
    match answer {
        Ok(value) => Effect::Happened(shown(&value)),
        Err(Error::Denied(denial)) => Effect::Happened(Denial::code(&denial).to_owned()),
        Err(error) if error.is_not_done() => Effect::DidNot,
        Err(_) => Effect::Unknown,
    }
}

fn answered(response: &Response) -> String {
    match tokens(response) {
        Some((_, refresh)) => format!("tokens, {} of them", 1 + usize::from(!refresh.is_empty())),
        None => format!("{} {}", response.status, error_in(response)),
    }
}

fn sent_back(answer: &Authorize) -> String {
    match (code_in(answer), answer) {
        (Some(_), _) => "a code".into(),
        (None, Authorize::Redirect(redirect)) => format!("{:?}", redirect.refused),
        (None, other) => format!("{other:?}"),
    }
}

fn shown<T: Debug>(value: &T) -> String {
    format!("{value:?}")
}

/// All pairs from this stage, through every interleaving with up to one fault: how many executions there were.
fn explore(stage: &Stage) -> u64 {
    let mut executions = 0;
    for (at, one) in ALL.into_iter().enumerate() {
        for other in ALL.into_iter().skip(at) {
            let scenario = Scenario::new(|| stage.store())
                .operation(&format!("{one:?}"), async |store| stage.run(one, 1, store).await)
                .operation(&format!("{other:?} too"), async |store| stage.run(other, 2, store).await);
            let observe = |store: &Stepped<MemoryStore>| stage.observe(store.inner());
            let report = Explorer::new().faults(1).serial(&scenario, Clone::clone, observe);
            if let Some(failure) = &report.failure {
                let cause: String = failure.cause.to_string().chars().take(2_000).collect();
                panic!("{one:?} and {other:?}: {cause}…\n{:#?}", failure.trace);
            }
            executions += report.executions;
        }
    }
    executions
}

/// ST-02, ST-03, threats 8, 12, 13, 21, 22, 31 and 41: every pair of operations on a login, with up to one fault, ends as
/// if one had come after the other, and each caller is told the truth.
#[test]
fn st_02_threat_08_threat_13_pairs_on_a_login_end_as_if_one_came_after_the_other() {
    let explored = explore(&Stage::new(None));
    println!("{explored} executions");
    assert!(explored > 5_000, "only {explored} executions: the operations no longer meet");
}

/// ST-02, ST-03, threat 24: the same with a grace, in which the token before is answered again.
#[test]
fn st_02_threat_24_pairs_within_a_grace_end_as_if_one_came_after_the_other() {
    let explored = explore(&Stage::new(Some(60)));
    println!("{explored} executions");
    assert!(explored > 5_000, "only {explored} executions: the operations no longer meet");
}

/// The stage is what it says: each operation alone succeeds from there, or kills where it is a reuse.
#[test]
fn the_stage_lets_each_operation_through() {
    let (strict, graced) = (Stage::new(None), Stage::new(Some(60)));
    let answers = |stage: &Stage, operation| stage.alone(operation).0;
    let is = |text: &str| Effect::Happened(text.to_owned());
    for stage in [&strict, &graced] {
        assert_eq!(answers(stage, Operation::Exchange), is("tokens, 2 of them"));
        assert_eq!(answers(stage, Operation::Refresh), is("tokens, 2 of them"));
        assert_eq!(answers(stage, Operation::Replay), is("400 invalid_grant"));
        assert_eq!(answers(stage, Operation::AnswerConsent), is("a code"));
        assert_eq!(answers(stage, Operation::RevokeToken), is("200 "));
        assert_eq!(answers(stage, Operation::WithdrawConsent), is("()"));
        assert_eq!(answers(stage, Operation::EndTokensOfUser), is("()"));
        assert_eq!(answers(stage, Operation::Call), is("allowed"));
    }
    assert_eq!(answers(&strict, Operation::RefreshAgain), is("400 invalid_grant"));
    assert_eq!(answers(&graced, Operation::RefreshAgain), is("tokens, 2 of them"));
    let untouched = strict.observe(&strict.store());
    for operation in ALL.into_iter().filter(|operation| *operation != Operation::Call) {
        assert_ne!(strict.alone(operation).1, untouched, "{operation:?} leaves all as it was");
    }
}
