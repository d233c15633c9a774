//! Refreshing (GR-08, RFC 6749 §6): a refresh token for the next one, and an access token with it.

use std::sync::Arc;

use super::AuthenticatedClient;
use super::FreshRefresh;
use super::FreshToken;
use super::IssuedTokens;
use super::TokenRefusal;
use super::authenticate::check_grant_type;
use super::authenticate::check_secret;
use super::issue;
use super::revocation::end_login;
use crate::access::IssueFor;
use crate::access::Standing;
use crate::access::admit;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Refused;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::Organization;
use crate::model::Refresh;
use crate::model::Replaced;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::value::Plain;
use crate::value::PresentedRefreshToken;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::kind;

/// What a client presents to refresh.
#[derive(Debug)]
pub struct Request<'a> {
    /// The refresh token; none where what was sent is none.
    pub presented: Option<&'a PresentedRefreshToken>,
    /// The family that it names, if it is there.
    pub family: Option<Versioned<Arc<TokenFamily>>>,
    /// The `scope` parameter, if it was sent.
    pub scope: Option<&'a str>,
    /// The recorded use of the secret it authenticated with, if there is one (CL-10).
    pub secret_use: Option<Versioned<SecretUse>>,
}

/// What a presented token is to its family.
enum Place {
    /// The one in force: it is replaced.
    Current,
    /// The one before, within the grace: its successor is given again.
    AnsweredAgain(Plain<kind::RefreshToken>),
}

/// Replaces a refresh token by its successor, and issues an access token. `standing` is what the login stands
/// on.
///
/// A token of the family that is not the one in force was replaced before: presented by its client it ends
/// the family (GR-08). But for the one just replaced, within the client's grace: it is answered with the same
/// successor, should the answer be lost, until that successor is used or the grace is over.
///
/// # Errors
///
/// [`TokenRefusal`]: another grant type (GR-09), a client without a secret, a token that is unknown, another
/// client's or used, an idle timeout (GR-08), a refusal of the gate, or a scope beyond the login's (SC-03).
pub fn refresh(
    proof: &AuthenticatedClient,
    standing: &Standing,
    request: &Request<'_>,
    (fresh, drawn, sunset): (FreshToken, &FreshRefresh, ImplicitSunset),
    now: Timestamp,
) -> Result<Done<IssuedTokens>, Refused<TokenRefusal>> {
    let client = proof.client();
    check_grant_type(client, GrantType::AuthorizationCode)?;
    check_secret(client)?;
    let presented = request.presented.ok_or(TokenRefusal::UnknownRefreshToken)?;
    let family = request.family.as_ref().ok_or(TokenRefusal::UnknownRefreshToken)?;
    let login = &family.record;
    let held = check_login(client, login)?;
    let place = place(proof, presented, held, now).ok_or_else(|| reused(proof, family, now))?;
    let admitted =
        admit(standing, &IssueFor::login(login), sunset, now).map_err(TokenRefusal::NotAdmitted)?;
    check_idle(admitted.organization())?;
    let scopes = scopes(&admitted.scopes(), login, request.scope)?;
    let held = (login.holder(), scopes);
    let access = issue::access_token(&admitted, fresh, held, Some(login.expires), now);
    let mut changes = Changes::new().insert(access.clone());
    let successor = match place {
        Place::AnsweredAgain(successor) => successor,
        Place::Current => {
            let (successor, replaced) = replace(proof, presented, drawn, now);
            let next = login.with_refresh(Refresh { current: successor.digest(), replaced });
            changes = changes.update(family.version, next);
            successor
        }
    };
    let changes = issue::record_use(changes, proof, request.secret_use, now);
    Ok(Done { value: IssuedTokens { access, refresh: Some(successor) }, changes, told: Vec::new() })
}

/// Whether the client may refresh the login: it is its own, and has a refresh token.
pub(super) fn check_login<'a>(client: &Client, login: &'a TokenFamily) -> Result<&'a Refresh, TokenRefusal> {
    if login.client != client.id {
        return Err(TokenRefusal::RefreshTokenOfAnotherClient);
    }
    login.refresh.as_ref().ok_or(TokenRefusal::UnknownRefreshToken)
}

/// GR-08: never issued while an idle timeout is on; it would outlive the tokens that idle.
pub(super) fn check_idle(organization: &Organization) -> Result<(), TokenRefusal> {
    match organization.policy().idle_seconds() {
        Some(_) => Err(TokenRefusal::IdleTimeoutOn),
        None => Ok(()),
    }
}

/// What the presented token is to the family; none for one that was used before.
fn place(
    proof: &AuthenticatedClient,
    presented: &PresentedRefreshToken,
    held: &Refresh,
    now: Timestamp,
) -> Option<Place> {
    let grace = proof.client().grant.refresh_grace();
    let digest = presented.digest();
    let again = held.replaced.as_ref().filter(|replaced| replaced.is_answered_again(&digest, grace, now));
    match (held.current == digest, again) {
        (true, _) => Some(Place::Current),
        (false, Some(replaced)) => {
            let successor = presented.successor(&replaced.salt);
            // The salt is of this generation alone: another successor than the one in force is none.
            (successor.digest() == held.current).then_some(Place::AnsweredAgain(successor))
        }
        (false, None) => None,
    }
}

/// The successor, and what is kept to give it again. Without a grace nothing is: the successor then owes
/// nothing to the token before.
fn replace(
    proof: &AuthenticatedClient,
    presented: &PresentedRefreshToken,
    drawn: &FreshRefresh,
    now: Timestamp,
) -> (Plain<kind::RefreshToken>, Option<Replaced>) {
    match proof.client().grant.refresh_grace() {
        None => (Plain::of_family(presented.family(), &drawn.secret), None),
        Some(_) => {
            let replaced = Replaced { digest: presented.digest(), salt: drawn.salt, at: now };
            (presented.successor(&drawn.salt), Some(replaced))
        }
    }
}

/// RFC 9700 §4.14.2: the authorization server cannot tell who of the two is the thief, and revokes the token
/// in force.
fn reused(
    proof: &AuthenticatedClient,
    family: &Versioned<Arc<TokenFamily>>,
    now: Timestamp,
) -> Refused<TokenRefusal> {
    Refused { reason: TokenRefusal::RefreshTokenReused, changes: end_login(proof, family, now) }
}

/// The scopes of the new token: those of the login, or fewer as asked, as far as they are approved now. What
/// is asked for less once can be asked for again.
pub(super) fn scopes(
    approved: &Scopes,
    login: &TokenFamily,
    asked: Option<&str>,
) -> Result<Scopes, TokenRefusal> {
    let available = login.scopes.intersection(approved);
    match asked {
        // RFC 6749 §6: if omitted, it is treated as equal to the scope originally granted.
        None if available.is_empty() => Err(TokenRefusal::NoScopeLeft),
        None => Ok(available),
        Some(text) => {
            let asked = Scopes::parse(text).map_err(|_| TokenRefusal::MalformedScope)?;
            if asked.is_covered_by(&available) {
                Ok(asked)
            } else {
                Err(TokenRefusal::ScopeNotApproved { approved: available })
            }
        }
    }
}
