//! A host that has its users and roles already: no commit writes them.

use grantor::access::Access;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::change::Record;
use grantor::change::Versioned;
use grantor::ready;
use grantor::store::Commit;
use grantor::store::CommitError;
use grantor::store::Page;
use grantor::store::Range;
use grantor::store::Store;
use grantor::value::Digest;
use grantor::value::kind;

use crate::two_tables::TwoTables;

/// Two tables, and users and roles that are written past them.
#[derive(Debug, Default)]
pub struct OwnTables(TwoTables);

impl OwnTables {
    /// Writes a user or role, in place of what is there.
    pub fn put(&self, record: Record) {
        let there = ready(self.0.record(record.key())).unwrap().unwrap();
        let changes = match there {
            Some(there) => Changes::new().update(there.version, record),
            None => Changes::new().insert(record),
        };
        assert_eq!(ready(self.0.commit(changes)).unwrap(), Ok(Commit::Applied));
    }
}

impl Store for OwnTables {
    type Error = <TwoTables as Store>::Error;

    async fn record(&self, key: Key) -> Result<Option<Versioned<Record>>, Self::Error> {
        self.0.record(key).await
    }

    async fn access(&self, digest: &Digest<kind::AccessToken>) -> Result<Option<Access>, Self::Error> {
        self.0.access(digest).await
    }

    async fn list(&self, range: Range) -> Result<Page, Self::Error> {
        self.0.list(range).await
    }

    async fn commit(&self, changes: Changes) -> Result<Commit, CommitError<Self::Error>> {
        for change in changes.iter().filter(|change| change.writes()) {
            let kind = change.key().kind();
            assert!(
                !matches!(kind, Kind::User | Kind::Role),
                "a commit that writes a record of the host's ({kind})"
            );
        }
        self.0.commit(changes).await
    }
}
