//! What this service sends: requests for login, by Redirect and by POST (SA-06), and how they are signed.
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

mod saml_book;
mod saml_peer;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::Timestamp;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::CspNonce;
use grantor::saml::binding::CspNonceError;
use grantor::saml::binding::Delivery;
use grantor::saml::binding::Form;
use grantor::saml::binding::MessageKind;
use grantor::saml::binding::Outgoing;
use grantor::saml::binding::QueryError;
use grantor::saml::binding::RelayState;
use grantor::saml::binding::SendError;
use grantor::saml::binding::VerifiedQuery;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::crypto::KeyNotTaken;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::SignatureVerifier;
use grantor::saml::crypto::Signer;
use grantor::saml::request::AuthnRequest;
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

use saml_book::NOW;
use saml_book::certificates;
use saml_peer::ACS;
use saml_peer::Fake;
use saml_peer::SP;
use saml_peer::SSO;
use saml_peer::address;
use saml_peer::certificate;
use saml_peer::entity;
use saml_peer::id;
use saml_peer::private_key;
use saml_peer::service;
use saml_peer::signer;

const KEYS: [(&str, SignatureAlgorithm); 4] = [
    ("sp-rsa-2048", SignatureAlgorithm::RsaSha256),
    ("idp-rsa-4096", SignatureAlgorithm::RsaSha256),
    ("idp-p256", SignatureAlgorithm::EcdsaSha256),
    ("idp-p384", SignatureAlgorithm::EcdsaSha384),
];

fn trust(certificates: &[Certificate]) -> Trust<'_> {
    Trust { certificates, deviations: Deviations::NONE, verifier: &AwsLc }
}

fn url(sent: Outgoing) -> String {
    match sent {
        Outgoing::Redirect(url) => url,
        Outgoing::Form(form) => panic!("{form:?}"),
    }
}

fn form(sent: Outgoing) -> Form {
    match sent {
        Outgoing::Form(form) => form,
        Outgoing::Redirect(url) => panic!("{url}"),
    }
}

fn request() -> AuthnRequest {
    AuthnRequest::new(id())
}

/// What is sent by POST to the usual address, not signed.
fn posted(request: &AuthnRequest, provider: &ServiceProvider) -> String {
    let sso = address(SSO);
    let form = form(request.send(provider, &Delivery::new(Binding::Post, &sso), NOW).unwrap());
    message(&form)
}

fn message(form: &Form) -> String {
    let (name, value) = form.fields().next().unwrap();
    assert_eq!(name, "SAMLRequest");
    String::from_utf8(STANDARD.decode(value).unwrap()).unwrap()
}

/// The parameters of a URL, decoded by a reader that is not ours.
fn parameters(url: &str) -> Vec<(String, String)> {
    let (_, query) = url.split_once('?').unwrap();
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), percent_decoded(value))).collect()
}

fn percent_decoded(text: &str) -> String {
    let mut parts = text.split('%');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(digits, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).unwrap()
}

fn inflated(message: &str) -> String {
    let deflated = STANDARD.decode(message).unwrap();
    String::from_utf8(miniz_oxide::inflate::decompress_to_vec(&deflated).unwrap()).unwrap()
}

/// SA-06: a fresh id, the time, both addresses, the binding of the answer, and who asks.
#[test]
fn sa_06_a_request_says_who_asks_whom_and_where_to_answer() {
    let text = posted(&request(), &service());
    let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
    let root = document.root();
    assert!(root.is("urn:oasis:names:tc:SAML:2.0:protocol", "AuthnRequest"));
    for (name, value) in [
        ("ID", id().as_str()),
        ("Version", "2.0"),
        ("IssueInstant", "2026-11-25T12:00:30Z"),
        ("Destination", SSO),
        ("AssertionConsumerServiceURL", ACS),
        ("ProtocolBinding", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"),
    ] {
        assert_eq!(root.attribute(name), Some(value), "{name}");
    }
    assert_eq!(root.attributes().len(), 6, "nothing else is asked for");
    let within: Vec<Element<'_>> = root.elements().collect();
    assert_eq!(within.len(), 1);
    assert!(within[0].is("urn:oasis:names:tc:SAML:2.0:assertion", "Issuer"));
    assert_eq!((within[0].text(), within[0].attributes().len()), (Ok(SP), 0));
}

/// SA-06: what is asked for beyond that.
#[test]
fn sa_06_a_request_may_ask_for_more() {
    let mut asking = request();
    asking.force_authn = true;
    asking.is_passive = true;
    for (format, create) in [
        (NameIdFormat::Unspecified, Some("true")),
        (NameIdFormat::EmailAddress, Some("true")),
        (NameIdFormat::Persistent, Some("true")),
        (NameIdFormat::Transient, None),
    ] {
        asking.name_id_format = Some(format);
        let text = posted(&asking, &service());
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        let root = document.root();
        assert_eq!((root.attribute("ForceAuthn"), root.attribute("IsPassive")), (Some("true"), Some("true")));
        let policy = root.elements().nth(1).unwrap();
        assert!(policy.is("urn:oasis:names:tc:SAML:2.0:protocol", "NameIDPolicy"));
        assert_eq!(
            (policy.attribute("Format"), policy.attribute("AllowCreate")),
            (Some(format.uri()), create)
        );
    }
}

/// SA-06: by Redirect the parameters are in the order that is signed, and hold what was meant.
#[test]
fn sa_06_a_redirect_holds_the_message_deflated() {
    let state = RelayState::new("a b&c=d+e%20\u{e9}").unwrap();
    let (sso, key) = (address(SSO), signer("sp-rsa-2048"));
    let mut delivery = Delivery::new(Binding::Redirect, &sso);
    for (relay_state, signed, expected) in [
        (None, false, &["SAMLRequest"][..]),
        (Some(&state), false, &["SAMLRequest", "RelayState"]),
        (None, true, &["SAMLRequest", "SigAlg", "Signature"]),
        (Some(&state), true, &["SAMLRequest", "RelayState", "SigAlg", "Signature"]),
    ] {
        delivery.relay_state = relay_state;
        delivery.signer = signed.then_some(&key);
        let url = url(request().send(&service(), &delivery, NOW).unwrap());
        assert!(url.starts_with("https://idp.example.com/sso?SAMLRequest="));
        let parameters = parameters(&url);
        assert_eq!(parameters.iter().map(|(name, _)| name).collect::<Vec<_>>(), expected);
        // SAML bindings §3.4.4.1: a signature in the query stands for one in the message.
        assert_eq!(inflated(&parameters[0].1), posted(&request(), &service()));
        if relay_state.is_some() {
            assert_eq!(parameters[1].1, state.as_str());
        }
    }
}

/// SA-06: an address that has a query keeps it.
#[test]
fn sa_06_an_address_with_a_query_keeps_it() {
    for (to, start) in [
        ("https://idp.example.com/sso", "https://idp.example.com/sso?SAMLRequest="),
        ("https://idp.example.com/sso?", "https://idp.example.com/sso?SAMLRequest="),
        ("https://idp.example.com/sso?idpid=C1", "https://idp.example.com/sso?idpid=C1&SAMLRequest="),
        ("https://idp.example.com/sso?idpid=C1&", "https://idp.example.com/sso?idpid=C1&SAMLRequest="),
    ] {
        let sso = address(to);
        let sent = request().send(&service(), &Delivery::new(Binding::Redirect, &sso), NOW).unwrap();
        let url = url(sent);
        assert!(url.starts_with(start), "{url}");
    }
}

/// SA-06: whoever holds our certificate verifies the octets of the query, by each kind of key.
#[test]
fn sa_06_a_redirect_is_signed_as_it_is_sent() {
    let (sso, state) = (address(SSO), RelayState::new("a b&c").unwrap());
    for (name, algorithm) in KEYS {
        let key = signer(name);
        assert_eq!(key.algorithm(), algorithm);
        let mut delivery = Delivery::new(Binding::Redirect, &sso);
        delivery.relay_state = Some(&state);
        delivery.signer = Some(&key);
        let url = url(request().send(&service(), &delivery, NOW).unwrap());
        let (_, query) = url.split_once('?').unwrap();

        let (octets, signature) = query.split_once("&Signature=").unwrap();
        let signature = STANDARD.decode(percent_decoded(signature)).unwrap();
        let public = certificate(name).public_key().clone();
        assert_eq!(AwsLc.verify(algorithm, &public, octets.as_bytes(), &signature), Ok(()), "{name}");

        let keys = certificates(&[name]);
        let read = VerifiedQuery::verify(query, MessageKind::Request, &trust(&keys), NOW).unwrap();
        assert_eq!(read.xml(), posted(&request(), &service()).as_bytes());
        assert_eq!(read.relay_state(), Some(&state));
        let other = certificates(&["other-rsa-2048"]);
        assert!(VerifiedQuery::verify(query, MessageKind::Request, &trust(&other), NOW).is_err());
    }
}

/// SA-06: by POST the signature stands in the message, right after the issuer, and is one that is asked of others.
#[test]
fn sa_06_a_form_is_signed_within() {
    let sso = address(SSO);
    let mut asking = request();
    asking.name_id_format = Some(NameIdFormat::Persistent);
    for (name, _) in KEYS {
        let key = signer(name);
        let mut delivery = Delivery::new(Binding::Post, &sso);
        delivery.signer = Some(&key);
        let text = message(&form(asking.send(&service(), &delivery, NOW).unwrap()));
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        let names: Vec<&str> = document.root().elements().map(Element::local).collect();
        assert_eq!(names, ["Issuer", "Signature", "NameIDPolicy"]);
        let keys = certificates(&[name]);
        let signed = verify(document.root(), &trust(&keys), NOW).unwrap();
        assert_eq!(signed.attribute("Destination"), Some(SSO), "{name}");
        let changed = text.replace(ACS, "https://evil.example/acs");
        let document = Document::parse(changed.as_bytes(), Limits::MESSAGE).unwrap();
        assert!(verify(document.root(), &trust(&keys), NOW).is_err(), "{name}");
    }
}

/// SA-06: the page sends itself only with the host's nonce, works without scripts, and holds no other markup.
#[test]
fn sa_06_the_page_holds_one_form() {
    let sso = address("https://idp.example.com/sso?a=1&b='2'");
    let state = RelayState::new("\"><script>alert(1)</script>'&").unwrap();
    let mut delivery = Delivery::new(Binding::Post, &sso);
    delivery.relay_state = Some(&state);
    let form = form(request().send(&service(), &delivery, NOW).unwrap());
    assert_eq!(form.action(), &sso);
    assert_eq!(form.fields().nth(1), Some(("RelayState", state.as_str())));

    let plain = form.page(None);
    let html = String::from_utf8(plain.html).unwrap();
    assert!(!html.contains("<script"), "{html}");
    assert!(html.contains("action=\"https://idp.example.com/sso?a=1&amp;b=&#39;2&#39;\""));
    assert!(html.contains("value=\"&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#39;&amp;\""));
    assert!(html.contains("<button type=\"submit\">"));
    assert_eq!(plain.content_security_policy, "default-src 'none'; base-uri 'none'; frame-ancestors 'none'");

    let nonce = CspNonce::new("MTIzNDU2Nzg5MDEyMzQ1Ng==").unwrap();
    let sending = form.page(Some(&nonce));
    let html = String::from_utf8(sending.html).unwrap();
    assert!(html.contains("<script nonce=\"MTIzNDU2Nzg5MDEyMzQ1Ng==\">document.forms[0].submit()</script>"));
    assert!(sending.content_security_policy.ends_with("; script-src 'nonce-MTIzNDU2Nzg5MDEyMzQ1Ng=='"));
}

/// SA-06: a nonce is no place for markup or for another policy.
#[test]
fn sa_06_a_nonce_is_base64_of_128_bits() {
    assert!(CspNonce::new(&"a".repeat(22)).is_ok());
    for text in ["", &"a".repeat(21), &"a".repeat(129), &format!("{}\"", "a".repeat(22)), &"=".repeat(30)] {
        assert_eq!(CspNonce::new(text), Err(CspNonceError), "{text}");
    }
    assert_eq!(CspNonce::new("aaaaaaaaaaaaaaaaaaaaaa'; script-src *"), Err(CspNonceError));
}

/// SA-06: what cannot be sent is named.
#[test]
fn sa_06_what_cannot_be_sent_is_named() {
    let sso = address(SSO);
    let (old, broken) = (Fake(SignatureAlgorithm::RsaSha1), Fake(SignatureAlgorithm::EcdsaSha256));
    for binding in [Binding::Redirect, Binding::Post] {
        let plain = Delivery::new(binding, &sso);
        let send = |request: &AuthnRequest, delivery: &Delivery<'_>, now| {
            request.send(&service(), delivery, now).map_err(|error| {
                assert!(!error.remedy().is_empty() && !error.to_string().is_empty());
                error.code()
            })
        };
        let mut wanted = request();
        wanted.must_be_signed = true;
        assert_eq!(send(&wanted, &plain, NOW), Err("saml.send.signer.missing"));
        let key = signer("sp-rsa-2048");
        assert!(send(&wanted, &Delivery { signer: Some(&key), ..plain }, NOW).is_ok());
        assert_eq!(send(&request(), &Delivery { signer: Some(&old), ..plain }, NOW), Err("saml.send.sha1"));
        assert_eq!(
            send(&request(), &Delivery { signer: Some(&broken), ..plain }, NOW),
            Err("saml.send.signer")
        );
        for now in [Timestamp::MAX, Timestamp::MIN, Timestamp::from_unix(253_402_300_800)] {
            assert_eq!(send(&request(), &plain, now), Err("saml.send.instant"));
        }
        assert!(send(&request(), &plain, Timestamp::from_unix(253_402_300_799)).is_ok());
        let mut strange = service();
        strange.entity_id = entity("urn:a\u{fffe}");
        assert_eq!(
            request().send(&strange, &plain, NOW).map_err(SendError::code),
            Err("saml.send.character")
        );
    }
}

/// SA-06: only keys that sign here are taken, and none is shown.
#[test]
fn sa_06_a_signer_keeps_its_key() {
    let der = private_key("sp-rsa-2048");
    let shown = format!("{:?}", signer("sp-rsa-2048"));
    assert_eq!(shown, "AwsLcSigner { algorithm: RsaSha256, .. }");
    for other in [private_key("idp-rsa-1024"), der[..der.len() - 1].to_vec(), Vec::new()] {
        assert_eq!(AwsLcSigner::from_pkcs8(&other).map(|_| ()), Err(KeyNotTaken));
    }
    let message = b"message";
    for (name, algorithm) in KEYS {
        let signature = signer(name).sign(message).unwrap();
        let key = certificate(name).public_key().clone();
        assert_eq!(signature.len(), key.signature_length(), "{name}");
        assert_eq!(AwsLc.verify(algorithm, &key, message, &signature), Ok(()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// SA-06, SA-07: whatever stands in the names, one element has it and nothing is added.
    #[test]
    fn sa_06_no_name_becomes_markup(name in "[!-~\u{a1}-\u{ff}]{1,40}", state in "[ -~\u{a1}-\u{ff}]{1,40}") {
        let mut provider = service();
        provider.entity_id = entity(&name);
        let (sso, key) = (address(SSO), signer("idp-p256"));
        let state = RelayState::new(&state);
        prop_assume!(state.is_ok());
        let state = state.unwrap();
        let mut delivery = Delivery::new(Binding::Post, &sso);
        delivery.relay_state = Some(&state);
        delivery.signer = Some(&key);
        let sent = form(request().send(&provider, &delivery, NOW).unwrap());
        let text = message(&sent);
        let document = Document::parse(text.as_bytes(), Limits::MESSAGE).unwrap();
        let issuer = document.root().elements().next().unwrap();
        prop_assert_eq!(issuer.text(), Ok(name.as_str()));
        let keys = certificates(&["idp-p256"]);
        prop_assert!(verify(document.root(), &trust(&keys), NOW).is_ok());
        let html = String::from_utf8(sent.page(None).html).unwrap();
        // `DOCTYPE`, `html`, `head`, `meta`, `title`, `body`, `form`, two of `input`, `button`, and five ends.
        prop_assert_eq!(html.matches('<').count(), 16);
        prop_assert_eq!(html.matches('"').count(), 22);

        delivery.binding = Binding::Redirect;
        let url = url(request().send(&provider, &delivery, NOW).unwrap());
        let (_, query) = url.split_once('?').unwrap();
        let read = VerifiedQuery::verify(query, MessageKind::Request, &trust(&keys), NOW).unwrap();
        prop_assert_eq!(read.relay_state(), Some(&state));
        prop_assert!(url.bytes().all(|byte| byte.is_ascii_graphic()));
    }

    /// threat 46: no other query is taken for the one that was signed.
    #[test]
    fn threat_46_a_changed_query_is_refused_or_means_the_same(at in any::<prop::sample::Index>(), byte in " \\PC|[ -~]") {
        let (sso, key, state) = (address(SSO), signer("idp-p256"), RelayState::new("state-1").unwrap());
        let mut delivery = Delivery::new(Binding::Redirect, &sso);
        delivery.relay_state = Some(&state);
        delivery.signer = Some(&key);
        let url = url(request().send(&service(), &delivery, NOW).unwrap());
        let (_, query) = url.split_once('?').unwrap();
        let keys = certificates(&["idp-p256"]);
        let expected = VerifiedQuery::verify(query, MessageKind::Request, &trust(&keys), NOW).unwrap();
        let at = at.index(query.len());
        let changed = [&query[..at], &byte, &query[at + 1..]].concat();
        match VerifiedQuery::verify(&changed, MessageKind::Request, &trust(&keys), NOW) {
            Ok(read) => prop_assert_eq!(read, expected),
            Err(error) => prop_assert!(!error.code().is_empty() && error != QueryError::TwoMessages),
        }
    }
}
