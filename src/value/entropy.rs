//! Where random bytes come from.

/// A source of random bytes fit for keys.
///
/// The library draws every identifier, secret and token from it. A source that can be predicted, or that
/// yields the same bytes twice, gives away access: use [`OsEntropy`] unless there is a reason not to.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` whole.
    ///
    /// # Errors
    ///
    /// [`EntropyError`] where the source cannot give all of them; what `bytes` then holds is not used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The random source gave nothing: no secret, token or identifier was made of anything weaker.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the random source gave no bytes")]
pub struct EntropyError;

/// The operating system's random source (feature `os-rng`, on by default).
#[cfg(feature = "os-rng")]
#[derive(Clone, Copy, Debug, Default)]
pub struct OsEntropy;

#[cfg(feature = "os-rng")]
impl Entropy for OsEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        use rand::TryRng;

        rand::rngs::SysRng.try_fill_bytes(bytes).map_err(|_| EntropyError)
    }
}
