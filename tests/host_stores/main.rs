//! The stores of the example host keep the contract (ST-01 to ST-04), on databases as they are.
#![cfg(feature = "testing")]

mod child;
mod conformance;
mod databases;
#[cfg(unix)]
mod faults;
mod load;
mod opening;
mod plans;
mod processes;
mod proxy;
mod races;
mod service;
mod speed;
#[path = "../../examples/host/store/mod.rs"]
mod store;
mod wire;
