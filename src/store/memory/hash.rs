//! Two hashers for keys that no attacker chooses.

use core::hash::BuildHasherDefault;
use core::hash::Hash;
use core::hash::Hasher;

use super::shards::Number;

/// For digests of tokens, which are uniform already: their first 8 bytes, as they are.
#[derive(Default)]
pub(super) struct Identity(u64);

/// For identifiers. They come from this library or from the host; a host's may count up, so all bytes are
/// mixed.
#[derive(Default)]
pub(super) struct Mixer(u64);

/// Builds [`Identity`].
pub(super) type BuildIdentity = BuildHasherDefault<Identity>;

/// Builds [`Mixer`].
pub(super) type BuildMixer = BuildHasherDefault<Mixer>;

/// The shard for what hashes so.
pub(super) fn shard_of(value: impl Hash) -> Number {
    let mut mixer = Mixer::default();
    value.hash(&mut mixer);
    // Within a shard, a hash table goes by the lowest and the highest bits: these are in between.
    let [_, _, _, _, bits, ..] = mixer.finish().to_le_bytes();
    Number::of(bits)
}

impl Hasher for Identity {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    /// A length, which tells nothing: digests are of one.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Any odd numbers without a pattern do: these are the fractions of the golden ratio and of the root of two.
const START: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0x6a09_e667_f3bc_c909;

impl Mixer {
    /// Multiplies to 128 bits and folds the halves, so that each bit reaches all others.
    fn mix(&mut self, low: u64, high: u64) {
        let product = u128::from(self.0 ^ low).wrapping_mul(u128::from(high ^ FACTOR));
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ START;
    }
}

impl Hasher for Mixer {
    fn write(&mut self, bytes: &[u8]) {
        let (pairs, rest) = bytes.as_chunks::<16>();
        for pair in pairs {
            let both = u128::from_le_bytes(*pair);
            self.mix(both as u64, (both >> 64) as u64);
        }
        for byte in rest {
            self.mix(u64::from(*byte), 0);
        }
    }

    /// A length, which tells nothing: what follows is of one length for each kind of key.
    fn write_usize(&mut self, _: usize) {}

    /// Which variant of an enum.
    fn write_isize(&mut self, variant: isize) {
        self.mix(variant.cast_unsigned() as u64, 0);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
