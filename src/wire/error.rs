//! What a client is told when its request to an endpoint is refused: the only place that decides it.

use super::Malformed;
use super::Response;
use super::response::Json;
use super::response::Restricted;

/// The errors of the token endpoint (RFC 6749 §5.2, RFC 8707 §2).
///
/// Until the client is authenticated it is told [`InvalidClient`](Self::InvalidClient), or
/// [`InvalidRequest`](Self::InvalidRequest) for what cannot be read, and nothing else (GR-10).
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum OAuthError {
    /// The request cannot be read, or lacks a parameter.
    InvalidRequest,
    /// The client is unknown, or did not prove that it is who it says.
    InvalidClient,
    /// The code, refresh token or assertion is of no use.
    InvalidGrant,
    /// The client is not registered for this grant.
    UnauthorizedClient,
    /// There is no such grant.
    UnsupportedGrantType,
    /// A scope is malformed, unknown, or more than what is approved.
    InvalidScope,
    /// A resource was named, and none can be (RFC 8707 §2).
    InvalidTarget,
    /// The service cannot answer now.
    TemporarilyUnavailable,
}

impl OAuthError {
    /// The name of the error on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidTarget => "invalid_target",
            Self::TemporarilyUnavailable => "temporarily_unavailable",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TemporarilyUnavailable => 503,
            Self::InvalidRequest
            | Self::InvalidGrant
            | Self::UnauthorizedClient
            | Self::UnsupportedGrantType
            | Self::InvalidScope
            | Self::InvalidTarget => 400,
        }
    }

    /// The whole answer. It says what the error is, and nothing of why (GR-10): the audit trail does.
    #[must_use]
    pub fn response(self) -> Response {
        self.described(self.description())
    }

    const fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest => "The request is malformed",
            Self::InvalidClient => "Client authentication failed",
            Self::InvalidGrant => "The grant is invalid, expired, revoked or already used",
            Self::UnauthorizedClient => "The client is not authorized to obtain a token this way",
            Self::UnsupportedGrantType => "The grant type is not supported",
            Self::InvalidScope => "A scope is malformed, unknown or not approved",
            Self::InvalidTarget => "The resource parameter is not supported",
            Self::TemporarilyUnavailable => "The service cannot answer now, try again later",
        }
    }

    fn described(self, description: &str) -> Response {
        let description = Restricted(description).to_string();
        let members = [("error", Json::Text(self.code())), ("error_description", Json::Text(&description))];
        let mut response = Response::json(self.status(), &members);
        if self.status() == 401 {
            // RFC 6749 §5.2: the scheme that the client used, which is Basic or none. RFC 9110 §15.5.2: a 401
            // always has a challenge.
            response.headers.push(("www-authenticate", "Basic realm=\"oauth\", charset=\"UTF-8\"".into()));
        }
        response
    }
}

impl Malformed {
    /// What the client is told of it.
    #[must_use]
    pub const fn error(&self) -> OAuthError {
        match self {
            // RFC 6749 §5.2: an "unsupported authentication method" is a failure to authenticate.
            Self::AuthenticationMethod => OAuthError::InvalidClient,
            Self::ContentType
            | Self::BodyTooLong { .. }
            | Self::TwoMessages
            | Self::TooManyParameters
            | Self::Name { .. }
            | Self::Value { .. }
            | Self::Repeated { .. }
            | Self::Missing { .. }
            | Self::StateTooLong { .. }
            | Self::AuthorizationRepeated
            | Self::Basic(_)
            | Self::Bearer
            | Self::TwoMethods
            | Self::TwoClients => OAuthError::InvalidRequest,
        }
    }

    /// The whole answer, which says what cannot be read: the client knows what it sent.
    #[must_use]
    pub fn response(&self) -> Response {
        self.error().described(&self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;
    use serde_json::json;

    use super::super::Fault;
    use super::*;

    const ALL: [(OAuthError, &str, u16); 8] = [
        (OAuthError::InvalidRequest, "invalid_request", 400),
        (OAuthError::InvalidClient, "invalid_client", 401),
        (OAuthError::InvalidGrant, "invalid_grant", 400),
        (OAuthError::UnauthorizedClient, "unauthorized_client", 400),
        (OAuthError::UnsupportedGrantType, "unsupported_grant_type", 400),
        (OAuthError::InvalidScope, "invalid_scope", 400),
        (OAuthError::InvalidTarget, "invalid_target", 400),
        (OAuthError::TemporarilyUnavailable, "temporarily_unavailable", 503),
    ];

    fn body(response: &Response) -> Value {
        serde_json::from_slice(&response.body).unwrap()
    }

    fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
        response.headers.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    /// RFC 6749 §5.2: name and status of each error, as JSON that no cache keeps.
    #[test]
    fn gr_12_errors_are_those_of_rfc_6749() {
        for (error, code, status) in ALL {
            let response = error.response();
            assert_eq!(response.status, status, "{code}");
            assert_eq!(body(&response)["error"], code);
            assert_eq!(body(&response).as_object().unwrap().len(), 2);
            assert_eq!(header(&response, "content-type"), Some("application/json"));
            assert_eq!(header(&response, "cache-control"), Some("no-store"));
            assert_eq!(header(&response, "pragma"), Some("no-cache"));
        }
    }

    /// RFC 9110 §15.5.2: a challenge with 401, and with nothing else.
    #[test]
    fn a_401_has_a_challenge() {
        for (error, code, status) in ALL {
            let response = error.response();
            let challenged =
                header(&response, "www-authenticate").is_some_and(|value| value.starts_with("Basic realm="));
            assert_eq!(challenged, status == 401, "{code}");
        }
    }

    /// threat 4: no error of this endpoint sends a browser anywhere.
    #[test]
    fn threat_04_no_error_has_a_location() {
        for (error, ..) in ALL {
            assert_eq!(header(&error.response(), "location"), None);
        }
    }

    /// GR-12: what cannot be read is told clearly, and without what was sent.
    #[test]
    fn gr_12_the_description_says_what_cannot_be_read() {
        let malformed = Malformed::Value { number: 3, fault: Fault::Utf8 };
        let expected =
            json!({"error": "invalid_request", "error_description": "the value of parameter 3 is not UTF-8"});
        assert_eq!(body(&malformed.response()), expected);
        assert_eq!(Malformed::AuthenticationMethod.response().status, 401);
        assert_eq!(Malformed::TwoMethods.response().status, 400);
    }
}
