//! Days of the calendar, in UTC.

use core::fmt;
use core::str::FromStr;

use serde::Deserialize;
use serde::Serialize;
use time::Date;
use time::Month;

use super::Timestamp;

/// A day in UTC, from midnight to midnight, of the years 0 to 9999.
///
/// Reads and writes as text like `2026-01-15`; its serde form is the number of days since 1970-01-01.
///
/// ```
/// use grantor::value::Day;
/// use grantor::value::Timestamp;
///
/// let day = Day::of(Timestamp::from_unix(1_768_478_400));
/// assert_eq!(day.to_string(), "2026-01-15");
/// assert_eq!("2026-01-15".parse(), Ok(day));
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(into = "i32", try_from = "i32")]
// INVARIANT: within `Day::MIN` and `Day::MAX`.
pub struct Day(i32);

/// Not a day: one of the years 0 to 9999 is needed, as text like `2026-01-15`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a day of the years 0 to 9999; as text, one like `2026-01-15` is needed")]
pub struct DayError;

impl Day {
    /// 0000-01-01: the first day there is.
    pub const MIN: Self = Self(-719_528);
    /// 9999-12-31: the last day there is.
    pub const MAX: Self = Self(2_932_896);

    /// 86 400 s: how long every day is, leap seconds not counted.
    pub const SECONDS: u32 = 86_400;

    /// The day of the instant; beyond the first and the last one, these.
    #[must_use]
    pub fn of(at: Timestamp) -> Self {
        let number = at.unix().div_euclid(i64::from(Self::SECONDS));
        Self(i32::try_from(number.clamp(Self::MIN.0.into(), Self::MAX.0.into())).unwrap_or(Self::MIN.0))
    }

    /// Its first second.
    #[must_use]
    pub fn start(self) -> Timestamp {
        Timestamp::from_unix(i64::from(self.0).saturating_mul(Self::SECONDS.into()))
    }

    /// The first second after it.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.start().plus(Self::SECONDS)
    }

    /// The day so many days later, and none after the last one.
    #[must_use]
    pub const fn plus(self, days: u16) -> Self {
        Self::within(self.0.saturating_add(days as i32))
    }

    /// The day so many days earlier, and none before the first one.
    #[must_use]
    pub const fn minus(self, days: u16) -> Self {
        Self::within(self.0.saturating_sub(days as i32))
    }

    /// The Monday that its week begins with (ISO 8601).
    #[must_use]
    pub fn monday(self) -> Self {
        self.minus(self.date().weekday().number_days_from_monday().into())
    }

    /// The first day of its month.
    #[must_use]
    pub fn first_of_month(self) -> Self {
        self.minus(u16::from(self.date().day()).saturating_sub(1))
    }

    /// The last day of its month.
    #[must_use]
    pub fn last_of_month(self) -> Self {
        let date = self.date();
        let days = date.month().length(date.year());
        self.first_of_month().plus(u16::from(days).saturating_sub(1))
    }

    /// The year and the number of its week by ISO 8601: the year that holds the week's Thursday.
    #[must_use]
    pub fn iso_week(self) -> (i32, u8) {
        let (year, week, _) = self.date().to_iso_week_date();
        (year, week)
    }

    /// The year, and the month from 1 to 12.
    #[must_use]
    pub fn year_and_month(self) -> (i32, u8) {
        let date = self.date();
        (date.year(), date.month().into())
    }

    /// A number that sorts as the day does. Neither the first nor the last number of its type.
    pub(crate) const fn order(self) -> u32 {
        self.0.cast_unsigned() ^ (1 << 31)
    }

    const fn within(number: i32) -> Self {
        if number < Self::MIN.0 {
            Self::MIN
        } else if number > Self::MAX.0 {
            Self::MAX
        } else {
            Self(number)
        }
    }

    fn date(self) -> Date {
        // Every day of these years is a date: the alternative is never taken.
        Date::from_julian_day(self.0.saturating_add(EPOCH)).unwrap_or(Date::MIN)
    }
}

/// The Julian day of 1970-01-01.
const EPOCH: i32 = 2_440_588;

impl TryFrom<i32> for Day {
    type Error = DayError;

    fn try_from(number: i32) -> Result<Self, DayError> {
        let day = Self::within(number);
        if day.0 == number { Ok(day) } else { Err(DayError) }
    }
}

impl From<Day> for i32 {
    fn from(day: Day) -> Self {
        day.0
    }
}

impl FromStr for Day {
    type Err = DayError;

    fn from_str(text: &str) -> Result<Self, DayError> {
        let parts = text.split_once('-').and_then(|(year, rest)| Some((year, rest.split_once('-')?)));
        let (year, (month, day)) = parts.ok_or(DayError)?;
        let month = Month::try_from(u8::try_from(digits(month, 2)?).map_err(|_| DayError)?);
        let day = u8::try_from(digits(day, 2)?).map_err(|_| DayError)?;
        let date = Date::from_calendar_date(digits(year, 4)?, month.map_err(|_| DayError)?, day);
        Self::try_from(date.map_err(|_| DayError)?.to_julian_day().saturating_sub(EPOCH))
    }
}

/// The number of exactly so many digits.
fn digits(text: &str, count: usize) -> Result<i32, DayError> {
    let are_digits = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits.then(|| text.parse().ok()).flatten().ok_or(DayError)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let date = self.date();
        write!(f, "{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    /// GV-02: a call belongs to the day in UTC that it happens in, to the second.
    #[test]
    fn gv_02_a_day_ends_at_midnight() {
        let midnight = day("2026-01-15").start();
        assert_eq!(midnight.to_string(), "2026-01-15T00:00:00Z");
        assert_eq!(Day::of(midnight), day("2026-01-15"));
        assert_eq!(Day::of(midnight.minus(1)), day("2026-01-14"));
        assert_eq!(Day::of(midnight.plus(86_399)), day("2026-01-15"));
        assert_eq!(Day::of(midnight.plus(86_400)), day("2026-01-16"));
        assert_eq!(day("2026-01-15").end(), day("2026-01-16").start());
        assert_eq!(Day::of(Timestamp::from_unix(-1)), day("1969-12-31"));
    }

    /// GV-02: weeks by ISO 8601, whose year is that of the Thursday. The examples are of its clause on weeks.
    #[test]
    fn gv_02_weeks_at_the_end_of_a_year() {
        for (text, monday, week) in [
            ("2026-01-01", "2025-12-29", (2026, 1)),
            ("2025-12-29", "2025-12-29", (2026, 1)),
            ("2025-12-28", "2025-12-22", (2025, 52)),
            ("2027-01-01", "2026-12-28", (2026, 53)),
            ("2027-01-03", "2026-12-28", (2026, 53)),
            ("2027-01-04", "2027-01-04", (2027, 1)),
            ("2024-12-30", "2024-12-30", (2025, 1)),
        ] {
            assert_eq!((day(text).monday(), day(text).iso_week()), (day(monday), week), "{text}");
        }
    }

    #[test]
    fn gv_02_months_are_those_of_the_calendar() {
        for (text, first, last) in [
            ("2026-01-15", "2026-01-01", "2026-01-31"),
            ("2026-02-28", "2026-02-01", "2026-02-28"),
            ("2024-02-01", "2024-02-01", "2024-02-29"),
            ("2026-12-31", "2026-12-01", "2026-12-31"),
        ] {
            assert_eq!(day(text).first_of_month(), day(first));
            assert_eq!(day(text).last_of_month(), day(last));
        }
        assert_eq!(day("2026-12-31").year_and_month(), (2026, 12));
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "",
            "2026",
            "2026-01",
            "2026-1-15",
            "2026-01-5",
            "2026-13-01",
            "2026-00-01",
            "2026-01-32",
            "2026-02-29",
            "26-01-15",
            "+026-01-15",
            "2026-01-15 ",
            "2026-01-15-01",
            "-2026-01-15",
            "２026-01-15",
        ] {
            assert_eq!(text.parse::<Day>(), Err(DayError), "{text}");
        }
        assert_eq!(day("2024-02-29").to_string(), "2024-02-29");
    }

    #[test]
    fn the_first_and_the_last_day_stand() {
        assert_eq!((day("0000-01-01"), day("9999-12-31")), (Day::MIN, Day::MAX));
        assert_eq!((Day::MIN.minus(1), Day::MAX.plus(1)), (Day::MIN, Day::MAX));
        assert_eq!((Day::of(Timestamp::MIN), Day::of(Timestamp::MAX)), (Day::MIN, Day::MAX));
        assert_eq!(Day::try_from(Day::MAX.0 + 1), Err(DayError));
        assert_eq!(Day::try_from(Day::MIN.0 - 1), Err(DayError));
    }

    proptest! {
        #[test]
        fn a_day_survives_its_text_and_its_json(number in Day::MIN.0..=Day::MAX.0) {
            let day = Day::try_from(number).unwrap();
            prop_assert_eq!(day.to_string().parse(), Ok(day));
            prop_assert_eq!(serde_json::to_string(&day).unwrap(), number.to_string());
            prop_assert_eq!(serde_json::from_str::<Day>(&number.to_string()).unwrap(), day);
            prop_assert_eq!(Day::of(day.start()), day);
        }

        #[test]
        fn days_sort_as_their_numbers(a in Day::MIN.0..=Day::MAX.0, b in Day::MIN.0..=Day::MAX.0) {
            let [x, y] = [a, b].map(|number| Day::try_from(number).unwrap());
            prop_assert_eq!(x.cmp(&y), x.order().cmp(&y.order()));
        }
    }
}
