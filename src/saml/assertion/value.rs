//! Single values of messages.

use crate::saml::excerpt::excerpt;
use crate::saml::instant;
use crate::saml::instant::NotInstant;
use crate::saml::names::ASSERTION;
use crate::saml::signature::SignedElement;
use crate::saml::xml::NotText;
use crate::value::Deviation;
use crate::value::Deviations;
use crate::value::Timestamp;

/// A value of a message cannot be read.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ValueError {
    /// An element is there twice that is there at most once.
    #[error("there is more than one `{name}`")]
    Repeated {
        /// The name of the element.
        name: &'static str,
    },
    /// An element holds something but one text: an element, or a comment that splits it (threat 48).
    #[error("`{name}` holds something but one text")]
    NotText {
        /// The name of the element.
        name: &'static str,
    },
    /// A text is no instant (SAML core §1.3.3).
    #[error("`{name}` is `{found}`, which is no instant in UTC")]
    Instant {
        /// The name of the attribute.
        name: &'static str,
        /// The text, cut to 128 characters.
        found: String,
    },
    /// An instant is not in UTC but has an offset (SAML core §1.3.3).
    #[error("`{name}` is `{found}`, with an offset from UTC")]
    Offset {
        /// The name of the attribute.
        name: &'static str,
        /// The text, cut to 128 characters.
        found: String,
    },
}

impl ValueError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Repeated { .. } => "saml.value.repeated",
            Self::NotText { .. } => "saml.value.text",
            Self::Instant { .. } => "saml.value.instant",
            Self::Offset { .. } => "saml.value.offset",
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Offset { .. } => Some(Deviation::OffsetTime),
            Self::Repeated { .. } | Self::NotText { .. } | Self::Instant { .. } => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Repeated { .. } | Self::NotText { .. } => {
                "treat the message as forged, unless the identity provider writes it so"
            }
            Self::Instant { .. } => "let the identity provider write times as `2026-11-25T12:00:30Z`",
            Self::Offset { .. } => {
                "let the identity provider write times in UTC, or allow this deviation in its policy"
            }
        }
    }
}

/// The instant of an attribute, if it is there.
pub fn instant(
    text: Option<&str>,
    name: &'static str,
    deviations: Deviations,
) -> Result<Option<Timestamp>, ValueError> {
    let Some(text) = text else { return Ok(None) };
    instant::read(text, deviations).map(Some).map_err(|reason| match reason {
        NotInstant::Malformed => ValueError::Instant { name, found: excerpt(text) },
        NotInstant::Offset => ValueError::Offset { name, found: excerpt(text) },
    })
}

/// The text of an element.
pub fn text<'d>(text: Result<&'d str, NotText>, name: &'static str) -> Result<&'d str, ValueError> {
    text.map_err(|NotText| ValueError::NotText { name })
}

/// The elements of assertions of this name directly in another.
pub fn all<'d>(within: SignedElement<'d>, name: &'static str) -> impl Iterator<Item = SignedElement<'d>> {
    within.elements().filter(move |element| element.is(ASSERTION, name))
}

/// The one of this name, if it is there.
pub fn at_most_one<'d>(
    within: SignedElement<'d>,
    name: &'static str,
) -> Result<Option<SignedElement<'d>>, ValueError> {
    let mut found = all(within, name);
    let first = found.next();
    if found.next().is_some() { Err(ValueError::Repeated { name }) } else { Ok(first) }
}
