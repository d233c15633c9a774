//! From the bytes of a document to the provider in it.

use super::MetadataError;
use super::ProviderMetadata;
use super::choose::choose;
use super::protocol::other_protocol;
use super::role::provider;
use crate::saml::signature::Trust;
use crate::saml::signature::verify;
use crate::saml::view::View;
use crate::saml::xml::Document;
use crate::saml::xml::Limits;
use crate::value::EntityId;
use crate::value::Timestamp;

/// The identity provider in a metadata document of at most [`Limits::METADATA`] (4 MiB): one `EntityDescriptor`, or
/// one of an `EntitiesDescriptor`, nested or not.
///
/// `which` says which one is meant; it is needed where there are several. With a `signer` the document must be signed
/// by one of these certificates, as a whole; without, whoever gives the document vouches for it and a signature in it
/// means nothing. Its times are read strictly.
///
/// Every certificate that may have signed (`use="signing"`, or no `use`) must be readable and have a strong key (SA-03).
/// Of their dates it is enough that one of them is valid now: during a rollover the last one is over, or the next one
/// is to come.
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::metadata::MetadataError;
/// use grantor::saml::metadata::read;
///
/// let discovery = br#"{"issuer":"https://idp.example.com","authorization_endpoint":"https://idp.example.com/a"}"#;
/// let refused = read(discovery, None, None, Timestamp::from_unix(0));
/// assert_eq!(refused, Err(MetadataError::OpenIdConnect));
/// ```
///
/// # Errors
///
/// [`MetadataError`], one for each thing that can be wrong.
pub fn read(
    bytes: &[u8],
    which: Option<&EntityId>,
    signer: Option<&Trust<'_>>,
    now: Timestamp,
) -> Result<ProviderMetadata, MetadataError> {
    let document = Document::parse(bytes, Limits::METADATA)
        .map_err(|malformed| other_protocol(bytes).unwrap_or(MetadataError::Xml(malformed)))?;
    let root = match signer {
        Some(trust) => View::Signed(verify(document.root(), trust, now).map_err(MetadataError::Signature)?),
        None => View::Whole(document.root()),
    };
    let chosen = choose(root, which)?;
    provider(chosen, now)
}
