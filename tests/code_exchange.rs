//! Exchanging authorization codes (GR-02 to GR-04, GR-08 to GR-10, GR-13, TK-03, AA-06, AA-12, threats 9 to
//! 17, 25 and 26).
#![cfg(feature = "testing")]

mod common;

use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Outcome;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::model::ClientFields;
use grantor::model::CodeClient;
use grantor::model::CodeState;
use grantor::model::FamilyState;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Pkce;
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
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::CodeLifetime;
use grantor::value::Digest;
use grantor::value::LoginLifetime;
use grantor::value::Timestamp;
use grantor::value::TokenLifetime;
use grantor::value::UserId;
use grantor::value::kind;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;

use common::Broken;
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

/// Number 30: confidential, and must use PKCE.
const WEB: u64 = 30;
/// Number 31: confidential, and opted out of PKCE.
const OPTED_OUT: u64 = 31;
/// Number 32: public.
const PUBLIC: u64 = 32;
/// Number 33: confidential; a client beside the one whose code it is.
const OTHER: u64 = 33;

/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const REDIRECT: &str = "redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback";

/// The parameters with which an application begins, and with which its exchange succeeds.
fn begins() -> String {
    format!("{REDIRECT}&code_challenge={CHALLENGE}&code_challenge_method=S256")
}

fn right() -> String {
    format!("{REDIRECT}&code_verifier={VERIFIER}")
}

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
    plant(&house, WEB, |_| {});
    plant(&house, OTHER, |_| {});
    plant(&house, PUBLIC, |client| *client = CodeClient::Public);
    plant(&house, OPTED_OUT, |client| {
        if let CodeClient::Confidential { pkce, .. } = client {
            *pkce = Pkce::Optional;
        }
    });
    house
}

/// A client of Acme with this number, approved there for everyone.
fn plant(house: &House, number: u64, change: impl FnOnce(&mut CodeClient)) {
    let client = fixtures::client(number, GrantType::AuthorizationCode);
    let approved = fixtures::approved(ACME, &client);
    let client = fixtures::changed(&client, |fields: &mut ClientFields| {
        if let Grant::AuthorizationCode { client, .. } = &mut fields.grant {
            change(client);
        }
    });
    house.plant(Changes::new().insert(client).insert(approved));
}

/// The code with which the user's browser comes back, the user having agreed to everything asked for.
#[track_caller]
fn code_of(house: &House, (client, user): (u64, UserId), parameters: &str, now: Timestamp) -> String {
    let query = format!("response_type=code&client_id={}&{parameters}", fixtures::id::<ClientId>(client));
    let visitor = LoggedIn { organization: ACME, user };
    sent_back(&visit_and_agree(house, &query, visitor, now), "code")
}

/// A code of the client [`WEB`], begun by the viewer at noon.
#[track_caller]
fn web_code(house: &House) -> String {
    code_of(house, (WEB, VIEWER), &begins(), NOON)
}

/// The answer to a client that exchanges the code with these parameters.
fn exchange(house: &House, client: u64, code: &str, parameters: &str, now: Timestamp) -> Response {
    let separator = if parameters.is_empty() { "" } else { "&" };
    post(house, client, &format!("grant_type=authorization_code&code={code}{separator}{parameters}"), now)
}

fn refresh(house: &House, client: u64, token: &str, now: Timestamp) -> Response {
    post(house, client, &format!("grant_type=refresh_token&refresh_token={token}"), now)
}

/// The answer to a body that the client sends as itself.
fn post(house: &House, client: u64, body: &str, now: Timestamp) -> Response {
    let id: ClientId = fixtures::id(client);
    if client == PUBLIC {
        return house.post(&[], format!("{body}&client_id={id}").as_bytes(), now);
    }
    house.post(&[&basic(id, fixtures::secret_of(id).expose())], body.as_bytes(), now)
}

/// The same, with what the store or the random source did.
fn attempt(house: &House, code: &str) -> Result<Response, Error<Broken>> {
    let id: ClientId = fixtures::id(WEB);
    let header = basic(id, fixtures::secret_of(id).expose());
    let body = format!("grant_type=authorization_code&code={code}&{}", right());
    let request = TokenRequest {
        authorization: &[header.as_bytes()],
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    ready(house.server.token(&request, NOON)).unwrap()
}

/// What a successful answer holds.
#[derive(Debug)]
struct Tokens {
    access: String,
    refresh: Option<String>,
    expires_in: u64,
    scope: String,
}

#[track_caller]
fn tokens(response: &Response) -> Tokens {
    let body: Value = serde_json::from_slice(&response.body).unwrap();
    assert_eq!(response.status, 200, "{body}");
    Tokens {
        access: body["access_token"].as_str().unwrap().to_owned(),
        refresh: body["refresh_token"].as_str().map(str::to_owned),
        expires_in: body["expires_in"].as_u64().unwrap(),
        scope: body["scope"].as_str().unwrap().to_owned(),
    }
}

fn invalid_grant() -> Told {
    Told::Error(400, "invalid_grant".into())
}

fn unauthorized_client() -> Told {
    Told::Error(400, "unauthorized_client".into())
}

/// The error of a refused request, and the reason that the trail has for it.
#[track_caller]
fn refused(house: &House, request: impl FnOnce() -> Response) -> (Told, String) {
    let (response, events) = house.events_of(request);
    let reasons = events.into_iter().filter_map(|event| match event.outcome {
        Outcome::Refused { code, .. } => Some(code.into_owned()),
        Outcome::Done => None,
    });
    let reasons: Vec<String> = reasons.collect();
    (told(&response), reasons.join(" "))
}

#[track_caller]
fn assert_refused(house: &House, error: &Told, reason: &str, request: impl FnOnce() -> Response) {
    assert_eq!(refused(house, request), (error.clone(), reason.to_owned()));
}

/// The code still gives tokens, and they work: nothing burned it, and nothing ended its login.
#[track_caller]
fn assert_usable(house: &House, client: u64, code: &str, parameters: &str) {
    let tokens = tokens(&exchange(house, client, code, parameters, NOON.plus(1)));
    assert_eq!(house.refused(&tokens.access, NOON.plus(1)), None);
}

/// Neither the access token nor the refresh token works.
#[track_caller]
fn assert_dead(house: &House, client: u64, tokens: &Tokens, now: Timestamp) {
    assert_eq!(house.refused(&tokens.access, now), Some("login.revoked"));
    if let Some(token) = &tokens.refresh {
        assert_eq!(told(&refresh(house, client, token, now)), invalid_grant());
    }
}

/// Both of them do.
#[track_caller]
fn assert_alive(house: &House, client: u64, tokens: &Tokens, now: Timestamp) {
    assert_eq!(house.refused(&tokens.access, now), None);
    if let Some(token) = &tokens.refresh {
        assert_eq!(refresh(house, client, token, now).status, 200);
    }
}

/// The login that the code began.
#[track_caller]
fn login_of(house: &House, code: &str) -> TokenFamily {
    let digest: Digest<kind::AuthorizationCode> = Digest::of_presented(code).unwrap();
    let Some(Record::AuthorizationCode(code)) = house.find(Key::AuthorizationCode(digest)).map(record) else {
        panic!("no code")
    };
    match house.find(Key::Family(code.family)).map(record) {
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

/// GR-02: a code gives tokens of its user, its client and its scopes.
#[test]
fn gr_02_a_code_gives_tokens_of_its_login() {
    let house = house();
    let code = code_of(&house, (WEB, VIEWER), &format!("{}&scope=routing:readonly", begins()), NOON);
    let tokens = tokens(&exchange(&house, WEB, &code, &right(), NOON));
    assert_eq!((tokens.expires_in, tokens.scope.as_str()), (86_400, "routing:readonly"));
    let allowed = house.call(&tokens.access, &fixtures::requirement("routing:readonly", ""), NOON).unwrap();
    let shown = format!("{allowed:?}");
    assert!(shown.contains(&VIEWER.to_string()), "{shown}");
    assert!(house.call(&tokens.access, &fixtures::requirement("users:readonly", ""), NOON).is_err());
    assert_eq!(login_of(&house, &code).user, VIEWER);
}

/// GR-02: a code lives as long as is configured, to the second.
#[test]
fn gr_02_a_code_lives_for_its_time_to_the_second() {
    for lifetime in [1, 60, 600] {
        for (elapsed, works) in [(lifetime - 1, true), (lifetime, false), (lifetime + 1, false)] {
            let house = with_settings(|own| own.code_lifetime = CodeLifetime::new(lifetime).unwrap());
            let code = web_code(&house);
            let answer = exchange(&house, WEB, &code, &right(), NOON.plus(elapsed));
            assert_eq!(answer.status == 200, works, "{elapsed} s of {lifetime}");
        }
    }
    let house = house();
    let code = web_code(&house);
    assert_refused(&house, &invalid_grant(), "code.expired", || {
        exchange(&house, WEB, &code, &right(), NOON.plus(60))
    });
}

/// What is not the redirect URI, though a reader may take it for that.
const OTHER_URIS: [&str; 12] = [
    "",
    "https://app.example.com/callback/",
    "https://app.example.com/callback?",
    "https://app.example.com/callback#",
    "https://app.example.com/callback ",
    "https://app.example.com/Callback",
    "https://app.example.com/%63allback",
    "https://app.example.com:443/callback",
    "https://APP.example.com/callback",
    "HTTPS://app.example.com/callback",
    "http://app.example.com/callback",
    "https://app.example.com/callbac",
];

/// GR-02, threat 11: the redirect URI of the exchange is that of the request, byte for byte.
#[test]
fn gr_02_threat_11_the_redirect_uri_is_compared_byte_for_byte() {
    let house = house();
    let code = web_code(&house);
    for uri in OTHER_URIS {
        let sent = format!("redirect_uri={}&code_verifier={VERIFIER}", encoded(uri));
        assert_refused(&house, &invalid_grant(), "redirect.uri.differs", || {
            exchange(&house, WEB, &code, &sent, NOON)
        });
    }
    assert_usable(&house, WEB, &code, &right());
}

/// GR-02: the port of a loopback URI is free when the application asks, and bound from then on.
#[test]
fn gr_02_the_port_of_a_loopback_redirect_is_bound() {
    let house = house();
    let client = fixtures::changed(&house.client(fixtures::id(PUBLIC)), |fields| {
        if let Grant::AuthorizationCode { redirect_uris, .. } = &mut fields.grant {
            *redirect_uris = fixtures::redirect_uris("http://127.0.0.1/callback");
        }
    });
    house.put(client);
    let at = |port: &str| format!("redirect_uri={}", encoded(&format!("http://127.0.0.1{port}/callback")));
    let asked = begins().replace(REDIRECT, &at(":5000"));
    let code = code_of(&house, (PUBLIC, VIEWER), &asked, NOON);
    for port in ["", ":5001", ":80"] {
        let answer = exchange(&house, PUBLIC, &code, &right().replace(REDIRECT, &at(port)), NOON);
        assert_eq!(told(&answer), invalid_grant(), "{port}");
    }
    assert_usable(&house, PUBLIC, &code, &right().replace(REDIRECT, &at(":5000")));
}

/// RFC 6749 §4.1.3, GR-02: a request that named no redirect URI is answered by an exchange that names none, or the
/// one there is.
#[test]
fn gr_02_a_redirect_uri_that_was_not_named_need_not_be() {
    let verifier = format!("code_verifier={VERIFIER}");
    let asked = begins().replace(&format!("{REDIRECT}&"), "");
    for (sent, works) in [
        (verifier.clone(), true),
        (right(), true),
        (format!("{verifier}&redirect_uri=https%3A%2F%2Fapp.example.com%2F"), false),
    ] {
        let house = house();
        let code = code_of(&house, (WEB, VIEWER), &asked, NOON);
        assert_eq!(exchange(&house, WEB, &code, &sent, NOON).status == 200, works, "{sent}");
    }
}

/// GR-03, threat 14: every kind of verifier against a code with a challenge and one without. Whatever is refused
/// leaves the code to its rightful client (GR-13).
#[test]
fn gr_03_threat_14_a_verifier_answers_a_challenge_and_nothing_else() {
    let wrong = "a".repeat(43);
    for (challenge, verifier, reason) in [
        (true, None, Some("pkce.verifier.missing")),
        (true, Some(wrong.as_str()), Some("pkce.verifier.wrong")),
        (true, Some("short"), Some("pkce.verifier.wrong")),
        (true, Some(CHALLENGE), Some("pkce.verifier.wrong")),
        (true, Some(VERIFIER), None),
        (false, None, None),
        (false, Some(wrong.as_str()), Some("pkce.verifier.unexpected")),
        (false, Some("short"), Some("pkce.verifier.unexpected")),
        (false, Some(VERIFIER), Some("pkce.verifier.unexpected")),
    ] {
        assert_verified(challenge, verifier, reason);
    }
}

#[track_caller]
fn assert_verified(challenge: bool, verifier: Option<&str>, reason: Option<&str>) {
    let house = house();
    let (asked, right) = match challenge {
        true => (begins(), right()),
        false => (REDIRECT.to_owned(), REDIRECT.to_owned()),
    };
    let code = code_of(&house, (OPTED_OUT, VIEWER), &asked, NOON);
    let sent = verifier.map_or(REDIRECT.to_owned(), |text| format!("{REDIRECT}&code_verifier={text}"));
    match reason {
        None => assert_usable(&house, OPTED_OUT, &code, &sent),
        Some(reason) => {
            assert_refused(&house, &invalid_grant(), reason, || {
                exchange(&house, OPTED_OUT, &code, &sent, NOON)
            });
            assert_usable(&house, OPTED_OUT, &code, &right);
        }
    }
}

/// The verifier with something before, behind or between its lines, and what is too short, too long or in other letters.
fn not_quite_verifiers() -> [String; 11] {
    let line = VERIFIER;
    [
        format!("{line}\n"),
        format!("\n{line}"),
        format!("{line}\r\n"),
        format!("x\n{line}"),
        format!("{line}\n{line}"),
        format!("{line}\0"),
        format!(" {line}"),
        format!("{line}="),
        line[..42].to_owned(),
        line.to_lowercase(),
        "a".repeat(129),
    ]
}

/// GR-03, threat 15: a verifier is judged whole, and not by one of its lines.
#[test]
fn gr_03_threat_15_a_verifier_is_judged_whole() {
    let house = house();
    let code = web_code(&house);
    for verifier in not_quite_verifiers() {
        let sent = format!("{REDIRECT}&code_verifier={}", encoded(&verifier));
        assert_eq!(exchange(&house, WEB, &code, &sent, NOON).status, 400, "{verifier:?}");
    }
    assert_usable(&house, WEB, &code, &right());
}

/// GR-04, threat 9: a code that is presented again fails, and all that it gave is dead, in the commit of the
/// refusal: the access token, the refresh token, and what that one gave.
#[test]
fn gr_04_threat_09_a_replay_kills_all_that_the_code_gave() {
    let house = house();
    let code = web_code(&house);
    let first = tokens(&exchange(&house, WEB, &code, &right(), NOON));
    let second = tokens(&refresh(&house, WEB, first.refresh.as_ref().unwrap(), NOON));
    assert_refused(&house, &invalid_grant(), "code.replayed", || {
        exchange(&house, WEB, &code, &right(), NOON)
    });
    assert_dead(&house, WEB, &first, NOON);
    assert_dead(&house, WEB, &second, NOON);
    assert!(matches!(login_of(&house, &code).state, FamilyState::Revoked(_)));
}

/// GR-04: a replay kills whatever else is wrong with it, and whenever it comes: long after the code's own time, and
/// after a sweep.
#[test]
fn gr_04_a_replay_kills_whatever_else_is_wrong_with_it() {
    let late = NOON.plus(20 * DAY);
    for (sent, now) in
        [("", NOON), ("redirect_uri=x&code_verifier=y", NOON), (right().as_str(), NOON.plus(60)), ("", late)]
    {
        let house = house();
        let code = web_code(&house);
        let mut gave = tokens(&exchange(&house, WEB, &code, &right(), NOON));
        if now == late {
            house.sweep_all(late);
            gave = tokens(&refresh(&house, WEB, gave.refresh.as_ref().unwrap(), late));
        }
        let answer = exchange(&house, WEB, &code, sent, now);
        assert_eq!(told(&answer), invalid_grant(), "{sent:?}");
        assert_dead(&house, WEB, &gave, now);
    }
}

/// threat 10: a replay ends its own login: not another one of the same user with the same client, nor another user's,
/// nor another client's.
#[test]
fn threat_10_a_replay_kills_no_other_login() {
    let house = house();
    let begin = |client, user| {
        let code = code_of(&house, (client, user), &begins(), NOON);
        let tokens = tokens(&exchange(&house, client, &code, &right(), NOON));
        (client, code, tokens)
    };
    let (_, code, killed) = begin(WEB, VIEWER);
    let others = [begin(WEB, VIEWER), begin(WEB, ADMINISTRATOR), begin(OTHER, VIEWER), begin(PUBLIC, VIEWER)];
    let _ = exchange(&house, WEB, &code, &right(), NOON);
    assert_dead(&house, WEB, &killed, NOON);
    for (client, _, tokens) in &others {
        assert_alive(&house, *client, tokens, NOON);
    }
}

/// GR-13, threat 11: another client with its own right secret neither obtains anything with a code, nor burns it, nor
/// kills what it gave.
#[test]
fn gr_13_threat_11_another_client_neither_obtains_nor_burns_nor_kills() {
    for other in [OTHER, PUBLIC, OPTED_OUT] {
        let house = house();
        let code = web_code(&house);
        let steal = || exchange(&house, other, &code, &right(), NOON);
        let before = house.dump();
        assert_refused(&house, &invalid_grant(), "code.other.client", steal);
        assert_same(&house.dump(), &before, "a code of another client");
        let tokens = tokens(&exchange(&house, WEB, &code, &right(), NOON));
        let before = house.dump();
        assert_refused(&house, &invalid_grant(), "code.other.client", steal);
        assert_same(&house.dump(), &before, "a used code of another client");
        assert_alive(&house, WEB, &tokens, NOON);
    }
}

/// GR-13: whatever fails leaves every record as it was.
#[test]
fn gr_13_an_exchange_that_fails_changes_nothing() {
    let house = house();
    let code = web_code(&house);
    let before = house.dump();
    let wrong = "b".repeat(43);
    for sent in [
        String::new(),
        REDIRECT.to_owned(),
        format!("code_verifier={VERIFIER}"),
        format!("{REDIRECT}&code_verifier={wrong}"),
        format!("redirect_uri=https%3A%2F%2Fapp.example.com%2F&code_verifier={VERIFIER}"),
        format!("{}&resource=https%3A%2F%2Fapi.example.com", right()),
        format!("{}&code_verifier={VERIFIER}", right()),
    ] {
        let answer = exchange(&house, WEB, &code, &sent, NOON);
        assert_eq!(answer.status, 400, "{sent}");
        assert_same(&house.dump(), &before, &sent);
    }
    assert_usable(&house, WEB, &code, &right());
}

/// threat 9, GR-10: unknown, used, expired, another client's and wrongly presented codes look the same from outside,
/// to the byte.
#[test]
fn threat_09_refused_codes_look_the_same_outside() {
    let house = house();
    let (used, expired) = (web_code(&house), web_code(&house));
    let others = code_of(&house, (OTHER, VIEWER), &begins(), NOON.plus(60));
    let own = code_of(&house, (WEB, VIEWER), &begins(), NOON.plus(60));
    let _ = tokens(&exchange(&house, WEB, &used, &right(), NOON));
    let unknown = fixtures::plain::<kind::AuthorizationCode>(9).expose().to_owned();
    let now = NOON.plus(60);
    let expected = exchange(&house, WEB, &unknown, &right(), now);
    assert_eq!(told(&expected), invalid_grant());
    for code in [used.as_str(), used.as_str(), &expired, &others, "garbage", "gac_garbage"] {
        assert!(exchange(&house, WEB, code, &right(), now) == expected, "{code}");
    }
    for sent in ["", REDIRECT, "redirect_uri=x", &format!("code_verifier={VERIFIER}")] {
        let answer = exchange(&house, WEB, &own, sent, now);
        assert!(answer == expected, "{sent}");
    }
}

/// threat 11: a value of one kind is not taken for another.
#[test]
fn threat_11_no_other_value_is_taken_for_a_code() {
    let house = house();
    let tokens = tokens(&exchange(&house, WEB, &web_code(&house), &right(), NOON));
    let secret = fixtures::secret_of(fixtures::id(WEB)).expose().to_owned();
    let refresh_token = tokens.refresh.clone().unwrap();
    for value in [&tokens.access, &refresh_token, &secret] {
        let (_, body) = value.split_once('_').unwrap();
        let code = web_code(&house);
        let disguised = format!("{}_{body}", code.split_once('_').unwrap().0);
        for text in [value.clone(), disguised] {
            assert_refused(&house, &invalid_grant(), "code.unknown", || {
                exchange(&house, WEB, &text, &right(), NOON)
            });
        }
        assert_refused(&house, &invalid_grant(), "refresh.token.unknown", || {
            refresh(&house, WEB, &code, NOON)
        });
    }
    assert_alive(&house, WEB, &tokens, NOON);
}

/// GR-10: until the client is authenticated the answer is `invalid_client`, whatever the code is; and nobody else
/// than the client burns a code or kills what it gave.
#[test]
fn gr_10_nothing_is_told_or_done_before_the_client_is_authenticated() {
    let house = house();
    let (live, used) = (web_code(&house), web_code(&house));
    let tokens = tokens(&exchange(&house, WEB, &used, &right(), NOON));
    let (id, before) = (fixtures::id(WEB), house.dump());
    let wrong = fixtures::plain::<kind::ClientSecret>(7);
    for header in [Some(basic(id, wrong.expose())), Some(basic(fixtures::id(999), wrong.expose())), None] {
        for code in [live.as_str(), &used, "garbage"] {
            let body = format!("grant_type=authorization_code&code={code}&{}&client_id={id}", right());
            let body = if header.is_some() { body.replace(&format!("&client_id={id}"), "") } else { body };
            let headers: Vec<&str> = header.iter().map(String::as_str).collect();
            let answer = told(&house.post(&headers, body.as_bytes(), NOON));
            assert_eq!(answer, Told::Error(401, "invalid_client".into()), "{code}");
        }
    }
    assert_same(&house.dump(), &before, "refused");
    assert_alive(&house, WEB, &tokens, NOON);
    assert_usable(&house, WEB, &live, &right());
}

/// GR-09: a client of another grant type is told so, whatever code it presents; and a grant type that there is not
/// is unsupported.
#[test]
fn gr_09_a_code_is_for_clients_of_its_grant_type() {
    let house = house();
    let code = web_code(&house);
    for client in [house.world.service.id, house.world.saml.id] {
        let header = basic(client, fixtures::secret_of(client).expose());
        let body = format!("grant_type=authorization_code&code={code}&{}", right());
        let ask = || house.post(&[&header], body.as_bytes(), NOON);
        assert_refused(&house, &unauthorized_client(), "grant.type.wrong", ask);
    }
    let implicit = format!(
        "grant_type=authorization_code&code={code}&{}&client_id={}",
        right(),
        house.world.implicit.id
    );
    assert_eq!(told(&house.post(&[], implicit.as_bytes(), NOON)), unauthorized_client());
    let answer = told(&post(&house, WEB, &format!("grant_type=code&code={code}&{}", right()), NOON));
    assert_eq!(answer, Told::Error(400, "unsupported_grant_type".into()));
    assert_usable(&house, WEB, &code, &right());
}

/// GR-09, threat 16: a client that logs users in obtains no token for itself, least of all a public one.
#[test]
fn gr_09_threat_16_a_code_client_obtains_no_token_for_itself() {
    let house = house();
    for client in [WEB, PUBLIC, OPTED_OUT] {
        assert_refused(&house, &unauthorized_client(), "grant.type.wrong", || {
            post(&house, client, "grant_type=client_credentials", NOON)
        });
    }
    let service = format!("grant_type=client_credentials&client_id={}", house.world.service.id);
    let answer = told(&house.post(&[], service.as_bytes(), NOON));
    assert_eq!(answer, Told::Error(401, "invalid_client".into()));
}

/// threat 17, GR-12: two methods, two clients or a parameter twice are a malformed request, and the code lives on.
#[test]
fn threat_17_ambiguous_exchanges_change_nothing() {
    let house = house();
    let (code, id): (_, ClientId) = (web_code(&house), fixtures::id(WEB));
    let secret = fixtures::secret_of(id).expose().to_owned();
    let header = basic(id, &secret);
    let body = format!("grant_type=authorization_code&code={code}&{}", right());
    let other: ClientId = fixtures::id(OTHER);
    for (headers, more) in [
        (vec![header.as_str()], format!("&client_secret={secret}")),
        (vec![header.as_str()], format!("&client_id={other}")),
        (vec![header.as_str(), header.as_str()], String::new()),
        (vec![header.as_str()], format!("&code={code}")),
        (vec![header.as_str()], format!("&{REDIRECT}")),
        (vec![], format!("&client_id={id}&client_id={other}&client_secret={secret}")),
    ] {
        let answer = told(&house.post(&headers, format!("{body}{more}").as_bytes(), NOON));
        assert_eq!(answer, Told::Error(400, "invalid_request".into()), "{more}");
    }
    assert_usable(&house, WEB, &code, &right());
}

/// threat 18: by header or by body, the same client.
#[test]
fn threat_18_a_client_exchanges_by_header_or_body() {
    let house = house();
    let (code, id): (_, ClientId) = (web_code(&house), fixtures::id(WEB));
    let secret = fixtures::secret_of(id);
    let body = format!(
        "grant_type=authorization_code&code={code}&{}&client_id={id}&client_secret={}",
        right(),
        secret.expose()
    );
    let first = tokens(&house.post(&[], body.as_bytes(), NOON));
    assert_eq!(house.refused(&first.access, NOON), None);
    assert_usable(&house, WEB, &web_code(&house), &right());
}

/// TK-03: of the client's lifetime, the policy's maximum and what is left of the login, the smallest wins; and the
/// token ends with it, to the second.
#[test]
fn tk_03_the_smallest_bound_wins() {
    for (own, most, login, expected) in [
        (86_400, None, 2_592_000, 86_400),
        (3_600, None, 2_592_000, 3_600),
        (86_400, Some(7_200), 2_592_000, 7_200),
        (3_600, Some(7_200), 2_592_000, 3_600),
        (86_400, Some(7_200), 1_200, 1_170),
        (86_400, None, 300, 270),
    ] {
        assert_lives((own, most, login), expected);
    }
}

/// A token that is issued thirty seconds after the login began, under these bounds, lives for so many seconds.
#[track_caller]
fn assert_lives((own, most, login): (u32, Option<u32>, u32), expected: u32) {
    let house = with_settings(|settings| settings.login_lifetime = LoginLifetime::new(login).unwrap());
    house.put(fixtures::changed(&house.client(fixtures::id(WEB)), |fields| {
        fields.lifetime = TokenLifetime::from_seconds(own).unwrap();
    }));
    let code = web_code(&house);
    // What holds at the exchange counts.
    let maximum_lifetime = most.map(|most| TokenLifetime::from_seconds(most).unwrap());
    house.set_policy(ACME, Policy { maximum_lifetime, ..Policy::default() }, NOON);
    let begun = NOON.plus(30);
    let tokens = tokens(&exchange(&house, WEB, &code, &right(), begun));
    assert_eq!(tokens.expires_in, u64::from(expected), "{own}, {most:?}, {login}");
    assert_eq!(house.refused(&tokens.access, begun.plus(expected - 1)), None);
    assert!(house.refused(&tokens.access, begun.plus(expected)).is_some());
}

/// GR-02, threat 27: a code is exchanged within its login, and the end of that is the one it began with.
#[test]
fn gr_02_an_exchange_does_not_move_the_end_of_the_login() {
    let house = with_settings(|settings| settings.login_lifetime = LoginLifetime::new(300).unwrap());
    let code = web_code(&house);
    assert_eq!(login_of(&house, &code).expires, NOON.plus(300));
    let _ = tokens(&exchange(&house, WEB, &code, &right(), NOON.plus(59)));
    assert_eq!(login_of(&house, &code).expires, NOON.plus(300));
}

/// GR-08: a refresh token comes for a confidential client where there is no idle timeout, and nowhere else.
#[test]
fn gr_08_who_obtains_a_refresh_token() {
    let hipaa = Policy { hipaa: true, ..Policy::default() };
    for (client, policy, comes) in [
        (WEB, Policy::default(), true),
        (OPTED_OUT, Policy::default(), true),
        (PUBLIC, Policy::default(), false),
        (WEB, idle(300), false),
        (WEB, idle(28_800), false),
        (WEB, hipaa, false),
        (PUBLIC, hipaa, false),
    ] {
        let house = house();
        house.set_policy(ACME, policy, NOON);
        let code = code_of(&house, (client, VIEWER), &begins(), NOON);
        let tokens = tokens(&exchange(&house, client, &code, &right(), NOON));
        assert_eq!(tokens.refresh.is_some(), comes, "{client} under {policy:?}");
        assert_eq!(login_of(&house, &code).refresh.is_some(), comes, "as it is kept");
    }
}

/// AA-06, threat 25: the scopes of the token are those of the login, as far as they are approved and registered at
/// the exchange; a `scope` parameter adds none.
#[test]
fn aa_06_threat_25_scopes_are_those_of_the_login_and_still_approved() {
    for (login, approved, expected) in [
        ("routing users:readonly", "routing users:readonly", "routing users:readonly"),
        ("routing users:readonly", "routing", "routing"),
        ("routing users:readonly", "routing:readonly", "routing:readonly"),
        ("routing:readonly", "routing users:readonly", "routing:readonly"),
        ("users:readonly", "routing users:readonly", "users:readonly"),
    ] {
        let house = house();
        let asked = format!("{}&scope={}", begins(), encoded(login));
        let code = code_of(&house, (WEB, VIEWER), &asked, NOON);
        let texts: Vec<String> = approved.split(' ').map(str::to_owned).collect();
        let _ = done(house.admin().edit_scopes(fixtures::id(WEB), &texts, NOON));
        let sent = format!("{}&scope=routing+users%3Areadonly", right());
        assert_eq!(tokens(&exchange(&house, WEB, &code, &sent, NOON)).scope, expected, "{login}, {approved}");
    }
}

/// AA-06, threat 12: what the client registers less counts as well; with nothing left there is no token, and the
/// code waits for what is given back.
#[test]
fn aa_06_threat_12_without_a_scope_left_there_is_no_token() {
    let house = house();
    let code = code_of(&house, (WEB, VIEWER), &format!("{}&scope=users:readonly", begins()), NOON);
    let registers = |scopes: &str| {
        house.put(fixtures::changed(&house.client(fixtures::id(WEB)), |fields| {
            if let Grant::AuthorizationCode { scopes: own, .. } = &mut fields.grant {
                *own = fixtures::scopes(scopes);
            }
        }));
    };
    registers("routing");
    assert_refused(&house, &invalid_grant(), "scope.none.left", || {
        exchange(&house, WEB, &code, &right(), NOON)
    });
    registers("routing users:readonly");
    assert_usable(&house, WEB, &code, &right());
}

/// AA-12: whoever is out of the audience at the exchange obtains nothing, and does once it is widened.
#[test]
fn aa_12_the_audience_of_the_exchange_counts() {
    let house = house();
    let (code, id) = (web_code(&house), fixtures::id(WEB));
    let _ = done(house.admin().edit_audience(id, &[ADMINISTRATORS], NOON));
    assert_refused(&house, &invalid_grant(), "user.outside.audience", || {
        exchange(&house, WEB, &code, &right(), NOON)
    });
    let _ = done(house.admin().edit_audience(id, &[VIEWERS], NOON));
    assert_usable(&house, WEB, &code, &right());
}

/// What happens between the authorization request and the exchange.
type Meanwhile = fn(&House, ClientId);

/// Each of it, with the error and the reason that the exchange is refused with.
fn ended() -> [(Told, &'static str, Meanwhile); 12] {
    let invalid_client = Told::Error(401, "invalid_client".into());
    [
        (invalid_grant(), "user.inactive", |house, _| {
            house.put(User { organization: ACME, id: VIEWER, state: UserState::Inactive, email: None });
        }),
        (unauthorized_client(), "authorization.revoked", revoke),
        (invalid_grant(), "authorization.superseded", |house, client| {
            revoke(house, client);
            let _ = done(house.admin().reauthorize(client, None, NOON));
        }),
        (unauthorized_client(), "client.disabled", |house, client| {
            let _ = done(house.server.operator().disable_client(client, NOON));
        }),
        (invalid_grant(), "client.ended.tokens", |house, client| {
            let _ = done(house.server.operator().disable_client(client, NOON));
            let _ = done(house.server.operator().enable_client(client, NOON));
        }),
        (unauthorized_client(), "client.inactive", delete),
        (invalid_grant(), "client.ended.tokens", |house, client| {
            delete(house, client);
            let _ = done(house.admin().restore_client(client, None, NOON));
        }),
        (invalid_client, "client.not.found", |house, client| {
            let gone = house.client(client).deactivate(fixtures::administrator(), NOON, NOON).unwrap();
            house.put(gone);
        }),
        (invalid_grant(), "user.ended.tokens", |house, client| {
            let visitor = LoggedIn { organization: ACME, user: VIEWER };
            done(house.server.withdraw_consent(visitor, client, NOON));
        }),
        (invalid_grant(), "user.ended.tokens", |house, _| {
            done(house.admin().end_tokens_of_user(VIEWER, NOON));
        }),
        (invalid_grant(), "authorization.ended.tokens", |house, client| {
            let _ = done(house.admin().end_tokens_of_application(client, NOON));
        }),
        (invalid_grant(), "organization.ended.tokens", |house, _| done(house.admin().end_tokens(NOON))),
    ]
}

/// threat 12, threat 31: what ended between the browser and the exchange is ended for the exchange.
#[test]
fn threat_12_what_ended_before_the_exchange_refuses_it() {
    for (error, reason, meanwhile) in ended() {
        let house = house();
        let code = web_code(&house);
        meanwhile(&house, fixtures::id(WEB));
        let before = house.dump();
        assert_refused(&house, &error, reason, || exchange(&house, WEB, &code, &right(), NOON));
        assert_same(&house.dump(), &before, reason);
    }
    let house = house();
    assert_usable(&house, WEB, &web_code(&house), &right());
}

fn revoke(house: &House, client: ClientId) {
    let _ = done(house.admin().revoke(client, Acknowledgement::NotGiven, NOON));
}

fn delete(house: &House, client: ClientId) {
    let plan = done(house.admin().plan_deletion(client, NOON));
    let _ = done(house.admin().delete_client(&plan, NOON));
}

/// An exchange with each of these faults at each call of the store. It is told each time; the house is mended when it
/// is looked at.
#[track_caller]
fn at_each_fault<T>(
    faults: &[Fault],
    prepare: impl Fn(&House, &str) -> T,
    mut look: impl FnMut(&House, &str, T),
) {
    for (fault, call) in faults.iter().flat_map(|fault| (0..30).map(move |call| (*fault, call))) {
        let house = house();
        let code = web_code(&house);
        let prepared = prepare(&house, &code);
        house.store().fail_at(call, fault);
        let answer = attempt(&house, &code);
        let reached = house.store().take_calls().len() > call;
        house.store().mend();
        assert_eq!(answer.is_err(), reached, "{fault:?} of call {call}: {answer:?}");
        assert!(reached || call > 8, "only {call} calls");
        if reached {
            look(&house, &code, prepared);
        }
    }
}

/// threat 13, threat 26, ST-03: whichever call of the store fails, and however, either nothing was done and the code
/// is usable, or all of it was: the code redeemed, the token there, the refresh token in force.
#[test]
fn threat_13_threat_26_a_failing_store_leaves_nothing_half_done() {
    let mut whole = 0;
    let before = |house: &House, _: &str| house.dump();
    at_each_fault(&Fault::ALL, before, |house, code, before| {
        if house.dump() == before {
            assert_usable(house, WEB, code, &right());
        } else {
            whole += 1;
            assert_whole(house, code);
        }
    });
    assert_eq!(whole, 1, "the commit that was applied and not answered");
}

/// All of the exchange was done; to try it again is a replay, which leaves nothing of it.
#[track_caller]
fn assert_whole(house: &House, code: &str) {
    let login = login_of(house, code);
    assert!(login.refresh.is_some());
    let records = house.dump().into_values().map(record);
    let of_login = |record: &Record| match record {
        Record::AccessToken(token) => token.family() == Some(login.id),
        Record::AuthorizationCode(code) => {
            code.family == login.id && code.state == CodeState::Redeemed { at: NOON }
        }
        _ => false,
    };
    assert_eq!(records.filter(of_login).count(), 2, "a token and a redeemed code");
    assert_eq!(told(&exchange(house, WEB, code, &right(), NOON)), invalid_grant());
    assert!(matches!(login_of(house, code).state, FamilyState::Revoked(_)));
}

/// GR-04, threat 34: where the store fails at a replay the failure is told, and the replay is found out again.
#[test]
fn gr_04_threat_34_a_replay_at_a_failing_store_is_not_lost() {
    let first = |house: &House, code: &str| tokens(&exchange(house, WEB, code, &right(), NOON));
    at_each_fault(&Fault::ALL, first, |house, code, gave| {
        let _ = exchange(house, WEB, code, &right(), NOON);
        assert_dead(house, WEB, &gave, NOON);
    });
}

/// threat 26, TK-05: where the random source fails nothing is issued and nothing changed.
#[test]
fn threat_26_without_randomness_nothing_is_done() {
    let house = house();
    let code = web_code(&house);
    let before = house.dump();
    for draws in 0.. {
        let settings = house.server.settings().clone();
        let store = Spy::over(house.store().memory().clone());
        let server = AuthorizationServer::with_entropy(store, SeededEntropy::failing_after(draws), settings);
        let failing = House { server, world: house.world.clone() };
        match attempt(&failing, &code) {
            Err(error) => assert!(matches!(error, Error::NoEntropy(_)), "{error:?}"),
            Ok(answer) => {
                assert!(draws > 2, "only {draws} draws");
                return assert_eq!(answer.status, 200);
            }
        }
        assert_same(&house.dump(), &before, "no randomness");
    }
}

/// TK-05: of code and tokens the store has digests alone.
#[test]
fn tk_05_the_store_holds_neither_code_nor_token() {
    let house = house();
    let code = web_code(&house);
    let tokens = tokens(&exchange(&house, WEB, &code, &right(), NOON.plus(MINUTE / 2)));
    let stored =
        serde_json::to_string(&house.store().memory().records().into_iter().map(record).collect::<Vec<_>>());
    let stored = stored.unwrap();
    for text in [&code, &tokens.access, tokens.refresh.as_ref().unwrap(), &VERIFIER.to_owned()] {
        assert!(!stored.contains(&text[text.len() - 20..]), "{text}");
    }
}
