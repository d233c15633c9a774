//! The secrets of a client: one, or two while one takes over from the other (CL-08 to CL-11).

use serde::Deserialize;
use serde::Serialize;

use crate::value::ClientId;
use crate::value::Digest;
use crate::value::SecretId;
use crate::value::Timestamp;
use crate::value::kind;

/// One secret of a client, as it is kept: its digest, never its text (CL-08).
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ClientSecret {
    /// Tells it apart without showing it.
    pub id: SecretId,
    /// What a presented secret is compared with.
    pub digest: Digest<kind::ClientSecret>,
    /// When it was generated.
    pub created: Timestamp,
    /// From when on it is refused; none where nothing ends it but the next generation.
    pub expires: Option<Timestamp>,
}

impl ClientSecret {
    /// Whether the digest is this secret's, and the secret is still valid. Compares in constant time.
    fn accepts(&self, presented: &Digest<kind::ClientSecret>, now: Timestamp) -> bool {
        // Both are computed whatever the other says: the time taken tells nothing.
        let same = self.digest == *presented;
        let valid = self.expires.is_none_or(|expires| now < expires);
        same & valid
    }
}

/// How long the old secret stays valid beside the new one: 1 to 604 800 s, seven days (CL-10).
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct Overlap(u32);

impl Overlap {
    /// 604 800 s, seven days: the longest.
    pub const MAX: Self = Self(604_800);

    /// An overlap of so many seconds.
    ///
    /// # Errors
    ///
    /// [`OverlapError`] for 0, and above 604 800 s.
    pub const fn from_seconds(seconds: u32) -> Result<Self, OverlapError> {
        if seconds == 0 || seconds > Self::MAX.0 {
            return Err(OverlapError { seconds });
        }
        Ok(Self(seconds))
    }

    /// The overlap in seconds.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for Overlap {
    type Error = OverlapError;

    fn try_from(seconds: u32) -> Result<Self, OverlapError> {
        Self::from_seconds(seconds)
    }
}

impl From<Overlap> for u32 {
    fn from(overlap: Overlap) -> Self {
        overlap.0
    }
}

/// No overlap is that short or that long.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an overlap of {seconds} s is outside 1 to 604800 s")]
pub struct OverlapError {
    /// What was asked for, in seconds.
    pub seconds: u32,
}

/// A client's secrets: none, one, or two while the old one runs out (CL-10).
///
/// None is the state after an edit to a grant type that needs a secret: it is generated in a step of its own,
/// so that a secret comes out of creating and regenerating alone (CL-08).
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "StoredSecrets")]
pub struct ClientSecrets {
    current: Option<ClientSecret>,
    /// INVARIANT: only beside a current one, and with an instant at which it expires.
    previous: Option<ClientSecret>,
}

/// The secrets as they are stored, before they are checked.
#[derive(Deserialize)]
struct StoredSecrets {
    current: Option<ClientSecret>,
    previous: Option<ClientSecret>,
}

impl TryFrom<StoredSecrets> for ClientSecrets {
    type Error = &'static str;

    fn try_from(StoredSecrets { current, previous }: StoredSecrets) -> Result<Self, Self::Error> {
        if previous.is_some_and(|previous| current.is_none() || previous.expires.is_none()) {
            return Err("an old secret stands beside a current one, and expires");
        }
        Ok(Self { current, previous })
    }
}

/// Stands for a secret that is not there, so that comparing takes as long: it ended before all time.
const ABSENT: ClientSecret = ClientSecret {
    id: SecretId::from_bytes([0; 16]),
    digest: Digest::from_bytes([0; 32]),
    created: Timestamp::MIN,
    expires: Some(Timestamp::MIN),
};

impl ClientSecrets {
    /// The first secret of a client.
    #[must_use]
    pub const fn first(secret: ClientSecret) -> Self {
        Self { current: Some(ClientSecret { expires: None, ..secret }), previous: None }
    }

    /// The secret generated last.
    #[must_use]
    pub const fn current(&self) -> Option<&ClientSecret> {
        self.current.as_ref()
    }

    /// The secret before it, valid until it expires.
    #[must_use]
    pub const fn previous(&self) -> Option<&ClientSecret> {
        self.previous.as_ref()
    }

    /// The secrets, the newest first.
    pub fn iter(&self) -> impl Iterator<Item = &ClientSecret> {
        self.current.iter().chain(&self.previous)
    }

    /// The secrets after a new one is generated: the old one ends now (CL-09), or after the overlap (CL-10).
    /// A secret before the old one ends in any case.
    #[must_use]
    pub fn regenerated(&self, new: ClientSecret, overlap: Option<Overlap>, now: Timestamp) -> Self {
        let ending = |overlap: Overlap| {
            self.current.map(|old| ClientSecret { expires: Some(now.plus(overlap.seconds())), ..old })
        };
        Self { current: Some(ClientSecret { expires: None, ..new }), previous: overlap.and_then(ending) }
    }

    /// Which secret the presented digest is, if it is a valid one.
    ///
    /// Does the same work whether there are none, one or two, and whichever fits (CL-11).
    #[must_use]
    pub fn verify(&self, presented: &Digest<kind::ClientSecret>, now: Timestamp) -> Option<SecretId> {
        let [current, previous] = [self.current, self.previous].map(|secret| secret.unwrap_or(ABSENT));
        let fits = [current.accepts(presented, now), previous.accepts(presented, now)];
        match fits {
            [true, _] => Some(current.id),
            [false, true] => Some(previous.id),
            [false, false] => None,
        }
    }

    /// When the presented secret ended, if it is the one before the current one: what an integration still
    /// uses after a rotation (DX-05).
    #[must_use]
    pub fn ended(&self, presented: &Digest<kind::ClientSecret>, now: Timestamp) -> Option<Timestamp> {
        let previous = self.previous.unwrap_or(ABSENT);
        // Compared in any case, as in `verify`.
        let same = previous.digest == *presented;
        previous.expires.filter(|ended| same && *ended <= now && self.previous.is_some())
    }
}

/// When a secret was last used: the evidence that an old one is out of use (CL-10).
///
/// A record of its own, since issuing a token never writes the client's. Kept to the minute.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct SecretUse {
    /// The secret.
    pub secret: SecretId,
    /// Whose it is.
    pub client: ClientId,
    /// When it last authenticated its client; up to 60 s later uses are not recorded.
    pub last_used: Timestamp,
}

impl SecretUse {
    /// How fine the record is, in seconds.
    pub const GRAIN: u32 = 60;

    /// Whether a use now is worth a write.
    #[must_use]
    pub fn is_stale(&self, now: Timestamp) -> bool {
        self.last_used.plus(Self::GRAIN) <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Plain;

    fn secret(byte: u8) -> (ClientSecret, Digest<kind::ClientSecret>) {
        let digest = Plain::from_random(&[byte; 32]).digest();
        let id = SecretId::from_random([byte; 16]);
        (ClientSecret { id, digest, created: at(0), expires: None }, digest)
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(seconds)
    }

    /// CL-09: the old secret fails from that instant.
    #[test]
    fn cl_09_regenerating_ends_the_old_secret_at_once() {
        let ((a, a_digest), (b, b_digest)) = (secret(1), secret(2));
        let secrets = ClientSecrets::first(a).regenerated(b, None, at(10));
        assert_eq!(secrets.verify(&a_digest, at(10)), None);
        assert_eq!(secrets.verify(&b_digest, at(10)), Some(b.id));
    }

    /// CL-10: the old one stays valid for the overlap, to the second, and a third ends the oldest.
    #[test]
    fn cl_10_two_secrets_at_most_and_the_old_one_for_the_overlap() {
        let ((a, a_digest), (b, b_digest), (c, c_digest)) = (secret(1), secret(2), secret(3));
        let overlap = Some(Overlap::from_seconds(100).unwrap());
        let two = ClientSecrets::first(a).regenerated(b, overlap, at(10));
        assert_eq!(two.verify(&a_digest, at(109)), Some(a.id));
        assert_eq!(two.verify(&a_digest, at(110)), None);
        let three = two.regenerated(c, overlap, at(20));
        assert_eq!(three.verify(&a_digest, at(20)), None, "the oldest ends");
        assert_eq!(three.verify(&b_digest, at(119)), Some(b.id));
        assert_eq!(three.verify(&c_digest, at(500)), Some(c.id));
        assert_eq!(three.iter().count(), 2);
    }

    /// CL-10: at most seven days.
    #[test]
    fn cl_10_an_overlap_is_seven_days_at_most() {
        for (seconds, fits) in [(0, false), (1, true), (604_800, true), (604_801, false)] {
            assert_eq!(Overlap::from_seconds(seconds).is_ok(), fits, "{seconds}");
        }
    }

    #[test]
    fn no_secret_accepts_nothing() {
        let (_, digest) = secret(1);
        assert_eq!(ClientSecrets::default().verify(&digest, Timestamp::MIN), None);
        assert_eq!(ClientSecrets::default().verify(&Digest::from_bytes([0; 32]), Timestamp::MIN), None);
    }
}
