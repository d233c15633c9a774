//! Many commits guard a record that is updated meanwhile: tokens are issued under an authorization that is revoked.

use core::sync::atomic::AtomicBool;
use core::sync::atomic::Ordering;
use std::collections::BTreeSet;
use std::thread;

use super::Failure;
use super::bench::Bench;
use super::races::insist_alone;
use super::races::rounds;
use super::report::ensure;
use super::report::same;
use crate::audit::Actor;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Version;
use crate::model::AccessToken;
use crate::model::Authorization;
use crate::model::Holder;
use crate::store::Range;
use crate::store::Store;
use crate::value::Timestamp;

pub(super) fn nothing_passes_a_guard<S: Store>(bench: &Bench<'_, S>) -> Result<(), Failure> {
    rounds(bench, |number| Round { bench, number }.run()).map(|_| ())
}

/// One authorization, and the tokens that are issued under it.
struct Round<'b, 'a, S> {
    bench: &'b Bench<'a, S>,
    number: u64,
}

impl<S: Store> Round<'_, '_, S> {
    /// How many tokens each thread tries to issue.
    const EACH: u64 = 10;

    /// Gives how many tokens were issued.
    fn run(&self) -> Result<usize, Failure> {
        self.bench.place([self.authorization().into()])?;
        let is_revoked = AtomicBool::new(false);
        let parts = self.bench.race(|racer| match racer {
            0 => self.revoke(&is_revoked),
            _ => self.issue(u64::try_from(racer).expect("a small number"), &is_revoked),
        })?;
        let mut parts = parts.into_iter();
        let when_revoked = parts.next().unwrap_or_default();
        let issued: BTreeSet<Key> = parts.flatten().chain([self.key_of(0)]).collect();
        let after = self.tokens()?;

        let what = "an update of an authorization, while tokens are inserted that guard its earlier version";
        same(what, &issued, &after)?;
        let passed: Vec<&Key> = after.difference(&when_revoked).collect();
        let expected = "no token that was not there when the update was applied";
        ensure(passed.is_empty(), what, expected, format_args!("{passed:?}"))?;
        Ok(issued.len())
    }

    /// Issues one token, revokes the authorization, and gives the tokens that are there then.
    fn revoke(&self, is_revoked: &AtomicBool) -> Result<BTreeSet<Key>, Failure> {
        insist_alone(self.bench, &self.issuing(0))?;
        (0..self.number % 4).for_each(|_| thread::yield_now());
        let revoked =
            self.authorization().revoke(Actor::Operator, self.bench.world.at(1)).expect("an approved one");
        insist_alone(self.bench, &Changes::new().update(Version::FIRST, revoked))?;
        is_revoked.store(true, Ordering::SeqCst);
        self.tokens()
    }

    /// Issues tokens, and gives those that were.
    fn issue(&self, racer: u64, is_revoked: &AtomicBool) -> Result<BTreeSet<Key>, Failure> {
        let mut issued = BTreeSet::new();
        for token in racer * Self::EACH..(racer + 1) * Self::EACH {
            let is_late = is_revoked.load(Ordering::SeqCst);
            if self.bench.contend(self.issuing(token))? {
                let what =
                    "an update of an authorization, and then an insert that guards its earlier version";
                ensure(!is_late, what, "Conflict", "Applied")?;
                issued.insert(self.key_of(token));
            }
        }
        Ok(issued)
    }

    /// The tokens of this round, by the instant at which they are due.
    fn tokens(&self) -> Result<BTreeSet<Key>, Failure> {
        let due = self.expires().plus(AccessToken::RETENTION);
        let (after, before) = (Position::after_due(due.minus(1)), Position::after_due(due));
        let pages =
            self.bench.pages(Range { after: Some(after), before: Some(before), ..Range::of(Index::Due) })?;
        Ok(pages.iter().flat_map(|page| &page.items).map(|(_, there)| there.record.key()).collect())
    }

    fn issuing(&self, token: u64) -> Changes {
        let authorization = self.authorization();
        let guarded = Key::Authorization(authorization.organization(), authorization.client());
        Changes::new().insert(self.token(token)).unchanged(guarded, Some(Version::FIRST))
    }

    fn authorization(&self) -> Authorization {
        self.bench.world.authorization(self.number, self.number, 0)
    }

    fn token(&self, token: u64) -> AccessToken {
        let number = self.number * 10_000 + token;
        let token = self.bench.world.token(number, [self.number; 2], Holder::Client, 0);
        AccessToken { expires: self.expires(), ..token }
    }

    fn key_of(&self, token: u64) -> Key {
        Key::AccessToken(self.token(token).digest)
    }

    /// An instant of this round alone.
    fn expires(&self) -> Timestamp {
        self.bench.world.at(u32::try_from(self.number).expect("a small number"))
    }
}
