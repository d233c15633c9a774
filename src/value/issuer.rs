//! Where the authorization server is found: its issuer and the addresses of its endpoints (RFC 8414).

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::RedirectUri;
use super::RedirectUriError;

/// The issuer: an `https` URL without query and fragment that names the authorization server (RFC 8414 §2,
/// RFC 9207 §2). `http` only for `127.0.0.1`, `[::1]` and `localhost`. Cheap to clone.
///
/// ```
/// use grantor::value::Issuer;
///
/// let issuer: Issuer = "https://login.example.com".parse()?;
/// assert_eq!(issuer.endpoint("/oauth/token").as_str(), "https://login.example.com/oauth/token");
/// assert!("https://login.example.com/?a=b".parse::<Issuer>().is_err());
/// # Ok::<(), grantor::value::AddressError>(())
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
// INVARIANT: a web address without query.
pub struct Issuer(Arc<str>);

/// The address of an endpoint: an `https` URL without fragment (RFC 6749 §3.1, §3.2), `http` only on this
/// machine. Cheap to clone.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: a web address.
pub struct EndpointUri(Arc<str>);

/// The text is no address of an authorization server or identity provider.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AddressError {
    /// It is no absolute URL that is safe to be sent to.
    #[error("{0}")]
    Malformed(RedirectUriError),
    /// Its scheme is neither `https` nor, on this machine, `http`.
    #[error("an address begins with `https://`")]
    Scheme,
    /// An issuer with a query.
    #[error("an issuer has no query")]
    Query,
}

impl Issuer {
    /// The address under the issuer with this path, which begins with a slash.
    ///
    /// A path that is none gives the address of the issuer itself.
    #[must_use]
    pub fn endpoint(&self, path: &str) -> EndpointUri {
        let base = self.0.trim_end_matches('/');
        let joined = [base, path].concat();
        let is_address = path.starts_with('/') && web_address(&joined).is_ok();
        EndpointUri(if is_address { joined.into() } else { Arc::clone(&self.0) })
    }

    /// The issuer as it was written, by which clients compare it (RFC 9207 §2.4).
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl EndpointUri {
    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Issuer {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        web_address(text)?;
        // RFC 8414 §2: no query or fragment components.
        if text.contains('?') { Err(AddressError::Query) } else { Ok(Self(text.into())) }
    }
}

impl FromStr for EndpointUri {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        web_address(text)?;
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for EndpointUri {
    type Error = AddressError;

    fn try_from(text: String) -> Result<Self, AddressError> {
        text.parse()
    }
}

/// What may be registered to redirect to is what may be published to be sent to, but for private schemes.
fn web_address(text: &str) -> Result<(), AddressError> {
    RedirectUri::new(text).map_err(AddressError::Malformed)?;
    let is_web = text.starts_with("https://") || text.starts_with("http://");
    if is_web { Ok(()) } else { Err(AddressError::Scheme) }
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EndpointUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_is_an_https_url_without_query_and_fragment() {
        for good in
            ["https://a.example", "https://a.example/tenant/1", "http://127.0.0.1:8080", "http://localhost"]
        {
            assert_eq!(good.parse::<Issuer>().unwrap().as_str(), good);
        }
        for bad in [
            "",
            "a.example",
            "http://a.example",
            "https://a.example?b",
            "https://a.example#b",
            "com.example:/a",
        ] {
            assert!(bad.parse::<Issuer>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_endpoint_stands_under_its_issuer() {
        for issuer in ["https://a.example/t", "https://a.example/t/"] {
            let issuer: Issuer = issuer.parse().unwrap();
            assert_eq!(issuer.endpoint("/token").as_str(), "https://a.example/t/token");
            assert_eq!(issuer.endpoint("token").as_str(), issuer.as_str(), "no path, no other host");
            assert_eq!(issuer.endpoint("/a b").as_str(), issuer.as_str());
        }
    }
}
