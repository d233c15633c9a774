//! What stands on the command line, by name.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::arguments::Wrong;

/// What may follow an option, and how often it may be there.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    Flag,
    Value,
    Values,
}

const OPTIONS: [(&str, Kind); 13] = [
    ("--acs", Kind::Value),
    ("--allow", Kind::Values),
    ("--at", Kind::Value),
    ("--audience", Kind::Value),
    ("--certificate", Kind::Values),
    ("--decryption-key", Kind::Value),
    ("--encoding", Kind::Value),
    ("--grant", Kind::Value),
    ("--idp-initiated", Kind::Flag),
    ("--issuer", Kind::Value),
    ("--metadata", Kind::Value),
    ("--request-id", Kind::Value),
    ("--skew", Kind::Value),
];

/// The options that are given, each with its values, and the files.
pub struct Options {
    given: BTreeMap<&'static str, Vec<String>>,
    files: Vec<String>,
}

impl Options {
    pub fn read(arguments: impl Iterator<Item = OsString>) -> Result<Self, Wrong> {
        let text = |argument: OsString| {
            argument.into_string().map_err(|argument| Wrong(format!("`{}` is not UTF-8", argument.display())))
        };
        let mut arguments = arguments.map(text);
        let mut options = Self { given: BTreeMap::new(), files: Vec::new() };
        while let Some(argument) = arguments.next().transpose()? {
            if argument == "-" || !argument.starts_with('-') {
                options.files.push(argument);
                continue;
            }
            let known = OPTIONS.into_iter().find(|(name, _)| *name == argument);
            let (name, kind) = known.ok_or_else(|| Wrong(format!("`{argument}` is no option")))?;
            let values = options.given.entry(name).or_default();
            if kind != Kind::Values && !values.is_empty() {
                return Err(Wrong(format!("`{name}` is given twice")));
            }
            values.push(match kind {
                Kind::Flag => String::new(),
                Kind::Value | Kind::Values => {
                    arguments.next().transpose()?.ok_or_else(|| Wrong(format!("`{name}` has no value")))?
                }
            });
        }
        Ok(options)
    }

    pub fn is_given(&self, name: &str) -> bool {
        self.given.contains_key(name)
    }

    /// Every value of the option.
    pub fn all(&mut self, name: &str) -> Vec<String> {
        self.given.remove(name).unwrap_or_default()
    }

    /// The value of the option, if it is given.
    pub fn one(&mut self, name: &str) -> Option<String> {
        self.all(name).pop()
    }

    /// The value of the option.
    pub fn needed(&mut self, name: &str) -> Result<String, Wrong> {
        self.one(name).ok_or_else(|| Wrong(format!("`{name}` is missing")))
    }

    /// The files, where every option has been asked for: what is left goes with none of the others.
    pub fn finish(self) -> Result<Vec<String>, Wrong> {
        match self.given.keys().next() {
            Some(name) => Err(Wrong(format!("`{name}` does not go with the other options"))),
            None if self.files.is_empty() => Err(Wrong("no file is given".to_owned())),
            None if self.files.iter().filter(|file| *file == "-").count() > 1 => {
                Err(Wrong("`-` is given twice".to_owned()))
            }
            None => Ok(self.files),
        }
    }
}
