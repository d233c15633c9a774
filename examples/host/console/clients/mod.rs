//! OAuth clients: the list and one of them. What is done to them is in [`change`].

mod change;
mod form;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    response::Response,
    routing::{get, post},
};
use grantor::{
    admin::ClientView,
    audit::Actor,
    model::{GrantType, Lifecycle, Pkce, Purpose},
    server::LoggedIn,
    value::ClientId,
};
use maud::{Markup, html};

pub use form::division;

use super::{
    Answer, Section, id,
    layout::form_token,
    parts::{after, capital, duration, grant_name, lifecycle, more, when},
    shown,
};
use crate::{
    host::{Host, Shared, now},
    http::{form::Form, session::SignedIn},
    sessions::Session,
};

/// 512 KiB: 125 redirect URIs of the longest.
const MOST: usize = 512 * 1024;
/// How many clients are on a page.
const PAGE: u16 = 50;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/console/clients", get(list).post(change::create))
        .route("/console/clients/new", get(change::new))
        .route("/console/clients/{id}", get(one))
        .route("/console/clients/{id}/edit", get(change::edit).post(change::save))
        .route("/console/clients/{id}/secret", post(change::secret))
        .route("/console/clients/{id}/delete", get(change::plan).post(change::delete))
        .route("/console/clients/{id}/restore", post(change::restore))
        .route("/console/clients/{id}/migrate", post(change::migrate))
        .layer(DefaultBodyLimit::max(MOST))
}

async fn list(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let form = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let administration = host.administration(signed_in.who());
    let listed = administration.clients(after(form.value("after")), PAGE, now()).await?;
    let body = html! {
        p.lead { "Applications that your organization registered, and how each obtains tokens." }
        p { a.button href="/console/clients/new" { "Add a client" } }
        @if listed.items.is_empty() {
            p.empty { "There is no client on this page." }
        } @else {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Grant type" } th scope="col" { "State" }
                    th scope="col" { "Tokens live" } th scope="col" { "Modified" } } }
                tbody {
                    @for client in &listed.items {
                        tr {
                            th scope="row" { a href={ "/console/clients/" (client.id) } { (client.name) } }
                            td data-label="Grant type" { (grant_name(client.grant_type)) @if is_public_code(client) { ", public" } }
                            td data-label="State" { (lifecycle(&client.state)) }
                            td data-label="Tokens live" { (duration(client.lifetime.seconds())) }
                            td data-label="Modified" { (when(client.modified)) }
                        }
                    }
                }
            }
        }
        (more("/console/clients?", listed.next))
    };
    Ok(shown(&host, &signed_in, Section::Clients, "OAuth clients", body))
}

async fn one(State(host): State<Shared>, signed_in: SignedIn, Path(client): Path<String>) -> Answer {
    let client: ClientId = id(&client)?;
    let view = host.administration(signed_in.who()).client(client, now()).await?;
    Ok(page_of(&host, &signed_in, &view))
}

fn page_of(host: &Shared, signed_in: &SignedIn, view: &ClientView) -> Response {
    let body = html! {
        p { (lifecycle(&view.state)) " " span.hint { (grant_name(view.grant_type)) @if is_public_code(view) { ", public" } } }
        (actions(&signed_in.0, view))
        h2 { "Registration" }
        (facts(host, signed_in.who(), view))
        @if !view.secrets.is_empty() { (secrets(&signed_in.0, view)) }
    };
    shown(host, signed_in, Section::Clients, view.name.as_str(), body)
}

fn actions(session: &Session, view: &ClientView) -> Markup {
    let path = format!("/console/clients/{}", view.id);
    html! {
        div.buttons {
            @match view.state {
                Lifecycle::Active => {
                    a.button href={ (path) "/edit" } { "Edit" }
                    a.button.quiet href={ "/console/applications/" (view.id) } { "Authorization" }
                    a.button.quiet href={ "/console/usage?client=" (view.id) } { "Usage" }
                    a.button.quiet href={ "/console/why?client=" (view.id) } { "Why?" }
                    a.button.danger href={ (path) "/delete" } { "Delete" }
                }
                Lifecycle::Inactive(_) => {
                    form method="post" action={ (path) "/restore" } {
                        (form_token(session))
                        button type="submit" { "Restore" }
                    }
                    a.button.quiet href={ "/console/why?client=" (view.id) } { "Why?" }
                }
                Lifecycle::Disabled { .. } => {
                    p.hint { "The operator of the service disabled this client, and alone can enable it." }
                    a.button.quiet href={ "/console/why?client=" (view.id) } { "Why?" }
                }
            }
            @if view.grant_type == GrantType::Implicit && matches!(view.state, Lifecycle::Active) {
                form method="post" action={ (path) "/migrate" } {
                    (form_token(session))
                    button type="submit" { "Move to authorization code with PKCE" }
                }
            }
        }
    }
}

fn facts(host: &Host, who: LoggedIn, view: &ClientView) -> Markup {
    html! {
        dl.facts {
            dt { "Client id" } dd { code { (view.id) } }
            @if let Some(description) = &view.description { dt { "Description" } dd { (description) } }
            dt { "Tokens live" } dd {
                (duration(view.lifetime.seconds()))
                @if view.purpose == Purpose::Scim { ", for provisioning by SCIM" }
            }
            @if !view.redirect_uris.is_empty() {
                dt { "Redirect URIs" }
                dd { ul { @for uri in &view.redirect_uris { li { code { (uri) } } } } }
            }
            @if !view.scopes.is_empty() {
                dt { "Scopes" } dd { ul { @for scope in view.scopes.iter() { li { code { (scope) } } } } }
            }
            @if !view.roles.is_empty() {
                dt { "Roles" } dd { ul { @for grant in &view.roles {
                    li { (host.directory.name_of_role(who.organization, grant.role)) " in " (form::division(host, who, grant.division)) }
                } } }
            }
            @if view.grant_type == GrantType::AuthorizationCode {
                dt { "PKCE" } dd { @match view.pkce { Pkce::Required => { "required" } Pkce::Optional => { "opted out" } } }
            }
            @if let Some(contact) = &view.governance.contact { dt { "Contact" } dd { (contact) } }
            @if !view.governance.tags.is_empty() {
                dt { "Tags" } dd { @for tag in &view.governance.tags { span.tag { (tag) } " " } }
            }
            @if let Some(review) = view.governance.next_review { dt { "Next review" } dd { (when(review)) } }
            dt { "Created" } dd { (when(view.created)) " by " (actor(host, view.created_by)) }
            dt { "Modified" } dd { (when(view.modified)) " by " (actor(host, view.modified_by)) }
        }
    }
}

fn secrets(session: &Session, view: &ClientView) -> Markup {
    html! {
        h2 { "Secrets" }
        table {
            thead { tr { th scope="col" { "Generated" } th scope="col" { "Ends" } th scope="col" { "Last used" } } }
            tbody {
                @for secret in &view.secrets {
                    tr {
                        th scope="row" { (when(secret.created)) }
                        td data-label="Ends" { @match secret.expires { Some(at) => (when(at)), None => "when it is regenerated" } }
                        td data-label="Last used" { @match secret.last_used { Some(at) => (when(at)), None => "never" } }
                    }
                }
            }
        }
        @if matches!(view.state, Lifecycle::Active) {
            form.panel method="post" action={ "/console/clients/" (view.id) "/secret" } {
                (form_token(session))
                h3 { "Regenerate the secret" }
                div.field {
                    label for="overlap" { "The old secret" }
                    select #overlap name="overlap" {
                        option value="" { "fails at once" }
                        option value="3600" { "works for an hour more" }
                        option value="86400" { "works for a day more" }
                        option value="604800" { "works for seven days more" }
                    }
                }
                button type="submit" { "Regenerate" }
            }
        }
    }
}

/// Who did something, by name where the directory has one.
pub fn actor(host: &Host, actor: Actor) -> String {
    match actor {
        Actor::User { organization, user } => host.directory.name_of_user(LoggedIn { organization, user }),
        other => capital(&other.to_string()),
    }
}

fn is_public_code(client: &ClientView) -> bool {
    client.public && client.grant_type == GrantType::AuthorizationCode
}
