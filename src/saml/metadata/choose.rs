//! Which entity of a document is meant.

use super::MetadataError;
use super::duration;
use super::protocol::is_saml_2;
use crate::saml::excerpt::excerpt;
use crate::saml::instant;
use crate::saml::names::METADATA;
use crate::saml::view::View;
use crate::value::Deviations;
use crate::value::EntityId;
use crate::value::Timestamp;

/// An entity, and how long what is said of it holds.
#[derive(Clone, Copy)]
pub struct Chosen<'d> {
    pub entity: View<'d>,
    pub validity: Validity,
}

/// How long metadata holds, and how long it may be kept.
#[derive(Clone, Copy, Default)]
pub struct Validity {
    pub until: Option<Timestamp>,
    pub cache: Option<u32>,
}

impl Validity {
    /// This, and what an element within says for itself: the earlier end, the shorter time.
    pub fn within(self, element: View<'_>) -> Result<Self, MetadataError> {
        let until = match element.attribute("validUntil") {
            None => None,
            Some(text) => Some(
                instant::read(text, Deviations::NONE)
                    .map_err(|_| MetadataError::ValidUntil { found: excerpt(text) })?,
            ),
        };
        let cache = match element.attribute("cacheDuration") {
            None => None,
            Some(text) => Some(
                duration::read(text).ok_or_else(|| MetadataError::CacheDuration { found: excerpt(text) })?,
            ),
        };
        let until = self.until.into_iter().chain(until).min();
        let cache = self.cache.into_iter().chain(cache).min();
        Ok(Self { until, cache })
    }
}

/// The entity with this id; without one, the only identity provider of the document.
pub fn choose<'d>(root: View<'d>, which: Option<&EntityId>) -> Result<Chosen<'d>, MetadataError> {
    let is_metadata = root.is(METADATA, "EntityDescriptor") || root.is(METADATA, "EntitiesDescriptor");
    if !is_metadata {
        return Err(MetadataError::Root { found: excerpt(&root.full_name()) });
    }
    let found = match which {
        Some(id) => entities(root, |entity| entity.attribute("entityID") == Some(id.as_str()))?,
        None => {
            let all = entities(root, |_| true)?;
            let is_provider =
                |chosen: &Chosen<'_>| chosen.entity.named(METADATA, "IDPSSODescriptor").any(is_saml_2);
            let providers: Vec<Chosen<'d>> = all.iter().copied().filter(is_provider).collect();
            // A document of one entity that is none is told what that one lacks.
            if providers.is_empty() && all.len() == 1 { all } else { providers }
        }
    };
    match (found.as_slice(), which) {
        ([chosen], _) => Ok(*chosen),
        ([], Some(id)) => Err(MetadataError::NotFound { entity_id: excerpt(id.as_str()) }),
        ([], None) => Err(MetadataError::NoIdentityProvider),
        (_, Some(id)) => Err(MetadataError::Repeated { entity_id: excerpt(id.as_str()) }),
        (several, None) => Err(MetadataError::Several { count: several.len() }),
    }
}

/// The entities of a document that are meant, in any depth of groups of them (SAML metadata §2.3.1).
fn entities<'d>(
    root: View<'d>,
    is_meant: impl Fn(View<'d>) -> bool,
) -> Result<Vec<Chosen<'d>>, MetadataError> {
    let mut found = Vec::new();
    let mut open = vec![(root, Validity::default())];
    while let Some((element, around)) = open.pop() {
        if element.is(METADATA, "EntitiesDescriptor") {
            let validity = around.within(element)?;
            open.extend(element.elements().map(|within| (within, validity)));
        } else if element.is(METADATA, "EntityDescriptor") && is_meant(element) {
            found.push(Chosen { entity: element, validity: around });
        }
    }
    Ok(found)
}
