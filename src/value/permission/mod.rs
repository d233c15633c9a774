//! Permissions: what a role allows, and what an operation needs (OR-02, OR-05).

mod error;
mod parts;
mod pattern;
mod required;
mod set;

pub use error::PermissionError;
pub use pattern::PermissionPattern;
pub use required::Permission;
pub use set::Permissions;
