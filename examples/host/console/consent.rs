//! The page that asks whether an application may have access.

use grantor::{model::PromptKind, server::AskConsent};
use maud::{Markup, html};

use super::layout::{alone, form_token};
use crate::{host::Host, sessions::Session};

/// Shows who asks, whose data it is about, and each scope in words.
pub fn page(host: &Host, session: &Session, asked: &AskConsent) -> Markup {
    let user = host.directory.name_of_user(session.who);
    let title = match asked.asks {
        PromptKind::Administrator => format!("Approve {}?", asked.application),
        PromptKind::User => format!("Let {} act for you?", asked.application),
    };
    let body = html! {
        p {
            strong { (asked.application) }
            @match &asked.publisher {
                Some(publisher) => { ", registered by " strong { (publisher) } "," }
                None => { ", which belongs to this service," }
            }
            @match asked.asks {
                PromptKind::Administrator => {
                    " asks for access to the data of " strong { (asked.organization) } ". You decide for the whole organization."
                }
                PromptKind::User => { " asks to act in your name at " strong { (asked.organization) } "." }
            }
        }
        form method="post" action="/oauth/consent" {
            (form_token(session))
            input type="hidden" name="ticket" value=(asked.ticket.expose());
            fieldset {
                legend { "It may" }
                @for shown in &asked.scopes {
                    label.tick {
                        input type="checkbox" name="scope" value=(shown.scope) checked;
                        span {
                            (shown.description.as_deref().unwrap_or("what this scope names"))
                            " " code { (shown.scope) }
                            @if shown.agreed_before { " " span.hint { "agreed before" } }
                        }
                    }
                }
            }
            p.hint { "You go back to " (asked.redirect_uri) ". You are logged in as " (user) "." }
            div.buttons {
                button type="submit" name="answer" value="approve" { "Allow" }
                button.quiet type="submit" name="answer" value="deny" { "Do not allow" }
            }
        }
    };
    alone(&title, &body)
}
