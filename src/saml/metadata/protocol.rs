//! Other protocols, by their names (SA-15).

use super::MetadataError;
use crate::saml::excerpt::excerpt;
use crate::saml::names::METADATA;
use crate::saml::names::PROTOCOL;
use crate::saml::view::View;
use crate::saml::xml::is_white_space;

/// The protocol of WS-Federation (WS-Federation 1.2 §3.1.2.1).
const WS_FEDERATION: &str = "http://docs.oasis-open.org/wsfed/federation/200706";

/// What a document that is no XML is, where it can be said: a discovery document of OpenID Connect is a JSON object with
/// these members (OpenID Connect Discovery 1.0 §3).
pub fn other_protocol(bytes: &[u8]) -> Option<MetadataError> {
    let text = core::str::from_utf8(bytes).ok()?.trim_start();
    let names = ["\"issuer\"", "\"authorization_endpoint\"", "\"jwks_uri\"", "\"token_endpoint\""];
    let is_discovery = text.starts_with('{') && names.iter().any(|name| text.contains(name));
    is_discovery.then_some(MetadataError::OpenIdConnect)
}

/// Whether a role is one of SAML 2.0 (SAML metadata §2.4.1: a list of protocols, separated by white space).
pub fn is_saml_2(role: View<'_>) -> bool {
    supports(role, PROTOCOL)
}

/// Why an entity has no role of an identity provider of SAML 2.0.
pub fn without_role(entity: View<'_>) -> MetadataError {
    let of = |local| entity.named(METADATA, local).next();
    if let Some(role) = of("IDPSSODescriptor") {
        let found = role.attribute("protocolSupportEnumeration").unwrap_or_default();
        return MetadataError::Protocol { found: excerpt(found) };
    }
    if entity.named(METADATA, "RoleDescriptor").any(|role| supports(role, WS_FEDERATION)) {
        return MetadataError::WsFederation;
    }
    if of("SPSSODescriptor").is_some() {
        return MetadataError::ServiceProvider;
    }
    MetadataError::NoIdentityProvider
}

fn supports(role: View<'_>, protocol: &str) -> bool {
    let listed = role.attribute("protocolSupportEnumeration").unwrap_or_default();
    listed.split(is_white_space).any(|found| found == protocol)
}
