//! What is read of a login (SA-12).

use crate::facts::base;
use crate::facts::changed;
use crate::facts::judged;
use grantor::saml::assertion::AttributeValue;
use grantor::saml::assertion::IdentityError;
use grantor::saml::response::Check;
use grantor::saml::response::VerifiedAssertion;
use grantor::value::NameIdFormat;

const NAME: &str = "<saml:NameID>maria@example.com</saml:NameID>";
const EMAIL: &str = "<saml:AttributeValue>maria@example.com</saml:AttributeValue>";
const ATTRIBUTE: &str = "<saml:Attribute Name=\"email\"><saml:AttributeValue>maria@example.com</saml:AttributeValue></saml:Attribute>";

#[track_caller]
fn accepted(text: &str) -> VerifiedAssertion {
    judged(text).unwrap_or_else(|refusal| panic!("{refusal}"))
}

/// SA-12: everything that the assertion says is told as it says it.
#[test]
fn sa_12_what_is_signed_is_what_is_read() {
    let name = "<saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\" NameQualifier=\"q\" SPNameQualifier=\"s\"> 42 </saml:NameID>";
    let text = changed(&base(), NAME, name);
    let text = changed(&text, " SessionIndex", " SessionNotOnOrAfter=\"2026-11-25T20:00:00Z\" SessionIndex");
    let earlier = "</saml:AuthnStatement><saml:AuthnStatement AuthnInstant=\"2026-11-25T12:00:01Z\" \
        SessionNotOnOrAfter=\"2026-11-25T18:00:00Z\"><saml:AuthnContext/></saml:AuthnStatement>";
    let found = accepted(&changed(&text, "</saml:AuthnStatement>", earlier));
    assert_eq!(found.id(), "_7c950d234d2a2ee7cba0");
    assert_eq!(found.issuer().as_str(), "https://idp.example.com/metadata");
    let name = found.name_id().unwrap();
    assert_eq!((name.value.as_str(), name.known_format()), (" 42 ", Some(NameIdFormat::Persistent)));
    assert_eq!((name.name_qualifier.as_deref(), name.sp_name_qualifier.as_deref()), (Some("q"), Some("s")));
    assert_eq!(found.authn_instant().to_string(), "2026-11-25T12:00:00Z");
    assert_eq!(found.session_index(), Some("_session-0123456789abcdef"));
    assert_eq!(
        found.session_not_on_or_after().unwrap().to_string(),
        "2026-11-25T18:00:00Z",
        "the earliest end"
    );
    assert_eq!(found.authn_context(), Some("urn:oasis:names:tc:SAML:2.0:ac:classes:X509"));
    assert_eq!((found.certificate(), found.is_encrypted()), (0, false));
    assert_eq!(found.passed().last(), Some(&Check::Attributes));
    assert_eq!(found.organization_name(), Ok(Some("acme")));
}

/// SA-09: attributes are told in order, twice where they are stated twice, whatever their values are.
#[test]
fn sa_09_attributes_are_told_as_they_are_stated() {
    let stated = "<saml:AttributeValue xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:nil=\"true\"/>\
        <saml:AttributeValue/><saml:AttributeValue><saml:NameID>x</saml:NameID></saml:AttributeValue>\
        <saml:AttributeValue> a &amp; b </saml:AttributeValue></saml:Attribute>\
        <saml:Attribute Name=\"groups\"/><saml:Attribute Name=\"groups\" NameFormat=\"f\" FriendlyName=\"n\"><saml:AttributeValue>c</saml:AttributeValue></saml:Attribute>";
    let attribute = format!("{ATTRIBUTE}<saml:Attribute Name=\"groups\">{stated}");
    let found = accepted(&changed(&base(), ATTRIBUTE, &attribute));
    let groups: Vec<_> = found.attributes().iter().filter(|attribute| attribute.name() == "groups").collect();
    assert_eq!(found.attributes().len(), 5);
    let text = |text: &str| AttributeValue::Text(text.to_owned());
    assert_eq!(
        groups[0].values(),
        [AttributeValue::Nil, text(""), AttributeValue::Elements, text(" a & b ")]
    );
    assert_eq!(groups[1].values(), []);
    assert_eq!(groups[2].values(), [text("c")]);
    assert_eq!((groups[2].name_format(), groups[2].friendly_name()), (Some("f"), Some("n")));
    assert_eq!(groups[0].texts().collect::<Vec<_>>(), ["", " a & b "]);
}

/// SA-12: the attribute `email` names the user, and else the name of the subject, if it is an address; nothing else
/// is guessed at.
#[test]
fn sa_12_the_user_is_found_by_one_email_address() {
    let value = |text: &str| format!("<saml:AttributeValue>{text}</saml:AttributeValue>");
    let malformed = |found: &str| Err(IdentityError::EmailMalformed { found: found.to_owned() });
    let second =
        format!("{ATTRIBUTE}<saml:Attribute Name=\"email\">{}</saml:Attribute>", value("admin@example.com"));
    let format = |uri: &str, name: &str| {
        format!("<saml:NameID Format=\"urn:oasis:names:tc:SAML:{uri}\">{name}</saml:NameID>")
    };
    let named = |name: &str| (ATTRIBUTE, "", name.to_owned());
    for ((found, by, name), expected) in [
        ((EMAIL, &*value("other@example.com"), NAME.to_owned()), Ok("other@example.com")),
        (
            (EMAIL, &*format!("{EMAIL}{}", value("MARIA@example.com")), NAME.to_owned()),
            Ok("maria@example.com"),
        ),
        (
            (EMAIL, &*format!("{EMAIL}{}", value("admin@example.com")), NAME.to_owned()),
            Err(IdentityError::EmailSeveral),
        ),
        ((ATTRIBUTE, &*second, NAME.to_owned()), Err(IdentityError::EmailSeveral)),
        ((EMAIL, "", NAME.to_owned()), malformed("")),
        ((EMAIL, &*value("<x/>"), NAME.to_owned()), malformed("")),
        ((EMAIL, &*value(""), NAME.to_owned()), malformed("")),
        ((EMAIL, &*value("maria"), NAME.to_owned()), malformed("maria")),
        ((EMAIL, &*value(" maria@example.com"), NAME.to_owned()), malformed(" maria@example.com")),
        (
            ("Name=\"email\"", "Name=\"Email\"", "<saml:NameID>x</saml:NameID>".to_owned()),
            Err(IdentityError::EmailMissing),
        ),
        (
            ("Name=\"email\"", "Name=\"x\" FriendlyName=\"email\"", String::new()),
            Err(IdentityError::EmailMissing),
        ),
        (named(NAME), Ok("maria@example.com")),
        (named("<saml:NameID>maria</saml:NameID>"), Err(IdentityError::EmailMissing)),
        (named(""), Err(IdentityError::EmailMissing)),
        (named(&format("1.1:nameid-format:emailAddress", "maria@example.com")), Ok("maria@example.com")),
        (named(&format("1.1:nameid-format:emailAddress", "maria")), malformed("maria")),
        (named(&format("1.1:nameid-format:unspecified", "maria@example.com")), Ok("maria@example.com")),
        (
            named(&format("2.0:nameid-format:persistent", "maria@example.com")),
            Err(IdentityError::EmailMissing),
        ),
        (
            named(&format("2.0:nameid-format:transient", "maria@example.com")),
            Err(IdentityError::EmailMissing),
        ),
        (named(&format("2.0:nameid-format:kerberos", "maria@example.com")), Err(IdentityError::EmailMissing)),
    ] {
        let text = changed(&changed(&base(), NAME, &name), found, by);
        let email = accepted(&text).email();
        assert_eq!(email.as_ref().map(|email| email.as_str()), expected.as_deref(), "{by} {name}");
        if let Err(error) = email {
            assert!(error.code().starts_with("saml.email.") && !error.remedy().is_empty());
        }
    }
}

/// The organization is named once, or not at all.
#[test]
fn sa_12_an_organization_is_named_once() {
    let stated = "<saml:AttributeValue>acme</saml:AttributeValue>";
    let other = format!("{stated}<saml:AttributeValue>other</saml:AttributeValue>");
    let found = |by: &str| {
        accepted(&changed(&base(), stated, by)).organization_name().map(|name| name.map(str::to_owned))
    };
    assert_eq!(found(&format!("{stated}{stated}")), Ok(Some("acme".to_owned())));
    assert_eq!(found(""), Ok(None));
    assert_eq!(found(&other), Err(IdentityError::OrganizationSeveral));
    assert_eq!(IdentityError::OrganizationSeveral.code(), "saml.organization.several");
}
