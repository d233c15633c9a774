//! The login page.

use grantor::value::{IdentityProviderId, Name};
use maud::{Markup, html};

use super::layout;
use crate::http::{form::encoded, session::FORM_TOKEN};

/// What the page shows, and what its form carries.
pub struct Login<'a> {
    /// Where it leads afterwards: a path of this host.
    pub to: &'a str,
    /// What the user wants to use, where an application sent the browser.
    pub application: Option<&'a str>,
    /// Why the login before was refused.
    pub refused: Option<&'a str>,
    pub token: &'a str,
    /// The identity providers that are in use, by their names on this page.
    pub providers: &'a [(IdentityProviderId, Name)],
}

/// By email address and password, or by an identity provider.
pub fn page(login: &Login<'_>) -> Markup {
    let Login { to, application, refused, token, providers } = *login;
    let title = match application {
        Some(application) => format!("Log in to use {application}"),
        None => "Log in".to_owned(),
    };
    let body = html! {
        @if let Some(refused) = refused { p.alert role="alert" { (refused) } }
        form method="post" action="/login" {
            input type="hidden" name=(FORM_TOKEN) value=(token);
            input type="hidden" name="return_to" value=(to);
            div.field {
                label for="email" { "Email address" }
                input #email name="email" type="email" autocomplete="username" required autofocus;
            }
            div.field {
                label for="password" { "Password" }
                input #password name="password" type="password" autocomplete="current-password" required;
            }
            button type="submit" { "Log in" }
        }
        @for (provider, name) in providers {
            p { a.button.quiet href={ "/saml/login/" (provider) "?return_to=" (encoded(to)) } { "Log in with " (name) } }
        }
    };
    layout::alone(&title, &body)
}
