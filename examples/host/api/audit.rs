//! `/api/v2/oauth/audit` and `/api/v2/oauth/review`: what happened, and what to look at.

use axum::Json;
use axum::extract::RawQuery;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::Response;
use grantor::audit::Action;
use grantor::audit::Event;
use grantor::audit::EventQuery;
use grantor::audit::Outcome;
use grantor::audit::Subject;
use grantor::review::report::Finding;
use grantor::review::report::FindingSubject;
use grantor::review::report::Report;
use grantor::review::report::ReviewCriteria;
use grantor::server::LoggedIn;
use serde_json::Value;
use serde_json::json;

use super::Operation;
use super::client_shape::user;
use super::error::ApiError;
use super::guard::acting;
use super::page::parameters;
use crate::console::audit::actor_of;
use crate::console::audit::outcome_of;
use crate::console::parts::after;
use crate::console::parts::position;
use crate::host::Shared;
use crate::host::now;
use crate::http::form::Form;
use crate::http::form::encoded;
use crate::instant;

/// What may be asked for, beside the page.
const FILTERS: [&str; 6] = ["from", "to", "actor", "clientId", "action", "outcome"];

/// `?from=…&to=…&actor=…&clientId=…&action=…&outcome=done|refused&pageSize=…`, the oldest first. `nextUri` is there as long as
/// there is more to look at, even where a page has nothing: how many there are in all nobody counts.
pub async fn search(State(host): State<Shared>, RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::SearchAudit, |who| async move {
        let form = parameters(query.as_deref())?;
        let asked = asked(&form, who)?;
        let size = match form.value("pageSize").map(str::parse::<u16>) {
            None => 25,
            Some(Ok(size)) if (1..=500).contains(&size) => size,
            Some(_) => return Err(ApiError::bad_request("`pageSize` is a number from 1 to 500")),
        };
        let begin = form.value("after");
        let from = after(begin);
        if begin.is_some() && from.is_none() {
            return Err(ApiError::bad_request("`after` is none that a page gave"));
        }
        let listed = host.administration(who).events(&asked, from, size, now()).await?;
        let uri = |after: Option<&str>| {
            let filters = FILTERS.into_iter().filter_map(|name| Some((name, form.value(name)?)));
            let fields = filters.chain(after.map(|after| ("after", after)));
            let fields = fields.map(|(name, value)| format!("&{name}={}", encoded(value)));
            format!("/api/v2/oauth/audit?pageSize={size}{}", fields.collect::<String>())
        };
        let entities: Vec<Value> = listed.items.iter().map(event).collect();
        let mut page =
            json!({ "entities": entities, "pageSize": size, "selfUri": uri(begin), "firstUri": uri(None) });
        if let Some(next) = listed.next {
            page["nextUri"] = uri(Some(&position(next))).into();
        }
        Ok(Json(page).into_response())
    })
    .await
}

fn asked(form: &Form, who: LoggedIn) -> Result<EventQuery, ApiError> {
    fn read<T>(
        form: &Form,
        name: &str,
        what: &str,
        of: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        let read = |text| of(text).ok_or_else(|| ApiError::bad_request(format!("`{name}` is {what}")));
        form.value(name).map(read).transpose()
    }
    let instant = "an instant like 2026-01-15T12:00:00Z";
    let action = |text: &str| Action::ALL.into_iter().find(|action| action.as_str() == text);
    Ok(EventQuery {
        from: read(form, "from", instant, instant::first)?,
        to: read(form, "to", instant, instant::last)?,
        actor: read(form, "actor", "the id of a user, `operator` or `sweep`", |text| actor_of(text, who))?,
        client: read(form, "clientId", "the id of a client", |text| text.parse().ok())?,
        actions: read(form, "action", "an action, such as `edit_client`", action)?.into_iter().collect(),
        outcome: read(form, "outcome", "`done` or `refused`", outcome_of)?,
        ..EventQuery::default()
    })
}

/// An event. Its `actor` is told in words too, since not every actor is a user.
fn event(event: &Event) -> Value {
    let (outcome, code, cause) = match &event.outcome {
        Outcome::Done => ("done", None, None),
        Outcome::Refused { code, cause } => ("refused", Some(code), Some(cause)),
    };
    let changes = event.changes.iter();
    let changes = changes
        .map(|change| json!({ "field": change.field, "before": change.before, "after": change.after }));
    json!({
        "id": event.id.to_string(),
        "date": event.at.to_string(),
        "action": event.action.as_str(),
        "actor": event.actor.to_string(),
        "user": user(event.actor),
        "subject": subject(&event.subject),
        "outcome": outcome,
        "code": code,
        "cause": cause,
        "changes": changes.collect::<Vec<_>>(),
    })
}

/// What it is about: its kind, and what is known of it. A token is named by nothing.
fn subject(subject: &Subject) -> Value {
    let of_client = |kind: &str, client: grantor::value::ClientId, place: &str| {
        let client = client.to_string();
        json!({ "kind": kind, "id": client, "selfUri": format!("/api/v2/oauth/{place}/{client}") })
    };
    match subject {
        Subject::Client(client) => of_client("client", *client, "clients"),
        Subject::Authorization { client, .. } => of_client("authorization", *client, "authorizations"),
        Subject::Login { client, .. } => of_client("login", *client, "clients"),
        Subject::AccessToken { client, .. } => of_client("token", *client, "clients"),
        Subject::IdentityProvider { provider, .. } => {
            json!({ "kind": "identityProvider", "id": provider.to_string(), "selfUri": format!("/api/v2/identityproviders/{provider}") })
        }
        Subject::User { user, .. } => {
            json!({ "kind": "user", "id": user.to_string(), "selfUri": format!("/api/v2/users/{user}") })
        }
        Subject::Organization(organization) => {
            json!({ "kind": "organization", "id": organization.to_string() })
        }
        // What later versions add.
        _ => Value::Null,
    }
}

/// What to look at: findings, and how many there are.
pub async fn review(State(host): State<Shared>, headers: HeaderMap) -> Response {
    let host = &*host;
    acting(host, &headers, Operation::Review, |who| async move {
        let report = host.administration(who).review(&ReviewCriteria::default(), now()).await?;
        Ok(Json(reviewed(&report)).into_response())
    })
    .await
}

fn reviewed(report: &Report) -> Value {
    let counts = report.counts.iter();
    let counts = counts.map(
        |count| json!({ "code": count.code.as_str(), "title": count.code.title(), "total": count.total }),
    );
    json!({
        "organization": { "id": report.organization.to_string(), "name": report.name.to_string() },
        "date": report.at.to_string(),
        "usageKnown": report.is_use_known,
        "severities": report.severities,
        "counts": counts.collect::<Vec<_>>(),
        "entities": report.findings.iter().map(finding).collect::<Vec<_>>(),
        "selfUri": "/api/v2/oauth/review",
    })
}

fn finding(finding: &Finding) -> Value {
    let subject = &finding.subject;
    let (kind, uri) = match subject {
        FindingSubject::Client { client, .. } => ("client", format!("/api/v2/oauth/clients/{client}")),
        FindingSubject::Secret { client, .. } => ("secret", format!("/api/v2/oauth/clients/{client}")),
        FindingSubject::Role { client, .. } => ("role", format!("/api/v2/oauth/clients/{client}")),
        FindingSubject::Application { client, .. } => {
            ("authorization", format!("/api/v2/oauth/authorizations/{client}"))
        }
        FindingSubject::Provider { provider, .. } => {
            ("identityProvider", format!("/api/v2/identityproviders/{provider}"))
        }
        _ => ("organization", String::new()),
    };
    json!({
        "code": finding.code.as_str(),
        "title": finding.code.title(),
        "severity": finding.severity.as_str(),
        "subject": { "kind": kind, "name": subject.name().to_string(), "selfUri": Some(uri).filter(|uri| !uri.is_empty()) },
        "evidence": finding.evidence.to_string(),
        "remedy": finding.remedy(),
    })
}
