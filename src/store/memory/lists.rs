//! Lists, in the order of their positions, and pages of them.

use core::ops::Bound;
use std::collections::BTreeMap;
use std::collections::HashMap;

use super::hash::BuildMixer;
use super::records::Kept;
use crate::change::Index;
use crate::change::Position;
use crate::change::Record;
use crate::change::Versioned;
use crate::store::Page;
use crate::store::Range;

/// A shard of the lists, but for [`Index::Due`], whose entries lie with their records. None is empty.
pub(super) type Lists = HashMap<Index, List, BuildMixer>;

/// A list: the records themselves, so that a page is read under one lock.
pub(super) type List = BTreeMap<Position, Versioned<Kept>>;

/// Where a page begins and ends.
#[derive(Clone, Copy)]
// INVARIANT: not reversed, and not both at one position: a range of the map would panic.
pub(super) struct Bounds {
    pub(super) after: Bound<Position>,
    pub(super) before: Bound<Position>,
}

impl Bounds {
    /// The bounds of the range; none where nothing can be between them.
    pub(super) fn of(range: &Range) -> Option<Self> {
        if let (Some(after), Some(before)) = (range.after, range.before)
            && after >= before
        {
            return None;
        }
        let bound = |position: Option<Position>| position.map_or(Bound::Unbounded, Bound::Excluded);
        Some(Self { after: bound(range.after), before: bound(range.before) })
    }
}

/// A record of a list, at its position.
pub(super) type Item = (Position, Versioned<Record>);

/// What is between the bounds, in order.
pub(super) fn between(list: &List, bounds: Bounds) -> impl Iterator<Item = Item> {
    list.range((bounds.after, bounds.before)).map(|(position, kept)| (*position, Kept::versioned(kept)))
}

/// The page of the first items.
pub(super) fn page(mut items: impl Iterator<Item = Item>, limit: u16) -> Page {
    let limit = usize::from(limit.clamp(1, Range::MAX));
    let mut page = Page { items: items.by_ref().take(limit).collect(), next: None };
    if items.next().is_some() {
        page.next = page.items.last().map(|(position, _)| *position);
    }
    page
}

/// Lists in one order. No two of them have a position in common.
pub(super) fn merge<I: Iterator<Item = Item>>(
    lists: impl IntoIterator<Item = I>,
) -> impl Iterator<Item = Item> {
    // The first of each list, and what comes after it.
    let mut heads = BTreeMap::new();
    let put = |heads: &mut BTreeMap<_, _>, mut rest: I| {
        if let Some((position, record)) = rest.next() {
            heads.insert(position, (record, rest));
        }
    };
    for list in lists {
        put(&mut heads, list);
    }
    core::iter::from_fn(move || {
        let (position, (record, rest)) = heads.pop_first()?;
        put(&mut heads, rest);
        Some((position, record))
    })
}
