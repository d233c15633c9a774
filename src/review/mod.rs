//! Reports, pure: what the records and the audit trail tell whoever reviews them. They decide nothing.

pub mod diagnosis;
pub mod history;
pub mod impact;
pub mod report;
pub mod trail;
pub mod usage;
