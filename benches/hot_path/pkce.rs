//! Verifying PKCE alone.

use std::hint::black_box;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::grant::Verifier;
use grantor::value::CodeChallenge;
use sha2::Digest;
use sha2::Sha256;

use crate::numbers::Numbers;
use crate::race::Report;
use crate::race::Rival;
use crate::race::Task;
use crate::race::drawn;

/// From the text of a verifier of 43 characters, with the challenge that it answers.
pub fn pkce(report: &mut Report) {
    let sent: Vec<(String, CodeChallenge)> = (0..1_000)
        .map(|number| {
            let verifier = URL_SAFE_NO_PAD.encode(Numbers::seeded(number).bytes::<32>());
            let challenge = CodeChallenge::of_verifier(&verifier).expect("a verifier");
            (verifier, challenge)
        })
        .collect();
    let ours = Rival::new("verify", |times| {
        let mut numbers = Numbers::seeded(1);
        let draw = || &sent[numbers.below(1_000) as usize];
        drawn(times, FEW, draw, |(verifier, challenge)| {
            let answered =
                CodeChallenge::of_verifier(verifier).map_or(Verifier::Malformed, Verifier::Answers);
            assert!(answered.answers(Some(challenge)).is_ok());
        })
    });
    let floor = Rival::new("SHA-256 and base64url of 32 bytes", |times| {
        let mut numbers = Numbers::seeded(2);
        let draw = || &sent[numbers.below(1_000) as usize];
        drawn(times, FEW, draw, |(verifier, _)| {
            let digest = Sha256::digest(verifier);
            let mut text = [0; 43];
            let length = URL_SAFE_NO_PAD.encode_slice(digest, &mut text).expect("room");
            assert_eq!(black_box(&text).len(), length);
        })
    });
    let task = Task { name: "verify PKCE".into(), turn: 2 * FEW, goal: Some(1.3) };
    report.compare(task, ours, floor);
}

const FEW: u64 = 512;
