//! The report: data, and what it is written as.

use serde::Serialize;

use super::ApplicationCounts;
use super::CallsOfDay;
use super::ClientCounts;
use super::Finding;
use super::FindingCount;
use super::ReviewCriteria;
use super::SecretAges;
use super::SeverityCounts;
use super::Timeline;
use super::html;
use super::markdown;
use crate::value::Day;
use crate::value::Name;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// What was found in an organization, and what its pictures show.
///
/// Its serde form is for programs. Instants are seconds since 1970, and days are numbered from there.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// The organization.
    pub organization: OrganizationId,
    /// Its name.
    pub name: Name,
    /// When it was reviewed.
    pub at: Timestamp,
    /// From when on something was worth a finding.
    pub criteria: ReviewCriteria,
    /// The first day of which a call is known; none where usage was never counted.
    pub counted_since: Option<Day>,
    /// The last call that was counted, of any client; none where usage was never counted.
    pub counted_until: Option<Timestamp>,
    /// Whether usage was counted for long enough, and still is, to tell what is unused.
    pub is_use_known: bool,
    /// How many findings there are of each severity.
    pub severities: SeverityCounts,
    /// How many there are of each code that there is a finding of.
    pub counts: Vec<FindingCount>,
    /// The findings that are listed: by severity, code and subject.
    pub findings: Vec<Finding>,
    /// Applications by state.
    pub applications: ApplicationCounts,
    /// Clients by grant type and state.
    pub clients: Vec<ClientCounts>,
    /// The current secrets of active clients, by age.
    pub secrets: Vec<SecretAges>,
    /// What ends when.
    pub timeline: Timeline,
    /// The calls of each of the last 90 days, today included.
    pub calls: Vec<CallsOfDay>,
}

impl Report {
    /// The `Content-Security-Policy` that suffices for the page of [`to_html`](Self::to_html). The page states it too, but for
    /// `frame-ancestors`, which holds in a header alone.
    pub const CONTENT_SECURITY_POLICY: &str = html::CONTENT_SECURITY_POLICY;

    /// The report as Markdown: headings, and tables of GitHub's form.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        markdown::write(self)
    }

    /// The report as one page that needs nothing else: no script, no font, no picture from elsewhere.
    #[must_use]
    pub fn to_html(&self) -> String {
        html::write(self)
    }

    /// Whether there is more to say of use than findings: in words.
    pub(super) fn words_on_use(&self) -> String {
        let days = self.criteria.unused_after.div_euclid(Day::SECONDS);
        match (self.counted_since, self.is_use_known) {
            (None, _) => {
                "Usage was never counted for this organization: what is unused is not known.".to_owned()
            }
            (Some(_), false) if self.has_stopped() => {
                format!(
                    "No call was counted in the last {days} days: whether usage is still counted, and what is unused, is \
                     not known."
                )
            }
            (Some(since), false) => {
                format!(
                    "Usage is counted since {since}, for less than {days} days: what is unused is not known yet."
                )
            }
            (Some(since), true) => format!("Usage is known since {since}."),
        }
    }

    /// Whether no call at all was counted for as long as something is unused.
    fn has_stopped(&self) -> bool {
        self.counted_until.is_some_and(|last| last <= self.at.minus(self.criteria.unused_after))
    }

    /// The findings of each severity and code, in their order, with how many there are more of the code in all.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&[Finding], u64)> {
        self.findings.chunk_by(|one, next| (one.severity, one.code) == (next.severity, next.code)).map(
            |group| {
                let code = group.first().map(|finding| finding.code);
                let of_code = self.counts.iter().find(|count| Some(count.code) == code);
                // What is not listed stands behind all that is.
                let is_last =
                    self.findings.iter().rfind(|finding| Some(finding.code) == code) == group.last();
                (group, of_code.filter(|_| is_last).map_or(0, |count| count.more))
            },
        )
    }

    /// The criteria, in words.
    pub(super) fn words_on_criteria(&self) -> Vec<(&'static str, String)> {
        let ReviewCriteria {
            unused_after,
            stale_after,
            secret_old_after,
            recommended_lifetime,
            clients_near_limit,
            failing_from,
            unusual_from,
            listed,
        } = self.criteria;
        let time = |seconds: u32| match seconds.checked_rem(Day::SECONDS) {
            Some(0) => format!("{} days", seconds.div_euclid(Day::SECONDS)),
            Some(_) | None => format!("{seconds} s"),
        };
        vec![
            ("unused after", time(unused_after)),
            ("a request is stale after", time(stale_after)),
            ("a secret is old after", time(secret_old_after)),
            ("recommended lifetime", format!("{} s", recommended_lifetime.seconds())),
            ("clients near their limit from", format!("{clients_near_limit} %")),
            ("failing from", format!("{failing_from} % of the calls")),
            ("unusual from", format!("{unusual_from} times the usual calls")),
            ("listed of each code", listed.to_string()),
        ]
    }
}

impl Report {
    /// All calls that are shown, and those that failed.
    pub(super) fn all_calls(&self) -> (u64, u64) {
        self.calls.iter().fold((0, 0), |(total, failed), day| {
            (total.saturating_add(day.total), failed.saturating_add(day.failed))
        })
    }
}
