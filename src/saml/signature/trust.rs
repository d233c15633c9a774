//! Whose signatures count.

use core::fmt;

use crate::saml::crypto::SignatureVerifier;
use crate::value::Certificate;
use crate::value::Deviations;

/// Whose signatures count, and how strictly they are judged.
#[derive(Clone, Copy)]
pub struct Trust<'t> {
    /// The certificates of the one identity provider that is expected to have signed, never any from a message.
    pub certificates: &'t [Certificate],
    /// What its policy allows it (SA-18).
    pub deviations: Deviations,
    /// Who verifies.
    pub verifier: &'t dyn SignatureVerifier,
}

impl Trust<'_> {
    /// 5: the most certificates (SA-01). With more, nothing is verified.
    pub const MAX_CERTIFICATES: usize = 5;
}

impl fmt::Debug for Trust<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("certificates", &self.certificates)
            .field("deviations", &self.deviations)
            .finish_non_exhaustive()
    }
}
