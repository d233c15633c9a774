//! Authorized applications: the list and one of them. What is done to them is in [`change`].

mod ask;
mod change;
mod page;

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use grantor::{
    admin::AuthorizationView,
    change::{Denial, Problems},
    model::StateName,
    server::Error,
    value::ClientId,
};
use maud::{Markup, html};

use super::{
    Answer, Section, id,
    parts::{self, after, more, state},
    shown,
};
use crate::{
    host::{Shared, now},
    http::{form::Form, session::SignedIn},
};

/// How many applications are on a page.
const PAGE: u16 = 50;
const TITLE: &str = "Authorized applications";

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/console/applications", get(list))
        .route("/console/applications/authorize", get(ask::ask).post(ask::authorize))
        .route("/console/applications/{client}", get(one))
        .route("/console/applications/{client}/{action}", get(change::confirm).post(change::act))
}

/// Name, scopes, state and number of roles, with a filter by state (AA-11).
async fn list(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let filter = query.value("state");
    let filter = StateName::ALL.into_iter().find(|state| Some(state.as_str()) == filter);
    let administration = host.administration(signed_in.who());
    let listed = administration.applications(filter, after(query.value("after")), PAGE, now()).await?;
    let path = filter.map_or_else(
        || "/console/applications?".to_owned(),
        |state| format!("/console/applications?state={state}&"),
    );
    let body = html! {
        p.lead { "What may obtain tokens for your organization's data, whoever registered it." }
        p { a.button href="/console/applications/authorize" { "Authorize by client id" } }
        nav.filter aria-label="Filter by state" {
            a href="/console/applications" aria-current=[filter.is_none().then_some("true")] { "All" }
            @for named in StateName::ALL {
                a href={ "/console/applications?state=" (named) } aria-current=[(filter == Some(named)).then_some("true")] { (parts::capital(named.as_str())) }
            }
        }
        @if listed.items.is_empty() {
            p.empty { "There is no application on this page." }
        } @else {
            table {
                thead { tr { th scope="col" { "Application" } th scope="col" { "Scopes" } th scope="col" { "State" } th scope="col" { "Roles" } } }
                tbody { @for view in &listed.items { (row(view)) } }
            }
        }
        (more(&path, listed.next))
    };
    Ok(shown(&host, &signed_in, Section::Applications, TITLE, body))
}

fn row(view: &AuthorizationView) -> Markup {
    html! {
        tr {
            th scope="row" { a href={ "/console/applications/" (view.client) } { (view.name) } }
            td data-label="Scopes" { @if view.scopes.is_empty() { "none" } @else { code { (view.scopes) } } }
            td data-label="State" {
                (state(view.state))
                @if view.state != StateName::Approved { " " a href={ "/console/why?client=" (view.client) } { "why?" } }
            }
            td data-label="Roles" { (view.roles) }
        }
    }
}

async fn one(State(host): State<Shared>, signed_in: SignedIn, Path(client): Path<String>) -> Answer {
    let client: ClientId = id(&client)?;
    match host.administration(signed_in.who()).application(client, now()).await {
        Ok(view) => {
            let body = page::page_of(&host, &signed_in.0, &view, &Problems::none());
            Ok(shown(&host, &signed_in, Section::Applications, view.name.as_str(), body))
        }
        Err(Error::Denied(Denial::AuthorizationNotFound)) => {
            let body = html! {
                p { "Your organization has said nothing about this client yet: it obtains no tokens for your data." }
                div.buttons {
                    a.button href={ "/console/applications/authorize?client=" (client) } { "Authorize it" }
                    a.button.quiet href={ "/console/why?client=" (client) } { "Why?" }
                }
            };
            Ok(shown(&host, &signed_in, Section::Applications, "Not authorized", body))
        }
        Err(error) => Err(error.into()),
    }
}

fn chosen(form: &Form) -> Vec<String> {
    form.values("scope").map(str::to_owned).collect()
}

fn to(client: ClientId) -> Response {
    Redirect::to(&format!("/console/applications/{client}")).into_response()
}
