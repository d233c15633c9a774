//! What single sign-on costs, each figure beside its floor in the same run: only ratios within a run travel.
//!
//! `cargo bench --bench saml` races each task against its floor, round by round, lets criterion measure both, and
//! prints the ratios at the end, with the cost for each byte by the size of the message.

mod floor;
mod login;
mod messages;
#[path = "../hot_path/race.rs"]
#[expect(dead_code, reason = "nothing here runs on several threads")]
mod race;
mod refuse;
mod sizes;
mod validate;

use crate::race::Report;
use crate::race::Rival;
use crate::race::drawn;

fn main() {
    let mut report = Report::from_args();
    validate::validate(&mut report);
    refuse::refuse(&mut report);
    login::log_in(&mut report);
    let table = sizes::sizes(&mut report);
    report.finish();
    print!("{table}");
}

/// The rival that does this, for which nothing needs to be drawn.
fn doing<'a>(name: &str, mut work: impl FnMut() + 'a) -> Rival<'a> {
    Rival::new(name, move |times| drawn(times, 16, || (), |()| work()))
}
