//! Why a user was not logged in.

use core::fmt;
use std::borrow::Cow;

use crate::access::assertion::AssertionRefusal;
use crate::change::Reason;
use crate::model::SamlRequest;
use crate::saml::binding::QueryError;
use crate::saml::binding::SendError;
use crate::saml::logout::LogoutError;
use crate::saml::response::EncodingError;
use crate::saml::response::ResponseError;
use crate::saml::xml::Malformed;
use crate::value::Timestamp;

/// Why a user was not logged in, or out. It is for administrators, and for the audit trail.
///
/// Whoever sits at the browser is told [`shown`](Self::shown), and no more: what is wrong with a forged message is of use
/// to whoever forged it.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LoginRefusal {
    /// The organization has no such identity provider, or there is none with that issuer.
    #[error("there is no such identity provider")]
    ProviderUnknown,
    /// Several organizations have an identity provider with that issuer, and the answer does not say which of them is
    /// meant, by `OrganizationName`.
    #[error("several organizations use this identity provider, and none of them is named")]
    OrganizationMissing,
    /// The identity provider is not in use (SA-05).
    #[error("the identity provider is {state}, and not enabled")]
    ProviderNotEnabled {
        /// Its state.
        state: &'static str,
    },
    /// The metadata of the identity provider does not hold any more (SA-02).
    #[error("the metadata of the identity provider held until {until}")]
    MetadataExpired {
        /// Since when.
        until: Timestamp,
    },
    /// None of the identity provider's certificates is valid (SA-03).
    #[error("no certificate of the identity provider is valid now")]
    NoValidCertificate,
    /// Requests to the identity provider are signed, and the host has no key.
    #[error("requests to the identity provider are to be signed, and there is no key to sign by")]
    NoSigningKey,
    /// The request could not be written.
    #[error(transparent)]
    NotSent(SendError),
    /// The text to return to is too long.
    #[error("a text to return to of {length} bytes is longer than {max}", max = SamlRequest::MAX_RETURN_TO)]
    ReturnToTooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The browser comes back again and again (SA-16).
    #[error("the browser was sent to the identity provider {rounds} times without success: {cause}")]
    Loop {
        /// How often.
        rounds: u32,
        /// The likely cause.
        cause: LoopCause,
    },
    /// What came is no form with a message of SAML.
    #[error("what came is no form with one `SAMLResponse`: {cause}")]
    Form {
        /// What is wrong with it.
        cause: String,
    },
    /// What came is not Base64.
    #[error(transparent)]
    Encoding(EncodingError),
    /// What came is not XML, or not such as messages are.
    #[error("the message cannot be read: {0}")]
    Xml(Malformed),
    /// What came by the Redirect binding is not a message of the identity provider.
    #[error(transparent)]
    Query(QueryError),
    /// The answer is not one of the identity provider to us, or not a good one.
    #[error(transparent)]
    Response(ResponseError),
    /// The message about logging out is not one of the identity provider to us.
    #[error(transparent)]
    Logout(LogoutError),
    /// The answer is to a request that was not made here, was forgotten, or was made for another purpose (SA-06).
    #[error("the answer is to a request that is not known")]
    RequestUnknown,
    /// The request was answered before (SA-06).
    #[error("the request was answered already, at {at}")]
    RequestAnswered {
        /// When.
        at: Timestamp,
    },
    /// The request's time is over (SA-06).
    #[error("the answer came after {expired}, too late")]
    RequestExpired {
        /// Until when an answer was waited for.
        expired: Timestamp,
    },
    /// The answer came through another browser than the request.
    #[error("the answer came through another browser than the request")]
    OtherBrowser,
    /// `RelayState` is not what was sent.
    #[error("the `RelayState` is not the one that was sent")]
    RelayStateDiffers,
    /// The identity provider was not asked, and may not log users in of its own accord (SA-06).
    #[error("the identity provider was not asked, and its policy does not let it begin logins")]
    NotAsked,
    /// The assertion came in plain text, and must be encrypted by policy.
    #[error("the assertion is not encrypted, and the policy requires it")]
    NotEncrypted,
    /// The assertion leads to nobody, or was accepted before (SA-11, SA-12).
    #[error(transparent)]
    Assertion(AssertionRefusal),
    /// The settings were changed after the test login began (SA-05).
    #[error("the identity provider was changed after the test login began")]
    TestOutdated,
    /// The identity provider takes no requests to log out.
    #[error("the identity provider has no logout URL")]
    NoLogout,
}

/// Why a browser comes back again and again (SA-16).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum LoopCause {
    /// The identity provider sent no answer: its SSO URL leads elsewhere.
    Unanswered,
    /// Its answers were refused, the last one for this.
    Refused {
        /// The code of the refusal.
        code: Cow<'static, str>,
    },
    /// Its answer was accepted, and the browser came back without a session.
    SessionLost,
}

impl fmt::Display for LoopCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanswered => f.write_str("no answer came"),
            Self::Refused { code } => write!(f, "its answers were refused, the last one with `{code}`"),
            Self::SessionLost => f.write_str("it answered, and the browser came back without a session"),
        }
    }
}

impl LoginRefusal {
    /// What whoever sits at the browser is told: whether it may help to try again, or an administrator is needed.
    #[must_use]
    pub const fn shown(&self) -> &'static str {
        match self {
            Self::RequestUnknown
            | Self::RequestAnswered { .. }
            | Self::RequestExpired { .. }
            | Self::OtherBrowser
            | Self::RelayStateDiffers
            | Self::Assertion(AssertionRefusal::Used { .. }) => {
                "The login took too long, or was begun elsewhere. Please log in again."
            }
            Self::Assertion(_) => "There is no account for you here. Please ask your administrator.",
            Self::ProviderUnknown
            | Self::OrganizationMissing
            | Self::ProviderNotEnabled { .. }
            | Self::MetadataExpired { .. }
            | Self::NoValidCertificate
            | Self::NoSigningKey
            | Self::NotSent(_)
            | Self::ReturnToTooLong { .. }
            | Self::Loop { .. }
            | Self::Form { .. }
            | Self::Encoding(_)
            | Self::Xml(_)
            | Self::Query(_)
            | Self::Response(_)
            | Self::Logout(_)
            | Self::NotAsked
            | Self::NotEncrypted
            | Self::TestOutdated
            | Self::NoLogout => "The login did not work. Please ask your administrator.",
        }
    }
}

impl Reason for LoginRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ProviderUnknown => "sso.provider.unknown",
            Self::OrganizationMissing => "sso.organization.missing",
            Self::ProviderNotEnabled { .. } => "sso.provider.not.enabled",
            Self::MetadataExpired { .. } => "sso.metadata.expired",
            Self::NoValidCertificate => "sso.certificate.none.valid",
            Self::NoSigningKey => "sso.signing.key.missing",
            Self::NotSent(error) => error.code(),
            Self::ReturnToTooLong { .. } => "sso.return.to.too.long",
            Self::Loop { .. } => "sso.redirect.loop",
            Self::Form { .. } => "saml.form",
            Self::Encoding(error) => error.code(),
            Self::Xml(_) => "saml.xml",
            Self::Query(error) => error.code(),
            Self::Response(error) => error.code(),
            Self::Logout(error) => error.code(),
            Self::RequestUnknown => "sso.request.unknown",
            Self::RequestAnswered { .. } => "sso.request.answered",
            Self::RequestExpired { .. } => "sso.request.expired",
            Self::OtherBrowser => "sso.other.browser",
            Self::RelayStateDiffers => "sso.relay.state.differs",
            Self::NotAsked => "sso.not.asked",
            Self::NotEncrypted => "sso.not.encrypted",
            Self::Assertion(refusal) => refusal.code(),
            Self::TestOutdated => "sso.test.outdated",
            Self::NoLogout => "sso.logout.none",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::ProviderUnknown => {
                "compare the issuer that the identity provider sends with the entity id that is configured".into()
            }
            Self::OrganizationMissing => {
                "let the identity provider send the attribute `OrganizationName`, or begin the login here".into()
            }
            Self::ProviderNotEnabled { .. } => "pass a test login, and enable the identity provider".into(),
            Self::MetadataExpired { .. } => "import the current metadata of the identity provider".into(),
            Self::NoValidCertificate => "add the current signing certificate of the identity provider".into(),
            Self::NoSigningKey => "configure a signing key for this service, or let requests go unsigned".into(),
            Self::NotSent(error) => error.remedy().into(),
            Self::ReturnToTooLong { .. } => "keep the text in the host, and a short name of it here".into(),
            Self::Loop { cause, .. } => match cause {
                LoopCause::Unanswered => "verify the SSO URL of the identity provider".into(),
                LoopCause::Refused { .. } => "look in the audit trail for why its answers are refused".into(),
                LoopCause::SessionLost => {
                    "find out why the browser does not keep the session of this service: its cookies, or its address"
                        .into()
                }
            },
            Self::Encoding(_) | Self::Xml(_) => {
                "let the identity provider answer by the POST binding, with one document of XML in Base64".into()
            }
            Self::Form { .. } => "let the identity provider answer by the POST binding".into(),
            Self::Query(error) => error.remedy().into(),
            Self::Response(error) => error.remedy().into(),
            Self::Logout(error) => error.remedy().into(),
            Self::RequestUnknown | Self::RequestAnswered { .. } | Self::RequestExpired { .. } => {
                "log in again; each request is answered once, within ten minutes".into()
            }
            Self::OtherBrowser => {
                "log in again in one browser; the cookie with the ticket needs `SameSite=None; Secure`".into()
            }
            Self::RelayStateDiffers => "let the identity provider send `RelayState` back as it came".into(),
            Self::NotAsked => "begin the login here, or let the identity provider begin logins in its policy".into(),
            Self::NotEncrypted => "let the identity provider encrypt its assertions to this service".into(),
            Self::Assertion(refusal) => refusal.remedy(),
            Self::TestOutdated => "test again with the current settings".into(),
            Self::NoLogout => "enter the logout URL of the identity provider".into(),
        }
    }
}
