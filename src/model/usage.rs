//! How a client was used in an organization (GV-02).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::Serialize;

use super::Calls;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::Endpoint;
use crate::value::OrganizationId;
use crate::value::Permission;
use crate::value::Scope;
use crate::value::Timestamp;
use crate::value::UserId;

/// How a client was used on one day, of the data of one organization (GV-02).
///
/// Whoever owns the client: it belongs to the organization whose data was opened. It is kept for
/// [`UsageDay::RETENTION`], whatever becomes of the client.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsageDay {
    /// The organization whose data was opened.
    pub organization: OrganizationId,
    /// The client that called.
    pub client: ClientId,
    /// The day, in UTC.
    pub day: Day,
    /// What it called.
    pub usage: Usage,
}

impl UsageDay {
    /// 34 560 000 s, 400 days: how long it is kept after the end of its day.
    pub const RETENTION: u32 = 400 * Day::SECONDS;

    /// From when on it is forgotten.
    #[must_use]
    pub fn expires(&self) -> Timestamp {
        self.day.end().plus(Self::RETENTION)
    }
}

/// Calls by endpoint and by caller, and what they needed.
///
/// It names at most [`Usage::MAX_ENDPOINTS`] endpoints, [`Usage::MAX_USERS`] users and [`Usage::MAX_NEEDS`] scopes and
/// as many permissions: those that came first. Calls beyond that are counted as others; none is lost. Every call
/// is counted once among the endpoints, and once among the callers.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Usage {
    endpoints: BTreeMap<Endpoint, Calls>,
    #[serde(skip_serializing_if = "Calls::is_none")]
    other_endpoints: Calls,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    users: BTreeMap<UserId, Calls>,
    #[serde(skip_serializing_if = "Calls::is_none")]
    other_callers: Calls,
    #[serde(skip_serializing_if = "Calls::is_none")]
    without_user: Calls,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    scopes: BTreeMap<Scope, Timestamp>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    permissions: BTreeMap<Permission, Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_call: Option<Timestamp>,
}

/// Who called, as far as usage tells it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Caller {
    /// The client on its own behalf.
    Client,
    /// The client in this user's name.
    User(UserId),
    /// Somebody for whom there was no place.
    Other,
}

/// Calls that have everything in common but their status.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Counted<'a> {
    /// What was called; none where there was no place for it.
    pub endpoint: Option<&'a Endpoint>,
    /// Who called.
    pub caller: Caller,
    /// How often, by class.
    pub calls: Calls,
    /// The scope that let the calls through.
    pub scope: Option<&'a Scope>,
    /// The permissions that let them through.
    pub permissions: &'a [Permission],
    /// When the last of them was.
    pub last_call: Timestamp,
}

impl Usage {
    /// 200: the most endpoints that are named.
    pub const MAX_ENDPOINTS: usize = 200;
    /// 500: the most users that are named.
    pub const MAX_USERS: usize = 500;
    /// 200: the most scopes that are named, and the most permissions.
    pub const MAX_NEEDS: usize = 200;

    /// Adds these calls.
    pub fn count(&mut self, counted: &Counted<'_>) {
        let Counted { endpoint, caller, calls, scope, permissions, last_call } = *counted;
        if calls.is_none() {
            return;
        }
        self.add_endpoint(endpoint, calls);
        match caller {
            Caller::Client => self.without_user = self.without_user.and(calls),
            Caller::User(user) => self.add_user(user, calls),
            Caller::Other => self.other_callers = self.other_callers.and(calls),
        }
        if let Some(scope) = scope {
            used(&mut self.scopes, scope, last_call);
        }
        for permission in permissions {
            used(&mut self.permissions, permission, last_call);
        }
        self.last_call = self.last_call.max(Some(last_call));
    }

    /// Adds all calls of another one.
    pub fn merge(&mut self, other: &Self) {
        for (endpoint, calls) in &other.endpoints {
            self.add_endpoint(Some(endpoint), *calls);
        }
        self.other_endpoints = self.other_endpoints.and(other.other_endpoints);
        for (user, calls) in &other.users {
            self.add_user(*user, *calls);
        }
        self.other_callers = self.other_callers.and(other.other_callers);
        self.without_user = self.without_user.and(other.without_user);
        for (scope, at) in &other.scopes {
            used(&mut self.scopes, scope, *at);
        }
        for (permission, at) in &other.permissions {
            used(&mut self.permissions, permission, *at);
        }
        self.last_call = self.last_call.max(other.last_call);
    }

    /// All calls.
    #[must_use]
    pub fn calls(&self) -> Calls {
        self.endpoints.values().fold(self.other_endpoints, |sum, calls| sum.and(*calls))
    }

    /// The calls of each endpoint, in the order of the methods and templates.
    #[must_use]
    pub const fn endpoints(&self) -> &BTreeMap<Endpoint, Calls> {
        &self.endpoints
    }

    /// The calls of endpoints that are not named.
    #[must_use]
    pub const fn other_endpoints(&self) -> Calls {
        self.other_endpoints
    }

    /// The calls in each user's name.
    #[must_use]
    pub const fn users(&self) -> &BTreeMap<UserId, Calls> {
        &self.users
    }

    /// The calls of callers who are not named.
    #[must_use]
    pub const fn other_callers(&self) -> Calls {
        self.other_callers
    }

    /// The calls of the client on its own behalf.
    #[must_use]
    pub const fn without_user(&self) -> Calls {
        self.without_user
    }

    /// When each scope last let a call through: of the accepted scopes that the token held, the least.
    #[must_use]
    pub const fn scopes(&self) -> &BTreeMap<Scope, Timestamp> {
        &self.scopes
    }

    /// When each permission last let a call through.
    #[must_use]
    pub const fn permissions(&self) -> &BTreeMap<Permission, Timestamp> {
        &self.permissions
    }

    /// When the last call was.
    #[must_use]
    pub const fn last_call(&self) -> Option<Timestamp> {
        self.last_call
    }

    fn add_endpoint(&mut self, endpoint: Option<&Endpoint>, calls: Calls) {
        match endpoint.and_then(|endpoint| place(&mut self.endpoints, endpoint, Self::MAX_ENDPOINTS)) {
            Some(there) => *there = there.and(calls),
            None => self.other_endpoints = self.other_endpoints.and(calls),
        }
    }

    fn add_user(&mut self, user: UserId, calls: Calls) {
        match place(&mut self.users, &user, Self::MAX_USERS) {
            Some(there) => *there = there.and(calls),
            None => self.other_callers = self.other_callers.and(calls),
        }
    }
}

/// The place of the key; none where it has none and all are taken.
fn place<'m, K: Clone + Ord>(
    rows: &'m mut BTreeMap<K, Calls>,
    key: &K,
    most: usize,
) -> Option<&'m mut Calls> {
    if rows.len() >= most && !rows.contains_key(key) {
        return None;
    }
    Some(rows.entry(key.clone()).or_default())
}

fn used<K: Clone + Ord>(rows: &mut BTreeMap<K, Timestamp>, key: &K, at: Timestamp) {
    if rows.len() >= Usage::MAX_NEEDS && !rows.contains_key(key) {
        return;
    }
    let last = rows.entry(key.clone()).or_insert(at);
    *last = at.max(*last);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn endpoint(number: usize) -> Endpoint {
        Endpoint::new("GET", &format!("/{number}")).unwrap()
    }

    fn user(number: usize) -> UserId {
        UserId::from_bytes((number as u128).to_be_bytes())
    }

    fn one(number: usize) -> Usage {
        let mut usage = Usage::default();
        let scope = Scope::new(&format!("s{number}")).unwrap();
        let permission = Permission::new(&format!("a:b:c{number}")).unwrap();
        usage.count(&Counted {
            endpoint: Some(&endpoint(number)),
            caller: Caller::User(user(number)),
            calls: Calls::new([0, 2, 0, 1, 0]),
            scope: Some(&scope),
            permissions: &[permission],
            last_call: NOON.plus(u32::try_from(number).unwrap()),
        });
        usage
    }

    fn callers(usage: &Usage) -> u64 {
        let users: u64 = usage.users().values().map(Calls::total).sum();
        users + usage.other_callers().total() + usage.without_user().total()
    }

    /// GV-02: whatever has no place of its own is counted as other, and the sums stay what they are.
    #[test]
    fn gv_02_rows_are_bounded_and_no_call_is_lost() {
        let mut usage = Usage::default();
        for number in 0..600 {
            usage.merge(&one(number));
        }
        assert_eq!((usage.endpoints().len(), usage.users().len()), (200, 500));
        assert_eq!((usage.scopes().len(), usage.permissions().len()), (200, 200));
        assert_eq!((usage.calls().total(), callers(&usage)), (1_800, 1_800));
        assert_eq!(usage.other_endpoints(), Calls::new([0, 800, 0, 400, 0]));
        assert_eq!(usage.other_callers(), Calls::new([0, 200, 0, 100, 0]));
        assert_eq!(usage.last_call(), Some(NOON.plus(599)));
        // What has its place keeps it.
        usage.merge(&one(0));
        assert_eq!(usage.endpoints()[&endpoint(0)].total(), 6);
        assert_eq!(usage.scopes()[&Scope::new("s0").unwrap()], NOON);
    }

    /// GV-02, threat 43: a day with as many rows as there may be, each as long as it may be.
    #[test]
    fn threat_43_a_day_takes_no_more_than_250_kb() {
        let mut usage = Usage::default();
        for number in 0..600 {
            let template = format!("/{}{number:03}", "a".repeat(124));
            let part = "a".repeat(64);
            let permission = format!("{part}:{part}:{}{number:03}", "a".repeat(61));
            usage.count(&Counted {
                endpoint: Some(&Endpoint::new("ABCDEFGHIJKLMNOP", &template).unwrap()),
                caller: Caller::User(user(number)),
                calls: Calls::new([u64::MAX; 5]),
                scope: Some(&Scope::new(&format!("{}{number:03}:readonly", "a".repeat(52))).unwrap()),
                permissions: &[Permission::new(&permission).unwrap()],
                last_call: Timestamp::MAX,
            });
        }
        let length = serde_json::to_string(&usage).unwrap().len();
        assert!((150_000..250_000).contains(&length), "{length} bytes");
    }

    #[test]
    fn no_calls_leave_no_trace() {
        let mut usage = Usage::default();
        usage.count(&Counted {
            endpoint: Some(&endpoint(1)),
            caller: Caller::Client,
            calls: Calls::default(),
            scope: None,
            permissions: &[],
            last_call: NOON,
        });
        assert_eq!(usage, Usage::default());
    }

    /// GV-02: of two uses the later one stands, whichever is merged first.
    #[test]
    fn gv_02_the_last_use_is_the_latest() {
        let (mut early, mut late) = (one(1), one(1));
        late.last_call = Some(NOON.plus(60));
        late.scopes.values_mut().for_each(|at| *at = NOON.plus(60));
        let (was_early, was_late) = (early.clone(), late.clone());
        early.merge(&was_late);
        late.merge(&was_early);
        assert_eq!(early, late);
        assert_eq!(early.last_call(), Some(NOON.plus(60)));
        assert_eq!(early.scopes().values().copied().collect::<Vec<_>>(), [NOON.plus(60)]);
    }
}
