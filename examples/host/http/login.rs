//! Logging in with email address and password, and logging out.

use axum::{
    extract::{RawQuery, Request, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};

use super::{
    form::Form,
    saml,
    session::{LOGIN, Posted, SESSION, forged, own_form, return_to, session},
};
use crate::{
    console::{
        layout,
        login::{self as pages, Login},
    },
    host::{Host, Shared, now},
    sessions::{is_same, random_text},
};

pub async fn page(State(host): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let form = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let to = return_to(form.value("return_to"));
    match session(&host, &headers) {
        Some(_) => Redirect::to(to).into_response(),
        None => shown(&host, to, None, None).await,
    }
}

/// The login page, with a token in its form and the same in a cookie: there is no session yet that it could be kept in.
pub async fn shown(host: &Host, to: &str, application: Option<&str>, refused: Option<&str>) -> Response {
    let Ok(token) = random_text() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let status = if refused.is_some() { StatusCode::UNAUTHORIZED } else { StatusCode::OK };
    let providers = match saml::in_use(host).await {
        Ok(providers) => providers,
        Err(failure) => return failure.into_response(),
    };
    let to = return_to(Some(to));
    let page = pages::page(&Login { to, application, refused, token: &token, providers: &providers });
    (status, LOGIN.set(host, &token), page).into_response()
}

pub async fn submit(State(host): State<Shared>, request: Request) -> Response {
    let token = LOGIN.find(&host, request.headers()).map(str::to_owned);
    let old = SESSION.find(&host, request.headers()).map(str::to_owned);
    let form = match own_form(request, &host).await {
        Ok(form) => form,
        Err(answer) => return answer,
    };
    let is_from_our_page = match (&token, form.value("form_token")) {
        (Some(cookie), Some(field)) => is_same(cookie, field),
        (Some(_) | None, Some(_) | None) => false,
    };
    if !is_from_our_page {
        return forged();
    }
    let to = return_to(form.value("return_to"));
    let (email, password) =
        (form.value("email").unwrap_or_default(), form.exact("password").unwrap_or_default());
    let Some(who) = host.directory.log_in(email, password, now()).await else {
        tracing::info!("a login was refused");
        return shown(&host, to, None, Some("The email address or the password is wrong.")).await;
    };
    // A session never goes on under an id that was known before the login.
    if let Some(old) = old {
        host.sessions.end(&old);
    }
    match host.sessions.begin(who, None, now()) {
        Ok(id) => (SESSION.set(&host, &id), layout::onward(to)).into_response(),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Ends the session here, and at the identity provider where that takes part.
pub async fn log_out(State(host): State<Shared>, headers: HeaderMap, posted: Posted) -> Response {
    if let Some(id) = SESSION.find(&host, &headers) {
        host.sessions.end(id);
    }
    let elsewhere = saml::begin_logout(&host, &posted.session).await;
    let next = elsewhere.unwrap_or_else(|| layout::onward("/login").into_response());
    (SESSION.remove(&host), next).into_response()
}
