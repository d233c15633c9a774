//! One combination at a time: a login begins while all is well, then everything comes to be as the case has it,
//! and the grant is asked for.

use std::sync::LazyLock;

use grantor::audit::Outcome;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::model;
use grantor::model::Audience;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Policy;
use grantor::model::RoleGrants;
use grantor::server::AuthorizationServer;
use grantor::server::Authorize;
use grantor::server::Choice;
use grantor::server::LoggedIn;
use grantor::server::Settings;
use grantor::testing::Says;
use grantor::testing::SeededEntropy;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWERS;
use grantor::value::ClientId;
use grantor::value::UserId;
use grantor::wire::AuthorizeRequest;
use grantor::wire::Response;
use serde_json::Value;

use super::case::Authorization;
use super::case::Case;
use super::case::Client;
use super::case::Grant;
use super::case::Organization;
use super::case::User;
use super::common::House;
use super::common::Spy;
use super::common::basic;
use super::common::catalog;
use super::common::done;
use super::common::sign_on::SignOn;
use super::common::sign_on::idp;
use super::common::sign_on::single_sign_on;

/// The number of the client, and of its user.
const NUMBER: u64 = 40;
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const EMAIL: &str = "user@acme.example";
/// What the identity provider says of that user.
static ASSERTION: LazyLock<String> = LazyLock::new(|| {
    let says = Says::login(EMAIL, "https://login.example.com/oauth/token", "https://login.example.com");
    idp().bearer(&says, NOON)
});

/// What came of it: what the client or the browser is told, and the code in the audit trail, if there is one.
pub struct Driven {
    pub answer: String,
    pub reason: String,
    /// How many access tokens were recorded.
    pub tokens: usize,
}

/// The world, and what the client holds of a login that began while all was well.
struct Scene {
    house: House,
    client: model::Client,
    /// The code, the refresh token or the assertion.
    held: String,
}

pub fn drive(case: Case) -> Driven {
    let mut scene = Scene::begin(case.grant);
    scene.put_client(case.client);
    scene.put_authorization(case.authorization);
    scene.put_user(case.user);
    scene.put_organization(case.organization);
    let before = scene.tokens();
    let (answer, events) = scene.house.events_of(|| scene.ask(case.grant));
    let reasons = events.into_iter().filter_map(|event| match event.outcome {
        Outcome::Refused { code, .. } => Some(code.into_owned()),
        Outcome::Done => None,
    });
    let reason = reasons.collect::<Vec<_>>().join(" ");
    Driven { answer, reason, tokens: scene.tokens() - before }
}

impl Scene {
    /// An approved client of the grant, and a user of its audience with whom it has come as far as the grant needs.
    fn begin(grant: Grant) -> Self {
        let house = SignOn::with_provider(|provider| provider.settings.policy.saml2_bearer = true).house;
        let client = fixtures::client(NUMBER, grant_type(grant));
        house.plant(Changes::new().insert(client.clone()));
        let mut scene = Self { house, client, held: String::new() };
        scene.put_authorization(Authorization::Approved);
        scene.put_user(User::Active);
        match grant {
            Grant::ClientCredentials => {}
            Grant::Saml2Bearer => scene.held = ASSERTION.clone(),
            Grant::Authorize => drop(scene.authorize("code")),
            Grant::Implicit => drop(scene.authorize("token")),
            Grant::Exchange => scene.held = scene.code(),
            Grant::Refresh => {
                scene.held = scene.code();
                let answer = scene.post(&scene.exchange());
                scene.held = body(&answer)["refresh_token"].as_str().unwrap().to_owned();
            }
        }
        scene
    }

    fn put_client(&self, state: Client) {
        let (client, by) = (&self.client, fixtures::administrator());
        match state {
            Client::Active => {}
            Client::Inactive => self.house.put(client.deactivate(by, NOON.plus(7 * DAY), NOON).unwrap()),
            Client::Disabled => self.house.put(client.disable(by, NOON).unwrap()),
            Client::Removed => self.house.put(client.tombstone(by, NOON)),
        }
    }

    fn put_authorization(&self, state: Authorization) {
        let approved = self.approved();
        let revoked = approved.revoke(fixtures::administrator(), NOON).unwrap();
        match state {
            Authorization::None => self.delete(Key::Authorization(ACME, self.client.id)),
            Authorization::Pending => self.house.put(fixtures::pending(ACME, &self.client)),
            Authorization::Approved => self.house.put(approved),
            Authorization::Revoked => self.house.put(revoked),
            Authorization::Superseded => {
                let model::AuthorizationState::Approved(approval) = approved.state() else {
                    panic!("not approved: {approved:?}");
                };
                self.house.put(revoked.reauthorize(fixtures::id(NUMBER), approval.clone()).unwrap());
            }
        }
    }

    /// The approval for the viewers; client credentials have no audience.
    fn approved(&self) -> model::Authorization {
        let approved = fixtures::approved(ACME, &self.client);
        match self.client.grant.grant_type() {
            GrantType::ClientCredentials => approved,
            GrantType::AuthorizationCode | GrantType::Saml2Bearer | GrantType::Implicit => {
                approved.edit_audience(Audience::of_roles([VIEWERS])).unwrap()
            }
        }
    }

    fn put_user(&self, state: User) {
        let viewer = fixtures::role_grants([(VIEWERS, model::Division::All)]);
        let email = Some(fixtures::email(EMAIL));
        let user = |roles| model::User { email: email.clone(), ..fixtures::user(ACME, user_id(), roles) };
        match state {
            User::Active => self.house.put(user(viewer)),
            User::Inactive => {
                self.house.put(model::User { state: model::UserState::Inactive, ..user(viewer) });
            }
            User::Absent => self.delete(Key::User(ACME, user_id())),
            User::Outside => self.house.put(user(RoleGrants::default())),
        }
    }

    fn put_organization(&mut self, state: Organization) {
        match state {
            Organization::Plain => {}
            Organization::IdleTimeout => {
                let policy = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
                self.house.set_policy(ACME, policy, NOON);
            }
            Organization::PastSunset => {
                let mut settings = Settings::new("https://login.example.com".parse().unwrap(), catalog());
                settings.implicit_sunset.use_ends = NOON;
                let store = Spy::over(self.house.store().memory().clone());
                let entropy = SeededEntropy::new(2);
                self.house.server = AuthorizationServer::with_entropy(store, entropy, settings)
                    .with_single_sign_on(single_sign_on());
            }
        }
    }

    fn tokens(&self) -> usize {
        self.house.dump().keys().filter(|key| key.kind() == Kind::AccessToken).count()
    }

    fn delete(&self, key: Key) {
        let version = self.house.find(key).unwrap().version;
        self.house.plant(Changes::new().delete(version, key));
    }

    fn ask(&self, grant: Grant) -> String {
        match grant {
            Grant::ClientCredentials => told(&self.post("grant_type=client_credentials")),
            Grant::Authorize => self.authorize("code"),
            Grant::Exchange => told(&self.post(&self.exchange())),
            Grant::Refresh => {
                told(&self.post(&format!("grant_type=refresh_token&refresh_token={}", self.held)))
            }
            Grant::Implicit => self.authorize("token"),
            Grant::Saml2Bearer => {
                let grant_type = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer";
                let presented = format!("assertion={}&organization={ACME}", self.held);
                told(&self.post(&format!("grant_type={grant_type}&{presented}")))
            }
        }
    }

    fn exchange(&self) -> String {
        let uri = "https%3A%2F%2Fapp.example.com%2Fcallback";
        format!(
            "grant_type=authorization_code&code={}&redirect_uri={uri}&code_verifier={VERIFIER}",
            self.held
        )
    }

    fn post(&self, form: &str) -> Response {
        let secret = self.house.secret(&self.client);
        self.house.post(&[&basic(self.client.id, &secret)], form.as_bytes(), NOON)
    }

    /// The code of a login that begins now.
    fn code(&self) -> String {
        let answer = self.browse("code");
        let Authorize::Redirect(redirect) = self.agree(answer) else { panic!("not sent back") };
        parameter(&redirect.response, "code").expect("a code")
    }

    /// What becomes of the browser; a user who is asked agrees.
    fn authorize(&self, response_type: &str) -> String {
        match self.browse(response_type) {
            page @ Authorize::Ask(_) => {
                format!("page: the user is asked; on a yes {}", shown(self.agree(page)))
            }
            answer => shown(answer),
        }
    }

    fn browse(&self, response_type: &str) -> Authorize {
        let challenge = match response_type {
            "code" => format!("&code_challenge={CHALLENGE}&code_challenge_method=S256"),
            _ => String::new(),
        };
        let uri = "https%3A%2F%2Fapp.example.com%2Fcallback";
        let id: ClientId = self.client.id;
        let query = format!("response_type={response_type}&client_id={id}&redirect_uri={uri}{challenge}");
        let request = AuthorizeRequest { query: query.as_bytes() };
        done(self.house.server.authorize(&request, Some(visitor()), NOON))
    }

    fn agree(&self, answer: Authorize) -> Authorize {
        let Authorize::Ask(page) = answer else { panic!("nobody is asked: {answer:?}") };
        assert_eq!(page.asks, model::PromptKind::User);
        let yes = Choice::Approve { scopes: None };
        done(self.house.server.answer_consent(page.ticket.expose(), &yes, visitor(), NOON))
    }
}

fn grant_type(grant: Grant) -> GrantType {
    match grant {
        Grant::ClientCredentials => GrantType::ClientCredentials,
        Grant::Authorize | Grant::Exchange | Grant::Refresh => GrantType::AuthorizationCode,
        Grant::Implicit => GrantType::Implicit,
        Grant::Saml2Bearer => GrantType::Saml2Bearer,
    }
}

fn user_id() -> UserId {
    fixtures::id(NUMBER)
}

fn visitor() -> LoggedIn {
    LoggedIn { organization: ACME, user: user_id() }
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body).expect("JSON")
}

/// What an answer of the token endpoint says, in the words of the table.
fn told(response: &Response) -> String {
    let (status, body) = (response.status, body(response));
    match (&body["error"], body.get("access_token").is_some(), body.get("refresh_token").is_some()) {
        (Value::Null, true, true) => format!("{status} access token and refresh token"),
        (Value::Null, true, false) => format!("{status} access token"),
        (Value::String(error), false, false) => format!("{status} {error}"),
        _ => panic!("neither a token nor an error: {body}"),
    }
}

/// What the browser is told, in the words of the table.
fn shown(answer: Authorize) -> String {
    match answer {
        Authorize::ShowError(_) => "error page".into(),
        Authorize::AdministratorMustApprove(_) => "page: an administrator must approve".into(),
        Authorize::Redirect(redirect) => {
            let response = redirect.response;
            let held = ["code", "access_token", "error"].map(|name| parameter(&response, name));
            let told = match held {
                [Some(_), None, None] => "code".into(),
                [None, Some(_), None] => "access token".into(),
                [None, None, Some(error)] => error,
                _ => panic!("not one of a code, a token and an error: {response:?}"),
            };
            format!("{} {told}", response.status)
        }
        other @ (Authorize::LogIn(_) | Authorize::Ask(_)) => panic!("not answered: {other:?}"),
    }
}

/// The parameter of this name in the query or fragment of the location.
fn parameter(response: &Response, name: &str) -> Option<String> {
    let location = &response.headers.iter().find(|(header, _)| *header == "location").expect("a location").1;
    let (_, parameters) = location.split_once(['?', '#']).expect("parameters");
    let mut pairs = parameters.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}
