//! Who could do what on a day: applications as they were at an instant, from the trail alone (GV-01).

use axum::extract::RawQuery;
use axum::extract::State;
use grantor::change::Problems;
use grantor::model::Granted;
use grantor::model::StateName;
use grantor::review::history::ApplicationThen;
use grantor::review::history::AuthorizationThen;
use grantor::review::history::ClientStateThen;
use grantor::review::history::ClientThen;
use grantor::server::LoggedIn;
use maud::Markup;
use maud::html;

use super::event::Names;
use super::event::names;
use super::with_problems;
use crate::console::Answer;
use crate::console::Section;
use crate::console::clients::actor;
use crate::console::clients::division;
use crate::console::parts::after;
use crate::console::parts::grant_name;
use crate::console::parts::more;
use crate::console::parts::state;
use crate::console::parts::summary;
use crate::console::parts::when;
use crate::console::shown;
use crate::host::Host;
use crate::host::Shared;
use crate::host::now;
use crate::http::form::encoded;
use crate::http::session::SignedIn;
use crate::instant;

/// How many clients are on a page.
const PAGE: u16 = 50;
const TITLE: &str = "Who could do what";

/// The form that asks.
pub fn asking(at: &str) -> Markup {
    html! {
        form.panel method="get" action="/console/audit/then" {
            h2 #then { "Who could do what on a day" }
            p.hint { "The applications as they were then, rebuilt from the trail." }
            div.field { label for="at" { "At the end of this minute" } input #at name="at" type="datetime-local" value=(at); }
            button type="submit" { "Show" }
        }
    }
}

/// `?at=…`; without it, now.
pub async fn page(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let form = super::form(query)?;
    let administration = host.administration(signed_in.who());
    let text = form.value("at").map_or_else(|| instant::of_field(now()), str::to_owned);
    let Some(at) = instant::last(&text) else {
        let mut problems = Problems::none();
        problems.note(
            "at",
            "bad.instant",
            "that is no date and time",
            "write it like 2026-01-15T12:00, in UTC",
        );
        let body = html! { (summary(&problems)) (asking(&text)) };
        return Ok(with_problems(true, shown(&host, &signed_in, Section::Audit, TITLE, body)));
    };
    let listed = administration.applications_at(at, after(form.value("after")), PAGE, now()).await?;
    let clients = listed.items.iter().map(|then| then.client).collect();
    let names = names(&host, signed_in.who(), clients).await?;
    let body = html! {
        p.lead { "As of " (when(at)) ", by the audit trail." }
        @if listed.items.is_empty() {
            p.empty { "There was no application on this page." }
        } @else {
            table {
                thead { tr { th scope="col" { "Application" } th scope="col" { "Your organization's word" } th scope="col" { "What it could do" }
                    th scope="col" { "For whom" } th scope="col" { "The client" } } }
                tbody { @for then in &listed.items { (row(&host, signed_in.who(), then, &names)) } }
            }
        }
        (more(&format!("/console/audit/then?at={}&", encoded(&text)), listed.next))
        (asking(&text))
        p { a href="/console/audit" { "Back to the audit trail" } }
    };
    Ok(shown(&host, &signed_in, Section::Audit, TITLE, body))
}

fn row(host: &Host, who: LoggedIn, then: &ApplicationThen, names: &Names) -> Markup {
    let registered = then.registered.as_ref();
    let name = registered.and_then(|client| client.name.as_ref());
    let word = then.authorization.as_ref();
    html! {
        tr {
            th scope="row" { (name.map_or_else(|| names.of(then.client), ToString::to_string)) }
            td data-label="Your organization's word" {
                @match word {
                    Some(word) => (said(host, word)),
                    None => @if then.approved_by_default { span.state.good { "Approved" } " " span.hint { "being built in" } } @else { span.state { "None" } },
                }
                @if !then.complete { p.hint { "Events from before this are missing: it may not be all." } }
            }
            td data-label="What it could do" { (could(host, who, then)) }
            td data-label="For whom" { (audience(host, who, then)) }
            td data-label="The client" { @match registered { Some(client) => (client_then(client)), None => span.hint { "not yours, or gone" } } }
        }
    }
}

fn said(host: &Host, word: &AuthorizationThen) -> Markup {
    html! {
        @match word.state { Some(named) => (state(named)), None => span.state { "Unknown" } }
        @if let Some(since) = word.since {
            p.hint { "since " (when(since)) @if let Some(by) = word.by { " by " (actor(host, by)) } }
        }
    }
}

/// Whether it was approved then, by a word or without one.
fn is_approved(then: &ApplicationThen) -> bool {
    let state = then.authorization.as_ref().and_then(|word| word.state);
    then.approved_by_default || state == Some(StateName::Approved)
}

/// Nothing where it was not approved, or its client not in use.
fn could(host: &Host, who: LoggedIn, then: &ApplicationThen) -> Markup {
    let client = then.registered.as_ref();
    let is_out_of_use =
        client.and_then(|client| client.state).is_some_and(|state| state != ClientStateThen::Active);
    if !is_approved(then) || is_out_of_use {
        return html! { span.hint { "nothing" } };
    }
    let granted = then.authorization.as_ref().and_then(|word| word.granted.as_ref());
    let scopes = match granted {
        Some(Granted::Scopes(scopes)) => Some(scopes),
        Some(Granted::Roles) => None,
        None => client.map(|client| &client.scopes).filter(|scopes| !scopes.is_empty()),
    };
    html! {
        @match (scopes, client) {
            (Some(scopes), _) => ul.plain { @for scope in scopes { li { code { (scope) } } } },
            (None, Some(client)) if !client.roles.is_empty() => ul.plain { @for grant in client.roles.iter() { li {
                (host.directory.name_of_role(who.organization, grant.role)) " in " (division(host, who, grant.division))
            } } },
            (None, _) => span.hint { "what its roles allowed" },
        }
    }
}

fn audience(host: &Host, who: LoggedIn, then: &ApplicationThen) -> Markup {
    let granted = then.authorization.as_ref().and_then(|word| word.granted.as_ref());
    let roles = then.authorization.as_ref().map(|word| word.audience.roles()).unwrap_or_default();
    html! {
        @if !is_approved(then) { span.hint { "nobody" } }
        @else if granted == Some(&Granted::Roles) { "itself" }
        @else if roles.is_empty() { "every user" }
        @else { ul.plain { @for role in roles { li { (host.directory.name_of_role(who.organization, *role)) } } } }
    }
}

fn client_then(client: &ClientThen) -> Markup {
    html! {
        @match client.state {
            Some(ClientStateThen::Active) => span.state.good { "Active" },
            Some(ClientStateThen::Inactive { removal }) => { span.state.warn { "Inactive" } p.hint { "removed at " (when(removal)) } },
            Some(ClientStateThen::Disabled { .. }) => span.state.bad { "Disabled" },
            None => span.state { "Unknown" },
        }
        @if let Some(grant_type) = client.grant_type { p.hint { (grant_name(grant_type)) } }
    }
}
