//! Instants as SAML writes them.

use time::Date;
use time::Month;
use time::PrimitiveDateTime;
use time::Time;
use time::UtcOffset;

use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::Timestamp;

/// The text is no instant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum NotInstant {
    /// It is none of `xs:dateTime`, or one of a day, an hour or a second that there is not.
    Malformed,
    /// It has an offset from UTC, and the policy allows none (SA-18).
    Offset,
}

/// The instant that is written so: in UTC with a `Z`, to the second or finer (SAML core §1.3.3). A fraction of a
/// second is cut.
pub fn read(text: &str, deviations: Deviations) -> Result<Timestamp, NotInstant> {
    let (date_time, offset) = match text.strip_suffix('Z') {
        Some(date_time) => (date_time, UtcOffset::UTC),
        None => {
            let (date_time, offset) = offset_of(text).ok_or(NotInstant::Malformed)?;
            if !deviations.allow(Deviation::OffsetTime) {
                return Err(NotInstant::Offset);
            }
            (date_time, offset)
        }
    };
    let local = date_time_of(date_time).ok_or(NotInstant::Malformed)?;
    Ok(Timestamp::from(local.assume_offset(offset)))
}

/// XML Schema part 2 §3.2.7.3: a sign, then hours and minutes up to 14:00.
fn offset_of(text: &str) -> Option<(&str, UtcOffset)> {
    let (date_time, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
    let (sign, offset) = offset.split_at_checked(1)?;
    let (hours, minutes) = offset.split_once(':')?;
    let (hours, minutes): (i8, i8) =
        (digits(hours, 2)?.try_into().ok()?, digits(minutes, 2)?.try_into().ok()?);
    if minutes > 59 || hours > 14 || (hours == 14 && minutes > 0) {
        return None;
    }
    let offset = match sign {
        "+" => UtcOffset::from_hms(hours, minutes, 0),
        "-" => UtcOffset::from_hms(hours.checked_neg()?, minutes.checked_neg()?, 0),
        _ => return None,
    };
    Some((date_time, offset.ok()?))
}

/// `YYYY-MM-DDThh:mm:ss`, and a fraction. Years of four digits from 0001: the others are no instants of a login.
fn date_time_of(text: &str) -> Option<PrimitiveDateTime> {
    let (date, time) = text.split_once('T')?;
    let [year, month, day] = parts(date, '-', [4, 2, 2])?;
    let (time, fraction) =
        time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
    if fraction.is_some_and(|digits| digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()))
    {
        return None;
    }
    let [hour, minute, second] = parts(time, ':', [2, 2, 2])?;
    let small = |number: u16| u8::try_from(number).ok();
    let month = Month::try_from(small(month)?).ok()?;
    let date = Date::from_calendar_date(i32::from(year), month, small(day)?).ok()?;
    let time = Time::from_hms(small(hour)?, small(minute)?, small(second)?).ok()?;
    (year > 0).then(|| PrimitiveDateTime::new(date, time))
}

fn parts(text: &str, between: char, widths: [usize; 3]) -> Option<[u16; 3]> {
    let mut found = text.split(between);
    let mut part = |width| digits(found.next()?, width);
    let [first, second, third] = widths;
    let numbers = [part(first)?, part(second)?, part(third)?];
    found.next().is_none().then_some(numbers)
}

fn digits(text: &str, width: usize) -> Option<u16> {
    let is_number = text.len() == width && text.bytes().all(|digit| digit.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn strict(text: &str) -> Result<i64, NotInstant> {
        read(text, Deviations::NONE).map(Timestamp::unix)
    }

    fn lenient(text: &str) -> Result<i64, NotInstant> {
        read(text, Deviations::NONE.with(Deviation::OffsetTime)).map(Timestamp::unix)
    }

    /// SA-10: an instant is in UTC with a `Z`, and a fraction of any length is cut.
    #[test]
    fn sa_10_instants_are_in_utc_to_the_second_or_finer() {
        assert_eq!(strict("2026-11-25T12:00:30Z"), Ok(1_795_608_030));
        assert_eq!(strict("2026-11-25T12:00:30.9999999Z"), Ok(1_795_608_030));
        assert_eq!(strict("1969-12-31T23:59:59.5Z"), Ok(-1));
        assert_eq!(strict("9999-12-31T23:59:59Z"), Ok(253_402_300_799));
        assert_eq!(strict("2024-02-29T00:00:00Z"), Ok(1_709_164_800));
    }

    /// SA-10: whatever names no instant is refused, and nothing panics.
    #[test]
    fn sa_10_what_is_no_instant_is_refused() {
        for text in [
            "",
            "Z",
            "2026-11-25",
            "2026-11-25T12:00:30",
            "2026-11-25T12:00:30z",
            "2026-11-25t12:00:30Z",
            "2026-11-25 12:00:30Z",
            " 2026-11-25T12:00:30Z",
            "2026-11-25T12:00:30Z ",
            "2026-11-25T12:00Z",
            "2026-11-25T24:00:00Z",
            "2026-11-25T12:60:00Z",
            "2026-11-25T12:00:60Z",
            "2026-11-25T12:00:30.Z",
            "2026-11-25T12:00:30.5.5Z",
            "2026-11-25T12:00:30,5Z",
            "2026-11-25T+2:00:30Z",
            "2026-02-29T12:00:30Z",
            "2026-13-25T12:00:30Z",
            "2026-00-25T12:00:30Z",
            "2026-11-00T12:00:30Z",
            "2026-11-31T12:00:30Z",
            "0000-11-25T12:00:30Z",
            "-2026-11-25T12:00:30Z",
            "12026-11-25T12:00:30Z",
            "2026-11-25T12:00:30ZZ",
            "2026-11-25T12:00:30+14:01",
            "2026-11-25T12:00:30+15:00",
            "2026-11-25T12:00:30+01:60",
            "2026-11-25T12:00:30+0100",
            "2026-11-25T12:00:30\u{e9}01:00",
        ] {
            assert_eq!(strict(text), Err(NotInstant::Malformed), "{text}");
            assert_eq!(lenient(text), Err(NotInstant::Malformed), "{text}");
        }
    }

    /// SA-18: an offset is refused by its own name, and read where the policy allows it.
    #[test]
    fn sa_18_an_offset_is_a_deviation() {
        for (text, seconds) in [
            ("2026-11-25T13:00:30+01:00", 1_795_608_030),
            ("2026-11-25T00:00:30.25-12:00", 1_795_608_030),
            ("2026-11-26T02:00:30+14:00", 1_795_608_030),
            ("2026-11-25T12:00:30-00:00", 1_795_608_030),
        ] {
            assert_eq!(strict(text), Err(NotInstant::Offset), "{text}");
            assert_eq!(lenient(text), Ok(seconds), "{text}");
        }
    }

    proptest! {
        /// SA-10: what this library writes, it reads.
        #[test]
        fn sa_10_what_is_written_is_read(seconds in -62_135_596_800_i64..253_402_300_800) {
            prop_assert_eq!(strict(&Timestamp::from_unix(seconds).to_string()), Ok(seconds));
        }

        /// threat 45: no text panics.
        #[test]
        fn threat_45_no_text_panics(text in "\\PC{0,32}", like in "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.Z+-]{0,20}") {
            let _ = (strict(&text), lenient(&text), strict(&like), lenient(&like));
        }
    }
}
