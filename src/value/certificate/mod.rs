//! Certificates of identity providers: PEM, DER or Base64, and what of them is used (SA-03).
//!
//! A certificate is pinned by whoever configured it, so its key and its dates count and nothing else in it:
//! no chain is built, no name is read, no signature of an issuer is checked. A strict walk over the DER finds
//! both; what is odd elsewhere in a certificate stands in nobody's way.

mod container;
mod der;
mod error;
mod key;
mod pinned;

pub use error::CertificateError;
pub use key::KeyKind;
pub use key::PublicKey;
pub use pinned::Certificate;
