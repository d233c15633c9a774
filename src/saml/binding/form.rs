//! The form that carries a message, and the page that it stands in.

use super::MessageKind;
use super::RelayState;
use crate::value::EndpointUri;

/// A form that carries a message to the identity provider (SAML bindings §3.5.4). The host may put its fields in a page
/// of its own, or take [`page`](Self::page).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Form {
    pub(super) action: EndpointUri,
    pub(super) kind: MessageKind,
    pub(super) message: String,
    pub(super) relay_state: Option<RelayState>,
}

/// A page with a form, and what belongs in the headers beside it.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Page {
    /// The page: `text/html` in UTF-8.
    pub html: Vec<u8>,
    /// The value of the header `Content-Security-Policy`. It says nothing of where forms may go: browsers would hold
    /// the redirects of the identity provider against it.
    pub content_security_policy: String,
}

/// A nonce of the host's Content Security Policy, which lets the page send itself: 22 to 128 characters of Base64 or
/// base64url, drawn anew for each page.
#[derive(Clone, Debug, Eq, PartialEq)]
// INVARIANT: nothing but characters of `base64-value` (CSP level 3 §2.3.1).
pub struct CspNonce(String);

/// The text is no nonce.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a nonce is 22 to 128 characters of Base64")]
pub struct CspNonceError;

impl CspNonce {
    /// The nonce of this text.
    ///
    /// # Errors
    ///
    /// [`CspNonceError`] for fewer than 22 characters, which hold less than 128 bits, for more than 128, and for
    /// characters that are not of Base64.
    pub fn new(text: &str) -> Result<Self, CspNonceError> {
        let plain = text.trim_end_matches('=');
        let is_base64 = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'-' | b'_');
        let fits = plain.len() >= 22 && text.len() <= 128 && plain.bytes().all(is_base64);
        if fits { Ok(Self(text.to_owned())) } else { Err(CspNonceError) }
    }
}

impl Form {
    /// Where it is sent.
    #[must_use]
    pub const fn action(&self) -> &EndpointUri {
        &self.action
    }

    /// Its fields, by name, as they are before any page escapes them.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let message = (self.kind.parameter(), self.message.as_str());
        let relay_state = self.relay_state.as_ref().map(|state| ("RelayState", state.as_str()));
        [message].into_iter().chain(relay_state)
    }

    /// A page with this form. It sends itself where there is a nonce and scripts run; else by its button.
    ///
    /// It belongs to one visit: send it with `Cache-Control: no-store` (SAML bindings §3.5.5.1).
    ///
    /// ```
    /// use grantor::Timestamp;
    /// use grantor::saml::MessageId;
    /// use grantor::saml::ServiceProvider;
    /// use grantor::saml::binding::CspNonce;
    /// use grantor::saml::binding::Delivery;
    /// use grantor::saml::binding::Outgoing;
    /// use grantor::saml::request::AuthnRequest;
    /// use grantor::value::Binding;
    ///
    /// let provider = ServiceProvider::new("urn:example:sp".parse()?, "https://sp.example.com/acs".parse()?);
    /// let sso = "https://idp.example.com/sso".parse()?;
    /// let request = AuthnRequest::new(MessageId::of_bits([7; 16]));
    /// let sent = request.send(&provider, &Delivery::new(Binding::Post, &sso), Timestamp::from_unix(0))?;
    /// let Outgoing::Form(form) = sent else { unreachable!() };
    /// let nonce = CspNonce::new("MTIzNDU2Nzg5MDEyMzQ1Ng==")?;
    /// let page = form.page(Some(&nonce));
    /// assert!(page.content_security_policy.contains("script-src 'nonce-MTIzNDU2Nzg5MDEyMzQ1Ng=='"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn page(&self, nonce: Option<&CspNonce>) -> Page {
        let mut html = String::from(
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Continue</title></head><body>",
        );
        html.push_str("<form method=\"post\" action=\"");
        escape(&mut html, self.action.as_str());
        html.push_str("\">");
        for (name, value) in self.fields() {
            html.push_str("<input type=\"hidden\" name=\"");
            html.push_str(name);
            html.push_str("\" value=\"");
            escape(&mut html, value);
            html.push_str("\">");
        }
        html.push_str("<button type=\"submit\">Continue</button></form>");
        let mut content_security_policy =
            String::from("default-src 'none'; base-uri 'none'; frame-ancestors 'none'");
        if let Some(CspNonce(nonce)) = nonce {
            html.push_str("<script nonce=\"");
            html.push_str(nonce);
            html.push_str("\">document.forms[0].submit()</script>");
            content_security_policy.push_str("; script-src 'nonce-");
            content_security_policy.push_str(nonce);
            content_security_policy.push('\'');
        }
        html.push_str("</body></html>\n");
        Page { html: html.into_bytes(), content_security_policy }
    }
}

/// HTML §13.1.2.3: within double quotes, an ampersand and a quote are all that matters; the rest is for readers that
/// are less strict.
fn escape(html: &mut String, text: &str) {
    for found in text.chars() {
        match found {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            _ => html.push(found),
        }
    }
}
