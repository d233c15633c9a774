//! The bytes that digests of the audit trail are taken over, written out field by field.
//!
//! An encoding is its domain, and then fields: a tag of one byte, the length of eight, the bytes. A field that is absent is
//! left out. So no two events have one encoding, and a later version that adds a field under a tag of its own, and leaves it
//! out where it is absent, gives every event from before the digest that it had. A tag is never used for anything else, and
//! an order is never changed: `tests/vectors/event_digests.txt` holds both.

use sha2::Digest as _;
use sha2::Sha256;

use super::Actor;
use super::Event;
use super::FieldChange;
use super::Outcome;
use super::Subject;
use super::TrailDigest;
use super::TrailSeal;

/// What a digest of an event is taken over begins with this.
const EVENT: &[u8] = b"grantor trail event 1";
/// And that of a seal with this.
const SEAL: &[u8] = b"grantor trail seal 1";

/// The bytes that most events take; those that take more, and seals, take room for more.
const ROOM: usize = 512;
/// The bytes that an event takes in a seal: its identifier and its digest, each with its tag and length.
const PER_SEALED: usize = 66;

/// An encoding, as far as it is written. It is hashed at once in the end: field by field would cost four times as much.
struct Encoding(Vec<u8>);

impl Encoding {
    fn of(domain: &[u8], room: usize) -> Self {
        Self(Vec::with_capacity(room)).field(0, domain)
    }

    fn field(mut self, tag: u8, bytes: &[u8]) -> Self {
        self.0.push(tag);
        self.0.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.extend_from_slice(bytes);
        self
    }

    fn optional(self, tag: u8, bytes: Option<impl AsRef<[u8]>>) -> Self {
        match bytes {
            Some(bytes) => self.field(tag, bytes.as_ref()),
            None => self,
        }
    }

    fn digest(&self) -> TrailDigest {
        TrailDigest::from_bytes(Sha256::digest(&self.0).into())
    }
}

impl Event {
    /// SHA-256 over all that the event says. What is not in it can be changed unseen, so everything is.
    #[must_use]
    pub fn digest(&self) -> TrailDigest {
        let Self { id, at, organization, actor, action, subject, outcome, changes } = self;
        let encoding = Encoding::of(EVENT, ROOM)
            .field(1, id.as_bytes())
            .field(2, &at.unix().to_be_bytes())
            .optional(3, organization.as_ref().map(|id| id.as_bytes()));
        let encoding = of_actor(encoding, actor).field(9, action.as_str().as_bytes());
        let encoding = of_outcome(of_subject(encoding, subject), outcome);
        changes.iter().fold(encoding, of_change).digest()
    }
}

fn of_actor(encoding: Encoding, actor: &Actor) -> Encoding {
    match actor {
        Actor::User { organization, user } => {
            encoding.field(4, b"user").field(5, organization.as_bytes()).field(6, user.as_bytes())
        }
        Actor::Client(client) => encoding.field(4, b"client").field(7, client.as_bytes()),
        Actor::IdentityProvider { organization, provider } => encoding
            .field(4, b"identity_provider")
            .field(5, organization.as_bytes())
            .field(8, provider.as_bytes()),
        Actor::Operator => encoding.field(4, b"operator"),
        Actor::Sweep => encoding.field(4, b"sweep"),
    }
}

fn of_subject(encoding: Encoding, subject: &Subject) -> Encoding {
    match subject {
        Subject::Organization(organization) => {
            encoding.field(10, b"organization").field(11, organization.as_bytes())
        }
        Subject::Client(client) => encoding.field(10, b"client").field(12, client.as_bytes()),
        Subject::Authorization { organization, client, authorization } => encoding
            .field(10, b"authorization")
            .field(11, organization.as_bytes())
            .field(12, client.as_bytes())
            .optional(13, authorization.as_ref().map(|id| id.as_bytes())),
        Subject::Login { client, family } => {
            encoding.field(10, b"login").field(12, client.as_bytes()).field(14, family.as_bytes())
        }
        Subject::IdentityProvider { organization, provider } => encoding
            .field(10, b"identity_provider")
            .field(11, organization.as_bytes())
            .field(15, provider.as_bytes()),
        Subject::User { organization, user } => {
            encoding.field(10, b"user").field(11, organization.as_bytes()).field(16, user.as_bytes())
        }
        Subject::AccessToken { client, digest } => {
            encoding.field(10, b"access_token").field(12, client.as_bytes()).field(17, digest.as_bytes())
        }
    }
}

fn of_outcome(encoding: Encoding, outcome: &Outcome) -> Encoding {
    match outcome {
        Outcome::Done => encoding.field(18, b"done"),
        Outcome::Refused { code, cause } => {
            encoding.field(18, b"refused").field(19, code.as_bytes()).field(20, cause.as_bytes())
        }
    }
}

fn of_change(encoding: Encoding, change: &FieldChange) -> Encoding {
    let FieldChange { field, before, after } = change;
    encoding.field(21, field.as_bytes()).optional(22, before.as_ref()).optional(23, after.as_ref())
}

/// SHA-256 over all that the seal says, but for the digest itself.
pub(super) fn of_seal(seal: &TrailSeal) -> TrailDigest {
    let TrailSeal { organization, number, previous, after, through, at, events, digest: _ } = seal;
    let encoding = Encoding::of(SEAL, events.len().saturating_mul(PER_SEALED).saturating_add(ROOM))
        .optional(1, organization.as_ref().map(|id| id.as_bytes()))
        .field(2, &number.to_be_bytes())
        .optional(3, previous.as_ref().map(TrailDigest::as_bytes))
        .optional(4, after.as_ref().map(|id| id.as_bytes()))
        .field(5, through.as_bytes())
        .field(6, &at.unix().to_be_bytes());
    events
        .iter()
        .fold(encoding, |encoding, event| {
            encoding.field(7, event.id.as_bytes()).field(8, event.digest.as_bytes())
        })
        .digest()
}
