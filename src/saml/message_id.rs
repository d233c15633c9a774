//! The identifiers of our messages.

use core::fmt;
use core::fmt::Write;
use core::str::FromStr;

use super::xml::is_ncname;

/// What identifies a message: a name of XML (`xs:ID`, SAML core §1.3.4) of 1 to 256 bytes.
///
/// ```
/// use grantor::saml::MessageId;
///
/// assert_eq!(MessageId::of_bits([0xab; 16]).as_str(), "_abababababababababababababababab");
/// assert!("1 2".parse::<MessageId>().is_err());
/// ```
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
// INVARIANT: an `NCName` of 1 to `MAX` bytes.
pub struct MessageId(String);

/// The text identifies no message.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the identifier of a message is a name of 1 to {max} bytes", max = MessageId::MAX)]
pub struct MessageIdError;

impl MessageId {
    /// 256 bytes: the longest.
    pub const MAX: usize = 256;

    /// The identifier of these bits, which must be drawn at random for each message (SAML core §1.3.4: 128 of them).
    #[must_use]
    pub fn of_bits(bits: [u8; 16]) -> Self {
        let mut id = String::with_capacity(33);
        // A name begins with no digit.
        id.push('_');
        for byte in bits {
            // Writing to a string cannot fail.
            let _ = write!(id, "{byte:02x}");
        }
        Self(id)
    }

    /// The identifier as it was written, by which it is compared.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for MessageId {
    type Err = MessageIdError;

    fn from_str(text: &str) -> Result<Self, MessageIdError> {
        if text.len() <= Self::MAX && is_ncname(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(MessageIdError)
        }
    }
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// SA-06: an identifier is a name, so that it can be signed and referred to.
    #[test]
    fn sa_06_an_identifier_is_a_name_of_128_bits() {
        let id = MessageId::of_bits([7; 16]);
        assert_eq!(id.as_str().parse(), Ok(id.clone()));
        assert_ne!(id, MessageId::of_bits([8; 16]));
        assert!("a".repeat(256).parse::<MessageId>().is_ok());
        for text in ["", "1a", "-a", "a b", "a:b", "a\"b", &"a".repeat(257)] {
            assert_eq!(text.parse::<MessageId>(), Err(MessageIdError), "{text}");
        }
    }
}
