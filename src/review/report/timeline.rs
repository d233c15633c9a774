//! What ends when.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::value::Day;
use crate::value::Name;
use crate::value::Timestamp;

/// What ends.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EndKind {
    /// A secret that was replaced (CL-10).
    Secret,
    /// A certificate of an identity provider, or its metadata.
    Certificate,
    /// A client set for deletion (LC-03).
    Removal,
    /// The implicit grant, for a client that has it (GR-05).
    Implicit,
    /// The time until a client is to be reviewed (CL-15).
    Review,
}

impl EndKind {
    /// Every kind there is.
    pub const ALL: [Self; 5] = [Self::Secret, Self::Certificate, Self::Removal, Self::Implicit, Self::Review];

    /// What it is, for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Secret => "Replaced secrets end",
            Self::Certificate => "Certificates expire",
            Self::Removal => "Clients are removed",
            Self::Implicit => "Implicit clients stop",
            Self::Review => "Reviews are due",
        }
    }
}

/// Something that ends.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[non_exhaustive]
pub struct Ending {
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EndKind,
    /// Of which client or identity provider: its name.
    pub name: Name,
    /// And its identifier.
    pub id: String,
}

/// How many things of a kind end in each of the weeks to come.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EndsByWeek {
    /// The kind.
    pub kind: EndKind,
    /// Of each week, the first of which begins now.
    pub weeks: Vec<u64>,
    /// Afterwards.
    pub later: u64,
}

/// What ends when, from now on.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Timeline {
    /// By kind, and week by week.
    pub by_week: Vec<EndsByWeek>,
    /// The first of them, by time.
    pub next: Vec<Ending>,
    /// How many there are beyond those.
    pub more: u64,
}

impl Timeline {
    /// 53: the weeks that are told one by one.
    pub const WEEKS: u16 = 53;
}

/// Endings as they come, in bounded space.
#[derive(Clone, Debug)]
pub(super) struct Endings {
    most: usize,
    now: Timestamp,
    by_week: Vec<EndsByWeek>,
    next: BTreeSet<Ending>,
    more: u64,
}

impl Endings {
    pub(super) fn new(most: usize, now: Timestamp) -> Self {
        let none = |kind| EndsByWeek { kind, weeks: vec![0; usize::from(Timeline::WEEKS)], later: 0 };
        Self { most, now, by_week: EndKind::ALL.map(none).into(), next: BTreeSet::new(), more: 0 }
    }

    /// And this one, where it is still to come.
    pub(super) fn add(&mut self, at: Timestamp, kind: EndKind, (name, id): (&Name, String)) {
        if at < self.now {
            return;
        }
        let week = at.seconds_since(self.now).div_euclid(i64::from(7 * Day::SECONDS));
        for of_kind in self.by_week.iter_mut().filter(|of_kind| of_kind.kind == kind) {
            let place = usize::try_from(week).ok().and_then(|week| of_kind.weeks.get_mut(week));
            super::pictures::one_more(place.unwrap_or(&mut of_kind.later));
        }
        self.next.insert(Ending { at, kind, name: name.clone(), id });
        if self.next.len() > self.most {
            let _last = self.next.pop_last();
            super::pictures::one_more(&mut self.more);
        }
    }

    pub(super) fn told(self) -> Timeline {
        Timeline { by_week: self.by_week, next: self.next.into_iter().collect(), more: self.more }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_unix(1_768_478_400);
    const WEEK: u32 = 7 * Day::SECONDS;

    /// GV-03: what is over is not told, a week ends to the second, and what comes later than the weeks is counted.
    #[test]
    fn gv_03_what_ends_is_told_by_week() {
        let name = Name::new("CRM").unwrap();
        let mut endings = Endings::new(3, NOW);
        let mut add = |at, id: &str| endings.add(at, EndKind::Removal, (&name, id.to_owned()));
        add(NOW.minus(1), "over");
        for (at, id) in
            [(NOW.plus(53 * WEEK), "later"), (NOW, "a"), (NOW.plus(WEEK - 1), "b"), (NOW.plus(WEEK), "c")]
        {
            add(at, id);
        }
        let told = endings.told();
        let removals = &told.by_week[2];
        assert_eq!((removals.kind, removals.later, removals.weeks.len()), (EndKind::Removal, 1, 53));
        assert_eq!(removals.weeks[..3], [2, 1, 0]);
        let next: Vec<&str> = told.next.iter().map(|ending| ending.id.as_str()).collect();
        assert_eq!((next, told.more), (vec!["a", "b", "c"], 1));
        assert!(
            told.by_week.iter().all(|of_kind| of_kind.kind == EndKind::Removal || of_kind.weeks == [0; 53])
        );
    }
}
