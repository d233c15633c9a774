//! Texts that match a pattern.

use proptest::string::RegexGeneratorStrategy;
use proptest::string::string_regex;

/// The texts that match the whole pattern.
///
/// A bare `&str` is such a strategy too, but one that reads the pattern anew for each text.
pub(super) fn matching(pattern: &str) -> RegexGeneratorStrategy<String> {
    string_regex(pattern).expect("a pattern")
}
