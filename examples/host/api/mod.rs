//! The administration as JSON, under the paths and in the shapes of the public platform's interface.
//!
//! Each call is judged by [`authorize_call`](grantor::AuthorizationServer::authorize_call) with the permission and the
//! scope of its operation, and then acts as a user (OR-04): the one whose token it carries, with that user's roles. A
//! client of client credentials is no user. It acts as the user that the host names for it, if it names one: within its
//! own roles, by which the call is judged, and within those of that user, by which the administration is. The audit trail
//! tells of that user. Other clients may make the calls that need no actor, and no more.

mod authorizations;
mod client_shape;
mod clients;
pub mod error;
mod guard;
mod operation;
mod others;
mod page;

use axum::{
    Router,
    routing::{get, post, put},
};

pub use operation::Operation;

use crate::host::Shared;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/api/v2/oauth/clients", get(clients::list).post(clients::create))
        .route("/api/v2/oauth/clients/{id}", get(clients::one).put(clients::edit).delete(clients::delete))
        .route("/api/v2/oauth/clients/{id}/secret", post(clients::secret))
        .route("/api/v2/oauth/clients/{id}/deletion", get(clients::plan))
        .route("/api/v2/oauth/clients/{id}/restore", post(clients::restore))
        .route("/api/v2/oauth/clients/{id}/usage/summary", get(others::usage))
        .route("/api/v2/oauth/authorizations", get(authorizations::list))
        .route(
            "/api/v2/oauth/authorizations/{id}",
            get(authorizations::one)
                .post(authorizations::approve)
                .put(authorizations::edit)
                .delete(authorizations::revoke),
        )
        .route("/api/v2/oauth/authorizations/{id}/audience", put(authorizations::audience))
        .route("/api/v2/oauth/authorizations/{id}/reauthorize", post(authorizations::reauthorize))
        .route("/api/v2/oauth/scopes", get(others::scopes))
        .route("/api/v2/oauth/scopes/{id}", get(others::scope))
        .route("/api/v2/identityproviders", get(others::identity_providers))
        .route("/api/v2/identityproviders/{id}", get(others::identity_provider))
        .route("/api/v2/tokens/me", get(others::token).delete(others::end_token))
}
