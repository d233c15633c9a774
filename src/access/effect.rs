//! What a change that is not made yet would do to a token, to a login, to an application (GV-04).
//!
//! The gate is asked twice: by the records as they are, and by a copy in which what the change writes has taken their
//! place. It decides nothing of its own.

use super::Access;
use super::IssueFor;
use super::Refusal;
use super::Roles;
use super::Standing;
use super::gate::admit;
use super::gate::judge;
use super::layers::Approved;
use super::layers::Question;
use crate::change::Changes;
use crate::model::Client;
use crate::model::ImplicitSunset;
use crate::model::RoleGrants;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// What a change does to what there is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// It does not work as it is.
    NotWorking,
    /// It would stop working, for this reason.
    Ends(Refusal),
    /// It would work on with less: fewer scopes, or fewer roles.
    Narrows,
    /// It would work on as it does.
    Spares,
}

impl Effect {
    /// Whether it would stop working.
    #[must_use]
    pub const fn ends(&self) -> bool {
        matches!(self, Self::Ends(_))
    }

    /// Whether it would work on with less.
    #[must_use]
    pub const fn narrows(&self) -> bool {
        matches!(self, Self::Narrows)
    }
}

/// What the changes would do to an access token.
///
/// ```
/// use grantor::access::{Access, Effect, effect_on_token};
/// use grantor::change::{Changes, Version};
/// use grantor::model::{Authorization, ImplicitSunset};
/// use grantor::value::Timestamp;
///
/// /// Whether the token would stop working once this authorization takes the place of the one that was read.
/// fn would_end(access: &Access, version: Version, revoked: Authorization, now: Timestamp) -> bool {
///     let changes = Changes::new().update(version, revoked);
///     effect_on_token(access, &changes, ImplicitSunset::default(), now).ends()
/// }
/// ```
#[must_use]
pub fn effect_on_token(access: &Access, changes: &Changes, sunset: ImplicitSunset, now: Timestamp) -> Effect {
    let token = &access.token.record;
    let Ok(before) = judge(&access.standing, token, sunset, now) else {
        return Effect::NotWorking;
    };
    let standing = access.standing.after(changes);
    match judge(&standing, token, sunset, now) {
        Err(refusal) => Effect::Ends(refusal),
        Ok(after) => {
            let own = |client: &Client| match token.user() {
                Some(_) => RoleGrants::default(),
                None => client.grant.roles().cloned().unwrap_or_default(),
            };
            narrows(&(before.scopes(), own(before.client())), &(after.scopes(), own(after.client())))
        }
    }
}

/// What the changes would do to a login: whether it could still be continued.
#[must_use]
pub fn effect_on_login(
    standing: &Standing,
    asked: &IssueFor,
    changes: &Changes,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Effect {
    let Ok(before) = admit(standing, asked, sunset, now) else {
        return Effect::NotWorking;
    };
    match admit(&standing.after(changes), asked, sunset, now) {
        Err(refusal) => Effect::Ends(refusal),
        Ok(after) => {
            let may = |scopes: Scopes| (scopes, RoleGrants::default());
            narrows(&may(before.scopes()), &may(after.scopes()))
        }
    }
}

/// What the changes would do to an application in an organization, whoever uses it: whether the organization, the client
/// and the organization's word on it would still let it obtain tokens, and what it would lose.
#[must_use]
pub fn effect_on_application(
    standing: &Standing,
    organization: OrganizationId,
    changes: &Changes,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> OnApplication {
    let Ok(before) = application(standing, organization, sunset, now) else {
        return OnApplication { effect: Effect::NotWorking, scopes: Vec::new(), roles: Default::default() };
    };
    let (effect, left) = match application(&standing.after(changes), organization, sunset, now) {
        Err(refusal) => (Effect::Ends(refusal), May::default()),
        Ok(left) => (narrows(&before, &left), left),
    };
    let lost = before.0.iter().filter(|scope| !left.0.covers(scope)).cloned();
    OnApplication { effect, scopes: lost.collect(), roles: [before.1, left.1] }
}

/// What changes would do to an application.
#[derive(Clone, Debug, PartialEq)]
pub struct OnApplication {
    /// Whether it would obtain tokens.
    pub effect: Effect,
    /// The scopes that it would obtain no more.
    pub scopes: Vec<Scope>,
    /// The roles that it acts by on its own behalf, before and after.
    pub roles: [RoleGrants; 2],
}

/// Whether the roles, as they are granted, give the permission in any division.
#[must_use]
pub fn permits(
    roles: &Roles,
    organization: OrganizationId,
    grants: &RoleGrants,
    permission: &Permission,
) -> bool {
    let mut held = grants.roles().filter_map(|role| roles.find(organization, role));
    held.any(|role| role.permissions.covers(permission))
}

/// What an application may do, if anything.
type May = (Scopes, RoleGrants);

fn application(
    standing: &Standing,
    organization: OrganizationId,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<May, Refusal> {
    let client = standing.client.as_deref().ok_or(Refusal::ClientGone)?;
    // Any user stands for all of them: the layers that are asked do not look at who it is.
    let user = client.grant.scopes().map(|_| UserId::from_bytes([0; 16]));
    let asked = IssueFor { organization, client: client.id, user, family: None };
    let question = Question::issue(standing, &asked, sunset, now);
    question.organization()?;
    let client = question.client()?;
    let approval = question.authorization(client)?.approval()?;
    let approved = Approved { client, approval };
    Ok((approved.scopes(), client.grant.roles().cloned().unwrap_or_default()))
}

fn narrows((scopes, roles): &May, (left, held): &May) -> Effect {
    match scopes.is_covered_by(left) && roles.iter().all(|grant| held.covers(grant)) {
        true => Effect::Spares,
        false => Effect::Narrows,
    }
}
