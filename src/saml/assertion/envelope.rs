//! What responses and assertions have in common: version, id, issue instant, issuer.

use super::EnvelopeError;
use super::Part;
use super::ValueError;
use super::value;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::names::ENTITY;
use crate::saml::peer::Peer;
use crate::saml::signature::SignedElement;
use crate::saml::xml::Attribute;
use crate::saml::xml::Element;
use crate::saml::xml::NotText;
use crate::saml::xml::is_ncname;
use crate::value::Deviations;
use crate::value::EntityId;
use crate::value::Timestamp;

/// What a response or an assertion says of itself.
pub struct Envelope<'d> {
    of: Part,
    version: Option<&'d str>,
    id: Option<&'d str>,
    issue_instant: Option<&'d str>,
    issuers: Vec<Issuer<'d>>,
}

struct Issuer<'d> {
    attributes: &'d [Attribute<'d>],
    text: Result<&'d str, NotText>,
}

impl<'d> Envelope<'d> {
    /// That of a response, which may be signed or not: to be asked for nothing but reasons to refuse it.
    pub fn of_response(response: Element<'d>) -> Self {
        let issuers = response.elements().filter(|element| element.is(ASSERTION, "Issuer"));
        Self {
            of: Part::Response,
            version: response.attribute("Version"),
            id: response.attribute("ID"),
            issue_instant: response.attribute("IssueInstant"),
            issuers: issuers
                .map(|issuer| Issuer { attributes: issuer.attributes(), text: issuer.text() })
                .collect(),
        }
    }

    /// That of an assertion.
    pub fn of_assertion(assertion: SignedElement<'d>) -> Self {
        let issuers = value::all(assertion, "Issuer");
        Self {
            of: Part::Assertion,
            version: assertion.attribute("Version"),
            id: assertion.attribute("ID"),
            issue_instant: assertion.attribute("IssueInstant"),
            issuers: issuers
                .map(|issuer| Issuer { attributes: issuer.attributes(), text: issuer.text() })
                .collect(),
        }
    }

    /// SAML core §2.3.3, §3.2.2: "The identifier for the version of SAML defined in this specification is "2.0"."
    pub fn check_version(&self) -> Result<(), EnvelopeError> {
        match self.version {
            Some("2.0") => Ok(()),
            found => Err(EnvelopeError::Version { of: self.of, found: excerpt(found.unwrap_or_default()) }),
        }
    }

    /// SAML core §1.3.4: the `ID` is an `xs:ID`.
    pub fn id(&self) -> Result<&'d str, EnvelopeError> {
        self.id.filter(|id| is_ncname(id)).ok_or(EnvelopeError::Id { of: self.of })
    }

    /// It was issued before now, as far as the clocks may be apart.
    pub fn check_issued(&self, peer: &Peer<'_>, now: Timestamp) -> Result<(), EnvelopeError> {
        let issued = self.issued(peer.deviations)?;
        let is_past = issued <= now.plus(peer.clock_skew.get());
        if is_past { Ok(()) } else { Err(EnvelopeError::IssuedInFuture { of: self.of, issued, now }) }
    }

    fn issued(&self, deviations: Deviations) -> Result<Timestamp, EnvelopeError> {
        let issued = value::instant(self.issue_instant, "IssueInstant", deviations)?;
        issued.ok_or(EnvelopeError::IssueInstantMissing { of: self.of })
    }

    /// Whether an issuer is named at all.
    pub fn has_issuer(&self) -> bool {
        !self.issuers.is_empty()
    }

    /// SAML profiles §4.1.4.2: `Issuer` is the name of the provider, byte for byte, and nothing else.
    pub fn check_issuer(&self, expected: &EntityId) -> Result<(), EnvelopeError> {
        let of = self.of;
        let issuer = match &*self.issuers {
            [] => return Err(EnvelopeError::IssuerMissing { of }),
            [issuer] => issuer,
            [_, _, ..] => return Err(ValueError::Repeated { name: "Issuer" }.into()),
        };
        // SAML core §8.3.6: a name of a provider has this format, and none of the qualifiers.
        let foreign = |attribute: &&Attribute<'_>| match attribute.local {
            "Format" => attribute.value != ENTITY,
            _ => true,
        };
        let qualifying = ["Format", "NameQualifier", "SPNameQualifier", "SPProvidedID"];
        let attributes = issuer.attributes.iter().filter(|attribute| attribute.namespace.is_empty());
        for attribute in attributes.filter(foreign) {
            if let Some(attribute) = qualifying.into_iter().find(|name| *name == attribute.local) {
                return Err(EnvelopeError::IssuerFormat { of, attribute });
            }
        }
        let found = value::text(issuer.text, "Issuer")?;
        if found == expected.as_str() {
            return Ok(());
        }
        Err(EnvelopeError::Issuer { of, expected: excerpt(expected.as_str()), found: excerpt(found) })
    }
}
