//! The hash of a row's key, under a seed of its counter.

use core::hash::BuildHasherDefault;
use core::hash::Hasher;

/// Two random numbers of the counter: without them nobody can choose identifiers whose hashes fall together.
#[derive(Clone, Copy)]
pub(super) struct Seed([u64; 2]);

impl Seed {
    /// The seed of these random bytes.
    pub(super) const fn of(random: [u8; 16]) -> Self {
        let random = u128::from_le_bytes(random);
        // An even factor would lose bits.
        Self([random as u64, (random >> 64) as u64 | 1])
    }

    /// The hash of the words.
    pub(super) fn hash<const N: usize>(self, words: [u128; N]) -> u64 {
        let Self([start, factor]) = self;
        words.into_iter().fold(start, |state, word| mixed(state ^ word as u64, factor ^ (word >> 64) as u64))
    }
}

/// Multiplies to 128 bits and folds the halves, so that each bit reaches all others.
const fn mixed(a: u64, b: u64) -> u64 {
    let product = (a as u128).wrapping_mul(b as u128);
    // A factor that is nothing would leave nothing of the other one.
    (product as u64) ^ ((product >> 64) as u64) ^ a.rotate_left(32) ^ b
}

/// For keys that carry their hash.
#[derive(Default)]
pub(super) struct Carried(u64);

/// Builds [`Carried`].
pub(super) type BuildCarried = BuildHasherDefault<Carried>;

impl Hasher for Carried {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn neighbors_fall_apart_in_all_their_bits() {
        let seed = Seed::of([7; 16]);
        for bits in [0, 7, 32, 57] {
            let places: HashSet<u64> =
                (0..128_u128).map(|number| (seed.hash([0, number, 1 << 90]) >> bits) & 127).collect();
            assert!(places.len() > 60, "{} of 128 places from bit {bits}", places.len());
        }
    }

    #[test]
    fn each_word_and_the_seed_make_a_difference() {
        let hashes: HashSet<u64> = [[1, 2, 3], [2, 1, 3], [1, 2, 4], [1, 3, 3], [3, 2, 1], [0, 0, 0]]
            .into_iter()
            .flat_map(|words| [Seed::of([1; 16]).hash(words), Seed::of([2; 16]).hash(words)])
            .collect();
        assert_eq!(hashes.len(), 12);
    }
}
