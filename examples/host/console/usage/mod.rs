//! How clients use the organization's data: a chart, the numbers behind it, and what is not used at all.

mod chart;

use axum::{
    Router,
    extract::{RawQuery, State},
    routing::get,
};
use grantor::{
    model::{Calls, StatusClass},
    review::usage::{By, ClientUsage, LastUse, UsageQuery},
    server::LoggedIn,
    value::{ClientId, Day, Scopes},
};
use maud::{Markup, html};

use super::{
    Answer, Section,
    parts::{after, more, when},
    shown,
};
use crate::{
    host::{Host, Shared, now},
    http::{form::Form, session::SignedIn},
};

/// How many clients are on a page.
const PAGE: u16 = 20;

pub fn router() -> Router<Shared> {
    Router::new().route("/console/usage", get(page))
}

/// `?client=…&by=day|week|month`
async fn page(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let client = query.value("client").and_then(|text| text.parse::<ClientId>().ok());
    let (by, days) = match query.value("by") {
        Some("month") => (By::Month, 365),
        Some("week") => (By::Week, 84),
        Some(_) | None => (By::Day, 29),
    };
    let to = Day::of(now());
    let asked = UsageQuery { client, from: to.minus(days), to, by };
    // What this process has counted until now is told too.
    host.usage.record(&host.server).await;
    let administration = host.administration(signed_in.who());
    let listed = administration.usage(&asked, after(query.value("after")), PAGE, now()).await?;
    let mut names = Vec::new();
    for used in &listed.items {
        names.push(name_of(&host, signed_in.who(), used.client).await);
    }
    let path = |by: &str| {
        client.map_or_else(
            || format!("/console/usage?by={by}"),
            |client| format!("/console/usage?by={by}&client={client}"),
        )
    };
    let last = match client {
        Some(client) => Some((client, administration.last_use(client, now()).await?)),
        None => None,
    };
    let named = query.value("by").unwrap_or("day");
    let body = html! {
        p.lead { "Calls to your organization's data, by whichever client." }
        nav.filter aria-label="By day, week or month" {
            @for (key, label) in [("day", "By day"), ("week", "By week"), ("month", "By month")] {
                a href=(path(key)) aria-current=[(named == key).then_some("true")] { (label) }
            }
            @if client.is_some() { a href={ "/console/usage?by=" (named) } { "All clients" } }
        }
        @if listed.items.is_empty() {
            p.empty { "Nothing was called in these days." }
        }
        @for (used, name) in listed.items.iter().zip(&names) {
            section {
                h2 { a href={ "/console/usage?client=" (used.client) } { (name) } }
                (chart::page(used, name, (asked.from, asked.to), by))
                (numbers(used))
            }
        }
        @if let Some((client, last)) = &last { (last_use(&host, signed_in.who(), *client, last).await) }
        (more(&format!("{}&", path(named)), listed.next))
    };
    Ok(shown(&host, &signed_in, Section::Usage, "Usage", body))
}

/// The client's name, where the user may see it.
async fn name_of(host: &Host, who: LoggedIn, client: ClientId) -> String {
    match host.administration(who).application(client, now()).await {
        Ok(view) => view.name.to_string(),
        Err(_) => client.to_string(),
    }
}

fn numbers(used: &ClientUsage) -> Markup {
    let mut endpoints: Vec<(String, Calls)> = Vec::new();
    for (endpoint, calls) in used.periods.iter().flat_map(|period| period.usage.endpoints()) {
        let name = format!("{} {}", endpoint.method(), endpoint.template());
        match endpoints.iter_mut().find(|(known, _)| *known == name) {
            Some((_, sum)) => *sum = sum.and(*calls),
            None => endpoints.push((name, *calls)),
        }
    }
    endpoints.sort_by_key(|(_, calls)| std::cmp::Reverse(calls.total()));
    html! {
        details {
            summary { "The numbers" }
            table {
                thead { tr { th scope="col" { "Endpoint" } th scope="col" { "Calls" } th scope="col" { "Refused" } th scope="col" { "Failed" } } }
                tbody { @for (name, calls) in &endpoints { tr {
                    th scope="row" { code { (name) } }
                    td.number data-label="Calls" { (calls.total()) }
                    td.number data-label="Refused" { (calls.of(StatusClass::of(400))) }
                    td.number data-label="Failed" { (calls.of(StatusClass::of(500))) }
                } } }
            }
        }
    }
}

/// When it was last used, and which of its scopes no call needed.
async fn last_use(host: &Host, who: LoggedIn, client: ClientId, last: &LastUse) -> Markup {
    let granted = host.administration(who).application(client, now()).await.map(|view| view.scopes);
    let unused = last.unused(&granted.unwrap_or_else(|_| Scopes::empty()));
    html! {
        h2 { "Last use" }
        dl.facts {
            dt { "Last call" } dd { @match last.last_call { Some(at) => (when(at)), None => "none within 400 days" } }
            @for (scope, at) in &last.scopes { dt { code { (scope) } } dd { (when(*at)) } }
            @for (permission, at) in &last.permissions { dt { (permission.display_form()) } dd { (when(*at)) } }
        }
        @if !unused.is_empty() {
            p.alert { "No call needed these scopes: " @for scope in &unused { code { (scope) } " " } "Consider taking them away." }
        }
    }
}
