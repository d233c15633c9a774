//! `application/x-www-form-urlencoded` bodies, read strictly (GR-12, RFC 6749 appendix B).

use core::fmt;

use zeroize::Zeroizing;

use super::Fault;
use super::Malformed;

/// The parameters of a form, each there once. Their memory is wiped when it is dropped.
///
/// ```
/// use grantor::wire::Form;
///
/// let form = Form::parse(b"grant_type=client_credentials&scope=a+b%3Areadonly&state=")?;
/// assert_eq!(form.value("scope"), Some("a b:readonly"));
/// assert_eq!(form.value("state"), None);
/// assert!(Form::parse(b"scope=a&scope=b").is_err());
/// # Ok::<(), grantor::wire::Malformed>(())
/// ```
pub struct Form {
    // INVARIANT: no name twice.
    parameters: Vec<(Zeroizing<String>, Zeroizing<String>)>,
}

/// How much a form may hold.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rules {
    /// The longest body, in bytes.
    pub(super) max_body: usize,
    /// The longest value, decoded, in bytes.
    pub(super) max_value: usize,
    /// Whether values may hold CR, LF and tabs, as Base64 in lines does.
    pub(super) line_breaks: bool,
}

impl Form {
    /// 65 536 bytes: the longest body.
    pub const MAX_BODY: usize = 65_536;
    /// 32: the most parameters.
    pub const MAX_PARAMETERS: usize = 32;
    /// 64 bytes: the longest name, decoded.
    pub const MAX_NAME: usize = 64;
    /// 32 768 bytes: the longest value, decoded.
    pub const MAX_VALUE: usize = 32_768;

    /// The form of these bytes.
    ///
    /// # Errors
    ///
    /// [`Malformed`] beyond a bound, for a parameter that is there twice or has no name, and for bytes that
    /// are no encoded UTF-8 text without control characters.
    pub fn parse(body: &[u8]) -> Result<Self, Malformed> {
        Self::parse_by(
            Rules { max_body: Self::MAX_BODY, max_value: Self::MAX_VALUE, line_breaks: false },
            body,
        )
    }

    /// The form of these bytes, by rules of its own.
    pub(super) fn parse_by(rules: Rules, body: &[u8]) -> Result<Self, Malformed> {
        if body.len() > rules.max_body {
            return Err(Malformed::BodyTooLong { length: body.len(), max: rules.max_body });
        }
        let mut form = Self { parameters: Vec::new() };
        if body.is_empty() {
            return Ok(form);
        }
        for (number, pair) in (1..).zip(body.split(|byte| *byte == b'&')) {
            if number > Self::MAX_PARAMETERS {
                return Err(Malformed::TooManyParameters);
            }
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = halves.next().unwrap_or_default();
            let value = halves.next().unwrap_or_default();
            let name =
                decode(name, Self::MAX_NAME, false).map_err(|fault| Malformed::Name { number, fault })?;
            if name.is_empty() {
                return Err(Malformed::Name { number, fault: Fault::Empty });
            }
            // RFC 6749 §3.2: request and response parameters MUST NOT be included more than once.
            if form.parameters.iter().any(|(earlier, _)| *earlier == name) {
                return Err(Malformed::Repeated { number });
            }
            let value = decode(value, rules.max_value, rules.line_breaks)
                .map_err(|fault| Malformed::Value { number, fault })?;
            form.parameters.push((name, value));
        }
        Ok(form)
    }

    /// The value of the parameter, or nothing where it is absent or empty.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        let (_, value) = self.parameters.iter().find(|(known, _)| known.as_str() == name)?;
        // RFC 6749 §3.2: parameters sent without a value MUST be treated as if they were omitted.
        (!value.is_empty()).then_some(value.as_str())
    }

    /// The value of a parameter that cannot be left out.
    ///
    /// # Errors
    ///
    /// [`Malformed::Missing`] where it is absent or empty.
    pub fn required(&self, parameter: &'static str) -> Result<&str, Malformed> {
        self.value(parameter).ok_or(Malformed::Missing { parameter })
    }
}

/// Shows the number of parameters alone: their values may be secrets, and so may what was sent for a name.
impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Form({} parameters)", self.parameters.len())
    }
}

/// The text that these bytes encode: a name, a value, or half of the Basic credentials.
pub(super) fn decode(encoded: &[u8], max: usize, line_breaks: bool) -> Result<Zeroizing<String>, Fault> {
    // With its capacity from the start the buffer never moves and leaves no copy behind.
    let mut decoded = Zeroizing::new(Vec::with_capacity(encoded.len().min(max)));
    let mut rest = encoded;
    while !rest.is_empty() {
        // What stands for itself is taken at once.
        let plain = rest.iter().position(|byte| !is_plain(*byte)).unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
        let room = max.saturating_sub(decoded.len());
        if run.len() > room || run.len() == room && !after.is_empty() {
            return Err(Fault::TooLong { max });
        }
        decoded.extend_from_slice(run);
        rest = match after {
            [] => break,
            [b'+', rest @ ..] => {
                decoded.push(b' ');
                rest
            }
            [b'%', high, low, rest @ ..] => {
                let (high, low) = hexadecimal(*high).zip(hexadecimal(*low)).ok_or(Fault::Escape)?;
                decoded.push((high << 4) | low);
                rest
            }
            [b'%', ..] => return Err(Fault::Escape),
            [_, ..] => return Err(Fault::Byte),
        };
    }
    let text = core::str::from_utf8(&decoded).map_err(|_| Fault::Utf8)?;
    let is_refused =
        |found: char| found.is_control() && !(line_breaks && matches!(found, '\r' | '\n' | '\t'));
    if text.contains(is_refused) {
        return Err(Fault::Control);
    }
    Ok(Zeroizing::new(text.to_owned()))
}

/// Whether the byte stands for itself.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, 0x21..=0x7e) && !matches!(byte, b'+' | b'%')
}

fn hexadecimal(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_refused(body: impl AsRef<[u8]>, expected: Malformed) {
        let body = body.as_ref();
        assert_eq!(Form::parse(body).unwrap_err(), expected, "{}", body.escape_ascii());
    }

    fn encode(text: &str) -> String {
        let byte = |byte: u8| match byte {
            b' ' => "+".to_owned(),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'*' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(byte).collect()
    }

    /// Every line of the vectors of RFC 6749: `section | encoded | decoded`.
    #[test]
    fn forms_of_the_standards_are_read() {
        let vectors = include_str!("../../tests/vectors/form.txt");
        let mut read = 0;
        for line in vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [section, encoded, decoded] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let form = Form::parse(encoded.as_bytes()).unwrap();
            for parameter in decoded.split(" && ") {
                let (name, value) = parameter.split_once(" = ").unwrap();
                assert_eq!(form.value(name), Some(value), "{section}");
            }
            read += 1;
        }
        assert_eq!(read, 7);
    }

    /// GR-12: a parameter is there once, empty or not, however it is encoded.
    #[test]
    fn gr_12_repeated_parameters_are_refused() {
        for body in ["a=1&a=1", "a=1&a=2", "a=1&a=", "a&a", "a=1&%61=1", "scope=&scope="] {
            assert_refused(body, Malformed::Repeated { number: 2 });
        }
        assert_refused("a=1&b=2&c=3&b=4", Malformed::Repeated { number: 4 });
        assert!(Form::parse(b"a=1&A=1").is_ok(), "names differ in case");
    }

    /// GR-12, threat 44: each way of sending what is no text is refused, in a name as in a value.
    #[test]
    fn threat_44_what_is_no_text_is_refused() {
        let cases: [(&[u8], Fault); 16] = [
            (b"%", Fault::Escape),
            (b"%4", Fault::Escape),
            (b"%4g", Fault::Escape),
            (b"%+1", Fault::Escape),
            (b"%%41", Fault::Escape),
            (b"%C3", Fault::Utf8),
            (b"%C0%80", Fault::Utf8),
            (b"%ED%A0%80", Fault::Utf8),
            (b"%00", Fault::Control),
            (b"%0D%0A", Fault::Control),
            (b"%C2%85", Fault::Control),
            (b" ", Fault::Byte),
            (b"\0", Fault::Byte),
            (b"\n", Fault::Byte),
            (b"\x7f", Fault::Byte),
            ("é".as_bytes(), Fault::Byte),
        ];
        for (text, fault) in cases {
            assert_refused([b"a=1&b=x".as_slice(), text].concat(), Malformed::Value { number: 2, fault });
            assert_refused([b"a=1&b".as_slice(), text, b"=x"].concat(), Malformed::Name { number: 2, fault });
        }
    }

    /// threat 44: a character is not put together from a name and a value.
    #[test]
    fn threat_44_each_text_is_whole() {
        assert_refused("%C3=%A9", Malformed::Name { number: 1, fault: Fault::Utf8 });
    }

    /// threat 44: a plus is a space, an encoded plus is a plus.
    #[test]
    fn threat_44_plus_and_encoded_plus_differ() {
        let form = Form::parse(b"a=x+y&b=x%2By&c=x%20y&d=x=y").unwrap();
        assert_eq!(
            ["a", "b", "c", "d"].map(|name| form.value(name)),
            [Some("x y"), Some("x+y"), Some("x y"), Some("x=y")]
        );
    }

    #[test]
    fn a_parameter_needs_a_name() {
        for (body, number) in [("=1", 1), ("&", 1), ("a=1&", 2), ("a=1&&b=2", 2), ("a=1&=", 2)] {
            assert_refused(body, Malformed::Name { number, fault: Fault::Empty });
        }
    }

    /// RFC 6749 §3.2: empty is absent.
    #[test]
    fn an_empty_value_is_absent() {
        let form = Form::parse(b"a=&b&c=1").unwrap();
        assert_eq!((form.value("a"), form.value("b"), form.value("d")), (None, None, None));
        assert_eq!(form.required("c"), Ok("1"));
        assert_eq!(form.required("a"), Err(Malformed::Missing { parameter: "a" }));
        assert_eq!(Form::parse(b"").unwrap().value("a"), None);
    }

    /// GR-12, threat 43: each bound, to the byte.
    #[test]
    fn threat_43_forms_are_bounded() {
        let name = |length| format!("{}=1", "n".repeat(length));
        let value = |length| format!("a={}", "v".repeat(length));
        let many = |count| (0..count).map(|n| format!("p{n}=1")).collect::<Vec<_>>().join("&");
        let body = |length: usize| format!("{}&b={}", value(32_768), "%41".repeat((length - 32_773) / 3));
        for accepted in [name(64), value(32_768), many(32), body(65_535)] {
            assert!(Form::parse(accepted.as_bytes()).is_ok());
        }
        assert_refused(name(65), Malformed::Name { number: 1, fault: Fault::TooLong { max: 64 } });
        assert_refused(value(32_769), Malformed::Value { number: 1, fault: Fault::TooLong { max: 32_768 } });
        assert_refused(many(33), Malformed::TooManyParameters);
        assert_refused(vec![b'a'; 65_537], Malformed::BodyTooLong { length: 65_537, max: 65_536 });
    }

    /// threat 39: neither name nor value is printed.
    #[test]
    fn threat_39_debug_shows_no_parameter() {
        let form = Form::parse(b"client_secret=planted&planted=1").unwrap();
        assert_eq!(format!("{form:?}"), "Form(2 parameters)");
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(sent in prop::collection::btree_map("\\PC{1,16}", "\\PC{0,40}", 0..8)) {
            let body: Vec<String> =
                sent.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
            let form = Form::parse(body.join("&").as_bytes()).unwrap();
            let read: BTreeMap<_, _> =
                form.parameters.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
            prop_assert_eq!(read, sent);
        }

        /// threat 45: no bytes panic, whether they look like a form or not.
        #[test]
        fn threat_45_no_body_panics(body: Vec<u8>, like in "[a%+=&0-9\\x00é]{0,40}") {
            let _ = Form::parse(&body);
            let _ = Form::parse(like.as_bytes());
        }
    }
}
