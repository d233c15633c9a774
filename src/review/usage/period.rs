//! Days, weeks and months that usage is told by.

use core::fmt;

use crate::value::Day;

/// By what usage is told.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum By {
    /// Each day.
    Day,
    /// Each week from Monday to Sunday (ISO 8601).
    Week,
    /// Each month of the calendar.
    Month,
}

/// A day, a week or a month, in UTC. Written as ISO 8601 does: `2026-01-15`, `2026-W03`, `2026-01`.
///
/// ```
/// use grantor::review::usage::By;
/// use grantor::review::usage::Period;
///
/// let week = Period::of("2027-01-01".parse()?, By::Week);
/// assert_eq!(week.to_string(), "2026-W53");
/// assert_eq!((week.first(), week.last()), ("2026-12-28".parse()?, "2027-01-03".parse()?));
/// # Ok::<(), grantor::value::DayError>(())
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Period {
    by: By,
    // INVARIANT: the first day of the period that it is in.
    first: Day,
}

impl Period {
    /// The one that the day is in.
    #[must_use]
    pub fn of(day: Day, by: By) -> Self {
        let first = match by {
            By::Day => day,
            By::Week => day.monday(),
            By::Month => day.first_of_month(),
        };
        Self { by, first }
    }

    /// Its first day.
    #[must_use]
    pub const fn first(self) -> Day {
        self.first
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Day {
        match self.by {
            By::Day => self.first,
            By::Week => self.first.plus(6),
            By::Month => self.first.last_of_month(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.by {
            By::Day => self.first.fmt(f),
            By::Week => {
                let (year, week) = self.first.iso_week();
                write!(f, "{year:04}-W{week:02}")
            }
            By::Month => {
                let (year, month) = self.first.year_and_month();
                write!(f, "{year:04}-{month:02}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn is(day: &str, by: By, expected: [&str; 3]) {
        let period = Period::of(day.parse().unwrap(), by);
        assert_eq!([period.to_string(), period.first().to_string(), period.last().to_string()], expected);
    }

    /// GV-02: by day, week and month, at the end of years and of February.
    #[test]
    fn gv_02_periods_are_those_of_the_calendar() {
        is("2026-12-31", By::Day, ["2026-12-31", "2026-12-31", "2026-12-31"]);
        is("2026-12-31", By::Week, ["2026-W53", "2026-12-28", "2027-01-03"]);
        is("2027-01-03", By::Week, ["2026-W53", "2026-12-28", "2027-01-03"]);
        is("2027-01-04", By::Week, ["2027-W01", "2027-01-04", "2027-01-10"]);
        is("2025-12-29", By::Week, ["2026-W01", "2025-12-29", "2026-01-04"]);
        is("2026-12-31", By::Month, ["2026-12", "2026-12-01", "2026-12-31"]);
        is("2028-02-10", By::Month, ["2028-02", "2028-02-01", "2028-02-29"]);
    }

    proptest! {
        /// GV-02: every day is in one period of each sort, and all days of a period are in the same.
        #[test]
        fn gv_02_periods_part_the_days(number in -600_000_i32..2_900_000) {
            let day = Day::try_from(number).unwrap();
            for by in [By::Day, By::Week, By::Month] {
                let period = Period::of(day, by);
                prop_assert!(period.first() <= day && day <= period.last());
                prop_assert_eq!(Period::of(period.first(), by), period);
                prop_assert_eq!(Period::of(period.last(), by), period);
                prop_assert_ne!(Period::of(period.last().plus(1), by), period);
            }
        }
    }
}
