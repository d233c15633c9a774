//! Errors as the platform has them: status, code, message, details.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use grantor::{
    change::{Denial, Reason},
    server::{CallError, Error},
};
use serde_json::{Value, json};

use crate::{console::status_of, http::reply::sent};

/// An error of an operation.
#[derive(Debug)]
pub struct ApiError {
    status: StatusCode,
    code: &'static str,
    message: String,
    details: Vec<Value>,
}

impl ApiError {
    fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), details: Vec::new() }
    }

    /// The body or the query cannot be read.
    pub fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad.request", message)
    }

    /// Nobody acts (OR-04).
    pub fn user_needed() -> Self {
        let message = "This is done by a user: log in and use a token that acts for you, or have the operator of the \
                       service name a user that this client acts as";
        Self::new(StatusCode::FORBIDDEN, "user.needed", message)
    }

    pub fn response(self) -> Response {
        let Self { status, code, message, details } = self;
        let body = json!({ "status": status.as_u16(), "code": code, "message": message, "details": details, "errors": [] });
        (status, Json(body)).into_response()
    }
}

impl From<Denial> for ApiError {
    fn from(denial: Denial) -> Self {
        let details = match &denial {
            Denial::Invalid(problems) => problems
                .iter()
                .map(|problem| {
                    let message = format!("{}: {}", problem.cause, problem.remedy);
                    json!({ "errorCode": problem.code, "fieldName": field(&problem.field), "message": message })
                })
                .collect(),
            _ => Vec::new(),
        };
        Self {
            status: status_of(&denial),
            code: denial.code(),
            message: format!("{denial}: {}", denial.remedy()),
            details,
        }
    }
}

impl<E: std::error::Error> From<Error<E>> for ApiError {
    fn from(error: Error<E>) -> Self {
        if let Error::Denied(denial) = error {
            return denial.into();
        }
        tracing::error!(%error, "not done");
        let (code, message) = match error.is_not_done() {
            true => ("service.unavailable", "Nothing was changed: try again"),
            false => ("outcome.unknown", "It is not known whether it was done: look before trying again"),
        };
        Self::new(StatusCode::SERVICE_UNAVAILABLE, code, message)
    }
}

/// The answer to a call that was refused: status and challenge are the library's, and no more is told (TK-11).
pub fn of_call<E: std::error::Error>(refused: &CallError<E>) -> Response {
    match refused {
        CallError::Denied(denial) => tracing::info!(code = denial.reason.code(), "a call was refused"),
        CallError::Failed(error) => tracing::error!(%error, "a call was not judged"),
    }
    let plain = sent(refused.response());
    let (code, message) = match plain.status().as_u16() {
        400 => ("bad.request", "The authorization header cannot be read"),
        401 => ("bad.credentials", "No valid access token"),
        403 => ("not.authorized", "The access token does not allow this"),
        _ => ("service.unavailable", "The service cannot answer now, try again later"),
    };
    let mut response = ApiError::new(plain.status(), code, message).response();
    for challenge in plain.headers().get_all(header::WWW_AUTHENTICATE) {
        response.headers_mut().append(header::WWW_AUTHENTICATE, challenge.clone());
    }
    response
}

/// The answer where there is nothing.
pub fn not_found() -> Response {
    ApiError::new(StatusCode::NOT_FOUND, "not.found", "There is no such resource").response()
}

/// A field of a draft under its name in the interface.
fn field(name: &str) -> String {
    let (base, place) = name.find('[').map_or((name, ""), |at| name.split_at(at));
    let named = match base {
        "lifetime" => "accessTokenValiditySeconds",
        "grant_type" => "authorizedGrantType",
        "redirect_uris" => "registeredRedirectUri",
        "scopes" => "scope",
        "roles" => "roleDivisions",
        other => other,
    };
    format!("{named}{place}")
}
