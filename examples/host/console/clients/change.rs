//! What is done to clients: create, edit, regenerate the secret, delete, restore.

use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use grantor::{
    admin::{ClientDraft, ClientView, DeletionPlan},
    change::Problems,
    model::{GrantType, Overlap, Removal},
    server::Error,
    value::ClientId,
};
use maud::html;

use super::form::{self, Sent};
use crate::{
    console::{
        Answer, Failure, Section, id,
        layout::{form_token, page},
        parts::{grant_name, secret as secret_field, when},
        problems, shown,
    },
    host::{Shared, now},
    http::{
        form::Form,
        session::{Posted, SignedIn},
    },
};

pub async fn new(State(host): State<Shared>, signed_in: SignedIn, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let body = match form::grant_type(query.value("grant_type")) {
        None => form::choose(),
        Some(grant_type) => {
            let draft = ClientDraft { grant_type: Some(grant_type), ..ClientDraft::default() };
            form::page((&host, &signed_in.0), &draft, grant_type, &Problems::none(), &CREATE)
        }
    };
    Ok(shown(&host, &signed_in, Section::Clients, "Add a client", body))
}

const CREATE: Sent<'_> = Sent { action: "/console/clients", button: "Create" };

pub async fn create(State(host): State<Shared>, posted: Posted) -> Answer {
    let (draft, grant_type) = form::entered(&posted.form)?;
    match host.administration(posted.who()).create_client(&draft, now()).await {
        Ok(created) => {
            let secret = created.secret.as_ref().map(|secret| secret.expose());
            Ok(kept(&host, posted, &created.client, "is created", secret))
        }
        Err(Error::Denied(denial)) => {
            Ok(again(&host, posted, "Add a client", (&draft, grant_type), &problems(denial)?, &CREATE))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn edit(
    State(host): State<Shared>,
    signed_in: SignedIn,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let client: ClientId = id(&client)?;
    let query = Form::parse(query.unwrap_or_default().as_bytes()).unwrap_or_default();
    let view = host.administration(signed_in.who()).client(client, now()).await?;
    let grant_type = form::grant_type(query.value("grant_type")).unwrap_or(view.grant_type);
    let draft = ClientDraft::of_client(&view);
    let action = format!("/console/clients/{client}/edit");
    let sent = Sent { action: &action, button: "Save" };
    let body = html! {
        details {
            summary { "Grant type: " (grant_name(grant_type)) }
            p.hint { "Another grant type has other fields. What it cannot carry is dropped when you save, and tokens from before stop working." }
            ul { @for other in GrantType::ALL.into_iter().filter(|other| *other != grant_type && *other != GrantType::Implicit) {
                li { a href={ (action) "?grant_type=" (form::key(other)) } { "Change to " (grant_name(other)) } }
            } }
        }
        (form::page((&host, &signed_in.0), &draft, grant_type, &Problems::none(), &sent))
    };
    Ok(shown(&host, &signed_in, Section::Clients, &format!("Edit {}", view.name), body))
}

pub async fn save(State(host): State<Shared>, Path(client): Path<String>, posted: Posted) -> Answer {
    let client: ClientId = id(&client)?;
    let (draft, grant_type) = form::entered(&posted.form)?;
    match host.administration(posted.who()).edit_client(client, &draft, now()).await {
        Ok(view) => Ok(to(&view)),
        Err(Error::Denied(denial)) => {
            let action = format!("/console/clients/{client}/edit");
            let sent = Sent { action: &action, button: "Save" };
            let title = format!("Edit {}", draft.name);
            Ok(again(&host, posted, &title, (&draft, grant_type), &problems(denial)?, &sent))
        }
        Err(error) => Err(error.into()),
    }
}

pub async fn secret(State(host): State<Shared>, Path(client): Path<String>, posted: Posted) -> Answer {
    let client: ClientId = id(&client)?;
    let overlap = posted
        .form
        .value("overlap")
        .map(|text| text.parse().ok().and_then(|seconds| Overlap::from_seconds(seconds).ok()));
    let overlap = match overlap {
        None => None,
        Some(Some(overlap)) => Some(overlap),
        Some(None) => return Err(Failure::BadRequest("The old secret can work for up to seven days more.")),
    };
    let renewed = host.administration(posted.who()).regenerate_secret(client, overlap, now()).await?;
    Ok(kept(&host, posted, &renewed.client, "has a new secret", Some(renewed.secret.expose())))
}

/// What deleting would do, to be confirmed: the form carries the plan, and is refused once it does not hold any more.
pub async fn plan(State(host): State<Shared>, signed_in: SignedIn, Path(client): Path<String>) -> Answer {
    let client: ClientId = id(&client)?;
    let administration = host.administration(signed_in.who());
    let view = administration.client(client, now()).await?;
    let plan = administration.plan_deletion(client, now()).await?;
    let text = serde_json::to_string(&plan).map_err(|_| Failure::NotDone)?;
    let body = html! {
        @match plan.removal {
            Removal::AtOnce => {
                p.alert { "It is 30 days old at most: it is removed " strong { "at once, and cannot be restored" } "." }
            }
            Removal::Deferred(at) => {
                p.alert { "It becomes inactive now, and is removed for good at " strong { (when(at)) } ". Until then it can be restored." }
            }
        }
        p { "From that moment no token of it works, here and in every other organization that authorized it." }
        dl.facts {
            dt { "Organizations that lose it" } dd { (plan.reach.organizations) }
            dt { "Live tokens" } dd { (plan.tokens) }
            dt { "Logins" } dd { (plan.logins) }
            dt { "Last call here" } dd { @match plan.last_call { Some(at) => (when(at)), None => "none within 400 days" } }
        }
        form method="post" {
            (form_token(&signed_in.0))
            input type="hidden" name="plan" value=(text);
            div.buttons {
                button.danger type="submit" { "Delete " (view.name) }
                a.button.quiet href={ "/console/clients/" (client) } { "Keep it" }
            }
        }
    };
    Ok(shown(&host, &signed_in, Section::Clients, &format!("Delete {}?", view.name), body))
}

pub async fn delete(State(host): State<Shared>, Path(client): Path<String>, posted: Posted) -> Answer {
    let client: ClientId = id(&client)?;
    let plan = posted.form.value("plan").and_then(|text| serde_json::from_str::<DeletionPlan>(text).ok());
    let plan = plan.filter(|plan| plan.client == client);
    let plan = plan.ok_or(Failure::BadRequest("There is no plan to confirm. Look at it again."))?;
    match host.administration(posted.who()).delete_client(&plan, now()).await {
        Ok(Removal::AtOnce) => Ok(Redirect::to("/console/clients").into_response()),
        Ok(Removal::Deferred(_)) => Ok(Redirect::to(&format!("/console/clients/{client}")).into_response()),
        Err(error) => Err(error.into()),
    }
}

pub async fn restore(State(host): State<Shared>, Path(client): Path<String>, posted: Posted) -> Answer {
    let client: ClientId = id(&client)?;
    let view = host.administration(posted.who()).restore_client(client, None, now()).await?;
    Ok(to(&view))
}

pub async fn migrate(State(host): State<Shared>, Path(client): Path<String>, posted: Posted) -> Answer {
    let client: ClientId = id(&client)?;
    let view = host.administration(posted.who()).migrate_implicit(client, now()).await?;
    Ok(to(&view))
}

fn to(view: &ClientView) -> Response {
    Redirect::to(&format!("/console/clients/{}", view.id)).into_response()
}

/// The form again, with what is wrong beside each field.
fn again(
    host: &Shared,
    posted: Posted,
    title: &str,
    (draft, grant_type): (&ClientDraft, GrantType),
    problems: &Problems,
    sent: &Sent<'_>,
) -> Response {
    let body = form::page((host, &posted.session), draft, grant_type, problems, sent);
    (StatusCode::UNPROCESSABLE_ENTITY, page(host, &posted.session, Section::Clients, title, body))
        .into_response()
}

/// What was done, with the secret that is seen here and nowhere else.
fn kept(host: &Shared, posted: Posted, view: &ClientView, what: &str, secret: Option<&str>) -> Response {
    let body = html! {
        dl.facts { dt { "Client id" } dd { code { (view.id) } } }
        @match secret {
            Some(secret) => (secret_field(secret)),
            None => { p { "A public client has no secret: it uses PKCE." } }
        }
        div.buttons {
            a.button href={ "/console/clients/" (view.id) } { "To the client" }
            a.button.quiet href={ "/console/applications/authorize?client=" (view.id) } { "Authorize it here" }
        }
    };
    let title = format!("{} {what}", view.name);
    page(host, &posted.session, Section::Clients, &title, body).into_response()
}
