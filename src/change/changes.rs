//! What is written in one commit.

use super::Key;
use super::Record;
use super::Version;

/// One condition, and what is written if all conditions of the commit hold.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Change {
    /// There is no record under its key; this one is written as [`Version::FIRST`].
    Insert(Record),
    /// The record under its key has this version; this one takes its place as [`Version::next`].
    Update(Version, Record),
    /// The record under the key has this version; it is deleted.
    Delete(Version, Key),
    /// The record under the key has this version, or for none is absent; nothing is written. What a decision read
    /// and does not write is guarded so.
    Unchanged(Key, Option<Version>),
}

impl Change {
    /// The key it is about.
    #[must_use]
    pub fn key(&self) -> Key {
        match self {
            Self::Insert(record) | Self::Update(_, record) => record.key(),
            Self::Delete(_, key) | Self::Unchanged(key, _) => *key,
        }
    }

    /// The version that must be there; none where there must be no record.
    #[must_use]
    pub const fn expected(&self) -> Option<Version> {
        match self {
            Self::Insert(_) => None,
            Self::Update(version, _) | Self::Delete(version, _) => Some(*version),
            Self::Unchanged(_, version) => *version,
        }
    }

    /// Whether it writes at all.
    #[must_use]
    pub const fn writes(&self) -> bool {
        match self {
            Self::Insert(_) | Self::Update(..) | Self::Delete(..) => true,
            Self::Unchanged(..) => false,
        }
    }
}

/// What is written in one commit: all of it, or nothing. No key stands in it twice.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Changes(Vec<Change>);

impl Changes {
    /// No change.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// And this record, where there is none under its key.
    #[must_use]
    pub fn insert(self, record: impl Into<Record>) -> Self {
        self.with(Change::Insert(record.into()))
    }

    /// And this record, in place of the one read at this version.
    #[must_use]
    pub fn update(self, version: Version, record: impl Into<Record>) -> Self {
        self.with(Change::Update(version, record.into()))
    }

    /// And not the record under the key any more, which was read at this version.
    #[must_use]
    pub fn delete(self, version: Version, key: Key) -> Self {
        self.with(Change::Delete(version, key))
    }

    /// Provided that the record under the key still has this version, or for none is still absent.
    #[must_use]
    pub fn unchanged(self, key: Key, version: Option<Version>) -> Self {
        self.with(Change::Unchanged(key, version))
    }

    /// And this change. A condition on a key that stands here already adds nothing, the change there being
    /// conditional itself; a second write to a key takes the place of the first.
    #[must_use]
    pub fn with(mut self, change: Change) -> Self {
        let key = change.key();
        // By order, which is quicker than equality: digests compare in constant time there, and these are public.
        match self.0.iter_mut().find(|there| there.key().cmp(&key).is_eq()) {
            Some(there) if change.writes() => *there = change,
            Some(_) => {}
            None => self.0.push(change),
        }
        self
    }

    /// What would be under the key: the record that is written, or none where it is deleted. None at all where nothing is
    /// written there.
    #[must_use]
    pub fn written(&self, key: Key) -> Option<Option<&Record>> {
        let change = self.0.iter().find(|change| change.writes() && change.key() == key)?;
        Some(match change {
            Change::Insert(record) | Change::Update(_, record) => Some(record),
            Change::Delete(..) | Change::Unchanged(..) => None,
        })
    }

    /// The changes, in the order they were added.
    pub fn iter(&self) -> core::slice::Iter<'_, Change> {
        self.0.iter()
    }

    /// The changes as a slice.
    #[must_use]
    pub fn as_slice(&self) -> &[Change] {
        &self.0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Changes {
    type Item = &'a Change;
    type IntoIter = core::slice::Iter<'a, Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl IntoIterator for Changes {
    type Item = Change;
    type IntoIter = std::vec::IntoIter<Change>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<Change> for Changes {
    fn from_iter<I: IntoIterator<Item = Change>>(changes: I) -> Self {
        changes.into_iter().fold(Self::new(), Self::with)
    }
}
