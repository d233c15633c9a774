//! What is done within a transaction.

use grantor::change::Key;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::store::Page;
use grantor::store::Range;
use rusqlite::Connection;
use rusqlite::OptionalExtension;

use crate::store::StoreError;
use crate::store::rows;
use crate::store::rows::Body;
use crate::store::rows::Bounds;
use crate::store::rows::Place;
use crate::store::rows::Row;
use crate::store::rows::Write;

const RECORD: &str = "SELECT version, body FROM record WHERE kind = ?1 AND key = ?2";

const VERSION: &str = "SELECT version FROM record WHERE kind = ?1 AND key = ?2";

// CROSS JOIN keeps the order: the list first, and then a look-up for each of its rows.
const LIST: &str = "SELECT entry.position, record.version, record.body FROM entry CROSS JOIN record USING (kind, key) \
     WHERE entry.list = ?1 AND entry.position >= ?2 AND entry.position < ?3 ORDER BY entry.position LIMIT ?4";

const INSERT: &str =
    "INSERT INTO record (kind, key, version, body) VALUES (?1, ?2, 1, ?3) ON CONFLICT DO NOTHING";

const UPDATE: &str =
    "UPDATE record SET version = version + 1, body = ?3 WHERE kind = ?1 AND key = ?2 AND version = ?4";

const DELETE: &str = "DELETE FROM record WHERE kind = ?1 AND key = ?2 AND version = ?3";

const PLACES: &str = "SELECT list, position FROM entry WHERE kind = ?1 AND key = ?2";

const ENLIST: &str = "INSERT INTO entry (list, position, kind, key) VALUES (?1, ?2, ?3, ?4)";

const UNLIST: &str = "DELETE FROM entry WHERE list = ?1 AND position = ?2";

/// The record under the key.
///
/// # Errors
///
/// [`StoreError::Undecodable`], and that of SQLite.
pub fn record(connection: &Connection, key: Key) -> Result<Option<Versioned<Record>>, StoreError> {
    let mut statement = connection.prepare_cached(RECORD)?;
    let found = statement.query_row((key.kind().as_str(), key.to_bytes()), |row| {
        Ok(rows::record_of(key, row.get(0)?, row.get_ref(1)?.as_str()?))
    });
    found.optional()?.transpose()
}

/// A page of a list.
///
/// # Errors
///
/// [`StoreError::Undecodable`], and that of SQLite.
pub fn list(connection: &Connection, range: &Range) -> Result<Page, StoreError> {
    let Bounds { list, from, before, limit } = Bounds::of(range);
    let mut statement = connection.prepare_cached(LIST)?;
    let rows = statement
        .query_map((list, from, before, limit), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows::page(range, rows.collect::<Result<Vec<_>, _>>()?)
}

/// Writes the rows, and tells whether all their conditions held. Where one did not, what was written is to be rolled
/// back.
///
/// # Errors
///
/// That of SQLite.
pub fn write(connection: &Connection, rows: &[Row]) -> rusqlite::Result<bool> {
    for row in rows {
        if !write_row(connection, row)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn write_row(connection: &Connection, row: &Row) -> rusqlite::Result<bool> {
    let Row { kind, key, expected, write } = row;
    let kind = kind.as_str();
    let run = |sql| connection.prepare_cached(sql);
    let held = match write {
        Write::Insert(Body { json, .. }) => run(INSERT)?.execute((kind, key, json))? == 1,
        Write::Update(Body { json, .. }) => run(UPDATE)?.execute((kind, key, json, expected))? == 1,
        Write::Delete => run(DELETE)?.execute((kind, key, expected))? == 1,
        Write::Nothing => {
            let there = run(VERSION)?.query_row((kind, key), |row| row.get(0)).optional()?;
            return Ok(there == *expected);
        }
    };
    if held {
        match write {
            Write::Insert(body) => enlist(connection, row, &body.entries)?,
            Write::Update(body) => relist(connection, row, &body.entries)?,
            Write::Delete => relist(connection, row, &[])?,
            Write::Nothing => {}
        }
    }
    Ok(held)
}

/// The record stands at these places, and no others. Most updates change none: what stands right is left alone.
fn relist(connection: &Connection, row: &Row, places: &[Place]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(PLACES)?;
    let there = statement
        .query_map((row.kind.as_str(), &row.key), |place| Ok((place.get(0)?, place.get(1)?)))?
        .collect::<Result<Vec<Place>, _>>()?;
    for (list, position) in there.iter().filter(|place| !places.contains(place)) {
        connection.prepare_cached(UNLIST)?.execute((list, position))?;
    }
    enlist(connection, row, places.iter().filter(|place| !there.contains(place)))
}

fn enlist<'a>(
    connection: &Connection,
    row: &Row,
    places: impl IntoIterator<Item = &'a Place>,
) -> rusqlite::Result<()> {
    for (list, position) in places {
        connection.prepare_cached(ENLIST)?.execute((list, position, row.kind.as_str(), &row.key))?;
    }
    Ok(())
}
