//! What a message is, as the browser carries it.

use core::fmt;

/// Whether a message asks or answers (SAML bindings §3.4.4, §3.5.4).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum MessageKind {
    /// It asks.
    Request,
    /// It answers.
    Response,
}

impl MessageKind {
    /// The name of the parameter or form field that it travels in.
    #[must_use]
    pub const fn parameter(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

impl fmt::Display for MessageKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.parameter())
    }
}
