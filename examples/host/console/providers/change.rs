//! What is done to identity providers: enter, test, enable, rotate certificates, delete.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use grantor::{
    admin::{
        Proposal,
        identity_providers::{ProviderDraft, ProviderView},
    },
    change::{Problems, Reason},
    saml::{binding::Outgoing, metadata},
    server::Error,
    value::IdentityProviderId,
};
use maud::html;

use super::form;
use crate::{
    console::{
        Answer, Failure, Section, id,
        layout::{self, form_token},
        parts::{self, capital},
        problems, shown,
    },
    host::{Shared, now},
    http::{
        form::Form,
        saml,
        session::{Posted, SignedIn},
    },
};

const TITLE: &str = "Add an identity provider";

pub async fn new(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let nothing = Problems::none();
    let body = match query.value("by") {
        Some("hand") => form::page(&signed_in.0, &ProviderDraft::default(), &nothing, "/console/providers"),
        Some(_) | None => form::import(&signed_in.0, "", &nothing),
    };
    Ok(shown(&host, &signed_in, Section::Providers, TITLE, body))
}

/// Reads a metadata document into the form: it is looked at before it is saved (SA-02).
pub async fn import(State(host): State<Shared>, posted: Posted) -> Answer {
    let text = posted.form.value("metadata").or(posted.form.value("text")).unwrap_or_default();
    let name = posted.form.text("name");
    match metadata::read(text.as_bytes(), None, None, now()) {
        Ok(metadata) => {
            let draft = ProviderDraft::of_metadata(&name, &metadata);
            let body = form::page(&posted.session, &draft, &Problems::none(), "/console/providers");
            Ok(page(&host, &posted, StatusCode::OK, TITLE, body))
        }
        Err(error) => {
            let mut problems = Problems::none();
            problems.note("metadata", error.code(), &error, error.remedy());
            let body = form::import(&posted.session, &name, &problems);
            Ok(page(&host, &posted, StatusCode::UNPROCESSABLE_ENTITY, TITLE, body))
        }
    }
}

pub async fn create(State(host): State<Shared>, posted: Posted) -> Answer {
    let draft = form::entered(&posted.form, ProviderDraft::default());
    let outcome = host.administration(posted.who()).create_identity_provider(&draft, now()).await;
    saved(&host, &posted, (TITLE, "/console/providers"), &draft, outcome)
}

pub async fn edit(State(host): State<Shared>, signed_in: SignedIn, Path(provider): Path<String>) -> Answer {
    let provider: IdentityProviderId = id(&provider)?;
    let view = host.administration(signed_in.who()).identity_provider(provider, now()).await?;
    let action = format!("/console/providers/{provider}/edit");
    let body = form::page(&signed_in.0, &ProviderDraft::of_provider(&view), &Problems::none(), &action);
    Ok(shown(&host, &signed_in, Section::Providers, &format!("Edit {}", view.labels.name), body))
}

pub async fn save(State(host): State<Shared>, Path(provider): Path<String>, posted: Posted) -> Answer {
    let provider: IdentityProviderId = id(&provider)?;
    let administration = host.administration(posted.who());
    let before = administration.identity_provider(provider, now()).await?;
    let draft = form::entered(&posted.form, ProviderDraft::of_provider(&before));
    let outcome = administration.edit_identity_provider(provider, &draft, now()).await;
    let (title, action) = (format!("Edit {}", draft.name), format!("/console/providers/{provider}/edit"));
    saved(&host, &posted, (&title, &action), &draft, outcome)
}

fn saved<E: std::error::Error>(
    host: &Shared,
    posted: &Posted,
    (title, action): (&str, &str),
    draft: &ProviderDraft,
    outcome: Result<ProviderView, Error<E>>,
) -> Answer {
    match outcome {
        Ok(view) => Ok(to(&view)),
        Err(Error::Denied(denial)) => {
            let body = form::page(&posted.session, draft, &problems(denial)?, action);
            Ok(page(host, posted, StatusCode::UNPROCESSABLE_ENTITY, title, body))
        }
        Err(error) => Err(error.into()),
    }
}

/// What would stop working, before it is taken out of use or deleted.
pub async fn confirm(
    State(host): State<Shared>,
    signed_in: SignedIn,
    Path((provider, action)): Path<(String, String)>,
) -> Answer {
    let provider: IdentityProviderId = id(&provider)?;
    let administration = host.administration(signed_in.who());
    let (proposal, verb, what) = match action.as_str() {
        "disable" => (
            Proposal::DisableProvider(provider),
            "Disable",
            "Nobody logs in by it until it is enabled again.",
        ),
        "delete" => (
            Proposal::DeleteProvider(provider),
            "Delete",
            "For good, and at once: nobody logs in by it any more.",
        ),
        _ => return Err(Failure::NotFound),
    };
    let view = administration.identity_provider(provider, now()).await?;
    let impact = administration.impact(&proposal, now()).await?;
    let body = html! {
        p.lead { (what) }
        (parts::impact(&impact))
        form method="post" action={ "/console/providers/" (provider) "/" (action) } {
            (form_token(&signed_in.0))
            div.buttons {
                button.danger type="submit" { (verb) " " (view.labels.name) }
                a.button.quiet href={ "/console/providers/" (provider) } { "Keep it" }
            }
        }
    };
    Ok(shown(&host, &signed_in, Section::Providers, &format!("{verb} {}?", view.labels.name), body))
}

pub async fn act(
    State(host): State<Shared>,
    Path((provider, action)): Path<(String, String)>,
    posted: Posted,
) -> Answer {
    let provider: IdentityProviderId = id(&provider)?;
    let administration = host.administration(posted.who());
    let outcome = match action.as_str() {
        "test" => return test(&host, &posted, provider).await,
        "delete" => {
            administration.delete_identity_provider(provider, now()).await?;
            return Ok(Redirect::to("/console/providers").into_response());
        }
        "enable" => administration.enable_identity_provider(provider, now()).await,
        "disable" => administration.disable_identity_provider(provider, now()).await,
        "add_certificate" => {
            let certificate = posted.form.text("certificate");
            administration.add_certificate(provider, certificate.as_bytes(), now()).await
        }
        "remove_certificate" => {
            administration.remove_certificate(provider, &posted.form.text("sha256"), now()).await
        }
        _ => return Err(Failure::NotFound),
    };
    Ok(to(&outcome?))
}

/// Sends the administrator to the identity provider, in whatever state that is (SA-05).
async fn test(host: &Shared, posted: &Posted, provider: IdentityProviderId) -> Answer {
    let logins = host.server.logins().ok_or(Failure::NotFound)?;
    match logins.begin_test(&host.administration(posted.who()), provider, now()).await? {
        Ok(begun) => {
            // The answer to a form redirects nowhere else: a page leads on.
            let next = match &begun.send {
                Outgoing::Redirect(url) => layout::onward(url).into_response(),
                Outgoing::Form(form) => layout::form_elsewhere(form).into_response(),
            };
            Ok((saml::ticket(&begun), next).into_response())
        }
        Err(refused) => {
            let refusal = &refused.refusal;
            let said = format!("{}. {}.", capital(&refusal.to_string()), capital(&refusal.remedy()));
            Ok(layout::message(StatusCode::BAD_REQUEST, "The test login cannot begin", &said).into_response())
        }
    }
}

fn page(host: &Shared, posted: &Posted, status: StatusCode, title: &str, body: maud::Markup) -> Response {
    (status, layout::page(host, &posted.session, Section::Providers, title, body)).into_response()
}

fn to(view: &ProviderView) -> Response {
    Redirect::to(&format!("/console/providers/{}", view.id)).into_response()
}
