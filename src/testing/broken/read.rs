//! How a [`BrokenStore`] reads, and what can be wrong with it.

use core::sync::atomic::Ordering;
use std::thread;

use super::BrokenStore;
use super::Flaw;
use super::store::Records;
use super::store::State;
use crate::access::Access;
use crate::change::Index;
use crate::change::Key;
use crate::change::Position;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::store::Page;
use crate::store::Range;
use crate::value::Digest;
use crate::value::kind;

/// Records of a list, with their positions.
type Items = Vec<(Position, Versioned<Record>)>;

impl BrokenStore {
    pub(super) fn find(&self, key: Key) -> Option<Versioned<Record>> {
        let state = self.state();
        self.seen(&state).get(&self.place(key)).cloned()
    }

    /// As the documentation of [`Access`] has it.
    pub(super) fn join(&self, digest: Digest<kind::AccessToken>) -> Option<Access> {
        let state = self.state();
        let there = self.seen(&state).get(&self.place(Key::AccessToken(digest)))?.clone();
        let Record::AccessToken(token) = there.record else { return None };
        let version = if self.has(Flaw::AccessGivesFirstVersion) { Version::FIRST } else { there.version };
        let mut access = Access::of(Versioned { version, record: token });

        let mut held = Some(state);
        if self.has(Flaw::AccessInSteps) {
            held = None;
        }
        let mut read = |key| match &mut held {
            Some(state) => self.joined(state, key),
            None => {
                thread::yield_now();
                self.joined(&mut self.state(), key)
            }
        };
        for key in access.parents().into_iter().flatten() {
            access.extend(read(key));
        }
        let most = if self.has(Flaw::RolesAreCut) { 4 } else { usize::MAX };
        let roles: Vec<Key> = access.role_keys().take(most).collect();
        access.extend(roles.into_iter().filter_map(read));
        Some(access)
    }

    /// The record that is joined to a token by the key.
    fn joined(&self, state: &mut State, key: Key) -> Option<Record> {
        if let Some(cached) = state.joined.get(&key) {
            return Some(cached.clone());
        }
        let records = &state.records;
        let found = match key {
            Key::Role(_, id) if self.has(Flaw::RoleOfAnyOrganization) => {
                records.values().find(|there| matches!(&there.record, Record::Role(role) if role.id == id))
            }
            Key::Authorization(_, client) if self.has(Flaw::AuthorizationOfAnyOrganization) => {
                records.values().find(
                    |there| matches!(&there.record, Record::Authorization(other) if other.client() == client),
                )
            }
            Key::Family(_) if self.has(Flaw::FamilyLeftOut) => None,
            key => records.get(&self.place(key)),
        };
        let is_tombstone = matches!(found, Some(Versioned { record: Record::Tombstone(_), .. }));
        let found = match is_tombstone && self.has(Flaw::TombstoneBesideClient) {
            true => state.replaced.get(&key),
            false => found,
        };
        let found = found.map(|there| there.record.clone())?;
        if self.has(Flaw::AccessIsCached) {
            state.joined.insert(key, found.clone());
        }
        Some(found)
    }

    pub(super) fn page(&self, range: Range) -> Page {
        let mut state = self.state();
        if let Some((_, page)) = state.pages.iter().find(|(cached, _)| *cached == range) {
            return page.clone();
        }
        let mut page = self.page_of(self.listed(&state, range.index), &range);
        if self.has(Flaw::PageIsCached) {
            state.pages.push((range, page.clone()));
        }
        drop(state);
        if self.has(Flaw::ListInSteps) {
            for (_, there) in &mut page.items {
                thread::yield_now();
                if let Some(now) = self.find(there.record.key()) {
                    *there = now;
                }
            }
        }
        page
    }

    /// All that stands in the list, in its order.
    fn listed(&self, state: &State, index: Index) -> Items {
        let deleted = self.has(Flaw::DeleteKeepsEntries).then(|| state.deleted.values());
        let position = |there: &Versioned<Record>| {
            let first = self.has(Flaw::UpdateKeepsEntries).then(|| state.inserted.get(&there.record.key()));
            let listed = first.flatten().map_or(&there.record, |(_, first)| first);
            let entry =
                listed.entries().find(|entry| entry.index == index || self.mistakes(entry.index, index));
            entry.map(|entry| entry.position)
        };
        let there = self.seen(state).values().chain(deleted.into_iter().flatten());
        let mut items: Items = there.filter_map(|there| Some((position(there)?, there.clone()))).collect();
        items.sort_by_cached_key(|(position, there)| {
            let key = there.record.key();
            let kind = (index == Index::Due && self.has(Flaw::DueByKind)).then(|| key.kind());
            let inserted = self.has(Flaw::ListInOrderOfInsertion).then(|| state.inserted.get(&key));
            (kind, inserted.flatten().map(|(number, _)| *number), *position)
        });
        if self.has(Flaw::OneUserOfAddress) && matches!(index, Index::UsersByEmail(..)) {
            items.truncate(1);
        }
        items
    }

    /// Whether a record that stands in the one list is taken to stand in the other.
    fn mistakes(&self, listed: Index, asked: Index) -> bool {
        let (Index::UsersByEmail(_, of), Index::UsersByEmail(_, with)) = (listed, asked) else {
            return false;
        };
        self.has(Flaw::UserOfAnyOrganization) && of == with
    }

    /// The part of the list that the range asks for.
    fn page_of(&self, mut items: Items, range: &Range) -> Page {
        items.retain(|(position, _)| {
            let is_after = |after| *position > after || (*position == after && self.has(Flaw::PageRepeats));
            let is_before = |before| {
                *position < before || (*position == before && self.has(Flaw::PageIncludesUpperBound))
            };
            range.after.is_none_or(is_after) && range.before.is_none_or(is_before)
        });
        if self.has(Flaw::PageSkips) && range.after.is_some() && !items.is_empty() {
            items.remove(0);
        }
        let limit = usize::from(range.limit);
        let leads_on = match items.len() {
            count if count < limit => false,
            count if count == limit => self.has(Flaw::PageLeadsNowhere),
            _ => !self.has(Flaw::PageEndsEarly),
        };
        items.truncate(limit);
        let next = items.last().filter(|_| leads_on).map(|(position, _)| *position);
        Page { items, next }
    }

    /// The records as a read sees them.
    fn seen<'s>(&self, state: &'s State) -> &'s Records {
        let reads = self.reads.fetch_add(1, Ordering::Relaxed);
        if self.has(Flaw::ReadsLag) && reads % 5 == 4 { &state.lagging } else { &state.records }
    }
}
