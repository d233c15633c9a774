//! What an identity provider says of itself.

use crate::value::Binding;
use crate::value::Certificate;
use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::NameIdFormat;
use crate::value::Timestamp;

/// An identity provider, as its metadata has it. [`read`](super::read()) makes one.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ProviderMetadata {
    /// Its name.
    pub entity_id: EntityId,
    /// Where requests are sent to: at least one, by Redirect and POST alone, in the order of the document.
    pub sso: Vec<Endpoint>,
    /// Where logout messages are sent to, by Redirect and POST alone, in the order of the document.
    pub slo: Vec<Endpoint>,
    /// What it signs with: 1 to 5 different certificates, at least one of which was valid when they were read.
    pub certificates: Vec<Certificate>,
    /// How it names people, as far as the names of the formats are known here, in the order of the document.
    pub name_id_formats: Vec<NameIdFormat>,
    /// Whether it wants requests signed.
    pub want_authn_requests_signed: bool,
    /// From when on none of it holds any more. The earliest of the document, of what is around the provider and of
    /// its role.
    pub valid_until: Option<Timestamp>,
    /// How many seconds it may be kept before it is fetched again. The shortest of the same.
    pub cache_duration: Option<u32>,
}

/// An address of an identity provider (SAML metadata §2.2.2).
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Endpoint {
    /// Through which binding it is reached.
    pub binding: Binding,
    /// Where requests are sent to.
    pub location: EndpointUri,
    /// Where answers are sent to, where that is another address.
    pub response_location: Option<EndpointUri>,
}

impl Endpoint {
    /// Where answers are sent to.
    #[must_use]
    pub fn answer_location(&self) -> &EndpointUri {
        self.response_location.as_ref().unwrap_or(&self.location)
    }
}

impl ProviderMetadata {
    /// Where requests are sent to through this binding: the first such address.
    #[must_use]
    pub fn sso_by(&self, binding: Binding) -> Option<&Endpoint> {
        self.sso.iter().find(|endpoint| endpoint.binding == binding)
    }

    /// Where logout messages are sent to through this binding: the first such address.
    #[must_use]
    pub fn slo_by(&self, binding: Binding) -> Option<&Endpoint> {
        self.slo.iter().find(|endpoint| endpoint.binding == binding)
    }
}
