//! The OAuth endpoints: what came is handed to the library, and what it says is sent.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use grantor::{
    server::{Authorize, Choice, Error},
    wire::{self, AuthorizeRequest, OAuthError, TokenRequest},
};

use super::{
    login,
    reply::{authorization, content_type, sent},
    session::{Posted, session},
};
use crate::{
    console::{consent, layout},
    host::{Host, Shared, now},
    sessions::Session,
};

pub async fn authorize(
    State(host): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    authorized(&host, query.unwrap_or_default().as_bytes(), &headers).await
}

/// RFC 6749 §3.1: the endpoint may be asked by `POST` too. It changes nothing that the same query by `GET` would not.
pub async fn authorize_posted(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    authorized(&host, &body, &headers).await
}

async fn authorized(host: &Host, query: &[u8], headers: &HeaderMap) -> Response {
    let session = session(host, headers);
    let logged_in = session.as_ref().map(|session| session.who);
    match host.server.authorize(&AuthorizeRequest { query }, logged_in, now()).await {
        Ok(Authorize::LogIn(to)) => {
            let again = format!("/oauth/authorize?{}", String::from_utf8_lossy(query));
            login::shown(host, &again, Some(to.application.as_str()), None).await
        }
        Ok(Authorize::Redirect(back)) => {
            if let Some(refused) = &back.refused {
                tracing::info!(%refused, "authorization refused");
            }
            sent(back.response)
        }
        Ok(other) => page(host, session.as_ref(), other),
        Err(error) => failed(&error),
    }
}

/// The answer to a page that asked. It leads back to the application by a page, not by a redirect: see
/// [`headers`](super::headers).
pub async fn consent(State(host): State<Shared>, Posted { session, form }: Posted) -> Response {
    let ticket = form.value("ticket").unwrap_or_default();
    let choice = match form.value("answer") {
        Some("approve") => {
            Choice::Approve { scopes: Some(form.values("scope").map(str::to_owned).collect()) }
        }
        Some("approve_all") => Choice::Approve { scopes: None },
        _ => Choice::Deny,
    };
    match host.server.answer_consent(ticket, &choice, session.who, now()).await {
        Ok(Authorize::Redirect(back)) => {
            let location = back.response.headers.iter().find(|(name, _)| *name == "location");
            match location {
                Some((_, location)) => layout::onward(location).into_response(),
                None => sent(back.response),
            }
        }
        Ok(other) => page(&host, Some(&session), other),
        Err(error) => failed(&error),
    }
}

/// What is shown to the user.
fn page(host: &Host, session: Option<&Session>, authorize: Authorize) -> Response {
    match authorize {
        Authorize::Ask(question) => match session {
            Some(session) => consent::page(host, session, &question).into_response(),
            None => StatusCode::UNAUTHORIZED.into_response(),
        },
        Authorize::ShowError(error) => {
            tracing::info!(code = error.code(), "authorization not begun");
            let title = "The application cannot be used this way";
            let (why, remedy) = (sentence(&error.to_string()), sentence(&error.remedy()));
            let said = format!("{why} ({}). {remedy}.", error.code());
            layout::message(StatusCode::BAD_REQUEST, title, &said).into_response()
        }
        Authorize::AdministratorMustApprove(needed) => {
            let title = format!("An administrator must approve {}", needed.application);
            let said = "Your request is noted. Ask an administrator of your organization to approve it among the \
                        authorized applications, and then start again from the application.";
            layout::message(StatusCode::FORBIDDEN, &title, said).into_response()
        }
        // These two were answered before.
        Authorize::LogIn(_) => Redirect::to("/login").into_response(),
        Authorize::Redirect(back) => sent(back.response),
    }
}

pub async fn token(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = authorization(&headers);
    let request =
        TokenRequest { authorization: &authorization, content_type: content_type(&headers), body: &body };
    answered(host.server.token(&request, now()).await)
}

pub async fn introspect(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = authorization(&headers);
    let request =
        TokenRequest { authorization: &authorization, content_type: content_type(&headers), body: &body };
    answered(host.server.introspect(&request, now()).await)
}

pub async fn revoke(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let authorization = authorization(&headers);
    let request =
        TokenRequest { authorization: &authorization, content_type: content_type(&headers), body: &body };
    answered(host.server.revoke_token(&request, now()).await)
}

pub async fn metadata(State(host): State<Shared>) -> Response {
    sent(host.server.metadata(now()))
}

fn answered<E: std::error::Error>(answer: Result<wire::Response, Error<E>>) -> Response {
    sent(answer.unwrap_or_else(|error| {
        tracing::error!(%error, "not answered");
        OAuthError::TemporarilyUnavailable.response()
    }))
}

fn failed<E: std::error::Error>(error: &Error<E>) -> Response {
    tracing::error!(%error, "not answered");
    let advice = "Try again in a moment.";
    layout::message(StatusCode::SERVICE_UNAVAILABLE, "The service cannot answer now", advice).into_response()
}

/// The text with a capital letter.
pub fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
