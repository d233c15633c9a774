//! Single sign-on: what a SAML 2.0 service provider is made of. So far its XML.

pub mod xml;
