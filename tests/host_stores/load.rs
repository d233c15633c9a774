//! Logins under load: each is redeemed, and then refreshed or revoked, and what was answered is noted.

use std::collections::BTreeMap;
use std::fmt;
use std::thread;
use std::time::Duration;

use crate::service::Ended;
use crate::service::Service;
use crate::service::Tokens;
use crate::service::code;

/// What a client was answered about the login with this number.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answered {
    /// Its code was exchanged.
    Redeemed(u64, Tokens),
    /// Its refresh token was.
    Refreshed(u64, Tokens),
    /// It was ended.
    Revoked(u64),
    /// What cannot be where nothing was changed before.
    Wrong(u64, String),
}

/// As a line.
impl fmt::Display for Answered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Redeemed(number, tokens) => {
                write!(f, "redeemed {number} {} {}", tokens.access, tokens.refresh)
            }
            Self::Refreshed(number, tokens) => {
                write!(f, "refreshed {number} {} {}", tokens.access, tokens.refresh)
            }
            Self::Revoked(number) => write!(f, "revoked {number} - -"),
            Self::Wrong(number, what) => write!(f, "wrong {number} {what} -"),
        }
    }
}

impl Answered {
    /// The line; none for one that was cut off.
    pub fn parse(line: &str) -> Option<Self> {
        let [name, number, access, refresh] = line.split(' ').collect::<Vec<_>>().try_into().ok()?;
        let number = number.parse().ok()?;
        let tokens = Tokens { access: access.to_owned(), refresh: refresh.to_owned() };
        match name {
            "redeemed" => Some(Self::Redeemed(number, tokens)),
            "refreshed" => Some(Self::Refreshed(number, tokens)),
            "revoked" => Some(Self::Revoked(number)),
            "wrong" => Some(Self::Wrong(number, access.to_owned())),
            _ => None,
        }
    }
}

/// Whether the login with this number is revoked, and not refreshed.
fn is_to_be_revoked(number: u64) -> bool {
    number.is_multiple_of(3)
}

/// Does all that is done to one login. What failed without a change is tried again, and must then succeed; what is not
/// known is left.
pub fn use_login(service: &Service, number: u64, note: &dyn Fn(Answered)) {
    let Some(first) = insist(number, note, || service.redeem(code(number).expose())) else { return };
    note(Answered::Redeemed(number, first.clone()));
    if is_to_be_revoked(number) {
        while service.revoke(&first.refresh).is_err() {
            pause(Duration::from_millis(20));
        }
        note(Answered::Revoked(number));
    } else if let Some(second) = insist(number, note, || service.refresh(&first.refresh)) {
        note(Answered::Refreshed(number, second));
    }
}

fn insist(number: u64, note: &dyn Fn(Answered), ask: impl Fn() -> Ended) -> Option<Tokens> {
    loop {
        match ask() {
            Ended::Given(tokens) => return Some(tokens),
            Ended::NotDone(_) => pause(Duration::from_millis(20)),
            Ended::Unknown(_) => return None,
            Ended::Refused(error) => {
                note(Answered::Wrong(number, error));
                return None;
            }
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a database is waited for, or a moment to end a process at")]
pub fn pause(time: Duration) {
    thread::sleep(time);
}

/// What is known of the logins from the answers alone.
#[derive(Default)]
pub struct Ledger {
    logins: BTreeMap<u64, Known>,
}

#[derive(Default)]
struct Known {
    given: Vec<Tokens>,
    is_revoked: bool,
}

impl Ledger {
    pub fn note(&mut self, answered: Answered) {
        match answered {
            Answered::Redeemed(number, tokens) => {
                let known = self.logins.entry(number).or_default();
                assert!(known.given.is_empty(), "code {number} was redeemed twice");
                known.given.push(tokens);
            }
            Answered::Refreshed(number, tokens) => self.logins.entry(number).or_default().given.push(tokens),
            Answered::Revoked(number) => self.logins.entry(number).or_default().is_revoked = true,
            Answered::Wrong(number, what) => {
                panic!("login {number}: `{what}`, after an answer that nothing had been changed")
            }
        }
    }

    /// How many answers there were.
    pub fn answers(&self) -> usize {
        self.logins.values().map(|known| known.given.len() + usize::from(known.is_revoked)).sum()
    }

    /// Every success that was answered is there, nothing that was revoked is accepted, and no code is redeemed again. Ends
    /// the logins: a code that is presented once more ends what it gave.
    pub fn settle(&self, service: &Service) {
        let logins: Vec<_> = self.logins.iter().collect();
        thread::scope(|scope| {
            for part in logins.chunks(logins.len().div_ceil(8).max(1)) {
                scope.spawn(|| part.iter().for_each(|(number, known)| known.settle(**number, service)));
            }
        });
    }

    /// Nothing that was given is accepted any more, as it is once all of it was settled.
    pub fn assert_ended(&self, service: &Service) {
        self.logins.values().for_each(|known| known.assert_ended(service));
    }
}

impl Known {
    fn settle(&self, number: u64, service: &Service) {
        for tokens in &self.given {
            let is_allowed = service.allows(&tokens.access).unwrap();
            if self.is_revoked {
                assert!(!is_allowed, "login {number} was revoked, and its token is accepted");
            } else if !is_to_be_revoked(number) {
                assert!(is_allowed, "login {number} was answered, and its token is not accepted");
            }
        }
        let again = service.redeem(code(number).expose());
        assert_eq!(again, Ended::Refused("invalid_grant".into()), "code {number}");
        self.assert_ended(service);
    }

    fn assert_ended(&self, service: &Service) {
        assert!(self.given.iter().all(|tokens| !service.allows(&tokens.access).unwrap()));
    }
}
