//! Whether a user is sent back at once, or somebody is asked first (AA-03 to AA-05).

use super::AuthorizeRefusal;
use super::TrustedRequest;
use crate::access::IssueFor;
use crate::access::Refusal;
use crate::access::Standing;
use crate::access::admit;
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
#[derive(Clone, Debug, Eq, PartialEq)]
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

/// Decides on a request for these scopes, or with none given for all that may be had. `standing` is what a new
/// login would stand on.
///
/// A public client's user is asked each time: whoever else has its id and listens at its redirect URI would
/// be answered for it (threat 40).
///
/// # Errors
///
/// [`AuthorizeRefusal`] for a user or an application that the gate refuses, and for scopes that may not be had.
pub fn decide(
    trusted: &TrustedRequest,
    asked: Option<&Scopes>,
    standing: &Standing,
    (visitor, sunset): (&Visitor, ImplicitSunset),
    now: Timestamp,
) -> Result<Decision, AuthorizeRefusal> {
    let client = trusted.client();
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
        Err(Refusal::NotAuthorized | Refusal::Pending { .. }) => {
            let registered = client.grant.scopes().cloned().unwrap_or_default();
            let scopes = within(asked, &registered)?;
            Ok(match may_approve {
                true => Decision::AskAdministrator { shown: scopes },
                false => Decision::AdministratorMustApprove { requested: scopes },
            })
        }
        Err(refusal) => Err(AuthorizeRefusal::NotAdmitted(refusal)),
    }
}

/// SC-03: requesting less narrows, requesting more is an error.
fn within(asked: Option<&Scopes>, available: &Scopes) -> Result<Scopes, AuthorizeRefusal> {
    if available.is_empty() {
        return Err(AuthorizeRefusal::NoScopeLeft);
    }
    match asked {
        None => Ok(available.clone()),
        Some(asked) if asked.is_covered_by(available) => Ok(asked.clone()),
        Some(_) => Err(AuthorizeRefusal::ScopeNotApproved { available: available.clone() }),
    }
}
