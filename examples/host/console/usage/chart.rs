//! A chart of calls: a bar for each period, with what was refused or failed on top.

use grantor::{
    model::StatusClass,
    review::usage::{By, ClientUsage, Period},
    value::Day,
};
use maud::{Markup, html};

const WIDTH: u64 = 720;
const HEIGHT: u64 = 160;
/// Room below for the names of the periods, and above for the number.
const FOOT: u64 = 24;
const HEAD: u64 = 20;

/// A bar.
struct Bar {
    period: Period,
    good: u64,
    bad: u64,
}

/// The chart of one client's calls between these days.
pub fn page(used: &ClientUsage, name: &str, (from, to): (Day, Day), by: By) -> Markup {
    let bars = bars(used, (from, to), by);
    let most = bars.iter().map(|bar| bar.good + bar.bad).max().unwrap_or_default().max(1);
    let total: u64 = bars.iter().map(|bar| bar.good + bar.bad).sum();
    let step = WIDTH / u64::try_from(bars.len()).unwrap_or(1).max(1);
    let high = HEIGHT - FOOT - HEAD;
    let floor = HEIGHT - FOOT;
    let tall = |calls: u64| calls * high / most;
    let title = format!("Calls of {name} from {from} to {to}: {total} in all, at most {most} at once");
    let places = bars.iter().zip((0_u64..).map(|place| place * step));
    html! {
        svg.chart viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(title) {
            title { (title) }
            text.label x="0" y="14" { (most) }
            line.axis x1="0" y1=(HEAD) x2=(WIDTH) y2=(HEAD) {}
            line.axis x1="0" y1=(floor) x2=(WIDTH) y2=(floor) {}
            @for (bar, x) in places {
                g {
                    title { (bar.period) ": " (bar.good + bar.bad) " calls, " (bar.bad) " refused or failed" }
                    rect.good x=(x + 1) y=(floor - tall(bar.good)) width=(step - 2) height=(tall(bar.good)) {}
                    rect.bad x=(x + 1) y=(floor - tall(bar.good) - tall(bar.bad)) width=(step - 2) height=(tall(bar.bad)) {}
                }
            }
            text.label x="0" y=(HEIGHT - 6) { (Period::of(from, by)) }
            text.label.end x=(WIDTH) y=(HEIGHT - 6) { (Period::of(to, by)) }
        }
    }
}

/// Every period between the days, those without a call too.
fn bars(used: &ClientUsage, (from, to): (Day, Day), by: By) -> Vec<Bar> {
    let mut bars = Vec::new();
    let mut day = from;
    while day <= to {
        let period = Period::of(day, by);
        let usage = used.periods.iter().find(|used| used.period == period);
        let calls = usage.map(|used| used.usage.calls()).unwrap_or_default();
        let good = calls.of(StatusClass::of(200)) + calls.of(StatusClass::of(300));
        bars.push(Bar { period, good, bad: calls.total().saturating_sub(good) });
        if period.last() == Day::MAX {
            break;
        }
        day = period.last().plus(1);
    }
    bars
}
