//! How long a commit is tried again before the store is said to make no progress.

use core::time::Duration;
use std::time::Instant;

/// The attempts of one commit. It ends for every store: threads that read meanwhile can make each attempt slow.
pub(super) struct Patience {
    attempts: u32,
    since: Instant,
}

impl Patience {
    /// No commit is tried more often.
    const MOST: u32 = 20_000;

    /// So many attempts are fair: after them it ends with [`SHORT`](Self::SHORT).
    const FAIR: u32 = 500;

    const SHORT: Duration = Duration::from_secs(5);

    /// It ends then, however few the attempts were.
    const LONG: Duration = Duration::from_secs(60);

    #[expect(clippy::disallowed_methods, reason = "no instant that the library judges by")]
    pub fn new() -> Self {
        Self { attempts: 0, since: Instant::now() }
    }

    /// How many attempts there were.
    pub fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Whether there is one more attempt, which is counted.
    pub fn lasts(&mut self) -> bool {
        let limit = if self.attempts < Self::FAIR { Self::LONG } else { Self::SHORT };
        let lasts = self.attempts < Self::MOST && self.since.elapsed() < limit;
        self.attempts += u32::from(lasts);
        lasts
    }
}
