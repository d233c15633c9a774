//! Responses: what an identity provider answers by, and whether somebody is signed in by it (SA-08 to SA-13).
//!
//! A response is decoded by [`decode_post`], looked at by [`Claimed`] to find out whom to expect it from, and judged
//! by [`check_response`], which makes a [`VerifiedAssertion`] or says which [`Check`] failed and why.

mod check;
mod checks;
mod claimed;
mod decode;
mod error;
mod expected;
mod login;
mod parts;
mod refusal;

pub use check::Check;
pub use checks::check_response;
pub use claimed::Claimed;
pub use decode::EncodingError;
pub use decode::MAX_POST;
pub use decode::decode_post;
pub use error::ResponseError;
pub use expected::Answers;
pub use expected::Expected;
pub use login::Login;
pub use login::VerifiedAssertion;
pub use refusal::Refusal;
