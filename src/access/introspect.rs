//! What holds of a token, for whoever may ask (TK-09, RFC 7662).

use super::Access;
use super::IssueFor;
use super::Standing;
use super::admit;
use super::judge;
use crate::model::Client;
use crate::model::Holder;
use crate::model::ImplicitSunset;
use crate::model::Lifecycle;
use crate::model::TokenFamily;
use crate::value::ClientId;
use crate::value::Digest;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::kind;

/// What holds of an active token.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub struct Introspection {
    /// The organization whose data it opens.
    pub organization: OrganizationId,
    /// The client it was issued to.
    pub client: ClientId,
    /// In whose name it acts.
    pub holder: Holder,
    /// The scopes that it holds now (AA-06); none for client credentials.
    pub scopes: Scopes,
    /// When it was issued; for a refresh token, when its login began.
    pub issued: Timestamp,
    /// When it expires, unless it idles before.
    pub expires: Timestamp,
    /// Whether it is an access token, and not a refresh token.
    pub is_access_token: bool,
}

impl Introspection {
    /// Whom it acts for: the user, or the client itself (RFC 7662 §2.2, `sub`).
    #[must_use]
    pub fn subject(&self) -> String {
        match self.holder {
            Holder::Client => self.client.to_string(),
            Holder::User { user, .. } => user.to_string(),
        }
    }

    /// `Bearer` for an access token; none for a refresh token, which is of no type of RFC 6749 §7.1.
    #[must_use]
    pub fn token_type(&self) -> Option<&'static str> {
        self.is_access_token.then_some("Bearer")
    }
}

/// Whether the client may ask about tokens of the organization: its own, while it is active (TK-09).
#[must_use]
pub fn may_introspect(client: &Client, organization: OrganizationId, now: Timestamp) -> bool {
    let is_active = matches!(client.lifecycle, Lifecycle::Active) && !client.is_gone(now);
    is_active && client.organization() == Some(organization)
}

/// What holds of an access token; none where it is not live. It is no use of it: its idle clock runs on.
#[must_use]
pub fn introspect(access: &Access, sunset: ImplicitSunset, now: Timestamp) -> Option<Introspection> {
    let token = &access.token.record;
    let live = judge(&access.standing, token, sunset, now).ok()?;
    Some(Introspection {
        organization: token.organization,
        client: token.client,
        holder: token.holder,
        scopes: live.scopes(),
        issued: token.issued,
        expires: token.expires,
        is_access_token: true,
    })
}

/// What holds of a refresh token; none where it would not be refreshed now.
#[must_use]
pub fn introspect_refresh(
    family: &TokenFamily,
    presented: &Digest<kind::RefreshToken>,
    standing: &Standing,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Option<Introspection> {
    let is_current = family.refresh.as_ref().is_some_and(|refresh| refresh.current == *presented);
    let admitted = admit(standing, &IssueFor::login(family), sunset, now).ok()?;
    let scopes = family.scopes.intersection(&admitted.scopes());
    (is_current && admitted.refreshes() && !scopes.is_empty()).then_some(Introspection {
        organization: family.organization,
        client: family.client,
        holder: family.holder(),
        scopes,
        issued: family.began,
        expires: family.expires,
        is_access_token: false,
    })
}
