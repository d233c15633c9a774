//! Token introspection (RFC 7662) and revocation (RFC 7009): what clients send, and what they are answered.

use super::Form;
use super::Malformed;
use super::Response;
use super::TokenRequest;
use super::response::Json;
use super::token::Credentials;
use crate::access::Introspection;
use crate::value::Digest;
use crate::value::Issuer;
use crate::value::PresentedRefreshToken;
use crate::value::kind;

/// A request about one token (RFC 7662 §2.1, RFC 7009 §2.1), read.
#[derive(Debug)]
pub struct AboutToken {
    /// Who asks.
    pub credentials: Credentials,
    /// Which token.
    pub token: PresentedToken,
}

/// A token as it is presented in a form. The text has been wiped. Its prefix tells its kind, so that a
/// `token_type_hint` is not needed (RFC 7009 §2.1: it may be ignored).
#[derive(Debug)]
pub enum PresentedToken {
    /// An access token.
    Access(Digest<kind::AccessToken>),
    /// A refresh token.
    Refresh(PresentedRefreshToken),
    /// No token that was issued here.
    NotIssuedHere,
}

impl PresentedToken {
    fn of(text: &str) -> Self {
        match (Digest::of_presented(text), PresentedRefreshToken::parse(text)) {
            (Ok(digest), _) => Self::Access(digest),
            (Err(_), Ok(refresh)) => Self::Refresh(refresh),
            (Err(_), Err(_)) => Self::NotIssuedHere,
        }
    }
}

impl TokenRequest<'_> {
    /// Reads a request to the introspection or revocation endpoint.
    ///
    /// # Errors
    ///
    /// As [`parse`](TokenRequest::parse), and [`Malformed::Missing`] without a `token`.
    pub fn parse_about_token(&self) -> Result<AboutToken, Malformed> {
        let (credentials, form): (Credentials, Form) = self.form()?;
        Ok(AboutToken { credentials, token: PresentedToken::of(form.required("token")?) })
    }
}

/// The answer to an introspection: what holds of the token, or `{"active":false}` and nothing more (TK-09).
#[must_use]
pub fn introspection_response(introspection: Option<&Introspection>, issuer: &Issuer) -> Response {
    let Some(found) = introspection else {
        return Response::json(200, &[("active", Json::Flag(false))]);
    };
    let scope = found.scopes.to_string();
    let (client, subject) = (found.client.to_string(), found.subject());
    let mut members = vec![("active", Json::Flag(true))];
    if !found.scopes.is_empty() {
        members.push(("scope", Json::Text(&scope)));
    }
    members.push(("client_id", Json::Text(&client)));
    if let Some(token_type) = found.token_type() {
        members.push(("token_type", Json::Text(token_type)));
    }
    members.extend([
        ("exp", Json::Instant(found.expires)),
        ("iat", Json::Instant(found.issued)),
        ("sub", Json::Text(&subject)),
        ("iss", Json::Text(issuer.as_str())),
    ]);
    Response::json(200, &members)
}

/// The answer to a revocation, whatever the token was (RFC 7009 §2.2): status 200, and an object that says nothing.
///
/// Clients ignore the body, but for those that read every answer as JSON and take none for a failure.
#[must_use]
pub fn revocation_response() -> Response {
    Response::json(200, &[])
}
