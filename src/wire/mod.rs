//! Bytes to values and back: what clients send, and what they are answered.
//!
//! Nothing here decides: a request is read into values, or is [`Malformed`]; an answer is written from
//! values. Each reader bounds what it takes, and keeps no copy of a secret: what is handed on is its digest.

mod authorize;
mod authorize_error;
mod basic;
mod bearer;
mod error;
mod form;
mod introspection;
mod malformed;
mod metadata;
mod refusal;
mod response;
mod saml;
mod token;

pub use authorize::AuthorizeRequest;
pub use authorize::Redirection;
pub use authorize_error::AuthorizeError;
pub use bearer::Bearer;
pub use bearer::BearerError;
pub use bearer::Challenge;
pub use error::OAuthError;
pub use form::Form;
pub use introspection::AboutToken;
pub use introspection::PresentedToken;
pub use introspection::introspection_response;
pub use introspection::revocation_response;
pub use malformed::Fault;
pub use malformed::Malformed;
pub use metadata::Endpoints;
pub use metadata::metadata_response;
pub use refusal::authorize_error;
pub use refusal::call_response;
pub use refusal::token_error;
pub use response::Response;
pub use response::TokenResponse;
pub use saml::ParsedSamlPost;
pub use saml::PostedMessage;
pub use saml::SamlPost;
pub use token::Credentials;
pub use token::ParsedTokenRequest;
pub use token::Presented;
pub use token::PresentedAssertion;
pub use token::RequestedGrant;
pub use token::TokenRequest;

/// What follows the scheme of an `Authorization` header, if it is this scheme, in any case of letters.
///
/// RFC 9110 §11.4: `credentials = auth-scheme [ 1*SP ( token68 / … ) ]`.
fn after_scheme<'a>(header: &'a [u8], scheme: &str) -> Option<&'a [u8]> {
    let (name, rest) = header.split_at_checked(scheme.len())?;
    let is_scheme =
        name.eq_ignore_ascii_case(scheme.as_bytes()) && (rest.is_empty() || rest.starts_with(b" "));
    is_scheme.then_some(rest)
}
