//! Which characters XML has, and what a name is.

/// XML 1.0 §2.2: `Char ::= #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]`.
pub const fn is_char(found: char) -> bool {
    matches!(found, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// XML 1.0 §2.3: `S ::= (#x20 | #x9 | #xD | #xA)+`.
pub const fn is_white_space(found: char) -> bool {
    matches!(found, ' ' | '\t' | '\r' | '\n')
}

/// Namespaces in XML 1.0 §3: `NCName ::= Name - (Char* ':' Char*)`.
pub fn is_ncname(text: &str) -> bool {
    // Most names are of these characters, and only the first of them is asked about further.
    if every(text, |byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_')) {
        return text.starts_with(starts_name);
    }
    let mut characters = text.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// The prefix and the local part of a qualified name; the prefix is empty where there is none.
pub fn split_name(name: &str) -> Option<(&str, &str)> {
    let (prefix, local) = match split_once(name, b':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, name),
    };
    (prefix.is_none_or(is_ncname) && is_ncname(local)).then_some((prefix.unwrap_or_default(), local))
}

/// What stands before and after the first such character of ASCII. Quicker than `str::split_once` where it is near.
pub fn split_once(text: &str, at: u8) -> Option<(&str, &str)> {
    let place = text.bytes().position(|byte| byte == at)?;
    Some((text.get(..place)?, text.get(place.saturating_add(1)..)?))
}

/// Whether each byte of the text is such a one. It looks at all of them, for that needs no branch.
pub fn every(text: &str, is_such: impl Fn(u8) -> bool) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & is_such(byte))
}

/// XML 1.0 §2.3, `NameStartChar` but the colon.
const fn starts_name(found: char) -> bool {
    matches!(
        found,
        'A'..='Z' | '_' | 'a'..='z' | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}'
        | '\u{370}'..='\u{37d}' | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}'
    )
}

/// XML 1.0 §2.3, `NameChar` but the colon.
const fn continues_name(found: char) -> bool {
    starts_name(found)
        || matches!(
            found,
            '-' | '.' | '0'..='9' | '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Namespaces in XML 1.0 §3: what is said of a name at once is what is said of it character by character.
    #[test]
    fn a_name_is_one_whichever_way_it_is_read() {
        for found in (0..=0x2fff).chain(0xd000..=0x10_ffff).filter_map(char::from_u32) {
            assert_eq!(is_ncname(&found.to_string()), starts_name(found), "{found:?}");
            for around in ["a", "é"] {
                assert_eq!(is_ncname(&format!("{around}{found}a")), continues_name(found), "{found:?}");
            }
        }
        assert!(!is_ncname(""));
    }

    #[test]
    fn a_text_is_split_at_the_first() {
        assert_eq!(split_once("é:b:c", b':'), Some(("é", "b:c")));
        assert_eq!(split_once(":", b':'), Some(("", "")));
        assert_eq!(split_once("é", b':'), None);
    }
}
