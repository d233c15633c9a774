//! The proof that an assertion holds.

use super::Attribute;
use crate::saml::NameId;
use crate::value::AssertionKey;
use crate::value::ClockSkew;
use crate::value::EntityId;
use crate::value::Timestamp;

/// An assertion that passed every check of one use, which is `U`: a
/// [login](crate::saml::response::VerifiedAssertion) or a [grant](crate::saml::bearer::BearerAssertion). Only those
/// checks make one, and neither is taken for the other.
///
/// It has not been accepted yet: that is done once, by whoever remembers its [`key`](Self::key) (SA-11).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Verified<U> {
    facts: Facts,
    pub(in crate::saml) of: U,
}

/// What every assertion says, whatever it is used for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Facts {
    pub issuer: EntityId,
    pub id: String,
    pub key: AssertionKey,
    pub name_id: Option<NameId>,
    pub attributes: Vec<Attribute>,
    /// From when on it does not hold any more, by its own word.
    pub ends: Timestamp,
    pub certificate: usize,
    pub is_encrypted: bool,
}

impl<U> Verified<U> {
    /// To be called by the checks of the use alone.
    pub(in crate::saml) const fn new(facts: Facts, of: U) -> Self {
        Self { facts, of }
    }

    /// The provider that issued it: the one it was expected from.
    #[must_use]
    pub const fn issuer(&self) -> &EntityId {
        &self.facts.issuer
    }

    /// Its id, which its issuer gave it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.facts.id
    }

    /// What it is remembered by, so that it is accepted once (SA-11).
    #[must_use]
    pub const fn key(&self) -> AssertionKey {
        self.facts.key
    }

    /// The name of its subject, where there is one. See [`email`](Self::email).
    #[must_use]
    pub const fn name_id(&self) -> Option<&NameId> {
        self.facts.name_id.as_ref()
    }

    /// All it says of its subject, in its order.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute] {
        &self.facts.attributes
    }

    /// The instant from which on it cannot be accepted any more, whatever clock skew is allowed then: until then it
    /// is to be remembered (SA-11; SAML profiles §4.1.4.5).
    #[must_use]
    pub const fn usable_until(&self) -> Timestamp {
        self.facts.ends.plus(ClockSkew::MAX.get())
    }

    /// Which of the [certificates](crate::saml::Peer::certificates) has the key that signed, by its place.
    #[must_use]
    pub const fn certificate(&self) -> usize {
        self.facts.certificate
    }

    /// Whether it was encrypted to us.
    #[must_use]
    pub const fn is_encrypted(&self) -> bool {
        self.facts.is_encrypted
    }
}
