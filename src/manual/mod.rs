//! The manual: how to put the library into a service, page by page. It is documentation alone.
//!
//! | page | for whoever |
//! |---|---|
//! | [`mount`] | routes requests to it, in axum |
//! | [`stores`] | keeps its records |
//! | [`processes`] | runs it in several processes on one database |
//! | [`single_sign_on`] | lets users log in by identity providers |
//! | [`rotation`] | changes secrets and certificates without an outage |
//! | [`upgrades`] | takes a newer version |
//! | [`host`] | wants to know what the library does not do |
//! | [`threats`] | wants to know what it withstands, and where that is proven |
//!
//! Each example on these pages is compiled and run by the tests. The README has the quickstart, and the pictures of what
//! becomes of a client, an authorization and an identity provider.

#[doc = include_str!("host.md")]
pub mod host {}

#[doc = include_str!("mount.md")]
pub mod mount {}

#[doc = include_str!("processes.md")]
pub mod processes {}

#[doc = include_str!("rotation.md")]
pub mod rotation {}

#[doc = include_str!("single_sign_on.md")]
pub mod single_sign_on {}

#[doc = include_str!("stores.md")]
pub mod stores {}

#[doc = include_str!("threats.md")]
pub mod threats {}

#[doc = include_str!("upgrades.md")]
pub mod upgrades {}
