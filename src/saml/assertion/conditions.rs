//! When and under which conditions an assertion holds.

use super::AssertionError;
use super::value;
use crate::saml::excerpt::excerpt;
use crate::saml::names::ASSERTION;
use crate::saml::peer::Peer;
use crate::saml::signature::SignedElement;
use crate::value::Timestamp;

/// The conditions of an assertion, whose times hold now.
pub struct Conditions<'d> {
    /// From when on it does not hold any more; nothing where that is not limited.
    pub ends: Option<Timestamp>,
    pub(super) element: SignedElement<'d>,
}

impl<'d> Conditions<'d> {
    /// SAML core §2.5.1.2: `NotBefore` and `NotOnOrAfter` are optional each, and the one is before the other.
    pub fn check(
        assertion: SignedElement<'d>,
        peer: &Peer<'_>,
        now: Timestamp,
    ) -> Result<Self, AssertionError> {
        let skew = peer.clock_skew.get();
        let element =
            value::at_most_one(assertion, "Conditions")?.ok_or(AssertionError::ConditionsMissing)?;
        let instant = |name| value::instant(element.attribute(name), name, peer.deviations);
        let (begins, ends) = (instant("NotBefore")?, instant("NotOnOrAfter")?);
        if let (Some(begins), Some(ends)) = (begins, ends)
            && begins >= ends
        {
            return Err(AssertionError::TimesReversed { begins, ends });
        }
        if let Some(begins) = begins.filter(|begins| *begins > now.plus(skew)) {
            return Err(AssertionError::Early { begins, now });
        }
        if let Some(ends) = ends.filter(|ends| now.minus(skew) >= *ends) {
            return Err(AssertionError::Late { ends, now });
        }
        Ok(Self { ends, element })
    }

    /// SAML core §2.5.1: a condition that is not understood makes the assertion indeterminate, so it is refused.
    ///
    /// `OneTimeUse` is met by each assertion being accepted once (SA-11), `ProxyRestriction` by issuing none on
    /// its ground; each is there at most once (SAML core §2.5.1.5, §2.5.1.6).
    pub fn check_known(&self) -> Result<(), AssertionError> {
        let is_known = |condition: &SignedElement<'_>| {
            condition.namespace() == ASSERTION
                && matches!(condition.local(), "AudienceRestriction" | "OneTimeUse" | "ProxyRestriction")
        };
        if let Some(unknown) = self.element.elements().find(|condition| !is_known(condition)) {
            return Err(AssertionError::ConditionUnknown { found: excerpt(unknown.local()) });
        }
        value::at_most_one(self.element, "OneTimeUse")?;
        value::at_most_one(self.element, "ProxyRestriction")?;
        Ok(())
    }
}
