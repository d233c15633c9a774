//! Explaining requests for tokens (GV-05, GR-01, GR-02, GR-07 to GR-09, SC-03, OR-01, threat 37).
#![cfg(feature = "testing")]

mod common;

use std::collections::BTreeSet;

use grantor::access::Explanation;
use grantor::access::Layer;
use grantor::access::Verdict;
use grantor::admin::Proposal;
use grantor::change::Changes;
use grantor::change::Key;
use grantor::change::Reason;
use grantor::change::Record;
use grantor::grant::TokenRefusal;
use grantor::model::Audience;
use grantor::model::AuthorizationCode;
use grantor::model::Client;
use grantor::model::ClientFields;
use grantor::model::CodeClient;
use grantor::model::CodeState;
use grantor::model::Grant;
use grantor::model::GrantType;
use grantor::model::IdleTimeout;
use grantor::model::Policy;
use grantor::model::Refresh;
use grantor::model::TokenFamily;
use grantor::model::User;
use grantor::model::UserConsent;
use grantor::model::UserState;
use grantor::ready;
use grantor::server::RequestedToken;
use grantor::server::Supposing;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::ADMINISTRATORS;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::VIEWER;
use grantor::value::ClientId;
use grantor::value::CodeChallenge;
use grantor::value::CodeLifetime;
use grantor::value::FamilyId;
use grantor::value::Plain;
use grantor::value::Timestamp;
use grantor::value::kind;
use grantor::wire::TokenRequest;

use common::Call;
use common::House;
use common::basic;
use common::done;

/// Number 40: the client whose code and refresh token are presented, confidential; it must use PKCE.
const NUMBER: u64 = 40;
/// RFC 7636 appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const REDIRECT: &str = "https%3A%2F%2Fapp.example.com%2Fcallback";
/// The scopes asked for, right and wrong.
const SCOPES: [Option<&str>; 5] =
    [None, Some("routing:readonly"), Some("users:readonly"), Some("analytics"), Some("a  b")];

fn application() -> ClientId {
    fixtures::id(NUMBER)
}

fn refresh_token() -> Plain<kind::RefreshToken> {
    let family = FamilyId::from_bytes([40; 16]);
    Plain::of_family(family, &[4; 32])
}

/// A client, its approval, and a login of the viewer that has a code and a refresh token.
struct Scene {
    house: House,
    client: Client,
    login: TokenFamily,
    code: AuthorizationCode,
}

impl Scene {
    fn new() -> Self {
        let house = House::new();
        let client = fixtures::client(NUMBER, GrantType::AuthorizationCode);
        let approval = fixtures::approved(ACME, &client);
        let login = TokenFamily {
            id: FamilyId::from_bytes([40; 16]),
            began: NOON,
            refresh: Some(Refresh { current: refresh_token().digest(), replaced: None }),
            ..fixtures::login(&approval, VIEWER)
        };
        let like = fixtures::code(&client, &login);
        let challenge = CodeChallenge::of_verifier(VERIFIER).ok();
        let bound = (like.redirect.clone(), challenge);
        let code = AuthorizationCode::begins(&login, like.digest, bound, CodeLifetime::DEFAULT);
        house.put(client.clone());
        house.put(approval);
        house.put(UserConsent::none(ACME, client.id, VIEWER));
        house.put(login.clone());
        house.put(code.clone());
        Self { house, client, login, code }
    }

    /// The client as it is, if it is still there.
    fn stored(&self) -> Option<Client> {
        match self.house.find(Key::Client(self.client.id))?.record {
            Record::Client(client) => Some((*client).clone()),
            _ => None,
        }
    }

    /// Changes the client, if it is still there.
    fn change_client(&self, change: impl FnOnce(&mut ClientFields)) {
        if let Some(client) = self.stored() {
            self.house.put(fixtures::changed(&client, change));
        }
    }

    /// Changes the code, if it is still there.
    fn change_code(&self, change: impl FnOnce(&mut AuthorizationCode)) {
        if let Some(Record::AuthorizationCode(code)) =
            self.house.find(Key::AuthorizationCode(self.code.digest)).map(|found| found.record)
        {
            let mut code = (*code).clone();
            change(&mut code);
            self.house.put(code);
        }
    }

    /// Changes the login, if it is still there.
    fn change_login(&self, change: impl FnOnce(TokenFamily) -> TokenFamily) {
        if let Some(Record::Family(login)) =
            self.house.find(Key::Family(self.login.id)).map(|found| found.record)
        {
            self.house.put(change((*login).clone()));
        }
    }

    /// Deletes what is there, if anything is.
    fn delete(&self, key: Key) {
        if let Some(there) = self.house.find(key) {
            self.house.plant(Changes::new().delete(there.version, key));
        }
    }

    fn explained(&self, requested: &RequestedToken<'_>, at: Timestamp) -> Explanation<TokenRefusal> {
        self.house.store().take_calls();
        let explanation = done(self.house.admin().explain_token(self.client.id, requested, at, NOON));
        let commits = self.house.store().take_calls().iter().any(|call| matches!(call, Call::Commit(_)));
        assert!(!commits, "to ask commits nothing");
        explanation
    }

    /// What the endpoint answers to the client.
    fn answered(&self, form: &str, now: Timestamp) -> Result<(), TokenRefusal> {
        match self.stored().is_some_and(|client| client.grant.secrets().is_none()) {
            true => answered(&self.house, &[], &format!("{form}&client_id={}", self.client.id), now),
            false => {
                let header = basic(self.client.id, &self.house.secret(&self.client));
                answered(&self.house, &[&header], form, now)
            }
        }
    }
}

fn answered(house: &House, headers: &[&str], form: &str, now: Timestamp) -> Result<(), TokenRefusal> {
    let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
    let request = TokenRequest {
        authorization: &headers,
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: form.as_bytes(),
    };
    let parsed = request.parse().expect("a request that can be read");
    ready(house.server.issue(&parsed, now)).unwrap().unwrap().map(|_| ())
}

fn with_scope(form: &str, scope: Option<&str>) -> String {
    scope.map_or_else(|| form.to_owned(), |scope| format!("{form}&scope={}", scope.replace(' ', "%20")))
}

/// What may have happened since the login began.
type Mishap = (&'static str, fn(&Scene));

const MISHAPS: [Mishap; 24] = [
    ("nothing", |_| {}),
    ("the client is disabled", |scene| {
        let disabled = scene.stored().and_then(|client| client.disable(fixtures::administrator(), NOON).ok());
        disabled.into_iter().for_each(|disabled| scene.house.put(disabled));
    }),
    ("the client is removed", |scene| {
        scene.house.put(scene.client.tombstone(fixtures::administrator(), NOON));
    }),
    ("the client is public", |scene| {
        scene.change_client(|fields| {
            if let Grant::AuthorizationCode { client, .. } = &mut fields.grant {
                *client = CodeClient::Public;
            }
        });
    }),
    ("the client is of another type", |scene| {
        scene.change_client(|fields| fields.grant = fixtures::grant(fields.id, GrantType::Saml2Bearer));
    }),
    ("the client acts for itself", |scene| {
        scene.change_client(|fields| fields.grant = fixtures::grant(fields.id, GrantType::ClientCredentials));
    }),
    ("the client is of another epoch", |scene| {
        scene.change_client(|fields| fields.epoch = fields.epoch.next());
    }),
    ("the redirect URI is removed", |scene| {
        scene.change_client(|fields| {
            if let Grant::AuthorizationCode { redirect_uris, .. } = &mut fields.grant {
                *redirect_uris = fixtures::redirect_uris("https://app.example.com/other");
            }
        });
    }),
    ("the word is revoked", |scene| {
        let revoked =
            fixtures::approved(ACME, &scene.client).revoke(fixtures::administrator(), NOON).unwrap();
        scene.house.put(revoked);
    }),
    ("there is no word", |scene| scene.delete(Key::Authorization(ACME, application()))),
    ("fewer scopes are approved", |scene| {
        let edited = fixtures::approved(ACME, &scene.client).edit_scopes(fixtures::scopes("users:readonly"));
        scene.house.put(edited.unwrap());
    }),
    ("other scopes are approved", |scene| {
        let edited = fixtures::approved(ACME, &scene.client).edit_scopes(fixtures::scopes("analytics"));
        scene.house.put(edited.unwrap());
    }),
    ("it is for others", |scene| {
        let audience = Audience::of_roles([ADMINISTRATORS]);
        scene.house.put(fixtures::approved(ACME, &scene.client).edit_audience(audience).unwrap());
    }),
    ("the login is ended", |scene| {
        scene.change_login(|login| login.revoked(fixtures::administrator(), NOON));
    }),
    ("the login is gone", |scene| scene.delete(Key::Family(scene.login.id))),
    ("the login is not refreshed", |scene| {
        scene.change_login(|login| TokenFamily { refresh: None, ..login });
    }),
    ("the consent is gone", |scene| scene.delete(Key::UserConsent(ACME, application(), VIEWER))),
    ("the user is inactive", |scene| {
        scene.house.put(User { state: UserState::Inactive, ..scene.house.world.viewer.clone() });
    }),
    ("the user is gone", |scene| scene.delete(Key::User(ACME, VIEWER))),
    ("there is an idle timeout", |scene| {
        let policy = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
        scene.house.set_policy(ACME, policy, NOON);
    }),
    ("the code is exchanged", |scene| scene.change_code(|code| *code = code.redeemed(NOON))),
    ("the code is gone", |scene| scene.delete(Key::AuthorizationCode(scene.code.digest))),
    ("the code is another client's", |scene| scene.change_code(|code| code.client = fixtures::id(3))),
    ("the code has no challenge", |scene| scene.change_code(|code| code.challenge = None)),
];

#[track_caller]
fn assert_explained(
    explanation: &Explanation<TokenRefusal>,
    answer: &Result<(), TokenRefusal>,
    context: &str,
    refusing: &mut BTreeSet<Layer>,
) {
    assert_eq!(explanation.refusal(), answer.as_ref().err(), "{context}: {explanation}");
    assert_eq!(explanation.is_allowed(), answer.is_ok(), "{context}: {explanation}");
    for (at, judged) in explanation.layers.iter().enumerate() {
        match &judged.verdict {
            Verdict::RestsOn(on) => {
                assert!(!explanation.verdict(*on).unwrap().lets_pass(), "{context}: {explanation}");
                let before = explanation.layers[..at].iter().any(|judged| judged.layer == *on);
                assert!(before, "{context}: {explanation}");
            }
            Verdict::Refuses(reason) => {
                assert!(!reason.remedy().is_empty());
                refusing.insert(judged.layer);
            }
            _ => {}
        }
    }
}

/// GV-05: whatever two things have happened since the login began, the first refusal of its code is what the endpoint
/// answers; at once, and once the code has expired.
#[test]
fn gv_05_a_code_is_explained_as_it_is_answered() {
    let mut refusing = BTreeSet::new();
    let mut allowed = 0_u32;
    for (first, one) in MISHAPS {
        for (second, other) in MISHAPS {
            for at in [NOON, NOON.plus(60)] {
                let scene = Scene::new();
                one(&scene);
                other(&scene);
                let requested = RequestedToken::AuthorizationCode { code: scene.code.digest };
                let explanation = scene.explained(&requested, at);
                let code = fixtures::code_of(application());
                let mut form =
                    format!("grant_type=authorization_code&code={}&redirect_uri={REDIRECT}", code.expose());
                // That the verifier goes with the code is taken for granted.
                let has_none = [first, second].contains(&"the code has no challenge");
                if !has_none {
                    form += &format!("&code_verifier={VERIFIER}");
                }
                let answer = scene.answered(&form, at);
                allowed += u32::from(answer.is_ok());
                let context = format!("{first}, {second}, at {at}");
                assert_explained(&explanation, &answer, &context, &mut refusing);
            }
        }
    }
    assert!(allowed > 10, "{allowed}");
    let expected = [
        Layer::Application,
        Layer::GrantType,
        Layer::Presented,
        Layer::RedirectUri,
        Layer::Challenge,
        Layer::Client,
        Layer::Authorization,
        Layer::Login,
        Layer::Consent,
        Layer::User,
        Layer::Scopes,
    ];
    assert_eq!(refusing, expected.into_iter().collect(), "every layer refuses somewhere");
}

/// GV-05: the same of its refresh token, for fewer scopes and for more; at once, and once the login is over.
#[test]
fn gv_05_a_refresh_token_is_explained_as_it_is_answered() {
    let mut refusing = BTreeSet::new();
    let mut allowed = 0_u32;
    for (which, (first, one)) in MISHAPS.into_iter().enumerate() {
        for (place, (second, other)) in MISHAPS.into_iter().enumerate() {
            let at = if (which + place) % 4 == 3 { NOON.plus(30 * DAY) } else { NOON };
            let scope = SCOPES[(which * 2 + place) % SCOPES.len()];
            let scene = Scene::new();
            one(&scene);
            other(&scene);
            let requested = RequestedToken::RefreshToken { login: scene.login.id, scope };
            let explanation = scene.explained(&requested, at);
            let form = format!("grant_type=refresh_token&refresh_token={}", refresh_token().expose());
            let answer = scene.answered(&with_scope(&form, scope), at);
            allowed += u32::from(answer.is_ok());
            let context = format!("{first}, {second}, {scope:?} at {at}");
            assert_explained(&explanation, &answer, &context, &mut refusing);
        }
    }
    assert!(allowed > 10, "{allowed}");
    let expected = [
        Layer::Application,
        Layer::GrantType,
        Layer::Secret,
        Layer::Presented,
        Layer::Client,
        Layer::Authorization,
        Layer::Login,
        Layer::Consent,
        Layer::User,
        Layer::Refresh,
        Layer::Scopes,
    ];
    assert_eq!(refusing, expected.into_iter().collect(), "every layer refuses somewhere");
}

/// GV-05, GR-01: the same of every client that asks for a token for itself.
#[test]
fn gv_05_a_token_for_the_client_itself_is_explained_as_it_is_answered() {
    let house = House::new();
    let (mut refusing, mut allowed) = (BTreeSet::new(), 0_u32);
    let world = &house.world;
    let own = world.clients().into_iter().filter(|client| client.organization() != Some(GLOBEX));
    for client in own {
        for scope in SCOPES {
            let requested = RequestedToken::ClientCredentials { scope };
            let explanation = done(house.admin().explain_token(client.id, &requested, NOON, NOON));
            let form = with_scope("grant_type=client_credentials", scope);
            let answer = match client.grant.secrets() {
                Some(_) => answered(&house, &[&basic(client.id, &house.secret(client))], &form, NOON),
                None => answered(&house, &[], &format!("{form}&client_id={}", client.id), NOON),
            };
            allowed += u32::from(answer.is_ok());
            let context = format!("{} for {scope:?}", client.id);
            assert_explained(&explanation, &answer, &context, &mut refusing);
        }
    }
    assert_eq!(allowed, 2, "the service and the SCIM client");
    let requested = RequestedToken::ClientCredentials { scope: None };
    let gone = done(house.admin().explain_token(world.removed.id, &requested, NOON, NOON));
    assert_eq!(gone.refusal().map(Reason::code), Some("client.not.found"));
}

/// OR-01, threat 37: a code and a login of another organization, or of another client, are told of as the endpoint does.
#[test]
fn threat_37_the_login_of_another_organization_is_not_told_of() {
    let house = House::new();
    let web = &house.world.web;
    let approval = fixtures::approved(GLOBEX, web);
    let theirs = TokenFamily {
        refresh: Some(Refresh { current: refresh_token().digest(), replaced: None }),
        ..fixtures::login(&approval, ADMINISTRATOR)
    };
    let plain: Plain<kind::AuthorizationCode> = fixtures::plain(4_711);
    let code = AuthorizationCode {
        digest: plain.digest(),
        expires: NOON.plus(60),
        state: CodeState::Issued,
        ..fixtures::code(web, &theirs)
    };
    house.put(theirs.clone());
    house.put(code.clone());
    let ask =
        |requested: RequestedToken<'_>| done(house.admin().explain_token(web.id, &requested, NOON, NOON));
    let nobodys: Plain<kind::AuthorizationCode> = fixtures::plain(4_712);
    let explanation = ask(RequestedToken::AuthorizationCode { code: code.digest });
    assert_eq!(explanation, ask(RequestedToken::AuthorizationCode { code: nobodys.digest() }));
    assert_eq!(explanation.refusal().map(Reason::code), Some("code.unknown"));
    let explanation = ask(RequestedToken::RefreshToken { login: theirs.id, scope: None });
    let nobodys = FamilyId::from_bytes([9; 16]);
    assert_eq!(explanation, ask(RequestedToken::RefreshToken { login: nobodys, scope: None }));
    assert_eq!(explanation.refusal().map(Reason::code), Some("refresh.token.unknown"));
    // Of another client of the own organization.
    let other = house.world.ended_login.id;
    let explanation = ask(RequestedToken::RefreshToken { login: other, scope: None });
    assert_eq!(explanation.refusal().map(Reason::code), Some("refresh.token.other.client"));
}

/// GV-05: after a change that is not made yet, and at another instant.
#[test]
fn gv_05_a_token_is_explained_after_a_change() {
    let scene = Scene::new();
    let requested = RequestedToken::RefreshToken { login: scene.login.id, scope: Some("routing") };
    let after = |proposal: &Proposal, at: Timestamp| {
        let supposing = Supposing::at(at).after(proposal);
        let explanation = done(scene.house.admin().explain_token(application(), &requested, supposing, NOON));
        explanation.refusal().map(Reason::code)
    };
    let narrowed = Proposal::EditScopes { client: application(), scopes: vec!["users:readonly".into()] };
    assert_eq!(after(&narrowed, NOON), Some("scope.not.approved"));
    let idle = Policy { idle_timeout: Some(IdleTimeout::MIN), ..Policy::default() };
    assert_eq!(after(&Proposal::ChangePolicy(idle), NOON), Some("refresh.idle.timeout"));
    assert_eq!(after(&Proposal::EndTokens, NOON), Some("organization.ended.tokens"));
    let deleted = Proposal::DeleteClient(application());
    assert_eq!(after(&deleted, NOON.plus(7 * DAY - 1)), Some("client.inactive"));
    assert_eq!(after(&deleted, NOON.plus(7 * DAY)), Some("client.not.found"));
}
