//! What a store keeps stays readable: records of every kind, as they were written by released versions.
#![cfg(feature = "testing")]

use std::collections::HashSet;

use grantor::change::Kind;
use grantor::change::Record;
use grantor::testing::conformance;

/// A line for each record: kind and key, the lists it stands in with the positions, the JSON. Lines are
/// added, and none is ever changed.
const WRITTEN: &str = include_str!("vectors/records.txt");

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn line(record: &Record) -> String {
    let key = record.key();
    let entries: Vec<String> =
        record.entries().map(|entry| format!("{}@{}", entry.index, hex(entry.position.as_bytes()))).collect();
    let json = serde_json::to_string(record).unwrap();
    format!("{} {} | {} | {json}", key.kind(), hex(&key.to_bytes()), entries.join(" "))
}

/// What was written once is read, under the same key and in the same lists.
#[test]
fn what_was_written_is_still_read() {
    let mut kinds = HashSet::new();
    for written in WRITTEN.lines() {
        let (place, json) = written.split_at(written.find(" | {").unwrap());
        let record: Record = serde_json::from_str(&json[3..]).unwrap();
        kinds.insert(record.key().kind());
        assert!(line(&record).starts_with(place), "{written}\n{}", line(&record));
    }
    assert_eq!(kinds, HashSet::from(Kind::ALL), "every kind has been written");
}

/// What is written today stands there: a change of form shows here before it is released.
#[test]
fn what_is_written_today_is_kept() {
    let written: HashSet<&str> = WRITTEN.lines().collect();
    for record in conformance::records() {
        let line = line(&record);
        assert!(written.contains(line.as_str()), "add this line, where the new form is meant:\n{line}");
    }
}
