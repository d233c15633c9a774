//! Why an administrative operation was refused.

use core::fmt;

use super::Problems;
use super::Reason;
use crate::model::InvalidTransition;
use crate::model::Removal;
use crate::model::RoleGrant;
use crate::value::Permission;

/// Why an administrative operation was refused. It changed nothing but the audit trail.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Denial {
    /// The actor is no active user of the organization (OR-04).
    #[error("the actor is no active user of the organization")]
    UnknownActor,
    /// The actor lacks the permission (OR-04).
    #[error("the permission `{0}` is missing")]
    MissingPermission(Permission),
    /// The actor lacks roles that the client has (OR-06).
    #[error("the client has roles that the actor does not hold: {}", list(.0))]
    MissingRoles(Vec<RoleGrant>),
    /// What was entered cannot be accepted (CL-16).
    #[error("{0}")]
    Invalid(Problems),
    /// The organization has no such client.
    #[error("there is no such client")]
    ClientNotFound,
    /// The organization has no word on the client.
    #[error("the application is not among the organization's authorized applications")]
    AuthorizationNotFound,
    /// The client's state does not allow it.
    #[error("{0}")]
    ClientState(InvalidTransition),
    /// The authorization's state does not allow it.
    #[error("{0}")]
    AuthorizationState(InvalidTransition),
    /// The client is built in: no organization edits or deletes it (CL-13).
    #[error("the client is built in, and no organization can change it")]
    BuiltIn,
    /// A client of the client credentials grant acts in the organization that owns it, and in no other.
    #[error("the client acts on its own behalf, in the organization that owns it alone")]
    ClientCredentialsElsewhere,
    /// Administrators work through the client (AA-13).
    #[error("administrators work through this client: revoking it locks them out of it too")]
    AcknowledgementRequired,
    /// The organization has as many clients as it may have (CL-17).
    #[error("the organization has {limit} clients, and may not have more")]
    TooManyClients {
        /// The most it may have.
        limit: u32,
    },
    /// The organization's audit trail has no such refusal (OR-01).
    #[error("there is no such refusal in the audit trail")]
    EventNotFound,
    /// The organization has no such identity provider.
    #[error("there is no such identity provider")]
    ProviderNotFound,
    /// The identity provider's state does not allow it (SA-05).
    #[error("{0}")]
    ProviderState(InvalidTransition),
    /// The organization has as many identity providers as it may have (SA-01).
    #[error("the organization has {limit} identity providers, and may not have more")]
    TooManyProviders {
        /// The most it may have.
        limit: u8,
    },
    /// Nobody could log in any more (SA-14).
    #[error("users log in by an identity provider alone, and after this none would let anybody in")]
    LastProvider,
    /// What was confirmed is no longer what would happen (LC-04).
    #[error("{changed} since the deletion was planned")]
    PlanOutdated {
        /// What is not as it was shown.
        changed: PlanChange,
        /// What deleting would do now.
        now: Removal,
    },
}

/// What is not as it was when a deletion was planned (LC-04).
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PlanChange {
    /// The plan is another client's.
    OtherClient,
    /// The client was edited.
    Client,
    /// It would go at once where it had seven days, or the other way round.
    Removal,
    /// The plan was shown too long ago, or for another instant.
    Time,
    /// Other organizations would lose access.
    Organizations {
        /// How many there were.
        shown: u32,
        /// How many there are.
        now: u32,
    },
}

impl fmt::Display for PlanChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherClient => f.write_str("another client was meant"),
            Self::Client => f.write_str("the client was changed"),
            Self::Removal => f.write_str("the client has come of the age of the other kind of deletion"),
            Self::Time => f.write_str("too much time has passed"),
            Self::Organizations { shown, now } => {
                write!(f, "the organizations that lose access have changed ({shown} then, {now} now)")
            }
        }
    }
}

impl Reason for Denial {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownActor => "unknown.actor",
            Self::MissingPermission(_) => "missing.permission",
            Self::MissingRoles(_) => "bad.client.role",
            Self::Invalid(problems) => problems.code(),
            Self::ClientNotFound => "client.not.found",
            Self::AuthorizationNotFound => "authorization.not.found",
            Self::ClientState(_) => "bad.client.state",
            Self::AuthorizationState(_) => "bad.authorization.state",
            Self::BuiltIn => "client.built.in",
            Self::ClientCredentialsElsewhere => "client.credentials.elsewhere",
            Self::AcknowledgementRequired => "acknowledgement.required",
            Self::TooManyClients { .. } => "auth.too.many.clients",
            Self::EventNotFound => "event.not.found",
            Self::ProviderNotFound => "provider.not.found",
            Self::ProviderState(_) => "bad.provider.state",
            Self::TooManyProviders { .. } => "sso.too.many.providers",
            Self::LastProvider => "sso.last.provider",
            Self::PlanOutdated { .. } => "plan.outdated",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::UnknownActor => "act as an active user of the organization".into(),
            Self::MissingPermission(permission) => format!(
                "have an administrator assign a role with the permission {}",
                permission.display_form()
            ),
            Self::MissingRoles(roles) => {
                format!("have whoever holds these roles do it, or be assigned them: {}", list(roles))
            }
            Self::Invalid(problems) => problems.remedy(),
            Self::ClientNotFound => "check the client id".into(),
            Self::AuthorizationNotFound => "authorize the client by its id first".into(),
            Self::ClientState(refused) => client_remedy(refused).into(),
            Self::AuthorizationState(refused) => authorization_remedy(refused).into(),
            Self::BuiltIn => "revoke its authorization to end its access to your organization".into(),
            Self::ClientCredentialsElsewhere => "authorize it in the organization that owns it".into(),
            Self::AcknowledgementRequired => "repeat the revocation with the acknowledgement".into(),
            Self::TooManyClients { .. } => {
                "delete clients that are out of use, or have the limit raised".into()
            }
            Self::EventNotFound => "check the id of the event, and that it tells of a refusal".into(),
            Self::ProviderNotFound => "check the id of the identity provider".into(),
            Self::ProviderState(refused) => provider_remedy(refused).into(),
            Self::TooManyProviders { .. } => "delete identity providers that are out of use".into(),
            Self::LastProvider => {
                "enable another identity provider first, add the new certificate before the old one goes, or let users log \
                 in another way"
                    .into()
            }
            Self::PlanOutdated { .. } => "look at the new plan and confirm it".into(),
        }
    }
}

fn client_remedy(refused: &InvalidTransition) -> &'static str {
    match refused.state {
        "active" => "the client is in use: nothing needs to be done",
        "inactive" => "restore the client first, before the instant of its removal",
        "disabled" => "ask the operator of the service to enable the client",
        "not of the implicit grant" => "only clients of the implicit grant need to be moved",
        "public" => "public clients have no secret: use PKCE alone",
        _ => "check the client's state",
    }
}

fn authorization_remedy(refused: &InvalidTransition) -> &'static str {
    match refused.state {
        "pending" => "approve or deny the request first",
        "approved" => "the application is approved: edit its scopes, or revoke it first",
        "revoked" => "revocation is final: authorize the application anew, from scratch",
        _ => "a client of this grant type has no scopes: edit the roles of the client",
    }
}

fn provider_remedy(refused: &InvalidTransition) -> &'static str {
    match refused.state {
        "draft" => "pass a test login with the current settings first",
        "tested" => "the identity provider is not in use: enable it first",
        "enabled" => "the identity provider is in use: nothing needs to be done",
        _ => "the identity provider is out of use: enable it first",
    }
}

fn list(roles: &[RoleGrant]) -> String {
    roles.iter().map(RoleGrant::to_string).collect::<Vec<_>>().join(", ")
}
