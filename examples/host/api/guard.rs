//! What stands before every operation: the judgement of the call, and whom it acts as.

use axum::{http::HeaderMap, response::Response};
use grantor::{access::Allowed, model::Holder, server::LoggedIn};

use super::{
    Operation,
    error::{ApiError, of_call},
};
use crate::{
    host::{Host, now},
    http::reply::authorization,
};

/// Judges the call, does what it asks as the user that it acts as, and counts it.
pub async fn acting<F, T>(host: &Host, headers: &HeaderMap, operation: Operation, act: F) -> Response
where
    F: FnOnce(LoggedIn) -> T + Send,
    T: Future<Output = Result<Response, ApiError>> + Send,
{
    judged(host, headers, operation, |allowed| async move {
        let user = match allowed.holder {
            Holder::User { user, .. } => Some(user),
            Holder::Client => host.directory.acting_user(allowed.client),
        };
        match user {
            Some(user) => act(LoggedIn { organization: allowed.organization, user }).await,
            None => Err(ApiError::user_needed()),
        }
    })
    .await
}

/// Judges the call, does what it asks, and counts it with the status of its answer.
pub async fn judged<F, T>(host: &Host, headers: &HeaderMap, operation: Operation, act: F) -> Response
where
    F: FnOnce(Allowed) -> T + Send,
    T: Future<Output = Result<Response, ApiError>> + Send,
{
    let allowed =
        match host.server.authorize_call(&authorization(headers), &operation.requirement(), now()).await {
            Ok(allowed) => allowed,
            Err(refused) => return of_call(&refused),
        };
    let response = act(allowed).await.unwrap_or_else(ApiError::response);
    host.usage.count(&allowed, operation, response.status().as_u16());
    response
}
