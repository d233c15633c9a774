//! What is wrong with what was entered: every field at once (CL-16).

use core::fmt;

use super::Reason;

/// One field that cannot be accepted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Problem {
    /// The field, as in the draft; for one of several values with its place, as in `scopes[2]`.
    pub field: String,
    /// The stable code.
    pub code: &'static str,
    /// The cause.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.cause)
    }
}

/// What is wrong, all of it, in the order of the fields. Never empty where it is given.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Nothing is wrong so far.
    #[must_use]
    pub const fn none() -> Self {
        Self(Vec::new())
    }

    /// Notes a problem.
    pub fn note(
        &mut self,
        field: impl Into<String>,
        code: &'static str,
        cause: impl fmt::Display,
        remedy: &str,
    ) {
        let (field, cause, remedy) = (field.into(), cause.to_string(), remedy.to_owned());
        self.0.push(Problem { field, code, cause, remedy });
    }

    /// The problems.
    pub fn iter(&self) -> core::slice::Iter<'_, Problem> {
        self.0.iter()
    }

    /// Whether nothing is wrong.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a problem with this code is among them.
    #[must_use]
    pub fn has(&self, code: &str) -> bool {
        self.iter().any(|problem| problem.code == code)
    }
}

impl<'a> IntoIterator for &'a Problems {
    type Item = &'a Problem;
    type IntoIter = core::slice::Iter<'a, Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.iter().enumerate() {
            if at > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl Reason for Problems {
    /// The code of the first problem.
    fn code(&self) -> &'static str {
        self.0.first().map_or("invalid", |problem| problem.code)
    }

    fn remedy(&self) -> String {
        let remedies: Vec<&str> = self.iter().map(|problem| problem.remedy.as_str()).collect();
        remedies.join("; ")
    }
}
