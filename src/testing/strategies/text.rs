//! What people read, and secrets and tokens.

use proptest::prelude::*;
use proptest::strategy::Union;

use super::matching::matching;
use super::spoil::Flaw;
use super::spoil::spoiled;
use crate::value::Description;
use crate::value::Digest;
use crate::value::Drawn;
use crate::value::Kind;
use crate::value::Label;
use crate::value::Name;
use crate::value::Plain;

/// A name in one of several scripts, now and then of the greatest length.
pub fn name() -> impl Strategy<Value = Name> {
    line(Name::MAX).prop_map(|text| Name::new(&text).expect("a name"))
}

/// A description, as [`name`].
pub fn description() -> impl Strategy<Value = Description> {
    line(Description::MAX).prop_map(|text| Description::new(&text).expect("a description"))
}

/// A label, as [`name`].
pub fn label() -> impl Strategy<Value = Label> {
    line(Label::MAX).prop_map(|text| Label::new(&text).expect("a label"))
}

/// Nearly a name: too long by a byte, with white space at an end, or with a character that is not seen.
pub fn nearly_name() -> impl Strategy<Value = String> {
    spoiled(line(Name::MAX), LINE_FLAWS)
}

/// Nearly a description, as [`nearly_name`].
pub fn nearly_description() -> impl Strategy<Value = String> {
    spoiled(line(Description::MAX), LINE_FLAWS)
}

/// Nearly a label, as [`nearly_name`].
pub fn nearly_label() -> impl Strategy<Value = String> {
    spoiled(line(Label::MAX), LINE_FLAWS)
}

/// One line of visible text of at most so many bytes, 75 or more.
fn line(max: usize) -> impl Strategy<Value = String> {
    // At most 25 characters of at most three bytes.
    prop_oneof![
        6 => matching("[A-Za-z0-9]{1,8}( [A-Za-z0-9&'\"()._-]{1,8}){0,1}"),
        2 => matching("[äöüßéñçА-Яа-я]{1,12}( [اتقرير报表管理]{1,12}){0,1}"),
        1 => Just("x".repeat(max)),
    ]
}

const LINE_FLAWS: &[Flaw] = &[
    |_| String::new(),
    |text| format!(" {text}"),
    |text| format!("{text}\u{a0}"),
    |text| format!("{text}\n"),
    |text| format!("{text}\0"),
    |text| format!("<b>{text}"),
    |text| format!("{text}\u{202e}fdp.exe"),
    |text| format!("a\u{200b}{text}"),
    |text| format!("\u{feff}{text}"),
    |text| format!("{text}\u{2028}b"),
    |text| format!("{text}\u{e0041}"),
    |text| text.repeat(2_001_usize.div_ceil(text.len())),
];

/// A secret or token of whatever kind is asked for.
pub fn plain<K: Drawn + 'static>() -> impl Strategy<Value = Plain<K>> {
    any::<[u8; 32]>().prop_map(|random| Plain::from_random(&random))
}

/// The text of a secret or token of whatever kind is asked for.
pub fn token_text<K: Drawn + 'static>() -> impl Strategy<Value = String> {
    any::<[u8; 32]>().prop_map(|random| Plain::<K>::from_random(&random).expose().to_owned())
}

/// The digest of a secret or token of whatever kind is asked for.
pub fn digest<K: Kind + 'static>() -> impl Strategy<Value = Digest<K>> {
    any::<[u8; 32]>().prop_map(Digest::from_bytes)
}

/// Nearly the text of a secret or token: cut short, padded, in another alphabet, of another kind.
pub fn nearly_token_text<K: Drawn + 'static>() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| text[..4].to_owned(),
        |text| text[4..].to_owned(),
        |text| text[..text.len() - 1].to_owned(),
        |text| format!("{text}A"),
        |text| format!("{text}="),
        |text| format!("{text} "),
        |text| format!("{text}\n"),
        |text| format!(" {text}"),
        |text| format!("G{}", &text[1..]),
        |text| format!("{}+/{}", &text[..4], &text[6..]),
        |text| format!("gxx_{}", &text[4..]),
        // The same text under the prefix of another kind: the checksum is of its kind too.
        |text| {
            if text.starts_with("gat_") {
                text.replacen("gat_", "grt_", 1)
            } else {
                format!("gat_{}", &text[4..])
            }
        },
        // The random part changed in one bit, and the checksum not.
        |text| {
            let next = if text.ends_with('A') { 'B' } else { 'A' };
            format!("{}{next}", &text[..text.len() - 1])
        },
    ];
    spoiled(token_text::<K>(), FLAWS)
}

/// A PKCE code verifier: 43 to 128 unreserved characters (RFC 7636 §4.1).
pub fn code_verifier() -> impl Strategy<Value = String> {
    let lengths = ["{43,128}", "{43}", "{128}"];
    Union::new(lengths.map(|length| matching(&format!("[A-Za-z0-9._~-]{length}"))))
}

/// Nearly a code verifier: too short or too long by one, or with a character that is not unreserved.
pub fn nearly_code_verifier() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| text[..42].to_owned(),
        |text| text.repeat(3)[..129].to_owned(),
        |text| format!("{}=", &text[1..]),
        |text| format!("{}+", &text[1..]),
        |text| format!("{}%", &text[1..]),
        |text| format!("{}\n", &text[1..]),
        |text| format!(" {}", &text[1..]),
        |text| format!("é{}", &text[2..]),
    ];
    spoiled(code_verifier(), FLAWS)
}
