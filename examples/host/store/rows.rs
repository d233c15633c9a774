//! Records as rows, which is the same for both databases: a kind, a key, a version, and the record as JSON.

use std::collections::BTreeMap;

use grantor::access::Access;
use grantor::change::Change;
use grantor::change::Entry;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Position;
use grantor::change::Record;
use grantor::change::Version;
use grantor::change::Versioned;
use grantor::store::Page;
use grantor::store::Range;
use grantor::value::Digest;
use grantor::value::kind;

use super::StoreError;

/// A change, as the tables take it.
pub struct Row {
    pub kind: Kind,
    pub key: Vec<u8>,
    /// The version that must be there; none where there must be no record.
    pub expected: Option<i64>,
    pub write: Write,
}

/// What becomes of the record.
pub enum Write {
    Insert(Body),
    Update(Body),
    Delete,
    /// Nothing: it is only looked at.
    Nothing,
}

/// A record, and where it stands in which lists.
pub struct Body {
    pub json: String,
    pub entries: Vec<Place>,
}

/// A list and a position.
pub type Place = (String, Vec<u8>);

impl Row {
    /// The change as a row.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unencodable`]: nothing was written yet.
    pub fn of(change: &Change) -> Result<Self, StoreError> {
        let key = change.key();
        let write = match change {
            Change::Insert(record) => Write::Insert(Body::of(record)?),
            Change::Update(_, record) => Write::Update(Body::of(record)?),
            Change::Delete(..) => Write::Delete,
            Change::Unchanged(..) => Write::Nothing,
        };
        let expected = change.expected().map(number);
        Ok(Self { kind: key.kind(), key: key.to_bytes(), expected, write })
    }
}

impl Body {
    fn of(record: &Record) -> Result<Self, StoreError> {
        let json = serde_json::to_string(record)
            .map_err(|error| StoreError::Unencodable(record.key().kind(), error))?;
        let place = |entry: Entry| (entry.index.to_string(), entry.position.as_bytes().to_vec());
        Ok(Self { json, entries: record.entries().map(place).collect() })
    }
}

/// The version, as a column of 64 bits with a sign holds it. None is as high as that.
fn number(version: Version) -> i64 {
    i64::try_from(version.number()).unwrap_or(i64::MAX)
}

/// The record of a row, which must be that of the key.
///
/// # Errors
///
/// [`StoreError::Undecodable`]
pub fn record_of(key: Key, version: i64, json: &str) -> Result<Versioned<Record>, StoreError> {
    let found = decode(key.kind(), version, json)?;
    if found.record.key() == key { Ok(found) } else { Err(undecodable(key.kind(), None)) }
}

/// The record of a row, whatever its key.
fn decode(what: impl ToString, version: i64, json: &str) -> Result<Versioned<Record>, StoreError> {
    let record = serde_json::from_str(json).map_err(|error| undecodable(what, Some(error)))?;
    Ok(Versioned { version: Version::from_number(version.cast_unsigned()), record })
}

fn undecodable(what: impl ToString, error: Option<serde_json::Error>) -> StoreError {
    StoreError::Undecodable(what.to_string(), error)
}

/// The token, and all that bears on it, each record as `read` gives it.
///
/// # Errors
///
/// Those of `read`.
pub fn gather(
    digest: &Digest<kind::AccessToken>,
    mut read: impl FnMut(Key) -> Result<Option<Versioned<Record>>, StoreError>,
) -> Result<Option<Access>, StoreError> {
    let Some(Versioned { version, record: Record::AccessToken(record) }) = read(Key::AccessToken(*digest))?
    else {
        return Ok(None);
    };
    let mut access = Access::of(Versioned { version, record });
    for key in access.parents().into_iter().flatten() {
        access.extend(read(key)?.map(|there| there.record));
    }
    let roles: Vec<Key> = access.role_keys().collect();
    for key in roles {
        access.extend(read(key)?.map(|there| there.record));
    }
    Ok(Some(access))
}

/// The same from versions and bodies that were read already. What does not bear on the token is left out.
///
/// # Errors
///
/// [`StoreError::Undecodable`]
pub fn gather_from(
    digest: &Digest<kind::AccessToken>,
    rows: impl IntoIterator<Item = (i64, String)>,
) -> Result<Option<Access>, StoreError> {
    let mut records = BTreeMap::new();
    for (version, json) in rows {
        let there = decode(Kind::AccessToken, version, &json)?;
        records.insert(there.record.key(), there);
    }
    gather(digest, |key| Ok(records.get(&key).cloned()))
}

/// Where a page begins and ends, so that two comparisons and one limit serve every range.
pub struct Bounds {
    pub list: String,
    /// The least position of the page.
    pub from: Vec<u8>,
    /// A position above all of the page.
    pub before: Vec<u8>,
    /// One row more than the page holds, which tells whether there is another.
    pub limit: i64,
}

impl Bounds {
    pub fn of(range: &Range) -> Self {
        // The next position after another one has a zero more; every position is less than one that is too long.
        let from = range.after.map_or_else(Vec::new, |after| [after.as_bytes(), &[0]].concat());
        let before =
            range.before.map_or_else(|| vec![0xff; Position::MAX + 1], |before| before.as_bytes().to_vec());
        Self { list: range.index.to_string(), from, before, limit: i64::from(limit(range)) + 1 }
    }
}

/// The page of these rows: positions, versions and bodies.
///
/// # Errors
///
/// [`StoreError::Undecodable`]
pub fn page(
    range: &Range,
    rows: impl IntoIterator<Item = (Vec<u8>, i64, String)>,
) -> Result<Page, StoreError> {
    let mut items = Vec::new();
    for (position, version, json) in rows {
        let position = Position::from_bytes(&position).ok_or_else(|| undecodable(range.index, None))?;
        items.push((position, decode(range.index, version, &json)?));
    }
    let has_more = items.len() > usize::from(limit(range));
    items.truncate(limit(range).into());
    let next = items.last().filter(|_| has_more).map(|(position, _)| *position);
    Ok(Page { items, next })
}

fn limit(range: &Range) -> u16 {
    range.limit.clamp(1, Range::MAX)
}
