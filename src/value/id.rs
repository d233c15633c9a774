//! Identifiers: UUIDs of a type each, so that one is not taken for another.

use core::fmt;
use core::str::FromStr;
use std::borrow::Cow;

use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;
use uuid::Builder;
use uuid::Uuid;

use super::Timestamp;

/// The text is not a UUID in its hyphenated form, in lower case.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not an identifier: a UUID in its hyphenated form, in lower case, is needed")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// Reads and writes as a hyphenated UUID in lower case, and in no other form.
        #[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier with these bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(Uuid::from_bytes(bytes))
            }

            /// The identifier's bytes, in the order of its text.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// A version 4 identifier of random bytes.
            #[must_use]
            pub const fn from_random(bytes: [u8; 16]) -> Self {
                Self(Builder::from_random_bytes(bytes).into_uuid())
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                // One text for one identifier: capitals, braces, URNs and the form without hyphens are
                // refused.
                let id = Uuid::try_parse(text).map_err(|_| IdError)?;
                let one = id.hyphenated().encode_lower(&mut Uuid::encode_buffer()) == text;
                one.then_some(Self(id)).ok_or(IdError)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Cow::<'de, str>::deserialize(deserializer)?.parse().map_err(D::Error::custom)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self.0.as_hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0.as_hyphenated())
            }
        }
    };
}

id!(
    /// An organization. The host's own.
    OrganizationId
);
id!(
    /// A user of an organization. The host's own.
    UserId
);
id!(
    /// A role of an organization. The host's own.
    RoleId
);
id!(
    /// A division of an organization. The host's own.
    DivisionId
);
id!(
    /// An OAuth client: the `client_id` of RFC 6749 §2.2. Made here, and never twice.
    ClientId
);
id!(
    /// One secret of a client, by which it is told apart without being shown.
    SecretId
);
id!(
    /// One organization's word on one client, from its first request to its revocation.
    AuthorizationId
);
id!(
    /// A family: the tokens that descend from one login of a user.
    FamilyId
);
id!(
    /// An identity provider of an organization.
    IdentityProviderId
);
id!(
    /// One counter of usage, from its making to the end of its process.
    UsageSourceId
);
id!(
    /// An event of the audit trail. Sorts by the second it happened in.
    EventId
);

impl AuthorizationId {
    /// The authorization that a built-in client has everywhere before an organization says a word of its own.
    pub const BUILT_IN: Self = Self(Uuid::nil());
}

impl EventId {
    /// The identifier of an event at `now`: UUID version 7, its second first, then random bytes.
    #[must_use]
    pub fn at(now: Timestamp, random: [u8; 10]) -> Self {
        // UUID version 7 has 48 bits for the milliseconds: they reach to the year 10889, and stop there.
        let millis = u64::try_from(now.unix()).unwrap_or(0).saturating_mul(1_000).min((1 << 48) - 1);
        Self(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_identifier_has_one_text() {
        let id = ClientId::from_random([7; 16]);
        assert_eq!(id.to_string().parse(), Ok(id));
        let id = ClientId::from_random([0xab; 16]);
        for other in [
            String::new(),
            id.to_string().replace('-', ""),
            id.to_string().to_uppercase(),
            format!("{{{id}}}"),
            format!("urn:uuid:{id}"),
            format!(" {id}"),
        ] {
            assert_eq!(other.parse::<ClientId>(), Err(IdError), "{other}");
            assert!(serde_json::from_value::<ClientId>(other.clone().into()).is_err(), "{other}");
        }
        assert_eq!(serde_json::from_value::<ClientId>(id.to_string().into()).unwrap(), id);
    }

    #[test]
    fn events_sort_by_time() {
        let early = EventId::at(Timestamp::from_unix(1_000), [255; 10]);
        let late = EventId::at(Timestamp::from_unix(1_001), [0; 10]);
        assert!(early < late);
    }
}
