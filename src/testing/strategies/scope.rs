//! Scopes and permissions.

use proptest::collection::btree_map;
use proptest::collection::vec;
use proptest::prelude::*;

use super::matching::matching;
use super::spoil::Flaw;
use super::spoil::spoiled;
use super::text::description;
use crate::value::Permission;
use crate::value::PermissionPattern;
use crate::value::Permissions;
use crate::value::Scope;
use crate::value::ScopeCatalog;
use crate::value::ScopeEntry;
use crate::value::Scopes;

/// A scope: often one of a few, so that sets of them have some in common, in either form.
pub fn scope() -> impl Strategy<Value = Scope> {
    scope_text().prop_map(|text| Scope::new(&text).expect("a scope"))
}

fn scope_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => matching("(users|routing|analytics|user-recordings)(:readonly)?"),
        3 => matching("[a-z][a-z0-9-]{0,12}(:readonly)?"),
        1 => matching("[a-z][a-z0-9-]{54}(:readonly|[a-z0-9]{9})"),
    ]
}

/// Nearly a scope: another action than `readonly`, a capital letter, a character too many.
pub fn nearly_scope() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| format!("{}:read", domain(text)),
        |text| format!("{}:write", domain(text)),
        |text| format!("{}:*", domain(text)),
        |text| format!("{}:", domain(text)),
        |text| format!("{}:ReadOnly", domain(text)),
        |text| format!("{}:readonly:readonly", domain(text)),
        |_| ":readonly".to_owned(),
        |_| "*".to_owned(),
        |text| text.to_ascii_uppercase(),
        |text| format!("1{text}"),
        |text| format!("-{text}"),
        |text| format!(" {text}"),
        |text| format!("{text}\n"),
        |text| format!("{}_{text}", domain(text)),
        |text| format!("{}：readonly", domain(text)),
        |text| format!("а{text}"),
        |text| "a".repeat(65 - text.len()) + text,
    ];
    spoiled(scope_text(), FLAWS)
}

fn domain(scope: &str) -> &str {
    scope.strip_suffix(":readonly").unwrap_or(scope)
}

/// A set of scopes: one at least, a few at most.
pub fn scopes() -> impl Strategy<Value = Scopes> {
    vec(scope(), 1..6).prop_map(|scopes| Scopes::new(scopes).expect("scopes"))
}

/// Nearly a `scope` parameter: a space too many or too few, another separator, one scope that is none.
pub fn nearly_scopes() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |text| format!(" {text}"),
        |text| format!("{text} "),
        |text| format!("users  {text}"),
        |text| format!("users,{text}"),
        |text| format!("users\t{text}"),
        |text| format!("users+{text}"),
        |text| format!("users%20{text}"),
        |text| format!("{text} analytics:read"),
        |text| format!("{text} \"users\""),
        |text| format!("{text} *"),
        |text| format!("{text}\u{a0}users"),
    ];
    spoiled(scopes().prop_map(|scopes| scopes.to_string()), FLAWS)
}

/// A catalog of scopes, now and then an empty one.
pub fn scope_catalog() -> impl Strategy<Value = ScopeCatalog> {
    btree_map(scope(), description(), 0..8).prop_map(|entries| {
        let entries = entries.into_iter().map(|(scope, description)| ScopeEntry { scope, description });
        ScopeCatalog::new(entries).expect("a catalog")
    })
}

/// A permission: often one that the library knows.
pub fn permission() -> impl Strategy<Value = Permission> {
    permission_text().prop_map(|text| Permission::new(&text).expect("a permission"))
}

/// What a role may permit: a permission, or one with `*` in any of its parts.
pub fn permission_pattern() -> impl Strategy<Value = PermissionPattern> {
    let starred = (permission_text(), any::<[bool; 3]>()).prop_map(|(text, starred)| {
        let parts = text.split(':').zip(starred).map(|(part, starred)| if starred { "*" } else { part });
        parts.collect::<Vec<_>>().join(":")
    });
    starred.prop_map(|text| PermissionPattern::new(&text).expect("a pattern"))
}

/// What a role permits in all: a few patterns, or nothing.
pub fn permissions() -> impl Strategy<Value = Permissions> {
    vec(permission_pattern(), 0..6).prop_map(|patterns| Permissions::new(patterns).expect("permissions"))
}

fn permission_text() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => matching("oauth:(client|token):(view|add|edit|delete|authorize)"),
        3 => matching("[a-zA-Z][a-zA-Z0-9_-]{0,8}:[a-zA-Z][a-zA-Z0-9_-]{0,8}:[a-zA-Z][a-zA-Z0-9_-]{0,8}"),
        1 => matching("[a-z]{64}:[a-zA-Z]{64}:[a-z]{64}"),
    ]
}

/// Nearly a permission: `*` in it, a part too many or too few, white space.
pub fn nearly_permission() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |text| format!("*{}", &text[text.find(':').unwrap_or(0)..]),
        |text| format!("{}*", &text[..=text.rfind(':').unwrap_or(0)]),
        |_| "*:*:*".to_owned(),
    ];
    prop_oneof![1 => spoiled(permission_text(), FLAWS), 3 => nearly_permission_pattern()]
}

/// Nearly what a role may permit: `*` for a part of a part, a part too many or too few, white space.
pub fn nearly_permission_pattern() -> impl Strategy<Value = String> {
    const FLAWS: &[Flaw] = &[
        |_| String::new(),
        |_| "*".to_owned(),
        |_| "::".to_owned(),
        |text| format!("{text}*"),
        |text| format!("{text}:*"),
        |text| format!("{text}:view"),
        |text| text[..text.rfind(':').unwrap_or(0)].to_owned(),
        |text| text[..=text.rfind(':').unwrap_or(0)].to_owned(),
        |text| text[text.find(':').unwrap_or(0)..].to_owned(),
        |text| text.replacen(':', ".", 1),
        |text| text.replacen(':', " > ", 1),
        |text| text.replacen(':', "::", 1),
        |text| format!(" {text}"),
        |text| format!("{text}\n"),
        |text| format!("1{text}"),
        |text| format!("é{text}"),
        |text| "a".repeat(65) + &text[text.find(':').unwrap_or(0)..],
    ];
    spoiled(permission_text(), FLAWS)
}
