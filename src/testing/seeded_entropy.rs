//! Entropy that repeats.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;

use sha2::Digest as _;
use sha2::Sha256;

use crate::value::Entropy;
use crate::value::EntropyError;

/// Entropy that repeats: the same seed gives the same bytes in the same order, in every version of this
/// crate.
///
/// **Known to all.** Whoever knows the seed knows every secret and token made of it, and seeds are short. Never use
/// it outside tests.
///
/// Each call of [`fill`](Entropy::fill) is one draw. No two draws give the same 16 bytes, whatever their
/// length, so that identifiers and tokens made of them differ. A clone is a handle on the same stream: it
/// goes on where the others stand, and repeats nothing. Threads that share a stream get each draw once, in no
/// set order.
#[derive(Clone, Debug)]
pub struct SeededEntropy {
    stream: Arc<Stream>,
}

#[derive(Debug)]
struct Stream {
    seed: u64,
    draws: AtomicU64,
    /// From this draw on there is none, counted from 0.
    end: u64,
}

impl SeededEntropy {
    /// The stream of this seed, from its beginning.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self::with_end(seed, u64::MAX)
    }

    /// A stream that gives so many draws, those of seed 0, and then fails for good.
    ///
    /// # Example
    ///
    /// To see what happens when the random source fails, count the draws of an operation and fail each of
    /// them in turn:
    ///
    /// ```
    /// use grantor::testing::SeededEntropy;
    /// use grantor::value::Entropy;
    /// use grantor::value::EntropyError;
    ///
    /// fn operation(entropy: &impl Entropy) -> Result<[u8; 32], EntropyError> {
    ///     let (mut id, mut secret) = ([0; 16], [0; 32]);
    ///     entropy.fill(&mut id)?;
    ///     entropy.fill(&mut secret)?;
    ///     Ok(secret)
    /// }
    ///
    /// let entropy = SeededEntropy::new(7);
    /// let secret = operation(&entropy)?;
    /// assert_eq!(operation(&SeededEntropy::new(7))?, secret);
    ///
    /// for draws in 0..entropy.draws() {
    ///     assert!(operation(&SeededEntropy::failing_after(draws)).is_err());
    /// }
    /// # Ok::<(), EntropyError>(())
    /// ```
    #[must_use]
    pub fn failing_after(draws: u64) -> Self {
        Self::with_end(0, draws)
    }

    /// How many draws were asked of the stream, those that failed included.
    #[must_use]
    pub fn draws(&self) -> u64 {
        self.stream.draws.load(Ordering::Relaxed)
    }

    fn with_end(seed: u64, end: u64) -> Self {
        Self { stream: Arc::new(Stream { seed, draws: AtomicU64::new(0), end }) }
    }
}

impl Entropy for SeededEntropy {
    /// # Errors
    ///
    /// [`EntropyError`] where the stream was made to fail by then; `bytes` are left as they were.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        let Stream { seed, draws, end } = &*self.stream;
        let draw = draws.fetch_add(1, Ordering::Relaxed);
        if draw >= *end {
            return Err(EntropyError);
        }
        for (block, part) in (0_u64..).zip(bytes.chunks_mut(32)) {
            let source = [*seed, draw, block].map(u64::to_be_bytes);
            let hash = Sha256::digest(source.as_flattened());
            part.copy_from_slice(&hash[..part.len()]);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn draw<const N: usize>(entropy: &SeededEntropy) -> [u8; N] {
        let mut bytes = [0; N];
        entropy.fill(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let [one, other] = [SeededEntropy::new(3), SeededEntropy::new(3)];
        assert_eq!(draw::<100>(&one), draw::<100>(&other));
        assert_eq!(draw::<16>(&one), draw::<16>(&other));
        assert_ne!(draw::<16>(&one), draw::<16>(&SeededEntropy::new(4)));
    }

    /// Tests of hosts may hold the bytes they saw: SHA-256 of the seed, draw and block 0, each in 8 bytes.
    #[test]
    fn the_bytes_are_the_same_in_every_version() {
        let known = [0x9d, 0x90, 0x8e, 0xcf, 0xb6, 0xb2, 0x56, 0xde];
        assert_eq!(draw::<8>(&SeededEntropy::new(0)), known);
    }

    #[test]
    fn no_two_draws_of_all_threads_and_clones_are_equal() {
        let entropy = SeededEntropy::new(1);
        let drawn: Vec<[u8; 16]> = std::thread::scope(|scope| {
            let thread = |_| {
                let entropy = entropy.clone();
                scope.spawn(move || (0..2_000).map(|_| draw(&entropy)).collect::<Vec<_>>())
            };
            let threads: Vec<_> = (0..4).map(thread).collect();
            threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), 8_000);
        assert_eq!(entropy.draws(), 8_000);
    }

    #[test]
    fn a_long_draw_repeats_no_block() {
        let bytes = draw::<512>(&SeededEntropy::new(1));
        assert_eq!(bytes.chunks(16).collect::<HashSet<_>>().len(), 32);
    }

    #[test]
    fn it_fails_after_its_draws_for_good_and_touches_nothing() {
        let entropy = SeededEntropy::failing_after(2);
        let reference = SeededEntropy::new(0);
        assert_eq!([draw::<16>(&entropy), draw(&entropy)], [draw(&reference), draw(&reference)]);
        let mut bytes = [7; 16];
        assert_eq!(entropy.fill(&mut bytes), Err(EntropyError));
        assert_eq!(entropy.clone().fill(&mut bytes), Err(EntropyError));
        assert_eq!((bytes, entropy.draws()), ([7; 16], 4));
    }
}
