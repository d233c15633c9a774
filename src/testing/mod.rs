//! For hosts' own tests (feature `testing`): the proof that a store keeps its promises, the explorer of
//! interleavings and faults, strategies, fixtures, and entropy that repeats.
//!
//! Nothing here is for production: it panics where a test should fail, and its entropy is known to all.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that panics fails, as it should"
)]

pub mod broken;
pub mod conformance;
pub mod explore;
pub mod fixtures;
pub mod strategies;

#[cfg(feature = "saml")]
mod identity_provider;
mod seeded_entropy;

#[cfg(feature = "saml")]
pub use identity_provider::IdentityProviderForTests;
#[cfg(feature = "saml")]
pub use identity_provider::Says;
pub use seeded_entropy::SeededEntropy;
