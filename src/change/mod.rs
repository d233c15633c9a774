//! What a decision asks of the store, and what it answers.
//!
//! A decision is a pure function. It returns [`Done`], with the [`Changes`] to commit, or a reason to refuse;
//! in both cases an event tells of it, in the same commit.

mod changes;
mod decision;
mod denial;
mod index;
mod problem;
mod record;

pub use changes::Change;
pub use changes::Changes;
pub use decision::Done;
pub use decision::Reason;
pub use decision::Refused;
pub use decision::settle;
pub use denial::Denial;
pub use denial::PlanChange;
pub use index::Entries;
pub use index::Entry;
pub use index::Index;
pub use index::Position;
pub use problem::Problem;
pub use problem::Problems;
pub use record::Key;
pub use record::Kind;
pub use record::Record;
pub use record::Version;
pub use record::Versioned;
