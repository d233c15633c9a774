//! Durations (XML Schema part 2 §3.2.6).

/// The seconds of a duration: a day has 24 hours, a month 30 days, a year 365. A fraction of a second is cut, and more
/// than fits is as much as fits. Nothing for a text that is no duration, and for a negative one.
pub fn read(text: &str) -> Option<u32> {
    let rest = text.strip_prefix('P')?;
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    if date.is_empty() && time.is_empty() {
        return None;
    }
    let date = sum(date, &[('Y', 31_536_000), ('M', 2_592_000), ('D', 86_400)])?;
    let time = sum(time, &[('H', 3_600), ('M', 60), ('S', 1)])?;
    Some(u32::try_from(date.saturating_add(time)).unwrap_or(u32::MAX))
}

/// Numbers, each before its letter, in the order of the letters.
fn sum(mut text: &str, units: &[(char, u64)]) -> Option<u64> {
    let mut total = 0_u64;
    for (letter, seconds) in units {
        let Some((number, rest)) = text.split_once(*letter) else { continue };
        let whole = match (number.split_once('.'), letter) {
            (None, _) => number,
            (Some((whole, fraction)), 'S') if is_number(fraction) => whole,
            (Some(_), _) => return None,
        };
        if !is_number(whole) {
            return None;
        }
        // More digits than fit are as much as fits.
        total = total.saturating_add(whole.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(*seconds));
        text = rest;
    }
    text.is_empty().then_some(total)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SA-02: how long metadata may be kept is a number of seconds.
    #[test]
    fn sa_02_durations_are_read_as_seconds() {
        for (text, seconds) in [
            ("P1D", 86_400),
            ("PT1440M", 86_400),
            ("PT0S", 0),
            ("PT1H30M5.25S", 5_405),
            ("P1Y1M1DT1H1M1S", 34_218_061),
            ("P99999999999999999999Y", u32::MAX),
        ] {
            assert_eq!(read(text), Some(seconds), "{text}");
        }
        for text in [
            "", "P", "PT", "P1DT", "-P1D", "1D", "P1H", "PT1D", "P1.5D", "PT1.S", "PT.5S", "P1D1Y", "PD",
            "P1D ",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
