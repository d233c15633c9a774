//! The flaws: what is wrong with a store, and which checks find it.

use core::fmt;

use crate::testing::conformance::Check;

/// What is wrong with a [`BrokenStore`](super::BrokenStore).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Flaw {
    /// A long text is cut to the width of its column.
    TextIsCut,
    /// Tokens are found by half of their digest.
    KeyIsCut,
    /// Two kinds share a table, and the kind is not part of the key.
    KindsShareKeys,
    /// An insert replaces what is there: `INSERT … ON CONFLICT DO UPDATE`.
    InsertOverwrites,
    /// An update without `AND version = ?`.
    UpdateIgnoresVersion,
    /// An update of what is absent inserts it.
    UpdateInserts,
    /// An update forgets `SET version = version + 1`.
    UpdateKeepsVersion,
    /// A delete without `AND version = ?`.
    DeleteIgnoresVersion,
    /// The rows that an update or delete wrote are not counted: none is as good as one.
    RowsNotCounted,
    /// Guards of a version are not looked at.
    GuardIgnored,
    /// A guard locks its record by an update, which raises the version.
    GuardRaisesVersion,
    /// Guards of absence are not looked at.
    AbsenceGuardIgnored,
    /// Changes are applied one by one, up to the first whose condition does not hold.
    BatchInPart,
    /// A large commit is cut to as many changes as one statement takes.
    LargeBatchIsCut,
    /// Lists are in the order of insertion: no `ORDER BY`.
    ListInOrderOfInsertion,
    /// What is due is listed kind by kind.
    DueByKind,
    /// A page leaves out the record after its lower bound.
    PageSkips,
    /// A page repeats the last record of the page before it: `>=`.
    PageRepeats,
    /// A page holds the record at its upper bound: `<=`.
    PageIncludesUpperBound,
    /// A full page says that it is the last.
    PageEndsEarly,
    /// A full page says that there is another, even where there is not.
    PageLeadsNowhere,
    /// A page that was read once is given again, whatever was written since.
    PageIsCached,
    /// An update leaves the record where it stood before.
    UpdateKeepsEntries,
    /// A delete leaves the record in its lists.
    DeleteKeepsEntries,
    /// A tombstone goes to a table of its own, and the client stays where it is joined.
    TombstoneBesideClient,
    /// The family is not joined.
    FamilyLeftOut,
    /// Roles beyond the first four are not joined.
    RolesAreCut,
    /// The token is given with the version of its insert.
    AccessGivesFirstVersion,
    /// Roles are joined by their identifier, in whatever organization.
    RoleOfAnyOrganization,
    /// The authorization is joined by its client, in whatever organization.
    AuthorizationOfAnyOrganization,
    /// Users are found by their email address, in whatever organization.
    UserOfAnyOrganization,
    /// Of users who share an email address one is given: `LIMIT 1`.
    OneUserOfAddress,
    /// What a token hangs on is kept from the first read on.
    AccessIsCached,
    /// Now and then an event does not make it into the commit.
    EventIsLost,
    /// All conditions are checked first, and the changes written after, in another transaction.
    CheckedBefore,
    /// That there is no record to insert over is checked before.
    InsertCheckedBefore,
    /// Guards of a version are checked before, and nothing locks what they guard.
    GuardCheckedBefore,
    /// Guards of absence are checked before: there is nothing to lock.
    AbsenceCheckedBefore,
    /// The token and each record that it hangs on are read one after the other.
    AccessInSteps,
    /// A list reads the entries first, and then the records one after the other.
    ListInSteps,
    /// Now and then a read goes to a replica that lags one commit behind.
    ReadsLag,
    /// A commit waits between its changes, and stops there if it is dropped.
    DroppedInPart,
    /// A commit that is dropped leaves its lock behind.
    DroppedCommitLocks,
    /// A read that is dropped leaves its lock behind.
    DroppedReadLocks,
}

impl Flaw {
    /// Every flaw there is.
    pub const ALL: [Self; 44] = [
        Self::TextIsCut,
        Self::KeyIsCut,
        Self::KindsShareKeys,
        Self::InsertOverwrites,
        Self::UpdateIgnoresVersion,
        Self::UpdateInserts,
        Self::UpdateKeepsVersion,
        Self::DeleteIgnoresVersion,
        Self::RowsNotCounted,
        Self::GuardIgnored,
        Self::GuardRaisesVersion,
        Self::AbsenceGuardIgnored,
        Self::BatchInPart,
        Self::LargeBatchIsCut,
        Self::ListInOrderOfInsertion,
        Self::DueByKind,
        Self::PageSkips,
        Self::PageRepeats,
        Self::PageIncludesUpperBound,
        Self::PageEndsEarly,
        Self::PageLeadsNowhere,
        Self::PageIsCached,
        Self::UpdateKeepsEntries,
        Self::DeleteKeepsEntries,
        Self::TombstoneBesideClient,
        Self::FamilyLeftOut,
        Self::RolesAreCut,
        Self::AccessGivesFirstVersion,
        Self::RoleOfAnyOrganization,
        Self::AuthorizationOfAnyOrganization,
        Self::UserOfAnyOrganization,
        Self::OneUserOfAddress,
        Self::AccessIsCached,
        Self::EventIsLost,
        Self::CheckedBefore,
        Self::InsertCheckedBefore,
        Self::GuardCheckedBefore,
        Self::AbsenceCheckedBefore,
        Self::AccessInSteps,
        Self::ListInSteps,
        Self::ReadsLag,
        Self::DroppedInPart,
        Self::DroppedCommitLocks,
        Self::DroppedReadLocks,
    ];

    /// The checks that must find it. Others may find it too.
    #[must_use]
    pub const fn found_by(self) -> &'static [Check] {
        match self {
            Self::TextIsCut => &[Check::RoundTrip],
            Self::KeyIsCut => &[Check::Absence],
            Self::KindsShareKeys => &[Check::KeysApart],
            Self::InsertOverwrites => &[Check::InsertNeedsAbsence, Check::AllOrNothing],
            Self::UpdateIgnoresVersion | Self::UpdateInserts => {
                &[Check::UpdateNeedsVersion, Check::AllOrNothing]
            }
            Self::UpdateKeepsVersion => &[Check::UpdateNeedsVersion],
            Self::DeleteIgnoresVersion => &[Check::DeleteNeedsVersion, Check::AllOrNothing],
            Self::RowsNotCounted => &[
                Check::UpdateNeedsVersion,
                Check::DeleteNeedsVersion,
                Check::AllOrNothing,
                Check::OneDeleteWins,
                Check::NoUpdateIsLost,
            ],
            Self::GuardIgnored => &[
                Check::GuardNeedsVersion,
                Check::AllOrNothing,
                Check::LargeBatch,
                Check::NoWriteSkew,
                Check::NothingPassesAGuard,
            ],
            Self::GuardRaisesVersion => &[Check::GuardNeedsVersion],
            Self::AbsenceGuardIgnored => {
                &[Check::GuardNeedsAbsence, Check::AllOrNothing, Check::NoAbsenceSkew]
            }
            Self::BatchInPart => &[Check::AllOrNothing, Check::LargeBatch, Check::ClientEndsWhole],
            Self::LargeBatchIsCut => &[Check::LargeBatch],
            Self::ListInOrderOfInsertion => &[Check::ListsAreExact],
            Self::DueByKind => &[Check::DueInOrder],
            Self::PageSkips
            | Self::PageRepeats
            | Self::PageIncludesUpperBound
            | Self::PageEndsEarly
            | Self::PageLeadsNowhere => &[Check::ListsPage],
            Self::PageIsCached => {
                &[Check::ListsAreExact, Check::ListsFollowUpdates, Check::ListsForgetDeleted]
            }
            Self::UpdateKeepsEntries => &[Check::ListsFollowUpdates],
            Self::DeleteKeepsEntries => &[Check::ListsForgetDeleted],
            Self::TombstoneBesideClient => &[Check::ClientEndsWhole, Check::AccessFollowsCommits],
            Self::FamilyLeftOut | Self::RolesAreCut => &[Check::AccessIsWhole],
            Self::RoleOfAnyOrganization | Self::AuthorizationOfAnyOrganization => {
                &[Check::AccessJoinsNoOther]
            }
            Self::UserOfAnyOrganization | Self::OneUserOfAddress => &[Check::UsersAreFound],
            Self::AccessGivesFirstVersion => &[Check::AccessFollowsCommits],
            Self::AccessIsCached => &[Check::AccessFollowsCommits, Check::ReadsFollowCommits],
            Self::EventIsLost => &[Check::EventsAreKept],
            Self::CheckedBefore => &[Check::NoUpdateIsLost, Check::OneInsertWins, Check::OneDeleteWins],
            Self::InsertCheckedBefore => &[Check::OneInsertWins],
            Self::GuardCheckedBefore => &[Check::NoWriteSkew, Check::NothingPassesAGuard],
            Self::AbsenceCheckedBefore => &[Check::NoAbsenceSkew],
            Self::AccessInSteps => &[Check::AccessIsOneMoment],
            Self::ListInSteps => &[Check::ListIsOneMoment],
            Self::ReadsLag => &[Check::ReadsFollowCommits],
            Self::DroppedInPart | Self::DroppedCommitLocks => &[Check::DroppedCommitIsWhole],
            Self::DroppedReadLocks => &[Check::DroppedReadIsHarmless],
        }
    }
}

/// The flaw's name, as in the code.
impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
