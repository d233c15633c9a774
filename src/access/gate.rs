//! The gate: whether anything may be issued to a client, or used by it (TK-06, AA-08, LC-05).
//!
//! It reads every layer (organization, client, authorization, family, consent, user, token) and the strictest wins:
//! the first layer that refuses, in that order, gives the reason. What is absent refuses. Every grant calls
//! [`admit`] and every check of a token calls [`judge`]; the values that they return can be made nowhere
//! else, so that a forgotten check does not compile. [`layers`](super::layers) holds what each layer asks.

use std::sync::Arc;

use super::Refusal;
use super::layers::Held;
use super::layers::Passed;
use super::layers::Question;
use crate::model::AccessToken;
use crate::model::Authorization;
use crate::model::Client;
use crate::model::GrantType;
use crate::model::Holder;
use crate::model::ImplicitSunset;
use crate::model::Organization;
use crate::model::TokenFamily;
use crate::model::User;
use crate::model::UserConsent;
use crate::value::AuthorizationId;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// The records that a token hangs on, as far as they are there. A record of another organization, client or
/// user than the one asked about counts as absent, and stands for no default either.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Standing {
    /// The organization whose data is to be opened.
    pub organization: Option<Arc<Organization>>,
    /// The client.
    pub client: Option<Arc<Client>>,
    /// The organization's word on the client.
    pub authorization: Option<Arc<Authorization>>,
    /// The family of the login, where there is one.
    pub family: Option<Arc<TokenFamily>>,
    /// The user's word on the client, where there is one.
    pub consent: Option<Arc<UserConsent>>,
    /// The user, where there is one.
    pub user: Option<Arc<User>>,
}

/// For whom a token is to be issued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct IssueFor {
    /// The organization whose data the token is to open.
    pub organization: OrganizationId,
    /// The client that asks.
    pub client: ClientId,
    /// The user in whose name it will act; none for client credentials.
    pub user: Option<UserId>,
    /// The family that is to be continued: none for a new login, and for client credentials.
    pub family: Option<FamilyId>,
}

impl IssueFor {
    /// To go on with this login.
    #[must_use]
    pub const fn login(family: &TokenFamily) -> Self {
        let TokenFamily { organization, client, user, id, .. } = *family;
        Self { organization, client, user: Some(user), family: Some(id) }
    }
}

/// Proof that a client may obtain tokens now, for the one asked about. Only [`admit`] makes it.
///
/// ```compile_fail
/// # use grantor::access::ApprovedAuthorization;
/// fn forged(proof: ApprovedAuthorization<'_>) -> ApprovedAuthorization<'_> {
///     ApprovedAuthorization { ..proof } // its fields are private
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ApprovedAuthorization<'a> {
    passed: Passed<'a>,
    asked: IssueFor,
}

/// Proof that a token is live now. Only [`judge`] makes it.
///
/// ```compile_fail
/// # use grantor::access::LiveToken;
/// # use grantor::model::AccessToken;
/// fn forged<'a>(token: &'a AccessToken, proof: LiveToken<'a>) -> LiveToken<'a> {
///     LiveToken { token, ..proof } // its fields are private
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct LiveToken<'a> {
    passed: Passed<'a>,
    token: &'a AccessToken,
}

/// Whether a token may be issued: every layer says yes.
///
/// # Errors
///
/// The [`Refusal`] of the first layer that says no.
pub fn admit<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<ApprovedAuthorization<'a>, Refusal> {
    let passed = Question::issue(standing, asked, sunset, now).pass()?;
    Ok(ApprovedAuthorization { passed, asked: *asked })
}

/// Whether a token may be used: every layer says yes, and the token is neither expired nor idle.
///
/// # Errors
///
/// The [`Refusal`] of the first layer that says no.
pub fn judge<'a>(
    standing: &'a Standing,
    token: &'a AccessToken,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<LiveToken<'a>, Refusal> {
    let passed = Question::of_use(standing, token, sunset, now).pass()?;
    Ok(LiveToken { passed, token })
}

impl<'a> ApprovedAuthorization<'a> {
    /// The organization whose data is to be opened.
    #[must_use]
    pub const fn organization(&self) -> &'a Organization {
        self.passed.organization
    }

    /// The client.
    #[must_use]
    pub const fn client(&self) -> &'a Client {
        self.passed.approved.client
    }

    /// For whom a token may be issued.
    #[must_use]
    pub const fn issue_for(&self) -> &IssueFor {
        &self.asked
    }

    /// The authorization it will hang on.
    #[must_use]
    pub const fn authorization(&self) -> AuthorizationId {
        self.passed.authorization.0
    }

    /// The epoch of that authorization.
    #[must_use]
    pub const fn authorization_epoch(&self) -> Epoch {
        self.passed.authorization.1
    }

    /// Whether its logins are refreshed: by confidential clients of the authorization code grant alone, and not under
    /// an idle timeout, which a refresh token would outlive (GR-08).
    #[must_use]
    pub fn refreshes(&self) -> bool {
        let grant = &self.passed.approved.client.grant;
        grant.grant_type() == GrantType::AuthorizationCode
            && grant.secrets().is_some()
            && self.passed.organization.policy().idle_seconds().is_none()
    }

    /// The scopes that may be issued: approved and registered, as of now (AA-06). None for client credentials;
    /// a grant that acts for a user refuses where there are none.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.passed.approved.scopes()
    }
}

impl<'a> LiveToken<'a> {
    /// The token.
    #[must_use]
    pub const fn token(&self) -> &'a AccessToken {
        self.token
    }

    /// The organization whose data it opens.
    #[must_use]
    pub const fn organization(&self) -> &'a Organization {
        self.passed.organization
    }

    /// The client it was issued to.
    #[must_use]
    pub const fn client(&self) -> &'a Client {
        self.passed.approved.client
    }

    /// The user in whose name it acts, if it does so for one.
    #[must_use]
    pub const fn user(&self) -> Option<&'a User> {
        self.passed.user
    }

    /// In whose name it acts.
    #[must_use]
    pub const fn holder(&self) -> Holder {
        self.token.holder
    }

    /// The scopes that the token holds now: issued with it, approved and registered (AA-06).
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.token.scopes.intersection(&self.passed.approved.scopes())
    }

    /// Whether the token holds the scope now: it was issued with it, it is approved, and it is registered
    /// (AA-06).
    #[must_use]
    pub fn covers(&self, scope: &Scope) -> bool {
        self.held().covers(scope)
    }

    /// Whether the token was issued with the scope, and it was taken from the application since (DX-05).
    #[must_use]
    pub fn has_lost(&self, scope: &Scope) -> bool {
        self.held().has_lost(scope)
    }

    pub(super) const fn held(&self) -> Held<'a> {
        Held { token: self.token, approved: self.passed.approved }
    }
}
