//! Endpoints of the host's interface, as usage names them.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

/// An endpoint of the host: a method, and the template of its paths. Cheap to clone.
///
/// A template names what differs from call to call and does not carry it: `/api/v2/users/{id}`. It has no query,
/// so that nothing a caller sent comes into it.
///
/// ```
/// use grantor::value::Endpoint;
///
/// let endpoint = Endpoint::new("GET", "/api/v2/users/{id}")?;
/// assert_eq!((endpoint.method(), endpoint.template()), ("GET", "/api/v2/users/{id}"));
/// assert!(Endpoint::new("GET", "/api/v2/users?email=jo@app.example").is_err());
/// # Ok::<(), grantor::value::EndpointError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "String", try_from = "String")]
// INVARIANT: a method, one space, a template; each within its length and its characters.
pub struct Endpoint(Arc<str>);

/// Why a text names no endpoint.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EndpointError {
    /// The method has the wrong length.
    #[error("a method of {length} bytes: 1 to 16 are needed")]
    MethodLength {
        /// How many bytes it has.
        length: usize,
    },
    /// The template is too long.
    #[error("a template of {length} bytes: at most 128 are accepted")]
    TooLong {
        /// How many bytes it has.
        length: usize,
    },
    /// The template does not begin with a slash.
    #[error("a template that does not begin with `/`")]
    NotAPath,
    /// A character that has no place there.
    #[error("the character {found:?} is not accepted in {part}")]
    Character {
        /// The character.
        found: char,
        /// `a method` or `a template`.
        part: &'static str,
    },
}

impl Endpoint {
    /// 16 bytes: the longest method.
    pub const MAX_METHOD: usize = 16;
    /// 128 bytes: the longest template.
    pub const MAX_TEMPLATE: usize = 128;

    /// The endpoint of this method and this template.
    ///
    /// # Errors
    ///
    /// [`EndpointError`] unless the method is 1 to 16 ASCII capitals and hyphens, and the template begins with `/`
    /// and has at most 128 printable ASCII characters, without space, `?`, `#`, `"`, `<`, `>` and `\`.
    pub fn new(method: &str, template: &str) -> Result<Self, EndpointError> {
        if method.is_empty() || method.len() > Self::MAX_METHOD {
            return Err(EndpointError::MethodLength { length: method.len() });
        }
        // RFC 9110 §9.1: methods are case-sensitive, and those there are are in capitals.
        if let Some(found) = method.chars().find(|found| !matches!(found, 'A'..='Z' | '-')) {
            return Err(EndpointError::Character { found, part: "a method" });
        }
        if template.len() > Self::MAX_TEMPLATE {
            return Err(EndpointError::TooLong { length: template.len() });
        }
        if !template.starts_with('/') {
            return Err(EndpointError::NotAPath);
        }
        let is_refused =
            |found: &char| !found.is_ascii_graphic() || matches!(found, '?' | '#' | '"' | '<' | '>' | '\\');
        if let Some(found) = template.chars().find(is_refused) {
            return Err(EndpointError::Character { found, part: "a template" });
        }
        Ok(Self(format!("{method} {template}").into()))
    }

    /// The method: `GET`.
    #[must_use]
    pub fn method(&self) -> &str {
        self.0.split_once(' ').map_or("", |(method, _)| method)
    }

    /// The template of its paths: `/api/v2/users/{id}`.
    #[must_use]
    pub fn template(&self) -> &str {
        self.0.split_once(' ').map_or("", |(_, template)| template)
    }

    /// Method and template, with a space between them.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Endpoint {
    type Err = EndpointError;

    fn from_str(text: &str) -> Result<Self, EndpointError> {
        let (method, template) = text.split_once(' ').ok_or(EndpointError::NotAPath)?;
        Self::new(method, template)
    }
}

impl TryFrom<String> for Endpoint {
    type Error = EndpointError;

    fn try_from(text: String) -> Result<Self, EndpointError> {
        text.parse()
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> Self {
        endpoint.as_str().to_owned()
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn refused(method: &str, template: &str) -> EndpointError {
        Endpoint::new(method, template).unwrap_err()
    }

    #[test]
    fn what_names_an_endpoint_is_accepted_to_its_bounds() {
        let longest = format!("/{}", "a".repeat(127));
        for (method, template) in
            [("GET", "/"), ("M-SEARCH", "/a:b,c;d=e/~f/{id}/*"), ("ABCDEFGHIJKLMNOP", longest.as_str())]
        {
            let endpoint = Endpoint::new(method, template).unwrap();
            assert_eq!((endpoint.method(), endpoint.template()), (method, template));
            assert_eq!(endpoint.to_string().parse(), Ok(endpoint));
        }
    }

    /// threat 39, threat 42: neither a query, where tokens are put by mistake, nor markup is kept or shown.
    #[test]
    fn threat_39_a_query_is_no_part_of_an_endpoint() {
        let character = |found, part| EndpointError::Character { found, part };
        for found in ['?', '#', ' ', '"', '<', '>', '\\', '\n', '\u{0}', '\u{7f}', 'ü', '\u{202e}'] {
            assert_eq!(refused("GET", &format!("/users{found}x")), character(found, "a template"));
        }
        for found in ['g', ' ', '1', '\n', 'Ü'] {
            assert_eq!(refused(&format!("G{found}"), "/"), character(found, "a method"));
        }
    }

    #[test]
    fn what_is_too_long_or_no_path_is_refused() {
        assert_eq!(refused("", "/"), EndpointError::MethodLength { length: 0 });
        assert_eq!(refused("ABCDEFGHIJKLMNOPQ", "/"), EndpointError::MethodLength { length: 17 });
        assert_eq!(refused("GET", &"/".repeat(129)), EndpointError::TooLong { length: 129 });
        assert_eq!(refused("GET", ""), EndpointError::NotAPath);
        assert_eq!(refused("GET", "users"), EndpointError::NotAPath);
        assert_eq!("GET".parse::<Endpoint>(), Err(EndpointError::NotAPath));
    }
}
