//! The SAML endpoints: logins and logouts by identity providers.

use std::convert::Infallible;

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use grantor::{
    Store,
    change::{Index, Key, Reason, Record},
    saml::{binding::Outgoing, logout::LogoutOutcome},
    server::{
        BeginLogin, BeginLogout, Error, LoginBegun, LoginPassed, LoginRefused, Logins, LogoutMessage,
        LogoutReceived,
    },
    store::Range,
    value::{IdentityProviderId, Name, OrganizationId},
    wire::SamlPost,
};

use super::{
    form::Form,
    reply::{content_type, sent},
    session::{SESSION, cookie, return_to},
};
use crate::{
    console::{Failure, layout},
    host::{Host, Shared, now},
    sessions::{ByProvider, Session},
    store::AnyStore,
};

/// Where a login that is under way keeps its ticket. The answer comes by a form of another site, so that the cookie
/// must come along from there: browsers allow that over https, and on this machine.
const TICKET: &str = "saml_ticket";

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/saml/metadata", get(metadata))
        .route("/saml/login/{provider}", get(begin))
        .route("/saml/acs", post(finish))
        .route("/saml/logout", get(logout_by_redirect).post(logout_by_post))
        .layer(DefaultBodyLimit::max(SamlPost::MAX_BODY))
}

fn logins(host: &Host) -> Result<Logins<'_, AnyStore>, Failure> {
    host.server.logins().ok_or(Failure::NotFound)
}

async fn metadata(State(host): State<Shared>) -> Result<Response, Failure> {
    Ok(logins(&host)?.metadata()?.map_or_else(|refused| shown(&refused), sent))
}

/// `GET /saml/login/{provider}?return_to=/…`
async fn begin(
    State(host): State<Shared>,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let provider: IdentityProviderId = provider.parse().map_err(|_| Failure::NotFound)?;
    let organization = owner_of(&host, provider).await?.ok_or(Failure::NotFound)?;
    let form = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let begin = BeginLogin {
        organization,
        provider,
        return_to: Some(return_to(form.value("return_to"))),
        ticket: cookie(&headers, TICKET),
    };
    Ok(match logins(&host)?.begin(&begin, now()).await? {
        Ok(begun) => (ticket(&begun), outgoing(&begun.send)).into_response(),
        Err(refused) => shown(&refused),
    })
}

/// Whose identity provider it is.
async fn owner_of(host: &Host, provider: IdentityProviderId) -> Result<Option<OrganizationId>, Failure> {
    for organization in host.directory.organizations() {
        let key = Key::IdentityProvider(organization.id, provider);
        if host.server.store().record(key).await.map_err(Error::NotDone)?.is_some() {
            return Ok(Some(organization.id));
        }
    }
    Ok(None)
}

/// The identity providers that users log in by, with their names on the login page.
pub async fn in_use(host: &Host) -> Result<Vec<(IdentityProviderId, Name)>, Failure> {
    let mut found = Vec::new();
    for organization in host.directory.organizations() {
        let list = Range::of(Index::IdentityProviders(organization.id));
        let page = host.server.store().list(list).await.map_err(Error::NotDone)?;
        found.extend(page.items.into_iter().filter_map(|(_, stored)| match stored.record {
            Record::IdentityProvider(provider) if provider.is_enabled(now()) => {
                Some((provider.id, provider.labels.display_name.clone()))
            }
            _ => None,
        }));
    }
    Ok(found)
}

/// The header that keeps the ticket of a login in the browser.
pub fn ticket(begun: &LoginBegun) -> [(header::HeaderName, String); 1] {
    let ticket = begun.ticket.expose();
    let cookie = format!("{TICKET}={ticket}; Path=/saml; HttpOnly; Secure; SameSite=None; Max-Age=600");
    [(header::SET_COOKIE, cookie)]
}

fn outgoing(send: &Outgoing) -> Response {
    match send {
        Outgoing::Redirect(url) => Redirect::to(url).into_response(),
        Outgoing::Form(form) => layout::form_elsewhere(form).into_response(),
    }
}

/// What an identity provider answers, by a form of its own: it has no token of ours, and its ticket is in the cookie.
async fn finish(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Failure> {
    let post = SamlPost { content_type: content_type(&headers), body: &body };
    let passed = match logins(&host)?.finish(&post, cookie(&headers, TICKET), now()).await? {
        Ok(passed) => passed,
        Err(refused) => return Ok(shown(&refused)),
    };
    let forget =
        [(header::SET_COOKIE, format!("{TICKET}=; Path=/saml; HttpOnly; Secure; SameSite=None; Max-Age=0"))];
    let Some(who) = passed.logged_in() else {
        let to = format!("/console/providers/{}?tested", passed.provider);
        return Ok((forget, Redirect::to(&to)).into_response());
    };
    let id = host
        .sessions
        .begin(who, Some(by_provider(&passed)), now())
        .map_err(Error::<Infallible>::NoEntropy)?;
    // `return_to` is what this host gave when the login began; what the identity provider sends along leads nowhere.
    let to = return_to(passed.return_to.as_deref()).to_owned();
    let mut response = Redirect::to(&to).into_response();
    for cookie in [SESSION.set(&host, &id), forget] {
        for (name, value) in cookie {
            if let Ok(value) = value.parse() {
                response.headers_mut().append(name, value);
            }
        }
    }
    Ok(response)
}

fn by_provider(passed: &LoginPassed) -> ByProvider {
    ByProvider {
        provider: passed.provider,
        name_id: passed.assertion.name_id().cloned(),
        session_index: passed.assertion.session_index().map(str::to_owned),
    }
}

async fn logout_by_redirect(
    State(host): State<Shared>,
    RawQuery(query): RawQuery,
) -> Result<Response, Failure> {
    logged_out(&host, LogoutMessage::Query(&query.unwrap_or_default())).await
}

async fn logout_by_post(
    State(host): State<Shared>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Failure> {
    let post = SamlPost { content_type: content_type(&headers), body: &body };
    logged_out(&host, LogoutMessage::Post(&post)).await
}

async fn logged_out(host: &Host, message: LogoutMessage<'_>) -> Result<Response, Failure> {
    let logins = logins(host)?;
    match logins.receive_logout(message, now()).await? {
        Ok(LogoutReceived::Asked(asked)) => {
            let (whose, request) = ((asked.organization, asked.provider), &asked.request);
            host.sessions.end_by_provider(whose, asked.user, request.name_id(), request.session_indexes());
            let answer = logins.answer_logout(&asked, LogoutOutcome::Done, now()).await?;
            Ok(answer.map_or_else(|refused| shown(&refused), |send| outgoing(&send)))
        }
        Ok(LogoutReceived::Answered { return_to: to, .. }) => {
            Ok(Redirect::to(return_to(to.as_deref())).into_response())
        }
        Err(refused) => Ok(shown(&refused)),
    }
}

/// The logout at the identity provider that the session came by. None where that takes no part in it.
pub async fn begin_logout(host: &Host, session: &Session) -> Option<Response> {
    let by = session.by.as_ref()?;
    let begin = BeginLogout {
        organization: session.who.organization,
        provider: by.provider,
        name_id: by.name_id.as_ref()?,
        session_index: by.session_index.as_deref(),
        return_to: Some("/login"),
    };
    match host.server.logins()?.begin_logout(&begin, now()).await {
        Ok(Ok(begun)) => Some(match &begun.send {
            // The answer to a form redirects nowhere else.
            Outgoing::Redirect(url) => layout::onward(url).into_response(),
            Outgoing::Form(form) => layout::form_elsewhere(form).into_response(),
        }),
        Ok(Err(refused)) => {
            tracing::info!(code = refused.refusal.code(), "no logout at the identity provider");
            None
        }
        Err(error) => {
            tracing::error!(%error, "no logout at the identity provider");
            None
        }
    }
}

/// What whoever sits at the browser is told. The reason is for administrators, who find it by the number of the event.
fn shown(refused: &LoginRefused) -> Response {
    let event =
        refused.event.map(|event| format!(" The number of the event is {event}.")).unwrap_or_default();
    tracing::info!(code = refused.refusal.code(), "a login by an identity provider was refused");
    let said = format!("{}{event}", refused.refusal.shown());
    layout::message(StatusCode::BAD_REQUEST, "You are not logged in", &said).into_response()
}
