//! The frame of every page.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use grantor::saml::binding::Form;
use maud::{DOCTYPE, Markup, html};

use super::Section;
use crate::{host::Host, http::session::FORM_TOKEN, sessions::Session};

/// A page of the console.
pub fn page(host: &Host, session: &Session, section: Section, title: &str, body: Markup) -> Markup {
    let organization = host.directory.name_of_organization(session.who.organization);
    let bar = html! {
        header.bar {
            a.brand href="/console/clients" { "grantor" span.of { (organization) } }
            nav aria-label="Console" {
                ul {
                    @for entry in Section::ALL {
                        li {
                            a href=(entry.path()) aria-current=[(entry == section).then_some("page")] { (entry.title()) }
                        }
                    }
                }
            }
            form.out method="post" action="/logout" {
                (form_token(session))
                span.who { (host.directory.name_of_user(session.who)) }
                button.quiet type="submit" { "Log out" }
            }
        }
    };
    document(title, &bar, &html! { h1 { (title) } (body) })
}

/// The hidden field that every form of the console has.
pub fn form_token(session: &Session) -> Markup {
    html! { input type="hidden" name=(FORM_TOKEN) value=(session.form_token); }
}

/// A page for whoever is there, logged in or not.
pub fn alone(title: &str, body: &Markup) -> Markup {
    let bar = html! { header.bar { a.brand href="/" { "grantor" } } };
    document(title, &bar, &html! { div.alone { h1 { (title) } (body) } })
}

/// What happened, and what to do about it.
pub fn message(status: StatusCode, title: &str, advice: &str) -> impl IntoResponse {
    (status, alone(title, &html! { p { (advice) } p { a href="/" { "To the start" } } }))
}

/// Leads the browser on, after a form was answered.
///
/// It is no redirect: some browsers hold every redirect that follows a form against the page's `form-action`, those of
/// the application too that the user returns to. A page of its own has no form.
pub fn onward(address: &str) -> impl IntoResponse {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                (head("One moment"))
                meta http-equiv="refresh" content={ "0; url=" (address) };
            }
            body { main { div.alone { h1 { "One moment" } p { a.button href=(address) { "Continue" } } } } }
        }
    };
    page.into_response()
}

/// A form that an identity provider is sent by. It sends itself where scripts run, and else by its button.
pub fn form_elsewhere(form: &Form) -> impl IntoResponse {
    // Where forms may lead is left open: the identity provider may redirect as it likes.
    let policy =
        "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'";
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { (head("Continue to your identity provider")) script src="/assets/send.js" defer {} }
            body {
                main {
                    div.alone {
                        h1 { "Continue to your identity provider" }
                        form data-send method="post" action=(form.action().as_str()) {
                            @for (name, value) in form.fields() { input type="hidden" name=(name) value=(value); }
                            button type="submit" { "Continue" }
                        }
                    }
                }
            }
        }
    };
    ([(header::CONTENT_SECURITY_POLICY, policy)], page)
}

fn document(title: &str, bar: &Markup, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head { (head(title)) script src="/assets/copy.js" defer {} }
            body {
                a.skip href="#content" { "Skip to the content" }
                (bar)
                main #content tabindex="-1" { (body) }
            }
        }
    }
}

fn head(title: &str) -> Markup {
    html! {
        meta charset="utf-8";
        meta name="viewport" content="width=device-width, initial-scale=1";
        meta name="color-scheme" content="light dark";
        title { (title) " · grantor" }
        link rel="stylesheet" href="/assets/style.css";
        link rel="icon" href="data:,";
    }
}
