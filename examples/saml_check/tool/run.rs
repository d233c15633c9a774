//! From arguments to what is printed.

use std::ffi::OsString;
use std::fmt::Write;
use std::io::Read;

use grantor::Timestamp;
use grantor::saml::crypto::AwsLcDecryptor;

use super::arguments::Arguments;
use super::arguments::Expects;
use super::arguments::Wrong;
use super::files;
use super::help::HELP;
use super::judge::Judge;
use super::trust::Given;
use super::verdict::Verdict;

/// The exit code for wrong arguments and unreadable files.
pub const WRONG: u8 = 2;
const REFUSED: u8 = 1;
const ACCEPTED: u8 = 0;

/// What the tool says.
#[derive(Debug)]
pub struct Said {
    pub exit: u8,
    pub stdout: String,
    pub stderr: String,
}

/// Does what the arguments ask for. The clock stands at `now`, if they do not say otherwise.
pub fn run(arguments: impl Iterator<Item = OsString>, stdin: &mut impl Read, now: Timestamp) -> Said {
    let arguments: Vec<OsString> = arguments.collect();
    if arguments.iter().any(|argument| argument == "--help") {
        return Said { exit: ACCEPTED, stdout: HELP.to_owned(), stderr: String::new() };
    }
    match verdicts(arguments, stdin, now) {
        Ok((exit, stdout)) => Said { exit, stdout, stderr: String::new() },
        Err(Wrong(wrong)) => {
            let stderr = format!("saml_check: {wrong}\nTry `--help`.\n");
            Said { exit: WRONG, stdout: String::new(), stderr }
        }
    }
}

fn verdicts(arguments: Vec<OsString>, stdin: &mut impl Read, now: Timestamp) -> Result<(u8, String), Wrong> {
    let Arguments { source, expects, policy, at, encoding, files } = Arguments::read(arguments.into_iter())?;
    let decryptor = match &expects {
        Expects::Login { key: Some(file), .. } => Some(decryptor(file)?),
        Expects::Login { key: None, .. } | Expects::Grant { .. } => None,
    };
    let now = at.unwrap_or(now);
    let judge = Judge { given: Given::read(source)?, expects, policy, encoding, decryptor, now };
    // All are read before any is judged: half an answer could pass for the whole.
    let messages = files.iter().map(|file| files::message(file, stdin)).collect::<Result<Vec<_>, _>>()?;

    let (mut exit, mut lines) = (ACCEPTED, String::new());
    for (file, message) in files.iter().zip(&messages) {
        let verdict = judge.verdict(file, message);
        if matches!(verdict, Verdict::Refused(_)) {
            exit = REFUSED;
        }
        let line = serde_json::to_string(&verdict).map_err(|error| Wrong(error.to_string()))?;
        writeln!(lines, "{line}").map_err(|error| Wrong(error.to_string()))?;
    }
    Ok((exit, lines))
}

fn decryptor(file: &str) -> Result<AwsLcDecryptor, Wrong> {
    let key = files::setting(file)?;
    let taken = match str::from_utf8(&key) {
        Ok(pem) => AwsLcDecryptor::from_pem(&[pem]),
        Err(_) => AwsLcDecryptor::from_pkcs8(&[&key]),
    };
    taken.map_err(|error| Wrong(format!("`{file}`: {error}")))
}
