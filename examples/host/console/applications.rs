//! Authorized applications: the list, one of them, and an administrator's word on it.

use axum::{
    Router,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use grantor::{
    admin::{AuthorizationView, Proposal, authorizations::Acknowledgement},
    change::{Denial, Problems},
    model::StateName,
    server::Error,
    value::{ClientId, Scopes},
};
use maud::{Markup, html};

use super::{
    Answer, Failure, Section,
    clients::actor,
    id,
    layout::{self, form_token},
    parts::{self, Field, after, more, state, summary, tick, when, wrong},
    problems, shown,
};
use crate::{
    host::{Host, Shared, now},
    http::{
        form::Form,
        session::{Posted, SignedIn},
    },
};

/// How many applications are on a page.
const PAGE: u16 = 50;
const TITLE: &str = "Authorized applications";

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/console/applications", get(list))
        .route("/console/applications/authorize", get(ask).post(authorize))
        .route("/console/applications/{client}", get(one))
        .route("/console/applications/{client}/{action}", get(confirm).post(act))
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

async fn ask(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let body = asking(&host, &signed_in.0, (&query.text("client"), &[]), &Problems::none());
    Ok(shown(&host, &signed_in, Section::Applications, "Authorize by client id", body))
}

fn asking(
    host: &Host,
    session: &crate::sessions::Session,
    (client, chosen): (&str, &[String]),
    problems: &Problems,
) -> Markup {
    let field = Field {
        name: "client",
        label: "Client id",
        hint: "Whoever runs the application knows it. It may be registered by another organization.",
        value: client,
        required: true,
    };
    html! {
        (summary(problems))
        form method="post" action="/console/applications/authorize" {
            (form_token(session))
            (field.input("text", problems))
            (scope_ticks(host, chosen, problems, "All that it registered, if you select none. None apply to client credentials."))
            button type="submit" { "Authorize" }
        }
    }
}

/// The scopes that were asked for, to be taken away.
fn requested_ticks(host: &Host, requested: &Scopes, problems: &Problems) -> Markup {
    let catalog = &host.server.settings().scopes;
    html! {
        fieldset #scopes {
            legend { "Scopes" }
            p.hint { "What it asks for. Take away what it does not need." }
            (wrong(problems, "scopes"))
            @for scope in requested.iter() {
                (tick("scope", scope.as_str(), true, &html! { code { (scope) } " " (catalog.describe(scope).unwrap_or_default()) }))
            }
        }
    }
}

fn scope_ticks(host: &Host, chosen: &[String], problems: &Problems, hint: &str) -> Markup {
    let catalog = &host.server.settings().scopes;
    let is_chosen = |scope: &str| chosen.iter().any(|one| one == scope);
    html! {
        fieldset #scopes {
            legend { "Scopes" }
            p.hint { (hint) }
            (wrong(problems, "scopes"))
            @for entry in catalog {
                (tick("scope", entry.scope.as_str(), is_chosen(entry.scope.as_str()), &html! { code { (entry.scope) } " " (entry.description) }))
            }
        }
    }
}

async fn authorize(State(host): State<Shared>, posted: Posted) -> Answer {
    let scopes = chosen(&posted.form);
    let text = posted.form.text("client");
    let again = |problems: &Problems| {
        let body = asking(&host, &posted.session, (&text, &scopes), problems);
        let page =
            layout::page(&host, &posted.session, Section::Applications, "Authorize by client id", body);
        (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
    };
    let Ok(client) = text.parse::<ClientId>() else {
        let mut problems = Problems::none();
        problems.note("client", "client.not.found", "that is no client id", "copy it whole: it is a UUID");
        return Ok(again(&problems));
    };
    let selected = (!scopes.is_empty()).then_some(scopes.as_slice());
    match host.administration(posted.who()).authorize(client, selected, now()).await {
        Ok(view) => Ok(to(view.client)),
        Err(Error::Denied(denial)) => Ok(again(&problems(denial)?)),
        Err(error) => Err(error.into()),
    }
}

async fn one(State(host): State<Shared>, signed_in: SignedIn, Path(client): Path<String>) -> Answer {
    let client: ClientId = id(&client)?;
    match host.administration(signed_in.who()).application(client, now()).await {
        Ok(view) => {
            let body = page_of(&host, &signed_in.0, &view, &Problems::none());
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

fn page_of(
    host: &Host,
    session: &crate::sessions::Session,
    view: &AuthorizationView,
    problems: &Problems,
) -> Markup {
    let path = |action: &str| format!("/console/applications/{}/{action}", view.client);
    let scopes: Vec<String> = view.scopes.iter().map(ToString::to_string).collect();
    let form = |action: &str, body: Markup| html! { form.panel method="post" action=(path(action)) { (form_token(session)) (body) } };
    html! {
        (summary(problems))
        p { (state(view.state)) }
        dl.facts {
            dt { "Client id" } dd { code { (view.client) } }
            @if !view.scopes.is_empty() { dt { "Scopes" } dd { code { (view.scopes) } } }
            dt { "Roles" } dd { (view.roles) }
            @if let Some(consent) = &view.consent {
                dt { "Approved" } dd { (when(consent.at)) " by " (actor(host, consent.by)) }
                @if consent.shown != consent.granted { dt { "Shown then" } dd { code { (consent.shown) } } }
            }
            @if let Some(revocation) = &view.revocation { dt { "Revoked" } dd { (when(revocation.at)) " by " (actor(host, revocation.by)) } }
        }
        div.buttons {
            a.button.quiet href={ "/console/usage?client=" (view.client) } { "Usage" }
            a.button.quiet href={ "/console/why?client=" (view.client) } { "Why?" }
        }
        @match view.state {
            StateName::Pending => {
                (form("approve", html! {
                    h2 { "Approve" }
                    (requested_ticks(host, &view.scopes, problems))
                    button type="submit" { "Approve" }
                }))
                (form("deny", html! { h2 { "Deny" } p.hint { "It obtains no tokens. You can authorize it later, anew." } button.danger type="submit" { "Deny" } }))
            }
            StateName::Approved => {
                @if !scopes.is_empty() {
                    (form("scopes", html! {
                        h2 { "Edit the scopes" }
                        (scope_ticks(host, &scopes, problems, "What you take away stops working at the next call."))
                        button type="submit" { "Save scopes" }
                    }))
                    (form("audience", html! {
                        h2 { "Who may use it" }
                        p.hint { @if view.roles == 0 { "Everybody, as it is now." } @else { "Users with one of " (view.roles) " roles, as it is now." }
                            " What you select takes the place of it: users with one of these roles, or with none selected everybody." }
                        (wrong(problems, "roles"))
                        @for (role, name) in host.directory.roles(session.who.organization) { (tick("role", &role.to_string(), false, &html! { (name) })) }
                        button type="submit" { "Save" }
                    }))
                }
                h2 { "End it" }
                div.buttons {
                    a.button.danger href=(path("end")) { "End its tokens" }
                    a.button.danger href=(path("revoke")) { "Revoke" }
                }
            }
            StateName::Revoked => {
                (form("reauthorize", html! {
                    h2 { "Authorize anew" }
                    p.hint { "It starts from scratch: nothing that was issued before works again." }
                    (scope_ticks(host, &[], problems, "All that it registered, if you select none."))
                    button type="submit" { "Authorize anew" }
                }))
            }
        }
    }
}

/// What would stop working, before an application is revoked or its tokens are ended.
async fn confirm(
    State(host): State<Shared>,
    signed_in: SignedIn,
    Path((client, action)): Path<(String, String)>,
) -> Answer {
    let client: ClientId = id(&client)?;
    let administration = host.administration(signed_in.who());
    let (proposal, verb, what) = match action.as_str() {
        "revoke" => {
            let what = "At once and for good: no new token, and every live one fails at its next use.";
            (Proposal::Revoke(client), "Revoke", what)
        }
        "end" => {
            let what = "Every token there is stops working. It stays approved, and may obtain new ones.";
            (Proposal::EndTokensOfApplication(client), "End all tokens of", what)
        }
        _ => return Err(Failure::NotFound),
    };
    let view = administration.application(client, now()).await?;
    let impact = administration.impact(&proposal, now()).await?;
    let title = format!("{verb} {}?", view.name);
    let body = html! {
        p.lead { (what) }
        (parts::impact(&impact))
        form method="post" action={ "/console/applications/" (client) "/" (action) } {
            (form_token(&signed_in.0))
            @if action == "revoke" {
                (tick("acknowledged", "yes", false, &html! { "If administrators work through it, they lock themselves out of it: I know" }))
            }
            div.buttons {
                button.danger type="submit" { (verb) " " (view.name) }
                a.button.quiet href={ "/console/applications/" (client) } { "Keep it" }
            }
        }
    };
    Ok(shown(&host, &signed_in, Section::Applications, &title, body))
}

/// An administrator's word on an application.
async fn act(
    State(host): State<Shared>,
    Path((client, action)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let client: ClientId = id(&client)?;
    let administration = host.administration(posted.who());
    let scopes = chosen(&posted.form);
    let selected = (!scopes.is_empty()).then_some(scopes.as_slice());
    let outcome = match action.as_str() {
        "approve" => administration.authorize(client, Some(&scopes), now()).await,
        "deny" => administration.deny(client, now()).await,
        "scopes" => administration.edit_scopes(client, &scopes, now()).await,
        "audience" => {
            let roles = posted.form.values("role").map(str::parse).collect::<Result<Vec<_>, _>>();
            let roles = roles.map_err(|_| Failure::BadRequest("There is no such role."))?;
            administration.edit_audience(client, &roles, now()).await
        }
        "revoke" => {
            let acknowledged = posted.form.value("acknowledged").is_some();
            let acknowledgement =
                if acknowledged { Acknowledgement::Given } else { Acknowledgement::NotGiven };
            administration.revoke(client, acknowledgement, now()).await
        }
        "end" => administration.end_tokens_of_application(client, now()).await,
        "reauthorize" => administration.reauthorize(client, selected, now()).await,
        _ => return Err(Failure::NotFound),
    };
    match outcome {
        Ok(view) => Ok(to(view.client)),
        Err(Error::Denied(denial @ Denial::Invalid(_))) => {
            let problems = problems(denial)?;
            let view = administration.application(client, now()).await?;
            let body = page_of(&host, &posted.session, &view, &problems);
            let page = layout::page(&host, &posted.session, Section::Applications, view.name.as_str(), body);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
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
