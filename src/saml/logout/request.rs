//! The request that we send.

use crate::saml::MessageId;
use crate::saml::NameId;
use crate::saml::ServiceProvider;
use crate::saml::binding::Delivery;
use crate::saml::binding::Draft;
use crate::saml::binding::Head;
use crate::saml::binding::MessageKind;
use crate::saml::binding::Outgoing;
use crate::saml::binding::SendError;
use crate::saml::binding::written_instant;
use crate::value::Timestamp;

/// `LogoutRequest` (SAML core §3.7.1): the sessions of a user are to end at the identity provider as well.
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::MessageId;
/// use grantor::saml::ServiceProvider;
/// use grantor::saml::binding::Delivery;
/// use grantor::saml::binding::Outgoing;
/// use grantor::saml::logout::LogoutRequest;
/// use grantor::saml::NameId;
/// use grantor::value::Binding;
///
/// let provider = ServiceProvider::new(
///     "https://sp.example.com/saml/metadata".parse()?,
///     "https://sp.example.com/saml/acs".parse()?,
/// );
/// let address = "https://idp.example.com/logout".parse()?;
/// let mut request = LogoutRequest::new(MessageId::of_bits([7; 16]), NameId::new("maria@example.com"));
/// request.session_indexes = vec!["_session".to_owned()];
/// let sent = request.send(&provider, &Delivery::new(Binding::Post, &address), Timestamp::from_unix(0))?;
/// assert!(matches!(sent, Outgoing::Form(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct LogoutRequest {
    /// What the answer will say that it answers. To be remembered until then.
    pub id: MessageId,
    /// Whose sessions end, as the assertion named them.
    pub name_id: NameId,
    /// Which of them, as the assertions had them; none means all.
    pub session_indexes: Vec<String>,
}

impl LogoutRequest {
    /// 300 s: how long the request may be acted on.
    pub const LIFETIME: u32 = 300;

    /// A request to end all sessions of a user.
    #[must_use]
    pub const fn new(id: MessageId, name_id: NameId) -> Self {
        Self { id, name_id, session_indexes: Vec::new() }
    }

    /// The request as it goes to the browser, issued now. Identity providers take none that is not signed (SAML
    /// profiles §4.4.4.1).
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
        let head = Head {
            name: "samlp:LogoutRequest",
            kind: MessageKind::Request,
            id: &self.id,
            destination: delivery.destination,
            provider,
        };
        let until = written_instant(now.plus(Self::LIFETIME))?;
        let NameId { value, format, name_qualifier, sp_name_qualifier } = &self.name_id;
        let named =
            [("NameQualifier", name_qualifier), ("SPNameQualifier", sp_name_qualifier), ("Format", format)];
        let attributes: Vec<(&str, &str)> =
            named.into_iter().filter_map(|(name, value)| Some((name, value.as_deref()?))).collect();
        let draft = Draft::write(
            &head,
            &[("NotOnOrAfter", &until)],
            |writer| {
                writer.text("saml:NameID", &attributes, value);
                for index in &self.session_indexes {
                    writer.text("samlp:SessionIndex", &[], index);
                }
            },
            now,
        )?;
        delivery.send(draft)
    }
}
