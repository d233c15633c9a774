//! The report as one page that needs nothing else.

mod charts;
mod page;
mod style;
mod text;

pub(super) use page::write;
pub(super) use style::CONTENT_SECURITY_POLICY;
