//! The example host, as it is run: a process, HTTP, and what a browser and an application do with it.
#![cfg(all(unix, feature = "os-rng", feature = "saml", feature = "aws-lc-rs", feature = "testing"))]

mod api;
mod attempts;
mod audit;
mod browser;
mod console;
#[path = "../host_stores/databases.rs"]
#[expect(dead_code, reason = "shared with the tests of the stores")]
mod databases;
mod flow;
mod forms;
mod login;
mod oversight;
mod process;
mod review;
mod seals;
mod sessions;
mod several;
mod single_logout;
mod single_sign_on;
mod start;
#[path = "../../examples/host/store/mod.rs"]
mod store;
