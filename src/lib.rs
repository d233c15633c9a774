#![doc = include_str!("../README.md")]
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
pub mod audit;
pub mod change;
pub mod model;
mod ready;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod value;

pub use ready::NotReady;
pub use ready::ready;
