//! Why an authorization request is served or refused, with every reason (GV-05).

use core::fmt;
use std::sync::Arc;

use serde::Serialize;

use super::AuthorizeRefusal;
use super::Decision;
use super::NotTrusted;
use super::Request;
use super::Visitor;
use super::check::check;
use super::check::check_challenge;
use super::check::check_grant_type;
use super::check::check_parameters;
use super::check::response_type;
use super::check::scopes;
use super::decide::asks_first;
use super::decide::check_visitor;
use super::decide::decide;
use super::decide::registered;
use super::decide::within;
use super::trust::check_in_use;
use super::trust::redirect_of;
use super::trust::trust;
use crate::access::Explanation;
use crate::access::IssueFor;
use crate::access::Judged;
use crate::access::Layer;
use crate::access::Refusal;
use crate::access::Standing;
use crate::access::Verdict;
use crate::access::explain_admission;
use crate::access::scopes_to_be_had;
use crate::change::Reason;
use crate::grant::authenticate::there;
use crate::model::Client;
use crate::model::ImplicitSunset;
use crate::value::ClientId;
use crate::value::Timestamp;

/// Why an authorization request is refused: to whoever sits at the browser, or to the application.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum RequestRefused {
    /// It is shown, and nothing is redirected.
    NotTrusted(NotTrusted),
    /// The browser is sent back with an error.
    Refused(AuthorizeRefusal),
}

/// An authorization request with all the reasons to refuse it, and what is done where there is none.
///
/// It serializes as its explanation does, with `decision` beside it.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[must_use]
pub struct ExplainedRequest {
    /// Every layer with its verdict. It is allowed where the user is sent back or asked; where the organization is asked
    /// first nothing refuses, and it is not allowed yet.
    #[serde(flatten)]
    pub explanation: Explanation<RequestRefused>,
    /// What is done with the request; none where it is refused.
    pub decision: Option<Decision>,
}

/// Why the request is served or refused: [`trust`], [`check`](super::check()) and [`decide`] with all their reasons.
///
/// Its first refusal is their answer, and its decision is theirs. `standing` is what a new login of the visitor with the client
/// would stand on; its client is the one that the request names. Where the organization has no word on the application yet
/// somebody is asked, and what only an approval tells rests on that.
pub fn explain(
    request: &Request,
    standing: &Standing,
    (visitor, sunset): (&Visitor, ImplicitSunset),
    now: Timestamp,
) -> ExplainedRequest {
    let named = standing.client.clone().filter(|client| Some(client.id) == request.client);
    let standing = Standing { client: named.clone(), ..standing.clone() };
    let client = there(named, now);
    let mut layers = of_request(client.as_deref(), request, sunset, now);
    let verdict = Verdict::of(check_visitor(&standing, visitor)).map(RequestRefused::Refused);
    layers.push(Judged::new(Layer::Visitor, verdict));
    // No client has this id: what is asked about one that is not there is refused.
    let id = request.client.unwrap_or(ClientId::from_random([0; 16]));
    let asked =
        IssueFor { organization: visitor.organization, client: id, user: Some(visitor.user), family: None };
    let gate = explain_admission(&standing, &asked, sunset, now);
    let is_asked_first = matches!(
        gate.verdict(Layer::Authorization), Some(Verdict::Refuses(refusal)) if asks_first(refusal)
    );
    layers.extend(gate.layers.into_iter().map(|judged| of_gate(judged, is_asked_first)));
    let available = match client.as_deref() {
        Some(client) if is_asked_first => Ok(registered(client)),
        Some(_) | None => scopes_to_be_had(&standing, &asked, sunset, now),
    };
    let verdict = match (scopes(request), available) {
        (Err(_), _) => Verdict::RestsOn(Layer::ScopeSyntax),
        (_, Err(layer)) => Verdict::RestsOn(layer),
        (Ok(asked), Ok(available)) => {
            Verdict::of(within(asked.as_ref(), &available)).map(RequestRefused::Refused)
        }
    };
    layers.push(Judged::new(Layer::Scopes, verdict));
    let decision = decision(request, &standing, (visitor, sunset), now).ok();
    ExplainedRequest { explanation: Explanation { at: now, layers }, decision }
}

/// What is judged of the request and the client, whoever sits at the browser.
fn of_request(
    client: Option<&Client>,
    request: &Request,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Vec<Judged<RequestRefused>> {
    let (in_use, redirect) = match client {
        Some(client) => (
            Verdict::of(check_in_use(client)),
            Verdict::of(redirect_of(client, request.redirect_uri.as_deref())),
        ),
        None => (Verdict::Refuses(NotTrusted::UnknownClient), Verdict::RestsOn(Layer::Application)),
    };
    let grant_type = match (client, response_type(request)) {
        (Some(client), Ok(response_type)) => {
            Verdict::of(check_grant_type(client, response_type, sunset, now))
        }
        (None, _) => Verdict::RestsOn(Layer::Application),
        (Some(_), Err(_)) => Verdict::RestsOn(Layer::ResponseType),
    };
    let challenge = match client {
        Some(client) => Verdict::of(check_challenge(client, request.challenge)),
        None => Verdict::RestsOn(Layer::Application),
    };
    let trusted = [(Layer::Application, in_use), (Layer::RedirectUri, redirect)];
    let checked = [
        (Layer::Parameters, Verdict::of(check_parameters(request))),
        (Layer::ResponseType, Verdict::of(response_type(request))),
        (Layer::GrantType, grant_type),
        (Layer::Challenge, challenge),
        (Layer::ScopeSyntax, Verdict::of(scopes(request))),
    ];
    let trusted = trusted
        .into_iter()
        .map(|(layer, verdict)| Judged::new(layer, verdict).map(RequestRefused::NotTrusted));
    let checked =
        checked.into_iter().map(|(layer, verdict)| Judged::new(layer, verdict).map(RequestRefused::Refused));
    trusted.chain(checked).collect()
}

/// A layer of the gate. Where the organization has no word yet, what comes after it is not looked at.
fn of_gate(judged: Judged<Refusal>, is_asked_first: bool) -> Judged<RequestRefused> {
    let verdict = match judged.layer {
        Layer::Authorization if is_asked_first => Verdict::AsksFirst,
        Layer::User if is_asked_first => Verdict::RestsOn(Layer::Authorization),
        _ => judged.verdict.map(|refusal| RequestRefused::Refused(AuthorizeRefusal::NotAdmitted(refusal))),
    };
    Judged::new(judged.layer, verdict)
}

/// What is decided, by what decides.
fn decision(
    request: &Request,
    standing: &Standing,
    judged: (&Visitor, ImplicitSunset),
    now: Timestamp,
) -> Result<Decision, RequestRefused> {
    let client: Option<Arc<Client>> = standing.client.clone();
    let trusted = trust(client, request.redirect_uri.as_deref(), now).map_err(RequestRefused::NotTrusted)?;
    let checked = check(&trusted, request, judged.1, now).map_err(RequestRefused::Refused)?;
    decide(&trusted, checked.scopes(), standing, judged, now).map_err(RequestRefused::Refused)
}

impl fmt::Display for RequestRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTrusted(reason) => reason.fmt(f),
            Self::Refused(reason) => reason.fmt(f),
        }
    }
}

impl core::error::Error for RequestRefused {}

impl Reason for RequestRefused {
    fn code(&self) -> &'static str {
        match self {
            Self::NotTrusted(reason) => reason.code(),
            Self::Refused(reason) => reason.code(),
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotTrusted(reason) => reason.remedy(),
            Self::Refused(reason) => reason.remedy(),
        }
    }
}

/// The explanation, and one line for what is done.
impl fmt::Display for ExplainedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.explanation.fmt(f)?;
        match &self.decision {
            Some(decision) => write!(f, "\nthen: {decision}"),
            None => Ok(()),
        }
    }
}
