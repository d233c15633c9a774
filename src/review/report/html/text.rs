//! Text that means nothing in HTML.

use core::fmt;
use core::fmt::Write;

use crate::value::is_unseen;

/// A text that means nothing in HTML, in an element or in a quoted attribute, whatever it holds (threat 42).
pub(super) struct Plain<'a>(pub(super) &'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for found in self.0.chars() {
            match found {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                found if is_unseen(found) => f.write_char(char::REPLACEMENT_CHARACTER)?,
                found => f.write_char(found)?,
            }
        }
        Ok(())
    }
}

/// A number in groups of three digits, parted by a space that does not break.
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (at, digit) in digits.chars().enumerate() {
            let left = digits.len().saturating_sub(at);
            if at > 0 && left.is_multiple_of(3) {
                f.write_char('\u{a0}')?;
            }
            f.write_char(digit)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// threat 42: nothing that a name holds is markup.
    #[test]
    fn threat_42_a_text_means_nothing_in_html() {
        for (hostile, neutral) in [
            ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
            ("\" onload='x'", "&quot; onload=&#39;x&#39;"),
            ("&lt;", "&amp;lt;"),
            ("a\u{202e}b\u{0}c\u{2028}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("Müller – 北京", "Müller – 北京"),
        ] {
            assert_eq!(Plain(hostile).to_string(), neutral);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        let grouped = [0, 999, 1_000, 123_456, 1_234_567].map(|number| Grouped(number).to_string());
        assert_eq!(grouped, ["0", "999", "1\u{a0}000", "123\u{a0}456", "1\u{a0}234\u{a0}567"]);
    }
}
