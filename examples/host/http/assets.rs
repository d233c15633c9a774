//! The style sheet and two small scripts, compiled in. Every page works without the scripts.

use axum::{Router, http::header, response::IntoResponse, routing::get};

use crate::host::Shared;

const STYLE: &str = include_str!("../assets/style.css");
const COPY: &str = include_str!("../assets/copy.js");
const SEND: &str = include_str!("../assets/send.js");

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/assets/style.css", get(|| async { asset("text/css; charset=utf-8", STYLE) }))
        .route("/assets/copy.js", get(|| async { asset("text/javascript; charset=utf-8", COPY) }))
        .route("/assets/send.js", get(|| async { asset("text/javascript; charset=utf-8", SEND) }))
}

fn asset(kind: &'static str, text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=300")], text)
}
