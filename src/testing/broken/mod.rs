//! Stores broken on purpose: the proof that the conformance suite can fail.
//!
//! A [`BrokenStore`] is a small, plain store with at most one [`Flaw`], each a mistake that is easily made.
//! Each flaw names the checks that must find it.
//!
//! ```
//! use std::task::{Context, Poll, Waker};
//!
//! use grantor::testing::broken::{BrokenStore, Flaw};
//! use grantor::testing::conformance::{Suite, Task};
//!
//! // The store waits now and then, as one behind a network does.
//! fn drive(mut task: Task<'_>) {
//!     while task.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Pending {
//!         std::thread::yield_now();
//!     }
//! }
//!
//! let flaw = Flaw::GuardIgnored;
//! let report = Suite::new(|| BrokenStore::with(flaw), drive).only(flaw.found_by().to_vec()).run();
//! assert_eq!(report.failures().count(), flaw.found_by().len());
//! ```

mod commit;
mod flaw;
mod read;
mod store;

pub use flaw::Flaw;
pub use store::BrokenStore;
