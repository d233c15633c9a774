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
    let mut characters = text.chars();
    characters.next().is_some_and(starts_name) && characters.all(continues_name)
}

/// The prefix and the local part of a qualified name; the prefix is empty where there is none.
pub fn split_name(name: &str) -> Option<(&str, &str)> {
    let (prefix, local) = match name.split_once(':') {
        Some((prefix, local)) => (Some(prefix), local),
        None => (None, name),
    };
    (prefix.is_none_or(is_ncname) && is_ncname(local)).then_some((prefix.unwrap_or_default(), local))
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
