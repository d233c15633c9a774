//! Diagnosis: what a refusal means to whoever runs the application, and which change brought it about (DX-01 to DX-11).
//!
//! A [`Failure`] is a refusal, as an event of the audit trail or an explanation tells of it. A [`Search`] goes through the
//! trail from the failure back, for the change that did it (DX-05); and gives a [`Diagnosis`]: the [`Row`] of the table of
//! troubles, with its cause and its remedy, and the [`Culprit`], where one was found.
//!
//! It reads the organization's own trail: what another organization did to a client of its own is not told (OR-01).

mod failure;
mod report;
mod row;
mod search;
mod suspect;

pub use failure::Failure;
pub use report::Culprit;
pub use report::Diagnosis;
pub use row::Row;
pub use search::Search;
