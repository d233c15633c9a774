//! An administrator's word on an application.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::IntoResponse,
};
use grantor::{
    admin::{Proposal, authorizations::Acknowledgement},
    change::Denial,
    server::Error,
    value::ClientId,
};
use maud::html;

use super::{chosen, page::page_of, to};
use crate::{
    console::{
        Answer, Failure, Section, id,
        layout::{self, form_token},
        parts::{self, tick},
        problems, shown,
    },
    host::{Shared, now},
    http::session::{Posted, SignedIn},
};

/// What would stop working, before an application is revoked or its tokens are ended.
pub async fn confirm(
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
pub async fn act(
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
