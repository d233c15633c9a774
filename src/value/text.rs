//! Text that people read: names, descriptions, labels (CL-01, CL-15).
//!
//! Such a text comes from one organization and is shown to another, on the page where access is approved.
//! What could make it look like something else is refused here, once, so that it is neutral wherever it is
//! shown (threat 42).

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

/// The name of a client or role: 1 to 200 bytes.
pub type Name = Text<200>;

/// What something is for: 1 to 2 000 bytes.
pub type Description = Text<2_000>;

/// A tag or a contact: 1 to 100 bytes.
pub type Label = Text<100>;

/// One line of visible text of 1 to `MAX` bytes, safe to show. Cheap to clone.
///
/// ```
/// use grantor::value::Name;
///
/// assert_eq!(Name::new("Reporting Überblick")?.as_str(), "Reporting Überblick");
/// assert!(Name::new("invoice\u{202e}fdp.exe").is_err());
/// # Ok::<(), grantor::value::TextError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: 1 to `MAX` bytes, no character that `is_refused`, no white space at the ends.
pub struct Text<const MAX: usize>(Arc<str>);

impl<const MAX: usize> Text<MAX> {
    /// The longest text, in bytes of UTF-8.
    pub const MAX: usize = MAX;

    /// The text, as it is.
    ///
    /// # Errors
    ///
    /// [`TextError`] for a text that is empty or too long, that begins or ends in white space, or that holds
    /// a control, bidirectional, invisible or line-breaking character, a noncharacter, `<` or `>`.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > MAX {
            return Err(TextError::TooLong { length: text.len(), max: MAX });
        }
        if let Some((at, found)) = text.char_indices().find(|(_, found)| is_refused(*found)) {
            return Err(TextError::Character { found, at });
        }
        if text.starts_with(char::is_whitespace) || text.ends_with(char::is_whitespace) {
            return Err(TextError::WhiteSpace);
        }
        Ok(Self(text.into()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Markup, and what is not seen but acts on what is.
const fn is_refused(found: char) -> bool {
    matches!(found, '<' | '>') || is_unseen(found)
}

/// What is not seen but acts on what is.
pub(crate) const fn is_unseen(found: char) -> bool {
    matches!(
        found,
        // Controls (Cc), line breaks among them, and the separators of lines and paragraphs.
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{2029}'
        // Default_Ignorable_Code_Point: bidirectional controls, joiners, fillers, tags, selectors.
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fff8}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        // Other invisible ones: the empty braille pattern, interlinear annotation, hieroglyph joiners.
        | '\u{2800}' | '\u{fff9}'..='\u{fffb}' | '\u{13430}'..='\u{1343f}'
        // Noncharacters.
        | '\u{fdd0}'..='\u{fdef}'
    ) || (found as u32) & 0xfffe == 0xfffe
}

impl<const MAX: usize> FromStr for Text<MAX> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::new(text)
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(&text)
    }
}

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text cannot be shown as it is, or is too long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing where a text is needed.
    #[error("a text is needed")]
    Empty,
    /// Longer than what is kept.
    #[error("a text of {length} bytes is longer than {max}")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest, in bytes.
        max: usize,
    },
    /// A character that is not seen, or that changes how others are.
    #[error("the character U+{:04X} at byte {at} cannot be shown safely", u32::from(*.found))]
    Character {
        /// The character.
        found: char,
        /// Where, in bytes from the start.
        at: usize,
    },
    /// White space at the start or the end.
    #[error("white space at the start or the end")]
    WhiteSpace,
}

impl TextError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "text.required",
            Self::TooLong { .. } => "text.too.long",
            Self::Character { .. } => "text.bad.character",
            Self::WhiteSpace => "text.bad.space",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_people_write_is_kept_as_it_is() {
        for text in
            ["Agent Desktop", "Überblick", "报表", "تقرير", "R&D \"2\" 'x'", "a\u{a0}b", "naïve café", "📊"]
        {
            assert_eq!(Name::new(text).unwrap().as_str(), text);
        }
    }

    /// CL-01: bounds in bytes, to the byte.
    #[test]
    fn cl_01_length_is_bounded() {
        assert_eq!(Name::new(""), Err(TextError::Empty));
        assert!(Name::new(&"é".repeat(100)).is_ok());
        assert_eq!(Name::new(&"é".repeat(101)), Err(TextError::TooLong { length: 202, max: 200 }));
        assert!(
            Description::new(&"d".repeat(2_000)).is_ok() && Description::new(&"d".repeat(2_001)).is_err()
        );
        assert!(Label::new(&"l".repeat(100)).is_ok() && Label::new(&"l".repeat(101)).is_err());
    }

    /// threat 42: one of each kind of character that misleads, in the middle of a name.
    #[test]
    fn threat_42_misleading_characters_are_refused() {
        let kinds = [
            '<',
            '>',
            '\0',
            '\n',
            '\r',
            '\t',
            '\u{1b}',
            '\u{7f}',
            '\u{85}',
            '\u{ad}',
            '\u{61c}',
            '\u{115f}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{200e}',
            '\u{2028}',
            '\u{2029}',
            '\u{202e}',
            '\u{2060}',
            '\u{2066}',
            '\u{2069}',
            '\u{2800}',
            '\u{3164}',
            '\u{fdd0}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{fff9}',
            '\u{fffe}',
            '\u{ffff}',
            '\u{1ffff}',
            '\u{e0041}',
            '\u{10fffe}',
        ];
        for found in kinds {
            assert_eq!(Name::new(&format!("ab{found}c")), Err(TextError::Character { found, at: 2 }));
        }
    }

    #[test]
    fn white_space_at_the_ends_is_refused() {
        for text in [" a", "a ", "\u{a0}a", "a\u{3000}", " "] {
            assert_eq!(Name::new(text), Err(TextError::WhiteSpace), "{text:?}");
        }
    }

    /// threat 42: the message of a refusal does not show what was refused.
    #[test]
    fn threat_42_the_refusal_is_neutral_too() {
        let error = Name::new("a\u{202e}b").unwrap_err();
        assert_eq!(error.to_string(), "the character U+202E at byte 1 cannot be shown safely");
    }

    #[test]
    fn json_is_checked() {
        assert_eq!(serde_json::to_string(&Name::new("a").unwrap()).unwrap(), "\"a\"");
        assert!(serde_json::from_str::<Name>("\"a\\u202eb\"").is_err());
    }

    proptest! {
        /// threat 42: what is accepted holds no control of any kind, and reads the same when trimmed.
        #[test]
        fn threat_42_accepted_text_is_neutral(text in "\\PC{0,40}|.{0,40}") {
            if let Ok(name) = Name::new(&text) {
                prop_assert!(!name.as_str().contains(|c: char| c.is_control() || c == '<' || c == '>'));
                prop_assert_eq!(name.as_str().trim(), text);
            }
        }
    }
}
