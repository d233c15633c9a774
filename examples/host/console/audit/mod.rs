//! The audit trail: searched, explained, verified, and what applications were on a day (GV-01).

mod event;
mod seal;
mod search;
mod then;
mod why;

use axum::Router;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::response::Response;
use axum::routing::get;
use maud::Markup;
use maud::html;

use self::search::Search;
pub use self::search::actor_of;
pub use self::search::outcome_of;
use super::Answer;
use super::Section;
use super::parts::after;
use super::parts::more;
use super::shown;
use crate::host::Shared;
use crate::host::now;
use crate::http::form::Form;
use crate::http::session::SignedIn;

/// How many events are on a page.
const PAGE: u16 = 25;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/console/audit", get(page))
        .route("/console/audit/why/{event}", get(why::page))
        .route("/console/audit/verify", get(seal::verify))
        .route("/console/audit/then", get(then::page))
}

/// `?from=…&to=…&actor=…&client=…&action=…&outcome=…`; without any of it, the last seven days.
async fn page(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let form = form(query)?;
    let search = Search::of(&form, signed_in.who(), now());
    let administration = host.administration(signed_in.who());
    let anchor = administration.trail_anchor(now()).await?;
    let found = match &search.query {
        Some(query) => Some(administration.events(query, after(form.value("after")), PAGE, now()).await?),
        None => None,
    };
    let names = match &found {
        Some(listed) => event::names_in(&host, signed_in.who(), &listed.items).await?,
        None => event::Names::default(),
    };
    let body = html! {
        p.lead { "Who did or tried what, and what it changed. In UTC, the oldest first." }
        nav.filter aria-label="On this page" {
            a href="#sealed" { "Seal" }
            a href="#then" { "Who could do what on a day" }
        }
        (search.form(&host, signed_in.who()))
        @if let Some(listed) = &found {
            @if listed.items.is_empty() {
                p.empty { @if listed.next.is_some() { "Nothing among the events that were looked at. There are more." } @else { "Nothing was done or tried that fits." } }
            }
            ol.events { @for found in &listed.items { li { (event::card(&host, signed_in.who(), found, &names)) } } }
            (more(&search.path(), listed.next))
        }
        (seal::state(anchor.as_ref()))
        (then::asking(&crate::instant::of_field(now())))
    };
    Ok(with_problems(search.query.is_none(), shown(&host, &signed_in, Section::Audit, "Audit trail", body)))
}

/// The page, which says what is wrong with what was asked, if something is.
fn with_problems(is_wrong: bool, page: Response) -> Response {
    if is_wrong { (StatusCode::UNPROCESSABLE_ENTITY, page).into_response() } else { page }
}

fn form(query: Option<String>) -> Answer<Form> {
    Form::parse(query.unwrap_or_default().as_bytes())
        .map_err(|_| super::Failure::BadRequest("Its query is none that a page here writes."))
}

/// A line of facts, where there is something to say.
fn fact(name: &str, told: Option<Markup>) -> Markup {
    html! { @if let Some(told) = told { dt { (name) } dd { (told) } } }
}
