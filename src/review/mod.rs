//! Reports, pure: what the records and the audit trail tell whoever reviews them. They decide nothing.

pub mod diagnosis;
pub mod impact;
pub mod usage;
