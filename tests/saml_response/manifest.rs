//! Every response and every assertion of the manifest.

use crate::Policy;
use crate::REQUEST;
use crate::STRICT;
use crate::World;
use crate::judge;
use crate::lax;
use crate::login;
use crate::refused::REFUSED;
use crate::saml_book::Fixture;
use crate::saml_book::fixtures;
use grantor::saml::response::Claimed;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::value::Deviations;

fn messages() -> Vec<Fixture> {
    let is_ours = |fixture: &Fixture| fixture.is("kind", "response") || fixture.is("kind", "assertion");
    fixtures().into_iter().filter(is_ours).collect()
}

/// The policy that has these switches on.
fn policy(switches: &[&str]) -> Policy {
    let deviations =
        switches.iter().filter_map(|name| name.parse().ok()).fold(Deviations::NONE, Deviations::with);
    Policy { deviations, allow_cbc: switches.contains(&"aes-cbc") }
}

/// SA-08, SA-10, SA-13: what identity providers send is accepted by a strict policy, for whom it is, and for
/// nobody else.
#[test]
fn sa_10_what_is_to_be_accepted_is_accepted_for_its_subject() {
    let mut accepted = 0;
    for fixture in messages().iter().filter(|fixture| fixture.is("expected", "accepted")) {
        let found = judge(fixture, STRICT).unwrap_or_else(|refused| panic!("{}: {refused:?}", fixture.name));
        assert_eq!(found.as_deref(), fixture.field("subject").as_str(), "{}", fixture.name);
        assert_eq!(judge(fixture, lax()), Ok(found), "{}, whatever the policy allows", fixture.name);
        accepted += 1;
    }
    assert!(accepted > 100, "{accepted}");
}

/// DX-09: what is to be refused is refused, each by the code that names why, and by no policy that the manifest
/// does not name.
#[test]
fn dx_09_what_is_to_be_refused_is_refused_by_name() {
    let mut named = 0;
    for fixture in messages().iter().filter(|fixture| fixture.is("expected", "refused")) {
        let refused = judge(fixture, STRICT).unwrap_err();
        let listed = REFUSED.iter().find(|(_, names)| names.contains(&&*fixture.name));
        assert_eq!(listed.map(|(code, _)| *code), Some(refused.code), "{}", fixture.name);
        let is_allowed = !fixture.switches().is_empty();
        assert_eq!(judge(fixture, lax()).is_ok(), is_allowed, "{}", fixture.name);
        named += 1;
    }
    assert_eq!(named, REFUSED.iter().map(|(_, names)| names.len()).sum::<usize>());
}

/// Threat 48: what may be read or refused is read whole or refused.
#[test]
fn threat_48_what_may_be_either_is_read_whole_or_refused() {
    let either: Vec<Fixture> =
        messages().into_iter().filter(|fixture| fixture.is("expected", "either")).collect();
    assert!(!either.is_empty());
    for fixture in either {
        if let Ok(found) = judge(&fixture, lax()) {
            assert_eq!(found.as_deref(), fixture.field("subject").as_str(), "{}", fixture.name);
        }
    }
}

/// SA-18: what needs switches is accepted with them, and with any of them off is refused by an error that names
/// just that one.
#[test]
fn sa_18_each_deviation_has_its_switch_and_no_other() {
    let mut seen = Vec::new();
    for fixture in messages() {
        let switches = fixture.switches();
        for off in &switches {
            let others: Vec<&str> = switches.iter().copied().filter(|name| name != off).collect();
            let refused = judge(&fixture, policy(&others)).unwrap_err();
            let named = refused.deviation.map_or("aes-cbc", |deviation| deviation.name());
            assert_eq!(named, *off, "{}", fixture.name);
            if *off == "aes-cbc" {
                assert_eq!(refused.code, "saml.encryption.cbc", "{}", fixture.name);
            }
            // All other switches together do not stand in for it.
            let mut rest = lax();
            rest.allow_cbc &= *off != "aes-cbc";
            rest.deviations = rest
                .deviations
                .iter()
                .filter(|one| one.name() != *off)
                .fold(Deviations::NONE, Deviations::with);
            assert_eq!(judge(&fixture, rest), Err(refused), "{}", fixture.name);
            seen.push((*off).to_owned());
        }
        if !switches.is_empty() {
            let found = judge(&fixture, policy(&switches));
            assert_eq!(
                found.as_ref().map(Option::as_deref),
                Ok(fixture.field("subject").as_str()),
                "{}",
                fixture.name
            );
        }
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 12, "every deviation, and AES-CBC: {seen:?}");
}

/// SA-12: the address by which the user is found is the one that is stated, whatever attributes come with it.
#[test]
fn sa_12_the_email_of_every_provider_is_found() {
    let world = World::new();
    for fixture in messages()
        .iter()
        .filter(|fixture| fixture.is("expected", "accepted") && fixture.is("kind", "response"))
    {
        let peer = world.peer(&fixture.certificates, STRICT);
        let found = login(&fixture.bytes, &peer, &world.expected_of(fixture)).unwrap();
        // Whose name says one thing and whose attribute another: the attribute counts.
        let subject = match &*fixture.name {
            "attacks/outsider" => Some("maria@example.com"),
            _ => fixture.field("subject").as_str(),
        };
        let email = found.email().unwrap_or_else(|error| panic!("{}: {error}", fixture.name));
        assert_eq!(Some(email.as_str()), subject, "{}", fixture.name);
        assert!(matches!(found.organization_name(), Ok(None | Some("acme"))), "{}", fixture.name);
        assert_eq!(found.is_encrypted(), !fixture.field("encrypted").is_null(), "{}", fixture.name);
    }
}

/// SA-06: what a message claims leads to the provider and the request that it is then checked against.
#[test]
fn sa_06_what_is_accepted_claimed_what_was_proven() {
    for fixture in messages()
        .iter()
        .filter(|fixture| fixture.is("expected", "accepted") && fixture.is("kind", "response"))
    {
        let document = Document::parse(&fixture.bytes, Limits::MESSAGE).unwrap();
        let claimed = Claimed::of(&document);
        let is_solicited = fixture.is("initiated_by", "sp");
        assert_eq!(claimed.issuer(), Some("https://idp.example.com/metadata"), "{}", fixture.name);
        assert_eq!(claimed.in_response_to(), is_solicited.then_some(REQUEST), "{}", fixture.name);
        assert!(matches!(claimed.organization_name(), None | Some("acme")), "{}", fixture.name);
    }
}

/// SA-06: the request is found by the confirmation where the response does not name it, and a bare assertion claims
/// what it can.
#[test]
fn sa_06_what_is_claimed_is_looked_for_where_it_may_be() {
    let texts = fixtures();
    let claimed = |name: &str| {
        let fixture = texts.iter().find(|fixture| fixture.name == name).unwrap();
        let document = Document::parse(&fixture.bytes, Limits::MESSAGE).unwrap();
        let claimed = Claimed::of(&document);
        [claimed.issuer(), claimed.in_response_to(), claimed.organization_name()]
            .map(|text| text.map(str::to_owned))
    };
    let (idp, request, acme) = ("https://idp.example.com/metadata", REQUEST, "acme");
    let found = |all: [Option<&str>; 3]| all.map(|text| text.map(str::to_owned));
    assert_eq!(
        claimed("shapes/missing_in_response_to_on_response"),
        found([Some(idp), Some(request), Some(acme)])
    );
    assert_eq!(claimed("shapes/no_response_issuer"), found([Some(idp), Some(request), Some(acme)]));
    assert_eq!(claimed("saml/bearer"), found([Some(idp), None, Some(acme)]));
    assert_eq!(claimed("shapes/encrypted_key_beside"), found([Some(idp), Some(request), None]));
    let split = b"<x xmlns='urn:oasis:names:tc:SAML:2.0:assertion'><Issuer>a<!---->b</Issuer></x>";
    let document = Document::parse(split, Limits::MESSAGE).unwrap();
    assert_eq!(Claimed::of(&document).issuer(), None, "of a split text nothing is read");
}
