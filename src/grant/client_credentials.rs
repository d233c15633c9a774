//! Client credentials (GR-01, RFC 6749 §4.4): a token for the client itself, judged by its own roles.

use super::AuthenticatedClient;
use super::FreshToken;
use super::IssuedTokens;
use super::TokenRefusal;
use super::authenticate::check_secret;
use super::issue;
use crate::access::IssueFor;
use crate::access::Standing;
use crate::access::admit;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::GrantType;
use crate::model::Holder;
use crate::model::ImplicitSunset;
use crate::model::SecretUse;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;

/// What a client asks for, beyond itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The `scope` parameter, if it was sent.
    pub scope: Option<&'a str>,
    /// The recorded use of the secret it authenticated with, if there is one (CL-10).
    pub secret_use: Option<Versioned<SecretUse>>,
}

/// Issues a token to the client itself, in the organization that owns it. No user, no refresh token, no
/// scopes.
///
/// # Errors
///
/// [`TokenRefusal`]: another grant type (GR-09), a client without a secret (CL-12), a refusal of the gate, or
/// a scope, which is more than client credentials can have (TK-07, SC-03).
pub fn issue(
    proof: &AuthenticatedClient,
    standing: &Standing,
    request: &Request<'_>,
    (fresh, sunset): (FreshToken, ImplicitSunset),
    now: Timestamp,
) -> Result<Done<IssuedTokens>, TokenRefusal> {
    let client = proof.client();
    let organization = organization_of(client)?;
    check_secret(client)?;
    let asked = IssueFor { organization, client: client.id, user: None, family: None };
    let admitted = admit(standing, &asked, sunset, now).map_err(TokenRefusal::NotAdmitted)?;
    check_no_scope(request.scope)?;
    let token = issue::access_token(&admitted, fresh, (Holder::Client, Scopes::empty()), None, now);
    let changes = Changes::new().insert(token.clone());
    let changes = issue::record_use(changes, proof, request.secret_use, now);
    let value = IssuedTokens { access: token, refresh: None };
    Ok(Done { value, changes, told: Vec::new() })
}

/// Where the client acts: in the organization that owns it.
pub(super) fn organization_of(client: &Client) -> Result<OrganizationId, TokenRefusal> {
    let registered = client.grant.grant_type();
    // A built-in client acts for users: it is of another grant type, and has no organization to act in.
    match (registered, client.organization()) {
        (GrantType::ClientCredentials, Some(organization)) => Ok(organization),
        (
            GrantType::ClientCredentials
            | GrantType::AuthorizationCode
            | GrantType::Saml2Bearer
            | GrantType::Implicit,
            Some(_) | None,
        ) => Err(TokenRefusal::WrongGrantType { registered }),
    }
}

/// There is no scope that a client could have for itself (TK-07).
pub(super) fn check_no_scope(asked: Option<&str>) -> Result<(), TokenRefusal> {
    match asked.map(Scopes::parse) {
        None => Ok(()),
        Some(Err(_)) => Err(TokenRefusal::MalformedScope),
        Some(Ok(_)) => Err(TokenRefusal::ScopeNotApproved { approved: Scopes::empty() }),
    }
}
