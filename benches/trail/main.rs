//! What it costs to seal, verify, search and rebuild from an audit trail, each figure beside its floor in the same run: only
//! ratios within a run travel.
//!
//! `cargo bench --bench trail` races each task against its floor, round by round, lets criterion measure both, and
//! prints the ratios at the end.

mod house;
#[path = "../hot_path/race.rs"]
#[expect(dead_code, reason = "nothing here runs on several threads")]
mod race;
mod verify;

use crate::race::Report;

fn main() {
    let mut report = Report::from_args();
    verify::digest(&mut report);
    verify::seal(&mut report);
    verify::verify(&mut report);
    house::search(&mut report);
    house::rebuild(&mut report);
    report.finish();
}
