//! Responses and assertions of grants, by the manifest of `tests/saml`: who is signed in, and who is not, and why.
#![cfg(all(feature = "saml", feature = "aws-lc-rs"))]

mod cryptography;
mod facts;
mod grants;
mod logins;
mod manifest;
mod properties;
mod refused;
#[path = "../saml_book/mod.rs"]
mod saml_book;
mod threats;
mod times;

use std::sync::LazyLock;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use grantor::saml::Peer;
use grantor::saml::bearer::BearerAssertion;
use grantor::saml::bearer::BearerExpected;
use grantor::saml::bearer::check_assertion;
use grantor::saml::bearer::decode_assertion;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::AwsLcDecryptor;
use grantor::saml::response::Answers;
use grantor::saml::response::Expected;
use grantor::saml::response::VerifiedAssertion;
use grantor::saml::response::check_response;
use grantor::saml::response::decode_post;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::value::Certificate;
use grantor::value::ClockSkew;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::EndpointUri;
use grantor::value::EntityId;
use grantor::value::Issuer;
use grantor::value::Timestamp;

use saml_book::Fixture;
use saml_book::NOW;
use saml_book::everything;
use saml_book::file;

/// The world of the fixtures.
struct World {
    idp: EntityId,
    acs: EndpointUri,
    sp: EntityId,
    token_endpoint: EndpointUri,
    issuer: Issuer,
    decryptor: AwsLcDecryptor,
}

const REQUEST: &str = "_req-0123456789abcdef0123456789abcdef";
/// 2026-11-25T12:00:00Z.
const ISSUED: Timestamp = Timestamp::from_unix(1_795_608_000);

/// The world that does not change, made once.
static WORLD: LazyLock<World> = LazyLock::new(World::new);

fn private_key(name: &str) -> Vec<u8> {
    let pem = file(&format!("keys/{name}.key.pem"));
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (base64, _) = rest.split_once("-----END").unwrap();
    STANDARD.decode(base64.split_whitespace().collect::<String>()).unwrap()
}

impl World {
    fn new() -> Self {
        Self {
            idp: "https://idp.example.com/metadata".parse().unwrap(),
            acs: "https://sp.example.com/saml/acs".parse().unwrap(),
            sp: "https://sp.example.com/saml/metadata".parse().unwrap(),
            token_endpoint: "https://auth.example.com/oauth/token".parse().unwrap(),
            issuer: "https://auth.example.com".parse().unwrap(),
            decryptor: AwsLcDecryptor::from_pkcs8(&[&private_key("sp-rsa-2048")]).unwrap(),
        }
    }

    fn peer<'p>(&'p self, certificates: &'p [Certificate], policy: Policy) -> Peer<'p> {
        Peer {
            entity_id: &self.idp,
            certificates,
            deviations: policy.deviations,
            clock_skew: ClockSkew::DEFAULT,
            verifier: &AwsLc,
            decryptor: Some(&self.decryptor),
            allow_cbc: policy.allow_cbc,
        }
    }

    fn expected(&self) -> Expected<'_> {
        let answers = Answers::Request { id: REQUEST, issued: ISSUED, force_authn: false };
        Expected { acs: &self.acs, audience: &self.sp, answers }
    }

    fn expected_of(&self, fixture: &Fixture) -> Expected<'_> {
        let expected = self.expected();
        if fixture.is("initiated_by", "idp") {
            Expected { answers: Answers::Nothing, ..expected }
        } else {
            expected
        }
    }

    fn bearer(&self) -> BearerExpected<'_> {
        BearerExpected { token_endpoint: &self.token_endpoint, audience: &self.issuer }
    }
}

#[derive(Clone, Copy)]
struct Policy {
    deviations: Deviations,
    allow_cbc: bool,
}

const STRICT: Policy = Policy { deviations: Deviations::NONE, allow_cbc: false };

fn lax() -> Policy {
    Policy { deviations: everything(), allow_cbc: true }
}

/// Why a message is refused, whatever type says it.
#[derive(Clone, Debug, Eq, PartialEq)]
struct Refused {
    code: &'static str,
    deviation: Option<Deviation>,
}

fn malformed(code: &'static str) -> Refused {
    Refused { code, deviation: None }
}

/// A fixture as it would arrive, judged as it would be.
fn judge(fixture: &Fixture, policy: Policy) -> Result<Option<String>, Refused> {
    let world = &*WORLD;
    let peer = world.peer(&fixture.certificates, policy);
    if fixture.is("kind", "response") {
        let posted = match fixture.field("post").as_str() {
            Some(path) => file(&format!("fixtures/{path}")),
            None => STANDARD.encode(&fixture.bytes),
        };
        let message = decode_post(&posted).map_err(|error| malformed(error.code()))?;
        assert_eq!(message, fixture.bytes, "{}", fixture.name);
        login(&message, &peer, &world.expected_of(fixture)).map(|found| subject(found.name_id()))
    } else {
        let parameter = match fixture.is_file(".txt") {
            true => fixture.text().to_owned(),
            false => URL_SAFE_NO_PAD.encode(&fixture.bytes),
        };
        grant(&parameter, &peer, &world.bearer()).map(|found| subject(found.name_id()))
    }
}

fn subject(name_id: Option<&grantor::saml::NameId>) -> Option<String> {
    name_id.map(|name_id| name_id.value.clone())
}

fn login(text: &[u8], peer: &Peer<'_>, expected: &Expected<'_>) -> Result<VerifiedAssertion, Refused> {
    let document = Document::parse(text, Limits::MESSAGE).map_err(|error| malformed(error.fault.code()))?;
    check_response(&document, peer, expected, NOW)
        .map_err(|refusal| Refused { code: refusal.error.code(), deviation: refusal.error.deviation() })
}

fn grant(
    parameter: &str,
    peer: &Peer<'_>,
    expected: &BearerExpected<'_>,
) -> Result<BearerAssertion, Refused> {
    let text = decode_assertion(parameter).map_err(|error| malformed(error.code()))?;
    let document = Document::parse(&text, Limits::MESSAGE).map_err(|error| malformed(error.fault.code()))?;
    check_assertion(&document, peer, expected, NOW)
        .map_err(|error| Refused { code: error.code(), deviation: error.deviation() })
}
