//! An identity provider for tests: it answers as a real one does, signed.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::saml::crypto::Signer;
use crate::saml::names::ASSERTION;
use crate::saml::names::PROTOCOL;
use crate::saml::names::SUCCESS;
use crate::saml::signature::with_signature;
use crate::saml::xml::Writer;
use crate::value::EntityId;
use crate::value::Timestamp;

const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const PASSWORD: &str = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport";
const EMAIL: &str = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";

/// An identity provider that says what a test lets it say, and signs it: the assertion of a response, and a bare one for
/// the SAML2 bearer grant. What else real ones send stands in the fixtures of this crate.
///
/// ```
/// use grantor::Timestamp;
/// use grantor::saml::crypto::{SignatureAlgorithm, Signer, SignerError};
/// use grantor::testing::{IdentityProviderForTests, Says};
///
/// /// A key of the test's; `AwsLcSigner` is a real one.
/// struct Key;
///
/// impl Signer for Key {
///     fn algorithm(&self) -> SignatureAlgorithm {
///         SignatureAlgorithm::RsaSha256
///     }
///     fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
///         Ok(vec![0; 256])
///     }
/// }
///
/// let provider = IdentityProviderForTests::new("https://idp.example.com".parse()?, Key);
/// let says = Says::login("maria@example.com", "https://sp.example.com/acs", "https://sp.example.com");
/// let response = provider.response(&says.answering("_1"), Timestamp::from_unix(1_795_608_000));
/// assert!(response.starts_with("PHNhbWxw")); // `<samlp`, in Base64
/// # Ok::<(), grantor::value::EntityIdError>(())
/// ```
pub struct IdentityProviderForTests {
    entity_id: EntityId,
    signer: Box<dyn Signer>,
}

/// What it says of a user.
#[derive(Clone, Debug)]
pub struct Says<'a> {
    /// The id of the assertion. Each has its own: by default one of the instant.
    pub id: Option<&'a str>,
    /// The user's email address.
    pub email: &'a str,
    /// Further attributes, by name and value.
    pub attributes: Vec<(&'a str, &'a str)>,
    /// The request that is answered; none where the identity provider begins.
    pub in_response_to: Option<&'a str>,
    /// Where it is sent.
    pub recipient: &'a str,
    /// For whom it is.
    pub audience: &'a str,
    /// For how many seconds it holds. Default 300.
    pub lifetime: u32,
}

impl<'a> Says<'a> {
    /// That this user logged in just now, to this service, without being asked.
    #[must_use]
    pub const fn login(email: &'a str, recipient: &'a str, audience: &'a str) -> Self {
        Self {
            id: None,
            email,
            attributes: Vec::new(),
            in_response_to: None,
            recipient,
            audience,
            lifetime: 300,
        }
    }

    /// The same in answer to a request.
    #[must_use]
    pub fn answering(self, id: &'a str) -> Self {
        Self { in_response_to: Some(id), ..self }
    }

    /// The same with an attribute more.
    #[must_use]
    pub fn with(mut self, name: &'a str, value: &'a str) -> Self {
        self.attributes.push((name, value));
        self
    }
}

impl IdentityProviderForTests {
    /// An identity provider of this name, with this key.
    #[must_use]
    pub fn new(entity_id: EntityId, signer: impl Signer + 'static) -> Self {
        Self { entity_id, signer: Box::new(signer) }
    }

    /// The value of a `SAMLResponse`, with one signed assertion.
    #[must_use]
    pub fn response(&self, says: &Says<'_>, now: Timestamp) -> String {
        let (now_text, id) = (now.to_string(), format!("_response-{}", now.unix()));
        let mut attributes = vec![
            ("xmlns:samlp", PROTOCOL),
            ("xmlns:saml", ASSERTION),
            ("ID", id.as_str()),
            ("Version", "2.0"),
            ("IssueInstant", now_text.as_str()),
            ("Destination", says.recipient),
        ];
        attributes.extend(says.in_response_to.map(|id| ("InResponseTo", id)));
        let mut end = 0;
        let mut writer = Writer::new();
        writer.element("samlp:Response", &attributes, |writer| {
            writer.text("saml:Issuer", &[], self.entity_id.as_str());
            writer.element("samlp:Status", &[], |writer| {
                writer.empty("samlp:StatusCode", &[("Value", SUCCESS)])
            });
            end = writer.length();
        });
        let response = writer.finish().expect("texts that XML can hold");
        let (before, after) = response.split_at(end);
        STANDARD.encode(format!("{before}{}{after}", self.assertion(says, now)))
    }

    /// The value of an `assertion` of the SAML2 bearer grant (RFC 7522 §2.1).
    #[must_use]
    pub fn bearer(&self, says: &Says<'_>, now: Timestamp) -> String {
        URL_SAFE_NO_PAD.encode(self.assertion(says, now))
    }

    /// The form that a browser posts with this response.
    #[must_use]
    pub fn form(response: &str, relay_state: Option<&str>) -> Vec<u8> {
        let encoded = |text: &str| text.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
        let relay_state =
            relay_state.map(|text| format!("&RelayState={}", encoded(text))).unwrap_or_default();
        format!("SAMLResponse={}{relay_state}", encoded(response)).into_bytes()
    }

    fn assertion(&self, says: &Says<'_>, now: Timestamp) -> String {
        let (issued, ends) = (now.to_string(), now.plus(says.lifetime).to_string());
        let of_now = format!("_assertion-{}", now.unix());
        let id = says.id.unwrap_or(&of_now);
        let mut confirmation = vec![("NotOnOrAfter", ends.as_str()), ("Recipient", says.recipient)];
        confirmation.extend(says.in_response_to.map(|id| ("InResponseTo", id)));
        let head =
            [("xmlns:saml", ASSERTION), ("ID", id), ("Version", "2.0"), ("IssueInstant", issued.as_str())];
        let mut after_issuer = 0;
        let mut writer = Writer::new();
        writer.element("saml:Assertion", &head, |writer| {
            writer.text("saml:Issuer", &[], self.entity_id.as_str());
            after_issuer = writer.length();
            writer.element("saml:Subject", &[], |writer| {
                writer.text("saml:NameID", &[("Format", EMAIL)], says.email);
                writer.element("saml:SubjectConfirmation", &[("Method", BEARER)], |writer| {
                    writer.empty("saml:SubjectConfirmationData", &confirmation);
                });
            });
            writer.element("saml:Conditions", &[("NotBefore", &issued), ("NotOnOrAfter", &ends)], |writer| {
                writer.element("saml:AudienceRestriction", &[], |writer| {
                    writer.text("saml:Audience", &[], says.audience);
                });
            });
            writer.element(
                "saml:AuthnStatement",
                &[("AuthnInstant", issued.as_str()), ("SessionIndex", id)],
                |writer| {
                    writer.element("saml:AuthnContext", &[], |writer| {
                        writer.text("saml:AuthnContextClassRef", &[], PASSWORD);
                    });
                },
            );
            if !says.attributes.is_empty() {
                writer.element("saml:AttributeStatement", &[], |writer| {
                    for (name, value) in &says.attributes {
                        writer.element("saml:Attribute", &[("Name", name)], |writer| {
                            writer.text("saml:AttributeValue", &[], value);
                        });
                    }
                });
            }
        });
        let assertion = writer.finish().expect("texts that XML can hold");
        with_signature(assertion, after_issuer, id, &*self.signer).expect("a key that signs")
    }
}

/// Shows no key.
impl fmt::Debug for IdentityProviderForTests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityProviderForTests").field("entity_id", &self.entity_id).finish_non_exhaustive()
    }
}
