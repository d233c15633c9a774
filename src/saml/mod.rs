//! Single sign-on: what a SAML 2.0 service provider is made of. So far its XML and its signatures.

pub mod crypto;
pub mod signature;
pub mod xml;
