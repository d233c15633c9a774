//! Issuing a client-credentials token.

use std::cell::RefCell;
use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::ready;
use grantor::value::Entropy;
use grantor::value::OsEntropy;
use grantor::wire::ParsedTokenRequest;
use grantor::wire::TokenRequest;
use sha2::Digest;
use sha2::Sha256;

use crate::numbers::Numbers;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::NOW;
use crate::service::Registered;
use crate::service::Service;

/// From the bytes of the request, and from the parsed request, by a thousand clients of 64 organizations.
pub fn issue(report: &mut Report) {
    let service = Service::new(64, 1_000);
    let headers: Vec<Vec<u8>> = service.clients.iter().map(basic).collect();
    let whole = Rival::new("token endpoint", |times| {
        let mut numbers = Numbers::seeded(1);
        drawn(
            times,
            FEW,
            || &headers[numbers.below(1_000) as usize],
            |header| {
                let response = ready(service.server.token(&request(&[header]), NOW)).expect("no waiting");
                assert_eq!(response.expect("an answer").status, 200);
            },
        )
    });
    let floor = RefCell::new(HashMap::new());
    let task = Task { name: "issue a token, request and answer as bytes".into(), turn: 128, goal: None };
    report.compare(task, whole, least(&floor));

    let parsed: Vec<ParsedTokenRequest> =
        headers.iter().map(|header| request(&[header]).parse().expect("a request")).collect();
    let service = Service::new(64, 1_000);
    let decided = Rival::new("issue", |times| {
        let mut numbers = Numbers::seeded(2);
        drawn(
            times,
            FEW,
            || &parsed[numbers.below(1_000) as usize],
            |request| {
                let issued = ready(service.server.issue(request, NOW)).expect("no waiting");
                assert!(issued.expect("an answer").is_ok());
            },
        )
    });
    let floor = RefCell::new(HashMap::new());
    let task = Task { name: "issue a token, parsed request".into(), turn: 128, goal: Some(2.0) };
    report.compare(task, decided, least(&floor));
}

const FEW: u64 = 128;

/// Random bytes for the token and an event, two digests, one row in a plain map.
fn least(rows: &RefCell<HashMap<[u8; 32], [u8; 128]>>) -> Rival<'_> {
    Rival::new("entropy, two digests, one insertion", move |times| {
        let mut rows = rows.borrow_mut();
        drawn(
            times,
            FEW,
            || (),
            |()| {
                let mut random = [0; 42];
                OsEntropy.fill(&mut random).expect("random bytes");
                let secret = Sha256::digest(&random[6..]);
                let token = Sha256::digest(&random[..36]);
                let mut row = [0; 128];
                row[..32].copy_from_slice(&secret);
                rows.insert(token.into(), row);
            },
        )
    })
}

fn basic(client: &Registered) -> Vec<u8> {
    format!("Basic {}", STANDARD.encode(format!("{}:{}", client.id, client.secret.expose()))).into()
}

const fn request<'a>(authorization: &'a [&'a [u8]]) -> TokenRequest<'a> {
    TokenRequest {
        authorization,
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: b"grant_type=client_credentials",
    }
}
