//! Answers of the library, as axum sends them.

use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use grantor::wire;

/// The answer as it is: status, headers, body.
pub fn sent(answer: wire::Response) -> Response {
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        match HeaderValue::from_str(&value) {
            Ok(value) => _ = response.headers_mut().append(HeaderName::from_static(name), value),
            // Nothing the library gives is such. An answer without one of its headers is another answer.
            Err(_) => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }
    response
}

/// The values of every `Authorization` header, as the library wants them: to be refused where there are two.
pub fn authorization(headers: &HeaderMap) -> Vec<&[u8]> {
    headers.get_all(header::AUTHORIZATION).iter().map(HeaderValue::as_bytes).collect()
}

/// The value of the `Content-Type` header, as it came.
pub fn content_type(headers: &HeaderMap) -> Option<&[u8]> {
    headers.get(header::CONTENT_TYPE).map(HeaderValue::as_bytes)
}

/// What the body is, without parameters: scripts and programs name the charset, where forms of pages do not.
pub fn media_type(headers: &HeaderMap) -> Option<&[u8]> {
    let kind = content_type(headers)?.split(|byte| *byte == b';').next()?;
    Some(kind.trim_ascii())
}
