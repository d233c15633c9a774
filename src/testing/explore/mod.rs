//! The explorer: operations driven call by call through every interleaving and every fault (ST-02, ST-03).
//!
//! Decisions are pure, so operations meet in the store alone, and the only points where one can come between
//! another, fail or be abandoned are the calls of the [`Store`](crate::store::Store). The explorer runs the
//! real futures of two or three operations, stops each at every call, and tries whatever may come next there.
//! There are no threads and no runtime, and nothing is random: the same choices give the same execution, and
//! a test ends in milliseconds.
//!
//! ```
//! use grantor::change::{Changes, Key};
//! use grantor::model::ClientTally;
//! use grantor::store::{Commit, CommitError, MemoryStore, Store};
//! use grantor::testing::explore::{Effect, Explorer, Scenario, Stepped};
//! use grantor::value::OrganizationId;
//!
//! const HERE: OrganizationId = OrganizationId::from_bytes([1; 16]);
//!
//! /// Counts the first client of an organization.
//! async fn first_client(store: Stepped<MemoryStore>) -> Effect<&'static str> {
//!     match store.record(Key::ClientTally(HERE)).await {
//!         Ok(None) => {}
//!         Ok(Some(_)) => return Effect::Happened("not the first"),
//!         Err(_) => return Effect::DidNot,
//!     }
//!     match store.commit(Changes::new().insert(ClientTally::none(HERE).more())).await {
//!         Ok(Commit::Applied) => Effect::Happened("counted"),
//!         Ok(Commit::Conflict) | Err(CommitError::NotApplied(_)) => Effect::DidNot,
//!         Err(CommitError::Unknown(_)) => Effect::Unknown,
//!     }
//! }
//!
//! let race = Scenario::new(MemoryStore::default)
//!     .operation("one", first_client)
//!     .operation("other", first_client);
//! let tally = |store: &Stepped<MemoryStore>| grantor::ready(store.record(Key::ClientTally(HERE)));
//! Explorer::new().faults(2).serial(&race, |answer| *answer, tally).assert();
//! ```
//!
//! # What is tried
//!
//! At every call of every operation: that it goes on, while the others stand where they stand; and, as long
//! as [faults](Explorer::faults) are left,
//!
//! | fault | of a read | of a commit |
//! |---|---|---|
//! | error | [`Injected::Fault`] | [`CommitError::NotApplied`](crate::store::CommitError::NotApplied) |
//! | conflict | | [`Commit::Conflict`](crate::store::Commit::Conflict) without a cause |
//! | unknown | | [`CommitError::Unknown`](crate::store::CommitError::Unknown), and the commit is in flight |
//! | drop | the operation's future is dropped | the same, and the commit is in flight |
//!
//! A commit in flight is applied at once, or between any two later calls, or never: all that the contract of
//! the [store](crate::store) lets happen to a commit that did not answer.
//!
//! Executions that differ only in the order of calls that do not touch each other, such as two reads, end
//! alike: one of them is run to its end (sleep sets, after Godefroid). [`Explorer::every_order`] runs them
//! all.
//!
//! # What an operation must keep to
//!
//! - It is deterministic: `now` is fixed, and each operation has [seeded](crate::testing::SeededEntropy) entropy of its own.
//!   One that is not is found out and reported: [`Cause::NotDeterministic`].
//! - It waits for the store alone: [`Cause::Waits`]. The store may be one that waits a little: it is polled in a loop.
//! - Operations share nothing but the store. Where they do, say [`Explorer::every_order`]; what one does between two
//!   calls is still taken as one step.
//! - Calls that one operation makes at once are served in the order they were made.

mod end;
mod execution;
mod explorer;
mod footprint;
mod path;
mod report;
mod scenario;
mod serial;
mod stepped;
mod trace;
mod turnstile;

pub use end::End;
pub use end::Outcome;
pub use explorer::Explorer;
pub use report::Cause;
pub use report::Failure;
pub use report::Report;
pub use scenario::Scenario;
pub use serial::Effect;
pub use stepped::Injected;
pub use stepped::Stepped;
