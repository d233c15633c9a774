//! What is served now and would be refused.

use core::fmt;

use serde::Serialize;

use crate::model::Client;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::Policy;
use crate::value::RedirectUri;

/// A sort of request that is served now and would be refused. Nobody counts beforehand how many there are of it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum NoLonger {
    /// To obtain tokens by this grant type.
    GrantType(GrantType),
    /// To be sent back here.
    RedirectUri(RedirectUri),
    /// To log in without a code challenge (GR-03).
    WithoutChallenge,
    /// To obtain tokens without a secret (CL-08).
    WithoutSecret,
    /// To call without a scope that is needed: it passes now, and is reported (TK-08).
    WithoutScope,
    /// To use a token that was not used for so many seconds (TK-04).
    UnusedFor(u32),
    /// To log in otherwise than by an identity provider (SA-14).
    WithoutProvider,
}

impl NoLonger {
    /// What a client is served, and would not be any more as it would be.
    pub(crate) fn of_client(before: &Client, after: &Client) -> Vec<Self> {
        let (before, after) = (&before.grant, &after.grant);
        let grant_type = before.grant_type();
        if grant_type != after.grant_type() {
            // All else goes with it.
            return vec![Self::GrantType(grant_type)];
        }
        let is_kept = |uri: &&RedirectUri| {
            after.redirect_uris().is_some_and(|uris| uris.iter().any(|kept| kept == *uri))
        };
        let uris = before.redirect_uris().into_iter().flat_map(|uris| uris.iter());
        let gone = uris.filter(|uri| !is_kept(uri)).cloned().map(Self::RedirectUri);
        let is_stricter = |asks: fn(&Grant) -> bool| asks(after) && !asks(before);
        let challenge = is_stricter(Grant::requires_pkce).then_some(Self::WithoutChallenge);
        let secret = is_stricter(|grant| grant.secrets().is_some()).then_some(Self::WithoutSecret);
        gone.chain(challenge).chain(secret).collect()
    }

    /// What the organization lets pass, and would not any more under the other policy.
    pub(crate) fn of_policy(before: &Policy, after: &Policy) -> Vec<Self> {
        let scope = (after.enforce_scopes && !before.enforce_scopes).then_some(Self::WithoutScope);
        let idle = after.idle_seconds().filter(|idle| before.idle_seconds().is_none_or(|now| *idle < now));
        let provider = (after.sso_only && !before.sso_only).then_some(Self::WithoutProvider);
        scope.into_iter().chain(idle.map(Self::UnusedFor)).chain(provider).collect()
    }
}

impl fmt::Display for NoLonger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GrantType(grant_type) => {
                write!(f, "no tokens would be obtained by the grant type {grant_type}")
            }
            Self::RedirectUri(uri) => write!(f, "the redirect URI `{uri}` would be refused"),
            Self::WithoutChallenge => f.write_str("logins without a code challenge would be refused"),
            Self::WithoutSecret => f.write_str("no tokens would be obtained without a secret"),
            Self::WithoutScope => f.write_str(
                "calls without a scope that they need would be refused: they pass now, and are reported",
            ),
            Self::UnusedFor(seconds) => {
                write!(f, "tokens that are not used for {seconds} s would stop working")
            }
            Self::WithoutProvider => f.write_str("users could log in by an identity provider only"),
        }
    }
}
