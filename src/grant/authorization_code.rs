//! Exchanging an authorization code (GR-02 to GR-04, GR-13, RFC 6749 §4.1.3).

use std::sync::Arc;

use super::AuthenticatedClient;
use super::FreshRefresh;
use super::FreshToken;
use super::IssuedTokens;
use super::TokenRefusal;
use super::Verifier;
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
use crate::model::CodeState;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::Refresh;
use crate::model::SecretUse;
use crate::model::TokenFamily;
use crate::value::Plain;
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
    let registered = client.grant.grant_type();
    if registered != GrantType::AuthorizationCode {
        return Err(TokenRefusal::WrongGrantType { registered }.into());
    }
    let Versioned { version, record: code } = request.code.as_ref().ok_or(TokenRefusal::UnknownCode)?;
    if code.client != client.id {
        return Err(TokenRefusal::CodeOfAnotherClient.into());
    }
    if let CodeState::Redeemed { at } = code.state {
        return Err(replayed(proof, request.family.as_ref(), at, now));
    }
    if code.expires <= now {
        return Err(TokenRefusal::CodeExpired { expired: code.expires }.into());
    }
    if !code.redirect.is_answered_by(request.redirect_uri) {
        return Err(TokenRefusal::RedirectUriDiffers.into());
    }
    // What was registered when the code was sent may have been taken back since, for a reason (threat 12).
    let registered = client.grant.redirect_uris();
    if registered.is_none_or(|uris| uris.matching(code.redirect.uri().as_str()).is_none()) {
        return Err(TokenRefusal::RedirectUriRemoved.into());
    }
    // A client that must use PKCE by now obtains nothing by a code that was asked for without (threat 14).
    if client.grant.requires_pkce() && code.challenge.is_none() {
        return Err(TokenRefusal::ChallengeMissing.into());
    }
    request.verifier.answers(code.challenge.as_ref())?;
    let family = request.family.as_ref().ok_or(TokenRefusal::UnknownCode)?;
    let login = &family.record;
    let admitted =
        admit(standing, &IssueFor::login(login), sunset, now).map_err(TokenRefusal::NotAdmitted)?;
    // AA-06: what the user agreed to, as far as it is approved and registered now.
    let scopes = login.scopes.intersection(&admitted.scopes());
    if scopes.is_empty() {
        return Err(TokenRefusal::NoScopeLeft.into());
    }
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

/// RFC 6749 §4.1.2: the server MUST deny the request and SHOULD revoke all tokens issued on the code.
fn replayed(
    proof: &AuthenticatedClient,
    family: Option<&Versioned<Arc<TokenFamily>>>,
    at: Timestamp,
    now: Timestamp,
) -> Refused<TokenRefusal> {
    let changes = family.map(|family| end_login(proof, family, now)).unwrap_or_default();
    Refused { reason: TokenRefusal::CodeReplayed { redeemed: at }, changes }
}
