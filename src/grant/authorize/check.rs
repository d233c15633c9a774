//! Whether a client may make the request at all (GR-03, GR-05, GR-09), whoever sits at the browser.

use super::AuthorizeRefusal;
use super::Request;
use super::RequestedChallenge;
use super::RequestedResponse;
use super::TrustedRequest;
use crate::model::Client;
use crate::model::GrantType;
use crate::model::ImplicitSunset;
use crate::model::ResponseType;
use crate::value::CodeChallenge;
use crate::value::Scopes;
use crate::value::Timestamp;

/// A request that its client may make. Only [`check`] makes it.
#[derive(Clone, Debug)]
pub struct CheckedRequest {
    response_type: ResponseType,
    challenge: Option<CodeChallenge>,
    scopes: Option<Scopes>,
}

impl CheckedRequest {
    /// What is sent back.
    #[must_use]
    pub const fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// What the verifier of the code must answer.
    #[must_use]
    pub const fn challenge(&self) -> Option<CodeChallenge> {
        self.challenge
    }

    /// The scopes asked for; none where all that may be had are.
    #[must_use]
    pub const fn scopes(&self) -> Option<&Scopes> {
        self.scopes.as_ref()
    }
}

/// Checks what is asked for against what the client is.
///
/// # Errors
///
/// [`AuthorizeRefusal`] for the first thing that the client may not ask for.
pub fn check(
    trusted: &TrustedRequest,
    request: &Request,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<CheckedRequest, AuthorizeRefusal> {
    check_parameters(request)?;
    let response_type = response_type(request)?;
    let client = trusted.client();
    check_grant_type(client, response_type, sunset, now)?;
    let challenge = check_challenge(client, request.challenge)?;
    Ok(CheckedRequest { response_type, challenge, scopes: scopes(request)? })
}

/// What there is not is not ignored.
pub(super) const fn check_parameters(request: &Request) -> Result<(), AuthorizeRefusal> {
    match request.unsupported {
        Some(parameter) => Err(AuthorizeRefusal::Unsupported(parameter)),
        None => Ok(()),
    }
}

pub(super) const fn response_type(request: &Request) -> Result<ResponseType, AuthorizeRefusal> {
    match request.response_type {
        RequestedResponse::Absent => Err(AuthorizeRefusal::ResponseTypeMissing),
        RequestedResponse::Unknown => Err(AuthorizeRefusal::ResponseTypeUnsupported),
        RequestedResponse::Known(response_type) => Ok(response_type),
    }
}

/// The scopes asked for, if any are (SC-03).
pub(super) fn scopes(request: &Request) -> Result<Option<Scopes>, AuthorizeRefusal> {
    let asked = request.scope.as_deref().map(Scopes::parse).transpose();
    asked.map_err(|_| AuthorizeRefusal::MalformedScope)
}

/// A client is sent what it is registered for, and nothing else (GR-09).
pub(super) fn check_grant_type(
    client: &Client,
    response_type: ResponseType,
    sunset: ImplicitSunset,
    now: Timestamp,
) -> Result<(), AuthorizeRefusal> {
    match (client.grant.grant_type(), response_type) {
        (GrantType::AuthorizationCode, ResponseType::Code) => Ok(()),
        (GrantType::Implicit, ResponseType::Token) if sunset.allows_use(now) => Ok(()),
        (GrantType::Implicit, ResponseType::Token) => {
            Err(AuthorizeRefusal::ImplicitEnded { ended: sunset.use_ends })
        }
        (
            registered @ (GrantType::ClientCredentials
            | GrantType::AuthorizationCode
            | GrantType::Saml2Bearer
            | GrantType::Implicit),
            ResponseType::Code | ResponseType::Token,
        ) => Err(AuthorizeRefusal::WrongGrantType { registered }),
    }
}

pub(super) fn check_challenge(
    client: &Client,
    requested: RequestedChallenge,
) -> Result<Option<CodeChallenge>, AuthorizeRefusal> {
    if client.grant.grant_type() != GrantType::AuthorizationCode {
        return match requested {
            RequestedChallenge::Absent => Ok(None),
            RequestedChallenge::S256(_) | RequestedChallenge::OtherMethod | RequestedChallenge::Malformed => {
                Err(AuthorizeRefusal::ChallengeUnexpected)
            }
        };
    }
    match requested {
        RequestedChallenge::S256(challenge) => Ok(Some(challenge)),
        RequestedChallenge::OtherMethod => Err(AuthorizeRefusal::ChallengeMethod),
        RequestedChallenge::Malformed => Err(AuthorizeRefusal::ChallengeMalformed),
        RequestedChallenge::Absent if client.grant.requires_pkce() => Err(AuthorizeRefusal::ChallengeMissing),
        RequestedChallenge::Absent => Ok(None),
    }
}
