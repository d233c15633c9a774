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
    audit::Actor,
    change::Denial,
    model::{Division, GrantType, Lifecycle, Overlap, Pkce, Purpose, Removal, RoleGrant},
    server::Administration,
    value::ClientId,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Operation, error::ApiError, guard::acting};
use crate::{
    host::{Shared, now},
    http::form::Form,
    store::AnyStore,
};

/// A client as it is sent. What is read of it alone, such as its id and dates, is passed over; what is not known is an error.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ClientBody {
    #[serde(default)]
    name: String,
    description: Option<String>,
    access_token_validity_seconds: Option<u32>,
    authorized_grant_type: Option<String>,
    #[serde(default)]
    registered_redirect_uri: Vec<String>,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    role_divisions: Vec<RoleDivision>,
    /// Ours: a client of authorization code that cannot keep a secret.
    #[serde(default)]
    public: bool,
    /// Ours: a client of client credentials that provisions by SCIM.
    #[serde(default)]
    scim: bool,
    // Read and not written.
    #[serde(rename = "id")]
    _id: Option<Value>,
    #[serde(rename = "secret")]
    _secret: Option<Value>,
    #[serde(rename = "roleIds")]
    _role_ids: Option<Value>,
    #[serde(rename = "dateCreated")]
    _date_created: Option<Value>,
    #[serde(rename = "dateModified")]
    _date_modified: Option<Value>,
    #[serde(rename = "createdBy")]
    _created_by: Option<Value>,
    #[serde(rename = "modifiedBy")]
    _modified_by: Option<Value>,
    #[serde(rename = "state")]
    _state: Option<Value>,
    #[serde(rename = "dateToDelete")]
    _date_to_delete: Option<Value>,
    #[serde(rename = "selfUri")]
    _self_uri: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RoleDivision {
    role_id: String,
    division_id: String,
}

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

/// The scopes in a body, if there is one.
pub fn scopes(body: &[u8]) -> Result<Option<Vec<String>>, ApiError> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Scopes {
        scope: Option<Vec<String>>,
    }

    if body.is_empty() { Ok(None) } else { Ok(read::<Scopes>(body)?.scope) }
}

/// The JSON of a body.
pub fn read<'b, T: Deserialize<'b>>(body: &'b [u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body)
        .map_err(|error| ApiError::bad_request(format!("the body cannot be read: {error}")))
}

/// A text that is no id is the id of nothing.
pub fn client_id(text: &str) -> Result<ClientId, ApiError> {
    text.parse().map_err(|_| Denial::ClientNotFound.into())
}

fn draft(body: &[u8], before: ClientDraft) -> Result<ClientDraft, ApiError> {
    let sent: ClientBody = read(body)?;
    let roles = sent.role_divisions.iter().map(|grant| {
        let division = match grant.division_id.as_str() {
            "*" => Some(Division::All),
            one => one.parse().ok().map(Division::One),
        };
        Some(RoleGrant { role: grant.role_id.parse().ok()?, division: division? })
    });
    let roles = roles.collect::<Option<Vec<_>>>();
    let grant_type = sent.authorized_grant_type.as_deref().map(|text| {
        of_name(text).ok_or_else(|| ApiError::bad_request(format!("there is no grant type `{text}`")))
    });
    let grant_type = grant_type.transpose()?;
    let is_same_type = grant_type == before.grant_type;
    Ok(ClientDraft {
        name: sent.name,
        description: sent.description,
        lifetime: sent.access_token_validity_seconds,
        grant_type,
        redirect_uris: sent.registered_redirect_uri,
        scopes: sent.scope,
        roles: roles
            .ok_or_else(|| ApiError::bad_request("`roleDivisions` holds what is no role or no division"))?,
        purpose: if sent.scim { Purpose::Scim } else { Purpose::General },
        public: sent.public,
        pkce: if is_same_type { before.pkce } else { Pkce::Required },
        refresh_grace: before.refresh_grace.filter(|_| is_same_type),
        ..before
    })
}

const fn name_of(grant_type: GrantType) -> &'static str {
    match grant_type {
        GrantType::ClientCredentials => "CLIENT-CREDENTIALS",
        GrantType::AuthorizationCode => "CODE",
        GrantType::Saml2Bearer => "SAML2-BEARER",
        GrantType::Implicit => "TOKEN",
    }
}

fn of_name(text: &str) -> Option<GrantType> {
    GrantType::ALL.into_iter().find(|grant_type| name_of(*grant_type) == text)
}

/// A client as the platform has it.
pub fn entity(client: &ClientView, secret: Option<&str>) -> Value {
    let (state, removal) = match client.state {
        Lifecycle::Active => ("active", None),
        Lifecycle::Inactive(deletion) => ("inactive", Some(deletion.removal)),
        Lifecycle::Disabled { deletion, .. } => ("disabled", deletion.map(|deletion| deletion.removal)),
    };
    let roles = client
        .roles
        .iter()
        .map(|grant| json!({ "roleId": grant.role.to_string(), "divisionId": grant.division.to_string() }));
    let mut entity = json!({
        "id": client.id.to_string(),
        "name": client.name.to_string(),
        "accessTokenValiditySeconds": client.lifetime.seconds(),
        "authorizedGrantType": name_of(client.grant_type),
        "registeredRedirectUri": client.redirect_uris.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "scope": client.scopes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "roleDivisions": roles.collect::<Vec<_>>(),
        "state": state,
        "public": client.public && client.grant_type == GrantType::AuthorizationCode,
        "scim": client.purpose == Purpose::Scim,
        "dateCreated": client.created.to_string(),
        "dateModified": client.modified.to_string(),
        "createdBy": user(client.created_by),
        "modifiedBy": user(client.modified_by),
        "selfUri": format!("/api/v2/oauth/clients/{}", client.id),
    });
    let optional = [
        ("description", client.description.as_ref().map(ToString::to_string)),
        ("dateToDelete", removal.map(|at| at.to_string())),
        ("secret", secret.map(str::to_owned)),
    ];
    if let Value::Object(members) = &mut entity {
        members
            .extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    entity
}

/// Who did something, where it was a user.
pub fn user(actor: Actor) -> Value {
    match actor {
        Actor::User { user, .. } => {
            json!({ "id": user.to_string(), "selfUri": format!("/api/v2/users/{user}") })
        }
        _ => Value::Null,
    }
}

/// A page of a list as the platform has it: `pageNumber` from 1, `pageSize` 25 by default and 500 at most.
pub fn page(path: &str, query: Option<&str>, entities: Vec<Value>) -> Result<Value, ApiError> {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let query = query.map_err(|_| ApiError::bad_request("the query cannot be read"))?;
    let number = |name: &str, default: usize, most: usize| match query.value(name).map(str::parse) {
        None => Ok(default),
        Some(Ok(number)) if (1..=most).contains(&number) => Ok(number),
        Some(_) => Err(ApiError::bad_request(format!("`{name}` is a number from 1 to {most}"))),
    };
    let (size, at) = (number("pageSize", 25, 500)?, number("pageNumber", 1, 100_000)?);
    let (total, pages) = (entities.len(), entities.len().div_ceil(size));
    let uri = |at: usize| format!("{path}?pageSize={size}&pageNumber={at}");
    let shown: Vec<Value> = entities.into_iter().skip((at - 1) * size).take(size).collect();
    let mut page = json!({
        "entities": shown, "pageSize": size, "pageNumber": at, "total": total, "pageCount": pages,
        "selfUri": uri(at), "firstUri": uri(1), "lastUri": uri(pages.max(1)),
    });
    if let Value::Object(members) = &mut page {
        let near =
            [("nextUri", (at < pages).then(|| uri(at + 1))), ("previousUri", (at > 1).then(|| uri(at - 1)))];
        members.extend(near.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?.into()))));
    }
    Ok(page)
}
