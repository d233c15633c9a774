//! Single sign-on: what a SAML 2.0 service provider is made of.

pub mod assertion;
pub mod bearer;
pub mod crypto;
pub mod encryption;
mod excerpt;
mod instant;
mod names;
mod peer;
pub mod response;
pub mod signature;
pub mod xml;

pub use peer::Peer;
