//! The page: what was found, and the pictures.

use core::fmt;
use core::fmt::Display;
use core::fmt::Write;

use super::charts;
use super::charts::Row;
use super::style;
use super::text::Grouped;
use super::text::Plain;
use crate::review::report::EndKind;
use crate::review::report::Finding;
use crate::review::report::Report;
use crate::review::report::Severity;
use crate::value::Day;

/// A `String` takes whatever is written.
pub(in crate::review::report) fn write(report: &Report) -> String {
    let mut out = String::new();
    let _ = written(&mut out, report);
    out
}

fn written(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        out,
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <title>Review of application access: {}</title>\n<style>{}</style>\n</head>\n<body>\n<main>",
        style::IN_PAGE,
        Plain(report.name.as_str()),
        style::STYLE
    )?;
    head(out, report)?;
    figures(out, report)?;
    findings(out, report)?;
    endings(out, report)?;
    criteria(out, report)?;
    writeln!(out, "</main>\n</body>\n</html>")
}

fn head(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        out,
        "<header>\n<h1>Review of application access</h1>\n<p><bdi>{}</bdi> <span class=\"soft\">at <time>{}</time></span></p>\n\
         <nav aria-label=\"Parts of the review\"><ul><li><a href=\"#pictures\">Pictures</a></li>\
         <li><a href=\"#findings\">Findings</a></li><li><a href=\"#endings\">What ends next</a></li>\
         <li><a href=\"#criteria\">Criteria</a></li></ul></nav>\n<ul class=\"tiles\">",
        Plain(report.name.as_str()),
        report.at
    )?;
    for severity in Severity::ALL {
        let count = Grouped(report.severities.of(severity));
        writeln!(out, "<li class=\"{severity}\"><b>{count}</b> {severity}</li>")?;
    }
    let clients = report.clients.iter().fold(0_u64, |sum, counts| sum.saturating_add(counts.total()));
    writeln!(out, "<li><b>{}</b> clients</li>", Grouped(clients))?;
    let approved = report.applications.approved.saturating_add(report.applications.built_in);
    writeln!(out, "<li><b>{}</b> applications approved</li>\n</ul>", Grouped(approved))?;
    let class = if report.is_use_known { "note" } else { "note unknown" };
    writeln!(out, "<p class=\"{class}\">{}</p>\n</header>", Plain(&report.words_on_use()))
}

fn figures(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        out,
        "<section aria-labelledby=\"pictures\">\n<h2 id=\"pictures\">Pictures</h2>\n<div class=\"figures\">"
    )?;
    let applications = report.applications;
    let rows = [
        ("approved", "one", applications.approved),
        ("built in", "one", applications.built_in),
        ("pending", "two", applications.pending),
        ("revoked", "three", applications.revoked),
    ]
    .map(|(label, class, count)| Row { label: label.to_owned(), parts: vec![(class, count)] });
    figure(out, ("Applications by state", "What the organization said on each application"), |out| {
        charts::bars(out, ("applications", "Applications by state"), &rows)?;
        table(out, ["state", "applications"], rows.iter().map(|row| [row.label.clone(), sum(row)]))
    })?;

    figure(out, ("Clients by grant type", "How they obtain tokens, and whether they may"), |out| {
        let rows: Vec<Row> = report
            .clients
            .iter()
            .map(|counts| Row {
                label: counts.grant_type.to_string(),
                parts: vec![("one", counts.active), ("two", counts.inactive), ("three", counts.disabled)],
            })
            .collect();
        charts::bars(out, ("clients", "Clients by grant type"), &rows)?;
        keys(out, &[("one", "active"), ("two", "set for deletion"), ("three", "disabled")])?;
        let cells = report.clients.iter().map(|counts| {
            let numbers = [counts.active, counts.inactive, counts.disabled].map(|count| count.to_string());
            let [active, inactive, disabled] = numbers;
            [counts.grant_type.to_string(), active, inactive, disabled]
        });
        table(out, ["grant type", "active", "set for deletion", "disabled"], cells)
    })?;

    figure(out, ("Age of secrets", "The current ones of active clients, in days"), |out| {
        let old = report.criteria.secret_old_after.div_euclid(Day::SECONDS);
        let rows: Vec<Row> = report
            .secrets
            .iter()
            .map(|ages| {
                let class = if u32::from(ages.from_days) >= old { "two" } else { "one" };
                Row { label: ages.words(), parts: vec![(class, ages.secrets)] }
            })
            .collect();
        charts::bars(out, ("secrets", "Age of secrets in days"), &rows)?;
        keys(out, &[("one", "fresh"), ("two", "old")])?;
        table(out, ["days", "secrets"], rows.iter().map(|row| [row.label.clone(), sum(row)]))
    })?;

    figure(out, ("What ends when", "By week, for a year from now"), |out| {
        charts::timeline(out, ("timeline", "What ends when"), &report.timeline.by_week, report.at)?;
        keys(out, &[("two", "within four weeks"), ("one", "afterwards")])?;
        let weeks = report.timeline.by_week.iter().flat_map(|of_kind| {
            let ends = of_kind.weeks.iter().zip(0_u32..).filter(|(count, _)| **count > 0);
            ends.map(|(count, week)| {
                let begins = Day::of(report.at.plus(week.saturating_mul(7 * Day::SECONDS)));
                [begins.to_string(), of_kind.kind.title().to_owned(), count.to_string()]
            })
        });
        table(out, ["week from", "what", "how many"], weeks)
    })?;

    let (total, failed) = report.all_calls();
    let told =
        format!("{} in {} days, of which {} failed", Grouped(total), report.calls.len(), Grouped(failed));
    figure(out, ("Calls per day", &told), |out| {
        charts::calls(out, ("calls", "Calls per day"), &report.calls)?;
        keys(out, &[("one", "answered"), ("two", "failed")])?;
        let days = report.calls.iter().filter(|day| day.total > 0);
        let cells = days.map(|day| [day.day.to_string(), day.total.to_string(), day.failed.to_string()]);
        table(out, ["day", "calls", "failed"], cells)
    })?;
    writeln!(out, "</div>\n</section>")
}

fn figure(
    out: &mut String,
    (title, told): (&str, &str),
    drawn: impl FnOnce(&mut String) -> fmt::Result,
) -> fmt::Result {
    writeln!(out, "<figure>\n<figcaption>{} <small>{}</small></figcaption>", Plain(title), Plain(told))?;
    drawn(out)?;
    writeln!(out, "</figure>")
}

fn sum(row: &Row) -> String {
    row.parts.iter().fold(0_u64, |sum, (_, part)| sum.saturating_add(*part)).to_string()
}

fn keys(out: &mut String, keys: &[(&str, &str)]) -> fmt::Result {
    write!(out, "<ul class=\"keys\">")?;
    for (class, label) in keys {
        write!(out, "<li class=\"{class}\">{label}</li>")?;
    }
    writeln!(out, "</ul>")
}

/// The numbers of a picture. The first column is the head of its row.
fn table<const N: usize>(
    out: &mut String,
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> fmt::Result {
    write!(
        out,
        "<details><summary>Numbers</summary><table><caption>By {}</caption><thead><tr>",
        head.first().unwrap_or(&"")
    )?;
    for cell in head {
        write!(out, "<th scope=\"col\">{}</th>", Plain(cell))?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for row in rows {
        write!(out, "<tr>")?;
        for (at, cell) in row.iter().enumerate() {
            match at {
                0 => write!(out, "<th scope=\"row\">{}</th>", Plain(cell))?,
                _ => write!(out, "<td>{}</td>", Plain(cell))?,
            }
        }
        writeln!(out, "</tr>")?;
    }
    writeln!(out, "</tbody></table></details>")
}

fn findings(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "<section aria-labelledby=\"findings\">\n<h2 id=\"findings\">Findings</h2>")?;
    if report.findings.is_empty() {
        writeln!(out, "<p>Nothing was found.</p>")?;
    }
    for (group, more) in report.groups() {
        let Some(Finding { code, severity, .. }) = group.first() else { continue };
        writeln!(
            out,
            "<section class=\"card\">\n<header><h3>{}</h3><span class=\"badge {severity}\">{severity}</span></header>\n\
             <p>Remedy: {}.</p>\n<table class=\"findings\">\n<caption>{code}: {}</caption>\n\
             <thead><tr><th scope=\"col\">Subject</th><th scope=\"col\">Evidence</th></tr></thead>\n<tbody>",
            code.title(),
            Plain(code.remedy()),
            Listed(group.len(), more)
        )?;
        for Finding { subject, evidence, .. } in group {
            writeln!(
                out,
                "<tr><th scope=\"row\"><bdi>{}</bdi> <small><bdi>{}</bdi></small></th><td>{}</td></tr>",
                Plain(subject.name().as_str()),
                Plain(&subject.detail()),
                Plain(&evidence.to_string())
            )?;
        }
        writeln!(out, "</tbody>\n</table>\n</section>")?;
    }
    writeln!(out, "</section>")
}

/// How many are listed, and how many are not.
struct Listed(usize, u64);

impl Display for Listed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self(listed, 0) => write!(f, "{listed}"),
            Self(listed, more) => write!(f, "{listed} listed, and {} more", Grouped(*more)),
        }
    }
}

fn endings(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        out,
        "<section aria-labelledby=\"endings\">\n<h2 id=\"endings\">What ends next</h2>\n<div class=\"card\">\n<table>\n\
         <caption>{}</caption>\n<thead><tr><th scope=\"col\">When</th><th scope=\"col\">Of</th></tr></thead>\n<tbody>",
        Listed(report.timeline.next.len(), report.timeline.more)
    )?;
    for ending in &report.timeline.next {
        let of = match ending.kind {
            EndKind::Certificate => "identity provider",
            EndKind::Secret | EndKind::Removal | EndKind::Implicit | EndKind::Review => "client",
        };
        writeln!(
            out,
            "<tr><th scope=\"row\"><time>{}</time> <small>{}</small></th><td><bdi>{}</bdi> <small>{of} {}</small></td></tr>",
            ending.at,
            ending.kind.title(),
            Plain(ending.name.as_str()),
            Plain(&ending.id)
        )?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
}

fn criteria(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(
        out,
        "<section aria-labelledby=\"criteria\">\n<h2 id=\"criteria\">Criteria</h2>\n<div class=\"card\">\n<table>\n\
         <caption>From when on something is worth a finding</caption>\n\
         <thead><tr><th scope=\"col\">Criterion</th><th scope=\"col\">Value</th></tr></thead>\n<tbody>"
    )?;
    for (what, value) in report.words_on_criteria() {
        writeln!(out, "<tr><th scope=\"row\">{what}</th><td>{value}</td></tr>")?;
    }
    writeln!(out, "</tbody>\n</table>\n</div>\n</section>")
}
