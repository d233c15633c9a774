//! The messages that are judged, and by what.

use std::fs;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::Timestamp;
use grantor::saml::Peer;
use grantor::saml::bearer::BearerExpected;
use grantor::saml::bearer::check_assertion;
use grantor::saml::bearer::decode_assertion;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::AwsLcDecryptor;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::response::Answers;
use grantor::saml::response::Expected;
use grantor::saml::response::check_response;
use grantor::saml::response::decode_post;
use grantor::saml::xml::Document;
use grantor::saml::xml::Limits;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::value::Certificate;
use grantor::value::ClockSkew;
use grantor::value::Deviations;
use grantor::value::EndpointUri;
use grantor::value::EntityId;
use grantor::value::Issuer;

/// The clock of the fixtures.
pub const NOW: Timestamp = Timestamp::from_unix(1_795_608_030);
pub const IDP: &str = "https://idp.example.com/metadata";
pub const ACS: &str = "https://sp.example.com/saml/acs";
pub const SP: &str = "https://sp.example.com/saml/metadata";
const TOKEN_ENDPOINT: &str = "https://auth.example.com/oauth/token";
const ISSUER: &str = "https://auth.example.com";
const REQUEST: &str = "_req-0123456789abcdef0123456789abcdef";

/// A file below `tests/saml`.
pub fn file(path: &str) -> String {
    let path = format!("{}/tests/saml/{path}", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(path).expect("a file of the tests")
}

pub fn provider(key: &str) -> IdentityProviderForTests {
    let signer = AwsLcSigner::from_pem(&file(&format!("keys/{key}.key.pem"))).expect("a key");
    IdentityProviderForTests::new(IDP.parse().expect("an entity id"), signer)
}

/// A response of at most so many bytes, or else without attributes, as the value of a form: each of its attributes
/// takes about 200 of them.
pub fn response(key: &str, length: usize) -> String {
    let group = "https://directory.example.com/acme/departments/customer-service/teams/north-west";
    let provider = provider(key);
    let of = |groups: usize| {
        let says = Says::login("maria@example.com", ACS, SP).answering(REQUEST);
        provider.response(&(0..groups).fold(says, |says, _| says.with("groups", group)), NOW)
    };
    let [none, one, two] = [0, 1, 2].map(|groups| xml_of(&of(groups)).len());
    of(length.saturating_sub(none) / (two - one))
}

/// A grant's assertion, as the value of a parameter.
pub fn bearer() -> String {
    let says = Says::login("maria@example.com", TOKEN_ENDPOINT, ISSUER);
    provider("idp-rsa-2048").bearer(&says, NOW)
}

pub fn xml_of(form_value: &str) -> Vec<u8> {
    decode_post(form_value).expect("a form value")
}

/// The value of a form with the message in a file.
pub fn posted(path: &str) -> String {
    STANDARD.encode(file(path))
}

/// What messages are judged by.
pub struct Judge {
    idp: EntityId,
    acs: EndpointUri,
    sp: EntityId,
    token_endpoint: EndpointUri,
    issuer: Issuer,
    pub certificates: Vec<Certificate>,
    pub decryptor: AwsLcDecryptor,
}

impl Judge {
    pub fn by(certificate: &str) -> Self {
        let pem = file(&format!("keys/{certificate}.cert.pem"));
        Self {
            idp: IDP.parse().expect("an entity id"),
            acs: ACS.parse().expect("an address"),
            sp: SP.parse().expect("an entity id"),
            token_endpoint: TOKEN_ENDPOINT.parse().expect("an address"),
            issuer: ISSUER.parse().expect("an issuer"),
            certificates: vec![Certificate::read(pem.as_bytes()).expect("a certificate")],
            decryptor: AwsLcDecryptor::from_pem(&[&file("keys/sp-rsa-2048.key.pem")]).expect("a key"),
        }
    }

    pub fn peer(&self) -> Peer<'_> {
        Peer {
            entity_id: &self.idp,
            certificates: &self.certificates,
            deviations: Deviations::NONE,
            clock_skew: ClockSkew::DEFAULT,
            verifier: &AwsLc,
            decryptor: Some(&self.decryptor),
            allow_cbc: false,
        }
    }

    pub fn expected(&self) -> Expected<'_> {
        let answers = Answers::Request { id: REQUEST, issued: NOW, force_authn: false };
        Expected { acs: &self.acs, audience: &self.sp, answers }
    }

    /// From the value of a form to the proof, or to the refusal: whether it is accepted.
    pub fn accepts(&self, form_value: &str) -> bool {
        decode_post(form_value).is_ok_and(|xml| self.accepts_xml(&xml))
    }

    pub fn accepts_xml(&self, xml: &[u8]) -> bool {
        let document = Document::parse(xml, Limits::MESSAGE);
        document.is_ok_and(|document| check_response(&document, &self.peer(), &self.expected(), NOW).is_ok())
    }

    /// The same for the parameter of a grant.
    pub fn grants(&self, parameter: &str) -> bool {
        let expected = BearerExpected { token_endpoint: &self.token_endpoint, audience: &self.issuer };
        let xml = decode_assertion(parameter).expect("base64url");
        let document = Document::parse(&xml, Limits::MESSAGE).expect("XML");
        check_assertion(&document, &self.peer(), &expected, NOW).is_ok()
    }
}
