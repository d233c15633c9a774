//! The distinguished encoding rules, as far as a certificate needs them.

pub const INTEGER: u8 = 0x02;
pub const BIT_STRING: u8 = 0x03;
pub const NULL: u8 = 0x05;
pub const OBJECT_IDENTIFIER: u8 = 0x06;
pub const UTC_TIME: u8 = 0x17;
pub const GENERALIZED_TIME: u8 = 0x18;
pub const SEQUENCE: u8 = 0x30;
/// `[0] EXPLICIT`.
pub const VERSION: u8 = 0xa0;

/// Values one after the other, read from the front.
#[derive(Clone, Copy)]
pub struct Values<'a> {
    rest: &'a [u8],
}

impl<'a> Values<'a> {
    pub const fn new(rest: &'a [u8]) -> Self {
        Self { rest }
    }

    pub const fn is_empty(self) -> bool {
        self.rest.is_empty()
    }

    /// The content of the next value, which has this tag; nothing where it has another, or is not DER.
    pub fn take(&mut self, tag: u8) -> Option<&'a [u8]> {
        let rest = self.rest.strip_prefix(&[tag])?;
        let (first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(*first), rest),
            // X.690 §10.1: a definite length, in as few bytes as it needs.
            0x81 => {
                let (length, rest) = rest.split_first()?;
                (usize::from(*length), rest)
            }
            0x82 => {
                let (length, rest) = rest.split_first_chunk()?;
                (usize::from(u16::from_be_bytes(*length)), rest)
            }
            // Nothing as long is read here.
            _ => return None,
        };
        let is_shortest = match first {
            0x81 => length > 0x7f,
            0x82 => length > 0xff,
            _ => true,
        };
        let (content, rest) = rest.split_at_checked(length).filter(|_| is_shortest)?;
        self.rest = rest;
        Some(content)
    }

    /// The values in the next value, a sequence.
    pub fn sequence(&mut self) -> Option<Self> {
        self.take(SEQUENCE).map(Self::new)
    }

    /// The bytes of the next value, a bit string of whole bytes.
    pub fn bytes(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }

    /// The next value, a positive integer: its magnitude, without the zero that only says it is positive.
    pub fn positive(&mut self) -> Option<&'a [u8]> {
        match self.take(INTEGER)? {
            // X.690 §8.3.2: no more bytes than it needs.
            [0, rest @ ..] if rest.first().is_some_and(|first| *first >= 0x80) => Some(rest),
            content @ [1..=0x7f, ..] => Some(content),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_definite_and_as_short_as_can_be() {
        let long = |head: &[u8], length: usize| [&[INTEGER], head, &vec![1; length]].concat();
        for (head, length) in [(&[0x7f][..], 0x7f), (&[0x81, 0x80], 0x80), (&[0x82, 1, 0], 0x100)] {
            assert_eq!(Values::new(&long(head, length)).take(INTEGER).map(<[u8]>::len), Some(length));
            assert_eq!(Values::new(&long(head, length - 1)).take(INTEGER), None, "cut short");
        }
        for (head, length) in
            [(&[0x81, 0x7f][..], 0x7f), (&[0x82, 0, 0xff], 0xff), (&[0x80], 0), (&[0x83, 0, 1, 0], 0x100)]
        {
            assert_eq!(Values::new(&long(head, length)).take(INTEGER), None, "{head:?}");
        }
    }

    #[test]
    fn integers_are_positive_and_as_short_as_can_be() {
        let read = |content: &[u8]| {
            let value = [&[INTEGER, u8::try_from(content.len()).unwrap()], content].concat();
            Values::new(&value).positive().map(<[u8]>::to_vec)
        };
        assert_eq!(read(&[1]), Some(vec![1]));
        assert_eq!(read(&[0, 0x80]), Some(vec![0x80]));
        for content in [&[][..], &[0], &[0, 0], &[0, 0x7f], &[0x80], &[0xff, 0]] {
            assert_eq!(read(content), None, "{content:?}");
        }
    }
}
