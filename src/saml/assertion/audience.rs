//! Whom an assertion is for.

use super::AssertionError;
use super::Conditions;
use super::value;
use crate::saml::excerpt::excerpt;
use crate::saml::xml::is_white_space;

/// SAML core §2.5.1.4: of the audiences of one restriction any will do, and each restriction must be met.
pub fn check_audience(conditions: &Conditions<'_>, expected: &str) -> Result<(), AssertionError> {
    let mut restrictions = value::all(conditions.element, "AudienceRestriction").peekable();
    if restrictions.peek().is_none() {
        return Err(AssertionError::AudienceMissing);
    }
    for restriction in restrictions {
        let mut first = None;
        let mut is_met = false;
        for audience in value::all(restriction, "Audience") {
            // XML Schema part 2 §3.2.17: white space around an `xs:anyURI` is no part of it.
            let audience = value::text(audience.text(), "Audience")?.trim_matches(is_white_space);
            is_met |= audience == expected;
            first = first.or(Some(audience));
        }
        if !is_met {
            let found = excerpt(first.unwrap_or_default());
            return Err(AssertionError::Audience { expected: excerpt(expected), found });
        }
    }
    Ok(())
}
