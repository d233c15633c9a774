//! How often a password may be tried.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use grantor::{Timestamp, server::LoggedIn};

/// The wrong passwords of late, by user: as many entries as there are users at most.
///
/// Whoever is kept from trying is answered like somebody with a wrong password. That a stranger can keep a user out for as
/// long as the stranger goes on is the price of it.
#[derive(Default)]
pub struct Attempts(Mutex<HashMap<Key, (u32, Timestamp)>>);

type Key = ([u8; 16], [u8; 16]);

impl Attempts {
    /// How many wrong passwords cost nothing.
    pub const FREE: u32 = 5;
    /// One minute: how long after each one more nothing is tried.
    pub const WAIT: i64 = 60;
    /// Fifteen minutes: how long wrong passwords are remembered.
    pub const REMEMBERED: i64 = 900;

    /// Whether a password may be tried now.
    pub fn may(&self, who: LoggedIn, now: Timestamp) -> bool {
        self.lock().get(&key(who)).is_none_or(|(wrong, last)| {
            let since = now.seconds_since(*last);
            *wrong < Self::FREE || since >= Self::WAIT
        })
    }

    /// The password was wrong.
    pub fn failed(&self, who: LoggedIn, now: Timestamp) {
        let mut attempts = self.lock();
        let (wrong, last) = attempts.entry(key(who)).or_insert((0, now));
        if now.seconds_since(*last) >= Self::REMEMBERED {
            *wrong = 0;
        }
        (*wrong, *last) = (wrong.saturating_add(1), now);
    }

    /// The password was right.
    pub fn passed(&self, who: LoggedIn) {
        self.lock().remove(&key(who));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, (u32, Timestamp)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(who: LoggedIn) -> Key {
    (*who.organization.as_bytes(), *who.user.as_bytes())
}
