//! Exchanging an authorization code (GR-02 to GR-04, GR-13, RFC 6749 §4.1.3).

use std::sync::Arc;

use super::AuthenticatedClient;
use super::FreshRefresh;
use super::FreshToken;
use super::IssuedTokens;
use super::TokenRefusal;
use super::Verifier;
use super::authenticate::check_grant_type;
use super::issue;
use super::revocation::end_login;
use crate::access::IssueFor;
use crate::access::Standing;
use crate::access::admit;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Refused;
use crate::change::Versioned;
use crate::model::AuthorizationCode;
use crate::model::Client;
use crate::model::CodeState;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::Refresh;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::value::Plain;
use crate::value::Scopes;
use crate::value::Timestamp;

/// What a client presents to exchange a code.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The code, as it was found; none where there is no such code.
    pub code: Option<Versioned<Arc<AuthorizationCode>>>,
    /// The family that it began, if it is still there.
    pub family: Option<Versioned<Arc<TokenFamily>>>,
    /// The `redirect_uri` parameter, if it was sent.
    pub redirect_uri: Option<&'a str>,
    /// The `code_verifier` parameter.
    pub verifier: Verifier,
    /// The recorded use of the secret it authenticated with, if there is one (CL-10).
    pub secret_use: Option<Versioned<SecretUse>>,
}

/// Exchanges a code for an access token, and for a refresh token where the client is confidential and the
/// organization has no idle timeout (GR-08). `standing` is what the code's login stands on.
///
/// A code that was exchanged before ends its login, all of it, whatever else is wrong with the request
/// (GR-04). An exchange that fails leaves the code to its rightful client (GR-13).
///
/// # Errors
///
/// [`TokenRefusal`]: another grant type (GR-09), a code that is unknown, another client's, used or expired, a
/// redirect URI or verifier that is not the code's, a refusal of the gate, or no scope left.
pub fn exchange(
    proof: &AuthenticatedClient,
    standing: &Standing,
    request: &Request<'_>,
    (fresh, refresh, sunset): (FreshToken, &FreshRefresh, ImplicitSunset),
    now: Timestamp,
) -> Result<Done<IssuedTokens>, Refused<TokenRefusal>> {
    let client = proof.client();
    check_grant_type(client, GrantType::AuthorizationCode)?;
    let Versioned { version, record: code } = request.code.as_ref().ok_or(TokenRefusal::UnknownCode)?;
    let found = request.family.as_ref().map(|family| &*family.record);
    let login = match check_code(client, code, found, now) {
        Ok(login) => login,
        Err(reason @ TokenRefusal::CodeReplayed { .. }) => {
            return Err(replayed(proof, request.family.as_ref(), reason, now));
        }
        Err(reason) => return Err(reason.into()),
    };
    let family = request.family.as_ref().ok_or(TokenRefusal::UnknownCode)?;
    if !code.redirect.is_answered_by(request.redirect_uri) {
        return Err(TokenRefusal::RedirectUriDiffers.into());
    }
    check_redirect(client, code)?;
    check_challenge(client, code)?;
    request.verifier.answers(code.challenge.as_ref())?;
    let admitted =
        admit(standing, &IssueFor::login(login), sunset, now).map_err(TokenRefusal::NotAdmitted)?;
    let scopes = scopes(login, &admitted.scopes())?;
    let held = (login.holder(), scopes);
    let access = issue::access_token(&admitted, fresh, held, Some(login.expires), now);
    let mut changes = Changes::new().insert(access.clone()).update(*version, code.redeemed(now));
    let refresh = admitted.refreshes().then(|| Plain::of_family(login.id, &refresh.secret));
    if let Some(token) = &refresh {
        let begun = login.with_refresh(Refresh { current: token.digest(), replaced: None });
        changes = changes.update(family.version, begun);
    }
    let changes = issue::record_use(changes, proof, request.secret_use, now);
    Ok(Done { value: IssuedTokens { access, refresh }, changes, told: Vec::new() })
}

/// Whether the code may be exchanged by the client: it is its own, neither exchanged nor expired; and the login that it
/// began, which must be there.
pub(super) fn check_code<'a>(
    client: &Client,
    code: &AuthorizationCode,
    login: Option<&'a TokenFamily>,
    now: Timestamp,
) -> Result<&'a TokenFamily, TokenRefusal> {
    if code.client != client.id {
        return Err(TokenRefusal::CodeOfAnotherClient);
    }
    if let CodeState::Redeemed { at } = code.state {
        return Err(TokenRefusal::CodeReplayed { redeemed: at });
    }
    if code.expires <= now {
        return Err(TokenRefusal::CodeExpired { expired: code.expires });
    }
    login.filter(|login| login.id == code.family).ok_or(TokenRefusal::UnknownCode)
}

/// What was registered when the code was sent may have been taken back since, for a reason (threat 12).
pub(super) fn check_redirect(client: &Client, code: &AuthorizationCode) -> Result<(), TokenRefusal> {
    let registered = client.grant.redirect_uris();
    match registered.and_then(|uris| uris.matching(code.redirect.uri().as_str())) {
        Some(_) => Ok(()),
        None => Err(TokenRefusal::RedirectUriRemoved),
    }
}

/// A client that must use PKCE by now obtains nothing by a code that was asked for without (threat 14).
pub(super) fn check_challenge(client: &Client, code: &AuthorizationCode) -> Result<(), TokenRefusal> {
    if client.grant.requires_pkce() && code.challenge.is_none() {
        return Err(TokenRefusal::ChallengeMissing);
    }
    Ok(())
}

/// AA-06: what the user agreed to, as far as it is approved and registered now.
pub(super) fn scopes(login: &TokenFamily, approved: &Scopes) -> Result<Scopes, TokenRefusal> {
    let scopes = login.scopes.intersection(approved);
    if scopes.is_empty() { Err(TokenRefusal::NoScopeLeft) } else { Ok(scopes) }
}

/// RFC 6749 §4.1.2: the server MUST deny the request and SHOULD revoke all tokens issued on the code.
fn replayed(
    proof: &AuthenticatedClient,
    family: Option<&Versioned<Arc<TokenFamily>>>,
    reason: TokenRefusal,
    now: Timestamp,
) -> Refused<TokenRefusal> {
    let changes = family.map(|family| end_login(proof, family, now)).unwrap_or_default();
    Refused { reason, changes }
}
