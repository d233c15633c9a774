//! A login: from the authorization request to the tokens, and refreshing them.

use std::cell::RefCell;
use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::ready;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::value::CodeChallenge;
use grantor::value::Entropy;
use grantor::value::OsEntropy;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use sha2::Digest;
use sha2::Sha256;

use crate::numbers::Numbers;
use crate::people::Application;
use crate::people::People;
use crate::people::REDIRECT_URI;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::ADMINISTRATOR;
use crate::service::NOW;

/// Authorizing and exchanging, together and each alone, as bytes, by a thousand clients of 64 organizations. The
/// user agreed before, and is sent back at once.
pub fn login(report: &mut Report) {
    let people = People::new(1_000);
    let desks: Vec<Desk<'_>> = people.clients.iter().map(|client| Desk::of(&people, client)).collect();
    let mut numbers = Numbers::seeded(1);
    let mut desk = || &desks[numbers.below(1_000) as usize];

    let (one, two) = (Rows::default(), Rows::default());
    let both = Rival::new("two endpoints", |times| {
        drawn(times, FEW, &mut desk, |desk| {
            desk.post(&desk.exchange(&desk.authorize()));
        })
    });
    let floor = Rival::new("entropy, six digests, five insertions, two updates", |times| {
        drawn(
            times,
            FEW,
            || (),
            |()| {
                let (family, code) = one.begin();
                one.exchange(family, code);
            },
        )
    });
    report.compare(Task { name: "log in, authorize and exchange".into(), turn: 64, goal: None }, both, floor);

    let mut numbers = Numbers::seeded(2);
    let mut desk = || &desks[numbers.below(1_000) as usize];
    let authorize = Rival::new("authorization endpoint", |times| {
        drawn(times, FEW, &mut desk, |desk| {
            desk.authorize();
        })
    });
    let floor = Rival::new("entropy, one digest, three insertions", |times| {
        drawn(
            times,
            FEW,
            || (),
            |()| {
                two.begin();
            },
        )
    });
    report.compare(Task { name: "authorize".into(), turn: 64, goal: None }, authorize, floor);

    let three = Rows::default();
    let mut numbers = Numbers::seeded(3);
    let exchange = Rival::new("token endpoint", |times| {
        let draw = || {
            let desk = &desks[numbers.below(1_000) as usize];
            (desk, desk.exchange(&desk.authorize()))
        };
        drawn(times, FEW, draw, |(desk, form)| {
            desk.post(&form);
        })
    });
    let floor = Rival::new("entropy, five digests, two insertions, two updates", |times| {
        drawn(times, FEW, || three.begin(), |(family, code)| three.exchange(family, code))
    });
    report.compare(
        Task { name: "exchange a code with PKCE".into(), turn: 64, goal: Some(2.0) },
        exchange,
        floor,
    );
}

/// Refreshing, as bytes, in so many logins by turns.
pub fn refresh(report: &mut Report) {
    let people = People::new(1_000);
    let desks: Vec<Desk<'_>> = people.clients.iter().map(|client| Desk::of(&people, client)).collect();
    let log_in = |desk: &Desk<'_>| renewal(&desk.post(&desk.exchange(&desk.authorize())));
    let forms: RefCell<Vec<String>> = RefCell::new(desks.iter().map(log_in).collect());
    let answers: RefCell<Vec<(usize, Response)>> = RefCell::default();
    let mut next = 0;
    let ours = Rival::new("token endpoint", |times| {
        let draw = || {
            // What was answered in the last turn is read outside of this one.
            for (number, answer) in answers.borrow_mut().drain(..) {
                forms.borrow_mut()[number] = renewal(&answer);
            }
            next = (next + 1) % desks.len();
            (next, forms.borrow()[next].clone())
        };
        drawn(times, FEW, draw, |(number, form)| {
            let answer = desks[number].post(&form);
            answers.borrow_mut().push((number, answer));
        })
    });
    let rows = Rows::default();
    let floor = Rival::new("entropy, four digests, two insertions, one update", |times| {
        drawn(times, FEW, || rows.begin().0, |family| rows.refresh(family))
    });
    report.compare(Task { name: "refresh".into(), turn: 64, goal: None }, ours, floor);
}

const FEW: u64 = 64;

/// A client, with what it sends.
struct Desk<'a> {
    people: &'a People,
    logged_in: LoggedIn,
    basic: Vec<u8>,
    query: String,
    verifier: String,
}

impl<'a> Desk<'a> {
    fn of(people: &'a People, client: &Application) -> Self {
        let verifier = URL_SAFE_NO_PAD.encode(client.id.as_bytes().repeat(2));
        let challenge = CodeChallenge::of_verifier(&verifier).expect("a verifier");
        let Application { id, organization, secret, .. } = client;
        Self {
            people,
            logged_in: LoggedIn { organization: *organization, user: ADMINISTRATOR },
            basic: format!("Basic {}", STANDARD.encode(format!("{id}:{}", secret.expose()))).into(),
            query: format!(
                "response_type=code&client_id={id}&redirect_uri={REDIRECT_URI}&state=af0ifjsldkj\
                 &code_challenge={challenge}&code_challenge_method=S256"
            ),
            verifier,
        }
    }

    fn authorize(&self) -> Response {
        let request = AuthorizeRequest { query: self.query.as_bytes() };
        let answer = ready(self.people.service.server.authorize(&request, Some(self.logged_in), NOW));
        match answer.expect("no waiting").expect("an answer") {
            Authorize::Redirect(redirect) if redirect.refused.is_none() => redirect.response,
            other => panic!("not sent back: {other:?}"),
        }
    }

    fn exchange(&self, sent_back: &Response) -> String {
        let (_, location) = &sent_back.headers[0];
        let (_, code) = location.split_once("code=").expect("a code");
        let verifier = &self.verifier;
        format!(
            "grant_type=authorization_code&code={code}&redirect_uri={REDIRECT_URI}&code_verifier={verifier}"
        )
    }

    fn post(&self, form: &str) -> Response {
        let request = TokenRequest {
            authorization: &[&self.basic],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: form.as_bytes(),
        };
        let answer = ready(self.people.service.server.token(&request, NOW));
        let answer = answer.expect("no waiting").expect("an answer");
        assert_eq!(answer.status, 200);
        answer
    }
}

/// The form that refreshes what was issued.
fn renewal(answer: &Response) -> String {
    let body = core::str::from_utf8(&answer.body).expect("text");
    let (_, token) = body.split_once("\"refresh_token\":\"").expect("a refresh token");
    format!("grant_type=refresh_token&refresh_token={}", token.split('"').next().expect("its end"))
}

/// The least that must be done: random bytes, digests, and rows in plain maps.
#[derive(Default)]
struct Rows {
    codes: RefCell<HashMap<[u8; 32], [u8; 128]>>,
    families: RefCell<HashMap<[u8; 16], [u8; 192]>>,
    tokens: RefCell<HashMap<[u8; 32], [u8; 128]>>,
    events: RefCell<HashMap<[u8; 16], [u8; 128]>>,
}

impl Rows {
    /// Draws family, code and event, and inserts them.
    fn begin(&self) -> ([u8; 16], [u8; 32]) {
        let mut random = [0; 58];
        OsEntropy.fill(&mut random).expect("random bytes");
        let code: [u8; 32] = Sha256::digest(&random[16..48]).into();
        let family = random[..16].try_into().expect("16 bytes");
        self.codes.borrow_mut().insert(code, [0; 128]);
        self.families.borrow_mut().insert(family, [0; 192]);
        self.events.borrow_mut().insert(event(&random[48..]), [0; 128]);
        (family, code)
    }

    /// Hashes code and verifier, spends the code, and issues.
    fn exchange(&self, family: [u8; 16], code: [u8; 32]) {
        let presented: [u8; 32] = Sha256::digest(code).into();
        let answered = Sha256::digest(presented);
        self.codes.borrow_mut().insert(code, [answered[0]; 128]);
        self.issue(family);
    }

    /// Hashes the presented token, which is longer than one block, and issues.
    fn refresh(&self, family: [u8; 16]) {
        let presented = Sha256::digest([family; 4].as_flattened());
        assert_ne!(presented[..16], family);
        self.issue(family);
    }

    /// Hashes secret and both new tokens, inserts one, and updates the family with the other.
    fn issue(&self, family: [u8; 16]) {
        let mut random = [0; 74];
        OsEntropy.fill(&mut random).expect("random bytes");
        let secret = Sha256::digest(&random[..52]);
        let access: [u8; 32] = Sha256::digest(&random[..32]).into();
        let renewal: [u8; 32] = Sha256::digest(random).into();
        let mut row = [secret[0]; 192];
        row[..32].copy_from_slice(&renewal);
        self.families.borrow_mut().insert(family, row);
        self.tokens.borrow_mut().insert(access, [0; 128]);
        self.events.borrow_mut().insert(event(&random[64..]), [0; 128]);
    }
}

fn event(random: &[u8]) -> [u8; 16] {
    let mut id = [0; 16];
    id[6..].copy_from_slice(random);
    id
}
