//! What requests are made of: form bodies and HTTP Basic.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use proptest::sample::select;
use proptest::sample::subsequence;

use super::matching::matching;
use super::spoil::Flaw;
use super::spoil::spoiled;
use super::text::token_text;
use super::value::id;
use crate::value::ClientId;
use crate::value::kind;

/// The parameters of a form, each name once: some of those of OAuth, with values of any visible text.
pub fn form() -> impl Strategy<Value = Vec<(String, String)>> {
    const NAMES: [&str; 8] = [
        "grant_type",
        "client_id",
        "client_secret",
        "scope",
        "code",
        "redirect_uri",
        "code_verifier",
        "x-é &=+%",
    ];
    let values = [(); NAMES.len()].map(|()| matching("[!-~äع表📊 ]{0,24}"));
    (subsequence(&NAMES[..], 1..=NAMES.len()), values)
        .prop_map(|(names, values)| names.into_iter().map(str::to_owned).zip(values).collect())
}

/// A form as it is sent: `application/x-www-form-urlencoded` (RFC 6749 appendix B).
pub fn form_body() -> impl Strategy<Value = String> {
    form().prop_map(|parameters| encoded_form(&parameters))
}

/// The parameters as they are sent: `application/x-www-form-urlencoded` (RFC 6749 appendix B).
#[must_use]
pub fn encoded_form(parameters: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| format!("{}={}", form_encoded(name), form_encoded(value));
    parameters.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn form_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
        b' ' => "+".to_owned(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// Nearly a form body: a parameter twice, an escape cut short, bytes that are no UTF-8, one byte too many.
pub fn nearly_form_body() -> impl Strategy<Value = Vec<u8>> {
    const FLAWS: &[fn(&str) -> Vec<u8>] = &[
        |body| format!("{body}&scope=a&scope=a").into(),
        |body| format!("{body}&scope=a&sc%6Fpe=b").into(),
        |body| format!("{body}&=a").into(),
        |body| format!("{body}&").into(),
        |body| format!("&{body}").into(),
        |body| format!("{body}&&state=a").into(),
        |body| format!("{body}%").into(),
        |body| format!("{body}%2").into(),
        |body| format!("{body}%zz").into(),
        |body| format!("{body}%+1").into(),
        |body| format!("{body}%00").into(),
        |body| format!("{body}%0A").into(),
        |body| format!("{body}%FF").into(),
        |body| format!("{body}%C0%AF").into(),
        |body| format!("{body}%ED%A0%80").into(),
        |body| format!("{body}%C3").into(),
        |body| [body.as_bytes(), b"\0"].concat(),
        |body| [body.as_bytes(), b"\n"].concat(),
        |body| [body.as_bytes(), b"\xff"].concat(),
        |body| format!("{body}{}", "a".repeat(65_537 - body.len())).into(),
        |body| format!("{body}&{}=a", "n".repeat(65)).into(),
        |body| format!("{body}{}", (0..32).map(|n| format!("&p{n}=a")).collect::<String>()).into(),
    ];
    (form_body(), select(FLAWS)).prop_map(|(body, flaw)| flaw(&body))
}

/// The value of an `Authorization` header by which a client authenticates (RFC 6749 §2.3.1).
pub fn basic_header() -> impl Strategy<Value = String> {
    (id::<ClientId>(), token_text::<kind::ClientSecret>())
        .prop_map(|(client, secret)| format!("Basic {}", STANDARD.encode(format!("{client}:{secret}"))))
}

/// Nearly such a header: another scheme, no colon, base64 of another alphabet or cut short.
pub fn nearly_basic_header() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |_| "Basic".to_owned(),
        |_| "Basic ".to_owned(),
        |_| format!("Basic {}", STANDARD.encode("no-colon")),
        |_| format!("Basic {}", STANDARD.encode(":secret")),
        |_| format!("Basic {}", STANDARD.encode("client%zz:secret")),
        |_| format!("Basic {}", STANDARD.encode("client\0:secret")),
        |_| format!("Basic {}", STANDARD.encode(b"client\xff:secret")),
        |header| header.replacen("Basic", "Bearer", 1),
        |header| header.replacen("Basic ", "Basic", 1),
        |header| header.replacen("Basic ", "", 1),
        |header| format!("{header}="),
        |header| format!("{header}!"),
        |header| format!("{header}, {header}"),
        |header| format!("{header}\n"),
        |header| format!("Basic _{}", &header[7..]),
        |header| header[..header.len() - 1].to_owned(),
    ];
    spoiled(basic_header(), FLAWS)
}
