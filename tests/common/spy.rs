//! A store that counts what is asked of it, and fails where it is told to.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::sync::Mutex;

use grantor::access::Access;
use grantor::change::Change;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::MemoryStore;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

/// What the store was asked, by kind: two operations that do the same work leave the same calls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Call {
    Record(Kind),
    Access,
    List,
    Commit(Vec<(&'static str, Kind)>),
}

/// How a call fails.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fault {
    /// It fails, and nothing happened.
    NotApplied,
    /// It fails as unknown, and nothing happened.
    UnknownLost,
    /// It fails as unknown, and happened.
    UnknownApplied,
    /// It conflicts, and nothing happened: this call and every commit after it.
    Conflict,
}

impl Fault {
    pub const ALL: [Self; 4] = [Self::NotApplied, Self::UnknownLost, Self::UnknownApplied, Self::Conflict];
}

/// The error of a store that was told to fail.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("told to fail")
    }
}

impl std::error::Error for Broken {}

/// The wrapping store. A clone is a handle on the same records with calls and faults of its own.
pub struct Spy {
    records: Arc<MemoryStore>,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    calls: Vec<Call>,
    fault: Option<(usize, Fault)>,
    conflicts: bool,
    /// What was read, and what the commits were about.
    read: BTreeSet<Key>,
    committed: BTreeSet<Key>,
}

impl Spy {
    pub fn over(records: Arc<MemoryStore>) -> Self {
        Self { records, seen: Mutex::default() }
    }

    pub fn memory(&self) -> &Arc<MemoryStore> {
        &self.records
    }

    /// What was asked since this was asked last.
    pub fn take_calls(&self) -> Vec<Call> {
        std::mem::take(&mut self.seen.lock().unwrap().calls)
    }

    /// The keys that were read by [`Store::record`] and in no commit since.
    pub fn unguarded(&self) -> BTreeSet<Key> {
        let mut seen = self.seen.lock().unwrap();
        let (read, committed) = (std::mem::take(&mut seen.read), std::mem::take(&mut seen.committed));
        read.difference(&committed).copied().collect()
    }

    /// The call with this number from now on, counted from 0, fails; later ones do not.
    pub fn fail_at(&self, call: usize, fault: Fault) {
        let mut seen = self.seen.lock().unwrap();
        seen.calls.clear();
        seen.fault = Some((call, fault));
    }

    pub fn mend(&self) {
        let mut seen = self.seen.lock().unwrap();
        (seen.fault, seen.conflicts) = (None, false);
    }

    /// Notes the call, and says how it fails.
    fn note(&self, call: Call) -> Option<Fault> {
        let mut seen = self.seen.lock().unwrap();
        let number = seen.calls.len();
        let is_commit = matches!(call, Call::Commit(_));
        seen.calls.push(call);
        let due = seen.fault.filter(|(at, _)| *at == number).map(|(_, fault)| fault);
        seen.conflicts |= due == Some(Fault::Conflict);
        due.or((seen.conflicts && is_commit).then_some(Fault::Conflict))
    }

    fn read<T>(&self, call: Call, value: T) -> Result<T, Broken> {
        match self.note(call) {
            None | Some(Fault::Conflict) => Ok(value),
            Some(Fault::NotApplied | Fault::UnknownLost | Fault::UnknownApplied) => Err(Broken),
        }
    }
}

impl fmt::Debug for Spy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.records.fmt(f)
    }
}

impl Store for Spy {
    type Error = Broken;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Broken> {
        let Ok(found) = self.records.record(key).await;
        self.seen.lock().unwrap().read.insert(key);
        self.read(Call::Record(key.kind()), found)
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Broken> {
        let Ok(found) = self.records.access(digest).await;
        self.read(Call::Access, found)
    }

    async fn list(&self, range: Range) -> Result<Page, Broken> {
        let Ok(page) = self.records.list(range).await;
        self.read(Call::List, page)
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Broken>> {
        self.seen.lock().unwrap().committed.extend(changes.iter().map(Change::key));
        match self.note(Call::Commit(changes.iter().map(shape).collect())) {
            None => {}
            Some(Fault::NotApplied) => return Err(CommitError::NotApplied(Broken)),
            Some(Fault::UnknownLost) => return Err(CommitError::Unknown(Broken)),
            Some(Fault::UnknownApplied) => {
                let _: Commit = self.records.commit(changes).await.unwrap();
                return Err(CommitError::Unknown(Broken));
            }
            Some(Fault::Conflict) => return Ok(Commit::Conflict),
        }
        self.records.commit(changes).await.map_err(|error| match error {
            CommitError::NotApplied(never) | CommitError::Unknown(never) => match never {},
        })
    }
}

fn shape(change: &Change) -> (&'static str, Kind) {
    let verb = match change {
        Change::Insert(_) => "insert",
        Change::Update(..) => "update",
        Change::Delete(..) => "delete",
        Change::Unchanged(..) => "unchanged",
    };
    (verb, change.key().kind())
}
