//! Authorization codes, as they are kept (GR-02, RFC 6749 §4.1.2).

use serde::Deserialize;
use serde::Serialize;

use super::TokenFamily;
use crate::value::ClientId;
use crate::value::CodeChallenge;
use crate::value::CodeLifetime;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::RedirectUri;
use crate::value::Timestamp;
use crate::value::kind;

/// An authorization code, as it is kept: its digest, and what it is bound to.
///
/// User, scopes and authorization are those of its family, which begins with the code: what ends the login
/// before the code is exchanged ends the code with it. A code that was exchanged is kept as long as its
/// family, so that presenting it again ends the family however late that is (GR-04).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AuthorizationCode {
    /// What a presented code is looked up by.
    pub digest: Digest<kind::AuthorizationCode>,
    /// The organization the user logged in to.
    pub organization: OrganizationId,
    /// The client it was issued to.
    pub client: ClientId,
    /// The family of the login, which it began.
    pub family: FamilyId,
    /// Where it was sent.
    pub redirect: CodeRedirect,
    /// What its verifier must answer; none where the client opted out of PKCE and sent none (GR-03).
    pub challenge: Option<CodeChallenge>,
    /// When it was issued.
    pub issued: Timestamp,
    /// From when on it is dead.
    pub expires: Timestamp,
    /// When its family ends.
    pub login_ends: Timestamp,
    /// Whether it was exchanged.
    pub state: CodeState,
}

/// Where a code was sent, and whether its exchange must say so (RFC 6749 §4.1.3).
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeRedirect {
    /// The authorization request named the redirect URI: its exchange must name the same one.
    Named(RedirectUri),
    /// It named none, and the client has this one alone: its exchange need not name it.
    Only(RedirectUri),
}

/// Whether a code was exchanged.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CodeState {
    /// It was not.
    Issued,
    /// It was, and never will be again.
    Redeemed {
        /// When.
        at: Timestamp,
    },
}

impl AuthorizationCode {
    /// The code that begins this family.
    #[must_use]
    pub fn begins(
        family: &TokenFamily,
        digest: Digest<kind::AuthorizationCode>,
        (redirect, challenge): (CodeRedirect, Option<CodeChallenge>),
        lifetime: CodeLifetime,
    ) -> Self {
        Self {
            digest,
            organization: family.organization,
            client: family.client,
            family: family.id,
            redirect,
            challenge,
            issued: family.began,
            expires: family.began.plus(lifetime.get()),
            login_ends: family.expires,
            state: CodeState::Issued,
        }
    }

    /// The code, exchanged.
    #[must_use]
    pub fn redeemed(&self, now: Timestamp) -> Self {
        Self { state: CodeState::Redeemed { at: now }, ..self.clone() }
    }

    /// Until when it means anything: its own end, or that of its family once it was exchanged.
    #[must_use]
    pub const fn ends(&self) -> Timestamp {
        match self.state {
            CodeState::Issued => self.expires,
            CodeState::Redeemed { .. } => self.login_ends,
        }
    }
}

impl CodeRedirect {
    /// The redirect URI.
    #[must_use]
    pub const fn uri(&self) -> &RedirectUri {
        match self {
            Self::Named(uri) | Self::Only(uri) => uri,
        }
    }

    /// Whether an exchange that names this redirect URI, or none, is the code's (RFC 6749 §4.1.3). Every byte
    /// must be equal, the port too.
    #[must_use]
    pub fn is_answered_by(&self, presented: Option<&str>) -> bool {
        match (self, presented) {
            (Self::Named(uri) | Self::Only(uri), Some(presented)) => uri.as_str() == presented,
            (Self::Named(_), None) => false,
            (Self::Only(_), None) => true,
        }
    }
}
