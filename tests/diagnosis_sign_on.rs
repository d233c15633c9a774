//! The table of troubles for single sign-on (DX-09): each row is reached by causing its failure, and asking why.
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::model::SamlRequest;
use grantor::ready;
use grantor::review::diagnosis::Diagnosis;
use grantor::review::diagnosis::Row;
use grantor::saml::ServiceProvider;
use grantor::saml::crypto::AwsLcSigner;
use grantor::server::AuthorizationServer;
use grantor::server::BeginLogin;
use grantor::server::LoginBegun;
use grantor::server::LoginRefused;
use grantor::server::Settings;
use grantor::server::SingleSignOn;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::MINUTE;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::OTHER_CERTIFICATE;
use grantor::testing::fixtures::World;
use grantor::value::Digest;
use grantor::value::EventId;
use grantor::value::ScopeCatalog;
use grantor::value::Timestamp;
use grantor::wire::SamlPost;

const ACS: &str = "https://login.example.com/saml/acs";
const SP: &str = "https://login.example.com/saml/metadata";
const KNOWN: &str = "administrator@acme.example";

struct House {
    server: AuthorizationServer<MemoryStore>,
    world: World,
}

impl House {
    fn new() -> Self {
        let (world, store) = (fixtures::world(), MemoryStore::new());
        let _ = ready(store.commit(world.changes())).unwrap().unwrap();
        let service = ServiceProvider::new(SP.parse().unwrap(), ACS.parse().unwrap());
        let catalog = ScopeCatalog::new([]).unwrap();
        let settings = Settings::new("https://login.example.com".parse().unwrap(), catalog);
        let server = AuthorizationServer::with_entropy(store, SeededEntropy::new(1), settings);
        Self { server: server.with_single_sign_on(SingleSignOn::new(service)), world }
    }

    fn begin(&self, ticket: Option<&str>, now: Timestamp) -> Result<LoginBegun, LoginRefused> {
        let provider = self.world.provider.id;
        let begin = BeginLogin { organization: ACME, provider, return_to: None, ticket };
        ready(self.server.logins().unwrap().begin(&begin, now)).unwrap().unwrap()
    }

    /// The answer to a login that was begun, signed with this key.
    fn answer(
        &self,
        begun: &LoginBegun,
        key: &str,
        (email, audience): (&str, &str),
        now: Timestamp,
    ) -> Result<(), LoginRefused> {
        let id = SamlRequest::id_of(Digest::of_presented(begun.ticket.expose()).unwrap());
        let entity_id = self.world.provider.settings.entity_id.clone();
        let provider = IdentityProviderForTests::new(entity_id, signer(key));
        let response = provider.response(&Says::login(email, ACS, audience).answering(&id), now);
        let form = IdentityProviderForTests::form(&response, Some(&id));
        let post = SamlPost { content_type: Some(b"application/x-www-form-urlencoded"), body: &form };
        let logins = self.server.logins().unwrap();
        ready(logins.finish(&post, Some(begun.ticket.expose()), now)).unwrap().unwrap().map(|_| ())
    }

    /// A whole login.
    fn log_in(&self, key: &str, says: (&str, &str), now: Timestamp) -> Result<(), LoginRefused> {
        let begun = self.begin(None, now).expect("a login begins");
        self.answer(&begun, key, says, now)
    }

    #[track_caller]
    fn diagnosed(&self, refused: Result<(), LoginRefused>, now: Timestamp) -> Diagnosis {
        let event: EventId = refused.expect_err("refused").event.expect("an event");
        let admin = self.server.administration(ACME, ADMINISTRATOR);
        ready(admin.diagnose(event, now)).unwrap().unwrap().expect("a row")
    }
}

fn signer(name: &str) -> AwsLcSigner {
    let path = format!("{}/tests/saml/keys/{name}.key.pem", env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(path).unwrap();
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (body, _) = rest.split_once("-----END").unwrap();
    let der = STANDARD.decode(body.replace(['\n', '\r'], "")).unwrap();
    AwsLcSigner::from_pkcs8(&der).unwrap()
}

/// DX-09: signed with a key of which there is no certificate; and where the certificates were edited since, that edit.
#[test]
fn dx_09_a_certificate_mismatch() {
    let house = House::new();
    let refused = house.log_in("other-rsa-2048", (KNOWN, SP), NOON);
    let diagnosis = house.diagnosed(refused, NOON);
    assert_eq!((diagnosis.row, &diagnosis.culprit), (Row::CertificateMismatch, &None));
    assert!(diagnosis.row.remedy().contains("certificate"));

    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let provider = house.world.provider.id;
    let _ =
        ready(admin.add_certificate(provider, OTHER_CERTIFICATE.as_bytes(), NOON.plus(5))).unwrap().unwrap();
    house.log_in("idp-rsa-2048", (KNOWN, SP), NOON.plus(6)).expect("either key does");
    let known = house.world.provider.settings.certificates.iter().next().unwrap().fingerprint();
    let _ = ready(admin.remove_certificate(provider, &known, NOON.plus(10))).unwrap().unwrap();
    let refused = house.log_in("idp-rsa-2048", (KNOWN, SP), NOON.plus(20));
    let diagnosis = house.diagnosed(refused, NOON.plus(20));
    assert_eq!(diagnosis.row, Row::CertificateMismatch);
    let culprit = diagnosis.culprit.expect("a change");
    let by = Actor::User { organization: ACME, user: ADMINISTRATOR };
    assert_eq!((culprit.action, culprit.at, culprit.by), (Action::EditProvider, NOON.plus(10), by));
}

/// DX-09: a user whom the organization does not know; nobody is created.
#[test]
fn dx_09_a_user_who_is_not_provisioned() {
    let house = House::new();
    for email in ["nobody@acme.example", "former@acme.example"] {
        let refused = house.log_in("idp-rsa-2048", (email, SP), NOON);
        let diagnosis = house.diagnosed(refused, NOON);
        assert_eq!((diagnosis.row, &diagnosis.culprit), (Row::UserNotProvisioned, &None), "{email}");
        assert!(diagnosis.row.remedy().contains("create the user"));
    }
}

/// DX-09: a login fails since the two sides are not configured for each other; and the test of it, for wrong metadata.
#[test]
fn dx_09_a_misconfigured_sign_on_and_wrong_metadata() {
    let house = House::new();
    let elsewhere = (KNOWN, "https://elsewhere.example.com");
    let diagnosis = house.diagnosed(house.log_in("idp-rsa-2048", elsewhere, NOON), NOON);
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::SignOnMisconfigured, "saml.audience"));

    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let logins = house.server.logins().unwrap();
    let begun = ready(logins.begin_test(&admin, house.world.provider.id, NOON)).unwrap().unwrap().unwrap();
    let diagnosis = house.diagnosed(house.answer(&begun, "idp-rsa-2048", elsewhere, NOON), NOON);
    assert_eq!((diagnosis.row, diagnosis.code.as_str()), (Row::WrongMetadata, "saml.audience"));
    assert!(diagnosis.row.remedy().contains("metadata"));
}

/// DX-09, SA-16: a login that comes back again and again.
#[test]
fn dx_09_a_redirect_loop() {
    let house = House::new();
    let mut ticket: Option<String> = None;
    for round in 0..20 {
        let now = NOON.plus(round);
        match house.begin(ticket.as_deref(), now) {
            Ok(begun) => ticket = Some(begun.ticket.expose().to_owned()),
            Err(refused) => {
                let diagnosis = house.diagnosed(Err(refused), now.plus(MINUTE));
                assert_eq!(diagnosis.row, Row::RedirectLoop);
                assert!(diagnosis.row.remedy().contains("SSO URL"));
                return;
            }
        }
    }
    panic!("no loop is seen");
}

/// DX-09: the provider was taken out of use, by whom and when.
#[test]
fn dx_09_a_provider_that_was_disabled() {
    let house = House::new();
    let admin = house.server.administration(ACME, ADMINISTRATOR);
    let _ = ready(admin.disable_identity_provider(house.world.provider.id, NOON.plus(1))).unwrap().unwrap();
    let refused = house.begin(None, NOON.plus(2)).map(|_| ());
    let diagnosis = house.diagnosed(refused, NOON.plus(2));
    assert_eq!(
        (diagnosis.row, diagnosis.code.as_str()),
        (Row::SignOnMisconfigured, "sso.provider.not.enabled")
    );
    let culprit = diagnosis.culprit.expect("a change");
    assert_eq!((culprit.action, culprit.at), (Action::DisableProvider, NOON.plus(1)));
}
