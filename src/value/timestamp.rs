//! Instants. The library reads no clock: each one comes from the host.

use core::fmt;
use core::str::FromStr;
use std::time::SystemTime;
use std::time::UNIX_EPOCH;

use serde::Deserialize;
use serde::Serialize;
use time::Date;
use time::Month;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// An instant in UTC, in whole seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// A finer clock is cut to the second it is in, so that "at the instant" means the same for every rule.
/// Arithmetic saturates: the end of time stays the end of time.
///
/// ```
/// use std::time::SystemTime;
///
/// use grantor::value::Timestamp;
///
/// let now = Timestamp::from(SystemTime::UNIX_EPOCH);
/// assert_eq!(now.plus(86_400).to_string(), "1970-01-02T00:00:00Z");
/// ```
#[derive(Clone, Copy, Debug, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The earliest instant there is.
    pub const MIN: Self = Self(i64::MIN);
    /// The latest instant there is.
    pub const MAX: Self = Self(i64::MAX);

    /// The instant so many seconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The instant so many seconds later.
    #[must_use]
    pub const fn plus(self, seconds: u32) -> Self {
        Self(self.0.saturating_add_unsigned(seconds as u64))
    }

    /// The instant so many seconds earlier.
    #[must_use]
    pub const fn minus(self, seconds: u32) -> Self {
        Self(self.0.saturating_sub_unsigned(seconds as u64))
    }

    /// Seconds from `earlier` to this instant: negative where `earlier` is the later one.
    #[must_use]
    pub const fn seconds_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Cuts to the second the clock is in; an instant before 1970 is cut towards the past too.
impl From<SystemTime> for Timestamp {
    fn from(instant: SystemTime) -> Self {
        match instant.duration_since(UNIX_EPOCH) {
            Ok(after) => Self(i64::try_from(after.as_secs()).unwrap_or(i64::MAX)),
            Err(before) => {
                let before = before.duration();
                let whole = i64::try_from(before.as_secs()).unwrap_or(i64::MAX);
                Self(0_i64.saturating_sub(whole).saturating_sub(i64::from(before.subsec_nanos() > 0)))
            }
        }
    }
}

impl From<OffsetDateTime> for Timestamp {
    fn from(instant: OffsetDateTime) -> Self {
        Self(instant.unix_timestamp())
    }
}

/// RFC 3339 in UTC; beyond the year 9999, the seconds with a leading `@`.
impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|at| at.format(&Rfc3339).ok());
        match text {
            Some(text) => f.write_str(&text),
            None => write!(f, "@{}", self.0),
        }
    }
}

/// The text is no instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "an instant is written as 2026-01-15T12:00:00Z, or in seconds after an `@` where it is beyond the year 9999"
)]
pub struct TimestampError;

/// Reads what is written, and no other text of the same instant.
impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        let read = match text.strip_prefix('@') {
            Some(seconds) => seconds.parse().ok().map(Self),
            None => calendar(text),
        };
        read.filter(|instant| instant.to_string() == text).ok_or(TimestampError)
    }
}

fn calendar(text: &str) -> Option<Timestamp> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = parts(date, '-')?;
    let [hour, minute, second] = parts(time, ':')?;
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()?;
    let [hour, minute, second] = [hour, minute, second].map(|part| u8::try_from(part).unwrap_or(u8::MAX));
    let instant = date.with_hms(hour, minute, second).ok()?.assume_utc();
    Some(Timestamp(instant.unix_timestamp()))
}

fn parts(text: &str, between: char) -> Option<[u16; 3]> {
    let parts: Option<Vec<u16>> = text.split(between).map(|part| part.parse().ok()).collect();
    parts?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn an_instant_is_read_as_it_is_written(seconds in prop_oneof![any::<i64>(), -62_167_219_200..=253_402_300_799_i64]) {
            let instant = Timestamp::from_unix(seconds);
            prop_assert_eq!(instant.to_string().parse(), Ok(instant));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<Timestamp>();
        }
    }

    #[test]
    fn one_instant_has_one_text() {
        for other in [
            "",
            "2026-01-15",
            "2026-01-15T12:00:00",
            "2026-01-15T12:00:00+00:00",
            "2026-1-15T12:00:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-15T24:00:00Z",
            "2026-01-15T12:00:300Z",
            "+2026-01-15T12:00:00Z",
            "2026-01-15T12:00:00.0Z",
            "@0",
            "@+253402300800",
        ] {
            assert_eq!(other.parse::<Timestamp>(), Err(TimestampError), "{other}");
        }
        assert!("@253402300800".parse::<Timestamp>().is_ok());
    }

    #[test]
    fn a_finer_clock_is_cut_to_its_second() {
        let fine = UNIX_EPOCH + Duration::new(7, 999_999_999);
        assert_eq!(Timestamp::from(fine), Timestamp::from_unix(7));
    }

    #[test]
    fn before_1970_the_cut_goes_to_the_past_too() {
        let fine = UNIX_EPOCH - Duration::new(7, 1);
        assert_eq!(Timestamp::from(fine), Timestamp::from_unix(-8));
        assert_eq!(Timestamp::from(UNIX_EPOCH - Duration::new(7, 0)), Timestamp::from_unix(-7));
    }

    #[test]
    fn arithmetic_saturates() {
        assert_eq!(Timestamp::MAX.plus(1), Timestamp::MAX);
        assert_eq!(Timestamp::MIN.minus(1), Timestamp::MIN);
        assert_eq!(Timestamp::MAX.seconds_since(Timestamp::MIN), i64::MAX);
    }

    #[test]
    fn text_is_rfc_3339_where_there_is_one() {
        assert_eq!(Timestamp::from_unix(1_777_593_600).to_string(), "2026-05-01T00:00:00Z");
        assert_eq!(Timestamp::MAX.to_string(), "@9223372036854775807");
    }
}
