//! The example host, as it is run: a process, HTTP, and what a browser and an application do with it.
#![cfg(all(unix, feature = "os-rng", feature = "saml", feature = "aws-lc-rs", feature = "testing"))]

mod api;
mod attempts;
mod browser;
mod console;
mod flow;
mod forms;
mod login;
mod process;
mod sessions;
mod single_sign_on;
mod start;
