//! Secrets and tokens: the text that is handed out once, and the digest that is kept.
//!
//! The text is a prefix of its kind, then 48 characters of base64url: 32 random bytes and the first 4 bytes
//! of the digest as a checksum. The digest is SHA-256 over the prefix and the random bytes. A refresh token
//! has 16 bytes more, before the random ones: see [`PresentedRefreshToken`](super::PresentedRefreshToken). So
//! it is that
//!
//! - a scanner recognizes a leaked value, and checks it with SHA-256 alone;
//! - garbage is refused before any look-up, at no cost beyond the digest that is needed anyway;
//! - a value of one kind is never one of another: the kind is inside the digest;
//! - a leaked store gives no usable value: 256 bits stay unknown.

use core::cmp::Ordering;
use core::fmt;
use core::hash::Hash;
use core::hash::Hasher;
use core::marker::PhantomData;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Deserializer;
use serde::Serialize;
use serde::Serializer;
use serde::de::Error;
use sha2::Digest as _;
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const RANDOM: usize = 32;
pub(super) const CHECKSUM: usize = 4;

/// What a secret value is for. Closed: the kinds are those of [`kind`].
pub trait Kind: closed::Closed {
    /// How the text of this kind begins.
    const PREFIX: &'static str;
}

/// A kind whose values are 32 random bytes and nothing else. All but refresh tokens, which name their family.
pub trait Drawn: Kind {}

mod closed {
    pub trait Closed {}
}

/// The kinds of secret values, as types.
pub mod kind {
    use super::Drawn;
    use super::Kind;
    use super::closed::Closed;

    macro_rules! kind {
        ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
            $(#[$doc])*
            #[derive(Debug)]
            pub enum $name {}
            impl Closed for $name {}
            impl Kind for $name {
                const PREFIX: &'static str = $prefix;
            }
        };
    }

    kind!(
        /// An access token, `gat_…`.
        AccessToken, "gat_"
    );
    kind!(
        /// A client's secret, `gcs_…`.
        ClientSecret, "gcs_"
    );
    kind!(
        /// An authorization code, `gac_…`.
        AuthorizationCode, "gac_"
    );
    kind!(
        /// A refresh token, `grt_…`.
        RefreshToken, "grt_"
    );
    kind!(
        /// What binds the answer of a consent page to the page and its user, `gct_…`.
        ConsentTicket, "gct_"
    );
    kind!(
        /// What binds a request to an identity provider to the browser it is sent through, `gst_…`.
        SamlTicket, "gst_"
    );

    impl Drawn for AccessToken {}
    impl Drawn for ClientSecret {}
    impl Drawn for AuthorizationCode {}
    impl Drawn for ConsentTicket {}
    impl Drawn for SamlTicket {}
}

/// A secret or token in plain text, handed out once (CL-08, TK-05).
///
/// It cannot be cloned, compared, serialized or displayed; [`expose`](Self::expose) is the only way to read
/// it, and its memory is wiped when it is dropped.
///
/// ```compile_fail
/// # use grantor::value::{Plain, kind::ClientSecret};
/// fn told(secret: &Plain<ClientSecret>) -> String {
///     secret.to_string() // no `Display`
/// }
/// ```
pub struct Plain<K: Kind> {
    text: Zeroizing<String>,
    digest: Digest<K>,
}

impl<K: Drawn> Plain<K> {
    /// The value made of these random bytes. They must come from [`Entropy`](super::Entropy).
    #[must_use]
    pub fn from_random(random: &[u8; RANDOM]) -> Self {
        Self::seal::<{ RANDOM + CHECKSUM }>(&[random])
    }
}

impl<K: Kind> Plain<K> {
    /// The value of these bytes, with its checksum: `SEALED` in all.
    pub(super) fn seal<const SEALED: usize>(parts: &[&[u8]]) -> Self {
        let digest = Digest::of_parts(parts);
        let mut sealed = Zeroizing::new([0_u8; SEALED]);
        for (to, from) in sealed.iter_mut().zip(parts.iter().copied().flatten().chain(&digest.bytes)) {
            *to = *from;
        }
        // With its capacity from the start the text does not move and leaves no copy behind.
        let length = K::PREFIX.len().saturating_add(SEALED.saturating_mul(2));
        let mut text = Zeroizing::new(String::with_capacity(length));
        text.push_str(K::PREFIX);
        URL_SAFE_NO_PAD.encode_string(sealed.as_slice(), &mut text);
        Self { text, digest }
    }

    /// The text itself. Whoever holds it has the access: hand it to its owner, and write it nowhere.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What the store keeps of it.
    #[must_use]
    pub const fn digest(&self) -> Digest<K> {
        self.digest
    }
}

/// Shows the kind alone.
impl<K: Kind> fmt::Debug for Plain<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Plain({}…)", K::PREFIX)
    }
}

/// The SHA-256 digest of a secret or token: what is stored and looked up.
///
/// Compares in constant time (CL-11).
pub struct Digest<K: Kind> {
    bytes: [u8; 32],
    kind: PhantomData<fn() -> K>,
}

/// The text is no value of the kind asked for: wrong prefix, length, alphabet or checksum.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("not a value that was issued here: wrong prefix, length, alphabet or checksum")]
pub struct NotIssuedHere;

impl<K: Drawn> Digest<K> {
    /// The digest of a presented text. Nothing else of the text is kept, and nothing is allocated.
    ///
    /// # Errors
    ///
    /// [`NotIssuedHere`] for a text that cannot have been made here: no store need be asked.
    pub fn of_presented(text: &str) -> Result<Self, NotIssuedHere> {
        let (_, digest) = Self::unseal::<RANDOM, { RANDOM + CHECKSUM }>(text)?;
        Ok(digest)
    }

    /// The digest of a presented text, or for one that cannot have been made here a digest that matches
    /// nothing, at the same cost (CL-11).
    #[must_use]
    pub fn of_presented_or_none(text: &str) -> Self {
        Self::of_presented(text).unwrap_or_else(|NotIssuedHere| {
            // The kind's prefix is missing, so this is the digest of no value of any kind.
            let hash = Sha256::new().chain_update(b"none").chain_update([0; RANDOM]).finalize();
            Self::from_bytes(hash.into())
        })
    }
}

impl<K: Kind> Digest<K> {
    fn of_parts(parts: &[&[u8]]) -> Self {
        let start = Sha256::new().chain_update(K::PREFIX);
        let hash = parts.iter().fold(start, |hash, part| hash.chain_update(part)).finalize();
        Self::from_bytes(hash.into())
    }

    /// The `BODY` bytes of a presented text, and its digest; with the checksum they are `SEALED`.
    pub(super) fn unseal<const BODY: usize, const SEALED: usize>(
        text: &str,
    ) -> Result<(Zeroizing<[u8; BODY]>, Self), NotIssuedHere> {
        let encoded = text.strip_prefix(K::PREFIX).ok_or(NotIssuedHere)?;
        if encoded.len() != SEALED.saturating_mul(4).div_ceil(3) {
            return Err(NotIssuedHere);
        }
        let mut sealed = Zeroizing::new([0_u8; SEALED]);
        match URL_SAFE_NO_PAD.decode_slice(encoded, sealed.as_mut_slice()) {
            Ok(length) if length == SEALED => {}
            Ok(_) | Err(_) => return Err(NotIssuedHere),
        }
        let (body, checksum) = sealed.split_first_chunk::<BODY>().ok_or(NotIssuedHere)?;
        let digest = Self::of_parts(&[body]);
        if !digest.bytes.starts_with(checksum) {
            return Err(NotIssuedHere);
        }
        Ok((Zeroizing::new(*body), digest))
    }

    /// A digest read back from where [`as_bytes`](Self::as_bytes) was kept.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self { bytes, kind: PhantomData }
    }

    /// The 32 bytes, as a store keeps them.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.bytes
    }
}

impl<K: Kind> Clone for Digest<K> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K: Kind> Copy for Digest<K> {}

impl<K: Kind> PartialEq for Digest<K> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(&other.bytes).into()
    }
}

impl<K: Kind> Eq for Digest<K> {}

impl<K: Kind> PartialOrd for Digest<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// The order of the bytes, for indexes; not in constant time.
impl<K: Kind> Ord for Digest<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bytes.cmp(&other.bytes)
    }
}

impl<K: Kind> Hash for Digest<K> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

/// The kind and the first bytes, enough to tell two apart in a log.
impl<K: Kind> fmt::Debug for Digest<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.bytes;
        write!(f, "Digest({} {a:02x}{b:02x}{c:02x}{d:02x}…)", K::PREFIX)
    }
}

impl<K: Kind> Serialize for Digest<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&URL_SAFE_NO_PAD.encode(self.bytes))
    }
}

impl<'de, K: Kind> Deserialize<'de> for Digest<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let mut bytes = [0; 32];
        match URL_SAFE_NO_PAD.decode_slice(text.as_bytes(), &mut bytes) {
            Ok(32) => Ok(Self::from_bytes(bytes)),
            Ok(_) | Err(_) => Err(D::Error::custom("not a digest: 43 characters of base64url are needed")),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::kind::AccessToken;
    use super::kind::ClientSecret;
    use super::*;

    proptest! {
        /// TK-05: what is handed out is found again by its digest.
        #[test]
        fn tk_05_the_text_leads_to_the_digest(random: [u8; 32]) {
            let plain = Plain::<AccessToken>::from_random(&random);
            prop_assert_eq!(Digest::of_presented(plain.expose()), Ok(plain.digest()));
        }

        /// TK-05: any one changed character is garbage, told without a look-up.
        #[test]
        fn tk_05_a_changed_character_is_refused(random: [u8; 32], at in 0_usize..52, to in "[ -~]") {
            let text = Plain::<AccessToken>::from_random(&random).expose().to_owned();
            let mut changed = text.clone();
            changed.replace_range(at..=at, &to);
            prop_assume!(changed != text);
            prop_assert_eq!(Digest::<AccessToken>::of_presented(&changed), Err(NotIssuedHere));
        }

        #[test]
        fn no_text_panics(text: String) {
            let _ = Digest::<AccessToken>::of_presented(&text);
            let _ = Digest::<ClientSecret>::of_presented_or_none(&text);
        }
    }

    /// threat 11: the same random bytes are two unrelated values in two kinds.
    #[test]
    fn threat_11_a_digest_carries_its_kind() {
        let token = Plain::<AccessToken>::from_random(&[3; 32]);
        let secret = Plain::<ClientSecret>::from_random(&[3; 32]);
        assert_ne!(token.digest().as_bytes(), secret.digest().as_bytes());
        assert!(Digest::<AccessToken>::of_presented(secret.expose()).is_err());
        let disguised = secret.expose().replace("gcs_", "gat_");
        assert!(Digest::<AccessToken>::of_presented(&disguised).is_err(), "the checksum is of its kind too");
    }

    /// CL-08, threat 39: no text of it in what can be printed.
    #[test]
    fn cl_08_debug_shows_the_kind_alone() {
        let secret = Plain::<ClientSecret>::from_random(&[3; 32]);
        assert_eq!(format!("{secret:?}"), "Plain(gcs_…)");
    }

    /// TK-05: the scanner's recipe of the module's documentation, step by step.
    #[test]
    fn tk_05_a_scanner_checks_it_with_sha_256() {
        let plain = Plain::<AccessToken>::from_random(&[9; 32]);
        let decoded = URL_SAFE_NO_PAD.decode(&plain.expose()[4..]).unwrap();
        let digest = Sha256::digest([b"gat_".as_slice(), &decoded[..32]].concat());
        assert_eq!(decoded[32..], digest[..4]);
        assert_eq!(plain.expose().len(), 52);
    }

    #[test]
    fn a_digest_survives_json() {
        let digest = Plain::<AccessToken>::from_random(&[1; 32]).digest();
        let json = serde_json::to_string(&digest).unwrap();
        assert_eq!(serde_json::from_str::<Digest<AccessToken>>(&json).unwrap(), digest);
        assert!(serde_json::from_str::<Digest<AccessToken>>("\"AAAA\"").is_err());
    }
}
