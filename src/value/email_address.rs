//! Email addresses, by which an identity provider and we mean the same person (SA-12).

use core::fmt;
use core::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde::Serialize;
use sha2::Digest;
use sha2::Sha256;

/// An email address of 3 to 254 bytes, as a user is found by (SA-12). Cheap to clone.
///
/// Two addresses are the same where they differ in the case of ASCII letters alone. No other letters are folded:
/// an address that looks like another one is another one.
///
/// ```
/// use grantor::value::EmailAddress;
///
/// let maria: EmailAddress = "Maria@example.com".parse()?;
/// assert_eq!(maria, "maria@EXAMPLE.com".parse()?);
/// assert_eq!(maria.as_str(), "Maria@example.com");
/// assert!("maria".parse::<EmailAddress>().is_err());
/// # Ok::<(), grantor::value::EmailAddressError>(())
/// ```
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(try_from = "String")]
// INVARIANT: 3 to `MAX` bytes, something on both sides of the last `@`, neither white space nor controls.
pub struct EmailAddress(Arc<str>);

/// The text is no email address.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an email address has a name, an `@` and a domain, in 254 bytes without white space")]
pub struct EmailAddressError;

/// What an email address is looked up by: equal for addresses that are the same.
#[derive(Clone, Copy, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct EmailKey([u8; 32]);

impl EmailAddress {
    /// 254 bytes: the longest (RFC 5321 §4.5.3.1.3, without the angle brackets).
    pub const MAX: usize = 254;

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it is looked up by.
    #[must_use]
    pub fn key(&self) -> EmailKey {
        EmailKey(Sha256::digest(self.0.to_ascii_lowercase()).into())
    }
}

impl EmailKey {
    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for EmailAddress {
    type Err = EmailAddressError;

    fn from_str(text: &str) -> Result<Self, EmailAddressError> {
        let (name, domain) = text.rsplit_once('@').ok_or(EmailAddressError)?;
        let is_refused = |found: char| found.is_whitespace() || found.is_control();
        if name.is_empty() || domain.is_empty() || text.len() > Self::MAX || text.contains(is_refused) {
            return Err(EmailAddressError);
        }
        Ok(Self(text.into()))
    }
}

impl TryFrom<String> for EmailAddress {
    type Error = EmailAddressError;

    fn try_from(text: String) -> Result<Self, EmailAddressError> {
        text.parse()
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.0.eq_ignore_ascii_case(&other.0)
    }
}

impl Eq for EmailAddress {}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for EmailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailKey({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sa_12_an_address_has_two_sides_and_no_space() {
        for good in ["a@b", "maria.o'hara+x@example.com", "\"a@b\"@example.com", "münz@example.com"] {
            assert_eq!(good.parse::<EmailAddress>().unwrap().as_str(), good);
        }
        let long = format!("{}@example.com", "a".repeat(243));
        for bad in ["", "a", "@", "a@", "@b", "a b@c", "a@b ", "a@b\n", "a\0@b", &long] {
            assert!(bad.parse::<EmailAddress>().is_err(), "{bad:?}");
        }
    }

    /// SA-12: letters that some fold to ASCII ones are not folded: an address of such letters is nobody's else.
    #[test]
    fn sa_12_no_other_letters_are_folded() {
        let address = |text: &str| text.parse::<EmailAddress>().unwrap();
        for lookalike in ["\u{212a}im@example.com", "k\u{131}m@example.com", "ki\u{ff4d}@example.com"] {
            assert_ne!(address(lookalike), address("kim@example.com"));
            assert_ne!(address(lookalike).key(), address("kim@example.com").key());
        }
    }

    proptest! {
        /// SA-12: two addresses are found by one key exactly where they are the same.
        #[test]
        fn sa_12_same_addresses_have_one_key(a in "[aAbB\u{e4}\u{c4}]{1,2}@[cC]", b in "[aAbB\u{e4}\u{c4}]{1,2}@[cC]") {
            let [a, b]: [EmailAddress; 2] = [a, b].map(|text| text.parse().unwrap());
            prop_assert_eq!(a == b, a.key() == b.key());
        }
    }
}
