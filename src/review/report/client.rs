//! What is found of a client of the organization.

use std::sync::Arc;

use super::Evidence;
use super::FindingCode;
use super::FindingSubject;
use super::Review;
use super::Severity;
use super::timeline::EndKind;
use crate::model::Client;
use crate::model::ClientSecrets;
use crate::model::CodeClient;
use crate::model::Division;
use crate::model::Grant;
use crate::model::GrantType;
use crate::model::Pkce;
use crate::model::Role;
use crate::model::RoleGrants;
use crate::model::SecretUse;
use crate::model::UsageSummary;
use crate::value::Day;
use crate::value::PermissionPattern;
use crate::value::RoleId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// A client of the organization, with what bears on it.
#[derive(Clone, Copy, Debug)]
pub struct ClientReviewed<'a> {
    /// The client.
    pub client: &'a Client,
    /// When its secrets were last used.
    pub uses: &'a [SecretUse],
    /// What it used of the organization's data.
    pub usage: Option<&'a UsageSummary>,
    /// Whether another organization approved it and may have used it since. See [`Review::is_unused_here`].
    pub is_used_elsewhere: bool,
    /// The roles that it has, as far as there are such roles.
    pub roles: &'a [Arc<Role>],
}

impl<'a> ClientReviewed<'a> {
    /// The client, of which nothing else is known.
    #[must_use]
    pub const fn new(client: &'a Client) -> Self {
        Self { client, uses: &[], usage: None, is_used_elsewhere: false, roles: &[] }
    }

    fn last_secret_use(&self) -> Option<Timestamp> {
        self.uses.iter().filter(|used| used.client == self.client.id).map(|used| used.last_used).max()
    }
}

/// How many patterns of a role are told.
const PATTERNS: usize = 5;

/// How many days before the end of implicit its clients are urgent.
const IMPLICIT_URGENT: i64 = 90;

impl Review<'_> {
    /// And a client of the organization. One that is gone, or another's, is left out (LC-08, OR-01).
    ///
    /// Of one that is set for deletion or disabled nothing is told but its removal: it obtains no tokens.
    pub fn add_client(&mut self, reviewed: &ClientReviewed<'_>) {
        let client = reviewed.client;
        if client.organization() != Some(self.organization.id()) || client.is_gone(self.now) {
            return;
        }
        self.counts.add_client(client.grant.grant_type(), &client.lifecycle);
        if let Some(deletion) = client.lifecycle.deletion() {
            let evidence =
                Evidence::Removal { removal: deletion.removal, asked: deletion.at, by: deletion.by };
            self.endings.add(deletion.removal, EndKind::Removal, (&client.name, client.id.to_string()));
            self.found((FindingCode::ClientAwaitsRemoval, Severity::Notice), subject(client), evidence);
        }
        if client.lifecycle.name() != "active" {
            return;
        }
        self.find_unused_client(reviewed);
        self.find_unwritten(client);
        self.find_implicit(client);
        self.find_lifetime(client);
        if let Some(secrets) = client.grant.secrets() {
            self.find_secrets(reviewed, secrets);
        }
        if let Some(grants) = client.grant.roles() {
            self.find_roles(reviewed, grants);
        }
    }

    /// Whether a client of the organization is old enough, and neither called here nor authenticated, to be told as unused
    /// if no other organization used it either: only then is it worth looking.
    #[must_use]
    pub fn is_unused_here(&self, reviewed: &ClientReviewed<'_>) -> bool {
        let usage = self.own(reviewed.usage, reviewed.client.id);
        let last = [usage.map(UsageSummary::last_call), reviewed.last_secret_use()];
        !self.is_recent(usable_since(reviewed.client))
            && !last.into_iter().flatten().any(|at| self.is_recent(at))
    }

    fn find_unused_client(&mut self, reviewed: &ClientReviewed<'_>) {
        let client = reviewed.client;
        if self.is_unused_here(reviewed) && !reviewed.is_used_elsewhere {
            let evidence = Evidence::Unused {
                since: usable_since(client),
                last_call: self.own(reviewed.usage, client.id).map(UsageSummary::last_call),
                last_secret_use: reviewed.last_secret_use(),
            };
            self.found((FindingCode::ClientUnused, Severity::Medium), subject(client), evidence);
        }
    }

    /// What nobody wrote down, or came back to.
    fn find_unwritten(&mut self, client: &Client) {
        let evidence = Evidence::NotWritten { created: client.created, created_by: client.created_by };
        if client.description.is_none() {
            self.found((FindingCode::DescriptionMissing, Severity::Low), subject(client), evidence.clone());
        }
        if client.governance.contact.is_none() {
            self.found((FindingCode::ContactMissing, Severity::Notice), subject(client), evidence);
        }
        if let Some(due) = client.governance.next_review {
            self.endings.add(due, EndKind::Review, (&client.name, client.id.to_string()));
            if due <= self.now {
                let evidence = Evidence::ReviewDue { due };
                self.found((FindingCode::ReviewOverdue, Severity::Medium), subject(client), evidence);
            }
        }
    }

    fn find_implicit(&mut self, client: &Client) {
        if client.grant.grant_type() == GrantType::Implicit {
            let ends = self.under.sunset.use_ends;
            let days_left = ends.seconds_since(self.now).max(0).div_euclid(i64::from(Day::SECONDS));
            let severity = if days_left < IMPLICIT_URGENT { Severity::High } else { Severity::Medium };
            let evidence = Evidence::ImplicitEnds { ends, days_left };
            self.endings.add(ends, EndKind::Implicit, (&client.name, client.id.to_string()));
            self.found((FindingCode::ClientImplicit, severity), subject(client), evidence);
        }
        if let Grant::AuthorizationCode {
            client: CodeClient::Confidential { pkce: Pkce::Optional, .. },
            ..
        } = &client.grant
        {
            let code = FindingCode::PkceOptional;
            self.found((code, Severity::Medium), subject(client), Evidence::PkceOptional);
        }
    }

    /// The smallest bound wins at issue (TK-03): a lifetime that the policy cuts is not long.
    fn find_lifetime(&mut self, client: &Client) {
        let most = self.organization.policy().maximum_lifetime;
        let lifetime = most.map_or(client.lifetime, |most| most.min(client.lifetime));
        let recommended = self.under.criteria.recommended_lifetime;
        if lifetime > recommended {
            let is_for_months = lifetime > TokenLifetime::MAX;
            let severity = if is_for_months { Severity::Medium } else { Severity::Low };
            let evidence =
                Evidence::Lifetime { seconds: lifetime.seconds(), recommended: recommended.seconds() };
            self.found((FindingCode::LifetimeLong, severity), subject(client), evidence);
        }
    }

    fn find_secrets(&mut self, reviewed: &ClientReviewed<'_>, secrets: &ClientSecrets) {
        let client = reviewed.client;
        let last_used = |id| {
            let of_secret = |used: &&SecretUse| used.secret == id && used.client == client.id;
            reviewed.uses.iter().find(of_secret).map(|used| used.last_used)
        };
        let of_secret =
            |secret| FindingSubject::Secret { client: client.id, name: client.name.clone(), secret };
        let Some(current) = secrets.current() else { return };
        let age = self.now.seconds_since(current.created).max(0);
        let days = age.div_euclid(i64::from(Day::SECONDS));
        self.counts.add_secret(days);
        if age >= i64::from(self.under.criteria.secret_old_after) {
            let last_used = last_used(current.id);
            let evidence = Evidence::SecretAge { created: current.created, days, last_used };
            self.found((FindingCode::SecretOld, Severity::Medium), of_secret(current.id), evidence);
        }
        let Some(previous) = secrets.previous() else { return };
        let Some(ends) = previous.expires.filter(|ends| *ends > self.now) else { return };
        self.endings.add(ends, EndKind::Secret, (&client.name, client.id.to_string()));
        if let Some(last_used) = last_used(previous.id).filter(|at| *at > current.created) {
            let evidence = Evidence::Replaced { replaced: current.created, last_used, ends };
            self.found((FindingCode::SecretOverlapInUse, Severity::High), of_secret(previous.id), evidence);
        }
    }

    fn find_roles(&mut self, reviewed: &ClientReviewed<'_>, grants: &RoleGrants) {
        let organization = self.organization.id();
        for id in grants.roles() {
            let role = reviewed.roles.iter().find(|role| role.id == id && role.organization == organization);
            let of_role = FindingSubject::Role {
                client: reviewed.client.id,
                name: reviewed.client.name.clone(),
                role: id,
                role_name: role.map(|role| role.name.clone()),
            };
            let divisions = divisions(grants, id);
            let Some(role) = role else {
                self.found((FindingCode::RoleMissing, Severity::Low), of_role, divisions);
                continue;
            };
            if let Evidence::Divisions { all: true, .. } = divisions {
                self.found((FindingCode::RoleEverywhere, Severity::Low), of_role.clone(), divisions);
            }
            if let Some((severity, wildcards)) = wildcards(role) {
                self.found((FindingCode::RoleWildcard, severity), of_role.clone(), wildcards);
            }
            if let Some(last_call) = self.last_call_without(reviewed, role) {
                let permissions = role.permissions.len();
                let evidence = Evidence::RoleUnused { since: self.window(), permissions, last_call };
                self.found((FindingCode::RoleUnused, Severity::Medium), of_role, evidence);
            }
        }
    }

    /// The last call of a client that is in use and has needed nothing of the role: of one that was not changed since, and
    /// of which all needs are known.
    fn last_call_without(&self, reviewed: &ClientReviewed<'_>, role: &Role) -> Option<Timestamp> {
        let usage = self.own(reviewed.usage, reviewed.client.id)?;
        let is_known = self.is_recent(usage.last_call())
            && !self.is_recent(reviewed.client.modified)
            && !usage.is_full_of_permissions();
        let mut needed = usage.permissions().iter().filter(|(_, at)| self.is_recent(**at));
        let is_needed = needed.any(|(permission, _)| role.permissions.covers(permission));
        (is_known && !is_needed).then_some(usage.last_call())
    }
}

/// Since when it has been as it is. What was enabled, restored or edited of late was not left lying about, and may have had
/// no chance to call before.
fn usable_since(client: &Client) -> Timestamp {
    client.created.max(client.modified)
}

fn subject(client: &Client) -> FindingSubject {
    FindingSubject::Client { client: client.id, name: client.name.clone() }
}

fn divisions(grants: &RoleGrants, role: RoleId) -> Evidence {
    let (mut all, mut named) = (false, 0_usize);
    for grant in grants.iter().filter(|grant| grant.role == role) {
        match grant.division {
            Division::All => all = true,
            Division::One(_) => named = named.saturating_add(1),
        }
    }
    Evidence::Divisions { all, named }
}

/// The widest patterns with a wildcard: those with the most.
fn wildcards(role: &Role) -> Option<(Severity, Evidence)> {
    let stars = |pattern: &PermissionPattern| {
        [pattern.domain(), pattern.entity(), pattern.action()].iter().filter(|part| **part == "*").count()
    };
    let mut wide: Vec<(usize, &PermissionPattern)> = role
        .permissions
        .iter()
        .map(|pattern| (stars(pattern), pattern))
        .filter(|(stars, _)| *stars > 0)
        .collect();
    wide.sort_by(|(one, of_one), (other, of_other)| other.cmp(one).then_with(|| of_one.cmp(of_other)));
    let is_of_all = wide.first().map(|(_, widest)| widest.domain() == "*" && widest.entity() == "*")?;
    let severity = if is_of_all { Severity::High } else { Severity::Medium };
    let patterns = wide.iter().take(PATTERNS).map(|(_, pattern)| pattern.as_str().to_owned()).collect();
    Some((severity, Evidence::Wildcards { patterns, more: wide.len().saturating_sub(PATTERNS) }))
}
