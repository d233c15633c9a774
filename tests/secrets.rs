//! Client secrets, and that nothing that should stay secret is ever shown (CL-08 to CL-11, DX-02, DX-08,
//! threat 39).
#![cfg(feature = "testing")]

mod common;

use std::collections::HashSet;
use std::sync::Barrier;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::admin::ClientDraft;
use grantor::audit::Outcome;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::GrantType;
use grantor::model::Overlap;
use grantor::ready;
use grantor::server::CreatedClient;
use grantor::server::Error;
use grantor::server::NewSecret;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::value::ClientId;
use grantor::value::Plain;
use grantor::value::Timestamp;
use grantor::value::kind;

use common::Fault;
use common::House;
use common::OPERATIONS;
use common::Subjects;
use common::Told;
use common::basic;
use common::done;
use common::draft;

/// Does not compile where the type implements the trait.
macro_rules! assert_not_implemented {
    ($($kind:ty),+ => $traits:tt) => { $(assert_not_implemented!(@each $kind => $traits);)+ };
    (@each $kind:ty => { $($of:path),+ }) => { $(const _: fn() = || {
        trait Ambiguous<A> { fn found() {} }
        impl<T: ?Sized> Ambiguous<()> for T {}
        struct Implemented;
        impl<T: ?Sized + $of> Ambiguous<Implemented> for T {}
        let _ = <$kind as Ambiguous<_>>::found;
    };)+ };
}

// CL-08, threat 39: neither a secret nor what hands one out is serialized, displayed or copied.
assert_not_implemented!(
    Plain<kind::ClientSecret>, Plain<kind::AccessToken>, CreatedClient, NewSecret, grantor::grant::Issued
    => { serde::Serialize, std::fmt::Display, Clone, AsRef<str>, std::ops::Deref, PartialEq }
);

fn invalid() -> Told {
    Told::Error(401, "invalid_client".into())
}

/// A house with a client of client credentials, and its secret.
fn with_service() -> (House, ClientId, String) {
    let house = House::new();
    let (id, secret) = house.service(&draft(GrantType::ClientCredentials), NOON);
    (house, id, secret)
}

#[track_caller]
fn regenerate(house: &House, id: ClientId, overlap: Option<u32>, now: Timestamp) -> String {
    let overlap = overlap.map(|seconds| Overlap::from_seconds(seconds).unwrap());
    done(house.admin().regenerate_secret(id, overlap, now)).secret.expose().to_owned()
}

#[track_caller]
fn assert_works(house: &House, id: ClientId, secret: &str, now: Timestamp, works: bool) {
    let told = house.asked(id, secret, now);
    match works {
        true => assert!(matches!(told, Told::Token(..)), "at {now}: {told:?}"),
        false => assert_eq!(told, invalid(), "at {now}"),
    }
}

/// CL-08: at least 256 bits from the random source, made anew by every creation and regeneration.
#[test]
fn cl_08_a_secret_is_256_random_bits() {
    let house = House::new();
    let mut random = HashSet::new();
    for _ in 0..50 {
        let created = house.create(&draft(GrantType::ClientCredentials), NOON);
        let new = regenerate(&house, created.client.id, None, NOON);
        for secret in [created.secret.unwrap().expose(), &new] {
            let decoded = URL_SAFE_NO_PAD.decode(secret.strip_prefix("gcs_").unwrap()).unwrap();
            assert!(decoded.len() >= 32);
            assert!(random.insert(decoded[..32].to_vec()), "a secret twice");
        }
    }
}

/// CL-08, DX-08: it is handed out once: afterwards neither the client nor the store knows more than a digest.
#[test]
fn cl_08_dx_08_a_secret_is_not_read_again() {
    let (house, id, secret) = with_service();
    let _ = house.issue(id, &secret, NOON);
    let seen = done(house.admin().client(id, NOON));
    let text = format!("{seen:?}{}", serde_json::to_string(&seen).unwrap());
    assert!(!text.contains(&secret) && !text.contains(&secret[4..47]));
    let stored = serde_json::to_string(&house.client(id)).unwrap();
    assert!(!stored.contains(&secret) && !stored.contains(&secret[4..47]));
    assert!(stored.contains("digest"));
    let remedy =
        grantor::grant::TokenRefusal::NotAuthenticated(grantor::grant::AuthenticationFailure::WrongSecret)
            .remedy();
    assert!(remedy.contains("if it is lost, regenerate it"), "{remedy}");
}

/// CL-08: the digest that is stored does not authenticate.
#[test]
fn cl_08_a_leaked_digest_opens_nothing() {
    let (house, id, _) = with_service();
    let json = serde_json::to_value(house.client(id)).unwrap();
    let digest = json.pointer("/grant/client_credentials/secrets/current/digest").unwrap().as_str().unwrap();
    for presented in [digest.to_owned(), format!("gcs_{digest}"), format!("gcs_{digest}AAAAA")] {
        assert_works(&house, id, &presented, NOON, false);
    }
}

/// CL-08, CL-11: a secret is its client's own, whole, and of its kind.
#[test]
fn cl_08_only_the_whole_secret_of_that_client_works() {
    let (house, id, secret) = with_service();
    let (other, others) = house.service(&draft(GrantType::ClientCredentials), NOON);
    let token = house.issue(id, &secret, NOON);
    let (short, long, upper) = (&secret[..51], format!("{secret}A"), secret.to_uppercase());
    for wrong in [&others, short, &long, &upper, &token, &secret[4..], "", "gcs_"] {
        assert_works(&house, id, wrong, NOON, false);
    }
    assert_works(&house, other, &secret, NOON, false);
    assert_works(&house, id, &secret, NOON, true);
}

/// CL-09: regenerating replaces the secret from that very second on.
#[test]
fn cl_09_the_old_secret_fails_from_that_instant() {
    let (house, id, old) = with_service();
    let token = house.issue(id, &old, NOON);
    let new = regenerate(&house, id, None, NOON.plus(5));
    for now in [NOON, NOON.plus(4), NOON.plus(5), NOON.plus(6)] {
        assert_works(&house, id, &old, now, false);
        assert_works(&house, id, &new, now, true);
    }
    assert_eq!(house.refused(&token, NOON.plus(6)), None, "tokens are not ended by it");
    let newest = regenerate(&house, id, None, NOON.plus(7));
    assert_works(&house, id, &old, NOON.plus(7), false);
    assert_works(&house, id, &new, NOON.plus(7), false);
    assert_works(&house, id, &newest, NOON.plus(7), true);
}

/// CL-10: the old one stays valid for the overlap, to the second.
#[test]
fn cl_10_the_old_secret_works_during_the_overlap() {
    for overlap in [1, 100, 604_800] {
        let (house, id, old) = with_service();
        let new = regenerate(&house, id, Some(overlap), NOON);
        for (now, works) in [(overlap - 1, true), (overlap, false), (overlap + 1, false)] {
            assert_works(&house, id, &old, NOON.plus(now), works);
            assert_works(&house, id, &new, NOON.plus(now), true);
        }
    }
    for seconds in [0, 604_801, u32::MAX] {
        assert!(Overlap::from_seconds(seconds).is_err(), "{seconds}");
    }
}

/// DX-05, CL-10: in the trail, a secret whose overlap is over is told from a wrong one; outside they are the
/// same.
#[test]
fn dx_05_a_secret_that_was_replaced_is_told_from_a_wrong_one() {
    let (house, id, old) = with_service();
    let _ = regenerate(&house, id, Some(100), NOON);
    let codes = |secret: &str| {
        let (answer, events) = house.events_of(|| house.ask(id, secret, NOON.plus(100)));
        let [event] = events.try_into().unwrap();
        let Outcome::Refused { code, cause } = event.outcome else { panic!("{:?}", event.outcome) };
        (answer, code, cause)
    };
    let (answer_to_old, code, cause) = codes(&old);
    assert_eq!(code, "client.secret.ended");
    assert!(cause.contains(&NOON.plus(100).to_string()), "{cause}");
    let (answer_to_wrong, code, _) = codes("wrong");
    assert_eq!(code, "client.secret.wrong");
    assert_eq!(answer_to_old, answer_to_wrong);
}

/// CL-10: two at most: a third regeneration ends the oldest, though its overlap still runs.
#[test]
fn cl_10_two_secrets_at_most() {
    let (house, id, first) = with_service();
    let second = regenerate(&house, id, Some(1_000), NOON);
    let third = regenerate(&house, id, Some(1_000), NOON.plus(1));
    assert_works(&house, id, &first, NOON.plus(2), false);
    assert_works(&house, id, &second, NOON.plus(2), true);
    assert_works(&house, id, &third, NOON.plus(2), true);
    assert_eq!(done(house.admin().client(id, NOON.plus(2))).secrets.len(), 2);
    // CL-09: and without an overlap, at once both of the others.
    let fourth = regenerate(&house, id, None, NOON.plus(3));
    for ended in [&first, &second, &third] {
        assert_works(&house, id, ended, NOON.plus(3), false);
    }
    assert_works(&house, id, &fourth, NOON.plus(3), true);
}

/// CL-10: each secret has an id, created, expires and last used, each of its own.
#[test]
fn cl_10_each_secret_tells_of_itself() {
    let (house, id, old) = with_service();
    let [before] = done(house.admin().client(id, NOON)).secrets.try_into().unwrap();
    assert_eq!((before.created, before.expires, before.last_used), (NOON, None, None));
    let _ = house.issue(id, &old, NOON.plus(10));
    let new = regenerate(&house, id, Some(1_000), NOON.plus(100));
    let _ = house.issue(id, &new, NOON.plus(200));
    let _ = house.asked(id, "wrong", NOON.plus(900));
    let [newer, older] = done(house.admin().client(id, NOON.plus(300))).secrets.try_into().unwrap();
    assert_eq!((newer.created, newer.expires, newer.last_used), (NOON.plus(100), None, Some(NOON.plus(200))));
    assert_eq!((older.id, older.created), (before.id, NOON));
    assert_eq!((older.expires, older.last_used), (Some(NOON.plus(1_100)), Some(NOON.plus(10))));
    assert_ne!(newer.id, older.id);
}

/// CL-10: a use is recorded to the minute, so that a busy client is not a busy store.
#[test]
fn cl_10_last_use_is_known_to_the_minute() {
    let (house, id, secret) = with_service();
    let last_used = || done(house.admin().client(id, NOON)).secrets[0].last_used;
    for (now, expected) in
        [(0, 0), (MINUTE - 1, 0), (MINUTE, MINUTE), (MINUTE + 1, MINUTE), (DAY - 1, DAY - 1)]
    {
        let _ = house.issue(id, &secret, NOON.plus(now));
        assert_eq!(last_used(), Some(NOON.plus(expected)), "after a use {now} s later");
    }
}

/// CL-09, ST-02: after a regeneration has returned, the old secret obtains nothing, however many try.
#[test]
fn cl_09_regenerating_against_issuing() {
    for round in 0..15 {
        let (house, id, old) = with_service();
        let others: Vec<House> = (0..3).map(|thread| house.another(9_000 + round * 3 + thread)).collect();
        let barrier = Barrier::new(4);
        std::thread::scope(|scope| {
            let threads: Vec<_> = others
                .iter()
                .map(|own| {
                    scope.spawn(|| {
                        barrier.wait();
                        while let Told::Token(..) | Told::Error(503, _) = own.asked(id, &old, NOON) {}
                        own.asked(id, &old, NOON)
                    })
                })
                .collect();
            barrier.wait();
            let new = loop {
                match ready(house.admin().regenerate_secret(id, None, NOON)).unwrap() {
                    Ok(new) => break new.secret,
                    Err(Error::Contended) => {}
                    Err(error) => panic!("{error}"),
                }
            };
            assert_eq!(house.asked(id, &old, NOON), invalid(), "from that instant");
            for thread in threads {
                assert_eq!(thread.join().unwrap(), invalid());
            }
            assert_works(&house, id, new.expose(), NOON, true);
        });
    }
}

/// CL-10, ST-02: of regenerations at once the last one is valid, and never more than two are.
#[test]
fn cl_10_regenerating_against_regenerating() {
    for round in 0..15 {
        let (house, id, first) = with_service();
        let others: Vec<House> = (0..4).map(|thread| house.another(11_000 + round * 4 + thread)).collect();
        let secrets: Vec<String> = std::thread::scope(|scope| {
            let threads: Vec<_> = others
                .iter()
                .map(|own| {
                    scope.spawn(move || {
                        let overlap = Some(Overlap::MAX);
                        let new = ready(own.admin().regenerate_secret(id, overlap, NOON)).unwrap();
                        new.ok().map(|new| new.secret.expose().to_owned())
                    })
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        let works = |secret: &String| matches!(house.asked(id, secret, NOON), Told::Token(..));
        let valid = secrets.iter().chain([&first]).filter(|secret| works(secret)).count();
        assert_eq!(valid, 2, "the last and the one before it, of {}", secrets.len());
    }
}

/// Everything that was ever shown of a house, and everything that must not be in it.
#[derive(Default)]
struct Shown {
    text: String,
    planted: Vec<String>,
}

impl Shown {
    fn show(&mut self, what: impl std::fmt::Debug) {
        self.text += &format!("{what:?}\n{what:#?}\n");
    }

    fn plant(&mut self, secret: &str) -> String {
        self.planted.push(secret.to_owned());
        secret.to_owned()
    }

    /// A secret or token of ours: its text, and the random part of it alone.
    fn plant_ours(&mut self, secret: &str) -> String {
        self.planted.push(secret[4..46].to_owned());
        self.plant(secret)
    }

    #[track_caller]
    fn assert_nothing_planted(&self) {
        for planted in &self.planted {
            let at = self.text.find(planted.as_str());
            assert!(at.is_none(), "{planted} in: …{}…", {
                let at = at.unwrap_or(0);
                &self.text[at.saturating_sub(200)..(at + 100).min(self.text.len())]
            });
        }
    }
}

/// Drives every flow with planted secrets: right ones, wrong ones, malformed ones, by every operation.
fn drive(house: &House, shown: &mut Shown) {
    let admin = house.admin();
    for grant_type in GrantType::ALL {
        let drafted = ClientDraft { name: format!("Of {grant_type}"), ..draft(grant_type) };
        let Ok(created) = ready(admin.create_client(&drafted, NOON)).unwrap() else { continue };
        shown.show(&created);
        let Some(secret) = created.secret else { continue };
        let (id, secret) = (created.client.id, shown.plant_ours(secret.expose()));
        shown.show(ready(admin.authorize(id, None, NOON)).unwrap());
        if let Ok(new) = ready(admin.regenerate_secret(id, Some(Overlap::MAX), NOON)).unwrap() {
            shown.show(&new);
            let _ = shown.plant_ours(new.secret.expose());
        }
        let token_request = |headers: &[&str], body: &str| {
            let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
            let content_type = Some(b"application/x-www-form-urlencoded".as_slice());
            let request =
                grantor::wire::TokenRequest { authorization: &headers, content_type, body: body.as_bytes() };
            let parsed = format!("{request:?}{:?}", request.parse());
            (parsed, ready(house.server.token(&request, NOON)).unwrap())
        };
        let grant = "grant_type=client_credentials";
        let wrong = shown.plant(&format!("wrong-secret-{grant_type}-hunter2").replace(' ', "-"));
        let header = basic(id, &secret);
        let encoded = STANDARD.encode(format!("{id}:{secret}"));
        shown.planted.push(encoded);
        let bodies = [
            format!("{grant}&client_id={id}&client_secret={secret}"),
            format!("{grant}&client_id={id}&client_secret={wrong}"),
            format!("{grant}&client_secret={wrong}&client_secret={secret}"),
            format!("{grant}&{wrong}={secret}&x=%zz"),
            format!("{grant}&scope=misplaced%00&client_secret={wrong}"),
            format!("{grant}&scope=misplaced%22&client_secret={wrong}"),
            format!("grant_type={wrong}&client_id={id}&client_secret={secret}"),
        ];
        for body in &bodies {
            for headers in [vec![], vec![header.as_str()]] {
                let (parsed, answer) = token_request(&headers, body);
                shown.show((parsed, &answer));
                if let Ok(response) = answer {
                    let body = String::from_utf8(response.body).unwrap();
                    if response.status == 200 {
                        let answer: serde_json::Value = serde_json::from_str(&body).unwrap();
                        let token = shown.plant_ours(answer["access_token"].as_str().unwrap());
                        call(house, shown, &token);
                    } else {
                        shown.text += &body;
                    }
                }
            }
        }
    }
    for wrong in ["gat_planted-and-wrong-token", "planted token of two words", "\u{7f}planted-control"] {
        let wrong = shown.plant(wrong);
        call(house, shown, &wrong);
    }
    shown.show(ready(house.server.sweep(500, NOON.plus(30 * DAY))).unwrap());
    shown.show(&house.server);
}

fn call(house: &House, shown: &mut Shown, token: &str) {
    let header = format!("Bearer {token}");
    for requirement in [fixtures::requirement("", ""), fixtures::requirement("users", "routing:queue:edit")] {
        let judged = ready(house.server.authorize_call(&[header.as_bytes()], &requirement, NOON)).unwrap();
        if let Err(error) = &judged {
            shown.text += &format!("{error}{:?}", error.response());
        }
        shown.show(judged.map_err(|error| error.to_string()));
    }
}

/// All records, as they are stored and as they are shown; the audit trail included.
fn show_records(house: &House, shown: &mut Shown) {
    for stored in house.store().memory().records() {
        shown.text += &serde_json::to_string(&stored.record).unwrap();
        if !matches!(stored.record, Record::Event(_)) {
            shown.show(&stored.record);
        }
    }
    for event in house.events() {
        shown.show(&event);
        shown.text += &format!("{} {}", event.actor, serde_json::to_string(&event).unwrap());
    }
}

/// CL-08, GV-01, threat 39: planted secrets and tokens, driven through every operation and failure, are in no
/// answer, error, event or record, in whatever form it is shown.
#[test]
fn threat_39_nothing_planted_is_ever_shown() {
    let house = House::new();
    let mut shown = Shown::default();
    drive(&house, &mut shown);
    for client in house.world.clients() {
        let _ = shown.plant_ours(fixtures::secret_of(client.id).expose());
    }
    for operation in &OPERATIONS {
        for who in [(ACME, ADMINISTRATOR), (ACME, BYSTANDER), (GLOBEX, ADMINISTRATOR)] {
            let answer = operation.by(&house, who, &Subjects::of(&house), NOON);
            shown.text += &answer.unwrap_or_else(|error| format!("{error:?} {error}"));
        }
    }
    show_records(&house, &mut shown);
    assert!(shown.planted.len() > 40 && shown.text.len() > 100_000, "something was driven");
    shown.assert_nothing_planted();
}

/// threat 39: nor when the store fails, at whichever call and however.
#[test]
fn threat_39_nothing_planted_is_shown_when_the_store_fails() {
    for fault in Fault::ALL {
        for call in 0..40 {
            let house = House::new();
            let mut shown = Shown::default();
            house.store().fail_at(call, fault);
            drive(&house, &mut shown);
            show_records(&house, &mut shown);
            shown.assert_nothing_planted();
        }
    }
}

/// threat 39: the search finds what it is to find.
#[test]
#[should_panic(expected = "planted-in-the-open")]
fn threat_39_the_search_would_find_it() {
    let mut shown = Shown::default();
    let _ = shown.plant("planted-in-the-open");
    shown.show(("an error", "planted-in-the-open"));
    shown.assert_nothing_planted();
}
