//! Redirect URIs: where an answer to the browser may go (CL-05, CL-06).
//!
//! One strict parser reads both what is registered and what a request presents. It never normalizes: a URI is
//! kept and compared as the bytes it was written in, so that no second reading of them can differ (threats 1,
//! 2, 3).

mod error;
mod parse;
mod set;
mod uri;

pub use error::RedirectUriError;
pub use set::RedirectUris;
pub use set::RedirectUrisError;
pub use uri::RedirectUri;
