//! Single sign-on: what a SAML 2.0 service provider is made of.

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
pub use peer::Peer;
pub use service_provider::ServiceProvider;
