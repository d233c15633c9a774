//! Single sign-on: what a SAML 2.0 service provider is made of.

pub mod crypto;
#[expect(dead_code, reason = "the reader of assertions comes next")]
mod instant;
mod names;
pub mod signature;
pub mod xml;
