//! Assertions as grants: a client presents one for a user, and obtains a token (GR-07; RFC 7522).
//!
//! It is decoded by [`decode_assertion`], looked at by [`Claimed`](super::response::Claimed) to find out whom to
//! expect it from, and judged by [`check_assertion`]. An assertion of a login is none of a grant and the other way
//! round: they are for different audiences and recipients, and what proves them are different types (threat 53).

mod check;
mod decode;
mod error;
mod expected;

pub use check::BearerAssertion;
pub use check::Grant;
pub use check::check_assertion;
pub use decode::MAX_PARAMETER;
pub use decode::decode_assertion;
pub use error::BearerError;
pub use expected::BearerExpected;
