//! Checks SAML responses from the command line, and says why they are refused:
//! `cargo run --example saml_check -- --help`.
//!
//! What it says is what a login by `grantor` would say: it calls the same functions. Only what has to be remembered, it
//! cannot know.

mod tool;

use std::io::{Write, stderr, stdin, stdout};
use std::process::ExitCode;
use std::time::SystemTime;

#[expect(clippy::disallowed_methods, reason = "a host reads the clock, so that the library does not")]
fn main() -> ExitCode {
    let said = tool::run(std::env::args_os().skip(1), &mut stdin().lock(), SystemTime::now().into());
    let written = stdout().write_all(said.stdout.as_bytes());
    let told = stderr().write_all(said.stderr.as_bytes());
    // A verdict that nobody could read is none.
    if written.and(told).is_ok() { ExitCode::from(said.exit) } else { ExitCode::from(tool::WRONG) }
}
