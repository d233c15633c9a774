//! Somebody who was signed in by an identity provider.

use super::Check;
use crate::saml::assertion::Authentication;
use crate::saml::assertion::Verified;
use crate::value::Timestamp;

/// An assertion that signs somebody in, proven by [`check_response`](super::check_response).
pub type VerifiedAssertion = Verified<Login>;

/// What an assertion says of a login.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Login {
    pub(super) authentication: Authentication,
    pub(super) passed: Vec<Check>,
}

impl VerifiedAssertion {
    /// When the identity provider authenticated the user.
    #[must_use]
    pub const fn authn_instant(&self) -> Timestamp {
        self.of.authentication.instant
    }

    /// What the identity provider calls its session, to end it by (SA-17).
    #[must_use]
    pub fn session_index(&self) -> Option<&str> {
        self.of.authentication.session_index.as_deref()
    }

    /// From when on the identity provider's session is over, so that ours is as well (SAML profiles §4.1.4.3);
    /// nothing where it does not say.
    #[must_use]
    pub const fn session_not_on_or_after(&self) -> Option<Timestamp> {
        self.of.authentication.session_ends
    }

    /// The identifier of how the user was authenticated, where it is given.
    #[must_use]
    pub fn authn_context(&self) -> Option<&str> {
        self.of.authentication.context_class.as_deref()
    }

    /// The checks that it passed, in their order.
    #[must_use]
    pub fn passed(&self) -> &[Check] {
        &self.of.passed
    }
}
