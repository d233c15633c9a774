//! What a refusal in the trail means, what to do about it, and which change brought it about (DX-05).

use axum::extract::Path;
use axum::extract::State;
use grantor::review::diagnosis::Culprit;
use grantor::review::diagnosis::Diagnosis;
use grantor::server::LoggedIn;
use grantor::value::EventId;
use maud::Markup;
use maud::html;

use super::event::changes;
use super::event::words;
use super::fact;
use crate::console::Answer;
use crate::console::Section;
use crate::console::clients::actor;
use crate::console::id;
use crate::console::parts::capital;
use crate::console::parts::when;
use crate::console::shown;
use crate::host::Host;
use crate::host::Shared;
use crate::host::now;
use crate::http::session::SignedIn;

pub async fn page(State(host): State<Shared>, signed_in: SignedIn, Path(event): Path<String>) -> Answer {
    let event: EventId = id(&event)?;
    let diagnosis = host.administration(signed_in.who()).diagnose(event, now()).await?;
    let body = html! {
        @match &diagnosis {
            Some(diagnosis) => (told(&host, signed_in.who(), diagnosis)),
            None => p.empty { "This refusal is none of those that follow from a change: its reason says all there is to know." },
        }
        p { a href="/console/audit" { "Back to the audit trail" } }
    };
    Ok(shown(&host, &signed_in, Section::Audit, "Why was it refused?", body))
}

fn told(host: &Host, who: LoggedIn, diagnosis: &Diagnosis) -> Markup {
    let Diagnosis { row, code, reason, at, culprit, looked_back_to } = diagnosis;
    html! {
        section.panel aria-labelledby="answer" {
            h2 #answer { (capital(row.symptom())) }
            dl.facts {
                dt { "Refused" } dd { (when(*at)) ": " (capital(reason)) ". " code { (code) } }
                dt { "Why" } dd { (capital(row.cause())) "." }
                dt { "What to do" } dd { strong { (capital(row.remedy())) "." } }
                (fact("Brought about by", culprit.as_ref().map(|culprit| by(host, culprit))))
                (fact("Brought about by", looked_back_to.map(|back| html! { "Nothing since " (when(back)) " that explains it." })))
            }
            @if let Some(culprit) = culprit { (changes(host, who, &culprit.changes)) }
        }
    }
}

fn by(host: &Host, culprit: &Culprit) -> Markup {
    html! { (words(culprit.action)) ", at " (when(culprit.at)) ", by " (actor(host, culprit.by)) }
}
