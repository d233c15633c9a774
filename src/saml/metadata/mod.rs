//! Metadata: what an identity provider says of itself, imported (SA-02, SA-03, SA-15), and what this service says of
//! itself (SA-07). SAML metadata §2.

mod choose;
mod duration;
mod error;
mod keys;
mod protocol;
mod provider;
mod read;
mod role;
mod write;

pub use error::MetadataError;
pub use provider::Endpoint;
pub use provider::ProviderMetadata;
pub use read::read;
pub use write::write;
