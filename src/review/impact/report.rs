//! What is told of an impact.

use core::fmt;

use serde::Serialize;

use super::NoLonger;
use crate::model::Reach;
use crate::value::ClientId;
use crate::value::Estimate;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::TokenLifetime;

/// What a change would stop from working (GV-04).
///
/// Its serde form is for programs; as text it is for whoever is about to make the change:
///
/// ```text
/// 1 application would obtain no more tokens in 1 organization
/// 1 000 tokens would stop working: the organization revoked the application (authorization.revoked)
/// last call: 2026-01-15T11:58:20Z
/// ```
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Impact {
    /// When it was asked: by the records of that moment.
    pub at: Timestamp,
    /// The applications that would obtain no more tokens, or fewer scopes or roles: those among the first
    /// [`Impact::MOST_PLACES`] that were looked at, up to [`Impact::NAMED`].
    pub applications: Vec<AffectedApplication>,
    /// How many applications would obtain no more tokens: one for each organization that approved the client.
    pub applications_ended: Estimate,
    /// How many would obtain tokens with less.
    pub applications_narrowed: Estimate,
    /// The organizations that approved the client; none where the change is not about one client of the organization's own.
    pub reach: Option<Reach>,
    /// How many access tokens would stop working at their next use.
    pub tokens_ended: Estimate,
    /// How many would work on with fewer scopes or roles.
    pub tokens_narrowed: Estimate,
    /// How many logins could not be continued by a refresh token.
    pub logins_ended: Estimate,
    /// Why tokens would stop working: stable code and cause of the first that was found.
    pub reason: Option<(&'static str, String)>,
    /// The scopes that would be lost, with their last use in the organization.
    pub scopes: Vec<Lost<Scope>>,
    /// The permissions that were used and would be lost.
    pub permissions: Vec<Lost<Permission>>,
    /// What is served now and would be refused, of which no number is known.
    pub no_longer: Vec<NoLonger>,
    /// The secrets that would end: whoever still has one obtains no more tokens with it.
    pub secrets: Vec<EndingSecret>,
    /// That tokens would live shorter. Those that live already keep their time.
    pub shortened: Option<Shortened>,
    /// What logging in by an identity provider would come to.
    pub sign_on: Option<OnSignOn>,
    /// When the client last called in the organization, as far back as usage is kept.
    pub last_call: Option<Timestamp>,
}

/// An application that would obtain no more tokens, or less.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct AffectedApplication {
    /// The organization that approved it.
    pub organization: OrganizationId,
    /// The client.
    pub client: ClientId,
    /// Whether it would obtain none; otherwise tokens with less.
    pub ends: bool,
}

impl AffectedApplication {
    /// The application, which would obtain no more tokens, or less.
    #[must_use]
    pub const fn new(organization: OrganizationId, client: ClientId, ends: bool) -> Self {
        Self { organization, client, ends }
    }
}

/// What would be lost, and when it was last used.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Lost<T> {
    /// What.
    pub what: T,
    /// When it last let a call through, within the last 400 days; none where it did not.
    pub last_used: Option<Timestamp>,
}

/// A secret that would end.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct EndingSecret {
    /// Which.
    pub id: SecretId,
    /// When it would end.
    pub ends: Timestamp,
    /// When it was last used, to the minute; none where it never was.
    pub last_used: Option<Timestamp>,
}

/// That tokens would live shorter.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Shortened {
    /// How many applications there are whose tokens would live shorter.
    pub applications: Estimate,
    /// The longest that they live now.
    pub before: TokenLifetime,
    /// The longest that they would live.
    pub after: TokenLifetime,
}

/// What logging in by an identity provider would come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct OnSignOn {
    /// Whether nobody could log in by it from the change on.
    pub ends: bool,
    /// From when on nobody could log in by it, where that is later than the change and sooner than it is without it.
    pub ends_sooner: Option<Timestamp>,
    /// Whether it would need a test login before it is enabled again (SA-05).
    pub needs_test: bool,
    /// From when on none of its certificates would be valid; none where it is gone.
    pub none_valid_from: Option<Timestamp>,
    /// Whether another identity provider would let users in at the instant at which this one does not any more.
    pub other_lets_in: bool,
    /// Active users with an email address, who may log in by it.
    pub users: Estimate,
}

impl OnSignOn {
    /// Nothing changes for these users.
    #[must_use]
    pub const fn none(users: Estimate) -> Self {
        Self {
            ends: false,
            ends_sooner: None,
            needs_test: false,
            none_valid_from: None,
            other_lets_in: false,
            users,
        }
    }
}

impl Impact {
    /// 200: the most organizations or applications in which a change is looked at.
    pub const MOST_PLACES: u16 = 200;
    /// 100: the most applications that are named.
    pub const NAMED: usize = 100;

    /// Nothing would stop working.
    #[must_use]
    pub const fn none(at: Timestamp) -> Self {
        Self {
            at,
            applications: Vec::new(),
            applications_ended: Estimate::NONE,
            applications_narrowed: Estimate::NONE,
            reach: None,
            tokens_ended: Estimate::NONE,
            tokens_narrowed: Estimate::NONE,
            logins_ended: Estimate::NONE,
            reason: None,
            scopes: Vec::new(),
            permissions: Vec::new(),
            no_longer: Vec::new(),
            secrets: Vec::new(),
            shortened: None,
            sign_on: None,
            last_call: None,
        }
    }

    /// Whether nothing that works would stop working, or work with less: as far as it was looked at.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let counts = [
            self.applications_ended,
            self.applications_narrowed,
            self.tokens_ended,
            self.tokens_narrowed,
            self.logins_ended,
        ];
        counts.iter().all(Estimate::is_none)
            && self.no_longer.is_empty()
            && self.secrets.is_empty()
            && self.shortened.is_none()
            && !self.sign_on.is_some_and(|sign_on| sign_on.ends || sign_on.ends_sooner.is_some())
    }
}

/// One line for each thing that would stop working.
impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines = Vec::new();
        let mut count = |number: Estimate, one: &str, many: &str, what: String| {
            if !number.is_none() {
                let noun = if number == Estimate::exactly(1) { one } else { many };
                lines.push(format!("{number} {noun} {what}"));
            }
        };
        let because = |what: &str| match &self.reason {
            Some((code, cause)) => format!("{what}: {cause} ({code})"),
            None => what.to_owned(),
        };
        count(self.applications_ended, "application", "applications", "would obtain no more tokens".into());
        count(
            self.applications_narrowed,
            "application",
            "applications",
            "would obtain tokens with less".into(),
        );
        count(self.tokens_ended, "access token", "access tokens", because("would stop working"));
        count(self.tokens_narrowed, "access token", "access tokens", "would work on with less".into());
        count(self.logins_ended, "login", "logins", "could not be continued".into());
        for Lost { what, last_used } in &self.scopes {
            lines.push(format!("the scope `{what}` would be lost, {}", used(*last_used)));
        }
        for Lost { what, last_used } in &self.permissions {
            lines.push(format!("the permission `{what}` would be lost, {}", used(*last_used)));
        }
        lines.extend(self.no_longer.iter().map(ToString::to_string));
        for EndingSecret { id, ends, last_used } in &self.secrets {
            lines.push(format!("the secret {id} would end at {ends}, {}", used(*last_used)));
        }
        if let Some(Shortened { applications, before, after }) = self.shortened {
            let (before, after) = (before.seconds(), after.seconds());
            lines.push(format!(
                "tokens of {applications} applications would live {after} s at most, where they live {before} s now; \
                 those that live already keep their time"
            ));
        }
        if let Some(OnSignOn { ends, ends_sooner, users, other_lets_in, .. }) = self.sign_on {
            let or = if other_lets_in { "another lets them in" } else { "no other lets them in" };
            let from = ends_sooner.map(|at| format!(" from {at} on")).unwrap_or_default();
            if ends || ends_sooner.is_some() {
                lines.push(format!("{users} users could not log in by this identity provider{from}: {or}"));
            }
        }
        if let Some(last_call) = self.last_call {
            lines.push(format!("last call: {last_call}"));
        }
        if self.is_none() {
            lines.insert(0, "nothing would stop working".to_owned());
        }
        f.write_str(&lines.join("\n"))
    }
}

fn used(at: Option<Timestamp>) -> String {
    at.map_or_else(|| "not seen in use".to_owned(), |at| format!("last used at {at}"))
}
