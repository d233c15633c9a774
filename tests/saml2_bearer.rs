//! SAML2 bearer at the token endpoint, bytes in and bytes out (GR-07, SA-11, SA-12, RFC 7522, threats 29, 39 and 53).
#![cfg(all(feature = "testing", feature = "saml", feature = "aws-lc-rs"))]

mod common;

use grantor::access::Requirement;
use grantor::admin::authorizations::Acknowledgement;
use grantor::audit::Action;
use grantor::audit::Actor;
use grantor::audit::Event;
use grantor::audit::Outcome;
use grantor::change::Key;
use grantor::change::Kind;
use grantor::model::Audience;
use grantor::model::Division;
use grantor::model::Grant;
use grantor::model::Holder;
use grantor::model::IdentityProvider;
use grantor::model::IdleTimeout;
use grantor::model::Policy;
use grantor::model::ProviderState;
use grantor::model::User;
use grantor::saml::ServiceProvider;
use grantor::server::AuthorizationServer;
use grantor::server::Settings;
use grantor::server::SingleSignOn;
use grantor::store::MemoryStore;
use grantor::store::Store;
use grantor::testing::Says;
use grantor::testing::SeededEntropy;
use grantor::testing::explore::Explorer;
use grantor::testing::explore::Scenario;
use grantor::testing::fixtures;
use grantor::testing::fixtures::ACME;
use grantor::testing::fixtures::ADMINISTRATOR;
use grantor::testing::fixtures::DAY;
use grantor::testing::fixtures::GLOBEX;
use grantor::testing::fixtures::NOON;
use grantor::testing::fixtures::OTHER_CERTIFICATE;
use grantor::testing::fixtures::VIEWERS;
use grantor::testing::fixtures::World;
use grantor::value::Deviation;
use grantor::value::Deviations;
use grantor::value::OrganizationId;
use grantor::value::Timestamp;
use grantor::wire::Response;
use grantor::wire::TokenRequest;
use serde_json::Value;

use common::Fault;
use common::House;
use common::Told;
use common::assert_same;
use common::basic;
use common::catalog;
use common::done;
use common::sign_on::ACS;
use common::sign_on::ADMIN;
use common::sign_on::SP;
use common::sign_on::SignOn;
use common::sign_on::form;
use common::sign_on::globex_idp;
use common::sign_on::idp;
use common::sign_on::says;
use common::told;

const ENDPOINT: &str = "https://login.example.com/oauth/token";
const ISSUER: &str = "https://login.example.com";
const GRANT_TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Asaml2-bearer";

/// The houses' provider is trusted for grants.
fn house() -> SignOn {
    house_with(|_| {})
}

fn house_with(change: impl FnOnce(&mut World)) -> SignOn {
    SignOn::with(|world| {
        world.provider.settings.policy.saml2_bearer = true;
        change(world);
    })
}

/// What says that this user may be acted for.
fn grant(email: &str) -> Says<'_> {
    Says::login(email, ENDPOINT, ISSUER)
}

/// The assertion that says so, of the provider of Acme.
fn assertion(email: &str, now: Timestamp) -> String {
    idp().bearer(&grant(email), now)
}

fn body(assertion: &str, organization: OrganizationId, more: &str) -> String {
    format!("grant_type={GRANT_TYPE}&assertion={assertion}&organization={organization}{more}")
}

/// The answer to the client of the fixtures that presents this body.
fn ask(sign_on: &SignOn, body: &str, now: Timestamp) -> Response {
    let client = &sign_on.house.world.saml;
    let secret = sign_on.house.secret(client);
    sign_on.house.post(&[&basic(client.id, &secret)], body.as_bytes(), now)
}

#[track_caller]
fn token(sign_on: &SignOn, assertion: &str, now: Timestamp) -> String {
    match told(&ask(sign_on, &body(assertion, ACME, ""), now)) {
        Told::Token(token, _) => token,
        refused @ Told::Error(..) => panic!("{refused:?}: {:?}", sign_on.house.events().last()),
    }
}

/// The body is refused: the client is told this, the trail has the code, and nothing else changes.
#[track_caller]
fn assert_refused(
    sign_on: &SignOn,
    body: &str,
    now: Timestamp,
    (status, error, code): (u16, &str, &str),
) -> Event {
    let before = sign_on.house.dump();
    let (response, events) = sign_on.house.events_of(|| ask(sign_on, body, now));
    assert_eq!(told(&response), Told::Error(status, error.to_owned()), "{code}: {events:?}");
    assert_same(&sign_on.house.dump(), &before, code);
    let [event] = events.as_slice() else { panic!("{code}: {events:?}") };
    assert!(matches!(&event.outcome, Outcome::Refused { code: found, .. } if found == code), "{event:?}");
    assert_eq!(event.action, Action::IssueToken);
    event.clone()
}

/// The assertion is refused as no grant.
#[track_caller]
fn assert_not_granted(sign_on: &SignOn, assertion: &str, now: Timestamp, code: &str) -> Event {
    assert_refused(sign_on, &body(assertion, ACME, ""), now, (400, "invalid_grant", code))
}

fn json(response: &Response) -> Value {
    serde_json::from_slice(&response.body).unwrap()
}

/// GR-07: the client authenticates, presents an assertion, names the organization, and has a token in the user's name: for
/// its lifetime, with what is approved, and without a refresh token. No policy waiver is needed.
#[test]
fn gr_07_an_assertion_gives_a_token_in_the_users_name() {
    let sign_on = house();
    assert_eq!(sign_on.organization(ACME).policy(), &Policy::default());
    let presented = body(&assertion(ADMIN, NOON), ACME, "");
    let (response, events) = sign_on.house.events_of(|| ask(&sign_on, &presented, NOON));
    let answer = json(&response);
    assert_eq!((response.status, &answer["token_type"]), (200, &"Bearer".into()));
    assert_eq!((&answer["expires_in"], &answer["scope"]), (&86_400.into(), &"routing users:readonly".into()));
    assert_eq!(answer.get("refresh_token"), None);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    let by = Actor::Client(sign_on.house.world.saml.id);
    assert_eq!((event.actor, event.action, &event.outcome), (by, Action::IssueToken, &Outcome::Done));
    assert_eq!(event.organization, Some(ACME));

    let token = answer["access_token"].as_str().unwrap();
    let needs = Requirement::permission("routing:queue:view".parse().unwrap())
        .any_scope_of(["routing:readonly".parse().unwrap()]);
    let allowed = sign_on.house.call(token, &needs, NOON.plus(1)).unwrap();
    assert!(matches!(allowed.holder, Holder::User { user: ADMINISTRATOR, .. }), "{allowed:?}");
    assert_eq!(sign_on.house.refused(token, NOON.plus(86_399)), None);
    assert_eq!(sign_on.house.refused(token, NOON.plus(86_400)), Some("login.expired"));
}

/// GR-07, GR-10: until the client has proven who it is, nothing else is answered.
#[test]
fn gr_07_the_client_proves_who_it_is_first() {
    let sign_on = house();
    let client = &sign_on.house.world.saml;
    let good = body(&assertion(ADMIN, NOON), ACME, "");
    let wrong = sign_on.house.secret(&sign_on.house.world.web);
    for (header, code) in [
        (Some(basic(client.id, &wrong)), "client.secret.wrong"),
        (None, "client.secret.missing"),
        (Some(basic(fixtures::id(99), &wrong)), "client.not.found"),
    ] {
        for body in [good.clone(), body("forged", ACME, "")] {
            let body = match header {
                Some(_) => body,
                None => format!("{body}&client_id={}", client.id),
            };
            let headers: Vec<&str> = header.as_deref().into_iter().collect();
            let (response, events) =
                sign_on.house.events_of(|| sign_on.house.post(&headers, body.as_bytes(), NOON));
            assert_eq!(told(&response), Told::Error(401, "invalid_client".into()));
            let [event] = events.as_slice() else { panic!("{events:?}") };
            assert!(
                matches!(&event.outcome, Outcome::Refused { code: found, .. } if found == code),
                "{event:?}"
            );
        }
    }
    let _ = token(&sign_on, &assertion(ADMIN, NOON), NOON);
}

/// GR-09: a client of another grant type has no token by an assertion, however good it is.
#[test]
fn gr_09_a_client_of_another_type_is_told_so() {
    let sign_on = house();
    let body = body(&assertion(ADMIN, NOON), ACME, "");
    for client in [&sign_on.house.world.web, &sign_on.house.world.service] {
        let header = basic(client.id, &sign_on.house.secret(client));
        let (response, events) =
            sign_on.house.events_of(|| sign_on.house.post(&[&header], body.as_bytes(), NOON));
        assert_eq!(told(&response), Told::Error(400, "unauthorized_client".into()));
        assert!(matches!(&events[0].outcome, Outcome::Refused { code, .. } if code == "grant.type.wrong"));
    }
    for other in ["client_credentials", "authorization_code&code=a", "refresh_token&refresh_token=a"] {
        let asked = format!("grant_type={other}");
        assert_eq!(told(&ask(&sign_on, &asked, NOON)), Told::Error(400, "unauthorized_client".into()));
    }
}

/// GR-12: each parameter is there, once, and what it is for.
#[test]
fn gr_12_a_parameter_that_is_missing_or_malformed_is_named() {
    let sign_on = house();
    let good = assertion(ADMIN, NOON);
    let grant_type = format!("grant_type={GRANT_TYPE}");
    let missing = (400, "invalid_request", "parameter.missing");
    assert_refused(&sign_on, &grant_type, NOON, missing);
    assert_refused(&sign_on, &format!("{grant_type}&assertion={good}"), NOON, missing);
    assert_refused(&sign_on, &format!("{grant_type}&organization={ACME}"), NOON, missing);
    let malformed = (400, "invalid_request", "parameter.malformed");
    assert_refused(&sign_on, &format!("{grant_type}&assertion={good}&organization=acme"), NOON, malformed);
    for twice in [
        format!("{}&organization={GLOBEX}", body(&good, ACME, "")),
        format!("{}&assertion=b", body(&good, ACME, "")),
    ] {
        assert_eq!(told(&ask(&sign_on, &twice, NOON)), Told::Error(400, "invalid_request".into()));
    }
    for (presented, code) in
        [("%21", "saml.encoding.base64url"), ("a%2Bb%2F", "saml.encoding.base64url"), ("YQ", "saml.xml")]
    {
        assert_not_granted(&sign_on, presented, NOON, code);
    }
    assert_not_granted(&sign_on, "PGEvPg", NOON, "assertion.issuer.not.trusted");
    let _ = token(&sign_on, &good, NOON);
}

/// GR-07, SA-05: the provider is enabled, trusted for this grant, and of the organization that is named.
#[test]
fn gr_07_the_issuer_is_trusted_for_this_grant() {
    let by = fixtures::administrator();
    let changes: [fn(&mut IdentityProvider); 4] = [
        |provider| provider.settings.policy.saml2_bearer = false,
        |provider| provider.state = ProviderState::Draft,
        |provider| provider.settings.valid_until = Some(NOON),
        |provider| provider.settings.entity_id = "https://other.example.com".parse().unwrap(),
    ];
    let disabled =
        |provider: &mut IdentityProvider| provider.state = ProviderState::Disabled { at: NOON, by };
    let sign_on = house();
    let good = assertion(ADMIN, NOON);
    let before = sign_on.provider();
    for change in
        changes.iter().map(|change| change as &dyn Fn(&mut IdentityProvider)).chain([&disabled as _])
    {
        sign_on.change_provider(change);
        assert_not_granted(&sign_on, &good, NOON, "assertion.issuer.not.trusted");
        sign_on.house.put(before.clone());
    }
    let _ = token(&sign_on, &good, NOON);
}

/// GR-07, threat 53: however many other organizations enter the entity id, the provider of the one that is named is found.
#[test]
fn threat_53_no_number_of_strangers_stands_in_the_way_of_a_grant() {
    let sign_on = house();
    // The last one of all in the order of their ids.
    let last = OrganizationId::from_random([0xff; 16]);
    let mut provider = sign_on.provider();
    provider.organization = last;
    sign_on.house.put(provider);
    sign_on.house.put(fixtures::organization(last, "Umbrella"));
    sign_on.house.put(fixtures::approved(last, &sign_on.house.world.saml));
    for number in 100..400 {
        sign_on.house.put(fixtures::identity_provider(fixtures::id(number), 1));
    }
    // It holds, and only then is its user looked for.
    let nobody = (400, "invalid_grant", "user.not.provisioned");
    assert_refused(&sign_on, &body(&assertion(ADMIN, NOON), last, ""), NOON, nobody);
}

/// GR-07, SA-08, threats 53 and 54: the assertion is signed by a certificate of that provider, which counts now.
#[test]
fn gr_07_threat_54_the_signature_is_the_providers() {
    let sign_on = house();
    let forged = globex_idp().bearer(&grant(ADMIN), NOON);
    assert_not_granted(&sign_on, &forged, NOON, "saml.signature.untrusted");
    let good = assertion(ADMIN, NOON);
    sign_on.change_provider(|provider| {
        provider.settings.certificates = fixtures::certificates(&[OTHER_CERTIFICATE]);
    });
    assert_not_granted(&sign_on, &good, NOON, "saml.signature.untrusted");
    let expired = include_str!("saml/keys/idp-rsa-2048-expired.cert.pem");
    sign_on.change_provider(|provider| provider.settings.certificates = fixtures::certificates(&[expired]));
    assert_not_granted(&sign_on, &good, NOON, "certificate.expired");
    sign_on.change_provider(|provider| {
        provider.settings.certificates = fixtures::certificates(&[OTHER_CERTIFICATE, fixtures::CERTIFICATE]);
    });
    let _ = token(&sign_on, &good, NOON);
}

/// GR-07, RFC 7522 §3: the assertion is for us, was sent to us, and holds now.
#[test]
fn gr_07_the_assertion_is_for_this_server_and_holds() {
    let sign_on = house();
    let of = |says: Says<'_>| idp().bearer(&says, NOON);
    let other_audience = of(Says { audience: "https://auth.example.com", ..grant(ADMIN) });
    assert_not_granted(&sign_on, &other_audience, NOON, "saml.audience");
    let endpoint_audience = of(Says { audience: ENDPOINT, ..grant(ADMIN) });
    assert_not_granted(&sign_on, &endpoint_audience, NOON, "saml.audience");
    let other_recipient = of(Says { recipient: "https://login.example.com/oauth/token/", ..grant(ADMIN) });
    assert_not_granted(&sign_on, &other_recipient, NOON, "saml.confirmation.recipient");
    assert_not_granted(&sign_on, &of(grant(ADMIN).answering("_1")), NOON, "saml.confirmation.unsolicited");
    let too_long = of(Says { lifetime: DAY + 1, ..grant(ADMIN) });
    assert_not_granted(&sign_on, &too_long, NOON, "saml.bearer.end.too.far");
    let good = assertion(ADMIN, NOON);
    assert_not_granted(&sign_on, &good, NOON.minus(11), "saml.issue.instant.future");
    assert_not_granted(&sign_on, &good, NOON.plus(310), "saml.conditions.late");
    let _ = token(&sign_on, &good, NOON.plus(309));
    let _ = token(&sign_on, &of(Says { id: Some("_day"), lifetime: DAY, ..grant(ADMIN) }), NOON);
}

/// Threat 53, RFC 7522 §3: the assertion of a login is no grant, and that of a grant is no login.
#[test]
fn threat_53_a_login_is_no_grant_and_a_grant_is_no_login() {
    let sign_on = house_with(|world| {
        world.provider.settings.policy.idp_initiated = true;
        world.globex_provider.state = ProviderState::Draft;
    });
    let login = idp().bearer(&says(ADMIN), NOON);
    assert_not_granted(&sign_on, &login, NOON, "saml.audience");
    let login = idp().bearer(&Says { audience: ISSUER, ..says(ADMIN) }, NOON);
    assert_not_granted(&sign_on, &login, NOON, "saml.confirmation.recipient");
    // A whole response is no assertion.
    let response = idp().response(&grant(ADMIN), NOON).replace('+', "-").replace('/', "_");
    assert_not_granted(&sign_on, response.trim_end_matches('='), NOON, "saml.bearer.root");
    // The other way round, sent to the address of logins and still for the token endpoint.
    let answer = form(&idp().response(&Says { recipient: ACS, ..grant(ADMIN) }, NOON));
    sign_on.assert_refused(&answer, None, NOON, "saml.audience");
    let answer = form(&idp().response(&grant(ADMIN), NOON));
    sign_on.assert_refused(&answer, None, NOON, "saml.response.destination");
    // One that could be both, by its names, is spent by the first use, and is for one address anyway.
    let _ = token(&sign_on, &assertion(ADMIN, NOON), NOON);
    let spent = form(&idp().response(&says(ADMIN), NOON));
    sign_on.assert_refused(&spent, None, NOON, "saml.assertion.used");
}

/// SA-11, threat 53: an assertion gives one token, whoever presents it: the same bytes, or its id signed again.
#[test]
fn sa_11_threat_53_an_assertion_gives_one_token() {
    let sign_on = house();
    let good = assertion(ADMIN, NOON);
    let _ = token(&sign_on, &good, NOON);
    for now in [NOON, NOON.plus(309)] {
        assert_not_granted(&sign_on, &good, now, "saml.assertion.used");
    }
    let id = format!("_assertion-{}", NOON.unix());
    let again = idp().bearer(&Says { id: Some(&id), ..grant("bystander@acme.example") }, NOON.plus(5));
    assert_not_granted(&sign_on, &again, NOON.plus(5), "saml.assertion.used");
    sign_on.house.sweep_all(NOON.plus(DAY));
    assert_not_granted(&sign_on, &good, NOON.plus(DAY), "saml.conditions.late");
    let _ = token(&sign_on, &assertion(ADMIN, NOON.plus(5)), NOON.plus(5));
}

/// SA-12: the user is there, active, one, and within the audience.
#[test]
fn sa_12_the_user_is_one_who_may_use_the_application() {
    let sign_on = house();
    let twin: User = fixtures::user(ACME, fixtures::id(50), fixtures::role_grants([]));
    sign_on.house.put(User { email: Some(fixtures::email("viewer@acme.example")), ..twin });
    for (email, code) in [
        ("nobody@acme.example", "user.not.provisioned"),
        ("former@acme.example", "user.inactive"),
        ("viewer@acme.example", "user.ambiguous"),
    ] {
        assert_not_granted(&sign_on, &assertion(email, NOON), NOON, code);
    }
    let approved = fixtures::approved(ACME, &sign_on.house.world.saml);
    sign_on.house.put(approved.edit_audience(Audience::of_roles([VIEWERS])).unwrap());
    let outside = assertion("bystander@acme.example", NOON);
    assert_not_granted(&sign_on, &outside, NOON, "user.outside.audience");
    let mut bystander = sign_on.house.world.bystander.clone();
    bystander.state = grantor::model::UserState::Active(fixtures::role_grants([(VIEWERS, Division::All)]));
    sign_on.house.put(bystander);
    let _ = token(&sign_on, &outside, NOON);
}

/// SA-12: an assertion that names another organization is none for this one.
#[test]
fn sa_12_the_organization_that_is_named_is_the_one() {
    let sign_on = house();
    let of = |name| idp().bearer(&grant(ADMIN).with("OrganizationName", name), NOON);
    assert_not_granted(&sign_on, &of("Globex"), NOON, "sso.organization.differs");
    let _ = token(&sign_on, &of("acme"), NOON);
}

/// AA-14, OR-01: the organization that is named decides: by its own word on the client and by its own provider.
#[test]
fn or_01_the_organization_that_is_named_decides() {
    let sign_on = house_with(|world| world.globex_provider.settings.policy.saml2_bearer = true);
    let theirs = globex_idp().bearer(&grant(ADMIN), NOON);
    let missing = (400, "unauthorized_client", "authorization.missing");
    let event = assert_refused(&sign_on, &body(&theirs, GLOBEX, ""), NOON, missing);
    assert_eq!(event.organization, Some(GLOBEX));
    let unknown = (400, "unauthorized_client", "organization.unknown");
    let event = assert_refused(&sign_on, &body(&theirs, fixtures::id(9), ""), NOON, unknown);
    assert_eq!(event.organization, Some(ACME), "there is no other trail");

    sign_on.house.put(fixtures::approved(GLOBEX, &sign_on.house.world.saml));
    assert_not_granted(&sign_on, &theirs, NOON, "saml.signature.untrusted");
    let ours = assertion(ADMIN, NOON.plus(1));
    let cross = (400, "invalid_grant", "saml.signature.untrusted");
    assert_refused(&sign_on, &body(&ours, GLOBEX, ""), NOON.plus(1), cross);
    let Told::Token(token, _) = told(&ask(&sign_on, &body(&theirs, GLOBEX, ""), NOON)) else { panic!() };
    let allowed = sign_on.house.call(&token, &fixtures::requirement("", ""), NOON).unwrap();
    assert_eq!(allowed.organization, GLOBEX);
}

/// SC-03, AA-06: what is asked for is given as far as it is approved, and no more is.
#[test]
fn sc_03_scopes_are_narrowed_and_never_widened() {
    for (at, (asked, expected)) in (0..).zip([
        ("&scope=routing%3Areadonly", Ok("routing:readonly")),
        ("&scope=users%3Areadonly+routing", Ok("routing users:readonly")),
        ("", Ok("routing users:readonly")),
        ("&scope=users", Err("scope.not.approved")),
        ("&scope=routing+analytics", Err("scope.not.approved")),
        ("&scope=routing++users", Err("scope.malformed")),
    ]) {
        let (sign_on, now) = (house(), NOON.plus(at));
        let presented = body(&assertion(ADMIN, now), ACME, asked);
        match expected {
            Ok(scopes) => assert_eq!(json(&ask(&sign_on, &presented, now))["scope"], scopes, "{asked}"),
            Err(code) => {
                assert_refused(&sign_on, &presented, now, (400, "invalid_scope", code));
            }
        }
    }
}

/// AA-06: where nothing that is approved is registered any more, there is no token.
#[test]
fn aa_06_no_scope_left_is_no_token() {
    let sign_on = house();
    let client = fixtures::changed(&sign_on.house.world.saml, |fields| {
        if let Grant::Saml2Bearer { scopes, .. } = &mut fields.grant {
            *scopes = fixtures::scopes("analytics");
        }
    });
    sign_on.house.put(client);
    assert_not_granted(&sign_on, &assertion(ADMIN, NOON), NOON, "scope.none.left");
    sign_on.house.put(sign_on.house.world.saml.clone());
    let _ = token(&sign_on, &assertion(ADMIN, NOON), NOON);
}

/// TK-03, TK-04: the organization's policy bounds the token.
#[test]
fn tk_03_the_policy_bounds_the_token() {
    let sign_on = house();
    let idle = IdleTimeout::from_seconds(300).unwrap();
    sign_on.house.set_policy(ACME, Policy { idle_timeout: Some(idle), ..Policy::default() }, NOON);
    let token = token(&sign_on, &assertion(ADMIN, NOON), NOON);
    assert_eq!(sign_on.house.refused(&token, NOON.plus(299)), None);
    let another = self::token(&sign_on, &assertion(ADMIN, NOON.plus(1)), NOON.plus(1));
    assert_eq!(sign_on.house.refused(&another, NOON.plus(301)), Some("token.idle"));
}

/// TK-10, AA-08, LC-05, LC-09, OR-07, threat 31: whatever ends the user's, the application's or the client's tokens ends
/// these.
#[test]
fn threat_31_what_ends_tokens_ends_these() {
    type End = fn(&House);
    let ends: [(&str, End, &str); 9] = [
        (
            "user's tokens",
            |house| done(house.admin().end_tokens_of_user(ADMINISTRATOR, NOON)),
            "user.ended.tokens",
        ),
        (
            "application's tokens",
            |house| drop(done(house.admin().end_tokens_of_application(house.world.saml.id, NOON))),
            "authorization.ended.tokens",
        ),
        (
            "client's tokens",
            |house| drop(done(house.admin().end_tokens_of_client(house.world.saml.id, NOON))),
            "client.ended.tokens",
        ),
        ("organization's tokens", |house| done(house.admin().end_tokens(NOON)), "organization.ended.tokens"),
        (
            "authorization",
            |house| drop(done(house.admin().revoke(house.world.saml.id, Acknowledgement::NotGiven, NOON))),
            "authorization.revoked",
        ),
        (
            "client",
            |house| {
                let plan = done(house.admin().plan_deletion(house.world.saml.id, NOON));
                let _ = done(house.admin().delete_client(&plan, NOON));
            },
            "client.inactive",
        ),
        (
            "operator",
            |house| drop(done(house.server.operator().disable_client(house.world.saml.id, NOON))),
            "client.disabled",
        ),
        (
            "user",
            |house| {
                let user = house.world.administrator.clone();
                house.put(User { state: grantor::model::UserState::Inactive, ..user });
            },
            "user.inactive",
        ),
        (
            "scopes",
            |house| {
                let scopes = ["users:readonly".to_owned()];
                drop(done(house.admin().edit_scopes(house.world.saml.id, &scopes, NOON)));
            },
            "scope.removed",
        ),
    ];
    for (name, end, code) in ends {
        let sign_on = house();
        let token = token(&sign_on, &assertion(ADMIN, NOON), NOON);
        let needs = fixtures::requirement("routing:readonly", "routing:queue:view");
        assert!(sign_on.house.call(&token, &needs, NOON).is_ok(), "{name}");
        end(&sign_on.house);
        let denial = sign_on.house.call(&token, &needs, NOON).unwrap_err();
        assert_eq!(grantor::change::Reason::code(&denial.reason), code, "{name}");
    }
}

/// TK-09: the token is introspected, and revoked by its client.
#[test]
fn tk_10_the_client_revokes_its_token() {
    let sign_on = house();
    let token = token(&sign_on, &assertion(ADMIN, NOON), NOON);
    let client = &sign_on.house.world.saml;
    let header = basic(client.id, &sign_on.house.secret(client));
    let request = |body: &'static str| (header.clone(), body.to_owned() + &token);
    let (header, body) = request("token=");
    let request = TokenRequest {
        authorization: &[header.as_bytes()],
        content_type: Some(b"application/x-www-form-urlencoded"),
        body: body.as_bytes(),
    };
    let introspected = done(sign_on.house.server.introspect(&request, NOON));
    assert_eq!(json(&introspected)["active"], true);
    let _ = done(sign_on.house.server.revoke_token(&request, NOON));
    assert!(sign_on.house.refused(&token, NOON).is_some());
}

/// SA-18: a deviation that the policy lets pass of a login lets no grant pass without an audience.
#[test]
fn sa_18_no_policy_lets_a_grant_pass_without_audience() {
    let sign_on = house();
    sign_on.change_provider(|provider| {
        provider.settings.policy.deviations =
            Deviation::ALL.into_iter().fold(Deviations::NONE, Deviations::with);
    });
    let other = idp().bearer(&Says { audience: "https://auth.example.com", ..grant(ADMIN) }, NOON);
    assert_not_granted(&sign_on, &other, NOON, "saml.audience");
    let _ = token(&sign_on, &assertion(ADMIN, NOON), NOON);
}

/// GR-09: where the host has no single sign-on the grant does not exist, and the metadata does not name it.
#[test]
fn gr_09_without_single_sign_on_the_grant_does_not_exist() {
    let House { server, world } = House::with(|world| world.provider.settings.policy.saml2_bearer = true);
    let plain = SignOn { house: House { server, world } };
    let unsupported = (400, "unsupported_grant_type", "grant.type.unsupported");
    assert_refused(&plain, &body(&assertion(ADMIN, NOON), ACME, ""), NOON, unsupported);
    let named = |sign_on: &SignOn| {
        let text = String::from_utf8(sign_on.house.server.metadata(NOON).body).unwrap();
        text.contains("saml2-bearer")
    };
    assert!(!named(&plain) && named(&house()));
}

/// Threat 39: the assertion is in no event, no error and nothing that is printed.
#[test]
fn threat_39_the_assertion_is_told_nowhere() {
    let sign_on = house();
    let planted = grant(ADMIN).with("secret", "planted-attribute");
    let good = idp().bearer(&planted, NOON);
    let forged = globex_idp().bearer(&planted, NOON);
    let mut printed = String::new();
    for presented in [&forged, &good, &good] {
        let text = body(presented, ACME, "");
        let request = TokenRequest {
            authorization: &[],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: text.as_bytes(),
        };
        printed += &format!("{request:?} {:?}", request.parse());
        printed += &format!("{:?}", json(&ask(&sign_on, &text, NOON)).get("error"));
    }
    printed += &format!("{:?} {:?}", sign_on.house.events(), sign_on.house.dump());
    for secret in [good.as_str(), &forged, "planted-attribute"] {
        assert!(!printed.contains(secret), "{secret}");
    }
}

/// A server over any store, as the houses' is.
fn server_over<S: Store>(store: S, seed: u64) -> AuthorizationServer<S> {
    let settings = Settings::new(ISSUER.parse().unwrap(), catalog());
    let service = ServiceProvider::new(SP.parse().unwrap(), ACS.parse().unwrap());
    AuthorizationServer::with_entropy(store, SeededEntropy::new(seed), settings)
        .with_single_sign_on(SingleSignOn::new(service))
}

/// SA-11, ST-02, threat 20: of two who present one assertion at once, exactly one has a token: through every interleaving,
/// and with a fault at any call no assertion is spent without a token, and none given without it spent.
#[test]
fn sa_11_threat_20_of_two_at_once_one_has_a_token() {
    let mut world = fixtures::world();
    world.provider.settings.policy.saml2_bearer = true;
    let assertion = assertion(ADMIN, NOON);
    let secret = fixtures::secret_of(world.saml.id);
    let header = basic(world.saml.id, secret.expose());
    let text = body(&assertion, ACME, "");
    let present = async |store, seed| {
        let request = TokenRequest {
            authorization: &[header.as_bytes()],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: text.as_bytes(),
        };
        server_over(store, seed).token(&request, NOON).await.map(|response| response.status).ok()
    };
    let scenario = Scenario::new(|| {
        let store = MemoryStore::new();
        let _ = grantor::ready(store.commit(world.changes())).unwrap().unwrap();
        store
    })
    .operation("one", async |store| present(store, 1).await)
    .operation("other", async |store| present(store, 2).await);
    let before = world.records().iter().filter(|record| record.key().kind() == Kind::AccessToken).count();
    let kept = |store: &MemoryStore, kind| {
        store.records().iter().filter(|stored| stored.record.key().kind() == kind).count()
    };
    for faults in [0, 1] {
        let report = Explorer::new().faults(faults).check(&scenario, |end| {
            let store = end.store().inner();
            let given = kept(store, Kind::AccessToken) - before;
            let spent = kept(store, Kind::UsedAssertion) - 1;
            let told = end.answers().filter(|answer| **answer == Some(200)).count();
            match (given, spent, told) {
                (1, 1, 1) => Ok(()),
                (0 | 1, _, 0) if faults == 1 && given == spent => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        report.assert();
        println!("{report}");
    }
}

/// ST-03, threat 13: with a fault at any call nothing is half done: the assertion is spent exactly where there is a token,
/// and the client is told what is true.
#[test]
fn st_03_threat_13_nothing_is_half_done() {
    let fresh = || {
        let sign_on = house();
        let presented = body(&assertion(ADMIN, NOON), ACME, "");
        let _ = sign_on.house.store().take_calls();
        (sign_on, presented)
    };
    let (sign_on, presented) = fresh();
    assert_eq!(ask(&sign_on, &presented, NOON).status, 200);
    let calls = sign_on.house.store().take_calls().len();
    assert!(calls > 8, "{calls}");
    for (at, fault) in (0..calls).flat_map(|at| Fault::ALL.map(|fault| (at, fault))) {
        let (sign_on, presented) = fresh();
        let client = &sign_on.house.world.saml;
        let header = basic(client.id, &sign_on.house.secret(client));
        let before = sign_on.house.dump();
        sign_on.house.store().fail_at(at, fault);
        let request = TokenRequest {
            authorization: &[header.as_bytes()],
            content_type: Some(b"application/x-www-form-urlencoded"),
            body: presented.as_bytes(),
        };
        let answer = grantor::ready(sign_on.house.server.token(&request, NOON)).unwrap();
        sign_on.house.store().mend();
        let after = sign_on.house.dump();
        let new =
            |kind: Kind| after.keys().filter(|key| key.kind() == kind && !before.contains_key(key)).count();
        let (given, spent) = (new(Kind::AccessToken), new(Kind::UsedAssertion));
        assert_eq!((given, new(Kind::Family)), (spent, spent), "{at} {fault:?}");
        match &answer {
            Ok(response) => assert_eq!((response.status, given), (200, 1), "{at} {fault:?}"),
            Err(error) if error.is_not_done() => assert_same(&after, &before, "not done"),
            Err(_) => {}
        }
        let again = ask(&sign_on, &presented, NOON);
        assert_eq!(again.status, if given == 1 { 400 } else { 200 }, "{at} {fault:?}");
    }
}

/// LC-08, CL-02: nothing of the grant outlives the client.
#[test]
fn lc_08_nothing_of_the_grant_outlives_the_client() {
    let sign_on = house();
    let _ = token(&sign_on, &assertion(ADMIN, NOON), NOON);
    let id = sign_on.house.world.saml.id;
    let plan = done(sign_on.house.admin().plan_deletion(id, NOON));
    let _ = done(sign_on.house.admin().delete_client(&plan, NOON));
    sign_on.house.sweep_all(NOON.plus(8 * DAY));
    let left: Vec<Key> = sign_on
        .house
        .dump()
        .into_iter()
        .filter(|(_, stored)| format!("{:?}", stored.record).contains(&id.to_string()))
        .map(|(key, _)| key)
        .collect();
    assert!(left.iter().all(|key| matches!(key, Key::Client(_) | Key::User(..))), "{left:?}");
}
