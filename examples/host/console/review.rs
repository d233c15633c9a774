//! The review of the organization's application access, and its downloads (GV-03).

use axum::Router;
use axum::extract::Path;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use grantor::review::report::Finding;
use grantor::review::report::FindingSubject;
use grantor::review::report::Report;
use grantor::review::report::ReviewCriteria;
use grantor::review::report::Severity;
use grantor::value::Day;
use maud::Markup;
use maud::html;

use super::Answer;
use super::Failure;
use super::Section;
use super::parts::capital;
use super::parts::when;
use super::shown;
use crate::host::Shared;
use crate::host::now;
use crate::http::session::SignedIn;

pub fn router() -> Router<Shared> {
    Router::new().route("/console/review", get(page)).route("/console/review/{format}", get(download))
}

async fn review(host: &Shared, signed_in: &SignedIn) -> Answer<Report> {
    Ok(host.administration(signed_in.who()).review(&ReviewCriteria::default(), now()).await?)
}

async fn page(State(host): State<Shared>, signed_in: SignedIn) -> Answer {
    let report = review(&host, &signed_in).await?;
    let body = html! {
        p.lead { "What to look at in your organization's application access, as of " (when(report.at)) "." }
        div.buttons {
            a.button href="/console/review/html" { "Download as a page" }
            a.button.quiet href="/console/review/markdown" { "as Markdown" }
            a.button.quiet href="/console/review/json" { "as JSON" }
        }
        ul.counts { @for severity in Severity::ALL {
            li { strong { (report.severities.of(severity)) } " " (pill(severity)) }
        } }
        @if !report.is_use_known {
            p.alert {
                @match report.counted_since {
                    Some(since) => { "Usage is counted since " (since) " alone: what is unused is not known yet." },
                    None => "Usage was never counted: what is unused is not known.",
                }
            }
        }
        @if report.findings.is_empty() { p.empty { "Nothing was found." } }
        @for group in report.findings.chunk_by(|one, next| (one.severity, one.code) == (next.severity, next.code)) {
            (found(group))
        }
        @for count in report.counts.iter().filter(|count| count.more > 0) {
            p.hint { (count.more) " more of: " (count.code.title()) "." }
        }
        (endings(&report))
    };
    Ok(shown(&host, &signed_in, Section::Review, "Review", body))
}

fn pill(severity: Severity) -> Markup {
    let name = capital(severity.as_str());
    match severity {
        Severity::High => html! { span.state.bad { (name) } },
        Severity::Medium => html! { span.state.warn { (name) } },
        Severity::Low | Severity::Notice => html! { span.state { (name) } },
    }
}

/// Findings of one code and one severity.
fn found(group: &[Finding]) -> Markup {
    let Some(first) = group.first() else { return html! {} };
    html! {
        section {
            h2 { (pill(first.severity)) " " (first.code.title()) " " code { (first.code) } }
            p.hint { "What to do: " (first.remedy()) "." }
            table {
                thead { tr { th scope="col" { "Of what" } th scope="col" { "What was seen" } } }
                tbody { @for finding in group { tr {
                    th scope="row" { (subject(&finding.subject)) }
                    td data-label="What was seen" { (capital(&finding.evidence.to_string())) "." }
                } } }
            }
        }
    }
}

fn subject(subject: &FindingSubject) -> Markup {
    let name = subject.name();
    match subject {
        FindingSubject::Client { client, .. } | FindingSubject::Secret { client, .. } => {
            html! { a href={ "/console/clients/" (client) } { (name) } }
        }
        FindingSubject::Role { client, role, role_name, .. } => html! {
            a href={ "/console/clients/" (client) } { (name) }
            span.hint { ", role " @match role_name { Some(name) => (name), None => code { (role) } } }
        },
        FindingSubject::Application { client, .. } => {
            html! { a href={ "/console/applications/" (client) } { (name) } }
        }
        FindingSubject::Provider { provider, .. } => {
            html! { a href={ "/console/providers/" (provider) } { (name) } }
        }
        _ => html! { (name) },
    }
}

/// What ends next.
fn endings(report: &Report) -> Markup {
    html! {
        @if !report.timeline.next.is_empty() {
            h2 { "What ends next" }
            table {
                thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Of what" } } }
                tbody { @for ending in &report.timeline.next { tr {
                    th scope="row" { (when(ending.at)) }
                    td data-label="What" { (ending.kind.title()) }
                    td data-label="Of what" { (ending.name) }
                } } }
            }
        }
    }
}

/// `html`, `markdown` or `json`: a file.
async fn download(State(host): State<Shared>, signed_in: SignedIn, Path(format): Path<String>) -> Answer {
    let ending = match format.as_str() {
        "html" => "html",
        "markdown" => "md",
        "json" => "json",
        _ => return Err(Failure::NotFound),
    };
    let report = review(&host, &signed_in).await?;
    let name = format!("attachment; filename=\"review-{}.{ending}\"", Day::of(report.at));
    let name = (header::CONTENT_DISPOSITION, name);
    Ok(match ending {
        "html" => {
            let policy = (header::CONTENT_SECURITY_POLICY, Report::CONTENT_SECURITY_POLICY.to_owned());
            let kind = (header::CONTENT_TYPE, "text/html; charset=utf-8".to_owned());
            ([name, policy, kind], report.to_html()).into_response()
        }
        "md" => {
            let kind = (header::CONTENT_TYPE, "text/markdown; charset=utf-8".to_owned());
            ([name, kind], report.to_markdown()).into_response()
        }
        _ => ([name], axum::Json(report)).into_response(),
    })
}
