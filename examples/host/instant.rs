//! Instants as people and programs write them: `2026-01-15T12:00:00Z`, or less of it, in UTC.

use grantor::Timestamp;

/// The first second of what is written: of a second, a minute or a day.
pub fn first(text: &str) -> Option<Timestamp> {
    read(text).map(|(first, _)| first)
}

/// The last second of it.
pub fn last(text: &str) -> Option<Timestamp> {
    read(text).map(|(first, length)| first.plus(length))
}

/// The first second, and how many follow it.
fn read(text: &str) -> Option<(Timestamp, u32)> {
    let written = [
        (text.to_owned(), 0),
        (format!("{text}Z"), 0),
        (format!("{text}:00Z"), 59),
        (format!("{text}T00:00:00Z"), 86_399),
    ];
    written.into_iter().find_map(|(text, length)| Some((text.parse().ok()?, length)))
}

/// The instant as the field of a form has it, to the minute.
pub fn of_field(at: Timestamp) -> String {
    at.to_string().get(..16).unwrap_or_default().to_owned()
}
