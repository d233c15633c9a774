//! HTTP: routes, what comes in, and what goes out.

mod assets;
pub mod form;
mod headers;
mod login;
mod oauth;
pub mod reply;
pub mod saml;
pub mod session;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{StatusCode, Uri},
    middleware::from_fn,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};

pub use oauth::sentence;

use crate::{api, console, host::Shared};

/// The longest body that is read, but for where a route says otherwise.
const MOST: usize = 64 * 1024;

/// Every route there is.
pub fn router(host: Shared) -> Router {
    Router::new()
        .route("/", get(|| async { Redirect::to("/console/clients") }))
        .route("/login", get(login::page).post(login::submit))
        .route("/logout", post(login::log_out))
        .route("/oauth/authorize", get(oauth::authorize).post(oauth::authorize_posted))
        .route("/oauth/consent", post(oauth::consent))
        .route("/oauth/token", post(oauth::token))
        .route("/oauth/introspect", post(oauth::introspect))
        .route("/oauth/revoke", post(oauth::revoke))
        .route("/.well-known/oauth-authorization-server", get(oauth::metadata))
        .merge(saml::router())
        .merge(assets::router())
        .merge(api::router())
        .merge(console::router())
        .fallback(nothing_here)
        .layer(from_fn(headers::guard))
        .layer(DefaultBodyLimit::max(MOST))
        .with_state(host)
}

async fn nothing_here(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return api::error::not_found().into_response();
    }
    console::layout::message(StatusCode::NOT_FOUND, "There is no such page", "Check the address.")
        .into_response()
}
