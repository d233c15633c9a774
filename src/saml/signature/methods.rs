//! The canonicalizations and transforms that a signature may name.

use super::SignatureError;
use crate::saml::excerpt::excerpt;
use crate::saml::names::XMLDSIG;
use crate::saml::xml::Canonicalization;
use crate::saml::xml::Element;
use crate::saml::xml::Limits;
use crate::saml::xml::Visibility;
use crate::saml::xml::canonicalize;
use crate::saml::xml::is_white_space;
use crate::value::Deviation;
use crate::value::Deviations;

/// XML Signature 1.1 §6.6.4.
pub const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Exclusive XML Canonicalization 1.0 §4; also the namespace of `InclusiveNamespaces`.
pub const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";

/// The octets that there is room for from the start: most forms are shorter.
const USUAL: usize = 8_192;

/// How something is canonicalized.
pub struct Method<'d> {
    name: Name,
    comments: Visibility,
    prefixes: Vec<&'d str>,
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Name {
    Exclusive,
    Inclusive10,
    Inclusive11,
}

impl<'d> Method<'d> {
    /// Reads a `CanonicalizationMethod`, or a `Transform` that canonicalizes.
    pub fn read(element: Element<'d>, deviations: Deviations) -> Result<Self, SignatureError> {
        let uri = algorithm(element)?;
        let (name, comments) =
            named(uri).ok_or_else(|| SignatureError::Canonicalization { found: excerpt(uri) })?;
        if name != Name::Exclusive && !deviations.allow(Deviation::InclusiveC14n) {
            return Err(SignatureError::InclusiveCanonicalization);
        }
        let prefixes = prefixes(element, name)?;
        Ok(Self { name, comments, prefixes })
    }

    /// The canonical form of the element that a method is of.
    pub fn form(&self, apex: Element<'_>) -> Result<Vec<u8>, SignatureError> {
        self.write(apex, self.comments, None)
    }

    /// The canonical form of the element that a reference is to, but for the signature in it.
    ///
    /// XML Signature 1.1 §4.4.3.3: a reference by `#` and an identifier, or an empty one, leaves comments out,
    /// whatever the transform has.
    pub fn form_of_reference(
        &self,
        apex: Element<'_>,
        without: Element<'_>,
    ) -> Result<Vec<u8>, SignatureError> {
        self.write(apex, Visibility::WithoutComments, Some(without))
    }

    fn write(
        &self,
        apex: Element<'_>,
        comments: Visibility,
        without: Option<Element<'_>>,
    ) -> Result<Vec<u8>, SignatureError> {
        let form = match self.name {
            Name::Exclusive => Canonicalization::Exclusive(&self.prefixes),
            Name::Inclusive10 => Canonicalization::Inclusive,
            // Canonical XML 1.1 §2.4: with neither inherited, it is the form of version 1.0.
            Name::Inclusive11 if inherits(apex) => return Err(SignatureError::Inherited),
            Name::Inclusive11 => Canonicalization::Inclusive,
        };
        let mut out = Vec::with_capacity(USUAL);
        canonicalize(apex, form, comments, without, &mut out);
        Ok(out)
    }
}

/// The canonicalization that follows `enveloped-signature`, and nothing else (SAML core §5.4.4).
pub fn transforms<'d>(transforms: Element<'d>, deviations: Deviations) -> Result<Method<'d>, SignatureError> {
    let mut each = transforms.elements();
    let (first, second) = (each.next(), each.next());
    for transform in first.into_iter().chain(second) {
        if !transform.is(XMLDSIG, "Transform") {
            return Err(SignatureError::Unexpected);
        }
    }
    if each.next().is_some() {
        return Err(SignatureError::TooManyTransforms);
    }
    let enveloped = first.ok_or(SignatureError::NotEnveloped)?;
    match algorithm(enveloped)? {
        ENVELOPED => {}
        uri if named(uri).is_some() => return Err(SignatureError::NotEnveloped),
        uri => return Err(SignatureError::Canonicalization { found: excerpt(uri) }),
    }
    if enveloped.elements().next().is_some() {
        return Err(SignatureError::Unexpected);
    }
    Method::read(second.ok_or(SignatureError::NotCanonicalized)?, deviations)
}

/// The identifier of the algorithm that a method names.
pub fn algorithm(method: Element<'_>) -> Result<&str, SignatureError> {
    method.attribute("Algorithm").ok_or(SignatureError::AlgorithmMissing)
}

fn named(uri: &str) -> Option<(Name, Visibility)> {
    Some(match uri {
        EXCLUSIVE => (Name::Exclusive, Visibility::WithoutComments),
        "http://www.w3.org/2001/10/xml-exc-c14n#WithComments" => (Name::Exclusive, Visibility::WithComments),
        // Canonical XML 1.0 and 1.1.
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" => (Name::Inclusive10, Visibility::WithoutComments),
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments" => {
            (Name::Inclusive10, Visibility::WithComments)
        }
        "http://www.w3.org/2006/12/xml-c14n11" => (Name::Inclusive11, Visibility::WithoutComments),
        "http://www.w3.org/2006/12/xml-c14n11#WithComments" => (Name::Inclusive11, Visibility::WithComments),
        _ => return None,
    })
}

/// Exclusive XML Canonicalization 1.0 §4: `InclusiveNamespaces`, at most once, is all that may be in the method.
fn prefixes<'d>(method: Element<'d>, name: Name) -> Result<Vec<&'d str>, SignatureError> {
    let mut within = method.elements();
    let Some(list) = within.next() else { return Ok(Vec::new()) };
    let is_alone = within.next().is_none() && list.elements().next().is_none();
    if name != Name::Exclusive || !list.is(EXCLUSIVE, "InclusiveNamespaces") || !is_alone {
        return Err(SignatureError::Unexpected);
    }
    let listed = list.attribute("PrefixList").ok_or(SignatureError::Unexpected)?;
    let most = Limits::MESSAGE.namespaces;
    let prefixes: Vec<&str> = listed
        .split(is_white_space)
        .filter(|prefix| !prefix.is_empty())
        .take(most.saturating_add(1))
        .collect();
    if prefixes.len() > most { Err(SignatureError::TooManyPrefixes) } else { Ok(prefixes) }
}

/// Whether an `xml:id` or `xml:base` stands above the element. The prefix `xml` is never bound to anything else.
fn inherits(apex: Element<'_>) -> bool {
    let mut above = apex.ancestors().flat_map(Element::attributes);
    above.any(|attribute| attribute.prefix == "xml" && matches!(attribute.local, "id" | "base"))
}
