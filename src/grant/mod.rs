//! Verbs of clients: how each comes by a token. A file per grant type; here client credentials.

mod authenticate;
pub mod client_credentials;
mod issue;
mod refusal;

pub use authenticate::AuthenticatedClient;
pub use authenticate::AuthenticationFailure;
pub use authenticate::Authenticator;
pub use authenticate::authenticate;
pub use issue::FreshToken;
pub use issue::Issued;
pub use refusal::TokenRefusal;
