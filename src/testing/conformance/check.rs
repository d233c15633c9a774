//! The checks: a promise of the store each.

use core::fmt;

use super::Failure;
use super::access;
use super::batch;
use super::bench::Bench;
use super::cascade;
use super::dropped;
use super::guard;
use super::lists;
use super::moments;
use super::races;
use super::single;
use super::users;
use crate::store::Store;

/// One promise of the store, and how the suite tries it.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Check {
    /// A record is read as it was inserted.
    RoundTrip,
    /// What is not there is not given.
    Absence,
    /// Keys of different kinds are different keys.
    KeysApart,
    /// An insert finds no record.
    InsertNeedsAbsence,
    /// An update finds the version that it names.
    UpdateNeedsVersion,
    /// A delete finds the version that it names.
    DeleteNeedsVersion,
    /// A guard finds the version that it names.
    GuardNeedsVersion,
    /// A guard of what is absent finds no record.
    GuardNeedsAbsence,
    /// A commit applies all or nothing.
    AllOrNothing,
    /// A commit may be large.
    LargeBatch,
    /// Lists hold what stands in them.
    ListsAreExact,
    /// Lists are read in pages.
    ListsPage,
    /// An update moves a record between lists.
    ListsFollowUpdates,
    /// A deleted record stands in no list.
    ListsForgetDeleted,
    /// What is due is listed by its instant.
    DueInOrder,
    /// Users are found by their email address.
    UsersAreFound,
    /// A client ends with all that hangs on it.
    ClientEndsWhole,
    /// What bears on a token is given whole.
    AccessIsWhole,
    /// What does not bear on a token is not given.
    AccessJoinsNoOther,
    /// What bears on a token is given as it is now.
    AccessFollowsCommits,
    /// Events are never lost.
    EventsAreKept,
    /// Of many inserts under one key one is applied.
    OneInsertWins,
    /// Of many deletes of one version one is applied.
    OneDeleteWins,
    /// No update is lost.
    NoUpdateIsLost,
    /// Commits that guard what the other writes do not pass each other.
    NoWriteSkew,
    /// Commits that guard the absence of what the other inserts do not pass each other.
    NoAbsenceSkew,
    /// Nothing passes a guard after it fell.
    NothingPassesAGuard,
    /// What bears on a token is from one moment.
    AccessIsOneMoment,
    /// A list is from one moment.
    ListIsOneMoment,
    /// Reads that start after a commit see it.
    ReadsFollowCommits,
    /// A dropped commit is applied whole or not at all.
    DroppedCommitIsWhole,
    /// A dropped read leaves nothing behind.
    DroppedReadIsHarmless,
}

impl Check {
    /// Every check there is, in the order in which they are run.
    pub const ALL: [Self; 32] = [
        Self::RoundTrip,
        Self::Absence,
        Self::KeysApart,
        Self::InsertNeedsAbsence,
        Self::UpdateNeedsVersion,
        Self::DeleteNeedsVersion,
        Self::GuardNeedsVersion,
        Self::GuardNeedsAbsence,
        Self::AllOrNothing,
        Self::LargeBatch,
        Self::ListsAreExact,
        Self::ListsPage,
        Self::ListsFollowUpdates,
        Self::ListsForgetDeleted,
        Self::DueInOrder,
        Self::UsersAreFound,
        Self::ClientEndsWhole,
        Self::AccessIsWhole,
        Self::AccessJoinsNoOther,
        Self::AccessFollowsCommits,
        Self::EventsAreKept,
        Self::OneInsertWins,
        Self::OneDeleteWins,
        Self::NoUpdateIsLost,
        Self::NoWriteSkew,
        Self::NoAbsenceSkew,
        Self::NothingPassesAGuard,
        Self::AccessIsOneMoment,
        Self::ListIsOneMoment,
        Self::ReadsFollowCommits,
        Self::DroppedCommitIsWhole,
        Self::DroppedReadIsHarmless,
    ];

    /// What the store promises, in a sentence.
    #[must_use]
    pub const fn promise(self) -> &'static str {
        match self {
            Self::RoundTrip => {
                "a record of any kind is read exactly as it was inserted, at the first version"
            }
            Self::Absence => {
                "a key without a record, a list without entries and an unknown token give nothing"
            }
            Self::KeysApart => "equal identifiers of different kinds or organizations are different keys",
            Self::InsertNeedsAbsence => "an insert under a key with a record conflicts and changes nothing",
            Self::UpdateNeedsVersion => {
                "an update of the version that is there gives the next one, and of any other conflicts"
            }
            Self::DeleteNeedsVersion => "a delete of any version but the one that is there conflicts",
            Self::GuardNeedsVersion => {
                "a guard holds for the version that is there alone, and writes nothing"
            }
            Self::GuardNeedsAbsence => {
                "a guard of absence holds where there is no record, and writes nothing"
            }
            Self::AllOrNothing => {
                "one condition that does not hold, wherever it stands, undoes the whole commit"
            }
            Self::LargeBatch => "a commit of 500 changes is applied whole, and refused whole",
            Self::ListsAreExact => "every list holds exactly the records that stand in it, in order",
            Self::ListsPage => {
                "pages of any size, within any bounds, make up the list without gap or repetition"
            }
            Self::ListsFollowUpdates => "an updated record stands where its new form says, and nowhere else",
            Self::ListsForgetDeleted => "a deleted record stands in no list",
            Self::DueInOrder => "what is due is listed by its instant, whatever its kind, up to any instant",
            Self::UsersAreFound => {
                "users are listed, and found by their email address, in their own organization alone"
            }
            Self::ClientEndsWhole => {
                "one commit ends a client and what hangs on it, and nothing of its neighbor"
            }
            Self::AccessIsWhole => "a token is given with all that is there of what it hangs on",
            Self::AccessJoinsNoOther => "no record of another key is given with a token",
            Self::AccessFollowsCommits => {
                "a commit on anything that a token hangs on is seen with the token at once"
            }
            Self::EventsAreKept => "the event of every applied commit is listed, and of no other",
            Self::OneInsertWins => "of inserts that race for one key at most one is applied, and stays",
            Self::OneDeleteWins => "of deletes that race for one version at most one is applied",
            Self::NoUpdateIsLost => {
                "of updates that race for one version one is applied: a counter counts each"
            }
            Self::NoWriteSkew => "two commits that each guard what the other updates are never both applied",
            Self::NoAbsenceSkew => {
                "two commits that each guard the absence of what the other inserts are never both applied"
            }
            Self::NothingPassesAGuard => {
                "no insert guarded by a record is applied after an update of the record"
            }
            Self::AccessIsOneMoment => {
                "what is given with a token was there at one moment, while commits change it"
            }
            Self::ListIsOneMoment => "a list is complete and as of one moment, while commits change it",
            Self::ReadsFollowCommits => "every read that starts after a commit was applied sees it",
            Self::DroppedCommitIsWhole => {
                "a commit whose future is dropped is applied whole or not at all, and blocks nothing"
            }
            Self::DroppedReadIsHarmless => {
                "a read whose future is dropped changes nothing and blocks nothing"
            }
        }
    }

    pub(super) fn run<S: Store>(self, bench: &Bench<'_, S>) -> Result<(), Failure> {
        match self {
            Self::RoundTrip => single::round_trip(bench),
            Self::Absence => single::absence(bench),
            Self::KeysApart => single::keys_apart(bench),
            Self::InsertNeedsAbsence => single::insert_needs_absence(bench),
            Self::UpdateNeedsVersion => single::update_needs_version(bench),
            Self::DeleteNeedsVersion => single::delete_needs_version(bench),
            Self::GuardNeedsVersion => single::guard_needs_version(bench),
            Self::GuardNeedsAbsence => single::guard_needs_absence(bench),
            Self::AllOrNothing => batch::all_or_nothing(bench),
            Self::LargeBatch => batch::large_batch(bench),
            Self::ListsAreExact => lists::exact(bench),
            Self::ListsPage => lists::pages(bench),
            Self::ListsFollowUpdates => lists::follow_updates(bench),
            Self::ListsForgetDeleted => lists::forget_deleted(bench),
            Self::DueInOrder => lists::due_in_order(bench),
            Self::UsersAreFound => users::found_by_address(bench),
            Self::ClientEndsWhole => cascade::client_ends_whole(bench),
            Self::AccessIsWhole => access::whole(bench),
            Self::AccessJoinsNoOther => access::joins_no_other(bench),
            Self::AccessFollowsCommits => access::follows_commits(bench),
            Self::EventsAreKept => races::events_are_kept(bench),
            Self::OneInsertWins => races::one_insert_wins(bench),
            Self::OneDeleteWins => races::one_delete_wins(bench),
            Self::NoUpdateIsLost => races::no_update_is_lost(bench),
            Self::NoWriteSkew => races::no_write_skew(bench),
            Self::NoAbsenceSkew => races::no_absence_skew(bench),
            Self::NothingPassesAGuard => guard::nothing_passes_a_guard(bench),
            Self::AccessIsOneMoment => moments::access_is_one_moment(bench),
            Self::ListIsOneMoment => moments::list_is_one_moment(bench),
            Self::ReadsFollowCommits => moments::reads_follow_commits(bench),
            Self::DroppedCommitIsWhole => dropped::commit_is_whole(bench),
            Self::DroppedReadIsHarmless => dropped::read_is_harmless(bench),
        }
    }
}

/// The check's name, as in the code.
impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
