//! The tool, without a process around it.

mod arguments;
mod encoding;
mod files;
mod help;
mod judge;
mod options;
mod run;
mod trust;
mod verdict;

pub use run::WRONG;
pub use run::run;
