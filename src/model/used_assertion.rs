//! Assertions that were accepted, and are not accepted again (SA-11).

use serde::Deserialize;
use serde::Serialize;

use crate::value::AssertionKey;
use crate::value::OrganizationId;
use crate::value::Timestamp;

/// An assertion that was accepted. It is inserted in the commit that accepts it, where there is none of its key yet:
/// of two who present it at once, one finds the other's (threat 20).
///
/// Its key names issuer and id and no organization: what was accepted in one is not accepted in another either.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct UsedAssertion {
    /// Which assertion it is.
    pub key: AssertionKey,
    /// Where it was accepted.
    pub organization: OrganizationId,
    /// When.
    pub used: Timestamp,
    /// From when on it could not be accepted anyway, by a clock that is right.
    pub expires: Timestamp,
}

impl UsedAssertion {
    /// 86 400 s, a day: how long it is remembered beyond that. A sweep by a clock that is ahead, or a clock that is set
    /// back, has no assertion accepted again while clocks are no further apart (LC-11).
    pub const RETENTION: u32 = 86_400;

    /// From when on it is forgotten.
    #[must_use]
    pub const fn forgotten(&self) -> Timestamp {
        self.expires.plus(Self::RETENTION)
    }
}
