//! Verbs of clients: how each comes by a token. A file per grant type, and one for the authorization endpoint,
//! where a user is asked.
#![doc = include_str!("table.md")]

mod authenticate;
pub mod authorization_code;
pub mod authorize;
pub mod client_credentials;
mod explain;
mod issue;
mod pkce;
pub mod refresh_token;
mod refusal;
pub mod revocation;
#[cfg(feature = "saml")]
pub mod saml2_bearer;

pub use authenticate::AuthenticatedClient;
pub use authenticate::AuthenticationFailure;
pub use authenticate::Authenticator;
pub use authenticate::authenticate;
pub use explain::TokenAsked;
pub use explain::explain_token;
pub use issue::FreshRefresh;
pub use issue::FreshToken;
pub use issue::Issued;
pub use issue::IssuedTokens;
pub(crate) use issue::record_use;
pub use pkce::Verifier;
pub use refusal::TokenRefusal;
