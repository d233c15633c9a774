//! SAML2 bearer (GR-07, RFC 7522): a token in the name of the user whom an identity provider's assertion names.

use std::sync::Arc;

use super::AuthenticatedClient;
use super::FreshToken;
use super::IssuedTokens;
use super::TokenRefusal;
use super::authenticate::check_grant_type;
use super::authenticate::check_secret;
use super::issue;
use crate::access::IssueFor;
use crate::access::Refusal;
use crate::access::Standing;
use crate::access::admit;
use crate::access::assertion::accept;
use crate::access::assertion::user_of;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::SecretUse;
use crate::model::UsedAssertion;
use crate::model::User;
use crate::model::UserConsent;
use crate::saml::bearer::BearerAssertion;
use crate::value::FamilyId;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;

/// What a client presents, and what was found for it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The assertion, verified as one for this grant by an identity provider that is trusted for it.
    pub assertion: &'a BearerAssertion,
    /// Whether it was accepted before.
    pub used: Option<UsedAssertion>,
    /// The users of the organization with its email address.
    pub users: &'a [Arc<User>],
    /// The user's word on the client, where there is one.
    pub consent: Option<Versioned<Arc<UserConsent>>>,
    /// The `scope` parameter, if it was sent.
    pub scope: Option<&'a str>,
    /// The recorded use of the secret that the client authenticated with, if there is one (CL-10).
    pub secret_use: Option<Versioned<SecretUse>>,
}

/// Whether the client may present assertions at all: it is registered for it, and has proven who it is.
///
/// # Errors
///
/// [`TokenRefusal::WrongGrantType`] (GR-09), [`TokenRefusal::PublicClient`].
pub fn check_client(proof: &AuthenticatedClient) -> Result<(), TokenRefusal> {
    check_grant_type(proof.client(), GrantType::Saml2Bearer)?;
    check_secret(proof.client())
}

/// Whether the client may have a token in the name of some user of the organization: no layer of the gate above the user
/// says no. A client that may not is told nothing of an assertion, and of users.
///
/// # Errors
///
/// [`TokenRefusal::NotAdmitted`].
pub fn check_standing(
    proof: &AuthenticatedClient,
    standing: &Standing,
    organization: OrganizationId,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<(), TokenRefusal> {
    // Nobody yet: what refuses is a layer above the user, or in the end that there is none.
    let (client, nobody) = (proof.client().id, UserId::from_random([0; 16]));
    let asked = IssueFor { organization, client, user: Some(nobody), family: None };
    match admit(standing, &asked, sunset, now) {
        Ok(_) | Err(Refusal::UserUnknown) => Ok(()),
        Err(refusal) => Err(TokenRefusal::NotAdmitted(refusal)),
    }
}

/// Issues a token in the name of the user whom the assertion names, and no refresh token (RFC 7521 §4.1). The assertion
/// is spent by it (SA-11).
///
/// `standing` is what the client stands on in the organization that it named.
///
/// # Errors
///
/// [`TokenRefusal`]: another grant type (GR-09), an assertion that was accepted before or leads to nobody who is an
/// active user, a refusal of the gate, scopes that are not approved.
pub fn issue(
    proof: &AuthenticatedClient,
    standing: &Standing,
    request: &Request<'_>,
    (fresh, family, sunset): (FreshToken, FamilyId, ImplicitSunset),
    now: Timestamp,
) -> Result<Done<IssuedTokens>, TokenRefusal> {
    check_client(proof)?;
    let organization =
        standing.organization.as_deref().ok_or(TokenRefusal::NotAdmitted(Refusal::OrganizationUnknown))?;
    let assertion = request.assertion;
    let accepted =
        accept(assertion, organization, request.used.as_ref(), now).map_err(TokenRefusal::Assertion)?;
    let user = user_of(assertion, organization, request.users).map_err(TokenRefusal::Assertion)?;
    let found = request.users.iter().find(|found| found.id == user).cloned();
    let standing = Standing { user: found, ..standing.clone() };
    let (organization, client) = (organization.id(), proof.client().id);
    let asked = IssueFor { organization, client, user: Some(user), family: None };
    let admitted = admit(&standing, &asked, sunset, now).map_err(TokenRefusal::NotAdmitted)?;
    let scopes = scopes(request.scope, admitted.scopes())?;

    let consent = match &request.consent {
        Some(stored) => Arc::clone(&stored.record),
        None => Arc::new(UserConsent::none(organization, client, user)),
    };
    let expires = now.plus(issue::lifetime(&admitted));
    let login = issue::login(&admitted, (family, user), scopes.clone(), &consent, (now, expires));
    let access = issue::access_token(&admitted, fresh, (login.holder(), scopes), Some(expires), now);
    let mut changes = Changes::new().insert(accepted).insert(access.clone()).insert(login);
    if request.consent.is_none() {
        changes = changes.insert(consent);
    }
    let changes = issue::record_use(changes, proof, request.secret_use, now);
    Ok(Done { value: IssuedTokens { access, refresh: None }, changes, told: Vec::new() })
}

/// RFC 6749 §3.3: what is asked for, as far as it is approved; all of that where nothing is asked for.
pub(super) fn scopes(asked: Option<&str>, approved: Scopes) -> Result<Scopes, TokenRefusal> {
    let scopes = match asked.map(Scopes::parse) {
        None => approved,
        Some(Err(_)) => return Err(TokenRefusal::MalformedScope),
        Some(Ok(asked)) if asked.is_covered_by(&approved) => asked,
        Some(Ok(_)) => return Err(TokenRefusal::ScopeNotApproved { approved }),
    };
    if scopes.is_empty() { Err(TokenRefusal::NoScopeLeft) } else { Ok(scopes) }
}
