//! Authorization server metadata (RFC 8414): what is configured, written out.

use super::Response;
use super::response::Json;
use crate::model::ImplicitSunset;
use crate::value::EndpointUri;
use crate::value::Issuer;
use crate::value::ScopeCatalog;
use crate::value::Timestamp;

/// Where the endpoints are found. The host routes them; this is what it publishes.
///
/// ```
/// use grantor::wire::Endpoints;
///
/// let endpoints = Endpoints::under(&"https://login.example.com".parse()?);
/// assert_eq!(endpoints.token.as_str(), "https://login.example.com/oauth/token");
/// # Ok::<(), grantor::value::AddressError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Endpoints {
    /// The authorization endpoint (RFC 6749 §3.1).
    pub authorization: EndpointUri,
    /// The token endpoint (RFC 6749 §3.2).
    pub token: EndpointUri,
    /// The introspection endpoint (RFC 7662).
    pub introspection: EndpointUri,
    /// The revocation endpoint (RFC 7009).
    pub revocation: EndpointUri,
}

impl Endpoints {
    /// `/oauth/authorize`, `/oauth/token`, `/oauth/introspect` and `/oauth/revoke` under the issuer.
    #[must_use]
    pub fn under(issuer: &Issuer) -> Self {
        Self {
            authorization: issuer.endpoint("/oauth/authorize"),
            token: issuer.endpoint("/oauth/token"),
            introspection: issuer.endpoint("/oauth/introspect"),
            revocation: issuer.endpoint("/oauth/revoke"),
        }
    }
}

/// The document at `/.well-known/oauth-authorization-server` (RFC 8414 §3).
///
/// It claims what is served at this instant, and all of it: the implicit grant is in it until its end (GR-05), and
/// SAML2 bearer where identity providers are (GR-07).
#[must_use]
pub fn metadata_response(
    issuer: &Issuer,
    endpoints: &Endpoints,
    scopes: &ScopeCatalog,
    (sunset, saml2_bearer): (ImplicitSunset, bool),
    now: Timestamp,
) -> Response {
    let scopes: Vec<&str> = scopes.iter().map(|entry| entry.scope.as_str()).collect();
    let implicit = sunset.allows_use(now);
    let with = |always: &[&'static str], until_it_ends: &'static str| {
        let ending = implicit.then_some(until_it_ends);
        always.iter().copied().chain(ending).collect::<Vec<&str>>()
    };
    let response_types = with(&["code"], "token");
    let response_modes = with(&["query"], "fragment");
    let mut grant_types = with(&["authorization_code", "client_credentials", "refresh_token"], "implicit");
    if saml2_bearer {
        grant_types.push("urn:ietf:params:oauth:grant-type:saml2-bearer");
    }
    let token_methods = ["client_secret_basic", "client_secret_post", "none"];
    // RFC 7662 §2.1: to ask about a token needs authentication.
    let introspection_methods = ["client_secret_basic", "client_secret_post"];
    Response::json(
        200,
        &[
            ("issuer", Json::Text(issuer.as_str())),
            ("authorization_endpoint", Json::Text(endpoints.authorization.as_str())),
            ("token_endpoint", Json::Text(endpoints.token.as_str())),
            ("scopes_supported", Json::Texts(&scopes)),
            ("response_types_supported", Json::Texts(&response_types)),
            ("response_modes_supported", Json::Texts(&response_modes)),
            ("grant_types_supported", Json::Texts(&grant_types)),
            ("token_endpoint_auth_methods_supported", Json::Texts(&token_methods)),
            ("revocation_endpoint", Json::Text(endpoints.revocation.as_str())),
            ("revocation_endpoint_auth_methods_supported", Json::Texts(&token_methods)),
            ("introspection_endpoint", Json::Text(endpoints.introspection.as_str())),
            ("introspection_endpoint_auth_methods_supported", Json::Texts(&introspection_methods)),
            ("code_challenge_methods_supported", Json::Texts(&["S256"])),
            ("authorization_response_iss_parameter_supported", Json::Flag(true)),
        ],
    )
}
