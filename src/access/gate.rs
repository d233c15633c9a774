//! The gate: whether anything may be issued to a client, or used by it (TK-06, AA-08, LC-05).
//!
//! It reads every layer (organization, client, authorization, family, consent, user, token) and the strictest wins:
//! the first layer that refuses, in that order, gives the reason. What is absent refuses. Every grant calls
//! [`admit`] and every check of a token calls [`judge`]; the values that they return can be made nowhere
//! else, so that a forgotten check does not compile.

use std::sync::Arc;

use super::Refusal;
use crate::model::AccessToken;
use crate::model::Approval;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::Client;
use crate::model::FamilyState;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::Granted;
use crate::model::Holder;
use crate::model::ImplicitSunset;
use crate::model::Lifecycle;
use crate::model::Organization;
use crate::model::Owner;
use crate::model::TokenFamily;
use crate::model::User;
use crate::model::UserConsent;
use crate::model::UserState;
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

/// The layers, as they were when all of them said yes.
#[derive(Clone, Copy, Debug)]
struct Passed<'a> {
    organization: &'a Organization,
    client: &'a Client,
    authorization: Current,
    /// None where a built-in client is approved by default.
    approval: Option<&'a Approval>,
    user: Option<&'a User>,
}

/// Which authorization it is, and in which epoch.
type Current = (AuthorizationId, Epoch);

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
    let passed = pass(standing, asked, None, sunset, now)?;
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
    let asked = IssueFor {
        organization: token.organization,
        client: token.client,
        user: token.user(),
        family: token.family(),
    };
    let passed = pass(standing, &asked, Some(token), sunset, now)?;
    Ok(LiveToken { passed, token })
}

/// One way through all layers, for what is issued and what is used alike.
fn pass<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    token: Option<&AccessToken>,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<Passed<'a>, Refusal> {
    let organization = organization(standing, asked, token)?;
    let client = client(standing, asked, token, sunset, now)?;
    let (authorization, approval) = authorization(standing, asked, token, client)?;
    if let Some(family) = family(standing, asked, now)? {
        ended(family, (organization, client), authorization)?;
        consent(standing, asked, family)?;
    }
    let user = user(standing, asked, approval)?;
    if let Some(token) = token {
        if token.expires <= now {
            return Err(Refusal::TokenExpired { expired: token.expires });
        }
        if organization.is_idle(token.last_used, now) {
            return Err(Refusal::TokenIdle { last_used: token.last_used });
        }
    }
    Ok(Passed { organization, client, authorization, approval, user })
}

fn organization<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    token: Option<&AccessToken>,
) -> Result<&'a Organization, Refusal> {
    let organization = standing
        .organization
        .as_deref()
        .filter(|organization| organization.id() == asked.organization)
        .ok_or(Refusal::OrganizationUnknown)?;
    match token {
        Some(token) if token.organization_epoch != organization.epoch() => {
            Err(Refusal::OrganizationEndedTokens)
        }
        Some(_) | None => Ok(organization),
    }
}

fn client<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    token: Option<&AccessToken>,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<&'a Client, Refusal> {
    let client = standing
        .client
        .as_deref()
        .filter(|client| client.id == asked.client && !client.is_gone(now))
        .ok_or(Refusal::ClientGone)?;
    match client.lifecycle {
        Lifecycle::Active => {}
        Lifecycle::Inactive(deletion) => return Err(Refusal::ClientInactive { removal: deletion.removal }),
        Lifecycle::Disabled { since, .. } => return Err(Refusal::ClientDisabled { since }),
    }
    let for_a_user = match client.grant {
        Grant::ClientCredentials { .. } => false,
        Grant::AuthorizationCode { .. } | Grant::Saml2Bearer { .. } => true,
        Grant::Implicit { .. } if sunset.allows_use(now) => true,
        Grant::Implicit { .. } => return Err(Refusal::ImplicitEnded { ended: sunset.use_ends }),
    };
    // A client with roles of its own has them in the organization that owns it alone (OR-01).
    let at_home = client.organization() == Some(asked.organization);
    if asked.user.is_some() != for_a_user || !(for_a_user || at_home) {
        return Err(Refusal::WrongGrantType);
    }
    match token {
        Some(token) if token.client_epoch != client.epoch => Err(Refusal::ClientEndedTokens),
        Some(_) | None => Ok(client),
    }
}

fn authorization<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    token: Option<&AccessToken>,
    client: &Client,
) -> Result<(Current, Option<&'a Approval>), Refusal> {
    let stored = standing.authorization.as_deref().filter(|authorization| {
        authorization.organization() == asked.organization && authorization.client() == asked.client
    });
    let (id, epoch, approval) = match stored {
        Some(authorization) => match authorization.state() {
            AuthorizationState::Pending { at, .. } => return Err(Refusal::Pending { since: *at }),
            AuthorizationState::Revoked(revocation) => return Err(Refusal::Revoked(*revocation)),
            AuthorizationState::Approved(approval) => {
                (authorization.id(), authorization.epoch(), Some(approval))
            }
        },
        // AA-13: a built-in client is approved by default. A record that is there and not the one asked about
        // is a fault of the store, and no default.
        None => match client.owner {
            Owner::BuiltIn { .. } if standing.authorization.is_none() => {
                (AuthorizationId::BUILT_IN, Epoch::FIRST, None)
            }
            Owner::BuiltIn { .. } | Owner::Organization(_) => return Err(Refusal::NotAuthorized),
        },
    };
    if let Some(token) = token {
        issued_under((token.authorization, token.authorization_epoch), (id, epoch))?;
    }
    match (approval.map(|approval| &approval.granted), client.grant.scopes()) {
        (None, _) | (Some(Granted::Roles), None) | (Some(Granted::Scopes(_)), Some(_)) => {
            Ok(((id, epoch), approval))
        }
        (Some(Granted::Roles), Some(_)) | (Some(Granted::Scopes(_)), None) => Err(Refusal::ApprovedOtherwise),
    }
}

/// Whether what was issued under one authorization is of the current one, and of its epoch.
fn issued_under(issued: Current, current: Current) -> Result<(), Refusal> {
    if issued.0 != current.0 {
        return Err(Refusal::Superseded);
    }
    if issued.1 != current.1 {
        return Err(Refusal::AuthorizationEndedTokens);
    }
    Ok(())
}

/// The family that is to be continued, alive. None where a token to be issued begins one: a token that acts for
/// a user always descends from a login, its type says so.
fn family<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    now: Timestamp,
) -> Result<Option<&'a TokenFamily>, Refusal> {
    let Some(id) = asked.family else {
        return Ok(None);
    };
    let family = standing
        .family
        .as_deref()
        .filter(|family| {
            family.id == id
                && family.organization == asked.organization
                && family.client == asked.client
                && Some(family.user) == asked.user
        })
        .ok_or(Refusal::FamilyUnknown)?;
    match family.state {
        FamilyState::Live => {}
        FamilyState::Revoked(revocation) => return Err(Refusal::FamilyRevoked(revocation)),
    }
    if family.expires <= now {
        return Err(Refusal::FamilyExpired { expired: family.expires });
    }
    Ok(Some(family))
}

/// What ends tokens ends the logins that could give new ones.
fn ended(
    family: &TokenFamily,
    (organization, client): (&Organization, &Client),
    current: Current,
) -> Result<(), Refusal> {
    if family.organization_epoch != organization.epoch() {
        return Err(Refusal::OrganizationEndedTokens);
    }
    if family.client_epoch != client.epoch {
        return Err(Refusal::ClientEndedTokens);
    }
    issued_under((family.authorization, family.authorization_epoch), current)
}

/// A login goes on while the user's word is there, and of the epoch in which it began.
fn consent(standing: &Standing, asked: &IssueFor, family: &TokenFamily) -> Result<(), Refusal> {
    let consent = standing
        .consent
        .as_deref()
        .filter(|consent| {
            consent.organization == asked.organization
                && consent.client == asked.client
                && consent.user == family.user
        })
        .ok_or(Refusal::ConsentUnknown)?;
    if consent.epoch == family.consent_epoch { Ok(()) } else { Err(Refusal::UserEndedTokens) }
}

fn user<'a>(
    standing: &'a Standing,
    asked: &IssueFor,
    approval: Option<&Approval>,
) -> Result<Option<&'a User>, Refusal> {
    let Some(id) = asked.user else {
        return Ok(None);
    };
    let user = standing
        .user
        .as_deref()
        .filter(|user| user.id == id && user.organization == asked.organization)
        .ok_or(Refusal::UserUnknown)?;
    match &user.state {
        UserState::Inactive => Err(Refusal::UserInactive),
        UserState::Active(roles) if approval.is_none_or(|approval| approval.audience.admits(roles)) => {
            Ok(Some(user))
        }
        UserState::Active(_) => Err(Refusal::UserOutsideAudience),
    }
}

impl Passed<'_> {
    /// What is approved and registered, as it is now (AA-06).
    fn scopes(&self) -> Scopes {
        let Some(registered) = self.client.grant.scopes() else {
            return Scopes::empty();
        };
        match self.approval.map(|approval| &approval.granted) {
            None => registered.clone(),
            Some(Granted::Scopes(approved)) => registered.intersection(approved),
            Some(Granted::Roles) => Scopes::empty(),
        }
    }

    /// Whether what was approved and what is registered both cover the scope, as they are now (AA-06).
    fn covers(&self, scope: &Scope) -> bool {
        self.client.grant.scopes().is_some_and(|registered| registered.covers(scope))
            && match self.approval.map(|approval| &approval.granted) {
                None => true,
                Some(Granted::Scopes(approved)) => approved.covers(scope),
                Some(Granted::Roles) => false,
            }
    }
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
        self.passed.client
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
        let grant = &self.passed.client.grant;
        grant.grant_type() == GrantType::AuthorizationCode
            && grant.secrets().is_some()
            && self.passed.organization.policy().idle_seconds().is_none()
    }

    /// The scopes that may be issued: approved and registered, as of now (AA-06). None for client credentials;
    /// a grant that acts for a user refuses where there are none.
    #[must_use]
    pub fn scopes(&self) -> Scopes {
        self.passed.scopes()
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
        self.passed.client
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
        self.token.scopes.intersection(&self.passed.scopes())
    }

    /// Whether the token holds the scope now: it was issued with it, it is approved, and it is registered
    /// (AA-06).
    #[must_use]
    pub fn covers(&self, scope: &Scope) -> bool {
        self.token.scopes.covers(scope) && self.passed.covers(scope)
    }

    /// Whether the token was issued with the scope, and it was taken from the application since (DX-05).
    #[must_use]
    pub fn has_lost(&self, scope: &Scope) -> bool {
        self.token.scopes.covers(scope) && !self.passed.covers(scope)
    }
}
