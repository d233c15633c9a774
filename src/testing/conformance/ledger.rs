//! What should be in the store, kept beside it commit by commit.

use core::fmt::Display;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

use super::Failure;
use super::bench::Bench;
use super::bench::Items;
use super::report::same;
use super::report::same_list;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Entry;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::store::Commit;
use crate::store::Store;

/// What should be in the store: under every key that was named, and in every list that a record named.
///
/// Every commit through it is followed by a look at all that it could have changed.
pub(super) struct Ledger<'b, 'a, S> {
    bench: &'b Bench<'a, S>,
    records: BTreeMap<Key, Option<Versioned<Record>>>,
    lists: BTreeSet<Index>,
}

impl<'b, 'a, S: Store> Ledger<'b, 'a, S> {
    pub fn new(bench: &'b Bench<'a, S>) -> Self {
        Self { bench, records: BTreeMap::new(), lists: BTreeSet::new() }
    }

    /// The version that should be under the key.
    pub fn version(&self, key: Key) -> Version {
        self.records.get(&key).and_then(Option::as_ref).expect("a record that was inserted").version
    }

    /// The changes must be applied.
    pub fn applied(&mut self, what: impl Display, changes: Changes) -> Result<(), Failure> {
        let touched = self.touch(&changes);
        same(&what, &Commit::Applied, &self.bench.commit(changes.clone())?)?;
        for change in changes {
            let (key, after) = match change {
                Change::Insert(record) => (record.key(), Some(Versioned { version: Version::FIRST, record })),
                Change::Update(version, record) => {
                    (record.key(), Some(Versioned { version: version.next(), record }))
                }
                Change::Delete(_, key) => (key, None),
                Change::Unchanged(..) => continue,
            };
            self.records.insert(key, after);
        }
        self.verify(what, &touched)
    }

    /// The changes must conflict, and change nothing.
    pub fn refused(&mut self, what: impl Display, changes: Changes) -> Result<(), Failure> {
        let touched = self.touch(&changes);
        same(&what, &Commit::Conflict, &self.bench.commit(changes)?)?;
        self.verify(what, &touched)
    }

    /// Everything must be in the store as it is here.
    pub fn closed(&self) -> Result<(), Failure> {
        let touched = (self.records.keys().copied().collect(), self.lists.clone());
        self.verify("all of this check", &touched)
    }

    fn verify(&self, what: impl Display, (keys, lists): &Touched) -> Result<(), Failure> {
        for key in keys {
            let expected = self.records.get(key).cloned().flatten();
            same(format_args!("{what}, and then a read of {key:?}"), &expected, &self.bench.record(*key)?)?;
        }
        for index in lists {
            let seen = self.bench.whole(*index)?;
            same_list(
                format_args!("{what}, and then a read of the list {index}"),
                &self.list(*index),
                &seen,
            )?;
        }
        Ok(())
    }

    /// The lists that were named.
    pub fn lists(&self) -> impl Iterator<Item = Index> {
        self.lists.iter().copied()
    }

    /// What should stand in the list.
    pub fn list(&self, index: Index) -> Items {
        let there = self.records.values().flatten();
        let mut items: Items = there
            .flat_map(|there| there.record.entries().map(move |entry| (entry, there)))
            .filter(|(entry, _)| entry.index == index)
            .map(|(Entry { position, .. }, there)| (position, there.clone()))
            .collect();
        items.sort_by_key(|(position, _)| *position);
        items
    }

    /// Every key of the changes, and every list that their records stand in, before or after.
    fn touch(&mut self, changes: &Changes) -> Touched {
        let keys: BTreeSet<Key> = changes.iter().map(Change::key).collect();
        let before = keys.iter().filter_map(|key| self.records.get(key).cloned().flatten());
        let after = changes.iter().filter_map(|change| match change {
            Change::Insert(record) | Change::Update(_, record) => Some(record.clone()),
            Change::Delete(..) | Change::Unchanged(..) => None,
        });
        let records = before.map(|there| there.record).chain(after);
        let lists = records.flat_map(|record| record.entries()).map(|entry| entry.index).collect();
        for key in &keys {
            self.records.entry(*key).or_insert(None);
        }
        self.lists.extend(&lists);
        (keys, lists)
    }
}

/// Keys and lists that a commit may change.
type Touched = (BTreeSet<Key>, BTreeSet<Index>);
