//! Answers: status, headers, body.

use core::fmt;
use core::fmt::Write;

use crate::value::Plain;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::kind::AccessToken;
use crate::value::kind::RefreshToken;

/// An answer, for the host to send as it is.
///
/// The body may hold a token. It is the host's from here on: send it, and log its length at most.
#[derive(Clone, Eq, PartialEq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// Names, in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body: JSON, or a metadata document of SAML, if not empty.
    pub body: Vec<u8>,
}

impl Response {
    /// A metadata document of SAML (SAML metadata §4.1.1).
    #[cfg(feature = "saml")]
    pub(crate) fn saml_metadata(document: Vec<u8>) -> Self {
        let headers = vec![("content-type", "application/samlmetadata+xml".into())];
        Self { status: 200, headers, body: document }
    }

    /// A JSON answer that no cache keeps (RFC 6749 §5.1).
    pub(super) fn json(status: u16, members: &[(&str, Json<'_>)]) -> Self {
        let headers = vec![
            ("content-type", "application/json".into()),
            ("cache-control", "no-store".into()),
            ("pragma", "no-cache".into()),
        ];
        Self { status, headers, body: object(members).into_bytes() }
    }
}

/// Shows the length of the body alone, and of a location what comes before its parameters: there may be a code
/// among them, or a token.
impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |(name, value): &(&'static str, String)| match *name {
            "location" => {
                (*name, value.split(['?', '#']).next().map(|start| format!("{start}…")).unwrap_or_default())
            }
            _ => (*name, value.clone()),
        };
        f.debug_struct("Response")
            .field("status", &self.status)
            .field("headers", &self.headers.iter().map(shown).collect::<Vec<_>>())
            .field("body", &format_args!("{} bytes", self.body.len()))
            .finish()
    }
}

/// The answer to a token request that succeeded (RFC 6749 §5.1).
#[derive(Debug)]
pub struct TokenResponse<'a> {
    /// The token.
    pub access_token: &'a Plain<AccessToken>,
    /// For how long it can live, in seconds.
    pub expires_in: u32,
    /// The token that renews it, where the grant gives one.
    pub refresh_token: Option<&'a Plain<RefreshToken>>,
    /// What it allows. None are named where scopes do not apply.
    pub scopes: &'a Scopes,
}

impl TokenResponse<'_> {
    /// The whole answer: status 200.
    #[must_use]
    pub fn response(&self) -> Response {
        let scope = self.scopes.to_string();
        let mut members = vec![
            ("access_token", Json::Text(self.access_token.expose())),
            ("token_type", Json::Text("Bearer")),
            ("expires_in", Json::Number(self.expires_in)),
        ];
        members.extend(self.refresh_token.map(|token| ("refresh_token", Json::Text(token.expose()))));
        if !self.scopes.is_empty() {
            members.push(("scope", Json::Text(&scope)));
        }
        Response::json(200, &members)
    }
}

/// A value in a JSON object of an answer.
pub(super) enum Json<'a> {
    Text(&'a str),
    Texts(&'a [&'a str]),
    Number(u32),
    Instant(Timestamp),
    Flag(bool),
}

/// Long enough for a name with its punctuation, a number, or the escapes of a short text.
const SLACK: usize = 64;

fn object(members: &[(&str, Json<'_>)]) -> String {
    let of_text = |text: &str| text.len().saturating_add(SLACK);
    let length = |(_, value): &(&str, Json<'_>)| match value {
        Json::Text(text) => of_text(text),
        Json::Texts(texts) => texts.iter().map(|text| of_text(text)).fold(SLACK, usize::saturating_add),
        Json::Number(_) | Json::Instant(_) | Json::Flag(_) => SLACK,
    };
    // With its capacity from the start the buffer does not move and leaves no copy of a token behind.
    let mut json = String::with_capacity(members.iter().map(length).fold(SLACK, usize::saturating_add));
    json.push('{');
    for (at, (name, value)) in members.iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        push_text(&mut json, name);
        json.push(':');
        match value {
            Json::Text(text) => push_text(&mut json, text),
            Json::Texts(texts) => {
                for (at, text) in texts.iter().enumerate() {
                    json.push(if at == 0 { '[' } else { ',' });
                    push_text(&mut json, text);
                }
                json.push_str(if texts.is_empty() { "[]" } else { "]" });
            }
            Json::Number(number) => json.push_str(&number.to_string()),
            Json::Instant(at) => json.push_str(&at.unix().to_string()),
            Json::Flag(flag) => json.push_str(if *flag { "true" } else { "false" }),
        }
    }
    json.push('}');
    json
}

fn push_text(json: &mut String, text: &str) {
    json.push('"');
    for character in text.chars() {
        match character {
            '"' | '\\' => json.extend(['\\', character]),
            // RFC 8259 §7: control characters are escaped. Writing to a string does not fail.
            '\0'..='\u{1f}' => _ = write!(json, "\\u{:04x}", u32::from(character)),
            _ => json.push(character),
        }
    }
    json.push('"');
}

/// A text in the characters that `error_description` and quoted header values may have; `?` for any other.
///
/// RFC 6749 §5.2, RFC 6750 §3: `%x20-21 / %x23-5B / %x5D-7E`.
pub(super) struct Restricted<'a>(pub(super) &'a str);

impl fmt::Display for Restricted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            f.write_char(match character {
                '\u{20}'..='\u{21}' | '\u{23}'..='\u{5b}' | '\u{5d}'..='\u{7e}' => character,
                _ => '?',
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;
    use crate::value::FamilyId;

    fn issued(scopes: &Scopes) -> (Plain<AccessToken>, Response) {
        let token = Plain::from_random(&[5; 32]);
        let answer = TokenResponse { access_token: &token, expires_in: 86_400, refresh_token: None, scopes };
        let response = answer.response();
        (token, response)
    }

    /// RFC 6749 §5.1: names, types and headers of the answer.
    #[test]
    fn gr_01_success_is_that_of_rfc_6749() {
        let (token, response) = issued(&Scopes::parse("b a:readonly").unwrap());
        let expected = format!(
            r#"{{"access_token":"{}","token_type":"Bearer","expires_in":86400,"scope":"a:readonly b"}}"#,
            token.expose()
        );
        assert_eq!(String::from_utf8(response.body.clone()).unwrap(), expected);
        assert_eq!(response.status, 200);
        for header in
            [("content-type", "application/json"), ("cache-control", "no-store"), ("pragma", "no-cache")]
        {
            assert!(response.headers.contains(&(header.0, header.1.to_owned())), "{header:?}");
        }
    }

    /// GR-01: client credentials have neither scopes nor a refresh token.
    #[test]
    fn gr_01_what_is_not_there_is_not_named() {
        let (_, response) = issued(&Scopes::empty());
        let body: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body.as_object().unwrap().len(), 3);
    }

    #[test]
    fn a_refresh_token_is_named() {
        let (access_token, refresh_token) =
            (Plain::from_random(&[5; 32]), Plain::of_family(FamilyId::from_random([1; 16]), &[6; 32]));
        let scopes = Scopes::empty();
        let refresh = Some(&refresh_token);
        let answer = TokenResponse {
            access_token: &access_token,
            expires_in: 300,
            refresh_token: refresh,
            scopes: &scopes,
        };
        let body: Value = serde_json::from_slice(&answer.response().body).unwrap();
        assert_eq!(body["refresh_token"], refresh_token.expose());
    }

    /// threat 39: a token is in the body, and in nothing that is printed.
    #[test]
    fn threat_39_debug_shows_no_token() {
        let (token, response) = issued(&Scopes::empty());
        let shown = format!("{response:?}");
        assert!(shown.contains("bytes") && !shown.contains(token.expose()));
        assert!(!shown.contains(&format!("{:?}", response.body)));
    }

    #[test]
    fn each_ascii_character_is_json() {
        let text: String = ('\0'..='\u{7f}').collect();
        let read: Value = serde_json::from_str(&object(&[("a", Json::Text(&text))])).unwrap();
        assert_eq!(read["a"], text);
    }

    proptest! {
        #[test]
        fn any_text_is_json(text: String, number: u32) {
            let json = object(&[("a", Json::Text(&text)), ("b", Json::Number(number))]);
            let read: Value = serde_json::from_str(&json).unwrap();
            prop_assert_eq!(&read["a"], text.as_str());
            prop_assert_eq!(&read["b"], number);
        }
    }
}
