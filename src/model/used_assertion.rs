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
    /// From when on it could not be accepted anyway, whatever the clocks say, and is forgotten.
    pub expires: Timestamp,
}
