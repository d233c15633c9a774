//! The three parts of a permission or pattern, read once.

use core::cmp::Ordering;
use core::fmt;
use core::hash::Hash;
use core::hash::Hasher;
use std::sync::Arc;

use super::PermissionError;

/// Any part. A name never equals it.
pub(super) const WILDCARD: &str = "*";
const MAX_PART: usize = 64;
/// Three parts and two colons.
const MAX_TEXT: usize = 194;
/// Three parts and two ` > `.
pub(super) const MAX_DISPLAY: usize = 198;

/// Three parts, each a name or `*`, and where they begin in the text.
///
/// Compared by part: in the order of the text `a-b:…` would come before `a:…`, though `a` comes before `a-b`.
#[derive(Clone)]
pub(super) struct Parts {
    pub(super) text: Text,
    // INVARIANT: where the two colons of `text` stand.
    first_colon: u8,
    second_colon: u8,
}

impl Parts {
    pub(super) fn new(text: &str) -> Result<Self, PermissionError> {
        if text.len() > MAX_TEXT {
            return Err(PermissionError::TooLong { length: text.len(), max: MAX_TEXT });
        }
        let count = text.split(':').count();
        if count != 3 {
            return Err(PermissionError::Shape { parts: count });
        }
        for part in text.split(':') {
            check_part(part)?;
        }
        let colon = |found: Option<usize>| found.and_then(|at| u8::try_from(at).ok()).unwrap_or_default();
        let (first_colon, second_colon) = (colon(text.find(':')), colon(text.rfind(':')));
        Ok(Self { text: Text::Shared(text.into()), first_colon, second_colon })
    }

    /// A text that a test has compared with [`Parts::new`].
    pub(super) const fn known(text: &'static str, first_colon: u8, second_colon: u8) -> Self {
        Self { text: Text::Known(text), first_colon, second_colon }
    }

    pub(super) fn all(&self) -> [&str; 3] {
        [self.domain(), self.entity(), self.action()]
    }

    pub(super) fn domain(&self) -> &str {
        self.text.as_str().get(..usize::from(self.first_colon)).unwrap_or_default()
    }

    pub(super) fn entity(&self) -> &str {
        let start = usize::from(self.first_colon).saturating_add(1);
        self.text.as_str().get(start..usize::from(self.second_colon)).unwrap_or_default()
    }

    pub(super) fn action(&self) -> &str {
        let start = usize::from(self.second_colon).saturating_add(1);
        self.text.as_str().get(start..).unwrap_or_default()
    }
}

fn check_part(part: &str) -> Result<(), PermissionError> {
    if part == WILDCARD {
        return Ok(());
    }
    if part.is_empty() {
        return Err(PermissionError::Empty);
    }
    if part.len() > MAX_PART {
        return Err(PermissionError::TooLong { length: part.len(), max: MAX_PART });
    }
    let allowed = |at: usize, found: char| match found {
        'a'..='z' | 'A'..='Z' => true,
        '0'..='9' | '-' | '_' => at > 0,
        _ => false,
    };
    match part.char_indices().find(|(at, found)| !allowed(*at, *found)) {
        Some((_, found)) => Err(PermissionError::Character { found }),
        None => Ok(()),
    }
}

/// A text that is written in this library, or one that is shared.
#[derive(Clone)]
pub(super) enum Text {
    Known(&'static str),
    Shared(Arc<str>),
}

impl Text {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Known(text) => text,
            Self::Shared(text) => text,
        }
    }
}

impl PartialEq for Parts {
    fn eq(&self, other: &Self) -> bool {
        self.text.as_str() == other.text.as_str()
    }
}

impl Eq for Parts {}

impl PartialOrd for Parts {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Parts {
    fn cmp(&self, other: &Self) -> Ordering {
        self.all().cmp(&other.all())
    }
}

impl Hash for Parts {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.as_str().hash(state);
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.text.as_str(), f)
    }
}
