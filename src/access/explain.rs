//! Why something is allowed or refused, with every reason and not the first alone (GV-05).
//!
//! It asks the functions that decide, each by itself, and decides nothing. What would be at another instant is asked
//! with another `now`, and what would be after a change with the records as they would be then.

use super::Access;
use super::CallRefused;
use super::Explanation;
use super::IssueFor;
use super::Judged;
use super::Layer;
use super::PermissionsRequired;
use super::Refusal;
use super::Requirement;
use super::ScopeCheck;
use super::Standing;
use super::Verdict;
use super::call::check_holder;
use super::call::check_permissions;
use super::call::check_scopes;
use super::call::scopes_asked_of;
use super::layers::Approved;
use super::layers::Held;
use super::layers::Question;
use super::layers::ended;
use super::layers::in_audience;
use super::layers::not_expired;
use super::layers::not_idle;
use crate::model::ImplicitSunset;
use crate::value::Scopes;
use crate::value::Timestamp;

/// Why a token may be issued, or may not: [`admit`](super::admit) with all its reasons.
///
/// Its first refusal is the answer of `admit`, and it allows what `admit` allows.
pub fn explain_admission(
    standing: &Standing,
    asked: &IssueFor,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Explanation<Refusal> {
    Explanation { at: now, layers: of_gate(&Question::issue(standing, asked, sunset, now)) }
}

/// Why a call is allowed, or is not: [`authorize_call`](super::authorize_call) with all its reasons.
///
/// Its first refusal is the answer of `authorize_call`, and it allows what `authorize_call` allows. It is how it would
/// be at `now`, whatever time it is, by the records as they are given:
///
/// ```
/// use grantor::access::{Access, Requirement, explain_call};
/// use grantor::change::Changes;
/// use grantor::model::ImplicitSunset;
/// use grantor::value::Timestamp;
///
/// /// Whether the call would still be allowed tomorrow, after these changes that are not made yet.
/// fn would_do(access: &Access, call: &Requirement, changes: &Changes, now: Timestamp) -> bool {
///     let imagined = access.after(changes);
///     explain_call(&imagined, call, ImplicitSunset::default(), now.plus(86_400)).is_allowed()
/// }
/// ```
pub fn explain_call(
    access: &Access,
    requirement: &Requirement,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Explanation<CallRefused> {
    let token = &access.token.record;
    let question = Question::of_use(&access.standing, token, sunset, now);
    let gate = of_gate(&question).into_iter().map(|judged| judged.map(CallRefused::NotLive));
    let beyond = [
        (Layer::Holder, Verdict::of(check_holder(token, requirement.holder))),
        (Layer::Scopes, of_scopes(&question, access, requirement)),
        (Layer::Permissions, of_permissions(&question, access, requirement)),
    ];
    let beyond = beyond.into_iter().map(|(layer, verdict)| Judged::new(layer, verdict));
    Explanation { at: now, layers: gate.chain(beyond).collect() }
}

/// The scopes that could be issued, as far as client and authorization go: those of
/// [`ApprovedAuthorization::scopes`](super::ApprovedAuthorization::scopes), asked for by themselves.
///
/// # Errors
///
/// The layer that is in the way of knowing.
pub fn scopes_to_be_had(
    standing: &Standing,
    asked: &IssueFor,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<Scopes, Layer> {
    let question = Question::issue(standing, asked, sunset, now);
    Ok(approved(&question)?.scopes())
}

/// The layers of the gate. The token is one of them where there is one.
fn of_gate(question: &Question<'_>) -> Vec<Judged<Refusal>> {
    let authorization = match question.client_there() {
        Some(client) => Verdict::of(question.authorization(client)),
        None => Verdict::RestsOn(Layer::Client),
    };
    let layers = [
        Some((Layer::Organization, Verdict::of(question.organization()))),
        Some((Layer::Client, Verdict::of(question.client()))),
        Some((Layer::Authorization, authorization)),
        Some((Layer::Login, of_login(question))),
        Some((Layer::Consent, of_consent(question))),
        Some((Layer::User, of_user(question))),
        question.token.map(|_| (Layer::Token, of_token(question))),
    ];
    layers.into_iter().flatten().map(|(layer, verdict)| Judged::new(layer, verdict)).collect()
}

fn of_login(question: &Question<'_>) -> Verdict<Refusal> {
    let family = match question.family() {
        Ok(Some(family)) => family,
        Ok(None) => return Verdict::DoesNotApply,
        Err(refusal) => return Verdict::Refuses(refusal),
    };
    let Some(organization) = question.organization_there() else {
        return Verdict::RestsOn(Layer::Organization);
    };
    let Some(client) = question.client_there() else {
        return Verdict::RestsOn(Layer::Client);
    };
    match question.word(client) {
        Some(word) => Verdict::of(ended(family, (organization, client), word.current())),
        None => Verdict::RestsOn(Layer::Authorization),
    }
}

fn of_consent(question: &Question<'_>) -> Verdict<Refusal> {
    match (question.asked.family, question.family_there()) {
        (None, _) => Verdict::DoesNotApply,
        (Some(_), Some(family)) => Verdict::of(question.consent(family)),
        (Some(_), None) => Verdict::RestsOn(Layer::Login),
    }
}

fn of_user(question: &Question<'_>) -> Verdict<Refusal> {
    let roles = match question.user() {
        Ok(Some((_, roles))) => roles,
        Ok(None) => return Verdict::DoesNotApply,
        Err(refusal) => return Verdict::Refuses(refusal),
    };
    match approved(question) {
        Ok(approved) => Verdict::of(in_audience(roles, approved.approval)),
        Err(layer) => Verdict::RestsOn(layer),
    }
}

fn of_token(question: &Question<'_>) -> Verdict<Refusal> {
    let Some(token) = question.token else {
        return Verdict::DoesNotApply;
    };
    if let Err(refusal) = not_expired(token, question.now) {
        return Verdict::Refuses(refusal);
    }
    match question.organization_there() {
        Some(organization) => Verdict::of(not_idle(token, organization, question.now)),
        None => Verdict::RestsOn(Layer::Organization),
    }
}

/// What the client may do by the records, or the layer that is in the way of knowing.
fn approved<'a>(question: &Question<'a>) -> Result<Approved<'a>, Layer> {
    let client = question.client_there().ok_or(Layer::Client)?;
    let word = question.word(client).ok_or(Layer::Authorization)?;
    let approval = word.approval().map_err(|_| Layer::Authorization)?;
    Ok(Approved { client, approval })
}

fn of_scopes(question: &Question<'_>, access: &Access, requirement: &Requirement) -> Verdict<CallRefused> {
    let token = &access.token.record;
    let accepted = match scopes_asked_of(token, &requirement.scopes) {
        Ok(Some(accepted)) => accepted,
        Ok(None) => return Verdict::DoesNotApply,
        Err(refused) => return Verdict::Refuses(refused),
    };
    let Some(organization) = question.organization_there() else {
        return Verdict::RestsOn(Layer::Organization);
    };
    let approved = match approved(question) {
        Ok(approved) => approved,
        Err(layer) => return Verdict::RestsOn(layer),
    };
    let checked = check_scopes(&Held { token, approved }, accepted, organization);
    match checked.map(|(scopes, _)| scopes) {
        Ok(ScopeCheck::Held) => Verdict::Passes,
        Ok(ScopeCheck::NotEnforced) => Verdict::NotEnforced,
        Ok(ScopeCheck::NotApplicable) => Verdict::DoesNotApply,
        Err(refused) => Verdict::Refuses(refused),
    }
}

fn of_permissions(
    question: &Question<'_>,
    access: &Access,
    requirement: &Requirement,
) -> Verdict<CallRefused> {
    if requirement.permissions == PermissionsRequired::Nothing {
        return Verdict::DoesNotApply;
    }
    let grants = match question.user() {
        Ok(Some((_, roles))) => Some(roles),
        Ok(None) => match question.client_there() {
            Some(client) => client.grant.roles(),
            None => return Verdict::RestsOn(Layer::Client),
        },
        Err(_) => return Verdict::RestsOn(Layer::User),
    };
    Verdict::of(check_permissions(access, grants, requirement))
}
