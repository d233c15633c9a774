//! Proof Key for Code Exchange: the challenge of a request, and the verifier that answers it (GR-03, RFC
//! 7636). There is one method, `S256`; `plain` is none.

use core::fmt;
use core::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest as _;
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// A code challenge of the method `S256`: SHA-256 of a verifier (RFC 7636 §4.2). Compares in constant time.
///
/// ```
/// use grantor::value::CodeChallenge;
///
/// // RFC 7636 appendix B.
/// let challenge: CodeChallenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".parse()?;
/// let answered = CodeChallenge::of_verifier("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")?;
/// assert_eq!(answered, challenge);
/// # Ok::<(), grantor::value::PkceError>(())
/// ```
#[derive(Clone, Copy, Deserialize, Eq, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct CodeChallenge([u8; 32]);

/// A text is no code challenge, or no code verifier.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum PkceError {
    /// RFC 7636 §4.2: with `S256` a challenge is 43 characters of base64url.
    #[error("a code challenge is 43 characters of base64url")]
    Challenge,
    /// RFC 7636 §4.1: a verifier is 43 to 128 unreserved characters.
    #[error("a code verifier is 43 to 128 letters, digits, hyphens, dots, underscores and tildes")]
    Verifier,
}

impl CodeChallenge {
    /// 43: the fewest characters of a verifier.
    pub const MIN_VERIFIER: usize = 43;
    /// 128: the most characters of a verifier.
    pub const MAX_VERIFIER: usize = 128;

    /// The challenge that this verifier answers. Nothing else of the verifier is kept.
    ///
    /// # Errors
    ///
    /// [`PkceError::Verifier`] unless it is 43 to 128 unreserved characters, from the first to the last.
    pub fn of_verifier(verifier: &str) -> Result<Self, PkceError> {
        // RFC 7636 §4.1: unreserved = ALPHA / DIGIT / "-" / "." / "_" / "~"
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~');
        let fits = (Self::MIN_VERIFIER..=Self::MAX_VERIFIER).contains(&verifier.len());
        // Without a way out before the end, many bytes are looked at in one step.
        if !fits || !verifier.bytes().fold(true, |all, byte| all & unreserved(byte)) {
            return Err(PkceError::Verifier);
        }
        Ok(Self(Sha256::digest(verifier).into()))
    }
}

impl FromStr for CodeChallenge {
    type Err = PkceError;

    fn from_str(text: &str) -> Result<Self, PkceError> {
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(PkceError::Challenge),
        }
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = PkceError;

    fn try_from(text: String) -> Result<Self, PkceError> {
        text.parse()
    }
}

impl From<CodeChallenge> for String {
    fn from(challenge: CodeChallenge) -> Self {
        challenge.to_string()
    }
}

impl PartialEq for CodeChallenge {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Display for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for CodeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CodeChallenge({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// GR-03: RFC 7636 appendix B, byte for byte.
    #[test]
    fn gr_03_the_example_of_rfc_7636() {
        let vectors = include_str!("../../tests/vectors/pkce.txt");
        let mut count = 0;
        for line in vectors.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let [section, verifier, challenge] = line.split(" | ").collect::<Vec<_>>().try_into().unwrap();
            let answered = CodeChallenge::of_verifier(verifier).unwrap();
            assert_eq!(answered.to_string(), challenge, "{section}");
            assert_eq!(answered, challenge.parse().unwrap(), "{section}");
            count += 1;
        }
        assert_eq!(count, 1);
    }

    /// GR-03: 43 to 128 characters, each unreserved.
    #[test]
    fn gr_03_a_verifier_is_43_to_128_unreserved_characters() {
        for (length, fits) in [(0, false), (42, false), (43, true), (128, true), (129, false)] {
            assert_eq!(CodeChallenge::of_verifier(&"a".repeat(length)).is_ok(), fits, "{length}");
        }
        for byte in 0..=127_u8 {
            let text = format!("{}{}", "a".repeat(50), char::from(byte));
            let unreserved = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
            assert_eq!(CodeChallenge::of_verifier(&text).is_ok(), unreserved, "{byte}");
        }
    }

    /// threat 15: the whole text is checked, not one line of it.
    #[test]
    fn threat_15_a_line_break_is_no_end() {
        let line = "a".repeat(43);
        for text in [format!("{line}\n"), format!("{line}\n{line}"), format!("\n{line}"), format!("{line}\0")]
        {
            assert_eq!(CodeChallenge::of_verifier(&text), Err(PkceError::Verifier), "{text:?}");
        }
    }

    /// GR-03: a challenge has one spelling, with no bits left over.
    #[test]
    fn gr_03_a_challenge_is_43_characters_of_base64url() {
        let good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(good.parse::<CodeChallenge>().is_ok());
        for text in [
            "",
            &good[1..],
            &format!("{good}="),
            &format!("{good}\n"),
            &good.replace('-', "+"),
            &format!("{}N", &good[..42]),
        ] {
            assert_eq!(text.parse::<CodeChallenge>(), Err(PkceError::Challenge), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn a_challenge_survives_its_text(bytes: [u8; 32]) {
            let challenge = CodeChallenge(bytes);
            prop_assert_eq!(challenge.to_string().parse::<CodeChallenge>(), Ok(challenge));
            let json = serde_json::to_string(&challenge).unwrap();
            prop_assert_eq!(serde_json::from_str::<CodeChallenge>(&json).unwrap(), challenge);
        }

        /// GR-03: another verifier does not answer.
        #[test]
        fn gr_03_only_the_verifier_answers(a in "[A-Za-z0-9._~-]{43,128}", b in "[A-Za-z0-9._~-]{43,128}") {
            let [x, y] = [&a, &b].map(|verifier| CodeChallenge::of_verifier(verifier).unwrap());
            prop_assert_eq!(a == b, x == y);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = text.parse::<CodeChallenge>();
            let _ = CodeChallenge::of_verifier(&text);
        }
    }
}
