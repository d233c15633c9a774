//! One redirect URI, and how a presented one is compared with it.

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

use super::RedirectUriError;
use super::parse::parse;

/// A redirect URI that may be registered (CL-05). Cheap to clone.
///
/// It is absolute and one of three kinds: `https`; `http` to `127.0.0.1`, `[::1]` or `localhost`; a
/// private-use scheme with a dot, such as `com.example.app:/callback` (RFC 8252 §7.1).
///
/// ```
/// use grantor::value::RedirectUri;
///
/// let registered = RedirectUri::new("http://127.0.0.1/callback")?;
/// assert!(registered.matches("http://127.0.0.1:51004/callback"));
/// assert!(!registered.matches("http://127.0.0.1:51004/callback/"));
/// assert!(RedirectUri::new("https://example.com/*").is_err());
/// # Ok::<(), grantor::value::RedirectUriError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: `parse` accepts the text.
pub struct RedirectUri(Arc<str>);

impl RedirectUri {
    /// 2 048 bytes: the longest URI.
    pub const MAX: usize = 2_048;

    /// The URI of this text, which is kept as it is.
    ///
    /// # Errors
    ///
    /// [`RedirectUriError`] for a text that is no absolute URI of RFC 3986, that is of none of the three
    /// kinds, or that holds a fragment, user information, a wildcard, a dot segment, an encoded control
    /// character or a parameter that answers have themselves.
    pub fn new(text: &str) -> Result<Self, RedirectUriError> {
        parse(text)?;
        Ok(Self(text.into()))
    }

    /// The URI as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a presented URI is this one (CL-06).
    ///
    /// Every byte must be equal. For a registered loopback IP literal alone, not for `localhost`, the port
    /// may differ or be absent (RFC 8252 §7.3).
    #[must_use]
    pub fn matches(&self, presented: &str) -> bool {
        if presented == self.as_str() {
            return true;
        }
        let (Some(mine), Some(theirs)) = (self.around_loopback_port(), around_loopback_port(presented))
        else {
            return false;
        };
        mine == theirs
    }

    fn around_loopback_port(&self) -> Option<(&str, &str)> {
        around_loopback_port(&self.0)
    }
}

/// What stands before and after the port of a URI to a loopback IP literal; nothing for any other text.
fn around_loopback_port(text: &str) -> Option<(&str, &str)> {
    let port = parse(text).ok()?.loopback_port?;
    Some((text.get(..port.start)?, text.get(port.end..)?))
}

impl FromStr for RedirectUri {
    type Err = RedirectUriError;

    fn from_str(text: &str) -> Result<Self, RedirectUriError> {
        Self::new(text)
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;

    fn try_from(text: String) -> Result<Self, RedirectUriError> {
        Self::new(&text)
    }
}

impl fmt::Display for RedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_matches(registered: &str, presented: &str, expected: bool) {
        let registered = RedirectUri::new(registered).unwrap();
        assert_eq!(registered.matches(presented), expected, "{registered} against {presented}");
    }

    /// CL-06, threat 1: every byte counts, the case of letters too.
    #[test]
    fn threat_01_matching_is_exact() {
        let registered = "https://example.com/cb?a=b";
        assert_matches(registered, registered, true);
        for presented in [
            "https://example.com/cb",
            "https://example.com/cb?a=B",
            "https://example.com/Cb?a=b",
            "https://EXAMPLE.com/cb?a=b",
            "https://example.com:443/cb?a=b",
            "https://example.com/cb/?a=b",
            "https://example.com/cb?a=b&c=d",
            "https://example.com/cb?a=b#",
            "https://example.com/%63b?a=b",
            "https://example.com.evil.example/cb?a=b",
            "",
        ] {
            assert_matches(registered, presented, false);
        }
    }

    /// CL-06, threat 5: the port of a loopback IP literal is free, and nothing else is.
    #[test]
    fn threat_05_loopback_literals_have_a_free_port() {
        for host in ["127.0.0.1", "[::1]"] {
            let registered = format!("http://{host}:8000/cb?a=b");
            for port in ["", ":1", ":8000", ":65535"] {
                assert_matches(&registered, &format!("http://{host}{port}/cb?a=b"), true);
                assert_matches(
                    &format!("http://{host}/cb?a=b"),
                    &format!("http://{host}{port}/cb?a=b"),
                    true,
                );
                assert_matches(&registered, &format!("http://{host}{port}/cb"), false);
                assert_matches(&registered, &format!("https://{host}{port}/cb?a=b"), false);
            }
            for port in [":", ":0", ":65536", ":80@evil.example", ":80 "] {
                assert_matches(&registered, &format!("http://{host}{port}/cb?a=b"), false);
            }
        }
        assert_matches("http://127.0.0.1/cb", "http://[::1]/cb", false);
    }

    /// threat 5: a name may resolve to anything, so neither `localhost` nor any other host has a free port.
    #[test]
    fn threat_05_names_have_no_free_port() {
        for (registered, presented) in [
            ("http://localhost:3000/cb", "http://localhost:3001/cb"),
            ("http://localhost/cb", "http://127.0.0.1/cb"),
            ("https://127.0.0.1:3000/cb", "https://127.0.0.1:3001/cb"),
            ("https://example.com:3000/cb", "https://example.com:3001/cb"),
            ("com.example.app://a:1/cb", "com.example.app://a:2/cb"),
        ] {
            assert_matches(registered, presented, false);
        }
    }

    #[test]
    fn json_is_text_and_checked() {
        let json = r#""https://example.com/cb""#;
        let read: RedirectUri = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        assert!(serde_json::from_str::<RedirectUri>(r#""http://example.com/cb""#).is_err());
    }

    proptest! {
        /// threat 3: one parser registers and matches, so what is presented could have been registered.
        #[test]
        fn threat_03_what_matches_could_be_registered(presented in "http://127.0.0.1[:0-9@]{0,6}/cb.{0,3}") {
            if RedirectUri::new("http://127.0.0.1/cb").unwrap().matches(&presented) {
                prop_assert!(RedirectUri::new(&presented).is_ok());
            }
        }

        /// threat 1: one changed byte is another URI.
        #[test]
        fn threat_01_a_changed_byte_does_not_match(at in 0_usize..30, to in "[ -~]") {
            let registered = "https://example.com/cb/a?b=c&d";
            let mut presented = registered.to_owned();
            presented.replace_range(at..=at, &to);
            prop_assume!(presented != registered);
            prop_assert!(!RedirectUri::new(registered).unwrap().matches(&presented));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}|(https?|a\\.b):[/:@\\[\\]%.0-9a-f?;]{0,20}") {
            if let Ok(uri) = RedirectUri::new(&text) {
                prop_assert!(uri.matches(&text));
            }
        }
    }
}
