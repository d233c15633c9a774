//! What is wrong with a text that is no permission.

use super::Permissions;

/// The text is no permission, or no set of them.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PermissionError {
    /// Not three parts with colons between them.
    #[error("a permission has three parts, `domain:entity:action`, not {parts}")]
    Shape {
        /// How many there were.
        parts: usize,
    },
    /// Nothing where a part is needed.
    #[error("a part of a permission is empty")]
    Empty,
    /// A part, or the whole, is too long.
    #[error("{length} bytes are more than {max} in a permission")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest, in bytes.
        max: usize,
    },
    /// Not an ASCII letter, a digit, a hyphen or an underscore, or not a letter at the start of a part.
    #[error("a part of a permission cannot hold {found:?} there")]
    Character {
        /// What stands there.
        found: char,
    },
    /// `*` where one permission is needed.
    #[error("a permission that is required cannot hold `*`")]
    Wildcard,
    /// More than [`Permissions::MAX`].
    #[error("{count} permissions are more than {max}", max = Permissions::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
}

impl PermissionError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Shape { .. } => "permission.bad.shape",
            Self::Empty => "permission.part.required",
            Self::TooLong { .. } => "permission.too.long",
            Self::Character { .. } => "permission.bad.character",
            Self::Wildcard => "permission.wildcard",
            Self::TooMany { .. } => "permission.too.many",
        }
    }
}
