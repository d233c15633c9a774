//! Which batches of a counter of usage were recorded (GV-02).

use serde::Deserialize;
use serde::Serialize;

use crate::value::Day;
use crate::value::Timestamp;
use crate::value::UsageSourceId;

/// Which batches of one counter were recorded, so that a batch that is sent again counts once.
///
/// A record of its own for each counter: counters of different processes are not in each other's way.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsageSource {
    /// Which counter it is.
    pub id: UsageSourceId,
    /// The highest number of a batch that was recorded, from 1.
    pub highest: u64,
    /// The batches before it: bit n for the one n before, bit 0 for itself.
    pub window: u64,
    /// When one was last recorded.
    pub last_recorded: Timestamp,
}

/// What became of a batch.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[must_use = "a batch that came too late is not counted"]
pub enum Recorded {
    /// It is counted, from now on.
    Now,
    /// It was counted before, and is not counted again.
    Before,
    /// It is not counted: it was taken more than seven days ago, or 64 batches that were taken later are recorded
    /// already, so that nobody can say whether it was counted.
    TooLate,
}

impl UsageSource {
    /// 64: a batch is recorded where it is one of so many up to the highest, or above it.
    pub const WINDOW: u64 = 64;
    /// 604 800 s, seven days: the oldest a batch may be to be recorded.
    pub const MAX_AGE: u32 = 7 * Day::SECONDS;
    /// 864 000 s, ten days: how long it is kept after its last batch. Longer than any batch waits, whatever the clocks of the
    /// processes say.
    pub const RETENTION: u32 = 10 * Day::SECONDS;

    /// The counter of which nothing is recorded.
    #[must_use]
    pub const fn new(id: UsageSourceId, now: Timestamp) -> Self {
        Self { id, highest: 0, window: 0, last_recorded: now }
    }

    /// The counter with this batch recorded.
    ///
    /// # Errors
    ///
    /// [`Recorded::Before`] and [`Recorded::TooLate`], where it is not to be recorded.
    pub const fn recording(self, batch: u64, now: Timestamp) -> Result<Self, Recorded> {
        let last_recorded = if now.unix() > self.last_recorded.unix() { now } else { self.last_recorded };
        if batch > self.highest {
            let window = match self.window.checked_shl(saturate(batch.saturating_sub(self.highest))) {
                Some(window) => window | 1,
                None => 1,
            };
            return Ok(Self { highest: batch, window, last_recorded, ..self });
        }
        let Some(bit) = 1_u64.checked_shl(saturate(self.highest.saturating_sub(batch))) else {
            return Err(Recorded::TooLate);
        };
        if self.window & bit != 0 {
            return Err(Recorded::Before);
        }
        Ok(Self { window: self.window | bit, last_recorded, ..self })
    }

    /// From when on it is forgotten.
    #[must_use]
    pub const fn expires(&self) -> Timestamp {
        self.last_recorded.plus(Self::RETENTION)
    }
}

/// The number, or a large one.
const fn saturate(number: u64) -> u32 {
    if number > 64 { 64 } else { number as u32 }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);

    fn none() -> UsageSource {
        UsageSource::new(UsageSourceId::from_bytes([7; 16]), NOW)
    }

    /// GV-02: at the edges of the window.
    #[test]
    fn gv_02_a_batch_is_recorded_within_the_window() {
        let source = none().recording(100, NOW).unwrap();
        assert_eq!(source.recording(100, NOW), Err(Recorded::Before));
        assert_eq!(source.recording(36, NOW), Err(Recorded::TooLate));
        let source = source.recording(37, NOW).unwrap();
        assert_eq!(source.recording(37, NOW), Err(Recorded::Before));
        let source = source.recording(163, NOW).unwrap();
        assert_eq!(source.recording(100, NOW), Err(Recorded::Before));
        assert_eq!(source.recording(99, NOW), Err(Recorded::TooLate));
        let source = source.recording(164, NOW).unwrap();
        assert_eq!(source.recording(100, NOW), Err(Recorded::TooLate));
        let source = source.recording(u64::MAX, NOW).unwrap();
        assert_eq!(source.recording(u64::MAX, NOW), Err(Recorded::Before));
    }

    /// LC-11: a clock that goes backwards does not let it be forgotten any earlier.
    #[test]
    fn lc_11_a_clock_that_goes_backwards_shortens_nothing() {
        let source = none().recording(1, NOW.plus(60)).unwrap();
        assert_eq!(source.recording(2, NOW).unwrap().expires(), source.expires());
    }

    proptest! {
        /// GV-02: in whatever order and how often batches come, none is recorded twice, and one that came before and was
        /// not recorded is never called recorded.
        #[test]
        fn gv_02_no_batch_is_recorded_twice(batches in prop::collection::vec(1..200_u64, 0..300)) {
            let (mut source, mut recorded) = (none(), HashSet::new());
            for batch in batches {
                match source.recording(batch, NOW) {
                    Ok(after) => {
                        prop_assert!(recorded.insert(batch), "{} twice", batch);
                        source = after;
                    }
                    Err(Recorded::Before) => prop_assert!(recorded.contains(&batch)),
                    Err(Recorded::TooLate) => prop_assert!(batch + 64 <= source.highest),
                    Err(Recorded::Now) => prop_assert!(false),
                }
            }
        }
    }
}
