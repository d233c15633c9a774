//! Why a logout message does not count.

use crate::saml::binding::QueryError;
use crate::saml::binding::RelayStateError;
use crate::saml::signature::SignatureError;
use crate::saml::xml::Malformed;
use crate::value::Deviation;
use crate::value::Timestamp;

/// The message is no logout request or response of this provider to us. Each rule has its own error (DX-09). Texts from
/// messages are cut to 128 characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LogoutError {
    /// There is no address for logout messages.
    #[error("this service has no logout address")]
    NotConfigured,
    /// The query does not carry it.
    #[error(transparent)]
    Query(QueryError),
    /// The field is longer than is read.
    #[error("the message is too long")]
    TooLong,
    /// The field is not Base64.
    #[error("the message is not Base64")]
    Encoding,
    /// The field `RelayState` is none.
    #[error(transparent)]
    RelayState(RelayStateError),
    /// It is not XML that is read here.
    #[error(transparent)]
    Xml(Malformed),
    /// Its signature does not count.
    #[error(transparent)]
    Signature(SignatureError),
    /// It is another message.
    #[error("the message is `{found}`, not a `{expected}`")]
    Root {
        /// The expected name.
        expected: &'static str,
        /// The name that is there, its namespace in braces before it.
        found: String,
    },
    /// It is of another version of SAML (SAML core §3.2.1).
    #[error("the version is `{found}`, not `2.0`")]
    Version {
        /// The version that is there.
        found: String,
    },
    /// An element or attribute that has to be there is not, or is empty.
    #[error("the message has no `{part}`")]
    Missing {
        /// Its name.
        part: &'static str,
    },
    /// An element that is there once is there again.
    #[error("the message has more than one `{part}`")]
    Repeated {
        /// Its name.
        part: &'static str,
    },
    /// An element that does not belong there, or not in this order.
    #[error("the element `{found}` does not belong there")]
    Unexpected {
        /// Its name.
        found: String,
    },
    /// A value that is not one text.
    #[error("`{part}` holds something but a text")]
    NotText {
        /// Its name.
        part: &'static str,
    },
    /// An identifier that is no name of XML, or longer than [`MessageId::MAX`](crate::saml::MessageId::MAX).
    #[error("the `{part}` `{found}` is no identifier")]
    Id {
        /// The attribute.
        part: &'static str,
        /// What it holds.
        found: String,
    },
    /// A time that is none.
    #[error("`{part}` is `{found}`, which is no instant in UTC")]
    Instant {
        /// The attribute.
        part: &'static str,
        /// What it holds.
        found: String,
    },
    /// A time with an offset from UTC.
    #[error("`{part}` is `{found}`, which is not in UTC")]
    Offset {
        /// The attribute.
        part: &'static str,
        /// What it holds.
        found: String,
    },
    /// Issued later than now.
    #[error("the message was issued at {issued}, which is to come")]
    FromFuture {
        /// When it was issued.
        issued: Timestamp,
    },
    /// Issued too long ago.
    #[error("the message was issued at {issued}, which is too long ago")]
    Stale {
        /// When it was issued.
        issued: Timestamp,
    },
    /// Past its end.
    #[error("the message was to be acted on before {not_on_or_after}")]
    Expired {
        /// The first instant that it was too late at.
        not_on_or_after: Timestamp,
    },
    /// Without the address that it was sent to.
    #[error("the message has no `Destination`")]
    DestinationMissing,
    /// Sent to another address.
    #[error("the message was sent to `{found}`, not to `{expected}`")]
    Destination {
        /// Our address.
        expected: String,
        /// The address that is there.
        found: String,
    },
    /// Of another provider.
    #[error("the message was issued by `{found}`, not by `{expected}`")]
    Issuer {
        /// The provider.
        expected: String,
        /// Whoever is there.
        found: String,
    },
    /// An issuer that is named in another way than by its entity id (SAML core §8.3.6).
    #[error("the issuer is not named by its entity id")]
    IssuerFormat,
    /// A user who is named in a way that is not read here.
    #[error("the user is named by `{found}`, not by `NameID`")]
    Subject {
        /// The element.
        found: &'static str,
    },
    /// An answer to nothing.
    #[error("the message has no `InResponseTo`")]
    InResponseToMissing,
    /// An answer to another request.
    #[error("the message answers `{found}`, not `{expected}`")]
    InResponseTo {
        /// The request that was awaited.
        expected: String,
        /// The request that is there.
        found: String,
    },
    /// The sessions did not end.
    #[error("the identity provider answered with the status `{code}`")]
    Status {
        /// The topmost code.
        code: String,
        /// The code in it.
        nested: Option<String>,
        /// What the provider says about it.
        message: Option<String>,
    },
}

impl LogoutError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotConfigured => "saml.logout.not.configured",
            Self::Query(error) => error.code(),
            Self::TooLong => "saml.logout.too.long",
            Self::Encoding => "saml.logout.encoding",
            Self::RelayState(error) => error.code(),
            Self::Xml(error) => error.fault.code(),
            Self::Signature(error) => error.code(),
            Self::Root { .. } => "saml.logout.root",
            Self::Version { .. } => "saml.logout.version",
            Self::Missing { .. } => "saml.logout.part.missing",
            Self::Repeated { .. } => "saml.logout.part.repeated",
            Self::Unexpected { .. } => "saml.logout.part.unexpected",
            Self::NotText { .. } => "saml.logout.text",
            Self::Id { .. } => "saml.logout.id",
            Self::Instant { .. } => "saml.logout.instant",
            Self::Offset { .. } => "saml.logout.instant.offset",
            Self::FromFuture { .. } => "saml.logout.from.future",
            Self::Stale { .. } => "saml.logout.stale",
            Self::Expired { .. } => "saml.logout.expired",
            Self::DestinationMissing => "saml.logout.destination.missing",
            Self::Destination { .. } => "saml.logout.destination",
            Self::Issuer { .. } => "saml.logout.issuer",
            Self::IssuerFormat => "saml.logout.issuer.format",
            Self::Subject { .. } => "saml.logout.subject",
            Self::InResponseToMissing => "saml.logout.in.response.to.missing",
            Self::InResponseTo { .. } => "saml.logout.in.response.to",
            Self::Status { .. } => "saml.logout.status",
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Query(error) => error.deviation(),
            Self::Signature(error) => error.deviation(),
            Self::Offset { .. } => Some(Deviation::OffsetTime),
            Self::DestinationMissing => Some(Deviation::MissingDestination),
            Self::InResponseToMissing => Some(Deviation::MissingInResponseTo),
            Self::NotConfigured
            | Self::TooLong
            | Self::Encoding
            | Self::RelayState(_)
            | Self::Xml(_)
            | Self::Root { .. }
            | Self::Version { .. }
            | Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Unexpected { .. }
            | Self::NotText { .. }
            | Self::Id { .. }
            | Self::Instant { .. }
            | Self::FromFuture { .. }
            | Self::Stale { .. }
            | Self::Expired { .. }
            | Self::Destination { .. }
            | Self::Issuer { .. }
            | Self::IssuerFormat
            | Self::Subject { .. }
            | Self::InResponseTo { .. }
            | Self::Status { .. } => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::NotConfigured => "configure a logout address, and give it to the identity provider",
            Self::Query(error) => error.remedy(),
            Self::Signature(SignatureError::Unsigned) => {
                "let the identity provider sign its logout requests and responses"
            }
            Self::Signature(error) => error.remedy(),
            Self::Root { .. } | Self::Destination { .. } => {
                "compare the logout addresses that the identity provider has with those of this service"
            }
            Self::Offset { .. } | Self::DestinationMissing | Self::InResponseToMissing => {
                "let the identity provider write its messages as SAML has it, or allow this deviation in its policy"
            }
            Self::FromFuture { .. } | Self::Stale { .. } | Self::Expired { .. } => {
                "compare the clocks of the identity provider and of this service, and try again"
            }
            Self::Issuer { .. } => {
                "compare the entity id that is configured with that of the identity provider"
            }
            Self::Subject { .. } => "let the identity provider name the user by a plain `NameID`",
            Self::InResponseTo { .. } => "log out again, from one window",
            Self::Status { .. } => "look into the log of the identity provider",
            Self::TooLong
            | Self::Encoding
            | Self::RelayState(_)
            | Self::Xml(_)
            | Self::Version { .. }
            | Self::Missing { .. }
            | Self::Repeated { .. }
            | Self::Unexpected { .. }
            | Self::NotText { .. }
            | Self::Id { .. }
            | Self::Instant { .. }
            | Self::IssuerFormat => "let the identity provider send logout messages as SAML 2.0 has them",
        }
    }
}
