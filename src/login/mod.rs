//! Verbs of users who prove who they are by an identity provider: begin, answer, log out (SA-06, SA-10 to SA-12, SA-16,
//! SA-17).
//!
//! What a message of an identity provider says is checked in [`saml`](crate::saml); here is decided what that proof is
//! worth: whether it answers what was asked, in the browser that asked, and who of the organization it is.

mod begin;
mod finish;
mod logout;
mod refusal;

pub use begin::Beginning;
pub use begin::begin;
pub use finish::Expectation;
pub use finish::Found;
pub use finish::Passed;
pub use finish::expect;
pub use finish::finish;
pub(crate) use finish::user_of;
pub use logout::answered;
pub use logout::ask;
pub use refusal::LoginRefusal;
pub use refusal::LoopCause;
