//! `/api/v2/oauth/impact` and `/api/v2/oauth/explain`: what a change would stop, and why something is allowed or refused.
//!
//! Both are asked by POST, since what is asked is a document and may hold a token. Neither changes anything.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::Response;
use grantor::access::Explanation;
use grantor::access::Requirement;
use grantor::access::Verdict;
use grantor::admin::Proposal;
use grantor::change::Reason;
use grantor::model::Overlap;
use grantor::review::impact::Impact;
use grantor::review::impact::Lost;
use grantor::server::LoggedIn;
use grantor::value::Digest;
use grantor::value::Estimate;
use grantor::value::Permission;
use grantor::value::RoleId;
use grantor::value::Scope;
use grantor::value::UserId;
use grantor::value::kind;
use serde::Deserialize;
use serde_json::Value;
use serde_json::json;

use super::Operation;
use super::clients::client_id;
use super::error::ApiError;
use super::guard::acting;
use super::page::read;
use crate::host::Host;
use crate::host::Shared;
use crate::host::now;
use crate::instant;

/// `{"change": "revoke", "clientId": …}`, by the name of the change. `editScopes` takes `scope`, `editAudience` takes `roles`,
/// and `regenerateSecret` may take `overlapSeconds`.
#[derive(Deserialize)]
#[serde(tag = "change", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum Change {
    Revoke { client_id: String },
    EndTokens { client_id: String },
    EditScopes { client_id: String, scope: Vec<String> },
    EditAudience { client_id: String, roles: Vec<String> },
    RegenerateSecret { client_id: String, overlap_seconds: Option<u32> },
    MigrateImplicit { client_id: String },
    Delete { client_id: String },
}

pub async fn impact(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let host = &*host;
    // What the call needs depends on what it asks about. Of what cannot be read nothing is told before the call is judged.
    let proposal = read::<Change>(&body).and_then(proposal);
    let operation = proposal.as_ref().map_or(Operation::ForeseeRevocation, operation);
    acting(host, &headers, operation, |who| async move {
        let impact = host.administration(who).impact(&proposal?, now()).await?;
        Ok(Json(impact_entity(&impact)).into_response())
    })
    .await
}

fn proposal(change: Change) -> Result<Proposal, ApiError> {
    Ok(match change {
        Change::Revoke { client_id: client } => Proposal::Revoke(client_id(&client)?),
        Change::EndTokens { client_id: client } => Proposal::EndTokensOfApplication(client_id(&client)?),
        Change::EditScopes { client_id: client, scope } => {
            Proposal::EditScopes { client: client_id(&client)?, scopes: scope }
        }
        Change::EditAudience { client_id: client, roles } => {
            let roles: Result<Vec<RoleId>, _> = roles.iter().map(|role| role.parse()).collect();
            let roles = roles.map_err(|_| ApiError::bad_request("`roles` holds what is no role"))?;
            Proposal::EditAudience { client: client_id(&client)?, roles }
        }
        Change::RegenerateSecret { client_id: client, overlap_seconds } => {
            let overlap = overlap_seconds.map(Overlap::from_seconds).transpose();
            let overlap = overlap.map_err(|error| ApiError::bad_request(error.to_string()))?;
            Proposal::RegenerateSecret { client: client_id(&client)?, overlap }
        }
        Change::MigrateImplicit { client_id: client } => Proposal::MigrateImplicit(client_id(&client)?),
        Change::Delete { client_id: client } => Proposal::DeleteClient(client_id(&client)?),
    })
}

/// What it is judged by: what the change itself needs.
const fn operation(proposal: &Proposal) -> Operation {
    match proposal {
        Proposal::RegenerateSecret { .. } | Proposal::MigrateImplicit(_) => Operation::ForeseeEdit,
        Proposal::DeleteClient(_) => Operation::ForeseeDeletion,
        _ => Operation::ForeseeRevocation,
    }
}

fn impact_entity(impact: &Impact) -> Value {
    let applications = impact.applications.iter().map(|affected| {
        json!({ "organizationId": affected.organization.to_string(), "clientId": affected.client.to_string(), "ends": affected.ends })
    });
    let secrets = impact.secrets.iter().map(|secret| {
        let used = secret.last_used.map(|at| at.to_string());
        json!({ "id": secret.id.to_string(), "dateEnds": secret.ends.to_string(), "dateLastUsed": used })
    });
    json!({
        "date": impact.at.to_string(),
        "applications": applications.collect::<Vec<_>>(),
        "applicationsEnded": estimate(impact.applications_ended),
        "applicationsNarrowed": estimate(impact.applications_narrowed),
        "organizations": impact.reach.as_ref().map(|reach| reach.organizations),
        "tokensEnded": estimate(impact.tokens_ended),
        "tokensNarrowed": estimate(impact.tokens_narrowed),
        "loginsEnded": estimate(impact.logins_ended),
        "reason": impact.reason.as_ref().map(|(code, cause)| json!({ "code": code, "cause": cause })),
        "scopes": lost(&impact.scopes, ToString::to_string),
        "permissions": lost(&impact.permissions, ToString::to_string),
        "secrets": secrets.collect::<Vec<_>>(),
        "dateLastCall": impact.last_call.map(|at| at.to_string()),
        "summary": impact.to_string().lines().collect::<Vec<_>>(),
    })
}

/// The best guess and its bounds; no `high` where nothing bounds it.
fn estimate(estimate: Estimate) -> Value {
    json!({ "about": estimate.about, "low": estimate.low, "high": estimate.high })
}

fn lost<T>(lost: &[Lost<T>], name: impl Fn(&T) -> String) -> Vec<Value> {
    let lost = lost.iter();
    lost.map(
        |lost| json!({ "id": name(&lost.what), "dateLastUsed": lost.last_used.map(|at| at.to_string()) }),
    )
    .collect()
}

/// `{"clientId": …}` asks whether a client could obtain a token, with a `userId` in that user's name; `{"token": …,
/// "permission": …, "scope": […]}` whether a call would be allowed. Either `at` an instant, or now.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Question {
    client_id: Option<String>,
    user_id: Option<String>,
    token: Option<String>,
    permission: Option<String>,
    #[serde(default)]
    scope: Vec<String>,
    at: Option<String>,
}

pub async fn explain(State(host): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::Explain, |who| async move { explained(host, who, read(&body)?).await })
        .await
}

async fn explained(host: &Host, who: LoggedIn, asked: Question) -> Result<Response, ApiError> {
    let at = asked.at.as_deref().map(|text| {
        instant::first(text)
            .ok_or_else(|| ApiError::bad_request("`at` is an instant like 2026-01-15T12:00:00Z"))
    });
    let at = at.transpose()?.unwrap_or_else(now);
    let administration = host.administration(who);
    let told = match (asked.client_id, asked.token, asked.permission) {
        (Some(client), None, None) if asked.scope.is_empty() => {
            let user = asked.user_id.map(|user| user.parse::<UserId>()).transpose();
            let user = user.map_err(|_| ApiError::bad_request("`userId` is the id of no user"))?;
            explanation(&administration.explain_client(client_id(&client)?, user, at, now()).await?)
        }
        (None, Some(token), Some(permission)) if asked.user_id.is_none() => {
            let permission = permission.parse::<Permission>();
            let permission =
                permission.map_err(|error| ApiError::bad_request(format!("`permission`: {error}")))?;
            let scopes: Result<Vec<Scope>, _> = asked.scope.iter().map(|text| Scope::new(text)).collect();
            let scopes = scopes.map_err(|error| ApiError::bad_request(format!("`scope`: {error}")))?;
            let needs = Requirement::permission(permission);
            let needs = if scopes.is_empty() { needs } else { needs.any_scope_of(scopes) };
            // A text that is no token is explained as one that nobody knows.
            let token = Digest::<kind::AccessToken>::of_presented_or_none(&token);
            explanation(&administration.explain_call(&token, &needs, at, now()).await?)
        }
        _ => {
            let what = "give a `clientId` and perhaps a `userId`, or a `token` with the `permission` and `scope` of a call";
            return Err(ApiError::bad_request(what));
        }
    };
    Ok(Json(told).into_response())
}

fn explanation<R: Reason>(explained: &Explanation<R>) -> Value {
    let layers = explained.layers.iter().map(|judged| {
        let layer = judged.layer.as_str();
        match &judged.verdict {
            Verdict::Passes => json!({ "layer": layer, "verdict": "passes" }),
            Verdict::NotEnforced => json!({ "layer": layer, "verdict": "notEnforced" }),
            Verdict::DoesNotApply => json!({ "layer": layer, "verdict": "doesNotApply" }),
            Verdict::RestsOn(on) => json!({ "layer": layer, "verdict": "restsOn", "on": on.as_str() }),
            Verdict::Refuses(reason) => json!({
                "layer": layer, "verdict": "refuses",
                "code": reason.code(), "cause": reason.to_string(), "remedy": reason.remedy(),
            }),
            other => json!({ "layer": layer, "verdict": other.to_string() }),
        }
    });
    json!({ "date": explained.at.to_string(), "allowed": explained.is_allowed(), "layers": layers.collect::<Vec<_>>() })
}
