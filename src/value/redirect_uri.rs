//! Redirect URIs: where an answer to the browser may go (CL-05, CL-06).
//!
//! One strict parser reads both what is registered and what a request presents. It never normalizes: a URI is kept and
//! compared as the bytes it was written in, so that no second reading of them can differ (threats 1, 2, 3).

use core::fmt;
use core::net::Ipv4Addr;
use core::net::Ipv6Addr;
use core::ops::Range;
use core::str::FromStr;
use std::collections::HashSet;
use std::sync::Arc;

use serde::Deserialize;
use serde::Serialize;

/// A redirect URI that may be registered (CL-05). Cheap to clone.
///
/// It is absolute and one of three kinds: `https`; `http` to `127.0.0.1`, `[::1]` or `localhost`; a private-use scheme
/// with a dot, such as `com.example.app:/callback` (RFC 8252 §7.1).
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
    /// [`RedirectUriError`] for a text that is no absolute URI of RFC 3986, that is of none of the three kinds, or that
    /// holds a fragment, user information, a wildcard, a dot segment or an encoded control character.
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
    /// Every byte must be equal. For a registered loopback IP literal alone, not for `localhost`, the port may differ
    /// or be absent (RFC 8252 §7.3).
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

/// What the parser learned.
struct Parsed {
    /// Of `http` to a loopback IP literal: the port with its colon, empty where there is none.
    loopback_port: Option<Range<usize>>,
}

fn parse(text: &str) -> Result<Parsed, RedirectUriError> {
    if text.len() > RedirectUri::MAX {
        return Err(RedirectUriError::TooLong { length: text.len() });
    }
    check_characters(text)?;
    // RFC 3986 §4.3: absolute-URI = scheme ":" hier-part [ "?" query ]
    let (scheme, rest) = text.split_once(':').ok_or(RedirectUriError::Relative)?;
    check_scheme(scheme)?;
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    check_escapes(query)?;
    let Some(after_slashes) = hierarchy.strip_prefix("//") else {
        // RFC 8252 §7.1: a private-use URI has no authority, and a web one cannot do without.
        return match scheme {
            "http" | "https" => Err(RedirectUriError::Host),
            _ if hierarchy.is_empty() => Err(RedirectUriError::Relative),
            _ => check_path(hierarchy).map(|()| Parsed { loopback_port: None }),
        };
    };
    let end = after_slashes.find('/').unwrap_or(after_slashes.len());
    let (authority, path) = after_slashes.split_at_checked(end).ok_or(RedirectUriError::Host)?;
    check_path(path)?;
    let (host, port) = split_authority(authority)?;
    if scheme != "http" {
        return Ok(Parsed { loopback_port: None });
    }
    match host {
        // RFC 8252 §8.3: the name may resolve to anything, so its port is not free.
        "localhost" => Ok(Parsed { loopback_port: None }),
        "127.0.0.1" | "[::1]" => {
            let start = "http://".len().saturating_add(host.len());
            Ok(Parsed { loopback_port: Some(start..start.saturating_add(port.len())) })
        }
        _ => Err(RedirectUriError::Insecure),
    }
}

/// RFC 3986 §2: only characters of URIs, each `%` with its two digits, and brackets in the authority alone.
fn check_characters(text: &str) -> Result<(), RedirectUriError> {
    let before_path = text.split_once("://").map_or(0, |(scheme, rest)| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        scheme.len().saturating_add("://".len()).saturating_add(authority.len())
    });
    let mut characters = text.char_indices();
    while let Some((at, found)) = characters.next() {
        match found {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '-' | '.' | '_' | '~' | ':' | '/' | '?' | '@' => {}
            '!' | '$' | '&' | '\'' | '(' | ')' | '+' | ',' | ';' | '=' => {}
            '[' | ']' if at < before_path => {}
            '%' => {
                let digits = [characters.next(), characters.next()];
                if !digits.iter().all(|digit| digit.is_some_and(|(_, digit)| digit.is_ascii_hexdigit())) {
                    return Err(RedirectUriError::Escape { at });
                }
            }
            '#' => return Err(RedirectUriError::Fragment),
            '*' => return Err(RedirectUriError::Wildcard),
            _ => return Err(RedirectUriError::Character { found, at }),
        }
    }
    Ok(())
}

fn check_scheme(scheme: &str) -> Result<(), RedirectUriError> {
    // RFC 3986 §3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." )
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    if !is_scheme {
        return Err(RedirectUriError::Relative);
    }
    // Exact comparison needs one spelling, and the dangerous ones hide in mixed case.
    if scheme.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err(RedirectUriError::SchemeCase);
    }
    match scheme {
        "http" | "https" => Ok(()),
        // RFC 8252 §7.1: a reverse domain name; without a dot are `javascript`, `data` and all the others.
        _ if scheme.contains('.') && scheme.split('.').all(|label| !label.is_empty()) => Ok(()),
        _ => Err(RedirectUriError::Scheme { scheme: scheme.to_owned() }),
    }
}

/// The checked host, and the port with its colon.
fn split_authority(authority: &str) -> Result<(&str, &str), RedirectUriError> {
    // RFC 3986 §3.2: authority = [ userinfo "@" ] host [ ":" port ]
    if authority.contains('@') {
        return Err(RedirectUriError::UserInformation);
    }
    let host_end = match authority.find(']') {
        Some(bracket) => bracket.saturating_add(1),
        None => authority.find(':').unwrap_or(authority.len()),
    };
    let (host, port) = authority.split_at_checked(host_end).ok_or(RedirectUriError::Host)?;
    check_host(host)?;
    check_port(port)?;
    Ok((host, port))
}

fn check_host(host: &str) -> Result<(), RedirectUriError> {
    if let Some(literal) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return match literal.parse::<Ipv6Addr>() {
            Ok(_) => Ok(()),
            Err(_) => Err(RedirectUriError::Host),
        };
    }
    let mut labels = host.split('.');
    if host.len() > 253 || !labels.clone().all(is_label) {
        return Err(RedirectUriError::Host);
    }
    // Browsers read a host that ends in a number as an IPv4 address, in octal, in hexadecimal or in one piece too.
    let ends_in_number = labels.next_back().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X")
    });
    if ends_in_number && host.parse::<Ipv4Addr>().is_err() {
        return Err(RedirectUriError::Host);
    }
    Ok(())
}

/// RFC 1123 §2.1: letters, digits and hyphens, no hyphen at an end. Underscores are common enough to be let in.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn check_port(port: &str) -> Result<(), RedirectUriError> {
    if port.is_empty() {
        return Ok(());
    }
    let digits = port.strip_prefix(':').ok_or(RedirectUriError::Host)?;
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    match digits.parse::<u16>() {
        Ok(_) if is_number => Ok(()),
        Ok(_) | Err(_) => Err(RedirectUriError::Port),
    }
}

/// No segment that goes up or nowhere, as a lenient server would read it: with escapes decoded, `\` as a separator, and
/// without what follows a `;`.
fn check_path(path: &str) -> Result<(), RedirectUriError> {
    check_escapes(path)?;
    let decoded = decode(path);
    let mut segments = decoded.split(|byte| matches!(byte, b'/' | b'\\'));
    if segments.any(|segment| matches!(segment.split(|byte| *byte == b';').next(), Some(b"." | b".."))) {
        return Err(RedirectUriError::DotSegment);
    }
    Ok(())
}

/// No control character in disguise.
fn check_escapes(part: &str) -> Result<(), RedirectUriError> {
    if decode(part).iter().any(u8::is_ascii_control) {
        return Err(RedirectUriError::EncodedControl);
    }
    Ok(())
}

/// The bytes of a part whose escapes were found well formed.
fn decode(part: &str) -> Vec<u8> {
    let mut pieces = part.split('%');
    let mut decoded = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        let (digits, rest) = piece.split_at_checked(2).unwrap_or_default();
        decoded.extend(u8::from_str_radix(digits, 16));
        decoded.extend_from_slice(rest.as_bytes());
    }
    decoded
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
        }
    }
}

/// The redirect URIs of a client: 1 to [`RedirectUris::MAX`], in the order they were given (CL-04). Cheap to clone.
#[derive(Clone, Debug, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(try_from = "Vec<RedirectUri>")]
// INVARIANT: 1 to `RedirectUris::MAX`, none twice.
pub struct RedirectUris(Arc<[RedirectUri]>);

impl RedirectUris {
    /// 125: the most redirect URIs of one client.
    pub const MAX: usize = 125;

    /// These redirect URIs, in their order.
    ///
    /// # Errors
    ///
    /// [`RedirectUrisError`] for none, for more than [`RedirectUris::MAX`] and for one that is there twice.
    pub fn new(uris: impl IntoIterator<Item = RedirectUri>) -> Result<Self, RedirectUrisError> {
        let uris: Arc<[RedirectUri]> = uris.into_iter().collect();
        if uris.is_empty() {
            return Err(RedirectUrisError::Empty);
        }
        if uris.len() > Self::MAX {
            return Err(RedirectUrisError::TooMany { count: uris.len() });
        }
        let mut seen = HashSet::new();
        if let Some(twice) = uris.iter().find(|uri| !seen.insert(*uri)) {
            return Err(RedirectUrisError::Duplicate { uri: twice.clone() });
        }
        Ok(Self(uris))
    }

    /// Where an answer goes whose request presented this URI: the presented one, now checked (CL-06).
    ///
    /// Its port may differ from the registered one, for a loopback IP literal: see [`RedirectUri::matches`].
    #[must_use]
    pub fn matching(&self, presented: &str) -> Option<RedirectUri> {
        if !self.iter().any(|registered| registered.matches(presented)) {
            return None;
        }
        RedirectUri::new(presented).ok()
    }

    /// The redirect URIs, in their order.
    pub fn iter(&self) -> core::slice::Iter<'_, RedirectUri> {
        self.0.iter()
    }

    /// How many there are: 1 or more.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "it is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }
}

impl<'a> IntoIterator for &'a RedirectUris {
    type Item = &'a RedirectUri;
    type IntoIter = core::slice::Iter<'a, RedirectUri>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl TryFrom<Vec<RedirectUri>> for RedirectUris {
    type Error = RedirectUrisError;

    fn try_from(uris: Vec<RedirectUri>) -> Result<Self, RedirectUrisError> {
        Self::new(uris)
    }
}

/// The redirect URIs are no set that a client may have (CL-04).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectUrisError {
    /// None at all.
    #[error("at least one redirect URI is needed")]
    Empty,
    /// More than [`RedirectUris::MAX`].
    #[error("{count} redirect URIs are more than {max}", max = RedirectUris::MAX)]
    TooMany {
        /// How many there were.
        count: usize,
    },
    /// One is there twice.
    #[error("the redirect URI `{uri}` is there twice")]
    Duplicate {
        /// The URI.
        uri: RedirectUri,
    },
}

impl RedirectUrisError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "redirect.uri.required",
            Self::TooMany { .. } => "redirect.uri.too.many",
            Self::Duplicate { .. } => "redirect.uri.duplicate",
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn assert_accepted(text: &str) {
        assert_eq!(RedirectUri::new(text).as_ref().map(RedirectUri::as_str), Ok(text));
    }

    #[track_caller]
    fn assert_refused(text: &str, code: &str) {
        assert_eq!(RedirectUri::new(text).map_err(|error| error.code()), Err(code), "{text}");
    }

    #[track_caller]
    fn assert_matches(registered: &str, presented: &str, expected: bool) {
        let registered = RedirectUri::new(registered).unwrap();
        assert_eq!(registered.matches(presented), expected, "{registered} against {presented}");
    }

    /// CL-05: the three kinds, in the forms that real applications use.
    #[test]
    fn cl_05_absolute_uris_of_three_kinds_are_accepted() {
        for text in [
            "https://example.com",
            "https://example.com/",
            "https://example.com:8443/a/b;v=1/c?d=e&f=%20g/h?i@j:k",
            "https://EXAMPLE.com/Callback",
            "https://xn--bcher-kva.example/cb",
            "https://192.0.2.1/cb",
            "https://[2001:db8::1]:443/cb",
            "https://example.com/@user/...",
            "https://example.com?code=fixed",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:65535/cb",
            "http://[::1]:1/cb",
            "http://localhost:3000/cb",
            "com.example.app:/oauth2redirect/provider",
            "com.example.app:callback",
            "com.example.app://sign_in/done",
        ] {
            assert_accepted(text);
        }
    }

    /// CL-05: not absolute, or without what makes a web URI one.
    #[test]
    fn cl_05_relative_and_hostless_uris_are_refused() {
        for text in
            ["", "callback", "/callback", "//example.com/cb", "example.com/cb", "?a=b", ":x", "1a.b:/x"]
        {
            assert_refused(text, "redirect.uri.relative");
        }
        for text in [
            "https:",
            "https:/cb",
            "https:example.com",
            "https://",
            "https:///cb",
            "https://:443/",
            "com.a:///",
        ] {
            assert_refused(text, "redirect.uri.bad.host");
        }
        assert_refused("com.example.app:", "redirect.uri.relative");
    }

    /// CL-05: http only to this machine, by its three names, each in one spelling.
    #[test]
    fn cl_05_http_is_for_loopback_alone() {
        for text in [
            "http://example.com/cb",
            "http://localhost.example.com/cb",
            "http://LOCALHOST/cb",
            "http://127.0.0.2/cb",
            "http://192.168.0.1/cb",
            "http://[::2]/cb",
            "http://[0:0:0:0:0:0:0:1]/cb",
            "http://[::ffff:127.0.0.1]/cb",
        ] {
            assert_refused(text, "redirect.uri.insecure");
        }
    }

    /// CL-05, threat 3: dangerous schemes, in any case of letters.
    #[test]
    fn threat_03_other_schemes_are_refused() {
        for scheme in
            ["javascript", "data", "vbscript", "file", "blob", "about", "ftp", "ws", "myapp", "urn", "intent"]
        {
            assert_refused(&format!("{scheme}:alert(1)"), "redirect.uri.bad.scheme");
            assert_refused(&format!("{scheme}://example.com/"), "redirect.uri.bad.scheme");
        }
        for text in ["JavaScript:alert(1)", "dAta:text/html,x", "HTTPS://example.com/", "Com.example:/cb"] {
            assert_refused(text, "redirect.uri.scheme.case");
        }
        for text in ["javascript.:x", ".javascript:x", "com..example:/x"] {
            assert!(RedirectUri::new(text).is_err(), "{text}");
        }
    }

    /// CL-05, threat 2: user information, wherever the `@` stands before the path.
    #[test]
    fn threat_02_user_information_is_refused() {
        for text in [
            "https://user@example.com/",
            "https://user:password@example.com/",
            "https://example.com:443@evil.example/",
            "https://a@b@example.com/",
            "https://@example.com/",
            "http://127.0.0.1:80@evil.example/",
            "http://127.0.0.1@evil.example/",
            "com.example.app://a@b/",
        ] {
            assert_refused(text, "redirect.uri.user.information");
        }
    }

    /// CL-05, threat 3: wildcards, and paths that lead elsewhere on a lenient server.
    #[test]
    fn threat_03_wildcards_and_dot_segments_are_refused() {
        for text in [
            "https://*.example.com/",
            "https://example.com*",
            "https://example.com/*",
            "https://example.com/?a=*",
        ] {
            assert_refused(text, "redirect.uri.wildcard");
        }
        for path in [
            "..",
            ".",
            "a/../b",
            "a/./b",
            "..;/b",
            "..;v=1/b",
            "%2e%2e/b",
            "%2E./b",
            "a%2f..%2fb",
            "a%5c..%5Cb",
            "..%3b/b",
            "a/.",
        ] {
            assert_refused(&format!("https://example.com/{path}"), "redirect.uri.dot.segment");
        }
        assert_refused("com.example.app:..", "redirect.uri.dot.segment");
    }

    /// CL-05: what no URI holds, written out or encoded.
    #[test]
    fn cl_05_stray_characters_are_refused() {
        for found in [
            ' ', '\\', '\0', '\n', '\u{7f}', '"', '<', '>', '^', '`', '{', '|', '}', '[', ']', 'é',
            '\u{202e}',
        ] {
            let text = format!("https://example.com/a{found}b");
            assert_eq!(RedirectUri::new(&text), Err(RedirectUriError::Character { found, at: 21 }));
        }
        for text in [
            "https://example.com/%",
            "https://example.com/%4",
            "https://example.com/%4g",
            "https://example.com/?%zz",
        ] {
            assert_refused(text, "redirect.uri.bad.escape");
        }
        for text in
            ["https://example.com/%0d%0aLocation:x", "https://example.com/a?b=%00", "com.example:/%7f"]
        {
            assert_refused(text, "redirect.uri.encoded.control");
        }
        assert_refused("https://example.com/cb#", "redirect.uri.fragment");
        assert_refused("https://example.com/cb#code", "redirect.uri.fragment");
    }

    /// CL-05: hosts and ports in one spelling, so that no browser reads another.
    #[test]
    fn cl_05_hosts_and_ports_are_checked() {
        for host in [
            "example..com",
            ".example.com",
            "example.com.",
            "-a.com",
            "a-.com",
            "ex%61mple.com",
            "a!b",
            "2130706433",
            "0x7f.1",
            "127.1",
            "0177.0.0.1",
            "256.1.1.1",
            "1.2.3.4.5",
            "a.1",
            "[::1",
            "::1",
            "[::1]x",
            "[v1.a]",
            "[fe80::1%25eth0]",
            "[]",
        ] {
            let text = format!("https://{host}/");
            let error = RedirectUri::new(&text).unwrap_err();
            assert!(matches!(error, RedirectUriError::Host | RedirectUriError::Port), "{text}: {error}");
        }
        let long = [&"a".repeat(63), ".", &"b".repeat(64)].concat();
        assert_refused(&format!("https://{long}/"), "redirect.uri.bad.host");
        for port in ["", "0", "080", "65536", "+80", "-1", "8a", "80:80"] {
            assert_refused(&format!("https://example.com:{port}/"), "redirect.uri.bad.port");
        }
    }

    /// CL-05: 2 048 bytes, to the byte.
    #[test]
    fn cl_05_length_is_bounded() {
        let longest = format!("https://example.com/{}", "a".repeat(2_028));
        assert_accepted(&longest);
        assert_eq!(
            RedirectUri::new(&format!("{longest}a")),
            Err(RedirectUriError::TooLong { length: 2_049 })
        );
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

    fn uris(count: usize) -> Vec<RedirectUri> {
        (0..count).map(|n| RedirectUri::new(&format!("https://example.com/{n}")).unwrap()).collect()
    }

    /// CL-04: 1 to 125, none twice, in their order.
    #[test]
    fn cl_04_number_of_redirect_uris() {
        assert_eq!(RedirectUris::new([]), Err(RedirectUrisError::Empty));
        assert!(RedirectUris::new(uris(125)).unwrap().iter().eq(&uris(125)));
        assert_eq!(RedirectUris::new(uris(126)), Err(RedirectUrisError::TooMany { count: 126 }));
        let [first, second] = uris(2).try_into().unwrap();
        let twice = RedirectUris::new([first.clone(), second, first.clone()]);
        assert_eq!(twice, Err(RedirectUrisError::Duplicate { uri: first }));
    }

    /// CL-06: the answer goes where the application listens, on its port of this time.
    #[test]
    fn cl_06_the_answer_goes_to_the_presented_uri() {
        let registered =
            ["https://example.com/cb", "http://127.0.0.1/cb"].map(|uri| RedirectUri::new(uri).unwrap());
        let registered = RedirectUris::new(registered).unwrap();
        let to = |presented: &str| registered.matching(presented).map(|uri| uri.to_string());
        assert_eq!(to("https://example.com/cb").as_deref(), Some("https://example.com/cb"));
        assert_eq!(to("http://127.0.0.1:51004/cb").as_deref(), Some("http://127.0.0.1:51004/cb"));
        assert_eq!(to("https://example.com/other"), None);
    }

    #[test]
    fn json_is_checked() {
        let json = r#"["https://example.com/cb"]"#;
        let read: RedirectUris = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&read).unwrap(), json);
        for wrong in ["[]", r#"["http://example.com/cb"]"#, r#"["https://a.b/","https://a.b/"]"#] {
            assert!(serde_json::from_str::<RedirectUris>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        /// threat 3: one parser registers and matches, so what is presented could have been registered.
        #[test]
        fn threat_03_what_matches_could_be_registered(presented in "http://(127.0.0.1|\\[::1\\])[:0-9@]{0,6}/cb.{0,3}") {
            let registered = ["http://127.0.0.1/cb", "http://[::1]/cb"].map(|uri| RedirectUri::new(uri).unwrap());
            if registered.iter().any(|uri| uri.matches(&presented)) {
                assert_accepted(&presented);
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
