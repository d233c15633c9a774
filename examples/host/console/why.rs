//! Why an application obtains tokens or does not, and why a call is allowed or refused: every layer with its verdict.

use axum::{
    Router,
    extract::{RawQuery, State},
    response::IntoResponse,
    routing::{get, post},
};
use grantor::{
    access::{Explanation, Requirement, Verdict},
    change::{Problems, Reason},
    model::GrantType,
    server::LoggedIn,
    value::{ClientId, Digest, Permission, Scope, UserId, kind},
};
use maud::{Markup, html};

use super::{
    Answer, Section,
    layout::{form_token, page},
    parts::{Field, capital, summary, when},
    shown,
};
use crate::{
    host::{Host, Shared, now},
    http::{
        form::Form,
        session::{Posted, SignedIn},
    },
    sessions::Session,
};

pub fn router() -> Router<Shared> {
    Router::new().route("/console/why", get(client)).route("/console/why/call", post(call))
}

/// `?client=…&user=…`
async fn client(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let text = query.text("client");
    let mut problems = Problems::none();
    let mut told = html! {};
    if !text.is_empty() {
        match text.parse::<ClientId>() {
            Ok(client) => {
                let user = match query.value("user") {
                    Some(user) => user.parse::<UserId>().ok(),
                    None => default_user(&host, signed_in.who(), client).await,
                };
                let explained =
                    host.administration(signed_in.who()).explain_client(client, user, now(), now()).await?;
                told = explanation("Can it obtain a token?", &explained);
            }
            Err(_) => problems.note(
                "client",
                "client.not.found",
                "that is no client id",
                "copy it whole: it is a UUID",
            ),
        }
    }
    let body = asking((&host, &signed_in.0), (&text, query.value("user")), &problems, &told);
    Ok(shown(&host, &signed_in, Section::Why, "Why?", body))
}

/// Whoever asks, for an application that acts for users; nobody for one that acts for itself.
async fn default_user(host: &Host, who: LoggedIn, client: ClientId) -> Option<UserId> {
    let view = host.administration(who).client(client, now()).await.ok();
    let acts_for_itself = view.is_some_and(|view| view.grant_type == GrantType::ClientCredentials);
    (!acts_for_itself).then_some(who.user)
}

fn asking(
    (host, session): (&Host, &Session),
    (client, user): (&str, Option<&str>),
    problems: &Problems,
    told: &Markup,
) -> Markup {
    let field = |name, label, hint, value, required| Field { name, label, hint, value, required };
    let people =
        host.directory.people().iter().filter(|person| person.who.organization == session.who.organization);
    let nothing = Problems::none();
    html! {
        p.lead { "What stands in the way, layer by layer, and what to do about it." }
        (told)
        form.panel method="get" action="/console/why" {
            h2 { "Of a client" }
            (summary(problems))
            (field("client", "Client id", "", client, true).input("text", problems))
            div.field {
                label for="user" { "In the name of" }
                select #user name="user" {
                    option value="" { "whom it acts for: you, or itself" }
                    option value="none" selected[user == Some("none")] { "nobody, on its own behalf" }
                    @for person in people {
                        option value=(person.who.user) selected[user == Some(person.who.user.to_string().as_str())] { (person.name) }
                    }
                }
            }
            button type="submit" { "Explain" }
        }
        form.panel method="post" action="/console/why/call" {
            (form_token(session))
            h2 { "Of a call" }
            (field("token", "Access token", "It is looked up by its digest, and kept nowhere.", "", true).input("password", &nothing))
            (field("permission", "Permission that the call needs", "For example oauth:client:view", "oauth:client:view", true).input("text", &nothing))
            (field("scope", "Scope that it accepts", "Does not apply to client credentials.", "", false).input("text", &nothing))
            button type="submit" { "Explain" }
        }
    }
}

async fn call(State(host): State<Shared>, posted: Posted) -> Answer {
    let form = &posted.form;
    let mut problems = Problems::none();
    let permission = form.text("permission").parse::<Permission>();
    let permission = permission
        .map_err(|error| problems.note("permission", error.code(), error, "write domain:entity:action"));
    let scope = form.value("scope").map(Scope::new).transpose();
    let scope =
        scope.map_err(|error| problems.note("scope", error.code(), error, "write domain or domain:readonly"));
    let told = match (permission, scope) {
        (Ok(permission), Ok(scope)) => {
            let needs = Requirement::permission(permission);
            let needs = match scope {
                Some(scope) => needs.any_scope_of([scope]),
                None => needs,
            };
            // A text that is no token is explained as one that nobody knows.
            let token =
                Digest::<kind::AccessToken>::of_presented_or_none(form.value("token").unwrap_or_default());
            let explained =
                host.administration(posted.who()).explain_call(&token, &needs, now(), now()).await?;
            explanation("Would the call be allowed?", &explained)
        }
        (Ok(_) | Err(()), Ok(_) | Err(())) => html! {},
    };
    let body = html! { (summary(&problems)) (asking((&host, &posted.session), ("", None), &Problems::none(), &told)) };
    Ok(page(&host, &posted.session, Section::Why, "Why?", body).into_response())
}

fn explanation<R: Reason>(question: &str, explained: &Explanation<R>) -> Markup {
    html! {
        section.panel aria-labelledby="answer" {
            h2 #answer { (question) " " @if explained.is_allowed() { span.state.good { "Yes" } } @else { span.state.bad { "No" } } }
            p.hint { "As of " (when(explained.at)) "." }
            table {
                thead { tr { th scope="col" { "Layer" } th scope="col" { "Verdict" } th scope="col" { "Why, and what to do" } } }
                tbody {
                    @for judged in &explained.layers {
                        tr {
                            th scope="row" { (capital(judged.layer.as_str())) }
                            @match &judged.verdict {
                                Verdict::Passes => { td data-label="Verdict" { span.state.good { "Passes" } } td {} }
                                Verdict::DoesNotApply => { td data-label="Verdict" { span.state { "Does not apply" } } td {} }
                                Verdict::RestsOn(layer) => { td data-label="Verdict" { span.state { "Not reached" } } td data-label="Why" { "Rests on " (layer) "." } }
                                Verdict::Refuses(reason) => {
                                    td data-label="Verdict" { span.state.bad { "Refuses" } }
                                    td data-label="Why" { (capital(&reason.to_string())) ". " strong { (capital(&reason.remedy())) "." } " " code { (reason.code()) } }
                                }
                                other => { td data-label="Verdict" { span.state.warn { (capital(&other.to_string())) } } td {} }
                            }
                        }
                    }
                }
            }
        }
    }
}
