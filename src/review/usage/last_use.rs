//! When a client was last used, and what of it is not used at all.

use std::collections::BTreeMap;

use crate::model::UsageDay;
use crate::model::UsageSummary;
use crate::value::Day;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::Scopes;
use crate::value::Timestamp;

/// When a client was last used for an organization's data, as far back as usage is kept: 400 days.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct LastUse {
    /// When the last call was; none where there was none.
    pub last_call: Option<Timestamp>,
    /// When each scope last let a call through: of those that the call accepted and the token held, the least. A scope
    /// for writing that stands here only as `:readonly` was not needed for more.
    pub scopes: BTreeMap<Scope, Timestamp>,
    /// When each permission last let a call through.
    pub permissions: BTreeMap<Permission, Timestamp>,
}

impl LastUse {
    /// What the summary tells of it now: nothing that is more than 400 days old.
    #[must_use]
    pub fn of(summary: &UsageSummary, now: Timestamp) -> Self {
        let is_kept = |at: Timestamp| Day::of(at).end().plus(UsageDay::RETENTION) > now;
        fn kept<K: Clone + Ord>(
            rows: &BTreeMap<K, Timestamp>,
            is_kept: impl Fn(Timestamp) -> bool,
        ) -> BTreeMap<K, Timestamp> {
            rows.iter().filter(|(_, at)| is_kept(**at)).map(|(key, at)| (key.clone(), *at)).collect()
        }
        Self {
            last_call: Some(summary.last_call()).filter(|at| is_kept(*at)),
            scopes: kept(summary.scopes(), is_kept),
            permissions: kept(summary.permissions(), is_kept),
        }
    }

    /// And this day.
    pub fn add(&mut self, day: &UsageDay) {
        self.last_call = self.last_call.max(day.usage.last_call());
        for (scope, at) in day.usage.scopes() {
            later(self.scopes.entry(scope.clone()).or_insert(*at), *at);
        }
        for (permission, at) in day.usage.permissions() {
            later(self.permissions.entry(permission.clone()).or_insert(*at), *at);
        }
    }

    /// Those of the scopes that no call needed: neither themselves, nor to read.
    ///
    /// ```
    /// # use grantor::review::usage::LastUse;
    /// # use grantor::value::{Scopes, Timestamp};
    /// let mut last = LastUse::default();
    /// last.scopes.insert("users:readonly".parse()?, Timestamp::from_unix(1_768_478_400));
    /// let granted = Scopes::parse("analytics users")?;
    /// assert_eq!(last.unused(&granted), ["analytics".parse()?]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn unused(&self, granted: &Scopes) -> Vec<Scope> {
        let is_used = |scope: &Scope| self.scopes.keys().any(|used| scope.covers(used));
        granted.iter().filter(|scope| !is_used(scope)).cloned().collect()
    }
}

fn later(last: &mut Timestamp, at: Timestamp) {
    *last = at.max(*last);
}
