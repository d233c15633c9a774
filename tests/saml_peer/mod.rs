//! Both sides of the messages of `tests/saml`: this service and the identity provider, with their keys.
//!
//! Each test binary uses a part of it.
#![allow(dead_code, reason = "each test binary uses a part")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::saml::MessageId;
use grantor::saml::Peer;
use grantor::saml::ServiceProvider;
use grantor::saml::crypto::AwsLc;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::crypto::SignatureAlgorithm;
use grantor::saml::crypto::Signer;
use grantor::saml::crypto::SignerError;
use grantor::value::Certificate;
use grantor::value::ClockSkew;
use grantor::value::Deviations;
use grantor::value::EndpointUri;
use grantor::value::EntityId;

use crate::saml_book::certificates;
use crate::saml_book::file;

pub const IDP: &str = "https://idp.example.com/metadata";
pub const SSO: &str = "https://idp.example.com/sso";
pub const IDP_LOGOUT: &str = "https://idp.example.com/logout";
pub const SP: &str = "https://sp.example.com/saml/metadata";
pub const ACS: &str = "https://sp.example.com/saml/acs";
pub const SP_LOGOUT: &str = "https://sp.example.com/saml/logout";

/// This service, with a logout address and no keys.
pub fn service() -> ServiceProvider {
    let mut provider = ServiceProvider::new(SP.parse().unwrap(), ACS.parse().unwrap());
    provider.logout = Some(SP_LOGOUT.parse().unwrap());
    provider
}

/// What the identity provider is to this service: the other way round from [`service`].
pub fn other_side() -> ServiceProvider {
    let mut provider = ServiceProvider::new(IDP.parse().unwrap(), SSO.parse().unwrap());
    provider.logout = Some(IDP_LOGOUT.parse().unwrap());
    provider
}

pub fn entity(id: &str) -> EntityId {
    id.parse().unwrap()
}

pub fn address(text: &str) -> EndpointUri {
    text.parse().unwrap()
}

pub fn peer<'p>(
    entity_id: &'p EntityId,
    certificates: &'p [Certificate],
    deviations: Deviations,
) -> Peer<'p> {
    Peer {
        entity_id,
        certificates,
        deviations,
        clock_skew: ClockSkew::DEFAULT,
        verifier: &AwsLc,
        decryptor: None,
        allow_cbc: false,
    }
}

/// The private key of this name, in DER.
pub fn private_key(name: &str) -> Vec<u8> {
    let pem = file(&format!("keys/{name}.key.pem"));
    let (_, after) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (within, _) = after.split_once("-----END PRIVATE KEY-----").unwrap();
    STANDARD.decode(within.replace(['\n', '\r'], "")).unwrap()
}

pub fn signer(name: &str) -> AwsLcSigner {
    AwsLcSigner::from_pkcs8(&private_key(name)).unwrap()
}

pub fn certificate(name: &str) -> Certificate {
    certificates(&[name]).remove(0)
}

pub fn id() -> MessageId {
    MessageId::of_bits([7; 16])
}

/// A signer that is broken, or that should not be used.
pub struct Fake(pub SignatureAlgorithm);

impl Signer for Fake {
    fn algorithm(&self) -> SignatureAlgorithm {
        self.0
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignerError> {
        Err(SignerError)
    }
}
