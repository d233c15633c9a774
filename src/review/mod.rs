//! Reports of what is: they decide nothing, and change nothing.

pub mod usage;
