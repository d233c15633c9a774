//! What an attacker tried on logins, and must not get: each is a door that once stood open.
#![cfg(feature = "testing")]

mod common;

use grantor::admin::ClientDraft;
use grantor::change::Kind;
use grantor::model::GrantType;
use grantor::model::Pkce;
use grantor::ready;
use grantor::server::AskConsent;
use grantor::server::Authorize;
use grantor::server::LoggedIn;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::BYSTANDER;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::NOON;
use grantor::value::ClientId;
use grantor::wire::AuthorizeRequest;

use common::*;

const ADMIN: LoggedIn = LoggedIn { organization: ACME, user: ADMINISTRATOR };
/// That of RFC 7636 appendix B.
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

fn of_code(public: bool, pkce: Pkce) -> ClientDraft {
    ClientDraft { public, pkce, ..draft(GrantType::AuthorizationCode) }
}

fn query(client: ClientId, challenge: Option<&str>) -> String {
    let challenge = challenge.map(|text| format!("&code_challenge={text}&code_challenge_method=S256"));
    format!("response_type=code&client_id={client}{}", challenge.unwrap_or_default())
}

fn visit(house: &House, query: &str, who: LoggedIn) -> Authorize {
    let request = AuthorizeRequest { query: query.as_bytes() };
    ready(house.server.authorize(&request, Some(who), NOON)).unwrap().unwrap()
}

#[track_caller]
fn asked(answer: Authorize) -> AskConsent {
    let Authorize::Ask(page) = answer else { panic!("{answer:?}") };
    *page
}

/// The code that the administrator's login comes to, whoever is asked on the way.
#[track_caller]
fn log_in(house: &House, query: &str) -> String {
    sent_back(&visit_and_agree(house, query, ADMIN, NOON), "code")
}

/// The answer to an exchange without a verifier, after the client was edited.
fn exchanged_after(edit: &ClientDraft) -> Told {
    let house = House::new();
    let created = house.create(&of_code(false, Pkce::Optional), NOON);
    let (id, secret) = (created.client.id, created.secret.unwrap());
    let code = log_in(&house, &query(id, None));
    let _ = done(house.admin().edit_client(id, edit, NOON));
    let body = format!("grant_type=authorization_code&code={code}");
    told(&match edit.public {
        true => house.post(&[], format!("{body}&client_id={id}").as_bytes(), NOON),
        false => house.post(&[&basic(id, secret.expose())], body.as_bytes(), NOON),
    })
}

/// GR-03, threat 14: a client that must use PKCE by now obtains nothing by a code that was asked for without.
#[test]
fn threat_14_pkce_is_not_lost_by_an_edit() {
    let refused = Told::Error(400, "invalid_grant".into());
    assert_eq!(exchanged_after(&of_code(true, Pkce::Required)), refused, "public: whoever has the code");
    assert_eq!(exchanged_after(&of_code(false, Pkce::Required)), refused, "required");
    assert!(
        matches!(exchanged_after(&of_code(false, Pkce::Optional)), Told::Token(..)),
        "and otherwise it does"
    );
}

/// threat 12: a code that was sent to a redirect URI is of no use once that was removed.
#[test]
fn threat_12_a_removed_redirect_uri_pays_out_no_more() {
    let elsewhere = vec!["https://other.example.com/callback".into()];
    let edit = ClientDraft { redirect_uris: elsewhere, ..of_code(false, Pkce::Optional) };
    assert_eq!(exchanged_after(&edit), Told::Error(400, "invalid_grant".into()));
}

/// threat 40: what a user agreed to of a public client is no word on a confidential one of the same name.
#[test]
fn threat_40_consent_does_not_outlive_the_kind_of_client() {
    let house = House::new();
    let id = house.create(&of_code(true, Pkce::Required), NOON).client.id;
    let query = query(id, Some(CHALLENGE));
    let _ = log_in(&house, &query);
    let _ = done(house.admin().edit_client(id, &of_code(false, Pkce::Required), NOON));
    let page = asked(visit(&house, &query, ADMIN));
    assert!(page.scopes.iter().all(|shown| !shown.agreed_before));
}

/// threat 42: an application's name is what its publisher chose, and the page says who that is.
#[test]
fn threat_42_the_page_names_who_publishes_the_application() {
    let house = House::new();
    let theirs = asked(visit(&house, &query(house.world.partner.id, Some(CHALLENGE)), ADMIN));
    assert_eq!(theirs.publisher.as_ref(), Some(house.world.globex.name()));
    assert_eq!(&theirs.organization, house.world.acme.name());
    let own = house.create(&of_code(true, Pkce::Required), NOON).client.id;
    let own = asked(visit(&house, &query(own, Some(CHALLENGE)), ADMIN));
    assert_eq!(own.publisher.as_ref(), Some(house.world.acme.name()));
    let built_in = house.world.built_in.id;
    let visitor = LoggedIn { organization: ACME, user: BYSTANDER };
    assert_eq!(asked(visit(&house, &query(built_in, Some(CHALLENGE)), visitor)).publisher, None);
}

/// threat 43: a login whose code nobody exchanged goes with the code, and not a month later.
#[test]
fn threat_43_unused_logins_do_not_pile_up() {
    let house = House::new();
    let id = house.create(&of_code(false, Pkce::Optional), NOON).client.id;
    let families = || house.dump().keys().filter(|key| key.kind() == Kind::Family).count();
    let before = families();
    for _ in 0..10 {
        let _ = log_in(&house, &query(id, None));
    }
    assert_eq!(families(), before + 10);
    house.sweep_all(NOON.plus(DAY + 59));
    assert_eq!(families(), before + 10, "not a second before it is due");
    house.sweep_all(NOON.plus(DAY + 60));
    assert_eq!(families(), before);
}
