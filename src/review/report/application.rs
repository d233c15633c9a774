//! What is found of an application: an organization's word on a client, whoever owns it.

use super::Evidence;
use super::FindingCode;
use super::FindingSubject;
use super::Review;
use super::Severity;
use super::pictures::one_more;
use crate::model::Approval;
use crate::model::Authorization;
use crate::model::AuthorizationState;
use crate::model::Client;
use crate::model::DayCalls;
use crate::model::Granted;
use crate::model::Lifecycle;
use crate::model::UsageSummary;
use crate::value::Day;
use crate::value::Scope;
use crate::value::Timestamp;

/// An application of the organization, with what bears on it.
#[derive(Clone, Copy, Debug)]
pub struct ApplicationReviewed<'a> {
    /// The organization's word.
    pub authorization: &'a Authorization,
    /// The client; none where there is none any more.
    pub client: Option<&'a Client>,
    /// What it used of the organization's data.
    pub usage: Option<&'a UsageSummary>,
}

/// Failed calls are looked for in so many days, today included.
const FAILING_DAYS: u16 = 30;
/// The fewest calls in these days that tell something.
const FAILING_CALLS: u64 = 100;
/// The fewest calls of a week that tell something.
const UNUSUAL_CALLS: u64 = 1_000;

impl Review<'_> {
    /// And an application of the organization. One whose client is gone is left out (LC-08).
    pub fn add_application(&mut self, reviewed: &ApplicationReviewed<'_>) {
        let ApplicationReviewed { authorization, client, usage } = reviewed;
        let is_own = authorization.organization() == self.organization.id();
        let is_of = |client: &&Client| client.id == authorization.client() && !client.is_gone(self.now);
        let Some(client) = client.filter(|client| is_own && is_of(client)) else { return };
        let subject = FindingSubject::Application { client: client.id, name: client.name.clone() };
        match authorization.state() {
            AuthorizationState::Pending { requested, by, at } => {
                one_more(&mut self.counts.applications.pending);
                if *at <= self.now.minus(self.under.criteria.stale_after) {
                    let evidence = Evidence::Waits { since: *at, by: *by, requested: requested.clone() };
                    self.found((FindingCode::RequestStale, Severity::Low), subject, evidence);
                }
            }
            AuthorizationState::Approved(approval) => {
                one_more(&mut self.counts.applications.approved);
                // What cannot be used is not told as unused.
                if client.lifecycle == Lifecycle::Active {
                    let since = approval.consent.at.max(client.modified);
                    self.find_of_approved((approval, since), self.own(*usage, client.id), &subject);
                }
            }
            AuthorizationState::Revoked(_) => one_more(&mut self.counts.applications.revoked),
        }
    }

    fn find_of_approved(
        &mut self,
        (approval, since): (&Approval, Timestamp),
        usage: Option<&UsageSummary>,
        subject: &FindingSubject,
    ) {
        if let Some(usage) = usage {
            self.find_calls(usage, subject);
        }
        if self.is_recent(since) {
            return;
        }
        match usage.filter(|usage| self.is_recent(usage.last_call())) {
            Some(usage) => self.find_scopes(approval, usage, subject),
            None => {
                let last_call = usage.map(UsageSummary::last_call);
                let evidence = Evidence::Unused { since, last_call, last_secret_use: None };
                let code = FindingCode::ApplicationUnused;
                self.found((code, Severity::Medium), subject.clone(), evidence);
            }
        }
    }

    /// Where scopes are not enforced, or no call told of any, nothing is known of their use. Nor is it of one that was added
    /// since the approval, no one knows when.
    fn find_scopes(&mut self, approval: &Approval, usage: &UsageSummary, subject: &FindingSubject) {
        let Granted::Scopes(granted) = &approval.granted else { return };
        if !self.organization.policy().enforce_scopes
            || usage.scopes().is_empty()
            || usage.is_full_of_scopes()
        {
            return;
        }
        let (mut broad, mut unused) = (Vec::new(), Vec::new());
        for scope in granted.iter().filter(|scope| approval.consent.granted.contains(scope)) {
            match last_need(usage, scope) {
                Some(at) if self.is_recent(at) => {
                    let written = usage.scopes().get(scope).filter(|at| self.is_recent(**at));
                    if written.is_none() && !scope.is_readonly() && self.has_readonly(scope) {
                        broad.push((scope.clone(), at));
                    }
                }
                last => unused.push((scope.clone(), last)),
            }
        }
        if !broad.is_empty() {
            let evidence = Evidence::OnlyRead { since: self.window(), scopes: broad };
            self.found((FindingCode::ScopeBroad, Severity::Medium), subject.clone(), evidence);
        }
        if !unused.is_empty() {
            let (since, last_call) = (self.window(), usage.last_call());
            let evidence = Evidence::NeverNeeded { since, scopes: unused, last_call };
            self.found((FindingCode::ScopeUnused, Severity::Low), subject.clone(), evidence);
        }
    }

    /// Whether the catalog has a form of the scope for reading alone.
    fn has_readonly(&self, scope: &Scope) -> bool {
        let readonly = Scope::new(&format!("{}:readonly", scope.domain()));
        readonly.is_ok_and(|readonly| self.under.scopes.check(&readonly).is_ok())
    }

    fn find_calls(&mut self, usage: &UsageSummary, subject: &FindingSubject) {
        let today = Day::of(self.now);
        let DayCalls { total, failed } = calls(usage, today.minus(FAILING_DAYS.saturating_sub(1)), today);
        let percent = u64::from(self.under.criteria.failing_from);
        if total >= FAILING_CALLS && failed.saturating_mul(100) >= total.saturating_mul(percent) {
            let evidence = Evidence::Failed { failed, calls: total, days: FAILING_DAYS };
            self.found((FindingCode::CallsFailing, Severity::Medium), subject.clone(), evidence);
        }
        // Whole days, so that a week is a week.
        let week = calls(usage, today.minus(7), today.minus(1)).total;
        let usual = calls(usage, today.minus(35), today.minus(8)).total.div_euclid(4);
        let bound = usual.saturating_mul(u64::from(self.under.criteria.unusual_from));
        if week >= UNUSUAL_CALLS && usual > 0 && week >= bound {
            let evidence = Evidence::Unusual { calls: week, usual };
            self.found((FindingCode::CallsUnusual, Severity::Medium), subject.clone(), evidence);
        }
    }
}

/// When the scope was last needed, be it to read alone.
fn last_need(usage: &UsageSummary, scope: &Scope) -> Option<Timestamp> {
    usage.scopes().iter().filter(|(needed, _)| scope.covers(needed)).map(|(_, at)| *at).max()
}

fn calls(usage: &UsageSummary, from: Day, to: Day) -> DayCalls {
    usage.days().range(from..=to).fold(DayCalls::default(), |sum, (_, calls)| sum.and(*calls))
}
