//! Verbs of users who prove who they are by an identity provider: begin, answer, log out (SA-06, SA-10 to SA-12, SA-16,
//! SA-17).
//!
//! What a message of an identity provider says is checked in [`saml`](crate::saml); here is decided what that proof is
//! worth: whether it answers what was asked, in the browser that asked, and who of the organization it is.

mod begin;
mod explain;
mod finish;
mod logout;
mod provider;
mod refusal;

pub use begin::Beginning;
pub use begin::begin;
pub use explain::LoginAsked;
pub use explain::explain;
pub use finish::Expectation;
pub use finish::Found;
pub use finish::Passed;
pub use finish::expect;
pub use finish::finish;
pub use logout::answered;
pub use logout::awaited;
pub use refusal::LoginRefusal;
pub use refusal::LoopCause;

use std::sync::Arc;

use crate::change::Versioned;
use crate::model::IdentityProvider;

/// An identity provider as it was read.
pub type StoredProvider = Versioned<Arc<IdentityProvider>>;
