//! Who an assertion speaks of, and that it is accepted once (SA-11, SA-12): the same for a login and for a grant.

use std::sync::Arc;

use crate::change::Reason;
use crate::model::Organization;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::model::UserState;
use crate::saml::assertion::IdentityError;
use crate::saml::assertion::Verified;
use crate::saml::excerpt;
use crate::value::EmailAddress;
use crate::value::Timestamp;
use crate::value::UserId;

/// Why an assertion that was verified leads to nobody.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AssertionRefusal {
    /// It was accepted before (SA-11).
    #[error("the assertion was accepted already, at {used}")]
    Used {
        /// When.
        used: Timestamp,
    },
    /// It names another organization.
    #[error("the assertion is for the organization `{found}`, and came to `{expected}`")]
    OrganizationDiffers {
        /// The organization it came to.
        expected: String,
        /// The one it names, cut to 128 characters.
        found: String,
    },
    /// It does not say who it is about in the way that we know people by.
    #[error(transparent)]
    Identity(IdentityError),
    /// Nobody has that address (SA-12). Nobody is created by an assertion.
    #[error("no user of the organization has the email address `{email}`")]
    NotProvisioned {
        /// The address.
        email: EmailAddress,
    },
    /// The user is inactive (SA-12).
    #[error("the user with the email address `{email}` is inactive")]
    UserInactive {
        /// The address.
        email: EmailAddress,
    },
    /// Several users have that address: who is meant cannot be told.
    #[error("several users of the organization have the email address `{email}`")]
    UserAmbiguous {
        /// The address.
        email: EmailAddress,
    },
}

impl Reason for AssertionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::Used { .. } => "saml.assertion.used",
            Self::OrganizationDiffers { .. } => "sso.organization.differs",
            Self::Identity(error) => error.code(),
            Self::NotProvisioned { .. } => "user.not.provisioned",
            Self::UserInactive { .. } => "user.inactive",
            Self::UserAmbiguous { .. } => "user.ambiguous",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::Used { .. } => "have the user log in again; and find out who else had the assertion",
            Self::OrganizationDiffers { .. } => {
                "let the identity provider send the name of this organization as `OrganizationName`"
            }
            Self::Identity(error) => error.remedy(),
            Self::NotProvisioned { .. } => {
                "create the user with this email address: nobody is created by logging in"
            }
            Self::UserInactive { .. } => "activate the user",
            Self::UserAmbiguous { .. } => "give each user an email address of its own",
        }
        .into()
    }
}

/// That an assertion was accepted now: to be inserted where there is no such record, so that of two who present it at
/// once one finds the other's (SA-11, threat 20).
///
/// # Errors
///
/// [`AssertionRefusal::Used`] where it was accepted before.
pub fn accept<U>(
    proof: &Verified<U>,
    organization: &Organization,
    used: Option<&UsedAssertion>,
    now: Timestamp,
) -> Result<UsedAssertion, AssertionRefusal> {
    match used {
        Some(used) => Err(AssertionRefusal::Used { used: used.used }),
        None => Ok(UsedAssertion {
            key: proof.key(),
            organization: organization.id(),
            used: now,
            expires: proof.usable_until(),
        }),
    }
}

/// The active user of the organization whom an assertion names by email address (SA-12). `users` are those of that
/// address, as a list gave them.
///
/// # Errors
///
/// [`AssertionRefusal`] where it names another organization, no address, or nobody who is an active user.
pub fn user_of<U>(
    proof: &Verified<U>,
    organization: &Organization,
    users: &[Arc<User>],
) -> Result<UserId, AssertionRefusal> {
    if let Some(named) = proof.organization_name().map_err(AssertionRefusal::Identity)? {
        let expected = organization.name().as_str();
        if !named.eq_ignore_ascii_case(expected) {
            let (expected, found) = (expected.to_owned(), excerpt(named));
            return Err(AssertionRefusal::OrganizationDiffers { expected, found });
        }
    }
    let email = proof.email().map_err(AssertionRefusal::Identity)?;
    user_with(&email, organization, users).map(|user| user.id)
}

/// The one user of the organization with this email address, who is active (SA-12). `users` are those of that address, as
/// a list gave them.
///
/// # Errors
///
/// [`AssertionRefusal`] for nobody, for several, and for one who is inactive.
pub fn user_with<'u>(
    email: &EmailAddress,
    organization: &Organization,
    users: &'u [Arc<User>],
) -> Result<&'u Arc<User>, AssertionRefusal> {
    // What a list gave is believed as far as the records say the same.
    let is_meant =
        |user: &&Arc<User>| user.organization == organization.id() && user.email.as_ref() == Some(email);
    let mut meant = users.iter().filter(is_meant);
    match (meant.next(), meant.next()) {
        (None, _) => Err(AssertionRefusal::NotProvisioned { email: email.clone() }),
        (Some(_), Some(_)) => Err(AssertionRefusal::UserAmbiguous { email: email.clone() }),
        (Some(user), None) => match user.state {
            UserState::Active(_) => Ok(user),
            UserState::Inactive => Err(AssertionRefusal::UserInactive { email: email.clone() }),
        },
    }
}
