//! Why an authorization request is refused: before it is trusted, and after.

use crate::access::Refusal;
use crate::change::Reason;
use crate::grant::authorize::UnsupportedParameter;
use crate::model::GrantType;
use crate::value::Scopes;
use crate::value::Timestamp;

/// Why nothing may be redirected: it is shown to whoever sits at the browser, and to no application (GR-11).
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum NotTrusted {
    /// No client is named, or there is none of that id, or it is gone.
    #[error("the application is not known")]
    UnknownClient,
    /// The client is set for deletion (LC-05). Nobody is sent to it meanwhile.
    #[error("the application is set for deletion, and will be removed at {removal}")]
    ClientInactive {
        /// When it will be gone.
        removal: Timestamp,
    },
    /// The operator disabled the client (LC-09). Nobody is sent to it.
    #[error("the application was disabled by the operator at {since}")]
    ClientDisabled {
        /// Since when.
        since: Timestamp,
    },
    /// The client has no redirect URI: it acts on its own behalf, or never redirects.
    #[error("the application has no page to return to")]
    NoRedirectUri,
    /// The client has several redirect URIs, and the request names none (RFC 6749 §3.1.2.3).
    #[error("the application did not say which of its pages to return to")]
    RedirectUriMissing,
    /// The redirect URI is not one of the client's (CL-06).
    #[error("the page to return to is not one of the application's")]
    RedirectUriUnknown,
    /// No such page waits for an answer: it was answered, was never asked, or its time is over.
    #[error("the page was answered already, or is too old")]
    PromptUnknown,
    /// The page was shown to another user.
    #[error("the page was shown to another user")]
    PromptOfAnotherUser,
    /// Nothing was selected of what is asked for, or something else.
    #[error("the selection is not a part of what was asked for")]
    BadSelection,
}

/// Why an authorization request is refused, of an application that is known and trusted to be returned to.
/// What of it goes there is decided in [`wire`](crate::wire).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizeRefusal {
    /// No response type is named.
    #[error("no response type is named")]
    ResponseTypeMissing,
    /// The response type is none that there is.
    #[error("the response type is not supported")]
    ResponseTypeUnsupported,
    /// A parameter asks for what there is not.
    #[error("the parameter `{}` is not supported", .0.as_str())]
    Unsupported(UnsupportedParameter),
    /// The client is registered for another grant type (GR-09).
    #[error("the client is registered for the grant type {registered}")]
    WrongGrantType {
        /// The one it is registered for.
        registered: GrantType,
    },
    /// The implicit grant has ended (GR-05).
    #[error("the implicit grant ended at {ended}")]
    ImplicitEnded {
        /// When.
        ended: Timestamp,
    },
    /// The client must use PKCE, and sent no challenge (GR-03).
    #[error("a code challenge is needed, and none was sent")]
    ChallengeMissing,
    /// The method of the challenge is not `S256` (GR-03).
    #[error("the method of the code challenge is not `S256`")]
    ChallengeMethod,
    /// The challenge is none (GR-03).
    #[error("the code challenge is not 43 characters of base64url")]
    ChallengeMalformed,
    /// A challenge came with a request for a token, which no verifier ever answers.
    #[error("a code challenge was sent with a request for a token")]
    ChallengeUnexpected,
    /// The scopes asked for are not well formed (SC-03).
    #[error("the scopes asked for are not well formed")]
    MalformedScope,
    /// More was asked for than is approved, or registered while nothing is approved yet (SC-03).
    #[error("more scopes are asked for than may be; these may: `{available}`")]
    ScopeNotApproved {
        /// What may be asked for.
        available: Scopes,
    },
    /// No scope is both approved and registered (AA-06).
    #[error("no scope of the application is both approved and registered")]
    NoScopeLeft,
    /// The user is no active user of the organization (OR-07).
    #[error("the user is no active user of the organization")]
    UnknownUser,
    /// The gate refused it.
    #[error(transparent)]
    NotAdmitted(Refusal),
    /// The user, or the administrator, said no.
    #[error("the user denied the request")]
    Denied,
}

impl Reason for NotTrusted {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownClient => "client.not.found",
            Self::ClientInactive { .. } => "client.inactive",
            Self::ClientDisabled { .. } => "client.disabled",
            Self::NoRedirectUri => "redirect.uri.none",
            Self::RedirectUriMissing => "redirect.uri.missing",
            Self::RedirectUriUnknown => "redirect.uri.unknown",
            Self::PromptUnknown => "consent.prompt.unknown",
            Self::PromptOfAnotherUser => "consent.prompt.other.user",
            Self::BadSelection => "consent.bad.selection",
        }
    }

    fn remedy(&self) -> String {
        let remedy = match self {
            Self::UnknownClient => "check the client id of the application",
            Self::ClientInactive { .. } => "restore the client before the instant of its removal",
            Self::ClientDisabled { .. } => "ask the operator of the service to enable the client",
            Self::NoRedirectUri => "use a client of the grant type authorization code",
            Self::RedirectUriMissing => "name the redirect URI in the request",
            Self::RedirectUriUnknown => "register the redirect URI of the request, byte for byte",
            Self::PromptUnknown => "start again from the application",
            Self::PromptOfAnotherUser => {
                "log in as the user who was asked, or start again from the application"
            }
            Self::BadSelection => "select at least one of the scopes that are shown",
        };
        remedy.into()
    }
}

impl Reason for AuthorizeRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::ResponseTypeMissing => "response.type.missing",
            Self::ResponseTypeUnsupported => "response.type.unsupported",
            Self::Unsupported(UnsupportedParameter::Resource) => "resource.named",
            Self::Unsupported(UnsupportedParameter::RequestObject) => "request.object.unsupported",
            Self::Unsupported(UnsupportedParameter::RequestUri) => "request.uri.unsupported",
            Self::Unsupported(UnsupportedParameter::ResponseMode) => "response.mode.unsupported",
            Self::WrongGrantType { .. } => "grant.type.wrong",
            Self::ImplicitEnded { .. } => "grant.implicit.ended",
            Self::ChallengeMissing => "pkce.challenge.missing",
            Self::ChallengeMethod => "pkce.challenge.method",
            Self::ChallengeMalformed => "pkce.challenge.malformed",
            Self::ChallengeUnexpected => "pkce.challenge.unexpected",
            Self::MalformedScope => "scope.malformed",
            Self::ScopeNotApproved { .. } => "scope.not.approved",
            Self::NoScopeLeft => "scope.none.left",
            Self::UnknownUser => "user.unknown",
            Self::NotAdmitted(refusal) => refusal.code(),
            Self::Denied => "consent.denied",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::ResponseTypeMissing | Self::ResponseTypeUnsupported => "send `response_type=code`".into(),
            Self::Unsupported(parameter) => format!("leave the parameter `{}` out", parameter.as_str()),
            Self::WrongGrantType { registered } => format!("use the grant type {registered}"),
            Self::ImplicitEnded { .. } => "move the client to authorization code with PKCE".into(),
            Self::ChallengeMissing => "send a code challenge of the method S256".into(),
            Self::ChallengeMethod => "send `code_challenge_method=S256` with the challenge".into(),
            Self::ChallengeMalformed => {
                "send the SHA-256 digest of the verifier, in base64url without padding".into()
            }
            Self::ChallengeUnexpected => "leave the code challenge out, or send `response_type=code`".into(),
            Self::MalformedScope => "separate the scopes by single spaces".into(),
            Self::ScopeNotApproved { .. } => {
                "ask for approved scopes, or edit the application's authorization".into()
            }
            Self::NoScopeLeft => "edit the application's authorization".into(),
            Self::UnknownUser => "log in as an active user of the organization".into(),
            Self::NotAdmitted(refusal) => refusal.remedy(),
            Self::Denied => "ask again, and approve the application".into(),
        }
    }
}
