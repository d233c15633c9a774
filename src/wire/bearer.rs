//! `Authorization: Bearer` and its challenge (RFC 6750).

use core::fmt;

use super::Malformed;
use super::Response;
use super::after_scheme;
use super::response::Restricted;
use crate::value::Digest;
use crate::value::Scope;
use crate::value::kind::AccessToken;

/// What a call presents in its `Authorization` header.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Bearer {
    /// A token of the form that is issued here. Whether it is live, the store knows.
    Token(Digest<AccessToken>),
    /// A token that was not issued here: its form says so, and no look-up is needed (TK-05).
    NotIssuedHere,
    /// No token: there is no header, or it is of another scheme.
    Absent,
}

impl Bearer {
    /// Reads the values of all `Authorization` headers of a call. Nothing is allocated.
    ///
    /// ```
    /// use grantor::wire::Bearer;
    ///
    /// assert_eq!(Bearer::parse(&[b"Bearer mF_9.B5f-4.1JqM"]), Ok(Bearer::NotIssuedHere));
    /// assert_eq!(Bearer::parse(&[]), Ok(Bearer::Absent));
    /// ```
    ///
    /// # Errors
    ///
    /// [`Malformed`] for more than one header, and for `Bearer` without one token after one space.
    pub fn parse(authorization: &[&[u8]]) -> Result<Self, Malformed> {
        let header = match authorization {
            [] => return Ok(Self::Absent),
            [header] => header,
            [_, _, ..] => return Err(Malformed::AuthorizationRepeated),
        };
        let Some(credentials) = after_scheme(header, "Bearer") else {
            return Ok(Self::Absent);
        };
        // RFC 6750 §2.1: credentials = "Bearer" 1*SP b64token. Clients send one space; more are refused.
        let token = credentials.strip_prefix(b" ").ok_or(Malformed::Bearer)?;
        match core::str::from_utf8(token).map(Digest::of_presented) {
            Ok(Ok(digest)) => Ok(Self::Token(digest)),
            Ok(Err(_)) if is_b64token(token) => Ok(Self::NotIssuedHere),
            Ok(Err(_)) | Err(_) => Err(Malformed::Bearer),
        }
    }
}

/// RFC 6750 §2.1: b64token = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
fn is_b64token(token: &[u8]) -> bool {
    let unpadded = token.iter().rposition(|byte| *byte != b'=').and_then(|last| token.get(..=last));
    unpadded.is_some_and(|text| {
        text.iter().all(|byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/')
        })
    })
}

/// Why a call is refused, as far as its caller is told (RFC 6750 §3.1, TK-11).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum BearerError {
    /// The request cannot be read: status 400.
    InvalidRequest,
    /// The token is unknown, expired, revoked or otherwise of no use: status 401.
    InvalidToken,
    /// The token is live, and not enough for this call: status 403.
    InsufficientScope,
}

impl BearerError {
    /// The name of the error on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidRequest => 400,
            Self::InvalidToken => 401,
            Self::InsufficientScope => 403,
        }
    }

    const fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The Authorization header is malformed",
            Self::InvalidToken => "The access token is expired, revoked or unknown",
            Self::InsufficientScope => "The access token does not allow this call",
        }
    }
}

/// The value of the `WWW-Authenticate` header of a refused call (RFC 6750 §3).
///
/// What the header cannot hold is written as `?`.
///
/// ```
/// use grantor::wire::BearerError;
/// use grantor::wire::Challenge;
///
/// assert_eq!(Challenge::new("api").to_string(), r#"Bearer realm="api""#);
/// let refused = Challenge::new("api").error(BearerError::InvalidToken);
/// assert_eq!(refused.response().status, 401);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'a> {
    realm: &'a str,
    error: Option<BearerError>,
    scopes: Option<&'a [Scope]>,
}

impl<'a> Challenge<'a> {
    /// The challenge to a call without a token, which is told no error (RFC 6750 §3.1).
    #[must_use]
    pub const fn new(realm: &'a str) -> Self {
        Self { realm, error: None, scopes: None }
    }

    /// The same challenge, for this error.
    #[must_use]
    pub const fn error(self, error: BearerError) -> Self {
        Self { error: Some(error), ..self }
    }

    /// The same challenge, with the scopes that the call needs.
    #[must_use]
    pub const fn scopes(self, scopes: &'a [Scope]) -> Self {
        Self { scopes: Some(scopes), ..self }
    }

    /// The whole answer: status, header, no body.
    #[must_use]
    pub fn response(&self) -> Response {
        let status = self.error.map_or(401, BearerError::status);
        Response { status, headers: vec![("www-authenticate", self.to_string())], body: Vec::new() }
    }
}

/// The header's value.
impl fmt::Display for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bearer realm=\"{}\"", Restricted(self.realm))?;
        if let Some(error) = self.error {
            write!(f, ", error=\"{}\", error_description=\"{}\"", error.code(), error.description())?;
        }
        let Some([first, more @ ..]) = self.scopes else {
            return Ok(());
        };
        write!(f, ", scope=\"{first}")?;
        more.iter().try_for_each(|scope| write!(f, " {scope}"))?;
        f.write_str("\"")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::value::Plain;
    use crate::value::kind::ClientSecret;

    #[track_caller]
    fn assert_reads(header: &str, expected: Result<Bearer, Malformed>) {
        assert_eq!(Bearer::parse(&[header.as_bytes()]), expected, "{header:?}");
    }

    /// Every line of the vectors: `section | header | what is read`.
    #[test]
    fn headers_of_the_standards_are_read() {
        let vectors = include_str!("../../tests/vectors/bearer.txt");
        let mut count = 0;
        for line in vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [section, header, expected] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let read = Bearer::parse(&[header.as_bytes()]).unwrap();
            assert_eq!(format!("{read:?}"), expected, "{section}");
            count += 1;
        }
        assert_eq!(count, 4);
    }

    /// TK-05: a token of the form that is issued here leads to its digest, the scheme in any case.
    #[test]
    fn tk_05_a_token_leads_to_its_digest() {
        let token = Plain::<AccessToken>::from_random(&[7; 32]);
        for scheme in ["Bearer", "bearer", "BEARER", "bEaReR"] {
            assert_reads(&format!("{scheme} {}", token.expose()), Ok(Bearer::Token(token.digest())));
        }
    }

    /// TK-05, threat 11: garbage and values of another kind are told from the form alone.
    #[test]
    fn tk_05_what_was_not_issued_here_needs_no_look_up() {
        let secret = Plain::<ClientSecret>::from_random(&[7; 32]);
        for token in ["mF_9.B5f-4.1JqM", "x", "a+/~==", "gat_", secret.expose()] {
            assert_reads(&format!("Bearer {token}"), Ok(Bearer::NotIssuedHere));
        }
    }

    /// RFC 6750 §2.1: one token after one space.
    #[test]
    fn gr_12_malformed_bearer_credentials_are_told() {
        let token = Plain::<AccessToken>::from_random(&[7; 32]);
        let token = token.expose();
        for header in [
            "Bearer",
            "Bearer ",
            "Bearer a b",
            "Bearer =",
            "Bearer a=b",
            "Bearer a,b",
            "Bearer \"a\"",
            "Bearer ä",
        ] {
            assert_reads(header, Err(Malformed::Bearer));
        }
        for header in
            [format!("Bearer  {token}"), format!("Bearer {token} "), format!("Bearer {token}\r\nx: y")]
        {
            assert_reads(&header, Err(Malformed::Bearer));
        }
    }

    #[test]
    fn other_schemes_are_no_token() {
        for header in ["", "Basic YTpi", "Bearerx", "Bearer\tx", "Bear", " Bearer x", "gat_x"] {
            assert_reads(header, Ok(Bearer::Absent));
        }
        assert_eq!(Bearer::parse(&[]), Ok(Bearer::Absent));
    }

    /// GR-12: of two headers neither is chosen.
    #[test]
    fn gr_12_two_headers_are_refused() {
        assert_eq!(Bearer::parse(&[b"Bearer a", b"Bearer a"]), Err(Malformed::AuthorizationRepeated));
        assert_eq!(Bearer::parse(&[b"Basic a", b"Bearer a"]), Err(Malformed::AuthorizationRepeated));
    }

    /// RFC 6750 §3: the examples' form, and statuses of §3.1.
    #[test]
    fn tk_11_challenges_are_those_of_rfc_6750() {
        let scopes = ["analytics", "users:readonly"].map(|scope| scope.parse().unwrap());
        let challenge = Challenge::new("example");
        assert_eq!(challenge.to_string(), "Bearer realm=\"example\"");
        assert_eq!(challenge.scopes(&[]).to_string(), "Bearer realm=\"example\"");
        assert_eq!(
            challenge.error(BearerError::InsufficientScope).scopes(&scopes).to_string(),
            "Bearer realm=\"example\", error=\"insufficient_scope\", \
             error_description=\"The access token does not allow this call\", scope=\"analytics users:readonly\""
        );
        assert_eq!(challenge.response().status, 401);
        for (error, code, status) in [
            (BearerError::InvalidRequest, "invalid_request", 400),
            (BearerError::InvalidToken, "invalid_token", 401),
            (BearerError::InsufficientScope, "insufficient_scope", 403),
        ] {
            let response = challenge.error(error).response();
            assert_eq!(response.status, status);
            assert!(response.headers[0].1.contains(&format!("error=\"{code}\"")));
        }
    }

    proptest! {
        /// threat 42: no realm breaks out of its quotes or of the header.
        #[test]
        fn threat_42_realm_stays_in_its_quotes(realm: String) {
            let value = Challenge::new(&realm).to_string();
            let inside = value.strip_prefix("Bearer realm=\"").unwrap().strip_suffix('"').unwrap();
            prop_assert!(inside.bytes().all(|byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\')));
        }

        /// threat 45: no header panics.
        #[test]
        fn threat_45_no_header_panics(bytes: Vec<u8>, token: String) {
            let _ = Bearer::parse(&[&bytes]);
            let _ = Bearer::parse(&[format!("Bearer {token}").as_bytes()]);
        }
    }
}
