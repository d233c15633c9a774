//! The parser of redirect URIs: RFC 3986 without what makes two readers differ.

use core::net::Ipv4Addr;
use core::net::Ipv6Addr;
use core::ops::Range;

use super::RedirectUri;
use super::RedirectUriError;

/// What the parser learned.
#[derive(Debug, Eq, PartialEq)]
pub(super) struct Parsed {
    /// Of `http` to a loopback IP literal: the port with its colon, empty where there is none.
    pub(super) loopback_port: Option<Range<usize>>,
}

pub(super) fn parse(text: &str) -> Result<Parsed, RedirectUriError> {
    if text.len() > RedirectUri::MAX {
        return Err(RedirectUriError::TooLong { length: text.len() });
    }
    check_characters(text)?;
    // RFC 3986 §4.3: absolute-URI = scheme ":" hier-part [ "?" query ]
    let (scheme, rest) = text.split_once(':').ok_or(RedirectUriError::Relative)?;
    check_scheme(scheme)?;
    let (hierarchy, query) = rest.split_once('?').unwrap_or((rest, ""));
    check_escapes(query)?;
    check_parameters(query)?;
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
    // Browsers read a host that ends in a number as an IPv4 address, be it octal, hexadecimal or in one
    // piece.
    let ends_in_number = labels.next_back().is_some_and(|last| {
        last.bytes().all(|byte| byte.is_ascii_digit()) || last.starts_with("0x") || last.starts_with("0X")
    });
    if ends_in_number && host.parse::<Ipv4Addr>().is_err() {
        return Err(RedirectUriError::Host);
    }
    Ok(())
}

/// RFC 1123 §2.1: letters, digits and hyphens, no hyphen at an end; and underscores, which are in use.
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

/// No segment that goes up or nowhere, as a lenient server would read it: with escapes decoded, `\` as a
/// separator, and without what follows a `;`.
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

/// What answers hold (RFC 6749 §4.1.2, §4.1.2.1, §4.2.2; RFC 9207 §2).
const RESERVED: [&str; 10] = [
    "access_token",
    "code",
    "error",
    "error_description",
    "error_uri",
    "expires_in",
    "iss",
    "scope",
    "state",
    "token_type",
];

/// RFC 6749 §3.1: response parameters MUST NOT be included more than once. What the URI holds already stays in
/// the answer (RFC 6749 §3.1.2), so that none of it may be named like what is added.
fn check_parameters(query: &str) -> Result<(), RedirectUriError> {
    let names = query.split('&').map(|pair| decode(pair.split('=').next().unwrap_or_default()));
    for name in names {
        if let Some(parameter) = RESERVED.into_iter().find(|reserved| reserved.as_bytes() == name) {
            return Err(RedirectUriError::ReservedParameter { parameter });
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_accepted(text: &str) {
        assert_eq!(parse(text).err(), None, "{text}");
    }

    #[track_caller]
    fn assert_refused(text: &str, code: &str) {
        assert_eq!(parse(text).err().map(|error| error.code()), Some(code), "{text}");
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
            "https://example.com?a=code&b=state=1&codes&xstate=&Code=1&a?code=1",
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
            assert!(parse(text).is_err(), "{text}");
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

    /// threat 6: no parameter of an answer, wherever it stands and however it is encoded, in any kind of URI.
    #[test]
    fn threat_06_parameters_of_answers_are_refused() {
        for name in RESERVED {
            let encoded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
            for name in
                [name, &encoded, &encoded.to_uppercase(), &encoded.replacen(&encoded[..3], &name[..1], 1)]
            {
                for query in
                    [format!("{name}=1"), name.to_owned(), format!("a=b&{name}="), format!("&{name}=%20&a")]
                {
                    for base in ["https://example.com/cb", "http://127.0.0.1", "com.example.app:/cb"] {
                        assert_refused(&format!("{base}?{query}"), "redirect.uri.reserved.parameter");
                    }
                }
            }
        }
    }

    /// CL-05: what no URI holds, written out or encoded.
    #[test]
    fn cl_05_stray_characters_are_refused() {
        for found in [
            ' ', '\\', '\0', '\n', '\u{7f}', '"', '<', '>', '^', '`', '{', '|', '}', '[', ']', 'é',
            '\u{202e}',
        ] {
            let text = format!("https://example.com/a{found}b");
            assert_eq!(parse(&text), Err(RedirectUriError::Character { found, at: 21 }));
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
            "a.0x7f",
            "a.0X7F",
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
            let error = parse(&text).unwrap_err();
            assert!(matches!(error, RedirectUriError::Host | RedirectUriError::Port), "{text}: {error}");
        }
        let label = "a".repeat(63);
        let longest = [label.as_str(), &label, &label, &label[2..]].join(".");
        assert_accepted(&format!("https://{longest}/"));
        for long in [format!("{label}a"), format!("a{longest}"), format!("{longest}a")] {
            assert_refused(&format!("https://{long}/"), "redirect.uri.bad.host");
        }
        for port in ["", "0", "080", "65536", "+80", "-1", "8a", "80:80"] {
            assert_refused(&format!("https://example.com:{port}/"), "redirect.uri.bad.port");
        }
    }

    /// CL-05: 2 048 bytes, to the byte.
    #[test]
    fn cl_05_length_is_bounded() {
        let longest = format!("https://example.com/{}", "a".repeat(2_028));
        assert_accepted(&longest);
        assert_eq!(parse(&format!("{longest}a")), Err(RedirectUriError::TooLong { length: 2_049 }));
    }
}
