//! Single sign-on: what a SAML 2.0 service provider is made of (SA-01 to SA-18).
//!
//! It is pure: bytes and configuration in, proofs or named errors out. The store, the browser and the user come in above it:
//! see [`Logins`](crate::server::Logins).
//!
//! | step | where | what is had |
//! |---|---|---|
//! | what an identity provider is | [`metadata`] | endpoints and certificates, or what is wrong with the document |
//! | asking it | [`request`], [`binding`] | a redirect or a form, signed where there is a [`Signer`](crypto::Signer) |
//! | its answer | [`xml`], [`signature`], [`encryption`] | one tree, and of it what was signed: a [`SignedElement`](signature::SignedElement) |
//! | who it speaks of | [`response`], [`assertion`] | a [`VerifiedAssertion`](response::VerifiedAssertion), which nothing else makes |
//! | an assertion for a token | [`bearer`] | a [`BearerAssertion`](bearer::BearerAssertion), never taken for the other |
//! | logging out | [`logout`] | a verified request or answer |
//!
//! # Bounds
//!
//! A message is at most 1 MiB ([`Limits::MESSAGE`](xml::Limits::MESSAGE)), a metadata document 4 MiB; longer ones are
//! refused before they are looked at. Time and memory grow in proportion to the length, and nothing recurses.

pub mod assertion;
pub mod bearer;
pub mod binding;
pub mod crypto;
pub mod encryption;
mod excerpt;
mod instant;
pub mod logout;
mod message_id;
pub mod metadata;
mod name_id;
pub(crate) mod names;
mod peer;
pub mod request;
pub mod response;
mod service_provider;
pub mod signature;
mod view;
pub mod xml;

pub(crate) use excerpt::excerpt;
pub use message_id::MessageId;
pub use message_id::MessageIdError;
pub use name_id::NameId;
pub use peer::Peer;
pub use service_provider::ServiceProvider;
