//! What this service says of itself (SA-07).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::saml::MessageId;
use crate::saml::ServiceProvider;
use crate::saml::binding::SendError;
use crate::saml::crypto::Signer;
use crate::saml::names::METADATA;
use crate::saml::names::PROTOCOL;
use crate::saml::names::XMLDSIG;
use crate::saml::signature::with_signature;
use crate::saml::xml::Writer;
use crate::value::Binding;
use crate::value::Certificate;

/// How assertions may be encrypted to us, the most welcome first (XML Encryption 1.1 §5.2.4, §5.5.1).
const ENCRYPTION_METHODS: [&str; 3] = [
    "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    "http://www.w3.org/2009/xmlenc11#aes128-gcm",
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
];

/// The metadata document of this service (SAML metadata §2.4.4): `application/samlmetadata+xml`, in UTF-8. Signed where
/// there is a signer, and then identified by this id.
///
/// It says that assertions are to be signed. It does not promise that requests are: that is by the
/// [policy](crate::model::ProviderPolicy::sign_requests) of each identity provider, and one that reads a promise (SAML
/// metadata §2.4.4, `AuthnRequestsSigned`) takes no others.
///
/// ```
/// use grantor::saml::ServiceProvider;
/// use grantor::saml::metadata::write;
///
/// let provider = ServiceProvider::new(
///     "https://sp.example.com/saml/metadata".parse()?,
///     "https://sp.example.com/saml/acs".parse()?,
/// );
/// let document = String::from_utf8(write(&provider, None)?)?;
/// assert!(document.contains("entityID=\"https://sp.example.com/saml/metadata\""));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// [`SendError`] where the document cannot be written or signed.
pub fn write(
    provider: &ServiceProvider,
    signed: Option<(&MessageId, &dyn Signer)>,
) -> Result<Vec<u8>, SendError> {
    let mut attributes = vec![("xmlns:md", METADATA), ("entityID", provider.entity_id.as_str())];
    if let Some((id, _)) = signed {
        attributes.push(("ID", id.as_str()));
    }
    let role = [
        ("protocolSupportEnumeration", PROTOCOL),
        ("AuthnRequestsSigned", "false"),
        ("WantAssertionsSigned", "true"),
    ];
    let mut first = 0;
    let mut writer = Writer::new();
    writer.element("md:EntityDescriptor", &attributes, |writer| {
        first = writer.length();
        writer.element("md:SPSSODescriptor", &role, |writer| write_role(writer, provider));
    });
    let xml = writer.finish().map_err(SendError::Unwritable)?;
    let xml = match signed {
        // SAML metadata §2.3.2: the signature comes first.
        Some((id, signer)) => with_signature(xml, first, id.as_str(), signer)?,
        None => xml,
    };
    Ok(xml.into_bytes())
}

/// SAML metadata §2.4.1, §2.4.2, §2.4.4: the elements, in this order.
fn write_role(writer: &mut Writer, provider: &ServiceProvider) {
    for certificate in &provider.signing_certificates {
        write_key(writer, "signing", certificate, &[]);
    }
    for certificate in &provider.encryption_certificates {
        write_key(writer, "encryption", certificate, &ENCRYPTION_METHODS);
    }
    if let Some(logout) = &provider.logout {
        for binding in [Binding::Redirect, Binding::Post] {
            let endpoint = [("Binding", binding.uri()), ("Location", logout.as_str())];
            writer.empty("md:SingleLogoutService", &endpoint);
        }
    }
    for format in &provider.name_id_formats {
        writer.text("md:NameIDFormat", &[], format.uri());
    }
    writer.empty(
        "md:AssertionConsumerService",
        &[
            ("Binding", Binding::Post.uri()),
            ("Location", provider.acs.as_str()),
            ("index", "0"),
            ("isDefault", "true"),
        ],
    );
}

fn write_key(writer: &mut Writer, usage: &str, certificate: &Certificate, methods: &[&str]) {
    writer.element("md:KeyDescriptor", &[("use", usage)], |writer| {
        writer.element("ds:KeyInfo", &[("xmlns:ds", XMLDSIG)], |writer| {
            writer.element("ds:X509Data", &[], |writer| {
                writer.text("ds:X509Certificate", &[], &STANDARD.encode(certificate.as_der()));
            });
        });
        for method in methods {
            writer.empty("md:EncryptionMethod", &[("Algorithm", method)]);
        }
    });
}
