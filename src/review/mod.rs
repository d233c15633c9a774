//! Reports, pure: what the records and the audit trail tell whoever reviews them.

pub mod diagnosis;
