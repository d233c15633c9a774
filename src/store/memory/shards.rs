//! A table in 64 parts, each behind a lock of its own.
//!
//! A lock that a panicking thread left behind is taken as it is: nothing panics while one is held, so what it
//! guards is whole.

use std::sync::PoisonError;
use std::sync::RwLock;
use std::sync::RwLockReadGuard;
use std::sync::RwLockWriteGuard;

const SHARDS: usize = 64;

/// Which shard of a table.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
// INVARIANT: below 64.
pub(super) struct Number(u8);

impl Number {
    /// The shard that the last six bits choose.
    pub(super) const fn of(bits: u8) -> Self {
        Self(bits & 63)
    }

    fn all() -> impl Iterator<Item = Self> {
        (0..64).map(Self)
    }

    const fn bit(self) -> u64 {
        1_u64.rotate_left(self.0 as u32)
    }
}

/// The shards that a commit needs, and how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Need {
    read: u64,
    write: u64,
}

impl Need {
    /// And this shard, to read or to write.
    pub(super) const fn add(&mut self, number: Number, write: bool) {
        if write {
            self.write |= number.bit();
        } else {
            self.read |= number.bit();
        }
    }
}

/// A table in 64 parts.
pub(super) struct Shards<T>(Box<[Shard<T>; SHARDS]>);

/// On a cache line of its own, so that taking one lock does not slow its neighbors.
#[derive(Default)]
#[repr(align(64))]
struct Shard<T>(RwLock<T>);

impl<T: Default> Default for Shards<T> {
    fn default() -> Self {
        Self(Box::new(core::array::from_fn(|_| Shard::default())))
    }
}

impl<T> Shards<T> {
    /// One shard, to read.
    pub(super) fn read(&self, number: Number) -> RwLockReadGuard<'_, T> {
        self.shard(number).read().unwrap_or_else(PoisonError::into_inner)
    }

    /// One shard, to write.
    pub(super) fn write(&self, number: Number) -> RwLockWriteGuard<'_, T> {
        self.shard(number).write().unwrap_or_else(PoisonError::into_inner)
    }

    /// All shards, to read.
    pub(super) fn read_all(&self) -> Vec<RwLockReadGuard<'_, T>> {
        Number::all().map(|number| self.read(number)).collect()
    }

    /// A few shards, to read, without an allocation: each once, in ascending order.
    pub(super) fn read_some<const N: usize>(&self, mut numbers: [Number; N]) -> Few<'_, T, N> {
        numbers.sort_unstable();
        let mut last = None;
        Few(numbers.map(|number| {
            let first = last.replace(number) != Some(number);
            (number, first.then(|| self.read(number)))
        }))
    }

    /// What a commit needs: each shard once, in ascending order.
    pub(super) fn hold(&self, need: Need) -> Held<'_, T> {
        let guards = Number::all().filter_map(|number| {
            let guard = if need.write & number.bit() != 0 {
                Guard::Write(self.write(number))
            } else if need.read & number.bit() != 0 {
                Guard::Read(self.read(number))
            } else {
                return None;
            };
            Some((number, guard))
        });
        Held(guards.collect())
    }

    fn shard(&self, Number(number): Number) -> &RwLock<T> {
        // The number is below 64: the alternative is never taken, and the compiler leaves it out.
        let [first, ..] = &*self.0;
        let Shard(lock) = self.0.get(usize::from(number & 63)).unwrap_or(first);
        lock
    }
}

/// A few shards, held to read.
pub(super) struct Few<'a, T, const N: usize>([(Number, Option<RwLockReadGuard<'a, T>>); N]);

impl<T, const N: usize> Few<'_, T, N> {
    /// The shard, if it is held.
    pub(super) fn shard(&self, number: Number) -> Option<&T> {
        let (_, guard) = self.0.iter().find(|(held, _)| *held == number)?;
        guard.as_deref()
    }
}

/// The shards that a commit holds.
// INVARIANT: ascending by number.
pub(super) struct Held<'a, T>(Vec<(Number, Guard<'a, T>)>);

enum Guard<'a, T> {
    Read(RwLockReadGuard<'a, T>),
    Write(RwLockWriteGuard<'a, T>),
}

impl<T> Held<'_, T> {
    /// The shard, if it is held.
    pub(super) fn shard(&self, number: Number) -> Option<&T> {
        let at = self.0.binary_search_by_key(&number, |(held, _)| *held).ok()?;
        match self.0.get(at)? {
            (_, Guard::Read(guard)) => Some(guard),
            (_, Guard::Write(guard)) => Some(guard),
        }
    }

    /// The shard, if it is held to write.
    pub(super) fn shard_mut(&mut self, number: Number) -> Option<&mut T> {
        let at = self.0.binary_search_by_key(&number, |(held, _)| *held).ok()?;
        match self.0.get_mut(at)? {
            (_, Guard::Read(_)) => None,
            (_, Guard::Write(guard)) => Some(guard),
        }
    }
}
