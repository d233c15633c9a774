//! The two tables that the contract shows for SQL, without the SQL: texts, bytes and numbers alone, records
//! as JSON.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;

use grantor::access::Access;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Entry;
use grantor::change::Key;
use grantor::change::Position;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

/// A handle on a database with two tables.
#[derive(Clone, Debug, Default)]
pub struct TwoTables(Arc<Mutex<Tables>>);

#[derive(Clone, Debug, Default)]
struct Tables {
    record: BTreeMap<PrimaryKey, Row>,
    entry: BTreeMap<Place, PrimaryKey>,
    entry_of: BTreeMap<PrimaryKey, Vec<Place>>,
}

/// `kind` and `key`.
type PrimaryKey = (String, Vec<u8>);

/// `list` and `position`.
type Place = (String, Vec<u8>);

#[derive(Clone, Debug)]
struct Row {
    version: u64,
    body: String,
}

impl TwoTables {
    fn transaction(&self) -> MutexGuard<'_, Tables> {
        self.0.lock().unwrap()
    }
}

impl Tables {
    fn select(&self, key: Key) -> Option<Versioned<Record>> {
        self.record.get(&primary_key(key)).map(Row::read)
    }

    fn holds(&self, change: &Change) -> bool {
        let there = self.record.get(&primary_key(change.key())).map(|row| row.version);
        there == change.expected().map(Version::number)
    }

    fn write(&mut self, change: Change) {
        if !change.writes() {
            return;
        }
        let key = primary_key(change.key());
        for place in self.entry_of.remove(&key).unwrap_or_default() {
            self.entry.remove(&place);
        }
        let version = change.expected().map_or(Version::FIRST, Version::next).number();
        match change {
            Change::Insert(record) | Change::Update(_, record) => {
                let place = |entry: Entry| (entry.index.to_string(), entry.position.as_bytes().to_vec());
                let places: Vec<Place> = record.entries().map(place).collect();
                for place in &places {
                    assert_eq!(
                        self.entry.insert(place.clone(), key.clone()),
                        None,
                        "two records at one place"
                    );
                }
                self.entry_of.insert(key.clone(), places);
                let body = serde_json::to_string(&record).unwrap();
                self.record.insert(key, Row { version, body });
            }
            Change::Delete(..) | Change::Unchanged(..) => {
                self.record.remove(&key);
            }
        }
    }
}

impl Row {
    fn read(&self) -> Versioned<Record> {
        let record = serde_json::from_str(&self.body).unwrap();
        Versioned { version: Version::from_number(self.version), record }
    }
}

fn primary_key(key: Key) -> PrimaryKey {
    (key.kind().as_str().to_owned(), key.to_bytes())
}

impl Store for TwoTables {
    type Error = std::convert::Infallible;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Self::Error> {
        Ok(self.transaction().select(key))
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Self::Error> {
        let tables = self.transaction();
        let Some(Versioned { version, record: Record::AccessToken(record) }) =
            tables.select(Key::AccessToken(*digest))
        else {
            return Ok(None);
        };
        let mut access = Access::of(Versioned { version, record });
        let read = |key| tables.select(key).map(|there| there.record);
        for key in access.parents().into_iter().flatten() {
            access.extend(read(key));
        }
        let roles: Vec<Key> = access.role_keys().collect();
        access.extend(roles.into_iter().filter_map(read));
        Ok(Some(access))
    }

    async fn list(&self, range: Range) -> Result<Page, Self::Error> {
        let tables = self.transaction();
        let list = range.index.to_string();
        let after = range.after.map_or_else(Vec::new, |after| after.as_bytes().to_vec());
        let entries = tables.entry.range((list.clone(), after)..).take_while(|((of, _), _)| *of == list);
        let is_within = |position: &[u8]| {
            range.after.is_none_or(|after| position > after.as_bytes())
                && range.before.is_none_or(|before| position < before.as_bytes())
        };
        let rows = entries
            .filter(|((_, position), _)| is_within(position))
            .map(|((_, position), key)| (position, &tables.record[key]));
        // One more than the page holds tells whether there is another.
        let limit = usize::from(range.limit);
        let mut items: Vec<_> = rows
            .take(limit + 1)
            .map(|(position, row)| (Position::from_bytes(position).unwrap(), row.read()))
            .collect();
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| has_more).map(|(position, _)| *position);
        Ok(Page { items, next })
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Self::Error>> {
        let mut tables = self.transaction();
        if !changes.iter().all(|change| tables.holds(change)) {
            return Ok(Commit::Conflict);
        }
        changes.into_iter().for_each(|change| tables.write(change));
        Ok(Commit::Applied)
    }
}
