//! Logout: asked for and answered, by Redirect and by POST (SA-17), and what is refused of it (threats 44, 46, 51, 53).
//!
//! Most messages come from `tests/saml/fixtures`, whose manifest says what each of them is.
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

mod saml_book;
mod saml_peer;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::Timestamp;
use grantor::saml::MessageId;
use grantor::saml::NameId;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Delivery;
use grantor::saml::binding::MessageKind;
use grantor::saml::binding::Outgoing;
use grantor::saml::binding::RelayState;
use grantor::saml::binding::SendError;
use grantor::saml::binding::VerifiedQuery;
use grantor::saml::crypto::Signer;
use grantor::saml::logout::ClaimedLogout;
use grantor::saml::logout::LogoutError;
use grantor::saml::logout::LogoutOutcome;
use grantor::saml::logout::LogoutRequest;
use grantor::saml::logout::LogoutResponse;
use grantor::saml::logout::Received;
use grantor::saml::logout::VerifiedLogoutRequest;
use grantor::saml::logout::VerifiedLogoutResponse;
use grantor::saml::xml::Limits;
use grantor::value::Binding;
use grantor::value::Certificate;
use grantor::value::Deviation;
use grantor::value::Deviations;
use miniz_oxide::deflate::compress_to_vec;
use proptest::prelude::*;

use saml_book::Fixture;
use saml_book::NOW;
use saml_book::certificates;
use saml_book::everything;
use saml_book::file;
use saml_book::fixtures;
use saml_peer::IDP;
use saml_peer::IDP_LOGOUT;
use saml_peer::SP;
use saml_peer::SP_LOGOUT;
use saml_peer::address;
use saml_peer::entity;
use saml_peer::id;
use saml_peer::other_side;
use saml_peer::peer;
use saml_peer::service;
use saml_peer::signer;

const AWAITED: &str = "_logout-0123456789abcdef0123456789abcdef";
const SESSION: &str = "_session-0123456789abcdef";

/// A message as the host has it.
enum Came {
    Query(String),
    Form(String),
}

impl Came {
    fn received(&self) -> Received<'_> {
        match self {
            Self::Query(query) => Received::Query(query),
            Self::Form(message) => Received::Form { message, relay_state: Some("state-1") },
        }
    }
}

fn came(fixture: &Fixture) -> Came {
    if fixture.is("binding", "redirect") {
        return Came::Query(fixture.text().trim_end().to_owned());
    }
    Came::Form(STANDARD.encode(&fixture.bytes))
}

fn request(
    came: &Came,
    certificates: &[Certificate],
    deviations: Deviations,
    now: Timestamp,
) -> Result<VerifiedLogoutRequest, LogoutError> {
    let idp = entity(IDP);
    VerifiedLogoutRequest::check(came.received(), &service(), &peer(&idp, certificates, deviations), now)
}

fn response(
    came: &Came,
    certificates: &[Certificate],
    deviations: Deviations,
    now: Timestamp,
) -> Result<VerifiedLogoutResponse, LogoutError> {
    let idp = entity(IDP);
    let peer = peer(&idp, certificates, deviations);
    VerifiedLogoutResponse::check(came.received(), &AWAITED.parse().unwrap(), &service(), &peer, now)
}

fn is_request(fixture: &Fixture) -> bool {
    fixture.is("kind", "logout_request")
}

fn messages() -> impl Iterator<Item = Fixture> {
    fixtures().into_iter().filter(|fixture| is_request(fixture) || fixture.is("kind", "logout_response"))
}

/// What went wrong with a message of either kind, by its code.
fn code(fixture: &Fixture, came: &Came, deviations: Deviations) -> Option<LogoutError> {
    if is_request(fixture) {
        request(came, &fixture.certificates, deviations, NOW).err()
    } else {
        response(came, &fixture.certificates, deviations, NOW).err()
    }
}

/// SA-17: what identity providers send is read as what it is.
#[test]
fn sa_17_what_providers_send_is_read() {
    let mut accepted = 0;
    for fixture in messages().filter(|fixture| fixture.is("expected", "accepted")) {
        let (name, came) = (&fixture.name, came(&fixture));
        accepted += 1;
        if is_request(&fixture) {
            let read = request(&came, &fixture.certificates, Deviations::NONE, NOW)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(read.id().as_str(), fixture.field("ids")["logout_request"], "{name}");
            assert_eq!(read.name_id().value, *fixture.field("subject"), "{name}");
            let format = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
            assert_eq!(read.name_id().format.as_deref(), Some(format), "{name}");
            assert_eq!(read.session_indexes(), [SESSION], "{name}");
            assert_eq!(read.issued(), NOW.minus(30), "{name}");
            assert_eq!(read.relay_state().map(RelayState::as_str), Some("state-1"), "{name}");
            assert_eq!(read.certificate(), 0, "{name}");
        } else {
            let read = response(&came, &fixture.certificates, Deviations::NONE, NOW)
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(read.id().as_str(), fixture.field("ids")["logout_response"], "{name}");
            assert!(!read.is_partial(), "{name}");
            assert_eq!(read.relay_state().map(RelayState::as_str), Some("state-1"), "{name}");
            assert_eq!(read.certificate(), 0, "{name}");
        }
    }
    assert_eq!(accepted, 10);
}

/// SA-17: before a message is checked it claims whose it is, and the check does not take its word for it.
#[test]
fn sa_17_a_message_claims_whose_it_is() {
    for fixture in messages() {
        let name = &fixture.name;
        let kind = if is_request(&fixture) { MessageKind::Request } else { MessageKind::Response };
        let claimed = ClaimedLogout::of(came(&fixture).received(), kind);
        if name.ends_with("repeated") {
            assert_eq!(claimed.map_err(|error| error.code()), Err("saml.query.repeated"), "{name}");
            continue;
        }
        let claimed = claimed.unwrap();
        assert_eq!(claimed.issuer() == Some(IDP), name != "xmlsec1/logout_request_issuer", "{name}");
        let answers = match (kind, name.ends_with("request_id")) {
            (MessageKind::Request, _) => None,
            (MessageKind::Response, true) => Some("_another"),
            (MessageKind::Response, false) => Some(AWAITED),
        };
        assert_eq!(claimed.in_response_to(), answers, "{name}");
    }
    for (came, expected) in [
        (Came::Form("%".to_owned()), "saml.logout.encoding"),
        (Came::Form("A".repeat(2_097_153)), "saml.logout.too.long"),
        (Came::Form(STANDARD.encode("<!DOCTYPE a><a/>")), "saml.xml.document.type"),
        (Came::Query("SAMLResponse=a".to_owned()), "saml.query.kind"),
        (Came::Query("SAMLRequest=a".to_owned()), "saml.query.base64"),
    ] {
        let claimed = ClaimedLogout::of(came.received(), MessageKind::Request);
        assert_eq!(claimed.map_err(|error| error.code()), Err(expected));
    }
}

/// What is refused, by the code that names why, and by no policy accepted.
const REFUSED: &[(&str, &[&str])] = &[
    (
        "saml.query.repeated",
        &["pysaml2/logout_request_redirect_repeated", "pysaml2/logout_response_redirect_repeated"],
    ),
    (
        "saml.query.unsigned",
        &["pysaml2/logout_request_redirect_unsigned", "pysaml2/logout_response_redirect_unsigned"],
    ),
    ("saml.signature.unsigned", &["pysaml2/logout_request_unsigned", "pysaml2/logout_response_unsigned"]),
    (
        "saml.signature.untrusted",
        &[
            "pysaml2/logout_request_redirect_other_relay_state",
            "pysaml2/logout_response_redirect_other_relay_state",
            "xmlsec1/logout_request_other_key",
            "xmlsec1/logout_response_other_key",
        ],
    ),
    (
        "saml.logout.destination",
        &["xmlsec1/logout_request_destination", "xmlsec1/logout_response_destination"],
    ),
    ("saml.logout.issuer", &["xmlsec1/logout_request_issuer"]),
    ("saml.logout.expired", &["xmlsec1/logout_request_late"]),
    ("saml.logout.in.response.to", &["xmlsec1/logout_response_request_id"]),
    ("saml.logout.status", &["xmlsec1/logout_response_status"]),
];

/// SA-17, threat 46, threat 53: what is wrong is refused by its name, whatever the policy allows.
#[test]
fn threat_53_what_is_wrong_is_refused_whatever_the_policy() {
    let mut refused = 0;
    for fixture in messages().filter(|fixture| !fixture.is("expected", "accepted")) {
        let name = fixture.name.as_str();
        let expected = REFUSED.iter().find(|(_, names)| names.contains(&name)).map(|(code, _)| *code);
        for deviations in [Deviations::NONE, everything()] {
            let error = code(&fixture, &came(&fixture), deviations).expect(name);
            assert_eq!(Some(error.code()), expected, "{name}: {error}");
            assert!(!error.remedy().is_empty());
            assert_eq!(error.deviation(), None, "{name}");
        }
        refused += 1;
    }
    assert_eq!(refused, REFUSED.iter().map(|(_, names)| names.len()).sum::<usize>());
}

/// SA-17, threat 46, threat 47: each byte of what was signed, changed: refused, or the same was read.
#[test]
fn threat_47_a_changed_byte_is_refused_or_means_the_same() {
    let chosen = [
        "pysaml2/logout_request_redirect",
        "samlify/logout_response_redirect",
        "samlify/logout_request_post",
        "xmlsec1/logout_response",
    ];
    for fixture in messages().filter(|fixture| chosen.contains(&fixture.name.as_str())) {
        let (name, keys) = (&fixture.name, &fixture.certificates);
        let is_query = fixture.is("binding", "redirect");
        let whole = if is_query { fixture.text().trim_end().as_bytes() } else { &fixture.bytes };
        let came = |bytes: &[u8]| {
            if is_query {
                String::from_utf8(bytes.to_vec()).ok().map(Came::Query)
            } else {
                Some(Came::Form(STANDARD.encode(bytes)))
            }
        };
        let read = |came: &Came| {
            if is_request(&fixture) {
                request(came, keys, Deviations::NONE, NOW).map(Ok::<_, VerifiedLogoutResponse>)
            } else {
                response(came, keys, Deviations::NONE, NOW).map(Err)
            }
        };
        let expected = read(&came(whole).unwrap()).unwrap();
        for at in 0..whole.len() {
            let mut changed = whole.to_vec();
            // Another letter, or the same one in the other case.
            changed[at] ^= if at % 2 == 0 { 1 } else { 0x20 };
            let Some(came) = came(&changed) else { continue };
            if let Ok(found) = read(&came) {
                assert_eq!(found, expected, "{name} at {at}");
            }
        }
    }
}

fn encode(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

/// The parameters that are signed, in that order.
fn octets(parameter: &str, deflated: &[u8], relay_state: Option<&str>) -> String {
    let mut query = format!("{parameter}={}", encode(&STANDARD.encode(deflated)));
    if let Some(relay_state) = relay_state {
        query.push_str(&format!("&RelayState={}", encode(relay_state)));
    }
    query + "&SigAlg=" + &encode("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256")
}

/// These octets, signed by the provider's usual key.
fn sign(octets: &str) -> String {
    let signature = signer("idp-rsa-2048").sign(octets.as_bytes()).unwrap();
    format!("{octets}&Signature={}", encode(&STANDARD.encode(signature)))
}

fn query(parameter: &str, xml: &str) -> Came {
    Came::Query(sign(&octets(parameter, &compress_to_vec(xml.as_bytes(), 6), None)))
}

fn idp_keys() -> Vec<Certificate> {
    certificates(&["idp-rsa-2048"])
}

/// What comes of a request with these bytes that the provider signed as a query.
#[track_caller]
fn assert_query(query: &str, expected: Result<Option<&str>, &str>) {
    let came = Came::Query(query.to_owned());
    let read = request(&came, &idp_keys(), Deviations::NONE, NOW).map_err(|error| {
        assert!(!error.remedy().is_empty() && !error.to_string().is_empty());
        error.code()
    });
    let read = read.as_ref().map(|read| read.relay_state().map(RelayState::as_str)).map_err(|code| *code);
    assert_eq!(read, expected, "{query:.300}");
}

/// A request that is as it should be.
fn good_request() -> String {
    format!(
        r#"<p:LogoutRequest xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="2026-11-25T12:00:30Z" NotOnOrAfter="2026-11-25T12:05:30Z" Destination="{SP_LOGOUT}"><a:Issuer>{IDP}</a:Issuer><a:NameID>maria@example.com</a:NameID></p:LogoutRequest>"#
    )
}

/// A response that is as it should be.
fn good_response() -> String {
    format!(
        r#"<p:LogoutResponse xmlns:p="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion" ID="_1" Version="2.0" IssueInstant="2026-11-25T12:00:30Z" InResponseTo="{AWAITED}" Destination="{SP_LOGOUT}"><a:Issuer>{IDP}</a:Issuer><p:Status><p:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></p:Status></p:LogoutResponse>"#
    )
}

/// SA-17, threat 44, threat 46: one query has one reading, and the signature covers it as it came.
#[test]
fn threat_46_a_query_is_read_as_it_was_signed() {
    let deflated = compress_to_vec(good_request().as_bytes(), 6);
    let plain = sign(&octets("SAMLRequest", &deflated, None));
    let with_state = sign(&octets("SAMLRequest", &deflated, Some("a b&c")));
    assert_query(&plain, Ok(None));
    assert_query(&with_state, Ok(Some("a b&c")));

    // In any order, between parameters of others.
    let mut parts: Vec<&str> = with_state.split('&').collect();
    parts.reverse();
    assert_query(&format!("x=1&x=%zz&{}&y", parts.join("&")), Ok(Some("a b&c")));
    let encoding = "&SAMLEncoding=urn%3Aoasis%3Anames%3Atc%3ASAML%3A2.0%3Abindings%3AURL-Encoding%3ADEFLATE";
    assert_query(&format!("{plain}{encoding}"), Ok(None));
    assert_query(&format!("{plain}{encoding}x"), Err("saml.query.saml.encoding"));

    for (added, expected) in [
        ("&SAMLRequest=a", "saml.query.repeated"),
        ("&Signature=a", "saml.query.repeated"),
        ("&SigAlg=a", "saml.query.repeated"),
        ("&RelayState=a&RelayState=a", "saml.query.repeated"),
        ("&SAMLResponse=a", "saml.query.two.messages"),
        ("&SAMLResponse=", "saml.query.two.messages"),
        ("&SAMLResponse", "saml.query.two.messages"),
        ("&%53AMLRequest=a", "saml.query.name"),
        ("&SAMLResponse%3d=a&%53AMLResponse=a", "saml.query.name"),
        ("&Relay%53tate=a", "saml.query.name"),
        ("&RelayState=state-1", "saml.signature.untrusted"),
        // Who signed with nothing to give back did not sign an empty one.
        ("&RelayState=", "saml.signature.untrusted"),
    ] {
        assert_query(&format!("{plain}{added}"), Err(expected));
    }
    // What is signed is what came, not what it stands for.
    assert_query(&plain.replacen("%2F", "%2f", 1), Err("saml.signature.untrusted"));
    assert_query(&with_state.replace("a%20b", "a+b"), Err("saml.signature.untrusted"));
    let empty = octets("SAMLRequest", &deflated, Some(""));
    assert_query(&sign(&empty), Ok(None));
    let plus = octets("SAMLRequest", &deflated, Some("x")).replace("RelayState=x", "RelayState=a+b");
    assert_query(&sign(&plus), Ok(Some("a b")));
}

/// SA-17, threat 44: what is no query of SAML is named.
#[test]
fn threat_44_a_query_that_is_none_is_named() {
    let good = compress_to_vec(good_request().as_bytes(), 6);
    let plain = octets("SAMLRequest", &good, None);
    let rsa = encode("http://www.w3.org/2001/04/xmldsig-more#rsa-sha256");
    for (query, expected) in [
        (String::new(), "saml.query.no.message"),
        ("RelayState=a".to_owned(), "saml.query.no.message"),
        (plain.clone(), "saml.query.unsigned"),
        (plain.replace("SigAlg", "Signature"), "saml.query.unsigned"),
        (format!("{plain}&Signature="), "saml.signature.value.length"),
        (format!("{plain}&Signature=AA=="), "saml.signature.value.length"),
        (format!("{plain}&Signature=A"), "saml.signature.value.encoding"),
        (format!("{plain}&Signature=+"), "saml.query.encoding"),
        (format!("{plain}&Signature=%"), "saml.query.encoding"),
        (
            format!("{}&Signature=AA==", plain.replace("rsa-sha256", "hmac-sha256")),
            "saml.signature.algorithm",
        ),
        (format!("{}&Signature=AA==", plain.replace(&rsa, "%ff")), "saml.query.encoding"),
        (format!("{}&Signature=AA==", plain.replace(&rsa, "")), "saml.signature.algorithm"),
        (sign(&plain).replace("SAMLRequest", "SAMLResponse"), "saml.query.kind"),
        (sign(&plain.replacen('=', "=%", 1)), "saml.query.encoding"),
        (sign(&plain.replacen('=', "=+", 1)), "saml.query.encoding"),
        (sign(&plain.replacen('=', "=%00", 1)), "saml.query.base64"),
        (sign(&plain.replacen('=', "=!", 1)), "saml.query.base64"),
        (sign(&octets("SAMLRequest", good_request().as_bytes(), None)), "saml.query.deflate"),
        (sign(&octets("SAMLRequest", &[&good[..], b"a"].concat(), None)), "saml.query.deflate"),
        (sign(&octets("SAMLRequest", b"", None)), "saml.query.deflate"),
        (sign(&octets("SAMLRequest", &good, Some("a\nb"))), "saml.relay.state.character"),
        (sign(&octets("SAMLRequest", &good, Some(&"a".repeat(1_025)))), "saml.relay.state.too.long"),
        (sign(&plain.replace("&SigAlg", "&RelayState=%ff&SigAlg")), "saml.query.encoding"),
        (
            format!("{}&Signature=AA==", plain.replace("SAMLRequest=", "SAMLRequest=\u{e9}")),
            "saml.signature.value.length",
        ),
        ("a".repeat(VerifiedQuery::MAX + 1), "saml.query.too.long"),
    ] {
        assert_query(&query, Err(expected));
    }
}

/// threat 43, threat 51: a few bytes that stand for many are refused when they are too many; nothing that nobody signed
/// is inflated at all.
#[test]
fn threat_51_an_inflated_message_is_bounded() {
    let long = |length: usize| {
        let text = good_request();
        let (before, after) = text.split_once("<a:NameID>").unwrap();
        let filler = " ".repeat(length - text.len());
        compress_to_vec(format!("{before}{filler}<a:NameID>{after}").as_bytes(), 9)
    };
    let most = Limits::MESSAGE.bytes;
    assert_query(&sign(&octets("SAMLRequest", &long(most), None)), Ok(None));
    let bomb = octets("SAMLRequest", &long(most + 1), None);
    assert!(bomb.len() < 8_192);
    assert_query(&sign(&bomb), Err("saml.query.too.long"));
    assert_query(&format!("{bomb}&Signature=AA=="), Err("saml.signature.value.length"));

    let doctype = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{}", good_request());
    let came = query("SAMLRequest", &doctype);
    let error = request(&came, &idp_keys(), everything(), NOW).unwrap_err();
    assert_eq!(error.code(), "saml.xml.document.type");
}

/// SA-18: SHA-1 in a query has its own name and its own switch. Other code signed this one.
#[test]
fn sa_18_sha_1_in_a_query_is_a_deviation() {
    let came = Came::Query(file("../vectors/logout_sha1.txt").lines().nth(1).unwrap().to_owned());
    let error = request(&came, &idp_keys(), Deviations::NONE, NOW).unwrap_err();
    assert_eq!((error.code(), error.deviation()), ("saml.signature.sha1", Some(Deviation::Sha1)));
    assert!(request(&came, &idp_keys(), Deviations::NONE.with(Deviation::Sha1), NOW).is_ok());
    let Came::Query(text) = &came else { unreachable!() };
    let changed = Came::Query(text.replace("state-1", "state-2"));
    assert_eq!(
        request(&changed, &idp_keys(), everything(), NOW).map_err(|error| error.code()),
        Err("saml.signature.untrusted")
    );
}

/// SA-03, threat 54: the certificates of the provider, and their dates, decide.
#[test]
fn threat_54_certificates_decide() {
    let fixture = |name: &str| messages().find(|fixture| fixture.name == name).unwrap();
    for name in ["pysaml2/logout_request_redirect", "pysaml2/logout_request_post"] {
        let came = came(&fixture(name));
        let read = |names: &[&str], deviations| {
            request(&came, &certificates(names), deviations, NOW)
                .map(|read| read.certificate())
                .map_err(|error| error.code())
        };
        let next = "idp-rsa-2048-next";
        assert_eq!(read(&["idp-rsa-2048", next], Deviations::NONE), Ok(0), "{name}");
        assert_eq!(read(&[next, "idp-rsa-2048"], Deviations::NONE), Ok(1), "{name}");
        assert_eq!(read(&[next], everything()), Err("saml.signature.untrusted"), "{name}");
        assert_eq!(read(&["idp-p256"], everything()), Err("saml.signature.key.kind"), "{name}");
        assert_eq!(read(&[], everything()), Err("saml.signature.no.certificates"), "{name}");
        assert_eq!(read(&[next; 6], everything()), Err("saml.signature.too.many.certificates"), "{name}");
        let expired = "idp-rsa-2048-expired";
        assert_eq!(read(&[expired], Deviations::NONE), Err("certificate.expired"), "{name}");
        assert_eq!(read(&[expired], Deviations::NONE.with(Deviation::ExpiredCertificate)), Ok(0), "{name}");
    }
}

/// What a request changed so is refused for.
#[track_caller]
fn assert_changed(good: &str, from: &str, to: &str, expected: &str) {
    let text = good.replace(from, to);
    assert_ne!(text, good, "{from}");
    let found = if good.contains("LogoutRequest") {
        let came = query("SAMLRequest", &text);
        request(&came, &idp_keys(), Deviations::NONE, NOW).err()
    } else {
        let came = query("SAMLResponse", &text);
        response(&came, &idp_keys(), Deviations::NONE, NOW).err()
    };
    let code = found.as_ref().map_or("read", LogoutError::code);
    assert_eq!(code, expected, "{text}");
    if let Some(error) = found {
        assert!(!error.remedy().is_empty() && !error.to_string().is_empty());
    }
}

/// SA-17, threat 53: each check of what every message says, by its name.
#[test]
fn threat_53_each_fact_of_a_message_is_checked() {
    let issued = "IssueInstant=\"2026-11-25T12:00:30Z\"";
    for good in [good_request(), good_response()] {
        let at = |time: &str| format!("IssueInstant=\"{time}\"");
        for (from, to, expected) in [
            ("\"_1\"", "\"_2\"", "read"),
            ("SAML:2.0:protocol", "SAML:1.1:protocol", "saml.logout.root"),
            ("p:Logout", "p:Artifact", "saml.logout.root"),
            ("Version=\"2.0\"", "", "saml.logout.part.missing"),
            ("Version=\"2.0\"", "Version=\"2.00\"", "saml.logout.version"),
            ("Version=\"2.0\"", "Version=\"1.1\"", "saml.logout.version"),
            ("ID=\"_1\"", "", "saml.logout.part.missing"),
            ("ID=\"_1\"", "ID=\"1\"", "saml.logout.id"),
            ("ID=\"_1\"", &format!("ID=\"_{}\"", "a".repeat(256)), "saml.logout.id"),
            (issued, "", "saml.logout.part.missing"),
            (issued, &at("today"), "saml.logout.instant"),
            (issued, &at("2026-11-25T12:00:30"), "saml.logout.instant"),
            (issued, &at("2026-11-25T13:00:30+01:00"), "saml.logout.instant.offset"),
            (issued, &at("2026-11-25T12:00:40.999Z"), "read"),
            (issued, &at("2026-11-25T12:00:41Z"), "saml.logout.from.future"),
            (issued, &at("2026-11-25T11:50:21Z"), "read"),
            (issued, &at("2026-11-25T11:50:20Z"), "saml.logout.stale"),
            ("Destination=", "Destination1=", "saml.logout.destination.missing"),
            (SP_LOGOUT, "", "saml.logout.destination"),
            (SP_LOGOUT, "https://sp.example.com/saml/logout/", "saml.logout.destination"),
            (SP_LOGOUT, "https://sp.example.com/saml/logou", "saml.logout.destination"),
            (SP_LOGOUT, "https://sp.example.com/saml/acs", "saml.logout.destination"),
            (SP_LOGOUT, "HTTPS://sp.example.com/saml/logout", "saml.logout.destination"),
            (IDP, "https://idp.example.com/metadata/", "saml.logout.issuer"),
            (IDP, " https://idp.example.com/metadata", "saml.logout.issuer"),
            (IDP, "https://other.example.com/metadata", "saml.logout.issuer"),
            (IDP, "", "saml.logout.part.missing"),
            (IDP, " ", "saml.logout.part.missing"),
            (IDP, "https://idp.example.com/metadata<!-- -->", "saml.logout.text"),
            (IDP, "https://idp.example.com/metadata<a:b/>", "saml.logout.text"),
            ("<a:Issuer>", "<a:Issuer Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:entity\">", "read"),
            ("<a:Issuer>", "<a:Issuer Format=\"urn:x\">", "saml.logout.issuer.format"),
            ("<a:Issuer>", "<a:Issuer NameQualifier=\"x\">", "saml.logout.issuer.format"),
            ("<a:Issuer>", "<a:Issuer>x</a:Issuer><a:Issuer>", "saml.logout.part.repeated"),
            ("a:Issuer>", "p:Issuer>", "saml.logout.part.unexpected"),
            ("<a:Issuer>", "<a:Advice/><a:Issuer>", "saml.logout.part.unexpected"),
            ("</a:Issuer>", "</a:Issuer><p:Extensions/>", "read"),
            ("<a:Issuer>", "<p:Extensions/><a:Issuer>", "saml.logout.part.unexpected"),
            ("</a:Issuer>", "</a:Issuer><p:Extensions/><p:Extensions/>", "saml.logout.part.repeated"),
            // A signature of the message has no place beside that of the query.
            (
                "</a:Issuer>",
                "</a:Issuer><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/>",
                "saml.logout.part.unexpected",
            ),
            ("<a:Issuer>", "<a:Issuer", "saml.xml.name"),
        ] {
            assert_changed(&good, from, to, expected);
        }
    }
}

/// SA-17, threat 53: each check of what a request says.
#[test]
fn threat_53_each_fact_of_a_request_is_checked() {
    let end = "NotOnOrAfter=\"2026-11-25T12:05:30Z\"";
    let at = |time: &str| format!("NotOnOrAfter=\"{time}\"");
    let name = "<a:NameID>maria@example.com</a:NameID>";
    for (from, to, expected) in [
        (end, "", "read"),
        (end, &at("never"), "saml.logout.instant"),
        (end, &at("2026-11-25T14:05:30+02:00"), "saml.logout.instant.offset"),
        (end, &at("2026-11-25T12:00:21Z"), "read"),
        (end, &at("2026-11-25T12:00:20Z"), "saml.logout.expired"),
        (name, "", "saml.logout.part.missing"),
        (name, "<a:NameID/>", "saml.logout.part.missing"),
        (name, "<a:NameID> </a:NameID>", "saml.logout.part.missing"),
        (name, "<a:NameID>maria@example.com<!-- -->.evil.example</a:NameID>", "saml.logout.text"),
        (name, "<a:NameID>a</a:NameID><a:NameID>b</a:NameID>", "saml.logout.part.repeated"),
        (name, "<a:EncryptedID/>", "saml.logout.subject"),
        (name, "<a:BaseID/>", "saml.logout.subject"),
        (name, "<a:NameID>a</a:NameID><a:EncryptedID/>", "saml.logout.subject"),
        (name, "<p:SessionIndex>1</p:SessionIndex><a:NameID>a</a:NameID>", "saml.logout.part.unexpected"),
        (name, "<a:NameID>a</a:NameID><p:SessionIndex/>", "saml.logout.part.missing"),
        (name, "<a:NameID>a</a:NameID><p:SessionIndex>1<a:b/></p:SessionIndex>", "saml.logout.text"),
        (name, "<a:NameID>a</a:NameID><p:Status/>", "saml.logout.part.unexpected"),
    ] {
        assert_changed(&good_request(), from, to, expected);
    }
    let sessions = "<a:NameID Format=\"urn:f\" NameQualifier=\"n\" SPNameQualifier=\"s\">a</a:NameID>\
        <p:SessionIndex>1</p:SessionIndex><p:SessionIndex>2</p:SessionIndex>";
    let came = query("SAMLRequest", &good_request().replace(name, sessions));
    let read = request(&came, &idp_keys(), Deviations::NONE, NOW).unwrap();
    assert_eq!(read.session_indexes(), ["1", "2"]);
    let expected = NameId {
        value: "a".to_owned(),
        format: Some("urn:f".to_owned()),
        name_qualifier: Some("n".to_owned()),
        sp_name_qualifier: Some("s".to_owned()),
    };
    assert_eq!(read.name_id(), &expected);
}

/// SA-17: a request is refused from the instant on that it says it is.
#[test]
fn sa_17_a_request_is_usable_until_it_is_refused() {
    for text in [
        good_request(),
        good_request().replace("12:05:30Z", "12:30:30Z"),
        good_request().replace("NotOnOrAfter", "NotOnOrAfter1"),
    ] {
        let came = query("SAMLRequest", &text);
        let read = |now| request(&came, &idp_keys(), Deviations::NONE, now);
        let end = read(NOW).unwrap().usable_until();
        assert!(read(end.minus(1)).is_ok());
        assert!(read(end).is_err());
    }
}

/// SA-17, threat 53: each check of what a response says.
#[test]
fn threat_53_each_fact_of_a_response_is_checked() {
    let answers = format!("InResponseTo=\"{AWAITED}\"");
    let success = "urn:oasis:names:tc:SAML:2.0:status:Success";
    let code = format!("<p:StatusCode Value=\"{success}\"/>");
    for (from, to, expected) in [
        (answers.as_str(), "", "saml.logout.in.response.to.missing"),
        (&answers, "InResponseTo=\"\"", "saml.logout.in.response.to"),
        (AWAITED, &AWAITED[..AWAITED.len() - 1], "saml.logout.in.response.to"),
        (success, "urn:oasis:names:tc:SAML:2.0:status:Responder", "saml.logout.status"),
        (success, "Success", "saml.logout.status"),
        (success, "urn:x:urn:oasis:names:tc:SAML:2.0:status:Success", "saml.logout.status"),
        (success, &format!("{success} "), "saml.logout.status"),
        (success, "", "saml.logout.status"),
        (&code, "", "saml.logout.part.missing"),
        (&code, "<p:StatusCode/>", "saml.logout.part.missing"),
        (&code, &code.repeat(2), "saml.logout.part.repeated"),
        (
            "</p:Status>",
            "<p:StatusMessage>a</p:StatusMessage><p:StatusDetail><x/></p:StatusDetail></p:Status>",
            "read",
        ),
        ("</p:Status>", "</p:Status><p:Status/>", "saml.logout.part.repeated"),
        (&format!("<p:Status>{code}</p:Status>"), "", "saml.logout.part.missing"),
    ] {
        assert_changed(&good_response(), from, to, expected);
    }
    let partial = code.replace(
        "/>",
        "><p:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:PartialLogout\"/></p:StatusCode>",
    );
    let came = query("SAMLResponse", &good_response().replace(&code, &partial));
    assert!(response(&came, &idp_keys(), Deviations::NONE, NOW).unwrap().is_partial());
    let failed = format!(
        "{}<p:StatusMessage>no session</p:StatusMessage>",
        partial.replace(success, "urn:oasis:names:tc:SAML:2.0:status:Requester")
    );
    let came = query("SAMLResponse", &good_response().replace(&code, &failed));
    let error = response(&came, &idp_keys(), Deviations::NONE, NOW).unwrap_err();
    let expected = LogoutError::Status {
        code: "urn:oasis:names:tc:SAML:2.0:status:Requester".to_owned(),
        nested: Some("urn:oasis:names:tc:SAML:2.0:status:PartialLogout".to_owned()),
        message: Some("no session".to_owned()),
    };
    assert_eq!(error, expected);
}

/// SA-18: each deviation has its own name, is let pass by its own switch, and by no other.
#[test]
fn sa_18_each_deviation_of_logout_is_one_switch() {
    let issued = "IssueInstant=\"2026-11-25T12:00:30Z\"";
    let offset = "IssueInstant=\"2026-11-25T13:00:30+01:00\"";
    let answers = format!("InResponseTo=\"{AWAITED}\"");
    for (deviation, good, from, to) in [
        (Deviation::OffsetTime, good_request(), issued, offset),
        (Deviation::OffsetTime, good_response(), issued, offset),
        (Deviation::MissingDestination, good_request(), "Destination=", "Destination1="),
        (Deviation::MissingDestination, good_response(), "Destination=", "Destination1="),
        (Deviation::MissingInResponseTo, good_response(), answers.as_str(), ""),
    ] {
        let text = good.replace(from, to);
        let check = |deviations| {
            if good.contains("LogoutRequest") {
                request(&query("SAMLRequest", &text), &idp_keys(), deviations, NOW).err()
            } else {
                response(&query("SAMLResponse", &text), &idp_keys(), deviations, NOW).err()
            }
        };
        let all_others = Deviation::ALL.into_iter().filter(|other| *other != deviation);
        for strict in [Deviations::NONE, all_others.fold(Deviations::NONE, Deviations::with)] {
            assert_eq!(check(strict).and_then(|error| error.deviation()), Some(deviation), "{text}");
        }
        assert_eq!(check(Deviations::NONE.with(deviation)), None, "{text}");
    }
    // What is there is checked all the same.
    let other = good_response().replace(AWAITED, "_other");
    let found = response(&query("SAMLResponse", &other), &idp_keys(), everything(), NOW);
    assert_eq!(found.map_err(|error| error.code()), Err("saml.logout.in.response.to"));
}

/// SA-17: without a logout address nothing is addressed to us.
#[test]
fn sa_17_without_an_address_nothing_is_taken() {
    let mut provider = service();
    provider.logout = None;
    let (idp, keys) = (entity(IDP), idp_keys());
    let came = query("SAMLRequest", &good_request());
    let peer = peer(&idp, &keys, everything());
    let found = VerifiedLogoutRequest::check(came.received(), &provider, &peer, NOW);
    assert_eq!(found, Err(LogoutError::NotConfigured));
}

/// SA-17, threat 51: a form that holds no message of ours is named.
#[test]
fn threat_51_a_form_that_holds_no_message_is_named() {
    let form = |message: &str, relay_state: Option<&str>| {
        let (idp, keys) = (entity(IDP), idp_keys());
        let received = Received::Form { message, relay_state };
        VerifiedLogoutRequest::check(received, &service(), &peer(&idp, &keys, everything()), NOW)
            .map_err(|error| error.code())
    };
    let signed = STANDARD.encode(file("fixtures/xmlsec1/logout_request.xml"));
    assert!(form(&signed, None).is_ok());
    assert!(form(&signed, Some("")).unwrap().relay_state().is_none());
    let lines: Vec<&str> = signed.as_bytes().chunks(76).map(|line| str::from_utf8(line).unwrap()).collect();
    assert!(form(&lines.join("\r\n"), Some("a")).is_ok());
    let long = "a".repeat(1_025);
    for (message, relay_state, expected) in [
        (signed.as_str(), Some("a\0"), "saml.relay.state.character"),
        (&signed, Some(long.as_str()), "saml.relay.state.too.long"),
        ("%", None, "saml.logout.encoding"),
        ("", None, "saml.xml.root"),
        (&STANDARD.encode("<a/>"), None, "saml.signature.unsigned"),
        (&STANDARD.encode(good_request()), None, "saml.signature.unsigned"),
        (&STANDARD.encode(compress_to_vec(good_request().as_bytes(), 6)), None, "saml.xml.encoding"),
        (&"A".repeat(2_097_153), None, "saml.logout.too.long"),
        (&"A".repeat(2_000_000), None, "saml.xml.limit"),
    ] {
        assert_eq!(form(message, relay_state), Err(expected), "{message:.100}");
    }
    let response = STANDARD.encode(file("fixtures/xmlsec1/logout_response.xml"));
    assert_eq!(form(&response, None), Err("saml.logout.root"));
}

/// What is sent, as the other side has it.
fn delivered(sent: Outgoing) -> Came {
    match sent {
        Outgoing::Redirect(url) => Came::Query(url.split_once('?').unwrap().1.to_owned()),
        Outgoing::Form(form) => Came::Form(form.fields().next().unwrap().1.to_owned()),
    }
}

/// SA-17: what we send is what is asked of others, by both bindings: a request there, and the answer back.
#[test]
fn sa_17_a_logout_goes_there_and_back() {
    let (sp, idp) = (entity(SP), entity(IDP));
    let (our_key, their_key) = (signer("sp-rsa-2048"), signer("idp-p384"));
    let (our_certificates, their_certificates) =
        (certificates(&["sp-rsa-2048"]), certificates(&["idp-p384"]));
    let (there, back) = (address(IDP_LOGOUT), address(SP_LOGOUT));
    let state = RelayState::new("state-1").unwrap();
    for binding in [Binding::Redirect, Binding::Post] {
        let name_id = NameId {
            value: "<\"maria\">&\r\n".to_owned(),
            format: Some("urn:\"&".to_owned()),
            name_qualifier: Some("<n>".to_owned()),
            sp_name_qualifier: None,
        };
        let mut asking = LogoutRequest::new(id(), name_id.clone());
        asking.session_indexes = vec!["1".to_owned(), "</samlp:SessionIndex>".to_owned()];
        let mut delivery = Delivery::new(binding, &there);
        delivery.relay_state = Some(&state);
        delivery.signer = Some(&our_key);
        let came = delivered(asking.send(&service(), &delivery, NOW).unwrap());

        let us = peer(&sp, &our_certificates, Deviations::NONE);
        let asked = VerifiedLogoutRequest::check(came.received(), &other_side(), &us, NOW).unwrap();
        assert_eq!((asked.id(), asked.name_id()), (&asking.id, &name_id));
        assert_eq!(asked.session_indexes(), asking.session_indexes);
        assert_eq!(asked.usable_until(), NOW.plus(LogoutRequest::LIFETIME).plus(10));

        for (outcome, expected) in
            [(LogoutOutcome::Done, None), (LogoutOutcome::Failed, Some("saml.logout.status"))]
        {
            let answer = LogoutResponse::to(&asked, MessageId::of_bits([8; 16]), outcome);
            let mut delivery = Delivery::new(binding, &back);
            delivery.relay_state = asked.relay_state();
            delivery.signer = Some(&their_key);
            let came = delivered(answer.send(&other_side(), &delivery, NOW).unwrap());
            let them = peer(&idp, &their_certificates, Deviations::NONE);
            let read = |awaited: &MessageId| {
                VerifiedLogoutResponse::check(came.received(), awaited, &service(), &them, NOW)
                    .map_err(|error| error.code())
            };
            assert_eq!(read(&asking.id).err(), expected);
            assert_eq!(read(&answer.id), Err("saml.logout.in.response.to"));
            if let Ok(read) = read(&asking.id) {
                assert_eq!((read.id(), read.relay_state()), (&answer.id, Some(&state)));
            }
        }
    }
}

/// SA-17: what is not signed is refused where it arrives, and what cannot be written is not sent.
#[test]
fn sa_17_what_is_not_signed_or_not_written_goes_nowhere() {
    let (sp, there, key) = (entity(SP), address(IDP_LOGOUT), signer("sp-rsa-2048"));
    let keys = certificates(&["sp-rsa-2048"]);
    let asking = LogoutRequest::new(id(), NameId::new("maria"));
    for (binding, expected) in
        [(Binding::Redirect, "saml.query.unsigned"), (Binding::Post, "saml.signature.unsigned")]
    {
        let came = delivered(asking.send(&service(), &Delivery::new(binding, &there), NOW).unwrap());
        let us = peer(&sp, &keys, everything());
        let found = VerifiedLogoutRequest::check(came.received(), &other_side(), &us, NOW);
        assert_eq!(found.map_err(|error| error.code()), Err(expected));

        let mut delivery = Delivery::new(binding, &there);
        delivery.signer = Some(&key);
        let send = |asking: &LogoutRequest, provider: &ServiceProvider, now| {
            asking.send(provider, &delivery, now).map(|_| ()).map_err(SendError::code)
        };
        let unwritable = LogoutRequest::new(id(), NameId::new("maria\0"));
        assert_eq!(send(&unwritable, &service(), NOW), Err("saml.send.character"));
        let mut long = asking.clone();
        long.session_indexes = vec!["a".repeat(1_024); 1_024];
        assert_eq!(send(&long, &service(), NOW), Err("saml.send.too.long"));
        long.session_indexes.truncate(512);
        assert_eq!(send(&long, &service(), NOW), Ok(()));
        let last = Timestamp::from_unix(253_402_300_799);
        assert_eq!(send(&asking, &service(), last), Err("saml.send.instant"), "its end cannot be written");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// threat 45: any query and any form end in an error with a name.
    #[test]
    fn threat_45_no_message_panics(
        text in "(SAMLRequest|SAMLResponse|RelayState|SigAlg|Signature|[&=%+a-zA-Z0-9]){0,24}|\\PC{0,64}",
        xml in "<p:LogoutRequest xmlns:p=\"urn:oasis:names:tc:SAML:2.0:protocol\"(\\PC|[<>/\"= a-z]){0,64}"
    ) {
        for came in [Came::Query(text.clone()), Came::Form(text), Came::Form(STANDARD.encode(&xml)), query("SAMLRequest", &xml)] {
            let error = request(&came, &idp_keys(), everything(), NOW).unwrap_err();
            prop_assert!(!error.code().is_empty() && !error.to_string().is_empty());
        }
    }
}
