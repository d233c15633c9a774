//! Why an assertion does not hold.

use super::EnvelopeError;
use super::ValueError;
use crate::value::Deviation;
use crate::value::Timestamp;

/// The assertion is signed, and does not hold now, for us, in this place. Each rule has its own error (DX-09).
///
/// Texts from messages are cut to 128 characters.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AssertionError {
    /// What it says of itself is refused.
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    /// A value cannot be read.
    #[error(transparent)]
    Value(#[from] ValueError),
    /// It is about nobody (SAML profiles §4.1.4.2).
    #[error("the assertion has no `Subject`")]
    SubjectMissing,
    /// The name of its subject is nothing but white space (SAML core §1.3.1).
    #[error("the `NameID` is empty")]
    NameIdEmpty,
    /// The name of its subject is encrypted by itself, which is not read.
    #[error("the name of the subject is an `EncryptedID`, which is not supported")]
    EncryptedId,
    /// Its subject is named by a `BaseID`, which means nothing here.
    #[error("the name of the subject is a `BaseID`, which is not supported")]
    BaseId,
    /// It is not confirmed by whoever bears it (SAML profiles §4.1.4.2).
    #[error("the subject has no confirmation by the method bearer")]
    NotBearer,
    /// The confirmation says nothing of where and when it counts.
    #[error("the confirmation has no `SubjectConfirmationData`")]
    ConfirmationDataMissing,
    /// The confirmation does not say where the assertion is to be sent.
    #[error("the confirmation has no `Recipient`")]
    RecipientMissing,
    /// The assertion is to be sent somewhere else (threat 53).
    #[error("the `Recipient` is `{found}`, not `{expected}`")]
    Recipient {
        /// Where it was sent.
        expected: String,
        /// Where it is to be sent.
        found: String,
    },
    /// The confirmation does not say until when it counts.
    #[error("the confirmation has no `NotOnOrAfter`")]
    ConfirmationEndMissing,
    /// The confirmation does not count any more, as far as the clocks may be apart.
    #[error("the confirmation ended at {ends}, and it is {now}")]
    ConfirmationOver {
        /// When it ended.
        ends: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// The confirmation says from when on it counts, which SAML profiles §4.1.4.2 forbids.
    #[error("the confirmation has a `NotBefore`")]
    ConfirmationNotBefore,
    /// The confirmation does not count yet, as far as the clocks may be apart.
    #[error("the confirmation begins at {begins}, and it is {now}")]
    ConfirmationEarly {
        /// When it begins.
        begins: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// The confirmation does not say which request it answers, and the response does.
    #[error("the confirmation has no `InResponseTo`")]
    InResponseToMissing,
    /// The confirmation answers another request (threat 53).
    #[error("the confirmation answers `{found}`, not `{expected}`")]
    InResponseTo {
        /// The id of the request.
        expected: String,
        /// The id that is there.
        found: String,
    },
    /// Neither the response nor the confirmation says which request it answers.
    #[error("neither the response nor the confirmation has an `InResponseTo`")]
    Unanswered,
    /// The confirmation answers a request, and none was made.
    #[error("the confirmation answers `{found}`, where no request was made")]
    Unsolicited {
        /// The id that is there.
        found: String,
    },
    /// It says nothing of when and for whom it holds (SAML profiles §4.1.4.2).
    #[error("the assertion has no `Conditions`")]
    ConditionsMissing,
    /// It begins when it is over, or later (SAML core §2.5.1.2).
    #[error("the assertion holds from {begins}, and not from {ends} on")]
    TimesReversed {
        /// From when on it holds.
        begins: Timestamp,
        /// From when on it does not.
        ends: Timestamp,
    },
    /// It does not hold yet, as far as the clocks may be apart.
    #[error("the assertion holds from {begins} on, and it is {now}")]
    Early {
        /// From when on it holds.
        begins: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// It does not hold any more, as far as the clocks may be apart.
    #[error("the assertion ended at {ends}, and it is {now}")]
    Late {
        /// From when on it does not hold.
        ends: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// It does not say for whom it is (SAML profiles §4.1.4.2).
    #[error("the assertion has no `AudienceRestriction`")]
    AudienceMissing,
    /// It is for others, by this or by one of several restrictions (threat 53).
    #[error("an audience of the assertion is `{found}`, not `{expected}`")]
    Audience {
        /// What we are called.
        expected: String,
        /// The first audience of the restriction that does not name us.
        found: String,
    },
    /// It has a condition that is not known (SAML core §2.5.1).
    #[error("the assertion has the condition `{found}`, which is not known")]
    ConditionUnknown {
        /// The name of its element.
        found: String,
    },
    /// It says nothing of how its subject was authenticated (SAML profiles §4.1.4.2).
    #[error("the assertion has no `AuthnStatement`")]
    AuthnStatementMissing,
    /// It does not say when its subject was authenticated (SAML core §2.7.2).
    #[error("an `AuthnStatement` has no `AuthnInstant`")]
    AuthnInstantMissing,
    /// It does not say how its subject was authenticated (SAML core §2.7.2).
    #[error("an `AuthnStatement` has no `AuthnContext`")]
    AuthnContextMissing,
    /// Its subject was authenticated later than now, as far as the clocks may be apart.
    #[error("the subject was authenticated at {at}, and it is {now}")]
    AuthnInFuture {
        /// When it says that was.
        at: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// Its subject was to be authenticated anew, and was not (SAML core §3.4.1, `ForceAuthn`).
    #[error("the subject was authenticated at {at}, and was to be anew at {requested}")]
    AuthnStale {
        /// When that was.
        at: Timestamp,
        /// When the request was made.
        requested: Timestamp,
    },
    /// The session at the identity provider is over, as far as the clocks may be apart.
    #[error("the session ended at {ends}, and it is {now}")]
    SessionOver {
        /// When it ended.
        ends: Timestamp,
        /// The instant of the check.
        now: Timestamp,
    },
    /// An attribute is encrypted by itself, which is not read.
    #[error("an attribute is an `EncryptedAttribute`, which is not supported")]
    EncryptedAttribute,
    /// An attribute has no name (SAML core §2.7.3.1).
    #[error("an attribute has no `Name`")]
    AttributeNameMissing,
}

impl AssertionError {
    /// A stable name of the failure, for programs.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.code(),
            Self::Value(error) => error.code(),
            Self::SubjectMissing => "saml.subject.missing",
            Self::NameIdEmpty => "saml.subject.name.empty",
            Self::EncryptedId => "saml.subject.name.encrypted",
            Self::BaseId => "saml.subject.name.base",
            Self::NotBearer => "saml.confirmation.not.bearer",
            Self::ConfirmationDataMissing => "saml.confirmation.data.missing",
            Self::RecipientMissing => "saml.confirmation.recipient.missing",
            Self::Recipient { .. } => "saml.confirmation.recipient",
            Self::ConfirmationEndMissing => "saml.confirmation.end.missing",
            Self::ConfirmationOver { .. } => "saml.confirmation.late",
            Self::ConfirmationNotBefore => "saml.confirmation.not.before",
            Self::ConfirmationEarly { .. } => "saml.confirmation.early",
            Self::InResponseToMissing => "saml.confirmation.in.response.to.missing",
            Self::InResponseTo { .. } => "saml.confirmation.in.response.to",
            Self::Unanswered => "saml.confirmation.unanswered",
            Self::Unsolicited { .. } => "saml.confirmation.unsolicited",
            Self::ConditionsMissing => "saml.conditions.missing",
            Self::TimesReversed { .. } => "saml.conditions.reversed",
            Self::Early { .. } => "saml.conditions.early",
            Self::Late { .. } => "saml.conditions.late",
            Self::AudienceMissing => "saml.audience.missing",
            Self::Audience { .. } => "saml.audience",
            Self::ConditionUnknown { .. } => "saml.conditions.unknown",
            Self::AuthnStatementMissing => "saml.authn.missing",
            Self::AuthnInstantMissing => "saml.authn.instant.missing",
            Self::AuthnContextMissing => "saml.authn.context.missing",
            Self::AuthnInFuture { .. } => "saml.authn.instant.future",
            Self::AuthnStale { .. } => "saml.authn.stale",
            Self::SessionOver { .. } => "saml.authn.session.over",
            Self::EncryptedAttribute => "saml.attribute.encrypted",
            Self::AttributeNameMissing => "saml.attribute.name.missing",
        }
    }

    /// The deviation that would have to be allowed, and would then allow just this (SA-18).
    #[must_use]
    pub const fn deviation(&self) -> Option<Deviation> {
        match self {
            Self::Envelope(error) => error.deviation(),
            Self::Value(error) => error.deviation(),
            Self::ConfirmationNotBefore => Some(Deviation::ConfirmationNotBefore),
            Self::InResponseToMissing => Some(Deviation::MissingInResponseTo),
            Self::AudienceMissing => Some(Deviation::MissingAudience),
            Self::SubjectMissing
            | Self::NameIdEmpty
            | Self::EncryptedId
            | Self::BaseId
            | Self::NotBearer
            | Self::ConfirmationDataMissing
            | Self::RecipientMissing
            | Self::Recipient { .. }
            | Self::ConfirmationEndMissing
            | Self::ConfirmationOver { .. }
            | Self::ConfirmationEarly { .. }
            | Self::InResponseTo { .. }
            | Self::Unanswered
            | Self::Unsolicited { .. }
            | Self::ConditionsMissing
            | Self::TimesReversed { .. }
            | Self::Early { .. }
            | Self::Late { .. }
            | Self::Audience { .. }
            | Self::ConditionUnknown { .. }
            | Self::AuthnStatementMissing
            | Self::AuthnInstantMissing
            | Self::AuthnContextMissing
            | Self::AuthnInFuture { .. }
            | Self::AuthnStale { .. }
            | Self::SessionOver { .. }
            | Self::EncryptedAttribute
            | Self::AttributeNameMissing => None,
        }
    }

    /// What an administrator can do about it (DX-09).
    #[must_use]
    pub const fn remedy(&self) -> &'static str {
        match self {
            Self::Envelope(error) => error.remedy(),
            Self::Value(error) => error.remedy(),
            Self::SubjectMissing | Self::NameIdEmpty | Self::BaseId => {
                "let the identity provider name the user by `NameID`, best by the email address"
            }
            Self::EncryptedId | Self::EncryptedAttribute => {
                "let the identity provider encrypt the whole assertion, or nothing"
            }
            Self::NotBearer
            | Self::ConfirmationDataMissing
            | Self::RecipientMissing
            | Self::ConfirmationEndMissing
            | Self::ConditionsMissing
            | Self::ConditionUnknown { .. }
            | Self::TimesReversed { .. }
            | Self::AuthnStatementMissing
            | Self::AuthnInstantMissing
            | Self::AuthnContextMissing
            | Self::AttributeNameMissing => {
                "let the identity provider answer as the web browser profile of SAML 2.0 has it"
            }
            Self::Recipient { .. } => {
                "compare the address that the identity provider answers to with that in the metadata of this service"
            }
            Self::Audience { .. } => {
                "compare the audience that the identity provider is configured with with the entity id of this service"
            }
            Self::ConfirmationNotBefore | Self::InResponseToMissing | Self::AudienceMissing => {
                "let the identity provider answer as SAML has it, or allow this deviation in its policy"
            }
            Self::ConfirmationEarly { .. }
            | Self::Early { .. }
            | Self::AuthnInFuture { .. }
            | Self::ConfirmationOver { .. }
            | Self::Late { .. } => {
                "sign in again; if it persists, set the clocks of the identity provider and of this service, or allow more clock skew"
            }
            Self::InResponseTo { .. } | Self::Unanswered => {
                "sign in again, in one window; if it persists, let the identity provider name the request it answers"
            }
            Self::Unsolicited { .. } => "begin the login at this service",
            Self::AuthnStale { .. } => {
                "let the identity provider honor `ForceAuthn`, or do not ask it to authenticate anew"
            }
            Self::SessionOver { .. } => "sign in at the identity provider again",
        }
    }
}
