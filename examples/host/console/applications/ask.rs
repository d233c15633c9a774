//! Authorizing a client by its id.

use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::IntoResponse,
};
use grantor::{change::Problems, server::Error, value::ClientId};
use maud::{Markup, html};

use super::{chosen, page::scope_ticks, to};
use crate::{
    console::{
        Answer, Section,
        layout::{self, form_token},
        parts::{Field, summary},
        problems, shown,
    },
    host::{Host, Shared, now},
    http::{
        form::Form,
        session::{Posted, SignedIn},
    },
    sessions::Session,
};

pub async fn ask(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let body = asking(&host, &signed_in.0, (&query.text("client"), &[]), &Problems::none());
    Ok(shown(&host, &signed_in, Section::Applications, "Authorize by client id", body))
}

fn asking(
    host: &Host,
    session: &Session,
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

pub async fn authorize(State(host): State<Shared>, posted: Posted) -> Answer {
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
