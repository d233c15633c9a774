//! Scopes, identity providers, usage, and the token itself.

use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use grantor::Store;
use grantor::{
    admin::identity_providers::ProviderView,
    change::{Denial, Key, Record},
    model::{Calls, Holder, StatusClass},
    review::usage::{By, UsageQuery},
    server::Error,
    value::{Day, IdentityProviderId, ScopeEntry},
};
use serde_json::{Value, json};

use super::{
    Operation,
    clients::client_id,
    error::{ApiError, not_found, of_call},
    guard::{acting, judged},
    page::{page, parameters},
};
use crate::{
    host::{Shared, now},
    http::reply::authorization,
};

pub async fn scopes(State(host): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let host = &*host;
    judged(host, &headers, Operation::ListScopes, |_| async move {
        let entities = host.server.settings().scopes.iter().map(scope_entity).collect();
        Ok(Json(page("/api/v2/oauth/scopes", query.as_deref(), entities)?).into_response())
    })
    .await
}

pub async fn scope(State(host): State<Shared>, Path(scope): Path<String>, headers: HeaderMap) -> Response {
    let host = &*host;
    judged(host, &headers, Operation::ViewScope, |_| async move {
        let found = host.server.settings().scopes.iter().find(|entry| entry.scope.as_str() == scope);
        Ok(found.map_or_else(not_found, |entry| Json(scope_entity(entry)).into_response()))
    })
    .await
}

fn scope_entity(entry: &ScopeEntry) -> Value {
    let scope = entry.scope.as_str();
    json!({ "id": scope, "description": entry.description.as_str(), "selfUri": format!("/api/v2/oauth/scopes/{scope}") })
}

pub async fn identity_providers(
    State(host): State<Shared>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ListIdentityProviders, |who| async move {
        let providers = host.administration(who).identity_providers(now()).await?;
        let entities = providers.iter().map(provider_entity).collect();
        Ok(Json(page("/api/v2/identityproviders", query.as_deref(), entities)?).into_response())
    })
    .await
}

pub async fn identity_provider(
    State(host): State<Shared>,
    Path(provider): Path<String>,
    headers: HeaderMap,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ViewIdentityProvider, |who| async move {
        let provider: IdentityProviderId = provider.parse().map_err(|_| Denial::ProviderNotFound)?;
        let view = host.administration(who).identity_provider(provider, now()).await?;
        Ok(Json(provider_entity(&view)).into_response())
    })
    .await
}

fn provider_entity(provider: &ProviderView) -> Value {
    let settings = &provider.settings;
    json!({
        "id": provider.id.to_string(),
        "name": provider.labels.name.to_string(),
        "disabled": provider.state.name() != "enabled",
        "state": provider.state.name(),
        "issuerURI": settings.entity_id.to_string(),
        "ssoTargetURI": settings.sso.url.to_string(),
        "sloURI": settings.logout.as_ref().map(|logout| logout.url.to_string()),
        "certificates": provider.certificates.iter().map(|found| json!({
            "sha256": found.sha256, "notBefore": found.not_before.to_string(), "notAfter": found.not_after.to_string(),
        })).collect::<Vec<_>>(),
        "selfUri": format!("/api/v2/identityproviders/{}", provider.id),
    })
}

/// `?days=…`, 1 to 365 and 7 by default: a row for each day and endpoint.
pub async fn usage(
    State(host): State<Shared>,
    Path(client): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::ViewUsage, |who| async move {
        let client = client_id(&client)?;
        let query = parameters(query.as_deref())?;
        let days = match query.value("days").map(str::parse::<u16>) {
            None => 7,
            Some(Ok(days)) if (1..=365).contains(&days) => days,
            Some(_) => return Err(ApiError::bad_request("`days` is a number from 1 to 365")),
        };
        let to = Day::of(now());
        let asked = UsageQuery { client: Some(client), from: to.minus(days - 1), to, by: By::Day };
        // What this process has counted until now is told too.
        host.usage.record(&host.server).await;
        let listed = host.administration(who).usage(&asked, None, 1, now()).await?;
        let mut rows = Vec::new();
        for period in listed.items.iter().flat_map(|used| &used.periods) {
            for (endpoint, calls) in period.usage.endpoints() {
                let mut row = counted(calls);
                row["clientId"] = client.to_string().into();
                row["organizationId"] = who.organization.to_string().into();
                row["templateUri"] = endpoint.template().into();
                row["httpMethod"] = endpoint.method().into();
                row["date"] = period.period.first().start().to_string().into();
                rows.push(row);
            }
        }
        Ok(Json(json!({ "results": rows, "queryStatus": "Complete" })).into_response())
    })
    .await
}

/// Statuses are counted by their classes: how many of the 4xx were 429 is not known, and not told.
fn counted(calls: &Calls) -> Value {
    let of = |status| calls.of(StatusClass::of(status));
    json!({
        "status200": of(200), "status300": of(300), "status400": of(400), "status500": of(500),
        "requests": calls.total(),
    })
}

/// What is told of the token that the call carries, to whoever has it.
pub async fn token(State(host): State<Shared>, headers: HeaderMap) -> Response {
    let host = &*host;
    judged(host, &headers, Operation::ViewToken, |allowed| async move {
        let key = Key::Client(allowed.client);
        let found =
            host.server.store().record(key).await.map_err(Error::NotDone)?.map(|stored| stored.record);
        let name = match found {
            Some(Record::Client(client)) => Some(client.name.to_string()),
            _ => None,
        };
        let organization = json!({
            "id": allowed.organization.to_string(),
            "name": host.directory.name_of_organization(allowed.organization),
        });
        let user = match allowed.holder {
            Holder::User { user, .. } => json!({ "id": user.to_string() }),
            Holder::Client => Value::Null,
        };
        let told = json!({
            "organization": organization, "homeOrganization": organization,
            "OAuthClient": { "id": allowed.client.to_string(), "name": name, "organization": organization },
            "user": user,
            "dateTokenExpires": allowed.expires.to_string(),
        });
        Ok(Json(told).into_response())
    })
    .await
}

/// Ends the token that the call carries.
pub async fn end_token(State(host): State<Shared>, headers: HeaderMap) -> Response {
    match host.server.end_token_of_call(&authorization(&headers), now()).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(refused) => of_call(&refused),
    }
}
