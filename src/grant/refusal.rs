//! Why a token was not issued.

use super::AuthenticationFailure;
use crate::access::Refusal;
#[cfg(feature = "saml")]
use crate::access::assertion::AssertionRefusal;
use crate::change::Reason;
use crate::model::GrantType;
#[cfg(feature = "saml")]
use crate::saml::bearer::BearerError;
#[cfg(feature = "saml")]
use crate::saml::xml::Malformed;
use crate::value::Scopes;
use crate::value::Timestamp;

/// Why a token was not issued. What of it goes to the client is decided in [`wire`](crate::wire).
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// The request was not taken as its client's (GR-10).
    #[error(transparent)]
    NotAuthenticated(AuthenticationFailure),
    /// There is no such grant type (GR-09).
    #[error("the grant type asked for is not supported")]
    UnsupportedGrantType,
    /// A resource is named, and none can be (RFC 8707 §2).
    #[error("a resource is named, and tokens are not limited to one")]
    ResourceNamed,
    /// The client is registered for another grant type (GR-09).
    #[error("the client is registered for the grant type {registered}")]
    WrongGrantType {
        /// The one it is registered for.
        registered: GrantType,
    },
    /// The client has no secret: neither a token for itself (CL-12) nor a refresh token is for it (GR-08).
    #[error("a client without a secret obtains no token this way")]
    PublicClient,
    /// A parameter is missing that the grant cannot do without (RFC 6749 §4.1.3, §6).
    #[error("the parameter {parameter} is missing")]
    ParameterMissing {
        /// Its name.
        parameter: &'static str,
    },
    /// A parameter is not what it is for.
    #[error("the parameter {parameter} is malformed")]
    ParameterMalformed {
        /// Its name.
        parameter: &'static str,
    },
    /// No identity provider of the organization with the assertion's issuer is enabled, and trusted for this grant.
    #[error("no identity provider of that issuer is enabled in the organization and trusted for this grant")]
    IssuerNotTrusted,
    /// The assertion is none for this grant (RFC 7522 §3).
    #[cfg(feature = "saml")]
    #[error(transparent)]
    NotGranted(BearerError),
    /// The assertion cannot be read.
    #[cfg(feature = "saml")]
    #[error("the assertion cannot be read: {0}")]
    Xml(Malformed),
    /// The assertion leads to nobody, or was accepted before (SA-11, SA-12).
    #[cfg(feature = "saml")]
    #[error(transparent)]
    Assertion(AssertionRefusal),
    /// There is no such code: it was never issued here, or ended long ago.
    #[error("the authorization code is not known")]
    UnknownCode,
    /// The code was issued to another client (GR-13). It stays good for that one.
    #[error("the authorization code was issued to another client")]
    CodeOfAnotherClient,
    /// The code was exchanged before: its login is ended (GR-04).
    #[error("the authorization code was exchanged already, at {redeemed}; its login is ended")]
    CodeReplayed {
        /// When it was exchanged.
        redeemed: Timestamp,
    },
    /// The code's time is over (GR-02).
    #[error("the authorization code expired at {expired}")]
    CodeExpired {
        /// When.
        expired: Timestamp,
    },
    /// The redirect URI is not the one that the code was sent to (RFC 6749 §4.1.3).
    #[error("the redirect URI is not the one that the code was sent to")]
    RedirectUriDiffers,
    /// The redirect URI that the code was sent to is none of the client's any more.
    #[error("the redirect URI that the code was sent to was removed from the client since")]
    RedirectUriRemoved,
    /// The code was asked for without a challenge, and its client must use PKCE by now (GR-03).
    #[error("the code was asked for without a challenge, and the client must use PKCE")]
    ChallengeMissing,
    /// The code has a challenge, and no verifier was sent (GR-03).
    #[error("the code was asked for with a challenge, and no verifier was sent")]
    VerifierMissing,
    /// The code has no challenge, and a verifier was sent (GR-03).
    #[error("a verifier was sent for a code that was asked for without a challenge")]
    VerifierUnexpected,
    /// The verifier does not answer the challenge (GR-03).
    #[error("the verifier does not answer the challenge of the code")]
    VerifierWrong,
    /// There is no such refresh token.
    #[error("the refresh token is not known")]
    UnknownRefreshToken,
    /// The refresh token was issued to another client. It stays good for that one.
    #[error("the refresh token was issued to another client")]
    RefreshTokenOfAnotherClient,
    /// The refresh token was replaced before: its login is ended (GR-08).
    #[error("the refresh token was used already; its login is ended")]
    RefreshTokenReused,
    /// The organization has an idle timeout, under which nothing is refreshed (GR-08).
    #[error("the organization has an idle timeout, and tokens are not refreshed under one")]
    IdleTimeoutOn,
    /// Of the scopes that the user agreed to, none is approved any more (AA-06).
    #[error("none of the scopes of the login is approved any more")]
    NoScopeLeft,
    /// The gate refused it.
    #[error(transparent)]
    NotAdmitted(Refusal),
    /// The scopes asked for are not well formed (SC-03).
    #[error("the scopes asked for are not well formed")]
    MalformedScope,
    /// More was asked for than is approved (SC-03).
    #[error("more scopes are asked for than are approved; approved: `{approved}`")]
    ScopeNotApproved {
        /// What is approved; nothing for client credentials, where scopes do not apply (TK-07).
        approved: Scopes,
    },
}

impl Reason for TokenRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAuthenticated(failure) => match failure {
                AuthenticationFailure::UnknownClient => "client.not.found",
                AuthenticationFailure::NoSecret => "client.secret.missing",
                AuthenticationFailure::WrongSecret => "client.secret.wrong",
                AuthenticationFailure::EndedSecret { .. } => "client.secret.ended",
                AuthenticationFailure::SecretOfPublicClient => "client.public",
            },
            Self::UnsupportedGrantType => "grant.type.unsupported",
            Self::ResourceNamed => "resource.named",
            Self::WrongGrantType { .. } => "grant.type.wrong",
            Self::PublicClient => "client.public",
            Self::ParameterMissing { .. } => "parameter.missing",
            Self::ParameterMalformed { .. } => "parameter.malformed",
            Self::IssuerNotTrusted => "assertion.issuer.not.trusted",
            #[cfg(feature = "saml")]
            Self::NotGranted(error) => error.code(),
            #[cfg(feature = "saml")]
            Self::Xml(_) => "saml.xml",
            #[cfg(feature = "saml")]
            Self::Assertion(refusal) => refusal.code(),
            Self::UnknownCode => "code.unknown",
            Self::CodeOfAnotherClient => "code.other.client",
            Self::CodeReplayed { .. } => "code.replayed",
            Self::CodeExpired { .. } => "code.expired",
            Self::RedirectUriDiffers => "redirect.uri.differs",
            Self::RedirectUriRemoved => "redirect.uri.removed",
            Self::ChallengeMissing => "pkce.challenge.missing",
            Self::VerifierMissing => "pkce.verifier.missing",
            Self::VerifierUnexpected => "pkce.verifier.unexpected",
            Self::VerifierWrong => "pkce.verifier.wrong",
            Self::UnknownRefreshToken => "refresh.token.unknown",
            Self::RefreshTokenOfAnotherClient => "refresh.token.other.client",
            Self::RefreshTokenReused => "refresh.token.reused",
            Self::IdleTimeoutOn => "refresh.idle.timeout",
            Self::NoScopeLeft => "scope.none.left",
            Self::NotAdmitted(refusal) => refusal.code(),
            Self::MalformedScope => "scope.malformed",
            Self::ScopeNotApproved { .. } => "scope.not.approved",
        }
    }

    fn remedy(&self) -> String {
        match self {
            Self::NotAuthenticated(failure) => match failure {
                AuthenticationFailure::UnknownClient => "verify the client id".into(),
                AuthenticationFailure::NoSecret => "authenticate with the client id and the secret".into(),
                AuthenticationFailure::WrongSecret => {
                    "verify the secret; if it is lost, regenerate it; after a rotation, update the integration".into()
                }
                AuthenticationFailure::EndedSecret { .. } => {
                    "update the integration with the secret that took its place".into()
                }
                AuthenticationFailure::SecretOfPublicClient => "leave the secret out: the client is public".into(),
            },
            Self::UnsupportedGrantType => "use a grant type that the service supports".into(),
            Self::ResourceNamed => "leave the resource out".into(),
            Self::WrongGrantType { registered } => format!("use the grant type {registered}"),
            Self::PublicClient => "register a confidential client".into(),
            Self::ParameterMissing { parameter } => format!("send the parameter {parameter}"),
            Self::ParameterMalformed { parameter } => format!("send the parameter {parameter} as it is documented"),
            Self::IssuerNotTrusted => {
                "enable the identity provider, and let its policy take assertions for SAML2 bearer; compare its entity id with \
                 the assertion's issuer"
                    .into()
            }
            #[cfg(feature = "saml")]
            Self::NotGranted(error) => error.remedy().into(),
            #[cfg(feature = "saml")]
            Self::Xml(_) => "send one assertion in XML, as base64url".into(),
            #[cfg(feature = "saml")]
            Self::Assertion(refusal) => refusal.remedy(),
            Self::UnknownCode | Self::CodeExpired { .. } => {
                "have the user log in again, and exchange the code within a minute".into()
            }
            Self::CodeOfAnotherClient => "exchange the code with the client that asked for it".into(),
            Self::CodeReplayed { .. } => {
                "exchange each code once; have the user log in again, and find out who had the code".into()
            }
            Self::RedirectUriDiffers => {
                "send the redirect URI of the authorization request again, byte for byte".into()
            }
            Self::RedirectUriRemoved => "register the redirect URI, and have the user log in again".into(),
            Self::ChallengeMissing => "have the user log in again, with a code challenge".into(),
            Self::VerifierMissing => "send the code verifier that the challenge was made of".into(),
            Self::VerifierUnexpected => "send a challenge with the authorization request, or no verifier".into(),
            Self::VerifierWrong => "send the code verifier that the challenge was made of, with S256".into(),
            Self::UnknownRefreshToken => "have the user log in again".into(),
            Self::RefreshTokenOfAnotherClient => "refresh with the client that the token was issued to".into(),
            Self::RefreshTokenReused => {
                "use each refresh token once and keep the new one; have the user log in again, and find out who had \
                 the old one"
                    .into()
            }
            Self::IdleTimeoutOn => "have the user log in again when the access token ends".into(),
            Self::NoScopeLeft => "edit the application's authorization, and have the user log in again".into(),
            Self::NotAdmitted(refusal) => refusal.remedy(),
            Self::MalformedScope => "separate the scopes by single spaces".into(),
            Self::ScopeNotApproved { approved } if approved.is_empty() => "leave the scope out".into(),
            Self::ScopeNotApproved { .. } => "ask for approved scopes, or edit the application's authorization".into(),
        }
    }
}
