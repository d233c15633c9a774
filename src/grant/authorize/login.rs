//! Beginning a login: the family, the user's consent, and the code or token that is sent back (GR-02, GR-05).

use std::sync::Arc;

use super::AuthorizeRefusal;
use super::TrustedRequest;
use super::check::check_grant_type;
use crate::access::ApprovedAuthorization;
use crate::access::IssueFor;
use crate::access::Standing;
use crate::access::admit;
use crate::audit::FieldChange;
use crate::change::Changes;
use crate::change::Done;
use crate::change::Versioned;
use crate::grant::FreshToken;
use crate::grant::issue;
use crate::model::AccessToken;
use crate::model::Agreement;
use crate::model::AuthorizationCode;
use crate::model::CodeRedirect;
use crate::model::ImplicitSunset;
use crate::model::ResponseType;
use crate::model::TokenFamily;
use crate::model::UserConsent;
use crate::value::CodeChallenge;
use crate::value::CodeLifetime;
use crate::value::Digest;
use crate::value::FamilyId;
use crate::value::LoginLifetime;
use crate::value::OrganizationId;
use crate::value::Scopes;
use crate::value::Timestamp;
use crate::value::UserId;
use crate::value::kind;

/// A login that is to begin: who, for which scopes, and how the answer goes back.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user's organization.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The scopes of the login. Not empty.
    pub scopes: Scopes,
    /// The scopes that the user was shown, where the user was asked now.
    pub shown: Option<Scopes>,
    /// What is sent back.
    pub response_type: ResponseType,
    /// Where.
    pub redirect: CodeRedirect,
    /// What the verifier of a code must answer.
    pub challenge: Option<CodeChallenge>,
}

/// What was drawn at random for a login.
#[derive(Clone, Copy, Debug)]
pub struct FreshLogin {
    /// The family.
    pub family: FamilyId,
    /// The code, should one be sent.
    pub code: Digest<kind::AuthorizationCode>,
    /// The access token, should one be sent.
    pub access: Digest<kind::AccessToken>,
}

/// How long what begins here lives.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lifetimes {
    /// A code, until it is exchanged.
    pub code: CodeLifetime,
    /// The login, with all that descends from it.
    pub login: LoginLifetime,
}

/// What is sent back.
#[derive(Clone, Debug, Eq, PartialEq)]
#[must_use]
pub enum Answered {
    /// The code that was drawn.
    Code,
    /// The access token that was drawn, as its record says.
    Token(Box<AccessToken>),
}

/// Begins a login, under the gate once more: whatever was shown and agreed to, what counts is what holds now.
///
/// `stored` is the user's word on the client as it was read.
///
/// # Errors
///
/// [`AuthorizeRefusal`] where the client may not be sent this any more (threat 7), where the gate refuses, and
/// for scopes that are not approved.
pub fn login(
    trusted: &TrustedRequest,
    login: &Login,
    (standing, stored): (&Standing, Option<&Versioned<Arc<UserConsent>>>),
    (fresh, lifetimes, sunset): (FreshLogin, Lifetimes, ImplicitSunset),
    now: Timestamp,
) -> Result<Done<Answered>, AuthorizeRefusal> {
    let client = trusted.client();
    check_grant_type(client, login.response_type, sunset, now)?;
    if client.grant.requires_pkce() && login.challenge.is_none() {
        return Err(AuthorizeRefusal::ChallengeMissing);
    }
    let asked = IssueFor {
        organization: login.organization,
        client: client.id,
        user: Some(login.user),
        family: None,
    };
    let admitted = admit(standing, &asked, sunset, now).map_err(AuthorizeRefusal::NotAdmitted)?;
    let available = admitted.scopes();
    if login.scopes.is_empty() || !login.scopes.is_covered_by(&available) {
        return Err(AuthorizeRefusal::ScopeNotApproved { available });
    }
    let before = stored.map(|stored| Arc::clone(&stored.record));
    let consent = consent(&admitted, login, before.as_deref(), now);
    let family = family(&admitted, login, &consent, fresh.family, lifetimes, now);
    let mut changes = Changes::new();
    let answered = match login.response_type {
        ResponseType::Code => {
            let bound = (login.redirect.clone(), login.challenge);
            changes = changes.insert(AuthorizationCode::begins(&family, fresh.code, bound, lifetimes.code));
            Answered::Code
        }
        ResponseType::Token => {
            let fresh = FreshToken { digest: fresh.access };
            let held = (family.holder(), login.scopes.clone());
            let token = issue::access_token(&admitted, fresh, held, Some(family.expires), now);
            changes = changes.insert(token.clone());
            Answered::Token(Box::new(token))
        }
    };
    let fields = before.as_ref().map(|before| before.fields()).unwrap_or_default();
    let mut told = FieldChange::between(&fields, &consent.fields());
    told.extend(FieldChange::between(&Vec::new(), &vec![("scopes", login.scopes.to_string())]));
    changes = match stored {
        None => changes.insert(consent),
        Some(stored) if *stored.record != consent => changes.update(stored.version, consent),
        Some(_) => changes,
    };
    Ok(Done { value: answered, changes: changes.insert(family), told })
}

/// The user's word after this login: what was agreed to now, or as before.
fn consent(
    admitted: &ApprovedAuthorization<'_>,
    login: &Login,
    before: Option<&UserConsent>,
    now: Timestamp,
) -> UserConsent {
    let client = admitted.client().id;
    let consent =
        before.cloned().unwrap_or_else(|| UserConsent::none(login.organization, client, login.user));
    let Some(shown) = login.shown.clone() else {
        return consent;
    };
    let authorization = admitted.authorization();
    let (scopes, client_epoch) = (login.scopes.clone(), admitted.client().epoch);
    consent.agreeing(Agreement { authorization, shown, scopes, at: now, client_epoch })
}

fn family(
    admitted: &ApprovedAuthorization<'_>,
    login: &Login,
    consent: &UserConsent,
    id: FamilyId,
    lifetimes: Lifetimes,
    now: Timestamp,
) -> TokenFamily {
    let client = admitted.client();
    // Where nothing is refreshed, nothing outlives a token that was issued at the last moment of the code.
    let most = lifetimes.login.get();
    let lifetime = match client.grant.secrets() {
        Some(_) => most,
        None => most.min(issue::lifetime(admitted).saturating_add(lifetimes.code.get())),
    };
    issue::login(admitted, (id, login.user), login.scopes.clone(), consent, (now, now.plus(lifetime)))
}
