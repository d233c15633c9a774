//! Redirect URIs.

use proptest::collection::btree_set;
use proptest::prelude::*;
use proptest::sample::select;

use super::matching::matching;
use super::spoil::Flaw;
use super::spoil::spoiled;
use crate::value::RedirectUri;
use crate::value::RedirectUris;

/// A redirect URI of any of the three kinds: `https`, `http` to this machine, a private-use scheme.
pub fn redirect_uri() -> impl Strategy<Value = RedirectUri> {
    prop_oneof![4 => web(), 2 => this_machine(), 1 => private_use()].prop_map(uri)
}

/// A redirect URI of `http` to a loopback IP literal, the port of which is free (RFC 8252 §7.3).
pub fn loopback_redirect_uri() -> impl Strategy<Value = RedirectUri> {
    to("http", one_of(&["127.0.0.1", "[::1]"])).prop_map(uri)
}

/// The redirect URIs of a client: one at least, a few at most.
pub fn redirect_uris() -> impl Strategy<Value = RedirectUris> {
    btree_set(redirect_uri(), 1..4).prop_map(|uris| RedirectUris::new(uris).expect("redirect URIs"))
}

fn uri(text: String) -> RedirectUri {
    RedirectUri::new(&text).unwrap_or_else(|error| panic!("`{text}`: {error}"))
}

fn web() -> impl Strategy<Value = String> {
    // Labels start with a letter, so that none reads as a number.
    let label = "[a-z]([a-z0-9-]{0,8}[a-z0-9])?";
    let host = prop_oneof![
        8 => matching(&format!("{label}(\\.{label}){{1,2}}")),
        1 => matching("(25[0-5]|1[0-9]{2}|[1-9])(\\.(25[0-5]|1[0-9]{2}|[0-9])){3}"),
        1 => one_of(&["[::1]", "[2001:db8::7]", "[::ffff:192.0.2.1]"]),
    ];
    let longest = Just(format!("https://a.example/{}", "p".repeat(RedirectUri::MAX - 18)));
    prop_oneof![15 => to("https", host), 1 => longest]
}

fn this_machine() -> impl Strategy<Value = String> {
    to("http", one_of(&["127.0.0.1", "[::1]", "localhost"]))
}

fn private_use() -> impl Strategy<Value = String> {
    matching("com\\.[a-z]{1,8}(\\.[a-z]{1,8}){0,2}:/[a-z]{1,8}(/[a-z]{1,8}){0,2}")
}

/// A URI of the scheme to one of the hosts: with a port or without, with any path and query.
fn to(scheme: &'static str, host: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let port = matching("(:[1-9][0-9]{0,3})?");
    // Segments of more than dots, and escapes of printable characters.
    let path = matching("(/[A-Za-z0-9_~!$'()+,;=:@-][A-Za-z0-9._-]{0,8}|/%20|/%C3%A9){0,3}/?");
    // Names too short for a parameter of an answer.
    let query = matching("(\\?[a-z]{1,2}=[a-z0-9/?]{0,6})?");
    (host, port, path, query)
        .prop_map(move |(host, port, path, query)| format!("{scheme}://{host}{port}{path}{query}"))
}

fn one_of(hosts: &'static [&'static str]) -> impl Strategy<Value = String> {
    select(hosts).prop_map(str::to_owned)
}

/// Nearly a redirect URI: a fragment, user information, a wildcard, a host that only looks like this machine.
///
/// Each is the trick of a known attack, or a slip that a browser would forgive.
pub fn nearly_redirect_uri() -> impl Strategy<Value = String> {
    prop_oneof![6 => spoiled(web(), WEB_FLAWS), 1 => spoiled(private_use(), PRIVATE_USE_FLAWS)]
}

const WEB_FLAWS: &[Flaw] = &[
    |_| String::new(),
    |text| text.replacen("https:", "http:", 1),
    |text| text.replacen("https:", "HTTPS:", 1),
    |text| text.replacen("https:", "ftp:", 1),
    |text| text.replacen("https:", "javascript:", 1),
    |text| text.replacen("https:", "JavaScript:", 1),
    |text| text.replacen("https:", "", 1),
    |text| text.replacen("https://", "", 1),
    |text| text.replacen("https://", "https:", 1),
    |text| text.replacen("https://", "https:/", 1),
    |text| text.replacen("https://", "https:///", 1),
    |text| text.replacen("https://", "https:\\\\", 1),
    |text| text.replacen("https://", "https://user@", 1),
    |text| text.replacen("https://", "https://user:password@", 1),
    |text| text.replacen("https://", "https://127.0.0.1:80@", 1),
    |text| text.replacen("https://", "https://*.", 1),
    |text| text.replacen("https://", "https://-", 1),
    |text| text.replacen("https://", "https://.", 1),
    |text| text.replacen("https://", "https://é", 1),
    |text| text.replacen("https://", "https://%61", 1),
    |text| text.replacen("https://", "https://a b", 1),
    |text| format!("{text}#"),
    |text| format!("{text}#token"),
    |text| format!("{text}*"),
    |text| format!("{text}%"),
    |text| format!("{text}%2"),
    |text| format!("{text}%zz"),
    |text| format!("{text}%0d%0aLocation"),
    |text| format!("{text}%00"),
    |text| format!("{text}\n"),
    |text| format!("{text} "),
    |text| format!(" {text}"),
    |text| format!("{text}\\"),
    |text| format!("{text}<script>"),
    |text| format!("{text}{{}}"),
    |text| format!("{text}{}", "p".repeat(RedirectUri::MAX)),
    |_| "https://example.com:0/".to_owned(),
    |_| "https://example.com:65536/".to_owned(),
    |_| "https://example.com:0443/".to_owned(),
    |_| "https://example.com:/".to_owned(),
    |_| "https://example.com./".to_owned(),
    |_| "https://example..com/".to_owned(),
    |_| "https://example.com/a/../b".to_owned(),
    |_| "https://example.com/a/..;/b".to_owned(),
    |_| "https://example.com/a/%2e%2e/b".to_owned(),
    |_| "https://example.com/a/.%2E%2fb".to_owned(),
    |_| "https://example.com/./b".to_owned(),
    |_| "https://example.com/?code=b".to_owned(),
    |_| "https://example.com/?a=b&st%61te=c".to_owned(),
    |_| "https://[::1/".to_owned(),
    |_| "https://[::g]/".to_owned(),
    |_| "https://[::1]a/".to_owned(),
    |_| "https://0x7f.1/".to_owned(),
    |_| "https://2130706433/".to_owned(),
    |_| "https://127.1/".to_owned(),
    |_| "http://127.0.0.1.example.com/".to_owned(),
    |_| "http://127.0.0.1:80@example.com/".to_owned(),
    |_| "http://127.0.0.2/".to_owned(),
    |_| "http://localhost.example.com/".to_owned(),
    |_| "http://LOCALHOST/".to_owned(),
    |_| "http://[::2]/".to_owned(),
    |_| "http://[0:0:0:0:0:0:0:1]/".to_owned(),
];

const PRIVATE_USE_FLAWS: &[Flaw] = &[
    |text| text.replacen("com.", "", 1).replace('.', ""),
    |text| text.replacen("com.", "Com.", 1),
    |text| text.replacen("com.", "com..", 1),
    |text| text.replacen("com.", "1com.", 1),
    |text| text.replacen("com.", "com_.", 1),
    |text| format!("{}:", text.split(':').next().unwrap_or_default()),
    |text| format!("{text}/../a"),
    |text| format!("{text}#a"),
    |_| "data:text/html,a".to_owned(),
    |_| "vbscript:a".to_owned(),
    |_| "urn:ietf:wg:oauth:2.0:oob".to_owned(),
];
