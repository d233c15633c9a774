//! An execution in words.

use core::fmt::Debug;

use super::Outcome;
use super::execution::Step;
use super::path::Choice;
use super::turnstile::Answer;
use super::turnstile::Call;
use super::turnstile::Fault;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Key;
use crate::store::Commit;

/// The steps in words, a line each.
pub(super) fn steps(steps: &[Step], names: &[&str]) -> Vec<String> {
    steps.iter().map(|step| line(step, names)).collect()
}

/// The outcomes in words, a line each.
pub(super) fn outcomes<T: Debug>(outcomes: &[Outcome<T>], names: &[&str]) -> Vec<String> {
    let words = |(outcome, name): (&Outcome<T>, &&str)| match outcome {
        Outcome::Finished(answer) => format!("{name} answered {answer:?}"),
        Outcome::Dropped => format!("{name} answered nothing: it was dropped"),
    };
    outcomes.iter().zip(names).map(words).collect()
}

fn line(step: &Step, names: &[&str]) -> String {
    let name = |at: usize| names.get(at).copied().unwrap_or_default();
    let call = step.call.as_ref().map(call).unwrap_or_default();
    let answer = step.answer.as_ref().map(answer).unwrap_or_default();
    match step.choice {
        Choice::Begin(at) => format!("{} begins", name(at)),
        Choice::Pass(at) => format!("{} {call}: {answer}", name(at)),
        Choice::Fail(at, fault) => format!("{} {call}: FAULT, {}", name(at), fault_words(fault)),
        Choice::Drop(at) => format!("{} {call}: FAULT, it is dropped", name(at)),
        Choice::Land(at, _) => format!("in flight, {} {call}: {answer}", name(at)),
        Choice::End => "what is in flight never arrives".to_owned(),
    }
}

fn call(call: &Call) -> String {
    match call {
        Call::Record(key) => format!("reads {}", key_words(key)),
        Call::Access(digest) => format!("reads all for {}", key_words(&Key::AccessToken(*digest))),
        Call::List(range) => format!("lists {}", range.index),
        Call::Commit(changes) => format!("commits [{}]", changes_words(changes)),
    }
}

fn answer(answer: &Answer) -> String {
    match answer {
        Answer::Record(Some(version)) => format!("version {}", version.number()),
        Answer::Access(true) => "found".to_owned(),
        Answer::Record(None) | Answer::Access(false) => "nothing".to_owned(),
        Answer::Listed(records) => format!("{records} records"),
        Answer::Committed(Commit::Applied) => "applied".to_owned(),
        Answer::Committed(Commit::Conflict) => "conflict".to_owned(),
        Answer::Failed(error) => format!("the store's own error, {error}"),
    }
}

const fn fault_words(fault: Fault) -> &'static str {
    match fault {
        Fault::Error => "an error, nothing done",
        Fault::Conflict => "a conflict without a cause",
        Fault::Unknown => "an error, not known whether applied",
    }
}

fn changes_words(changes: &Changes) -> String {
    let words: Vec<String> = changes.iter().map(change_words).collect();
    words.join(", ")
}

fn change_words(change: &Change) -> String {
    let key = key_words(&change.key());
    match change {
        Change::Insert(_) => format!("insert {key}"),
        Change::Update(version, _) => format!("update {key} of version {}", version.number()),
        Change::Delete(version, _) => format!("delete {key} of version {}", version.number()),
        Change::Unchanged(_, Some(version)) => format!("unchanged {key} of version {}", version.number()),
        Change::Unchanged(_, None) => format!("absent {key}"),
    }
}

/// The kind, and the end of each identifier.
fn key_words(key: &Key) -> String {
    let bytes = key.to_bytes();
    let length = match key {
        Key::AccessToken(_)
        | Key::AuthorizationCode(_)
        | Key::ConsentPrompt(_)
        | Key::SamlRequest(_)
        | Key::UsedAssertion(_) => bytes.len(),
        Key::Organization(_)
        | Key::Role(..)
        | Key::User(..)
        | Key::Client(_)
        | Key::Authorization(..)
        | Key::UserConsent(..)
        | Key::IdentityProvider(..)
        | Key::Family(_)
        | Key::UsageDay(..)
        | Key::UsageSource(_)
        | Key::UsageSummary(..)
        | Key::ClientTally(_)
        | Key::SecretUse(_)
        | Key::Event(_)
        | Key::TrailSeal(..)
        | Key::TrailHead(_) => 16,
    };
    let ends: Vec<String> = bytes.chunks(length).map(end_of).collect();
    format!("{} {}", key.kind(), ends.join("/"))
}

fn end_of(bytes: &[u8]) -> String {
    let end = bytes.last_chunk::<3>().copied().unwrap_or_default();
    format!("…{:02x}{:02x}{:02x}", end[0], end[1], end[2])
}
