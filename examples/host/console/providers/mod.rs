//! Identity providers: the list and one of them. What is done to them is in [`change`].

mod change;
mod form;

use axum::{
    Router,
    extract::{DefaultBodyLimit, Path, RawQuery, State},
    routing::{get, post},
};
use grantor::{admin::identity_providers::ProviderView, model::ProviderState, value::IdentityProviderId};
use maud::{Markup, html};

use super::{
    Answer, Section,
    clients::actor,
    id,
    layout::form_token,
    parts::{capital, when},
    shown,
};
use crate::{
    host::{Host, Shared, now},
    http::session::SignedIn,
    sessions::Session,
};

/// A metadata document of 4 MiB, and what the form has beside it.
const MOST: usize = 4 * 1024 * 1024 + 64 * 1024;

pub fn router() -> Router<Shared> {
    Router::new()
        .route("/console/providers", get(list).post(change::create))
        .route("/console/providers/new", get(change::new))
        .route("/console/providers/metadata", post(change::import))
        .route("/console/providers/{id}", get(one))
        .route("/console/providers/{id}/edit", get(change::edit).post(change::save))
        .route("/console/providers/{id}/{action}", get(change::confirm).post(change::act))
        .layer(DefaultBodyLimit::max(MOST))
}

async fn list(State(host): State<Shared>, signed_in: SignedIn) -> Answer {
    let providers = host.administration(signed_in.who()).identity_providers(now()).await?;
    let body = html! {
        p.lead { "By which your users log in, with SAML 2.0." }
        p { a.button href="/console/providers/new" { "Add an identity provider" } }
        @if providers.is_empty() {
            p.empty { "There is none yet." }
        } @else {
            table {
                thead { tr { th scope="col" { "Name" } th scope="col" { "Kind" } th scope="col" { "State" } th scope="col" { "Certificates end" } } }
                tbody {
                    @for provider in &providers {
                        tr {
                            th scope="row" { a href={ "/console/providers/" (provider.id) } { (provider.labels.name) } }
                            td data-label="Kind" { (provider.labels.kind.name()) }
                            td data-label="State" { (state(&provider.state)) }
                            td data-label="Certificates end" {
                                (when(provider.none_valid_from))
                                @if let Some(warning) = provider.warnings.first() { " " span.state.warn { "within " (warning.days) " days" } }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(shown(&host, &signed_in, Section::Providers, "Identity providers", body))
}

async fn one(
    State(host): State<Shared>,
    signed_in: SignedIn,
    Path(provider): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let provider: IdentityProviderId = id(&provider)?;
    let view = host.administration(signed_in.who()).identity_provider(provider, now()).await?;
    let body = html! {
        @if query.as_deref() == Some("tested") { p.good role="status" { "The test login passed. The identity provider can be enabled now." } }
        p { (state(&view.state)) }
        (warnings(&view))
        (actions(&signed_in.0, &view))
        (facts(&host, &view))
        (certificates(&signed_in.0, &view))
    };
    Ok(shown(&host, &signed_in, Section::Providers, view.labels.name.as_str(), body))
}

fn state(state: &ProviderState) -> Markup {
    let class = match state {
        ProviderState::Enabled { .. } => "state good",
        ProviderState::Draft => "state",
        ProviderState::Tested { .. } => "state warn",
        ProviderState::Disabled { .. } => "state bad",
    };
    html! { span class=(class) { (capital(state.name())) } }
}

fn warnings(view: &ProviderView) -> Markup {
    html! {
        @for warning in &view.warnings {
            p.alert role="alert" { "Certificate " (warning.place + 1) " ends " (when(warning.not_after)) ", within " (warning.days) " days. Add the next one before." }
        }
        @if view.locks_out {
            p.alert role="alert" { "From " (when(view.none_valid_from)) " on nobody can log in by any identity provider, and your users log in no other way." }
        }
    }
}

fn actions(session: &Session, view: &ProviderView) -> Markup {
    let button = |action: &str, label: &str, class: &str| {
        html! {
            form method="post" action={ "/console/providers/" (view.id) "/" (action) } {
                (form_token(session))
                button class=(class) type="submit" { (label) }
            }
        }
    };
    html! {
        div.buttons {
            (button("test", "Test login", ""))
            @match view.state {
                ProviderState::Enabled { .. } => a.button.quiet href={ "/console/providers/" (view.id) "/disable" } { "Disable" },
                ProviderState::Draft => {}
                ProviderState::Tested { .. } | ProviderState::Disabled { .. } => (button("enable", "Enable for all", "")),
            }
            a.button.quiet href={ "/console/providers/" (view.id) "/edit" } { "Edit" }
            a.button.danger href={ "/console/providers/" (view.id) "/delete" } { "Delete" }
        }
        @if matches!(view.state, ProviderState::Draft) {
            p.hint { "It is a draft. Pass a test login with its settings, and then enable it." }
        }
    }
}

fn facts(host: &Host, view: &ProviderView) -> Markup {
    let settings = &view.settings;
    html! {
        dl.facts {
            dt { "Shown as" } dd { (view.labels.display_name) ", " (view.labels.kind.name()) }
            dt { "Issuer" } dd { code { (settings.entity_id) } }
            dt { "SSO URL" } dd { code { (settings.sso.url) } }
            @if let Some(logout) = &settings.logout { dt { "Logout URL" } dd { code { (logout.url) } } }
            dt { "It may begin logins" } dd { @if settings.policy.idp_initiated { "yes" } @else { "no" } }
            @if let Some(until) = settings.valid_until { dt { "Metadata holds until" } dd { (when(until)) } }
            dt { "Created" } dd { (when(view.created)) " by " (actor(host, view.created_by)) }
            dt { "Modified" } dd { (when(view.modified)) " by " (actor(host, view.modified_by)) }
            dt { "Our metadata" } dd { a href="/saml/metadata" { (host.issuer().endpoint("/saml/metadata")) } }
        }
    }
}

fn certificates(session: &Session, view: &ProviderView) -> Markup {
    html! {
        h2 { "Certificates" }
        table {
            thead { tr { th scope="col" { "SHA-256" } th scope="col" { "Key" } th scope="col" { "Valid" } th scope="col" { "" } } }
            tbody {
                @for certificate in &view.certificates {
                    tr {
                        th scope="row" { code.long { (certificate.sha256) } }
                        td data-label="Key" { (certificate.key) }
                        td data-label="Valid" { (when(certificate.not_before)) " to " (when(certificate.not_after)) }
                        td {
                            form method="post" action={ "/console/providers/" (view.id) "/remove_certificate" } {
                                (form_token(session))
                                input type="hidden" name="sha256" value=(certificate.sha256);
                                button.quiet type="submit" aria-label={ "Remove the certificate " (certificate.sha256) } { "Remove" }
                            }
                        }
                    }
                }
            }
        }
        form.panel method="post" action={ "/console/providers/" (view.id) "/add_certificate" } {
            (form_token(session))
            h3 { "Add the next certificate" }
            div.field {
                label for="certificate" { "Certificate" }
                p.hint #certificate-hint { "PEM or Base64." }
                textarea #certificate name="certificate" rows="4" aria-describedby="certificate-hint" required {}
            }
            button type="submit" { "Add" }
        }
    }
}
