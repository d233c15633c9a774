//! `/api/v2/oauth/authorizations`: the platform's two reads, and an administrator's word on an application.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use grantor::{
    admin::{AuthorizationView, authorizations::Acknowledgement},
    change::Denial,
    model::StateName,
    value::RoleId,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Operation,
    client_shape::user,
    clients::client_id,
    error::ApiError,
    guard::acting,
    page::{page, parameters, read, scopes},
};
use crate::host::{Shared, now};

/// `?state=pending|approved|revoked` is ours.
pub async fn list(State(host): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ListAuthorizations, |who| async move {
        let state = match parameters(query.as_deref())?.value("state") {
            None => None,
            Some(text) => {
                let named = StateName::ALL.into_iter().find(|state| state.as_str() == text);
                Some(named.ok_or_else(|| ApiError::bad_request("`state` is pending, approved or revoked"))?)
            }
        };
        let (mut entities, mut after) = (Vec::new(), None);
        loop {
            let listed = host.administration(who).applications(state, after, 500, now()).await?;
            entities.extend(listed.items.iter().map(entity));
            match listed.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        Ok(Json(page("/api/v2/oauth/authorizations", query.as_deref(), entities)?).into_response())
    })
    .await
}

pub async fn one(State(host): State<Shared>, Path(client): Path<String>, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ViewAuthorization, |who| async move {
        told(&host.administration(who).application(client_id(&client)?, now()).await?)
    })
    .await
}

/// Authorizes by client id, or approves what is pending: for the scopes in `{"scope": […]}`, or all.
pub async fn approve(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::Approve, |who| async move {
        let scopes = scopes(&body)?;
        told(&host.administration(who).authorize(client_id(&client)?, scopes.as_deref(), now()).await?)
    })
    .await
}

/// Edits the scopes: `{"scope": […]}`.
pub async fn edit(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::EditScopes, |who| async move {
        let scopes = scopes(&body)?.ok_or_else(|| ApiError::bad_request("`scope` is missing"))?;
        told(&host.administration(who).edit_scopes(client_id(&client)?, &scopes, now()).await?)
    })
    .await
}

/// Limits it to the users with one of the roles in `{"roles": […]}`; with none, opens it to all.
pub async fn audience(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Audience {
        roles: Vec<String>,
    }

    let host = &*host;
    acting(host, &headers, Operation::EditAudience, |who| async move {
        let roles: Result<Vec<RoleId>, _> =
            read::<Audience>(&body)?.roles.iter().map(|role| role.parse()).collect();
        let roles = roles.map_err(|_| ApiError::bad_request("`roles` holds what is no role"))?;
        told(&host.administration(who).edit_audience(client_id(&client)?, &roles, now()).await?)
    })
    .await
}

/// Revokes what is approved, for good, and denies what is pending. `?acknowledged=true` where administrators work through it.
pub async fn revoke(
    State(host): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::Revoke, |who| async move {
        let (administration, client) = (host.administration(who), client_id(&client)?);
        let query = parameters(query.as_deref())?;
        let acknowledgement = match query.value("acknowledged") {
            Some("true") => Acknowledgement::Given,
            Some(_) | None => Acknowledgement::NotGiven,
        };
        let outcome = administration.revoke(client, acknowledgement, now()).await;
        match outcome {
            Err(grantor::server::Error::Denied(Denial::AuthorizationState(refused)))
                if refused.state == "pending" =>
            {
                told(&administration.deny(client, now()).await?)
            }
            other => told(&other?),
        }
    })
    .await
}

/// Authorizes a revoked application from scratch.
pub async fn reauthorize(
    State(host): State<Shared>,
    Path(client): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::Reauthorize, |who| async move {
        let scopes = scopes(&body)?;
        told(&host.administration(who).reauthorize(client_id(&client)?, scopes.as_deref(), now()).await?)
    })
    .await
}

fn told(view: &AuthorizationView) -> Result<Response, ApiError> {
    Ok(Json(entity(view)).into_response())
}

/// An authorization as the platform has it; the number of its roles is ours, which never says which they are (AA-11).
fn entity(view: &AuthorizationView) -> Value {
    let state = match view.state {
        StateName::Pending => "Requested",
        StateName::Approved => "Authorized",
        StateName::Revoked => "Revoked",
    };
    let approved = view.consent.as_ref().map(|consent| (consent.at, consent.by));
    let ended = view.revocation.map(|revocation| (revocation.at, revocation.by));
    let mut entity = json!({
        "id": view.id.to_string(),
        "client": {
            "id": view.client.to_string(),
            "name": view.name.to_string(),
            "selfUri": format!("/api/v2/oauth/clients/{}", view.client),
        },
        "scope": view.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "roleCount": view.roles,
        "pending": view.state == StateName::Pending,
        "state": state,
        "selfUri": format!("/api/v2/oauth/authorizations/{}", view.client),
    });
    if let Value::Object(members) = &mut entity {
        if let Some((at, by)) = approved {
            members.insert("dateCreated".to_owned(), at.to_string().into());
            members.insert("createdBy".to_owned(), user(by));
        }
        if let Some((at, by)) = ended.or(approved) {
            members.insert("dateModified".to_owned(), at.to_string().into());
            members.insert("modifiedBy".to_owned(), user(by));
        }
    }
    entity
}
