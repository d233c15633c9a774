//! Numbers of calls, by the class of their status (GV-02).

use serde::Deserialize;
use serde::Serialize;

/// The class of a status (RFC 9110 §15).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum StatusClass {
    /// 1xx.
    Informational,
    /// 2xx.
    Successful,
    /// 3xx.
    Redirection,
    /// 4xx.
    ClientError,
    /// 5xx, and what is no status at all.
    ServerError,
}

impl StatusClass {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Informational, Self::Successful, Self::Redirection, Self::ClientError, Self::ServerError];

    /// The class of the status.
    #[must_use]
    pub const fn of(status: u16) -> Self {
        match status {
            100..=199 => Self::Informational,
            200..=299 => Self::Successful,
            300..=399 => Self::Redirection,
            400..=499 => Self::ClientError,
            // RFC 9110 §15: a client that receives an invalid status code "SHOULD process the response as if it had
            // a 5xx (Server Error) status code".
            _ => Self::ServerError,
        }
    }

    /// Its place among them, from 0.
    pub(crate) const fn place(self) -> usize {
        match self {
            Self::Informational => 0,
            Self::Successful => 1,
            Self::Redirection => 2,
            Self::ClientError => 3,
            Self::ServerError => 4,
        }
    }
}

/// How many calls there were, by the class of their status.
///
/// Its serde form is five numbers, from 1xx to 5xx. Sums stop at the largest number there is.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, Hash, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Calls([u64; 5]);

impl Calls {
    /// So many of each class, from 1xx to 5xx.
    #[must_use]
    pub const fn new(each: [u64; 5]) -> Self {
        Self(each)
    }

    /// So many of one class.
    #[must_use]
    pub fn of_class(class: StatusClass, calls: u64) -> Self {
        let place = class.place();
        Self(core::array::from_fn(|at| if at == place { calls } else { 0 }))
    }

    /// How many there were of the class.
    #[must_use]
    pub fn of(&self, class: StatusClass) -> u64 {
        self.0.get(class.place()).copied().unwrap_or_default()
    }

    /// How many there were.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.0.iter().copied().fold(0, u64::saturating_add)
    }

    /// Whether there were none.
    #[must_use]
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// These and those.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let Self([a, b, c, d, e]) = self;
        let Self([v, w, x, y, z]) = other;
        Self([
            a.saturating_add(v),
            b.saturating_add(w),
            c.saturating_add(x),
            d.saturating_add(y),
            e.saturating_add(z),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GV-02: every status there is, and every number that is none, is of one class.
    #[test]
    fn gv_02_every_status_has_its_class() {
        for status in 0..=u16::MAX {
            let hundreds = match status / 100 {
                within @ 1..=5 => usize::from(within) - 1,
                _ => 4,
            };
            assert_eq!(StatusClass::of(status), StatusClass::ALL[hundreds], "{status}");
        }
    }

    #[test]
    fn calls_are_added_class_by_class() {
        let some = Calls::new([1, 2, 3, 4, 5]).and(Calls::new([10, 20, 30, 40, 50]));
        assert_eq!((some, some.total()), (Calls::new([11, 22, 33, 44, 55]), 165));
        assert_eq!(StatusClass::ALL.map(|class| some.of(class)), [11, 22, 33, 44, 55]);
        for class in StatusClass::ALL {
            assert_eq!(Calls::of_class(class, 7).of(class), 7);
            assert_eq!(Calls::of_class(class, 7).total(), 7);
        }
        let most = Calls::new([u64::MAX; 5]);
        assert_eq!((most.and(some), most.total()), (most, u64::MAX));
    }
}
