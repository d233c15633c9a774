//! Requests to the authorization endpoint (RFC 6749 §3.1), and the answers that go back through the browser.

use core::fmt;

use zeroize::Zeroizing;

use super::Form;
use super::Malformed;
use super::Response;
use crate::grant::authorize::Request;
use crate::grant::authorize::RequestedChallenge;
use crate::grant::authorize::RequestedResponse;
use crate::grant::authorize::UnsupportedParameter;
use crate::model::ResponseType;
use crate::value::Issuer;
use crate::value::RedirectUri;

/// A request to the authorization endpoint, as it came: the query of a `GET`, or the form of a `POST` (RFC 6749
/// §3.1).
///
/// ```
/// use grantor::wire::AuthorizeRequest;
///
/// let query = b"response_type=code&client_id=s6BhdRkqt3&state=xyz&redirect_uri=https%3A%2F%2Fapp%2Eexample";
/// let request = AuthorizeRequest { query }.parse()?;
/// assert_eq!(request.redirect_uri.as_deref(), Some("https://app.example"));
/// assert_eq!(request.client, None, "no client can have this id");
/// # Ok::<(), grantor::wire::Malformed>(())
/// ```
#[derive(Clone, Copy)]
pub struct AuthorizeRequest<'a> {
    /// What stands behind the `?` of the URL, as it was sent.
    pub query: &'a [u8],
}

impl AuthorizeRequest<'_> {
    /// 2 048 bytes: the longest `state`.
    pub const MAX_STATE: usize = 2_048;

    /// Reads the request. Parameters that are not known are passed over (RFC 6749 §3.1).
    ///
    /// # Errors
    ///
    /// [`Malformed`] for what cannot be read, a parameter that is there twice among it: then there is nothing to
    /// trust a redirect URI by.
    pub fn parse(&self) -> Result<Request, Malformed> {
        let form = Form::parse(self.query)?;
        let text = |name| form.value(name).map(str::to_owned);
        let state = text("state");
        if let Some(length) = state.as_ref().map(String::len).filter(|length| *length > Self::MAX_STATE) {
            return Err(Malformed::StateTooLong { length });
        }
        Ok(Request {
            client: form.value("client_id").and_then(|id| id.parse().ok()),
            redirect_uri: text("redirect_uri"),
            response_type: response_type(&form),
            scope: text("scope"),
            state,
            challenge: challenge(&form),
            unsupported: unsupported(&form),
        })
    }
}

/// Shows the length alone: what applications put into `state` is theirs.
impl fmt::Debug for AuthorizeRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuthorizeRequest({} bytes)", self.query.len())
    }
}

fn response_type(form: &Form) -> RequestedResponse {
    match form.value("response_type") {
        None => RequestedResponse::Absent,
        Some("code") => RequestedResponse::Known(ResponseType::Code),
        Some("token") => RequestedResponse::Known(ResponseType::Token),
        Some(_) => RequestedResponse::Unknown,
    }
}

fn challenge(form: &Form) -> RequestedChallenge {
    match (form.value("code_challenge"), form.value("code_challenge_method")) {
        (None, None) => RequestedChallenge::Absent,
        (None, Some(_)) => RequestedChallenge::Malformed,
        (Some(challenge), Some("S256")) => {
            challenge.parse().map_or(RequestedChallenge::Malformed, RequestedChallenge::S256)
        }
        // RFC 7636 §4.3: an absent method is `plain`.
        (Some(_), Some(_) | None) => RequestedChallenge::OtherMethod,
    }
}

fn unsupported(form: &Form) -> Option<UnsupportedParameter> {
    let mode = match form.value("response_type") {
        Some("token") => "fragment",
        Some(_) | None => "query",
    };
    if form.value("response_mode").is_some_and(|named| named != mode) {
        return Some(UnsupportedParameter::ResponseMode);
    }
    [UnsupportedParameter::Resource, UnsupportedParameter::RequestObject, UnsupportedParameter::RequestUri]
        .into_iter()
        .find(|parameter| form.value(parameter.as_str()).is_some())
}

/// An answer that goes back to the application: parameters added to its redirect URI, whose own stay as they are
/// (RFC 6749 §3.1.2). A code goes into the query, a token into the fragment (RFC 6749 §4.2.2).
///
/// Each has the issuer (RFC 9207 §2) and the `state` of the request, if it had one.
pub struct Redirection {
    location: Zeroizing<String>,
    separator: char,
}

impl Redirection {
    /// An answer to a request of this response type, with what every answer has.
    #[must_use]
    pub fn to(uri: &RedirectUri, response_type: ResponseType, issuer: &Issuer, state: Option<&str>) -> Self {
        let separator = match (response_type, uri.as_str().split_once('?')) {
            (ResponseType::Token, Some(_) | None) => '#',
            (ResponseType::Code, None) => '?',
            // Only in a query is an `&` a separator, and only the first `?` begins one.
            (ResponseType::Code, Some((_, query))) if query.is_empty() || query.ends_with('&') => '\0',
            (ResponseType::Code, Some(_)) => '&',
        };
        let answer = Self { location: Zeroizing::new(uri.as_str().to_owned()), separator };
        let answer = answer.with("iss", issuer.as_str());
        match state {
            Some(state) => answer.with("state", state),
            None => answer,
        }
    }

    /// And this parameter.
    #[must_use]
    pub fn with(self, name: &str, value: &str) -> Self {
        let Self { location, separator } = self;
        // With its capacity from the start the new text holds the only copy of what is secret.
        let most = value.len().saturating_mul(3).saturating_add(name.len()).saturating_add(2);
        let mut longer = Zeroizing::new(String::with_capacity(location.len().saturating_add(most)));
        longer.push_str(&location);
        if separator != '\0' {
            longer.push(separator);
        }
        longer.push_str(name);
        longer.push('=');
        encode(&mut longer, value);
        Self { location: longer, separator: '&' }
    }

    /// The whole answer: status 303, so that what was posted is not posted on (RFC 9700 §4.12).
    #[must_use]
    pub fn response(self) -> Response {
        let headers = vec![
            ("location", self.location.to_string()),
            ("cache-control", "no-store".into()),
            // RFC 9700 §4.2.4: the next page is not told where the browser came from.
            ("referrer-policy", "no-referrer".into()),
        ];
        Response { status: 303, headers, body: Vec::new() }
    }
}

impl fmt::Debug for Redirection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = self.location.find(['?', '#']).unwrap_or(self.location.len());
        write!(f, "Redirection({}…)", self.location.get(..end).unwrap_or_default())
    }
}

/// RFC 6749 appendix B, with the letters that RFC 3986 leaves free.
fn encode(to: &mut String, value: &str) {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    let digit = |half: u8| DIGITS.get(usize::from(half)).copied().unwrap_or('0');
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => to.push(char::from(byte)),
            _ => to.extend(['%', digit(byte >> 4), digit(byte & 15)]),
        }
    }
}
