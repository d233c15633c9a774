//! A house whose users log in by identity providers, and what such a provider answers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::model::IdentityProvider;
use grantor::model::Organization;
use grantor::model::Policy;
use grantor::model::SamlRequest;
use grantor::ready;
use grantor::saml::ServiceProvider;
use grantor::saml::binding::Outgoing;
use grantor::saml::crypto::AwsLcSigner;
use grantor::saml::crypto::Decryptor;
use grantor::saml::crypto::KeyTransport;
use grantor::saml::crypto::NotDecrypted;
use grantor::saml::crypto::SealedContent;
use grantor::server::AuthorizationServer;
use grantor::server::BeginLogin;
use grantor::server::LoginBegun;
use grantor::server::LoginPassed;
use grantor::server::LoginRefused;
use grantor::server::Logins;
use grantor::server::SingleSignOn;
use grantor::store::Store;
use grantor::testing::IdentityProviderForTests;
use grantor::testing::Says;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::World;
use grantor::value::Digest;
use grantor::value::EntityId;
use grantor::value::IdentityProviderId;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use grantor::value::UserId;
use grantor::wire::SamlPost;
use zeroize::Zeroizing;

use super::House;
use super::Spy;
use super::assert_same;
use super::done;

/// Where responses are posted to.
pub const ACS: &str = "https://login.example.com/saml/acs";
/// The name that assertions are for.
pub const SP: &str = "https://login.example.com/saml/metadata";
/// Where messages about logging out are sent to.
pub const SLO: &str = "https://login.example.com/saml/slo";
/// The entity id of the fixtures' providers of number 1.
pub const IDP: &str = "https://idp.example.com/metadata";
/// The email address of the administrators of Acme and of Globex.
pub const ADMIN: &str = "administrator@acme.example";
const FORM: &[u8] = b"application/x-www-form-urlencoded";

/// A house at which users log in by identity providers.
pub struct SignOn {
    pub house: House,
}

/// A login that was begun: what the browser keeps, and what is answered.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Way {
    pub ticket: String,
    pub id: String,
}

/// A key of the fixtures.
pub fn key(name: &str) -> AwsLcSigner {
    let path = format!("{}/tests/saml/keys/{name}.key.pem", env!("CARGO_MANIFEST_DIR"));
    let pem = std::fs::read_to_string(path).unwrap();
    let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let (body, _) = rest.split_once("-----END").unwrap();
    AwsLcSigner::from_pkcs8(&STANDARD.decode(body.replace(['\n', '\r'], "")).unwrap()).unwrap()
}

/// The identity provider of this entity id with a key of the fixtures.
pub fn provider(entity_id: &str, key_name: &str) -> IdentityProviderForTests {
    IdentityProviderForTests::new(entity_id.parse::<EntityId>().unwrap(), key(key_name))
}

/// The identity provider of Acme.
pub fn idp() -> IdentityProviderForTests {
    provider(IDP, "idp-rsa-2048")
}

/// The identity provider of Globex: of the same name, with another key.
pub fn globex_idp() -> IdentityProviderForTests {
    provider(IDP, "other-rsa-2048")
}

/// What says that this user logged in here.
pub fn says(email: &str) -> Says<'_> {
    Says::login(email, ACS, SP)
}

/// The service, with logout.
pub fn service() -> ServiceProvider {
    let mut service = ServiceProvider::new(SP.parse().unwrap(), ACS.parse().unwrap());
    service.logout = Some(SLO.parse().unwrap());
    service
}

/// The service with a key to sign by, and with [`Transparent`] for one to decrypt by.
pub fn single_sign_on() -> SingleSignOn {
    SingleSignOn::new(service()).with_signer(key("sp-rsa-2048")).with_decryptor(Transparent)
}

/// A cipher under which the ciphertext is the plaintext with a tag behind it.
struct Transparent;

impl Decryptor for Transparent {
    fn unwrap_key(&self, _: KeyTransport, wrapped: &[u8]) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        Ok(Zeroizing::new(wrapped.to_vec()))
    }

    fn decrypt(&self, sealed: &SealedContent<'_>) -> Result<Zeroizing<Vec<u8>>, NotDecrypted> {
        let (text, _) = sealed.ciphertext.split_last_chunk::<16>().ok_or(NotDecrypted)?;
        Ok(Zeroizing::new(text.to_vec()))
    }
}

/// The response with its assertion encrypted for [`Transparent`].
pub fn encrypted(response: &str) -> String {
    edited(response, |xml| {
        let (start, end) = (xml.find("<saml:Assertion").unwrap(), xml.find("</samlp:Response>").unwrap());
        let sealed = [&[0; 12], &xml.as_bytes()[start..end], &[0; 16]].concat();
        let (key, sealed) = (STANDARD.encode([0; 32]), STANDARD.encode(sealed));
        let xmlenc = "http://www.w3.org/2001/04/xmlenc#";
        let data =
            |value: &str| format!("<e:CipherData><e:CipherValue>{value}</e:CipherValue></e:CipherData>");
        format!(
            "{}<saml:EncryptedAssertion><e:EncryptedData xmlns:e='{xmlenc}' Type='{xmlenc}Element'>\
             <e:EncryptionMethod Algorithm='http://www.w3.org/2009/xmlenc11#aes256-gcm'/>\
             <d:KeyInfo xmlns:d='http://www.w3.org/2000/09/xmldsig#'><e:EncryptedKey>\
             <e:EncryptionMethod Algorithm='{xmlenc}rsa-oaep-mgf1p'/>{}</e:EncryptedKey></d:KeyInfo>{}\
             </e:EncryptedData></saml:EncryptedAssertion></samlp:Response>",
            &xml[..start],
            data(&key),
            data(&sealed),
        )
    })
}

/// The response without `InResponseTo`: its assertion may still have it.
pub fn unnamed(response: &str) -> String {
    edited(response, |xml| {
        let (before, rest) = xml.split_once(" InResponseTo=\"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}{after}")
    })
}

/// The response with its XML edited.
pub fn edited(response: &str, edit: impl FnOnce(&str) -> String) -> String {
    STANDARD.encode(edit(&String::from_utf8(STANDARD.decode(response).unwrap()).unwrap()))
}

/// A form that a browser posts.
pub fn post(form: &[u8]) -> SamlPost<'_> {
    SamlPost { content_type: Some(FORM), body: form }
}

/// The form with this response and no `RelayState`.
pub fn form(response: &str) -> Vec<u8> {
    IdentityProviderForTests::form(response, None)
}

impl SignOn {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// The same, with the world changed first. Its administrator has an email address.
    pub fn with(change: impl FnOnce(&mut World)) -> Self {
        Self::of(House::with(|world| {
            world.administrator.email = Some(fixtures::email(ADMIN));
            change(world);
        }))
    }

    /// The same, with the provider of Acme changed first.
    pub fn with_provider(change: impl FnOnce(&mut IdentityProvider)) -> Self {
        Self::with(|world| change(&mut world.provider))
    }

    pub fn of(house: House) -> Self {
        let House { server, world } = house;
        Self { house: House { server: server.with_single_sign_on(single_sign_on()), world } }
    }

    /// Another server over the same records.
    pub fn another(&self, seed: u64) -> Self {
        Self::of(self.house.another(seed))
    }

    pub fn logins(&self) -> Logins<'_, Spy> {
        self.house.server.logins().expect("single sign-on")
    }

    /// The provider of Acme as it is stored.
    #[track_caller]
    pub fn provider(&self) -> IdentityProvider {
        self.provider_of(ACME, self.house.world.provider.id)
    }

    #[track_caller]
    pub fn provider_of(&self, organization: OrganizationId, id: IdentityProviderId) -> IdentityProvider {
        match self.house.find(Key::IdentityProvider(organization, id)).map(|found| found.record) {
            Some(Record::IdentityProvider(provider)) => (*provider).clone(),
            other => panic!("no provider but {other:?}"),
        }
    }

    /// Changes the provider of Acme in the store, without the server.
    pub fn change_provider(&self, change: impl FnOnce(&mut IdentityProvider)) {
        let mut provider = self.provider();
        change(&mut provider);
        self.house.put(provider);
    }

    /// The policy of Acme: users log in by an identity provider alone.
    pub fn require_sso(&self, now: Timestamp) {
        self.house.set_policy(ACME, Policy { sso_only: true, ..Policy::default() }, now);
    }

    pub fn organization(&self, id: OrganizationId) -> Organization {
        match self.house.find(Key::Organization(id)).map(|found| found.record) {
            Some(Record::Organization(organization)) => (*organization).clone(),
            other => panic!("no organization but {other:?}"),
        }
    }

    pub fn begin_by(
        &self,
        provider: IdentityProviderId,
        ticket: Option<&str>,
        now: Timestamp,
    ) -> Result<LoginBegun, LoginRefused> {
        let begin = BeginLogin { organization: ACME, provider, return_to: Some("/home"), ticket };
        done(self.logins().begin(&begin, now))
    }

    /// Begins a login by the provider of Acme.
    #[track_caller]
    pub fn begin(&self, now: Timestamp) -> Way {
        Way::of(&self.begin_by(self.house.world.provider.id, None, now).expect("a login begins"))
    }

    /// Begins a test login by the administrator.
    #[track_caller]
    pub fn begin_test(&self, provider: IdentityProviderId, now: Timestamp) -> Way {
        let begun = done(self.logins().begin_test(&self.house.admin(), provider, now));
        Way::of(&begun.expect("a test begins"))
    }

    pub fn finish(
        &self,
        form: &[u8],
        ticket: Option<&str>,
        now: Timestamp,
    ) -> Result<LoginPassed, LoginRefused> {
        done(self.logins().finish(&post(form), ticket, now))
    }

    /// The way is answered for this user.
    pub fn answer(&self, way: &Way, email: &str, now: Timestamp) -> Result<LoginPassed, LoginRefused> {
        let response = idp().response(&says(email).answering(&way.id), now);
        self.finish(&form(&response), Some(&way.ticket), now)
    }

    /// The form is refused with this code, and changes nothing but the trail, and what the browser's request says of
    /// why it failed. Its event.
    #[track_caller]
    pub fn assert_refused(&self, form: &[u8], ticket: Option<&str>, now: Timestamp, code: &str) -> Event {
        let mut before = self.house.dump();
        let (answer, events) = self.house.events_of(|| self.finish(form, ticket, now));
        let refused = answer.expect_err(code);
        assert_eq!(refused.refusal.code(), code, "{refused:?}");
        assert!(!refused.refusal.remedy().is_empty());
        let mut after = self.house.dump();
        if let Some(digest) = ticket.and_then(|ticket| Digest::of_presented(ticket).ok()) {
            let key = Key::SamlRequest(digest);
            if let (Some(before), Some(after)) = (before.remove(&key), after.remove(&key)) {
                let told = |record: Record| match record {
                    Record::SamlRequest(request) => SamlRequest {
                        state: match request.is_waiting() {
                            true => grantor::model::RequestState::Waiting { refused: None },
                            false => request.state.clone(),
                        },
                        ..(*request).clone()
                    },
                    other => panic!("{other:?}"),
                };
                assert_eq!(told(after.record), told(before.record), "{code}");
            }
        }
        assert_same(&after, &before, code);
        let [event] = events.as_slice() else { panic!("{code}: {events:?}") };
        assert_eq!(refused.event, Some(event.id), "{code}");
        assert!(matches!(&event.outcome, Outcome::Refused { code: told, .. } if told == code), "{event:?}");
        event.clone()
    }

    /// The same for an answer to a login that begins now: `change` is made after it began.
    #[track_caller]
    pub fn assert_answer_refused(&self, email: &str, now: Timestamp, code: &str) -> Event {
        let way = self.begin(now);
        self.assert_way_refused(&way, email, now, code)
    }

    #[track_caller]
    pub fn assert_way_refused(&self, way: &Way, email: &str, now: Timestamp, code: &str) -> Event {
        let response = idp().response(&says(email).answering(&way.id), now);
        self.assert_refused(&form(&response), Some(&way.ticket), now, code)
    }
}

impl Way {
    pub fn of(begun: &LoginBegun) -> Self {
        let ticket = begun.ticket.expose().to_owned();
        let id = SamlRequest::id_of(Digest::of_presented(&ticket).unwrap());
        Self { ticket, id }
    }
}

/// The URL that a browser is redirected to.
#[track_caller]
pub fn redirected(send: &Outgoing) -> &str {
    match send {
        Outgoing::Redirect(url) => url,
        Outgoing::Form(form) => panic!("not redirected but {form:?}"),
    }
}

/// What the server with any store answers to the form.
pub fn finish_at<S: Store<Error: Sync>>(
    server: &AuthorizationServer<S>,
    form: &[u8],
    ticket: Option<&str>,
    now: Timestamp,
) -> Result<UserId, String> {
    match ready(server.logins().expect("single sign-on").finish(&post(form), ticket, now)).unwrap() {
        Ok(Ok(passed)) => Ok(passed.logged_in().unwrap().user),
        Ok(Err(refused)) => Err(refused.refusal.code().to_owned()),
        Err(error) => panic!("not answered: {error}"),
    }
}
