//! How a [`BrokenStore`] commits, and what can be wrong with it.

use super::BrokenStore;
use super::Flaw;
use super::store::State;
use super::store::pause;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Kind;
use crate::change::Record;
use crate::change::Version;
use crate::change::Versioned;
use crate::model::Client;
use crate::model::ClientFields;
use crate::store::Commit;
use crate::value::Description;

impl BrokenStore {
    fn holds(&self, state: &State, change: &Change) -> bool {
        let there = state.records.get(&self.place(change.key())).map(|there| there.version);
        let holds = there == change.expected();
        let overlooked = match change {
            Change::Insert(_) => self.has(Flaw::InsertOverwrites),
            Change::Update(..) if there.is_none() => self.has(Flaw::UpdateInserts),
            Change::Update(..) => self.has(Flaw::UpdateIgnoresVersion),
            Change::Delete(..) => there.is_some() && self.has(Flaw::DeleteIgnoresVersion),
            Change::Unchanged(_, Some(_)) => self.has(Flaw::GuardIgnored),
            Change::Unchanged(_, None) => self.has(Flaw::AbsenceGuardIgnored),
        };
        holds || overlooked || self.has(Flaw::RowsNotCounted) && is_of_rows(change)
    }

    /// Whether the condition is checked before the write, and not with it.
    fn is_checked_before(&self, change: &Change) -> bool {
        self.has(Flaw::CheckedBefore)
            || match change {
                Change::Insert(_) => self.has(Flaw::InsertCheckedBefore),
                Change::Unchanged(_, Some(_)) => self.has(Flaw::GuardCheckedBefore),
                Change::Unchanged(_, None) => self.has(Flaw::AbsenceCheckedBefore),
                Change::Update(..) | Change::Delete(..) => false,
            }
    }

    fn write(&self, state: &mut State, change: Change) {
        let place = self.place(change.key());
        if self.has(Flaw::RowsNotCounted) && is_of_rows(&change) {
            let there = state.records.get(&place).map(|there| there.version);
            if there != change.expected() {
                return;
            }
        }
        let (version, record) = match change {
            Change::Insert(record) => {
                state.inserted.insert(record.key(), (state.inserted.len(), record.clone()));
                (Version::FIRST, record)
            }
            Change::Update(version, record) if self.has(Flaw::UpdateKeepsVersion) => (version, record),
            Change::Update(version, record) => (version.next(), record),
            Change::Delete(..) => {
                state.deleted.extend(state.records.remove_entry(&place));
                return;
            }
            Change::Unchanged(..) => {
                if let Some(there) = state.records.get_mut(&place)
                    && self.has(Flaw::GuardRaisesVersion)
                {
                    there.version = there.version.next();
                }
                return;
            }
        };
        let record = if self.has(Flaw::TextIsCut) { cut(record) } else { record };
        if let Some(replaced) = state.records.insert(place, Versioned { version, record }) {
            state.replaced.insert(place, replaced);
        }
    }

    pub(super) async fn apply(&self, changes: Changes) -> Commit {
        let is_early = |change: &&Change| self.is_checked_before(change);
        if changes.iter().any(|change| is_early(&change)) {
            if !changes.iter().filter(is_early).all(|change| self.holds(&self.state(), change)) {
                return Commit::Conflict;
            }
            // As long as a few calls of others take.
            for _ in 0..5 {
                pause().await;
            }
        }
        let later = {
            let mut state = self.state();
            let is_late = |change: &&Change| !is_early(change) && !self.has(Flaw::BatchInPart);
            if !changes.iter().filter(is_late).all(|change| self.holds(&state, change)) {
                return Commit::Conflict;
            }
            if self.has(Flaw::ReadsLag) {
                state.lagging = state.records.clone();
            }
            let mut now = self.kept(changes);
            let later =
                if self.has(Flaw::DroppedInPart) { now.split_off(now.len().min(1)) } else { Vec::new() };
            for change in now {
                if self.has(Flaw::BatchInPart) && !self.holds(&state, &change) {
                    return Commit::Conflict;
                }
                self.write(&mut state, change);
            }
            later
        };
        if !later.is_empty() {
            pause().await;
            let mut state = self.state();
            later.into_iter().for_each(|change| self.write(&mut state, change));
        }
        Commit::Applied
    }

    /// What of the commit is written: all of it, in a sound store.
    fn kept(&self, changes: Changes) -> Vec<Change> {
        let is_unlucky =
            |change: &Change| matches!(change, Change::Update(version, _) if version.number() % 4 == 3);
        let loses_event = self.has(Flaw::EventIsLost) && changes.iter().any(is_unlucky);
        let most = if self.has(Flaw::LargeBatchIsCut) { 100 } else { usize::MAX };
        let is_kept = |change: &Change| !loses_event || change.key().kind() != Kind::Event;
        changes.into_iter().filter(is_kept).take(most).collect()
    }
}

/// Whether SQL says how many rows it wrote.
const fn is_of_rows(change: &Change) -> bool {
    matches!(change, Change::Update(..) | Change::Delete(..))
}

/// The record with its long text cut.
fn cut(record: Record) -> Record {
    let Record::Client(client) = &record else { return record };
    let Some(description) = &client.description else { return record };
    let text: String = description.as_str().chars().take(100).collect();
    let description = Description::new(text.trim_end()).ok();
    let fields = ClientFields { description, ..ClientFields::clone(client) };
    Client::new(fields).map_or(record, Record::from)
}
