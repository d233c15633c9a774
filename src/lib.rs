#![cfg_attr(feature = "os-rng", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "os-rng"),
    doc = "Embeddable authorization for services that hold organizations' data."
)]
#![cfg_attr(
    all(feature = "aws-lc-rs", feature = "os-rng", feature = "saml"),
    doc = "\n# Manual\n\n[`manual`]: how to put this into a service, page by page."
)]
#![forbid(unsafe_code)]
#![deny(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects
)]
#![cfg_attr(
    test,
    allow(clippy::arithmetic_side_effects, reason = "a test that overflows fails, as it should")
)]

pub mod access;
pub mod admin;
pub mod audit;
pub mod change;
pub mod grant;
#[cfg(feature = "saml")]
pub mod login;
#[cfg(all(feature = "aws-lc-rs", feature = "os-rng", feature = "saml"))]
pub mod manual;
pub mod model;
mod ready;
pub mod review;
#[cfg(feature = "saml")]
pub mod saml;
pub mod server;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod value;
pub mod wire;

pub use ready::NotReady;
pub use ready::ready;
pub use server::AuthorizationServer;
pub use server::Settings;
pub use store::MemoryStore;
pub use store::Store;
pub use value::Timestamp;
