//! What a client answers a code challenge with (GR-03, RFC 7636 §4.6).

use super::TokenRefusal;
use crate::value::CodeChallenge;

/// The `code_verifier` of an exchange. The text has been wiped: the challenge that it answers is all that is
/// needed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verifier {
    /// None was sent.
    Absent,
    /// What was sent is no verifier, and answers nothing.
    Malformed,
    /// One was sent that answers this challenge.
    Answers(CodeChallenge),
}

impl Verifier {
    /// Whether it answers the challenge of the code. There are no two ways: a verifier without a challenge is
    /// refused like a challenge without a verifier (threat 14).
    ///
    /// # Errors
    ///
    /// [`TokenRefusal::VerifierMissing`], [`TokenRefusal::VerifierUnexpected`] or
    /// [`TokenRefusal::VerifierWrong`].
    pub fn answers(self, challenge: Option<&CodeChallenge>) -> Result<(), TokenRefusal> {
        match (challenge, self) {
            (None, Self::Absent) => Ok(()),
            (None, Self::Malformed | Self::Answers(_)) => Err(TokenRefusal::VerifierUnexpected),
            (Some(_), Self::Absent) => Err(TokenRefusal::VerifierMissing),
            (Some(challenge), Self::Answers(answered)) if answered == *challenge => Ok(()),
            (Some(_), Self::Malformed | Self::Answers(_)) => Err(TokenRefusal::VerifierWrong),
        }
    }
}
