//! Authorized applications: request, approve, edit, deny, revoke, reauthorize (AA-03 to AA-15).

use std::sync::Arc;

use super::ActingUser;
use super::clients::active;
use super::draft::check_scopes;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Problems;
use crate::change::Versioned;
use crate::model::Approval;
use crate::model::Audience;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::Client;
use crate::model::Consent;
use crate::model::Granted;
use crate::model::InvalidTransition;
use crate::model::Owner;
use crate::model::StateName;
use crate::value::AuthorizationId;
use crate::value::Permission;
use crate::value::RoleId;
use crate::value::ScopeCatalog;
use crate::value::Scopes;
use crate::value::Timestamp;

/// An application as one organization sees it: the client, and the organization's word on it.
#[derive(Clone, Debug)]
pub struct Application {
    /// The client, if it is there.
    pub client: Option<Arc<Client>>,
    /// The organization's word on it, if there is one.
    pub authorization: Option<Versioned<Arc<Authorization>>>,
}

/// The scopes that an administrator selected: all that the client registered, or these.
#[derive(Clone, Copy, Debug)]
pub struct Selection<'a> {
    /// The selected scopes; none for all that are shown, and for client credentials, which has none.
    pub scopes: Option<&'a [String]>,
    /// The scopes that there are (SC-02).
    pub catalog: &'a ScopeCatalog,
}

/// That whoever revokes an application knows that administrators work through it (AA-13).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Acknowledgement {
    /// It was not asked for.
    NotGiven,
    /// It was asked for and given.
    Given,
}

type Decided = Result<Done<Arc<Authorization>>, Denial>;

impl Application {
    /// The scopes that a pending request asks for.
    fn requested(&self) -> Option<&Scopes> {
        match self.authorization.as_ref()?.record.state() {
            AuthorizationState::Pending { requested, .. } => Some(requested),
            AuthorizationState::Approved(_) | AuthorizationState::Revoked(_) => None,
        }
    }

    /// The client, still there.
    fn client(&self, now: Timestamp) -> Result<&Client, Denial> {
        self.client.as_deref().filter(|client| !client.is_gone(now)).ok_or(Denial::ClientNotFound)
    }

    /// The organization's word on it, under a client that is still there.
    fn authorization(&self, acting: &ActingUser, now: Timestamp) -> Result<&Arc<Authorization>, Denial> {
        self.client(now).map_err(|_| Denial::AuthorizationNotFound)?;
        self.authorization
            .as_ref()
            .map(|stored| &stored.record)
            .filter(|authorization| authorization.organization() == acting.organization_id())
            .ok_or(Denial::AuthorizationNotFound)
    }

    /// The changes and the telling of the authorization that takes the place of what was there.
    pub(super) fn becomes(&self, after: Authorization) -> Done<Arc<Authorization>> {
        let before = self.authorization.as_ref().map(|stored| stored.record.fields()).unwrap_or_default();
        let told = FieldChange::between(&before, &after.fields());
        let after = Arc::new(after);
        let changes = match &self.authorization {
            None => Changes::new().insert(Arc::clone(&after)),
            Some(stored) => Changes::new().update(stored.version, Arc::clone(&after)),
        };
        Done { value: after, changes, told }
    }
}

/// Records a user's request for access, to be approved by an administrator (AA-05). A request that is pending
/// already stays as it is; it grants nothing.
///
/// # Errors
///
/// [`Denial::ClientNotFound`], [`Denial::ClientCredentialsElsewhere`], [`Denial::ClientState`] unless the
/// client is active, [`Denial::Invalid`] for scopes it did not register, [`Denial::AuthorizationState`] where
/// the application is approved or revoked.
pub fn request(
    acting: &ActingUser,
    application: &Application,
    requested: &Selection<'_>,
    fresh: AuthorizationId,
    now: Timestamp,
) -> Decided {
    let client = approvable(acting, application, now)?;
    let scopes = selected(client.grant.scopes(), requested)?;
    match &application.authorization {
        // AA-13: it is approved by default, and a request would take that away.
        None if is_built_in(client) => Err(Denial::AuthorizationState(InvalidTransition::new(
            "request access for",
            StateName::Approved.as_str(),
        ))),
        None => {
            let (organization, by) = (acting.organization_id(), acting.actor());
            let pending = Authorization::request(organization, client.id, fresh, scopes, by, now);
            Ok(application.becomes(pending))
        }
        Some(stored) => match stored.record.state_name() {
            StateName::Pending => {
                Ok(Done { value: Arc::clone(&stored.record), changes: Changes::new(), told: Vec::new() })
            }
            state @ (StateName::Approved | StateName::Revoked) => {
                Err(Denial::AuthorizationState(InvalidTransition::new("request access for", state.as_str())))
            }
        },
    }
}

/// Authorizes a client by its id, or approves a pending request, with the selected scopes (AA-03, AA-04,
/// AA-14).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::ClientCredentialsElsewhere`],
/// [`Denial::ClientState`] unless the client is active, [`Denial::Invalid`] for scopes it did not register
/// (AA-06), [`Denial::AuthorizationState`] where the application is approved already, or revoked: see
/// [`reauthorize`].
pub fn authorize(
    acting: &ActingUser,
    application: &Application,
    selection: &Selection<'_>,
    fresh: AuthorizationId,
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let client = approvable(acting, application, now)?;
    let approval = approval(acting, client, (selection, application.requested()), now)?;
    Ok(application.becomes(approved(acting, application, client, approval, fresh)?))
}

/// Approves an application at the browser, where an administrator was shown what it asks for and chose of it
/// (AA-04). What is shown is a part of what the client registered, or it is refused.
///
/// # Errors
///
/// As [`authorize`].
pub fn approve_shown(
    acting: &ActingUser,
    application: &Application,
    (shown, chosen): (&Scopes, &Scopes),
    fresh: AuthorizationId,
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let client = approvable(acting, application, now)?;
    let registered = client.grant.scopes().cloned().unwrap_or_default();
    if chosen.is_empty() || !chosen.is_covered_by(shown) || !shown.is_covered_by(&registered) {
        let mut problems = Problems::none();
        let cause = "what was shown or chosen is no part of what the client registered";
        problems.note("scopes", "scope.not.registered", cause, "start again from the application");
        return Err(Denial::Invalid(problems));
    }
    let consent = Consent { by: acting.actor(), at: now, shown: shown.clone(), granted: chosen.clone() };
    let granted = Granted::Scopes(chosen.clone());
    let approval = Approval { granted, audience: Audience::everyone(), consent };
    Ok(application.becomes(approved(acting, application, client, approval, fresh)?))
}

/// The authorization, approved where there was none or a request.
fn approved(
    acting: &ActingUser,
    application: &Application,
    client: &Client,
    approval: Approval,
    fresh: AuthorizationId,
) -> Result<Authorization, Denial> {
    match &application.authorization {
        None => {
            // A built-in client goes on from its approval by default: what was issued under that lives on.
            let id = if is_built_in(client) { AuthorizationId::BUILT_IN } else { fresh };
            Ok(Authorization::approved(acting.organization_id(), client.id, id, approval))
        }
        Some(stored) => stored.record.approve(approval).map_err(Denial::AuthorizationState),
    }
}

/// Authorizes a revoked application anew, from scratch: nothing issued under the old authorization works
/// (AA-09).
///
/// # Errors
///
/// Those of [`authorize`], with [`Denial::AuthorizationNotFound`] and [`Denial::AuthorizationState`] unless
/// it is revoked.
pub fn reauthorize(
    acting: &ActingUser,
    application: &Application,
    selection: &Selection<'_>,
    fresh: AuthorizationId,
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let authorization = application.authorization(acting, now)?;
    let client = approvable(acting, application, now)?;
    let approval = approval(acting, client, (selection, None), now)?;
    let approved = authorization.reauthorize(fresh, approval).map_err(Denial::AuthorizationState)?;
    Ok(application.becomes(approved))
}

/// Edits the scopes of an approved application, and nothing else (AA-07). What is taken away stops working at
/// the next call.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::AuthorizationNotFound`], [`Denial::Invalid`],
/// [`Denial::AuthorizationState`] unless it is approved for scopes.
pub fn edit_scopes(
    acting: &ActingUser,
    application: &Application,
    selection: &Selection<'_>,
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let current = current(acting, application, now)?;
    let client = application.client(now)?;
    // The state decides first: what can be selected follows from it.
    let attempt = "edit the scopes of";
    let _: &Approval = current.approved_for_users(attempt).map_err(Denial::AuthorizationState)?;
    let Some(registered) = client.grant.scopes() else {
        let state = "approved for another grant type";
        return Err(Denial::AuthorizationState(InvalidTransition::new(attempt, state)));
    };
    let scopes = selected(Some(registered), selection)?;
    let edited = current.edit_scopes(scopes).map_err(Denial::AuthorizationState)?;
    Ok(application.becomes(edited))
}

/// Limits an approved application to the users with one of these roles; with none given, opens it to all
/// (AA-12).
///
/// `known` are those of the roles that the organization has.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::AuthorizationNotFound`], [`Denial::Invalid`] for a role the
/// organization does not have, [`Denial::AuthorizationState`] unless it is approved.
pub fn edit_audience(
    acting: &ActingUser,
    application: &Application,
    (roles, known): (&[RoleId], &[RoleId]),
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let current = current(acting, application, now)?;
    let mut problems = Problems::none();
    if roles.len() > Audience::MAX {
        let cause = format!("{} roles are more than {}", roles.len(), Audience::MAX);
        problems.note("audience", "too.many.roles", cause, "name fewer roles");
    }
    for (at, role) in roles.iter().enumerate().filter(|(_, role)| !known.contains(role)).take(Audience::MAX) {
        let cause = format!("the organization has no role {role}");
        problems.note(format!("audience[{at}]"), "role.not.found", cause, "name a role of the organization");
    }
    if !problems.is_empty() {
        return Err(Denial::Invalid(problems));
    }
    let audience = Audience::of_roles(roles.iter().copied());
    let edited = current.edit_audience(audience).map_err(Denial::AuthorizationState)?;
    Ok(application.becomes(edited))
}

/// Denies a pending request (AA-10).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::AuthorizationNotFound`], [`Denial::AuthorizationState`] unless it
/// is pending.
pub fn deny(acting: &ActingUser, application: &Application, now: Timestamp) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let authorization = application.authorization(acting, now)?;
    let denied = authorization.deny(acting.actor(), now).map_err(Denial::AuthorizationState)?;
    Ok(application.becomes(denied))
}

/// Revokes an application at once and for good (AA-08): every live token of it fails at its next use.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::AuthorizationNotFound`], [`Denial::AcknowledgementRequired`] for
/// a built-in client that administrators work through (AA-13), [`Denial::AuthorizationState`] unless it is
/// approved.
pub fn revoke(
    acting: &ActingUser,
    application: &Application,
    acknowledgement: Acknowledgement,
    now: Timestamp,
) -> Decided {
    acting.require(&Permission::OAUTH_CLIENT_AUTHORIZE)?;
    let client = application.client(now).map_err(|_| Denial::AuthorizationNotFound)?;
    let revoked = match (&application.authorization, client.owner) {
        (None, Owner::BuiltIn { .. }) => {
            Authorization::revoked_built_in(acting.organization_id(), client.id, acting.actor(), now)
        }
        (None, Owner::Organization(_)) => return Err(Denial::AuthorizationNotFound),
        (Some(stored), Owner::BuiltIn { .. } | Owner::Organization(_)) => {
            stored.record.revoke(acting.actor(), now).map_err(Denial::AuthorizationState)?
        }
    };
    let needed = matches!(client.owner, Owner::BuiltIn { needed_by_administrators: true });
    if needed && acknowledgement == Acknowledgement::NotGiven {
        return Err(Denial::AcknowledgementRequired);
    }
    Ok(application.becomes(revoked))
}

/// The authorization as it stands: for a built-in client without a word of the organization, its approval by
/// default (AA-13).
///
/// # Errors
///
/// [`Denial::AuthorizationNotFound`] where there is neither.
pub fn current(
    acting: &ActingUser,
    application: &Application,
    now: Timestamp,
) -> Result<Arc<Authorization>, Denial> {
    match (application.client(now), &application.authorization) {
        (Ok(client), None) if is_built_in(client) => {
            let scopes = client.grant.scopes().cloned().unwrap_or_default();
            let approval = Approval {
                granted: Granted::Scopes(scopes.clone()),
                audience: Audience::everyone(),
                consent: Consent {
                    by: client.created_by,
                    at: client.created,
                    shown: scopes.clone(),
                    granted: scopes,
                },
            };
            let (organization, id) = (acting.organization_id(), AuthorizationId::BUILT_IN);
            Ok(Arc::new(Authorization::approved(organization, client.id, id, approval)))
        }
        (Ok(_) | Err(_), _) => application.authorization(acting, now).cloned(),
    }
}

/// The client, if the organization may have a word on it.
fn approvable<'a>(
    acting: &ActingUser,
    application: &'a Application,
    now: Timestamp,
) -> Result<&'a Client, Denial> {
    let client = application.client(now)?;
    if client.grant.roles().is_some() && client.organization() != Some(acting.organization_id()) {
        return Err(Denial::ClientCredentialsElsewhere);
    }
    active(client, "authorize")?;
    Ok(client)
}

fn approval(
    acting: &ActingUser,
    client: &Client,
    (selection, requested): (&Selection<'_>, Option<&Scopes>),
    now: Timestamp,
) -> Result<Approval, Denial> {
    // AA-04: what a pending request asks for is what is shown; else what the client registered (AA-03).
    let registered = client.grant.scopes().cloned().unwrap_or_default();
    let shown = requested.map_or_else(|| registered.clone(), |requested| registered.intersection(requested));
    let scopes = selected(client.grant.scopes().map(|_| &shown), selection)?;
    let consent = Consent { by: acting.actor(), at: now, shown, granted: scopes.clone() };
    let granted = match client.grant.scopes() {
        None => Granted::Roles,
        Some(_) => Granted::Scopes(scopes),
    };
    Ok(Approval { granted, audience: Audience::everyone(), consent })
}

/// The selected scopes: a part of what is shown, and not empty; none for client credentials (AA-06).
fn selected(shown: Option<&Scopes>, selection: &Selection<'_>) -> Result<Scopes, Denial> {
    let mut problems = Problems::none();
    let scopes = match (shown, selection.scopes) {
        (Some(shown), None) if shown.is_empty() => {
            let cause = "the client has registered none of the requested scopes any more";
            problems.note("scopes", "scope.not.registered", cause, "deny the request");
            None
        }
        (None, None | Some([])) => Some(Scopes::empty()),
        (None, Some(_)) => {
            let cause = "a client of the client credentials grant has roles and no scopes";
            problems.note("scopes", "bad.client.scope", cause, "authorize it without scopes");
            None
        }
        (Some(shown), None) => Some(shown.clone()),
        (Some(shown), Some(texts)) => {
            let scopes = check_scopes(texts, selection.catalog, &mut problems);
            for scope in scopes.iter().flat_map(Scopes::iter).filter(|scope| !shown.covers(scope)) {
                let cause = format!("the client did not register `{scope}`, or did not request it");
                problems.note("scopes", "scope.not.registered", cause, "select among the client's scopes");
            }
            scopes
        }
    };
    match scopes {
        Some(scopes) if problems.is_empty() => Ok(scopes),
        Some(_) | None => Err(Denial::Invalid(problems)),
    }
}

fn is_built_in(client: &Client) -> bool {
    matches!(client.owner, Owner::BuiltIn { .. })
}
