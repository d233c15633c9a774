//! The first of many, that tell how many there are.

use crate::value::Estimate;

/// The first of a list whose keys are random, in their order, with what was found of each.
///
/// ```
/// use grantor::review::impact::Sample;
///
/// let mut all = Sample::new();
/// for lives in [true, false, true] {
///     all.add(0.1, lives);
/// }
/// assert_eq!(all.complete().count(|lives| *lives).to_string(), "2");
/// ```
#[derive(Clone, Debug)]
pub struct Sample<F> {
    found: Vec<(f64, F)>,
    is_complete: bool,
}

impl<F> Sample<F> {
    /// Nothing was looked at yet, and there may be more.
    #[must_use]
    pub const fn new() -> Self {
        Self { found: Vec::new(), is_complete: false }
    }

    /// And the next one: how far into all keys there could be its own reaches, a [part](crate::change::Position::part) of 1, and
    /// what was found.
    pub fn add(&mut self, part: f64, found: F) {
        self.found.push((part, found));
    }

    /// The same, there being no more.
    #[must_use]
    pub fn complete(self) -> Self {
        Self { is_complete: true, ..self }
    }

    /// What was found, in their order.
    pub fn iter(&self) -> impl Iterator<Item = &F> {
        self.found.iter().map(|(_, found)| found)
    }

    /// How many there are of which this was found.
    pub fn count(&self, is: impl Fn(&F) -> bool) -> Estimate {
        let so_many = |found: &[(f64, F)]| {
            u64::try_from(found.iter().filter(|(_, found)| is(found)).count()).unwrap_or(u64::MAX)
        };
        let seen = so_many(&self.found);
        match self.found.split_last() {
            Some(((part, _), before)) if !self.is_complete => {
                Estimate::of_sample(so_many(before), seen, *part)
            }
            Some(_) => Estimate::exactly(seen),
            None if self.is_complete => Estimate::NONE,
            None => Estimate::NONE.at_least(),
        }
    }
}

impl<F> Default for Sample<F> {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(found: &[(f64, bool)]) -> Sample<bool> {
        let mut sample = Sample::new();
        found.iter().for_each(|(part, found)| sample.add(*part, *found));
        sample
    }

    /// GV-04: a whole list is counted, the beginning of one tells of the rest.
    #[test]
    fn gv_04_a_whole_list_is_exact_and_its_beginning_is_not() {
        let found = [(0.1, true), (0.2, false), (0.3, true), (0.4, true)];
        assert_eq!(sample(&found).complete().count(|found| *found), Estimate::exactly(3));
        let estimate = sample(&found).count(|found| *found);
        assert_eq!((estimate.about, estimate.low), (5, 3), "two before the last, in 0.4 of all");
        assert_eq!(sample(&[]).complete().count(|found| *found), Estimate::NONE);
        assert_eq!(sample(&[]).count(|found| *found).high, None);
    }
}
