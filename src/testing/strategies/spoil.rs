//! Texts that miss a rule by a little.

use proptest::prelude::*;
use proptest::sample::Index;
use proptest::sample::select;

/// A way to make a valid text break one rule.
pub(super) type Flaw = fn(&str) -> String;

/// The text with one of these flaws, or now and then with one keystroke that may break any rule or none.
pub(super) fn spoiled(
    valid: impl Strategy<Value = String> + 'static,
    flaws: &'static [Flaw],
) -> impl Strategy<Value = String> {
    let valid = valid.boxed();
    prop_oneof![
        9 => (valid.clone(), select(flaws)).prop_map(|(text, flaw)| flaw(&text)),
        1 => typo(valid),
    ]
}

/// The text with one character inserted, replaced, deleted or doubled.
pub(super) fn typo(valid: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let keystroke = prop_oneof![
        select(SUSPECTS).prop_map(Keystroke::Insert),
        select(SUSPECTS).prop_map(Keystroke::Replace),
        Just(Keystroke::Delete),
        Just(Keystroke::Double),
    ];
    (valid, any::<Index>(), keystroke).prop_map(|(text, at, keystroke)| keystroke.press(&text, at))
}

#[derive(Clone, Copy, Debug)]
enum Keystroke {
    Insert(char),
    Replace(char),
    Delete,
    Double,
}

impl Keystroke {
    fn press(self, text: &str, at: Index) -> String {
        let mut characters: Vec<char> = text.chars().collect();
        let at = at.index(characters.len() + 1);
        match (self, characters.get(at).copied()) {
            (Self::Insert(new), _) | (Self::Replace(new), None) => characters.insert(at, new),
            (Self::Replace(new), Some(_)) => characters[at] = new,
            (Self::Delete, Some(_)) => drop(characters.remove(at)),
            (Self::Double, Some(same)) => characters.insert(at, same),
            (Self::Delete | Self::Double, None) => {}
        }
        characters.into_iter().collect()
    }
}

/// What parsers trip over: separators, wildcards, escapes, controls, what is not seen, and look-alikes.
const SUSPECTS: &[char] = &[
    'A',
    ' ',
    ':',
    '/',
    '?',
    '#',
    '@',
    '*',
    '%',
    '&',
    '=',
    '+',
    ';',
    '.',
    '\\',
    '"',
    '<',
    '0',
    '_',
    '-',
    '\t',
    '\n',
    '\r',
    '\0',
    '\u{7f}',
    '\u{a0}',
    '\u{200b}',
    '\u{202e}',
    '\u{feff}',
    'é',
    'а',
    '：',
    '\u{10ffff}',
];
