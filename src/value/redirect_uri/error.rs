//! What is wrong with a text that is no redirect URI.

use super::RedirectUri;

/// The text is no redirect URI that may be registered (CL-05).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectUriError {
    /// Longer than [`RedirectUri::MAX`].
    #[error("a redirect URI of {length} bytes is longer than {max}", max = RedirectUri::MAX)]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// A character that no URI holds there, such as a space, a backslash, a control or a letter beyond ASCII.
    #[error("a redirect URI cannot hold {found:?} at byte {at}")]
    Character {
        /// What stands there.
        found: char,
        /// Where, in bytes from the start.
        at: usize,
    },
    /// A `%` without two hexadecimal digits.
    #[error("the `%` at byte {at} of the redirect URI is followed by no two hexadecimal digits")]
    Escape {
        /// Where, in bytes from the start.
        at: usize,
    },
    /// An escape that stands for a control character.
    #[error("a redirect URI cannot hold an encoded control character")]
    EncodedControl,
    /// A `*`.
    #[error("a redirect URI cannot hold a wildcard")]
    Wildcard,
    /// A `#`.
    #[error("a redirect URI cannot hold a fragment")]
    Fragment,
    /// No scheme, or nothing after it.
    #[error("a redirect URI must be absolute")]
    Relative,
    /// A scheme with capital letters.
    #[error("the scheme of a redirect URI must be in lower case")]
    SchemeCase,
    /// A scheme that is neither `https`, `http` nor private-use.
    #[error("the scheme `{scheme}` is neither `https` nor a private-use scheme with a dot")]
    Scheme {
        /// The scheme.
        scheme: String,
    },
    /// `http` to a host that is not this machine.
    #[error("`http` is for `127.0.0.1`, `[::1]` and `localhost` alone")]
    Insecure,
    /// An `@` before the path.
    #[error("a redirect URI cannot hold user information")]
    UserInformation,
    /// No host, or one that is neither a name nor an IP address.
    #[error("the host of the redirect URI is missing or malformed")]
    Host,
    /// A port that is no number from 1 to 65 535.
    #[error("the port of a redirect URI is a number from 1 to 65535")]
    Port,
    /// A segment of the path that is `.` or `..`, plain or encoded.
    #[error("a redirect URI cannot hold the segments `.` and `..`")]
    DotSegment,
    /// A parameter in the query that answers have themselves: the application could not tell whose it is.
    #[error("a redirect URI cannot hold the parameter `{parameter}`, which answers have themselves")]
    ReservedParameter {
        /// Its name, as it is decoded.
        parameter: &'static str,
    },
}

impl RedirectUriError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "redirect.uri.too.long",
            Self::Character { .. } => "redirect.uri.bad.character",
            Self::Escape { .. } => "redirect.uri.bad.escape",
            Self::EncodedControl => "redirect.uri.encoded.control",
            Self::Wildcard => "redirect.uri.wildcard",
            Self::Fragment => "redirect.uri.fragment",
            Self::Relative => "redirect.uri.relative",
            Self::SchemeCase => "redirect.uri.scheme.case",
            Self::Scheme { .. } => "redirect.uri.bad.scheme",
            Self::Insecure => "redirect.uri.insecure",
            Self::UserInformation => "redirect.uri.user.information",
            Self::Host => "redirect.uri.bad.host",
            Self::Port => "redirect.uri.bad.port",
            Self::DotSegment => "redirect.uri.dot.segment",
            Self::ReservedParameter { .. } => "redirect.uri.reserved.parameter",
        }
    }
}
