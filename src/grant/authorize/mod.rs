//! The authorization endpoint (RFC 6749 §3.1): a user is sent by an application, and sent back with an answer.
//!
//! Hosts call [`AuthorizationServer::authorize`](crate::server::AuthorizationServer::authorize), which loads what
//! is needed, takes these steps and commits what comes of them. They are three, each of which only the one before
//! makes possible:
//!
//! 1. [`trust`]: the client is there, and the redirect URI is its own. Until then nothing is redirected, for
//!    whatever reason (GR-11).
//! 2. [`check`]: the request is one that the client may make. From here on errors go to the redirect URI.
//! 3. [`decide`]: whether the user, or an administrator, is asked first (AA-04, AA-05). What is agreed to is
//!    carried out by [`login`].
//!
//! [`explain`] takes all of them, each by itself, and tells every reason there is to refuse (GV-05).

mod check;
mod decide;
mod explain;
mod login;
mod refusal;
mod request;
mod trust;

pub use check::CheckedRequest;
pub use check::check;
pub use decide::Decision;
pub use decide::Visitor;
pub use decide::decide;
pub use explain::ExplainedRequest;
pub use explain::RequestRefused;
pub use explain::explain;
pub use login::Answered;
pub use login::FreshLogin;
pub use login::Lifetimes;
pub use login::Login;
pub use login::login;
pub use refusal::AuthorizeRefusal;
pub use refusal::NotTrusted;
pub use request::Request;
pub use request::RequestedChallenge;
pub use request::RequestedResponse;
pub use request::UnsupportedParameter;
pub use trust::TrustedRequest;
pub use trust::trust;
