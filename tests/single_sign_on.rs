//! Logins by identity providers, with the store (SA-06, SA-11, SA-12).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::ready;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Outgoing;
use grantor::saml::crypto::AwsLcSigner;
use grantor::server::AuthorizationServer;
use grantor::server::BeginLogin;
use grantor::server::Settings;
use grantor::server::SingleSignOn;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::NOON;
use grantor::value::Digest;
use grantor::value::ScopeCatalog;
use grantor::wire::SamlPost;

const ACS: &str = "https://login.example.com/saml/acs";
const SP: &str = "https://login.example.com/saml/metadata";

fn key(name: &str) -> AwsLcSigner {
    let pem =
        std::fs::read_to_string(format!("{}/tests/saml/keys/{name}.key.pem", env!("CARGO_MANIFEST_DIR")))
            .unwrap();
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (body, _) = rest.split_once("-----END").unwrap();
    let der = STANDARD.decode(body.replace(['\n', '\r'], "")).unwrap();
    AwsLcSigner::from_pkcs8(&der).unwrap()
}

#[test]
fn sa_06_a_login_begun_here() {
    let world = fixtures::world();
    let store = MemoryStore::new();
    let _ = ready(store.commit(world.changes())).unwrap().unwrap();
    let service = ServiceProvider::new(SP.parse().unwrap(), ACS.parse().unwrap());
    let settings =
        Settings::new("https://login.example.com".parse().unwrap(), ScopeCatalog::new([]).unwrap());
    let server = AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings)
        .with_single_sign_on(SingleSignOn::new(service));
    let logins = server.logins().unwrap();
    let begin = BeginLogin {
        organization: ACME,
        provider: world.provider.id,
        return_to: Some("/home"),
        ticket: None,
    };
    let begun = ready(logins.begin(&begin, NOON)).unwrap().unwrap().unwrap();
    assert!(
        matches!(&begun.send, Outgoing::Redirect(url) if url.starts_with("https://idp.example.com/sso?SAMLRequest="))
    );
    let id = grantor::model::SamlRequest::id_of(Digest::of_presented(begun.ticket.expose()).unwrap());

    let provider =
        IdentityProviderForTests::new(world.provider.settings.entity_id.clone(), key("idp-rsa-2048"));
    let email = world.administrator.email.as_ref().unwrap().as_str();
    let response = provider.response(&Says::login(email, ACS, SP).answering(&id), NOON.plus(30));
    let form = IdentityProviderForTests::form(&response, Some(&id));
    let post = SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: &form };
    let _refused = ready(logins.finish(&post, None, NOON.plus(31))).unwrap().unwrap().unwrap_err();
    let passed = ready(logins.finish(&post, Some(begun.ticket.expose()), NOON.plus(31))).unwrap().unwrap();
    let passed = passed.unwrap();
    assert_eq!(passed.user.user, world.administrator.id);
    assert_eq!(passed.return_to.as_deref(), Some("/home"));
    let refused = ready(logins.finish(&post, Some(begun.ticket.expose()), NOON.plus(32)))
        .unwrap()
        .unwrap()
        .unwrap_err();
}
