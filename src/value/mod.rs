//! Plain values: checked when made, so that what is held is valid.
//!
//! Nothing here knows of records, stores or decisions.

mod base64_text;
mod certificate;
mod entropy;
mod epoch;
mod id;
mod lifetime;
mod permission;
mod redirect_uri;
mod scope;
mod scope_catalog;
mod sealed;
mod text;
mod timestamp;

pub(crate) use base64_text::decode_base64;
pub use certificate::Certificate;
pub use certificate::CertificateError;
pub use certificate::KeyKind;
pub use certificate::PublicKey;
pub use entropy::Entropy;
pub use entropy::EntropyError;
#[cfg(feature = "os-rng")]
pub use entropy::OsEntropy;
pub use epoch::Epoch;
pub use id::AuthorizationId;
pub use id::ClientId;
pub use id::DivisionId;
pub use id::EventId;
pub use id::FamilyId;
pub use id::IdError;
pub use id::OrganizationId;
pub use id::RoleId;
pub use id::SecretId;
pub use id::UserId;
pub use lifetime::LifetimeError;
pub use lifetime::TokenLifetime;
pub use permission::Permission;
pub use permission::PermissionError;
pub use permission::PermissionPattern;
pub use permission::Permissions;
pub use redirect_uri::RedirectUri;
pub use redirect_uri::RedirectUriError;
pub use redirect_uri::RedirectUris;
pub use redirect_uri::RedirectUrisError;
pub use scope::Scope;
pub use scope::ScopeError;
pub use scope::Scopes;
pub use scope_catalog::ScopeCatalog;
pub use scope_catalog::ScopeCatalogError;
pub use scope_catalog::ScopeEntry;
pub use scope_catalog::UnknownScope;
pub use sealed::Digest;
pub use sealed::Kind;
pub use sealed::NotIssuedHere;
pub use sealed::Plain;
pub use sealed::kind;
pub use text::Description;
pub use text::Label;
pub use text::Name;
pub use text::Text;
pub use text::TextError;
pub use timestamp::Timestamp;
