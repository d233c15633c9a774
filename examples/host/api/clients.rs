//! `/api/v2/oauth/clients`

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use grantor::{
    admin::{ClientDraft, ClientView, DeletionPlan},
    change::Denial,
    model::{Overlap, Removal},
    server::Administration,
    value::ClientId,
};
use serde::Deserialize;

use super::{
    Operation,
    client_shape::{draft, entity},
    error::ApiError,
    guard::acting,
    page::{page, read, scopes},
};
use crate::{
    host::{Shared, now},
    store::AnyStore,
};

pub async fn list(State(host): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ListClients, |who| async move {
        let all = all_clients(&host.administration(who)).await?;
        let entities = all.iter().map(|client| entity(client, None)).collect();
        Ok(Json(page("/api/v2/oauth/clients", query.as_deref(), entities)?).into_response())
    })
    .await
}

/// Every client of the organization: it has 1 000 at most.
async fn all_clients(administration: &Administration<'_, AnyStore>) -> Result<Vec<ClientView>, ApiError> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let listed = administration.clients(after, 500, now()).await?;
        all.extend(listed.items);
        match listed.next {
            Some(next) => after = Some(next),
            None => return Ok(all),
        }
    }
}

pub async fn one(State(host): State<Shared>, Path(client): Path<String>, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ViewClient, |who| async move {
        let view = host.administration(who).client(client_id(&client)?, now()).await?;
        Ok(Json(entity(&view, None)).into_response())
    })
    .await
}

pub async fn create(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::CreateClient, |who| async move {
        let created =
            host.administration(who).create_client(&draft(&body, ClientDraft::default())?, now()).await?;
        let secret = created.secret.as_ref().map(|secret| secret.expose());
        Ok((StatusCode::OK, Json(entity(&created.client, secret))).into_response())
    })
    .await
}

pub async fn edit(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::EditClient, |who| async move {
        let (administration, client) = (host.administration(who), client_id(&client)?);
        // What the interface has no field for stays as it is.
        let before = ClientDraft::of_client(&administration.client(client, now()).await?);
        let view = administration.edit_client(client, &draft(&body, before)?, now()).await?;
        Ok(Json(entity(&view, None)).into_response())
    })
    .await
}

/// `{"overlapSeconds": …}` is ours: for so long the old secret works too. Without it the old one fails at once.
pub async fn secret(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    #[derive(Default, Deserialize)]
    #[serde(rename_all = "camelCase", deny_unknown_fields)]
    struct Regenerate {
        overlap_seconds: Option<u32>,
    }

    let host = &*host;
    acting(host, &headers, Operation::RegenerateSecret, |who| async move {
        let asked = if body.is_empty() { Regenerate::default() } else { read::<Regenerate>(&body)? };
        let overlap = asked.overlap_seconds.map(Overlap::from_seconds).transpose();
        let overlap = overlap.map_err(|error| ApiError::bad_request(error.to_string()))?;
        let renewed = host.administration(who).regenerate_secret(client_id(&client)?, overlap, now()).await?;
        Ok(Json(entity(&renewed.client, Some(renewed.secret.expose()))).into_response())
    })
    .await
}

/// What deleting would do: to be looked at, and sent with the deletion.
pub async fn plan(State(host): State<Shared>, Path(client): Path<String>, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::PlanDeletion, |who| async move {
        let plan = host.administration(who).plan_deletion(client_id(&client)?, now()).await?;
        Ok(Json(plan).into_response())
    })
    .await
}

/// With a plan as its body that is what happens, or it is refused; without one, whatever deleting does now.
pub async fn delete(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::DeleteClient, |who| async move {
        let (administration, client) = (host.administration(who), client_id(&client)?);
        let plan = match body.is_empty() {
            true => administration.plan_deletion(client, now()).await?,
            false => read::<DeletionPlan>(&body)?,
        };
        if plan.client != client {
            return Err(ApiError::bad_request("the plan is of another client"));
        }
        Ok(match administration.delete_client(&plan, now()).await? {
            Removal::AtOnce => StatusCode::NO_CONTENT.into_response(),
            Removal::Deferred(_) => {
                Json(entity(&administration.client(client, now()).await?, None)).into_response()
            }
        })
    })
    .await
}

/// `{"scope": […]}`, if other scopes are to be assigned.
pub async fn restore(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::RestoreClient, |who| async move {
        let scopes = scopes(&body)?;
        let view =
            host.administration(who).restore_client(client_id(&client)?, scopes.as_deref(), now()).await?;
        Ok(Json(entity(&view, None)).into_response())
    })
    .await
}

/// A text that is no id is the id of nothing.
pub fn client_id(text: &str) -> Result<ClientId, ApiError> {
    text.parse().map_err(|_| Denial::ClientNotFound.into())
}
