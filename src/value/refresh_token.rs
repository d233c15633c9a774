//! Refresh tokens: each names its family, and gives its successor (GR-08).
//!
//! The text is `grt_` and 70 characters of base64url: the 16 bytes of the family's identifier, 32 secret
//! bytes, and the first 4 bytes of the digest as a checksum. As the family is named, it alone need be kept:
//! the digest of the token in force, whatever the number of those before it.

use core::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;
use sha2::Digest as _;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Digest;
use super::FamilyId;
use super::NotIssuedHere;
use super::Plain;
use super::kind;
use super::sealed::CHECKSUM;

const FAMILY: usize = 16;
const SECRET: usize = 32;

impl Plain<kind::RefreshToken> {
    /// The refresh token of the family with these secret bytes. They must come from
    /// [`Entropy`](super::Entropy), or from a token before: see [`PresentedRefreshToken::successor`].
    #[must_use]
    pub fn of_family(family: FamilyId, secret: &[u8; SECRET]) -> Self {
        Self::seal::<{ FAMILY + SECRET + CHECKSUM }>(&[family.as_bytes(), secret])
    }
}

/// A refresh token as a client presents it: the family it names, its digest, and what its successor is made
/// of. It shows nothing of its secret, and its memory is wiped when it is dropped.
///
/// ```
/// use grantor::value::{FamilyId, Plain, PresentedRefreshToken, Salt};
///
/// let family = FamilyId::from_random([1; 16]);
/// let token = Plain::of_family(family, &[2; 32]);
/// let presented = PresentedRefreshToken::parse(token.expose())?;
/// assert_eq!((presented.family(), presented.digest()), (family, token.digest()));
///
/// // The same token and salt give the same successor, so that a lost answer can be given again.
/// let salt = Salt::from_random([3; 32]);
/// assert_eq!(presented.successor(&salt).digest(), presented.successor(&salt).digest());
/// # Ok::<(), grantor::value::NotIssuedHere>(())
/// ```
pub struct PresentedRefreshToken {
    family: FamilyId,
    secret: Zeroizing<[u8; SECRET]>,
    digest: Digest<kind::RefreshToken>,
}

impl PresentedRefreshToken {
    /// Reads a presented text.
    ///
    /// # Errors
    ///
    /// [`NotIssuedHere`] for a text that cannot have been made here: no store need be asked.
    pub fn parse(text: &str) -> Result<Self, NotIssuedHere> {
        let (body, digest) = Digest::unseal::<{ FAMILY + SECRET }, { FAMILY + SECRET + CHECKSUM }>(text)?;
        let (family, secret) = body.split_first_chunk::<FAMILY>().ok_or(NotIssuedHere)?;
        let secret = secret.first_chunk::<SECRET>().ok_or(NotIssuedHere)?;
        Ok(Self { family: FamilyId::from_bytes(*family), secret: Zeroizing::new(*secret), digest })
    }

    /// The family that it names. Whether it is of that family, its digest tells.
    #[must_use]
    pub const fn family(&self) -> FamilyId {
        self.family
    }

    /// Its digest.
    #[must_use]
    pub const fn digest(&self) -> Digest<kind::RefreshToken> {
        self.digest
    }

    /// The token that takes its place, with this salt: SHA-256 over a label, the salt and the secret. Whoever
    /// has the salt and not the token cannot make it.
    #[must_use]
    pub fn successor(&self, salt: &Salt) -> Plain<kind::RefreshToken> {
        let hash = Sha256::new()
            .chain_update(b"grantor: the successor of a refresh token")
            .chain_update(salt.0)
            .chain_update(self.secret.as_slice())
            .finalize();
        let secret: Zeroizing<[u8; SECRET]> = Zeroizing::new(hash.into());
        Plain::of_family(self.family, &secret)
    }
}

/// Shows the family alone.
impl fmt::Debug for PresentedRefreshToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PresentedRefreshToken").field("family", &self.family).finish_non_exhaustive()
    }
}

/// What a successor is made of beside the token before it: 32 random bytes, kept with the family. No secret,
/// for nothing can be made of it alone; not shown, for nobody needs it.
#[derive(Clone, Copy, Eq, PartialEq)]
pub struct Salt([u8; 32]);

impl Salt {
    /// The salt of these random bytes.
    #[must_use]
    pub const fn from_random(random: [u8; 32]) -> Self {
        Self(random)
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

impl Serialize for Salt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl<'de> Deserialize<'de> for Salt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text.as_bytes(), &mut bytes) {
            Ok(32) => Ok(Self(bytes)),
            Ok(_) | Err(_) => Err(D::Error::custom("not a salt: 43 characters of base64url are needed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// TK-05, GR-08: what is handed out leads to its family and digest.
        #[test]
        fn tk_05_a_refresh_token_leads_to_its_family(family: [u8; 16], secret: [u8; 32]) {
            let family = FamilyId::from_bytes(family);
            let plain = Plain::of_family(family, &secret);
            let presented = PresentedRefreshToken::parse(plain.expose()).unwrap();
            prop_assert_eq!(presented.family(), family);
            prop_assert_eq!(presented.digest(), plain.digest());
        }

        /// TK-05: any one changed character is garbage, told without a look-up: the family is under the
        /// checksum too.
        #[test]
        fn tk_05_a_changed_refresh_token_is_refused(secret: [u8; 32], at in 0_usize..74, to in "[ -~]") {
            let text = Plain::of_family(FamilyId::from_bytes([7; 16]), &secret).expose().to_owned();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != text);
            prop_assert!(PresentedRefreshToken::parse(&changed).is_err());
        }

        /// GR-08: a successor follows from token and salt, and from both of them.
        #[test]
        fn gr_08_a_successor_needs_the_token_and_the_salt(secret: [u8; 32], salt: [u8; 32], other: [u8; 32]) {
            prop_assume!(secret != other && salt != other);
            let family = FamilyId::from_bytes([7; 16]);
            let present = |secret: &[u8; 32]| {
                PresentedRefreshToken::parse(Plain::of_family(family, secret).expose()).unwrap()
            };
            let successor = present(&secret).successor(&Salt(salt));
            prop_assert_eq!(successor.digest(), present(&secret).successor(&Salt(salt)).digest());
            prop_assert_ne!(successor.digest(), present(&other).successor(&Salt(salt)).digest());
            prop_assert_ne!(successor.digest(), present(&secret).successor(&Salt(other)).digest());
            prop_assert_ne!(successor.digest(), present(&secret).digest());
            let again = PresentedRefreshToken::parse(successor.expose()).unwrap();
            prop_assert_eq!(again.family(), family);
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = PresentedRefreshToken::parse(&text);
        }
    }

    /// threat 11: no other kind is taken for one, and it is taken for none.
    #[test]
    fn threat_11_a_refresh_token_is_of_its_kind_alone() {
        let refresh = Plain::of_family(FamilyId::from_bytes([7; 16]), &[3; 32]);
        let access = Plain::<kind::AccessToken>::from_random(&[3; 32]);
        assert!(PresentedRefreshToken::parse(access.expose()).is_err());
        assert!(PresentedRefreshToken::parse(&access.expose().replace("gat_", "grt_")).is_err());
        assert!(Digest::<kind::AccessToken>::of_presented(refresh.expose()).is_err());
        assert!(
            Digest::<kind::AccessToken>::of_presented(&refresh.expose().replace("grt_", "gat_")).is_err()
        );
        assert_eq!(refresh.expose().len(), 74);
    }

    /// threat 39: nothing that is printed holds the secret.
    #[test]
    fn threat_39_debug_shows_no_refresh_token() {
        let token = Plain::of_family(FamilyId::from_bytes([7; 16]), &[0xab; 32]);
        let presented = PresentedRefreshToken::parse(token.expose()).unwrap();
        let shown = format!("{presented:?} {token:?} {:?}", Salt([0xab; 32]));
        assert!(
            !shown.contains("ab, ab") && !shown.contains("171") && !shown.contains(&token.expose()[30..])
        );
    }

    #[test]
    fn a_salt_survives_json() {
        let json = serde_json::to_string(&Salt([9; 32])).unwrap();
        assert_eq!(serde_json::from_str::<Salt>(&json).unwrap(), Salt([9; 32]));
        assert!(serde_json::from_str::<Salt>("\"AAAA\"").is_err());
    }
}
