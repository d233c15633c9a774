//! Refreshing (GR-08, TK-03, TK-04, CL-10, threats 21 to 27).
#![cfg(feature = "testing")]

mod common;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Outcome;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::ClientFields;
use grantor::model::CodeClient;
use grantor::model::FamilyState;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Overlap;
use grantor::model::Policy;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::AuthorizationServer;
use grantor::server::Error;
use grantor::server::LoggedIn;
use grantor::server::Settings;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::HOUR;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::LoginLifetime;
use grantor::value::Plain;
use grantor::value::PresentedRefreshToken;
use grantor::value::RefreshGrace;
use grantor::value::Salt;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use grantor::value::kind;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use proptest::prelude::*;
use serde_json::Value;

use common::Broken;
use common::Call;
use common::Fault;
use common::House;
use common::Spy;
use common::Told;
use common::assert_same;
use common::basic;
use common::catalog;
use common::done;
use common::sent_back;
use common::told;
use common::visit_and_agree;

/// Number 30: confidential, without a grace.
const STRICT: u64 = 30;
/// Number 31: confidential, with a grace of [`GRACE`] seconds.
const GRACED: u64 = 31;
/// Number 32: public.
const PUBLIC: u64 = 32;
/// Number 33: confidential; a client beside the one whose token it is.
const OTHER: u64 = 33;

const GRACE: u32 = 10;

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback";
/// RFC 7636 appendix B.
const CHALLENGE: &str =
    "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const VERIFIER: &str = "code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The world, with these four clients of Acme approved there.
fn house() -> House {
    with_settings(|_| {})
}

fn with_settings(change: impl FnOnce(&mut Settings)) -> House {
    let House { server, world } = House::new();
    let mut settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
    change(&mut settings);
    let store = Spy::over(server.store().memory().clone());
    let house =
        House { server: AuthorizationServer::with_entropy(store, SeededEntropy::new(2), settings), world };
    for number in [STRICT, GRACED, PUBLIC, OTHER] {
        let client = fixtures::client(number, GrantType::AuthorizationCode);
        house.plant(Changes::new().insert(fixtures::approved(ACME, &client)).insert(client));
    }
    change_client(&house, PUBLIC, |fields| {
        if let Grant::AuthorizationCode { client, .. } = &mut fields.grant {
            *client = CodeClient::Public;
        }
    });
    set_grace(&house, GRACED, Some(GRACE));
    house
}

fn change_client(house: &House, client: u64, change: impl FnOnce(&mut ClientFields)) {
    house.put(fixtures::changed(&house.client(fixtures::id(client)), change));
}

fn set_grace(house: &House, client: u64, seconds: Option<u32>) {
    change_client(house, client, |fields| {
        if let Grant::AuthorizationCode { client: CodeClient::Confidential { refresh_grace, .. }, .. } =
            &mut fields.grant
        {
            *refresh_grace = seconds.map(|seconds| RefreshGrace::new(seconds).unwrap());
        }
    });
}

/// What a successful answer holds.
#[derive(Clone, Debug)]
struct Tokens {
    access: String,
    refresh: String,
    expires_in: u64,
    scope: String,
}

#[track_caller]
fn tokens(response: &Response) -> Tokens {
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(response.status, 200, "{body}");
    let text = |name: &str| body[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
    Tokens {
        access: text("access_token"),
        refresh: text("refresh_token"),
        expires_in: body["expires_in"].as_u64().unwrap(),
        scope: text("scope"),
    }
}

/// A login of the viewer at this instant: its first tokens.
#[track_caller]
fn login(house: &House, client: u64, now: Timestamp) -> Tokens {
    tokens(&exchange(house, client, &code_of(house, client, "", now), now))
}

/// The same, for these scopes.
#[track_caller]
fn login_for(house: &House, client: u64, scope: &str) -> Tokens {
    tokens(&exchange(
        house,
        client,
        &code_of(house, client, &format!("&scope={}", encoded(scope)), NOON),
        NOON,
    ))
}

/// The code with which the viewer's browser comes back, the viewer having agreed to everything asked for.
#[track_caller]
fn code_of(house: &House, client: u64, more: &str, now: Timestamp) -> String {
    let client: ClientId = fixtures::id(client);
    let query = format!("response_type=code&client_id={client}&{REDIRECT}&{CHALLENGE}{more}");
    let visitor = LoggedIn { organization: ACME, user: VIEWER };
    sent_back(&visit_and_agree(house, &query, visitor, now), "code")
}

fn exchange(house: &House, client: u64, code: &str, now: Timestamp) -> Response {
    let body = format!("grant_type=authorization_code&code={code}&{REDIRECT}&{VERIFIER}");
    post(house, client, &body, now)
}

/// The answer to a client that refreshes with this token.
fn refresh(house: &House, client: u64, token: &str, now: Timestamp) -> Response {
    post(house, client, &format!("grant_type=refresh_token&refresh_token={token}"), now)
}

/// The same, for these scopes.
fn refresh_for(house: &House, client: u64, token: &str, scope: &str) -> Response {
    let body = format!("grant_type=refresh_token&refresh_token={token}&scope={}", encoded(scope));
    post(house, client, &body, NOON)
}

/// What a refresh gives.
#[track_caller]
fn next(house: &House, client: u64, token: &str, now: Timestamp) -> Tokens {
    tokens(&refresh(house, client, token, now))
}

/// The answer to a body that the client sends as itself.
fn post(house: &House, client: u64, body: &str, now: Timestamp) -> Response {
    let id: ClientId = fixtures::id(client);
    if client == PUBLIC {
        return house.post(&[], format!("{body}&client_id={id}").as_bytes(), now);
    }
    house.post(&[&basic(id, fixtures::secret_of(id).expose())], body.as_bytes(), now)
}

/// The same for a refresh of the client, with what the store or the random source did.
fn attempt(house: &House, client: u64, token: &str) -> Result<Response, Error<Broken>> {
    let id: ClientId = fixtures::id(client);
    let header = basic(id, fixtures::secret_of(id).expose());
    let body = format!("grant_type=refresh_token&refresh_token={token}");
    let request = TokenRequest {
        authorization: &[header.as_bytes()],
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    ready(house.server.token(&request, NOON)).unwrap()
}

fn invalid_grant() -> Told {
    Told::Error(400, "invalid_grant".into())
}

fn unauthorized_client() -> Told {
    Told::Error(400, "unauthorized_client".into())
}

/// The request is refused with this error, and the trail has this reason for it.
#[track_caller]
fn assert_refused(house: &House, error: &Told, reason: &str, request: impl FnOnce() -> Response) {
    let (response, events) = house.events_of(request);
    let reasons = events.into_iter().filter_map(|event| match event.outcome {
        Outcome::Refused { code, .. } => Some(code.into_owned()),
        Outcome::Done => None,
    });
    assert_eq!((told(&response), reasons.collect::<Vec<_>>().join(" ")), (error.clone(), reason.to_owned()));
}

/// The token was used before, and its login is ended with all these tokens of it.
#[track_caller]
fn assert_kills(house: &House, client: u64, token: &str, of_login: &[&Tokens], now: Timestamp) {
    assert_refused(house, &invalid_grant(), "refresh.token.reused", || refresh(house, client, token, now));
    for tokens in of_login {
        assert_eq!(house.refused(&tokens.access, now), Some("login.revoked"));
        assert_eq!(told(&refresh(house, client, &tokens.refresh, now)), invalid_grant());
    }
    assert!(matches!(family_of(house, token).state, FamilyState::Revoked(_)));
}

/// These are the tokens in force of a login that goes on.
#[track_caller]
fn assert_alive(house: &House, client: u64, tokens: &Tokens, now: Timestamp) {
    assert_eq!(house.refused(&tokens.access, now), None);
    assert_eq!(refresh(house, client, &tokens.refresh, now).status, 200);
}

/// The login that the token names.
#[track_caller]
fn family_of(house: &House, token: &str) -> TokenFamily {
    let id = PresentedRefreshToken::parse(token).unwrap().family();
    match house.find(Key::Family(id)).map(record) {
        Some(Record::Family(family)) => (*family).clone(),
        other => panic!("no family but {other:?}"),
    }
}

fn record(found: Versioned<Record>) -> Record {
    found.record
}

/// A value as a parameter of a form.
fn encoded(value: &str) -> String {
    value.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn idle(seconds: u32) -> Policy {
    Policy { idle_timeout: Some(IdleTimeout::from_seconds(seconds).unwrap()), ..Policy::default() }
}

/// GR-08: each refresh gives another refresh token and another access token; those before the login's end go on.
#[test]
fn gr_08_each_use_gives_the_next_token() {
    for client in [STRICT, GRACED] {
        let house = house();
        let mut all = vec![login(&house, client, NOON)];
        for step in 1..=5 {
            let last = all.last().unwrap().refresh.clone();
            all.push(next(&house, client, &last, NOON.plus(step * HOUR)));
        }
        for tokens in &all {
            assert_eq!(house.refused(&tokens.access, NOON.plus(6 * HOUR)), None);
            assert_eq!(all.iter().filter(|other| other.refresh == tokens.refresh).count(), 1);
            assert_eq!(all.iter().filter(|other| other.access == tokens.access).count(), 1);
        }
    }
}

/// GR-08, threat 21: a token of any earlier generation ends the login and all that it gave, with a grace or without.
#[test]
fn gr_08_threat_21_reuse_of_each_earlier_generation_kills() {
    for (client, generations) in [(STRICT, 4), (GRACED, 4)] {
        for reused in 0..generations {
            let house = house();
            let bystander = login(&house, client, NOON);
            let mut all = vec![login(&house, client, NOON)];
            for _ in 0..generations {
                let last = all.last().unwrap().refresh.clone();
                all.push(next(&house, client, &last, NOON));
            }
            let after = NOON.plus(GRACE);
            assert_kills(&house, client, &all[reused].refresh, &all.iter().collect::<Vec<_>>(), after);
            assert_alive(&house, client, &bystander, after);
        }
    }
}

/// GR-08: a token that is none of the login's, made for it by whoever knows its name, is taken for a spent one: the
/// client that presents it ends its own login and nobody else's.
#[test]
fn gr_08_a_token_made_up_for_a_login_is_no_token_of_it() {
    let house = house();
    let tokens = login(&house, STRICT, NOON);
    let family = PresentedRefreshToken::parse(&tokens.refresh).unwrap().family();
    let forged = Plain::of_family(family, &[7; 32]);
    let steal = || refresh(&house, OTHER, forged.expose(), NOON);
    assert_refused(&house, &invalid_grant(), "refresh.token.other.client", steal);
    assert_alive(&house, STRICT, &tokens, NOON);
    assert_kills(&house, STRICT, forged.expose(), &[&tokens], NOON);
}

/// threat 23, GR-10: a token from the wrong client, spent or in force, is refused and changes nothing; so is one from
/// whoever does not authenticate.
#[test]
fn threat_23_the_wrong_client_neither_spends_nor_kills() {
    for client in [STRICT, GRACED] {
        let house = house();
        let first = login(&house, client, NOON);
        let second = next(&house, client, &first.refresh, NOON);
        let before = house.dump();
        for token in [&first.refresh, &second.refresh] {
            let steal = || refresh(&house, OTHER, token, NOON);
            assert_refused(&house, &invalid_grant(), "refresh.token.other.client", steal);
            let steal = || refresh(&house, PUBLIC, token, NOON);
            assert_refused(&house, &unauthorized_client(), "client.public", steal);
            let body = format!("grant_type=refresh_token&refresh_token={token}");
            let wrong = basic(fixtures::id(client), fixtures::secret_of(fixtures::id(OTHER)).expose());
            let guessed = told(&house.post(&[&wrong], body.as_bytes(), NOON));
            assert_eq!(guessed, Told::Error(401, "invalid_client".into()));
        }
        assert_same(&house.dump(), &before, "refused");
        assert_alive(&house, client, &second, NOON);
    }
}

/// threat 24, GR-08: within the grace the token just replaced is answered with the same successor, to the second.
#[test]
fn threat_24_within_the_grace_the_successor_is_the_same() {
    let house = house();
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON);
    for elapsed in [0, 0, 1, GRACE - 1] {
        let again = next(&house, GRACED, &first.refresh, NOON.plus(elapsed));
        assert_eq!(again.refresh, second.refresh, "{elapsed} s later");
        assert_ne!(again.access, second.access);
    }
    assert_alive(&house, GRACED, &second, NOON.plus(GRACE - 1));
}

/// threat 24: the grace counts from the rotation, and asking again does not prolong it.
#[test]
fn threat_24_the_grace_does_not_slide() {
    for (asked, then) in
        [(0..0, GRACE), (0..0, GRACE + 1), (0..GRACE, GRACE), (GRACE - 1..GRACE, 2 * GRACE - 2)]
    {
        let house = house();
        let first = login(&house, GRACED, NOON);
        let second = next(&house, GRACED, &first.refresh, NOON);
        let again: Vec<Tokens> =
            asked.map(|elapsed| next(&house, GRACED, &first.refresh, NOON.plus(elapsed))).collect();
        let of_login: Vec<&Tokens> = again.iter().chain([&second]).collect();
        assert_kills(&house, GRACED, &first.refresh, &of_login, NOON.plus(then));
    }
}

/// threat 24: the successor's first use closes the grace of the token before it: one generation, and no fork.
#[test]
fn threat_24_the_first_use_of_the_successor_closes_the_grace() {
    let house = house();
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON);
    let third = next(&house, GRACED, &second.refresh, NOON.plus(1));
    let again = next(&house, GRACED, &second.refresh, NOON.plus(2));
    assert_eq!(again.refresh, third.refresh, "the generation just replaced has a grace of its own");
    assert_kills(&house, GRACED, &first.refresh, &[&second, &third, &again], NOON.plus(2));
}

/// threat 24: the grace of now counts: switched off or shortened in between it is over, switched on it begins with
/// the next rotation; and it is off where nobody asked for it.
#[test]
fn threat_24_the_grace_of_now_counts() {
    for (before, now, elapsed, answered) in [
        (Some(10), None, 0, false),
        (Some(10), Some(5), 4, true),
        (Some(10), Some(5), 5, false),
        (Some(5), Some(60), 59, true),
        (None, Some(60), 0, false),
        (None, None, 0, false),
    ] {
        assert_answered_again((before, now), elapsed, answered);
    }
    assert_eq!(fixtures::client(1, GrantType::AuthorizationCode).grant.refresh_grace(), None);
}

/// With the first grace at the rotation and the second one so many seconds later, the token before is answered again,
/// or kills.
#[track_caller]
fn assert_answered_again((before, now): (Option<u32>, Option<u32>), elapsed: u32, answered: bool) {
    let house = house();
    set_grace(&house, STRICT, before);
    let first = login(&house, STRICT, NOON);
    let second = next(&house, STRICT, &first.refresh, NOON);
    set_grace(&house, STRICT, now);
    match answered {
        true => {
            let again = next(&house, STRICT, &first.refresh, NOON.plus(elapsed));
            assert_eq!(again.refresh, second.refresh);
        }
        false => assert_kills(&house, STRICT, &first.refresh, &[&second], NOON.plus(elapsed)),
    }
}

/// threat 24: a second answer has the scopes asked for now, and is of the same login.
#[test]
fn threat_24_a_second_answer_is_judged_like_the_first() {
    let house = house();
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON);
    let wide = refresh_for(&house, GRACED, &first.refresh, "analytics");
    assert_eq!(told(&wide), Told::Error(400, "invalid_scope".into()));
    let narrow = tokens(&refresh_for(&house, GRACED, &first.refresh, "routing:readonly"));
    assert_eq!((narrow.scope.as_str(), narrow.refresh), ("routing:readonly", second.refresh.clone()));
    house.set_policy(ACME, idle(300), NOON);
    assert_eq!(told(&refresh(&house, GRACED, &first.refresh, NOON)), invalid_grant());
    house.set_policy(ACME, Policy::default(), NOON);
    let _ = done(house.admin().revoke(fixtures::id(GRACED), Acknowledgement::NotGiven, NOON));
    assert_eq!(told(&refresh(&house, GRACED, &first.refresh, NOON)), unauthorized_client());
}

/// A use of a prepared token with each fault at each call of the store. It is told each time; the house is mended
/// when it is looked at.
#[track_caller]
fn at_each_fault<T>(
    client: u64,
    prepare: impl Fn(&House, &Tokens) -> T,
    mut look: impl FnMut(&House, &Tokens, T),
) {
    for (fault, call) in Fault::ALL.into_iter().flat_map(|fault| (0..30).map(move |call| (fault, call))) {
        let house = house();
        let first = login(&house, client, NOON);
        let prepared = prepare(&house, &first);
        house.store().fail_at(call, fault);
        let answer = attempt(&house, client, &first.refresh);
        let reached = house.store().take_calls().len() > call;
        house.store().mend();
        assert_eq!(answer.is_err(), reached, "{fault:?} of call {call}: {answer:?}");
        assert!(reached || call > 7, "only {call} calls");
        if reached {
            look(&house, &first, prepared);
        }
    }
}

/// GR-08, threat 26, ST-03: whichever call of the store fails, and however, either nothing was done and the token is
/// still good, or all of it was; what was done and not answered is answered again within the grace.
#[test]
fn gr_08_threat_26_a_failing_store_leaves_nothing_half_done() {
    let mut whole = 0;
    for client in [STRICT, GRACED] {
        let before = |house: &House, _: &Tokens| house.dump();
        at_each_fault(client, before, |house, first, before| {
            let undone = house.dump() == before;
            whole += u32::from(!undone);
            match undone || client == GRACED {
                true => assert_alive(house, client, &next(house, client, &first.refresh, NOON), NOON),
                false => assert_kills(house, client, &first.refresh, &[first], NOON),
            }
        });
    }
    assert_eq!(whole, 2, "the commit that was applied and not answered, for each client");
}

/// threat 26: where the random source fails nothing is issued, and the token stays good.
#[test]
fn threat_26_without_randomness_nothing_is_done() {
    let house = house();
    let first = login(&house, GRACED, NOON);
    let before = house.dump();
    for draws in 0.. {
        let (store, settings) = (Spy::over(house.store().memory().clone()), house.server.settings().clone());
        let entropy = SeededEntropy::failing_after(draws);
        let server = AuthorizationServer::with_entropy(store, entropy, settings);
        let failing = House { server, world: house.world.clone() };
        match attempt(&failing, GRACED, &first.refresh) {
            Err(error) => assert!(matches!(error, Error::NoEntropy(_)), "{error:?}"),
            Ok(answer) => {
                assert!(draws > 2, "only {draws} draws");
                return assert_eq!(answer.status, 200);
            }
        }
        assert_same(&house.dump(), &before, "no randomness");
    }
}

/// threat 34: where the store fails at a reuse the failure is told, and the reuse is found out again.
#[test]
fn threat_34_a_reuse_at_a_failing_store_is_not_lost() {
    let second = |house: &House, first: &Tokens| next(house, STRICT, &first.refresh, NOON);
    at_each_fault(STRICT, second, |house, first, second| {
        let _ = refresh(house, STRICT, &first.refresh, NOON);
        assert_eq!(house.refused(&second.access, NOON), Some("login.revoked"));
        assert_eq!(told(&refresh(house, STRICT, &second.refresh, NOON)), invalid_grant());
    });
}

/// threat 25, SC-03: asking for less narrows the answer alone; asking for more is an error, which spends nothing.
#[test]
fn threat_25_narrowing_once_is_not_for_ever() {
    let house = house();
    let first = login_for(&house, STRICT, "routing");
    let narrow = tokens(&refresh_for(&house, STRICT, &first.refresh, "routing:readonly"));
    assert_eq!(narrow.scope, "routing:readonly");
    for wide in ["routing users:readonly", "users:readonly", "analytics", "routing nonsense"] {
        let answer = told(&refresh_for(&house, STRICT, &narrow.refresh, wide));
        assert_eq!(answer, Told::Error(400, "invalid_scope".into()), "{wide}");
    }
    for malformed in ["routing  routing", " routing", "routing\u{e9}"] {
        let answer = told(&refresh_for(&house, STRICT, &narrow.refresh, malformed));
        assert_eq!(answer, Told::Error(400, "invalid_scope".into()), "{malformed:?}");
    }
    let whole = next(&house, STRICT, &narrow.refresh, NOON);
    assert_eq!(whole.scope, "routing");
}

/// A set of scopes in the model: for each area nothing, reading, or all.
type Levels = [u8; 3];

const AREAS: [&str; 3] = ["analytics", "routing", "users"];

fn text_of(levels: Levels) -> String {
    let scopes = AREAS.into_iter().zip(levels).filter_map(|(area, level)| match level {
        0 => None,
        1 => Some(format!("{area}:readonly")),
        _ => Some(area.to_owned()),
    });
    scopes.collect::<Vec<_>>().join(" ")
}

fn least(one: Levels, other: Levels) -> Levels {
    [0, 1, 2].map(|area| one[area].min(other[area]))
}

/// What happens to a login between its refreshes.
#[derive(Clone, Debug)]
enum Step {
    /// The client registers these.
    Register(Levels),
    /// An administrator approves these, if they are registered.
    Approve(Levels),
    /// It is refreshed for these, or with none given for all.
    Refresh(Option<Levels>),
}

fn levels() -> impl Strategy<Value = Levels> {
    [0_u8..3, 0_u8..3, 0_u8..3].prop_filter("at least one", |levels| *levels != [0; 3])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => levels().prop_map(Step::Register),
        1 => levels().prop_map(Step::Approve),
        2 => proptest::option::of(levels()).prop_map(Step::Refresh),
    ]
}

/// A login of the client [`STRICT`], and the model beside it.
struct Modeled {
    house: House,
    login: Levels,
    registered: Levels,
    approved: Levels,
    held: String,
}

impl Modeled {
    fn begin(login: Levels) -> Self {
        let (house, all) = (house(), [2; 3]);
        let mut modeled = Self { house, login, registered: all, approved: all, held: String::new() };
        modeled.take(&Step::Register(all));
        modeled.take(&Step::Approve(all));
        modeled.held = login_for(&modeled.house, STRICT, &text_of(login)).refresh;
        modeled
    }

    /// What a refresh gives: the scopes that are asked for, or an error.
    fn expected(&self, asked: Option<Levels>) -> Result<String, &'static str> {
        let available = least(self.login, least(self.approved, self.registered));
        match asked {
            None if available == [0; 3] => Err("invalid_grant"),
            None => Ok(text_of(available)),
            Some(asked) if least(asked, available) == asked => Ok(text_of(asked)),
            Some(_) => Err("invalid_scope"),
        }
    }

    #[track_caller]
    fn take(&mut self, step: &Step) {
        match *step {
            Step::Register(levels) => {
                self.registered = levels;
                change_client(&self.house, STRICT, |fields| {
                    if let Grant::AuthorizationCode { scopes, .. } = &mut fields.grant {
                        *scopes = fixtures::scopes(&text_of(levels));
                    }
                });
            }
            Step::Approve(levels) => {
                let texts: Vec<String> = text_of(levels).split(' ').map(str::to_owned).collect();
                let edited =
                    ready(self.house.admin().edit_scopes(fixtures::id(STRICT), &texts, NOON)).unwrap();
                assert_eq!(edited.is_ok(), least(levels, self.registered) == levels);
                self.approved = if edited.is_ok() { levels } else { self.approved };
            }
            Step::Refresh(asked) => self.refresh(asked),
        }
    }

    #[track_caller]
    fn refresh(&mut self, asked: Option<Levels>) {
        let answer = match asked {
            None => refresh(&self.house, STRICT, &self.held, NOON),
            Some(levels) => refresh_for(&self.house, STRICT, &self.held, &text_of(levels)),
        };
        match self.expected(asked) {
            Err(error) => assert_eq!(told(&answer), Told::Error(400, error.into())),
            Ok(scope) => {
                let tokens = tokens(&answer);
                assert_eq!(tokens.scope, scope);
                self.held = tokens.refresh;
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// GR-08, AA-06, threat 25: whatever was asked for, approved and registered before, each answer has what is asked
    /// for of the login's scopes that are approved and registered now: never more, and all of it again.
    #[test]
    fn threat_25_scopes_are_those_of_the_login_and_of_now(
        login in levels(),
        steps in proptest::collection::vec(step(), 1..12),
    ) {
        let mut modeled = Modeled::begin(login);
        for step in &steps {
            modeled.take(step);
        }
    }
}

/// threat 27, TK-03: a rotation never moves the end of the login, and no token outlives it, to the second.
#[test]
fn threat_27_rotation_never_moves_the_end_of_the_login() {
    for client in [STRICT, GRACED] {
        let house = with_settings(|own| own.login_lifetime = LoginLifetime::new(100_000).unwrap());
        let mut held = login(&house, client, NOON);
        let end = NOON.plus(100_000);
        for (elapsed, lives) in [(1, 86_400), (13_600, 86_400), (13_601, 86_399), (99_990, 10), (99_999, 1)] {
            held = next(&house, client, &held.refresh, NOON.plus(elapsed));
            assert_eq!((held.expires_in, family_of(&house, &held.refresh).expires), (lives, end));
        }
        assert_eq!(house.refused(&held.access, end.minus(1)), None);
        for late in [end, end.plus(1), end.plus(400 * DAY)] {
            let ask = || refresh(&house, client, &held.refresh, late);
            assert_refused(&house, &invalid_grant(), "login.expired", ask);
            assert!(house.refused(&held.access, late).is_some());
        }
    }
}

/// threat 24, threat 27: the grace does not cross the end of the login.
#[test]
fn threat_24_the_grace_ends_with_the_login() {
    let house = with_settings(|own| own.login_lifetime = LoginLifetime::new(300).unwrap());
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON.plus(295));
    let again = next(&house, GRACED, &first.refresh, NOON.plus(299));
    assert_eq!(again.refresh, second.refresh);
    let ask = || refresh(&house, GRACED, &first.refresh, NOON.plus(300));
    assert_refused(&house, &invalid_grant(), "login.expired", ask);
}

/// TK-03: the maximum of now counts, and of it and the client's own lifetime the smaller.
#[test]
fn tk_03_the_maximum_at_the_refresh_counts() {
    let house = house();
    let mut held = login(&house, STRICT, NOON);
    for (own, most, expected) in
        [(86_400, Some(600), 600), (3_600, None, 3_600), (3_600, Some(7_200), 3_600), (900, Some(600), 600)]
    {
        change_client(&house, STRICT, |fields| {
            fields.lifetime = TokenLifetime::from_seconds(own).unwrap();
        });
        let maximum_lifetime = most.map(|most| TokenLifetime::from_seconds(most).unwrap());
        house.set_policy(ACME, Policy { maximum_lifetime, ..Policy::default() }, NOON);
        held = next(&house, STRICT, &held.refresh, NOON);
        assert_eq!(held.expires_in, expected, "{own}, {most:?}");
        let end = NOON.plus(u32::try_from(expected).unwrap());
        assert_eq!(house.refused(&held.access, end.minus(1)), None);
        assert!(house.refused(&held.access, end).is_some());
    }
}

/// GR-08, TK-04: while an idle timeout is on nothing is refreshed, and nothing is spent or ended by asking.
#[test]
fn gr_08_tk_04_nothing_is_refreshed_under_an_idle_timeout() {
    for client in [STRICT, GRACED] {
        let house = house();
        let first = login(&house, client, NOON);
        for policy in [idle(300), idle(28_800), Policy { hipaa: true, ..Policy::default() }] {
            house.set_policy(ACME, policy, NOON);
            let before = house.dump();
            let ask = || refresh(&house, client, &first.refresh, NOON);
            assert_refused(&house, &invalid_grant(), "refresh.idle.timeout", ask);
            assert_same(&house.dump(), &before, "refused");
        }
        house.set_policy(ACME, Policy::default(), NOON);
        assert_alive(&house, client, &first, NOON);
    }
}

/// GR-09, GR-08: only a confidential client that logs users in refreshes.
#[test]
fn gr_09_who_may_refresh() {
    let house = house();
    let held = login(&house, STRICT, NOON);
    let body = format!("grant_type=refresh_token&refresh_token={}", held.refresh);
    for client in [house.world.service.id, house.world.saml.id] {
        let header = basic(client, fixtures::secret_of(client).expose());
        let ask = || house.post(&[&header], body.as_bytes(), NOON);
        assert_refused(&house, &unauthorized_client(), "grant.type.wrong", ask);
    }
    let implicit = format!("{body}&client_id={}", house.world.implicit.id);
    let ask = || house.post(&[], implicit.as_bytes(), NOON);
    assert_refused(&house, &unauthorized_client(), "grant.type.wrong", ask);
    let ask = || refresh(&house, PUBLIC, "garbage", NOON);
    assert_refused(&house, &unauthorized_client(), "client.public", ask);
    assert_alive(&house, STRICT, &held, NOON);
}

/// GR-10: unknown, garbled, spent and another client's tokens look the same from outside, to the byte.
#[test]
fn gr_10_refused_refresh_tokens_look_the_same_outside() {
    let house = house();
    let (spent, others) = (login(&house, STRICT, NOON), login(&house, OTHER, NOON));
    let _ = next(&house, STRICT, &spent.refresh, NOON);
    let unknown = Plain::of_family(fixtures::id(77), &[7; 32]);
    let expected = refresh(&house, STRICT, unknown.expose(), NOON);
    assert_eq!(told(&expected), invalid_grant());
    let garbled = spent.refresh.replace("grt_", "grt_A");
    for token in ["garbage", &garbled, &spent.refresh, &spent.refresh, &others.refresh, &spent.access] {
        assert!(refresh(&house, STRICT, token, NOON) == expected, "{token}");
    }
}

/// GR-08, TK-05: what cannot be a refresh token is refused without a look at its login.
#[test]
fn gr_08_tk_05_garbage_reads_no_login() {
    let house = house();
    let held = login(&house, STRICT, NOON);
    for at in [4, 20, 40, 60, 73] {
        let replacement = if &held.refresh[at..=at] == "A" { "B" } else { "A" };
        let mut changed = held.refresh.clone();
        changed.replace_range(at..=at, replacement);
        let _ = house.store().take_calls();
        let ask = || refresh(&house, STRICT, &changed, NOON);
        assert_refused(&house, &invalid_grant(), "refresh.token.unknown", ask);
        assert!(!house.store().take_calls().contains(&Call::Record(Kind::Family)), "character {at}");
    }
    assert_alive(&house, STRICT, &held, NOON);
}

/// What happens between two refreshes.
type Meanwhile = fn(&House, ClientId);

/// Each of it, with the error and the reason that the refresh is refused with.
fn ended() -> [(Told, &'static str, Meanwhile); 12] {
    [
        (unauthorized_client(), "authorization.revoked", revoke),
        (invalid_grant(), "authorization.superseded", |house, client| {
            revoke(house, client);
            let _ = done(house.admin().reauthorize(client, None, NOON));
        }),
        (invalid_grant(), "authorization.ended.tokens", |house, client| {
            let _ = done(house.admin().end_tokens_of_application(client, NOON));
        }),
        (unauthorized_client(), "client.disabled", |house, client| {
            let _ = done(house.server.operator().disable_client(client, NOON));
        }),
        (unauthorized_client(), "client.inactive", delete),
        (invalid_grant(), "client.ended.tokens", |house, client| {
            delete(house, client);
            let _ = done(house.admin().restore_client(client, None, NOON));
        }),
        (invalid_grant(), "client.ended.tokens", |house, client| {
            let _ = done(house.admin().end_tokens_of_client(client, NOON));
        }),
        (invalid_grant(), "user.ended.tokens", |house, client| {
            let visitor = LoggedIn { organization: ACME, user: VIEWER };
            done(house.server.withdraw_consent(visitor, client, NOON));
        }),
        (invalid_grant(), "user.ended.tokens", |house, _| {
            done(house.admin().end_tokens_of_user(VIEWER, NOON));
        }),
        (invalid_grant(), "organization.ended.tokens", |house, _| done(house.admin().end_tokens(NOON))),
        (invalid_grant(), "user.inactive", |house, _| {
            house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None });
        }),
        (invalid_grant(), "user.outside.audience", |house, client| {
            let _ = done(house.admin().edit_audience(client, &[ADMINISTRATORS], NOON));
        }),
    ]
}

/// threat 12, threat 31: what is ended for a call is ended for the refresh, at the same instant.
#[test]
fn threat_31_what_ends_tokens_ends_the_refresh() {
    for (error, reason, meanwhile) in ended() {
        let house = house();
        let held = login(&house, STRICT, NOON);
        meanwhile(&house, fixtures::id(STRICT));
        let before = house.dump();
        assert_refused(&house, &error, reason, || refresh(&house, STRICT, &held.refresh, NOON));
        assert_same(&house.dump(), &before, reason);
        assert_eq!(house.refused(&held.access, NOON), Some(reason));
    }
}

fn revoke(house: &House, client: ClientId) {
    let _ = done(house.admin().revoke(client, Acknowledgement::NotGiven, NOON));
}

fn delete(house: &House, client: ClientId) {
    let plan = done(house.admin().plan_deletion(client, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
}

/// AA-12: what only waits is not ended: a user back in the audience refreshes on.
#[test]
fn aa_12_a_user_back_in_the_audience_refreshes_on() {
    let house = house();
    let held = login(&house, STRICT, NOON);
    let _ = done(house.admin().edit_audience(fixtures::id(STRICT), &[ADMINISTRATORS], NOON));
    assert_eq!(told(&refresh(&house, STRICT, &held.refresh, NOON)), invalid_grant());
    let _ = done(house.admin().edit_audience(fixtures::id(STRICT), &[VIEWERS], NOON));
    assert_alive(&house, STRICT, &held, NOON);
}

/// CL-10: exchange and refresh record the use of the secret they came with, each its own, to the minute.
#[test]
fn cl_10_exchange_and_refresh_record_the_use_of_the_secret() {
    let house = house();
    let id: ClientId = fixtures::id(STRICT);
    let overlap = Overlap::from_seconds(HOUR).unwrap();
    let new = done(house.admin().regenerate_secret(id, Some(overlap), NOON)).secret;
    let last_uses = |now| {
        let secrets = done(house.admin().client(id, now)).secrets;
        let uses = secrets.iter().map(|secret| secret.last_used.map(|at| at.seconds_since(NOON)));
        let mut uses: Vec<Option<i64>> = uses.collect();
        uses.sort();
        uses
    };
    let held = login(&house, STRICT, NOON);
    assert_eq!(last_uses(NOON), [None, Some(0)], "the old one, by the exchange");
    let held = next(&house, STRICT, &held.refresh, NOON.plus(MINUTE));
    assert_eq!(last_uses(NOON), [None, Some(60)], "the old one, by the refresh");
    let body = format!("grant_type=refresh_token&refresh_token={}", held.refresh);
    let _ = tokens(&house.post(&[&basic(id, new.expose())], body.as_bytes(), NOON.plus(MINUTE + 1)));
    assert_eq!(last_uses(NOON), [Some(60), Some(61)], "the new one, by the refresh");
}

/// CL-10: a refused refresh is no evidence that the secret is in use.
#[test]
fn cl_10_a_refused_refresh_records_no_use() {
    let house = house();
    let held = login(&house, STRICT, NOON);
    house.set_policy(ACME, idle(300), NOON);
    let _ = refresh(&house, STRICT, &held.refresh, NOON.plus(HOUR));
    let secrets = done(house.admin().client(fixtures::id(STRICT), NOON)).secrets;
    assert_eq!(secrets[0].last_used, Some(NOON));
}

/// All records of the house as JSON, audit trail included.
fn stored(house: &House) -> String {
    let records: Vec<Record> = house.store().memory().records().into_iter().map(record).collect();
    serde_json::to_string(&records).unwrap()
}

/// The secret of a refresh token in the forms in which it might be written.
fn forms_of(token: &str) -> [String; 4] {
    let secret = &URL_SAFE_NO_PAD.decode(&token[4..]).unwrap()[16..48];
    let hex = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let numbers = format!("{secret:?}").replace(' ', "");
    [token[30..].to_owned(), URL_SAFE_NO_PAD.encode(secret), hex, numbers]
}

/// GR-08, TK-05, threat 39: a leaked store holds no refresh token that was issued.
#[test]
fn gr_08_the_store_holds_no_refresh_token() {
    let house = house();
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON);
    let again = next(&house, GRACED, &first.refresh, NOON);
    let third = next(&house, GRACED, &again.refresh, NOON);
    for form in [first, second, third].iter().flat_map(|tokens| forms_of(&tokens.refresh)) {
        assert!(!stored(&house).contains(&form), "{form}");
    }
}

/// GR-08, TK-05, threat 39: and none can be made of what it holds to give one again: no value of it is the secret of
/// the token in force, or gives it as a successor with another value of it.
#[test]
fn gr_08_the_store_alone_yields_no_successor() {
    let house = house();
    let held = next(&house, GRACED, &login(&house, GRACED, NOON).refresh, NOON);
    let family = family_of(&house, &held.refresh);
    let in_force = family.refresh.unwrap().current;
    let json = stored(&house);
    let values = json.split('"').filter_map(|text| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok());
    let values: Vec<[u8; 32]> = values.collect();
    assert!(values.len() > 5, "digests and the salt are among them");
    for value in &values {
        let made = Plain::<kind::RefreshToken>::of_family(family.id, value);
        let presented = PresentedRefreshToken::parse(made.expose()).unwrap();
        assert_ne!(made.digest(), in_force);
        assert!(
            values.iter().all(|salt| presented.successor(&Salt::from_random(*salt)).digest() != in_force)
        );
    }
}

/// GR-08: without a grace nothing is kept of which a successor could be made.
#[test]
fn gr_08_without_a_grace_nothing_is_kept_of_the_token_before() {
    let house = house();
    let first = login(&house, STRICT, NOON);
    let second = next(&house, STRICT, &first.refresh, NOON);
    let kept = family_of(&house, &second.refresh).refresh.unwrap();
    assert_eq!(kept.replaced, None);
    assert_eq!(kept.current, PresentedRefreshToken::parse(&second.refresh).unwrap().digest());
    let first = login(&house, GRACED, NOON);
    let second = next(&house, GRACED, &first.refresh, NOON);
    assert!(family_of(&house, &second.refresh).refresh.unwrap().replaced.is_some(), "and with one it is");
}
