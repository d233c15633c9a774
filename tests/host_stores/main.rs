//! The stores of the example host keep the contract (ST-01 to ST-04), on databases as they are.
#![cfg(feature = "testing")]

mod conformance;
mod databases;
mod opening;
mod plans;
mod races;
mod service;
#[path = "../../examples/host/store/mod.rs"]
mod store;
