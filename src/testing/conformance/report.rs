//! What the suite found.

use core::any::Any;
use core::fmt;
use core::fmt::Debug;
use core::fmt::Display;

use super::Check;
use super::bench::Items;
use crate::change::Position;
use crate::change::Record;
use crate::change::Versioned;
use crate::store::Page;

/// What the suite found: a verdict for every check that it ran.
#[derive(Clone, Debug, Default)]
#[must_use = "a failure that nobody looks at proves nothing"]
pub struct Report {
    verdicts: Vec<Verdict>,
}

/// What one check found.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The check.
    pub check: Check,
    /// The promise is kept, or this is how it is broken.
    pub result: Result<(), Failure>,
}

/// How a promise is broken, in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Failure {
    /// What was done.
    pub after: String,
    /// What the store promises then.
    pub expected: String,
    /// What it did.
    pub seen: String,
}

impl Report {
    /// Every verdict, in the order of the checks.
    #[must_use]
    pub fn verdicts(&self) -> &[Verdict] {
        &self.verdicts
    }

    /// The checks that failed, and how.
    pub fn failures(&self) -> impl Iterator<Item = (Check, &Failure)> {
        self.verdicts.iter().filter_map(|verdict| Some((verdict.check, verdict.result.as_ref().err()?)))
    }

    /// Whether no check failed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.failures().next().is_none()
    }

    /// Fails the test with every failure in words, if there is one.
    #[track_caller]
    pub fn assert(&self) {
        assert!(self.is_sound(), "the store breaks its promises\n{self}");
    }
}

impl FromIterator<Verdict> for Report {
    fn from_iter<I: IntoIterator<Item = Verdict>>(verdicts: I) -> Self {
        Self { verdicts: verdicts.into_iter().collect() }
    }
}

/// A line for every check, and under those that failed how.
impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for verdict in &self.verdicts {
            writeln!(f, "{verdict}")?;
        }
        let failed = self.failures().count();
        write!(f, "{} of {} promises kept", self.verdicts.len().saturating_sub(failed), self.verdicts.len())
    }
}

impl Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.result {
            Ok(()) => write!(f, "kept    {}", self.check),
            Err(failure) => write!(f, "BROKEN  {}: {}\n{failure}", self.check, self.check.promise()),
        }
    }
}

impl Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "    after    {}\n    expected {}\n    seen     {}", self.after, self.expected, self.seen)
    }
}

impl Failure {
    /// 1 500: the most characters of each part. Records can be long.
    const MAX: usize = 1_500;

    pub(super) fn new(after: impl Display, expected: impl Display, seen: impl Display) -> Self {
        let cut = |text: String| match text.char_indices().nth(Self::MAX) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        };
        Self {
            after: cut(after.to_string()),
            expected: cut(expected.to_string()),
            seen: cut(seen.to_string()),
        }
    }

    pub(super) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no words");
        Self::new("a call of the store", "an answer", format_args!("a panic: {said}"))
    }
}

/// Fails unless what is seen equals what is expected.
pub(super) fn same<T: Debug + PartialEq>(after: impl Display, expected: &T, seen: &T) -> Result<(), Failure> {
    if expected == seen {
        return Ok(());
    }
    Err(Failure::new(after, format_args!("{expected:?}"), format_args!("{seen:?}")))
}

/// Fails unless the lists are equal, and tells them by keys and versions.
pub(super) fn same_list(after: impl Display, expected: &Items, seen: &Items) -> Result<(), Failure> {
    if expected == seen {
        return Ok(());
    }
    match expected.iter().zip(seen).find(|(expected, seen)| expected != seen) {
        Some((expected, seen)) if told(expected) == told(seen) => same(after, expected, seen),
        Some(_) | None => {
            let all = |items: &Items| items.iter().map(told).collect::<Vec<_>>().join(", ");
            Err(Failure::new(after, format_args!("[{}]", all(expected)), format_args!("[{}]", all(seen))))
        }
    }
}

/// Fails unless the pages are equal.
pub(super) fn same_page(after: impl Display, expected: &Page, seen: &Page) -> Result<(), Failure> {
    same_list(&after, &expected.items, &seen.items)?;
    same(format_args!("{after}: where the next page begins"), &expected.next, &seen.next)
}

fn told((_, there): &(Position, Versioned<Record>)) -> String {
    format!("{:?} at version {}", there.record.key(), there.version.number())
}

/// Fails with these words unless it holds.
pub(super) fn ensure(
    holds: bool,
    after: impl Display,
    expected: impl Display,
    seen: impl Display,
) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure::new(after, expected, seen)) }
}
