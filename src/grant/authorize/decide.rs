//! Whether a user is sent back at once, or somebody is asked first (AA-03 to AA-05).

use core::fmt;

use serde::Serialize;

use super::AuthorizeRefusal;
use super::TrustedRequest;
use crate::access::IssueFor;
use crate::access::Refusal;
use crate::access::Standing;
use crate::access::admit;
use crate::model::Client;
use crate::model::ImplicitSunset;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// The user at the browser, and what the user may decide.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Visitor {
    /// The user's organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// Whether the user may approve applications for the organization (AA-03).
    pub may_approve: bool,
}

/// What is done with a request that the client may make.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Decision {
    /// The user agreed to this before, in so many words: the browser is sent back at once.
    SendBack {
        /// The scopes of the login.
        scopes: Scopes,
    },
    /// The organization approved the application; the user is asked.
    AskUser {
        /// What is asked for.
        shown: Scopes,
    },
    /// The organization has not approved the application, and the user may do so for it (AA-04).
    AskAdministrator {
        /// What is asked for.
        shown: Scopes,
    },
    /// The organization has not approved the application, and the user may not: an administrator must (AA-05).
    AdministratorMustApprove {
        /// What is asked for, and will be recorded as pending.
        requested: Scopes,
    },
}

impl fmt::Display for Decision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SendBack { scopes } => {
                write!(f, "the user agreed before, and is sent back with `{scopes}`")
            }
            Self::AskUser { shown } => write!(f, "the user is asked for `{shown}`"),
            Self::AskAdministrator { shown } => {
                write!(f, "the user is asked, as an administrator of the organization, for `{shown}`")
            }
            Self::AdministratorMustApprove { requested } => {
                write!(f, "an administrator must approve the application first, for `{requested}`")
            }
        }
    }
}

/// Decides on a request for these scopes, or with none given for all that may be had. `standing` is what a new
/// login would stand on.
///
/// A public client's user is asked each time: whoever else has its id and listens at its redirect URI would
/// be answered for it (threat 40).
///
/// # Errors
///
/// [`AuthorizeRefusal`] for a user who is no active one of the organization, for an application that the gate refuses, and
/// for scopes that may not be had.
pub fn decide(
    trusted: &TrustedRequest,
    asked: Option<&Scopes>,
    standing: &Standing,
    (visitor, sunset): (&Visitor, ImplicitSunset),
    now: Timestamp,
) -> Result<Decision, AuthorizeRefusal> {
    let client = trusted.client();
    check_visitor(standing, visitor)?;
    let Visitor { organization, user, may_approve } = *visitor;
    let issue_for = IssueFor { organization, client: client.id, user: Some(user), family: None };
    match admit(standing, &issue_for, sunset, now) {
        Ok(admitted) => {
            let scopes = within(asked, &admitted.scopes())?;
            let is_public = client.grant.secrets().is_none();
            let agreed = standing.consent.as_ref().is_some_and(|consent| {
                (consent.organization, consent.client, consent.user) == (organization, client.id, user)
                    && consent
                        .agreed_to(admitted.authorization(), client.epoch)
                        .is_some_and(|agreed| scopes.is_covered_by(agreed))
            });
            if agreed && !is_public {
                Ok(Decision::SendBack { scopes })
            } else {
                Ok(Decision::AskUser { shown: scopes })
            }
        }
        Err(refusal) if asks_first(&refusal) => {
            let scopes = within(asked, &registered(client))?;
            Ok(match may_approve {
                true => Decision::AskAdministrator { shown: scopes },
                false => Decision::AdministratorMustApprove { requested: scopes },
            })
        }
        Err(refusal) => Err(AuthorizeRefusal::NotAdmitted(refusal)),
    }
}

/// The user is an active one of the organization (OR-07).
pub(super) fn check_visitor(standing: &Standing, visitor: &Visitor) -> Result<(), AuthorizeRefusal> {
    let organization = standing.organization.as_deref().filter(|there| there.id() == visitor.organization);
    let user = standing.user.as_deref().filter(|user| {
        (user.organization, user.id) == (visitor.organization, visitor.user) && user.roles().is_some()
    });
    match (organization, user) {
        (Some(_), Some(_)) => Ok(()),
        (None, _) | (_, None) => Err(AuthorizeRefusal::UnknownUser),
    }
}

/// Whether it is no refusal here: the organization has said nothing yet, and is asked (AA-04, AA-05).
pub(super) const fn asks_first(refusal: &Refusal) -> bool {
    matches!(refusal, Refusal::NotAuthorized | Refusal::Pending { .. })
}

/// What may be asked for while nothing is approved.
pub(super) fn registered(client: &Client) -> Scopes {
    client.grant.scopes().cloned().unwrap_or_default()
}

/// SC-03: requesting less narrows, requesting more is an error.
pub(super) fn within(asked: Option<&Scopes>, available: &Scopes) -> Result<Scopes, AuthorizeRefusal> {
    if available.is_empty() {
        return Err(AuthorizeRefusal::NoScopeLeft);
    }
    match asked {
        None => Ok(available.clone()),
        Some(asked) if asked.is_covered_by(available) => Ok(asked.clone()),
        Some(_) => Err(AuthorizeRefusal::ScopeNotApproved { available: available.clone() }),
    }
}
