//! Forms by which identity providers send messages (SAML bindings §3.5).

use core::fmt;

use super::Form;
use super::Malformed;
use super::form::Rules;
use super::token::check_content_type;

/// A form that a browser posted for an identity provider, as it came: a `POST`, which the host has checked.
///
/// ```
/// use grantor::wire::PostedMessage;
/// use grantor::wire::SamlPost;
///
/// let post = SamlPost {
///     content_type: Some(b"application/x-www-form-urlencoded"),
///     body: b"SAMLResponse=PFJlc3BvbnNlLz4%3D&RelayState=a",
/// };
/// let parsed = post.parse()?;
/// assert!(matches!(parsed.message, PostedMessage::Response(text) if text == "PFJlc3BvbnNlLz4="));
/// assert_eq!(parsed.relay_state.as_deref(), Some("a"));
/// # Ok::<(), grantor::wire::Malformed>(())
/// ```
#[derive(Clone, Copy)]
pub struct SamlPost<'a> {
    /// The value of the `Content-Type` header.
    pub content_type: Option<&'a [u8]>,
    /// The body.
    pub body: &'a [u8],
}

/// What such a form holds. None of it is proven.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ParsedSamlPost {
    /// The message, in Base64.
    pub message: PostedMessage,
    /// What comes back with it.
    pub relay_state: Option<String>,
}

/// A message, in Base64 as it was sent.
#[derive(Clone, Eq, PartialEq)]
pub enum PostedMessage {
    /// `SAMLRequest`.
    Request(String),
    /// `SAMLResponse`.
    Response(String),
}

impl SamlPost<'_> {
    /// 2 097 152 bytes: the longest body, for a message of 1 MiB in Base64.
    pub const MAX_BODY: usize = 2_097_152;
    /// 1 572 864 bytes: the longest message in Base64.
    pub const MAX_VALUE: usize = 1_572_864;

    /// Reads the form.
    ///
    /// # Errors
    ///
    /// [`Malformed`] for what is no form, is too long, has a parameter twice, or has not exactly one message.
    pub fn parse(&self) -> Result<ParsedSamlPost, Malformed> {
        check_content_type(self.content_type)?;
        let rules = Rules { max_body: Self::MAX_BODY, max_value: Self::MAX_VALUE, line_breaks: true };
        let form = Form::parse_by(rules, self.body)?;
        let message = match (form.value("SAMLRequest"), form.value("SAMLResponse")) {
            (Some(_), Some(_)) => return Err(Malformed::TwoMessages),
            (Some(request), None) => PostedMessage::Request(request.to_owned()),
            (None, Some(response)) => PostedMessage::Response(response.to_owned()),
            (None, None) => return Err(Malformed::Missing { parameter: "SAMLResponse" }),
        };
        Ok(ParsedSamlPost { message, relay_state: form.value("RelayState").map(str::to_owned) })
    }
}

/// Shows lengths alone: whoever has the message may be logged in by it.
impl fmt::Debug for SamlPost<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SamlPost({} bytes)", self.body.len())
    }
}

/// Shows lengths alone.
impl fmt::Debug for PostedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(text) => write!(f, "Request({} bytes)", text.len()),
            Self::Response(text) => write!(f, "Response({} bytes)", text.len()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Fault;
    use super::*;

    fn parse(body: impl AsRef<[u8]>) -> Result<ParsedSamlPost, Malformed> {
        SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: body.as_ref() }.parse()
    }

    /// threat 44: one message, each parameter once, and a form.
    #[test]
    fn threat_44_a_post_has_one_message() {
        let response = |text: &str| PostedMessage::Response(text.to_owned());
        assert_eq!(parse("SAMLResponse=YQ%3D%3D").unwrap().message, response("YQ=="));
        assert_eq!(parse("SAMLResponse=YQ%0D%0A%09").unwrap().message, response("YQ\r\n\t"));
        assert_eq!(parse("SAMLRequest=YQ").unwrap().message, PostedMessage::Request("YQ".to_owned()));
        for (body, expected) in [
            ("", Malformed::Missing { parameter: "SAMLResponse" }),
            ("SAMLResponse=", Malformed::Missing { parameter: "SAMLResponse" }),
            ("SAMLRequest=a&SAMLResponse=a", Malformed::TwoMessages),
            ("SAMLResponse=a&SAMLResponse=a", Malformed::Repeated { number: 2 }),
            ("SAMLResponse=a%00", Malformed::Value { number: 1, fault: Fault::Control }),
            ("SAMLResponse=a&Relay%0AState=b", Malformed::Name { number: 2, fault: Fault::Control }),
        ] {
            assert_eq!(parse(body).unwrap_err(), expected, "{body}");
        }
        let other = SamlPost { content_type: Some(b"text/xml"), body: b"SAMLResponse=a" };
        assert_eq!(other.parse().unwrap_err(), Malformed::ContentType);
    }

    /// threat 43: the bounds, to the byte.
    #[test]
    fn threat_43_a_post_is_bounded() {
        let (max_body, max_value) = (SamlPost::MAX_BODY, SamlPost::MAX_VALUE);
        let value = |length| format!("SAMLResponse={}", "a".repeat(length));
        assert!(parse(value(max_value)).is_ok());
        let fault = Fault::TooLong { max: max_value };
        assert_eq!(parse(value(max_value + 1)).unwrap_err(), Malformed::Value { number: 1, fault });
        let long = vec![b'a'; max_body + 1];
        assert_eq!(parse(long).unwrap_err(), Malformed::BodyTooLong { length: max_body + 1, max: max_body });
    }

    /// threat 39: a message is not printed: whoever has it may be logged in by it.
    #[test]
    fn threat_39_debug_shows_no_message() {
        let post = SamlPost { content_type: None, body: b"SAMLResponse=planted" };
        let parsed = parse(post.body).unwrap();
        assert_eq!(format!("{post:?} {:?}", parsed.message), "SamlPost(20 bytes) Response(7 bytes)");
    }
}
