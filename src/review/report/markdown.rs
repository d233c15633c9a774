//! The report as Markdown.

use core::fmt;
use core::fmt::Write;

use super::Report;
use super::Severity;
use crate::value::is_unseen;

/// A text that means nothing in Markdown, nor in HTML within it, whatever it holds (threat 42).
struct Plain<'a>(&'a str);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, found) in self.0.char_indices() {
            let (before, after) = (self.0.get(..at), self.0.get(at.saturating_add(1)..));
            match found {
                // A URL or an address would become a link.
                ':' if after.is_some_and(|after| after.starts_with('/')) => f.write_str("\\:")?,
                '.' if before.is_some_and(|before| before.ends_with(['w', 'W'])) => f.write_str("\\.")?,
                '@' => f.write_str("&#64;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '&' => f.write_str("&amp;")?,
                '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '+' | '!' | '|' | '~'
                | '^' | '$' | '=' => write!(f, "\\{found}")?,
                found if is_unseen(found) => f.write_char(char::REPLACEMENT_CHARACTER)?,
                found => f.write_char(found)?,
            }
        }
        Ok(())
    }
}

/// A `String` takes whatever is written.
pub(super) fn write(report: &Report) -> String {
    let mut out = String::new();
    let _ = written(&mut out, report);
    out
}

fn written(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "# Review of application access\n")?;
    let organization = report.organization.to_string();
    // The name does not begin the line, where it could be a list.
    writeln!(out, "Organization {} ({organization}), at {}\n", Plain(report.name.as_str()), report.at)?;
    writeln!(out, "{}\n", report.words_on_use())?;
    table(
        out,
        &["severity", "findings"],
        Severity::ALL.map(|severity| [severity.to_string(), report.severities.of(severity).to_string()]),
    )?;
    findings(out, report)?;
    pictures(out, report)?;
    writeln!(out, "## Criteria\n")?;
    table(
        out,
        &["criterion", "value"],
        report.words_on_criteria().into_iter().map(|(what, value)| [what.to_owned(), value]),
    )
}

fn findings(out: &mut String, report: &Report) -> fmt::Result {
    let mut last = None;
    for (group, more) in report.groups() {
        let Some(first) = group.first() else { continue };
        if last.replace(first.severity) != Some(first.severity) {
            writeln!(out, "## Findings of severity {}\n", first.severity)?;
        }
        writeln!(out, "### {}\n\n`{}`: {}.\n", first.code.title(), first.code, first.remedy())?;
        table(
            out,
            &["subject", "evidence"],
            group.iter().map(|finding| [finding.subject.to_string(), finding.evidence.to_string()]),
        )?;
        if more > 0 {
            writeln!(out, "and {more} more\n")?;
        }
    }
    Ok(())
}

fn pictures(out: &mut String, report: &Report) -> fmt::Result {
    writeln!(out, "## Applications by state\n")?;
    let applications = report.applications;
    table(
        out,
        &["state", "applications"],
        [
            ("approved", applications.approved),
            ("built in", applications.built_in),
            ("pending", applications.pending),
            ("revoked", applications.revoked),
        ]
        .map(|(state, count)| [state.to_owned(), count.to_string()]),
    )?;
    writeln!(out, "## Clients by grant type\n")?;
    table(
        out,
        &["grant type", "active", "inactive", "disabled"],
        report.clients.iter().map(|counts| {
            [
                counts.grant_type.to_string(),
                counts.active.to_string(),
                counts.inactive.to_string(),
                counts.disabled.to_string(),
            ]
        }),
    )?;
    writeln!(out, "## Age of secrets\n")?;
    table(
        out,
        &["days", "secrets"],
        report.secrets.iter().map(|ages| [ages.words(), ages.secrets.to_string()]),
    )?;
    writeln!(out, "## What ends next\n")?;
    table(
        out,
        &["when", "what", "of"],
        report.timeline.next.iter().map(|ending| {
            [
                ending.at.to_string(),
                ending.kind.title().to_owned(),
                format!("{} ({})", ending.name, ending.id),
            ]
        }),
    )?;
    if report.timeline.more > 0 {
        writeln!(out, "and {} more\n", report.timeline.more)?;
    }
    let (total, failed) = report.all_calls();
    writeln!(out, "## Calls\n\n{total} in {} days, of which {failed} failed.\n", report.calls.len())
}

fn table<const N: usize>(
    out: &mut String,
    head: &[&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> fmt::Result {
    writeln!(out, "| {} |\n|{}", head.join(" | "), "---|".repeat(N))?;
    for row in rows {
        for cell in &row {
            write!(out, "| {} ", Plain(cell))?;
        }
        writeln!(out, "|")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// threat 42: nothing that a name holds is markup, a link, a cell or a line.
    #[test]
    fn threat_42_a_text_means_nothing_in_markdown() {
        for (hostile, neutral) in [
            ("<script>", "&lt;script&gt;"),
            ("a|b", r"a\|b"),
            ("[x](javascript:1)", r"\[x\]\(javascript:1\)"),
            ("![x]", r"\!\[x\]"),
            ("https://x.example", r"https\://x.example"),
            ("www.x.example", r"www\.x.example"),
            ("a@b.example", "a&#64;b.example"),
            ("**b** _i_ `c`", r"\*\*b\*\* \_i\_ \`c\`"),
            ("a\nb\u{202e}c\u{200b}", "a\u{fffd}b\u{fffd}c\u{fffd}"),
            ("&lt;", "&amp;lt;"),
            (r"\|", r"\\\|"),
            ("Müller – 北京", "Müller – 北京"),
        ] {
            assert_eq!(Plain(hostile).to_string(), neutral);
        }
    }
}
