//! Whether a call is allowed (TK-06, TK-07, TK-08): a live token, a scope, a permission in a division.

use core::fmt;

use super::Access;
use super::Refusal;
use super::judge;
use super::layers::Held;
use crate::change::Reason;
use crate::model::AccessToken;
use crate::model::Division;
use crate::model::Holder;
use crate::model::ImplicitSunset;
use crate::model::Organization;
use crate::model::RoleGrants;
use crate::value::ClientId;
use crate::value::DivisionId;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::Timestamp;

/// What a call needs. Scopes and permissions are two layers, and both are needed (TK-06).
///
/// ```
/// use grantor::access::Requirement;
/// use grantor::value::DivisionId;
///
/// let support = DivisionId::from_random([7; 16]);
/// let requirement = Requirement::permission("routing:queue:view".parse()?)
///     .in_division(support)
///     .any_scope_of(["routing:readonly".parse()?]);
/// # let _ = requirement;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// The default is met by no call: each part that a call does not need is said so.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Requirement {
    /// The scopes that are accepted; they do not apply to client credentials (TK-07).
    pub scopes: ScopesRequired,
    /// The permissions that the holder's roles must give.
    pub permissions: PermissionsRequired,
    /// Where they must be given.
    pub division: DivisionRequired,
    /// Who must hold the token.
    pub holder: HolderRequired,
}

/// The scopes that a call accepts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ScopesRequired {
    /// Any one of these; with none of them, no call. A list and no set: `routing` beside `routing:readonly`
    /// says that either will do.
    AnyOf(Vec<Scope>),
    /// None is needed.
    Nothing,
}

/// The permissions that a call needs.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PermissionsRequired {
    /// Each of these; with none of them, no call.
    All(Vec<Permission>),
    /// One of these; with none of them, no call.
    Any(Vec<Permission>),
    /// None is needed.
    Nothing,
}

/// The division in which permissions must be held.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum DivisionRequired {
    /// In all divisions at once: the default, for what belongs to no division.
    #[default]
    All,
    /// In this one.
    In(DivisionId),
    /// In whichever, and each permission perhaps in another one.
    Any,
}

/// Who must hold the token.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum HolderRequired {
    /// A user: client credentials are refused (TK-07).
    User,
    /// A user, or a client on its own behalf: the default.
    #[default]
    Anyone,
}

impl Requirement {
    /// This permission, in all divisions at once, by whomever. No scope is needed, unless
    /// [`any_scope_of`](Self::any_scope_of) says so.
    #[must_use]
    pub fn permission(permission: Permission) -> Self {
        let permissions = PermissionsRequired::All(vec![permission]);
        Self { scopes: ScopesRequired::Nothing, permissions, ..Self::default() }
    }

    /// The same, in this division.
    #[must_use]
    pub fn in_division(self, division: DivisionId) -> Self {
        Self { division: DivisionRequired::In(division), ..self }
    }

    /// The same, with one of these scopes, where the token acts for a user.
    #[must_use]
    pub fn any_scope_of(self, scopes: impl IntoIterator<Item = Scope>) -> Self {
        Self { scopes: ScopesRequired::AnyOf(scopes.into_iter().collect()), ..self }
    }

    /// The same, by a user.
    #[must_use]
    pub fn by_a_user(self) -> Self {
        Self { holder: HolderRequired::User, ..self }
    }
}

impl Default for ScopesRequired {
    fn default() -> Self {
        Self::AnyOf(Vec::new())
    }
}

impl Default for PermissionsRequired {
    fn default() -> Self {
        Self::All(Vec::new())
    }
}

impl PermissionsRequired {
    /// Each of these.
    pub fn all(permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self::All(permissions.into_iter().collect())
    }

    /// One of these.
    pub fn any(permissions: impl IntoIterator<Item = Permission>) -> Self {
        Self::Any(permissions.into_iter().collect())
    }
}

impl DivisionRequired {
    fn is_met_by(self, granted: Division) -> bool {
        match self {
            Self::All => granted.covers(Division::All),
            Self::In(division) => granted.covers(Division::One(division)),
            Self::Any => true,
        }
    }
}

/// An allowed call: who calls, and where.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use]
pub struct Allowed {
    /// The organization whose data is opened, and no other's.
    pub organization: OrganizationId,
    /// The client that calls.
    pub client: ClientId,
    /// In whose name.
    pub holder: Holder,
    /// When the token expires.
    pub expires: Timestamp,
    /// How the scopes stood.
    pub scopes: ScopeCheck,
    /// Which of what was accepted let it through (GV-02).
    pub met: Met,
    records_use: bool,
}

/// Which scope and which permissions of its requirement let a call through (GV-02).
///
/// It names them by their places: what it tells, it tells of the requirement that the call was judged by. What is beyond the
/// 255 first of a list is not told.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Met {
    scope: Option<u8>,
    permission: Option<u8>,
}

impl Met {
    /// Of the accepted scopes that the token held, the least: one for reading alone before any other. None where scopes do
    /// not apply, or were not enforced.
    #[must_use]
    pub fn scope(self, requirement: &Requirement) -> Option<&Scope> {
        match &requirement.scopes {
            ScopesRequired::AnyOf(accepted) => accepted.get(usize::from(self.scope?)),
            ScopesRequired::Nothing => None,
        }
    }

    /// The permissions that were needed: each of them, or the first that was held where one is enough.
    #[must_use]
    pub fn permissions(self, requirement: &Requirement) -> &[Permission] {
        match &requirement.permissions {
            PermissionsRequired::All(needed) => needed,
            PermissionsRequired::Any(needed) => {
                let one = self.permission.and_then(|place| needed.get(usize::from(place)));
                one.map(core::slice::from_ref).unwrap_or_default()
            }
            PermissionsRequired::Nothing => &[],
        }
    }
}

impl Allowed {
    /// Whether this use of the token is to be recorded, for the organization's idle timeout (TK-04). The
    /// server does.
    #[must_use]
    pub const fn records_use(&self) -> bool {
        self.records_use
    }
}

/// How the scopes stood in an allowed call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ScopeCheck {
    /// An accepted scope is held.
    Held,
    /// Scopes do not apply: client credentials, or none is needed (TK-07).
    NotApplicable,
    /// None is held, and the organization does not enforce scopes: to be reported (TK-08).
    NotEnforced,
}

/// Why a call was refused.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum CallRefused {
    /// It carried no token.
    NoToken,
    /// What it carried is no token (RFC 6750 §2.1).
    MalformedToken,
    /// No such token is known: it was never issued here, was revoked, or ended long ago.
    UnknownToken,
    /// The gate refused it.
    NotLive(Refusal),
    /// The call needs a user, and the token acts for none (TK-07).
    UserNeeded,
    /// None of the accepted scopes is held (DX-01).
    ScopeMissing {
        /// Any one of these would do.
        accepted: Vec<Scope>,
    },
    /// The token was issued with an accepted scope that was taken from the application since (DX-05).
    ScopeRemoved {
        /// The scope that was taken.
        removed: Scope,
        /// Any one of these would do.
        accepted: Vec<Scope>,
    },
    /// The roles do not give what is needed, where it is needed (DX-03).
    PermissionMissing {
        /// What is needed.
        needed: PermissionsRequired,
        /// Where.
        division: DivisionRequired,
    },
}

/// Judges a call by all that bears on its token (TK-06).
///
/// # Errors
///
/// [`CallRefused`], for the first layer that refuses: the gate, the holder, the scopes, the permissions.
pub fn authorize_call(
    access: &Access,
    requirement: &Requirement,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<Allowed, CallRefused> {
    let live = judge(&access.standing, &access.token.record, sunset, now).map_err(CallRefused::NotLive)?;
    let token = live.token();
    check_holder(token, requirement.holder)?;
    let (scopes, scope) = match scopes_asked_of(token, &requirement.scopes)? {
        None => (ScopeCheck::NotApplicable, None),
        Some(accepted) => check_scopes(&live.held(), accepted, live.organization())?,
    };
    let grants = match live.user() {
        Some(user) => user.roles(),
        None => live.client().grant.roles(),
    };
    let permission = check_permissions(access, grants, requirement)?;
    let place = |at: Option<usize>| at.and_then(|at| u8::try_from(at).ok());
    Ok(Allowed {
        organization: token.organization,
        client: token.client,
        holder: token.holder,
        expires: token.expires,
        scopes,
        met: Met { scope: place(scope), permission: place(permission) },
        records_use: live.organization().policy().idle_seconds().is_some() && token.last_used < now,
    })
}

/// Whether whoever must hold the token does (TK-07).
pub(super) fn check_holder(token: &AccessToken, required: HolderRequired) -> Result<(), CallRefused> {
    match (required, token.user()) {
        (HolderRequired::User, None) => Err(CallRefused::UserNeeded),
        (HolderRequired::User, Some(_)) | (HolderRequired::Anyone, _) => Ok(()),
    }
}

/// The scopes of which the token must hold one. None where scopes do not apply: none is needed, or the token acts for
/// no user (TK-07).
pub(super) fn scopes_asked_of<'r>(
    token: &AccessToken,
    required: &'r ScopesRequired,
) -> Result<Option<&'r [Scope]>, CallRefused> {
    match required {
        ScopesRequired::Nothing => Ok(None),
        ScopesRequired::AnyOf(accepted) if accepted.is_empty() => {
            Err(CallRefused::ScopeMissing { accepted: Vec::new() })
        }
        ScopesRequired::AnyOf(accepted) => Ok(token.user().map(|_| accepted.as_slice())),
    }
}

/// Whether one of the scopes is held, or the organization lets that pass (TK-08); and the place of the one that is.
pub(super) fn check_scopes(
    held: &Held<'_>,
    accepted: &[Scope],
    organization: &Organization,
) -> Result<(ScopeCheck, Option<usize>), CallRefused> {
    // Any one will do. Told is the least of them, for those who review what is used at all.
    let mut covered = accepted.iter().enumerate().filter(|(_, scope)| held.covers(scope));
    if let Some((first, scope)) = covered.next() {
        let least = if scope.is_readonly() { None } else { covered.find(|(_, scope)| scope.is_readonly()) };
        Ok((ScopeCheck::Held, Some(least.map_or(first, |(place, _)| place))))
    } else if !organization.policy().enforce_scopes {
        Ok((ScopeCheck::NotEnforced, None))
    } else {
        let lost = accepted.iter().find(|scope| held.has_lost(scope)).cloned();
        let accepted = accepted.to_vec();
        Err(match lost {
            Some(removed) => CallRefused::ScopeRemoved { removed, accepted },
            None => CallRefused::ScopeMissing { accepted },
        })
    }
}

/// Whether the roles that are granted give what is needed, where it is needed; and the place of the permission that is
/// held, where one is enough.
pub(super) fn check_permissions(
    access: &Access,
    grants: Option<&RoleGrants>,
    requirement: &Requirement,
) -> Result<Option<usize>, CallRefused> {
    let organization = access.token.record.organization;
    let holds = |permission: &Permission| {
        grants.is_some_and(|grants| holds(access, organization, grants, permission, requirement.division))
    };
    let held = match &requirement.permissions {
        PermissionsRequired::Nothing => Some(None),
        PermissionsRequired::All(needed) => (!needed.is_empty() && needed.iter().all(holds)).then_some(None),
        PermissionsRequired::Any(needed) => needed.iter().position(holds).map(Some),
    };
    held.ok_or_else(|| CallRefused::PermissionMissing {
        needed: requirement.permissions.clone(),
        division: requirement.division,
    })
}

fn holds(
    access: &Access,
    organization: OrganizationId,
    grants: &RoleGrants,
    permission: &Permission,
    division: DivisionRequired,
) -> bool {
    grants
        .iter()
        .filter(|grant| division.is_met_by(grant.division))
        .filter_map(|grant| access.roles.find(organization, grant.role))
        .any(|role| role.permissions.covers(permission))
}

impl fmt::Display for PermissionsRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (permissions, between) = match self {
            Self::All(permissions) => (permissions.as_slice(), " and "),
            Self::Any(permissions) => (permissions.as_slice(), " or "),
            Self::Nothing => (&[][..], ""),
        };
        for (at, permission) in permissions.iter().enumerate() {
            if at > 0 {
                f.write_str(between)?;
            }
            write!(f, "`{permission}`")?;
        }
        Ok(())
    }
}

impl fmt::Display for DivisionRequired {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("in all divisions"),
            Self::In(division) => write!(f, "in division {division}"),
            Self::Any => f.write_str("in any division"),
        }
    }
}

impl fmt::Display for CallRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoToken => f.write_str("the call carries no access token"),
            Self::MalformedToken => f.write_str("the call carries no well-formed access token"),
            Self::UnknownToken => f.write_str("the access token is not known"),
            Self::NotLive(refusal) => refusal.fmt(f),
            Self::UserNeeded => f.write_str("the call needs a user, and the token acts for none"),
            Self::ScopeMissing { accepted } => {
                write!(f, "none of the accepted scopes is held: `{}`", listed(accepted))
            }
            Self::ScopeRemoved { removed, .. } => {
                write!(f, "the scope `{removed}` was removed from the application since the token was issued")
            }
            Self::PermissionMissing { needed, division } => {
                write!(f, "the permission {needed} is missing {division}")
            }
        }
    }
}

impl core::error::Error for CallRefused {}

impl Reason for CallRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NoToken => "token.missing",
            Self::MalformedToken => "token.malformed",
            Self::UnknownToken => "token.unknown",
            Self::NotLive(refusal) => refusal.code(),
            Self::UserNeeded => "user.needed",
            Self::ScopeMissing { .. } => "scope.missing",
            Self::ScopeRemoved { .. } => "scope.removed",
            Self::PermissionMissing { .. } => "permission.missing",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NoToken => "send the access token in the header `Authorization: Bearer`".into(),
            Self::MalformedToken => "send the access token as it was issued".into(),
            Self::UnknownToken => "request a new token".into(),
            Self::NotLive(refusal) => refusal.remedy(),
            Self::UserNeeded => "use a client of a grant type in which a user logs in".into(),
            Self::ScopeMissing { accepted } => {
                let accepted = listed(accepted);
                format!("edit the authorization of the application: add one of the scopes `{accepted}`")
            }
            Self::ScopeRemoved { removed, .. } => {
                format!(
                    "edit the authorization of the application: add the scope `{removed}` again, and to the client \
                     first where it is not registered any more"
                )
            }
            Self::PermissionMissing { needed, division } => {
                format!("assign the client, or the user, a role with the permission {needed} {division}")
            }
        }
    }
}

fn listed(scopes: &[Scope]) -> String {
    scopes.iter().map(Scope::as_str).collect::<Vec<_>>().join(" ")
}
