//! What an entity says of itself as an identity provider.

use super::Endpoint;
use super::MetadataError;
use super::ProviderMetadata;
use super::choose::Chosen;
use super::keys::signing_certificates;
use super::protocol::is_saml_2;
use super::protocol::without_role;
use crate::saml::excerpt::excerpt;
use crate::saml::names::METADATA;
use crate::saml::view::View;
use crate::value::Binding;
use crate::value::EndpointUri;
use crate::value::NameIdFormat;
use crate::value::Timestamp;

/// The provider that an entity is.
pub fn provider(chosen: Chosen<'_>, now: Timestamp) -> Result<ProviderMetadata, MetadataError> {
    let Chosen { entity, validity } = chosen;
    let entity_id = entity.attribute("entityID").ok_or(MetadataError::EntityIdMissing)?;
    let entity_id = entity_id.parse().map_err(MetadataError::EntityId)?;

    let mut roles = entity.named(METADATA, "IDPSSODescriptor").filter(|role| is_saml_2(*role));
    let role = roles.next().ok_or_else(|| without_role(entity))?;
    if roles.next().is_some() {
        return Err(MetadataError::SeveralRoles);
    }
    // SAML metadata §2.3.2, §2.4.1: what is said of the whole holds for its parts.
    let validity = validity.within(entity)?.within(role)?;
    if let Some(valid_until) = validity.until.filter(|until| now >= *until) {
        return Err(MetadataError::Expired { valid_until });
    }

    let sso = endpoints(role, "SingleSignOnService")?;
    if sso.is_empty() {
        return Err(MetadataError::NoSingleSignOn);
    }
    let slo = endpoints(role, "SingleLogoutService")?;
    let formats = role.named(METADATA, "NameIDFormat").filter_map(|format| format.text().ok());
    Ok(ProviderMetadata {
        entity_id,
        sso,
        slo,
        certificates: signing_certificates(role, now)?,
        name_id_formats: formats.filter_map(|format| NameIdFormat::of_uri(format.trim())).collect(),
        want_authn_requests_signed: wants_signed(role)?,
        valid_until: validity.until,
        cache_duration: validity.cache,
    })
}

/// The addresses that are reached by Redirect or POST. Others are not looked at: nothing is sent to them.
fn endpoints(role: View<'_>, service: &'static str) -> Result<Vec<Endpoint>, MetadataError> {
    let mut found = Vec::new();
    for element in role.named(METADATA, service) {
        let Some(binding) = element.attribute("Binding").and_then(Binding::of_uri) else { continue };
        let address = |attribute: &str| -> Result<Option<EndpointUri>, MetadataError> {
            let Some(text) = element.attribute(attribute) else { return Ok(None) };
            let malformed = |error| MetadataError::Location { service, found: excerpt(text), error };
            text.parse().map(Some).map_err(malformed)
        };
        let location = address("Location")?.ok_or(MetadataError::LocationMissing { service })?;
        let response_location = address("ResponseLocation")?;
        found.push(Endpoint { binding, location, response_location });
    }
    Ok(found)
}

/// SAML metadata §2.4.3: absent means no. XML Schema part 2 §3.2.2: a truth value has two texts.
fn wants_signed(role: View<'_>) -> Result<bool, MetadataError> {
    match role.attribute("WantAuthnRequestsSigned") {
        None | Some("false" | "0") => Ok(false),
        Some("true" | "1") => Ok(true),
        Some(text) => Err(MetadataError::WantSigned { found: excerpt(text) }),
    }
}
