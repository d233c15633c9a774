//! How many there are, and how sure that is: from a sample of keys that are spread evenly.

use core::fmt;
use core::iter::Sum;

use serde::Deserialize;
use serde::Serialize;

/// How many there are: counted, or told from a sample with the bounds between which the number is, 19 times of 20.
///
/// A million keys are not walked to be counted. Keys that are random are spread evenly: the smallest so many of them
/// reach as far into all keys there could be as they are a part of all that there are.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
pub struct Estimate {
    /// The best guess.
    pub about: u64,
    /// Not fewer: those that were seen, or more.
    pub low: u64,
    /// Not more; none where nothing bounds it, since not all places were looked at.
    pub high: Option<u64>,
}

impl Estimate {
    /// None at all.
    pub const NONE: Self = Self::exactly(0);

    /// So many, counted.
    #[must_use]
    pub const fn exactly(count: u64) -> Self {
        Self { about: count, low: count, high: Some(count) }
    }

    /// `found` of a sample that reaches over this part of all keys, from above 0 to 1. The last key of the sample is
    /// where it ends, and is none of `found`; `seen` are those that were seen, with it.
    #[must_use]
    pub fn of_sample(found: u64, seen: u64, part: f64) -> Self {
        let part = part.clamp(f64::MIN_POSITIVE, 1.0);
        let found = to_float(found);
        // How far a count strays from its mean, 19 times of 20, by its square root: for none it is four at most.
        let low = (found.sqrt() - 1.0).max(0.0).powi(2) / part;
        let high = ((found + 1.0).sqrt() + 1.0).powi(2) / part;
        let low = to_count(low).max(seen);
        let about = to_count(found / part).max(low);
        Self { about, low, high: Some(to_count(high.ceil()).max(about)) }
    }

    /// Whether they were counted.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.high == Some(self.low)
    }

    /// Whether there are surely none.
    #[must_use]
    pub const fn is_none(&self) -> bool {
        matches!(self.high, Some(0))
    }

    /// The same, where not all places were looked at: there may be any number more.
    #[must_use]
    pub const fn at_least(self) -> Self {
        Self { high: None, ..self }
    }

    /// These and those, which are others.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let about = self.about.saturating_add(other.about);
        // Errors of two samples are unlikely to be on the same side: their squares add up.
        let both = |one: u64, two: u64| to_count(to_float(one).hypot(to_float(two)).ceil());
        let below = both(self.about.saturating_sub(self.low), other.about.saturating_sub(other.low));
        let high = match (self.high, other.high) {
            (Some(one), Some(two)) => {
                let above = both(one.saturating_sub(self.about), two.saturating_sub(other.about));
                Some(about.saturating_add(above))
            }
            (None, _) | (_, None) => None,
        };
        Self { about, low: about.saturating_sub(below), high }
    }
}

impl Sum for Estimate {
    fn sum<I: Iterator<Item = Self>>(estimates: I) -> Self {
        estimates.fold(Self::NONE, Self::and)
    }
}

impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { about, low, high } = self;
        match high {
            Some(high) if low == high => write!(f, "{about}"),
            Some(high) => write!(f, "about {about} (between {low} and {high})"),
            None => write!(f, "at least {low}"),
        }
    }
}

/// Exact up to 2 to the 53; an estimate above that may be off by a few.
const fn to_float(count: u64) -> f64 {
    count as f64
}

/// Whole, and within what there are numbers for.
const fn to_count(float: f64) -> u64 {
    float as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn it_tells_what_it_knows() {
        assert_eq!(Estimate::exactly(7).to_string(), "7");
        assert_eq!(Estimate::exactly(7).at_least().to_string(), "at least 7");
        let sampled = Estimate::of_sample(100, 101, 0.001);
        assert_eq!(sampled, Estimate { about: 100_000, low: 81_000, high: Some(122_100) });
        assert_eq!(sampled.to_string(), "about 100000 (between 81000 and 122100)");
        let none_found = Estimate::of_sample(0, 0, 0.5);
        assert_eq!(none_found, Estimate { about: 0, low: 0, high: Some(8) });
        assert!(!none_found.is_none() && Estimate::NONE.is_none());
    }

    /// GV-04: of populations of random keys, the bounds hold the number 19 times of 20 and the guess is not biased.
    #[test]
    fn gv_04_bounds_hold_19_times_of_20() {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        for (population, alive, sample) in
            [(1_000, 1.0, 100), (5_000, 0.5, 200), (5_000, 0.02, 200), (20_000, 0.9, 200)]
        {
            let (mut within, mut sum, runs) = (0_u32, 0.0, 400);
            for _ in 0..runs {
                let mut keys: Vec<(f64, bool)> =
                    (0..population).map(|_| (random(), random() < alive)).collect();
                let there = keys.iter().filter(|(_, alive)| *alive).count() as u64;
                keys.sort_by(|one, two| one.0.total_cmp(&two.0));
                let (last, before) = keys[..sample].split_last().unwrap();
                let found = before.iter().filter(|(_, alive)| *alive).count() as u64;
                let estimate = Estimate::of_sample(found, found + u64::from(last.1), last.0);
                within += u32::from(estimate.low <= there && there <= estimate.high.unwrap());
                sum += estimate.about as f64 / there as f64;
            }
            assert!(within * 100 >= runs * 94, "{population} {alive}: {within} of {runs}");
            let bias = sum / f64::from(runs);
            assert!((0.93..1.07).contains(&bias), "{population} {alive}: {bias}");
        }
    }

    proptest! {
        #[test]
        fn bounds_are_around_the_guess(found: u64, more in 0_u64..2, part in 0.0_f64..=1.0, counted: u64) {
            let one = Estimate::of_sample(found, found.saturating_add(more), part);
            prop_assert!(one.low <= one.about && one.about <= one.high.unwrap());
            let both = one.and(Estimate::exactly(counted));
            prop_assert!(both.low <= both.about && both.about <= both.high.unwrap());
            prop_assert_eq!(one.and(Estimate::NONE).about, one.about);
            prop_assert_eq!(one.at_least().and(one).high, None);
        }
    }
}
