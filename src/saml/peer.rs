//! The provider whose messages are checked.

use core::fmt;

use super::crypto::Decryptor;
use super::crypto::SignatureVerifier;
use super::signature::Trust;
use crate::value::AssertionKey;
use crate::value::Certificate;
use crate::value::ClockSkew;
use crate::value::Deviations;
use crate::value::EntityId;

/// What is known of the identity provider that is expected to have sent a message, and with what its messages are
/// checked.
///
/// All of it comes from the configuration, nothing from a message.
#[derive(Clone, Copy)]
pub struct Peer<'p> {
    /// Its name, which its messages give as their issuer.
    pub entity_id: &'p EntityId,
    /// The certificates it signs with: 1 to 5 of them (SA-01).
    pub certificates: &'p [Certificate],
    /// What its policy allows it (SA-18).
    pub deviations: Deviations,
    /// How far its clock and ours may be apart (SA-10).
    pub clock_skew: ClockSkew,
    /// Who verifies its signatures.
    pub verifier: &'p dyn SignatureVerifier,
    /// Who decrypts what it encrypts to us; nothing where no key of ours is configured (SA-13).
    pub decryptor: Option<&'p dyn Decryptor>,
    /// Whether the host insists on AES-CBC. It should not: AES-CBC does not tell a changed ciphertext from the one that
    /// was made. The answer to a changed one never says what was wrong, but how long it takes may.
    pub allow_cbc: bool,
}

impl<'p> Peer<'p> {
    /// The provider of this name, which signs with one of these certificates: judged as strictly as can be, with the
    /// default clock skew, and with nothing to decrypt by.
    #[must_use]
    pub const fn new(
        entity_id: &'p EntityId,
        certificates: &'p [Certificate],
        verifier: &'p dyn SignatureVerifier,
    ) -> Self {
        Self {
            entity_id,
            certificates,
            deviations: Deviations::NONE,
            clock_skew: ClockSkew::DEFAULT,
            verifier,
            decryptor: None,
            allow_cbc: false,
        }
    }

    /// What an assertion of this id is remembered by, which the key of the certificate at this place signed (SA-11).
    pub(super) fn assertion_key(&self, place: usize, id: &str) -> AssertionKey {
        let certificate = self.certificates.get(place);
        let key = certificate.map(|certificate| certificate.public_key().as_bytes()).unwrap_or_default();
        AssertionKey::of(self.entity_id.as_str(), key, id)
    }

    /// Whose signatures count.
    pub(super) const fn trust(&self) -> Trust<'p> {
        Trust { certificates: self.certificates, deviations: self.deviations, verifier: self.verifier }
    }
}

impl fmt::Debug for Peer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("entity_id", &self.entity_id)
            .field("certificates", &self.certificates)
            .field("deviations", &self.deviations)
            .field("clock_skew", &self.clock_skew)
            .field("decrypts", &self.decryptor.is_some())
            .field("allow_cbc", &self.allow_cbc)
            .finish_non_exhaustive()
    }
}
