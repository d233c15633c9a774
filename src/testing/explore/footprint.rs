//! What a step touched of the store, by which two steps that can change places are told.

use crate::access::Access;
use crate::change::Change;
use crate::change::Changes;
use crate::change::Index;
use crate::change::Key;
use crate::change::Kind;
use crate::store::Commit;
use crate::store::CommitError;
use crate::value::Digest;
use crate::value::kind;

/// The records and the list that a step read or wrote.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(super) struct Footprint {
    /// What it read, conditions included. INVARIANT: holds every written key too.
    read: Vec<Key>,
    listed: Option<Index>,
    written: Vec<Key>,
}

impl Footprint {
    pub(super) fn of_record(key: Key) -> Self {
        Self { read: vec![key], ..Self::default() }
    }

    pub(super) fn of_access(digest: &Digest<kind::AccessToken>, access: Option<&Access>) -> Self {
        let mut read = vec![Key::AccessToken(*digest)];
        if let Some(access) = access {
            read.extend(access.parents().into_iter().flatten());
            read.extend(access.role_keys());
        }
        Self { read, ..Self::default() }
    }

    pub(super) fn of_list(index: Index) -> Self {
        Self { listed: Some(index), ..Self::default() }
    }

    /// A commit that is applied.
    pub(super) fn of_commit(changes: &Changes) -> Self {
        Self {
            read: changes.iter().map(Change::key).collect(),
            listed: None,
            written: changes.iter().filter(|change| change.writes()).map(Change::key).collect(),
        }
    }

    /// A commit that ended so: without effect it is a read of its conditions.
    pub(super) fn ended<E>(&mut self, committed: &Result<Commit, CommitError<E>>) {
        match committed {
            Ok(Commit::Applied) | Err(CommitError::Unknown(_)) => {}
            Ok(Commit::Conflict) | Err(CommitError::NotApplied(_)) => self.written.clear(),
        }
    }

    /// Whether the order of the two makes a difference.
    pub(super) fn meets(&self, other: &Self) -> bool {
        self.disturbs(other) || other.disturbs(self)
    }

    fn disturbs(&self, other: &Self) -> bool {
        self.written.iter().any(|key| {
            other.read.contains(key) || other.listed.is_some_and(|index| may_list(index, key.kind()))
        })
    }
}

/// Whether records of the kind stand in the list. Which ones did before a commit, its changes do not tell.
fn may_list(index: Index, kind: Kind) -> bool {
    match index {
        Index::Clients(_) | Index::BuiltInClients => kind == Kind::Client,
        Index::Authorizations(_) | Index::AuthorizationsInState(..) | Index::AuthorizationsOfClient(_) => {
            kind == Kind::Authorization
        }
        Index::ConsentsOfClient(_) | Index::ConsentsOfUser(..) => kind == Kind::UserConsent,
        Index::Users(_) | Index::UsersByEmail(..) => kind == Kind::User,
        Index::IdentityProviders(_) | Index::IdentityProvidersOfEntity(_) => kind == Kind::IdentityProvider,
        Index::AccessTokensOfClient(_) => kind == Kind::AccessToken,
        Index::FamiliesOfClient(_) => kind == Kind::Family,
        Index::Usage(_) => kind == Kind::UsageDay,
        Index::Events(_) => kind == Kind::Event,
        Index::Due => matches!(
            kind,
            Kind::Client
                | Kind::Family
                | Kind::AccessToken
                | Kind::AuthorizationCode
                | Kind::ConsentPrompt
                | Kind::SamlRequest
                | Kind::UsedAssertion
                | Kind::UsageDay
                | Kind::UsageSource
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Record;
    use crate::change::Version;
    use crate::model::ClientTally;
    use crate::testing::conformance;
    use crate::testing::fixtures;
    use crate::value::FamilyId;
    use crate::value::OrganizationId;

    fn here(byte: u8) -> OrganizationId {
        OrganizationId::from_bytes([byte; 16])
    }

    fn write(byte: u8) -> Footprint {
        Footprint::of_commit(&Changes::new().insert(ClientTally::none(here(byte))))
    }

    fn read(byte: u8) -> Footprint {
        Footprint::of_record(Key::ClientTally(here(byte)))
    }

    /// A commit that writes what stands in a list meets the reads of that list: a kind that is left out hides races.
    #[test]
    fn every_record_may_stand_where_it_stands() {
        for record in conformance::records() {
            for entry in record.entries() {
                assert!(may_list(entry.index, record.key().kind()), "{}", entry.index);
            }
        }
    }

    #[test]
    fn a_write_meets_reads_and_writes_of_its_key_alone() {
        assert!(write(1).meets(&read(1)));
        assert!(read(1).meets(&write(1)));
        assert!(write(1).meets(&write(1)));
        assert!(!write(1).meets(&read(2)));
        assert!(!read(1).meets(&read(1)));
    }

    #[test]
    fn a_guard_meets_the_write_that_it_guards_against() {
        let guard = Changes::new().unchanged(Key::ClientTally(here(1)), Some(Version::FIRST));
        assert!(Footprint::of_commit(&guard).meets(&write(1)));
        assert!(!Footprint::of_commit(&guard).meets(&Footprint::of_commit(&guard)));
    }

    #[test]
    fn a_conflict_is_a_read() {
        let mut conflict = write(1);
        conflict.ended::<()>(&Ok(Commit::Conflict));
        assert!(!conflict.meets(&read(1)));
        assert!(conflict.meets(&write(1)));
    }

    #[test]
    fn a_check_meets_writes_of_what_the_token_hangs_on() {
        let world = fixtures::world();
        let check = Footprint::of_access(&world.web_token.digest, Some(&world.access(&world.web_token)));
        for written in [Record::from(world.web_approval.clone()), Record::from(world.web_token.clone())] {
            let delete = Changes::new().delete(Version::FIRST, written.key());
            assert!(check.meets(&Footprint::of_commit(&delete)), "{written:?}");
        }
        assert!(!check.meets(&write(1)));
    }

    #[test]
    fn a_list_meets_writes_of_its_kind() {
        let family = Changes::new().delete(Version::FIRST, Key::Family(FamilyId::from_bytes([1; 16])));
        assert!(Footprint::of_list(Index::Due).meets(&Footprint::of_commit(&family)));
        assert!(!Footprint::of_list(Index::BuiltInClients).meets(&Footprint::of_commit(&family)));
        assert!(!Footprint::of_list(Index::Due).meets(&write(1)));
    }
}
