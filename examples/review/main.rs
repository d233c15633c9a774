//! The review of an organization's application access, as a page: `cargo run --example review -- out.html`.
//!
//! The organization is made up, through the library itself, over two years of simulated time: see `company`. It is the same
//! each time.

mod company;

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use grantor::ready;
use grantor::review::report::{Report, ReviewCriteria, Severity};

const USAGE: &str = "\
Writes the review of a made-up organization to a file.

usage: review [--markdown] FILE
       review --help

  --markdown  as Markdown, and not as a page";

/// What was asked for.
#[derive(Debug, Eq, PartialEq)]
enum Asked {
    Help,
    Page(PathBuf),
    Markdown(PathBuf),
}

fn main() -> ExitCode {
    let (file, write): (PathBuf, fn(&Report) -> String) = match asked(env::args_os().skip(1)) {
        Ok(Asked::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Ok(Asked::Page(file)) => (file, Report::to_html),
        Ok(Asked::Markdown(file)) => (file, Report::to_markdown),
        Err(wrong) => {
            eprintln!("review: {wrong}; see `review --help`");
            return ExitCode::from(2);
        }
    };
    let written = review().and_then(|report| {
        fs::write(&file, write(&report)).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(report)
    });
    match written {
        Ok(report) => {
            let of = Severity::ALL.map(|severity| format!("{} {severity}", report.severities.of(severity)));
            println!("{}: {}", file.display(), of.join(", "));
            ExitCode::SUCCESS
        }
        Err(failed) => {
            eprintln!("review: {failed}");
            ExitCode::FAILURE
        }
    }
}

/// What these arguments ask for, or what is wrong with them.
fn asked(arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, String> {
    let (mut markdown, mut file) = (false, None);
    for argument in arguments {
        match argument.to_str() {
            Some("--help" | "-h") => return Ok(Asked::Help),
            Some("--markdown") => markdown = true,
            Some(option) if option.starts_with('-') => return Err(format!("there is no option `{option}`")),
            Some("") => return Err("a file has a name".to_owned()),
            Some(_) | None if file.is_some() => return Err("one file is written, and no more".to_owned()),
            Some(_) | None => file = Some(PathBuf::from(argument)),
        }
    }
    let file = file.ok_or("a file to write is needed")?;
    Ok(if markdown { Asked::Markdown(file) } else { Asked::Page(file) })
}

/// One call, for all of it.
fn review() -> Result<Report, String> {
    let company = company::Company::build().map_err(|error| error.to_string())?;
    let report = ready(company.administration().review(&ReviewCriteria::default(), company::NOW));
    report.map_err(|error| error.to_string())?.map_err(|error| error.to_string())
}
