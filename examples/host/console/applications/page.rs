//! The page of one application, with what can be done to it.

use grantor::{admin::AuthorizationView, change::Problems, model::StateName, value::Scopes};
use maud::{Markup, html};

use crate::{
    console::{
        clients::actor,
        layout::form_token,
        parts::{state, summary, tick, when, wrong},
    },
    host::Host,
    sessions::Session,
};

/// What there is to be said of it, and a form for each thing that its state allows.
pub fn page_of(host: &Host, session: &Session, view: &AuthorizationView, problems: &Problems) -> Markup {
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

/// The scopes that were asked for, to be taken away.
pub fn requested_ticks(host: &Host, requested: &Scopes, problems: &Problems) -> Markup {
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

pub fn scope_ticks(host: &Host, chosen: &[String], problems: &Problems, hint: &str) -> Markup {
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
