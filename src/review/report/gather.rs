//! Gathers a review, record by record, in bounded space.

use super::Evidence;
use super::Finding;
use super::FindingCode;
use super::FindingSubject;
use super::Report;
use super::ReviewCriteria;
use super::Severity;
use super::listed::Findings;
use super::pictures::Counts;
use super::pictures::one_more;
use super::timeline::Endings;
use crate::model::Client;
use crate::model::ImplicitSunset;
use crate::model::Organization;
use crate::model::Owner;
use crate::model::UsageSummary;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::ScopeCatalog;
use crate::value::Timestamp;

/// What a review goes by, beside the records.
#[derive(Clone, Copy, Debug)]
pub struct ReviewedUnder<'a> {
    /// From when on something is worth a finding.
    pub criteria: &'a ReviewCriteria,
    /// The scopes that there are (SC-02).
    pub scopes: &'a ScopeCatalog,
    /// When the implicit grant ends (GR-05).
    pub sunset: ImplicitSunset,
    /// The most clients that any organization may have (CL-17).
    pub client_limit: u32,
}

/// A review of an organization, as its records are gathered: usage, clients, applications and identity providers, in
/// whatever order (GV-03).
///
/// It holds counts, and the first findings of each code: its size does not grow with what it is given. It takes no
/// record of another organization, but for a client that the organization said a word on; of that it tells the name, and
/// what the organization itself did with it (OR-01).
///
/// ```
/// use grantor::model::ImplicitSunset;
/// use grantor::review::report::{ClientReviewed, Review, ReviewCriteria, ReviewedUnder};
/// use grantor::testing::fixtures;
/// use grantor::value::ScopeCatalog;
///
/// let world = fixtures::world();
/// let under = ReviewedUnder {
///     criteria: &ReviewCriteria::default(),
///     scopes: &ScopeCatalog::default(),
///     sunset: ImplicitSunset::default(),
///     client_limit: 1_000,
/// };
/// let mut review = Review::new(&world.acme, under, fixtures::NOON);
/// review.add_usage(&world.service_usage_summary);
/// review.add_client(&ClientReviewed::new(&world.service));
/// let report = review.report();
/// assert!(report.findings.iter().any(|finding| finding.code.as_str() == "client.description.missing"));
/// ```
#[derive(Debug)]
pub struct Review<'a> {
    pub(super) organization: &'a Organization,
    pub(super) under: ReviewedUnder<'a>,
    pub(super) now: Timestamp,
    pub(super) counts: Counts,
    pub(super) endings: Endings,
    findings: Findings,
    counted_since: Option<Day>,
    /// The last call of all.
    counted_until: Option<Timestamp>,
}

impl<'a> Review<'a> {
    /// The review of the organization at this instant, of which no record is known yet.
    #[must_use]
    pub fn new(organization: &'a Organization, under: ReviewedUnder<'a>, now: Timestamp) -> Self {
        Self {
            organization,
            under,
            now,
            counts: Counts::new(now),
            endings: Endings::new(under.criteria.listed(), now),
            findings: Findings::new(under.criteria.listed()),
            counted_since: None,
            counted_until: None,
        }
    }

    /// And what a client used of the organization's data: any client, those that are gone included.
    pub fn add_usage(&mut self, usage: &UsageSummary) {
        if usage.organization == self.organization.id() && usage.expires() > self.now {
            let first = self.counted_since.map_or(usage.first_day(), |first| first.min(usage.first_day()));
            self.counted_since = Some(first);
            self.counted_until = self.counted_until.max(Some(usage.last_call()));
            self.counts.add_calls(usage);
        }
    }

    /// And a built-in client that the organization said no word on: it is approved (AA-13).
    pub fn add_built_in(&mut self, client: &Client) {
        if matches!(client.owner, Owner::BuiltIn { .. }) && !client.is_gone(self.now) {
            one_more(&mut self.counts.applications.built_in);
        }
    }

    /// The report on what was gathered.
    #[must_use]
    pub fn report(mut self) -> Report {
        self.find_of_organization();
        let window = self.window();
        // Where nobody called at all since then, nobody may have counted.
        let is_use_known = self.counted_since.is_some_and(|first| first.start() <= window)
            && self.counted_until.is_some_and(|last| self.is_recent(last));
        if !is_use_known {
            self.findings.forget(FindingCode::is_of_use);
        }
        let (findings, counts, severities) = self.findings.told();
        Report {
            organization: self.organization.id(),
            name: self.organization.name().clone(),
            at: self.now,
            criteria: *self.under.criteria,
            counted_since: self.counted_since,
            counted_until: self.counted_until,
            is_use_known,
            severities,
            counts,
            findings,
            applications: self.counts.applications,
            calls: self.counts.calls(),
            clients: self.counts.clients.into(),
            secrets: self.counts.secrets.into(),
            timeline: self.endings.told(),
        }
    }

    fn find_of_organization(&mut self) {
        let subject = FindingSubject::Organization {
            id: self.organization.id(),
            name: self.organization.name().clone(),
        };
        let policy = self.organization.policy();
        if !policy.enforce_scopes {
            let code = FindingCode::ScopesNotEnforced;
            self.found((code, Severity::High), subject.clone(), Evidence::NotEnforced);
        }
        let limit = policy.client_limit.min(self.under.client_limit);
        let clients = self.counts.all_clients();
        let percent = u64::from(self.under.criteria.clients_near_limit);
        if clients.saturating_mul(100) >= u64::from(limit).saturating_mul(percent) && clients > 0 {
            let is_full = clients >= u64::from(limit);
            let severity = if is_full { Severity::High } else { Severity::Medium };
            let code = FindingCode::ClientsNearLimit;
            self.found((code, severity), subject, Evidence::Clients { clients, limit });
        }
    }

    pub(super) fn found(
        &mut self,
        (code, severity): (FindingCode, Severity),
        subject: FindingSubject,
        evidence: Evidence,
    ) {
        self.findings.add(Finding { code, severity, subject, evidence });
    }

    /// From this instant on, what was used counts as used.
    pub(super) const fn window(&self) -> Timestamp {
        self.now.minus(self.under.criteria.unused_after)
    }

    /// Whether it happened within the window.
    pub(super) fn is_recent(&self, at: Timestamp) -> bool {
        at > self.window()
    }

    /// The usage, where it is the client's own, of the organization's data, and not over.
    pub(super) fn own<'u>(
        &self,
        usage: Option<&'u UsageSummary>,
        client: ClientId,
    ) -> Option<&'u UsageSummary> {
        let own = |usage: &&UsageSummary| {
            (usage.organization, usage.client) == (self.organization.id(), client)
                && usage.expires() > self.now
        };
        usage.filter(own)
    }
}
