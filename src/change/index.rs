//! The orders in which records are listed, and where each record stands in them.

use core::fmt;

use super::Key;
use super::Record;
use crate::audit::Event;
use crate::model::AccessToken;
use crate::model::Owner;
use crate::model::StateName;
use crate::model::UserConsent;
use crate::value::ClientId;
use crate::value::Day;
use crate::value::EmailKey;
use crate::value::EntityKey;
use crate::value::EventId;
use crate::value::OrganizationId;
use crate::value::Timestamp;
use crate::value::UserId;

/// A list of records in a stable order. A record tells which lists it stands in: see [`Record::entries`].
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Index {
    /// The clients of an organization, by creation (CL-14).
    Clients(OrganizationId),
    /// The built-in clients, by creation (CL-13).
    BuiltInClients,
    /// The authorizations of an organization, by client (AA-11).
    Authorizations(OrganizationId),
    /// Those in one state (AA-11).
    AuthorizationsInState(OrganizationId, StateName),
    /// The authorizations of a client in all organizations (LC-10).
    AuthorizationsOfClient(ClientId),
    /// What users said on a client, in all organizations (LC-10).
    ConsentsOfClient(ClientId),
    /// What a user said on clients, by client (TK-10).
    ConsentsOfUser(OrganizationId, UserId),
    /// The access tokens of a client that are kept: by organization, and then by digest (GV-04).
    AccessTokensOfClient(ClientId),
    /// The families of a client that are kept: by organization, and then by identifier (GV-04).
    FamiliesOfClient(ClientId),
    /// The users of an organization who have an email address, by user (SA-04).
    Users(OrganizationId),
    /// Those with one address: one at most, where the host sees to it (SA-12).
    UsersByEmail(OrganizationId, EmailKey),
    /// The identity providers of an organization, by creation (SA-01).
    IdentityProviders(OrganizationId),
    /// The identity providers with one entity id, in all organizations (SA-06).
    IdentityProvidersOfEntity(EntityKey),
    /// How clients were used, of the organization's data: by client, and then by day (GV-02).
    Usage(OrganizationId),
    /// What the days of clients add up to, of the organization's data, by client (GV-03).
    UsageSummaries(OrganizationId),
    /// The audit trail of an organization, or of none, by time (GV-01).
    Events(Option<OrganizationId>),
    /// The events of an organization's trail that are about a client, by time (GV-01).
    EventsOfClient(OrganizationId, ClientId),
    /// What changed the clients of an organization and its words on clients, by client and then by time; of none, what
    /// changed built-in clients. The history of an application is rebuilt from it (GV-01).
    ApplicationChanges(Option<OrganizationId>),
    /// The seals on the audit trail of an organization, or of none, by their number (GV-01).
    TrailSeals(Option<OrganizationId>),
    /// What waits for an instant, by the instant (LC-08).
    Due,
}

impl fmt::Display for Index {
    /// One text for each list, fit for a column.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Clients(organization) => write!(f, "clients/{organization}"),
            Self::BuiltInClients => f.write_str("built_in_clients"),
            Self::Authorizations(organization) => write!(f, "authorizations/{organization}"),
            Self::AuthorizationsInState(organization, state) => {
                write!(f, "authorizations/{organization}/{state}")
            }
            Self::AuthorizationsOfClient(client) => write!(f, "authorizations_of_client/{client}"),
            Self::ConsentsOfClient(client) => write!(f, "consents_of_client/{client}"),
            Self::ConsentsOfUser(organization, user) => write!(f, "consents_of_user/{organization}/{user}"),
            Self::AccessTokensOfClient(client) => write!(f, "access_tokens_of_client/{client}"),
            Self::FamiliesOfClient(client) => write!(f, "families_of_client/{client}"),
            Self::Users(organization) => write!(f, "users/{organization}"),
            Self::UsersByEmail(organization, email) => write!(f, "users_by_email/{organization}/{email}"),
            Self::IdentityProviders(organization) => write!(f, "identity_providers/{organization}"),
            Self::IdentityProvidersOfEntity(entity) => write!(f, "identity_providers_of_entity/{entity}"),
            Self::Usage(organization) => write!(f, "usage/{organization}"),
            Self::UsageSummaries(organization) => write!(f, "usage_summaries/{organization}"),
            Self::Events(Some(organization)) => write!(f, "events/{organization}"),
            Self::Events(None) => f.write_str("events"),
            Self::EventsOfClient(organization, client) => {
                write!(f, "events_of_client/{organization}/{client}")
            }
            Self::ApplicationChanges(Some(organization)) => write!(f, "application_changes/{organization}"),
            Self::ApplicationChanges(None) => f.write_str("application_changes"),
            Self::TrailSeals(Some(organization)) => write!(f, "trail_seals/{organization}"),
            Self::TrailSeals(None) => f.write_str("trail_seals"),
            Self::Due => f.write_str("due"),
        }
    }
}

/// A place in a list: at most 48 bytes that sort as the list does, and that no two records of a list share.
#[derive(Clone, Copy, Eq, Hash, PartialEq)]
pub struct Position {
    bytes: [u8; Self::MAX],
    length: u8,
}

impl Position {
    /// The most bytes of a position.
    pub const MAX: usize = 48;

    /// The position with these bytes, as [`as_bytes`](Self::as_bytes) gave them; none above
    /// [`Position::MAX`].
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut position = Self { bytes: [0; Self::MAX], length: u8::try_from(bytes.len()).ok()? };
        position.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(position)
    }

    /// The bytes, as a store keeps and compares them.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The first position in [`Index::Due`] after all that is due at `now`.
    #[must_use]
    pub fn after_due(now: Timestamp) -> Self {
        Self::of(&[&Self::instant(now.plus(1))])
    }

    /// The position in [`Index::Usage`] before all days of the client from this one on.
    #[must_use]
    pub fn before_usage(client: ClientId, day: Day) -> Self {
        // A position is excluded from the range that begins after it: the one before the day's own.
        Self::of(&[client.as_bytes(), &day.order().saturating_sub(1).to_be_bytes()])
    }

    /// The position in [`Index::Usage`] after all days of the client up to this one.
    #[must_use]
    pub fn after_usage(client: ClientId, day: Day) -> Self {
        Self::of(&[client.as_bytes(), &day.order().saturating_add(1).to_be_bytes()])
    }

    /// What the positions of an organization's are between, in a list that is by organization first: after the one, and
    /// before the other.
    #[must_use]
    pub fn of_organization(organization: OrganizationId) -> [Option<Self>; 2] {
        let bytes = organization.as_bytes();
        let next = u128::from_be_bytes(*bytes).checked_add(1).map(u128::to_be_bytes);
        [Some(Self::of(&[bytes])), next.map(|next| Self::of(&[&next]))]
    }

    /// How far into all keys there could be the random key of a position reaches that stands behind an organization: a
    /// part of 1.
    #[must_use]
    pub fn part(&self) -> f64 {
        let key = self.as_bytes().iter().skip(16).chain(core::iter::repeat(&u8::MAX));
        let most = f64::from(u32::MAX) + 1.0;
        let [high, low] = key
            .take(8)
            .fold([0_u32; 2], |[high, low], byte| [(high << 8) | (low >> 24), (low << 8) | u32::from(*byte)]);
        // Its own place counts: the part of the last of all keys is 1.
        (f64::from(high) + (f64::from(low) + 1.0) / most) / most
    }

    /// The position in the lists of events by time before all events of the instant's second.
    #[must_use]
    pub fn before_events(at: Timestamp) -> Self {
        // An identifier begins with its milliseconds: a part of it sorts before the whole.
        let id = EventId::at(at, [0; 10]);
        Self::of(&[id.as_bytes().first_chunk::<6>().map_or(&[], |millis| millis.as_slice())])
    }

    /// The position in the lists of events by time of this event.
    #[must_use]
    pub fn of_event(id: EventId) -> Self {
        Self::of(&[id.as_bytes()])
    }

    /// The first position in the lists of events by time after this event.
    #[must_use]
    pub fn after_event(id: EventId) -> Self {
        Self::of(&[id.as_bytes(), &[0]])
    }

    /// The position in [`Index::ApplicationChanges`] before all changes of the client.
    #[must_use]
    pub fn before_changes(client: ClientId) -> Self {
        Self::of(&[client.as_bytes()])
    }

    /// The position in [`Index::ApplicationChanges`] after all changes of the client.
    #[must_use]
    pub fn after_changes(client: ClientId) -> Self {
        Self::of(&[client.as_bytes(), &[u8::MAX; 17]])
    }

    /// The position in [`Index::TrailSeals`] of the seal with this number.
    #[must_use]
    pub fn of_seal(number: u64) -> Self {
        Self::of(&[&number.to_be_bytes()])
    }

    fn of(parts: &[&[u8]]) -> Self {
        let mut position = Self { bytes: [0; Self::MAX], length: 0 };
        for part in parts {
            let end = usize::from(position.length).saturating_add(part.len());
            if let Some(to) = position.bytes.get_mut(usize::from(position.length)..end) {
                to.copy_from_slice(part);
                position.length = u8::try_from(end).unwrap_or(position.length);
            }
        }
        position
    }

    /// The instant as bytes that sort as it does.
    fn instant(at: Timestamp) -> [u8; 8] {
        (at.unix().cast_unsigned() ^ (1 << 63)).to_be_bytes()
    }
}

impl Ord for Position {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.as_bytes().cmp(other.as_bytes())
    }
}

impl PartialOrd for Position {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Position(")?;
        for byte in self.as_bytes() {
            write!(f, "{byte:02x}")?;
        }
        f.write_str(")")
    }
}

/// That a record stands in a list, and where.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Entry {
    /// The list.
    pub index: Index,
    /// The place.
    pub position: Position,
}

/// The lists that one record stands in: three at most.
pub type Entries = core::iter::Flatten<core::array::IntoIter<Option<Entry>, 3>>;

impl Record {
    /// The lists that the record stands in, and where. They follow from the record alone: a store that keeps
    /// them beside it needs to know no more of lists.
    pub fn entries(&self) -> Entries {
        let one = |index, position| [Some(Entry { index, position }), None, None];
        let entries = match self {
            Self::Client(client) => {
                let index = match client.owner {
                    Owner::Organization(organization) => Index::Clients(organization),
                    Owner::BuiltIn { .. } => Index::BuiltInClients,
                };
                let position = Position::of(&[&Position::instant(client.created), client.id.as_bytes()]);
                let due = client.lifecycle.deletion().map(|deletion| self.due(deletion.removal));
                [Some(Entry { index, position }), due, None]
            }
            Self::Tombstone(tombstone) => match tombstone.cleared {
                None => [Some(self.due(tombstone.removed)), None, None],
                Some(_) => [None, None, None],
            },
            Self::Authorization(authorization) => {
                let (organization, client) = (authorization.organization(), authorization.client());
                let by_client = Position::of(&[client.as_bytes()]);
                let by_organization = Position::of(&[organization.as_bytes()]);
                let in_state = Index::AuthorizationsInState(organization, authorization.state_name());
                [
                    Some(Entry { index: Index::Authorizations(organization), position: by_client }),
                    Some(Entry { index: in_state, position: by_client }),
                    Some(Entry { index: Index::AuthorizationsOfClient(client), position: by_organization }),
                ]
            }
            Self::Family(family) => {
                let position = Position::of(&[family.organization.as_bytes(), family.id.as_bytes()]);
                let listed = Entry { index: Index::FamiliesOfClient(family.client), position };
                [Some(self.due(family.expires.plus(AccessToken::RETENTION))), Some(listed), None]
            }
            Self::AccessToken(token) => {
                let position = Position::of(&[token.organization.as_bytes(), token.digest.as_bytes()]);
                let listed = Entry { index: Index::AccessTokensOfClient(token.client), position };
                [Some(self.due(token.expires.plus(AccessToken::RETENTION))), Some(listed), None]
            }
            // Nothing can come of a code that was not exchanged in its time, and all that came of one that was
            // ends with its family.
            Self::AuthorizationCode(code) => {
                [Some(self.due(code.ends().plus(AccessToken::RETENTION))), None, None]
            }
            Self::ConsentPrompt(prompt) => [Some(self.due(prompt.expires)), None, None],
            Self::UsedAssertion(used) => [Some(self.due(used.forgotten())), None, None],
            Self::UserConsent(consent) => {
                let UserConsent { organization, client, user, .. } = &**consent;
                let by_user = Position::of(&[organization.as_bytes(), user.as_bytes()]);
                let by_client = Position::of(&[client.as_bytes()]);
                [
                    Some(Entry { index: Index::ConsentsOfClient(*client), position: by_user }),
                    Some(Entry { index: Index::ConsentsOfUser(*organization, *user), position: by_client }),
                    None,
                ]
            }
            Self::UsageDay(used) => {
                let position = Position::of(&[used.client.as_bytes(), &used.day.order().to_be_bytes()]);
                let listed = Entry { index: Index::Usage(used.organization), position };
                [Some(listed), Some(self.due(used.expires())), None]
            }
            Self::UsageSource(source) => [Some(self.due(source.expires())), None, None],
            Self::UsageSummary(summary) => {
                let position = Position::of(&[summary.client.as_bytes()]);
                let listed = Entry { index: Index::UsageSummaries(summary.organization), position };
                [Some(listed), Some(self.due(summary.expires())), None]
            }
            Self::SamlRequest(request) => [Some(self.due(request.expires)), None, None],
            Self::IdentityProvider(provider) => {
                let by_creation =
                    Position::of(&[&Position::instant(provider.created), provider.id.as_bytes()]);
                let by_organization =
                    Position::of(&[provider.organization.as_bytes(), provider.id.as_bytes()]);
                let of_entity = Index::IdentityProvidersOfEntity(provider.settings.entity_id.key());
                [
                    Some(Entry {
                        index: Index::IdentityProviders(provider.organization),
                        position: by_creation,
                    }),
                    Some(Entry { index: of_entity, position: by_organization }),
                    None,
                ]
            }
            Self::User(user) => {
                let position = Position::of(&[user.id.as_bytes()]);
                let entry = |index| Some(Entry { index, position });
                match &user.email {
                    Some(email) => [
                        entry(Index::Users(user.organization)),
                        entry(Index::UsersByEmail(user.organization, email.key())),
                        None,
                    ],
                    None => [None, None, None],
                }
            }
            Self::Event(event) => of_event(event),
            Self::TrailSeal(seal) => {
                one(Index::TrailSeals(seal.organization), Position::of_seal(seal.number))
            }
            Self::Organization(_)
            | Self::Role(_)
            | Self::ClientTally(_)
            | Self::SecretUse(_)
            | Self::TrailHead(_) => [None, None, None],
        };
        entries.into_iter().flatten()
    }

    fn due(&self, at: Timestamp) -> Entry {
        let instant = Position::instant(at);
        let position = match self.key() {
            Key::Client(id) => Position::of(&[&instant, b"c", id.as_bytes()]),
            Key::Family(id) => Position::of(&[&instant, b"f", id.as_bytes()]),
            Key::AccessToken(digest) => Position::of(&[&instant, b"t", digest.as_bytes()]),
            Key::AuthorizationCode(digest) => Position::of(&[&instant, b"a", digest.as_bytes()]),
            Key::ConsentPrompt(digest) => Position::of(&[&instant, b"p", digest.as_bytes()]),
            Key::SamlRequest(digest) => Position::of(&[&instant, b"s", digest.as_bytes()]),
            Key::UsedAssertion(key) => Position::of(&[&instant, b"u", key.as_bytes()]),
            Key::UsageDay(organization, client, day) => Position::of(&[
                &instant,
                b"d",
                organization.as_bytes(),
                client.as_bytes(),
                &day.order().to_be_bytes(),
            ]),
            Key::UsageSource(id) => Position::of(&[&instant, b"o", id.as_bytes()]),
            Key::UsageSummary(organization, client) => {
                Position::of(&[&instant, b"m", organization.as_bytes(), client.as_bytes()])
            }
            Key::UserConsent(..)
            | Key::Organization(_)
            | Key::Role(..)
            | Key::User(..)
            | Key::IdentityProvider(..)
            | Key::Authorization(..)
            | Key::ClientTally(_)
            | Key::SecretUse(_)
            | Key::Event(_)
            | Key::TrailSeal(..)
            | Key::TrailHead(_) => Position::of(&[&instant]),
        };
        Entry { index: Index::Due, position }
    }
}

/// An event stands in the trail; in the list of its client, if it is about one; and among the changes of applications, if it
/// is one.
fn of_event(event: &Event) -> [Option<Entry>; 3] {
    let position = Position::of_event(event.id);
    let client = event.client();
    let of_client = event
        .organization
        .zip(client)
        .map(|(organization, client)| Entry { index: Index::EventsOfClient(organization, client), position });
    let change = client.filter(|_| event.changes_application()).map(|client| Entry {
        index: Index::ApplicationChanges(event.organization),
        position: Position::of(&[client.as_bytes(), event.id.as_bytes()]),
    });
    [Some(Entry { index: Index::Events(event.organization), position }), of_client, change]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn positions_of_instants_sort_as_the_instants(a: i64, b: i64) {
            let [x, y] = [a, b].map(|seconds| Position::of(&[&Position::instant(Timestamp::from_unix(seconds))]));
            prop_assert_eq!(a.cmp(&b), x.cmp(&y));
        }

        #[test]
        fn a_position_survives_its_bytes(bytes in prop::collection::vec(any::<u8>(), 0..=48)) {
            let position = Position::from_bytes(&bytes).unwrap();
            prop_assert_eq!(position.as_bytes(), bytes);
        }
    }

    #[test]
    fn a_position_has_48_bytes_at_most() {
        assert_eq!(Position::from_bytes(&[0; 49]), None);
    }
}
