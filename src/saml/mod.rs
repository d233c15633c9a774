//! Single sign-on: what a SAML 2.0 service provider is made of.

pub mod binding;
pub mod crypto;
mod excerpt;
mod instant;
pub mod logout;
mod message_id;
pub mod metadata;
mod names;
mod peer;
pub mod request;
mod service_provider;
pub mod signature;
mod view;
pub mod xml;

pub use message_id::MessageId;
pub use message_id::MessageIdError;
pub use peer::Peer;
pub use service_provider::ServiceProvider;
