//! Introspecting a token.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::ready;
use grantor::wire::TokenRequest;
use sha2::Digest;
use sha2::Sha256;

use crate::numbers::Numbers;
use crate::people::People;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;
use crate::service::NOW;
use crate::service::token;

/// From bytes to bytes, among so many live tokens of users, by the clients that they were issued to.
pub fn introspect(report: &mut Report, tokens: u64) {
    let people = People::new(1_000);
    people.issue(tokens);
    let headers: Vec<Vec<u8>> = people
        .clients
        .iter()
        .map(|client| STANDARD.encode(format!("{}:{}", client.id, client.secret.expose())))
        .map(|basic| format!("Basic {basic}").into())
        .collect();
    let form = |number| format!("token={}", token(number).expose());
    let ours = Rival::new("introspection endpoint", |times| {
        let mut numbers = Numbers::seeded(1);
        let draw = || {
            let number = numbers.below(tokens);
            (&headers[(number % 1_000) as usize], form(number))
        };
        drawn(times, FEW, draw, |(header, form)| {
            let request = TokenRequest {
                authorization: &[header],
                content_type: Some(b"application/x-www-form-urlencoded"),
                body: form.as_bytes(),
            };
            let answer = ready(people.service.server.introspect(&request, NOW)).expect("no waiting");
            assert!(answer.expect("an answer").body.starts_with(b"{\"active\":true"));
        })
    });
    let rows: HashMap<[u8; 32], u64> =
        (0..tokens).map(|number| (Sha256::digest(form(number)).into(), number)).collect();
    let clients: HashMap<[u8; 32], usize> =
        headers.iter().enumerate().map(|(number, header)| (Sha256::digest(header).into(), number)).collect();
    let floor = Rival::new("two digests, two look-ups", |times| {
        let mut numbers = Numbers::seeded(2);
        let draw = || {
            let number = numbers.below(tokens);
            (&headers[(number % 1_000) as usize], form(number))
        };
        drawn(times, FEW, draw, |(header, form)| {
            let [secret, token]: [[u8; 32]; 2] = [Sha256::digest(header).into(), Sha256::digest(form).into()];
            assert!(clients.contains_key(&secret) && rows.contains_key(&token));
        })
    });
    let task = Task { name: format!("introspect, {tokens} tokens of users"), turn: 128, goal: None };
    report.compare(task, ours, floor);
}

const FEW: u64 = 128;
