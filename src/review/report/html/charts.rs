//! The pictures: SVG without anything but rectangles, circles, lines and texts.

use core::fmt;
use core::fmt::Write;

use super::text::Grouped;
use super::text::Plain;
use crate::review::report::CallsOfDay;
use crate::review::report::EndsByWeek;
use crate::review::report::Timeline;
use crate::value::Day;
use crate::value::Timestamp;

/// The width of a picture, in its own units.
const WIDTH: f64 = 480.0;

/// A picture with what it shows in words, for those who do not see it. The identifier is the page's own.
fn picture(
    out: &mut String,
    (id, height, title, words): (&str, f64, &str, &str),
    drawn: impl FnOnce(&mut String) -> fmt::Result,
) -> fmt::Result {
    writeln!(
        out,
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-desc\">\
         <title id=\"{id}-title\">{}</title><desc id=\"{id}-desc\">{}</desc>",
        Plain(title),
        Plain(words)
    )?;
    drawn(out)?;
    writeln!(out, "</svg>")
}

/// A row of a bar chart: its label, and its parts with their classes.
pub(super) struct Row {
    pub(super) label: String,
    pub(super) parts: Vec<(&'static str, u64)>,
}

impl Row {
    fn total(&self) -> u64 {
        self.parts.iter().fold(0, |sum, (_, part)| sum.saturating_add(*part))
    }
}

/// Bars that lie, one for each row, with their totals.
pub(super) fn bars(out: &mut String, (id, title): (&str, &str), rows: &[Row]) -> fmt::Result {
    const LEFT: f64 = 172.0;
    const ROW: f64 = 34.0;
    let most = rows.iter().map(Row::total).max().unwrap_or_default().max(1);
    let width = WIDTH - LEFT - 70.0;
    let words: Vec<String> = rows.iter().map(|row| format!("{}: {}", row.label, row.total())).collect();
    picture(out, (id, ROW * rows.len() as f64, title, &words.join("; ")), |out| {
        for (at, row) in rows.iter().enumerate() {
            let top = ROW * at as f64;
            writeln!(out, "<text x=\"0\" y=\"{:.1}\">{}</text>", top + 22.0, Plain(&row.label))?;
            writeln!(
                out,
                "<rect class=\"track\" x=\"{LEFT}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"18\" rx=\"2\"/>",
                top + 8.0
            )?;
            let mut left = LEFT;
            for (class, part) in row.parts.iter().filter(|(_, part)| *part > 0) {
                // What is there is seen.
                let long = (width * (*part as f64 / most as f64)).max(2.0);
                writeln!(
                    out,
                    "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{:.1}\" width=\"{long:.1}\" height=\"18\"/>",
                    top + 8.0
                )?;
                left += long;
            }
            writeln!(
                out,
                "<text class=\"end\" x=\"{WIDTH}\" y=\"{:.1}\">{}</text>",
                top + 22.0,
                Grouped(row.total())
            )?;
        }
        Ok(())
    })
}

/// A line for each kind with a dot for each week in which something ends, as large as much does.
pub(super) fn timeline(
    out: &mut String,
    (id, title): (&str, &str),
    kinds: &[EndsByWeek],
    now: Timestamp,
) -> fmt::Result {
    const LANE: f64 = 54.0;
    const LEFT: f64 = 12.0;
    let step = (WIDTH - 2.0 * LEFT) / f64::from(Timeline::WEEKS);
    let bottom = LANE * kinds.len() as f64;
    let within = |kind: &EndsByWeek| kind.weeks.iter().fold(0_u64, |sum, week| sum.saturating_add(*week));
    let words: Vec<String> = kinds
        .iter()
        .map(|kind| format!("{}: {} within a year, {} later", kind.kind.title(), within(kind), kind.later))
        .collect();
    picture(out, (id, bottom + 30.0, title, &words.join("; ")), |out| {
        months(out, now, (LEFT, step, bottom))?;
        for (at, kind) in kinds.iter().enumerate() {
            let top = LANE * at as f64;
            let middle = top + 38.0;
            writeln!(out, "<text x=\"0\" y=\"{:.1}\">{}</text>", top + 17.0, Plain(kind.kind.title()))?;
            let later =
                if kind.later > 0 { format!(", {} later", Grouped(kind.later)) } else { String::new() };
            writeln!(
                out,
                "<text class=\"end soft\" x=\"{WIDTH}\" y=\"{:.1}\">{}{later}</text>",
                top + 17.0,
                Grouped(within(kind))
            )?;
            writeln!(
                out,
                "<line class=\"line\" x1=\"{LEFT}\" x2=\"{:.1}\" y1=\"{middle:.1}\" y2=\"{middle:.1}\"/>",
                WIDTH - LEFT
            )?;
            for (week, count) in kind.weeks.iter().enumerate().filter(|(_, count)| **count > 0) {
                let radius = (2.5 + (*count as f64).sqrt() * 1.6).min(11.0);
                writeln!(
                    out,
                    "<circle class=\"{}\" cx=\"{:.1}\" cy=\"{middle:.1}\" r=\"{radius:.1}\"/>",
                    // Within a month it presses.
                    if week < 4 { "two" } else { "one" },
                    LEFT + step * (week as f64 + 0.5)
                )?;
            }
        }
        Ok(())
    })
}

/// A mark at the beginning of each month, with a name at every third one.
fn months(out: &mut String, now: Timestamp, (left, step, bottom): (f64, f64, f64)) -> fmt::Result {
    let mut month = Day::of(now).last_of_month().plus(1);
    for at in 0..12_u8 {
        let weeks = month.start().seconds_since(now) as f64 / f64::from(7 * Day::SECONDS);
        let across = left + step * weeks;
        writeln!(
            out,
            "<line class=\"line\" x1=\"{across:.1}\" x2=\"{across:.1}\" y1=\"{:.1}\" y2=\"{:.1}\"/>",
            bottom - 4.0,
            bottom + 4.0
        )?;
        if at.is_multiple_of(3) {
            let (year, number) = month.year_and_month();
            writeln!(
                out,
                "<text class=\"middle soft\" x=\"{:.1}\" y=\"{:.1}\">{year:04}-{number:02}</text>",
                across.clamp(34.0, WIDTH - 34.0),
                bottom + 22.0
            )?;
        }
        month = month.last_of_month().plus(1);
    }
    Ok(())
}

/// A column for each day, its failed calls at the foot.
pub(super) fn calls(out: &mut String, (id, title): (&str, &str), days: &[CallsOfDay]) -> fmt::Result {
    const TOP: f64 = 30.0;
    const HEIGHT: f64 = 170.0;
    let most = days.iter().map(|day| day.total).max().unwrap_or_default();
    let step = WIDTH / (days.len() as f64).max(1.0);
    let high = |calls: u64| HEIGHT * (calls as f64 / most.max(1) as f64);
    let words = format!("at most {most} calls on a day");
    picture(out, (id, TOP + HEIGHT + 28.0, title, &words), |out| {
        writeln!(out, "<text class=\"soft\" x=\"0\" y=\"16\">{} calls</text>", Grouped(most))?;
        for across in [TOP, TOP + HEIGHT] {
            writeln!(
                out,
                "<line class=\"line\" x1=\"0\" x2=\"{WIDTH}\" y1=\"{across:.1}\" y2=\"{across:.1}\"/>"
            )?;
        }
        for (at, day) in days.iter().enumerate() {
            let left = step * at as f64;
            let (failed, rest) = (high(day.failed), high(day.total.saturating_sub(day.failed)));
            let foot = TOP + HEIGHT - failed;
            for (class, top, tall) in [("one", foot - rest, rest), ("two", foot, failed)] {
                if tall > 0.0 {
                    writeln!(
                        out,
                        "<rect class=\"{class}\" x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{tall:.1}\"/>",
                        step - 1.0
                    )?;
                }
            }
        }
        let labels = [(days.first(), "", 0.0), (days.last(), "end ", WIDTH)];
        for (day, class, across) in labels {
            if let Some(day) = day {
                let down = TOP + HEIGHT + 20.0;
                writeln!(out, "<text class=\"{class}soft\" x=\"{across}\" y=\"{down}\">{}</text>", day.day)?;
            }
        }
        Ok(())
    })
}
