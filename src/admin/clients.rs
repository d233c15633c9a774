//! Creating, editing and restoring clients (CL-01 to CL-07, CL-16, CL-17, LC-06).

use std::sync::Arc;

use super::ActingUser;
use super::Checks;
use super::ClientDraft;
use super::draft::Before;
use super::draft::check_scopes;
use crate::audit::Actor;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Denial;
use crate::change::Done;
use crate::change::Key;
use crate::change::Problems;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::ClientFields;
use crate::model::ClientSecret;
use crate::model::ClientSecrets;
use crate::model::ClientTally;
use crate::model::CodeClient;
use crate::model::Grant;
use crate::model::InvalidTransition;
use crate::model::Lifecycle;
use crate::model::Owner;
use crate::model::RoleGrants;
use crate::model::SecretUse;
use crate::value::ClientId;
use crate::value::Epoch;
use crate::value::Permission;
use crate::value::Scopes;
use crate::value::SecretId;
use crate::value::Timestamp;

/// A client as it was read.
pub type Stored = Versioned<Arc<Client>>;

/// What is drawn at random for a new client.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Its identifier.
    pub id: ClientId,
    /// Its secret, should its grant type need one.
    pub secret: ClientSecret,
}

/// The client of the actor's organization, if it is one and still there.
///
/// # Errors
///
/// [`Denial::ClientNotFound`] for any other client: whether it exists is not told (OR-01).
/// [`Denial::BuiltIn`] for a built-in one (CL-13).
pub fn own(acting: &ActingUser, client: Option<Stored>, now: Timestamp) -> Result<Stored, Denial> {
    let client = client.filter(|client| !client.record.is_gone(now)).ok_or(Denial::ClientNotFound)?;
    match client.record.owner {
        Owner::Organization(owner) if owner == acting.organization_id() => Ok(client),
        Owner::Organization(_) => Err(Denial::ClientNotFound),
        Owner::BuiltIn { .. } => Err(Denial::BuiltIn),
    }
}

/// Creates a client (CL-01). It is active.
///
/// The tally counts the clients of the organization, and among them those that are `gone` and not yet
/// removed.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::Invalid`] with every bad field, [`Denial::MissingRoles`] (OR-06),
/// [`Denial::TooManyClients`] (CL-17).
pub fn create(
    acting: &ActingUser,
    draft: &ClientDraft,
    checks: &Checks<'_>,
    (tally, gone, fresh): (Option<Versioned<ClientTally>>, u32, &Fresh),
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_ADD)?;
    let organization = acting.organization_id();
    let client = new_client(Owner::Organization(organization), acting.actor(), draft, checks, fresh, now)
        .map_err(|denial| with_roles(denial, acting, draft))?;
    hold_roles(acting, &client.grant)?;
    let limit = checks.most_clients();
    if tally.map_or(0, |tally| tally.record.clients.saturating_sub(gone)) >= limit {
        return Err(Denial::TooManyClients { limit });
    }
    let changes = match tally {
        None => Changes::new().insert(ClientTally::none(organization).more()),
        Some(tally) => Changes::new().update(tally.version, tally.record.more()),
    };
    let told = FieldChange::between(&Vec::new(), &client.audit_fields());
    let client = Arc::new(client);
    Ok(Done { value: Arc::clone(&client), changes: changes.insert(client), told })
}

/// A client that was not there before, of whichever owner.
pub(super) fn new_client(
    owner: Owner,
    by: Actor,
    draft: &ClientDraft,
    checks: &Checks<'_>,
    fresh: &Fresh,
    now: Timestamp,
) -> Result<Client, Denial> {
    let checked = draft.check(None, checks, now).map_err(Denial::Invalid)?;
    let fields = ClientFields {
        id: fresh.id,
        owner,
        name: checked.name,
        description: checked.description,
        lifetime: checked.lifetime,
        grant: checked.grant.with_secrets(ClientSecrets::first(fresh.secret)),
        lifecycle: Lifecycle::Active,
        epoch: Epoch::FIRST,
        governance: checked.governance,
        created: now,
        created_by: by,
        modified: now,
        modified_by: by,
    };
    checked_client(fields)
}

/// Edits a client: the draft takes the place of what was entered before, and is checked as a whole (CL-07).
///
/// Another grant type drops what it cannot carry, and ends the tokens that were issued for the old one. A
/// type that needs a secret where there was none has none yet: it is regenerated (CL-08). `uses` are the
/// recorded uses of its secrets: those of secrets that end go with them.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`], [`Denial::ClientState`]
/// unless it is active, [`Denial::MissingRoles`] for a role before or after the edit (OR-06),
/// [`Denial::Invalid`].
pub fn edit(
    acting: &ActingUser,
    client: Option<Stored>,
    uses: &[Versioned<SecretUse>],
    (draft, checks): (&ClientDraft, &Checks<'_>),
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_EDIT)?;
    let Versioned { version, record: client } = own(acting, client, now)?;
    hold_roles(acting, &client.grant)?;
    active(&client, "edit")?;
    let before = Before {
        grant_type: client.grant.grant_type(),
        secrets: client.grant.secrets().copied().unwrap_or_default(),
    };
    let checked = draft
        .check(Some(&before), checks, now)
        .map_err(|problems| with_roles(Denial::Invalid(problems), acting, draft))?;
    hold_roles(acting, &checked.grant)?;
    // A token is judged by what its client is: one that was issued to another kind of client is no token of
    // this one. Nor is one that may live for 450 days a token of a client that is not for SCIM (TK-02).
    // Nor is one of a client that could keep no secret a token of one that can (CL-12), or the reverse.
    let same_kind = checked.grant.grant_type() == before.grant_type
        && checked.grant.secrets().is_some() == client.grant.secrets().is_some()
        && (checked.grant.is_for_scim() || !client.grant.is_for_scim());
    let epoch = if same_kind { client.epoch } else { client.epoch.next() };
    let edited = checked_client(ClientFields {
        name: checked.name,
        description: checked.description,
        lifetime: checked.lifetime,
        grant: checked.grant,
        governance: checked.governance,
        epoch,
        modified: now,
        modified_by: acting.actor(),
        ..(**client).clone()
    })?;
    Ok(forget_uses(replaced(&client, version, edited), uses))
}

/// Moves a client of the implicit grant to authorization code with PKCE, as a public client (GR-06). Identifier,
/// name, redirect URIs and scopes stay; the tokens of the old grant end.
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`], [`Denial::BuiltIn`], [`Denial::ClientState`] unless
/// it is active, and of the implicit grant.
pub fn migrate(
    acting: &ActingUser,
    client: Option<Stored>,
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_EDIT)?;
    let Versioned { version, record: client } = own(acting, client, now)?;
    active(&client, "migrate")?;
    let Grant::Implicit { redirect_uris, scopes } = client.grant.clone() else {
        let refused = InvalidTransition::new("migrate", "not of the implicit grant");
        return Err(Denial::ClientState(refused));
    };
    let grant = Grant::AuthorizationCode { client: CodeClient::Public, redirect_uris, scopes };
    let migrated = checked_client(ClientFields {
        grant,
        epoch: client.epoch.next(),
        modified: now,
        modified_by: acting.actor(),
        ..(**client).clone()
    })?;
    Ok(replaced(&client, version, migrated))
}

/// Restores a client that is set for deletion, with other scopes where they are given (LC-06, LC-07).
///
/// # Errors
///
/// [`Denial::MissingPermission`], [`Denial::ClientNotFound`] from the instant of removal on,
/// [`Denial::ClientState`] unless it is inactive, [`Denial::MissingRoles`] (OR-06), and [`Denial::Invalid`]
/// with `missing.client.scope` where the catalog no longer has any of its scopes (DX-10).
pub fn restore(
    acting: &ActingUser,
    client: Option<Stored>,
    scopes: Option<&[String]>,
    checks: &Checks<'_>,
    now: Timestamp,
) -> Result<Done<Arc<Client>>, Denial> {
    acting.require(&Permission::OAUTH_CLIENT_EDIT)?;
    let Versioned { version, record: client } = own(acting, client, now)?;
    hold_roles(acting, &client.grant)?;
    let restored = client.restore(acting.actor(), now).map_err(Denial::ClientState)?;
    let restored = match restored_scopes(&client.grant, scopes, checks)? {
        None => restored,
        Some(scopes) => {
            let grant = restored.grant.clone().with_scopes(scopes);
            checked_client(ClientFields { grant, ..(*restored).clone() })?
        }
    };
    Ok(replaced(&client, version, restored))
}

/// The scopes that a client is restored with: none where they stay as they are.
fn restored_scopes(
    grant: &Grant,
    assigned: Option<&[String]>,
    checks: &Checks<'_>,
) -> Result<Option<Scopes>, Denial> {
    let mut problems = Problems::none();
    let scopes = match (grant.scopes(), assigned) {
        (Some(_), Some(assigned)) => check_scopes(assigned, checks.catalog, &mut problems),
        (Some(registered), None) => {
            if !registered.iter().any(|scope| checks.catalog.check(scope).is_ok()) {
                let cause = "the client has no scope that there still is";
                problems.note("scopes", "missing.client.scope", cause, "assign scopes first");
            }
            None
        }
        (None, Some(_)) => {
            let cause = "a client of the client credentials grant has roles and no scopes";
            problems.note("scopes", "bad.client.scope", cause, "restore it without scopes");
            None
        }
        (None, None) => None,
    };
    if problems.is_empty() { Ok(scopes) } else { Err(Denial::Invalid(problems)) }
}

/// The refusal of a draft, with the roles that the actor does not hold among its problems: all at once
/// (CL-16).
fn with_roles(denial: Denial, acting: &ActingUser, draft: &ClientDraft) -> Denial {
    let Denial::Invalid(mut problems) = denial else {
        return denial;
    };
    let held = acting.roles();
    for (at, role) in
        draft.roles.iter().enumerate().filter(|(_, role)| !held.covers(role)).take(RoleGrants::MAX)
    {
        let cause = format!("the actor does not hold {role}");
        problems.note(format!("roles[{at}]"), "bad.client.role", cause, "assign roles that you hold");
    }
    Denial::Invalid(problems)
}

/// The same-roles rule for what the grant carries (OR-06).
pub(super) fn hold_roles(acting: &ActingUser, grant: &Grant) -> Result<(), Denial> {
    grant.roles().map_or(Ok(()), |roles: &RoleGrants| acting.must_hold(roles))
}

/// Only an active client is changed by its organization (LC-05, LC-09).
pub(super) fn active(client: &Client, attempt: &'static str) -> Result<(), Denial> {
    match client.lifecycle {
        Lifecycle::Active => Ok(()),
        Lifecycle::Inactive(_) | Lifecycle::Disabled { .. } => {
            Err(Denial::ClientState(client.refuse(attempt)))
        }
    }
}

/// The changes and the telling of one client that takes the place of another.
pub(super) fn replaced(before: &Client, version: Version, after: Client) -> Done<Arc<Client>> {
    let told = FieldChange::between(&before.audit_fields(), &after.audit_fields());
    let after = Arc::new(after);
    Done { value: Arc::clone(&after), changes: Changes::new().update(version, after), told }
}

/// And without the recorded uses of secrets that the client no longer has: nothing would remove them with it
/// (LC-08).
pub(super) fn forget_uses(mut done: Done<Arc<Client>>, uses: &[Versioned<SecretUse>]) -> Done<Arc<Client>> {
    let kept: Vec<SecretId> = done.value.secret_ids().collect();
    let ended = uses.iter().filter(|used| !kept.contains(&used.record.secret));
    done.changes = ended
        .fold(done.changes, |changes, used| changes.delete(used.version, Key::SecretUse(used.record.secret)));
    done
}

fn checked_client(fields: ClientFields) -> Result<Client, Denial> {
    Client::new(fields).map_err(|error| {
        let mut problems = Problems::none();
        problems.note("client", "bad.client", error, "make the fields agree with each other");
        Denial::Invalid(problems)
    })
}
