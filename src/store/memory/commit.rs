//! A commit: the locks it needs, the conditions, the writes.

use super::MemoryStore;
use super::common::Commons;
use super::hash::shard_of;
use super::lists::Lists;
use super::records::Filed;
use super::records::Kept;
use super::records::Records;
use super::records::home;
use super::shards::Held;
use super::shards::Need;
use super::tokens::Tokens;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Entry;
use crate::change::Index;
use crate::change::Key;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::store::Commit;

impl MemoryStore {
    pub(super) fn apply(&self, changes: Changes) -> Commit {
        let (mut tokens, mut records) = (Need::default(), Need::default());
        for change in &changes {
            let key = change.key();
            let need = if matches!(key, Key::AccessToken(_)) { &mut tokens } else { &mut records };
            need.add(home(&key), change.writes());
        }
        let (tokens, records) = (self.tokens.hold(tokens), self.records.hold(records));
        if changes.iter().any(|change| version(&tokens, &records, &change.key()) != change.expected()) {
            return Commit::Conflict;
        }
        // Nothing changes the records meanwhile, so what they stand in now they stand in when it is written.
        let mut lists = Need::default();
        for entry in changes.iter().flat_map(|change| touched(&records, change)) {
            lists.add(shard_of(entry.index), true);
        }
        let lists = self.lists.hold(lists);
        self.count(&changes);
        let mut writer = Writer { tokens, records, lists, commons: &self.commons };
        for change in changes {
            match change {
                Change::Insert(record) => writer.put(Version::FIRST, record),
                Change::Update(version, record) => writer.put(version.next(), record),
                Change::Delete(_, key) => writer.remove(&key),
                Change::Unchanged(..) => {}
            }
        }
        Commit::Applied
    }
}

fn version(tokens: &Held<'_, Tokens>, records: &Held<'_, Records>, key: &Key) -> Option<Version> {
    if let Key::AccessToken(digest) = key {
        return tokens.shard(home(key))?.row(digest).map(|row| row.version);
    }
    records.shard(home(key))?.rows.get(key).map(|kept| kept.version)
}

/// The entries that the change takes out of lists or puts into them.
fn touched(records: &Held<'_, Records>, change: &Change) -> impl Iterator<Item = Entry> {
    let old = change.writes().then(|| {
        let key = change.key();
        let kept = records.shard(home(&key))?.rows.get(&key)?;
        Some(Record::from(kept.record.clone()))
    });
    let new = match change {
        Change::Insert(record) | Change::Update(_, record) => Some(record.entries()),
        Change::Delete(..) | Change::Unchanged(..) => None,
    };
    let old = old.flatten().map(|record| record.entries());
    old.into_iter().chain(new).flatten().filter(|entry| !lies_with_its_records(entry.index))
}

/// Whether what stands in the list lies in the shards of its records.
const fn lies_with_its_records(index: Index) -> bool {
    matches!(index, Index::Due | Index::AccessTokensOfClient(_))
}

/// Writes, under locks that are held already.
struct Writer<'a> {
    tokens: Held<'a, Tokens>,
    records: Held<'a, Records>,
    lists: Held<'a, Lists>,
    commons: &'a Commons,
}

impl Writer<'_> {
    fn put(&mut self, version: Version, record: Record) {
        let key = record.key();
        let entries = record.entries();
        match record.into() {
            Filed::Token(token) => {
                if let Some(tokens) = self.tokens.shard_mut(home(&key)) {
                    tokens.put(self.commons, token, version);
                }
            }
            Filed::Kept(record) => {
                self.remove(&key);
                let kept = Versioned { version, record };
                for entry in entries {
                    self.enter(&key, entry, &kept);
                }
                if let Some(records) = self.records.shard_mut(home(&key)) {
                    records.rows.insert(key, kept);
                }
            }
        }
    }

    fn remove(&mut self, key: &Key) {
        if let Key::AccessToken(digest) = key {
            if let Some(tokens) = self.tokens.shard_mut(home(key)) {
                tokens.remove(digest);
            }
            return;
        }
        let Some(old) = self.records.shard_mut(home(key)).and_then(|records| records.rows.remove(key)) else {
            return;
        };
        for entry in Record::from(old.record).entries() {
            self.leave(key, &entry);
        }
    }

    fn enter(&mut self, key: &Key, entry: Entry, kept: &Versioned<Kept>) {
        let list = if entry.index == Index::Due {
            self.records.shard_mut(home(key)).map(|records| &mut records.due)
        } else {
            self.lists.shard_mut(shard_of(entry.index)).map(|lists| lists.entry(entry.index).or_default())
        };
        if let Some(list) = list {
            list.insert(entry.position, kept.clone());
        }
    }

    fn leave(&mut self, key: &Key, entry: &Entry) {
        if entry.index == Index::Due {
            if let Some(records) = self.records.shard_mut(home(key)) {
                records.due.remove(&entry.position);
            }
            return;
        }
        if let Some(lists) = self.lists.shard_mut(shard_of(entry.index))
            && let Some(list) = lists.get_mut(&entry.index)
        {
            list.remove(&entry.position);
            if list.is_empty() {
                lists.remove(&entry.index);
            }
        }
    }
}
