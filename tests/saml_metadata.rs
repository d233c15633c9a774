//! Metadata: what is read of identity providers, and what this service says of itself (SA-02, SA-03, SA-07, SA-15).
//!
//! Most documents come from `tests/saml/fixtures`, whose manifest says what each of them is.
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

mod saml_book;
mod saml_peer;

use grantor::Timestamp;
use grantor::saml::binding::SendError;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::metadata::Endpoint;
use grantor::saml::metadata::MetadataError;
use grantor::saml::metadata::ProviderMetadata;
use grantor::saml::metadata::read;
use grantor::saml::metadata::write;
use grantor::saml::signature::Trust;
use grantor::saml::signature::verify;
use grantor::saml::xml::Document;
use grantor::saml::xml::Element;
use grantor::saml::xml::Limits;
use grantor::value::Binding;
use grantor::value::Certificate;
use grantor::value::Deviations;
use grantor::value::NameIdFormat;
use proptest::prelude::*;

use saml_book::Fixture;
use saml_book::NOW;
use saml_book::certificates;
use saml_book::file;
use saml_book::fixtures;
use saml_peer::Fake;
use saml_peer::IDP;
use saml_peer::SP;
use saml_peer::certificate;
use saml_peer::entity;
use saml_peer::id;
use saml_peer::service;
use saml_peer::signer;

fn metadata() -> impl Iterator<Item = Fixture> {
    fixtures().into_iter().filter(|fixture| fixture.is("kind", "metadata"))
}

/// Reads it as an administrator would who pins the signer where there is one.
fn import(fixture: &Fixture) -> Result<ProviderMetadata, MetadataError> {
    let is_signed = !fixture.field("signed").as_array().unwrap().is_empty();
    let trust = Trust { certificates: &fixture.certificates, deviations: Deviations::NONE, verifier: &AwsLc };
    // Where a document is about many, it is said which one is meant.
    let which = fixture.name.contains("aggregate").then(|| entity(IDP));
    read(&fixture.bytes, which.as_ref(), is_signed.then_some(&trust), NOW)
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes, None, None, NOW).map_or_else(|error| error.code(), |_| "read")
}

/// The role of the identity provider, found without reading any XML.
fn role(text: &str) -> &str {
    let (_, entity) = text.split_once(&format!("entityID=\"{IDP}\"")).unwrap();
    let (_, role) = entity.split_once("IDPSSODescriptor ").unwrap();
    role.split_once("IDPSSODescriptor>").unwrap().0
}

/// What stands in the tags of this name: binding, location, and another location for answers.
fn tags(role: &str, service: &str) -> Vec<(Binding, String, Option<String>)> {
    let value = |tag: &str, name: &str| {
        let (_, after) = tag.split_once(&format!(" {name}=\""))?;
        Some(after.split_once('"').unwrap().0.to_owned())
    };
    let before = format!("{service} ");
    let parts = role.split(&before).skip(1);
    let tags = parts.map(|part| format!(" {}", part.split_once('>').unwrap().0));
    tags.filter_map(|tag| {
        let binding = Binding::of_uri(&value(&tag, "Binding").unwrap())?;
        Some((binding, value(&tag, "Location").unwrap(), value(&tag, "ResponseLocation")))
    })
    .collect()
}

fn plain(endpoints: &[Endpoint]) -> Vec<(Binding, String, Option<String>)> {
    endpoints
        .iter()
        .map(|endpoint| {
            let answers = endpoint.response_location.as_ref().map(ToString::to_string);
            (endpoint.binding, endpoint.location.to_string(), answers)
        })
        .collect()
}

/// The certificates in the keys for signing, in Base64 without white space, each once.
fn certificate_texts(role: &str) -> Vec<String> {
    let mut found = Vec::new();
    for key in role.split("KeyDescriptor").filter(|key| key.contains("X509Certificate")) {
        if key.starts_with(" use=\"encryption\"") {
            continue;
        }
        for part in key.split("X509Certificate>").skip(1).step_by(2) {
            let text = part.rsplit_once("</").unwrap().0.replace("&#13;", "");
            let lines = text.lines().filter(|line| !line.starts_with("-----"));
            let text: String = lines.flat_map(str::chars).filter(|found| !found.is_whitespace()).collect();
            if !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// SA-02: what is imported is what the document says.
#[test]
fn sa_02_what_providers_publish_is_read() {
    let accepted: Vec<Fixture> = metadata().filter(|fixture| fixture.is("expected", "accepted")).collect();
    assert_eq!(accepted.len(), 27);
    for fixture in accepted {
        let name = &fixture.name;
        let read = import(&fixture).unwrap_or_else(|error| panic!("{name}: {error}"));
        let role = role(fixture.text());
        assert_eq!(read.entity_id.as_str(), IDP, "{name}");
        assert_eq!(plain(&read.sso), tags(role, "SingleSignOnService"), "{name}");
        assert_eq!(plain(&read.slo), tags(role, "SingleLogoutService"), "{name}");
        let texts: Vec<String> = read.certificates.iter().cloned().map(String::from).collect();
        assert!(!texts.is_empty());
        assert_eq!(texts, certificate_texts(role), "{name}");
        let formats = NameIdFormat::ALL.into_iter().filter(|format| role.contains(format.uri()));
        assert_eq!(read.name_id_formats.len(), formats.clone().count(), "{name}");
        assert!(formats.into_iter().all(|format| read.name_id_formats.contains(&format)), "{name}");
        assert_eq!(
            read.want_authn_requests_signed,
            role.contains("WantAuthnRequestsSigned=\"true\""),
            "{name}"
        );
        // 2036-11-25T12:00:00Z in all of them.
        let until = fixture.text().contains("validUntil").then_some(Timestamp::from_unix(2_111_227_200));
        assert_eq!(read.valid_until, until, "{name}");
        let cached = fixture.text().contains("cacheDuration").then_some(86_400);
        assert_eq!(read.cache_duration, cached, "{name}");
    }
}

/// SA-02, SA-03: the certificates are those that the manifest names.
#[test]
fn sa_03_every_certificate_that_may_sign_is_read_once() {
    for (name, keys) in [
        ("simple", &["idp-rsa-2048"][..]),
        ("one_certificate_twice", &["idp-rsa-2048"]),
        ("key_without_use", &["idp-rsa-2048"]),
        ("encryption_key_beside", &["idp-rsa-2048"]),
        ("certificate_of_windows", &["idp-rsa-2048"]),
        ("certificate_in_pem", &["idp-rsa-2048"]),
        ("signed_by_federation", &["idp-rsa-2048"]),
        ("several_certificates", &["idp-rsa-2048", "idp-rsa-2048-next"]),
        ("several_x509_data", &["idp-rsa-2048", "idp-p256"]),
        ("ec_certificates", &["idp-p256", "idp-p384"]),
        ("entra", &["idp-rsa-2048", "idp-rsa-2048-next"]),
    ] {
        let document = file(&format!("fixtures/metadata/{name}.xml"));
        let read = read(document.as_bytes(), None, None, NOW).unwrap();
        assert_eq!(read.certificates, certificates(keys), "{name}");
    }
}

/// What is refused, by the code that names why.
const REFUSED: &[(&str, &[&str])] = &[
    ("certificate.encoding", &["certificate_no_base64"]),
    ("certificate.expired", &["certificate_expired"]),
    ("certificate.key.weak", &["certificate_rsa_1024"]),
    ("certificate.not.yet.valid", &["certificate_not_yet_valid"]),
    ("certificate.structure", &["certificate_cut", "certificate_empty"]),
    ("saml.metadata.entity.id", &["entity_id_empty", "entity_id_long"]),
    ("saml.metadata.entity.id.missing", &["entity_id_missing"]),
    ("saml.metadata.expired", &["valid_until_past", "valid_until_past_of_aggregate"]),
    (
        "saml.metadata.location",
        &[
            "location_data",
            "location_empty",
            "location_javascript",
            "location_plain_http",
            "location_relative",
        ],
    ),
    ("saml.metadata.no.identity.provider", &["no_role"]),
    ("saml.metadata.no.signing.key", &["encryption_keys_alone", "no_keys"]),
    ("saml.metadata.no.single.sign.on", &["no_sso", "sso_soap_alone"]),
    ("saml.metadata.not.found", &["aggregate_empty", "aggregate_without_ours"]),
    ("saml.metadata.openid.connect", &["oidc"]),
    ("saml.metadata.protocol", &["saml_1_1_alone"]),
    ("saml.metadata.repeated", &["aggregate_twice"]),
    ("saml.metadata.root", &["html", "root_of_another_namespace", "root_response"]),
    ("saml.metadata.service.provider", &["service_provider"]),
    ("saml.metadata.too.many.certificates", &["certificates_six"]),
    ("saml.metadata.valid.until", &["valid_until_no_time"]),
    ("saml.metadata.ws.federation", &["ws_federation_alone"]),
    ("saml.signature.changed", &["signature_wrong"]),
    ("saml.signature.untrusted", &["signed_by_another"]),
    ("saml.xml.document.type", &["doctype", "entity_external"]),
    ("saml.xml.root", &["not_closed"]),
];

/// SA-02, SA-03, SA-15, threat 46, threat 51: each thing that is wrong has its own name.
#[test]
fn sa_02_what_is_wrong_is_named() {
    let mut refused = 0;
    for fixture in metadata().filter(|fixture| !fixture.is("expected", "accepted")) {
        let error = import(&fixture).expect_err(&fixture.name);
        let short = fixture.name.strip_prefix("metadata/refused_").unwrap();
        let expected = REFUSED.iter().find(|(_, names)| names.contains(&short)).map(|(code, _)| *code);
        assert_eq!(Some(error.code()), expected, "{}: {error}", fixture.name);
        assert!(!error.remedy().is_empty());
        refused += 1;
    }
    assert_eq!(refused, REFUSED.iter().map(|(_, names)| names.len()).sum::<usize>());
}

/// A document with this in its role, beside an address for logins.
fn document(keys: &str, rest: &str) -> String {
    format!(
        r##"<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="{IDP}"><md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{keys}{rest}<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>"##
    )
}

/// A key for signing in a certificate of this name.
fn key(name: &str) -> String {
    let certificate = String::from(certificate(name));
    format!(
        "<md:KeyDescriptor use=\"signing\"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>{certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
    )
}

/// A document of these, without their own XML declarations.
fn aggregate(entities: &[&str]) -> String {
    format!(
        "<md:EntitiesDescriptor xmlns:md=\"urn:oasis:names:tc:SAML:2.0:metadata\">{}</md:EntitiesDescriptor>",
        entities.concat()
    )
}

/// SA-02: what no fixture has wrong is named as well, and right beside it is read.
#[test]
fn sa_02_every_other_thing_that_is_wrong_is_named() {
    let key = key("idp-rsa-2048");
    let whole = document(&key, "");
    assert_eq!(code(whole.as_bytes()), "read");
    let changed = |from: &str, to: &str| {
        let text = whole.replace(from, to);
        assert_ne!(text, whole, "{from}");
        text
    };
    let role_end = "</md:IDPSSODescriptor>";
    let (role_start, _) = whole.split_once(role_end).unwrap();
    let (_, role) = role_start.split_once("<md:IDPSSODescriptor").unwrap();
    let second_role = format!("{role_end}<md:IDPSSODescriptor{role}{role_end}");
    let certificate = "<ds:X509Certificate>";
    for (expected, text) in [
        ("saml.metadata.several", aggregate(&[&whole, &whole.replace(IDP, "urn:other")])),
        ("saml.metadata.several", aggregate(&[&aggregate(&[&whole]), &whole])),
        ("saml.metadata.no.identity.provider", aggregate(&[])),
        ("saml.metadata.several.roles", changed(role_end, &second_role)),
        ("saml.metadata.location.missing", changed(" Location=", " Location1=")),
        ("saml.metadata.location", changed("Location=", "ResponseLocation=\"javascript:x\" Location=")),
        ("saml.metadata.location", changed("https://idp.example.com/sso", "https://idp.example.com/*")),
        ("saml.metadata.key.use", changed("use=\"signing\"", "use=\"Signing\"")),
        ("saml.metadata.key.use", changed("use=\"signing\"", "use=\"\"")),
        ("saml.metadata.key.without.certificate", changed("X509Data>", "KeyValue>")),
        ("saml.metadata.key.without.certificate", changed("X509Certificate>", "X509SKI>")),
        ("saml.metadata.certificate.text", changed(certificate, "<ds:X509Certificate><!-- a -->")),
        (
            "saml.metadata.certificate.chain",
            changed(certificate, "<ds:X509Certificate>AA==</ds:X509Certificate><ds:X509Certificate>"),
        ),
        ("saml.metadata.cache.duration", changed(" entityID=", " cacheDuration=\"1 day\" entityID=")),
        ("saml.metadata.cache.duration", changed(" entityID=", " cacheDuration=\"-P1D\" entityID=")),
        (
            "saml.metadata.want.signed",
            changed(" protocolSupport", " WantAuthnRequestsSigned=\"yes\" protocolSupport"),
        ),
        ("saml.metadata.entity.id", changed(IDP, &format!("{IDP} "))),
        ("saml.metadata.protocol", changed(" protocolSupportEnumeration=", " protocolSupport=")),
        (
            "saml.metadata.protocol",
            changed("urn:oasis:names:tc:SAML:2.0:protocol", "urn:oasis:names:tc:SAML:2.0:protocolx"),
        ),
        (
            "saml.metadata.valid.until",
            changed(" entityID=", " validUntil=\"2036-11-25T12:00:00+01:00\" entityID="),
        ),
        ("saml.xml.root", format!("{whole}{whole}")),
        ("saml.xml.limit", " ".repeat(4_194_305)),
        ("saml.xml.root", String::new()),
        ("saml.xml.root", "{}".to_owned()),
    ] {
        assert_eq!(code(text.as_bytes()), expected, "{text:.2000}");
    }
}

/// SA-15: other protocols are refused by their names.
#[test]
fn sa_15_other_protocols_are_refused_by_name() {
    let discovery = br#"  { "jwks_uri" : "https://idp.example.com/keys" }"#;
    let oidc = read(discovery, None, None, NOW).unwrap_err();
    assert!(oidc.to_string().contains("OpenID Connect"));
    let federation = file("fixtures/metadata/refused_ws_federation_alone.xml");
    let federation = read(federation.as_bytes(), None, None, NOW).unwrap_err();
    assert!(federation.to_string().contains("WS-Federation"));
    let old = file("fixtures/metadata/simple.xml").replace("SAML:2.0:protocol", "SAML:1.1:protocol");
    let old = read(old.as_bytes(), None, None, NOW).unwrap_err();
    assert!(old.to_string().contains("urn:oasis:names:tc:SAML:1.1:protocol"), "{old}");
    for error in [oidc, federation, old] {
        assert!(error.remedy().contains("SAML 2.0"));
    }
}

/// SA-03: during a rollover some certificate is over or to come; login needs one that is valid.
#[test]
fn sa_03_one_certificate_that_is_valid_now_is_enough() {
    let good = key("idp-rsa-2048");
    for other in ["idp-rsa-2048-expired", "idp-rsa-2048-not-yet-valid"] {
        let other_key = key(other);
        for (keys, names) in [
            ([good.as_str(), &other_key].concat(), ["idp-rsa-2048", other]),
            ([other_key.as_str(), &good].concat(), [other, "idp-rsa-2048"]),
        ] {
            let read = read(document(&keys, "").as_bytes(), None, None, NOW).unwrap();
            assert_eq!(read.certificates, certificates(&names));
        }
        assert!(code(document(&other_key, "").as_bytes()).starts_with("certificate."), "{other}");
    }
    let none = [key("idp-rsa-2048-not-yet-valid"), key("idp-rsa-2048-expired")].concat();
    assert_eq!(code(document(&none, "").as_bytes()), "certificate.not.yet.valid");
}

/// SA-03: a weak key or an unreadable certificate is not passed over for a good one.
#[test]
fn sa_03_no_certificate_is_left_out() {
    let good = key("idp-rsa-2048");
    for bad in [key("idp-rsa-1024"), good.replace("MIIC", "MIID")] {
        for keys in [[good.as_str(), &bad].concat(), [bad.as_str(), &good].concat()] {
            assert!(code(document(&keys, "").as_bytes()).starts_with("certificate."));
        }
    }
}

/// SA-02: the earliest end of the document, of what is around the provider and of its role holds, to the second.
#[test]
fn sa_02_metadata_is_over_at_its_earliest_end() {
    let whole = document(&key("idp-rsa-2048"), "");
    let end = |element: &str, at: Timestamp| format!("<md:{element} validUntil=\"{at}\"");
    let (near, far) = (NOW.plus(1), NOW.plus(1_000));
    for (outer, inner, role) in [(near, far, far), (far, near, far), (far, far, near)] {
        let text = aggregate(&[&whole])
            .replace("<md:EntitiesDescriptor", &end("EntitiesDescriptor", outer))
            .replace("<md:EntityDescriptor", &end("EntityDescriptor", inner))
            .replace("<md:IDPSSODescriptor", &end("IDPSSODescriptor", role));
        assert_eq!(read(text.as_bytes(), None, None, NOW).unwrap().valid_until, Some(near));
        let over = read(text.as_bytes(), None, None, near).unwrap_err();
        assert_eq!(over, MetadataError::Expired { valid_until: near });
    }
}

/// SA-02, threat 46: a pinned signer signs the document as a whole, or nothing is read.
#[test]
fn threat_46_a_pinned_signer_must_have_signed_the_root() {
    let pinned = certificates(&["idp-rsa-2048"]);
    let trust = Trust { certificates: &pinned, deviations: Deviations::NONE, verifier: &AwsLc };
    let read = |text: &str| read(text.as_bytes(), None, Some(&trust), NOW).map_err(|error| error.code());
    let signed = file("fixtures/metadata/adfs.xml");
    assert!(read(&signed).is_ok());
    assert!(read(&file("fixtures/metadata/aggregate_signed.xml")).is_err(), "two providers");
    assert_eq!(read(&file("fixtures/metadata/simple.xml")), Err("saml.signature.unsigned"));
    assert_eq!(read(&aggregate(&[&signed])), Err("saml.signature.unsigned"));
    assert_eq!(read(&signed.replacen("/sso", "/ssp", 1)), Err("saml.signature.changed"));
    let federation = file("fixtures/metadata/signed_by_federation.xml");
    assert_eq!(read(&federation), Err("saml.signature.value.length"), "not by the key that is pinned");
}

/// SA-07: the document says what the host says, in the order of the schema, and is well-formed.
#[test]
fn sa_07_this_service_describes_itself() {
    let mut provider = service();
    provider.signing_certificates = certificates(&["sp-rsa-2048", "idp-rsa-2048-next"]);
    provider.encryption_certificates = certificates(&["sp-rsa-2048"]);
    let text = write(&provider, None).unwrap();
    let parsed = Document::parse(&text, Limits::METADATA).unwrap();
    let root = parsed.root();
    assert_eq!((root.local(), root.attribute("entityID")), ("EntityDescriptor", Some(SP)));
    let role = root.elements().next().unwrap();
    assert_eq!(role.attribute("protocolSupportEnumeration"), Some("urn:oasis:names:tc:SAML:2.0:protocol"));
    // By default requests are not signed, whatever certificates there are: who is promised signed ones takes no others.
    assert_eq!(role.attribute("AuthnRequestsSigned"), Some("false"));
    assert_eq!(role.attribute("WantAssertionsSigned"), Some("true"));
    let names: Vec<&str> = role.elements().map(Element::local).collect();
    let expected = [
        "KeyDescriptor",
        "KeyDescriptor",
        "KeyDescriptor",
        "SingleLogoutService",
        "SingleLogoutService",
        "NameIDFormat",
        "AssertionConsumerService",
    ];
    assert_eq!(names, expected);
    let uses: Vec<_> = role.elements().filter_map(|element| element.attribute("use")).collect();
    assert_eq!(uses, ["signing", "signing", "encryption"]);
    let texts: Vec<_> = parsed
        .elements()
        .filter(|element| element.local() == "X509Certificate")
        .map(|element| Certificate::read(element.text().unwrap().as_bytes()).unwrap())
        .collect();
    assert_eq!(texts, certificates(&["sp-rsa-2048", "idp-rsa-2048-next", "sp-rsa-2048"]));
    let acs = role.elements().last().unwrap();
    assert_eq!(acs.attribute("Location"), Some(saml_peer::ACS));
    assert_eq!(acs.attribute("Binding"), Some(Binding::Post.uri()));
    assert_eq!((acs.attribute("index"), acs.attribute("isDefault")), (Some("0"), Some("true")));
    // It is not taken for an identity provider.
    assert_eq!(code(&text), "saml.metadata.service.provider");
}

/// SA-07: what the host leaves out is left out.
#[test]
fn sa_07_without_keys_and_logout_nothing_is_said_of_them() {
    let mut provider = service();
    provider.logout = None;
    let text = String::from_utf8(write(&provider, None).unwrap()).unwrap();
    assert!(text.contains("AuthnRequestsSigned=\"false\""));
    assert!(!text.contains("KeyDescriptor") && !text.contains("SingleLogoutService"));
}

/// SA-07: a name with markup in it stays a name.
#[test]
fn sa_07_names_are_escaped() {
    let hostile = "urn:a\"><x&amp;y='<!--]]>";
    let mut provider = service();
    provider.entity_id = entity(hostile);
    let text = write(&provider, None).unwrap();
    let parsed = Document::parse(&text, Limits::METADATA).unwrap();
    assert_eq!(parsed.root().attribute("entityID"), Some(hostile));
    provider.entity_id = entity("urn:a\u{ffff}");
    assert_eq!(write(&provider, None).map_err(SendError::code), Err("saml.send.character"));
}

/// SA-07: the signature is one that is asked of others, whatever the key.
#[test]
fn sa_07_the_document_is_signed_where_there_is_a_key() {
    let id = id();
    for name in ["sp-rsa-2048", "idp-p256", "idp-p384", "idp-rsa-4096"] {
        let text = write(&service(), Some((&id, &signer(name)))).unwrap();
        let parsed = Document::parse(&text, Limits::METADATA).unwrap();
        let keys = certificates(&[name]);
        let trust = Trust { certificates: &keys, deviations: Deviations::NONE, verifier: &AwsLc };
        let signed = verify(parsed.root(), &trust, NOW).unwrap();
        assert_eq!(signed.attribute("ID"), Some(id.as_str()), "{name}");
    }
    let broken = Fake(SignatureAlgorithm::RsaSha256);
    assert_eq!(write(&service(), Some((&id, &broken))).map_err(SendError::code), Err("saml.send.signer"));
    let old = Fake(SignatureAlgorithm::RsaSha1);
    assert_eq!(write(&service(), Some((&id, &old))).map_err(SendError::code), Err("saml.send.sha1"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// SA-02, threat 47: what a signed document says does not change with any byte of it.
    #[test]
    fn threat_47_a_changed_byte_is_refused_or_means_the_same(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let whole = file("fixtures/metadata/adfs.xml").into_bytes();
        let pinned = certificates(&["idp-rsa-2048"]);
        let trust = Trust { certificates: &pinned, deviations: Deviations::NONE, verifier: &AwsLc };
        let expected = read(&whole, None, Some(&trust), NOW).unwrap();
        let mut changed = whole.clone();
        changed[at.index(whole.len())] = byte;
        if let Ok(found) = read(&changed, None, Some(&trust), NOW) {
            prop_assert_eq!(found, expected);
        }
    }

    /// threat 45, threat 51: any bytes end in an error with a name.
    #[test]
    fn threat_45_no_document_panics(at in any::<prop::sample::Index>(), cut in any::<prop::sample::Index>(), with in "[<>&\"'/= a-zA-Z:#;\\PC]{0,6}") {
        let whole = file("fixtures/metadata/several_x509_data.xml");
        let (from, to) = (at.index(whole.len()), cut.index(64));
        let end = (from + to).min(whole.len());
        let changed = [&whole.as_bytes()[..from], with.as_bytes(), &whole.as_bytes()[end..]].concat();
        if let Err(error) = read(&changed, None, None, NOW) {
            prop_assert!(!error.code().is_empty() && !error.to_string().is_empty());
        }
    }
}
