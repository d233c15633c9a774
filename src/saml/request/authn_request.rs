//! The request that a login begins with.

use crate::saml::MessageId;
use crate::saml::ServiceProvider;
use crate::saml::binding::Delivery;
use crate::saml::binding::Draft;
use crate::saml::binding::Head;
use crate::saml::binding::MessageKind;
use crate::saml::binding::Outgoing;
use crate::saml::binding::SendError;
use crate::value::Binding;
use crate::value::NameIdFormat;
use crate::value::Timestamp;

/// `AuthnRequest` (SAML core §3.4.1; SAML profiles §4.1.4.1).
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::MessageId;
/// use grantor::saml::ServiceProvider;
/// use grantor::saml::binding::Delivery;
/// use grantor::saml::binding::Outgoing;
/// use grantor::saml::request::AuthnRequest;
/// use grantor::value::Binding;
///
/// let provider = ServiceProvider::new(
///     "https://sp.example.com/saml/metadata".parse()?,
///     "https://sp.example.com/saml/acs".parse()?,
/// );
/// let sso = "https://idp.example.com/sso".parse()?;
/// let request = AuthnRequest::new(MessageId::of_bits([7; 16]));
/// let sent = request.send(&provider, &Delivery::new(Binding::Redirect, &sso), Timestamp::from_unix(0))?;
/// let Outgoing::Redirect(url) = sent else { unreachable!() };
/// assert!(url.starts_with("https://idp.example.com/sso?SAMLRequest="));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct AuthnRequest {
    /// What the response will say that it answers. To be remembered until then.
    pub id: MessageId,
    /// Whether the user is to be authenticated anew, even with a session there.
    pub force_authn: bool,
    /// Whether the identity provider must not be seen by the user.
    pub is_passive: bool,
    /// How the user is to be named; none leaves it to the identity provider.
    pub name_id_format: Option<NameIdFormat>,
    /// Whether the identity provider wants requests signed (`WantAuthnRequestsSigned` of its metadata). Without a
    /// signer nothing is sent then.
    pub must_be_signed: bool,
}

impl AuthnRequest {
    /// A request that leaves everything to the identity provider.
    #[must_use]
    pub const fn new(id: MessageId) -> Self {
        Self { id, force_authn: false, is_passive: false, name_id_format: None, must_be_signed: false }
    }

    /// The request as it goes to the browser, issued now. By POST it is signed within, by Redirect in the query.
    ///
    /// # Errors
    ///
    /// [`SendError`] where the message cannot be written or signed.
    pub fn send(
        &self,
        provider: &ServiceProvider,
        delivery: &Delivery<'_>,
        now: Timestamp,
    ) -> Result<Outgoing, SendError> {
        if self.must_be_signed && delivery.signer.is_none() {
            return Err(SendError::SignerMissing);
        }
        let head = Head {
            name: "samlp:AuthnRequest",
            kind: MessageKind::Request,
            id: &self.id,
            destination: delivery.destination,
            provider,
        };
        let mut attributes = Vec::new();
        if self.force_authn {
            attributes.push(("ForceAuthn", "true"));
        }
        if self.is_passive {
            attributes.push(("IsPassive", "true"));
        }
        // SAML core §3.4.1: by URL and binding, never by index as well.
        attributes.push(("ProtocolBinding", Binding::Post.uri()));
        attributes.push(("AssertionConsumerServiceURL", provider.acs.as_str()));
        let draft = Draft::write(
            &head,
            &attributes,
            |writer| {
                if let Some(format) = self.name_id_format {
                    let mut policy = vec![("Format", format.uri())];
                    if may_be_created(format) {
                        policy.push(("AllowCreate", "true"));
                    }
                    writer.empty("samlp:NameIDPolicy", &policy);
                }
            },
            now,
        )?;
        delivery.send(draft)
    }
}

/// SAML core §3.4.1.1: `AllowCreate` lets the identity provider make an identifier of the user for us, without which
/// nobody could log in for the first time by a persistent one. It makes no user: that is ours to do, and is not done
/// (SA-12). A transient one is always made, and the attribute does not go with it.
const fn may_be_created(format: NameIdFormat) -> bool {
    match format {
        NameIdFormat::Unspecified | NameIdFormat::EmailAddress | NameIdFormat::Persistent => true,
        NameIdFormat::Transient => false,
    }
}
