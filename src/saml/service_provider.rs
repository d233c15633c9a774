//! What this service says of itself.

use crate::value::Certificate;
use crate::value::EndpointUri;
use crate::value::EntityId;
use crate::value::NameIdFormat;

/// The service provider, as identity providers know it.
///
/// ```
/// use grantor::saml::ServiceProvider;
///
/// let provider = ServiceProvider::new(
///     "https://sp.example.com/saml/metadata".parse()?,
///     "https://sp.example.com/saml/acs".parse()?,
/// );
/// assert_eq!(provider.logout, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ServiceProvider {
    /// Its name, which assertions are addressed to.
    pub entity_id: EntityId,
    /// Where responses are posted to: the assertion consumer service.
    pub acs: EndpointUri,
    /// Where logout requests and their answers are sent to, by Redirect and by POST; none where there is no logout.
    pub logout: Option<EndpointUri>,
    /// The certificates of the keys that it signs with: the current one, and the next one before it is used.
    pub signing_certificates: Vec<Certificate>,
    /// The certificates of the keys that assertions may be encrypted to.
    pub encryption_certificates: Vec<Certificate>,
    /// How people may be named, the most welcome first. By default by email address (SA-12).
    pub name_id_formats: Vec<NameIdFormat>,
}

impl ServiceProvider {
    /// A service provider without logout and without keys.
    #[must_use]
    pub fn new(entity_id: EntityId, acs: EndpointUri) -> Self {
        Self {
            entity_id,
            acs,
            logout: None,
            signing_certificates: Vec::new(),
            encryption_certificates: Vec::new(),
            name_id_formats: vec![NameIdFormat::EmailAddress],
        }
    }
}
