//! How SAML messages travel through a browser.

use core::fmt;

use serde::Deserialize;
use serde::Serialize;

/// How a message is sent through a browser (SAML bindings §3.4, §3.5).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Binding {
    /// HTTP-Redirect: deflated, in the query of a URL.
    Redirect,
    /// HTTP-POST: in a form.
    Post,
}

impl Binding {
    /// The identifier that the standard gives it.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Redirect => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
            Self::Post => "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
        }
    }

    /// The binding with this identifier; nothing for others, such as artifact or SOAP.
    #[must_use]
    pub fn of_uri(uri: &str) -> Option<Self> {
        [Self::Redirect, Self::Post].into_iter().find(|binding| binding.uri() == uri)
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Redirect => "redirect",
            Self::Post => "post",
        })
    }
}
