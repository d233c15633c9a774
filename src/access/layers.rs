//! The layers of the gate, each by itself: what it reads, and why it refuses.
//!
//! [`Question::pass`] goes through them in their order and stops at the first that refuses: it decides. An
//! explanation asks each of them all the same: it decides nothing. Both ask the same functions. What a layer rests on
//! is an argument of its function, so that none is asked about what is not there.

use super::IssueFor;
use super::Refusal;
use super::Standing;
use crate::model::AccessToken;
use crate::model::Approval;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::Client;
use crate::model::FamilyState;
use crate::model::Grant;
use crate::model::Granted;
use crate::model::ImplicitSunset;
use crate::model::Lifecycle;
use crate::model::Organization;
use crate::model::Owner;
use crate::model::RoleGrants;
use crate::model::TokenFamily;
use crate::model::User;
use crate::model::UserState;
use crate::value::AuthorizationId;
use crate::value::Epoch;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;

/// What the gate is asked: for whom, by which records, and when.
#[derive(Clone, Copy)]
pub(super) struct Question<'a> {
    pub(super) standing: &'a Standing,
    pub(super) asked: IssueFor,
    /// The token that is to be used; none where one is to be issued.
    pub(super) token: Option<&'a AccessToken>,
    pub(super) sunset: ImplicitSunset,
    pub(super) now: Timestamp,
}

/// Which authorization it is, and in which epoch.
pub(super) type Current = (AuthorizationId, Epoch);

/// The organization's word on the client.
#[derive(Clone, Copy)]
pub(super) enum Word<'a> {
    /// As it was said.
    Said(&'a Authorization),
    /// None was said, and the client is built in: it is approved by default (AA-13).
    ByDefault,
}

/// What a client may do in the organization: what it registered, and what was approved of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Approved<'a> {
    pub(super) client: &'a Client,
    /// None where a built-in client is approved by default.
    pub(super) approval: Option<&'a Approval>,
}

/// What a token holds of that.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held<'a> {
    pub(super) token: &'a AccessToken,
    pub(super) approved: Approved<'a>,
}

/// The layers, as they were when all of them said yes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Passed<'a> {
    pub(super) organization: &'a Organization,
    pub(super) approved: Approved<'a>,
    pub(super) authorization: Current,
    pub(super) user: Option<&'a User>,
}

impl<'a> Question<'a> {
    /// Whether a token may be issued.
    pub(super) const fn issue(
        standing: &'a Standing,
        asked: &IssueFor,
        sunset: ImplicitSunset,
        now: Timestamp,
    ) -> Self {
        Self { standing, asked: *asked, token: None, sunset, now }
    }

    /// Whether this token may be used.
    pub(super) fn of_use(
        standing: &'a Standing,
        token: &'a AccessToken,
        sunset: ImplicitSunset,
        now: Timestamp,
    ) -> Self {
        let asked = IssueFor {
            organization: token.organization,
            client: token.client,
            user: token.user(),
            family: token.family(),
        };
        Self { standing, asked, token: Some(token), sunset, now }
    }

    /// One way through all layers, for what is issued and what is used alike: the first that refuses gives the reason.
    pub(super) fn pass(&self) -> Result<Passed<'a>, Refusal> {
        let organization = self.organization()?;
        let client = self.client()?;
        let word = self.authorization(client)?;
        let (authorization, approval) = (word.current(), word.approval()?);
        if let Some(family) = self.family()? {
            ended(family, (organization, client), authorization)?;
            self.consent(family)?;
        }
        let user = self.user()?;
        if let Some((_, roles)) = user {
            in_audience(roles, approval)?;
        }
        if let Some(token) = self.token {
            not_expired(token, self.now)?;
            not_idle(token, organization, self.now)?;
        }
        let approved = Approved { client, approval };
        Ok(Passed { organization, approved, authorization, user: user.map(|(user, _)| user) })
    }

    /// The organization asked about, if it is there.
    pub(super) fn organization_there(&self) -> Option<&'a Organization> {
        let there = self.standing.organization.as_deref();
        there.filter(|organization| organization.id() == self.asked.organization)
    }

    pub(super) fn organization(&self) -> Result<&'a Organization, Refusal> {
        let organization = self.organization_there().ok_or(Refusal::OrganizationUnknown)?;
        match self.token {
            Some(token) if token.organization_epoch != organization.epoch() => {
                Err(Refusal::OrganizationEndedTokens)
            }
            Some(_) | None => Ok(organization),
        }
    }

    /// The client asked about, if it is there and not gone (LC-08).
    pub(super) fn client_there(&self) -> Option<&'a Client> {
        let there = self.standing.client.as_deref();
        there.filter(|client| client.id == self.asked.client && !client.is_gone(self.now))
    }

    pub(super) fn client(&self) -> Result<&'a Client, Refusal> {
        let client = self.client_there().ok_or(Refusal::ClientGone)?;
        match client.lifecycle {
            Lifecycle::Active => {}
            Lifecycle::Inactive(deletion) => {
                return Err(Refusal::ClientInactive { removal: deletion.removal });
            }
            Lifecycle::Disabled { since, .. } => return Err(Refusal::ClientDisabled { since }),
        }
        let for_a_user = match client.grant {
            Grant::ClientCredentials { .. } => false,
            Grant::AuthorizationCode { .. } | Grant::Saml2Bearer { .. } => true,
            Grant::Implicit { .. } if self.sunset.allows_use(self.now) => true,
            Grant::Implicit { .. } => return Err(Refusal::ImplicitEnded { ended: self.sunset.use_ends }),
        };
        // A client with roles of its own has them in the organization that owns it alone (OR-01).
        let at_home = client.organization() == Some(self.asked.organization);
        if self.asked.user.is_some() != for_a_user || !(for_a_user || at_home) {
            return Err(Refusal::WrongGrantType);
        }
        match self.token {
            Some(token) if token.client_epoch != client.epoch => Err(Refusal::ClientEndedTokens),
            Some(_) | None => Ok(client),
        }
    }

    /// The word of the organization on the client, whatever it is; none where there is none.
    pub(super) fn word(&self, client: &Client) -> Option<Word<'a>> {
        let said = self.standing.authorization.as_deref();
        let of_both = |authorization: &&Authorization| {
            authorization.organization() == self.asked.organization
                && authorization.client() == self.asked.client
        };
        match said.filter(of_both) {
            Some(authorization) => Some(Word::Said(authorization)),
            // A record that is there and not the one asked about is a fault of the store, and no default.
            None => match client.owner {
                Owner::BuiltIn { .. } if said.is_none() => Some(Word::ByDefault),
                Owner::BuiltIn { .. } | Owner::Organization(_) => None,
            },
        }
    }

    pub(super) fn authorization(&self, client: &Client) -> Result<Word<'a>, Refusal> {
        let word = self.word(client).ok_or(Refusal::NotAuthorized)?;
        let approval = word.approval()?;
        if let Some(token) = self.token {
            issued_under((token.authorization, token.authorization_epoch), word.current())?;
        }
        match (approval.map(|approval| &approval.granted), client.grant.scopes()) {
            (None, _) | (Some(Granted::Roles), None) | (Some(Granted::Scopes(_)), Some(_)) => Ok(word),
            (Some(Granted::Roles), Some(_)) | (Some(Granted::Scopes(_)), None) => {
                Err(Refusal::ApprovedOtherwise)
            }
        }
    }

    /// The family that is to be continued, alive. None where a token to be issued begins one: a token that acts for
    /// a user always descends from a login, its type says so.
    pub(super) fn family(&self) -> Result<Option<&'a TokenFamily>, Refusal> {
        if self.asked.family.is_none() {
            return Ok(None);
        }
        let family = self.family_there().ok_or(Refusal::FamilyUnknown)?;
        match family.state {
            FamilyState::Live => {}
            FamilyState::Revoked(revocation) => return Err(Refusal::FamilyRevoked(revocation)),
        }
        if family.expires <= self.now {
            return Err(Refusal::FamilyExpired { expired: family.expires });
        }
        Ok(Some(family))
    }

    /// The family asked about, if it is there.
    pub(super) fn family_there(&self) -> Option<&'a TokenFamily> {
        self.standing.family.as_deref().filter(|family| {
            Some(family.id) == self.asked.family
                && family.organization == self.asked.organization
                && family.client == self.asked.client
                && Some(family.user) == self.asked.user
        })
    }

    /// A login goes on while the user's word is there, and of the epoch in which it began.
    pub(super) fn consent(&self, family: &TokenFamily) -> Result<(), Refusal> {
        let consent = self
            .standing
            .consent
            .as_deref()
            .filter(|consent| {
                consent.organization == self.asked.organization
                    && consent.client == self.asked.client
                    && consent.user == family.user
            })
            .ok_or(Refusal::ConsentUnknown)?;
        if consent.epoch == family.consent_epoch { Ok(()) } else { Err(Refusal::UserEndedTokens) }
    }

    /// The user, active, with the role grants. None where nobody is asked about.
    pub(super) fn user(&self) -> Result<Option<(&'a User, &'a RoleGrants)>, Refusal> {
        let Some(id) = self.asked.user else {
            return Ok(None);
        };
        let user = self
            .standing
            .user
            .as_deref()
            .filter(|user| user.id == id && user.organization == self.asked.organization)
            .ok_or(Refusal::UserUnknown)?;
        match &user.state {
            UserState::Inactive => Err(Refusal::UserInactive),
            UserState::Active(roles) => Ok(Some((user, roles))),
        }
    }
}

impl<'a> Word<'a> {
    pub(super) fn current(self) -> Current {
        match self {
            Self::Said(authorization) => (authorization.id(), authorization.epoch()),
            Self::ByDefault => (AuthorizationId::BUILT_IN, Epoch::FIRST),
        }
    }

    /// What was approved; none by default.
    pub(super) fn approval(self) -> Result<Option<&'a Approval>, Refusal> {
        match self {
            Self::ByDefault => Ok(None),
            Self::Said(authorization) => match authorization.state() {
                AuthorizationState::Pending { at, .. } => Err(Refusal::Pending { since: *at }),
                AuthorizationState::Revoked(revocation) => Err(Refusal::Revoked(*revocation)),
                AuthorizationState::Approved(approval) => Ok(Some(approval)),
            },
        }
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

/// What ends tokens ends the logins that could give new ones.
pub(super) fn ended(
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

/// Whether the application is open to whoever holds these roles (AA-12).
pub(super) fn in_audience(roles: &RoleGrants, approval: Option<&Approval>) -> Result<(), Refusal> {
    match approval.is_none_or(|approval| approval.audience.admits(roles)) {
        true => Ok(()),
        false => Err(Refusal::UserOutsideAudience),
    }
}

pub(super) fn not_expired(token: &AccessToken, now: Timestamp) -> Result<(), Refusal> {
    if token.expires <= now {
        return Err(Refusal::TokenExpired { expired: token.expires });
    }
    Ok(())
}

pub(super) fn not_idle(
    token: &AccessToken,
    organization: &Organization,
    now: Timestamp,
) -> Result<(), Refusal> {
    if organization.is_idle(token.last_used, now) {
        return Err(Refusal::TokenIdle { last_used: token.last_used });
    }
    Ok(())
}

impl Approved<'_> {
    /// What is approved and registered, as it is now (AA-06).
    pub(super) fn scopes(&self) -> Scopes {
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
    pub(super) fn covers(&self, scope: &Scope) -> bool {
        self.client.grant.scopes().is_some_and(|registered| registered.covers(scope))
            && match self.approval.map(|approval| &approval.granted) {
                None => true,
                Some(Granted::Scopes(approved)) => approved.covers(scope),
                Some(Granted::Roles) => false,
            }
    }
}

impl Held<'_> {
    /// Whether the token holds the scope now: it was issued with it, it is approved, and it is registered (AA-06).
    pub(super) fn covers(&self, scope: &Scope) -> bool {
        self.token.scopes.covers(scope) && self.approved.covers(scope)
    }

    /// Whether the token was issued with the scope, and it was taken from the application since (DX-05).
    pub(super) fn has_lost(&self, scope: &Scope) -> bool {
        self.token.scopes.covers(scope) && !self.approved.covers(scope)
    }
}
