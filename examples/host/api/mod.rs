//! The administration as JSON, under the paths and in the shapes of the public platform's interface.
//!
//! Each call is judged by [`authorize_call`](grantor::AuthorizationServer::authorize_call) with the permission and the
//! scope of its operation, and then acts as a user (OR-04): the one whose token it carries, with that user's roles. A
//! client of client credentials is no user. It acts as the user that the host names for it, if it names one: within its
//! own roles, by which the call is judged, and within those of that user, by which the administration is. The audit trail
//! tells of that user. Other clients may make the calls that need no actor, and no more.
//!
//! Four are ours alone, in the same shapes, and change nothing:
//!
//! | call | what it answers | needs |
//! |---|---|---|
//! | `GET /api/v2/oauth/audit` | events of the audit trail, by time, actor, client, action and outcome | `audits:audit:view`, scope `audits:readonly` |
//! | `GET /api/v2/oauth/review` | the findings of a review, with evidence and remedy | `oauth:client:view`, `oauth:client:authorize`, `usage:client:view`, `sso:provider:view` |
//! | `POST /api/v2/oauth/impact` | what a change would stop from working, before it is made | what the change needs |
//! | `POST /api/v2/oauth/explain` | why a client obtains tokens or a call is allowed, or not, layer by layer | `oauth:client:authorize` |

mod audit;
mod authorizations;
mod client_shape;
mod clients;
pub mod error;
mod foresight;
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
        .route("/api/v2/oauth/audit", get(audit::search))
        .route("/api/v2/oauth/review", get(audit::review))
        .route("/api/v2/oauth/impact", post(foresight::impact))
        .route("/api/v2/oauth/explain", post(foresight::explain))
        .route("/api/v2/tokens/me", get(others::token).delete(others::end_token))
}
