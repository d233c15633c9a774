//! Texts of messages in errors.

/// A text from a message, short enough for an error: its first 128 characters.
pub fn excerpt(text: &str) -> String {
    text.chars().take(128).collect()
}
